"""Shoot, look, shoot: how many shots now and how many after the next look, with a price on what future raids will need.

Small cases are solved exactly, by dynamic programming over what is left and who lives. Larger ones are priced: with a
price on every shot the targets part, and each one's value after s more stages is W_s = min over shots of their price
plus what survives of W_{s-1}, W_0 its worth; that is the static search with another worth.
"""

import itertools
from dataclasses import dataclass, field

import numpy as np

from jointsky.command.assignment.columns import Pricer
from jointsky.command.assignment.problem import Float, Salvo, Whole
from jointsky.command.assignment.quick import repaired

MOST_PAIRS = 400_000
"""Pairs of what is held and what is fired in an exact programme."""
MOST_CELLS = 40_000_000
EAGER = 0.95
"""Shots are dealt at so much of their price: at the price itself many are worth firing and keeping alike."""
STEPS = 60
"""Steps of prices: a count, so that the same stage gives the same shots on every machine."""


@dataclass(frozen=True, slots=True)
class Stages:
    """`salvo`, with `looks` stages left (at least one), this one included: before each it is seen who lives.

    `keep` (n,) what a shot that is left at the end is worth (see `raid_price`); `flying` (m,) the chance that a target
    survives what is under way and lands before the next look; `most` shots at one target in one stage, where above 0.
    """

    salvo: Salvo
    looks: int
    keep: Float = field(default_factory=lambda: np.zeros(0))
    flying: Float = field(default_factory=lambda: np.zeros(0))
    most: int = 0

    def kept(self) -> Float:
        """`keep` in full."""
        return self.keep if len(self.keep) else np.zeros(len(self.salvo.shots))

    def survival(self) -> Float:
        """`flying` in full."""
        return self.flying if len(self.flying) else np.ones(len(self.salvo.worth))


def next_shots(stages: Stages) -> Whole:
    """The shots (n, m) to fire in this stage, exactly where the case is small, else by prices."""
    return exact(stages)[0] if is_small(stages) else priced(stages)


def is_small(stages: Stages) -> bool:
    """Whether the exact programme is within its limits."""
    m, pairs = len(stages.salvo.worth), 1
    for held in stages.salvo.supply().tolist():
        if held > 60:
            return False
        pairs *= sum(_ways(total, m) * (held - total + 1) for total in range(held + 1))
        if pairs > MOST_PAIRS or pairs << m > MOST_CELLS:
            return False
    return True


def exact(stages: Stages) -> tuple[Whole, float]:
    """The best shots of this stage and the value expected to survive at the end, less what is kept, by dynamic
    programming over (stage, shots left, targets alive).
    """
    case = _Case.of(stages)
    after = case.at_the_end()
    for _ in range(stages.looks - 1):
        after = np.minimum.reduceat(case.expected(after, np.ones(case.m)), case.first, axis=0)
    totals = case.expected(after, stages.survival())[case.first[-1] :, -1]
    best = int(totals.argmin())
    return case.fired[case.first[-1] + best].reshape(len(stages.salvo.shots), case.m), float(totals[best])


@dataclass(frozen=True, slots=True)
class _Case:
    """All pairs of shots held and shots fired, those of one holding together: `fired` (pairs, n * m), `rest` the
    holding that each leaves, `first` where each holding's pairs begin; `misses` (pairs, m) a target's survival.
    """

    m: int
    worth: Float
    left_worth: Float
    fired: Whole
    rest: Whole
    first: Whole
    misses: Float

    @classmethod
    def of(cls, stages: Stages) -> "_Case":
        salvo, m = stages.salvo, len(stages.salvo.worth)
        supply = salvo.supply()
        sizes = [range(int(held) + 1) for held in supply]
        holdings = [held for held in itertools.product(*sizes) if _within(salvo, supply, np.array(held))]
        number = {held: k for k, held in enumerate(holdings)}
        rows = [[r for r in itertools.product(range(int(s) + 1), repeat=m) if sum(r) <= s] for s in supply]
        fired: list[tuple[tuple[int, ...], ...]] = []
        rest: list[int] = []
        first: list[int] = []
        for held in holdings:
            first.append(len(fired))
            for choice in itertools.product(*([r for r in rows[i] if sum(r) <= h] for i, h in enumerate(held))):
                left = number.get(tuple(h - sum(r) for h, r in zip(held, choice, strict=True)))
                if left is not None and not (stages.most and max(map(sum, zip(*choice, strict=True))) > stages.most):
                    fired.append(choice)
                    rest.append(left)
        x = np.array(fired, np.int64).reshape(len(fired), len(supply), m)
        misses = np.prod((1.0 - salvo.p)[None] ** x, axis=1)
        left_worth = np.array(holdings, np.float64) @ stages.kept()
        return cls(m, salvo.worth, left_worth, x.reshape(len(fired), -1), np.array(rest), np.array(first), misses)

    def at_the_end(self) -> Float:
        """Value of each (holding, set of targets alive) when nothing more is fired; target j is bit m - 1 - j."""
        alive = np.array(list(itertools.product((0.0, 1.0), repeat=self.m))) @ self.worth
        return alive[None, :] - self.left_worth[:, None]

    def expected(self, after: Float, flying: Float) -> Float:
        """Value (pairs, sets alive) expected after each pair's shots, by what follows."""
        value = after[self.rest].reshape(len(self.rest), *(2,) * self.m)
        for j in range(self.m):
            dead, living = np.take(value, 0, axis=1 + j), np.take(value, 1, axis=1 + j)
            miss = (self.misses[:, j] * flying[j]).reshape(-1, *(1,) * (self.m - 1))
            value = np.stack([dead, miss * living + (1.0 - miss) * dead], axis=1 + j)
        return value.reshape(len(self.rest), -1)


def priced(stages: Stages) -> Whole:
    """Shots of this stage at prices under which as many shots are expected to be asked for, over all stages, as there
    are; what is asked for too often is left out, what is kept costs at least its worth.
    """
    salvo, n = stages.salvo, len(stages.salvo.shots)
    keep = np.concatenate([stages.kept(), np.zeros(len(salvo.room))])
    held = np.concatenate([salvo.shots, salvo.room]).astype(np.float64)
    price, best, chosen, step = keep.copy(), -np.inf, keep, 1.0
    scale = float((salvo.worth.max() * salvo.p).max(initial=0.0))
    slope = np.zeros(len(price))
    for _ in range(STEPS):
        asked = _asked(stages, price)
        bound = asked.floor - float(((price - keep) * held).sum()) - float((keep[:n] * salvo.shots).sum())
        if bound > best:
            best, chosen = bound, price
        else:
            step *= 0.85
        wanted = np.concatenate([asked.shots, salvo.member @ asked.shots]) - held
        slope = 0.5 * slope + 0.5 * np.where((price <= keep) & (wanted < 0.0), 0.0, wanted)
        size = float(np.sqrt((slope * slope).sum()))
        if size == 0.0:
            break
        price = np.maximum(keep, price + 0.3 * step * scale * slope / size)
    asked = _asked(stages, np.maximum(keep, EAGER * chosen))
    later = Salvo(asked.later, salvo.p, salvo.shots, salvo.member, salvo.room)
    return repaired(later, _limited(asked.now, stages.most))


def raid_price(future: Salvo, chance: float) -> Float:
    """What one shot more of each weapon (n,) is worth against a raid that comes with a chance: the value that it takes
    from what the priced bound says survives (its shadow price), times the chance.
    """
    from jointsky.command.assignment.prices import Prices
    from jointsky.command.assignment.quick import better_plan

    prices = Prices(Pricer(future))
    prices.level(lambda: False)
    prices.climb(future.value(better_plan(future, 12)), STEPS, lambda: False)
    return chance * prices.pricer.effective(prices.price)


@dataclass(frozen=True, slots=True)
class _Asked:
    """At some prices: total `floor` of the targets after all stages, `shots` (n,) expected to be asked for, those asked
    for `now` (n, m), and what each target that lives is worth `later` (m,)."""

    floor: float
    shots: Float
    now: Whole
    later: Float


def _asked(stages: Stages, price: Float) -> _Asked:
    salvo = stages.salvo
    worth, asked = salvo.worth, np.zeros((len(salvo.shots), len(salvo.worth)))
    now, later = np.zeros(salvo.p.shape, np.int64), worth
    for look in range(1, stages.looks + 1):
        flying = stages.survival() if look == stages.looks else np.ones(len(worth))
        later = worth * flying
        found = Pricer(Salvo(later, salvo.p, salvo.shots, salvo.member, salvo.room)).cheapest(price)
        now = np.ascontiguousarray(np.rint(found.columns.shots.toarray()).astype(np.int64).T)
        worth = found.floor
        asked = now + asked * (np.prod((1.0 - salvo.p) ** now, axis=0) * flying)[None, :]
    return _Asked(float(worth.sum()), asked.sum(axis=1), now, later)


def _limited(x: Whole, most: int) -> Whole:
    """No more than `most` shots at a target: the last weapons' are left out."""
    return x if most <= 0 else np.diff(np.minimum(np.cumsum(x, axis=0), most), axis=0, prepend=0)


def _within(salvo: Salvo, supply: Whole, held: Whole) -> bool:
    """Whether what was fired to come down to `held` is within the pools."""
    return bool((salvo.member @ (supply - held) <= salvo.room).all())


def _ways(total: int, m: int) -> int:
    """Ways to fire `total` shots at m targets."""
    ways = 1
    for k in range(1, m):
        ways = ways * (total + k) // k
    return ways
