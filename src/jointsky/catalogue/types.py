"""What a unit type is: pydantic models in SI (angles in degrees, levels in decibels), one for each kind."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from jointsky.catalogue.quantities import (
    Angle,
    Area,
    Beam,
    Duration,
    Frequency,
    Height,
    Length,
    Level,
    LoadFactor,
    Period,
    Power,
    Share,
    Speed,
    Temperature,
    fault,
)

Whole = Annotated[int, Field(ge=1)]
Count = Annotated[int, Field(ge=0)]
Chance = Share
SensorWord = Literal["radar_2d", "radar_3d", "aew", "early_warning", "engagement", "airborne"]
TargetWord = Literal["fighter", "bomber", "cruise_missile", "jammer", "aew", "civil", "transport", "uav", "ballistic"]
"""Kinds of flying things, in the order of `vocab.codes.AircraftKind`."""


class TypeModel(BaseModel):
    """A unit type: unknown keys are errors, values do not change. `about` says in words what it stands for."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    about: str = ""


class RadarType(TypeModel):
    """A radar. Pulses add up non-coherently to `pulses` after coherent gain over `coherent_pulses`; `period` is the
    time between two looks at the same azimuth; elevation cover and beams in degrees; `*_floor` the best accuracy (1
    sigma), `bias_*` the 1-sigma registration error of a site; `false_per_scan` false plots in one scan; `latency`
    from beam to plot; `staggered` whether its pulse frequency changes, so that no speed is blind; `agile` the band over
    which its frequency hops, which a jammer must fill; `blanking` whether it blanks what comes through sidelobes."""

    kind: Literal["radar"]
    sensor: SensorWord
    frequency: Frequency
    peak_power: Power
    pulse: Period
    prf: Frequency
    bandwidth: Frequency
    gain: Level
    loss: Level
    sidelobe: Level
    noise_temperature: Temperature
    az_beam: Beam
    el_beam: Beam | None = None
    el_min: Angle
    el_max: Angle
    period: Period
    pulses: Whole
    coherent_pulses: Whole
    pfa: Annotated[float, Field(gt=0, lt=1)]
    min_range: Length
    max_range: Length
    mast: Length
    mdv: Speed
    range_floor: Length
    az_floor: Angle
    el_floor: Angle | None = None
    bias_range: Length
    bias_az: Angle
    bias_time: Duration
    false_per_scan: Annotated[float, Field(ge=0)]
    latency: Duration
    transponder: bool = False
    staggered: bool = True
    agile: Frequency | None = None
    blanking: bool = False

    @model_validator(mode="after")
    def _whole(self) -> "RadarType":
        """Refuse limits that leave nothing to look at."""
        if self.el_max <= self.el_min:
            raise fault(f"found el_min {self.el_min:g} deg and el_max {self.el_max:g} deg, expected el_max above")
        if self.max_range <= self.min_range:
            raise fault(f"found min_range {self.min_range:g} m and max_range {self.max_range:g} m, expected max above")
        return self


class MissileType(TypeModel):
    """A missile as a fly-out: `flyout` names the fly-out case; `average_speed` and `max_load` bound a simpler one."""

    kind: Literal["missile"]
    flyout: str
    average_speed: Speed
    max_load: LoadFactor


class SamType(TypeModel):
    """A missile battery: envelope of intercepts, fire channels, rails, times, single-shot kill probability by kind
    of target, and the types of its missile and its engagement radar."""

    kind: Literal["sam"]
    missile: str
    radar: str
    range_min: Length
    range_max: Length
    altitude_min: Height
    altitude_max: Height
    mast: Length
    channels: Whole
    shots: Whole
    reloads: Count
    interval: Duration
    reaction: Duration
    reload: Duration
    reliability: Chance
    pk: dict[TargetWord, Chance]


class AirToAir(BaseModel):
    """The missiles a fighter carries: how far they reach head on, from behind, and where no target can escape them."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    speed: Speed
    range_head_on: Length
    range_tail: Length
    no_escape: Length
    pk: dict[TargetWord, Chance]


class Jammer(BaseModel):
    """A noise jammer on an aircraft, on a band about `frequency`; without one it follows every victim. A pulsed one is
    on for a share `duty` of the time, and `power` is that of its pulses."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    power: Power
    gain: Level
    bandwidth: Frequency
    frequency: Frequency | None = None
    duty: Annotated[Share, Field(gt=0)] = 1.0


class Homing(BaseModel):
    """The seeker of an anti-radiation missile: the chance to destroy a radar that radiates when it arrives (`hit`), and
    one that has gone silent, where it goes by memory."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    hit: Chance
    memory: Chance


class AircraftType(TypeModel):
    """Anything that flies. `is_a` is its kind of target; `dash_fuel` how much faster fuel burns at `dash`; `radar`
    the type of its radar; `damage` what one of them does to an asset that it reaches, in asset value; `altitude`
    where it usually flies; `rocket` names the ballistic flight of what does not fly a route; `drifts` what has no
    drive and goes with the wind for its `endurance`; `homing` is the seeker of an anti-radiation missile."""

    kind: Literal["aircraft"]
    is_a: TargetWord
    rcs: Area
    swerling: Annotated[int, Field(ge=0, le=4)]
    cruise: Speed
    dash: Speed
    climb: Speed
    ceiling: Height
    altitude: Height
    max_load: LoadFactor
    endurance: Duration
    dash_fuel: Annotated[float, Field(ge=1)]
    turnround: Duration
    missiles: Count = 0
    aam: AirToAir | None = None
    radar: str | None = None
    jammer: Jammer | None = None
    damage: Annotated[float, Field(ge=0)] = 0.0
    rocket: str | None = None
    drifts: bool = False
    homing: Homing | None = None


class WatcherType(TypeModel):
    """A sensor that radiates nothing: `esm` hears emitters and tells their bearings, `adsb` receives the positions that
    aircraft broadcast, `observer` are people who look. Each reports once every `period`, with `chance` of a report on
    what it could notice; `latency` until the report is out. `az_sigma` is the accuracy of azimuth, `bias_az` the
    1-sigma registration error of a site. `range_sigma` is the accuracy of a range told by people, as a share of it.
    An ESM receiver hears from `band_from` to `band_to`, with an antenna of `gain`, what is stronger than `sensitivity`
    (decibels over one watt)."""

    kind: Literal["watcher"]
    sensor: Literal["esm", "adsb", "observer"]
    period: Period
    latency: Duration
    chance: Chance
    max_range: Length
    mast: Length
    az_sigma: Beam
    bias_az: Angle = 0.0
    range_sigma: Share | None = None
    band_from: Frequency | None = None
    band_to: Frequency | None = None
    gain: Level | None = None
    sensitivity: Level | None = None

    @model_validator(mode="after")
    def _complete(self) -> "WatcherType":
        """Refuse a receiver without a band or a threshold, and people without an accuracy."""
        needed = {"esm": ("band_from", "band_to", "gain", "sensitivity"), "observer": ("range_sigma",), "adsb": ()}
        for name in needed[self.sensor]:
            if getattr(self, name) is None:
                raise fault(f"'{name}' is missing: a watcher with sensor {self.sensor} needs it")
        if self.band_from is not None and self.band_to is not None and self.band_to <= self.band_from:
            raise fault(f"found band_from {self.band_from:g} Hz, band_to {self.band_to:g} Hz, expected band_to above")
        if self.max_range <= 0.0:
            raise fault(f"found max_range {self.max_range:g} m, expected more than 0 m")
        return self


UnitType = RadarType | MissileType | SamType | AircraftType | WatcherType
KINDS: dict[str, type[TypeModel]] = {
    "radar": RadarType,
    "missile": MissileType,
    "sam": SamType,
    "aircraft": AircraftType,
    "watcher": WatcherType,
}
"""The models by `kind`."""
