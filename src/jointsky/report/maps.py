"""Map pictures: what was there, and what each post held, at one moment. Shape tells identity before colour does (after
APP-6)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

import numpy as np
from numpy.typing import NDArray

from jointsky import geo
from jointsky.atlas import borders
from jointsky.geo.areas import Area, Box, clip_to_box
from jointsky.record.kinds import Kind
from jointsky.report.run_facts import Reading, RunFacts
from jointsky.report.svg import num, picture, text
from jointsky.scenario.load import Scenario
from jointsky.vocab.codes import Identity, Side
from jointsky.vocab.records import Rows

Float = NDArray[np.float64]
WIDTH = 560.0
AHEAD_S = 60.0
"""How far ahead the line at a symbol looks."""
_MARGIN_DEG = 0.35
_FRAMES = {
    "hostile": "M-5 4.5V-1L0-6.5 5-1V4.5",
    "friend": "M-5 4.5V-1A5 5 0 0 1 5-1V4.5",
    "neutral": "M-5 4.5V-5H5V4.5",
    "unknown": "M-4 4.5C-8.5 3-8-2.5-4-2 -4-7.5 4-7.5 4-2 8-2.5 8.5 3 4 4.5",
}
_SHOWN = {
    Identity.PENDING: ("unknown", True),
    Identity.UNKNOWN: ("unknown", False),
    Identity.ASSUMED_FRIEND: ("friend", True),
    Identity.FRIEND: ("friend", False),
    Identity.NEUTRAL: ("neutral", False),
    Identity.SUSPECT: ("hostile", True),
    Identity.HOSTILE: ("hostile", False),
}
"""The frame of each identity, and whether it is dashed (assumed, suspect, pending)."""
_SIDE_SHOWN = {Side.RAIDER: "hostile", Side.DEFENDER: "friend", Side.NEUTRAL: "neutral"}


@dataclass(frozen=True, slots=True)
class Sheet:
    """A plain map: longitude scaled by the cosine of the middle latitude, north up; good for a few hundred
    kilometres."""

    box: Box

    @property
    def scale(self) -> float:
        """Picture units a degree of latitude."""
        return WIDTH / ((self.box.east_deg - self.box.west_deg) * self.squeeze)

    @property
    def squeeze(self) -> float:
        """A degree of longitude in degrees of latitude."""
        return float(np.cos(np.radians((self.box.south_deg + self.box.north_deg) / 2.0)))

    @property
    def height(self) -> float:
        """Height of the picture."""
        return (self.box.north_deg - self.box.south_deg) * self.scale

    def place(self, lat_deg: Float, lon_deg: Float) -> tuple[Float, Float]:
        """Picture x and y of places."""
        x = (np.asarray(lon_deg) - self.box.west_deg) * self.squeeze * self.scale
        return x, (self.box.north_deg - np.asarray(lat_deg)) * self.scale

    def outline(self, area: Area) -> str:
        """The rings of an area as one path."""
        parts: list[str] = []
        for ring in area.rings:
            x, y = self.place(ring[:, 1], ring[:, 0])
            parts.append("M" + "L".join(f"{num(float(a))} {num(float(b))}" for a, b in zip(x, y, strict=True)) + "Z")
        return "".join(parts)


def sheet_of(run: RunFacts) -> Sheet:
    """The window that holds every defended place, site and raider of a run."""
    raider = np.isin(np.arange(len(run.aircraft)), run.raiders)
    flown = [rows[raider[rows["row"]]] for _, rows in run.truth]
    assets = run.recording.last(Kind.ASSETS)
    lat = np.concatenate([assets["lat_deg"], *(rows["lat_deg"] for rows in flown)])
    lon = np.concatenate([assets["lon_deg"], *(rows["lon_deg"] for rows in flown)])
    site_lat, site_lon, _ = geo.ecef2geodetic(run.recording.first(Kind.RADARS)["pos_ecef_m"])
    lat, lon = np.concatenate([lat, site_lat]), np.concatenate([lon, site_lon])
    return Sheet(
        Box(
            float(lon.min()) - 2 * _MARGIN_DEG,
            float(lat.min()) - _MARGIN_DEG,
            float(lon.max()) + 2 * _MARGIN_DEG,
            float(lat.max()) + _MARGIN_DEG,
        )
    )


def land_of(scenario: Scenario, nation: str) -> Area | None:
    """A nation's land as its author gave it, None for a nation without."""
    written, territory = scenario.geojson(nation), scenario.nations[nation].territory
    if written is not None:
        return geo.area_from_geojson(written)
    return None if territory is None else borders.territory(territory.country, territory.box)


def definitions(run: RunFacts, sheet: Sheet) -> str:
    """What all maps of a page share: the land, its borders, the defended places, and the frames of symbols."""
    land = "".join(f'<path class="land" d="{sheet.outline(area)}"/>' for area in _countries(sheet.box))
    own = "".join(
        f'<path class="own" d="{sheet.outline(clip_to_box(area, sheet.box))}"/>'
        for nation in sorted(run.scenario.nations)
        if (area := land_of(run.scenario, nation)) is not None
    )
    frames = "".join(f'<path id="f-{name}" d="{d}"/>' for name, d in _FRAMES.items())
    ground = f'<rect class="sea" width="{num(WIDTH)}" height="{num(sheet.height)}"/>{land}{own}{_places(run, sheet)}'
    groups = f'<g id="ground">{ground}</g><g id="sites">{_sites(run, sheet)}</g>{frames}'
    return f'<svg width="0" height="0" aria-hidden="true" style="position:absolute"><defs>{groups}</defs></svg>'


def _countries(box: Box) -> Iterable[Area]:
    """Every country that shows in a window."""
    for country in borders.countries():
        area = borders.country(country.number or country.name)
        seen = area.box
        if (
            seen.west_deg < box.east_deg
            and seen.east_deg > box.west_deg
            and seen.south_deg < box.north_deg
            and seen.north_deg > box.south_deg
        ):
            cut = clip_to_box(area, box)
            if cut.rings:
                yield cut


def _places(run: RunFacts, sheet: Sheet) -> str:
    assets = run.recording.last(Kind.ASSETS)
    x, y = sheet.place(assets["lat_deg"], assets["lon_deg"])
    names = run.recording.names.assets
    return "".join(
        f'<circle class="asset" cx="{num(float(a))}" cy="{num(float(b))}" r="4"/>{_name(float(a), float(b), name)}'
        for a, b, name in zip(x, y, names, strict=True)
    )


def _name(x: float, y: float, name: str) -> str:
    """A place's name at its right, or at its left near the edge."""
    return text(x - 6, y + 3, name, "place", "end") if x > 0.85 * WIDTH else text(x + 6, y + 3, name, "place")


def _sites(run: RunFacts, sheet: Sheet) -> str:
    """Radars (R), missile batteries (M) and airfields (A) as the rectangles of friendly ground units."""
    rec = run.recording
    radars = rec.first(Kind.RADARS)
    fixed = radars["platform"] < 0
    placed = [
        (geo.ecef2geodetic(rows["pos_ecef_m"]), letter, names)
        for rows, letter, names in (
            (radars[fixed], "R", [n for n, f in zip(rec.names.radars, fixed, strict=True) if f]),
            (rec.first(Kind.LAUNCHERS), "M", rec.names.launchers),
            (rec.first(Kind.AIRFIELDS), "A", rec.names.airfields),
        )
    ]
    return "".join(_site(sheet, lat, lon, letter, names) for (lat, lon, _), letter, names in placed)


def _site(sheet: Sheet, lat: Float, lon: Float, letter: str, names: Sequence[str]) -> str:
    xs, ys = sheet.place(lat, lon)
    return "".join(_box(float(x), float(y), letter, name) for x, y, name in zip(xs, ys, names, strict=True))


def _box(x: float, y: float, letter: str, name: str) -> str:
    frame = f'<rect class="site" x="{num(x - 4.5)}" y="{num(y - 4)}" width="9" height="8"/>'
    sign = f'<text class="site-letter" x="{num(x)}" y="{num(y + 2.6)}" text-anchor="middle">{letter}</text>'
    return f"<g><title>{escape(name)}</title>{frame}{sign}</g>"


def truth_map(run: RunFacts, sheet: Sheet, t_s: float) -> str:
    """What truly was in the air, with all sites."""
    times = [time for time, _ in run.truth]
    rows = run.truth[times.index(t_s)][1]
    later = dict(run.truth).get(t_s + AHEAD_S)
    names, side = run.recording.names.aircraft, run.aircraft["side"]
    parts = ['<use href="#ground"/><use href="#sites"/>']
    x, y = sheet.place(rows["lat_deg"], rows["lon_deg"])
    for a, b, row in zip(x.tolist(), y.tolist(), rows["row"].tolist(), strict=True):
        frame = _SIDE_SHOWN[Side(int(side[row]))]
        parts.append(_ahead(sheet, a, b, later, row, frame) if later is not None else "")
        parts.append(symbol(a, b, frame, False, names[int(row)]))
    return picture(WIDTH, sheet.height, "Truth", parts)


def _ahead(sheet: Sheet, x: float, y: float, later: Rows, row: int, frame: str) -> str:
    found = later[later["row"] == row]
    if not len(found):
        return ""
    x2, y2 = sheet.place(found["lat_deg"], found["lon_deg"])
    return (
        f'<line class="ahead {frame}" x1="{num(x)}" y1="{num(y)}" x2="{num(float(x2[0]))}" y2="{num(float(y2[0]))}"/>'
    )


def symbol(x: float, y: float, frame: str, dashed: bool, title: str, only: bool = False) -> str:
    """The frame of an identity at a place, dashed where it is assumed, with a bar below when held by release alone."""
    kind = f"sym {frame} dash" if dashed else f"sym {frame}"
    bar = f'<line class="only {frame}" x1="-5" y1="7.5" x2="5" y2="7.5"/>' if only else ""
    drawn = f'<use class="{kind}" href="#f-{frame}"/>{bar}'
    return f'<g transform="translate({num(x)} {num(y)})"><title>{escape(title)}</title>{drawn}</g>'


def picture_map(run: RunFacts, sheet: Sheet, post: str, reading: Reading) -> str:
    """What a post held: its tracks by identity, those alive by release alone underlined, and a small ring where a
    raider was that it did not hold."""
    tracks, parts = reading.tracks, ['<use href="#ground"/>']
    missed = np.isin(reading.truth["row"], run.raiders) & (reading.match < 0)
    x, y = sheet.place(reading.truth["lat_deg"][missed], reading.truth["lon_deg"][missed])
    parts += [
        f'<circle class="missed" cx="{num(a)}" cy="{num(b)}" r="2.6"><title>raider, not held</title></circle>'
        for a, b in zip(x.tolist(), y.tolist(), strict=True)
    ]
    x, y = sheet.place(*geo.ecef2geodetic(tracks["pos_ecef_m"])[:2])
    ahead = tracks["pos_ecef_m"] + np.nan_to_num(tracks["vel_ecef_mps"]) * AHEAD_S
    x2, y2 = sheet.place(*geo.ecef2geodetic(ahead)[:2])
    for index, (a, b, c, d, only) in enumerate(
        zip(x.tolist(), y.tolist(), x2.tolist(), y2.tolist(), reading.by_release.tolist(), strict=True)
    ):
        identity = Identity(int(tracks["identity"][index]))
        frame, dashed = _SHOWN[identity]
        parts.append(f'<line class="ahead {frame}" x1="{num(a)}" y1="{num(b)}" x2="{num(c)}" y2="{num(d)}"/>')
        title = f"track {int(tracks['track_id'][index])}: {identity.name.lower().replace('_', ' ')}"
        parts.append(symbol(a, b, frame, dashed, f"{title}, by release only" if only else title, only))
    return picture(WIDTH, sheet.height, f"Picture of {post}", parts)


def moments(run: RunFacts) -> list[tuple[str, float]]:
    """Up to four moments worth a picture, in order of time: why, and when (a time at which truth was recorded)."""
    launches = run.chain["acted"][np.isfinite(run.chain["acted"])]
    detectable = run.chain["detectable"][np.isfinite(run.chain["detectable"])]
    raiders = [int(np.isin(rows["row"], run.raiders).sum()) for _, rows in run.truth]
    released = {t_s: 0 for t_s, _ in run.truth}
    for readings in run.readings.values():
        for reading in readings:
            released[reading.t_s] += int(reading.by_release.sum())
    wanted = [("first missile away", float(launches.min()))] if len(launches) else []
    wanted += [("half the raiders have been detectable", float(np.median(detectable)))] if len(detectable) else []
    if run.truth:
        wanted.append((f"most raiders in the air ({max(raiders)})", run.truth[int(np.argmax(raiders))][0]))
        if max(released.values()) > 0:
            wanted.append(("most tracks held by release alone", max(released, key=lambda t: released[t])))
    return _apart(run, wanted)


def _apart(run: RunFacts, wanted: Sequence[tuple[str, float]]) -> list[tuple[str, float]]:
    """Moments at recorded times, those within a minute of an earlier wish left out."""
    times = np.array([t_s for t_s, _ in run.truth])
    chosen: list[tuple[str, float]] = []
    for why, t_s in wanted:
        at = float(times[np.minimum(np.searchsorted(times, t_s), len(times) - 1)])
        if all(abs(at - other) > 60.0 for _, other in chosen):
            chosen.append((why, at))
    return sorted(chosen, key=lambda pair: pair[1])
