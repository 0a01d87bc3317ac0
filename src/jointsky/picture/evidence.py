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


PLAIN = {
    Evidence.IFF_REPLY: "answered the identification challenge",
    Evidence.NO_IFF_REPLY: "did not answer the identification challenge",
    Evidence.PLAN_MATCHES: "transponder code and position match a filed flight plan",
    Evidence.CODE_WITHOUT_PLAN: "transponder code without a matching flight plan",
    Evidence.NO_CODE: "no transponder code",
    Evidence.CROSSED_BORDER: "came across the border from outside",
    Evidence.LOW_AND_FAST: "low and fast",
    Evidence.FASTER_THAN_CIVIL: "faster than civil aircraft fly",
    Evidence.TOLD_BY_PARTNER: "the partner's identity was told",
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
"""Notional likelihoods; TOLD_BY_PARTNER is handled by the caller, since it carries an identity of its own."""


def posterior(found: dict[Evidence, Bool], prior: tuple[float, float, float]) -> Float:
    """Posterior probability of friend, neutral and hostile, shape (n, 3), from the evidence found on n tracks (Bayes,
    evidence taken as independent).
    """
    rows = len(next(iter(found.values())))
    weight = np.tile(np.asarray(prior, dtype=np.float64), (rows, 1))
    for kind, mask in found.items():
        weights = WEIGHTS[kind]
        weight[mask] *= (weights.friend, weights.neutral, weights.hostile)
    return weight / weight.sum(axis=1, keepdims=True)


def words(flags: int) -> tuple[str, ...]:
    """The reasons in `flags` (Evidence bits) as plain phrases."""
    return tuple(text for kind, text in PLAIN.items() if flags & kind)
