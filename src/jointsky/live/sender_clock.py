"""The clock that live senders go by: this machine's, or one so many times as fast."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from jointsky.clock import utc_now_us


@dataclass(slots=True)
class SenderClock:
    """UTC seconds since 1970 by the senders' clock: this machine's, until the first datagram comes, and from then on
    `rate` seconds a second. `start_s` is when listening began."""

    start_s: float = 0.0
    rate: float = 1.0
    _first_s: float = float("inf")

    def utc_s(self, t_utc_ns: Sequence[int]) -> NDArray[np.float64]:
        """When some datagrams came [n], which this machine took at `t_utc_ns`."""
        times_s = np.array(t_utc_ns, dtype=np.float64) / 1e9
        if times_s.size:
            self._first_s = min(self._first_s, float(times_s.min()))
        return self._scaled(times_s)

    def now_s(self) -> float:
        """Seconds since `start_s`."""
        return float(self._scaled(np.array(utc_now_us() / 1e6))) - self.start_s

    def _scaled(self, times_s: NDArray[np.float64]) -> NDArray[np.float64]:
        return times_s + (self.rate - 1.0) * np.maximum(times_s - self._first_s, 0.0)


def live_clock(rate: float = 1.0) -> SenderClock:
    """A clock that starts now."""
    return SenderClock(utc_now_us() / 1e6, rate)
