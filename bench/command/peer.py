"""The peer: the same problem as a mixed-integer programme that scipy.optimize.milp takes."""

from __future__ import annotations

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_array

from jointsky.command.assignment.problem import Salvo


def by_tangents(salvo: Salvo, seconds: float, tangents: int = 24) -> float:
    """The value of the best plan found in so many seconds: whole shots x, each target's survivors s above tangents
    of exp in the logarithm of survival. Where nothing comes back in time, the value with no shot fired.
    """
    n, m = salvo.p.shape
    logs = -np.log(np.maximum(1.0 - salvo.p, 1e-12))
    depth = np.linspace(0.0, 8.0, tangents)
    rows, columns, cells, low = [], [], [], []
    for j in range(m):  # s_j >= V e^-d (1 + d - sum_i q_ij x_ij) at each depth d
        for d in depth.tolist():
            row = len(low)
            slope = salvo.worth[j] * np.exp(-d)
            rows += [row] * (n + 1)
            columns += [*(np.arange(n) * m + j).tolist(), n * m + j]
            cells += [*(slope * logs[:, j]).tolist(), 1.0]
            low.append(slope * (1.0 + d))
    above = coo_array((cells, (rows, columns)), shape=(len(low), n * m + m)).tocsc()
    held = coo_array((np.ones(n * m), (np.repeat(np.arange(n), m), np.arange(n * m))), shape=(n, n * m + m)).tocsc()
    most = np.where(salvo.p > 0.0, salvo.shots[:, None], 0).ravel()
    done = milp(
        np.r_[np.zeros(n * m), np.ones(m)],
        integrality=np.r_[np.ones(n * m), np.zeros(m)],
        bounds=Bounds(0.0, np.r_[most, salvo.worth]),
        constraints=[LinearConstraint(above, low, np.inf), LinearConstraint(held, -np.inf, salvo.shots)],
        options={"time_limit": seconds},
    )  # fmt: skip
    x = np.zeros((n, m), np.int64) if done.x is None else np.rint(done.x[: n * m]).astype(np.int64).reshape(n, m)
    return salvo.value(x)
