"""What the words of `exercise --dis` mean: where other simulations are, what they call us, and how we join."""

import ipaddress
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from jointsky.errors import FeedError

if TYPE_CHECKING:
    from jointsky.feeds.dis.types import Types
    from jointsky.feeds.sources.datagrams import OpenPort
    from jointsky.live.session import Session
    from jointsky.scenario.load import Scenario


class Joining(NamedTuple):
    """All that joining needs, checked, and the port taken."""

    port: "OpenPort"
    types: Path | None
    exercise: int
    site: int
    application: int

    @classmethod
    def of(
        cls, place: str, listen: int, interface: str, exercise: int, own: str, types: Path | None, rate: float
    ) -> "Joining":
        """Check the words and take the port. Raises FeedError, which names the option."""
        from jointsky.feeds.sources.datagrams import OpenPort, endpoint

        if rate != 1.0:
            raise FeedError(f"--rate: found {rate:g}, expected 1 with --dis: other simulations keep real time")
        site, application = _own(own)
        try:
            ipaddress.IPv4Address(interface)
        except ValueError:
            raise FeedError(f"--dis-interface: found {interface!r}, expected an address such as 127.0.0.1") from None
        there = endpoint(place, "--dis")
        try:
            port = OpenPort(there, interface=interface, listen=listen)
        except FeedError as error:
            raise FeedError(f"--dis: {error}") from error
        return cls(port, types, exercise, site, application)

    def join(self, session: "Session", scenario: "Scenario", table: "Types") -> None:
        """Make a session take part."""
        from jointsky.live.arrivals import Ident
        from jointsky.live.federation import Federation

        own = Ident(self.site, self.application)
        session.join(Federation.of(self.port, session.engine, scenario, table, own, self.exercise))

    def table(self, scenario: "Scenario") -> "Types":
        """The table of types, for a scenario's catalogue. Raises FeedError for a file that is none, OSError for one
        that cannot be read."""
        from jointsky.feeds.dis.types import read_types

        flown = [
            name
            for name in scenario.catalogue.names("aircraft")
            if scenario.catalogue.aircraft(name).is_a != "ballistic"
        ]
        return read_types(self.types, flown)


def _own(text: str) -> tuple[int, int]:
    try:
        site, application = (int(part) for part in text.split(":"))
        if not (0 < site < 0xFFFF and 0 < application < 0xFFFF):
            raise ValueError
    except ValueError:
        raise FeedError(f"--dis-id: found {text!r}, expected SITE:APPLICATION, each 1 to 65534, such as 1:1") from None
    return site, application
