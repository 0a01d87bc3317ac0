"""Hand-overs at the seam: whether the post of the new area follows the track that the old area's post gives up."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from jointsky.post import Post
from jointsky.vocab.messages import Event, HandOver

SAME_TARGET_M = 10_000.0
"""A track of the new post this near to where the old one has it, or would have it, is the same target."""


@dataclass(slots=True)
class HandOvers:
    """Hand-overs under way. Watches pictures only, and changes nothing."""

    open: list[HandOver] = field(default_factory=list[HandOver])

    def take(self, crossing: HandOver) -> None:
        """A post says that a track left its area for another's."""
        self.open.append(crossing)

    def due(self, posts: Mapping[str, Post], t_s: float) -> list[Event]:
        """What became of the hand-overs whose time is over; one whose track turned back in time is forgotten."""
        now = [crossing for crossing in self.open if crossing.t_due_s <= t_s]
        self.open = [crossing for crossing in self.open if crossing.t_due_s > t_s]
        return [self._event(crossing, posts, t_s) for crossing in now if not _turned_back(crossing, posts)]

    def _event(self, crossing: HandOver, posts: Mapping[str, Post], t_s: float) -> Event:
        new = posts.get(crossing.to)
        rows = new.picture(t_s) if new is not None and new.exists() else None
        gap_m = np.inf
        if rows is not None and len(rows):
            away = rows["pos_ecef_m"] - _place(crossing, posts, t_s)
            gap_m = float(np.sqrt((away * away).sum(axis=1).min()))
        what = "handed-over" if gap_m <= SAME_TARGET_M else "dropped"
        note = f"crossed at {crossing.t_s:g} s" + (f", nearest track {gap_m:.0f} m away" if gap_m < np.inf else "")
        return Event(t_s, what, "", crossing.sender, crossing.to, crossing.track_id, note=note)


def _place(crossing: HandOver, posts: Mapping[str, Post], t_s: float) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Where the old post has the track now, or would have it if it flew straight on."""
    old = posts.get(crossing.sender)
    rows = old.picture(t_s) if old is not None else None
    if rows is not None:
        found = rows[rows["track_id"] == crossing.track_id]
        if len(found):
            return np.asarray(found["pos_ecef_m"][0], np.float64)
    return np.array(crossing.pos_ecef_m) + np.array(crossing.vel_ecef_mps) * (t_s - crossing.t_s)


def _turned_back(crossing: HandOver, posts: Mapping[str, Post]) -> bool:
    old = posts.get(crossing.sender)
    return old is not None and old.holds(crossing.track_id)
