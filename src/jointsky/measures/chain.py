"""The detection-to-action chain: for each raider, when it could first be seen, was seen, reported, identified, decided
on, authorised and acted on.
"""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from jointsky.measures.association import track_of
from jointsky.vocab.codes import Act, Identity, Shot, Side
from jointsky.vocab.messages import Message, Orders, Tracks
from jointsky.vocab.records import Rows
from jointsky.world.tick import Tick
from jointsky.world.world import World

STAGES = ("detectable", "detected", "reported", "identified", "decided", "authorised", "acted")
"""The stages in order; `decided` and `authorised` are of the first order to engage, `acted` is the first missile away.
"""
LATE = ("decided", "authorised", "acted")
"""Stages whose slowest tenth is told too: what agreements delay."""
Float = NDArray[np.float64]


@dataclass(slots=True)
class Chain:
    """First time of each stage for each raider by any nation: `first_s[stage][raider]`, inf where it never came;
    `raider_rows` are rows of truth.

    Reading the pictures costs more than anything else here, so it is done every `period_s`, which is the resolution of
    the times.
    """

    period_s: float = 10.0
    raider_rows: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))
    first_s: dict[str, Float] = field(default_factory=dict[str, Float])
    raider_of_track: dict[tuple[str, int], int] = field(default_factory=dict[tuple[str, int], int])
    _next_s: float = 0.0

    def on_tick(self, world: World, tick: Tick) -> None:
        """Note every stage that happened for the first time."""
        if not self.first_s:
            self._start(world)
        if tick.detectable is not None:
            seen: NDArray[np.bool_] = np.any(tick.detectable[:, self.raider_rows], axis=0)
            self._note("detectable", seen, tick.t_s)
        self._detected(tick)
        reading = tick.t_s >= self._next_s
        for post, messages in sorted(tick.sent.items()):
            self._read(world, post, messages, tick.t_s, reading)
        if reading and tick.sent:
            self._next_s = tick.t_s + self.period_s

    def result(self, world: World) -> dict[str, float]:
        """Median seconds from detectable to each later stage over the raiders that reached it (for the last three also
        what nine in ten stay within), the share that did, and the first time of all.
        """
        if not self.first_s:
            self._start(world)
        self._acted(world)
        start = self.first_s["detectable"]
        result = {"first_detectable_s": _least(start)}
        for stage in STAGES[1:]:
            reached = np.isfinite(self.first_s[stage])
            both = reached & np.isfinite(start)
            waits = self.first_s[stage][both] - start[both]
            result[f"{stage}_share"] = float(reached.mean()) if len(reached) else float("nan")
            result[f"{stage}_after_s"] = float(np.median(waits)) if len(waits) else float("nan")
            if stage in LATE:
                result[f"{stage}_after_p90_s"] = float(np.quantile(waits, 0.9)) if len(waits) else float("nan")
            result[f"first_{stage}_s"] = _least(self.first_s[stage])
        return result

    def _start(self, world: World) -> None:
        self.raider_rows = np.nonzero(world.state.aircraft["side"] == Side.RAIDER)[0]
        self.first_s = {stage: np.full(len(self.raider_rows), np.inf) for stage in STAGES}

    def _note(self, stage: str, raiders: NDArray[np.bool_] | int, t_s: float) -> None:
        times = self.first_s[stage]
        times[raiders] = np.minimum(times[raiders], t_s)

    def _detected(self, tick: Tick) -> None:
        if len(tick.plots) and len(self.raider_rows):
            place = np.searchsorted(self.raider_rows, tick.plot_truth)
            place = np.minimum(place, len(self.raider_rows) - 1)
            hit = self.raider_rows[place] == tick.plot_truth
            np.minimum.at(self.first_s["detected"], place[hit], tick.plots["t_valid_s"][hit])

    def _read(self, world: World, post: str, messages: list[Message], t_s: float, reading: bool) -> None:
        for message in messages:
            match message:
                case Tracks(rows=rows) if reading:
                    self._reported(world, post, rows, t_s)
                case Orders(rows=rows):
                    self._ordered(post, rows)
                case _:
                    """Other messages say nothing of the chain."""

    def _reported(self, world: World, post: str, tracks: Rows, t_s: float) -> None:
        if len(tracks) == 0:
            return
        aircraft = world.state.aircraft[self.raider_rows]
        flying = np.nonzero(aircraft["alive"] == 1)[0]
        match = np.full(len(aircraft), -1)
        match[flying] = track_of(aircraft["pos_ecef_m"][flying], tracks)
        seen = match >= 0
        self._note("reported", seen, t_s)
        hostile = seen & (tracks["identity"][match] == Identity.HOSTILE)
        self._note("identified", hostile, t_s)
        for raider in np.nonzero(seen)[0]:
            self.raider_of_track[(post, int(tracks["track_id"][match[raider]]))] = int(raider)

    def _ordered(self, post: str, orders: Rows) -> None:
        for order in orders[orders["act"] == Act.ENGAGE]:
            raider = self.raider_of_track.get((post, int(order["track_id"])))
            if raider is not None:
                self._note("decided", raider, float(order["t_issued_s"]))
                self._note("authorised", raider, float(order["t_approved_s"]))

    def _acted(self, world: World) -> None:
        used = world.state.engagements[: world.state.engagements_used]
        never = (Shot.ACQUIRING, Shot.NO_ACQUISITION, Shot.OUT_OF_ENVELOPE)
        away = used[np.isfinite(used["t_launch_s"]) & ~np.isin(used["state"], never)]
        index = {int(row): i for i, row in enumerate(self.raider_rows)}
        for shot in away:
            raider = index.get(int(shot["target"]))
            if raider is not None:
                self._note("acted", raider, float(shot["t_launch_s"]))


def _least(times: Float) -> float:
    return float(times.min()) if np.isfinite(times).any() else float("nan")
