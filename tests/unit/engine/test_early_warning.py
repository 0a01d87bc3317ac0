"""Early warning: what the clause's sensors saw by themselves gives the neighbour's fighters time, and nothing else."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from effects_scene import Watched, raiders, scene

from jointsky.links.telling import AGAIN_S
from jointsky.vocab.codes import READY_S, Act, Flight, Identity, Shooter
from jointsky.vocab.messages import EarlyWarning, Status
from jointsky.vocab.records import Rows

WARNS = {"id": "E1", "share": "warning", "from": "east", "to": "west", "over": "line",
         "of": {"sensors": ["east.warning", "east.radar.*"]}}  # fmt: skip
EYE = {"east.warning": {"kind": "early-warning", "radars": [
    {"id": "a", "type": "early_warning_uhf", "at": [54.0, 29.5], "sector": [180, 360]}]}}  # fmt: skip
UNITS = EYE | {
    "west.qra": {"kind": "fighter", "type": "fighter", "aircraft": 2, "base": "west-field",
                 "readiness": ["12 min", "2 min"]},
    "west.sam.1": {"kind": "sam", "batteries": [
        {"id": "a", "type": "sam_short", "at": [54.9, 26.1], "shots": 1, "reloads": 0}]},
    "west.radar.1": {"kind": "radar", "radars": [{"id": "a", "type": "gap_filler_uhf_2d", "at": [54.0, 26.7]}]},
}  # fmt: skip
SLOW = raiders(type="bomber", start=(54.2, 30.4), end=(54.1, 28.2))


def run(*clauses: dict[str, Any], **more: Any) -> Watched:
    """A bomber comes over the east's radar at the west, which sees it minutes later."""
    sections: dict[str, Any] = {"raid": [SLOW], "units": UNITS, "duration": "1000 s"} | more
    return Watched(scene(*clauses, **sections))


def first_start_s(watched: Watched) -> float:
    """When the first order to a fighter reached it."""
    rows = np.concatenate(watched.applied)
    return float(rows["t_effective_s"][np.isin(rows["act"], (Act.SCRAMBLE, Act.ENGAGE))].min())


@pytest.fixture(scope="module")
def runs() -> tuple[Watched, Watched]:
    return run(), run(WARNS)


def test_a_warning_gives_time(runs: tuple[Watched, Watched]) -> None:
    without, warned = runs
    (event,) = warned.told("warned")
    assert (event.name, event.by, event.to) == ("E1", "west.cp", "west")
    assert event.note == "1 fighters get ready to start within 300 s" and not without.events
    told, *again = warned.told("told")
    assert all(later.t_s >= told.t_s + AGAIN_S for later in again)
    assert told.name == "E1" and 0.0 <= event.t_s - told.t_s <= 5.0
    slow = [watched.aircraft("west.qra.1") for watched in runs]
    assert slow[0]["readiness_s"] == 720.0 and slow[1]["readiness_s"] == READY_S
    assert slow[1]["t_ready_s"] >= event.t_s + 420.0
    quick = [watched.aircraft("west.qra.2") for watched in runs]
    assert quick[0]["readiness_s"] == quick[1]["readiness_s"] == 120.0, "a duty pair gains nothing"


def test_who_was_warned_is_in_the_air_sooner() -> None:
    """One fighter of twelve minutes' readiness alone; it is ordered when the west sees the bomber itself."""
    alone = UNITS | {"west.qra": UNITS["west.qra"] | {"aircraft": 1}}
    air: list[float] = []
    for clauses in ((), (WARNS,)):
        watched = run(*clauses, units=alone, duration="1500 s")
        shown = [t_s for t_s, _, m in watched.heard if isinstance(m, Status) and _flies(m.rows)]
        assert first_start_s(watched) > 300.0
        air.append(min(shown))
    assert 100.0 < air[0] - air[1] <= 430.0, "up to seven minutes"


def _flies(rows: Rows) -> bool:
    return bool(((rows["shooter"] == Shooter.FIGHTER) & (rows["status"] == Flight.ORDERED)).any())


def test_the_warning_tells_neither_what_nor_where(runs: tuple[Watched, Watched]) -> None:
    without, warned = runs
    heard, *_ = [m for _, post, m in warned.heard if isinstance(m, EarlyWarning)]
    assert (heard.sender, heard.clause) == ("east.cp", "E1")
    seen = [[rows["track_id"].tolist() for _, rows in watched.pictures()] for watched in runs]
    assert seen[0] == seen[1]


def test_a_clause_that_does_not_hold_or_sees_nothing_changes_nothing(runs: tuple[Watched, Watched]) -> None:
    bare = runs[0].digest.value()
    other = WARNS | {"of": {"sensors": ["east.sam.*"]}}
    east = UNITS | {"east.sam.1": {"kind": "sam", "batteries": [
        {"id": "a", "type": "sam_short", "at": [54.9, 29.9], "shots": 0, "reloads": 0}]}}  # fmt: skip
    assert run(WARNS | {"phases": ["peace"]}).digest.value() == bare
    assert run(other, units=east).digest.value() == run(units=east).digest.value()


DART = {"dart": {"kind": "aircraft", "is_a": "cruise_missile", "rcs": "1 m2", "swerling": 1, "cruise": "1500 m/s",
                 "dash": "1500 m/s", "climb": "50 m/s", "ceiling": "60 km", "max_load": "4 g", "endurance": "1 h",
                 "dash_fuel": 1.0, "turnround": "1 h", "altitude": "50 km", "missiles": 0, "damage": 1.0}}  # fmt: skip


@pytest.mark.parametrize(("kind", "height", "warned"), [("dart", "50 km", True), ("strike_fighter", "12 km", False)])
def test_an_early_warning_radar_sees_by_its_own_physics(kind: str, height: str, warned: bool) -> None:
    """It sees what is fast and high, and no aircraft: its notch is 500 m/s."""
    path = [{"at": [56.9, 26.0], "altitude": height}, {"at": [54.4, 28.3], "altitude": height}]
    raid = {"id": "fast", "nation": "red", "type": kind, "count": 1, "target": "west-town", "route": path}
    only = WARNS | {"of": {"sensors": ["east.warning"]}}
    found = run(only, units=UNITS, types=DART, raid=[raid], duration="150 s")
    assert bool(found.told("warned")) == warned
    assert not found.engine.world.state.radars["on"][[name.startswith("east.warning") for name in
                                                      found.engine.world.model.names.radars]].any()  # fmt: skip


@pytest.mark.parametrize("owner", ["west", "east"])
def test_a_nations_own_early_warning_raises_its_own_readiness_by_the_same_rule_and_nobody_elses(owner: str) -> None:
    path = [{"at": [56.9, 26.0], "altitude": "50 km"}, {"at": [54.4, 28.3], "altitude": "50 km"}]
    raid = {"id": "fast", "nation": "red", "type": "dart", "count": 1, "target": "west-town", "route": path}
    units = {**UNITS, f"{owner}.warning": UNITS["east.warning"]}
    if owner == "west":
        del units["east.warning"]
    common = {"joint.cp": {"nation": "west", "host": "west.cp"}}
    found = run(units=units, types=DART, raid=[raid], posts=common, duration="150 s")
    heard = {post: m for _, post, m in found.heard if isinstance(m, EarlyWarning)}
    slow = found.aircraft("west.qra.1")
    if owner == "east":
        assert set(heard) == {"east.cp"} and slow["readiness_s"] == 720.0, "without a clause nobody else hears of it"
        return
    assert set(heard) == {"west.cp", "joint.cp"}
    assert {(m.sender, m.clause) for m in heard.values()} == {("west.sensors", "national")}
    (event,) = found.told("warned")
    assert (event.name, event.by, event.to) == ("national", "joint.cp", "west") or event.by == "west.cp"
    assert slow["readiness_s"] == READY_S and slow["t_ready_s"] >= event.t_s + 420.0
    planner = found.engine.posts["west.cp"].planner
    assert planner is not None and planner.config.capability["delay_s"].max() == READY_S


def test_the_common_post_beside_it_counts_on_it_too() -> None:
    common = {"joint.cp": {"nation": "west", "host": "west.cp"}}
    found = run(WARNS, posts=common, duration="300 s")
    for post in ("west.cp", "joint.cp"):
        planner = found.engine.posts[post].planner
        assert planner is not None and planner.config.capability["delay_s"].max() == READY_S
    planner = found.engine.posts["east.cp"].planner
    assert planner is not None and planner.config.capability["delay_s"].max() == 720.0


def test_what_a_post_takes_for_hostile_by_itself_raises_its_own_readiness_and_nobody_elses() -> None:
    """A raider that the east takes for hostile: no clause, no early-warning radar, no word of a neighbour."""
    inside = raiders(type="strike_fighter", start=(54.6, 27.9), end=(54.1, 26.4))
    units = {**UNITS, "east.qra": UNITS["west.qra"] | {"base": "east-field"}}
    found = run(units=units, raid=[inside], duration="400 s")
    (event,) = found.told("warned")
    assert (event.name, event.by, event.to) == ("national", "east.cp", "east")
    hostile = {
        post: [t_s for t_s, rows in found.pictures(post) if (rows["identity"] == Identity.HOSTILE).any()]
        for post in ("east.cp", "west.cp")
    }
    assert event.t_s == hostile["east.cp"][0] > 0.0 and not hostile["west.cp"]
    assert found.aircraft("east.qra.1")["readiness_s"] == READY_S, "the slow aircraft gets ready"
    assert found.aircraft("west.qra.1")["readiness_s"] == 720.0, "the neighbour, who was told nothing, does not"
    assert not [m for _, _, m in found.heard if isinstance(m, EarlyWarning)], "nothing was sent to anybody"
