"""What happened at a seat, as JSON for the client."""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from jointsky.live.seats import Event, Notice, SeatWatch
from jointsky.vocab.codes import Alert
from jointsky.vocab.messages import (
    Alerts,
    Called,
    Consent,
    Decision,
    LinkState,
    OperatorOrder,
    Phase,
    ShotReports,
    Statement,
)

SAYINGS = {
    "withdraw": "consent is taken back:",
    "restore": "consent is given again:",
    "refuse": "consent is refused to the orders that wait for it by",
    "attacked": "help is called for against the attack on",
}
"""What people may say, in words."""


def event_json(watch: SeatWatch, event: Event, commands: Mapping[int, str]) -> dict[str, Any]:
    """An event as the client is told it; `commands` are the ids of commands by the number of the order they became."""
    told: dict[str, Any] = {"n": event.n, "t_s": event.t_s}
    match event.what:
        case Alerts(rows=rows):
            told |= _alert(watch, rows[0])
        case Decision() as note:
            told |= _decision(note, commands)
        case ShotReports(rows=rows):
            told |= _result(watch, rows[0])
        case Phase(name=name):
            told |= {"type": "phase", "phase": name}
        case LinkState(link=link, up=up):
            told |= {"type": "link", "link": link, "up": up}
        case OperatorOrder() as order:
            told |= _order(watch, order, commands)
        case Consent(name=name, given=given):
            text = "given again" if given else "taken back"
            told |= {"type": "notice", "text": f"consent to {name} was {text}"}
        case Called(clause=clause):
            told |= {"type": "notice", "text": f"help by {clause} was called for and will be given"}
        case Statement(word=word, name=name, by=by):
            told |= {"type": "notice", "text": f"this seat said for {by}: {SAYINGS[word]} {name}"}
        case Notice(text=text):
            told |= {"type": "notice", "text": text}
        case what:
            raise TypeError(f"a seat's event is {type(what).__name__}, which has no words")
    return told


def _alert(watch: SeatWatch, row: np.void) -> dict[str, Any]:
    kind, nation = Alert(int(row["kind"])), int(row["nation"])
    names = watch.arrangement.nations
    where = names[nation] if 0 <= nation < len(names) else "the protected land"
    text = (
        f"track {int(row['track_id'])} has crossed the border of {where}" if kind == Alert.BORDER else kind.name.lower()
    )
    return {
        "type": "alert",
        "alert": int(kind),
        "track": int(row["track_id"]),
        "nation": nation,
        "severity": "warning",
        "text": text,
        "probability": _number(row["probability"]),
        "distance_m": _number(row["distance_m"]),
        "lon_deg": _number(row["lon_deg"]),
        "lat_deg": _number(row["lat_deg"]),
    }


def _decision(note: Decision, commands: Mapping[int, str]) -> dict[str, Any]:
    return {
        "type": "decision",
        "act": note.act,
        "unit": note.unit,
        "track": note.track_id,
        "allowed": note.allowed,
        "phase": note.phase,
        "clauses": list(note.clauses),
        "against": list(note.against),
        "reason": note.reason,
        "order": note.order_id,
        "approved_s": _number(note.t_approved_s),
        "command": commands.get(note.ref, ""),
        "rank": note.rank,
        "value": _number(note.value),
        "bound": _number(note.bound),
    }


def _result(watch: SeatWatch, row: np.void) -> dict[str, Any]:
    return {
        "type": "result",
        "order": int(row["order_id"]),
        "track": int(row["track_id"]),
        "shot": int(row["result"]),
        "shooter": shooter_number(watch, int(row["shooter"]), int(row["row"])),
        "shots": int(row["shots"]),
    }


def _order(watch: SeatWatch, order: OperatorOrder, commands: Mapping[int, str]) -> dict[str, Any]:
    number = shooter_number(watch, order.shooter, order.row)
    return {
        "type": "order",
        "command": commands.get(order.ref, ""),
        "act": order.act,
        "shooter": number,
        "track": order.track_id,
    }


def shooter_number(watch: SeatWatch, shooter: int, row: int) -> int:
    """The seat's number of a launcher or fighter; -1 for one it does not know."""
    place = watch.post.planner.place_of((shooter, row)) if watch.post.planner is not None else None
    found = np.flatnonzero(watch.known.shooters == (-1 if place is None else place))
    return int(found[0]) if len(found) else -1


def _number(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None
