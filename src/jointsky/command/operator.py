"""What a person in a seat orders goes the way of the post's own decisions: the same authority, the same rules, the same
ledger.

Each order is carried out or refused with a Decision that names the clauses and the reason.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from jointsky.command.config import Plan
from jointsky.command.ledger import Asset, Engagement
from jointsky.command.planner import Planner
from jointsky.links.agreements import Verdict
from jointsky.vocab.codes import Act, Flight, Identity, Shooter, Weapons
from jointsky.vocab.messages import Decision, OperatorOrder
from jointsky.vocab.records import ORDER, Rows, empty

AIMED = (Act.SCRAMBLE, Act.ENGAGE)
"""Acts that need a track."""
ACTS = (Act.SCRAMBLE, Act.ENGAGE, Act.CEASE, Act.RECOVER, Act.WEAPONS_STATUS)
"""What a person may ask for."""
MOST_SHOTS = 8
_FLYABLE = (Flight.PARKED, Flight.STARTING, Flight.ORDERED)


@dataclass(frozen=True, slots=True)
class Wish:
    """An order of a person, its row of the capability table and its TRACK row (None: none was named)."""

    order: OperatorOrder
    act: Act
    place: int
    track: np.void | None

    @property
    def asset(self) -> Asset:
        """The asset it is for."""
        return (self.order.shooter, self.order.row)


def obey(planner: Planner, wanted: Sequence[OperatorOrder], tracks: Rows, now_s: float) -> Plan:
    """Orders (ORDER rows) and decisions for what people asked of the post, given its picture `tracks`."""
    done = [_one(planner, order, tracks, now_s) for order in wanted]
    rows = [row for plan in done for row in (plan.orders,) if len(row)]
    return Plan(
        np.concatenate(rows) if rows else empty(ORDER),
        tuple(ids for plan in done for ids in plan.clauses),
        tuple(note for plan in done for note in plan.decisions),
    )


def judge(planner: Planner, order: OperatorOrder, tracks: Rows) -> Verdict:
    """What would become of an order now; nothing is carried out."""
    wish = _wish(planner, order, tracks)
    if isinstance(wish, str):
        missing = () if planner.authority.exists() else (f"post.{planner.config.post}",)
        return Verdict.no(wish, *missing)
    verdict = planner.authority.verdict(wish.act, int(planner.config.capability["unit"][wish.place]), wish.track)
    if not verdict.yes:
        return verdict
    rules = _rules_fault(planner, wish)
    if rules is not None:
        return Verdict.no(rules, f"law.{planner.authority.nation}")
    fault = _fault(planner, wish)
    return verdict if fault is None else Verdict.no(fault)


def _one(planner: Planner, order: OperatorOrder, tracks: Rows, now_s: float) -> Plan:
    verdict = judge(planner, order, tracks)
    wish = _wish(planner, order, tracks)
    if isinstance(wish, str) or not verdict.yes:
        return Plan(empty(ORDER), (), (_note(planner, order, verdict, now_s),))
    rows = _carried_out(planner, wish, verdict, now_s)
    note = replace(
        _note(planner, order, verdict, now_s),
        order_id=int(rows["order_id"][0]),
        t_approved_s=float(rows["t_approved_s"][0]),
    )
    return Plan(rows, (verdict.clauses,) * len(rows), (note,))


def _wish(planner: Planner, order: OperatorOrder, tracks: Rows) -> Wish | str:
    """The order with what it speaks of looked up, or what is wrong with it."""
    if not planner.authority.exists():
        return f"post {planner.config.post} does not exist in phase {planner.authority.situation.phase}"
    if order.act not in ACTS:
        return f"act {order.act} is none that a person may order"
    place = planner.place_of((order.shooter, order.row))
    if place is None:
        return "there is no such launcher or fighter"
    act, track = Act(order.act), None
    if act in AIMED or (act == Act.CEASE and order.track_id):
        found = np.flatnonzero(tracks["track_id"] == order.track_id)
        if not len(found):
            return f"track {order.track_id} is not in the picture of {planner.config.post}"
        track = tracks[int(found[0])]
    return Wish(order, act, place, track)


def _fault(planner: Planner, wish: Wish) -> str | None:
    """Why an order that the agreement allows cannot be carried out; None when it can."""
    name = _unit(planner, wish.order)
    fighter = wish.asset[0] == Shooter.FIGHTER
    if wish.act in (Act.SCRAMBLE, Act.RECOVER) and not fighter:
        return f"{name} is a launcher and does not fly"
    if wish.act == Act.ENGAGE and not 1 <= wish.order.shots <= MOST_SHOTS:
        return f"{wish.order.shots} shots, expected 1 to {MOST_SHOTS}"
    if wish.act == Act.WEAPONS_STATUS:
        known = wish.order.weapons in (Weapons.HOLD, Weapons.TIGHT, Weapons.FREE)
        return None if known else f"weapons status {wish.order.weapons}, expected 0 (hold), 1 (tight) or 2 (free)"
    if wish.act == Act.CEASE and not planner.ledger.of(wish.asset, wish.order.track_id):
        return f"{name} has no order under way" + (
            f" against track {wish.order.track_id}" if wish.order.track_id else ""
        )
    if wish.act == Act.RECOVER and planner.status["status"][wish.place] not in (Flight.STARTING, Flight.ORDERED):
        return f"{name} is not in the air under orders"
    return _state_fault(planner, wish, name) if wish.act in AIMED else None


def _rules_fault(planner: Planner, wish: Wish) -> str | None:
    """What the nation's rules of engagement say against shooting at the track."""
    phase = planner.authority.situation.phase
    rules = planner.config.roe[phase]
    identity = Identity(int(wish.track["identity"])) if wish.track is not None else Identity.PENDING
    free = rules.weapons == Weapons.FREE and identity not in (
        Identity.FRIEND,
        Identity.ASSUMED_FRIEND,
        Identity.NEUTRAL,
    )
    if wish.act == Act.ENGAGE and wish.order.track_id in planner.withheld:
        return f"track {wish.order.track_id} is air policing's: who may decide has not decided on force"
    if wish.act != Act.ENGAGE or free or identity in rules.identities:
        return None
    allowed = " or ".join(_word(item) for item in rules.identities) or "no"
    what = f"track {wish.order.track_id} is {_word(identity)}"
    return f"the rules of engagement in phase {phase} allow {allowed} targets only; {what}"


def _state_fault(planner: Planner, wish: Wish, name: str) -> str | None:
    state = planner.status[wish.place]
    if not np.isfinite(state["t_valid_s"]):
        return f"{name} has not reported to {planner.config.post}"
    if wish.asset[0] == Shooter.FIGHTER:
        if int(state["status"]) not in _FLYABLE:
            return f"{name} is not available: {_word(Flight(int(state['status'])))}"
        return f"{name} has no missiles left" if wish.act == Act.ENGAGE and state["shots_left"] <= 0 else None
    if state["status"] == 0:
        return f"{name} is out of action"
    busy = planner.ledger.of(wish.asset)
    if any(item.track_id == wish.order.track_id for item in busy):
        return f"{name} is engaging track {wish.order.track_id} already"
    free = min(int(planner.config.capability["channels"][wish.place]), int(state["shots_left"])) - len(busy)
    return None if free > 0 else f"{name} has no free channel or no missile"


def _carried_out(planner: Planner, wish: Wish, verdict: Verdict, now_s: float) -> Rows:
    """Change ledger and weapons as ordered; the ORDER rows for the unit."""
    under_way = planner.ledger.of(wish.asset, wish.order.track_id)
    if wish.act == Act.WEAPONS_STATUS:
        planner.weapons[wish.asset] = Weapons(wish.order.weapons)
    if wish.act == Act.RECOVER:
        planner.weapons[wish.asset] = Weapons.HOLD
    if wish.act not in AIMED:
        return _broken_off(planner, wish, under_way, now_s)
    planner.ledger.forbidden.discard((wish.asset, wish.order.track_id))
    if wish.asset[0] == Shooter.FIGHTER:
        for item in planner.ledger.of(wish.asset):
            del planner.ledger.open[item.order_id]
    number = under_way[0].order_id if under_way else planner.next_order_id()
    row = planner.order_row(number, wish.act, wish.place, wish.track, wish.order.shots, now_s)
    consent_s = planner.config.roe[planner.authority.situation.phase].approval_s if wish.act == Act.ENGAGE else 0.0
    approved_s = now_s + max(verdict.takes_s, consent_s)
    row["t_approved_s"] = approved_s
    planner.pools.admit(row, verdict.clauses, now_s)
    planner.ledger.add(
        Engagement(
            order_id=number,
            track_id=wish.order.track_id,
            asset=wish.asset,
            chance=_chance(planner, wish, now_s),
            t_issued_s=now_s,
            t_last_seen_s=now_s,
            clauses=verdict.clauses,
            shots=wish.order.shots,
            act=wish.act,
            t_approved_s=approved_s,
            escalates=False,
        )
    )
    return row


def _chance(planner: Planner, wish: Wish, now_s: float) -> float:
    """The chance that the order kills its track: what the policy counts as done. A scramble shoots nobody."""
    if wish.act != Act.ENGAGE or wish.track is None:
        return 0.0
    survives = 1.0 - planner.chance(wish.place, wish.track, now_s)
    return 1.0 - survives**wish.order.shots


def _broken_off(planner: Planner, wish: Wish, under_way: list[Engagement], now_s: float) -> Rows:
    """Rows that break off what is under way, or one row for an act that stands alone."""
    if wish.act == Act.WEAPONS_STATUS:
        row = planner.order_row(planner.next_order_id(), wish.act, wish.place, None, 0, now_s)
        row["weapons"] = wish.order.weapons
        return row
    numbers = [(item.order_id, item.track_id) for item in under_way] or [(planner.next_order_id(), 0)]
    rows: list[Rows] = []
    for number, track_id in numbers:
        row = planner.order_row(number, wish.act, wish.place, None, 0, now_s)
        row["track_id"] = track_id
        rows.append(row)
        planner.ledger.open.pop(number, None)
        planner.ledger.forbidden.add((wish.asset, track_id))
    return np.concatenate(rows)


def _note(planner: Planner, order: OperatorOrder, verdict: Verdict, now_s: float) -> Decision:
    phase = planner.authority.situation.phase
    return Decision(
        now_s,
        planner.config.post,
        order.act,
        _unit(planner, order),
        order.track_id,
        verdict.yes,
        phase,
        verdict.clauses,
        f"ordered by a person; {verdict.reason}",
        ref=order.ref,
        against=verdict.against,
    )


def _unit(planner: Planner, order: OperatorOrder) -> str:
    place = planner.place_of((order.shooter, order.row))
    return "" if place is None else planner.config.unit_names[int(planner.config.capability["unit"][place])]


def _word(code: Identity | Flight) -> str:
    return code.name.lower().replace("_", "-")
