"""Track to track: what a partner's released tracks add to a post's own picture.

A received track that lies within the gate of an own track confirms it (the own state stays: histories may be common, so
the two are never averaged as if independent); one that matches none is carried on by itself, predicted straight on,
until it is too old. A report that was too old when it came (read out over a telephone, say) is a warning: it is carried
on to now as well, with an error that grows as a target may turn meanwhile, until it says next to nothing. Such a track
serves to start on and never to fire on (`is_warning`). Numbers given here never clash with the tracker's own.
"""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from jointsky.geo.frames import ecef2geodetic, geodetic2ecef
from jointsky.vocab.records import TRACK, Rows, empty

FIRST_REMOTE_ID = 1_000_000
"""Numbers from here on belong to tracks known only from a partner."""
UNTOLD_SPEED_MPS = 200.0
"""1-sigma, one axis, of a velocity that no clause lets out."""
LATE_S = 35.0
"""A report whose target was last seen so long before it came is a warning."""

HEIGHTS_M = (-500.0, 40_000.0)
"""A track is carried on no lower and no higher: a climb taken from two poor heights says nothing for long."""

Key = tuple[int, int]


@dataclass(frozen=True, slots=True)
class FusionRule:
    """When a received track is the same object as an own one, and how long it lives without news.

    A warning (`is_warning`) is shown while the error of its place (1 sigma, one
    axis) is at most `vague_m`, which a fighter's radar still searches, and kept for `memory_s`, so that the next one
    tells a velocity. `turn_mps2` (1 sigma) is the acceleration the target may have had since; with 4 m/s2 true errors
    were 1.0 to 1.3 times those claimed, over the warnings of four reference hours (fighters in combat most of all).
    """

    gate_sigmas: float = 3.0
    gate_floor_m: float = 1_500.0
    gate_speed_mps: float = 120.0
    max_age_s: float = LATE_S
    vague_m: float = 20_000.0
    memory_s: float = 300.0
    turn_mps2: float = 4.0


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
        self.held = {key: reports for key, reports in self.held.items() if self._is_kept(reports[0], now_s)}
        keys = sorted(self.held)
        if not keys:
            return empty(TRACK)
        rows = np.array([_with_velocity(self.held[key]) for key in keys], dtype=TRACK)
        there = self._carried_on(rows, now_s)
        shown = ~is_warning(rows) | (there["sigma_pos_m"] <= self.rule.vague_m)
        for key, is_shown in zip(keys, shown.tolist(), strict=True):
            if is_shown:
                self.number.setdefault(key, FIRST_REMOTE_ID + len(self.number))
        there = there[shown]
        there["track_id"] = [self.number[key] for key, is_shown in zip(keys, shown.tolist(), strict=True) if is_shown]
        return there

    def _is_kept(self, newest: np.void, now_s: float) -> bool:
        """Whether a report still counts; a warning is kept until the next one, with which it tells a velocity."""
        age_s = self.rule.memory_s if is_warning(newest) else self.rule.max_age_s
        return bool(newest["t_valid_s"] >= now_s - age_s)

    def _carried_on(self, rows: Rows, now_s: float) -> Rows:
        """TRACK rows predicted to `now_s`; the error of warnings grows by what a turn may have done."""
        moved, late = predicted(rows, now_s), is_warning(rows)
        turned_m = 0.5 * self.rule.turn_mps2 * (now_s - rows["t_valid_s"][late]) ** 2
        moved["sigma_pos_m"][late] = np.sqrt(moved["sigma_pos_m"][late] ** 2 + turned_m**2)
        return moved

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


def is_warning(rows: Rows | np.void) -> NDArray[np.bool_]:
    """Which TRACK rows were released, and rest on what was too old when it came: their targets may be anywhere about by
    now, so that they serve to start on and never to fire on."""
    return (rows["clause"] >= 0) & (rows["t_seen_s"] - rows["t_update_s"] > LATE_S)


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
        lat, lon, alt = ecef2geodetic(moved["pos_ecef_m"])
        moved["lat_deg"], moved["lon_deg"], moved["alt_m"] = lat, lon, np.clip(alt, *HEIGHTS_M)
        off = (alt < HEIGHTS_M[0]) | (alt > HEIGHTS_M[1])
        if off.any():
            moved["pos_ecef_m"][off] = geodetic2ecef(lat[off], lon[off], moved["alt_m"][off])
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
