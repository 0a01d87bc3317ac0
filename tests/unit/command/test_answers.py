"""What is remembered of decisions is forgotten when it must be: one that remembers beside one that was just born.

The walk goes through states of generated and shipped agreements: phases, links cut and restored, consent taken back
and given, help called for, shots used up, time passing, tracks that move over borders and seams.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import cells
import numpy as np
import pytest
import treaties
from pictures import tracks

from jointsky.command import authority
from jointsky.command.answers import Answers
from jointsky.command.authority import Authority
from jointsky.links import agreements, force, release, tables
from jointsky.links.agreements import Situation, Target, may_order, partners_in_command
from jointsky.links.arrangement import Arrangement
from jointsky.links.compiler import compile_arrangement
from jointsky.links.force import in_force, order_stands
from jointsky.links.release import track_grants
from jointsky.links.tables import decisive_zones, fire_control_sensors, kinds, releases
from jointsky.links.zones import Zone, area_of, common_border, strip_along
from jointsky.scenario.agreement import AgreementFile
from jointsky.vocab.codes import Act, Identity, Share
from jointsky.vocab.messages import Called, Consent, LinkState, Phase
from jointsky.vocab.records import Rows

ACTS = (Act.ENGAGE, Act.SCRAMBLE, Act.POSITION, Act.WEAPONS_STATUS, Act.CEASE, Act.RECOVER)
CODES = (Identity.HOSTILE, Identity.SUSPECT, Identity.NEUTRAL, Identity.FRIEND)
STEPS = 40
SUBJECTS = ("full.yaml", "models/fallback.yaml", "models/joint-duty.yaml", "joint-2009.yaml")


def everything(asked: Authority, picture: Rows) -> list[Any]:
    """All that a post may be told about a picture."""
    arr, units = asked.arrangement, np.arange(len(asked.arrangement.units), dtype=np.int32)
    found: list[Any] = [asked.commanders(), asked.weapons_limit()]
    for act in ACTS:
        table, deferred = asked.permits(act, units, picture)
        found += [table.allowed.tolist(), table.clause.tolist(), table.takes_s.tolist(), deferred.tolist()]
        found += [asked.verdict(act, unit, track) for unit in range(len(arr.units)) for track in picture]
        found += [asked.verdict(act, unit, None) for unit in range(len(arr.units))]
    return found + [asked.may_engage([unit] * len(picture), picture) for unit in range(len(arr.units))]


def happens(luck: np.random.Generator, arr: Arrangement, before: Situation) -> tuple[str, Situation]:
    """Something that changes a situation."""
    t_s, clauses = before.t_s + float(luck.choice([0.0, 1.0, 45.0, 900.0])), arr.clauses
    what = str(luck.choice(["phase", "link", "consent", "help", "shots", "time"]))
    if what == "phase":
        return what, before.after(Phase(str(luck.choice(arr.phases)), t_s))
    if what == "link" and arr.links:
        return what, before.after(LinkState(str(luck.choice(sorted(arr.links))), bool(luck.random() < 0.5), t_s))
    if what == "consent" and clauses:
        names = sorted({clause.id for clause in clauses} | {clause.agreement for clause in clauses})
        return what, before.after(Consent(str(luck.choice(names)), bool(luck.random() < 0.5), t_s))
    if what == "help" and any(clause.assistance for clause in clauses):
        return what, before.after(Called(next(c.id for c in clauses if c.assistance), t_s))
    if what == "shots" and arr.orders:
        grant = arr.orders[int(luck.integers(len(arr.orders)))]
        return what, replace(before, t_s=t_s, spent=before.spent ^ {(grant.clause.id, grant.giver)})
    return "time", before.at(t_s)


def walk(subject: cells.Subject, post: str, seed: int) -> Iterator[tuple[str, Situation, Rows]]:
    """Situations and pictures, one change after another."""
    luck, arr = np.random.default_rng(seed), subject.arr
    now, places = Situation(arr.phases[0], 0.0), np.array(subject.places)
    aimed = places[luck.integers(len(places), size=3)]
    yield "start", now, _picture(aimed, luck)
    for _ in range(STEPS):
        if luck.random() < 0.4:
            what, now = "move", now.at(now.t_s + 5.0)
            aimed[int(luck.integers(3))] = places[int(luck.integers(len(places)))]
        else:
            what, now = happens(luck, arr, now)
        yield what, now, _picture(aimed, np.random.default_rng(seed))


def _picture(aimed: np.ndarray, luck: np.random.Generator) -> Rows:
    rows = tracks(len(aimed), lat_deg=aimed[:, 0], lon_deg=aimed[:, 1])
    rows["identity"] = luck.choice(CODES, size=len(aimed))
    return rows


ASKED = ("permits", "may_order", "decisive_zones", "chain_of_command", "force_of")
"""What an `Authority` asks of the agreement, each of them dearer than to remember the answer."""


def counted(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How often each of `ASKED` is called from now on."""
    calls = Counter[str]()

    def counting(name: str, asked: Callable[..., Any]) -> Callable[..., Any]:
        def ask(*args: Any) -> Any:
            calls[name] += 1
            return asked(*args)

        return ask

    for name in ASKED:
        monkeypatch.setattr(authority, name, counting(name, vars(authority)[name]))
    return calls


def test_what_was_answered_is_not_asked_again_until_something_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    arr, calls = treaties.compiled(treaties.read("joint-2009")), counted(monkeypatch)
    places, units = np.array([(54.0, 29.0), (54.0, 31.0), (58.0, 31.0)]), np.arange(len(arr.units), dtype=np.int32)
    picture = tracks(3, lat_deg=places[:, 0], lon_deg=places[:, 1], identity=Identity.HOSTILE)
    asked = Authority(arr, "east.cp", Situation("war", 100.0))
    asked.permits(Act.ENGAGE, units, picture[:0])
    assert not calls, "about no target there is nothing to ask"
    told, first = everything(asked, picture), Counter(calls)
    assert all(first[name] for name in ASKED) and everything(asked, picture) == told
    assert calls == first, "the same picture in the same situation"
    asked.situation = asked.situation.at(105.0)
    assert everything(asked, picture) == told
    everything(asked, picture[::-1])
    assert calls - first == {"force_of": 1}, "neither time alone nor the order of the tracks changes anything"
    before = Counter(calls)
    asked.permits(Act.ENGAGE, units, tracks(1, identity=Identity.SUSPECT))
    assert (calls - before).keys() == {"permits"}, "a new kind of target is asked about, and nothing else"
    asked.situation = asked.situation.after(Phase("peace", 106.0))
    assert everything(asked, picture) != told and all((calls - before)[name] for name in ASKED)


def test_at_first_there_is_no_answer_and_each_new_kind_has_a_row_of_its_own() -> None:
    answers = Answers.none(3)
    assert {part.shape for part in (answers.allowed, answers.clause, answers.takes_s, answers.deferred)} == {(0, 3)}
    yes, of, soon = np.array([[True], [False], [True]]), np.array([[4], [-1], [5]], np.int16), np.full((3, 1), 7.0)
    answers.learn([("a",)], tables.Permits(yes, of, soon), ~yes)
    answers.learn([("b",)], tables.Permits(~yes, -of, 2.0 * soon), yes)
    assert answers.rows == {("a",): 0, ("b",): 1}
    told, deferred = answers.at([1, 0])
    assert np.array_equal(told.allowed, np.hstack((~yes, yes))) and np.array_equal(deferred, np.hstack((yes, ~yes)))
    assert told.clause.tolist() == [[-4, 4], [1, -1], [-5, 5]] and told.takes_s.tolist() == [[14.0, 7.0]] * 3


@pytest.mark.parametrize("name", [*SUBJECTS, 1, 2, 5, 8])
def test_one_that_remembers_says_what_one_that_was_just_born_says(name: str | int) -> None:
    subject = cells.of_file(name) if isinstance(name, str) else cells.of_case(name)
    for seed, post in enumerate(subject.arr.posts):
        old = Authority(subject.arr, post, Situation(subject.arr.phases[0]))
        for what, now, picture in walk(subject, post, seed):
            old.situation = now
            old.watch(picture)
            born = Authority(subject.arr, post, now, old.seams)
            assert everything(old, picture) == everything(born, picture), (post, what, now)


def test_the_walk_meets_changes_of_every_sort() -> None:
    """Without these the test above would prove nothing."""
    changed: set[str] = set()
    for name in (*SUBJECTS, 1, 2, 5, 8):
        subject = cells.of_file(name) if isinstance(name, str) else cells.of_case(name)
        for seed, post in enumerate(subject.arr.posts):
            asked, last = Authority(subject.arr, post, Situation(subject.arr.phases[0])), None
            for what, now, picture in walk(subject, post, seed):
                asked.situation = now
                asked.watch(picture)
                told = everything(asked, picture)
                changed |= {what} if last is not None and told != last else set()
                last = told
    assert changed >= {"phase", "link", "consent", "help", "shots", "time", "move"}


@pytest.mark.parametrize("name", ["full.yaml", "joint-2009.yaml", 1, 2, 8, 13])
def test_targets_of_one_kind_get_one_answer(name: str | int) -> None:
    subject, luck = cells.of_file(name) if isinstance(name, str) else cells.of_case(name), np.random.default_rng(3)
    arr, names = subject.arr, list(subject.oracle.owners)
    states = [cells.situation_of(state) for state in cells.states(subject)]
    posts = list(arr.areas) or [""]
    for _ in range(60):
        now, act = states[int(luck.integers(len(states)))], ACTS[int(luck.integers(3))]
        facts: list[tables.Facts] = [
            (int(luck.choice(CODES)), lat, lon, (float(luck.choice([5.0, np.inf])), str(luck.choice(posts))))
            for lat, lon in subject.places for _ in range(4)
        ]  # fmt: skip
        found = kinds(arr, act, facts, now, decisive_zones(arr, act, now))
        post, unit = str(luck.choice(list(arr.posts))), names[int(luck.integers(len(names)))]
        told: dict[Any, set[Any]] = {}
        for kind, (code, lat, lon, (crossed_s, came_from)) in zip(found, facts, strict=True):
            target = Target(code, code == Identity.NEUTRAL, None, lat, lon, crossed_s, came_from)
            told.setdefault(kind, set()).add(may_order(arr, post, act, unit, target, now))
        assert all(len(answers) == 1 for answers in told.values()), (post, act, unit, now)


CACHED = (
    force.clauses_in, force.orders_in, force._holders_in, force._areas_in, agreements._partners_in, tables._releases_in,
    tables._launchable_in, tables._zones_in, release.grants_in,
)  # fmt: skip


def shared(arr: Arrangement, now: Situation) -> list[Any]:
    """What network and posts ask of the agreement each tick."""
    found: list[Any] = [in_force(arr, now)]
    for nation in arr.nations:
        found.append(fire_control_sensors(arr, nation, now).tolist())
        for share in Share:
            table = releases(arr, nation, share, now)
            found.append((table.plain.tolist(), [grant.clause.id for grant in table.zoned]))
        for other in arr.nations:
            found.append([grant.clause.id for grant in track_grants(arr, nation, other, now)])
    for post in arr.posts:
        found.append(partners_in_command(arr, post, now))
        found.append([order_stands(arr, post, clause, now) for clause in arr.clause_ids])
    return found + [decisive_zones(arr, act, now) for act in ACTS]


@pytest.mark.parametrize("name", ["full.yaml", "joint-2009.yaml", 2, 8])
def test_answers_for_network_and_posts_follow_every_change(name: str | int) -> None:
    subject = cells.of_file(name) if isinstance(name, str) else cells.of_case(name)
    for _, now, _ in walk(subject, next(iter(subject.arr.posts)), 7):
        told = shared(subject.arr, now)
        for cached in CACHED:
            cached.cache_clear()
        assert told == shared(subject.arr, now), now


def test_what_is_remembered_cannot_be_written_over() -> None:
    arr, now = treaties.compiled(treaties.read("joint-2009")), Situation("war")
    for shown in (fire_control_sensors(arr, "west", now), releases(arr, "west", Share.PLOTS, now).plain):
        with pytest.raises(ValueError, match="read-only"):
            shown[0] = 0
    asked, units = Authority(arr, "joint.cp", now), np.arange(len(arr.units), dtype=np.int32)
    picture = tracks(1, identity=Identity.HOSTILE)
    asked.permits(Act.ENGAGE, units, picture)[0].allowed[:] = False
    assert asked.permits(Act.ENGAGE, units, picture)[0].allowed.any()


def test_on_another_day_it_is_another_arrangement() -> None:
    text = treaties.read("joint-2009")
    text["agreements"][-1]["until"] = "2026-06-01"
    spec = AgreementFile.model_validate(text)
    units = treaties.things(list(spec.units), list(spec.nations))
    row = [unit.name for unit in units].index("east.sam.1")
    picture = tracks(1, identity=Identity.HOSTILE)
    for day, said in ((date(2026, 5, 31), True), (date(2026, 7, 1), False), (date(2026, 5, 31), True)):
        arr = compile_arrangement(spec, [], units, treaties.LANDS, on=day)
        assert Authority(arr, "joint.cp", Situation("war")).verdict(Act.ENGAGE, row, picture[0]).yes is said


def test_one_position_and_many_are_in_the_same_zones() -> None:
    """Near edges and corners, over the date line, and nowhere."""
    luck = np.random.default_rng(5)
    west, east = area_of(treaties.WEST), area_of(treaties.EAST)
    pacific = area_of([[[[175.0, 0.0], [-175.0, 0.0], [-175.0, 10.0], [175.0, 10.0]]]])
    zones = [Zone("x", (west,)), Zone("x", (west, east)), Zone("x"), Zone("x", (pacific,))]
    zones += [strip_along("x", common_border(west, east), 150e3)]
    lat, lon = luck.uniform(49.0, 59.0, 3000), luck.uniform(22.0, 40.0, 3000)
    lat[:500], lon[500:1000] = luck.choice([52.0, 56.0, 57.0], 500), luck.choice([24.0, 30.0, 38.0], 500)
    lat[1000:1500] = luck.uniform(-1.0, 11.0, 500)
    lon[1000:1500] = luck.choice([-360.0, 0.0], 500) + luck.uniform(174.0, 186.0, 500)
    lat[1500], lon[1501] = np.nan, np.nan
    for zone in zones:
        many = zone.inside(lat, lon).tolist()
        for _ in range(2):
            assert [zone.holds(*place) for place in zip(lat.tolist(), lon.tolist(), strict=True)] == many


def test_about_no_target_the_answer_is_empty_for_every_unit() -> None:
    arr = treaties.compiled(treaties.read("joint-2009"))
    asked, units = Authority(arr, "joint.cp", Situation("war")), np.arange(len(arr.units), dtype=np.int32)
    for some in (units, units[:2], units):
        table, deferred = asked.permits(Act.ENGAGE, some, tracks(0))
        assert table.allowed.shape == table.clause.shape == table.takes_s.shape == deferred.shape == (len(some), 0)
