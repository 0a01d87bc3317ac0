"""Threat: what each track is worth stopping, for the assignment. From the picture only; `dangers` has the reasons."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from jointsky.vocab.codes import AircraftKind, Identity
from jointsky.vocab.records import Rows

Float = NDArray[np.float64]

STRIKE_WORTH = {
    AircraftKind.FIGHTER: 1.0,
    AircraftKind.BOMBER: 2.0,
    AircraftKind.CRUISE_MISSILE: 1.0,
    AircraftKind.JAMMER: 1.0,
    AircraftKind.UAV: 0.3,
}
"""Notional damage one raider of a kind does, in asset value units; anything else counts 1."""

HARMLESS = (Identity.FRIEND, Identity.ASSUMED_FRIEND, Identity.NEUTRAL)
"""Who is never engaged; an engagement under way is broken off."""


@dataclass(frozen=True, slots=True)
class Threat:
    """Per track: `value` at stake, the index of the asset most endangered and the seconds until the track is there
    (inf: flies past).
    """

    value: Float
    asset: NDArray[np.int64]
    t_there_s: Float


def evaluate(tracks: Rows, assets: Rows, horizon_s: float = 1800.0) -> Threat:
    """Threat of TRACK rows to ASSET rows (position, radius and value are read; damage never is).

    A track heading so that it passes within 30 km of an asset's edge endangers it the more, the sooner it is there:
    value x worth x horizon / (horizon + time). One that passes all assets by still counts a tenth, since it may turn.
    """
    n = len(tracks)
    if len(assets) == 0 or n == 0:
        return Threat(np.full(n, 1.0), np.zeros(n, np.int64), np.full(n, np.inf))
    gap = assets["pos_ecef_m"][None, :, :] - tracks["pos_ecef_m"][:, None, :]
    velocity = tracks["vel_ecef_mps"][:, None, :]
    speed2 = np.maximum((velocity * velocity).sum(axis=2), 1.0)
    t_s = (gap * velocity).sum(axis=2) / speed2
    miss = gap - velocity * np.maximum(t_s, 0.0)[:, :, None]
    miss_m = np.sqrt((miss * miss).sum(axis=2)) - assets["radius_m"][None, :]
    aimed = (t_s >= 0.0) & (miss_m < 30_000.0)
    t_there_s = np.where(aimed, t_s, np.inf)
    urgency = np.where(aimed, horizon_s / (horizon_s + np.where(aimed, t_s, 0.0)), 0.1)
    stake = assets["value"][None, :] * urgency
    asset = stake.argmax(axis=1)
    rows = np.arange(n)
    return Threat(stake[rows, asset] * _worth(tracks), asset, t_there_s[rows, asset])


def _worth(tracks: Rows) -> Float:
    table = np.ones(256)
    for kind, worth in STRIKE_WORTH.items():
        table[kind] = worth
    return table[tracks["kind"]]


def not_friend(tracks: Rows) -> NDArray[np.bool_]:
    """Which TRACK rows are identified, and as neither friend nor neutral."""
    return ~np.isin(tracks["identity"], (*HARMLESS, Identity.PENDING))
