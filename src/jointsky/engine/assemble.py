"""From a scenario to a machine: the world, its links, its phases and its posts."""

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache, partial

import numpy as np

from jointsky import geo, sensing
from jointsky.atlas.elevation import Elevation
from jointsky.command.airspace import Airspace
from jointsky.command.authority import Authority
from jointsky.command.config import PlannerConfig, Roe
from jointsky.command.planner import ORDERS_PER_POST, Planner
from jointsky.command.policies import PolicyParams
from jointsky.engine.check import agreement_faults
from jointsky.engine.encounters import encounters_of
from jointsky.engine.fences import fences_of
from jointsky.engine.land import Known, Land, land_of
from jointsky.engine.physics import PHYSICS
from jointsky.engine.pictures import commanders_of, offers, own_tracker
from jointsky.engine.plan import Engine
from jointsky.engine.procedures import desk_of, missile_desk_of
from jointsky.engine.radio import radios_of
from jointsky.engine.uses import Uses
from jointsky.errors import ScenarioErrors
from jointsky.links.arrangement import Arrangement, Situation, Stock, Thing
from jointsky.links.compiler import compile_arrangement
from jointsky.links.consents import Consents
from jointsky.links.network import Network
from jointsky.links.phases import Phases
from jointsky.links.pools import Stores
from jointsky.links.zones import area_of
from jointsky.picture.border import BorderField, BorderWatch, Float
from jointsky.picture.identification import Criteria, Identifier
from jointsky.picture.plans import PlanBook
from jointsky.post import Post
from jointsky.scenario.load import Scenario
from jointsky.scenario.schema import Post as PostSpec
from jointsky.sensing.masks import mask_table
from jointsky.tracking.crossings import Crossings
from jointsky.tracking.frames import GeodeticFrame
from jointsky.truth.serving import readiness_of
from jointsky.vocab.codes import Identity, SensorKind, Shooter, Weapons
from jointsky.vocab.records import CAPABILITY, Rows, empty
from jointsky.world.build import Ground, build, survey, terrain_of
from jointsky.world.world import World

FIGHTER_SUCCESS = 0.8
"""Notional share of intercepts in which a fighter finds its target; planning only, never truth."""


def assemble(scenario: Scenario, seed: int) -> Engine:
    """The engine of one run. Raises ScenarioErrors when the scenario is not ready to run."""
    world = build(scenario, scenario.catalogue, PHYSICS, seed, _ground(Known(scenario.sha256, scenario)))
    world, encounters = encounters_of(scenario, world)
    land = land_of(scenario)
    arrangement = arrange(scenario, world, land)
    phase = scenario.phase or arrangement.phases[0]
    posts = {
        name: _post(scenario, world, arrangement, land.fields, name, spec, phase)
        for name, spec in sorted(scenario.posts.items())
    }
    network = Network(arrangement, sensing.sensor_table(world), scenario.networks, seed, phase)
    phases = Phases(arrangement, phase, scenario.declarations)
    uses = Uses(arrangement, _stores(arrangement, world)) if arrangement.uses else None
    consents = Consents(arrangement, seed, scenario.declarations)
    fences = fences_of(scenario, world)
    readiness = readiness_of(scenario, world)
    ground = terrain_of(scenario) if readiness.relocations else None
    readiness.remask = None if ground is None else partial(remask, ground)
    readiness.step(world)
    radios = radios_of(scenario, arrangement)
    return Engine(
        world, network, phases, posts, consents, uses=uses, readiness=readiness, radios=radios, encounters=encounters,
        fences=fences,
    )  # fmt: skip


def remask(ground: Elevation, world: World, row: int) -> None:
    """What the ground hides from a radar row at its new place."""
    radar = world.state.radars[row]
    lat, lon, _ = (float(part) for part in geo.ecef2geodetic(radar["pos_ecef_m"]))
    mask = mask_table(ground, lat, lon, float(radar["alt_m"]), float(radar["max_range_m"]))
    world.model.around.masks[row] = mask


def _stores(arrangement: Arrangement, world: World) -> Stores:
    """How many missiles and airfields each nation has at the start."""
    held, nations = stock_of(world), world.model.names.nations
    missiles = dict.fromkeys(nations, 0)
    for unit in arrangement.units:
        missiles[unit.nation] += held[unit.name].shots
    owners = [nations[int(nation)] for nation in world.state.airfields["nation"]]
    return Stores(arrangement, missiles, {nation: owners.count(nation) for nation in nations})


@lru_cache(maxsize=8)
def _ground(known: Known) -> Ground:
    faults = known.scenario.ready_errors() or agreement_faults(known.scenario)
    if faults:
        raise ScenarioErrors(faults)
    return survey(known.scenario, known.scenario.catalogue, PHYSICS)


def arrange(scenario: Scenario, world: World, land: Land) -> Arrangement:
    """The scenario's agreements compiled for the rows of its world."""
    names = world.model.names
    radars = world.state.radars
    nations: list[int] = radars["nation"].tolist()
    units_of: list[int] = radars["unit"].tolist()
    owners = zip(names.radars, nations, units_of, strict=True)
    sensors = [Thing(name, names.nations[nation], names.units[unit]) for name, nation, unit in owners]
    units = [Thing(name, scenario.units[name].nation or "", name) for name in names.units]
    zones = {name: _polygons(scenario, name) for name in scenario.zones}
    laws = {name: nation.roe for name, nation in scenario.nations.items()}
    on = None if scenario.start is None else scenario.start.date()
    return compile_arrangement(
        scenario, sensors, units, land.polygons(), zones, on=on, laws=laws, stock=stock_of(world)
    )


def _polygons(scenario: Scenario, zone: str) -> list[list[list[list[float]]]]:
    """A zone as the coordinates of a GeoJSON MultiPolygon."""
    return [[ring.tolist()] for ring in geo.area_from_geojson(scenario.zone(zone)).rings]


def stock_of(world: World) -> dict[str, Stock]:
    """What each unit has at the start: aircraft that fight, and missiles on rails, in store and under wings."""
    names, launchers, aircraft = world.model.names.units, world.state.launchers, world.state.aircraft
    fighters = aircraft[(aircraft["unit"] >= 0) & (aircraft["missiles"] > 0)]
    held = launchers["ready"].astype(np.int64) + launchers["stock"]
    shots = np.bincount(launchers["unit"], held, len(names)) + np.bincount(
        fighters["unit"], fighters["missiles"], len(names)
    )
    planes = np.bincount(fighters["unit"], minlength=len(names))
    return {name: Stock(int(planes[i]), int(shots[i])) for i, name in enumerate(names)}


def _post(
    scenario: Scenario,
    world: World,
    arrangement: Arrangement,
    fields: Mapping[str, BorderField],
    name: str,
    spec: PostSpec,
    phase: str,
) -> Post:
    nation = world.model.names.nations.index(spec.nation)
    plans = world.model.flight_plans[world.model.flight_plans["nation"] == nation]
    watched = tuple(fields[name] for name in guarded_nations(scenario, name, spec) if name in fields)
    situation = Situation(phase)
    book, border = PlanBook(plans, world.model.plan_waypoints), BorderWatch(watched)
    tracker, crossings, offered = None, None, ()
    if spec.host is None:
        frame = GeodeticFrame(*(spec.at or _middle(fields[spec.nation])))
        tracker = own_tracker(arrangement, name, frame, sensing.sensor_table(world))
        offered = offers(arrangement, name, frame, sensing.sensor_table(world), world.model, border)
        if spec.triangulate:
            crossings = Crossings(sensing.sensor_table(world))
            offered = tuple(replace(offer, crossings=Crossings(sensing.sensor_table(world))) for offer in offered)
    return Post(
        name=name,
        nation=nation,
        cycle_s=spec.cycle or 5.0,
        identifier=Identifier(Criteria(), book),
        border=border,
        situation=situation,
        sensors=own_sensors(world, nation),
        launch_sensors=world.state.radars["kind"] == SensorKind.AEW,
        tracker=tracker,
        crossings=crossings,
        offers=offered,
        planner=_planner(scenario, world, arrangement, name, spec, situation),
        commanders=commanders_of(arrangement, name),
        policing=desk_of(scenario, spec, fields, book, world.state.assets),
        missiles=missile_desk_of(world, spec, watched),
    )


def guarded_nations(scenario: Scenario, post: str, spec: PostSpec) -> list[str]:
    """Whose land a post watches: its own nation's and, where a common post sits with it, that of all parties to the
    agreements.
    """
    common = spec.host is not None or any(other.host == post for other in scenario.posts.values())
    parties = {party for agreement in scenario.agreements for party in agreement.parties} if common else set[str]()
    return sorted(parties | {spec.nation})


def own_sensors(world: World, nation: int) -> Rows:
    """SENSOR rows of one nation's own sensors."""
    table = sensing.sensor_table(world)
    return table[table["nation"] == nation]


def _middle(line: BorderField) -> tuple[float, float]:
    rows, columns = line.distance_m.shape
    return line.south_deg + rows / 2 * line.step_deg, line.west_deg + columns / 2 * line.step_deg


def _planner(
    scenario: Scenario, world: World, arrangement: Arrangement, name: str, spec: PostSpec, situation: Situation
) -> Planner:
    index = sorted(scenario.posts).index(name)
    guarded = _guarded(world, spec)
    assets = world.state.assets[guarded]
    assets["damage"] = 0.0
    config = PlannerConfig(
        post=name,
        post_index=index,
        seed=world.model.seed,
        policy=spec.policy or "assignment",
        params=PolicyParams(**spec.params),
        decision_s=20.0 if spec.decision is None else spec.decision,
        capability=capability(world),
        unit_names=world.model.names.units,
        assets=assets,
        asset_names=tuple(name for name, own in zip(world.model.names.assets, guarded, strict=True) if own),
        roe=_roe(scenario, spec.nation, arrangement.phases),
        first_order_id=(index + 1) * ORDERS_PER_POST,
        airspace=Airspace(
            tuple((kind, area_of(_polygons(scenario, zone))) for zone, kind in sorted((spec.airspace or {}).items()))
        ),
    )
    return Planner(config, Authority(arrangement, name, situation))


def _guarded(world: World, spec: PostSpec) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """A national post guards its own nation's assets, a common one everybody's."""
    nation = world.model.names.nations.index(spec.nation)
    return (world.state.assets["nation"] == nation) | (spec.host is not None)


def _roe(scenario: Scenario, nation: str, phases: tuple[str, ...]) -> dict[str, Roe]:
    written = scenario.nations[nation].roe
    rules: dict[str, Roe] = {phase: Roe() for phase in phases}
    for phase, rule in written.items():
        identities = tuple(Identity[word.upper().replace("-", "_")] for word in rule.identity)
        rules[phase] = Roe(Weapons[rule.weapons.upper()], identities, rule.approval)
    return rules


def capability(world: World) -> Rows:
    """CAPABILITY rows of all launchers, then all fighters, in row order: what their own side knows of them."""
    launchers, aircraft = world.state.launchers, world.state.aircraft
    fighters = np.nonzero((aircraft["unit"] >= 0) & (aircraft["missiles"] > 0))[0]
    rows = empty(CAPABILITY, len(launchers) + len(fighters))
    _fill_launchers(rows[: len(launchers)], world)
    _fill_fighters(rows[len(launchers) :], world, fighters)
    return rows


def _fill_launchers(rows: Rows, world: World) -> None:
    launchers = world.state.launchers
    rows["shooter"], rows["row"] = Shooter.LAUNCHER, np.arange(len(launchers))
    for name in (
        "nation",
        "unit",
        "entity",
        "channels",
        "range_min_m",
        "range_max_m",
        "alt_min_m",
        "alt_max_m",
        "mast_m",
    ):
        rows[name] = launchers[name]
    rows["reliability"], rows["pk"], rows["delay_s"] = (
        launchers["reliability"],
        launchers["pk"],
        launchers["reaction_s"],
    )
    rows["speed_mps"] = mean_speed_mps(world)[launchers["missile"]] if len(launchers) else 0.0


def mean_speed_mps(world: World) -> Float:
    """Mean speed of each missile type over its fly-out table: range over time, averaged where it reaches."""
    flyout = world.model.flyout
    slant_m = np.sqrt(flyout.range_m[:, None] ** 2 + flyout.height_m[None, :] ** 2)
    with np.errstate(invalid="ignore", divide="ignore"):
        speed = slant_m[None, :, :] / flyout.time_s
    good = np.isfinite(speed) & (speed > 0.0)
    return np.where(good, speed, 0.0).sum(axis=(1, 2)) / np.maximum(good.sum(axis=(1, 2)), 1)


def _fill_fighters(rows: Rows, world: World, fighters: np.ndarray[tuple[int], np.dtype[np.int64]]) -> None:
    aircraft = world.state.aircraft[fighters]
    types = world.model.aircraft_types[aircraft["type"]]
    rows["shooter"], rows["row"] = Shooter.FIGHTER, fighters
    for name in ("nation", "unit", "entity"):
        rows[name] = aircraft[name]
    rows["channels"], rows["reliability"] = 1, FIGHTER_SUCCESS
    rows["range_max_m"], rows["alt_max_m"] = types["aam_range_m"], types["ceiling_m"]
    rows["speed_mps"], rows["dash_mps"] = types["aam_speed_mps"], types["dash_mps"]
    rows["pk"], rows["delay_s"] = 1.0 - (1.0 - types["aam_pk"]) ** 2, aircraft["readiness_s"]
