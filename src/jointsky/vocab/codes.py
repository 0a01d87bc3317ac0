"""Integer codes that kernels, records and messages share.

Numbers are written to logs and tables, so a code keeps its number for ever; new ones are appended.
"""

from enum import IntEnum

NONE = -1
"""The value of an index field that points nowhere."""

READY_S = 300.0
"""Readiness to which an early warning brings fighters: the five minutes of a duty pair. Notional."""


class Identity(IntEnum):
    """What a post believes a track to be (the affiliations of MIL-STD-2525 / APP-6)."""

    PENDING = 0
    UNKNOWN = 1
    ASSUMED_FRIEND = 2
    FRIEND = 3
    NEUTRAL = 4
    SUSPECT = 5
    HOSTILE = 6


class Side(IntEnum):
    """On which side of the exercise an entity plays. Truth only: no post ever reads it."""

    NEUTRAL = 0
    DEFENDER = 1
    RAIDER = 2


class AircraftKind(IntEnum):
    """What kind of flying thing a row of truth is."""

    FIGHTER = 0
    BOMBER = 1
    CRUISE_MISSILE = 2
    JAMMER = 3
    AEW = 4
    CIVIL = 5
    TRANSPORT = 6
    UAV = 7
    BALLISTIC = 8


class Flight(IntEnum):
    """State of an aircraft row."""

    PARKED = 0
    """On the ground, ready for orders after its readiness delay."""
    STARTING = 1
    """Ordered to scramble, not yet in the air."""
    ROUTE = 2
    """Flies its planned route."""
    ORDERED = 3
    """Airborne under an order (vectored, intercepting, or waiting on station)."""
    RETURNING = 4
    """Flies to its recovery airfield."""
    LANDED = 5
    """On the ground after a flight, turning round."""
    CARRIED = 6
    """A weapon still carried by its parent aircraft."""
    LEAKED = 7
    """Reached its target or release line alive."""
    KILLED = 8
    """Shot down, itself or as a weapon still carried."""
    GONE = 9
    """Left the scene: end of route, out of fuel, or carried by a parent that ended before the release point."""
    BALLISTIC = 10
    """On its way through boost, free flight and re-entry."""
    OUTSIDE = 11
    """Flown by somebody outside this simulation, and moved as its owner says."""


class SensorKind(IntEnum):
    """What a sensor measures."""

    RADAR_2D = 0
    RADAR_3D = 1
    SSR = 2
    AEW = 3
    EARLY_WARNING = 4
    CARTESIAN = 5
    """Textbook sensor: plots x, y."""
    ESM = 6
    """Listens for emitters: bearings only."""
    ADSB = 7
    """Receives the positions that aircraft broadcast themselves."""
    OBSERVER = 8
    """People who look and listen."""


class PlotKind(IntEnum):
    """What one plot record holds."""

    PRIMARY = 0
    COMBINED = 1
    """Primary echo with a transponder reply."""
    SECONDARY = 2
    STROBE = 3
    """Azimuth of a jammer or another emitter only: range is NaN."""


class Iff(IntEnum):
    """Answer to an identification challenge."""

    NO_REPLY = 0
    FRIEND = 1
    """Valid crypto reply of the sensor's own identification group."""
    NOT_ASKED = 2


class Weapons(IntEnum):
    """Weapons control status (hold: order only; tight: hostile only; free: whatever is not friend)."""

    HOLD = 0
    TIGHT = 1
    FREE = 2


class Act(IntEnum):
    """What an order tells a unit to do."""

    SCRAMBLE = 0
    POSITION = 1
    ENGAGE = 2
    WEAPONS_STATUS = 3
    RECOVER = 4
    CEASE = 5
    """Break off the engagement of this order's track."""
    WATCH = 6
    """A step of air policing: it tells no unit anything, and stands in decisions only."""


class Shooter(IntEnum):
    """What kind of unit asset can be ordered."""

    LAUNCHER = 0
    FIGHTER = 1


class Shot(IntEnum):
    """State of one engagement row."""

    FREE_ROW = 0
    ACQUIRING = 1
    IN_FLIGHT = 2
    HIT = 3
    MISS = 4
    NO_ACQUISITION = 5
    OUT_OF_ENVELOPE = 6
    CEASED = 7
    LOST = 8
    """The target was gone before the missile arrived."""


class Share(IntEnum):
    """What kinds of data a share clause can release, least processed first."""

    PLOTS = 0
    TRACKS = 1
    FIRE_CONTROL = 2
    WARNING = 3
    IDENTITY = 4
    FLIGHT_PLANS = 5


class Alert(IntEnum):
    """Kinds of alert a post raises."""

    BORDER = 0
    HOSTILE = 1
    EMERGENCY = 2
    LINK = 3
    JAMMING = 4
    PHASE = 5
