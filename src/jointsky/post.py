"""ONE command post: messages in, messages out. No sockets, no clock, no files, no truth: the same machine in a
simulation, on a live feed and in a replay.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from jointsky.command.config import Plan
from jointsky.command.delegation import unheld
from jointsky.command.missile_defence import MissileDesk
from jointsky.command.operator import judge, obey
from jointsky.command.planner import Planner
from jointsky.command.policing.desk import Desk
from jointsky.command.refusals import note_refusal
from jointsky.links.agreements import Verdict
from jointsky.links.arrangement import NATIONAL, Situation
from jointsky.links.tables import fire_control_sensors, heard_sensors
from jointsky.picture.border import BorderWatch
from jointsky.picture.hearsay import Hearsay
from jointsky.picture.heights import with_heights
from jointsky.picture.identification import Identifier, guess_kind
from jointsky.tracking.crossings import Crossings, with_crossings
from jointsky.tracking.fusion import RemoteTracks, predicted
from jointsky.tracking.tracker import Tracker
from jointsky.vocab.batches import joined, where
from jointsky.vocab.codes import Identity
from jointsky.vocab.messages import (
    Alerts,
    Called,
    Consent,
    Decision,
    Decisions,
    EarlyWarning,
    FenceLooks,
    FlightPlans,
    Hail,
    HandOver,
    Heeded,
    Identities,
    LinkState,
    Message,
    OperatorOrder,
    Orders,
    Phase,
    Plots,
    Refusal,
    ShotReports,
    Sighting,
    Status,
    Tracks,
)
from jointsky.vocab.records import SENSOR, TRACK, Rows, empty

LAUNCH_AGE_S = 25.0
"""A sighting older than this is no longer launched on: two scans of an airborne radar and the delays on the way."""
LAUNCH_SIGMA_M = 1_500.0
"""Notional position error (1 sigma) up to which a missile unit can launch on a track without seeing the target itself.
"""


@dataclass(slots=True)
class Offer:
    """A picture made for others, from the plots of the post's own sensors in `mask` alone (a mask over all sensors), so
    that what is withheld neither adds a track, nor takes one away, nor sharpens one.

    `sensors` are the SENSOR rows of the mask.
    """

    mask: NDArray[np.bool_]
    sensors: Rows
    tracker: Tracker
    identifier: Identifier
    border: BorderWatch
    warns: bool = False
    """Whether a clause lets these sensors warn others."""
    informed: Identifier | None = None
    """Identifies by all that the post's nation knows, where a clause gives its identities to others."""
    crossings: Crossings | None = None
    """Crosses the strobes and bearings of these sensors, where the post does so with all it gets."""
    _made: tuple[float, Rows] | None = None

    def observe(self, plots: Rows) -> None:
        """Take in those of a post's PLOT rows that this picture is made from."""
        self._made = None
        self.tracker.observe(with_crossings(self.crossings, where(plots, self.mask[plots["sensor"]])))

    def picture(self, nation: int, now_s: float) -> Rows:
        """TRACK rows at `now_s`, identified by what these sensors saw alone: by a flight plan, an identity would
        tell who knows of it."""
        tracks = self._tracks(now_s)
        found = self.identifier.identify(tracks, self.border.inside(tracks), now_s)
        tracks["identity"], tracks["kind"], tracks["origin"] = found.identity, guess_kind(tracks), nation
        return tracks

    def identified(self, now_s: float) -> tuple[Rows, NDArray[np.uint16]]:
        """TRACK rows at `now_s` as the post's nation identifies them, and its reasons (Evidence bits)."""
        tracks = self._tracks(now_s)
        found = (self.informed or self.identifier).identify(tracks, self.border.inside(tracks), now_s)
        tracks["identity"], tracks["kind"] = found.identity, guess_kind(tracks)
        return tracks, found.reasons

    def alarmed(self, now_s: float) -> bool:
        """Whether any track is taken for hostile by what these sensors saw alone."""
        if not self.warns:
            return False
        tracks = self._tracks(now_s)
        found = self.identifier.identify(tracks, self.border.inside(tracks), now_s)
        return bool((found.identity == Identity.HOSTILE).any())

    def _tracks(self, now_s: float) -> Rows:
        """A new copy of the picture at `now_s`, which is worked out once."""
        if self._made is None or self._made[0] != now_s:
            self._made = (now_s, with_heights(self.tracker.picture(now_s), self.sensors))
        return self._made[1].copy()


@dataclass(slots=True)
class Post:
    """A command post of one nation: tracking + picture + command, wired.

    `receive(now_s, messages)` takes what has arrived and returns what the post sends: every `cycle_s` seconds its
    picture (Tracks), its alerts, its decisions and its orders. A post without a tracker sits in its host's room and
    takes the host's picture over. A post without a planner watches only.
    """

    name: str
    nation: int
    cycle_s: float
    identifier: Identifier
    border: BorderWatch
    situation: Situation
    sensors: Rows = field(default_factory=lambda: empty(SENSOR))
    launch_sensors: NDArray[np.bool_] = field(default_factory=lambda: np.zeros(0, np.bool_))
    tracker: Tracker | None = None
    crossings: Crossings | None = None
    """Makes places of strobes and bearings; None: they are left out."""
    planner: Planner | None = None
    remote: RemoteTracks = field(default_factory=RemoteTracks)
    hearsay: Hearsay = field(default_factory=Hearsay)
    warning: EarlyWarning | None = None
    """The early warning that the post heard first."""
    hosted_rows: Rows = field(default_factory=lambda: empty(TRACK))
    picture_rows: Rows = field(default_factory=lambda: empty(TRACK))
    reasons: dict[int, int] = field(default_factory=dict[int, int])
    pending: list[OperatorOrder] = field(default_factory=list[OperatorOrder])
    offers: Sequence[Offer] = ()
    """The pictures that clauses let go to others, one for each choice of sensors."""
    commanders: tuple[str, ...] = ()
    """The nations with whose eyes the commanders see that this post is delegate of."""
    policing: Desk | None = None
    """Its air policing; None: its nation has written none down."""
    missiles: MissileDesk | None = None
    """Its missile defence; None: the scenario has no warning radar, or no missile."""
    heard: Sequence[Message] = ()
    """What arrived last, for those who watch the post."""
    _cycles: int = 0
    _launchable: tuple[Situation, NDArray[np.bool_]] | None = None
    """Which sensors serve for a launch, and the situation for which that was last asked."""
    _plots: list[Rows] = field(default_factory=list[Rows])

    def receive(self, now_s: float, messages: Sequence[Message]) -> list[Message]:
        """Take in `messages` that arrived by `now_s`; what people ordered is answered at once, and on a command cycle
        come picture, alerts, decisions and orders.
        """
        self.heard, warned = messages, self.warning
        for message in messages:
            self._take(message)
        sent = self._obey(now_s) if self.pending else []
        if self.warning is not warned:
            sent += self._pass_on(self.warning, now_s)
        if now_s + 1e-9 < self._cycles * self.cycle_s:
            return sent
        self._cycles = int(now_s / self.cycle_s + 1e-9) + 1
        return sent + self._cycle(now_s)

    def picture(self, now_s: float) -> Rows:
        """The picture as TRACK rows predicted to `now_s`, identities as of the last cycle."""
        return predicted(self.picture_rows, now_s)

    def exists(self) -> bool:
        """Whether this post exists in the phase in force; one that only watches always does."""
        return self.planner is None or self.planner.authority.exists()

    def holds(self, track_id: int) -> bool:
        """Whether a track is in this post's own area, as far as it has seen."""
        return self.planner is not None and self.planner.authority.seams.area(track_id) == self.name

    def offered(self, mask: NDArray[np.bool_], now_s: float) -> Rows:
        """TRACK rows made from the plots of the own sensors in `mask` alone; none where no offer is made from these."""
        for offer in self.offers:
            if np.array_equal(offer.mask, mask):
                return offer.picture(self.nation, now_s)
        return empty(TRACK)

    def identified(self, mask: NDArray[np.bool_], now_s: float) -> tuple[Rows, NDArray[np.uint16]]:
        """The same tracks as the nation identifies them by all that it knows, and its reasons (Evidence bits)."""
        for offer in self.offers:
            if np.array_equal(offer.mask, mask):
                return offer.identified(now_s)
        return empty(TRACK), np.zeros(0, np.uint16)

    def alarmed(self, mask: NDArray[np.bool_], now_s: float) -> bool:
        """Whether the own sensors in `mask`, by themselves, have seen something hostile."""
        return any(offer.alarmed(now_s) for offer in self.offers if np.array_equal(offer.mask, mask))

    def filed(self, now_s: float) -> Rows:
        """The nation's own flight plans that have been filed (FILED_POINT rows)."""
        return self.identifier.plans.filed(self.nation, now_s)

    def _take(self, message: Message) -> None:
        match message:
            case Plots(rows=rows):
                if self.tracker is not None:
                    self._plots.append(rows)
                if self.policing is not None:
                    self.policing.hear(rows)
            case Sighting() | Heeded():
                if self.policing is not None:
                    self.policing.take(message)
            case Tracks(hosted=True, rows=rows):
                self.hosted_rows = rows
            case Tracks(rows=rows):
                self.remote.accept(rows)
            case FenceLooks(rows=rows):
                if self.missiles is not None:
                    self.missiles.picture.observe(rows)
            case Identities(rows=rows):
                self.hearsay.accept(rows)
            case EarlyWarning():
                self.warning = self.warning or message
            case FlightPlans(nation=nation, rows=rows):
                self.identifier.plans.add(rows, nation)
            case Status(rows=rows):
                if self.planner is not None:
                    self.planner.update_status(rows)
            case ShotReports(rows=rows):
                if self.planner is not None:
                    self.planner.note_reports(rows)
            case Phase() | LinkState() | Consent() | Called():
                self.situation = self.situation.after(message)
            case OperatorOrder():
                self.pending.append(message)
            case Orders(rows=rows):
                if self.planner is not None:
                    self.planner.note_engaged(rows)
            case Refusal(t_s=t_s):
                if self.planner is not None:
                    note_refusal(self.planner, message, t_s)
            case Alerts() | Decisions() | HandOver() | Hail():
                """Copies of what other posts did; kept by the log, not needed here."""

    def _pass_on(self, warning: EarlyWarning | None, now_s: float) -> list[Message]:
        """Tell the nation's fighters to get ready, and count on it."""
        if warning is None:
            return []
        if self.planner is not None:
            self.planner.make_ready(now_s)
        return [replace(warning, sender=self.name, nation=self.nation, t_s=now_s)]

    def _cycle(self, now_s: float) -> list[Message]:
        self.picture_rows = self._see(now_s)
        sent: list[Message] = [Tracks(self.name, self.nation, self.picture_rows)]
        if self.planner is not None and self.warning is None and self.exists() and self._holds_hostile():
            self.warning = EarlyWarning(self.name, self.nation, NATIONAL, now_s)
            sent += self._pass_on(self.warning, now_s)
        alerts = self.border.watch(self.picture_rows, now_s)
        if len(alerts):
            sent.append(Alerts(self.name, alerts))
        if self.planner is not None:
            sent += self._command(self.planner, now_s)
        return sent

    def _holds_hostile(self) -> bool:
        """Whether anything in the picture is taken for hostile: that warns the own fighters as a neighbour's word
        would."""
        return bool((self.picture_rows["identity"] == Identity.HOSTILE).any())

    def _see(self, now_s: float) -> Rows:
        if self.tracker is None:
            return predicted(self.hosted_rows, now_s)
        if self._plots:
            plots, self._plots = joined(self._plots), []
            self.tracker.observe(with_crossings(self.crossings, plots))
            for offer in self.offers:
                offer.observe(plots)
        tracks = self.remote.merge(with_heights(self.tracker.picture(now_s), self.sensors), now_s)
        self.identifier.follow(self.remote.alias)
        self.border.follow(self.remote.alias)
        inside = self.border.inside(tracks)
        told = self.hearsay.facts(self.remote.number, self.remote.alias, now_s)
        found = self.identifier.identify(tracks, inside, now_s, told)
        tracks["identity"], tracks["kind"], tracks["origin"] = found.identity, guess_kind(tracks), self.nation
        tracks["fire_control"] = self._serves_for_launch(tracks, now_s)
        self.reasons = dict(zip(tracks["track_id"].tolist(), found.reasons.tolist(), strict=True))
        if self.policing is not None:
            self.policing.follow(self.remote.alias)
            self.policing.mark(tracks)
        if self.missiles is not None:
            self.missiles.picture.update(now_s)
            tracks = joined([tracks, self.missiles.picture.tracks(now_s, self.nation)])
        return tracks

    def _serves_for_launch(self, tracks: Rows, now_s: float) -> NDArray[np.bool_]:
        """Tracks that a sensor whose data may be launched on has just seen, exactly enough."""
        if self.tracker is None or self.planner is None or len(tracks) == 0:
            return np.zeros(len(tracks), np.bool_)
        if self._launchable is None or self._launchable[0] is not self.situation or not self.situation.calm:
            arrangement = self.planner.authority.arrangement
            found = fire_control_sensors(arrangement, arrangement.posts[self.name].nation, self.situation.at(now_s))
            self._launchable = (self.situation, found & self.launch_sensors)
        allowed = self._launchable[1]
        fresh = self.tracker.hits_s(tracks["track_id"])[:, allowed] > now_s - LAUNCH_AGE_S
        return fresh.any(axis=1) & (tracks["sigma_pos_m"] < LAUNCH_SIGMA_M)

    def judge(self, order: OperatorOrder, now_s: float) -> Verdict:
        """What would become of an operator's order now; nothing is carried out."""
        if self.planner is None:
            return Verdict.no(f"{self.name} gives no orders", f"post.{self.name}")
        before = self.planner.authority.situation
        self.planner.settle(self.situation.at(now_s))
        verdict = judge(self.planner, self._named(order), self.picture(now_s))
        self.planner.authority.situation = before
        return verdict

    def _obey(self, now_s: float) -> list[Message]:
        """Carry out or refuse what people ordered."""
        wanted, self.pending = [self._named(order) for order in self.pending], []
        if self.planner is None:
            return [Decisions(self.name, tuple(self._declined(order, now_s) for order in wanted))]
        self.planner.settle(self.situation.at(now_s))
        return self._sent(obey(self.planner, wanted, self.picture(now_s), now_s))

    def _declined(self, order: OperatorOrder, now_s: float) -> Decision:
        reason, phase = f"{self.name} gives no orders", self.situation.phase
        against = (f"post.{self.name}",)
        return Decision(
            now_s, self.name, order.act, "", order.track_id, False, phase, (), reason, ref=order.ref, against=against
        )

    def _named(self, order: OperatorOrder) -> OperatorOrder:
        """The order with the number that its track goes by now."""
        return replace(order, track_id=self.remote.alias.get(order.track_id, order.track_id))

    def _command(self, planner: Planner, now_s: float) -> list[Message]:
        planner.settle(self.situation.at(now_s))
        planner.ledger.rename(self.remote.alias)
        planner.authority.seams.follow(self.remote.alias)
        crossed = planner.authority.watch(self.picture_rows)
        planner.delegation.unshown = self._unshown(now_s)
        planner.withheld = frozenset()
        policed = [] if self.policing is None else self._police(self.policing, planner, now_s)
        if self.missiles is not None:
            policed += self._sent(self.missiles.step(planner, self.picture_rows, now_s))
            planner.withheld |= frozenset(self.missiles.picture.estimates)
        plan = planner.plan(self.picture_rows, now_s)
        notes, planner.notes = planner.notes, []
        return [*crossed, *policed, *self._sent(replace(plan, decisions=(*notes, *plan.decisions)))]

    def _police(self, desk: Desk, planner: Planner, now_s: float) -> list[Message]:
        """Air policing comes first: what it holds, the plan leaves alone."""
        plan, hails = desk.step(planner, self.picture_rows, self.reasons, now_s)
        planner.withheld = desk.withheld(self.picture_rows, planner.authority.situation.phase)
        self.reasons = {number: bits | desk.reasons(number) for number, bits in self.reasons.items()}
        return [*hails, *self._sent(plan)]

    def _unshown(self, now_s: float) -> frozenset[int]:
        """Tracks of this picture that a common commander does not hold, or not well enough to shoot at."""
        if self.tracker is None or self.planner is None or not self.commanders or not len(self.picture_rows):
            return frozenset()
        numbers, arrangement = self.picture_rows["track_id"], self.planner.authority.arrangement
        where_deg = self.picture_rows["lat_deg"], self.picture_rows["lon_deg"]
        heard = [heard_sensors(arrangement, who, self.situation.at(now_s), *where_deg) for who in self.commanders]
        alone = unheld(self.tracker.hits_s(numbers), np.logical_or.reduce(heard), now_s)
        return frozenset(numbers[alone].tolist())

    def _sent(self, plan: Plan) -> list[Message]:
        sent: list[Message] = []
        if len(plan.orders):
            sent.append(Orders(self.name, plan.orders, plan.clauses))
        if plan.decisions:
            sent.append(Decisions(self.name, plan.decisions))
        return sent
