"""Warning by telephone: a report that is a minute old starts fighters and fires nothing."""

from __future__ import annotations

import numpy as np
from effects_scene import Watched, raiders, scene

from jointsky.tracking.fusion import FIRST_REMOTE_ID, is_warning
from jointsky.vocab.codes import Act

CALL = {"id": "H1", "share": "tracks", "from": "east", "to": "west", "over": "hotline", "delay": "30 s",
        "every": "60 s", "fields": ["position"], "of": {"sensors": ["east.radar.*"]}}  # fmt: skip


def test_a_telephone_call_starts_fighters_and_fires_nothing() -> None:
    silent, called = Watched(scene(raid=[raiders()])), Watched(scene(CALL, raid=[raiders()]))
    assert not silent.acts() and not any(len(rows) for _, rows in silent.pictures())
    assert called.acts() == {Act.SCRAMBLE}, "the battery has the raider in its envelope, but only hearsay of it"
    starts = [note for note in called.decisions if note.allowed and note.post == "west.cp"]
    assert {note.unit for note in starts} == {"west.qra"}
    assert all(note.track_id >= FIRST_REMOTE_ID for note in starts)
    assert called.aircraft("west.qra.1")["alive"] == 1 and silent.aircraft("west.qra.1")["alive"] == 0
    assert called.engine.world.state.engagements_used == 0


def test_what_the_clause_told_stands_in_the_picture_with_its_clause_and_its_doubt() -> None:
    called = Watched(scene(CALL, raid=[raiders()]))
    index = called.engine.network.arr.clause_ids.index("H1")
    rows = [(t_s, row) for t_s, picture in called.pictures() for row in picture]
    assert rows and min(t_s for t_s, _ in rows) >= 60.0
    for t_s, row in rows:
        assert row["clause"] == index and is_warning(row) and t_s - row["t_update_s"] > 60.0
    truth = called.engine.world.state.aircraft
    last = rows[-1][1]
    away = np.linalg.norm(truth["pos_ecef_m"][truth["nation"] == called.engine.world.model.names.nations.index("red")]
                          - last["pos_ecef_m"], axis=1).min()  # fmt: skip
    assert 3_000.0 < last["sigma_pos_m"] <= 20_000.0 and away < 3.0 * np.sqrt(2.0) * last["sigma_pos_m"]


def test_a_fresh_report_is_fired_on() -> None:
    quick = CALL | {"id": "T1", "over": "line", "delay": "0 s", "every": "5 s", "fields": ["position", "velocity"]}
    both = Watched(scene(quick, CALL, raid=[raiders()]))
    assert Act.ENGAGE in both.acts() and both.engine.world.state.engagements_used
    index = both.engine.network.arr.clause_ids.index("T1")
    told = {int(row["clause"]) for t_s, picture in both.pictures() for row in picture if t_s > 15.0}
    assert told == {index}, "what two clauses give goes by the quicker one"
