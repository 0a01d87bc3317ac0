"""The static weapon-target assignment problem and what a plan of shots is worth in it."""

import math
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from jointsky.kernels.assign import survives

Float = NDArray[np.float64]
Whole = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Salvo:
    """n weapons, m targets, k pools: minimise the sum over targets of `worth[j]` times the product over weapons of
    (1 - p[i, j]) ** x[i, j] over whole x >= 0 (Manne, 1958).

    `worth` (m,) >= 0; `p` (n, m) in [0, 1], 0 where a weapon may not or cannot fire; `shots` (n,) held; the weapons
    with `member[k, i]` 1 fire together at most `room[k]` shots.
    """

    worth: Float
    p: Float
    shots: Whole
    member: Whole
    room: Whole

    @classmethod
    def of(cls, worth: Float, p: Float, shots: Whole) -> Self:
        """A problem without pools."""
        n = len(shots)
        return cls(
            np.ascontiguousarray(worth, np.float64),
            np.ascontiguousarray(p, np.float64),
            np.ascontiguousarray(shots, np.int64),
            np.zeros((0, n), np.int64),
            np.zeros(0, np.int64),
        )

    def supply(self) -> Whole:
        """Shots (n,) that each weapon could fire if no other fired, by its own stock and its pools."""
        most = self.shots.copy()
        for member, room in zip(self.member, self.room, strict=True):
            most = np.where(member > 0, np.minimum(most, room), most)
        return most

    def surviving(self, x: Whole) -> Float:
        """The value (m,) expected to survive at each target after shots `x` (n, m)."""
        columns = zip(self.worth.tolist(), np.ascontiguousarray(self.p.T), np.ascontiguousarray(x.T), strict=True)
        return np.array([survives(worth, p, shots) for worth, p, shots in columns])

    def value(self, x: Whole) -> float:
        """The value expected to survive in all, summed exactly and rounded once."""
        return math.fsum(self.surviving(x).tolist())

    def keeps(self, x: Whole) -> bool:
        """Whether a plan fires nothing that is not there or not allowed."""
        fired = x.sum(axis=1)
        own = bool((x >= 0).all() and (fired <= self.shots).all() and not x[self.p <= 0.0].any())
        return own and bool((self.member @ fired <= self.room).all())


@dataclass(frozen=True, slots=True)
class Merged:
    """A problem in which weapons that cannot be told apart are one weapon with all their shots; `group[i]` is where
    weapon i went, `shots` what it holds, `unit` the value that counts as one."""

    salvo: Salvo
    group: Whole
    shots: Whole
    unit: float

    def split(self, x: Whole) -> Whole:
        """A plan of the merged problem dealt back to the weapons, in order."""
        out = np.zeros((len(self.group), x.shape[1]), np.int64)
        rest, left = x.copy(), self.shots.copy()
        for i, g in enumerate(self.group.tolist()):
            for j in np.flatnonzero(rest[g]).tolist():
                take = min(int(left[i]), int(rest[g, j]))
                out[i, j] = take
                left[i] -= take
                rest[g, j] -= take
        return out


def merged(salvo: Salvo) -> Merged:
    """Put weapons of equal chances and equal pools together: their permutations are one plan. Values are divided by the
    power of two next to the greatest, which rounds nothing."""
    keys = np.concatenate([salvo.p, salvo.member.T.astype(np.float64)], axis=1)
    where: dict[bytes, int] = {}
    group = np.array([where.setdefault(key.tobytes(), len(where)) for key in keys], np.int64)
    first = np.array([int(np.argmax(group == g)) for g in range(len(where))], np.int64)
    shots = np.zeros(len(where), np.int64)
    np.add.at(shots, group, salvo.shots)
    unit = math.ldexp(1.0, math.frexp(float(salvo.worth.max(initial=0.0)))[1])
    joined = Salvo(salvo.worth / unit, salvo.p[first].copy(), shots, salvo.member[:, first].copy(), salvo.room)
    return Merged(joined, group, salvo.shots, unit)
