"""Tracks of posts as flights over time, and as the formats that maps and globes read: KML, CZML, GeoJSON.

Sources: OGC KML 2.2 (07-147r2) with Google's `gx:Track`; the CZML Guide of Cesium; RFC 7946. Places are WGS84; heights
are above the ellipsoid in CZML and GeoJSON, and what KML calls absolute.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from xml.etree import ElementTree

from jointsky.vocab.codes import AircraftKind, Identity

KML, GX = "http://www.opengis.net/kml/2.2", "http://www.google.com/kml/ext/2.2"
COLOURS = {
    Identity.PENDING: (255, 235, 120),
    Identity.UNKNOWN: (255, 235, 120),
    Identity.ASSUMED_FRIEND: (120, 220, 255),
    Identity.FRIEND: (120, 220, 255),
    Identity.NEUTRAL: (150, 240, 150),
    Identity.SUSPECT: (255, 165, 90),
    Identity.HOSTILE: (255, 120, 120),
}
"""Red, green and blue of an identity, after MIL-STD-2525."""
_SHOWN_S = 60.0
"""How long of its way a globe shows behind an aircraft."""


@dataclass(frozen=True, slots=True)
class Flight:
    """One track of one post: its number, what it was last taken for, and where it was, `places` (latitude, longitude in
    degrees, height in metres) at `times_s` (seconds since scenario start, ascending)."""

    post: str
    track_id: int
    identity: int
    kind: int
    times_s: Sequence[float]
    places: Sequence[tuple[float, float, float]]

    @property
    def name(self) -> str:
        """What people call it."""
        return f"{self.post} {self.track_id}"

    @property
    def facts(self) -> dict[str, Any]:
        """What is known of it, in words."""
        known = {int(code): code.name.lower().replace("_", " ") for code in AircraftKind}
        identity = Identity(self.identity).name.lower().replace("_", " ")
        return {
            "post": self.post,
            "track": self.track_id,
            "identity": identity,
            "kind": known.get(self.kind, "unknown"),
            "simulated": True,
        }


def moment(utc_s: float) -> str:
    """UTC seconds since 1970 as ISO 8601 text."""
    return datetime.fromtimestamp(utc_s, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def geojson(flights: Iterable[Flight], start_utc_s: float) -> bytes:
    """A FeatureCollection of lines (of points, where a track was seen once); `times` are those of the positions."""
    features: list[dict[str, Any]] = []
    for flight in flights:
        where = [[round(lon, 7), round(lat, 7), round(alt, 1)] for lat, lon, alt in flight.places]
        shape = {"type": "LineString", "coordinates": where}
        if len(where) == 1:
            shape = {"type": "Point", "coordinates": where[0]}
        told = flight.facts | {"times": [moment(start_utc_s + t_s) for t_s in flight.times_s]}
        features.append({"type": "Feature", "id": flight.name, "geometry": shape, "properties": told})
    return json.dumps({"type": "FeatureCollection", "features": features}, separators=(",", ":")).encode()


def czml(flights: Sequence[Flight], title: str, start_utc_s: float, end_s: float) -> bytes:
    """A CZML document: every flight moves at the time of the run, with its name and the last minute of its way."""
    span = f"{moment(start_utc_s)}/{moment(start_utc_s + end_s)}"
    clock = {"interval": span, "currentTime": moment(start_utc_s), "multiplier": 10, "range": "LOOP_STOP"}
    packets: list[dict[str, Any]] = [{"id": "document", "name": title, "version": "1.0", "clock": clock}]
    return json.dumps([*packets, *(_packet(flight, start_utc_s) for flight in flights)], separators=(",", ":")).encode()


def _packet(flight: Flight, start_utc_s: float) -> dict[str, Any]:
    first_s, last_s = flight.times_s[0], flight.times_s[-1]
    colour = {"rgba": [*COLOURS[Identity(flight.identity)], 255]}
    numbers = [
        number
        for t_s, (lat, lon, alt) in zip(flight.times_s, flight.places, strict=True)
        for number in (round(t_s, 3), round(lon, 7), round(lat, 7), round(alt, 1))
    ]
    return {
        "id": flight.name,
        "name": flight.name,
        "description": ", ".join(f"{name}: {value}" for name, value in flight.facts.items()),
        "availability": f"{moment(start_utc_s + first_s)}/{moment(start_utc_s + last_s)}",
        "position": {"epoch": moment(start_utc_s), "cartographicDegrees": numbers, "interpolationDegree": 1},
        "point": {"pixelSize": 7, "color": colour},
        "path": {"leadTime": 0, "trailTime": _SHOWN_S, "width": 2, "material": {"solidColor": {"color": colour}}},
        "label": {"text": flight.name, "font": "11px sans-serif", "pixelOffset": {"cartesian2": [8, -8]}},
    }


def kml(flights: Iterable[Flight], title: str, start_utc_s: float) -> bytes:
    """A KML document: a folder for each post, a moving track for each flight, coloured by identity."""
    ElementTree.register_namespace("", KML)
    ElementTree.register_namespace("gx", GX)
    root = ElementTree.Element(_kml("kml"))
    document = ElementTree.SubElement(root, _kml("Document"))
    _text(document, "name", title)
    for identity in Identity:
        _style(document, identity)
    folders: dict[str, ElementTree.Element] = {}
    for flight in flights:
        if flight.post not in folders:
            folders[flight.post] = ElementTree.SubElement(document, _kml("Folder"))
            _text(folders[flight.post], "name", flight.post)
        _placemark(folders[flight.post], flight, start_utc_s)
    return ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)


def _kml(name: str) -> str:
    return f"{{{KML}}}{name}"


def _text(parent: ElementTree.Element, name: str, text: str) -> None:
    ElementTree.SubElement(parent, _kml(name)).text = text


def _style(document: ElementTree.Element, identity: Identity) -> None:
    """Colours of KML are opacity, blue, green, red."""
    red, green, blue = COLOURS[identity]
    style = ElementTree.SubElement(document, _kml("Style"), {"id": identity.name.lower()})
    line = ElementTree.SubElement(style, _kml("LineStyle"))
    _text(line, "color", f"ff{blue:02x}{green:02x}{red:02x}")
    _text(line, "width", "2")


def _placemark(folder: ElementTree.Element, flight: Flight, start_utc_s: float) -> None:
    mark = ElementTree.SubElement(folder, _kml("Placemark"))
    _text(mark, "name", flight.name)
    _text(mark, "description", ", ".join(f"{name}: {value}" for name, value in flight.facts.items()))
    _text(mark, "styleUrl", f"#{Identity(flight.identity).name.lower()}")
    track = ElementTree.SubElement(mark, f"{{{GX}}}Track")
    _text(track, "altitudeMode", "absolute")
    for t_s in flight.times_s:
        _text(track, "when", moment(start_utc_s + t_s))
    for lat, lon, alt in flight.places:
        ElementTree.SubElement(track, f"{{{GX}}}coord").text = f"{lon:.7f} {lat:.7f} {alt:.1f}"
