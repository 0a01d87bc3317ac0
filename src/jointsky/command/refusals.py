"""What a post makes of a refusal: somebody will not carry out its order."""

import numpy as np

from jointsky.command.planner import Planner
from jointsky.vocab.codes import Act, Shooter
from jointsky.vocab.messages import Decision, Refusal

FULL_S = 60.0
"""After this time a post asks again where the limit of a clause was in the way."""


def note_refusal(planner: Planner, refusal: Refusal, now_s: float) -> None:
    """Close the order, plan anew, and ask no more for this asset against this track (for a while, where a limit was in
    the way); a decision says why."""
    item = planner.ledger.open.pop(refusal.order_id, None)
    unit, track = "", 0
    if item is not None:
        place, track = planner.place_of(item.asset) or 0, item.track_id
        row = int(planner.config.capability["unit"][place])
        unit = planner.config.unit_names[row]
        consent = refusal.against == (f"consent.{refusal.clause}",)
        planner.ledger.declined[item.asset, track] = np.inf if consent else now_s + FULL_S
        if item.asset[0] == Shooter.FIGHTER:
            planner.idle_since_s.setdefault(item.asset, now_s)
        elif not consent and refusal.act == Act.ENGAGE:
            planner.pools.exhaust((refusal.clause, planner.authority.arrangement.units[row].nation))
    phase = planner.authority.situation.phase
    planner.notes.append(
        Decision(
            now_s, planner.config.post, refusal.act, unit, track, False, phase, (), refusal.reason, refusal.order_id,
            against=refusal.against,
        )  # fmt: skip
    )
