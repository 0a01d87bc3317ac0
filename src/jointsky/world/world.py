"""The world as the machine runs it: read-only model arrays, changing state arrays, and the names of their rows."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from jointsky.catalogue import WatcherType
from jointsky.vocab.records import Rows, empty
from jointsky.vocab.truth_records import EMITTER, OUTSIDE

Float = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Names:
    """Names of rows, one tuple per kind, in row order."""

    nations: tuple[str, ...]
    iff_groups: tuple[str, ...]
    units: tuple[str, ...]
    aircraft_types: tuple[str, ...]
    aircraft: tuple[str, ...]
    radars: tuple[str, ...]
    launchers: tuple[str, ...]
    airfields: tuple[str, ...]
    assets: tuple[str, ...]
    missiles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Flyout:
    """Fly-out tables of all missile types: time of flight against ground range and height of the intercept.

    `time_s[missile, i, j]` belongs to `range_m[i]` and `height_m[j]` (both evenly spaced from zero); NaN where the
    missile does not reach. `speed_mps` is the speed left there.
    """

    range_m: Float
    height_m: Float
    time_s: Float
    speed_mps: Float


@dataclass(frozen=True, slots=True)
class Detection:
    """Probability of detection against per-pulse signal-to-noise ratio, one row per (Swerling case, pulses, false-alarm
    probability).

    `pd[row, i]` belongs to `snr_min_db + i * snr_step_db`; rows are cubic-smooth enough for linear reading at that step
    to 1e-4.
    """

    snr_min_db: float
    snr_step_db: float
    pd: Float


@dataclass(frozen=True, slots=True)
class Spoiler:
    """A ground jamming unit: raiders that attack within `radius_m` of it do `factor` of their damage."""

    unit: int
    pos_ecef_m: Float
    radius_m: float
    factor: float


@dataclass(frozen=True, slots=True)
class Around:
    """What surrounds each radar: `table` (radars, columns of `kernels.surroundings`) and `masks` (radars, azimuths,
    heights), the range in metres up to which the ground lets it see. Either has no rows where it does not count.
    """

    table: Float = field(default_factory=lambda: np.zeros((0, 8)))
    masks: NDArray[np.float32] = field(default_factory=lambda: np.zeros((0, 1, 2), np.float32))

    def of(self, rows: NDArray[np.int64]) -> "Around":
        """The tables of some radars only."""
        return Around(
            self.table[rows] if len(self.table) else self.table, self.masks[rows] if len(self.masks) else self.masks
        )


@dataclass(frozen=True, slots=True)
class Emissions:
    """Who radiates and who listens. `emitters`: EMITTER rows. `watchers`: the RADAR row of each sensor that radiates
    nothing, with its type. `silences` (n, 3): RADAR row, first and last second of a time in which it is off.
    `answers` (n, 3): RADAR row, how long it goes silent before an anti-radiation missile, chance that its decoy draws
    one away. `hunts` (n, 4): aircraft row of such a missile, RADAR row, chance to destroy it radiating and silent."""

    emitters: Rows = field(default_factory=lambda: empty(EMITTER))
    watchers: tuple[tuple[int, WatcherType], ...] = ()
    silences: Float = field(default_factory=lambda: np.zeros((0, 3)))
    answers: Float = field(default_factory=lambda: np.zeros((0, 3)))
    hunts: Float = field(default_factory=lambda: np.zeros((0, 4)))


@dataclass(frozen=True, slots=True)
class Ballistics:
    """Ballistic flights, one to each of the aircraft rows `row` (n,): `knots[i]` (m, 7) of time since launch, ECEF
    place and velocity; `announced` (n,) those that everybody was told of beforehand."""

    row: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))
    knots: tuple[Float, ...] = ()
    announced: NDArray[np.bool_] = field(default_factory=lambda: np.zeros(0, np.bool_))


@dataclass(frozen=True, slots=True)
class Model:
    """What does not change in a run. Record dtypes: AIRCRAFT_TYPE, WAYPOINT, FLIGHT_PLAN."""

    seed: int
    dt_s: float
    names: Names
    aircraft_types: Rows
    waypoints: Rows
    flight_plans: Rows
    plan_waypoints: Rows
    flyout: Flyout
    detection: Detection
    spoilers: tuple[Spoiler, ...] = field(default=())
    around: Around = field(default_factory=Around)
    ballistics: Ballistics = field(default_factory=Ballistics)
    winds: Float = field(default_factory=lambda: np.zeros((0, 3)))
    """Rows of height (m), wind towards east and towards north (m/s), as `kernels.wind` reads them."""
    drifting: frozenset[int] = frozenset()
    """The aircraft types that the wind carries along."""
    emissions: Emissions = field(default_factory=Emissions)
    clouds: Float = field(default_factory=lambda: np.zeros((0, 10)))
    """Chaff corridors: the columns of `kernels.surroundings`, then when they are there, first and last second."""


@dataclass(slots=True)
class State:
    """What changes. Record dtypes: AIRCRAFT, RADAR, LAUNCHER, ENGAGEMENT (only the first `engagements_used` rows
    count), AIRFIELD, ASSET, OUTSIDE.
    """

    tick: int
    aircraft: Rows
    radars: Rows
    launchers: Rows
    engagements: Rows
    engagements_used: int
    airfields: Rows
    assets: Rows
    outside: Rows = field(default_factory=lambda: empty(OUTSIDE))
    quiet_until_s: dict[int, float] = field(default_factory=dict[int, float])
    """Radars (rows) that hide from anti-radiation missiles, and until when."""


@dataclass(frozen=True, slots=True)
class World:
    """The whole machine: constant model, changing state."""

    model: Model
    state: State

    @property
    def t_s(self) -> float:
        """Seconds since scenario start at the current tick (computed, never summed)."""
        return self.state.tick * self.model.dt_s
