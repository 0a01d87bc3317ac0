"""What kinds of showing differ in: who steers, what each seat is told once, where its sensors see, and the truth, where
there is one.
"""

from typing import Any, Protocol

from jointsky.console import ground, told, updates
from jointsky.live.seats import SeatWatch
from jointsky.live.session import Session
from jointsky.live.showing import Showing
from jointsky.sensing import sensor_table
from jointsky.vocab.records import Rows


class Teller(Protocol):
    """`steering` is the seat that moves time, by the commands in `steers`."""

    steering: str
    steers: frozenset[str]

    def static(self, seat: str, watch: SeatWatch | None) -> dict[str, Any]:
        """What a seat is told once; `watch` is that of the post it looks at (None: at none)."""
        ...

    def coverage(self, watch: SeatWatch | None, height_m: float) -> list[dict[str, Any]]:
        """Where the sensors a seat knows see a target at a height."""
        ...

    def truth(self) -> dict[str, Rows]:
        """Tables for exercise control alone; none where nothing is known to be true."""
        ...


class SessionTeller:
    """Tells of an exercise or its replay: exercise control steers and sees truth."""

    steering = told.CONTROL
    steers = told.PACE | {"look", "end", "report"}

    def __init__(self, session: Session) -> None:
        self._session = session
        nations = session.engine.world.model.names.nations
        self._backdrop = ground.backdrop(session.areas, nations)

    def static(self, seat: str, watch: SeatWatch | None) -> dict[str, Any]:
        """See Teller."""
        return told.static_of(self._session, seat, watch, self._backdrop)

    def coverage(self, watch: SeatWatch | None, height_m: float) -> list[dict[str, Any]]:
        """See Teller."""
        return ground.coverage(sensor_table(self._session.engine.world), watch, height_m)

    def truth(self) -> dict[str, Rows]:
        """See Teller."""
        return updates.truth_tables(self._session.engine.world)


def teller_of(showing: Showing) -> Teller:
    """The teller that fits."""
    if isinstance(showing, Session):
        return SessionTeller(showing)
    from jointsky.console.told_feed import (
        feed_teller,
    )  # what reads feeds takes a second to import: exercises need none of it

    return feed_teller(showing)
