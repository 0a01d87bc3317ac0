"""Airfields of Europe by ICAO code, from airportsdata (MIT); see `tools/pack_airfields.py`."""

import csv
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from jointsky.errors import suggest


class Airfield(NamedTuple):
    """An airfield. The elevation is above mean sea level; `country` is the two-letter ISO code.

    `elevation_from` is "listed", or "terrain" where the list has none and the coarse grid stands in.
    """

    icao: str
    name: str
    lat_deg: float
    lon_deg: float
    elevation_m: float
    country: str
    elevation_from: str


def find(icao: str) -> Airfield:
    """Return the airfield of a code, capitals or not. Raises ValueError, with the nearest codes, for one not packed."""
    known = table()
    found = known.get(icao.upper())
    if found is None:
        advice = suggest(icao.upper(), known)
        raise ValueError(f"unknown airfield {icao!r}" + (f"; {advice}" if advice else ""))
    return found


@cache
def table() -> dict[str, Airfield]:
    """Return all packed airfields by code, read once."""
    text = files("jointsky.atlas").joinpath("airfields.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(line for line in text.splitlines() if not line.startswith("#"))
    return {row["icao"]: _airfield(row) for row in rows}


def _airfield(row: dict[str, str]) -> Airfield:
    lat, lon, elevation = (float(row[name]) for name in ("lat_deg", "lon_deg", "elevation_m"))
    return Airfield(row["icao"], row["name"], lat, lon, elevation, row["country"], row["elevation_from"])
