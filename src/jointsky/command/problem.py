"""The weapon assignment problem of one moment, as every policy sees it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from jointsky.vocab.records import Rows

Float = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Problem:
    """Who may shoot at what now.

    `cap`, `status`: CAPABILITY and UNIT_STATUS rows of the same m assets; `tracks`: n TRACK rows that may be engaged.
    `pk[i, j]` is the chance that one order of asset i kills track j, 0 where it cannot or may not; `t_meet_s[i, j]`
    seconds to the meeting; `value[j]` what the track endangers; `t_there_s[j]` seconds until it does; `survival` (n,)
    or (m, n) the chance that it survives what is under way until asset i would meet it; `slots[i]` orders asset i can
    still take.
    """

    now_s: float
    seed: int
    cap: Rows
    status: Rows
    tracks: Rows
    pk: Float
    t_meet_s: Float
    value: Float
    t_there_s: Float
    survival: Float
    slots: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Choice:
    """Asset `asset` (index into the problem's rows) takes track `track`, with `shots` missiles and chance `chance` to
    kill; `why` in words. `value` and `bound` are those of the whole deal it is part of: what is expected to be lost by
    it, and what no deal of the moment goes below (NaN: the policy proves nothing).
    """

    asset: int
    track: int
    shots: int
    chance: float
    why: str
    value: float = float("nan")
    bound: float = float("nan")
