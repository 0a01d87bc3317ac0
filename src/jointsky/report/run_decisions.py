"""The plans of a run: whenever a post gave orders: the targets, what the orders leave, and the bound."""

import math
from collections.abc import Sequence

from jointsky.report.page import cell, folded, paragraph, table
from jointsky.report.run_facts import RunFacts
from jointsky.report.words import clock
from jointsky.vocab.messages import Decision

LISTED = 400
"""How many orders are listed with their reasons; the rest is counted."""
Plan = Sequence[Decision]
"""The orders that one post gave in one moment, as dealt together."""


def plans_of(run: RunFacts) -> list[Plan]:
    """The plans of all posts in order of time and post: what a person ordered, and what a log from before bounds were
    kept holds, is in none."""
    found: dict[tuple[float, str], list[Decision]] = {}
    for note in run.recording.decisions():
        if note.allowed and note.rank > 0:
            found.setdefault((note.t_s, note.post), []).append(note)
    return [found[key] for key in sorted(found)]


def gap(note: Decision) -> float:
    """Value less bound as a part of the value; NaN where nothing was proved."""
    if not math.isfinite(note.bound):
        return math.nan
    return (note.value - note.bound) / note.value if note.value > 0.0 else 0.0


def decisions_part(run: RunFacts) -> list[str]:
    """How well each post's plans were dealt, and behind a fold every order with the reasons for it."""
    plans = plans_of(run)
    if not plans:
        return [paragraph("The log holds no plan with its threats ranked: no post gave orders, or it is an older log.")]
    shown: list[Plan] = []
    rest = 0
    for plan in plans:
        if sum(map(len, shown)) < LISTED:
            shown.append(plan)
        else:
            rest += len(plan)
    told = [
        _by_post(plans),
        paragraph(
            "A plan is what one post ordered in one moment. Its value is what the targets then in reach are expected "
            "to destroy all the same, in asset value; no other deal of that moment is expected to leave less "
            "than the bound. Both are the post's own view, from its picture.",
            "note",
        ),
    ]
    heads = ("Time", "Post", "Plan", "Value", "Bound", "Gap, %", "Order", "Unit", "Track", "Threat, shot, authority")
    rows = [row for plan in shown for row in _plan_rows(plan)]
    more = [paragraph(f"{rest} further orders are in the log.", "note")] if rest else []
    return [*told, folded(f"{sum(map(len, plans))} orders with their reasons", [table("", heads, rows), *more])]


def _by_post(plans: Sequence[Plan]) -> str:
    rows: list[list[str]] = []
    for post in sorted({plan[0].post for plan in plans}):
        own = [plan for plan in plans if plan[0].post == post]
        gaps = [gap(plan[0]) for plan in own if not math.isnan(gap(plan[0]))]
        source = f"log: DECISIONS of {post}, allowed and ranked"
        rows.append(
            [
                cell(post),
                cell(str(len(own)), source, True),
                cell(str(sum(map(len, own))), source, True),
                cell(str(max(map(len, own))), source, True),
                cell(str(sum(1 for found in gaps if found <= 1e-6)), source, True),
                cell(f"{100.0 * max(gaps):.2f}" if gaps else "\u2013", source, True),
            ]
        )
    heads = ("Post", "Plans", "Orders", "Most at once", "Plans proved the best", "Widest gap, %")
    return table("Plans of each post", heads, rows)


def _plan_rows(plan: Plan) -> list[list[str]]:
    first = plan[0]
    proved = math.isfinite(first.bound)
    whole = (
        clock(first.t_s),
        first.post,
        f"{len(plan)} order" + "s" * (len(plan) > 1),
        f"{first.value:.3f}" if proved else "\u2013",
        f"{first.bound:.3f}" if proved else "\u2013",
        f"{100.0 * gap(first):.2f}" if proved else "\u2013",
    )
    ordered = sorted(plan, key=lambda note: (note.rank, note.order_id))
    source = f"log: DECISIONS, {first.post}, t_s = {first.t_s:g}"
    return [
        [
            *(cell(word if index == 0 else "", source if index == 0 and word else "") for word in whole),
            *(cell(word) for word in (str(note.order_id), note.unit, str(note.track_id), note.reason)),
        ]
        for index, note in enumerate(ordered)
    ]
