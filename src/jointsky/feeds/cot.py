"""Cursor on Target: tracks as the XML events that TAK reads, one event a datagram.

Source: MITRE, "Cursor on Target Message Router User's Guide" (MP 09W0000083) and the published base schema
(Event.xsd); letters of affiliation as in MIL-STD-2525. Every event is marked as simulated in `opex` and in its remarks.
"""

from datetime import UTC, datetime
from math import atan2, degrees, hypot, isfinite
from xml.etree import ElementTree

import numpy as np

from jointsky.geo.frames import rotate2enu
from jointsky.vocab.codes import AircraftKind, Identity

STALE_S = 30.0
"""How long after its cycle an event may still be shown."""
UNKNOWN_M = 9_999_999.0
"""What the format holds for an accuracy that is not known."""

_AFFILIATION = {
    Identity.PENDING: "p",
    Identity.UNKNOWN: "u",
    Identity.ASSUMED_FRIEND: "a",
    Identity.FRIEND: "f",
    Identity.NEUTRAL: "n",
    Identity.SUSPECT: "s",
    Identity.HOSTILE: "h",
}
_KIND = {
    AircraftKind.FIGHTER: "M-F-F",
    AircraftKind.BOMBER: "M-F-B",
    AircraftKind.CRUISE_MISSILE: "W-M",
    AircraftKind.JAMMER: "M-F-J",
    AircraftKind.AEW: "M-F-R-W",
    AircraftKind.CIVIL: "C-F",
    AircraftKind.TRANSPORT: "M-F-C",
    AircraftKind.UAV: "M-F-Q",
    AircraftKind.BALLISTIC: "W-M-B",
}


def event_type(identity: int, kind: int) -> str:
    """The type of an air track: an atom, its affiliation, in the air, and what it seems to be."""
    known = {int(code): words for code, words in _KIND.items()}
    tail = f"-{known[kind]}" if kind in known else ""
    return f"a-{_AFFILIATION[Identity(identity)]}-A{tail}"


def track_event(track: np.void, post: str, start_utc_s: float, t_s: float) -> bytes:
    """One TRACK row of a post's picture at `t_s` (seconds since `start_utc_s`, UTC seconds since 1970) as an event."""
    now = _moment(start_utc_s + t_s)
    event = ElementTree.Element(
        "event",
        {
            "version": "2.0",
            "uid": f"jointsky.{post}.{int(track['track_id'])}",
            "type": event_type(int(track["identity"]), int(track["kind"])),
            "how": "m-f",
            "opex": "s-jointsky",
            "time": now,
            "start": _moment(start_utc_s + float(track["t_valid_s"])),
            "stale": _moment(start_utc_s + t_s + STALE_S),
        },
    )
    ElementTree.SubElement(event, "point", _point(track))
    _detail(ElementTree.SubElement(event, "detail"), track, post)
    return b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>' + ElementTree.tostring(event)


def _point(track: np.void) -> dict[str, str]:
    """Place, and its accuracy: one sigma of the plane and of the height."""
    return {
        "lat": f"{float(track['lat_deg']):.7f}",
        "lon": f"{float(track['lon_deg']):.7f}",
        "hae": f"{float(track['alt_m']):.1f}",
        "ce": f"{_known(float(track['sigma_pos_m'])):.1f}",
        "le": f"{_known(float(track['sigma_height_m'])):.1f}",
    }


def _detail(detail: ElementTree.Element, track: np.void, post: str) -> None:
    east, north, up = rotate2enu(track["vel_ecef_mps"], float(track["lat_deg"]), float(track["lon_deg"])).tolist()
    course = degrees(atan2(east, north)) % 360.0
    ElementTree.SubElement(detail, "contact", {"callsign": f"{post} {int(track['track_id'])}"})
    motion = {
        "course": f"{course:.1f}",
        "speed": f"{hypot(east, north):.1f}",
        "slope": f"{_slope(east, north, up):.1f}",
    }
    ElementTree.SubElement(detail, "track", motion)
    ElementTree.SubElement(detail, "remarks").text = "SIMULATED"


def _slope(east: float, north: float, up: float) -> float:
    return degrees(atan2(up, hypot(east, north)))


def _known(sigma_m: float) -> float:
    return min(sigma_m, UNKNOWN_M) if isfinite(sigma_m) else UNKNOWN_M


def _moment(utc_s: float) -> str:
    return datetime.fromtimestamp(utc_s, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
