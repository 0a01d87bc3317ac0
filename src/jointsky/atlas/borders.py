"""Borders of the world, packed from world-atlas 2.0.2 (ISC; shapes from Natural Earth); see `tools/pack_borders.py`.

Lines are drawn as they are held, at 1:50 million (a point about each 2 km, quantised to some 250 m); an author who
needs others gives GeoJSON. Countries go by name or by ISO 3166-1 number. A stretch of border is stored once, so what
two countries have in common is known exactly.
"""

import json
from collections.abc import Sequence
from functools import cache, lru_cache
from importlib.resources import files
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from jointsky.errors import ScenarioError, suggest
from jointsky.geo.areas import Area, Box, area_from_geojson, area_from_rings, clip_to_box

Floats = NDArray[np.float64]


class Country(NamedTuple):
    """A country's name as on the map, and its three-digit ISO number ("" where it has none)."""

    name: str
    number: str


class _Atlas(NamedTuple):
    countries: tuple[Country, ...]
    arcs: tuple[Floats, ...]
    rings: tuple[tuple[int, tuple[int, ...]], ...]


def countries() -> tuple[Country, ...]:
    """Return all countries of the atlas."""
    return _atlas().countries


def countries_near(box: Box | tuple[float, float, float, float]) -> tuple[Country, ...]:
    """Return the countries that may have land in a window: those with a ring whose own box meets it."""
    west, south, east, north = box
    atlas = _atlas()
    lows, highs = (np.array([end(arc, axis=0) for arc in atlas.arcs]) for end in (np.min, np.max))
    near: set[int] = set()
    for owner, ring in atlas.rings:
        arcs = [_plain(arc) for arc in ring]
        low, high = lows[arcs].min(axis=0), highs[arcs].max(axis=0)
        across = any(low[0] + turn <= east and high[0] + turn >= west for turn in (-360.0, 0.0, 360.0))
        if across and low[1] <= north and high[1] >= south:
            near.add(owner)
    return tuple(atlas.countries[row] for row in sorted(near))


def country(*names_or_numbers: str | int) -> Area:
    """Return the land of one country, or of several as one. Raises as `territory`."""
    return territory(names_or_numbers)


def territory(
    names_or_numbers: Sequence[str | int], box: Box | tuple[float, float, float, float] | None = None
) -> Area:
    """Return the land of countries as one, borders among them dissolved, cut to a window where one is given.

    A country goes by its name on the map, capitals or not, or by its ISO number ("008" or 8). Raises ValueError for an
    unknown country, naming the nearest, and for a window that leaves nothing.
    """
    land = _land(frozenset(_row(name) for name in names_or_numbers), None if box is None else Box(*box))
    if box is not None and not land.rings:
        raise ValueError(f"no land of {', '.join(map(str, names_or_numbers))} lies within {tuple(box)}")
    return land


@lru_cache(maxsize=32)
def _land(rows: frozenset[int], box: Box | None) -> Area:
    """The land of countries by their rows, kept because a file asks for it each time it is read, judged and run."""
    own = [ring for owner, ring in _atlas().rings if owner in rows]
    inner = _used_twice(own)
    drawn = [_ring(ring, inner) for ring in own]
    area = area_from_rings([ring for ring, _ in drawn], [border for _, border in drawn])
    return area if box is None else clip_to_box(area, box)


def common_border(first: Sequence[str | int], second: Sequence[str | int]) -> tuple[Floats, ...]:
    """Return the border between two groups of countries: lines of (longitude, latitude), shape (n, 2) each.

    Empty where they do not touch. Raises ValueError for an unknown country.
    """
    sides = [{_row(name) for name in group} for group in (first, second)]
    arcs = [{_plain(arc) for owner, ring in _atlas().rings if owner in rows for arc in ring} for rows in sides]
    return tuple(_atlas().arcs[arc] for arc in sorted(arcs[0] & arcs[1]))


def load_geojson(path: Path) -> Area:
    """Return the land that an author drew in a GeoJSON file. Raises ScenarioError for a file that is none."""
    try:
        return area_from_geojson(json.loads(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise ScenarioError(str(path), 0, 0, "", f"cannot be read: {error.strerror}") from error
    except json.JSONDecodeError as error:
        raise ScenarioError(str(path), error.lineno, error.colno, "", f"is not JSON: {error.msg}") from error
    except (ValueError, RecursionError) as error:
        raise ScenarioError(str(path), 0, 0, "", f"is not a GeoJSON area: {error}") from error


@cache
def _atlas() -> _Atlas:
    with (
        files("jointsky.atlas").joinpath("borders.npz").open("rb") as file,
        np.load(file, allow_pickle=False) as packed,
    ):
        steps, bounds = packed["steps"].astype(np.int64), packed["arc_starts"]
        scale, translate = packed["scale"], packed["translate"]  # each look into the file reads it anew
        arcs = [steps[a:b].cumsum(axis=0) * scale + translate for a, b in zip(bounds[:-1], bounds[1:], strict=True)]
        ring_arcs, ring_bounds = packed["ring_arcs"].tolist(), packed["ring_starts"]
        rings = [tuple(ring_arcs[a:b]) for a, b in zip(ring_bounds[:-1], ring_bounds[1:], strict=True)]
        known = map(Country, packed["names"].tolist(), packed["numbers"].tolist())
        return _Atlas(tuple(known), tuple(arcs), tuple(zip(packed["ring_owners"].tolist(), rings, strict=True)))


@cache
def _rows() -> dict[str, int]:
    by_name = {item.name.casefold(): row for row, item in enumerate(countries())}
    return by_name | {item.number: row for row, item in enumerate(countries()) if item.number}


def _row(name_or_number: str | int) -> int:
    asked = f"{name_or_number:03d}" if isinstance(name_or_number, int) else name_or_number.strip()
    row = _rows().get(asked.casefold())
    if row is None:
        advice = suggest(asked, [item.name for item in countries()])
        raise ValueError(f"unknown country {asked!r}" + (f"; {advice}" if advice else ""))
    return row


def _plain(arc: int) -> int:
    return arc if arc >= 0 else ~arc


def _used_twice(rings: Sequence[tuple[int, ...]]) -> frozenset[int]:
    seen: set[int] = set()
    twice: set[int] = set()
    for arc in (_plain(arc) for ring in rings for arc in ring):
        (twice if arc in seen else seen).add(arc)
    return frozenset(twice)


def _ring(arcs: tuple[int, ...], inner: frozenset[int]) -> tuple[Floats, NDArray[np.bool_]]:
    """Return a ring's places, its end not repeated, and which of its edges are no border within the asked land."""
    lines = [_atlas().arcs[arc] if arc >= 0 else _atlas().arcs[~arc][::-1] for arc in arcs]
    places = np.concatenate([line[:-1] for line in lines])
    border = [np.full(len(line) - 1, _plain(arc) not in inner) for arc, line in zip(arcs, lines, strict=True)]
    return places, np.concatenate(border)
