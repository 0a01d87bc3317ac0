"""Threat per pair: how much each track endangers each defended asset, with the reasons in numbers and in words.

`threat.evaluate` keeps the worst asset of a track; this keeps them all. A pure function of the picture: loss rates are
expected loss of value a second, so that soon and much count alike.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from jointsky.command.threat import STRIKE_WORTH
from jointsky.vocab.codes import AircraftKind
from jointsky.vocab.records import Rows

Float = NDArray[np.float64]

RELEASE_M = {
    AircraftKind.FIGHTER: 10_000.0,
    AircraftKind.BOMBER: 15_000.0,
    AircraftKind.CRUISE_MISSILE: 0.0,
    AircraftKind.JAMMER: 60_000.0,
    AircraftKind.UAV: 0.0,
}
"""Notional distance from an asset's edge at which a raider of a kind has done its work; anything else 10 km."""
AIM_M = 10_000.0
"""Miss distance at which the chance that a track means an asset has fallen to one half."""
SOONEST_S = 30.0
"""Nothing counts as sooner than this: below it nothing more can be decided."""


@dataclass(frozen=True, slots=True)
class Dangers:
    """Of n tracks to m assets, each (n, m): seconds to weapon release `t_release_s` (inf: not on this course), closest
    approach to the asset's edge `miss_m` and seconds until it `t_closest_s`, chance `aim` that the track means the
    asset, `prior` (n,) worth of its kind, and the `rate` of expected loss, value a second. `doubt_m` is how far (1
    sigma) the closest approach may be out by what the picture does not know of place and velocity, and `doubt_s` how
    early or late it may be; `aim` is the mean over that doubt.
    """

    t_release_s: Float
    t_closest_s: Float
    miss_m: Float
    aim: Float
    prior: Float
    rate: Float
    doubt_m: Float
    doubt_s: Float

    def rank(self) -> NDArray[np.int64]:
        """The tracks, the most dangerous first by their rates over all assets; ties in order of rows."""
        return np.argsort(-self.rate.sum(axis=1), kind="stable").astype(np.int64)

    def place(self, track: int) -> int:
        """The rank of one track, 1 the most dangerous."""
        return int(np.flatnonzero(self.rank() == track)[0]) + 1

    def worst(self, track: int, asset_names: tuple[str, ...]) -> str:
        """One track in words: its rank, and the asset that it endangers most."""
        ranked = f"danger {self.place(track)} of {len(self.rate)}"
        if not len(asset_names):
            return f"{ranked}, no asset"
        asset = int(self.rate[track].argmax())
        return f"{ranked}, {self.reason(track, asset, asset_names[asset])}"

    def reason(self, track: int, asset: int, asset_name: str) -> str:
        """One pair in words."""
        t_s, miss_km = self.t_release_s[track, asset], self.miss_m[track, asset] / 1000.0
        late_s, off_km = self.doubt_s[track, asset], self.doubt_m[track, asset] / 1000.0
        when = f"releases in {t_s:.0f} \u00b1 {late_s:.0f} s" if np.isfinite(t_s) else "releases not on this course"
        passes = f"{max(miss_km, 0.0):.1f} \u00b1 {off_km:.1f} km"
        how = f"passes its edge at {passes} in {self.t_closest_s[track, asset]:.0f} s"
        meant = f"aimed at with chance {self.aim[track, asset]:.2f}, kind worth {self.prior[track]:g}"
        return f"{asset_name}: {when}; {how}; {meant}; {self.rate[track, asset]:.3g} value/s"


def dangers(tracks: Rows, assets: Rows) -> Dangers:
    """Threat of TRACK rows to ASSET rows (position, radius and value are read; damage never is).

    A track flies on straight. Its chance to mean an asset is AIM / (AIM + miss beyond the edge), where the miss is its
    mean over the doubt of the track (sigma of place, and of velocity over the time until then), so that a vague track
    means no asset surely and none surely not; of several such assets each gets its share.

    The rate is value x worth of the kind x chance / time to release; a track whose closest approach lies behind it,
    or outside release distance, counts a tenth of what it would from where it is: it may turn.
    """
    gap = assets["pos_ecef_m"][None, :, :] - tracks["pos_ecef_m"][:, None, :]
    velocity = tracks["vel_ecef_mps"][:, None, :]
    speed = np.sqrt(np.maximum((velocity * velocity).sum(axis=2), 1.0))
    t_closest_s = np.maximum((gap * velocity).sum(axis=2) / (speed * speed), 0.0)
    at_closest = gap - velocity * t_closest_s[:, :, None]
    off_m = np.sqrt((at_closest * at_closest).sum(axis=2))
    miss_m = off_m - assets["radius_m"][None, :]
    reach_m = assets["radius_m"][None, :] + _of_kind(tracks, RELEASE_M, 10_000.0)[:, None]
    before_s = np.sqrt(np.maximum(reach_m * reach_m - off_m * off_m, 0.0)) / speed
    now_m = np.sqrt((gap * gap).sum(axis=2))
    comes = (off_m <= reach_m) & ((t_closest_s > 0.0) | (now_m <= reach_m))
    t_release_s = np.where(comes, np.maximum(t_closest_s - before_s, 0.0), np.inf)
    sigma_m = np.hypot(tracks["sigma_pos_m"][:, None], tracks["sigma_vel_mps"][:, None] * t_closest_s)
    likely = AIM_M / (AIM_M + _beyond(miss_m, sigma_m))
    aim = likely / np.maximum(likely.sum(axis=1, keepdims=True), 1.0)
    prior = _of_kind(tracks, STRIKE_WORTH, 1.0)
    straight_s = np.maximum(now_m - reach_m, 0.0) / speed
    within_s = np.maximum(np.where(comes, t_release_s, straight_s), SOONEST_S)
    rate = assets["value"][None, :] * prior[:, None] * aim / within_s * np.where(comes, 1.0, 0.1)
    return Dangers(t_release_s, t_closest_s, miss_m, aim, prior, rate, sigma_m, sigma_m / speed)


def _beyond(miss_m: Float, sigma_m: Float) -> Float:
    """The mean of a normal miss as far as it lies beyond the edge: E max(0, miss + sigma z)."""
    sigma = np.maximum(sigma_m, 1e-6)
    z = miss_m / sigma
    return miss_m * ndtr(z) + sigma * np.exp(-0.5 * z * z) / np.sqrt(2.0 * np.pi)


def _of_kind(tracks: Rows, by_kind: dict[AircraftKind, float], other: float) -> Float:
    table = np.full(256, other)
    for kind, value in by_kind.items():
        table[kind] = value
    return table[tracks["kind"]]
