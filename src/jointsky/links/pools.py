"""Limits of clauses, counted for each clause and giver: of orders, shots in all and aircraft at a time; of use,
missiles in all and airfields at a time."""

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from jointsky.links.agreements import Usable, Verdict, may_use
from jointsky.links.arrangement import NATIONAL, Arrangement, OrderGrant, Situation
from jointsky.vocab.codes import Act, Shooter, Shot
from jointsky.vocab.records import Rows

Key = tuple[str, str]
"""Clause id and giver."""
_FLYING = (Act.SCRAMBLE, Act.POSITION, Act.ENGAGE)
SETTLED_S = 10.0
"""So long after an order a fighter's reports may not show it yet."""


@dataclass(slots=True)
class _Kept:
    """Shots kept for one order: what it may still launch before it is reported."""

    key: Key
    shots: int
    follows: bool = False
    """True while a fighter that missed goes on with its next missile."""


@dataclass(slots=True)
class Pools:
    """What has been used of the limits in `arr`. Shots are kept for an order when it is admitted and given back when
    they are reported unused, so that fired and kept together never exceed a limit."""

    arr: Arrangement
    fired: dict[Key, int] = field(default_factory=dict[Key, int])
    _kept: dict[int, _Kept] = field(default_factory=dict[int, _Kept])
    _over: set[int] = field(default_factory=set[int])
    _flying: dict[Key, dict[int, tuple[int, float]]] = field(
        default_factory=dict[Key, dict[int, tuple[int, float]]]
    )
    _grants: dict[Key, list[OrderGrant]] = field(init=False)

    def __post_init__(self) -> None:
        """Find the grants that have limits."""
        self._grants = {}
        for grant in self.arr.orders:
            if grant.most:
                self._grants.setdefault((grant.clause.id, grant.giver), []).append(grant)

    @property
    def limited(self) -> bool:
        """Whether any clause has a limit."""
        return bool(self._grants)

    def admit(self, row: Rows, clauses: Sequence[str], t_s: float) -> str | None:
        """Count one ORDER row under the first of its clauses that has room, or return the id of the one that has none.

        The shots of the row are cut down to what is left. A row of an order that was counted before is free.
        """
        if not self._grants or NATIONAL in clauses:
            return None
        owner = self.arr.units[int(row["unit"][0])].nation
        full: str | None = None
        for clause in clauses:
            if self._takes((clause, owner), row, t_s):
                return None
            full = full or clause
        return full

    def room(self, key: Key) -> float:
        """Shots left of a clause and giver; infinite without a limit."""
        most = [grant.most["shots"] for grant in self._grants.get(key, []) if "shots" in grant.most]
        kept = sum(item.shots for item in self._kept.values() if item.key == key)
        return min(most) - self.fired.get(key, 0) - kept if most else float("inf")

    def spent(self) -> frozenset[Key]:
        """The clauses and givers whose shots are used up or all under way."""
        return frozenset(key for key in self._grants if self.room(key) <= 0)

    def exhaust(self, key: Key) -> None:
        """Somebody else has used up the shots of a clause and giver."""
        left = self.room(key)
        if 0.0 < left < float("inf"):
            self.fired[key] = self.fired.get(key, 0) + int(left)

    def full(self, fighters: Rows, clause: NDArray[np.int16]) -> NDArray[np.bool_]:
        """Which of the pairs fighter (CAPABILITY rows) x target, allowed by the clauses of index `clause`, would go
        beyond the aircraft that a clause lets fly at a time."""
        owners = [self.arr.units[int(unit)].nation for unit in fighters["unit"]]
        found = np.zeros(clause.shape, np.bool_)
        for key, grants in self._grants.items():
            flying = self._flying.get(key, {})
            for grant in grants:
                if len(flying) >= grant.most.get("aircraft", len(flying) + 1):
                    others = np.array([name == grant.giver for name in owners], np.bool_)
                    others &= ~np.isin(fighters["row"], sorted(flying))
                    found |= others[:, None] & (clause == grant.clause.index)
        return found

    def report(self, rows: Rows) -> list[int]:
        """Count what SHOT_REPORT rows say was launched; returns the orders whose fighter may not go on after a miss."""
        stop: list[int] = []
        for row in rows if self._kept else ():
            number = int(row["order_id"])
            item = self._kept.pop(number, None)
            if item is None:
                continue
            self.fired[item.key] = self.fired.get(item.key, 0) + int(row["shots"])
            goes_on = row["shooter"] == Shooter.FIGHTER and row["result"] == Shot.MISS
            if goes_on and self.room(item.key) >= int(row["shots"]):
                self._kept[number] = _Kept(item.key, int(row["shots"]), follows=True)
            else:
                self._over.add(number)
                if goes_on:
                    stop.append(number)
        return stop

    def states(self, rows: Rows) -> None:
        """Take UNIT_STATUS rows in: fighters that follow another order or none are free, those without missiles keep
        none."""
        fighters = rows[rows["shooter"] == Shooter.FIGHTER]
        for row in fighters:
            number, place = int(row["order_id"]), int(row["row"])
            for flying in self._flying.values():
                order, since_s = flying.get(place, (number, 0.0))
                if order != number and row["t_valid_s"] > since_s + SETTLED_S:
                    del flying[place]
            kept = self._kept.get(number)
            if kept is not None and kept.follows and row["shots_left"] <= 0:
                del self._kept[number]

    def _takes(self, key: Key, row: Rows, t_s: float) -> bool:
        """Whether a clause and giver have room for an ORDER row; counts it when they do."""
        act, number = int(row["act"][0]), int(row["order_id"][0])
        flies = act in _FLYING and row["shooter"][0] == Shooter.FIGHTER
        limits = [grant.most["aircraft"] for grant in self._grants.get(key, []) if "aircraft" in grant.most]
        flying = self._flying.setdefault(key, {}) if flies and limits else None
        place = int(row["row"][0])
        if flying is not None and place not in flying and len(flying) >= min(limits):
            return False
        if act == Act.ENGAGE and number not in self._kept and number not in self._over:
            left, shots = self.room(key), max(int(row["shots"][0]), 1)
            if left <= 0:
                return False
            if left < float("inf"):
                shots = min(shots, int(left))
                row["shots"] = shots
                self._kept[number] = _Kept(key, shots)
        if flying is not None:
            flying[place] = (number, t_s)
        return True


@dataclass(slots=True)
class Stores:
    """What nations have used of each other's. `missiles` and `airfields` are how many each nation had at the start, by
    which shares are counted."""

    arr: Arrangement
    missiles: Mapping[str, int]
    airfields: Mapping[str, int]
    taken: dict[Key, int] = field(default_factory=dict[Key, int])
    """Missiles taken so far."""

    def missiles_for(self, nation: str, giver: str, wanted: int, situation: Situation) -> tuple[int, Verdict]:
        """How many of `wanted` missiles of `giver` a nation may take now, and why; they count as taken, under the first
        clause that has room."""
        verdict = may_use(self.arr, nation, Usable("munitions", giver), situation)
        for clause in verdict.clauses:
            room = self.most("munitions", clause, giver) - self.taken.get((clause, giver), 0)
            if room > 0:
                count = min(wanted, room)
                self.taken[clause, giver] = self.taken.get((clause, giver), 0) + count
                return count, _under(verdict, clause)
        return 0, self._full(verdict, "munitions", giver)

    def airfield_for(
        self, nation: str, giver: str, name: str, used: Mapping[str, Collection[str]], situation: Situation
    ) -> Verdict:
        """Whether a nation may use the airfield `name` of `giver` now; `used` are those it uses, by clause."""
        verdict = may_use(self.arr, nation, Usable("airfields", giver), situation)
        for clause in verdict.clauses:
            if len({*used.get(clause, ()), name}) <= self.most("airfields", clause, giver):
                return _under(verdict, clause)
        return self._full(verdict, "airfields", giver)

    def most(self, word: str, clause_id: str, giver: str) -> int:
        """The limit of a clause on `munitions` or `airfields` of a giver, as a count; a share is rounded down."""
        clause = next(clause for clause in self.arr.clauses if clause.id == clause_id)
        limit = clause.limits.get(word, clause.level)
        held = self.missiles if word == "munitions" else self.airfields
        return limit if isinstance(limit, int) else math.floor(limit * held.get(giver, 0) + 1e-9)

    def _full(self, verdict: Verdict, word: str, giver: str) -> Verdict:
        if not verdict.yes:
            return verdict
        limits = [f"{name} lets {self.most(word, name, giver)} be used" for name in verdict.clauses]
        return Verdict.no(f"{word} of {giver}: {' and '.join(limits)}, which is used up", *verdict.clauses)


def _under(verdict: Verdict, clause: str) -> Verdict:
    """The same verdict with the clause that decides in front."""
    rest = tuple(name for name in verdict.clauses if name != clause)
    return Verdict(verdict.yes, (clause, *rest), verdict.reason)
