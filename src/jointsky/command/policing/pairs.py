"""The pairs on duty: which fighters go to an incident, and the orders that send them, hold them, call them home.

Every order asks the agreement as every other order of the post does, and stands in the post's ledger.
"""

from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from jointsky.command.ledger import Asset, Engagement
from jointsky.command.planner import ORDERS_PER_POST, Planner
from jointsky.command.policing.access import over_land
from jointsky.links.agreements import Verdict
from jointsky.vocab.codes import Act, Flight, Identity, Shooter
from jointsky.vocab.messages import Decision
from jointsky.vocab.records import Rows

PAIR = 1
"""Aircraft that are ordered for a pair: its leader. The wingman flies with him and is not simulated."""
READY = (Flight.PARKED, Flight.STARTING, Flight.ORDERED, Flight.RETURNING)
FORCE_SHOTS = 1
Order = tuple[Rows, tuple[str, ...]]
"""An ORDER row and the clauses that allow it."""


@dataclass(slots=True)
class Pairs:
    """The fighters at work, by the number of the track they are for."""

    at_work: dict[int, list[Asset]] = field(default_factory=dict[int, list[Asset]])

    def send(
        self,
        planner: Planner,
        act: Act,
        track: np.void,
        place_ecef_m: tuple[float, float, float] | None,
        guests: bool,
        now_s: float,
    ) -> tuple[list[Order], list[Decision]]:
        """Order the soonest fighters that may go, until a pair is at work; `act` SCRAMBLE to the track, or POSITION to
        a place. `guests` are asked for over the own land alone. A refusal is a decision too."""
        number = int(track["track_id"])
        working = self.at_work.setdefault(number, [])
        working[:] = [asset for asset in working if _flies(planner, asset)]
        again = [asset for asset in working if act == Act.SCRAMBLE and not planner.ledger.of(asset, number)]
        places = [place for asset in again if (place := planner.place_of(asset)) is not None]
        places += _soonest(planner, track, self._busy(), guests) if len(working) < PAIR else []
        orders: list[Order] = []
        notes: list[Decision] = []
        for place in places:
            asset = _asset(planner, place)
            if asset not in working and len(working) >= PAIR:
                break
            order, note = _order(planner, act, place, track, place_ecef_m, now_s)
            notes.append(note)
            if order is not None:
                orders.append(order)
                working += [asset] if asset not in working else []
        return orders, notes

    def recall(self, planner: Planner, number: int, now_s: float) -> list[Order]:
        """Send home whoever is at work for a track."""
        orders: list[Order] = []
        for asset in self.at_work.pop(number, []):
            for item in planner.ledger.of(asset, number):
                del planner.ledger.open[item.order_id]
            place = planner.place_of(asset)
            if place is None or not _flies(planner, asset):
                continue
            row = planner.order_row(int(planner.status["order_id"][place]), Act.RECOVER, place, None, 0, now_s)
            verdict = planner.authority.verdict(Act.RECOVER, int(row["unit"][0]), None)
            if verdict.yes:
                orders.append((row, verdict.clauses))
        return orders

    def engage(
        self, planner: Planner, track: np.void, civil: bool, land: str, now_s: float
    ) -> tuple[list[Order], list[Decision]]:
        """Let the first of the pair that may engage over the land below do so. Of a civil aircraft the agreement is
        asked as of one."""
        number, notes = int(track["track_id"]), list[Decision]()
        for asset in self.at_work.get(number, []):
            place = planner.place_of(asset)
            if place is None:
                continue
            unit = _unit(planner, place)
            verdict = planner.authority.verdict(Act.ENGAGE, unit, _as_seen(track, civil))
            below = over_land(planner.authority, Act.ENGAGE, unit, track, civil, land)
            verdict = verdict if below.yes else below
            if not verdict.yes:
                notes.append(_note(planner, Act.ENGAGE, place, number, verdict, now_s))
                continue
            row = _taken_up(planner, Act.ENGAGE, place, track, verdict, now_s)
            return [(row, verdict.clauses)], [_noted(planner, Act.ENGAGE, place, number, verdict, row, now_s)]
        return [], notes

    def break_off(self, planner: Planner, track: np.void, now_s: float) -> list[Order]:
        """Take back an order to engage; the pair stays where it is until it is sent again."""
        number, orders = int(track["track_id"]), list[Order]()
        for asset in self.at_work.get(number, []):
            place = planner.place_of(asset)
            for item in planner.ledger.of(asset, number):
                if place is not None and item.act == Act.ENGAGE:
                    orders.append((planner.order_row(item.order_id, Act.CEASE, place, track, 0, now_s), item.clauses))
                    del planner.ledger.open[item.order_id]
        return orders

    def follow(self, alias: dict[int, int]) -> None:
        """Let tracks that go on under another number keep their pair."""
        for old in [number for number in self.at_work if number in alias]:
            self.at_work.setdefault(alias[old], self.at_work.pop(old))

    def _busy(self) -> set[Asset]:
        return {asset for pair in self.at_work.values() for asset in pair}


def _soonest(planner: Planner, track: np.void, busy: set[Asset], guests: bool) -> list[int]:
    """Rows of the capability table of fighters that could go, the soonest at the track first."""
    cap, status = planner.config.capability, planner.status
    away = status["pos_ecef_m"] - track["pos_ecef_m"]
    ground = np.isin(status["status"], (Flight.PARKED, Flight.STARTING))
    flight_s = np.sqrt((away * away).sum(axis=1)) / np.maximum(cap["dash_mps"], 1.0)
    there_s = flight_s + np.where(ground, cap["delay_s"], 0.0)
    able = (cap["shooter"] == Shooter.FIGHTER) & np.isin(status["status"], READY) & (status["shots_left"] > 0)
    able &= np.isfinite(status["t_valid_s"]) & _ours(planner)
    if not guests:
        units = planner.authority.arrangement.units
        able &= np.array([units[unit].nation == planner.authority.nation for unit in cap["unit"]], np.bool_)
    rows: list[int] = np.argsort(there_s, kind="stable").tolist()
    return [i for i in rows if able[i] and _asset(planner, i) not in busy]


def _order(
    planner: Planner, act: Act, place: int, track: np.void, there: tuple[float, float, float] | None, now_s: float
) -> tuple[Order | None, Decision]:
    number = int(track["track_id"])
    verdict = planner.authority.verdict(act, _unit(planner, place), track)
    if not verdict.yes:
        return None, _note(planner, act, place, number, verdict, now_s)
    row = _taken_up(planner, act, place, track, verdict, now_s)
    if there is not None:
        row["pos_ecef_m"], row["vel_ecef_mps"] = there, 0.0
    return (row, verdict.clauses), _noted(planner, act, place, number, verdict, row, now_s)


def _taken_up(planner: Planner, act: Act, place: int, track: np.void, verdict: Verdict, now_s: float) -> Rows:
    """The ORDER row of an order that may be given, and its entry in the ledger: a place to wait at has none, since it
    does not move with the track."""
    asset, number = _asset(planner, place), int(track["track_id"])
    for item in planner.ledger.of(asset):
        del planner.ledger.open[item.order_id]
    shots = FORCE_SHOTS if act == Act.ENGAGE else 0
    row = planner.order_row(planner.next_order_id(), act, place, track, shots, now_s)
    rules_s = planner.config.roe[planner.authority.situation.phase].approval_s if act == Act.ENGAGE else 0.0
    approved_s = now_s + max(verdict.takes_s, rules_s)
    row["t_approved_s"] = approved_s
    planner.pools.admit(row, verdict.clauses, now_s)
    if act != Act.POSITION:
        planner.ledger.add(
            Engagement(
                int(row["order_id"][0]),
                number,
                asset,
                0.0,
                now_s,
                now_s,
                verdict.clauses,
                shots,
                act,
                approved_s,
                escalates=False,
            )  # fmt: skip
        )
    return row


def _as_seen(track: np.void, civil: bool) -> np.void:
    seen = track.copy()
    if civil:
        seen["identity"] = Identity.NEUTRAL
    return seen


def _flies(planner: Planner, asset: Asset) -> bool:
    place = planner.place_of(asset)
    return place is not None and int(planner.status["status"][place]) in READY and bool(_ours(planner)[place])


def _ours(planner: Planner) -> NDArray[np.bool_]:
    """Rows of the capability table that no other post has ordered."""
    numbers = planner.status["order_id"]
    return (numbers == 0) | (numbers // ORDERS_PER_POST == planner.config.first_order_id // ORDERS_PER_POST)


def _asset(planner: Planner, place: int) -> Asset:
    cap = planner.config.capability[place]
    return int(cap["shooter"]), int(cap["row"])


def _unit(planner: Planner, place: int) -> int:
    return int(planner.config.capability["unit"][place])


def _note(planner: Planner, act: Act, place: int, number: int, verdict: Verdict, now_s: float) -> Decision:
    unit, phase = planner.config.unit_names[_unit(planner, place)], planner.authority.situation.phase
    reason = f"air policing: {verdict.reason}"
    return Decision(
        now_s, planner.config.post, act, unit, number, verdict.yes, phase, verdict.clauses, reason,
        against=verdict.against,
    )  # fmt: skip


def _noted(planner: Planner, act: Act, place: int, number: int, verdict: Verdict, row: Rows, now_s: float) -> Decision:
    note = _note(planner, act, place, number, verdict, now_s)
    return replace(note, order_id=int(row["order_id"][0]), t_approved_s=float(row["t_approved_s"][0]))
