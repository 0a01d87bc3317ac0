"""What a delegate leaves to the common commander, and for how long: one commander a target, and no target without."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Bool = NDArray[np.bool_]
DELEGATE_WAIT_S = 15.0
"""For how long a delegate must have been able to engage a target, and nobody have done so, before it acts in the common
commander's place: a cycle of the commander and the delays of reports and orders."""
SHOWN_S = 30.0
"""A track that was plotted within this time by a sensor whose data a post gets is in that post's picture too: two scans
of a long-range radar and the delays on the way."""
FRESH_S = 12.0
"""A target that only sensors which are kept from a commander have plotted within this time, a scan of a long-range
radar and the delays on the way, is not held by that commander well enough to shoot at."""


def unheld(hit_s: NDArray[np.float64], heard: Bool, now_s: float) -> Bool:
    """Which tracks a commander does not hold, or not well enough, by when each sensor last plotted each of them
    (tracks, sensors) and of which sensors the commander gets data on them (of the same shape, or (sensors,)): those
    that others plotted lately and these did not, or that others plot now and these do not."""
    told_s = np.where(heard, hit_s, -np.inf).max(axis=1, initial=-np.inf)
    kept_s = np.where(heard, -np.inf, hit_s).max(axis=1, initial=-np.inf)
    lately = (kept_s > now_s - SHOWN_S) & (told_s <= now_s - SHOWN_S)
    return lately | ((kept_s > now_s - FRESH_S) & (told_s <= now_s - FRESH_S))


@dataclass(slots=True)
class Delegation:
    """One post's view of the targets that are first of all a common commander's."""

    unshown: frozenset[int] = frozenset()
    """Numbers of tracks that the commander cannot hold: no sensor that it gets data of has seen them."""
    since_s: dict[int, float] = field(default_factory=dict[int, float])
    """Since when this post could take up each target that the commander has left."""

    def shown(self, numbers: NDArray[np.uint32]) -> Bool:
        """Which tracks the commander can hold; those that it cannot are not waited for."""
        return ~np.isin(numbers, list(self.unshown))

    def left(self, numbers: NDArray[np.uint32], could: Bool, now_s: float) -> Bool:
        """Which targets the commander has left for long enough. Time counts from when this post first `could` have
        engaged it and nobody did, and anew after somebody has: the commander, who hears of a miss no sooner, decides
        before the delegate does, and two posts do not fire at one target in the same moment."""
        self.since_s = {int(n): self.since_s.get(int(n), now_s) for n in numbers[could]}
        since_s = np.array([self.since_s.get(int(n), np.inf) for n in numbers], np.float64)
        return now_s - since_s >= DELEGATE_WAIT_S
