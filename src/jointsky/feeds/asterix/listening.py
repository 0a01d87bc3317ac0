"""Which edition each source of a live feed sends: judged on what has been heard lately, and again as more comes."""

from collections import deque
from collections.abc import Sequence
from dataclasses import replace

from jointsky.feeds.asterix.detect import chosen, detect, refused
from jointsky.feeds.asterix.scan import Editions, Scan, scan

WINDOW = 400
"""So many of the last datagrams are judged."""
_FIRST_AT, _EVERY = (1, 20, 100, 400), 5000
"""After how many datagrams it is judged, and then after each so many."""


class Listening:
    """Reads the datagrams of one feed. `fixed` are editions that the user said; `categories` the only ones to be taken
    (None: all)."""

    def __init__(self, fixed: Editions | None = None, categories: frozenset[int] | None = None) -> None:
        self._fixed = dict(fixed or {})
        self._categories = categories
        self._window: deque[bytes] = deque(maxlen=WINDOW)
        self._heard = 0
        self._editions: dict[tuple[int, int], str] = dict(self._fixed)
        self._refused: frozenset[int] = frozenset()

    def hear(self, datagrams: Sequence[bytes]) -> tuple[Scan, list[str]]:
        """The records of some datagrams, and what was found about editions since, in words. Categories of which no
        known edition fits are left out: nothing is better than numbers that were never sent."""
        before, self._heard = self._heard, self._heard + len(datagrams)
        self._window.extend(datagrams)
        due = any(before < at <= self._heard for at in _FIRST_AT) or before // _EVERY < self._heard // _EVERY
        news = self._judge() if due else []
        found = scan(datagrams, self._editions)
        kept = [group for group in found.groups if self._takes(group.program.category.number)]
        return replace(found, groups=kept), news

    def _takes(self, category: int) -> bool:
        return category not in self._refused and (self._categories is None or category in self._categories)

    def _judge(self) -> list[str]:
        choices = detect(list(self._window))
        named = {category for category, _ in self._fixed}
        without = [choice for choice in refused(choices) if choice.category not in named]
        news = [choice.words() for choice in without if choice.category not in self._refused]
        editions = {**chosen(choices), **self._fixed}
        known = {choice.category: choice for choice in choices if choice.edition}
        for (category, source), edition in sorted(editions.items()):
            if category in known and self._editions.get((category, source)) != edition:
                news.append(f"CAT{category:03d}, {known[category].name}: read in edition {edition}")
        self._editions = editions
        self._refused = frozenset(choice.category for choice in without)
        return news
