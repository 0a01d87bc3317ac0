"""What waits on a link: plots on their way to the posts of one nation."""

from dataclasses import dataclass, field

import numpy as np

from jointsky.vocab.batches import joined, take
from jointsky.vocab.records import Rows

SOON_S = 1e-9
"""Times nearer than this are one."""


@dataclass(slots=True)
class PlotQueue:
    """Plots on their way to the posts of one nation."""

    waiting: list[Rows] = field(default_factory=list[Rows])

    def arrived(self, t_s: float) -> Rows | None:
        """Rows whose time has come, in order of arrival; None when there are none."""
        if not self.waiting:
            return None
        rows = joined(self.waiting)
        seen_s = rows["t_seen_s"]
        order = np.argsort(seen_s, kind="stable")
        count = int(np.searchsorted(seen_s[order], t_s + SOON_S, side="right"))
        self.waiting = [take(rows, order[count:])] if count < len(rows) else []
        return take(rows, order[:count]) if count else None
