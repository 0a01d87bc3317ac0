"""Whether a message gets through: over a link or a nation's own network, up or down, lost on the way or not."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from jointsky.links.lines import Dropped, Lines, OwnNetwork


@dataclass(slots=True)
class Carrier:
    """The links and the nations' own networks as they are now. `dropped` tells what did not get through."""

    lines: Lines
    networks: Mapping[str, OwnNetwork]
    dropped: list[Dropped] = field(default_factory=list[Dropped])

    def own(self, nation: str) -> tuple[float, float]:
        """Delay in seconds and chance of loss of a nation's own network."""
        network = self.networks.get(nation)
        return (0.0, 0.0) if network is None else (network.delay, network.loss)

    def carries(
        self, link: str, loss: float, kind: str, sender: str, receiver: str, rows: int, t_s: float,
        k: int = 0, clause: str = "",
    ) -> bool:  # fmt: skip
        """Whether a message gets through. `k` and the id of the `clause` tell messages of one millisecond apart (the
        clause's place among all would change with what others agree)."""
        if not self.lines.up.get(link, True):
            self.drop(t_s, link, kind, sender, receiver, rows, "link is down")
            return False
        if self.lines.is_lost(loss, f"{link}:{sender}>{receiver}:{kind}:{clause}", t_s, k):
            self.drop(t_s, link, kind, sender, receiver, rows, "lost on the way")
            return False
        return True

    def drop(self, t_s: float, link: str, kind: str, sender: str, receiver: str, rows: int, reason: str) -> None:
        """Note a message that does not get through."""
        self.dropped.append(Dropped(t_s, link, kind, sender, receiver, rows, reason))
