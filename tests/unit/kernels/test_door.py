"""The door: polar plots meet the exact place on the earth, with the covariance that perturbed plots show."""

import numpy as np
import pytest
from tracking_scene import blank, seen_from, sensors

from jointsky.geo.frames import geodetic2ecef
from jointsky.kernels.bank import MEASUREMENT
from jointsky.kernels.door import enter, up_and_height
from jointsky.tracking.frames import FlatFrame, Frame, GeodeticFrame, sites_of, turns_of
from jointsky.vocab.records import Rows

SITE = (54.0, 27.0, 250.0)


def through(frame: Frame, table: Rows, plots: Rows) -> Rows:
    """MEASUREMENT rows of plots."""
    places = frame.places(table)
    out = np.zeros(len(plots), MEASUREMENT)
    n = enter(plots, table, frame.flat, frame.origin_ecef_m(), frame.axes(), places, turns_of(frame, places),
              sites_of(frame, table, places, 8), 6000.0, 12000.0, 0, out, np.zeros(3, np.int64))  # fmt: skip
    return out[:n]


def one_radar() -> Rows:
    table = sensors(1)
    table["lat_deg"], table["lon_deg"], table["alt_m"] = SITE
    return table


def plot_of(target: tuple[float, float, float], by: str) -> Rows:
    plot = blank(1)
    plot["range_m"], plot["az_rad"], elevation = seen_from(SITE, target)
    plot["height_m"] = target[2] if by == "height" else np.nan
    plot["el_rad"] = elevation if by == "elevation" else np.nan
    return plot


@pytest.mark.parametrize("by", ["height", "elevation"])
@pytest.mark.parametrize(
    "target", [(54.5, 28.5, 10000.0), (56.5, 30.5, 3000.0), (53.9, 26.99, 12000.0), (52.0, 24.0, 100.0)]
)
def test_a_plot_lands_where_the_target_is(target: tuple[float, float, float], by: str) -> None:
    frame, table = GeodeticFrame(55.0, 29.0), one_radar()
    table["sigma_el_rad"] = 0.002
    (row,) = through(frame, table, plot_of(target, by))
    want = frame.axes() @ (np.array(geodetic2ecef(*target), dtype=float) - frame.origin_ecef_m())
    np.testing.assert_allclose([row["x_m"], row["y_m"], row["z_m"]], want, atol=0.01)


def covariance(row: np.void) -> np.ndarray:
    return np.array(
        [[row["xx"], row["xy"], row["xz"]], [row["xy"], row["yy"], row["yz"]], [row["xz"], row["yz"], row["zz"]]]
    )


@pytest.mark.parametrize("target", [(54.5, 28.5, 10000.0), (54.1, 27.3, 9000.0), (56.5, 30.5, 3000.0)])
def test_the_covariance_is_that_of_perturbed_plots(target: tuple[float, float, float]) -> None:
    frame, table = GeodeticFrame(55.0, 29.0), one_radar()
    plot = plot_of(target, "height")
    (row,) = through(frame, table, plot)
    spread = np.zeros((3, 3))
    for name, step in (("range_m", 50.0), ("az_rad", 0.001), ("height_m", 100.0)):
        twice = np.concatenate((plot, plot))
        twice[name] += np.array([0.2, -0.2]) * step
        a, b = through(frame, table, twice)
        d = np.array([a[k] - b[k] for k in ("x_m", "y_m", "z_m")]) / 0.4
        spread += np.outer(d, d)
    np.testing.assert_allclose(covariance(row), spread, rtol=2e-3, atol=10.0)  # the earth is no sphere


def test_the_flat_frame_has_height_as_z() -> None:
    frame = FlatFrame(np.array([[1000.0, 2000.0, 300.0]]))
    plot = blank(1)
    d = np.array([30000.0, -40000.0, 7000.0])
    plot["range_m"], plot["az_rad"], plot["height_m"] = np.sqrt((d**2).sum()), np.arctan2(d[0], d[1]), 7300.0
    (row,) = through(frame, sensors(1), plot)
    np.testing.assert_allclose([row["x_m"], row["y_m"], row["z_m"]], [31000.0, -38000.0, 7300.0], atol=1e-6)


def test_a_radar_without_height_knows_no_height() -> None:
    table = one_radar()
    table["sigma_height_m"] = np.nan
    (row,) = through(GeodeticFrame(55.0, 29.0), table, plot_of((54.5, 28.5, 10000.0), "nothing"))
    assert row["flat"] == 1
    assert row["zz"] > 1e9


def test_a_range_shorter_than_the_height_stays_finite() -> None:
    plot = blank(1)
    plot["range_m"], plot["height_m"] = 3000.0, 9000.0
    (row,) = through(GeodeticFrame(55.0, 29.0), one_radar(), plot)
    assert np.isfinite(covariance(row)).all()


def test_height_without_angles_is_the_geodetic_one() -> None:
    rng = np.random.default_rng(1)
    for lat, lon, h in zip(
        rng.uniform(-89, 89, 300), rng.uniform(-180, 180, 300), rng.uniform(-100, 30000, 300), strict=True
    ):
        ux, uy, uz, height = up_and_height(*(float(v) for v in geodetic2ecef(lat, lon, h)))
        assert abs(height - h) < 1e-4
        assert abs(uz - np.sin(np.radians(lat))) < 1e-9
        assert abs(np.arctan2(uy, ux) - np.radians(lon)) < 1e-9
