"""Target reports and service messages as structured arrays in SI units: the fast way from octets to plots."""

from collections.abc import Sequence

import numpy as np

from jointsky.feeds.asterix.scan import Counters, Records, Scan, scan
from jointsky.feeds.asterix.text import idents
from jointsky.units import DEG_RAD, FLIGHT_LEVEL_M, FT_M, NMI_M
from jointsky.vocab.records import Rows

_PLOT_VALUES = {
    "time_of_day_s": ("140", 1.0),
    "rho_m": ("040/RHO", NMI_M),
    "theta_rad": ("040/THETA", DEG_RAD),
    "flight_level_m": ("090/FL", FLIGHT_LEVEL_M),
    "height_3d_m": ("110/3DH", FT_M),
    "x_m": ("042/X", NMI_M),
    "y_m": ("042/Y", NMI_M),
    "ground_speed_mps": ("200/GSP", NMI_M),
    "heading_rad": ("200/HDG", DEG_RAD),
    "sigma_x_m": ("210/SIGX", NMI_M),
    "sigma_y_m": ("210/SIGY", NMI_M),
    "sigma_speed_mps": ("210/SIGV", NMI_M),
    "sigma_heading_rad": ("210/SIGH", DEG_RAD),
    "doppler_mps": ("120/CAL/CAL", 1.0),
    "ssr_runlength_rad": ("130/SRL", DEG_RAD),
    "ssr_amplitude_dbm": ("130/SAM", 1.0),
    "psr_runlength_rad": ("130/PRL", DEG_RAD),
    "psr_amplitude_dbm": ("130/PAM", 1.0),
    "psr_minus_ssr_rho_m": ("130/RPD", NMI_M),
    "psr_minus_ssr_theta_rad": ("130/APD", DEG_RAD),
}
"""Columns in physical units: field path and the factor from the layout's unit to SI. NaN: not in the record."""

_PLOT_CODES = {
    "sac": "010/SAC",
    "sic": "010/SIC",
    "type": "020/TYP",
    "sim": "020/SIM",
    "rdp": "020/RDP",
    "spi": "020/SPI",
    "rab": "020/RAB",
    "test": "020/TST",
    "military_emergency": "020/ME",
    "military_ident": "020/MI",
    "foe_friend": "020/FOEFRI",
    "mode1": "055/MODE1",
    "mode1_v": "055/V",
    "mode2": "050/MODE2",
    "mode2_v": "050/V",
    "mode3a": "070/MODE3A",
    "mode3a_v": "070/V",
    "mode3a_g": "070/G",
    "mode3a_l": "070/L",
    "flight_level_v": "090/V",
    "flight_level_g": "090/G",
    "mode_c_v": "100/V",
    "mode_c_g": "100/G",
    "mode_c_grey": "100/MODEC",
    "ssr_replies": "130/SRR",
    "address": "220",
    "mode_s_registers": "250/REP",
    "track_number": "161/TRN",
    "tentative": "170/CNF",
    "track_sensors": "170/RAD",
    "doubtful": "170/DOU",
    "manoeuvre": "170/MAH",
    "climb": "170/CDM",
    "track_end": "170/TRE",
    "ghost": "170/GHO",
    "neighbour": "170/SUP",
    "slant_corrected": "170/TCC",
    "doppler_doubtful": "120/CAL/D",
    "transponder": "230/COM",
    "flight_status": "230/STAT",
}
"""Columns of raw codes: field path. -1: not in the record."""

_SERVICE_VALUES = {
    "time_of_day_s": ("030", 1.0),
    "sector_rad": ("020", DEG_RAD),
    "rotation_s": ("041", 1.0),
    "lat_deg": ("120/LAT", 1.0),
    "lon_deg": ("120/LON", 1.0),
    "height_m": ("120/HGT", 1.0),
    "collimation_rho_m": ("090/RNG", NMI_M),
    "collimation_theta_rad": ("090/AZM", DEG_RAD),
}

_SERVICE_CODES = {
    "sac": "010/SAC",
    "sic": "010/SIC",
    "type": "000",
    "no_go": "050/COM/NOGO",
    "time_invalid": "050/COM/TSV",
    "filter": "110",
}


def _dtype(values: dict[str, tuple[str, float]], codes: dict[str, str]) -> np.dtype[np.void]:
    """Values first and codes next, so that each kind can be filled as one matrix."""
    columns = [(name, "f8") for name in values] + [(name, "i8") for name in codes]
    return np.dtype([*columns, ("datagram", "i8")])


ASTERIX_PLOT = np.dtype(
    [
        *_dtype(_PLOT_VALUES, _PLOT_CODES).descr,
        ("aircraft_id", "S8"),
        ("category", "i8"),
        ("lat_deg", "f8"),
        ("lon_deg", "f8"),
    ]
)
"""One target report, of category 048 unless `category` says another; `lat_deg, lon_deg` (WGS84) where that category
tells those in the place of `rho_m, theta_rad`. `datagram` is its place in the list of datagrams; `flight_level_m` is
pressure altitude (1013.25 hPa), `height_3d_m` above the radar's mean sea level; `theta_rad` and `heading_rad` clockwise
from the radar's north; `doppler_mps` the calculated radial speed with the sign the radar gives it; `type` is 0 where
nothing was detected. NaN, -1 and empty text mean that the record does not say."""

ASTERIX_SERVICE = _dtype(_SERVICE_VALUES, _SERVICE_CODES)
"""One category 034 record. `type` 1 is the north marker, 2 a sector crossing; `lat_deg, lon_deg, height_m` where the
radar says it stands (WGS84)."""


def _fill(
    records: Records, dtype: np.dtype[np.void], values: dict[str, tuple[str, float]], codes: dict[str, str]
) -> Rows:
    rows = np.empty(len(records), dtype=dtype)
    octets = rows.view(np.uint8).reshape(len(records), dtype.itemsize)
    middle, end = 8 * len(values), 8 * (len(values) + len(codes))
    paths, factors = zip(*values.values(), strict=True)
    records.values(paths, factors, octets[:, :middle].view(np.float64))
    records.integers(tuple(codes.values()), -1, octets[:, middle:end].view(np.int64))
    rows["datagram"] = records.datagram
    return rows


def plots(found: Scan) -> Rows:
    """The category 048 records of a scan (ASTERIX_PLOT) [n]."""
    parts = [np.empty(0, dtype=ASTERIX_PLOT)]
    for records in found.of(48):
        rows = _fill(records, ASTERIX_PLOT, _PLOT_VALUES, _PLOT_CODES)
        rows["category"], rows["lat_deg"], rows["lon_deg"] = 48, np.nan, np.nan
        rows["aircraft_id"] = idents(records.integers(("240",), -1)[:, 0])
        parts.append(rows)
    return _in_order(parts)


def services(found: Scan) -> Rows:
    """The category 034 records of a scan (ASTERIX_SERVICE) [n]."""
    parts = [_fill(records, ASTERIX_SERVICE, _SERVICE_VALUES, _SERVICE_CODES) for records in found.of(34)]
    return _in_order([np.empty(0, dtype=ASTERIX_SERVICE), *parts])


def _in_order(parts: list[Rows]) -> Rows:
    """The rows of several editions in the order of their datagrams."""
    rows = np.concatenate(parts)
    return rows[np.argsort(rows["datagram"], kind="stable")] if len(parts) > 2 else rows


def decode_plots(octets: bytes | Sequence[bytes], *, counters: Counters | None = None) -> Rows:
    """Every category 048 record of one datagram, or of several (ASTERIX_PLOT) [n]; what cannot be read is counted,
    never raised."""
    found = scan([octets] if isinstance(octets, bytes) else octets)
    if counters is not None:
        counters.add(found.counters)
    return plots(found)
