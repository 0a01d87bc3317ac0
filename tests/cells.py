"""The whole table of who may do what, cell by cell: the compiled decisions beside the oracle's.

A cell is (post, act, unit, target) or (nation, kind, sensor, place) or (nation, thing, owner), in one state of the
agreement: phase, link up or lost or coming back, consent withdrawn, help called, shots used up.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import generated
import numpy as np
from oracle import OWN, Aim, NearEdge, Oracle, State, shape_of

from jointsky.atlas import borders
from jointsky.geo.areas import Box
from jointsky.links.agreements import Datum, Target, Usable, commander_of, may_order, may_see, may_use
from jointsky.links.arrangement import Arrangement, Situation, Thing
from jointsky.links.compiler import compile_arrangement
from jointsky.links.places import Places
from jointsky.links.tables import permits, released
from jointsky.scenario.load import Scenario, load
from jointsky.vocab.codes import Act, Identity, Share

SHIPPED = Path(__file__).resolve().parents[1] / "scenarios" / "agreements"
ACTS = ("scramble", "position", "engage", "weapons-status", "recover", "cease")
SHARES = ("plots", "tracks", "fire-control", "warning", "identity", "flight-plans")
IDENTITIES = ("pending", "unknown", "assumed-friend", "friend", "neutral", "suspect", "hostile")
SENSING = ("radar", "aew", "early-warning")


@dataclass
class Subject:
    """One file: compiled, and as the oracle reads it; places to ask about."""

    name: str
    arr: Arrangement
    oracle: Oracle
    places: list[tuple[float, float]]


def shipped() -> list[str]:
    """Every agreement file that is shipped."""
    return sorted(str(path.relative_to(SHIPPED)) for path in SHIPPED.rglob("*.yaml"))


def of_file(name: str) -> Subject:
    """A shipped agreement file that stands alone."""
    return of_scenario(name, load(SHIPPED / name), None)


def of_case(number: int) -> Subject:
    """A generated scenario's agreements, on its day."""
    scenario = generated.scenario(generated.case(number).tree)
    return of_scenario(f"case {number}", scenario, scenario.start.date() if scenario.start else None)


def of_scenario(name: str, scenario: Scenario, on: Any) -> Subject:
    """A scenario's agreements on a day (None: what has ever come into force)."""
    owners = {unit: section.nation or "" for unit, section in scenario.units.items()}
    sensors = {unit: unit for unit, section in scenario.units.items() if section.kind in SENSING}
    for unit, section in scenario.units.items():
        sites = [site.id for site in getattr(section, "radars", ())]
        sites += [f"{one.id}.search" for one in getattr(section, "batteries", ()) if one.search]
        if sites:
            sensors.pop(unit, None)
            sensors |= {f"{unit}.{site}": unit for site in sites}
    polygons = _outlines(scenario)
    zones = {zone: _polygons(scenario.zone(zone)) for zone in scenario.zones}
    laws = {nation: section.roe for nation, section in scenario.nations.items()}
    things = [Thing(unit, owner, unit) for unit, owner in owners.items()]
    eyes = [Thing(sensor, owners[unit], unit) for sensor, unit in sensors.items()]
    arr = compile_arrangement(scenario, eyes, things, polygons, zones, on=on, laws=laws)
    lands = {nation: shape_of(rings) for nation, rings in polygons.items()}
    shapes = {zone: shape_of(rings) for zone, rings in zones.items()}
    oracle = Oracle(scenario, owners, sensors, lands, shapes, laws, on)
    return Subject(name, arr, oracle, _places(lands))


def _outlines(scenario: Scenario) -> dict[str, Any]:
    """Polygons by nation, without the tables of distances that a run needs."""
    found: dict[str, Any] = {}
    for name, nation in scenario.nations.items():
        written, territory = scenario.geojson(name), nation.territory
        if written is not None:
            found[name] = _polygons(written)
        elif territory is not None:
            area = borders.territory(territory.country, Box(*territory.box) if territory.box else None)
            found[name] = [[ring.tolist()] for ring in area.rings]
    return found


def _polygons(geojson: dict[str, Any]) -> Any:
    found = geojson
    while "coordinates" not in found:
        found = found["geometry"] if "geometry" in found else found["features"][0]
    return found["coordinates"] if found["type"] == "MultiPolygon" else [found["coordinates"]]


def _places(lands: dict[str, Any]) -> list[tuple[float, float]]:
    """A place inside each land, some around where lands meet, and one far away."""
    inside = [shape.representative_point() for shape in lands.values()]
    found = [(round(point.y, 3), round(point.x, 3)) for point in inside]
    for (a, one), (b, other) in itertools.combinations(enumerate(lands.values()), 2):
        border = one.boundary.intersection(other.boundary.buffer(0.03))
        if not border.is_empty:
            middle = border.interpolate(0.5, normalized=True) if border.geom_type == "LineString" else border.centroid
            for north, east in ((0.0, 0.4), (0.0, -0.4), (0.5, 0.0), (0.0, 1.6), (-0.3, -1.5)):
                found.append((round(middle.y + north, 3), round(middle.x + east, 3)))
        assert a < b
    return [*found, (-40.0, 120.0)]


def states(subject: Subject) -> list[State]:
    """Phases x what has happened to links, consent, calls and shots."""
    spec, t = subject.oracle.spec, 1000.0
    found = [State(phase) for phase in spec.phases]
    every = {clause.id for text in spec.agreements for clause in text.clauses}
    names = every | {text.name for text in spec.agreements}
    called = {clause.id: t - 500.0 for text in spec.agreements for clause in text.clauses if clause.if_attacked}
    for phase in spec.phases:
        for link in spec.links:
            for history in ((t - 3.0,), (t - 900.0,), (t - 900.0, t - 1.0), (t - 900.0, t - 400.0)):
                found.append(State(phase, t, {link: history}))
        if spec.links:
            found.append(State(phase, t, dict.fromkeys(spec.links, (t - 800.0,))))
        for history in ((t - 1.0,), (t - 600.0,), (t - 600.0, t - 300.0)):
            found += [State(phase, t, {}, {name: history}) for name in sorted(names)[:: max(1, len(names) // 5)]]
        if called:
            found += [State(phase, t, {}, {}, called), State(phase, t, {}, {}, dict.fromkeys(called, t - 1.0))]
        spent = frozenset((name, nation) for name in every for nation in spec.nations)
        found.append(State(phase, t, {}, {}, called, spent))
    return found


def aims(subject: Subject) -> list[Aim | None]:
    """Targets: identity x civil x place, also ones of which only the land is known, and crossings of a seam."""
    found: list[Aim | None] = [None]
    lands: Sequence[str | None] = [*subject.oracle.lands, None]
    for identity, civil in itertools.product(IDENTITIES, (False, True)):
        found += [Aim(identity, civil, place) for place in subject.places]
        found += [Aim(identity, civil, None, land) for land in lands]
    posts = [post for text in subject.oracle.texts for post in text.areas]
    for place in subject.places[:6]:
        found += [Aim("hostile", False, place, None, 5.0, old) for old in (*posts, "", None)]
    return found


def target_of(aim: Aim | None) -> Target | None:
    if aim is None:
        return None
    lat, lon = aim.place or (float("nan"), float("nan"))
    code = int(Identity[aim.identity.upper().replace("-", "_")])
    return Target(code, aim.civil, aim.land, lat, lon, aim.crossed_s, aim.came_from)


def situation_of(state: State) -> Situation:
    return Situation(state.phase, state.t_s, state.links, state.withdrawn, state.called, state.spent)


def act_of(word: str) -> Act:
    return Act[word.upper().replace("-", "_")]


def order_cells(subject: Subject, luck: np.random.Generator | None, count: int = 0) -> Iterator[tuple[Any, ...]]:
    """All cells of orders, or so many drawn by chance."""
    posts = [*subject.oracle.spec.posts, "nobody.cp"]
    axes = [posts, list(ACTS), [*subject.oracle.owners, "nobody.sam"], aims(subject), states(subject)]
    yield from _cells(axes, luck, count)


def see_cells(subject: Subject, luck: np.random.Generator | None, count: int = 0) -> Iterator[tuple[Any, ...]]:
    """All cells of data."""
    spec = subject.oracle.spec
    axes = [list(spec.nations), list(SHARES), list(subject.oracle.sensors), subject.places, states(subject)]
    yield from _cells(axes, luck, count)


def _cells(axes: list[list[Any]], luck: np.random.Generator | None, count: int) -> Iterator[tuple[Any, ...]]:
    if any(not axis for axis in axes):
        return
    if luck is None:
        yield from itertools.product(*axes)
        return
    for _ in range(count):
        yield tuple(axis[int(luck.integers(len(axis)))] for axis in axes)


def command_cells(subject: Subject, luck: np.random.Generator | None, count: int = 0) -> Iterator[tuple[Any, ...]]:
    """All cells of who commands what, or so many drawn by chance."""
    places: dict[Any, Aim | None] = {None: None}
    for aim in aims(subject):
        if aim is not None:
            places.setdefault((aim.place, aim.land), aim)
    axes = [list(subject.oracle.spec.posts), list(subject.oracle.owners), list(places.values()), states(subject)]
    yield from _cells(axes, luck, count)


def command_difference(subject: Subject, cell: tuple[Any, ...]) -> str | None:
    """What the two opinions on who commands a unit differ in; None where they agree."""
    post, unit, aim, state = cell
    try:
        expected = subject.oracle.commander(unit, post, aim, state)
    except NearEdge:
        return None
    found = commander_of(subject.arr, unit, post, situation_of(state), target_of(aim))
    return None if found == expected else f"{subject.name}: {cell}: {found!r}, expected {expected!r}"


def order_difference(subject: Subject, cell: tuple[Any, ...]) -> str | None:
    """What the two opinions on an order differ in; None where they agree or the place is too near an edge."""
    post, act, unit, aim, state = cell
    try:
        expected = subject.oracle.orders(post, act, unit, aim, state)
    except NearEdge:
        return None
    verdict = may_order(subject.arr, post, act_of(act), unit, target_of(aim), situation_of(state))
    told = f"{subject.name}: {post} {act} {unit} {aim} {state}: expected {expected}, found {verdict}"
    if verdict.yes != bool(expected) or set(verdict.clauses) != set(expected):
        return told
    if expected:
        soonest = min(takes for _, takes in expected.values())
        if verdict.takes_s != soonest or (verdict.approval_by, soonest) not in expected.values() or verdict.against:
            return told
    elif not verdict.against or verdict.clauses:
        return told
    return None


def table_differences(subject: Subject, post: str, act: str, state: State, targets: Sequence[Aim]) -> list[str]:
    """The same of the table of rows: units x targets at once."""
    codes = [int(Identity[aim.identity.upper().replace("-", "_")]) for aim in targets]
    lat, lon = ([aim.place[k] for aim in targets if aim.place] for k in (0, 1))
    names = list(subject.oracle.owners)
    places = Places.at(lat, lon)
    places.crossed_s = np.array([aim.crossed_s for aim in targets])
    places.came_from = [aim.came_from for aim in targets]
    table = permits(subject.arr, post, act_of(act), np.arange(len(names)), codes, [aim.civil for aim in targets],
                    lat, lon, situation_of(state), places)  # fmt: skip
    wrong: list[str] = []
    for u, k in itertools.product(range(len(names)), range(len(targets))):
        try:
            expected = subject.oracle.orders(post, act, names[u], targets[k], state)
        except NearEdge:
            continue
        takes = min((takes for _, takes in expected.values()), default=np.inf)
        if bool(table.allowed[u, k]) != bool(expected) or table.takes_s[u, k] != takes:
            wrong.append(f"{subject.name}: table {post} {act} {names[u]} {targets[k]} {state}: {expected}")
    return wrong


def see_difference(subject: Subject, cell: tuple[Any, ...]) -> str | None:
    """The same of data, asked of `may_see` and of the rows."""
    nation, share, sensor, place, state = cell
    owner = subject.oracle.owners[subject.oracle.sensors[sensor]]
    try:
        expected = subject.oracle.sees(nation, share, sensor, place, state)
    except NearEdge:
        return None
    kind, situation = Share[share.upper().replace("-", "_")], situation_of(state)
    verdict = may_see(subject.arr, nation, Datum(kind, owner, sensor, *place), situation)
    mask, clause = released(subject.arr, nation, kind, owner, subject.arr.sensor_rows[sensor], *place, situation)
    first = min((i for i, name in enumerate(subject.arr.clause_ids) if name in expected), default=-1)
    right = set(verdict.clauses) == expected and verdict.yes == bool(expected) == bool(mask[0])
    if right and (clause[0] == first or expected == {OWN}):
        return None
    what = f"{nation} sees {share} of {sensor} at {place}, {state}"
    return f"{subject.name}: {what}: expected {expected}, found {verdict}"


def use_differences(subject: Subject) -> list[str]:
    """The same of things, all cells."""
    nations, wrong = list(subject.oracle.spec.nations), []
    for nation, owner, word in itertools.product(nations, nations, ("airfields", "munitions")):
        for state in states(subject):
            expected = subject.oracle.uses(nation, word, owner, state)
            verdict = may_use(subject.arr, nation, Usable(word, owner), situation_of(state))
            if verdict.yes != bool(expected) or set(verdict.clauses) != expected:
                wrong.append(f"{subject.name}: {nation} uses {word} of {owner}, {state}: {expected} / {verdict}")
    return wrong
