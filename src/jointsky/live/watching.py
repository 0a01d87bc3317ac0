"""A command post that watches radar data, as a console shows it: a capture at the pace of its own clock, or a live
sender. No orders, no truth: there is nothing but what the post makes of what it receives.
"""

from dataclasses import dataclass, field

import numpy as np

from jointsky.feeds.sensors import SensorTable
from jointsky.feeds.table_records import nations, sensor_records
from jointsky.links.arrangement import Arrangement, PostRole, Situation
from jointsky.live.feed import CYCLE_S, Source
from jointsky.live.seats import Known, Notice, SeatWatch
from jointsky.live.showing import Mode, Pace, Showing, State
from jointsky.picture.border import BorderWatch
from jointsky.picture.identification import Criteria, Identifier
from jointsky.picture.plans import PlanBook
from jointsky.post import Post
from jointsky.tracking.frames import GeodeticFrame
from jointsky.tracking.params import TrackerParams
from jointsky.tracking.tracker import Tracker
from jointsky.vocab.messages import Plots
from jointsky.vocab.records import FLIGHT_PLAN, WAYPOINT, empty
from jointsky.world.tick import Tick

TICK_S = 1.0
POST = "watch"
PHASE = "watch"


def watching_post(table: SensorTable, cycle_s: float = CYCLE_S) -> Post:
    """A post that makes tracks of the plots of these sensors every `cycle_s` and gives no orders; without a sensor it
    sees nothing."""
    sensors = sensor_records(table)
    tracker = None
    if len(sensors):
        frame = GeodeticFrame(float(np.median(sensors["lat_deg"])), float(np.median(sensors["lon_deg"])))
        tracker = Tracker(frame, sensors, TrackerParams(blind=0.3, register=True))
    return Post(
        name=POST,
        nation=0,
        cycle_s=cycle_s,
        identifier=Identifier(Criteria(), PlanBook(empty(FLIGHT_PLAN), empty(WAYPOINT))),
        border=BorderWatch(()),
        situation=Situation(PHASE),
        sensors=sensors,
        tracker=tracker,
    )


@dataclass(slots=True, kw_only=True)
class Watching(Showing):
    """A watching post and the `source` it is fed from. Live, its time is the wall's; else the capture's own, paced."""

    source: Source
    post: Post
    tracks: set[int] = field(default_factory=set[int])
    _tick: int = 0
    _t_s: float = 0.0
    _edition: int = 0

    @property
    def t_s(self) -> float:
        """Seconds since the beginning of the capture, or of listening."""
        return self._t_s

    @property
    def next_tick(self) -> int:
        """The number of the next tick."""
        return self._tick

    @property
    def start_ms(self) -> float:
        """When the capture, or listening, began, in UTC milliseconds since 1970."""
        return 1000.0 * self.source.start_s

    @property
    def edition(self) -> int:
        """Grows when sensors join."""
        return self._edition

    def step(self) -> Tick | None:
        """One tick: what arrived goes to the post; None when there is nothing more to come."""
        if self.state == State.ENDED:
            return None
        self._tick += 1
        live = self.mode == Mode.LIVE
        self._t_s = max(self._t_s, self.source.clock.now_s()) if live else self._tick * self.pace.dt_s
        rows = self.source.until(self._t_s)
        if self._edition != self.source.edition:
            self._renew()
        tick = Tick(self._tick, self._t_s, sent={POST: self.post.receive(self._t_s, [Plots("radars", rows)])})
        self.tracks.update(self.post.picture_rows["track_id"].tolist())
        self.watches[POST].look(tick)
        for text in self.source.news():
            self.watches[POST].note(self._t_s, Notice(text))
        if self.source.failure or self._t_s >= self.end_s:
            Showing.close(self, self.source.failure or "the recording is over")
        return tick

    def close(self, reason: str = "it was stopped") -> None:
        """End it and let go of the source, once."""
        Showing.close(self, reason)
        self.source.close()

    def _renew(self) -> None:
        """Begin anew with the sensors that are known now: a tracker's sensors are fixed."""
        self._edition = self.source.edition
        self.post = watching_post(self.source.table, self.post.cycle_s)
        self.watches[POST].move_to(self.post, _known(self.source.table))


def watching(source: Source, *, rate: float = 1.0) -> Watching:
    """A watching post on a source, ready to be shown."""
    live = not np.isfinite(source.end_s)
    cycle_s = source.cycle_s
    post = watching_post(source.table, cycle_s)
    watch = SeatWatch(post, post, _known(source.table), _arrangement(source.table))
    return Watching(
        mode=Mode.LIVE if live else Mode.RECORDED,
        pace=Pace(min(TICK_S, cycle_s), source.clock.rate if live else rate),
        end_s=source.end_s if live else source.end_s + cycle_s,
        watches={POST: watch},
        source=source,
        post=post,
        _edition=source.edition,
    )


def _known(table: SensorTable) -> Known:
    none = np.zeros(0, np.int64)
    return Known(shooters=none, sensors=np.arange(len(table.names)), airfields=none, assets=none, clauses=none)


def _arrangement(table: SensorTable) -> Arrangement:
    """No agreement at all: one post, which sees what it is sent."""
    role = PostRole(POST, "", None, frozenset({PHASE}), None, np.zeros(0, np.bool_))
    return Arrangement(
        phases=(PHASE,),
        nations=tuple(nations(table)),
        sensors=(),
        units=(),
        posts={POST: role},
        links={},
        clauses=(),
        shares=(),
        orders=(),
        uses=(),
        losses=(),
        activations=(),
        sensor_rows={},
        unit_rows={},
    )
