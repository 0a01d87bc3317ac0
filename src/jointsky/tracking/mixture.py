"""A tracker of the plane that keeps several hypotheses: for few targets that meet, where every plot may be anybody's.

It takes and gives the same rows as `tracking.tracker`, so that either may be chosen. It costs milliseconds a scan and
grows with the targets that are near each other; hundreds of targets are the other tracker's.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from jointsky.kernels.mixture import Mixture, Scene, move_on, nothing, take_scan
from jointsky.vocab.records import TRACK, Rows

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class MixtureParams:
    """What a scene is like (`Scene`), with `period_s` between scans and the existence above which a track is shown."""

    scene: Scene
    period_s: float
    shown: float = 0.4


class MixtureTracker:
    """Poisson multi-Bernoulli mixture of plots in one plane. `sites_m` (S, 2) are the sensors' places."""

    def __init__(self, sites_m: Floats, params: MixtureParams) -> None:
        self.params = params
        self._sites = sites_m
        self._mix: Mixture = nothing()
        scene = params.scene
        self._hidden = max(scene.birth / max(1.0 - scene.survives, 1e-3), scene.birth)
        self._waiting: list[tuple[Floats, NDArray[np.int64]]] = []
        self._t_s = -math.inf
        self._counts = dict.fromkeys(("plots", "used", "late", "not_a_number"), 0)
        self._updated: dict[int, float] = {}

    @property
    def counts(self) -> dict[str, int]:
        """What came through the door: plots used, and plots refused by reason."""
        return dict(self._counts)

    def observe(self, plots: Rows) -> None:
        """Take PLOT rows (range and azimuth about their sensor, in the plane) in the order they arrived."""
        numbers = self._counts["plots"] + 1 + np.arange(len(plots))
        self._counts["plots"] += len(plots)
        x = self._sites[plots["sensor"], 0] + plots["range_m"] * np.sin(plots["az_rad"])
        y = self._sites[plots["sensor"], 1] + plots["range_m"] * np.cos(plots["az_rad"])
        rows = np.stack((plots["t_valid_s"], plots["sensor"], x, y), axis=1)
        good = np.isfinite(rows).all(axis=1)
        late = good & (rows[:, 0] < self._t_s + 1e-9)
        self._counts["not_a_number"] += int((~good).sum())
        self._counts["late"] += int(late.sum())
        self._counts["used"] += int((good & ~late).sum())
        if (good & ~late).any():
            self._waiting.append((rows[good & ~late], numbers[good & ~late]))

    def states(self, t_s: float) -> tuple[Rows, Floats]:
        """The picture at `t_s` (TRACK rows in the plane, identity pending) and its states (rows, 6)."""
        self._settle(t_s)
        best = self._mix.world[0]
        held = best[best >= 0]
        numbers = self._mix.number[best >= 0]
        shown = self._mix.r[held] > self.params.shown
        held, numbers = held[shown], numbers[shown]
        rows, states = np.zeros(len(held), TRACK), np.zeros((len(held), 6))
        dt = t_s - self._t_s
        x, p = self._mix.x[held], self._mix.p[held]
        states[:, :2], states[:, 3:5] = x[:, :2] + dt * x[:, 2:], x[:, 2:]
        spread = p[:, :2, :2] + dt * (p[:, :2, 2:] + p[:, 2:, :2]) + dt * dt * p[:, 2:, 2:]
        rows["t_valid_s"] = rows["t_seen_s"] = t_s
        rows["track_id"], rows["existence"], rows["kind"] = numbers, self._mix.r[held], 255
        rows["sigma_pos_m"] = np.sqrt((spread[:, 0, 0] + spread[:, 1, 1]) / 2.0)
        rows["sigma_vel_mps"] = np.sqrt((p[:, 2, 2] + p[:, 3, 3]) / 2.0)
        rows["t_update_s"], rows["code"], rows["clause"] = self._t_s, -1, -1
        rows["pos_ecef_m"], rows["vel_ecef_mps"] = states[:, :3], states[:, 3:]
        return rows, states

    def picture(self, t_s: float) -> Rows:
        """The rows of `states`."""
        return self.states(t_s)[0]

    def _settle(self, t_s: float) -> None:
        """Take all scans up to `t_s`, in order of time and sensor."""
        if not self._waiting:
            return
        rows = np.concatenate([rows for rows, _ in self._waiting])
        numbers = np.concatenate([numbers for _, numbers in self._waiting])
        due = rows[:, 0] <= t_s + 1e-9
        self._waiting = [(rows[~due], numbers[~due])] if (~due).any() else []
        rows, numbers = rows[due], numbers[due]
        order = np.lexsort((rows[:, 3], rows[:, 2], rows[:, 1], rows[:, 0]))
        rows, numbers = rows[order], numbers[order]
        cuts = np.flatnonzero((np.diff(rows[:, :2], axis=0) != 0.0).any(axis=1)) + 1
        for scan, own in zip(np.split(rows, cuts), np.split(numbers, cuts), strict=True):
            if len(scan):
                self._scan(float(scan[0, 0]), np.ascontiguousarray(scan[:, 2:]), own)

    def _scan(self, t_s: float, plots: Floats, numbers: NDArray[np.int64]) -> None:
        """Go on to a scan, through empty ones where a period or more brought no plot, and take it."""
        scene = self.params.scene
        while t_s - self._t_s > 1.5 * self.params.period_s and math.isfinite(self._t_s):
            self._move(self.params.period_s, scene)
            self._t_s += self.params.period_s
            self._mix = take_scan(self._mix, np.zeros((0, 2)), np.zeros(0, np.int64), self._hidden, scene)
            self._hidden *= 1.0 - scene.detects
        if math.isfinite(self._t_s):
            self._move(t_s - self._t_s, scene)
        self._t_s = t_s
        self._mix = take_scan(self._mix, plots, numbers, self._hidden, scene)
        self._hidden *= 1.0 - scene.detects

    def _move(self, dt: float, scene: Scene) -> None:
        if dt > 0.0:
            move_on(self._mix, dt, scene)
            self._hidden = scene.survives * self._hidden + scene.birth
