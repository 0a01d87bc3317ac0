"""Agreements at work in whole runs of a minute: consent refused, withdrawn and restored, help called for, limits, areas
and laws, deputies. One post asks another nation's launchers for shots."""

from __future__ import annotations

import copy
import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from coordination_cases import SCENARIOS

from jointsky.engine.assemble import assemble
from jointsky.engine.plan import Engine
from jointsky.record.digest import Digest
from jointsky.record.kinds import Recipe
from jointsky.record.reading import read_recording
from jointsky.record.recorder import Recorder
from jointsky.scenario.load import Scenario, load
from jointsky.vocab.codes import Act
from jointsky.vocab.messages import Decision, Decisions, Event
from jointsky.world.tick import Tick

RAIDERS = 6
TEXT: dict[str, Any] = {
    "include": ["pieces/coordination.yaml"],
    "scenario": "asked-for-shots",
    "title": "One post asks another nation's launchers for shots",
    "duration": "60 s",
    "nations": {"green": {"territory": {"file": "green.geojson"}, "roe": {"war": {"identity": ["hostile"]}}}},
    "posts": {
        "blue.cp": {"nation": "blue", "commands": ["blue.*"], "at": [54.0, 28.0], "cycle": "2 s", "decision": "0 s",
                    "policy": "greedy", "params": {"min_gain": 0.3}},
        "green.cp": {"nation": "green", "commands": ["green.*"], "at": [54.0, 29.5], "cycle": "2 s"},
    },
    "links": {"line": {"between": ["blue.cp", "green.cp"], "delay": "1 s"}},
    "types": {"one_shot": {"pk": {"bomber": "60 %"}, "channels": 4, "shots": 4, "interval": "1 s"}},
    "units": {"green.sam": {"kind": "sam", "batteries": [
        {"id": f"l{i}", "type": "one_shot", "at": [54.0, 27.99 + 0.005 * i]} for i in range(4)]}},
    "agreements": [{
        "name": "shots", "parties": ["blue", "green"],
        "clauses": [{"id": "C1", "order": "engage", "from": "green", "to": "blue", "units": ["green.*"], "over": "line",
                     "approval": {"by": "green", "takes": "6 s"}}],
    }],
    "raid": [{"id": f"r{i}", "nation": "red", "type": "dart", "route": [
        {"at": [54.16 + 0.004 * i, 27.9 + 0.04 * i], "altitude": "5 km"},
        {"at": [54.02, 27.9 + 0.04 * i], "altitude": "5 km"}]} for i in range(RAIDERS)],
}  # fmt: skip
GREEN = {"type": "Feature", "properties": {}, "geometry": {"type": "Polygon", "coordinates": [
    [[29.0, 53.5], [31.0, 53.5], [31.0, 54.5], [29.0, 54.5], [29.0, 53.5]]]}}  # fmt: skip


def scenario(tmp_path: Path, **more: Any) -> Scenario:
    """The scenario with `clause`, `pact` and other sections changed."""
    text = copy.deepcopy(TEXT)
    text["agreements"][0]["clauses"][0] |= more.pop("clause", {})
    text["agreements"][0] |= more.pop("pact", {})
    for key, value in more.items():
        text[key] = {**text[key], **value} if isinstance(text.get(key), dict) else value
    shutil.copytree(SCENARIOS / "pieces", tmp_path / "pieces", dirs_exist_ok=True)
    (tmp_path / "green.geojson").write_text(json.dumps(GREEN))
    (tmp_path / "pieces/green.geojson").write_text(json.dumps(GREEN))
    (tmp_path / "case.yaml").write_text(yaml.safe_dump(text, sort_keys=False))
    return load(tmp_path / "case.yaml")


class Watched:
    """One run, with what happened in it."""

    def __init__(self, what: Scenario, seed: int = 1, until_s: float = 60.0) -> None:
        self.engine: Engine = assemble(what, seed)
        self.digest = Digest()
        self.engine.observers = [self.digest, self]
        self.decisions: list[Decision] = []
        self.events: list[Event] = []
        self.orders: list[tuple[float, int, int]] = []
        self.launches: dict[int, tuple[float, int]] = {}
        for _ in self.engine.run(until_s):
            pass

    def on_tick(self, world: Any, tick: Tick) -> None:
        self.events += tick.events
        self.orders += [(tick.t_s, int(row["act"]), int(row["order_id"])) for row in tick.orders]
        for messages in tick.sent.values():
            self.decisions += [note for m in messages if isinstance(m, Decisions) for note in m.notes]
        used = world.state.engagements[: world.state.engagements_used]
        for row in used[np.isfinite(used["t_launch_s"])]:
            self.launches[int(row["order_id"])] = (float(row["t_launch_s"]), int(row["shots"]))

    @property
    def shots(self) -> int:
        return sum(shots for _, shots in self.launches.values())

    def told(self, *what: str) -> list[tuple[float, str, str]]:
        return [(event.t_s, event.what, event.name) for event in self.events if event.what in what]


def test_what_is_asked_for_is_fired_after_the_consent(tmp_path: Path) -> None:
    run = Watched(scenario(tmp_path))
    given = {note.order_id: note for note in run.decisions if note.allowed}
    assert run.launches and set(run.launches) <= set(given)
    for number, (t_s, _) in run.launches.items():
        assert given[number].clauses == ("C1",) and t_s >= given[number].t_approved_s >= given[number].t_s + 6.0
    assert not run.events


def test_refused_consent_is_never_carried_out_and_the_post_hears_why(tmp_path: Path) -> None:
    run = Watched(scenario(tmp_path, clause={"approval": {"by": "green", "takes": "6 s", "refused": "50 %"}}))
    refused = {event.order_id: event for event in run.events if event.what == "refused"}
    heard = {note.order_id: note for note in run.decisions if "consent.C1" in note.against}
    early = {number for number, event in refused.items() if event.t_s < 56.0}
    assert early <= set(heard) <= set(refused) and len(early) > 3 and run.launches
    asked = {note.order_id: note.t_approved_s for note in run.decisions if note.allowed}
    for number, event in refused.items():
        assert number not in run.launches and number not in {n for _, _, n in run.orders}
        assert event.t_s == asked[number]
        assert number not in heard or heard[number].t_s >= asked[number] and not heard[number].allowed
    assert set(asked) - set(refused) - set(run.launches) <= {n for n, t_s in asked.items() if t_s > 30.0}


def test_withdrawn_consent_stops_launches_after_its_time(tmp_path: Path) -> None:
    terms = {"withdrawal": {"by": ["green.head"], "takes": "4 s"}}
    people = [
        {"withdraw": "C1", "by": "green.head", "when": {"at": "5 s"}},
        {"withdraw": "C1", "by": "blue.head", "when": {"at": "1 s"}},
        {"restore": "C1", "by": "green.head", "when": {"at": "30 s"}},
    ]
    free, run = Watched(scenario(tmp_path)), Watched(scenario(tmp_path, clause=terms, declarations=people))
    early = {number: at for number, at in free.launches.items() if at[0] < 9.0}
    launched = [t_s for t_s, _ in run.launches.values()]
    assert {number: at for number, at in run.launches.items() if at[0] < 9.0} == early
    assert not [t_s for t_s in launched if 10.0 <= t_s < 30.0], "the tick under way may end"
    assert [t_s for t_s, _ in free.launches.values() if 10.0 <= t_s < 30.0], "else the test says nothing"
    assert [t_s for t_s in launched if t_s > 30.0], "given again it goes on"
    assert run.told("withdrawn", "consent", "restored", "ineffective") == [
        (1.0, "ineffective", "C1"), (5.0, "withdrawn", "C1"), (9.0, "consent", "C1"), (30.0, "restored", "C1"),
    ]  # fmt: skip
    assert any(note.against == ("consent.C1",) for note in run.decisions)


def test_an_order_at_the_launcher_that_has_not_fired_is_stopped(tmp_path: Path) -> None:
    """The launcher takes ten seconds to react; consent ends between order and launch."""
    slow = {"one_shot": {**TEXT["types"]["one_shot"], "reaction": "10 s"}}
    terms = {"withdrawal": {"by": ["green.head"]}}
    people = [{"withdraw": "C1", "by": "green.head", "when": {"at": "20 s"}}]
    free = Watched(scenario(tmp_path, types=slow))
    run = Watched(scenario(tmp_path, types=slow, clause=terms, declarations=people))
    assert min(t_s for t_s, _ in free.launches.values()) > 21.0 and not run.launches
    delivered = {number for t_s, act, number in run.orders if act == Act.ENGAGE and t_s <= 19.0}
    assert delivered and delivered == {event.order_id for event in run.events if event.what == "stopped"}
    assert {number for _, act, number in run.orders if act == Act.CEASE} >= delivered


def test_help_waits_for_an_attack_and_is_logged(tmp_path: Path) -> None:
    terms = {"if_attacked": {"within": "30 s", "takes": "12 s", "declared_by": ["blue.head"]}}
    people = [{"attacked": "blue", "by": "blue.head", "when": {"at": "4 s"}}]
    run = Watched(scenario(tmp_path, clause=terms, declarations=people))
    assert run.told("called", "help", "breach") == [(4.0, "called", "C1"), (16.0, "help", "C1")]
    assert run.launches and min(note.t_s for note in run.decisions if note.allowed) >= 16.0
    refused = {**terms["if_attacked"], "refused": "100 %"}
    none = Watched(scenario(tmp_path, clause={"if_attacked": refused}, declarations=people))
    assert none.told("called", "help", "breach") == [(4.0, "called", "C1"), (34.0, "breach", "C1")]
    assert not none.launches


@pytest.mark.parametrize("most", [0, 2, 5])
def test_shots_under_a_clause_never_exceed_its_limit(tmp_path: Path, most: int) -> None:
    run = Watched(scenario(tmp_path, clause={"limits": {"shots": most}}))
    assert run.shots == most < Watched(scenario(tmp_path)).shots
    assert most > 4 or any(note.against == ("C1",) for note in run.decisions)


def test_a_share_is_one_of_what_the_units_have(tmp_path: Path) -> None:
    assert Watched(scenario(tmp_path, clause={"limits": {"shots": "26 %"}})).shots == 4, "of sixteen missiles"


@pytest.mark.parametrize(("law", "against"), [({"over_land": "own"}, "law.blue"), ({"over_land": "none"}, "law.blue")])
def test_the_law_of_the_land_below(tmp_path: Path, law: dict[str, Any], against: str) -> None:
    rules = {"weapons": "tight", "identity": ["pending", "unknown", "suspect", "hostile"], **law}
    nations = {**TEXT["nations"], "blue": {"territory": {"file": "pieces/square.geojson"}, "roe": {"war": rules}}}
    run = Watched(scenario(tmp_path, nations=nations))
    assert not run.launches and {against} == {name for note in run.decisions for name in note.against}


def test_clauses_and_intent_of_another_day_do_nothing_at_all(tmp_path: Path) -> None:
    gone = Watched(scenario(tmp_path, agreements=[]))
    for pact in ({"in_force": "2026-06-02"}, {"until": "2026-06-01"}, {"signed": "2026-01-01"}, {"kind": "intent"}):
        run = Watched(scenario(tmp_path, pact=pact))
        assert run.digest.value() == gone.digest.value() and not run.launches
    assert Watched(scenario(tmp_path, pact={"in_force": "2026-06-01", "until": "2026-06-02"})).launches


def test_a_crossing_is_handed_over(tmp_path: Path) -> None:
    """Raiders fly east over the seam at 29 E; blue shares its plots with green, or does not, and green has none."""
    raid = [{"id": f"r{i}", "nation": "red", "type": "dart", "route": [
        {"at": [54.0 + 0.03 * i, 28.97], "altitude": "5 km"}, {"at": [54.0 + 0.03 * i, 29.2], "altitude": "5 km"}]}
        for i in range(2)]  # fmt: skip
    pact = {"areas": {"blue.cp": "blue territory", "green.cp": "green territory"}, "handover": {"takes": "10 s"}}
    share = {"id": "S1", "share": "plots", "from": "blue", "to": "green", "over": "line",
             "of": {"sensors": ["blue.radar"]}}  # fmt: skip
    clauses = [*TEXT["agreements"][0]["clauses"], share]
    seen = Watched(scenario(tmp_path, raid=raid, pact={**pact, "clauses": clauses}))
    blind = Watched(scenario(tmp_path, raid=raid, pact=pact))
    for run, what in ((seen, "handed-over"), (blind, "dropped")):
        found = [event for event in run.events if event.what in ("handed-over", "dropped")]
        assert [(event.what, event.by, event.to) for event in found] == [(what, "blue.cp", "green.cp")] * 2
        late = [note for note in run.decisions if note.post == "blue.cp" and note.allowed]
        assert all(note.t_s < min(event.t_s for event in found) for note in late)


def test_a_recording_keeps_it_all_and_repeats(tmp_path: Path) -> None:
    terms = {"withdrawal": {"by": ["green.head"], "takes": "4 s"},
             "approval": {"by": "green", "takes": "6 s", "refused": "50 %"}}  # fmt: skip
    people = [{"withdraw": "C1", "by": "green.head", "when": {"at": "20 s"}}]
    what = scenario(tmp_path, clause=terms, declarations=people)
    first, again = Watched(what, 3), Watched(what, 3)
    assert first.digest.value() == again.digest.value() and first.events == again.events
    (tmp_path / "run").mkdir()
    with Recorder(tmp_path / "run" / "run.log", Recipe.of(what, 3, 60.0, version="test")) as recorder:
        engine = assemble(what, 3)
        engine.observers = [recorder]
        for _ in engine.run(60.0):
            pass
    recording = read_recording(tmp_path / "run" / "run.log")
    assert recording.events() == first.events and {e.what for e in first.events} >= {"refused", "withdrawn", "consent"}
    assert [note.against for note in recording.decisions()] == [note.against for note in first.decisions]
    assert all(bool(note.against) == (not note.allowed) for note in recording.decisions())
