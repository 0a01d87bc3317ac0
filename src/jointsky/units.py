"""Units, used only at the edges: plain factors to SI, and a reader of texts such as "150 km".

Inside jointsky everything is SI and carries its unit in its name.
"""

import math
import re

FT_M = 0.3048
NMI_M = 1852.0
KM_M = 1000.0
KT_MPS = 1852.0 / 3600.0
KMH_MPS = 1.0 / 3.6
FLIGHT_LEVEL_M = 100.0 * FT_M
DEG_RAD = math.pi / 180.0
MIN_S = 60.0
H_S = 3600.0
DAY_S = 86400.0
RPM_RADPS = 2.0 * math.pi / 60.0
G_MPS2 = 9.80665

_UNITS: dict[str, tuple[str, float]] = {
    "m": ("length", 1.0),
    "km": ("length", KM_M),
    "ft": ("length", FT_M),
    "nmi": ("length", NMI_M),
    "NM": ("length", NMI_M),
    "cm": ("length", 0.01),
    "s": ("time", 1.0),
    "ms": ("time", 1e-3),
    "us": ("time", 1e-6),
    "min": ("time", MIN_S),
    "h": ("time", H_S),
    "d": ("time", DAY_S),
    "day": ("time", DAY_S),
    "days": ("time", DAY_S),
    "m/s": ("speed", 1.0),
    "km/h": ("speed", KMH_MPS),
    "km/s": ("speed", KM_M),
    "kt": ("speed", KT_MPS),
    "m/s2": ("acceleration", 1.0),
    "g": ("acceleration", G_MPS2),
    "rad": ("angle", 1.0),
    "mrad": ("angle", 1e-3),
    "deg": ("angle", DEG_RAD),
    "°": ("angle", DEG_RAD),
    "rad/s": ("turn rate", 1.0),
    "deg/s": ("turn rate", DEG_RAD),
    "rpm": ("turn rate", RPM_RADPS),
    "1": ("share", 1.0),
    "%": ("share", 0.01),
    "dB": ("level", 1.0),
    "W": ("power", 1.0),
    "kW": ("power", 1e3),
    "MW": ("power", 1e6),
    "Hz": ("frequency", 1.0),
    "kHz": ("frequency", 1e3),
    "MHz": ("frequency", 1e6),
    "GHz": ("frequency", 1e9),
    "kg": ("mass", 1.0),
    "t": ("mass", 1000.0),
    "N": ("force", 1.0),
    "kN": ("force", 1e3),
    "K": ("temperature", 1.0),
    "m2": ("area", 1.0),
    "m²": ("area", 1.0),
    "km2": ("area", 1e6),
    "bit/s": ("data rate", 1.0),
    "kbit/s": ("data rate", 1e3),
    "Mbit/s": ("data rate", 1e6),
}

_USUAL = {
    "length": "km", "time": "s", "speed": "m/s", "acceleration": "g", "angle": "deg", "turn rate": "rpm", "share": "%",
    "level": "dB", "power": "kW", "frequency": "MHz", "mass": "kg", "force": "kN", "temperature": "K", "area": "m2",
    "data rate": "kbit/s",
}  # fmt: skip
"""The unit that advice proposes for each dimension."""

_QUANTITY = re.compile(r"([+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?)\s*(.*)", re.ASCII)
_FLIGHT_LEVEL = re.compile(r"FL\s*(\d{1,3})")


def parse_quantity(text: object, unit: str) -> float:
    """Return a text such as "150 km", "30 %", "15 min" or "FL320" as a number of `unit` ("m", "1", "s", ...).

    Raises ValueError, with advice, for a number without a unit, an unknown unit, a unit of another dimension, or a
    text that is no quantity; KeyError when the programmer asks for a unit that does not exist.
    """
    dimension, factor = _UNITS[unit]
    if isinstance(text, bool) or not isinstance(text, (str, int, float)):
        raise ValueError(f"found {text!r}, expected {_a(dimension)} such as {_example('10', dimension)}")
    written = str(text).strip().replace("\u2212", "-")
    level = _FLIGHT_LEVEL.fullmatch(written)
    if level and dimension == "length":
        return float(level[1]) * FLIGHT_LEVEL_M / factor
    match = _QUANTITY.fullmatch(written)
    if match is None:
        raise ValueError(f"found {written!r}, expected {_a(dimension)} such as {_example('10', dimension)}")
    number, found_unit = match.groups()
    found_dimension, found_factor = _unit_of(number, found_unit.strip(), dimension)
    if found_dimension != dimension:
        raise ValueError(
            f"found {written!r}, {_a(found_dimension)}; expected {_a(dimension)}: write {_example(number, dimension)}"
        )
    value = float(number)
    if not math.isfinite(value):
        raise ValueError(f"found {written!r}, expected a number that is not too large to hold")
    return value if found_unit.strip() == unit else value * found_factor / factor


def _unit_of(number: str, found: str, dimension: str) -> tuple[str, float]:
    if not found:
        advice = f"expected {_a(dimension)}: write {_example(number, dimension)}"
        raise ValueError(f"found {number} without a unit, {advice}")
    if found in _UNITS and found != "1":
        return _UNITS[found]
    known = ", ".join(name for name, (kind, _) in _UNITS.items() if kind == dimension and name != "1")
    raise ValueError(f"found unit {found!r}, expected {_a(dimension)} in one of: {known}")


def _a(dimension: str) -> str:
    return f"{'an' if dimension[0] in 'aeiou' else 'a'} {dimension}"


def _example(number: str, dimension: str) -> str:
    return f"{number} {_USUAL[dimension]}"
