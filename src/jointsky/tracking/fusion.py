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

from jointsky.vocab.records import TRACK, Rows, empty

FIRST_REMOTE_ID = 1_000_000
"""Numbers from here on belong to tracks known only from a partner."""

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
    """The partner's tracks one post holds, keyed by (origin nation, number there).

    `alias` maps the local number of a track once known only from the partner to the own track that later took it
    over, so that orders on it go on.
    """

    rule: FusionRule = field(default_factory=FusionRule)
    held: dict[Key, np.void] = field(default_factory=dict[Key, np.void])
    number: dict[Key, int] = field(default_factory=dict[Key, int])
    alias: dict[int, int] = field(default_factory=dict[int, int])

    def accept(self, rows: Rows) -> None:
        """Take in released TRACK rows; an older report never replaces a newer one."""
        for row in rows:
            key = (int(row["origin"]), int(row["track_id"]))
            last = self.held.get(key)
            if last is None or row["t_valid_s"] >= last["t_valid_s"]:
                self.held[key] = row.copy()
                self.number.setdefault(key, FIRST_REMOTE_ID + len(self.number))

    def merge(self, own: Rows, now_s: float) -> Rows:
        """The own picture (TRACK rows at `now_s`) with what partners told: own rows confirmed, partner-only rows
        appended."""
        remote = self._current(now_s)
        if len(remote) == 0:
            return own
        match = nearest_match(remote, own, self.rule) if len(own) else np.full(len(remote), -1)
        merged = own.copy()
        for index in np.nonzero(match >= 0)[0]:
            self._confirm(merged, int(match[index]), remote[index])
        return np.concatenate([merged, remote[match < 0]])

    def _current(self, now_s: float) -> Rows:
        self.held = {key: row for key, row in self.held.items() if now_s - row["t_valid_s"] <= self.rule.max_age_s}
        if not self.held:
            return empty(TRACK)
        rows = np.array(list(self.held.values()), dtype=TRACK)
        rows["track_id"] = [self.number[key] for key in self.held]
        return predicted(rows, now_s)

    def _confirm(self, merged: Rows, index: int, remote: np.void) -> None:
        self.alias[int(remote["track_id"])] = int(merged["track_id"][index])
        merged["t_released_s"][index] = max(merged["t_released_s"][index], remote["t_released_s"])
        if merged["code"][index] < 0:
            merged["code"][index] = remote["code"]


def predicted(rows: Rows, now_s: float) -> Rows:
    """TRACK rows carried straight on to `now_s`; the height is kept, the position error grows with the velocity
    error."""
    moved = rows.copy()
    dt = now_s - rows["t_valid_s"]
    moved["pos_ecef_m"] += rows["vel_ecef_mps"] * dt[:, None]
    moved["sigma_pos_m"] = np.sqrt(rows["sigma_pos_m"] ** 2 + (rows["sigma_vel_mps"] * dt) ** 2)
    moved["t_valid_s"] = now_s
    return moved


def nearest_match(remote: Rows, own: Rows, rule: FusionRule) -> NDArray[np.int64]:
    """For each remote TRACK row the index of the nearest own row inside the gate (position and velocity), or -1; an
    own row may confirm several."""
    gap = remote["pos_ecef_m"][:, None, :] - own["pos_ecef_m"][None, :, :]
    slip = remote["vel_ecef_mps"][:, None, :] - own["vel_ecef_mps"][None, :, :]
    distance2 = (gap * gap).sum(axis=2)
    sigma2 = remote["sigma_pos_m"][:, None] ** 2 + own["sigma_pos_m"][None, :] ** 2
    inside = distance2 <= rule.gate_floor_m**2 + rule.gate_sigmas**2 * 2.0 * sigma2
    inside &= (slip * slip).sum(axis=2) <= rule.gate_speed_mps**2
    best = np.where(inside, distance2, np.inf).argmin(axis=1)
    return np.where(inside.any(axis=1), best, -1)
