"""Rows say what the single answers say: yes or no, the first clause, and the seconds until consent."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
import pytest
import treaties

from jointsky.links.agreements import Datum, Situation, Target, may_order, may_see
from jointsky.links.arrangement import Arrangement
from jointsky.links.compiler import compile_arrangement
from jointsky.links.places import Places
from jointsky.links.tables import (
    Sharing,
    commandable,
    decisive_zones,
    fire_control_sensors,
    heard_sensors,
    kinds,
    permits,
    released,
    releases,
)
from jointsky.scenario.agreement import AgreementFile
from jointsky.vocab.codes import NONE, Act, Identity, Share

PEACE, WAR = Situation("peace", 100.0), Situation("war", 100.0)
LOST = Situation.with_down("war", 1000.0, {"net": 40.0})
USED_UP = frozenset((f"X{k}", nation) for k in range(0, 9, 2) for nation in ("west", "east"))
SPENT = Situation("war", 100.0, spent=USED_UP)
EVERY = (PEACE, WAR, LOST, SPENT)


class Rules(NamedTuple):
    """What a nation's rules say of places."""

    abroad: bool = True
    over_land: str = "any"


def random(number: int, nations: tuple[str, ...] = ("west", "east"), **laws: Rules) -> Arrangement:
    text = treaties.random_text(np.random.default_rng(number), nations, clauses=9)
    text["posts"]["west.reserve"] = {"nation": "west", "phases": ["war"]}
    spec = AgreementFile.model_validate(text)
    units = treaties.things(list(spec.units), list(spec.nations))
    looking = [unit for unit in units if spec.units[unit.name].kind in ("radar", "aew", "early-warning")]
    written = {nation: {"war": rules} for nation, rules in laws.items()}
    return compile_arrangement(spec, looking, units, treaties.LANDS, laws=written)


def index_of(arr: Arrangement, clauses: tuple[str, ...]) -> int:
    """What rows hold for an answer: the index of the first clause, -1 for a nation's own right and for no."""
    return arr.clause_ids.index(clauses[0]) if clauses and clauses[0] != "national" else NONE


@pytest.mark.parametrize("number", range(8))
def test_releases_row_by_row(number: int) -> None:
    luck = np.random.default_rng(number)
    nations = ("west", "east", "south")[: 2 + number % 2]
    arr = random(number, nations)
    sensor = luck.integers(0, len(arr.sensors), 40)
    lat, lon = luck.uniform(48.0, 57.0, 40), luck.uniform(24.0, 38.0, 40)
    for situation in EVERY:
        for nation in nations:
            for share in (Share.PLOTS, Share.TRACKS, Share.FIRE_CONTROL, Share.WARNING):
                table = releases(arr, nation, share, situation)
                mask, clause = table.decide(sensor, lat, lon)
                foreign = False
                for k, row in enumerate(sensor):
                    thing = arr.sensors[row]
                    datum = Datum(share, thing.nation, thing.name, float(lat[k]), float(lon[k]))
                    verdict = may_see(arr, nation, datum, situation)
                    assert mask[k] == verdict.yes and clause[k] == index_of(arr, verdict.clauses)
                    foreign |= clause[k] != NONE
                assert not (foreign and table.empty)
                for owner in nations:
                    theirs, ids = released(arr, nation, share, owner, sensor, lat, lon, situation)
                    mine = np.array([arr.sensors[row].nation == owner for row in sensor])
                    assert np.array_equal(theirs, mask & mine)
                    assert np.array_equal(ids, np.where(mine, clause, NONE))


@pytest.mark.parametrize("number", range(4))
def test_nations_asked_together_get_what_each_gets_alone(number: int) -> None:
    luck, nations = np.random.default_rng(number), ("west", "east", "south")
    arr, found = random(number, nations), set[bool]()
    for situation in EVERY:
        for asked in (nations, nations[:1], ()):
            tables = {nation: releases(arr, nation, Share.PLOTS, situation) for nation in asked}
            plain = {nation: replace(table, zoned=()) for nation, table in tables.items()}
            for group in (tables, plain):
                sharing, sensor = Sharing(group), luck.integers(0, len(arr.sensors), 40)
                lat, lon = luck.uniform(48.0, 57.0, 40), luck.uniform(24.0, 38.0, 40)
                assert sharing.zoned == any(table.zoned for table in group.values())
                found.add(sharing.zoned)
                told = sharing.decide(sensor, lat, lon)
                assert len(told) == len(asked)
                for table, (mask, clause) in zip(group.values(), told, strict=True):
                    alone = table.decide(sensor, lat, lon)
                    assert mask.dtype == np.bool_ and clause.dtype == np.int16
                    assert np.array_equal(mask, alone[0]) and np.array_equal(clause, alone[1])
    assert found == ({False} if number == 1 else {True, False})


def test_one_row_and_one_place_for_all() -> None:
    arr = treaties.compiled(treaties.read("tracks-1995"))
    near = released(arr, "west", Share.TRACKS, "east", arr.sensor_rows["east.radar.1"], 54.0, 30.5, PEACE)
    assert (near[0].tolist(), near[1].tolist()) == ([True], [arr.clause_ids.index("E1")])
    own = released(arr, "east", Share.TRACKS, "east", arr.sensor_rows["east.radar.1"], 54.0, 30.5, PEACE)
    assert (own[0].tolist(), own[1].tolist()) == ([True], [NONE])
    mixed = released(arr, "west", Share.TRACKS, "east", np.arange(len(arr.sensors)), 54.0, 30.5, PEACE)
    assert [arr.sensors[row].name for row in np.flatnonzero(mixed[0])] == ["east.radar.1"]


def test_what_is_bound_to_a_place_is_not_released_without_one() -> None:
    arr = treaties.compiled(treaties.read("tracks-1995"))
    table = releases(arr, "west", Share.TRACKS, PEACE)
    row, near, nowhere = [arr.sensor_rows["east.radar.1"]], (np.array([54.0]), np.array([30.5])), np.array([np.nan])
    assert table.decide(row, *near)[0].all() and not table.empty
    for lat, lon in ((None, None), (near[0], None), (None, near[1]), (nowhere, nowhere)):
        mask, clause = table.decide(row, lat, lon)
        assert not mask.any() and clause.tolist() == [NONE]


@pytest.mark.parametrize("number", range(8))
def test_a_nation_hears_a_sensor_where_it_may_see_what_makes_tracks(number: int) -> None:
    """Sensor by sensor and place by place, as `may_see` answers for plots, fire-control data and tracks; a warning or
    an identity makes no track."""
    luck = np.random.default_rng(number + 100)
    nations = ("west", "east", "south")[: 2 + number % 2]
    arr = random(number, nations)
    lat, lon = luck.uniform(48.0, 57.0, 12), luck.uniform(24.0, 38.0, 12)
    foreign = 0
    for situation in EVERY:
        for nation in nations:
            heard = heard_sensors(arr, nation, situation, lat, lon)
            assert heard.shape == (12, len(arr.sensors))
            for row, thing in enumerate(arr.sensors):
                for k in range(12):
                    asked = [
                        Datum(share, thing.nation, thing.name, float(lat[k]), float(lon[k]))
                        for share in (Share.PLOTS, Share.FIRE_CONTROL, Share.TRACKS)
                    ]
                    may = any(may_see(arr, nation, datum, situation).yes for datum in asked)
                    assert heard[k, row] == may, (situation, nation, thing.name, k)
                    foreign += may and thing.nation != nation
    assert foreign > 0, "some come from a neighbour"


def test_nothing_is_empty_and_skipped_clauses_carry_nothing() -> None:
    arr = treaties.compiled(treaties.read("joint-2009"))
    assert releases(treaties.compiled(treaties.read("none")), "west", Share.PLOTS, WAR).empty
    row = [arr.sensor_rows["east.radar.1"]]
    whole = releases(arr, "west", Share.PLOTS, PEACE)
    assert whole.decide(row, None, None)[0].all() and not whole.empty
    skipped = releases(arr, "west", Share.PLOTS, PEACE, frozenset((arr.clause_ids.index("S1"),)))
    assert skipped.empty and not skipped.decide(row, None, None)[0].any()


@pytest.mark.parametrize("number", range(12))
def test_a_nation_launches_on_its_own_data_and_on_fire_control_from_anywhere(number: int) -> None:
    arr = random(100 + number)
    for situation in (PEACE, WAR, LOST):
        for nation in arr.nations:
            found = fire_control_sensors(arr, nation, situation)
            for row, thing in enumerate(arr.sensors):
                nowhere = Datum(Share.FIRE_CONTROL, thing.nation, thing.name)
                assert found[row] == may_see(arr, nation, nowhere, situation).yes, "known or not where it was seen"


@pytest.mark.parametrize("number", range(5))
@pytest.mark.parametrize("lawful", [False, True])
def test_permits_row_by_row(number: int, lawful: bool) -> None:
    laws = {"west": Rules(True, "own"), "east": Rules(number % 2 == 0, "any")} if lawful else {}
    arr, luck = random(200 + number, **laws), np.random.default_rng(number)
    units, count = np.arange(len(arr.units)), 6
    identity, civil = luck.choice([int(one) for one in Identity], count), luck.random(count) < 0.4
    identity[:2] = Identity.HOSTILE
    lat, lon = luck.uniform(50.0, 57.0, count), luck.uniform(24.0, 38.0, count)
    places = Places.at(lat, lon)
    for situation in EVERY:
        for post in ("west.cp", "joint.cp", "west.reserve"):
            for act in Act:
                table = permits(arr, post, act, units, identity, civil, lat, lon, situation, places)
                for u, unit in enumerate(arr.units):
                    for k in range(count):
                        aim = Target(int(identity[k]), bool(civil[k]), None, float(lat[k]), float(lon[k]))
                        one = may_order(arr, post, act, unit.name, aim, situation)
                        assert table.allowed[u, k] == one.yes
                        assert table.clause[u, k] == index_of(arr, one.clauses)
                        assert table.takes_s[u, k] == (one.takes_s if one.yes else np.inf)


def test_places_bring_what_is_known_of_crossings() -> None:
    text = treaties.read("tracks-1995")
    areas = {"west.cp": "west territory", "east.cp": "east territory"}
    text["agreements"][0] |= {"areas": areas, "handover": {"takes": "60 s"}}
    arr = treaties.compiled(text)
    unit, east = arr.unit_rows["west.sam.1"], (np.array([54.0] * 3), np.array([31.0] * 3))
    places = Places(*east, np.array([10.0, 60.0, np.inf]), ["west.cp", "west.cp", None])
    crossed = permits(arr, "west.cp", Act.ENGAGE, unit, [6] * 3, [False] * 3, *east, WAR, places)
    assert crossed.allowed.tolist() == [[True, False, False]] and crossed.takes_s.tolist() == [[0.0, np.inf, np.inf]]
    assert not permits(arr, "west.cp", Act.ENGAGE, unit, [6] * 3, [False] * 3, *east, WAR).allowed.any()


def test_nobody_and_a_post_that_does_not_exist_yet_may_order_nothing() -> None:
    arr = treaties.compiled(treaties.read("joint-2009"))
    for post in ("nobody.cp", "joint.cp"):
        table = permits(arr, post, Act.SCRAMBLE, [0, 1, 2], [6, 6], [False, False], [54.0] * 2, [29.0] * 2, PEACE)
        assert table.allowed.shape == table.clause.shape == table.takes_s.shape == (3, 2)
        assert not table.allowed.any() and (table.clause == NONE).all() and np.isinf(table.takes_s).all()
    assert not commandable(arr, "joint.cp", PEACE).any()
    one = permits(arr, "west.cp", Act.ENGAGE, arr.unit_rows["west.sam.1"], 6, False, 54.0, 29.0, PEACE)
    assert (one.allowed.tolist(), one.clause.tolist(), one.takes_s.tolist()) == ([[True]], [[NONE]], [[0.0]])


def test_of_two_clauses_the_sooner_consent_decides_and_of_equals_the_first() -> None:
    def asked(*takes: str) -> tuple[str, float]:
        text = treaties.read("none")
        common: dict[str, Any] = {"order": "scramble", "units": ["east.qra"], "from": "east", "to": "west"}
        clauses = [{"id": f"C{k}", **common, "approval": {"by": "owner", "takes": t}} for k, t in enumerate(takes)]
        text["agreements"] = [{"name": "pact", "parties": ["west", "east"], "clauses": clauses,
                               "on_link_loss": {"link": "hotline", "after": "30 s", "then": "national"}}]  # fmt: skip
        arr = treaties.compiled(text)
        table = permits(arr, "west.cp", Act.SCRAMBLE, arr.unit_rows["east.qra"], 6, False, 54.0, 29.0, PEACE)
        return arr.clause_ids[table.clause[0, 0]], float(table.takes_s[0, 0])

    assert asked("60 s", "30 s") == ("C1", 30.0) and asked("30 s", "60 s") == ("C0", 30.0)
    assert asked("45 s", "45 s") == ("C0", 45.0)


@pytest.mark.parametrize("number", range(12))
def test_a_post_commands_what_it_could_give_some_order(number: int) -> None:
    """Some act against some target, of every identity and over every land: nothing else makes a unit commandable."""
    arr = random(300 + number)
    aims = [Target(int(Identity.HOSTILE), False, land) for land in ("west", "east")]
    aims += [Target(int(Identity.HOSTILE), False, None, lat, lon) for lat in (53.0, 55.0) for lon in (29.9, 30.1)]
    for situation in (PEACE, WAR, LOST):
        for post in arr.posts:
            found = commandable(arr, post, situation)
            for row, unit in enumerate(arr.units):
                some = any(
                    may_order(arr, post, act, unit.name, aim, situation).yes for act in Act for aim in (None, *aims)
                )
                assert found[row] == some, (post, unit.name)


def zones_of(arr: Arrangement, act: Act, situation: Situation) -> list[str]:
    return [zone.text for zone in decisive_zones(arr, act, situation)]


def test_the_zones_that_speak_of_an_act_are_those_of_its_clauses_each_once() -> None:
    """A zone too many would only tell targets apart that get the same answer, and have each of them asked about."""
    arr = treaties.compiled(treaties.read("joint-2009"))
    assert zones_of(arr, Act.ENGAGE, WAR) == zones_of(arr, Act.POSITION, WAR) == ["anywhere in west + east"]
    assert zones_of(arr, Act.ENGAGE, PEACE) == ["receiver territory"] * 2, "once for each receiver"
    assert zones_of(arr, Act.POSITION, PEACE) == [], "in peace a clause speaks of shooting alone"
    for act in (Act.SCRAMBLE, Act.CEASE, Act.RECOVER, Act.WEAPONS_STATUS):
        assert zones_of(arr, act, WAR) == zones_of(arr, act, PEACE) == [], "these happen nowhere"


def test_lands_speak_of_shooting_where_some_law_does() -> None:
    without, lawful = random(1), random(1, west=Rules(True, "own"))
    lands = set(lawful.lands.values())
    assert lands <= set(decisive_zones(lawful, Act.ENGAGE, WAR))
    assert not set(without.lands.values()) & set(decisive_zones(without, Act.ENGAGE, WAR))
    assert not lands & set(decisive_zones(lawful, Act.ENGAGE, PEACE)), "the law was written for war"
    assert not lands & set(decisive_zones(lawful, Act.POSITION, WAR))


def test_whose_area_it_is_tells_targets_apart_for_shooting_alone() -> None:
    text = treaties.read("tracks-1995")
    areas = {"west.cp": "west territory", "east.cp": "east territory"}
    text["agreements"][0] |= {"areas": areas, "handover": {"takes": "60 s"}}
    arr, crossing = treaties.compiled(text), (float("inf"), "")
    facts = [(int(Identity.HOSTILE), lat, lon, crossing) for lat, lon in ((54.0, 29.0), (54.0, 31.0), (55.0, 31.0))]
    shot = kinds(arr, Act.ENGAGE, facts, WAR, ())
    assert shot[0] != shot[1] == shot[2]
    for act in (Act.POSITION, Act.SCRAMBLE):
        assert len(set(kinds(arr, act, facts, WAR, ()))) == 1
    unbound = treaties.compiled(treaties.read("tracks-1995"))
    assert len(set(kinds(unbound, Act.ENGAGE, facts, WAR, ()))) == 1
