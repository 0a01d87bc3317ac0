"""Track to track: what a partner's released tracks add to a post's own picture.

First version: a received track that lies within the gate of an own track confirms it (the own state stays: histories
may be common, so the two
are never averaged as if independent); one that matches none is carried on by itself, predicted straight on, until it
is too old.
Numbers given here never clash with the tracker's own.
"""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from jointsky.geo.frames import ecef2geodetic
from jointsky.vocab.records import TRACK, Rows, empty

FIRST_REMOTE_ID = 1_000_000
"""Numbers from here on belong to tracks known only from a partner."""
UNTOLD_SPEED_MPS = 200.0
"""1-sigma, one axis, of a velocity that no clause lets out."""

Key = tuple[int, int]


@dataclass(frozen=True, slots=True)
class FusionRule:
    """When a received track is the same object as an own one, and how long it lives without news."""

    gate_sigmas: float = 3.0
    gate_floor_m: float = 1_500.0
    gate_speed_mps: float = 120.0
    max_age_s: float = 35.0


@dataclass(slots=True)
class RemoteTracks:
    """The partner's tracks one post holds, keyed by (origin nation, number there): the two newest reports of each,
    newest first.

    `alias` maps the number of a track that is shown no more to the one that goes on for it, so that orders go on too:
    a partner's track taken over by an own one, or an own one that ended while the partner's goes on. What comes out
    depends on what was told, never on the order of telling.
    """

    rule: FusionRule = field(default_factory=FusionRule)
    held: dict[Key, list[np.void]] = field(default_factory=dict[Key, list[np.void]])
    number: dict[Key, int] = field(default_factory=dict[Key, int])
    alias: dict[int, int] = field(default_factory=dict[int, int])

    def accept(self, rows: Rows) -> None:
        """Take in released TRACK rows; an older report never replaces a newer one."""
        for row in rows:
            reports = self.held.setdefault((int(row["origin"]), int(row["track_id"])), [])
            reports.append(row.copy())
            reports.sort(key=_precedence, reverse=True)
            while len(reports) > 1 and reports[1]["t_valid_s"] == reports[0]["t_valid_s"]:
                del reports[1]
            del reports[2:]

    def merge(self, own: Rows, now_s: float) -> Rows:
        """The own picture (TRACK rows at `now_s`) with what partners told: own rows confirmed, partner-only rows
        appended."""
        remote = self._current(now_s)
        for number in own["track_id"].tolist():
            self.alias.pop(number, None)
        if len(remote) == 0:
            return own
        match = nearest_match(remote, own, self.rule) if len(own) else np.full(len(remote), -1)
        merged = own.copy()
        for index in np.nonzero(match >= 0)[0]:
            self._confirm(merged, int(match[index]), remote[index])
        self._let_go(remote["track_id"][match < 0], own)
        return np.concatenate([merged, remote[match < 0]])

    def _current(self, now_s: float) -> Rows:
        oldest_s = now_s - self.rule.max_age_s
        self.held = {key: reports for key, reports in self.held.items() if reports[0]["t_valid_s"] >= oldest_s}
        if not self.held:
            return empty(TRACK)
        keys = sorted(self.held)
        for key in keys:
            self.number.setdefault(key, FIRST_REMOTE_ID + len(self.number))
        rows = np.array([_with_velocity(self.held[key]) for key in keys], dtype=TRACK)
        rows["track_id"] = [self.number[key] for key in keys]
        return predicted(rows, now_s)

    def _confirm(self, merged: Rows, index: int, remote: np.void) -> None:
        self.alias[int(remote["track_id"])] = int(merged["track_id"][index])
        merged["t_released_s"][index] = max(merged["t_released_s"][index], remote["t_released_s"])
        if merged["code"][index] < 0:
            merged["code"][index] = remote["code"]

    def _let_go(self, alone: NDArray[np.uint32], own: Rows) -> None:
        """Partner's tracks that match no own one stand for themselves again, and for the own one that ended."""
        for number in alone.tolist():
            stood_for = self.alias.pop(number, None)
            if stood_for is not None and stood_for not in own["track_id"]:
                self.alias[stood_for] = number


def _precedence(row: np.void) -> tuple[float, bool, int]:
    """Which of two reports of a track counts: the newer; of one time the one that tells velocity, then the earlier
    clause."""
    return float(row["t_valid_s"]), bool(np.isfinite(row["vel_ecef_mps"][0])), -int(row["clause"])


def _with_velocity(reports: list[np.void]) -> np.void:
    """The newest report of a track; a velocity that was not told is taken from the last two places, or unknown."""
    row = reports[0].copy()
    if np.isfinite(row["vel_ecef_mps"]).all():
        return row
    row["vel_ecef_mps"], row["sigma_vel_mps"] = 0.0, UNTOLD_SPEED_MPS
    if len(reports) > 1:
        last = reports[1]
        dt_s = row["t_valid_s"] - last["t_valid_s"]
        sigma_mps = np.sqrt(row["sigma_pos_m"] ** 2 + last["sigma_pos_m"] ** 2) / dt_s
        if sigma_mps < UNTOLD_SPEED_MPS:
            row["vel_ecef_mps"] = (row["pos_ecef_m"] - last["pos_ecef_m"]) / dt_s
            row["sigma_vel_mps"] = sigma_mps
    return row


def predicted(rows: Rows, now_s: float) -> Rows:
    """TRACK rows carried straight on to `now_s`, places in both frames; the position error grows with the velocity
    error."""
    moved = rows.copy()
    dt = now_s - rows["t_valid_s"]
    moved["pos_ecef_m"] += rows["vel_ecef_mps"] * dt[:, None]
    moved["sigma_pos_m"] = np.sqrt(rows["sigma_pos_m"] ** 2 + (rows["sigma_vel_mps"] * dt) ** 2)
    moved["t_valid_s"] = now_s
    if dt.any():
        moved["lat_deg"], moved["lon_deg"], moved["alt_m"] = ecef2geodetic(moved["pos_ecef_m"])
    return moved


def nearest_match(remote: Rows, own: Rows, rule: FusionRule) -> NDArray[np.int64]:
    """For each remote TRACK row the index of the nearest own row inside the gate (position and velocity), or -1; an
    own row may confirm several. All velocities are numbers."""
    gap = remote["pos_ecef_m"][:, None, :] - own["pos_ecef_m"][None, :, :]
    slip = remote["vel_ecef_mps"][:, None, :] - own["vel_ecef_mps"][None, :, :]
    distance2 = (gap * gap).sum(axis=2)
    sigma2 = remote["sigma_pos_m"][:, None] ** 2 + own["sigma_pos_m"][None, :] ** 2
    inside = distance2 <= rule.gate_floor_m**2 + rule.gate_sigmas**2 * 2.0 * sigma2
    loose2 = remote["sigma_vel_mps"][:, None] ** 2 + own["sigma_vel_mps"][None, :] ** 2
    inside &= (slip * slip).sum(axis=2) <= rule.gate_speed_mps**2 + rule.gate_sigmas**2 * 2.0 * loose2
    best = np.where(inside, distance2, np.inf).argmin(axis=1)
    return np.where(inside.any(axis=1), best, -1)
