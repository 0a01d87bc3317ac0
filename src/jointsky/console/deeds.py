"""Commands carried out, each under the hub's lock: who may, what changes, and the answer."""

import asyncio
import logging
from typing import Any

from jointsky.console.commands import ACTS, WEAPONS, Command, Coverage, Look, Plain, Rate, Say, Step, Wish
from jointsky.console.hub import Desk, Hub
from jointsky.errors import JointskyError
from jointsky.live.session import Session
from jointsky.live.showing import State
from jointsky.vocab.messages import OperatorOrder

LOG = logging.getLogger("jointsky.console")
Answer = dict[str, Any]


async def carry_out(hub: Hub, desk: Desk, command: Command) -> Answer:
    """Do what a seat's command says, or not; the answer either way."""
    try:
        if isinstance(command, Plain) and command.kind == "report":
            return await _report(hub, desk, command)
        async with hub.lock:
            return await _done(hub, desk, command)
    except (PermissionError, ValueError, KeyError, JointskyError) as refusal:
        return _answer(command, False, str(refusal))
    except OSError as error:
        LOG.exception("seat %s: %s failed", desk.name, command.kind)
        return _answer(command, False, f"{command.kind} failed: {error.strerror or error}")


async def _done(hub: Hub, desk: Desk, command: Command) -> Answer:
    match command:
        case Wish(kind="order"):
            return _order(hub, desk, command)
        case Wish():
            return _ask(hub, desk, command)
        case Say(word=word, name=name):
            if not isinstance(hub.session, Session) or desk.name == hub.steering:
                raise PermissionError(f"{desk.name} speaks for nobody")
            return _answer(command, True) | {"tick": hub.session.say(desk.name, word, name)}
        case Coverage(height_m=height_m):
            return _answer(command, True) | {"height_m": height_m, "rings": hub.teller.coverage(desk.watch, height_m)}
        case _:
            return await _control(hub, desk, command)


def _wish(hub: Hub, desk: Desk, wish: Wish) -> OperatorOrder:
    if desk.watch is None or desk.watch.post.planner is None or desk.watch.post.name != desk.name:
        raise PermissionError(f"{desk.name} gives no orders to units")
    known = desk.watch.known.shooters
    if wish.shooter >= len(known):
        raise PermissionError(f"there is no launcher or fighter {wish.shooter}, expected 0 to {len(known) - 1}")
    cap = desk.watch.post.planner.config.capability[int(known[wish.shooter])]
    weapons = WEAPONS[wish.weapons] if wish.weapons is not None else 0
    return OperatorOrder(
        desk.name, int(ACTS[wish.act]), int(cap["shooter"]), int(cap["row"]), wish.track, wish.shots, int(weapons)
    )


def _order(hub: Hub, desk: Desk, wish: Wish) -> Answer:
    order, session = _wish(hub, desk, wish), hub.session
    if not isinstance(session, Session):
        raise PermissionError("nobody gives orders here")
    ref = session.next_ref(desk.name)
    numbered = OperatorOrder(
        order.post, order.act, order.shooter, order.row, order.track_id, order.shots, order.weapons, ref
    )
    tick = session.order(numbered)
    desk.remember(ref, wish.id)
    return _answer(wish, True) | {"tick": tick}


def _ask(hub: Hub, desk: Desk, wish: Wish) -> Answer:
    order = _wish(hub, desk, wish)
    if desk.watch is None:
        raise PermissionError(f"{desk.name} gives no orders to units")
    verdict = desk.watch.post.judge(order, hub.session.t_s)
    return _answer(wish, True, verdict.reason) | {
        "allowed": verdict.yes,
        "clauses": list(verdict.clauses),
        "against": list(verdict.against),
        "approval_by": verdict.approval_by,
        "takes_s": verdict.takes_s,
    }


async def _control(hub: Hub, desk: Desk, command: Command) -> Answer:
    _check_steers(hub, desk, command)
    session = hub.session
    match command:
        case Plain(kind="pause"):
            session.pause()
        case Plain(kind="resume"):
            session.resume(hub.now_s)
        case Plain(kind="end"):
            await asyncio.to_thread(session.close, "exercise control ended it")
        case Rate(rate=rate):
            session.set_rate(rate, hub.now_s)
        case Step(ticks=ticks):
            if session.state != State.PAUSED:
                raise PermissionError(f"the session is {session.state}; pause it to step")
            return _answer(command, True) | {"tick": await hub.step(ticks)}
        case Look(post=post):
            if post is not None and post not in session.watches:
                raise PermissionError(f"there is no post {post}")
            hub.look(post)
        case _:
            raise PermissionError(f"{command.kind} is nothing that control does")
    hub.nudge()
    return _answer(command, True) | {"tick": session.next_tick}


def _check_steers(hub: Hub, desk: Desk, command: Command) -> None:
    if desk.name != hub.steering:
        raise PermissionError(f"only exercise control may {command.kind}")
    if command.kind not in hub.teller.steers:
        raise PermissionError(f"{command.kind} is nothing that can be done with {hub.session.mode} data")


async def _report(hub: Hub, desk: Desk, command: Plain) -> Answer:
    """Make the report off the loop and beside the lock: an hour's takes a while, and nobody else waits for it."""
    _check_steers(hub, desk, command)
    if hub.report is None:
        raise PermissionError("this session is not recorded, so there is nothing to report")
    if isinstance(hub.session, Session) and hub.session.keep is not None:
        raise PermissionError("the report is made of a finished recording: end the session first")
    async with hub.reporting:
        page = await asyncio.to_thread(hub.report)
    name = next((name for name, known in hub.pages.items() if known == page), None) or hub.page_name()
    hub.pages[name] = page
    return _answer(command, True) | {"url": f"/report/{name}"}


def _answer(command: Command, ok: bool, reason: str = "") -> Answer:
    return {"kind": "answer", "id": command.id, "ok": ok, "reason": reason}
