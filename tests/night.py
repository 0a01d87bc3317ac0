"""How much is tried: a little every day, everything in the nightly run (`make night`, which sets JOINTSKY_NIGHT=1)."""

from __future__ import annotations

import os

NIGHT = os.environ.get("JOINTSKY_NIGHT") == "1"


def cases(daily: int, nightly: int) -> range:
    """Numbers of generated cases."""
    return range(nightly if NIGHT else daily)
