"""Runs for maps, globes and other programs: read back by other readers, with the same places and rows."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ElementTree
from datetime import datetime
from pathlib import Path

import polars as pl
import pytest
from scenario_runs import short_run

from jointsky.errors import LogError
from jointsky.feeds.flights import GX, KML, Flight
from jointsky.live.emitting.told import Told, told
from jointsky.live.exporting import export_map, export_tables, flights
from jointsky.record.kinds import Kind
from jointsky.record.tables import TABLES


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return short_run(tmp_path_factory.mktemp("run") / "run")


@pytest.fixture(scope="module")
def run(folder: Path) -> Told:
    return told(folder)


def test_every_row_of_every_picture_is_in_one_flight(run: Told) -> None:
    found = flights(run)
    assert sum(len(flight.times_s) for flight in found) == len(run.recording.table(Kind.PICTURE).rows) > 0
    assert all(list(flight.times_s) == sorted(set(flight.times_s)) for flight in found)
    assert len({(flight.post, flight.track_id) for flight in found}) == len(found)


def test_kml_keeps_the_rules_of_its_schema(folder: Path, run: Told, tmp_path: Path) -> None:
    export_map(folder, "kml", tmp_path / "run.kml", None)
    root = ElementTree.parse(tmp_path / "run.kml").getroot()
    assert root.tag == f"{{{KML}}}kml" and [child.tag for child in root] == [f"{{{KML}}}Document"]
    styles = {f"#{style.get('id')}" for style in root.iter(f"{{{KML}}}Style")}
    marks = list(root.iter(f"{{{KML}}}Placemark"))
    assert len(marks) == len(flights(run))
    for mark, flight in zip(marks, flights(run), strict=True):
        order = [child.tag.partition("}")[2] for child in mark]
        assert order == ["name", "description", "styleUrl", "Track"]  # features first, the geometry last
        assert mark.findtext(f"{{{KML}}}styleUrl") in styles
        when, coord = mark.findall(f".//{{{KML}}}when"), mark.findall(f".//{{{GX}}}coord")
        assert len(when) == len(coord) == len(flight.times_s)
        lon, lat, _ = (float(part) for part in (coord[0].text or "").split(" "))
        assert (lat, lon) == pytest.approx(flight.places[0][:2], abs=1e-6)
        assert datetime.fromisoformat(when[0].text or "").timestamp() == pytest.approx(
            run.start_utc_s + flight.times_s[0], abs=2e-3
        )


def test_czml_begins_with_its_document_and_its_samples_run_in_time(folder: Path, run: Told, tmp_path: Path) -> None:
    export_map(folder, "czml", tmp_path / "run.czml", None)
    head, *packets = json.loads((tmp_path / "run.czml").read_text())
    assert head["id"] == "document" and head["version"] == "1.0"
    assert len({packet["id"] for packet in packets}) == len(packets) == len(flights(run))
    for packet in packets:
        numbers = packet["position"]["cartographicDegrees"]
        times = numbers[::4]
        assert len(numbers) % 4 == 0 and times == sorted(times)
        assert all(-180.0 <= lon <= 180.0 for lon in numbers[1::4]) and all(
            -90.0 <= lat <= 90.0 for lat in numbers[2::4]
        )
        first, last = map(datetime.fromisoformat, packet["availability"].split("/"))
        assert first <= last and all(0 <= part <= 255 for part in packet["point"]["color"]["rgba"])


def test_geojson_is_what_rfc_7946_says(folder: Path, run: Told, tmp_path: Path) -> None:
    export_map(folder, "geojson", tmp_path / "run.geojson", "west.cp")
    found = json.loads((tmp_path / "run.geojson").read_text())
    assert found["type"] == "FeatureCollection" and len(found["features"]) == len(flights(run, ("west.cp",))) > 0
    for feature in found["features"]:
        shape = feature["geometry"]
        where = shape["coordinates"] if shape["type"] == "LineString" else [shape["coordinates"]]
        assert len(where) == len(feature["properties"]["times"]) and (shape["type"] == "Point") == (len(where) == 1)
        assert all(-180.0 <= lon <= 180.0 and -90.0 <= lat <= 90.0 for lon, lat, _ in where)
        assert feature["properties"]["simulated"] is True


@pytest.mark.parametrize(("form", "read"), [("csv", pl.read_csv), ("parquet", pl.read_parquet)])
def test_tables_hold_everything(folder: Path, run: Told, tmp_path: Path, form: str, read) -> None:
    counts = export_tables(folder, form, tmp_path / "tables")
    assert set(counts) == set(TABLES)
    assert {entry.name for entry in (tmp_path / "tables").iterdir()} == {f"{name}.{form}" for name in TABLES}
    plots = read(tmp_path / "tables" / f"plots.{form}")
    assert plots.height == counts["plots"] == len(run.recording.table(Kind.PLOTS).rows)


def test_an_unknown_post_is_refused_and_nothing_written(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(LogError, match="posts are east.cp"):
        export_map(folder, "kml", tmp_path / "run.kml", "nobody")
    assert not list(tmp_path.iterdir())


def test_a_flight_says_what_it_is() -> None:
    told_of = Flight("west.cp", 7, 6, 2, [0.0], [(54.0, 27.0, 100.0)]).facts
    assert told_of["identity"] == "hostile" and told_of["kind"] == "cruise missile" and told_of["simulated"]
