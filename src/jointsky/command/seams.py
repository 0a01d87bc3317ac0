"""Which tracks of a post's picture crossed from one post's area into another's, and when."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from jointsky.links.arrangement import Arrangement, Situation
from jointsky.links.places import NOWHERE, Places, areas_of
from jointsky.vocab.messages import HandOver
from jointsky.vocab.records import Rows

NEVER_S = float("inf")
NO_CROSSING = (NEVER_S, NOWHERE)
"""What `Seams.of` says of a track that did not cross."""


class Crossing(NamedTuple):
    """In whose area a track is, since when (-inf: always), and whose it left (empty: nobody's)."""

    area: str
    since_s: float
    came_from: str


@dataclass(slots=True)
class Seams:
    """What one post has seen of crossings, by track number."""

    crossings: dict[int, Crossing] = field(default_factory=dict[int, Crossing])

    def watch(self, arr: Arrangement, post: str, tracks: Rows, situation: Situation) -> list[HandOver]:
        """Look at a picture (TRACK rows); returns the tracks that just left the area of `post` for another's."""
        if not arr.areas:
            return []
        places = Places.at(tracks["lat_deg"], tracks["lon_deg"])
        found: list[HandOver] = []
        seen: dict[int, Crossing] = {}
        for track, area in zip(tracks, areas_of(arr, places, situation), strict=True):
            number = int(track["track_id"])
            old = self.crossings.get(number)
            seen[number] = _moved(arr, old, area, situation.t_s)
            left = old is not None and old.area == post and area not in (post, NOWHERE)
            if left and seen[number].came_from == post:
                found.append(_hand_over(arr, post, area, track, situation.t_s))
        self.crossings = {**{n: c for n, c in self.crossings.items() if _is_young(arr, c, situation.t_s)}, **seen}
        return found

    def follow(self, alias: Mapping[int, int]) -> None:
        """Let tracks that go on under another number (old to new) keep what is known of them."""
        for old in [number for number in self.crossings if number in alias] if self.crossings else ():
            self.crossings.setdefault(alias[old], self.crossings.pop(old))

    def of(self, track_id: int, now_s: float) -> tuple[float, str]:
        """(seconds in the area it is in, whose area it left) of a track; inf when it did not cross."""
        known = self.crossings.get(track_id)
        return NO_CROSSING if known is None else (now_s - known.since_s, known.came_from)

    def area(self, track_id: int) -> str:
        """In whose area a track was last seen; empty: nobody's, or never seen."""
        known = self.crossings.get(track_id)
        return NOWHERE if known is None else known.area


def _moved(arr: Arrangement, old: Crossing | None, area: str, now_s: float) -> Crossing:
    """What is known of a track that is now in `area`: one that turns back before it was handed over never left."""
    if old is None:
        return Crossing(area, -NEVER_S, NOWHERE)
    if old.area == area:
        return old
    if old.came_from == area and _is_young(arr, old, now_s):
        return Crossing(area, -NEVER_S, NOWHERE)
    return Crossing(area, now_s, old.area)


def _is_young(arr: Arrangement, crossing: Crossing, now_s: float) -> bool:
    area = arr.areas.get(crossing.came_from)
    return area is not None and now_s - crossing.since_s < area.takes_s


def _hand_over(arr: Arrangement, post: str, to: str, track: np.void, now_s: float) -> HandOver:
    x, y, z = (float(value) for value in track["pos_ecef_m"])
    u, v, w = (float(value) for value in track["vel_ecef_mps"])
    due_s = now_s + arr.areas[post].takes_s
    return HandOver(post, to, int(track["track_id"]), now_s, due_s, (x, y, z), (u, v, w))
