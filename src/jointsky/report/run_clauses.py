"""What agreements did in a run: refusals by clause, why each engagement was allowed, delays, leakers, and what people
said."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from jointsky.record.kinds import Kind
from jointsky.report.page import cell, paragraph, table
from jointsky.report.run_facts import Float, RunFacts, is_away, names_at
from jointsky.report.words import NEVER, STAGES, clock
from jointsky.scenario.agreement import ClauseSection
from jointsky.vocab.codes import Act, Flight
from jointsky.vocab.messages import Decision, Event

_ELSEWHERE = ("handed-over", "dropped", "told", "used", "lent", "barred", "warned", "silent", "seen", "heeded")
"""What stands in tables of its own."""
LISTED = 80
"""How many leakers are listed; the rest is counted."""
_MATTERS = {
    "declared": "declared",
    "ineffective": "had no authority to declare or say",
    "withdrawn": "took back consent to",
    "restored": "gave consent again to",
    "called": "called for the help of",
    "phase": "came into force:",
    "consent": "consent ended:",
    "help": "help is there:",
    "breach": "BREACH of",
    "refused": "refused consent by",
    "limit": "stopped at the limit of",
    "stopped": "stopped for want of consent to",
    "handed-over": "handed over a track",
    "dropped": "DROPPED a track at the seam",
    "told": "told",
    "used": "lets use an airfield by",
    "lent": "lends missiles by",
    "barred": "REFUSED by",
    "warned": "warned by",
}
"""What became of an agreement, in words."""


def refusals_by_clause(run: RunFacts) -> list[str]:
    """How often each clause, area, law or commander stood against an act, by post, with one reason in words."""
    found: dict[tuple[str, str, str], list[Decision]] = {}
    for note in run.recording.decisions():
        for name in () if note.allowed else note.against:
            found.setdefault((name, note.post, _act(note.act)), []).append(note)
    if not found:
        return [paragraph("Nothing stood against any act that a post wanted, or the log is older than such notes.")]
    rows = [
        [
            *(cell(word) for word in key),
            cell(str(len(notes)), f"log: DECISIONS, refused, against {key[0]}, by {key[1]}, {key[2]}", True),
            cell(clock(min(note.t_s for note in notes))),
            cell(clock(max(note.t_s for note in notes))),
            cell(notes[0].reason),
        ]
        for key, notes in sorted(found.items())
    ]
    heads = ("Stood against it", "Post", "Wanted", "Times", "First", "Last", "In words, the first time")
    note = "One refusal may stand in several rows: each of the clauses that spoke of it counts."
    return [table("Refusals by clause", heads, rows), paragraph(note, "note")]


def reasons_part(run: RunFacts) -> list[str]:
    """For each engagement the clauses that allowed it, and the sentence why."""
    reasons = {note.order_id: note for note in run.recording.decisions() if note.allowed and note.order_id}
    rows: list[list[str]] = []
    for index, shot in enumerate(run.engagements):
        number = int(shot["order_id"])
        note, ids = reasons.get(number), run.clauses_of_orders.get(number, ())
        why = "no decision in the log" if note is None else note.reason
        told = "; ".join(f"{name}: {meaning}" for name in ids if (meaning := clause_words(run, name)))
        rows.append([
            cell(str(index), f"log: ENGAGEMENTS row {index}, why", True), cell(", ".join(ids) or "none"),
            cell(f"{why}." if not told else f"{why}. {told}."),
        ])  # fmt: skip
    heads = ("No", "Clauses", "Why the post gave the order")
    return [table("Why each engagement was allowed", heads, rows)] if rows else []


def clause_words(run: RunFacts, name: str) -> str:
    """A clause by its id in a few words; empty for one that is none (a nation's own right)."""
    section = next((section for _, section in run.clauses if section.id == name), None)
    return "" if section is None else granted(section)


def granted(section: ClauseSection) -> str:
    """What a clause grants, and on which terms."""
    words = ", ".join(section.share or section.order or section.use)
    where = f"; where: {section.where}" if section.where else ""
    over = f"; over {section.over}" if section.over else ""
    approval = f"; approval by {section.approval.by}, {section.approval.takes:g} s" if section.approval else ""
    return f"{section.verb}: {words}{where}{over}{approval}"


def delays_table(run: RunFacts) -> str:
    """How long each step from detectable to acted took, over the raiders that did both of its stages."""
    rows = [_delay_row(f"{before} \u2192 {after}", run.chain[before], run.chain[after]) for before, after in _steps()]
    return table(
        "From detectable to acted, step by step, min",
        ("Step", "Raiders", "Median", "Nine in ten within", "Most"),
        rows,
    )


def _steps() -> list[tuple[str, str]]:
    return [*pairwise(STAGES), ("identified", "acted"), (STAGES[0], STAGES[-1])]


def _delay_row(name: str, before: Float, after: Float) -> Sequence[str]:
    both = np.isfinite(before) & np.isfinite(after)
    waits = (after[both] - before[both]) / 60.0
    source = f"log: wait {name}"
    if not len(waits):
        return [cell(name), cell("0", source, True), *(cell(NEVER) for _ in range(3))]
    numbers = (float(np.median(waits)), float(np.quantile(waits, 0.9)), float(waits.max()))
    return [cell(name), cell(str(len(waits)), source, True), *(cell(f"{v:.1f}", source, True) for v in numbers)]


def leakers_part(run: RunFacts) -> list[str]:
    """Raiders that came through: when, and how far the defence had got with each."""
    leaked = [i for i, row in enumerate(run.raiders) if run.aircraft["state"][row] == Flight.LEAKED]
    if not leaked:
        return [paragraph("No raider reached its target or release line.")]
    leaked.sort(key=lambda i: (float(run.aircraft["t_end_s"][run.raiders[i]]), i))
    rows: list[list[str]] = []
    for place in leaked[:LISTED]:
        row = int(run.raiders[place])
        reached = [stage for stage in STAGES if np.isfinite(run.chain[stage][place])]
        rows.append([
            cell(names_at(run.recording.names.aircraft, row), f"log: AIRCRAFT row {row}"),
            cell(clock(float(run.aircraft["t_end_s"][row]))),
            cell(reached[-1] if reached else "never detectable"),
            cell(str(_fired_at(run, row)), f"log: ENGAGEMENTS with target {row}", True),
        ])  # fmt: skip
    more = (
        [paragraph(f"{len(leaked) - LISTED} further leakers are in the log.", "note")] if len(leaked) > LISTED else []
    )
    heads = ("Leaker", "Came through", "Last stage reached before", "Missiles fired at it")
    return [table(f"Leakers: {len(leaked)} of {len(run.raiders)} raiders", heads, rows), *more]


def _fired_at(run: RunFacts, row: int) -> int:
    return sum(int(shot["shots"]) for shot in run.engagements if shot["target"] == row and is_away(shot))


def said_part(run: RunFacts) -> list[str]:
    """What people declared, withdrew and called for, what followed, and breaches."""
    events = [event for event in run.recording.events() if event.what not in _ELSEWHERE]
    if not events:
        return [paragraph("Nobody declared, withdrew or called for anything, and no consent was refused.")]
    breaches = sum(event.what == "breach" for event in events)
    return [
        paragraph(f"Breaches of what was promised: {breaches}."),
        table("What people said, and what became of it", ("Time", "Who", "What", "Note"), [_event(e) for e in events]),
    ]


def told_table(run: RunFacts) -> list[str]:
    """How many tracks each nation was told the identity of, and how often of flight plans or an attack, by clause."""
    counts: dict[tuple[str, str, str], int] = {}
    for event in run.recording.events():
        if event.what == "told":
            key = (event.name, event.by, event.to)
            counts[key] = counts.get(key, 0) + 1
    if not counts:
        return []
    rows = [
        [*(cell(word) for word in key), cell(str(number), f"log: EVENTS, told by {key[0]}", True)]
        for key, number in sorted(counts.items())
    ]
    heads = ("Clause", "Post", "Told", "Tracks identified, or tellings of plans and warnings")
    return [table("What nations told each other beyond tracks", heads, rows)]


def uses_part(run: RunFacts) -> list[str]:
    """What units used of another nation's airfields, missiles and warnings, and what they were refused."""
    events = [event for event in run.recording.events() if event.what in ("used", "lent", "barred", "warned")]
    if not events:
        return []
    heads = ("Time", "Who", "What", "Note")
    return [table("Airfields, missiles and warnings of others", heads, [_event(event) for event in events])]


def seams_part(run: RunFacts) -> list[str]:
    """Hand-overs at the seam between areas, and tracks that nobody took over."""
    events = [event for event in run.recording.events() if event.what in ("handed-over", "dropped")]
    if not events:
        return [paragraph("No track was handed over between areas.")]
    dropped = [event for event in events if event.what == "dropped"]
    told = paragraph(f"{len(events)} tracks left one post's area for another's; {len(dropped)} of them were dropped.")
    return [told, table("At the seam", ("Time", "Who", "What", "Note"), [_event(event) for event in events])]


def _event(event: Event) -> list[str]:
    what = " ".join(word for word in (_MATTERS.get(event.what, event.what), event.name) if word)
    track = f", track {event.track_id}" if event.track_id else ""
    order = f", order {event.order_id}" if event.order_id else ""
    who = " \u2192 ".join(word for word in (event.by, event.to) if word)
    return [
        cell(clock(event.t_s), "log: EVENTS"),
        cell(who or "\u2013"),
        cell(f"{what}{track}{order}"),
        cell(event.note or "\u2013"),
    ]


def released_table(run: RunFacts) -> list[str]:
    """How many readings of tracks in each post's pictures were released by each clause."""
    counts: dict[tuple[str, int], int] = {}
    for note in run.recording.notes(Kind.PICTURE):
        ids, number = np.unique(note.rows["clause"][note.rows["clause"] >= 0], return_counts=True)
        for index, times in zip(ids.tolist(), number.tolist(), strict=True):
            counts[note.sender, index] = counts.get((note.sender, index), 0) + times
    if not counts:
        return []
    rows = [
        [
            cell(f"{run.clauses[index][1].id} ({run.clauses[index][0]})" if index < len(run.clauses) else "?"),
            cell(post),
            cell(str(times), f"log: PICTURE of {post}, clause {index}", True),
        ]
        for (post, index), times in sorted(counts.items(), key=lambda item: (item[0][1], item[0][0]))
    ]
    note = "What was withheld from a post never reached it and is not in the log, so it is not counted."
    return [
        table(
            "Tracks in pictures that another nation's post made, by the clause", ("Clause", "Post", "Readings"), rows
        ),
        paragraph(note, "note"),
    ]


def _act(act: int) -> str:
    return Act(act).name.lower().replace("_", " ")
