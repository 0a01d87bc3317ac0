"""Radio links in a run: which are silenced by jammers, and which flying radars are out of sight of their posts.

Free space between isotropic antennas over a 4/3 earth: the signal at a post is P G / R^2, the noise of a jammer
Pj Gj / Rj^2 times the part of its band that falls into the link's (Adamy, "EW 101" (2001), ch. 9). A link is silenced
while the signal at either end is not `needs` decibels above the noise of all jammers in sight.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from jointsky import geo
from jointsky.links.arrangement import Arrangement, Link
from jointsky.links.chains import radio_horizon_m
from jointsky.scenario.link_terms import Downlink, Radio
from jointsky.scenario.load import Scenario
from jointsky.vocab.batches import where
from jointsky.vocab.records import Rows
from jointsky.world.world import World

Float = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Path:
    """A radio link between two places."""

    name: str
    ends_ecef_m: tuple[Float, Float]
    radio: Radio


@dataclass(frozen=True, slots=True)
class Ground:
    """The antennas that hear a nation's flying radars."""

    places_ecef_m: Float
    downlink: Downlink


@dataclass(slots=True)
class Radios:
    """All radio links of a run."""

    paths: tuple[Path, ...] = ()
    grounds: Mapping[int, Ground] = field(default_factory=dict[int, Ground])
    """By row of the nation."""

    def silenced(self, world: World) -> frozenset[str]:
        """The links that jammers silence now."""
        if not self.paths:
            return frozenset()
        jammers = _jammers(world)
        return frozenset(path.name for path in self.paths if len(jammers) and is_silenced(path, jammers, world))

    def heard(self, world: World, plots: Rows) -> Rows:
        """The PLOT rows that reach the ground: those of flying radars in sight of a post, and all others."""
        radars, aircraft = world.state.radars, world.state.aircraft
        lost: list[int] = []
        for row in np.unique(plots["sensor"]).tolist() if self.grounds else ():
            platform, ground = int(radars["platform"][row]), self.grounds.get(int(radars["nation"][row]))
            if platform < 0 or ground is None:
                continue
            if not is_in_sight(ground, aircraft["pos_ecef_m"][platform], float(aircraft["alt_m"][platform])):
                lost.append(row)
        return where(plots, ~np.isin(plots["sensor"], lost)) if lost else plots


def is_in_sight(ground: Ground, pos_ecef_m: Float, alt_m: float) -> bool:
    """Whether some antenna on the ground sees an aircraft: within reach and the two radio horizons."""
    away = ground.places_ecef_m - pos_ecef_m
    ways_m = np.sqrt((away * away).sum(axis=1))
    farthest = min(radio_horizon_m(max(alt_m, 0.0), ground.downlink.mast), ground.downlink.reach)
    return bool((ways_m <= farthest).any())


def is_silenced(path: Path, jammers: Rows, world: World) -> bool:
    """Whether jamming AIRCRAFT rows silence a link at one of its ends."""
    first, last = path.ends_ecef_m
    way2_m2 = float(((first - last) ** 2).sum())
    radio = path.radio
    signal = radio.power * ratio(radio.gain) / way2_m2
    for place, mast in zip(path.ends_ecef_m, radio.masts, strict=True):
        if signal < ratio(radio.needs) * noise_at(place, mast, radio, jammers, world):
            return True
    return False


def noise_at(pos_ecef_m: Float, mast_m: float, radio: Radio, jammers: Rows, world: World) -> float:
    """What all jammers in sight of a place lay into a radio's band, as P G / R^2 (W/m2 times 4 pi)."""
    types = world.model.aircraft_types[jammers["type"]]
    total = 0.0
    for jammer, kind in zip(jammers, types, strict=True):
        away2_m2 = float(((jammer["pos_ecef_m"] - pos_ecef_m) ** 2).sum())
        if away2_m2 <= radio_horizon_m(max(float(jammer["alt_m"]), 0.0), mast_m) ** 2:
            power = float(kind["jam_power_w"]) * ratio(float(kind["jam_gain_db"])) * overlap(radio, kind)
            total += power / max(away2_m2, 1.0)
    return total


def overlap(radio: Radio, kind: np.void) -> float:
    """The part of a jammer's noise that falls into a radio's band; one without a frequency of its own follows it."""
    band, centre = float(kind["jam_bandwidth_hz"]), float(kind["jam_freq_hz"])
    if centre == 0.0:
        return min(radio.bandwidth / band, 1.0)
    low = max(centre - band / 2.0, radio.frequency - radio.bandwidth / 2.0)
    high = min(centre + band / 2.0, radio.frequency + radio.bandwidth / 2.0)
    return max(high - low, 0.0) / band


def ratio(level_db: float) -> float:
    """A level in decibels as a ratio, rounded to 9 digits so that no library function decides a bit of a run."""
    return float(f"{10.0 ** (level_db / 10.0):.9g}")


def _jammers(world: World) -> Rows:
    aircraft = world.state.aircraft
    loud = (aircraft["alive"] == 1) & (aircraft["jamming"] == 1)
    return aircraft[loud & (world.model.aircraft_types["jam_power_w"][aircraft["type"]] > 0.0)]


def radios_of(scenario: Scenario, arrangement: Arrangement) -> Radios:
    """The radio links of a scenario between posts whose places are known, and what hears its flying radars."""
    paths = tuple(path for link in arrangement.links.values() for path in _paths(scenario, link))
    grounds: dict[int, Ground] = {}
    for nation, network in scenario.networks.items():
        places = [post.at for post in scenario.posts.values() if post.nation == nation and post.at is not None]
        if network.downlink is not None and places:
            antennas = np.array([geo.geodetic2ecef(*at, network.downlink.mast) for at in places])
            grounds[arrangement.nations.index(nation)] = Ground(antennas, network.downlink)
    return Radios(paths, grounds)


def _paths(scenario: Scenario, link: Link) -> Iterator[Path]:
    places = [scenario.posts[end].at for end in link.ends]
    if link.radio is not None and len(places) == 2 and places[0] is not None and places[1] is not None:
        first, last = (
            geo.geodetic2ecef(*at, mast) for at, mast in zip((places[0], places[1]), link.radio.masts, strict=True)
        )
        yield Path(link.name, (first, last), link.radio)
