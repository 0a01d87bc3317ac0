"""The audit: a real run is covered by its agreement, and every forgery of its log, sealed anew, is found."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from jointsky.errors import LogError
from jointsky.live.recorded import run_recorded
from jointsky.record.frames import SEAL
from jointsky.record.kinds import (
    DTYPES,
    Kind,
    Note,
    decisions_of,
    decisions_text,
    events_text,
    pack_note,
    phases_text,
    unpack_note,
)
from jointsky.record.log import LogReader, LogWriter
from jointsky.report.audit import Audit, audit
from jointsky.scenario.load import load
from jointsky.scenario.sources import Bundle
from jointsky.vocab.codes import Identity, Shooter
from jointsky.vocab.messages import Event, Phase

SCENARIOS = Path(__file__).resolve().parents[3] / "scenarios"
UNTIL_S = 1140.0
Forge = Callable[[Kind, Note], Note | None]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Nineteen minutes of the reference raid under the full agreement: the first missiles are away."""
    out = tmp_path_factory.mktemp("audit") / "run"
    run_recorded(load(SCENARIOS / "union-5-10.yaml", agreement="full"), 3, until=UNTIL_S, out=out)
    return out


@pytest.fixture(scope="module")
def honest(folder: Path) -> Audit:
    return audit(folder)


@pytest.fixture(scope="module")
def shot(folder: Path) -> dict[str, Any]:
    """One engagement that launched by order of the common commander, as the log has it."""
    found: dict[int, tuple[str, list[str]]] = {}
    for kind, note in notes(folder):
        if kind == Kind.ORDERS:
            for row, ids in zip(note.rows, json.loads(note.text), strict=True):
                found.setdefault(int(row["order_id"]), (note.sender, ids))
    rows = [note for kind, note in notes(folder) if kind == Kind.ENGAGEMENTS][-1].rows
    for index, row in enumerate(rows):
        sender, ids = found[int(row["order_id"])]
        if np.isfinite(row["t_launch_s"]) and sender == "joint.cp" and row["shooter"] == Shooter.LAUNCHER:
            return {"index": index, "order_id": int(row["order_id"]), "ids": ids, **{n: row[n].item() for n in
                    ("row", "track_id", "t_order_s", "t_approved_s", "t_launch_s")}}  # fmt: skip
    raise AssertionError("nobody launched by order of the common commander: the run is too short to audit")


def notes(folder: Path) -> list[tuple[Kind, Note]]:
    """All notes of a log."""
    known = {kind.value: kind for kind in Kind}
    return [
        (known[frame.kind], unpack_note(frame.payload, DTYPES.get(known[frame.kind])))
        for frame in LogReader(folder / "log")
        if frame.kind not in (Kind.HEADER, Kind.WORLD, SEAL)
    ]


def forged(folder: Path, out: Path, change: Forge, texts: Callable[[str, str], str] | None = None) -> Audit:
    """The audit of the log with its notes changed (None: left out) and its scenario's texts changed, sealed anew."""
    with LogWriter(out / "log") as log:
        for frame in LogReader(folder / "log"):
            if frame.kind == SEAL:
                continue
            payload: bytes | None = frame.payload
            if frame.kind == Kind.HEADER and texts is not None:
                payload = with_texts(frame.payload, texts)
            elif frame.kind not in (Kind.HEADER, Kind.WORLD):
                kind = Kind(frame.kind)
                note = unpack_note(frame.payload, DTYPES.get(kind))
                rows = note.rows.copy() if kind in DTYPES else None
                changed = change(kind, note._replace(rows=rows if rows is not None else note.rows))
                payload = None if changed is None else pack_note(
                    kind, changed.tick, changed.sender, changed.rows if kind in DTYPES else None, changed.text
                )[1]  # fmt: skip
            if payload is not None:
                log.append(frame.kind, payload)
        log.seal()
    return audit(out)


def with_texts(header: bytes, texts: Callable[[str, str], str]) -> bytes:
    content = json.loads(header)
    content["bundle"]["texts"] = {name: texts(name, text) for name, text in content["bundle"]["texts"].items()}
    content["scenario_sha256"] = Bundle(**content["bundle"]).sha256
    return json.dumps(content, ensure_ascii=False, default=str).encode()


def same(kind: Kind, note: Note) -> Note:
    return note


def told(found: Audit) -> str:
    return "\n".join(map(str, found.violations))


def in_orders(number: int, change: Callable[[Any, list[str]], list[str] | None]) -> Forge:
    """Change the rows of one order wherever posts gave it; None as ids leaves the order out."""

    def forge(kind: Kind, note: Note) -> Note:
        if kind != Kind.ORDERS:
            return note
        ids = json.loads(note.text)
        new = [change(row, list(own)) if row["order_id"] == number else own
               for row, own in zip(note.rows, ids, strict=True)]  # fmt: skip
        keep = [own is not None for own in new]
        return note._replace(rows=note.rows[keep], text=json.dumps([own for own in new if own is not None]))

    return forge


def in_rows(kind: Kind, number: int, **values: Any) -> Forge:
    """Set fields of the rows of one order in a kind of frame."""

    def forge(found: Kind, note: Note) -> Note:
        if found == kind:
            for name, value in values.items():
                note.rows[name][note.rows["order_id"] == number] = value
        return note

    return forge


def in_engagement(shot: dict[str, Any], **values: Any) -> Forge:
    """Set fields of one engagement."""
    return in_rows(Kind.ENGAGEMENTS, shot["order_id"], **values)


def in_pictures(number: int, **values: Any) -> Forge:
    """Set fields of one track in the common commander's pictures."""

    def forge(kind: Kind, note: Note) -> Note:
        if kind == Kind.PICTURE and note.sender == "joint.cp":
            for name, value in values.items():
                note.rows[name][note.rows["track_id"] == number] = value
        return note

    return forge


def in_decisions(number: int, change: Callable[[list[Any]], list[Any] | None]) -> Forge:
    def forge(kind: Kind, note: Note) -> Note:
        if kind != Kind.DECISIONS:
            return note
        rows = json.loads(note.text)
        numbers = [decision.order_id for decision in decisions_of(note.text)]
        new = [change(row) if its == number else row for row, its in zip(rows, numbers, strict=True)]
        return note._replace(text=json.dumps([row for row in new if row is not None]))

    return forge


def test_a_real_run_is_covered(honest: Audit, folder: Path) -> None:
    assert honest.violations == ()
    counts = honest.clauses
    assert counts["C1"].launches + counts["S1"].launches > 0, "the common commander must have launched something"
    assert sum(c.engagements for c in counts.values()) == honest.engagements > 20
    assert sum(c.shots for c in counts.values()) >= sum(c.launches for c in counts.values()) > 0
    assert honest.refused == sum(
        not note.allowed for kind, n in notes(folder) if kind == Kind.DECISIONS for note in decisions_of(n.text)
    )


def test_a_log_written_anew_without_a_change_is_covered_too(folder: Path, tmp_path: Path, honest: Audit) -> None:
    found = forged(folder, tmp_path, same)
    assert found.violations == () and found.rows() == honest.rows()


def set_phase(row: Any, ids: list[str]) -> list[str]:
    row["phase"] = 0
    return ids


def set_early(row: Any, ids: list[str]) -> list[str]:
    row["t_approved_s"] -= 30.0
    return ids


def set_unit(row: Any, ids: list[str]) -> list[str]:
    row["unit"] = 0
    return ids


FORGERIES: dict[str, tuple[Callable[[dict[str, Any]], Forge], str]] = {
    "another clause": (lambda s: in_orders(s["order_id"], lambda row, ids: ["A2"]), "it names A2"),
    "the nation's own right": (lambda s: in_orders(s["order_id"], lambda row, ids: ["national"]), "it names national"),
    "a clause that is none": (
        lambda s: in_orders(s["order_id"], lambda row, ids: ["Z9"]), "Z9 is not in the agreement"),
    "one clause more": (
        lambda s: in_orders(s["order_id"], lambda row, ids: [*ids, "C2"]), "the agreement allows it by"),
    "one clause less": (lambda s: in_orders(s["order_id"], lambda row, ids: ids[1:]), "the agreement allows it by"),
    "no clause": (lambda s: in_orders(s["order_id"], lambda row, ids: []), "no clause id"),
    "no order": (lambda s: in_orders(s["order_id"], lambda row, ids: None), "no post ordered it"),
    "another phase in the order": (lambda s: in_orders(s["order_id"], set_phase), "but phase war was in force"),
    "an approval before the order": (lambda s: in_orders(s["order_id"], set_early), "consent could not be there"),
    "another unit": (lambda s: in_orders(s["order_id"], set_unit), "not of the unit"),
    "another phase in the engagement": (lambda s: in_engagement(s, phase=1), "it says phase threat"),
    "another post in the engagement": (lambda s: in_engagement(s, post=0), "it names post east.cp"),
    "another launcher": (lambda s: in_engagement(s, row=(s["row"] + 1) % 4), "ordered from"),
    "another approval": (lambda s: in_engagement(s, t_approved_s=0.0), "approved at 0 s"),
    "a launch before approval": (
        lambda s: in_engagement(s, t_launch_s=s["t_approved_s"] - 1.0), "before its approval"),
    "a launch before the order came": (
        lambda s: in_engagement(s, t_launch_s=s["t_order_s"] - 0.5), "before its order took effect"),
    "a begin that no order made": (
        lambda s: in_engagement(s, t_order_s=s["t_order_s"] + 1.5), "no order took effect"),
    "an order number that nobody gave": (lambda s: in_engagement(s, order_id=77), "no post ordered it (order 77)"),
    "more shots than there are": (lambda s: in_engagement(s, shots=200), "shots fired, but it held"),
    "a track that the post took for an airliner": (
        lambda s: in_pictures(s["track_id"], identity=Identity.NEUTRAL), "C1 forbids civil targets"),
    "a track far from anybody's land": (
        lambda s: in_pictures(s["track_id"], lat_deg=0.0, lon_deg=0.0),
        "C1 holds only for targets anywhere in west + east"),
    "a track that the post did not see": (
        lambda s: in_pictures(s["track_id"], track_id=1), "was not in the picture of joint.cp"),
    "no decision": (lambda s: in_decisions(s["order_id"], lambda row: None), "no decision in the log explains it"),
    "a decision by another clause": (
        lambda s: in_decisions(s["order_id"], lambda row: [*row[:7], ["A1"], *row[8:]]),
        "the decision behind it names A1"),
}  # fmt: skip


@pytest.mark.parametrize("name", FORGERIES)
def test_a_forged_log_is_found(name: str, folder: Path, tmp_path: Path, shot: dict[str, Any]) -> None:
    make, words = FORGERIES[name]
    found = forged(folder, tmp_path, make(shot))
    assert words in told(found), f"{name}: {told(found)[:600]}"


def test_an_order_in_the_name_of_another_post_is_found(folder: Path, tmp_path: Path) -> None:
    def forge(kind: Kind, note: Note) -> Note:
        return note._replace(sender="east.cp") if kind == Kind.ORDERS and note.sender == "joint.cp" else note

    assert "it names post joint.cp, but east.cp sent it" in told(forged(folder, tmp_path, forge))


def test_peace_in_the_middle_of_it_is_found(folder: Path, tmp_path: Path) -> None:
    with LogWriter(tmp_path / "log") as log:
        for frame in LogReader(folder / "log"):
            if frame.kind == SEAL:
                continue
            if frame.kind == Kind.TICK and unpack_note(frame.payload, DTYPES[Kind.TICK]).tick == 300:
                log.append(*pack_note(Kind.PHASES, 300, text=phases_text([Phase("peace", 300.0)])))
            log.append(frame.kind, frame.payload)
        log.seal()
    found = told(audit(tmp_path))
    assert "phase peace was in force" in found and "post joint.cp does not exist in phase peace" in found


def test_orders_that_took_effect_by_themselves_are_found(folder: Path, tmp_path: Path) -> None:
    found = forged(folder, tmp_path, lambda kind, note: None if kind == Kind.APPLIED else note)
    assert sum("no order took effect" in str(v) for v in found.violations) == found.engagements


WHERE = "where: anywhere in west + east, targets: {not: [civil]}, delegate"
LINE = "east.cp, joint.cp], delay: 1 s"
FIRST = "    clauses:\n      # an officer"
LOSS = "    on_link_loss: {link: joint, after: 30 s, then: national}\n"
TEXTS: dict[str, tuple[list[tuple[str, str]], str]] = {
    "a clause for another phase": (
        [(f"phases: [threat, war],\n         {WHERE}", f"phases: [threat],\n         {WHERE}")],
        "C1 holds only in phase threat",
    ),
    "a clause for other units": (
        [('order: engage, units: ["*"]', 'order: engage, units: ["*.qra"]')], "no clause in force grants",
    ),
    "a consent that takes time": (
        [(WHERE, WHERE.replace("delegate", "approval: {by: owner, takes: 60 s}, delegate"))],
        "consent could not be there before",
    ),
    "a line that was down": (
        [(LINE, f"{LINE}, cuts: [{{start: 5 s, end: 50 min}}]"), (FIRST, LOSS + FIRST)], "its link is lost",
    ),
    "a limit of shots": ([(WHERE, WHERE.replace("targets", "limits: {shots: 1}, targets"))], "at most 1 allowed"),
}  # fmt: skip


@pytest.mark.parametrize("name", TEXTS)
def test_an_agreement_changed_afterwards_is_found(name: str, folder: Path, tmp_path: Path) -> None:
    changes, words = TEXTS[name]

    def texts(file: str, text: str) -> str:
        for old, new in changes if file.endswith("full.yaml") else ():
            assert old in text, "the shipped agreement was worded anew: change this forgery with it"
            text = text.replace(old, new)
        return text

    found = forged(folder, tmp_path, same, texts)
    assert words in told(found), told(found)[:800]
    if name == "a line that was down":
        assert "when it took effect" in told(found) and "link joint was down for" in told(found)


def withdrawn(folder: Path, out: Path, t_s: float, takes: str = "0 s") -> str:
    """What the audit says when a party had taken its consent back at a time, and the log had gone on."""

    def texts(file: str, text: str) -> str:
        term = f"    withdrawal: {{by: [east.president], takes: {takes}}}\n"
        return text.replace(FIRST, term + FIRST) if file.endswith("full.yaml") else text

    event = Event(t_s, "withdrawn", "full", "east.president", note="out of force")
    with LogWriter(out / "with") as log:
        for frame in LogReader(folder / "log"):
            if frame.kind == Kind.TICK and unpack_note(frame.payload, DTYPES[Kind.TICK]).tick == int(t_s):
                log.append(*pack_note(Kind.EVENTS, int(t_s), text=events_text([event])))
            if frame.kind != SEAL:
                log.append(frame.kind, frame.payload)
        log.seal()
    (out / "in").mkdir()
    (out / "with").rename(out / "in/log")
    return told(forged(out / "in", out, same, texts))


def test_a_launch_after_consent_ended_is_found(folder: Path, tmp_path: Path, shot: dict[str, Any]) -> None:
    ended_s = shot["t_launch_s"] - 3.0
    assert ended_s > shot["t_order_s"], "it must have been ordered with consent"
    found = [line for line in withdrawn(folder, tmp_path, ended_s).splitlines() if str(shot["order_id"]) in line]
    assert len(found) == 1 and f"after consent to {', '.join(shot['ids'])} had ended" in found[0]


def test_an_order_after_consent_ended_is_found(folder: Path, tmp_path: Path, shot: dict[str, Any]) -> None:
    found = withdrawn(folder, tmp_path, 400.0)
    assert f"order {shot['order_id']} of joint.cp" in found and "consent was withdrawn" in found
    assert "consent.C1" in found


def test_consent_that_goes_on_for_an_hour_covers_it(folder: Path, tmp_path: Path) -> None:
    assert withdrawn(folder, tmp_path, 400.0, "1 h") == ""


def test_a_log_that_is_not_that_of_its_summary_is_found(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "summary.json").write_text((folder / "summary.json").read_text())
    forge = in_decisions(0, lambda row: [*row[:8], "no reason", *row[9:]])
    found = forged(folder, tmp_path, forge)
    assert "summary.json" in told(found)


def test_a_log_without_its_end_or_with_a_flipped_bit_says_so(folder: Path, tmp_path: Path) -> None:
    octets = (folder / "log").read_bytes()
    (tmp_path / "log").write_bytes(octets[: len(octets) // 2])
    assert "not sealed" in told(audit(tmp_path))
    middle = len(octets) // 3
    (tmp_path / "log").write_bytes(octets[:middle] + bytes([octets[middle] ^ 4]) + octets[middle + 1 :])
    assert "log: octet" in told(audit(tmp_path))


def test_where_there_is_no_log_there_is_no_audit(tmp_path: Path) -> None:
    with pytest.raises(LogError, match="no recorded run"):
        audit(tmp_path)


def test_refusals_stand_under_what_was_against_them(folder: Path, tmp_path: Path) -> None:
    def forge(kind: Kind, note: Note) -> Note:
        if kind != Kind.DECISIONS:
            return note
        made = [d for d in decisions_of(note.text) if d.allowed]
        return note._replace(text=decisions_text(tuple(made)))

    found = forged(folder, tmp_path, forge)
    assert found.refused == 0 and not any(count.refusals for count in found.clauses.values())
