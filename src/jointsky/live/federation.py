"""An exercise together with other simulations (DIS): theirs come in before each tick, ours go out after it."""

from dataclasses import dataclass, field
from typing import Protocol

from jointsky.clock import utc_now_us
from jointsky.engine.plan import Engine
from jointsky.feeds.dis.layouts import Pdu
from jointsky.feeds.dis.pdus import Fields, encode_pdu
from jointsky.feeds.dis.stamps import HOUR_US, stamp
from jointsky.feeds.dis.types import Types
from jointsky.feeds.pcap import Datagram
from jointsky.live.announcing import Announcer
from jointsky.live.arrivals import Arrivals, Ident
from jointsky.scenario.load import Scenario
from jointsky.vocab.messages import Input
from jointsky.world.sites import radar_types
from jointsky.world.tick import Tick
from jointsky.world.world import World

STOP_FOR_A_WHILE, STOP_FOR_GOOD = 1, 2
"""Reasons of a Stop/Freeze: recess, termination."""
UNABLE = 2
ACKNOWLEDGES = {Pdu.START_RESUME: 3, Pdu.STOP_FREEZE: 4, Pdu.SET_DATA: 5}
"""The flag of an acknowledgement, by what is acknowledged."""


class Port(Protocol):
    """Where datagrams come from and go to: `feeds.sources.OpenPort`."""

    def take(self) -> list[Datagram]:
        """What has arrived since the last time."""
        ...

    def send(self, datagrams: list[bytes]) -> None:
        """Send each to everybody."""
        ...

    def close(self) -> None:
        """Let go of it."""
        ...


@dataclass(slots=True)
class Federation:
    """The DIS side of one exercise. An observer of its engine."""

    port: Port
    arrivals: Arrivals
    announcer: Announcer
    requests: int = 0
    closed: bool = field(default=False)

    @classmethod
    def of(
        cls, port: Port, engine: Engine, scenario: Scenario, types: Types, own: Ident, exercise: int
    ) -> "Federation":
        """That of an engine that has not run yet."""
        arrivals = Arrivals(engine.world, types, own, exercise)
        kinds = radar_types(scenario, scenario.catalogue)
        return cls(port, arrivals, Announcer(engine.world, types, own, exercise, arrivals, kinds))

    def hear(self, t_s: float) -> list[Input]:
        """What others have said since the last time, as inputs of the tick that begins at `t_s` now."""
        told = self.arrivals.hear(self.port.take(), t_s, utc_now_us())
        for order in self.arrivals.orders:
            self._refuse(order)
        self.arrivals.orders.clear()
        return told

    def on_tick(self, world: World, tick: Tick) -> None:
        """Tell others what is due."""
        self.port.send(self.announcer.announce(utc_now_us()))

    def freeze(self, reason: int = STOP_FOR_A_WHILE) -> None:
        """Say that this exercise stands still."""
        self._say({"type": Pdu.STOP_FREEZE, "reason": reason, "real_time": _clock_time(utc_now_us())})

    def go_on(self, t_s: float) -> None:
        """Say that it goes on."""
        times = {"real_time": _clock_time(utc_now_us()), "simulation_time": _clock_time(int(t_s * 1e6))}
        self._say({"type": Pdu.START_RESUME, **times})

    def close(self) -> None:
        """Take ours out and leave, once."""
        if not self.closed:
            self.closed = True
            self.port.send(self.announcer.farewell(utc_now_us()))
            self.freeze(STOP_FOR_GOOD)
            self.port.close()

    def words(self) -> str:
        """Who was there, in one line."""
        refused = ", ".join(f"{count} {why}" for why, count in sorted(self.arrivals.refused.items()) if count)
        return f"{len(self.arrivals.known)} entities of others" + (f"; not taken in: {refused}" if refused else "")

    def _say(self, pdu: Fields) -> None:
        self.requests += 1
        parties = {"originating": self.arrivals.own._asdict(), "receiving": Ident(0xFFFF, 0xFFFF, 0xFFFF)._asdict()}
        head = {"exercise": self.arrivals.exercise, "timestamp": stamp(utc_now_us())}
        self.port.send([encode_pdu({**pdu, **head, **parties, "request": self.requests})])

    def _refuse(self, order: Fields) -> None:
        """Control of this exercise alone starts and stops it: others are told that it does not."""
        answer = {
            "type": Pdu.ACKNOWLEDGE,
            "exercise": self.arrivals.exercise,
            "timestamp": stamp(utc_now_us()),
            "originating": self.arrivals.own._asdict(),
            "receiving": order["originating"],
            "flag": ACKNOWLEDGES[order["type"]],
            "response": UNABLE,
            "request": order["request"],
        }
        self.port.send([encode_pdu(answer)])


def _clock_time(us: int) -> dict[str, int]:
    return {"hours": us // HOUR_US, "past_hour": stamp(us)}
