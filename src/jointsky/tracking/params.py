"""What can be set on a tracker, with the values it starts from."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from jointsky.errors import ScenarioError
from jointsky.kernels.desk import Rules

HOLDS = ("hold_tentative", "hold_confirmed")


@dataclass(frozen=True)
class TrackerParams:
    """Settings of a tracker; SI units.

    `q_m2ps3` white-acceleration intensities of the motion models (one model: no IMM), `vertical` their share in
    height, `dwell_s` mean time
    in one model; `lateness_s` how long a plot may take to arrive and still be used in its proper place; `preview`
    whether a picture uses
    plots younger than that (else it is predicted from `lateness_s` ago: about five times cheaper, less exact);
    `register` whether the biases of sensors are estimated and taken out; `guard` whether plots from the future, out of
    their sensor's range, or told twice are refused; `gate` squared Mahalanobis
    distance; `birth` new targets per scan as a share of a sensor's nominal false plots, and `unknown` those that are
    there when the watch begins and that nobody has looked for yet, as the same share; `lifetime_s` mean time until a
    target is gone; `confirm`, `confirm_hits`
    existence and plots that confirm
    a track, `report` the existence below which a confirmed track is not shown, `drop` below which it ends;
    `hold_*_scans` longest times
    without a plot in longest scan periods; `height_m`, `height_sigma_m` what is assumed of targets without height.
    """

    q_m2ps3: tuple[float, ...] = (1.5, 1500.0)
    vertical: float = 0.05
    dwell_s: float = 300.0
    lateness_s: float = 3.0
    preview: bool = True
    register: bool = False
    guard: bool = False
    window_s: float = 0.5
    gate: float = 16.0
    speed_sigma_mps: float = 200.0
    climb_sigma_mps: float = 20.0
    speed_max_mps: float = 700.0
    birth: float = 0.01
    unknown: float = 1.0
    confirm: float = 0.99
    confirm_hits: int = 2
    report: float = 0.9
    drop: float = 0.001
    hold_tentative_scans: float = 1.3
    hold_confirmed_scans: float = 2.2
    sigma_max_m: float = 5000.0
    lifetime_s: float = 2000.0
    cell_m: float = 8000.0
    memory_scans: float = 10.0
    pd_weight: float = 3.0
    blind: float = 0.0
    height_m: float = 6000.0
    height_sigma_m: float = 4000.0
    height_extent_m: float = 12000.0
    clutter_cells: int = 48
    contributing_s: float = 30.0

    def __post_init__(self) -> None:
        def refuse(name: str, expected: str) -> None:
            raise ScenarioError("", 0, 0, f"tracker.{name}", f"{getattr(self, name)} found, expected {expected}")

        for name in ("window_s", "gate", "dwell_s", "cell_m", "speed_sigma_mps"):
            if not getattr(self, name) > 0.0:
                raise ScenarioError(
                    "", 0, 0, f"tracker.{name}", f"{getattr(self, name)} found, expected a number above 0"
                )
        if not self.q_m2ps3 or min(self.q_m2ps3) < 0.0:
            refuse("q_m2ps3", "one or more numbers of at least 0")
        if self.lateness_s < 0.0:
            refuse("lateness_s", "0 or more")

    def rules(self, longest_period_s: float) -> Rules:
        """The numbers the kernels work with; holds are counted in longest scan periods."""
        numbers = {name: float(getattr(self, name)) for name in Rules._fields if hasattr(self, name)}
        for hold in HOLDS:
            numbers[f"{hold}_s"] = float(getattr(self, f"{hold}_scans")) * longest_period_s
        hits = int(numbers.pop("confirm_hits"))
        return Rules(**numbers, confirm_hits=hits)

    def noise(self) -> NDArray[np.float64]:
        """Noise of each motion model: horizontal intensity and the vertical share."""
        return np.array([[q, self.vertical] for q in self.q_m2ps3], dtype=np.float64)
