"""Frames of Mode S to fields.

Sources: ICAO Annex 10, volume IV, chapter 3 (formats, parity, altitude and identity codes); RTCA DO-260B, 2.2.3
(extended squitter). Names of fields are those of open receivers: altitude in feet, groundspeed in knots, track in
degrees, vertical_rate in feet a minute.
"""

from math import atan2, degrees, hypot
from typing import Any

from jointsky.feeds.asterix.text import to_text

_POLYNOMIAL = 0xFFF409
_SHORT = {0, 4, 5, 11}
_LONG = {16, 17, 18, 19, 20, 21, 24}
SQUITTER = (17, 18)
"""Formats of the extended squitter."""


def _table() -> list[int]:
    rows: list[int] = []
    for octet in range(256):
        rest = octet << 16
        for _ in range(8):
            rest = rest << 1 ^ (_POLYNOMIAL if rest & 0x800000 else 0)
        rows.append(rest & 0xFFFFFF)
    return rows


_REST = _table()


def remainder(octets: bytes) -> int:
    """The parity of a frame: zero for a squitter that is whole, the address for a reply that has it in its parity."""
    rest = 0
    for octet in octets[:-3]:
        rest = (rest << 8 & 0xFFFFFF) ^ _REST[rest >> 16 ^ octet]
    return rest ^ int.from_bytes(octets[-3:])


def decode_frame(octets: bytes) -> dict[str, Any] | None:
    """The fields of one frame: df, icao24 and what its format says. None where length or parity say that it is broken.

    Replies (0, 4, 5, 16, 20, 21) carry their address in the parity, so that errors in them cannot be told.
    """
    if len(octets) not in (7, 14):
        return None
    df = min(octets[0] >> 3, 24)
    if (len(octets) == 7) != (df in _SHORT) or df not in _SHORT | _LONG:
        return None
    rest = remainder(octets)
    found: dict[str, Any] = {"df": str(df)}
    if df in SQUITTER:
        if rest:
            return None
        return _squitter(octets, found | {"icao24": octets[1:4].hex()})
    if df == 11:
        return None if rest > 127 else found | {"icao24": octets[1:4].hex(), "capability": octets[0] & 7}
    if df in (19, 24):
        return found
    found["icao24"] = f"{rest:06x}"
    code = (octets[2] << 8 | octets[3]) & 0x1FFF
    if df in (5, 21):
        return found | {"squawk": squawk(code)}
    return found | {"altitude": altitude_ft(code)}


def squawk(code: int) -> str:
    """Four octal digits of a 13-bit identity code (C1 A1 C2 A2 C4 A4 X B1 D1 B2 D2 B4 D4)."""
    c1, a1, c2, a2, c4, a4, _, b1, d1, b2, d2, b4, d4 = (code >> bit & 1 for bit in range(12, -1, -1))
    return f"{a4 << 2 | a2 << 1 | a1}{b4 << 2 | b2 << 1 | b1}{c4 << 2 | c2 << 1 | c1}{d4 << 2 | d2 << 1 | d1}"


def altitude_ft(code: int) -> int | None:
    """Feet of a 13-bit altitude code; None where it says none or is in metres."""
    if code == 0 or code & 0x40:
        return None
    if code & 0x10:
        steps = (code & 0x1F80) >> 2 | (code & 0x20) >> 1 | code & 0xF
        return 25 * steps - 1000
    return _gillham_ft(code)


def _gillham_ft(code: int) -> int | None:
    """Feet of an altitude in steps of 100: the steps of 500 are a reflected binary number, the five steps of 100 in
    them run up and down in turn."""
    c1, a1, c2, a2, c4, a4, _, b1, _, b2, d2, b4, d4 = (code >> bit & 1 for bit in range(12, -1, -1))
    hundreds = _plain(c1 << 2 | c2 << 1 | c4)
    five_hundreds = _plain(d2 << 7 | d4 << 6 | a1 << 5 | a2 << 4 | a4 << 3 | b1 << 2 | b2 << 1 | b4)
    if hundreds == 7:
        hundreds = 5
    if not 1 <= hundreds <= 5:
        return None
    if five_hundreds & 1:
        hundreds = 6 - hundreds
    return 500 * five_hundreds + 100 * hundreds - 1300


def _plain(reflected: int) -> int:
    """The number of a reflected binary code."""
    plain = 0
    while reflected:
        plain ^= reflected
        reflected >>= 1
    return plain


def _squitter(octets: bytes, found: dict[str, Any]) -> dict[str, Any]:
    """The fields of an extended squitter by its type code. Of format 18 only control fields 0, 1 and 6 are ADS-B."""
    message = int.from_bytes(octets[4:11])
    kind = message >> 51
    if found["df"] == "18" and octets[0] & 7 not in (0, 1, 6):
        return found | {"control": octets[0] & 7}
    found["typecode"] = kind
    if 1 <= kind <= 4:
        return found | {"bds": "08", "callsign": to_text(message & (1 << 48) - 1, 48, "ia5").strip()}
    if 5 <= kind <= 8:
        return found | {"bds": "06"} | _surface(message) | _compact(message)
    if 9 <= kind <= 18 or 20 <= kind <= 22:
        return found | {"bds": "05"} | _airborne(message, kind) | _compact(message)
    if kind == 19:
        return found | {"bds": "09"} | _velocity(message)
    if kind == 28 and message >> 48 & 7 == 1:
        return found | {"bds": "61", "emergency": message >> 45 & 7, "squawk": squawk(message >> 32 & 0x1FFF)}
    if kind == 31:
        return found | {"bds": "65", "version": message >> 13 & 7}
    return found


def _compact(message: int) -> dict[str, Any]:
    parity = "odd" if message >> 34 & 1 else "even"
    return {"parity": parity, "lat_cpr": message >> 17 & 0x1FFFF, "lon_cpr": message & 0x1FFFF}


def _airborne(message: int, kind: int) -> dict[str, Any]:
    """Altitude: barometric in feet; geometric (type codes 20 to 22) in metres is told in feet too."""
    code = message >> 36 & 0xFFF
    if kind >= 20:
        return {"altitude": round(code / 0.3048) if code else None, "source": "GNSS"}
    return {"altitude": altitude_ft((code & 0xFC0) << 1 | code & 0x3F), "source": "barometric"}


_MOVEMENT = ((2, 0.125, 0.125), (9, 1.0, 0.25), (13, 2.0, 0.5), (39, 15.0, 1.0), (94, 70.0, 2.0), (109, 100.0, 5.0))
"""First code of each span of ground movement, knots there, knots a code."""


def _surface(message: int) -> dict[str, Any]:
    code = message >> 44 & 0x7F
    track = 360.0 / 128.0 * (message >> 36 & 0x7F) if message >> 43 & 1 else None
    return {"groundspeed": _movement_kt(code), "track": track}


def _movement_kt(code: int) -> float | None:
    if code == 1:
        return 0.0
    if code == 124:
        return 175.0
    spans = [span for span in _MOVEMENT if span[0] <= code <= 123]
    if not spans:
        return None
    first, base, step = spans[-1]
    return base + step * (code - first)


def _velocity(message: int) -> dict[str, Any]:
    """Velocity over ground (subtypes 1, 2) or airspeed and heading (3, 4); subtypes 2 and 4 count fours of knots."""
    subtype = message >> 48 & 7
    factor = 4 if subtype in (2, 4) else 1
    found: dict[str, Any] = {"subtype": subtype}
    east, north = message >> 32 & 0x3FF, message >> 21 & 0x3FF
    if subtype in (1, 2) and east and north:
        v_east = factor * (east - 1) * (-1 if message >> 42 & 1 else 1)
        v_north = factor * (north - 1) * (-1 if message >> 31 & 1 else 1)
        found |= {"groundspeed": hypot(v_east, v_north), "track": degrees(atan2(v_east, v_north)) % 360.0}
    elif subtype in (3, 4):
        found["heading"] = 360.0 / 1024.0 * east if message >> 42 & 1 else None
        found["TAS" if message >> 31 & 1 else "IAS"] = factor * (north - 1) if north else None
    rate, difference = message >> 10 & 0x1FF, message & 0x7F
    found["vrate_src"] = "barometric" if message >> 20 & 1 else "GNSS"
    found["vertical_rate"] = 64 * (rate - 1) * (-1 if message >> 19 & 1 else 1) if rate else None
    found["geo_minus_baro"] = 25 * (difference - 1) * (-1 if message >> 7 & 1 else 1) if difference else None
    return found
