"""Air policing in the after-action report: each incident as a timeline, and what truly happened on board beside it."""

from jointsky.report.page import cell, paragraph, table
from jointsky.report.run_facts import RunFacts
from jointsky.report.words import NEVER, clock
from jointsky.vocab.codes import Act
from jointsky.vocab.messages import Decision

EVENTS = ("silent", "seen", "heeded")
"""What truly happened on board and beside an aircraft."""
OPENING = "air policing: "
_TRUTH = {"silent": "falls out of its plan", "seen": "is seen by a crew", "heeded": "answers or follows"}


def policing_part(run: RunFacts) -> list[str]:
    """The timelines of all incidents; nothing where no post polices."""
    incidents = incidents_of(run)
    if not incidents and not any(event.what in EVENTS for event in run.recording.events()):
        return []
    parts = ["<h3>Air policing</h3>", *_on_board(run)]
    for (post, number), notes in incidents.items():
        parts.append(_timeline(post, number, notes))
    return [*parts, paragraph("Minutes count from the moment at which the post took contact for lost.", "note")]


def incidents_of(run: RunFacts) -> dict[tuple[str, int], list[Decision]]:
    """The steps of each incident, by post and track, in the order in which they began."""
    found: dict[tuple[str, int], list[Decision]] = {}
    for note in run.recording.decisions():
        if note.reason.startswith(OPENING):
            found.setdefault((note.post, note.track_id), []).append(note)
    return found


def _timeline(post: str, number: int, notes: list[Decision]) -> str:
    began_s = notes[0].t_s
    rows = [
        [
            cell(clock(note.t_s)),
            cell(f"{(note.t_s - began_s) / 60.0:.1f}", f"log: DECISIONS, {post}, track {number}", True),
            cell(_what(note)),
            cell(", ".join(note.clauses) or "\u2013"),
            cell(", ".join(note.against) or "\u2013"),
        ]
        for note in notes
    ]
    heads = ("Time", "Minutes", "Step, and why", "By clause or law", "Against it")
    return table(f"{post}, track {number}", heads, rows)


def _what(note: Decision) -> str:
    words = note.reason.removeprefix(OPENING)
    return words if note.act == Act.WATCH else f"{Act(note.act).name.lower()} {note.unit}: {words}"


def _on_board(run: RunFacts) -> list[str]:
    events = [event for event in run.recording.events() if event.what in EVENTS]
    silent_s = {event.name: event.t_s for event in reversed(events) if event.what == "silent"}
    rows = [
        [
            cell(clock(event.t_s)),
            cell(_since(event.t_s, silent_s.get(event.name)), f"log: EVENTS, {event.what}, {event.name}", True),
            cell(f"{event.name} {_TRUTH[event.what]}"),
            cell(event.by or "\u2013"),
            cell(event.to or "\u2013"),
            cell(event.note),
        ]
        for event in events
    ]
    heads = ("Time", "Minutes from silence", "What truly happened", "Unit", "Post", "Note")
    return [table("On board and beside it: truth, which no post sees", heads, rows)] if rows else []


def _since(t_s: float, silent_s: float | None) -> str:
    return NEVER if silent_s is None else f"{(t_s - silent_s) / 60.0:.1f}"
