"""Whether a message gets through: over a link or a nation's own network, up or down, lost on the way or not."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from jointsky.links.arrangement import Link
from jointsky.links.channels import Queue, SlotShare, VoiceNet
from jointsky.links.lines import Dropped, Lines, OwnNetwork
from jointsky.vocab.records import Rows

UNSPOKEN = ("states", "plots")
"""What is not said on a voice net: units report their states at standing times, plots are not words."""


@dataclass(slots=True)
class Carrier:
    """The links and the nations' own networks as they are now. `dropped` tells what did not get through."""

    lines: Lines
    networks: Mapping[str, OwnNetwork]
    dropped: list[Dropped] = field(default_factory=list[Dropped])
    _shares: dict[tuple[str, str], Queue | SlotShare] = field(default_factory=dict[tuple[str, str], Queue | SlotShare])
    _nets: dict[str, VoiceNet] = field(default_factory=dict[str, VoiceNet])

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
        if self.lines.is_lost(self.lines.loss(link, loss), f"{link}:{sender}>{receiver}:{kind}:{clause}", t_s, k):
            self.drop(t_s, link, kind, sender, receiver, rows, "lost on the way")
            return False
        return True

    def way_s(
        self, link: Link, kind: str, sender: str, receiver: str, rows: int, t_s: float, k: int = 0, clause: str = "",
    ) -> float | None:  # fmt: skip
        """Seconds that a message takes over a link, its wait counted in; None where it does not get through."""
        if not self.carries(link.name, link.loss, kind, sender, receiver, rows, t_s, k, clause):
            return None
        if link.is_free:
            return link.delay_s
        if link.voice is not None:
            return link.delay_s + (0.0 if kind in UNSPOKEN else self.net(link).speak_s(t_s))
        wait_s = self._share(link, sender).wait_s(rows, t_s)
        if wait_s is None:
            self.drop(t_s, link.name, kind, sender, receiver, rows, "too much waits on the link")
            return None
        return link.delay_s + wait_s

    def tracks_over(
        self, link: Link, sender: str, receiver: str, rows: Rows, t_s: float, clause: str
    ) -> list[tuple[Rows, float]]:
        """What of a picture (TRACK rows) gets over a link, and how long each part takes: all at once, or on a voice net
        one track after the other."""
        if link.voice is None:
            way_s = self.way_s(link, "tracks", sender, receiver, len(rows), t_s, clause=clause)
            return [] if way_s is None else [(rows, way_s)]
        told = self.net(link).tell(rows, t_s)
        way = (link.name, link.loss, "tracks", sender, receiver, 1, t_s)
        heard = [item for item in told if self.carries(*way, k=item[0], clause=clause)]
        return [(rows[row : row + 1].copy(), end_s - t_s + link.delay_s) for row, end_s in heard]

    def net(self, link: Link) -> VoiceNet:
        """The voice net of a link that has one; raises ValueError for another link."""
        if link.voice is None:
            raise ValueError(f"link {link.name} has no voice net")
        return self._nets.setdefault(link.name, VoiceNet(link.voice, self.lines.seed, f"{link.name}.voice"))

    def _share(self, link: Link, sender: str) -> Queue | SlotShare:
        """What a sender has of a link with little room."""
        share = self._shares.get((link.name, sender))
        if share is None:
            name = f"{link.name}:{sender}"
            share = Queue(link.capacity_per_s) if link.slots is None else SlotShare(link.slots, name)
            self._shares[link.name, sender] = share
        return share

    def drop(self, t_s: float, link: str, kind: str, sender: str, receiver: str, rows: int, reason: str) -> None:
        """Note a message that does not get through."""
        self.dropped.append(Dropped(t_s, link, kind, sender, receiver, rows, reason))
