"""Radar reports to plots: ASTERIX target reports and a table of sensors become the PLOT records a post receives."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from jointsky.feeds.day import unroll_near
from jointsky.feeds.sensors import GEODETIC, SENSOR_ROW, SensorTable
from jointsky.feeds.table_records import sites_m
from jointsky.geo.frames import geodetic2aer
from jointsky.units import DAY_S
from jointsky.vocab.codes import Iff, PlotKind, SensorKind
from jointsky.vocab.records import PLOT, Rows

_KIND = np.array(
    [
        255,
        *[PlotKind.PRIMARY, PlotKind.SECONDARY, PlotKind.COMBINED],
        *[PlotKind.SECONDARY] * 2,
        *[PlotKind.COMBINED] * 2,
    ],
    dtype=np.uint8,
)
"""PlotKind by the type of detection of item 020; 0 is no detection."""

_IFF = np.array([Iff.NOT_ASKED, Iff.FRIEND, Iff.NO_REPLY, Iff.NO_REPLY], dtype=np.uint8)
"""Iff by the friend-or-foe bits of item 020."""

NOTIONAL_RADAR = {
    "kind": SensorKind.SSR,
    "period_s": 5.0,
    "phase_s": 0.0,
    "pd": 0.9,
    "clutter_per_scan": 10.0,
    "latency_s": 1.0,
    "max_range_m": 470_000.0,
    "sigma_range_m": 70.0,
    "sigma_az_rad": 0.0014,
    "sigma_height_m": 30.0,
}
"""What a source that no sensor file describes is taken for: notional values of an en-route secondary radar."""


ABSOLUTE_SIGMA_RAD = 2e-4
"""What a source that tells places, not directions, is taken for in the place of `sigma_az_rad`: 70 m at 350 km."""

REMAINDER_S = 512.0
"""Category 001 tells the remainder of the time of day by so many seconds."""


@dataclass(frozen=True)
class Conversion:
    """What became of some target reports: `plots` (PLOT), and how many were left out, by reason."""

    plots: Rows
    dropped: dict[str, int]


def sensor_rows(reports: Rows, sensors: SensorTable) -> NDArray[np.int64]:
    """The sensor table's row of each report [n] by its source, -1 where the table has no such source."""
    row_of = np.full(65536, -1, dtype=np.int64)
    for (sac, sic), row in sensors.sources().items():
        row_of[sac << 8 | sic] = row
    known = (reports["sac"] >= 0) & (reports["sic"] >= 0)
    return np.where(known, row_of[np.where(known, reports["sac"] << 8 | reports["sic"], 0)], -1)


def to_plots(
    reports: Rows,
    captured_utc_s: NDArray[np.float64],
    sensors: SensorTable,
    start_utc_s: float,
) -> Conversion:
    """Convert target reports (ASTERIX_PLOT) of a capture to PLOT records in the order given.

    `captured_utc_s` [datagrams] is when each datagram was captured; it settles the day of each stamp and is the
    plot's time of arrival.  Times in the plots count from `start_utc_s`.
    Left out, and counted: reports without detection, position, time or known source, test targets, and fixed
    transponders. Angles are kept as the radar's north has them.
    """
    row = sensor_rows(reports, sensors)
    reasons = {
        "no detection": reports["type"] <= 0,
        "test target": reports["test"] == 1,
        "fixed transponder": reports["rab"] == 1,
        "no position": ~(np.isfinite(reports["rho_m"] + reports["theta_rad"]) | _is_absolute(reports)),
        "no time": ~np.isfinite(reports["time_of_day_s"]),
        "unknown source": row < 0,
    }
    kept = np.ones(len(reports), dtype=np.bool_)
    dropped: dict[str, int] = {}
    for reason, here in reasons.items():
        if (kept & here).any():
            dropped[reason] = int((kept & here).sum())
        kept &= ~here
    chosen = reports[kept]
    arrived = captured_utc_s[chosen["datagram"]]
    plots = _measurements(chosen)
    plots["t_valid_s"] = unroll_near(_time_of_day(chosen, arrived), arrived) - start_utc_s
    plots["t_seen_s"] = arrived - start_utc_s
    _attach(plots, row[kept], sensors)
    _place(plots, chosen, row[kept], sensors)
    return Conversion(plots, dropped)


def _measurements(reports: Rows) -> Rows:
    """What the reports say of the target. The height is a 3-D radar's own where there is one, else pressure altitude
    from clear replies."""
    plots = np.zeros(len(reports), dtype=PLOT)
    plots["kind"] = _KIND[reports["type"]]
    plots["iff"] = _IFF[np.maximum(reports["foe_friend"], 0)]
    clear = (reports["mode3a_v"] == 0) & (reports["mode3a_g"] == 0)
    plots["code"] = np.where(clear, reports["mode3a"], -1)
    plots["clause"] = -1
    plots["range_m"], plots["az_rad"] = reports["rho_m"], reports["theta_rad"]
    clear = (reports["flight_level_v"] == 0) & (reports["flight_level_g"] == 0)
    pressure_m = np.where(clear, reports["flight_level_m"], np.nan)
    plots["height_m"] = np.where(np.isfinite(reports["height_3d_m"]), reports["height_3d_m"], pressure_m)
    for name in ("el_rad", "range_rate_mps", "snr_db"):
        plots[name] = np.nan
    return plots


def _is_absolute(reports: Rows) -> NDArray[np.bool_]:
    """Which reports tell latitude and longitude [n]."""
    return np.isfinite(reports["lat_deg"] + reports["lon_deg"])


def _time_of_day(reports: Rows, arrived: NDArray[np.float64]) -> NDArray[np.float64]:
    """Seconds of the day [n]; of category 001 the time nearest to arrival with the remainder by 512 s that it tells."""
    told = reports["time_of_day_s"]
    near = np.mod(arrived, DAY_S)
    whole = near + np.mod(told - near + REMAINDER_S / 2, REMAINDER_S) - REMAINDER_S / 2
    return np.where(reports["category"] == 1, np.mod(whole, DAY_S), told)


def _place(plots: Rows, reports: Rows, row: NDArray[np.int64], sensors: SensorTable) -> None:
    """Range and azimuth from their source's site of reports that tell latitude and longitude; without a height they are
    taken to be at its own."""
    told = np.flatnonzero(_is_absolute(reports) & ~np.isfinite(reports["rho_m"]))
    if not told.size:
        return
    site = sensors.rows[row[told]]
    height = np.where(np.isfinite(plots["height_m"][told]), plots["height_m"][told], site["alt_m"])
    place = (reports["lat_deg"][told], reports["lon_deg"][told], height)
    azimuth, _, reach = geodetic2aer(*place, site["lat_deg"], site["lon_deg"], site["alt_m"])
    plots["range_m"][told], plots["az_rad"][told] = reach, azimuth


def _attach(plots: Rows, row: NDArray[np.int64], sensors: SensorTable) -> None:
    """Whose plots these are, and how exact."""
    plots["sensor"] = row
    plots["site_ecef_m"] = sites_m(sensors)[row]
    for name in ("sigma_range_m", "sigma_az_rad", "sigma_height_m"):
        plots[name] = sensors.rows[name][row]
    plots["sigma_height_m"] = np.where(np.isfinite(plots["height_m"]), plots["sigma_height_m"], np.nan)


def place_unknown(
    sensors: SensorTable | None, reports: Rows, services: Rows, origin: tuple[float, float, float]
) -> tuple[SensorTable, list[str]]:
    """A table that holds every source of `reports`, and one warning in words for each source that was added.

    A source the table lacks stands where its own service messages (ASTERIX_SERVICE) say, else at `origin` (lat_deg,
    lon_deg, alt_m), turns as they say, and is otherwise NOTIONAL_RADAR; one that reports places stands in
    their middle. Raises ValueError where it would have to be placed in a flat frame.
    """
    table = sensors or SensorTable(GEODETIC, [], [], np.zeros(0, dtype=SENSOR_ROW))
    known = table.sources()
    seen = {
        (int(sac), int(sic)) for sac, sic in zip(reports["sac"], reports["sic"], strict=True) if sac >= 0 and sic >= 0
    }
    rows, names, warnings = [table.rows], list(table.names), list[str]()
    if table.frame != GEODETIC and seen - known.keys():
        raise ValueError("a source without a site cannot be placed among sensors of a flat frame")
    for source in sorted(seen - known.keys()):
        own = services[(services["sac"] == source[0]) & (services["sic"] == source[1])]
        sited = own[np.isfinite(own["lat_deg"])]
        mine = reports[(reports["sac"] == source[0]) & (reports["sic"] == source[1]) & _is_absolute(reports)]
        place, where = origin, f"at the origin {origin[0]:g}, {origin[1]:g}"
        if len(sited):
            place = float(sited["lat_deg"][0]), float(sited["lon_deg"][0]), float(sited["height_m"][0])
            where = "where its service messages say"
        elif len(mine):
            place = float(np.median(mine["lat_deg"])), float(np.median(mine["lon_deg"])), 0.0
            where = f"in the middle of what it reports, {place[0]:.2f}, {place[1]:.2f}"
        rows.append(_notional(source, place, own))
        if len(mine) and not len(sited):
            rows[-1]["sigma_az_rad"] = ABSOLUTE_SIGMA_RAD
        names.append(f"{source[0]:03d}/{source[1]:03d}")
        warnings.append(f"source {source[0]}/{source[1]} is in no sensor file: placed {where}, with notional accuracy")
    nations = [*table.nations, *[""] * (len(names) - len(table.names))]
    return SensorTable(table.frame, names, nations, np.concatenate(rows)), warnings


def _notional(source: tuple[int, int], place: tuple[float, float, float], own: Rows) -> Rows:
    """One SENSOR_ROW of a source that nobody described."""
    row = np.zeros(1, dtype=SENSOR_ROW)
    for name in SENSOR_ROW.names or ():
        row[name] = NOTIONAL_RADAR.get(name, -1 if name in ("sac", "sic", "kind") else np.nan)
    row["sac"], row["sic"] = source
    row["lat_deg"], row["lon_deg"], row["alt_m"] = place
    turning = own["rotation_s"][own["rotation_s"] > 0.0]
    if turning.size:
        row["period_s"] = turning[0]
    return row
