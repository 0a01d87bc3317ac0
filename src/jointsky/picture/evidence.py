"""What speaks for and against each identity: evidence found on a track, and how likely it is under each.

The likelihoods are notional. Each row is P(evidence | friend), P(evidence | neutral civil), P(evidence | hostile);
evidence that was not looked for (nobody interrogated the track, say) is left out, not counted against.
"""

from dataclasses import dataclass
from enum import IntFlag

import numpy as np
from numpy.typing import NDArray

Bool = NDArray[np.bool_]
Float = NDArray[np.float64]
Bits = NDArray[np.uint16]


class Evidence(IntFlag):
    """Reasons kept with an identity, one bit each."""

    IFF_REPLY = 1
    NO_IFF_REPLY = 2
    PLAN_MATCHES = 4
    CODE_WITHOUT_PLAN = 8
    NO_CODE = 16
    CROSSED_BORDER = 32
    LOW_AND_FAST = 64
    FASTER_THAN_CIVIL = 128
    TOLD_BY_PARTNER = 256
    CODE_NO_LONGER_HEARD = 512
    NO_ANSWER = 1024
    SEEN_CIVIL = 2048
    SEEN_UNCLEAR = 4096


PLAIN = {
    Evidence.IFF_REPLY: "answered the identification challenge",
    Evidence.NO_IFF_REPLY: "did not answer the identification challenge",
    Evidence.PLAN_MATCHES: "transponder code and position match a filed flight plan",
    Evidence.CODE_WITHOUT_PLAN: "transponder code without a matching flight plan",
    Evidence.NO_CODE: "no transponder code",
    Evidence.CROSSED_BORDER: "came across the border from outside",
    Evidence.LOW_AND_FAST: "low and fast",
    Evidence.FASTER_THAN_CIVIL: "faster than civil aircraft fly",
    Evidence.TOLD_BY_PARTNER: "some of this was told by a partner",
    Evidence.CODE_NO_LONGER_HEARD: "its transponder is no longer heard",
    Evidence.NO_ANSWER: "does not answer on 121.5 MHz",
    Evidence.SEEN_CIVIL: "a fighter's crew beside it sees a civil aircraft",
    Evidence.SEEN_UNCLEAR: "a fighter's crew beside it cannot tell what it is",
}
"""Each reason in words."""


@dataclass(frozen=True, slots=True)
class Weight:
    """Likelihood of one piece of evidence under friend, neutral and hostile."""

    friend: float
    neutral: float
    hostile: float


WEIGHTS = {
    Evidence.IFF_REPLY: Weight(0.97, 1e-4, 1e-3),
    Evidence.NO_IFF_REPLY: Weight(0.03, 0.9999, 0.999),
    Evidence.PLAN_MATCHES: Weight(0.02, 0.93, 0.01),
    Evidence.CODE_WITHOUT_PLAN: Weight(0.02, 0.05, 0.02),
    Evidence.NO_CODE: Weight(0.96, 0.02, 0.97),
    Evidence.CROSSED_BORDER: Weight(0.02, 0.05, 0.60),
    Evidence.LOW_AND_FAST: Weight(0.10, 0.002, 0.40),
    Evidence.FASTER_THAN_CIVIL: Weight(0.30, 0.002, 0.30),
}
"""Notional likelihoods; TOLD_BY_PARTNER has none: it says of others where they are from. What air policing finds out
has none either: it decides by procedure, not by odds."""
MISTAKEN = 0.05
"""Notional chance that what a partner tells of a track belongs to another aircraft."""
TELLING = (
    Evidence.IFF_REPLY,
    Evidence.NO_IFF_REPLY,
    Evidence.PLAN_MATCHES,
    Evidence.CODE_WITHOUT_PLAN,
    Evidence.NO_CODE,
    Evidence.CROSSED_BORDER,
)
"""Facts that count when a partner tells them; how high and fast an aircraft flies everybody sees himself."""
UNLESS = {
    Evidence.IFF_REPLY: (Evidence.IFF_REPLY,),
    Evidence.NO_IFF_REPLY: (Evidence.IFF_REPLY, Evidence.NO_IFF_REPLY),
    Evidence.PLAN_MATCHES: (Evidence.PLAN_MATCHES,),
    Evidence.CODE_WITHOUT_PLAN: (Evidence.PLAN_MATCHES, Evidence.CODE_WITHOUT_PLAN, Evidence.NO_CODE),
    Evidence.NO_CODE: (Evidence.PLAN_MATCHES, Evidence.CODE_WITHOUT_PLAN, Evidence.NO_CODE),
    Evidence.CROSSED_BORDER: (Evidence.CROSSED_BORDER,),
}
"""What one found oneself makes a told fact old news, or outweighs it: each fact counts once, whoever found it."""
EXPLAINS = {
    Evidence.IFF_REPLY: (Evidence.NO_IFF_REPLY,),
    Evidence.PLAN_MATCHES: (Evidence.CODE_WITHOUT_PLAN, Evidence.NO_CODE),
}
"""What a told fact explains away of what one found oneself: it answers the partner's challenge, and flies the partner's
plan."""


def posterior(
    found: dict[Evidence, Bool], prior: tuple[float, float, float], told: dict[Evidence, Bool] | None = None
) -> Float:
    """Posterior probability of friend, neutral and hostile, shape (n, 3), from the evidence found on n tracks and that
    which partners `told` (Bayes, evidence taken as independent).
    """
    rows = len(next(iter(found.values())))
    weight = np.tile(np.asarray(prior, dtype=np.float64), (rows, 1))
    for kind, mask in found.items():
        weights = WEIGHTS[kind]
        weight[mask] *= (weights.friend, weights.neutral, weights.hostile)
    for kind, mask in (told or {}).items():
        weights = hearsay(WEIGHTS[kind])
        weight[mask] *= (weights.friend, weights.neutral, weights.hostile)
    return weight / weight.sum(axis=1, keepdims=True)


def hearsay(weight: Weight) -> Weight:
    """The likelihood of evidence that somebody else found: of another aircraft in `MISTAKEN` of all cases, when it says
    the same whatever this one is."""
    anyhow = MISTAKEN * (weight.friend + weight.neutral + weight.hostile) / 3.0
    sure = 1.0 - MISTAKEN
    return Weight(sure * weight.friend + anyhow, sure * weight.neutral + anyhow, sure * weight.hostile + anyhow)


def heard(found: dict[Evidence, Bool], bits: Bits) -> dict[Evidence, Bool]:
    """The facts told (Evidence bits of each track, 0: none) that count beside those found; of the latter, those that
    they explain away are taken out."""
    told: dict[Evidence, Bool] = {}
    for kind in TELLING:
        old = np.logical_or.reduce([found[other] for other in UNLESS[kind]])
        told[kind] = ((bits & int(kind)) > 0) & ~old
    for kind, others in EXPLAINS.items():
        for other in others:
            found[other] = found[other] & ~told[kind]
            told[other] = told[other] & ~told[kind]
    return told


def words(flags: int) -> tuple[str, ...]:
    """The reasons in `flags` (Evidence bits) as plain phrases."""
    return tuple(text for kind, text in PLAIN.items() if flags & kind)
