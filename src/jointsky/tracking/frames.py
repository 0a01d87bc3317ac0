"""The frames a tracker may work in: a post's own east-north-up frame on the round earth, or a flat tangent plane."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jointsky.kernels.bank import SITE
from jointsky.kernels.door import site_axes
from jointsky.kernels.elementary import sincos
from jointsky.vocab.records import Rows

Float = NDArray[np.float64]
RADIAN = 0.017453292519943295
A_M = 6378137.0
E2 = 0.0066943799901413165


def ecef_of(lat_deg: float, lon_deg: float, height_m: float) -> Float:
    """ECEF position (m) of a WGS84 point, by the functions that give the same bits on every machine."""
    sin_lat, cos_lat = sincos(lat_deg * RADIAN)
    sin_lon, cos_lon = sincos(lon_deg * RADIAN)
    n = A_M / float(np.sqrt(1.0 - E2 * sin_lat * sin_lat))
    return np.array(
        [(n + height_m) * cos_lat * cos_lon, (n + height_m) * cos_lat * sin_lon, (n * (1.0 - E2) + height_m) * sin_lat]
    )


def axes_at(place_ecef_m: Float) -> Float:
    """Unit vectors east, north, up (rows, ECEF) at a place."""
    axes = np.empty((3, 3))
    site_axes(place_ecef_m, axes)
    return axes


@dataclass(frozen=True)
class GeodeticFrame:
    """East, north, up about a reference point; sites come from the sensor table's latitude, longitude and height."""

    lat_deg: float
    lon_deg: float
    height_m: float = 0.0
    flat: bool = False

    def origin_ecef_m(self) -> Float:
        """ECEF position of the reference."""
        return ecef_of(self.lat_deg, self.lon_deg, self.height_m)

    def axes(self) -> Float:
        """East, north, up of the reference as rows in ECEF."""
        return axes_at(self.origin_ecef_m())

    def places(self, sensors: Rows) -> Float:
        """ECEF places of SENSOR rows, (S, 3)."""
        return np.array(
            [ecef_of(float(s["lat_deg"]), float(s["lon_deg"]), float(s["alt_m"])) for s in sensors]
        ).reshape(-1, 3)


@dataclass(frozen=True, eq=False)
class FlatFrame:
    """A tangent plane without earth curvature: x east, y north, z up, height is z. `sites_m` (S, 3) are the sensors'
    places."""

    sites_m: Float
    flat: bool = True

    def origin_ecef_m(self) -> Float:
        """The frame's own zero."""
        return np.zeros(3)

    def axes(self) -> Float:
        """The frame's own axes."""
        return np.eye(3)

    def places(self, sensors: Rows) -> Float:
        """The sites, in the frame."""
        return np.ascontiguousarray(self.sites_m, dtype=np.float64).reshape(-1, 3)


Frame = GeodeticFrame | FlatFrame


def turns_of(frame: Frame, places: Float) -> Float:
    """Turn matrices from each site's east-north-up into the frame, (S, 3, 3), summed in a fixed order."""
    turns = np.zeros((len(places), 3, 3))
    axes = frame.axes()
    for s, place in enumerate(places):
        own = np.eye(3) if frame.flat else axes_at(place)
        for a in range(3):
            for b in range(3):
                turns[s, a, b] = axes[a, 0] * own[b, 0] + axes[a, 1] * own[b, 1] + axes[a, 2] * own[b, 2]
    return turns


def sites_of(frame: Frame, sensors: Rows, places: Float, clutter_cells: int) -> Any:
    """SITE rows for the kernels from SENSOR rows."""
    sites = np.zeros(len(sensors), SITE)
    axes = frame.axes()
    rel = places - frame.origin_ecef_m()
    for name, row in (("x_m", 0), ("y_m", 1), ("z_m", 2)):
        sites[name] = axes[row, 0] * rel[:, 0] + axes[row, 1] * rel[:, 1] + axes[row, 2] * rel[:, 2]
    for name in ("period_s", "max_range_m", "latency_s"):
        sites[name] = sensors[name]
    sites["pd"] = np.clip(sensors["pd"], 0.01, 0.98)
    area = 3.141592653589793 * sensors["max_range_m"] ** 2
    sites["density"] = np.maximum(sensors["clutter_per_scan"], 0.01) / area
    sites["cell_m"] = 2.0 * sensors["max_range_m"] / clutter_cells
    sites["last_s"] = -1e18
    sites["horizon"] = 0 if frame.flat else 1
    return sites


def turned(places_ecef_m: Float, vectors: Float) -> Float:
    """Vectors (n, 3) given in ECEF, in the east, north, up of each place."""
    out = np.zeros((len(places_ecef_m), 3))
    for n, place in enumerate(places_ecef_m):
        axes = axes_at(np.ascontiguousarray(place))
        for a in range(3):
            out[n, a] = axes[a, 0] * vectors[n, 0] + axes[a, 1] * vectors[n, 1] + axes[a, 2] * vectors[n, 2]
    return out
