"""Registration: each radar's bias in range, azimuth, clock and elevation, estimated while it works.

Targets of opportunity that two radars see tell how the radars disagree (Zhou, Leung and Yip, "An exact maximum
likelihood registration algorithm for data fusion", IEEE Trans. Signal Processing 45, 1997, states the problem; here
the normal equations are summed over triples of plots, so that neither filter nor track comes in). Old sums fade. What
no pair of radars can tell, such as one clock error common to all, stays near zero with its prior sigma.

A radar whose newest scan disagrees with what was learned has jumped: its sums are forgotten and it is named. One that
has lost north so far that its plots fit no track is found by vote: by which angle are its plots turned against the
picture?
"""

import math
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jointsky.kernels.bank import CONFIRMED, MEASUREMENT, Bank
from jointsky.kernels.bias import PARTS, compare, solve, take_out, turn_votes
from jointsky.vocab.codes import SensorKind
from jointsky.vocab.records import Rows

Floats = NDArray[np.float64]
BIAS = np.dtype(
    [(f"{kind}{name}", "f8") for kind in ("", "sigma_") for name in ("range_m", "az_rad", "clock_s", "elevation_rad")]
)
"""One radar's bias and the standard deviations of it."""


@dataclass(frozen=True, slots=True)
class RegistrationRule:
    """How registration works: every `epoch_s` the biases are solved anew; sums fade with `memory_s`; `prior` are the
    standard deviations of range (m), azimuth (rad), clock (s) and elevation (rad) before anything is known; pairs are
    compared within `span_s`; a jump is news with a chi-squared above `jump` from at least `least` comparisons; plots
    fit no track any more where their share falls below `lost` of what it used to be.
    """

    epoch_s: float = 5.0
    memory_s: float = 120.0
    prior: tuple[float, float, float, float] = (200.0, 0.005, 0.15, 0.003)
    span_s: float = 13.0
    q_m2ps3: float = 60.0
    gate: float = 16.0
    jump: float = 200.0
    least: int = 12
    lost: float = 0.4


@dataclass(frozen=True, slots=True)
class Jump:
    """A radar whose bias has changed at once: when it was noticed, the row of the sensor, by how much (rad)."""

    t_s: float
    sensor: int
    turn_rad: float


@dataclass(slots=True)
class Registration:
    """The biases of `sites` (SITE rows) as known so far."""

    sites: Any
    kinds: NDArray[np.integer[Any]]
    rule: RegistrationRule = field(default_factory=RegistrationRule)
    jumps: list[Jump] = field(default_factory=list[Jump])
    _beta: Floats = field(init=False)
    _doubt: Floats = field(init=False)
    _base: Floats = field(init=False)
    _info: Floats = field(init=False)
    _vector: Floats = field(init=False)
    _recent: Rows = field(init=False)
    _owner: NDArray[np.int64] = field(init=False)
    _share: Floats = field(init=False)
    _scan: Floats = field(init=False)

    def __post_init__(self) -> None:
        n = len(self.sites)
        self._beta = np.zeros((n, PARTS))
        self._doubt = np.tile(np.square(self.rule.prior), (n, 1))
        self._base = np.zeros((n, PARTS))
        self._info, self._vector = np.zeros((PARTS * n, PARTS * n)), np.zeros(PARTS * n)
        self._recent, self._owner = np.zeros(0, MEASUREMENT), np.zeros(0, np.int64)
        self._share = np.full(n, np.nan)
        self._scan = np.zeros((n, 2))

    @property
    def biases(self) -> Rows:
        """The biases of all sensors and their sigmas (BIAS rows)."""
        rows = np.zeros(len(self.sites), BIAS)
        for k, name in enumerate(("range_m", "az_rad", "clock_s", "elevation_rad")):
            rows[name], rows[f"sigma_{name}"] = self._beta[:, k], np.sqrt(self._doubt[:, k])
        return rows

    def corrected(self, z: Rows, low_s: float, high_s: float) -> Rows:
        """MEASUREMENT rows without the biases known now; times are kept between two (s)."""
        out = z.copy()
        take_out(out, self.sites, self._beta, low_s, high_s)
        return out

    def learn(self, z: Rows, owner: NDArray[np.int64], bank: Bank, t_s: float) -> None:
        """Take an epoch's measurements as they came, in any order, each with the number of the confirmed track that
        took it (0: none), and solve anew at `t_s`."""
        self._look_for_north(z, owner, bank, t_s)
        had = len(self._recent)
        keep = (owner > 0) & (self.kinds[z["sensor"]] != SensorKind.CARTESIAN)
        rows = np.concatenate((self._recent, z[keep]))
        whose = np.concatenate((self._owner, owner[keep]))
        new = np.arange(len(rows)) >= had
        triples = triples_of(whose, rows, new, self.rule.span_s)
        self._add(rows, triples, t_s)
        young = rows["t_s"] > t_s - self.rule.span_s
        self._recent, self._owner = rows[young], whose[young]

    def _add(self, rows: Rows, triples: NDArray[np.int64], t_s: float) -> None:
        """Let old sums fade, add new ones, look for jumps, solve."""
        n = len(self.sites)
        fade = math.exp(-self.rule.epoch_s / self.rule.memory_s)
        self._info *= fade
        self._vector *= fade
        own_info, own_vector, seen = np.zeros((n, PARTS, PARTS)), np.zeros((n, PARTS)), np.zeros(n)
        compare(
            self.corrected(rows, -math.inf, math.inf), triples, self.sites, self.kinds == SensorKind.RADAR_3D,
            self._beta, self._doubt, self.rule.q_m2ps3, self.rule.gate, self._info, self._vector, own_info, own_vector,
            seen,
        )  # fmt: skip
        for s in np.flatnonzero(seen >= self.rule.least).tolist():
            self._look_for_jump(s, own_info[s], own_vector[s], t_s)
        self._solve()

    def _solve(self) -> None:
        prior = np.tile(1.0 / np.square(self.rule.prior), len(self.sites))
        x, covariance = np.zeros(len(prior)), np.zeros_like(self._info)
        solve(self._info + np.diag(prior), self._vector + prior * self._base.ravel(), x, covariance)
        self._beta = x.reshape(-1, PARTS)
        self._doubt = np.diag(covariance).reshape(-1, PARTS).copy()

    def _look_for_jump(self, s: int, info: Floats, vector: Floats, t_s: float) -> None:
        """Name sensor `s` where one epoch alone contradicts what was known of its azimuth."""
        known = np.diag(1.0 / self._doubt[s])
        x, covariance = np.zeros(PARTS), np.zeros((PARTS, PARTS))
        solve(info + np.diag(1.0 / np.square(self.rule.prior)), vector, x, covariance)
        settled = self._doubt[s, 1] < 0.01 * self.rule.prior[1] ** 2
        if settled and x[1] * x[1] > self.rule.jump * (covariance[1, 1] + 1.0 / known[1, 1]):
            self._restart(s, float(self._beta[s, 1] + x[1]))
            self.jumps.append(Jump(t_s, s, float(x[1])))

    def _restart(self, s: int, az_rad: float) -> None:
        """Forget what was learned of a sensor but for a new azimuth."""
        own = slice(PARTS * s, PARTS * (s + 1))
        others = np.ones(len(self._vector), np.bool_)
        others[own] = False
        # what the others' sums say of each other given this sensor's old bias stays
        self._vector[others] -= self._info[np.ix_(others, ~others)] @ self._beta[s]
        self._info[own, :] = 0.0
        self._info[:, own] = 0.0
        self._vector[own] = 0.0
        self._base[s] = self._beta[s]
        self._base[s, 1] = az_rad
        mine = self._recent["sensor"] == s
        self._recent, self._owner = self._recent[~mine], self._owner[~mine]

    def _look_for_north(self, z: Rows, owner: NDArray[np.int64], bank: Bank, t_s: float) -> None:
        """For each sensor whose plots fit tracks much less than they used to: find the angle at which they would."""
        n = len(self.sites)
        for s in range(n):
            if self.kinds[s] == SensorKind.CARTESIAN:
                continue
            mine = z["sensor"] == s
            fits = float((owner[mine] > 0).sum())
            self._scan[s] += (fits, float(mine.sum()))
            if self._scan[s, 1] < self.rule.least:
                continue
            share = self._scan[s, 0] / self._scan[s, 1]
            self._scan[s] = 0.0  # judged at once: tracks of turned plots, which fit them, are there soon
            used = self._share[s]
            if not np.isnan(used) and used > 0.1 and share < self.rule.lost * used:
                self._vote(s, z[mine], bank, t_s)
            else:
                self._share[s] = share if np.isnan(used) else 0.8 * used + 0.2 * share

    def _vote(self, s: int, z: Rows, bank: Bank, t_s: float) -> None:
        used = int(bank.used[0])
        held = np.flatnonzero(bank.life["state"][:used] == CONFIRMED)
        weight = bank.w[held][..., None]
        states = (weight * bank.x[held]).sum(axis=1)
        tracks = np.concatenate((bank.life["t_s"][held][:, None], states), axis=1)
        votes = np.zeros(1440, np.int64)
        turn_votes(self.corrected(z, -math.inf, math.inf), tracks, self.sites[s], 400.0, votes)
        wide = votes + np.roll(votes, 1) + np.roll(votes, -1)
        best = int(wide.argmax())
        mean = 3.0 * votes.sum() / len(votes)
        if wide[best] < max(self.rule.least, mean + 6.0 * math.sqrt(mean + 1.0)):
            return
        near = np.array([-1.0, 0.0, 1.0])
        middle = best + 0.5 + float((votes[(best + np.array([-1, 0, 1])) % 1440] * near).sum()) / float(wide[best])
        turn = middle / 1440.0 * 2.0 * math.pi
        turn -= 2.0 * math.pi if turn > math.pi else 0.0
        if abs(turn) < 0.5 * self.rule.prior[1]:
            return
        self._restart(s, float(self._beta[s, 1]) + turn)
        self._solve()
        self._share[s] = np.nan
        self.jumps.append(Jump(t_s, s, turn))


def triples_of(owner: NDArray[np.int64], z: Rows, new: NDArray[np.bool_], span_s: float) -> NDArray[np.int64]:
    """Rows (first, middle, last) of one owner: one sensor, another, the first again, as neighbours in time.

    The middle row is the one that follows the first, or the one before the last; the last must be new and at most
    `span_s` after the first.
    """
    order = np.lexsort((z["sequence"], z["t_s"], owner))
    found = [_one_way(owner, z, order), _one_way(owner, z, order[::-1])[:, ::-1]]
    triples = np.unique(np.concatenate(found), axis=0)
    spans = z["t_s"][triples[:, 2]] - z["t_s"][triples[:, 0]]
    return np.ascontiguousarray(triples[(spans <= span_s) & new[triples[:, 2]]])


def _one_way(owner: NDArray[np.int64], z: Rows, order: NDArray[np.int64]) -> NDArray[np.int64]:
    """Triples whose middle row follows the first in this order."""
    sensor = z["sensor"][order]
    who = owner[order]
    place = np.arange(len(order))
    by_pair = np.lexsort((place, sensor, who))
    again = np.full(len(order), -1)
    same = (who[by_pair][1:] == who[by_pair][:-1]) & (sensor[by_pair][1:] == sensor[by_pair][:-1])
    again[by_pair[:-1][same]] = by_pair[1:][same]
    first = np.flatnonzero((who[1:] == who[:-1]) & (sensor[1:] != sensor[:-1]) & (again[:-1] >= 0))
    return np.stack((order[first], order[first + 1], order[again[first]]), axis=1)
