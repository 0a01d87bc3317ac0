"""The fences of early-warning radars in a run: what their tracking beams measure of ballistic missiles, told to the own
nation's posts and to those whom a clause lets have the radar's plots. Announced launches are followed by nobody.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import numpy as np

from jointsky.links.agreements import Datum, may_see
from jointsky.links.arrangement import NATIONAL
from jointsky.links.network import Network
from jointsky.rng import Stream, draw, entity_key, normal
from jointsky.scenario.forces import EarlyWarningUnit
from jointsky.scenario.load import Scenario
from jointsky.sensing.detection import pd_exact
from jointsky.sensing.fan import SWERLING, Fan, sigmas
from jointsky.sensing.radar import snr_db
from jointsky.vocab.codes import Share
from jointsky.vocab.messages import Event, FenceLooks
from jointsky.vocab.records import LOOK, Rows, empty
from jointsky.world.tick import is_due
from jointsky.world.world import World


@dataclass(frozen=True, slots=True)
class Post:
    """One warning radar: its row, its fan, and the registration error of this run (range m, azimuth rad)."""

    sensor: int
    fan: Fan
    bias_range_m: float
    bias_az_rad: float


@dataclass(slots=True)
class Fences:
    """All warning radars, what each has hit lately, and the beams that follow, by (sensor, aircraft row)."""

    radars: tuple[Post, ...]
    log: list[Event] = field(default_factory=list[Event])
    _hits: dict[tuple[int, int], list[float]] = field(default_factory=dict[tuple[int, int], list[float]])
    _beams: dict[tuple[int, int], int] = field(default_factory=dict[tuple[int, int], int])

    def step(self, world: World, network: Network) -> None:
        """Let every radar whose revisit is due look at every missile in the air."""
        flights = world.model.ballistics
        rows = flights.row[~flights.announced]
        rows = rows[world.state.aircraft["alive"][rows] == 1]
        for radar in self.radars if len(rows) else ():
            if is_due(world.t_s, world.model.dt_s, radar.fan.radar.period):
                looks = [look for row in rows.tolist() for look in self._look(world, radar, row)]
                if looks:
                    self._tell(world, network, radar, np.concatenate(looks))

    def _look(self, world: World, radar: Post, row: int) -> Iterator[Rows]:
        """The LOOK row of one look, where it hits and a beam follows."""
        plane, fan, t_s = world.state.aircraft[row], radar.fan, world.t_s
        az, el, slant = (float(v[0]) for v in fan.polar(plane["pos_ecef_m"][None]))
        if not fan.within(np.array([az]), np.array([el]), np.array([slant]))[0]:
            return
        rcs_m2 = float(world.model.aircraft_types["rcs_m2"][plane["type"]])
        look_db = snr_db(fan.reference_db(), rcs_m2, slant)
        chance = float(pd_exact(np.array([look_db]), fan.radar.pulses, fan.radar.pfa, SWERLING)[0])
        name, number = world.model.names.aircraft[row], round(t_s / fan.radar.period)
        key = entity_key(f"{fan.name}/{name}/{number}")
        if draw(world.model.seed, Stream.DETECTION, key, 0) >= chance:
            return
        if self._follows(world, radar, row):
            yield _look_row(radar, self._beams[radar.sensor, row], (slant, az, el), look_db, world.model.seed, key, t_s)

    def _follows(self, world: World, radar: Post, row: int) -> bool:
        """Whether a beam follows this missile, or does so from this hit on: so many hits within so many looks."""
        key, fan = (radar.sensor, row), radar.fan
        recent = [t for t in self._hits.get(key, []) if t > world.t_s - fan.looks * fan.radar.period]
        self._hits[key] = [*recent, world.t_s]
        if key not in self._beams and len(self._hits[key]) >= fan.hits:
            self._beams[key] = len(self._beams) + 1
            name = world.model.names.aircraft[row]
            self.log.append(Event(world.t_s, "fence", name, fan.name, note=f"beam {self._beams[key]}"))
        return key in self._beams

    def _tell(self, world: World, network: Network, radar: Post, rows: Rows) -> None:
        """To the own posts, and to others' by a clause on the radar's plots."""
        arr, now = network.arr, network.situation
        sensor = arr.sensors[radar.sensor]
        for post, role in arr.posts.items():
            if role.host is not None or now.phase not in role.phases:
                continue
            clause = NATIONAL
            if role.nation != sensor.nation:
                datum = Datum(Share.PLOTS, sensor.nation, sensor.name, radar.fan.lat_deg, radar.fan.lon_deg)
                verdict = may_see(arr, role.nation, datum, now)
                if not verdict.yes:
                    continue
                clause = verdict.clauses[0]
            message = FenceLooks(sensor.name, arr.nations.index(sensor.nation), clause, rows)
            network.post_answer(sensor.nation, post, message, world.t_s)


def fences_of(scenario: Scenario, world: World) -> Fences | None:
    """The fences of a scenario; None where it has no warning radar or no missile."""
    if not len(world.model.ballistics.row):
        return None
    found: list[Post] = []
    for name, unit in scenario.units.items():
        for site in unit.radars if isinstance(unit, EarlyWarningUnit) else ():
            row = world.model.names.radars.index(f"{name}.{site.id}")
            radar = scenario.catalogue.radar(site.type)
            mast_m = radar.mast if site.mast is None else site.mast
            fan = Fan(f"{name}.{site.id}", *site.at, site.elevation + mast_m, radar)
            if site.sector is not None:
                fan = replace(fan, sector_rad=(math.radians(site.sector[0]), math.radians(site.sector[1])))
            state = world.state.radars[row]
            found.append(Post(row, fan, float(state["bias_range_m"]), float(state["bias_az_rad"])))
    return Fences(tuple(sorted(found, key=lambda one: one.sensor))) if found else None


def _look_row(
    radar: Post, beam: int, place: tuple[float, float, float], look_db: float, seed: int, key: int, t_s: float
) -> Rows:
    row, fan = empty(LOOK, 1), radar.fan
    found = sigmas(fan, look_db)
    noise = [normal(seed, Stream.MEASUREMENT, key, 0, i) * sigma for i, sigma in enumerate(found)]
    bias = (radar.bias_range_m, radar.bias_az_rad, 0.0)
    measured = [value + off + shift for value, off, shift in zip(place, noise, bias, strict=True)]
    row["range_m"], row["az_rad"], row["el_rad"] = measured
    row["sigma_range_m"], row["sigma_az_rad"], row["sigma_el_rad"] = found
    row["bias_range_m"], row["bias_az_rad"] = fan.radar.bias_range, math.radians(fan.radar.bias_az)
    row["lat_deg"], row["lon_deg"], row["alt_m"] = fan.lat_deg, fan.lon_deg, fan.alt_m
    row["t_valid_s"], row["sensor"], row["beam"] = t_s, radar.sensor, beam
    return row
