"""What a released track may say: only granted fields, numbers of its own, nothing of the sender's other knowledge."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from jointsky import geo
from jointsky.geo.angles import atan2
from jointsky.geo.frames import MEAN_RADIUS_M
from jointsky.links.arrangement import Arrangement, ShareGrant, Situation
from jointsky.links.force import Force, clauses_in, force_of
from jointsky.links.tables import Releases, releases
from jointsky.vocab.batches import take
from jointsky.vocab.codes import NONE, Identity, Iff, Share
from jointsky.vocab.records import Rows

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]

UNKNOWN_KIND = 255


def plot_releases(
    arr: Arrangement, nation: str, warning: Bools, situation: Situation, skip: frozenset[int] = frozenset()
) -> Releases:
    """The table for plots: those of early-warning sensors (mask `warning`) go by warning clauses too. `skip` are
    clauses that cannot carry anything now.
    """
    plots = releases(arr, nation, Share.PLOTS, situation, skip)
    warnings = releases(arr, nation, Share.WARNING, situation, skip)
    plain = np.where(warning, warnings.plain, plots.plain)
    zoned = [replace(grant, sensors=grant.sensors & ~warning) for grant in plots.zoned]
    zoned += [replace(grant, sensors=grant.sensors & warning) for grant in warnings.zoned]
    return Releases(plots.own, plain, tuple(grant for grant in zoned if grant.sensors.any()))


def plot_positions(rows: Rows) -> tuple[Floats, Floats]:
    """(lat_deg, lon_deg) of PLOT rows, NaN where range or azimuth is missing.

    A plot without elevation is placed by its height or, without one, in the site's horizontal plane: a few hundred
    metres off, which only matters to the edge of a zone.
    """
    site_lat, site_lon, site_alt = geo.ecef2geodetic(rows["site_ecef_m"])
    slant, up = rows["range_m"], rows["height_m"] - site_alt
    radius = MEAN_RADIUS_M + site_alt
    sine = (up + (up * up - slant * slant) / (2.0 * radius)) / slant
    level = np.sqrt(np.maximum(0.0, 1.0 - sine * sine))
    by_height = np.where(np.isfinite(sine), atan2(sine, level), 0.0)
    elevation = np.where(np.isfinite(rows["el_rad"]), rows["el_rad"], by_height)
    lat, lon, _ = geo.aer2geodetic(rows["az_rad"], elevation, slant, site_lat, site_lon, site_alt)
    return lat, lon


def track_grants(
    arr: Arrangement,
    giver: str,
    receiver: str,
    situation: Situation,
    skip: frozenset[int] = frozenset(),
    share: Share = Share.TRACKS,
) -> list[ShareGrant]:
    """The grants in force by which tracks of `giver`, or what else `share` says, go to `receiver`, in order of
    clauses."""
    return list(grants_in(arr, giver, receiver, force_of(arr, situation), skip, share))


@lru_cache(maxsize=256)
def grants_in(
    arr: Arrangement,
    giver: str,
    receiver: str,
    force: Force,
    skip: frozenset[int] = frozenset(),
    share: Share = Share.TRACKS,
) -> tuple[ShareGrant, ...]:
    """`track_grants` of all situations with this force."""
    standing = clauses_in(arr, force) - skip
    return tuple(
        grant
        for grant in arr.shares
        if grant.giver == giver
        and grant.receiver == receiver
        and grant.clause.index in standing
        and share in grant.shares
    )


@dataclass(slots=True)
class TrackNumbers:
    """Numbers of released tracks towards one receiver, given in order of release: the sender's own numbers would tell
    of tracks that are not released.
    """

    given: dict[tuple[bytes, int], int] = field(default_factory=dict[tuple[bytes, int], int])

    def of(self, picture: bytes, own: Sequence[int]) -> list[int]:
        """The released numbers of the numbers in one of the sender's pictures."""
        return [self.given.setdefault((picture, number), len(self.given) + 1) for number in own]


def release_tracks(rows: Rows, grants: Sequence[ShareGrant]) -> Rows:
    """The TRACK rows that `grants` let go, stripped to the granted fields; a new array.

    The rows must come from a picture made from the sensors of these grants alone, which are the same in all of them. A
    row that somebody else released goes no further.
    """
    lat, lon, _ = geo.ecef2geodetic(rows["pos_ecef_m"])
    own = rows["clause"] == NONE
    clause = np.full(len(rows), NONE, dtype=np.int16)
    velocity, identity = np.zeros(len(rows), np.bool_), np.zeros(len(rows), np.bool_)
    for grant in grants:
        covered = own.copy()
        if grant.zone is not None:
            covered &= grant.zone.inside(lat, lon)
        clause[covered & (clause == NONE)] = grant.clause.index
        velocity |= covered & ("velocity" in grant.clause.fields)
        identity |= covered & ("identity" in grant.clause.fields)
    keep = np.flatnonzero(clause != NONE)
    out = take(rows, keep)
    out["clause"] = clause[keep]
    _strip(out, ~velocity[keep], ~identity[keep])
    return out


def _strip(out: Rows, slow: Bools, nameless: Bools) -> None:
    """Blank what is not granted (velocity, identity) and what never leaves the house."""
    out["vel_ecef_mps"][slow], out["sigma_vel_mps"][slow] = np.nan, np.nan
    out["identity"][nameless], out["kind"][nameless] = Identity.PENDING, UNKNOWN_KIND
    out["iff"][nameless], out["code"][nameless] = Iff.NOT_ASKED, NONE
    out["t_released_s"], out["t_own_s"] = out["t_update_s"], -np.inf
    out["fire_control"], out["sensors"] = 0, 0


def by_sensors(grants: list[ShareGrant]) -> dict[bytes, list[ShareGrant]]:
    """Grants of the same sensors together, in order of clauses."""
    groups: dict[bytes, list[ShareGrant]] = {}
    for grant in grants:
        groups.setdefault(grant.sensors.tobytes(), []).append(grant)
    return groups
