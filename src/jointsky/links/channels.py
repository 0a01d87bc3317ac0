"""What a message waits on a link with little room: for its turn, for its slot, for somebody to speak.

The means of these waits are those of `links.waiting`: M/D/1 for `Queue`, frame / (2 slots) for `SlotShare`.
"""

from dataclasses import dataclass, field

import numpy as np

from jointsky.rng import Stream, draw, entity_key
from jointsky.scenario.link_terms import Slots, Voice
from jointsky.vocab.records import Rows

LONGEST_WAIT_S = 120.0
"""What would wait longer than this is not sent at all: it would be worth nothing when it came."""


@dataclass(slots=True)
class Queue:
    """One sender's turn on a link that carries `per_s` rows a second, first come, first served."""

    per_s: float
    _free_s: float = 0.0

    def wait_s(self, rows: int, t_s: float) -> float | None:
        """Seconds until `rows` handed over now are through; None where the queue is too long."""
        begin_s = max(self._free_s, t_s)
        if begin_s - t_s > LONGEST_WAIT_S:
            return None
        self._free_s = begin_s + rows / self.per_s
        return self._free_s - t_s


@dataclass(slots=True)
class SlotShare:
    """One sender's slots in a frame; where in the frame they lie is drawn by the sender's name."""

    slots: Slots
    name: str
    _next: int = 0
    _first_s: float = field(init=False)

    def __post_init__(self) -> None:
        """Find the place of the slots in the frame."""
        self._first_s = entity_key(self.name) / 2.0**64 * self._every_s

    @property
    def _every_s(self) -> float:
        return self.slots.frame / self.slots.count

    def wait_s(self, rows: int, t_s: float) -> float | None:
        """Seconds until the last of `rows` is over, the first in the next slot that is free; None: too long a wait."""
        reached = int(np.ceil((t_s - self._first_s) / self._every_s - 1e-9))
        begin = max(reached, self._next)
        if (begin - reached) * self._every_s > LONGEST_WAIT_S:
            return None
        last = begin + -(-rows // self.slots.messages) - 1
        self._next = last + 1
        return self._first_s + last * self._every_s + self.slots.length - t_s


@dataclass(slots=True)
class VoiceNet:
    """People who speak one report after the other. Of a picture they always tell the track that was told longest ago,
    new ones first, as it stands when they begin."""

    voice: Voice
    seed: int
    name: str
    _free_s: list[float] = field(init=False)
    _spoken: int = 0
    _picture_s: float = -np.inf
    _told_s: dict[int, float] = field(default_factory=dict[int, float])

    def __post_init__(self) -> None:
        """All nets are silent."""
        self._free_s = [-np.inf] * self.voice.nets

    def speak_s(self, t_s: float) -> float:
        """Seconds until one thing said now has been heard: it waits for the net that is free first."""
        begin_s = max(min(self._free_s), t_s)
        return self._take(begin_s) - t_s

    def tell(self, rows: Rows, t_s: float) -> list[tuple[int, float]]:
        """What of a picture (TRACK rows) is told from now until the next picture may come: (row, when it is heard)."""
        told: list[tuple[int, float]] = []
        before_s, self._picture_s = self._picture_s, t_s
        numbers: list[int] = rows["track_id"].tolist()
        while len(told) < len(numbers) and min(self._free_s) <= t_s:
            free_s = min(self._free_s)
            begin_s = free_s if free_s > before_s else t_s
            row = min(range(len(numbers)), key=lambda i: (self._told_s.get(numbers[i], -np.inf), numbers[i]))
            self._told_s[numbers[row]] = begin_s
            told.append((row, self._take(begin_s)))
        return told

    def _take(self, begin_s: float) -> float:
        """Take the net that is free first from `begin_s` for one report; returns when that is over."""
        net = self._free_s.index(min(self._free_s))
        self._spoken += 1
        low, high = self.voice.takes
        luck = draw(self.seed, Stream.LINK, entity_key(self.name), self._spoken, 1)
        self._free_s[net] = begin_s + round(low + (high - low) * luck, 3)
        return self._free_s[net]
