"""Parquet tables say what the log says."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pytest
from unit.record.scene import make_world
from unit.record.test_recorder import TICKS, record

from jointsky.errors import LogError
from jointsky.record.kinds import Kind, pack_header
from jointsky.record.log import LogWriter
from jointsky.record.reading import read_recording
from jointsky.record.tables import TABLES, derive_tables

ROWS = {
    "plots": Kind.PLOTS,
    "plot_truth": Kind.PLOT_TRUTH,
    "tracks": Kind.PICTURE,
    "orders": Kind.ORDERS,
    "shots": Kind.SHOTS,
    "alerts": Kind.ALERTS,
    "truth": Kind.TRUTH,
}


def test_tables_equal_the_log(tmp_path: Path) -> None:
    record(tmp_path / "log")
    paths = derive_tables(tmp_path)
    assert set(paths) == {*ROWS, "decisions"} == set(TABLES)
    recording = read_recording(tmp_path)
    for name, kind in ROWS.items():
        frame, table = pl.read_parquet(paths[name]), recording.table(kind)
        assert frame.height == len(table.rows) > 0
        assert frame["tick"].to_list() == table.tick.tolist()
        for field in table.rows.dtype.names or ():
            values = table.rows[field]
            stem, _, unit = field.rpartition("_")
            columns = [field] if values.ndim == 1 else [f"{stem}_{axis}_{unit}" for axis in "xyz"]
            read = np.column_stack([frame[column].to_numpy() for column in columns])
            assert np.array_equal(read, values.reshape(read.shape), equal_nan=values.dtype.kind == "f"), (name, field)
            assert all(frame[column].dtype == pl.Series(values.ravel()).dtype for column in columns)
    assert "plot" not in " ".join(pl.read_parquet(paths["plots"]).columns)


def test_words_of_posts_and_names(tmp_path: Path) -> None:
    record(tmp_path / "log")
    paths = derive_tables(tmp_path)
    decisions = pl.read_parquet(paths["decisions"])
    assert decisions["clauses"].to_list()[:2] == ["c1 c2", "c3"]
    assert decisions["allowed"].to_list()[:2] == [True, False]
    assert decisions["t_approved_s"].is_nan().all()
    assert pl.read_parquet(paths["orders"])["clauses"].to_list()[:2] == ["c1 c2", ""]
    assert pl.read_parquet(paths["tracks"])["post"].unique().to_list() == ["east"]
    truth = pl.read_parquet(paths["truth"])
    aircraft = make_world().model.names.aircraft
    assert truth["aircraft"].to_list() == [aircraft[row] for row in truth["row"]]
    assert truth["t_s"].unique().sort().to_list() == [float(t) for t in range(0, TICKS, 10)]


def test_a_run_without_a_tick_has_empty_tables(tmp_path: Path) -> None:
    from unit.record.test_recorder import RECIPE

    with LogWriter(tmp_path / "log") as log:
        log.append(Kind.HEADER, pack_header(RECIPE))
    frames = {name: pl.read_parquet(path) for name, path in derive_tables(tmp_path).items()}
    assert all(frame.height == 0 and frame.width > 2 for name, frame in frames.items() if name != "plot_truth")


def test_nothing_half_written_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    record(tmp_path / "log", 2)

    def fails(self: pl.DataFrame, file: object) -> None:
        file.write(b"half")  # type: ignore[attr-defined]
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(pl.DataFrame, "write_parquet", fails)
    with pytest.raises(LogError, match="no space left"):
        derive_tables(tmp_path)
    assert list((tmp_path / "tables").iterdir()) == []
