"""`jointsky track`: tables in both frames and of Cartesian sensors, and what is refused."""

from pathlib import Path

import numpy as np
import pytest
from tracking_scene import SITES_M, flat_scene, geodetic_flight

from jointsky.errors import ScenarioError, TableError
from jointsky.feeds.tables import read_tracks
from jointsky.live.track_tables import track_tables

HEAD = (
    "sensor,nation,kind,{},period_s,phase_s,max_range_m,sigma_range_m,sigma_azimuth_deg,sigma_height_m,pd,"
    "clutter_per_scan,latency_s"
)
TAIL = "5,0,200000,50,0.0573,100,0.9,5,0.5"


def write(path: Path, lines: list[str]) -> Path:
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def plot_table(path: Path, plots: np.ndarray) -> Path:
    rows = [
        f"{p['t_valid_s']:.3f},{p['t_seen_s']:.3f},r{p['sensor']},{p['range_m']:.1f},{np.degrees(p['az_rad']):.5f},{p['height_m']:.1f}"
        for p in plots
    ]
    return write(path, ["t_s,t_arrival_s,sensor,range_m,azimuth_deg,height_m", *rows])


def test_a_flat_table(tmp_path: Path) -> None:
    _, plots = flat_scene([([20e3, 30e3, 9000.0], [200.0, 50.0, 0.0])])
    sites = [f"r{k},A,3d,{x},{y},{z},{TAIL}" for k, (x, y, z) in enumerate(SITES_M)]
    sensors = write(tmp_path / "sensors.csv", [HEAD.format("x_m,y_m,z_m"), *sites])
    seen: list[tuple[float, float]] = []
    found = track_tables(
        sensors, plot_table(tmp_path / "plots.csv", plots), "40:110:10", tmp_path / "tracks.csv",
        progress=lambda done, whole: seen.append((done, whole)),
    )  # fmt: skip
    tracks = read_tracks(tmp_path / "tracks.csv")
    assert tracks["t_s"].tolist() == [40.0, 50.0, 60.0, 70.0, 80.0, 90.0, 100.0, 110.0]
    assert len(set(tracks["track_id"].tolist())) == 1
    assert np.abs(tracks["x_m"] - 20e3 - 200.0 * tracks["t_s"]).max() < 500.0
    assert np.abs(tracks["vx_mps"][-1] - 200.0) < 20.0
    assert (found["times"], found["rows"], found["tracks"]) == (8, 8, 1)
    assert seen[-1][0] <= seen[-1][1] == len(plots)


def test_a_geodetic_table(tmp_path: Path) -> None:
    sites = [(53.9, 27.6, 200.0), (54.3, 29.0, 150.0)]
    _, plots, _ = geodetic_flight(sites)
    lines = [f"r{k},A,ssr,{lat},{lon},{h},{TAIL}" for k, (lat, lon, h) in enumerate(sites)]
    sensors = write(tmp_path / "sensors.csv", [HEAD.format("lat_deg,lon_deg,alt_m"), *lines])
    track_tables(sensors, plot_table(tmp_path / "plots.csv", plots), "100:100:1", tmp_path / "tracks.csv")
    (track,) = read_tracks(tmp_path / "tracks.csv")
    assert abs(track["lat_deg"] - 54.15) < 1e-3
    assert abs(track["lon_deg"] - 28.2) < 1e-3
    assert abs(track["alt_m"] - 10000.0) < 30.0
    assert abs(track["v_north_mps"] - 0.0015 * 111300.0) < 8.0
    assert abs(track["v_east_mps"] - 0.002 * 65300.0) < 8.0
    assert abs(track["v_up_mps"]) < 3.0


def textbook(folder: Path, seed: int = 1) -> tuple[Path, Path]:
    """Four targets that cross in a square of 300 m, plotted once a second with false plots."""
    rng = np.random.default_rng(seed)
    lines = []
    for t in range(1, 61):
        truth = [(150 + 2 * (t - 30), 100.0), (150.0, 150 + 2 * (t - 30)), (40 + t, 240.0), (250 - t, 60.0)]
        points = [(x + rng.normal(), y + rng.normal()) for x, y in truth if rng.random() < 0.95]
        points += [tuple(rng.uniform(0, 300, 2)) for _ in range(rng.poisson(8))]
        lines += [f"{t},{t},s,{x:.4f},{y:.4f}" for x, y in points]
    sensor = ["sensor,nation,kind,sigma_xy_m,x_min_m,x_max_m,y_min_m,y_max_m", "s,A,xy,1,0,300,0,300"]
    return write(folder / "sensors.csv", sensor), write(
        folder / "plots.csv", ["t_s,t_arrival_s,sensor,x_m,y_m", *lines]
    )


def test_a_textbook_problem(tmp_path: Path) -> None:
    sensors, plots = textbook(tmp_path)
    model = write(tmp_path / "model.yaml", ["q: 0.01", "pd: 0.95", "ps: 0.99", "clutter: 8", "birth: 0.05"])
    track_tables(sensors, plots, "10:60:1", tmp_path / "tracks.csv", model=model)
    tracks = read_tracks(tmp_path / "tracks.csv")
    last = tracks[tracks["t_s"] == 60.0]
    assert len(last) == 4
    for x, y in ((210.0, 100.0), (150.0, 210.0), (100.0, 240.0), (190.0, 60.0)):
        assert np.sqrt((last["x_m"] - x) ** 2 + (last["y_m"] - y) ** 2).min() < 3.0


@pytest.mark.parametrize(
    ("text", "message"),
    [("speeed: 1", "speed"), ("q: fast", "expected a number"), ("- 1", "mapping"), ("q: [", "YAML")],
)
def test_a_faulty_model_is_named(tmp_path: Path, text: str, message: str) -> None:
    sensors, plots = textbook(tmp_path)
    with pytest.raises(ScenarioError, match=message):
        track_tables(sensors, plots, "1:5:1", tmp_path / "t.csv", model=write(tmp_path / "m.yaml", [text]))
    assert not (tmp_path / "t.csv").exists()


def test_an_unknown_sensor_is_named(tmp_path: Path) -> None:
    sensors, _ = textbook(tmp_path)
    plots = write(tmp_path / "plots.csv", ["t_s,t_arrival_s,sensor,x_m,y_m", "1,1,other,3,4"])
    with pytest.raises(TableError, match="other"):
        track_tables(sensors, plots, "1:5:1", tmp_path / "t.csv")


def test_no_plots_is_an_error(tmp_path: Path) -> None:
    sensors, _ = textbook(tmp_path)
    plots = write(tmp_path / "plots.csv", ["t_s,t_arrival_s,sensor,x_m,y_m"])
    with pytest.raises(TableError, match="no plots"):
        track_tables(sensors, plots, "1:5:1", tmp_path / "t.csv")
