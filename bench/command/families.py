"""The instances of the benches: families of weapons and targets, by name, size and seed."""

from __future__ import annotations

import numpy as np

from jointsky.command.assignment.problem import Salvo

FAMILIES = ("dense", "wide", "sparse", "near", "stocks", "near-stocks", "grades")


def instance(family: str, n: int, m: int, seed: int) -> Salvo:
    """n weapons, m targets of values 25 to 100. `dense` chances of 0.6 to 0.9 (Ahuja and others, 2007), `wide` 0.05 to
    0.95, `sparse` one pair in seven, `near` falling with the distance in a plane, `stocks` one to four shots a weapon,
    `near-stocks` both, `grades` in tenths, with many ties.
    """
    luck = np.random.default_rng(seed)
    worth, shots = luck.uniform(25.0, 100.0, m), np.ones(n, np.int64)
    if family == "dense":
        p = luck.uniform(0.6, 0.9, (n, m))
    elif family == "wide":
        p = luck.uniform(0.05, 0.95, (n, m))
    elif family == "sparse":
        p = luck.uniform(0.3, 0.9, (n, m)) * (luck.random((n, m)) < 0.15)
    elif family == "stocks":
        p, shots = luck.uniform(0.3, 0.9, (n, m)), luck.integers(1, 5, n)
    elif family == "grades":
        p, worth = luck.integers(1, 10, (n, m)) / 10.0, luck.integers(1, 11, m).astype(np.float64)
    else:
        weapons, targets = luck.uniform(0.0, 100.0, (n, 2)), luck.uniform(0.0, 100.0, (m, 2))
        gap = np.hypot(*(weapons[:, None] - targets[None]).transpose(2, 0, 1))
        p = 0.9 * np.exp(-((gap / 30.0) ** 2))
        p[p < 0.05] = 0.0
        if family == "near-stocks":
            shots = luck.integers(1, 5, n)
    return Salvo.of(worth, p, shots)
