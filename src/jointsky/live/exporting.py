"""A recorded run for other programs: its tracks on maps and globes, and everything in it as tables."""

import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import polars as pl

from jointsky.errors import LogError
from jointsky.feeds.flights import Flight, czml, geojson, kml
from jointsky.live.emitting.told import Told, told
from jointsky.record.atomic import write_whole
from jointsky.record.reading import read_recording
from jointsky.record.tables import TABLES, frame_of

MAPS: dict[str, Callable[[list[Flight], str, float, float], bytes]] = {
    "kml": lambda flights, title, start_utc_s, _: kml(flights, title, start_utc_s),
    "czml": czml,
    "geojson": lambda flights, _, start_utc_s, __: geojson(flights, start_utc_s),
}
"""Formats of one file, by the name of their option."""
WRITERS: dict[str, Callable[[pl.DataFrame], Callable[..., object]]] = {
    "csv": lambda frame: frame.write_csv,
    "parquet": lambda frame: frame.write_parquet,
}
"""Formats of a folder of tables."""


def flights(run: Told, posts: tuple[str, ...] | None = None) -> list[Flight]:
    """The tracks of some posts of a run (None: of all), by post and number."""
    return [flight for post in posts or run.posts for flight in _of_post(run, post)]


def _of_post(run: Told, post: str) -> list[Flight]:
    pictures = [rows for _, rows in run.pictures(post) if len(rows)]
    if not pictures:
        return []
    rows = np.concatenate(pictures)
    found: list[Flight] = []
    numbers: list[int] = np.unique(rows["track_id"]).tolist()
    for number in numbers:
        mine = rows[rows["track_id"] == number]
        places = list(zip(*(mine[name].tolist() for name in ("lat_deg", "lon_deg", "alt_m")), strict=True))
        identity, kind = int(mine["identity"][-1]), int(mine["kind"][-1])
        found.append(Flight(post, number, identity, kind, mine["t_valid_s"].tolist(), places))
    return found


def export_map(folder: Path, form: str, out: Path, post: str | None) -> int:
    """Write the tracks of a run (of one post, where named) in one of `MAPS`; how many there were. Raises LogError for a
    folder without a run, or a post that the run has not."""
    run = told(folder)
    if post is not None and post not in run.posts:
        raise LogError(f"{folder}: no post {post!r} had a picture; posts are {', '.join(run.posts)}")
    found = flights(run, None if post is None else (post,))
    octets = MAPS[form](found, f"{run.recording.recipe.agreement} (simulated)", run.start_utc_s, run.end_s)
    write_whole(out, lambda file: file.write(octets))
    return len(found)


def export_tables(folder: Path, form: str, out: Path) -> dict[str, int]:
    """Write every table of a run into a folder, each whole or not at all; rows by name. Raises LogError."""
    recording = read_recording(folder)
    os.makedirs(out, exist_ok=True)
    counts: dict[str, int] = {}
    for name in TABLES:
        frame = frame_of(recording, name)
        write_whole(out / f"{name}.{form}", WRITERS[form](frame))
        counts[name] = frame.height
    return counts
