"""How true each post's picture is: completeness, false tracks, identity, and what it holds only because a clause
released it.
"""

from dataclasses import dataclass, field

import numpy as np

from jointsky.measures.association import track_of
from jointsky.vocab.codes import Identity, Side
from jointsky.vocab.messages import Tracks
from jointsky.vocab.records import Rows
from jointsky.world.tick import Tick
from jointsky.world.world import World

MEMORY_S = 60.0
RIGHT = {
    Side.RAIDER: (Identity.HOSTILE, Identity.SUSPECT),
    Side.DEFENDER: (Identity.FRIEND, Identity.ASSUMED_FRIEND),
    Side.NEUTRAL: (Identity.NEUTRAL,),
}
"""Identities that count as right for each side of truth."""


@dataclass(slots=True)
class PictureQuality:
    """Running sums for each post, read every `period_s`."""

    period_s: float = 20.0
    sums: dict[str, dict[str, float]] = field(default_factory=dict[str, dict[str, float]])
    _next_s: float = 0.0

    def on_tick(self, world: World, tick: Tick) -> None:
        """Compare each post's picture with truth, when it is time."""
        if tick.t_s < self._next_s or not tick.sent:
            return
        self._next_s = tick.t_s + self.period_s
        for post, messages in tick.sent.items():
            for message in messages:
                if isinstance(message, Tracks):
                    self._read(world, post, message.rows, tick.t_s)

    def result(self, world: World) -> dict[str, float]:
        """Per post: share of airborne aircraft held, share of tracks that are nothing, share rightly identified, and
        share held only by release.
        """
        result: dict[str, float] = {}
        for post, total in sorted(self.sums.items()):
            result[f"{post}.completeness"] = _ratio(total["held"], total["aircraft"])
            result[f"{post}.raiders_held"] = _ratio(total["raiders_held"], total["raiders"])
            result[f"{post}.spurious"] = _ratio(total["tracks"] - total["held"], total["tracks"])
            result[f"{post}.identity_right"] = _ratio(total["right"], total["held"])
            result[f"{post}.civil_called_hostile"] = total["civil_called_hostile"]
            result[f"{post}.released_only"] = _ratio(total["released_only"], total["tracks"])
        return result

    def _read(self, world: World, post: str, tracks: Rows, t_s: float) -> None:
        total = self.sums.setdefault(post, dict.fromkeys(NAMES, 0.0))
        flying = world.state.aircraft[world.state.aircraft["alive"] == 1]
        match = track_of(flying["pos_ecef_m"], tracks)
        held = match >= 0
        raider = flying["side"] == Side.RAIDER
        called = np.where(held, tracks["identity"][match], 255) if len(tracks) else np.full(len(flying), 255)
        right = np.zeros(len(flying), np.bool_)
        for side, identities in RIGHT.items():
            right |= (flying["side"] == side) & np.isin(called, identities)
        released = (t_s - tracks["t_own_s"] > MEMORY_S) & (tracks["t_released_s"] > -1e12)
        numbers = (
            len(flying), held.sum(), raider.sum(), (raider & held).sum(), len(tracks), right.sum(),
            ((flying["side"] == Side.NEUTRAL) & (called == Identity.HOSTILE)).sum(), released.sum(),
        )  # fmt: skip
        for name, number in zip(NAMES, numbers, strict=True):
            total[name] += float(number)


NAMES = ("aircraft", "held", "raiders", "raiders_held", "tracks", "right", "civil_called_hostile", "released_only")
"""What is summed."""


def _ratio(part: float, whole: float) -> float:
    return part / whole if whole else float("nan")
