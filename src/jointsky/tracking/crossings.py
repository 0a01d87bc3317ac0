"""Strobes and bearings as measurements: where the directions of several sites cross, a place goes into the tracker.

Every cycle of a post the newest direction of each emitter from each site is held against the places known from before;
what is left over is triangulated (`tracking.bearings`), and ghosts that two sites alone cannot tell from emitters wait
for a third direction. A place becomes a plot of one of its sites: range and azimuth with twice the variances of the
fix, since twice the diagonal of a covariance bounds the whole of it.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from jointsky import geo
from jointsky.geo.angles import atan2
from jointsky.tracking.bearings import GATE, Bearing, Fix, locate, triangulate
from jointsky.vocab.batches import joined, where
from jointsky.vocab.codes import PlotKind
from jointsky.vocab.records import PLOT, Rows, empty

Float = NDArray[np.float64]

MEMORY_S = 12.0
"""A direction serves so long: a scan of a long-range radar and a little more."""
PLACE_S = 30.0
"""A place is looked for again until so long after it was last found."""
EMITTER_SPEED_MPS = 250.0
SITE_SIGMA_RAD = math.radians(0.12)
"""Notional registration error of a site, added to what a direction itself says."""
WORST_SIGMA_M = 15_000.0
"""A fix worse than this says too little to start or carry a track."""
MOST_SITES, MOST_BEARINGS = 4, 4
"""So many sites and directions of each are triangulated at once: work grows with the square of both."""


@dataclass(slots=True)
class Place:
    """Where an emitter was found last: ECEF (3,), and when."""

    point_m: Float
    t_s: float


def with_crossings(crossings: "Crossings | None", plots: Rows) -> Rows:
    """PLOT rows, and after them the places where their directions cross; as they are without `crossings`."""
    if crossings is None:
        return plots
    placed = crossings.observe(plots)
    return joined([plots, placed]) if len(placed) else plots


class Crossings:
    """Makes places of directions, for one picture. `sensors` are the SENSOR rows that PLOT rows point to; emitters are
    taken to fly at `height_m`."""

    def __init__(self, sensors: Rows, height_m: float = 9_000.0) -> None:
        self._sensors = sensors
        self._height_m = height_m
        self._held = empty(PLOT)
        self._places: list[Place] = []

    def observe(self, plots: Rows) -> Rows:
        """Take PLOT rows of any kind; the PLOT rows of places found with at least one direction among them."""
        fresh = where(plots, (plots["kind"] == PlotKind.STROBE) & np.isfinite(plots["az_rad"] + plots["t_valid_s"]))
        if not len(fresh):
            return empty(PLOT)
        newest_s = float(fresh["t_valid_s"].max())
        self._held = joined([self._held, fresh])
        self._held = where(self._held, self._held["t_valid_s"] > newest_s - MEMORY_S)
        self._places = [place for place in self._places if place.t_s > newest_s - PLACE_S]
        seen = self._newest_scans()
        since_s = float(fresh["t_valid_s"].min())
        found = [*self._again(seen), *self._new(seen)]
        rows = [self._plot(fix, used) for fix, used in found if used["t_valid_s"].max() >= since_s]
        return np.concatenate(rows) if rows else empty(PLOT)

    def _newest_scans(self) -> Rows:
        """The directions of each sensor's last period, in an order that does not hang on how they came."""
        held = self._held[np.lexsort((self._held["az_rad"], self._held["t_valid_s"], self._held["sensor"]))]
        last = np.full(len(self._sensors), -np.inf)
        np.maximum.at(last, held["sensor"], held["t_valid_s"])
        period = np.minimum(self._sensors["period_s"][held["sensor"]], MEMORY_S)
        return held[held["t_valid_s"] > last[held["sensor"]] - 0.9 * period]

    def _again(self, seen: Rows) -> list[tuple[Fix, Rows]]:
        """Known places found again by the directions nearest to them; those directions are spent."""
        found: list[tuple[Fix, Rows]] = []
        spent = np.zeros(len(seen), np.bool_)
        for place in self._places:
            used = self._towards(place, seen, spent)
            fix = self._fix(seen[used]) if len(used) > 1 else None
            if fix is not None:
                spent[used] = True
                place.point_m, place.t_s = self._point(fix), float(seen["t_valid_s"][used].max())
                found.append((fix, seen[used]))
        self._spent = spent
        return found

    def _towards(self, place: Place, seen: Rows, spent: NDArray[np.bool_]) -> list[int]:
        """For each sensor the direction that points nearest to a place, where it does within three sigma."""
        best: dict[int, tuple[float, int]] = {}
        for i in np.flatnonzero(~spent).tolist():
            off, away_m = _off(seen[i], place.point_m)
            drift = EMITTER_SPEED_MPS * abs(float(seen["t_valid_s"][i]) - place.t_s) / away_m
            misfit = abs(off) / (float(_sigma(seen[i : i + 1])[0]) + drift)
            sensor = int(seen["sensor"][i])
            if misfit < 3.0 and misfit < best.get(sensor, (math.inf, 0))[0]:
                best[sensor] = (misfit, i)
        return sorted(i for _, i in best.values())

    def _new(self, seen: Rows) -> list[tuple[Fix, Rows]]:
        """Places of the directions that no known place explains, where no ghost is as good an explanation."""
        left = _sharpest(seen[~self._spent])
        if len(np.unique(left["sensor"])) < 2:
            return []
        fixes = [fix for fix in triangulate(self._bearings(left), self._height_m) if not fix.ambiguous]
        found = [(fix, left[list(fix.bearings)]) for fix in fixes if _is_sharp(fix)]
        self._places += [Place(self._point(fix), float(used["t_valid_s"].max())) for fix, used in found]
        return found

    def _fix(self, used: Rows) -> Fix | None:
        fix = locate(self._bearings(used), self._height_m)
        return fix if fix is not None and fix.chi_squared <= GATE * len(used) and _is_sharp(fix) else None

    def _bearings(self, rows: Rows) -> list[Bearing]:
        lat, lon, alt = geo.ecef2geodetic(rows["site_ecef_m"])
        columns = (lat, lon, alt, rows["az_rad"], _sigma(rows))
        sites = [str(sensor) for sensor in rows["sensor"].tolist()]
        return [Bearing(site, *(float(c[i]) for c in columns)) for i, site in enumerate(sites)]

    def _point(self, fix: Fix) -> Float:
        return np.asarray(geo.geodetic2ecef(fix.lat_deg, fix.lon_deg, self._height_m))

    def _plot(self, fix: Fix, used: Rows) -> Rows:
        """A fix as a plot of one of its sites: one that a clause released, where there is any, else the one that sees
        farthest; without height, for a fix has none."""
        order = np.lexsort((used["sensor"], -self._sensors["max_range_m"][used["sensor"]], -used["clause"]))
        row = used[order[:1]].copy()
        newest = used[np.argmax(used["t_valid_s"])]
        east, north, up = _local(row[0], self._point(fix))
        level_m = max(math.sqrt(east * east + north * north), 1.0)
        (a, b), (_, d) = fix.covariance_m2.tolist()
        age_s = float(newest["t_valid_s"] - used["t_valid_s"].mean())
        moved = (EMITTER_SPEED_MPS * age_s) ** 2
        sine, cosine = east / level_m, north / level_m
        row["kind"], row["t_valid_s"], row["t_seen_s"] = PlotKind.PRIMARY, newest["t_valid_s"], newest["t_seen_s"]
        row["range_m"] = math.sqrt(level_m * level_m + up * up)
        row["az_rad"] = float(atan2(east, north)) % (2.0 * math.pi)
        along = 2.0 * (a * sine * sine + 2.0 * b * sine * cosine + d * cosine * cosine) + moved
        row["sigma_range_m"] = math.sqrt(along)
        across = 2.0 * (a * cosine * cosine - 2.0 * b * sine * cosine + d * sine * sine) + moved
        row["sigma_az_rad"] = math.sqrt(across) / level_m
        for name in ("el_rad", "height_m", "range_rate_mps", "snr_db", "sigma_height_m"):
            row[name] = np.nan
        return row


def _sigma(rows: Rows) -> Float:
    own = rows["sigma_az_rad"].astype(np.float64)
    return np.sqrt(own * own + SITE_SIGMA_RAD * SITE_SIGMA_RAD)


def _local(row: np.void, point_m: Float) -> tuple[float, float, float]:
    """East, north and up (m) of a point at the site of a plot."""
    lat, lon, alt = (float(part) for part in geo.ecef2geodetic(row["site_ecef_m"]))
    east, north, up = geo.ecef2enu(point_m, lat, lon, alt).tolist()
    return east, north, up


def _off(row: np.void, point_m: Float) -> tuple[float, float]:
    """By how much a direction points past a place (rad), and how far that is (m)."""
    east, north, _ = _local(row, point_m)
    turn = float(row["az_rad"]) - float(atan2(east, north))
    return (turn + math.pi) % (2.0 * math.pi) - math.pi, max(math.sqrt(east * east + north * north), 1.0)


def _is_sharp(fix: Fix) -> bool:
    (a, b), (_, d) = fix.covariance_m2.tolist()
    return 0.5 * (a + d) + math.sqrt(0.25 * (a - d) ** 2 + b * b) < WORST_SIGMA_M**2


def _sharpest(rows: Rows) -> Rows:
    """The directions of the sites that tell most and best, few enough to triangulate."""
    sensors, count = np.unique(rows["sensor"], return_counts=True)
    sigma = np.array([float(rows["sigma_az_rad"][rows["sensor"] == s].min()) for s in sensors])
    kept = sensors[np.lexsort((sensors, sigma, -np.minimum(count, MOST_BEARINGS)))][:MOST_SITES]
    parts = [rows[rows["sensor"] == s][-MOST_BEARINGS:] for s in np.sort(kept)]
    return np.concatenate(parts) if parts else rows
