"""The coordination limits: what is left of n raiders after m shots dealt at one moment, in closed form and by the
engine.

Evenly dealt, each raider gets the whole number of shots next below or above m/n. Blind, each shot picks a raider
independently and uniformly, so a raider survives each shot with chance 1 - pk/n.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from jointsky.engine.run import simulate
from jointsky.scenario.load import Scenario, load

SCENARIOS = Path(__file__).resolve().parents[1] / "scenarios"
POST = "blue.cp"


@dataclass(frozen=True)
class Case:
    """`raiders` against `shots` that kill with chance `pk` each."""

    raiders: int
    shots: int
    pk: float

    @property
    def path(self) -> Path:
        """The scenario of this case."""
        return SCENARIOS / f"coordination-{self.raiders}-{self.shots}.yaml"

    def left(self, policy: str) -> float:
        """Raiders left on average."""
        if policy == "blind":
            return self.raiders * (1.0 - self.pk / self.raiders) ** self.shots
        least, more = divmod(self.shots, self.raiders)
        return more * (1.0 - self.pk) ** (least + 1) + (self.raiders - more) * (1.0 - self.pk) ** least

    def scenario(self, policy: str) -> Scenario:
        """This case under a policy."""
        return load(self.path, overrides={f"posts.{POST}.policy": policy})


CASES = (Case(8, 12, 0.6), Case(20, 40, 0.5))
POLICIES = ("even", "blind")


def left_by_engine(scenario: Scenario, seeds: Iterable[int]) -> np.ndarray:
    """Raiders left in each run. Raises ValueError when a run did not fire every shot, since then it is another case."""
    left: list[float] = []
    batteries = sum(len(getattr(unit, "batteries", ())) for unit in scenario.units.values())
    for seed in seeds:
        found = simulate(scenario, seed).measures
        if found["missiles"] != batteries:
            raise ValueError(f"seed {seed}: {found['missiles']:g} shots of {batteries} were fired")
        left.append(found["raiders"] - found["stopped"])
    return np.array(left)
