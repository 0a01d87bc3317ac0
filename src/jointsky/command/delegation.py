"""What a delegate leaves to the common commander, and for how long: one commander a target, and no target without."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Bool = NDArray[np.bool_]
DELEGATE_WAIT_S = 15.0
"""For how long a delegate must have been able to engage a target, and nobody have done so, before it acts in the common
commander's place: a cycle of the commander and the delays of reports and orders."""


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
