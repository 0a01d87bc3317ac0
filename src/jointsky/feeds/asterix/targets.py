"""Target reports of every category that has some, as the rows that category 048 has: what a post can be fed with."""

import numpy as np

from jointsky.feeds.asterix.plots import ASTERIX_PLOT, plots
from jointsky.feeds.asterix.scan import Records, Scan
from jointsky.feeds.asterix.text import idents
from jointsky.units import DEG_RAD, FLIGHT_LEVEL_M, NMI_M
from jointsky.vocab.records import Rows

_ROLL_CALL = 5

_VALUES: dict[int, dict[str, tuple[tuple[str, ...], float]]] = {
    1: {
        "time_of_day_s": (("141",), 1.0),
        "rho_m": (("040/RHO",), NMI_M),
        "theta_rad": (("040/THETA",), DEG_RAD),
        "flight_level_m": (("090/HGT",), FLIGHT_LEVEL_M),
    },
    21: {
        "time_of_day_s": (("071", "073", "075", "077", "030"), 1.0),
        "lat_deg": (("131/LAT", "130/LAT"), 1.0),
        "lon_deg": (("131/LON", "130/LON"), 1.0),
        "flight_level_m": (("145",), FLIGHT_LEVEL_M),
    },
    62: {
        "time_of_day_s": (("070",), 1.0),
        "lat_deg": (("105/LAT",), 1.0),
        "lon_deg": (("105/LON",), 1.0),
        "flight_level_m": (("136", "130"), FLIGHT_LEVEL_M),
    },
}
"""Columns in physical units: the first of some field paths that the record has, and the factor to SI."""

_CODES: dict[int, dict[str, tuple[str, ...]]] = {
    1: {
        "type": ("020/SSRPSR",),
        "test": ("020/TST",),
        "rab": ("020/RAB",),
        "mode3a": ("070/MODE3A",),
        "mode3a_v": ("070/V",),
        "mode3a_g": ("070/G",),
        "flight_level_v": ("090/V",),
        "flight_level_g": ("090/G",),
        "track_number": ("161",),
    },
    21: {"mode3a": ("070/MODE3A", "070"), "address": ("080",), "track_number": ("161", "161/TRNUM")},
    62: {
        "mode3a": ("060/MODE3A",),
        "mode3a_v": ("060/V",),
        "mode3a_g": ("060/G",),
        "address": ("380/ADR",),
        "track_number": ("040",),
    },
}
"""Columns of raw codes."""

_IDENTS = {21: "170", 62: "380/ID"}
_FEET_FL = 100.0


def target_reports(found: Scan) -> Rows:
    """Target reports of categories 001, 021, 048 and 062 (ASTERIX_PLOT) [n], in the order of their datagrams.

    Those of 021 and 062 have latitude and longitude in the place of range and azimuth; they are taken for clear replies
    to a roll call. The stamp of category 001 is the remainder by 512 s of the time of day.
    """
    parts = [plots(found), *(_rows(records) for number in _VALUES for records in found.of(number))]
    rows = np.concatenate(parts)
    return rows[np.argsort(rows["datagram"], kind="stable")]


def _rows(records: Records) -> Rows:
    number = records.program.category.number
    rows = np.zeros(len(records), dtype=ASTERIX_PLOT)
    for name in ASTERIX_PLOT.names or ():
        rows[name] = np.nan if ASTERIX_PLOT[name].kind == "f" else -1 if ASTERIX_PLOT[name].kind == "i" else b""
    rows["category"], rows["datagram"] = number, records.datagram
    rows["test"] = rows["rab"] = 0
    rows["sac"], rows["sic"] = records.integers(("010/SAC", "010/SIC"), -1).T
    for name, (paths, factor) in _VALUES[number].items():
        for path in reversed(_known(records, paths)):
            told = records.values((path,), (factor * _step(records, path),))[:, 0]
            rows[name] = np.where(np.isfinite(told), told, rows[name])
    for name, codes in _CODES[number].items():
        for path in _known(records, codes):
            rows[name] = records.integers((path,), int(rows[name][0]) if len(rows) else -1)[:, 0]
    if number in _IDENTS and _known(records, (_IDENTS[number],)):
        rows["aircraft_id"] = idents(records.integers((_IDENTS[number],), -1)[:, 0])
    if number != 1:
        rows["type"] = _ROLL_CALL
        rows["flight_level_v"] = rows["flight_level_g"] = 0
        rows["mode3a_v"], rows["mode3a_g"] = np.maximum(rows["mode3a_v"], 0), np.maximum(rows["mode3a_g"], 0)
    return rows


def _known(records: Records, paths: tuple[str, ...]) -> list[str]:
    return [path for path in paths if path in records.program.places]


def _step(records: Records, path: str) -> float:
    """Flight levels are in feet in some items."""
    return 1.0 / _FEET_FL if records.program.places[path].field.unit == "ft" else 1.0
