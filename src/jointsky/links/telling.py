"""What nations tell each other beyond tracks: what they take tracks for that they have told, their flight plans, and
that they have seen an attack.

Each goes by its own clauses, over the links of these. An identity is told for a track by the number under which the
receiver was told it, without a place, and rests on the giver's sensors in the clause alone. A plan is told once, when
it has been filed; what was told stays told. A warning rests on the clause's sensors alone, too.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from jointsky import geo
from jointsky.links.arrangement import Arrangement, Clause, ShareGrant
from jointsky.links.carrier import Carrier
from jointsky.links.force import Force
from jointsky.links.release import TrackNumbers, grants_in
from jointsky.rng import entity_key
from jointsky.vocab.batches import where
from jointsky.vocab.codes import Identity, Share
from jointsky.vocab.messages import EarlyWarning, Event, FlightPlans, Identities, Message
from jointsky.vocab.records import TOLD_IDENTITY, Rows, empty

Bools = NDArray[np.bool_]
_HASHES = 2.0**64
AGAIN_S = 600.0
"""A warning is not repeated sooner."""


@dataclass(frozen=True, slots=True)
class Knowledge:
    """What a post knows beyond its tracks. `identified(sensors)` gives the TRACK rows made from a mask of its sensors
    alone, identified by all that its nation knows, and the reasons of each (Evidence bits); `plans()` its nation's own
    flight plans that have been filed, as FILED_POINT rows; `alarmed(sensors)` whether those sensors, by themselves,
    have seen an attack."""

    identified: Callable[[Bools], tuple[Rows, NDArray[np.uint16]]]
    plans: Callable[[], Rows]
    alarmed: Callable[[Bools], bool]


@dataclass(frozen=True, slots=True)
class Parcel:
    """A message that arrives at the posts of nation `receiver` at `t_s`."""

    t_s: float
    receiver: str
    message: Message


@dataclass(slots=True)
class Telling:
    """What has been told so far. `log` is what was told for the first time, for the log."""

    arr: Arrangement
    carrier: Carrier
    log: list[Event] = field(default_factory=list[Event])
    _told: set[tuple[str, str, int]] = field(default_factory=set[tuple[str, str, int]])
    _plans: set[tuple[str, str, bytes]] = field(default_factory=set[tuple[str, str, bytes]])
    _warned_s: dict[tuple[str, str], float] = field(default_factory=dict[tuple[str, str], float])

    def tell(
        self,
        sender: str,
        knows: Knowledge,
        numbers: Mapping[str, TrackNumbers],
        force: Force,
        idle: frozenset[int],
        t_s: float,
    ) -> Iterator[Parcel]:
        """What a post tells now, as far as `force` lets it; `numbers` are those of the tracks it has told, by receiver,
        and `idle` the clauses whose links are down."""
        role = self.arr.posts[sender]
        if role.host is not None:
            return
        for receiver in self.arr.nations:
            if receiver == role.nation:
                continue
            for grant in grants_in(self.arr, role.nation, receiver, force, idle, Share.IDENTITY):
                yield from self._identities(sender, grant, knows, numbers[receiver], t_s)
            for grant in grants_in(self.arr, role.nation, receiver, force, idle, Share.FLIGHT_PLANS):
                if grant.zone is None:
                    yield from self._filed(sender, grant, knows.plans(), t_s)
            for grant in grants_in(self.arr, role.nation, receiver, force, idle, Share.WARNING):
                yield from self._warning(sender, grant, knows, t_s)

    def _identities(
        self, sender: str, grant: ShareGrant, knows: Knowledge, numbers: TrackNumbers, t_s: float
    ) -> Iterator[Parcel]:
        parts = [self._of_picture(grant, mask, knows, numbers) for mask in self._pictures(grant)]
        rows = np.concatenate(parts) if parts else empty(TOLD_IDENTITY)
        way_s = self._way_s("identities", sender, grant, len(rows), t_s) if len(rows) else None
        if way_s is None:
            return
        arrival = t_s + way_s
        rows["t_valid_s"], rows["t_seen_s"] = t_s, arrival
        rows["origin"], rows["clause"] = self.arr.nations.index(grant.giver), grant.clause.index
        for row in rows:
            key = (sender, grant.receiver, int(row["track_id"]))
            if key not in self._told and row["identity"] != Identity.PENDING:
                self._told.add(key)
                note = f"track {key[2]} is {Identity(int(row['identity'])).name.lower().replace('_', ' ')}"
                self.log.append(Event(t_s, "told", grant.clause.id, sender, grant.receiver, note=note))
        yield Parcel(arrival, grant.receiver, Identities(sender, int(rows["origin"][0]), rows))

    def _pictures(self, grant: ShareGrant) -> list[Bools]:
        """The sensors of each picture whose tracks some clause gives to the receiver, and which a clause on identities
        covers as a whole."""
        masks = {
            other.sensors.tobytes(): other.sensors
            for other in self.arr.shares
            if (other.giver, other.receiver) == (grant.giver, grant.receiver) and Share.TRACKS in other.shares
        }
        return [mask for mask in masks.values() if mask.any() and not (mask & ~grant.sensors).any()]

    def _of_picture(self, grant: ShareGrant, mask: Bools, knows: Knowledge, numbers: TrackNumbers) -> Rows:
        """TOLD_IDENTITY rows of the tracks in one picture that the receiver has been told."""
        key = mask.tobytes()
        told = [number for picture, number in numbers.given if picture == key]
        if not told:
            return empty(TOLD_IDENTITY)
        tracks, reasons = knows.identified(mask)
        keep = np.isin(tracks["track_id"], told)
        if grant.zone is not None and keep.any():
            lat, lon, _ = geo.ecef2geodetic(tracks["pos_ecef_m"])
            keep &= grant.zone.inside(lat, lon)
        rows = empty(TOLD_IDENTITY, int(keep.sum()))
        rows["track_id"] = numbers.of(key, tracks["track_id"][keep].tolist())
        rows["identity"], rows["reasons"] = tracks["identity"][keep], reasons[keep]
        return rows

    def _filed(self, sender: str, grant: ShareGrant, plans: Rows, t_s: float) -> Iterator[Parcel]:
        """The plans that the receiver has not been told, as far as the clause has been put into practice."""
        starts = np.flatnonzero(plans["point"] == 0)
        marks = [(sender, grant.receiver, plans[start].tobytes()) for start in starts.tolist()]
        wanted = [mark not in self._plans and _practised(grant.clause, mark[2]) for mark in marks]
        owner = np.cumsum(plans["point"] == 0) - 1
        rows = where(plans, np.array(wanted, np.bool_)[owner]) if len(plans) else plans
        way_s = self._way_s("plans", sender, grant, len(rows), t_s) if len(rows) else None
        if way_s is None:
            return
        self._plans.update(mark for mark, is_new in zip(marks, wanted, strict=True) if is_new)
        rows["clause"] = grant.clause.index
        nation = self.arr.nations.index(grant.giver)
        note = f"{sum(wanted)} flight plans"
        self.log.append(Event(t_s, "told", grant.clause.id, sender, grant.receiver, note=note))
        yield Parcel(t_s + way_s, grant.receiver, FlightPlans(sender, nation, rows))

    def _warning(self, sender: str, grant: ShareGrant, knows: Knowledge, t_s: float) -> Iterator[Parcel]:
        key = (sender, grant.receiver)
        if t_s - self._warned_s.get(key, -np.inf) < AGAIN_S or not knows.alarmed(grant.sensors):
            return
        way_s = self._way_s("warnings", sender, grant, 1, t_s)
        if way_s is not None:
            self._warned_s[key] = t_s
            clause = grant.clause
            self.log.append(Event(t_s, "told", clause.id, sender, grant.receiver, note="early warning"))
            nation = self.arr.nations.index(grant.giver)
            message = EarlyWarning(sender, nation, clause.id, t_s)
            yield Parcel(t_s + way_s, grant.receiver, message)

    def _way_s(self, kind: str, sender: str, grant: ShareGrant, count: int, t_s: float) -> float | None:
        """Seconds until what is told arrives; None where it does not."""
        link, clause = self.arr.links.get(grant.clause.link or ""), grant.clause
        if link is None:
            return clause.delay_s
        way_s = self.carrier.way_s(link, kind, sender, grant.receiver, count, t_s, clause=clause.id)
        return None if way_s is None else clause.delay_s + way_s


def _practised(clause: Clause, plan: bytes) -> bool:
    """Whether a clause put into practice in part takes in a plan: by its content, so that more level takes none
    away."""
    return clause.level >= 1.0 or entity_key(f"{clause.id} {plan.hex()}") / _HASHES < clause.level
