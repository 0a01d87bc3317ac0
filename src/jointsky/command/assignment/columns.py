"""Columns: sets of shots at one target, kept flat; their search at given prices, and the bound that prices prove."""

import math
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, vstack

from jointsky.command.assignment.problem import Float, Salvo, Whole
from jointsky.kernels.assign_columns import sweep

NODES = 200_000
"""Steps of the search for one target before it settles for the bound of its root."""


@dataclass(frozen=True, slots=True)
class Columns:
    """c columns: `shots` (c, n) how many of each weapon, `target` (c,), `survivors` (c,) value left."""

    shots: csr_array
    target: Whole
    survivors: Float

    def __len__(self) -> int:
        return len(self.target)

    def take(self, which: NDArray[np.intp] | NDArray[np.bool_]) -> "Columns":
        """Some of them."""
        return Columns(csr_array(self.shots[which]), self.target[which], self.survivors[which])


@dataclass(frozen=True, slots=True)
class Priced:
    """What a search at prices found: the columns, `floor` (m,) below which no column's total is, and whether it was
    whole."""

    columns: Columns
    floor: Float
    whole: bool


@dataclass(slots=True)
class Pricer:
    """Searches columns of one problem at prices (n + k,): one a weapon, then one a pool."""

    salvo: Salvo
    supply: Whole = field(init=False)
    by_target: Float = field(init=False)

    def __post_init__(self) -> None:
        self.supply = self.salvo.supply()
        self.by_target = np.ascontiguousarray(self.salvo.p.T)

    def effective(self, price: Float) -> Float:
        """What a shot of each weapon costs with its pools."""
        n = len(self.supply)
        return price[:n] + self.salvo.member.T @ price[n:]

    def cheapest(self, price: Float) -> Priced:
        """The cheapest column of each target."""
        m = len(self.salvo.worth)
        return self._swept(price, np.full(m, np.inf), 0.0, True, NODES, 2 * m + 2)

    def below(self, price: Float, floor: Float, slack: float, most: int) -> Priced:
        """All columns whose total is less than `slack` above the floor of their target; whole only if at most `most`
        columns.
        """
        return self._swept(price, floor + slack, slack, False, 20 * NODES, most)

    def bound(self, price: Float, floor: Float) -> float:
        """The value that no plan goes below, by these prices (Lagrange), rounded down."""
        held = np.concatenate([self.salvo.shots, self.salvo.room]).astype(np.float64)
        paid = price * held
        paid_for = math.fsum(floor.tolist()), math.fsum(paid.tolist())
        return paid_for[0] - paid_for[1] - 1e-12 * (abs(paid_for[0]) + abs(paid_for[1]))

    def slack_of(self, columns: Columns) -> Float:
        """Held less fired, (n + k,), when these columns are all used: the slope of the bound."""
        fired = np.asarray(columns.shots.sum(axis=0), np.float64).ravel()
        slack = np.concatenate([self.salvo.shots - fired, self.salvo.room - self.salvo.member @ fired])
        return slack.astype(np.float64)

    def _swept(
        self, price: Float, limit: Float, slack: float, only_best: bool, nodes: int, most: int
    ) -> Priced:
        m = len(self.salvo.worth)
        room = most * (24 if not only_best else 402)
        shot, start = np.empty(room, np.int64), np.empty(most + 2, np.int64)
        survivors, target, floor = np.empty(most + 2), np.empty(most + 2, np.int64), np.empty(m)
        each = self.effective(price)
        count, whole = sweep(self.salvo.worth, self.by_target, each, self.supply, limit, slack, only_best, nodes,
                             shot, start, survivors, target, floor)  # fmt: skip
        return Priced(self._packed(shot, start[: count + 1], survivors[:count], target[:count]), floor, whole)

    def _packed(self, shot: Whole, start: Whole, survivors: Float, target: Whole) -> Columns:
        ends = shot[: start[-1]]
        shots = csr_array((np.ones(len(ends)), ends.copy(), start.copy()), shape=(len(target), len(self.supply)))
        shots.sum_duplicates()
        return Columns(shots, target.copy(), survivors.copy())

    def of_plan(self, x: Whole) -> Columns:
        """The columns of a plan, one a target."""
        m = len(self.salvo.worth)
        return Columns(csr_array(x.T.astype(np.float64)), np.arange(m), self.salvo.surviving(x))


def empty_columns(salvo: Salvo) -> Columns:
    """For each target the column that fires nothing."""
    m = len(salvo.worth)
    return Columns(csr_array((m, len(salvo.shots))), np.arange(m), salvo.worth)


def distinct(parts: list[Columns]) -> Columns:
    """All of them in order, each once."""
    shots = csr_array(vstack([part.shots for part in parts]))
    target = np.concatenate([part.target for part in parts])
    survivors = np.concatenate([part.survivors for part in parts])
    shots.sort_indices()
    seen: dict[tuple[int, bytes, bytes], int] = {}
    ends = shots.indptr.tolist()
    for c, (a, b) in enumerate(zip(ends, ends[1:], strict=False)):
        seen.setdefault((int(target[c]), shots.indices[a:b].tobytes(), shots.data[a:b].tobytes()), c)
    return Columns(shots, target, survivors).take(np.fromiter(seen.values(), np.intp, len(seen)))
