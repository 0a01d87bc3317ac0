"""One tracker: plots in, in the order they arrive; the picture out, for any later time.

Plots are kept `lateness_s` and then taken for good in order of detection, window by window. A picture follows the
younger ones on a copy of the
tracks, so nothing is held back and late plots still fall into their place; what it costs is following the youngest
plots once more.
Following happens when a picture is asked: observing only takes plots through the door. The state depends on the plots
and the times asked, never on how the plots were cut into batches.
"""

import math

import numpy as np
from numpy.typing import NDArray

from jointsky.kernels.bank import CONFIRMED, MEASUREMENT, Bank, copy_bank, empty_bank, grown
from jointsky.kernels.desk import make_desk
from jointsky.kernels.door import enter, leave
from jointsky.kernels.follow import follow
from jointsky.tracking.frames import Frame, sites_of, turns_of
from jointsky.tracking.params import TrackerParams
from jointsky.tracking.registration import BIAS, Jump, Registration
from jointsky.tracking.sharing import Estimates, Told
from jointsky.vocab.batches import joined, take, where
from jointsky.vocab.records import TRACK, Rows

GUARDED = ("late", "future", "out_of_range", "told_twice")
"""Reasons to refuse a plot that are counted by sensor."""
LATE, FUTURE, BEYOND, TWICE = range(4)
AHEAD_S = 1.0
"""A plot may be dated so far after it was received: clocks differ."""


class Tracker:
    """Multi-radar tracker in one frame. `sensors` are SENSOR rows, the rows that PLOT rows point to.

    `heard` marks those whose plots can ever come in (None: all): what is known of the others must not show in anything.
    """

    def __init__(
        self, frame: Frame, sensors: Rows, params: TrackerParams | None = None, heard: NDArray[np.bool_] | None = None
    ) -> None:
        self.params = params or TrackerParams()
        self.frame = frame
        self._sensors = sensors
        self._origin = frame.origin_ecef_m()
        self._axes = frame.axes()
        self._places = frame.places(sensors)
        self._turns = turns_of(frame, self._places)
        cells = self.params.clutter_cells
        self._sites = sites_of(frame, sensors, self._places, cells)
        self._clutter = np.zeros((len(sensors), cells, cells, 2))
        periods = sensors["period_s"] if heard is None else sensors["period_s"][heard]
        longest = float(periods.max()) if len(periods) else 1.0
        self._rules = self.params.rules(longest)
        self._noise = self.params.noise()
        self._bank = empty_bank(256, len(self._noise), len(sensors))
        self._copy = empty_bank(256, len(self._noise), len(sensors))
        self._waiting = np.zeros(0, MEASUREMENT)
        self._arrived: list[Rows] = []
        self._desk = make_desk(256, 64, len(self._noise))
        self._registration = Registration(self._sites, sensors["kind"]) if self.params.register else None
        self._window = 0
        self._epoch: list[tuple[Rows, NDArray[np.int64]]] = []
        self._t_now_s = -math.inf
        self._sequence = 0
        self._started = False
        self._known = False
        self._counts = np.zeros(3, np.int64)
        self._refused = np.zeros((len(sensors), len(GUARDED)), np.int64)
        self._used = 0
        self._owned: list[tuple[Rows, NDArray[np.int64]]] | None = None

    @property
    def counts(self) -> dict[str, int]:
        """What came through the door: plots used, and plots refused by reason."""
        not_numbers, unknown, strobes = (int(v) for v in self._counts)
        guarded = dict(zip(GUARDED, self._refused.sum(axis=0).tolist(), strict=True)) if self.params.guard else {}
        return {
            "plots": self._sequence,
            "used": self._used,
            "late": int(self._refused[:, LATE].sum()),
            "not_a_number": not_numbers,
            "unknown_sensor": unknown,
            "strobe": strobes,
            **{name: count for name, count in guarded.items() if name != "late"},
        }

    @property
    def refused(self) -> NDArray[np.int64]:
        """How many plots of each sensor were refused for each reason of `GUARDED` (sensors, reasons)."""
        return self._refused.copy()

    @property
    def biases(self) -> Rows:
        """The bias of each sensor as known now, with its sigmas (BIAS rows; zeros without registration)."""
        return np.zeros(len(self._sensors), BIAS) if self._registration is None else self._registration.biases

    @property
    def jumps(self) -> tuple[Jump, ...]:
        """The sensors whose bias changed at once, in order of notice."""
        return () if self._registration is None else tuple(self._registration.jumps)

    def observe(self, plots: Rows) -> None:
        """Take PLOT rows in the order they arrived; plots older than the lateness allows, unknown or not numbers are
        counted and left out."""
        if len(plots) == 0:
            return
        fresh = np.zeros(len(plots), MEASUREMENT)
        good = enter(
            plots, self._sensors, self.frame.flat, self._origin, self._axes, self._places, self._turns, self._sites,
            self.params.height_m, self.params.height_extent_m, self._sequence, fresh, self._counts,
        )  # fmt: skip
        self._sequence += len(plots)
        fresh = fresh[:good]
        if good == 0:
            return
        if self.params.guard:
            fresh = self._refuse(fresh, fresh["t_s"] - fresh["seen_s"] > AHEAD_S, FUTURE)
            fresh = self._refuse(fresh, self._beyond(fresh), BEYOND)
        self._queue(fresh)

    def _queue(self, fresh: Rows) -> None:
        """Let those wait that come in time."""
        late = fresh["seen_s"] - fresh["t_s"] > self.params.lateness_s
        if self._started:
            late |= fresh["t_s"] < self._window * self.params.window_s
        fresh = self._refuse(fresh, late, LATE)
        self._used += len(fresh)
        if not self._started and len(fresh):
            self._begin(fresh)
        self._arrived.append(fresh)

    def _refuse(self, rows: Rows, bad: NDArray[np.bool_], reason: int) -> Rows:
        """Count the bad rows by sensor and leave them out."""
        if not bad.any():
            return rows
        np.add.at(self._refused[:, reason], rows["sensor"][bad], 1)
        return where(rows, ~bad)

    def _beyond(self, rows: Rows) -> NDArray[np.bool_]:
        """Which measurements lie further away than their sensor can see, by a tenth and five sigma."""
        site = self._sites[rows["sensor"]]
        square = sum((rows[name] - site[name]) ** 2 for name in ("x_m", "y_m", "z_m"))
        most = 1.1 * site["max_range_m"] + 5.0 * self._sensors["sigma_range_m"][rows["sensor"]]
        return np.asarray(square > most * most)

    def picture(self, t_s: float) -> Rows:
        """Confirmed tracks (TRACK rows, identity pending, kind unknown) predicted to `t_s`, from all plots observed
        so far."""
        return self.states(t_s)[0]

    def states(self, t_s: float) -> tuple[Rows, NDArray[np.float64]]:
        """The picture and, row by row, position and velocity in the tracker's frame (rows, 6)."""
        bank = self._bank_at(t_s)
        rows = np.zeros(int(bank.used[0]), TRACK)
        enu = np.zeros((len(rows), 6))
        n = leave(
            bank,
            t_s,
            self.params.report,
            t_s - self.params.contributing_s,
            self.frame.flat,
            self._origin,
            self._axes,
            rows,
            enu,
        )
        return rows[:n], enu[:n]

    def estimates(self, t_s: float) -> Told:
        """What a partner may be told at `t_s`: all tracks, also tentative ones of two plots and more, with states and
        full covariances (n, 6), all motion models as one."""
        bank = self._bank_at(t_s)
        life = bank.life[: int(bank.used[0])]
        sure = (life["state"] == CONFIRMED) & (life["existence"] >= self.params.report)
        held = np.flatnonzero(sure | ((life["hits"] > 1) & (life["existence"] > 0.1)))
        w = bank.w[held]
        x = (w[..., None] * bank.x[held]).sum(axis=1)
        off = bank.x[held] - x[:, None]
        p = (w[..., None, None] * (bank.p[held] + off[..., :, None] * off[..., None, :])).sum(axis=1)
        dt = t_s - bank.life["t_s"][held]
        move = np.tile(np.eye(6), (len(held), 1, 1))
        move[:, [0, 1, 2], [3, 4, 5]] = dt[:, None]
        q = (w * self._noise[:, 0]).sum(axis=1) * np.maximum(dt, 0.0) ** 3 / 3.0
        grown = np.zeros_like(p)
        grown[:, [0, 1, 2], [0, 1, 2]] = q[:, None] * np.array([1.0, 1.0, self.params.vertical])
        moved = np.einsum("nij,njk,nlk->nil", move, p, move) + grown
        states = Estimates(np.einsum("nij,nj->ni", move, x), moved)
        return Told(life["number"][held], states, life["existence"][held], t_s - life["update_s"][held], sure[held])

    def owned(self, t_s: float) -> tuple[Rows, NDArray[np.int64]]:
        """The plots (MEASUREMENT rows, biases taken out) with the numbers of the tracks that took them, below 0 for a
        tentative track: those taken for good since the last call, and the young ones, which the next call tells
        again."""
        self._owned = self._owned if self._owned is not None else []
        self._settle(t_s)
        settled, self._owned = self._owned, []
        young = self._young(t_s)
        self._follow_youngest(t_s)
        parts = [*settled, (young, self._desk.owner[: len(young)].copy())]
        return np.concatenate([part for part, _ in parts]), np.concatenate([part for _, part in parts])

    def hear(self, told: Rows) -> None:
        """Take equivalent measurements (MEASUREMENT rows in this tracker's frame, `sensor` a row of its sensors that
        stands for who tells) in the order they came; those too late are counted and left out."""
        fresh = told.copy()
        fresh["sequence"] = self._sequence + np.arange(len(fresh))
        self._sequence += len(fresh)
        self._queue(fresh)

    def _bank_at(self, t_s: float) -> Bank:
        """The tracks to look at for time `t_s`."""
        self._settle(t_s)
        return self._follow_youngest(t_s) if self.params.preview else self._bank

    def hits_s(self, numbers: NDArray[np.uint32]) -> NDArray[np.float64]:
        """When each sensor last plotted each of these tracks (tracks, sensors), far in the past where it never did;
        tracks that have ended were seen by nobody."""
        used = int(self._bank.used[0])
        row_of = {int(number): i for i, number in enumerate(self._bank.life["number"][:used])}
        rows = np.array([row_of.get(int(number), -1) for number in numbers], np.int64)
        return np.where(rows[:, None] >= 0, self._bank.watch["hit_s"][rows], -np.inf)

    def _begin(self, fresh: Rows) -> None:
        """Start the windows at the earliest plot that may still come."""
        self._started = True
        first_s = float(fresh["seen_s"][0]) - self.params.lateness_s
        self._window = math.floor(first_s / self.params.window_s)
        self._sites["known_s"] = first_s

    def _settle(self, t_now_s: float) -> None:
        """Take for good the windows that no plot in time can reach any more."""
        if self._arrived:
            self._waiting = joined((self._waiting, *self._arrived))
            self._arrived = []
        if not self._started or not t_now_s > self._t_now_s:
            return
        self._t_now_s = t_now_s
        target = math.floor((t_now_s - self.params.lateness_s) / self.params.window_s)
        while self._window < target:
            self._take(min(target, self._next_epoch()), t_now_s)

    def _next_epoch(self) -> int:
        """The window before which biases are solved anew; far away without registration."""
        if self._registration is None:
            return 2**62
        length = max(1, round(self._registration.rule.epoch_s / self.params.window_s))
        return (self._window // length + 1) * length

    def _take(self, target: int, t_now_s: float) -> None:
        """Take for good the plots before a window."""
        ripe = self._waiting["t_s"] < target * self.params.window_s
        raw = where(self._waiting, ripe)
        if self.params.guard:
            raw = self._refuse(raw, told_twice(raw), TWICE)
            if len(raw) and not self._known:  # since when clutter is counted must not hang on who arrived first
                self._known = True
                self._sites["known_s"] = raw["t_s"].min()
        batch = self._sorted(self._corrected(raw, target))
        self._waiting = where(self._waiting, ~ripe)
        need = int(self._bank.used[0]) + len(batch)
        if need > len(self._bank.life):
            self._bank = grown(self._bank, 2 * need)
        self._fit_desk(len(batch))
        follow(
            self._bank,
            self._sites,
            self._clutter,
            batch,
            self._window,
            target,
            t_now_s,
            False,
            self._rules,
            self._noise,
            self._desk,
        )
        if self._registration is not None:
            self._register(self._registration, raw, batch["sequence"], target)
        if self._owned is not None:
            self._owned.append((batch, self._desk.owner[: len(batch)].copy()))
        self._window = target

    def _corrected(self, rows: Rows, target: int) -> Rows:
        """Measurements without the known biases; none leaves the windows up to `target`."""
        if self._registration is None:
            return rows
        low_s, high_s = self._window * self.params.window_s, target * self.params.window_s
        return self._registration.corrected(rows, low_s, high_s - 1e-6)

    def _register(self, registration: Registration, raw: Rows, followed: NDArray[np.int64], target: int) -> None:
        """Show the registration what was taken, plot by plot as it came, once an epoch."""
        by_number = np.argsort(followed)
        owner = self._desk.owner[: len(raw)][by_number[np.searchsorted(followed[by_number], raw["sequence"])]]
        self._epoch.append((raw, owner))
        if target == self._next_epoch():
            rows = np.concatenate([part for part, _ in self._epoch])
            owners = np.concatenate([part for _, part in self._epoch])
            self._epoch = []
            registration.learn(rows, owners, self._bank, target * self.params.window_s)

    def _follow_youngest(self, t_s: float) -> Bank:
        """A copy of the tracks brought through the plots that are not yet taken for good."""
        need = int(self._bank.used[0]) + len(self._waiting)
        if len(self._copy.life) < need:
            self._copy = empty_bank(2 * need, len(self._noise), len(self._sensors))
        copy_bank(self._bank, self._copy)
        if self._started:
            young = self._young(t_s)
            self._fit_desk(len(young))
            follow(
                self._copy,
                self._sites.copy(),
                self._clutter,
                young,
                self._window,
                self._end(t_s),
                self._t_now_s,
                True,
                self._rules,
                self._noise,
                self._desk,
            )
        return self._copy

    def _end(self, t_s: float) -> int:
        """The window up to which plots may have come at `t_s`."""
        return max(self._window, math.floor(t_s / self.params.window_s) + 1)

    def _young(self, t_s: float) -> Rows:
        """The plots that are not yet taken for good, as they will be taken."""
        waiting = where(self._waiting, ~told_twice(self._waiting)) if self.params.guard else self._waiting
        return self._sorted(self._corrected(waiting, self._end(t_s)))

    def _sorted(self, rows: Rows) -> Rows:
        """Measurements by (window, sensor, time, place): the order of arrival does not count."""
        t = rows["t_s"] / self.params.window_s
        window = np.floor(t)
        place = np.abs(rows["x_m"]) * 1e-3
        key = window * len(self._sensors) + rows["sensor"] + 0.99 * (t - window) + 1e-6 * (place - np.floor(place))
        order = np.argsort(key, kind="stable")
        key = key[order]
        if (key[1:] == key[:-1]).any():
            order = np.lexsort((rows["z_m"], rows["y_m"], rows["x_m"], t - window, rows["sensor"], window))
        return take(rows, order)

    def _fit_desk(self, plots: int) -> None:
        if len(self._desk.stamp) < max(len(self._bank.life), len(self._copy.life)) or len(self._desk.chosen) < plots:
            self._desk = make_desk(max(len(self._bank.life), len(self._copy.life)), 2 * plots, len(self._noise))


def told_twice(rows: Rows) -> NDArray[np.bool_]:
    """Which measurements repeat an earlier one: the same sensor, time and place, bit by bit."""
    order = np.argsort(rows["t_s"] + 1e-9 * rows["x_m"] + 1.3e-9 * rows["y_m"], kind="stable")
    same = np.ones(max(len(rows) - 1, 0), np.bool_)
    for name in ("sensor", "t_s", "x_m", "y_m", "z_m"):
        values = rows[name][order]
        same &= values[1:] == values[:-1]
    twice = np.zeros(len(rows), np.bool_)
    twice[order[1:][same]] = True
    return twice
