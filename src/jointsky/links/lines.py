"""Physical links: which are up, which messages are lost."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np

from jointsky.kernels.draws import uniform
from jointsky.links.arrangement import Link
from jointsky.links.outages import two_state
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
class _TwoState:
    """The state of an outage process as time goes on."""

    times: Iterator[tuple[float, bool]]
    _now: bool = True
    _next: tuple[float, bool] | None = None

    def at(self, t_s: float) -> bool:
        """Whether it works at `t_s`; time never goes back."""
        while True:
            change = self._next = self._next or next(self.times)
            if change[0] > t_s:
                return self._now
            self._now, self._next = change[1], None


@dataclass(slots=True)
class Lines:
    """The state of all links. Outages come from the plan (`Link.cuts`), by chance (`Link.outages`), from jammers, and
    from `cut` and `restore`."""

    links: Mapping[str, Link]
    seed: int
    up: dict[str, bool] = field(default_factory=dict[str, bool])
    jammed: frozenset[str] = frozenset()
    """The links that jammers silence now; whoever sees jammers sets it."""
    _worse: dict[str, float] = field(default_factory=dict[str, float])
    """The chance of loss of each link that is in its bad state, but not down."""
    _states: dict[str, _TwoState] = field(default_factory=dict[str, _TwoState])
    _cut: set[str] = field(default_factory=set[str])
    _keys: dict[str, np.uint64] = field(default_factory=dict[str, np.uint64])

    def advance(self, t_s: float) -> list[LinkState]:
        """Bring the links to time `t_s`; returns those that changed."""
        changes: list[LinkState] = []
        for name, link in sorted(self.links.items()):
            up = name not in self._cut and not any(start <= t_s < end for start, end in link.cuts)
            up = up and name not in self.jammed and self._is_good(link, t_s)
            if up != self.up.get(name, True):
                changes.append(LinkState(name, up, t_s))
            self.up[name] = up
        return changes

    def loss(self, link: str, chance: float) -> float:
        """The chance that a message is lost on a link now, `chance` in its good state."""
        return max(self._worse.get(link, 0.0), chance)

    def _is_good(self, link: Link, t_s: float) -> bool:
        """Whether the outages of a link leave it up; a bad state that loses only some messages is kept in mind."""
        if link.outages is None:
            return True
        state = self._states.get(link.name)
        if state is None:
            times = two_state(self.seed, Stream.LINK, link.name, link.outages.every, link.outages.lasts)
            state = self._states[link.name] = _TwoState(times)
        works = state.at(t_s)
        self._worse[link.name] = 0.0 if works else link.outages.loss
        return works or link.outages.loss < 1.0

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
