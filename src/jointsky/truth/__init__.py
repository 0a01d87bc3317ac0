"""What is really there: aircraft, missiles, engagements, airfields, readiness and damage.

One tick in the order of the engine: `apply` the orders that are due, `step` everything that flies, and after sensing
and the posts `resolve` the engagements. After `step(world, tick)` all positions hold at (tick + 1) dt.
"""

from jointsky.truth.aircraft import step
from jointsky.truth.engagements import apply, resolve
from jointsky.truth.flyout import build_flyout
from jointsky.truth.reports import status

__all__ = ["apply", "build_flyout", "resolve", "status", "step"]
