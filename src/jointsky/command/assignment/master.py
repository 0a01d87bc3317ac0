"""The linear and the whole-number programme over columns, by HiGHS: each target takes one, stocks and pools hold.

The objective is scaled so that a plan costs about SCALE: HiGHS's tolerances are absolute.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, linprog, milp
from scipy.sparse import csc_array, csr_array, vstack

from jointsky.command.assignment.columns import Columns
from jointsky.command.assignment.problem import Float, Salvo, Whole

SCALE = 1e4
EXACT_COLUMNS = 6_000
"""Up to so many columns the programme is solved to the last digit, beyond to four parts in ten million."""


class SolverFailure(Exception):
    """HiGHS gave no answer."""


@dataclass(frozen=True, slots=True)
class Relaxed:
    """The linear programme: `value`, `price` (n + k,), `reduced` (c,) costs, `share` (c,) of each column."""

    value: float
    price: Float
    reduced: Float
    share: Float


@dataclass(frozen=True, slots=True)
class Whole1:
    """The whole-number programme: `plan` (n, m) or None, and the value that no choice of the columns goes below."""

    plan: Whole | None
    bound: float


@dataclass(slots=True)
class Master:
    """Programmes of one problem whose plans are worth about `value`."""

    salvo: Salvo
    value: float

    def relaxed(self, columns: Columns, seconds: float) -> Relaxed:
        """Solve the linear programme. Raises SolverFailure."""
        scale = SCALE / self.value
        cost = columns.survivors * scale
        solve: Any = linprog  # its stubs know no sparse arrays
        done = solve(cost, A_ub=self._fired(columns), b_ub=self._held(), A_eq=self._of_target(columns),
                       b_eq=np.ones(len(self.salvo.worth)), method="highs-ds",
                       options={"time_limit": max(seconds, 0.01)})  # fmt: skip
        if done.x is None or done.status != 0:
            raise SolverFailure(f"the linear programme: {done.message}")
        price = np.maximum(-np.asarray(done.ineqlin.marginals), 0.0) / scale
        floor = np.asarray(done.eqlin.marginals) / scale
        n = len(self.salvo.shots)
        each = price[:n] + self.salvo.member.T @ price[n:]
        reduced = columns.survivors + columns.shots @ each - floor[columns.target]
        return Relaxed(float(done.fun) / scale, price, reduced, np.asarray(done.x))

    def whole(self, columns: Columns, seconds: float) -> Whole1:
        """Solve the whole-number programme. Raises SolverFailure when not even a bound comes back."""
        scale = SCALE / self.value
        exact = len(columns) <= EXACT_COLUMNS
        done = milp(
            columns.survivors * scale,
            integrality=np.ones(len(columns), np.int64),
            bounds=Bounds(0, 1),
            constraints=[LinearConstraint(self._fired(columns), -np.inf, self._held()),
                         LinearConstraint(self._of_target(columns), 1, 1)],
            options={"mip_rel_gap": 1e-10 if exact else 4e-7, "time_limit": max(seconds, 0.01)},
        )  # fmt: skip
        if done.status not in (0, 1) or done.mip_dual_bound is None:
            raise SolverFailure(f"the whole-number programme: {done.message}")
        bound = float(done.mip_dual_bound) / scale
        if done.x is None:
            return Whole1(None, bound)
        taken = np.flatnonzero(np.asarray(done.x) > 0.5)
        plan = np.zeros(self.salvo.p.shape, np.int64)
        plan[:, columns.target[taken]] = np.rint(columns.shots[taken].toarray()).astype(np.int64).T
        return Whole1(plan, bound)

    def _held(self) -> Float:
        return np.concatenate([self.salvo.shots, self.salvo.room]).astype(np.float64)

    def _fired(self, columns: Columns) -> csc_array:
        pools = csr_array(self.salvo.member.astype(np.float64)) @ columns.shots.T
        return csc_array(vstack([columns.shots.T, pools])) if len(self.salvo.room) else csc_array(columns.shots.T)

    def _of_target(self, columns: Columns) -> csc_array:
        c = len(columns)
        return csc_array((np.ones(c), (columns.target, np.arange(c))), shape=(len(self.salvo.worth), c))
