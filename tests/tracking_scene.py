"""Small scenes for the tests of tracking: radars in a plane or on the earth, and aircraft they plot."""

import numpy as np
from numpy.typing import NDArray

from jointsky.geo.frames import geodetic2ecef
from jointsky.tracking.frames import axes_at
from jointsky.vocab.codes import Iff, SensorKind
from jointsky.vocab.records import PLOT, SENSOR, Rows

SITES_M = np.array([[0.0, 0.0, 100.0], [60000.0, 10000.0, 200.0]])


def sensors(count: int = 2, clutter: float = 5.0) -> Rows:
    """Radars with height, 5 and 6 s a turn."""
    rows = np.zeros(count, SENSOR)
    rows["kind"] = SensorKind.RADAR_3D
    rows["period_s"], rows["phase_s"] = 5.0 + np.arange(count), np.arange(count)
    rows["max_range_m"], rows["pd"], rows["clutter_per_scan"], rows["latency_s"] = 200e3, 0.9, clutter, 0.5
    rows["sigma_range_m"], rows["sigma_az_rad"], rows["sigma_height_m"], rows["sigma_el_rad"] = (
        50.0,
        0.001,
        100.0,
        np.nan,
    )
    return rows


def blank(count: int) -> Rows:
    """Plots that say nothing yet."""
    rows = np.zeros(count, PLOT)
    for name in ("el_rad", "range_rate_mps", "sigma_range_m", "sigma_az_rad", "sigma_height_m", "site_ecef_m"):
        rows[name] = np.nan
    rows["code"], rows["clause"], rows["iff"] = -1, -1, Iff.NOT_ASKED
    return rows


def flat_scene(
    paths: list[tuple[list[float], list[float]]], end_s: float = 120.0, seed: int = 1, false_plots: int = 5
) -> tuple[Rows, Rows]:
    """(sensors, plots by arrival) of straight flights (position, velocity at 0) in the plane of SITES_M."""
    rng = np.random.default_rng(seed)
    table = sensors()
    found = []
    for s, site in enumerate(SITES_M):
        for scan in range(int(end_s / table["period_s"][s])):
            start_s = scan * table["period_s"][s] + table["phase_s"][s]
            for k, (p0, v) in enumerate(paths):
                if rng.random() < 0.9:
                    t = start_s + 0.4 + 0.01 * k
                    found.append((t, s, *_polar(np.array(p0) + t * np.array(v) - site, site, rng), k))
            for _ in range(rng.poisson(false_plots)):
                t = start_s + rng.uniform(0, table["period_s"][s])
                r, a = 150e3 * np.sqrt(rng.random()), rng.uniform(0, 2 * np.pi)
                found.append((t, s, r + 1000.0, a, rng.uniform(0, 12000), -1))
    plots = blank(len(found))
    columns = np.array(found)
    for k, name in enumerate(("t_valid_s", "sensor", "range_m", "az_rad", "height_m")):
        plots[name] = columns[:, k]
    plots["t_seen_s"] = plots["t_valid_s"] + rng.uniform(0.1, 1.5, len(found))
    return table, plots[np.argsort(plots["t_seen_s"], kind="stable")]


def _polar(d: NDArray[np.float64], site: NDArray[np.float64], rng: np.random.Generator) -> tuple[float, float, float]:
    r = np.sqrt((d**2).sum()) + rng.normal(0, 50.0)
    return r, (np.arctan2(d[0], d[1]) + rng.normal(0, 0.001)) % (2 * np.pi), d[2] + site[2] + rng.normal(0, 100.0)


def seen_from(site: tuple[float, float, float], target: tuple[float, float, float]) -> tuple[float, float, float]:
    """(slant range, azimuth, elevation) of a target from a site, both (lat, lon, height)."""
    place = np.array(geodetic2ecef(*site), dtype=float)
    v = axes_at(place) @ (np.array(geodetic2ecef(*target), dtype=float) - place)
    r = float(np.sqrt((v**2).sum()))
    return r, float(np.arctan2(v[0], v[1]) % (2 * np.pi)), float(np.arcsin(v[2] / r))


def geodetic_flight(sites: list[tuple[float, float, float]], end_s: float = 120.0) -> tuple[Rows, Rows, Rows]:
    """(sensors, exact plots, truth as rows t, lat, lon, height) of one flight northeast at 10 km."""
    table = sensors(len(sites))
    table["lat_deg"], table["lon_deg"], table["alt_m"] = np.array(sites).T
    truth, found = [], []
    for t in np.arange(0.0, end_s, 2.5):
        here = (54.0 + 0.0015 * t, 28.0 + 0.002 * t, 10000.0)
        truth.append((t, *here))
        s = int(t / 2.5) % len(sites)
        r, az, _ = seen_from(sites[s], here)
        found.append((t, t + 0.5, s, r, az, 10000.0))
    plots = blank(len(found))
    for k, name in enumerate(("t_valid_s", "t_seen_s", "sensor", "range_m", "az_rad", "height_m")):
        plots[name] = np.array(found)[:, k]
    return table, plots, np.array(truth)
