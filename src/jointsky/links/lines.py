"""Physical links: which are up, which messages are lost."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np

from jointsky.kernels.draws import uniform
from jointsky.links.arrangement import Link
from jointsky.rng import Stream, entity_key
from jointsky.vocab.messages import LinkState

_LINK = np.uint64(Stream.LINK)
_typed_uniform: Any = uniform


class OwnNetwork(Protocol):
    """A nation's own network between sensors, posts and units: fixed delay in seconds, chance that a message is
    lost."""

    @property
    def delay(self) -> float:
        """Seconds from a sensor to a post, or from a post to a unit."""
        ...

    @property
    def loss(self) -> float:
        """Chance that a message is lost."""
        ...


@dataclass(frozen=True, slots=True)
class Dropped:
    """A message that did not get through: when, over which link (a nation's name: its own network), what, how many
    rows, why."""

    t_s: float
    link: str
    kind: str
    sender: str
    receiver: str
    rows: int
    reason: str


@dataclass(slots=True)
class Lines:
    """The state of all links. Outages come from the plan (`Link.cuts`) and from `cut` and `restore`."""

    links: Mapping[str, Link]
    seed: int
    up: dict[str, bool] = field(default_factory=dict[str, bool])
    _cut: set[str] = field(default_factory=set[str])
    _keys: dict[str, np.uint64] = field(default_factory=dict[str, np.uint64])

    def advance(self, t_s: float) -> list[LinkState]:
        """Bring the links to time `t_s`; returns those that changed."""
        changes: list[LinkState] = []
        for name, link in sorted(self.links.items()):
            up = name not in self._cut and not any(start <= t_s < end for start, end in link.cuts)
            if up != self.up.get(name, True):
                changes.append(LinkState(name, up, t_s))
            self.up[name] = up
        return changes

    def cut(self, link: str) -> None:
        """Take a link down until `restore`; raises KeyError for an unknown link."""
        self._cut.add(self.links[link].name)

    def restore(self, link: str) -> None:
        """End a `cut`."""
        self._cut.discard(link)

    def is_lost(self, chance: float, channel: str, t_s: float, k: int = 0) -> bool:
        """Whether the message of this channel (names of link, sender, receiver and kind) and millisecond is lost."""
        if chance <= 0.0:
            return False
        key = self._keys.get(channel)
        if key is None:
            key = self._keys[channel] = np.uint64(entity_key(channel))
        # typed numbers: a bare int or an IntEnum costs the compiled call two hundred times its own work
        return _typed_uniform(np.uint64(self.seed), _LINK, key, np.uint64(round(t_s * 1000.0)), np.uint64(k)) < chance
