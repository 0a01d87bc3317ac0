"""What a post has been told about its orders, remembered by kind of target for as long as nothing that decides changes.

`Standing.key` holds all that decides besides unit, act and kind of target. When it changes, everything here is
forgotten and asked anew.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from jointsky.links.agreements import Chain, Verdict
from jointsky.links.force import Force
from jointsky.links.tables import Kind, Permits
from jointsky.links.zones import Zone
from jointsky.vocab.codes import Act, Weapons

Bools = NDArray[np.bool_]
Spent = frozenset[tuple[str, str]]
"""Clauses and givers whose shots are used up."""


@dataclass(slots=True)
class Answers:
    """The answers to one act for some units (columns) and every kind of target met so far (rows), as in `Permits` but
    turned; `deferred` marks what is first of all a common commander's."""

    allowed: Bools
    clause: NDArray[np.int16]
    takes_s: NDArray[np.float64]
    deferred: Bools
    rows: dict[Kind, int] = field(default_factory=dict[Kind, int])

    @classmethod
    def none(cls, units: int) -> "Answers":
        """No answers yet, for so many units."""
        shape = (0, units)
        return cls(np.zeros(shape, np.bool_), np.zeros(shape, np.int16), np.zeros(shape), np.zeros(shape, np.bool_))

    def learn(self, kinds: Sequence[Kind], told: Permits, deferred: Bools) -> None:
        """Take in the answers to new kinds, in this order."""
        self.rows.update({kind: len(self.allowed) + i for i, kind in enumerate(kinds)})
        self.allowed = np.concatenate((self.allowed, told.allowed.T))
        self.clause = np.concatenate((self.clause, told.clause.T))
        self.takes_s = np.concatenate((self.takes_s, told.takes_s.T))
        self.deferred = np.concatenate((self.deferred, deferred.T))

    def at(self, rows: Sequence[int]) -> tuple[Permits, Bools]:
        """The answers in some rows, as new arrays of shape (units, rows)."""
        index = np.array(rows, np.intp)
        told = Permits(self.allowed.take(index, 0).T, self.clause.take(index, 0).T, self.takes_s.take(index, 0).T)
        return told, self.deferred.take(index, 0).T


@dataclass(slots=True)
class Standing:
    """Who commands what, and what has been answered, while `key` (the force, and whose help was called for) stays
    equal.

    `commanders` has the post that each unit follows first, `chains` all who command it, and in which zone; `led` the
    post's own nation's units (masks over all units) by such a chain, where another post is in it; `delegate` whether
    the post is one; `weapons` the loosest status that lost links leave to its nation. `answers` are by act, units and
    what is used up, `verdicts` by act, unit, kind of target and what is used up. `zones` are those that an answer about
    each act depends on.
    """

    key: tuple[Force, frozenset[str]]
    commanders: tuple[str, ...]
    chains: tuple[Chain, ...]
    led: dict[Chain, Bools]
    delegate: bool
    weapons: Weapons
    answers: dict[tuple[Act, bytes, Spent], Answers] = field(default_factory=dict[tuple[Act, bytes, Spent], Answers])
    verdicts: dict[tuple[Act, int, Kind | None, Spent], Verdict] = field(
        default_factory=dict[tuple[Act, int, Kind | None, Spent], Verdict]
    )
    zones: dict[Act, tuple[Zone, ...]] = field(default_factory=dict[Act, tuple[Zone, ...]])
