"""What sensors and posts say in ASTERIX: PLOT, TRACK and ALERT rows to items of categories 048, 034, 062, 065 and 004.

Items are as `encode.encode_block` takes them. Everything is marked as simulated where the category has a bit for it.
Sources: EUROCONTROL SPEC-149, parts 2b (034), 4 (048), 9 (062), 15 (065) and 17 (004).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from math import isfinite
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jointsky.feeds.asterix.records import Item
from jointsky.geo.frames import rotate2enu
from jointsky.units import DAY_S, DEG_RAD, FLIGHT_LEVEL_M, FT_M, NMI_M
from jointsky.vocab.codes import Identity, Iff, PlotKind, SensorKind
from jointsky.vocab.records import Rows

Record = dict[str, Item]

NORTH_MARK, JAM_STROBE = 1, 4
"""Message types of category 034."""
STATUS, END_OF_BATCH = 1, 2
"""Message types of category 065."""
ALIVE, AREA_WARNING = 1, 5
"""Message types of category 004."""

_TURN_STEPS = 65_536
_TIME_STEP_S = 1.0 / 128.0
_FURTHEST_M = 65_535 / 256 * NMI_M
_TYPE = {PlotKind.PRIMARY: 1, PlotKind.SECONDARY: 2, PlotKind.COMBINED: 3}
_FOE_FRIEND = {Iff.NOT_ASKED: 0, Iff.FRIEND: 1, Iff.NO_REPLY: 3}
_OLDEST_S = 63.75
_SERVICE = 1


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who speaks: system area and identification code, and when its second 0 was, in UTC seconds since 1970."""

    sac: int
    sic: int
    start_utc_s: float

    @property
    def source(self) -> dict[str, int]:
        """Item 010."""
        return {"SAC": self.sac, "SIC": self.sic}

    def time_of_day_s(self, t_s: float) -> float:
        """Seconds since midnight UTC, to the step that ASTERIX has."""
        steps = round((self.start_utc_s + t_s) % DAY_S / _TIME_STEP_S)
        return steps % round(DAY_S / _TIME_STEP_S) * _TIME_STEP_S


def north_mark(who: Speaker, t_s: float, period_s: float, site: tuple[float, float, float]) -> Record:
    """A category 034 message as the antenna passes north; `site` is latitude, longitude (deg) and height (m)."""
    lat_deg, lon_deg, height_m = site
    return {
        "010": who.source,
        "000": NORTH_MARK,
        "030": who.time_of_day_s(t_s),
        "041": period_s,
        "120": {"HGT": round(height_m), "LAT": lat_deg, "LON": lon_deg},
    }


def jam_strobe(who: Speaker, plot: np.void, reach_m: float) -> Record:
    """A category 034 message about a jammer's azimuth (a PLOT row of kind STROBE), out to `reach_m`."""
    half_rad = float(plot["sigma_az_rad"])
    start, end = (_turn(float(plot["az_rad"]) + side) for side in (-half_rad, half_rad))
    window = {"RHOST": 0.0, "RHOEND": min(reach_m, _FURTHEST_M) / NMI_M, "THETAST": start, "THETAEND": end}
    return {
        "010": who.source,
        "000": JAM_STROBE,
        "030": who.time_of_day_s(float(plot["t_valid_s"])),
        "100": window,
    }


def says(plots: Rows) -> NDArray[np.bool_]:
    """Which PLOT rows category 048 can say [n]: those with a range, of at most 256 nautical miles."""
    return (plots["kind"] != PlotKind.STROBE) & (plots["range_m"] >= 0.0) & (plots["range_m"] <= _FURTHEST_M)


def target_report(who: Speaker, plot: np.void, sensor_kind: int) -> Record:
    """A category 048 target report of a PLOT row that `says` allows; the height of a 3-D radar is item 110, that of a
    transponder item 090."""
    descriptor = {"TYP": _TYPE[PlotKind(plot["kind"])], "SIM": 1}
    if plot["iff"] != Iff.NOT_ASKED:
        descriptor["FOEFRI"] = _FOE_FRIEND[Iff(plot["iff"])]
    report: Record = {
        "010": who.source,
        "140": who.time_of_day_s(float(plot["t_valid_s"])),
        "020": descriptor,
        "040": {"RHO": float(plot["range_m"]) / NMI_M, "THETA": _turn(float(plot["az_rad"]))},
    }
    if plot["code"] >= 0:
        report["070"] = _code(int(plot["code"]))
    height_m = float(plot["height_m"])
    if isfinite(height_m) and sensor_kind == SensorKind.SSR:
        report["090"] = {"FL": _within(height_m / FLIGHT_LEVEL_M, 0.25, 14)}
    elif isfinite(height_m):
        report["110"] = {"3DH": _within(height_m / FT_M, 25.0, 14)}
    if isfinite(float(plot["range_rate_mps"])):
        report["120"] = {"CAL": {"D": 0, "CAL": _within(float(plot["range_rate_mps"]), 1.0, 10)}}
    return report


def system_track(who: Speaker, track: np.void, number: int, is_first: bool) -> Record:
    """A category 062 record of a TRACK row under a track number (0 to 65,535)."""
    east, north, up = _velocity(track)
    record: Record = {
        "010": who.source,
        "015": _SERVICE,
        "070": who.time_of_day_s(float(track["t_valid_s"])),
        "105": {"LAT": float(track["lat_deg"]), "LON": float(track["lon_deg"])},
        "185": {"VX": _within(east, 0.25, 16), "VY": _within(north, 0.25, 16)},
        "040": number,
        "080": _status(track, is_first),
        "290": {"TRK": min(max(float(track["t_valid_s"] - track["t_update_s"]), 0.0), _OLDEST_S)},
        "130": _within(float(track["alt_m"]) / FT_M, 6.25, 16),
        "220": _within(60.0 * up / FT_M, 6.25, 16),
        "500": _accuracy(track),
    }
    if track["code"] >= 0:
        record["060"] = _code(int(track["code"])) | {"CH": 0}
        del record["060"]["L"]
    return record


def track_end(who: Speaker, t_s: float, number: int) -> Record:
    """The last category 062 record of a track: it is seen no more."""
    return {
        "010": who.source,
        "015": _SERVICE,
        "070": who.time_of_day_s(t_s),
        "040": number,
        "080": {"MON": 0, "SIM": 1, "TSE": 1},
    }


def service_status(who: Speaker, t_s: float, batch: int) -> Iterator[Record]:
    """Category 065 at the end of a cycle: the batch is whole, and the service works."""
    head: Record = {"010": who.source, "015": _SERVICE, "030": who.time_of_day_s(t_s)}
    yield head | {"000": END_OF_BATCH, "020": batch % 256}
    yield head | {"000": STATUS, "040": {"NOGO": 0, "OVL": 0, "TSV": 0, "PSS": 1}}


def alive(who: Speaker, t_s: float) -> Record:
    """A category 004 message that says that alerts would come."""
    return {"010": who.source, "000": ALIVE, "020": who.time_of_day_s(t_s)}


def area_warning(who: Speaker, alert: np.void, number: int, alert_id: int, height_m: float) -> Record:
    """A category 004 area proximity warning of an ALERT row of kind BORDER, about the track with a number; `height_m`
    is that of the track."""
    place = {"LAT": float(alert["lat_deg"]), "LON": float(alert["lon_deg"]), "ALT": _within(height_m / FT_M, 25.0, 16)}
    record: Record = {
        "010": who.source,
        "000": AREA_WARNING,
        "020": who.time_of_day_s(float(alert["t_s"])),
        "040": alert_id % _TURN_STEPS,
        "060": {"APW": 1},
        "030": number,
        "170": {"CPW": place},
        "120": {"CP": min(max(float(alert["probability"]), 0.0), 1.0) * 100.0},
    }
    waits_s = float(alert["t_cross_s"])
    if isfinite(waits_s) and 0.0 <= waits_s < DAY_S:
        record["070"] = {"TC": waits_s}
    return record


def _turn(angle_rad: float) -> float:
    """Degrees in [0, 360), to the step of item 040."""
    return round(angle_rad / DEG_RAD / 360.0 * _TURN_STEPS) % _TURN_STEPS * 360.0 / _TURN_STEPS


def _within(value: float, step: float, bits: int) -> float:
    """The nearest value that a signed field of so many bits holds."""
    most = 1 << bits - 1
    return min(max(round(value / step), -most), most - 1) * step


def _code(code: int) -> dict[str, Any]:
    return {"V": 0, "G": 0, "L": 0, "MODE3A": f"{code:04o}"}


def _velocity(track: np.void) -> tuple[float, float, float]:
    enu = rotate2enu(track["vel_ecef_mps"], float(track["lat_deg"]), float(track["lon_deg"]))
    return float(enu[0]), float(enu[1]), float(enu[2])


def _status(track: np.void, is_first: bool) -> dict[str, int]:
    """Item 080: made by one sensor or several, simulated, and whether its transponder answered as a friend's."""
    status = {"MON": int(track["sensors"] <= 1), "CNF": 0, "SIM": 1, "TSB": int(is_first)}
    if track["iff"] == Iff.FRIEND or track["identity"] == Identity.FRIEND:
        status["MD4"] = 1
    return status


def _accuracy(track: np.void) -> dict[str, Any]:
    """Item 500: one sigma of position, height and velocity."""
    most_m = 32_767.0
    place, height = (min(float(track[name]), most_m) for name in ("sigma_pos_m", "sigma_height_m"))
    speed = min(float(track["sigma_vel_mps"]), 63.75)
    found: dict[str, Any] = {"APC": {"X": place, "Y": place}}
    if isfinite(height):
        found["AGA"] = min(height / FT_M, 255 * 6.25)
    return found | {"ATV": {"X": speed, "Y": speed}}
