"""The tracker as a whole: tracks where aircraft fly, nothing where none do, the same bits in any chunking."""

import numpy as np
import pytest
from tracking_scene import SITES_M, blank, flat_scene, geodetic_flight, seen_from

from jointsky.errors import ScenarioError
from jointsky.tracking.frames import FlatFrame, GeodeticFrame
from jointsky.tracking.params import TrackerParams
from jointsky.tracking.tracker import Tracker
from jointsky.vocab.codes import Identity, Iff, PlotKind
from jointsky.vocab.records import TRACK, Rows

PATHS = [([20e3, 30e3, 9000.0], [200.0, 50.0, 0.0]), ([60e3, 60e3, 5000.0], [-150.0, -180.0, 10.0])]


def drive(sensors: Rows, plots: Rows, times: list[float], cut: int = 10**9, **settings: float) -> list[Rows]:
    """Pictures at `times`, plots handed over in batches of at most `cut`."""
    tracker = Tracker(FlatFrame(SITES_M), sensors, TrackerParams(**settings))
    pictures, begin = [], 0
    for t in times:
        end = int(np.searchsorted(plots["t_seen_s"], t, side="right"))
        for k in range(begin, end, cut):
            tracker.observe(plots[k : min(k + cut, end)])
        begin = end
        pictures.append(tracker.picture(t))
    return pictures


def test_every_aircraft_has_one_track_and_clutter_none() -> None:
    sensors, plots = flat_scene(PATHS)
    last = drive(sensors, plots, [40.0, 80.0, 110.0])[-1]
    assert last.dtype == TRACK
    assert len(last) == 2
    for p0, v in PATHS:
        d = np.abs(last["pos_ecef_m"] - (np.array(p0) + 110.0 * np.array(v))).max(axis=1)
        near = last[np.argmin(d)]
        assert d.min() < 400.0
        assert np.abs(near["vel_ecef_mps"] - v).max() < 25.0
        assert near["existence"] > 0.9
        assert near["sensors"] == 2
        assert near["sigma_pos_m"] < 300.0
    assert set(last["identity"]) == {Identity.PENDING}
    assert set(last["kind"]) == {255}


def test_numbers_are_stable_and_never_shared() -> None:
    sensors, plots = flat_scene(PATHS)
    pictures = drive(sensors, plots, [60.0, 70.0, 80.0, 90.0, 100.0, 110.0])
    assert len({tuple(sorted(p["track_id"].tolist())) for p in pictures}) == 1
    assert all(len(set(p["track_id"].tolist())) == len(p) for p in pictures)


@pytest.mark.parametrize("preview", [True, False])
@pytest.mark.parametrize("cut", [1, 7, 50])
def test_any_chunking_gives_the_same_bits(cut: int, preview: bool) -> None:
    sensors, plots = flat_scene(PATHS, seed=4)
    sensors["clutter_per_scan"] = 300.0
    times = [12.0, 30.0, 61.3, 90.0, 110.0]
    whole = drive(sensors, plots, times, preview=preview)
    pieces = drive(sensors, plots, times, cut, preview=preview)
    assert sum(map(len, whole)) > 4
    assert [p.tobytes() for p in whole] == [p.tobytes() for p in pieces]


def test_pictures_asked_on_the_way_change_nothing() -> None:
    sensors, plots = flat_scene(PATHS, seed=5)
    often = drive(sensors, plots, [float(t) for t in range(5, 111)])[-1]
    assert often.tobytes() == drive(sensors, plots, [110.0])[-1].tobytes()


def test_order_of_plots_that_arrive_together_does_not_count() -> None:
    sensors, plots = flat_scene(PATHS, seed=6)
    plots["t_seen_s"] = np.ceil(plots["t_seen_s"])
    plots = plots[np.argsort(plots["t_seen_s"], kind="stable")]
    shuffled = plots[np.lexsort((np.random.default_rng(1).random(len(plots)), plots["t_seen_s"]))]
    for one, other in zip(drive(sensors, plots, [60.0, 110.0]), drive(sensors, shuffled, [60.0, 110.0]), strict=True):
        for name in TRACK.names or ():
            if name != "track_id":
                assert np.array_equal(np.sort(one[name], axis=0), np.sort(other[name], axis=0)), name


def test_late_plots_fall_into_their_place() -> None:
    sensors, plots = flat_scene(PATHS, seed=7)
    prompt = plots.copy()
    prompt["t_seen_s"] = prompt["t_valid_s"] + 0.01
    prompt = prompt[np.argsort(prompt["t_seen_s"], kind="stable")]
    late, early = drive(sensors, plots, [116.0])[-1], drive(sensors, prompt, [116.0])[-1]
    order = [np.argsort(p["pos_ecef_m"][:, 0]) for p in (late, early)]
    assert len(late) == 2
    assert np.array_equal(late["pos_ecef_m"][order[0]], early["pos_ecef_m"][order[1]])


def test_nothing_in_nothing_out() -> None:
    sensors, plots = flat_scene(PATHS)
    tracker = Tracker(FlatFrame(SITES_M), sensors)
    tracker.observe(plots[:0])
    assert len(tracker.picture(10.0)) == 0
    assert tracker.counts["plots"] == 0


def test_unusable_plots_are_counted_and_harm_nobody() -> None:
    sensors, plots = flat_scene(PATHS, seed=8)
    bad = blank(6)
    bad["t_valid_s"], bad["t_seen_s"], bad["range_m"] = 50.0, 50.5, 1000.0
    bad["range_m"][0], bad["az_rad"][1], bad["t_valid_s"][2] = np.nan, np.inf, np.nan
    bad["sensor"][3] = 99
    bad["kind"][4] = PlotKind.STROBE
    bad["t_valid_s"][5] = 10.0
    k = int(np.searchsorted(plots["t_seen_s"], 50.5))
    mixed = np.concatenate((plots[:k], bad, plots[k:]))
    tracker = Tracker(FlatFrame(SITES_M), sensors)
    tracker.observe(mixed)
    counts = tracker.counts
    assert (counts["not_a_number"], counts["unknown_sensor"], counts["strobe"], counts["late"]) == (3, 1, 1, 1)
    assert counts["used"] == len(plots)
    clean = Tracker(FlatFrame(SITES_M), sensors)
    clean.observe(plots)
    assert np.array_equal(tracker.picture(116.0)["pos_ecef_m"], clean.picture(116.0)["pos_ecef_m"])


def test_a_track_knows_whose_plots_made_it() -> None:
    sensors, plots = flat_scene(PATHS[:1], false_plots=0)
    plots["clause"][plots["sensor"] == 1] = 3
    plots["code"], plots["iff"] = 1234, Iff.FRIEND
    (track,) = drive(sensors, plots, [110.0])[-1]
    assert track["clause"] == 3
    assert track["t_own_s"] > 90.0
    assert track["t_released_s"] > 90.0
    assert track["t_first_s"] < 10.0
    assert track["t_update_s"] == max(track["t_own_s"], track["t_released_s"])
    assert (track["code"], track["iff"]) == (1234, Iff.FRIEND)
    own = drive(sensors, plots[plots["sensor"] == 0], [110.0])[-1]
    assert own["t_released_s"].tolist() == [-np.inf]


def test_a_track_ends_when_its_aircraft_does() -> None:
    sensors, plots = flat_scene(PATHS[:1], false_plots=3)
    other = flat_scene([([-50e3, 0.0, 8000.0], [0.0, 100.0, 0.0])], seed=2, false_plots=0)[1]
    gone = plots[plots["t_valid_s"] < 60.0]
    both = np.concatenate((gone, other))
    pictures = drive(sensors, both[np.argsort(both["t_seen_s"], kind="stable")], [58.0, 85.0])
    assert [len(p) for p in pictures] == [2, 1]


def test_a_silent_radar_does_not_count_against_a_track() -> None:
    sensors, plots = flat_scene(PATHS[:1], false_plots=3)
    cut = plots[(plots["sensor"] == 0) | (plots["t_valid_s"] < 40.0)]
    pictures = drive(sensors, cut, [39.0, 60.0, 80.0, 110.0])
    assert [len(p) for p in pictures] == [1, 1, 1, 1]
    assert pictures[-1]["existence"][0] > 0.99


def test_different_codes_are_never_one_aircraft() -> None:
    side = [([20e3, 30e3, 9000.0], [200.0, 0.0, 0.0]), ([20e3, 30.3e3, 9000.0], [200.0, 0.0, 0.0])]
    sensors, plots = flat_scene(side, false_plots=0)
    second = np.round(plots["t_valid_s"] * 100.0).astype(int) % 10 == 1
    plots["code"] = np.where(second, 200, 100)
    last = drive(sensors, plots, [110.0])[-1]
    assert sorted(last["code"].tolist()) == [100, 200]


def test_the_round_earth_is_met_exactly() -> None:
    sites = [(53.9, 27.6, 200.0), (54.3, 29.0, 150.0)]
    sensors, plots, truth = geodetic_flight(sites)
    tracker = Tracker(GeodeticFrame(54.0, 28.0), sensors, TrackerParams())
    tracker.observe(plots)
    (track,) = tracker.picture(float(truth[-1, 0]) + 0.6)
    ahead = truth[-1, 1:3] + 0.6 * np.array([0.0015, 0.002])
    assert abs(track["lat_deg"] - ahead[0]) < 3e-4
    assert abs(track["lon_deg"] - ahead[1]) < 5e-4
    assert abs(track["alt_m"] - 10000.0) < 10.0


def test_a_moving_site_is_taken_from_the_plot() -> None:
    sites = [(53.9, 27.6, 200.0), (54.3, 29.0, 9000.0)]
    sensors, plots, truth = geodetic_flight(sites)
    from jointsky.geo.frames import geodetic2ecef

    plots["site_ecef_m"] = np.nan
    for n in np.flatnonzero(plots["sensor"] == 1):
        moved = (54.3 + 0.001 * plots["t_valid_s"][n], 29.0, 9000.0)
        target = (54.0 + 0.0015 * plots["t_valid_s"][n], 28.0 + 0.002 * plots["t_valid_s"][n], 10000.0)
        plots["range_m"][n], plots["az_rad"][n], _ = seen_from(moved, target)
        plots["site_ecef_m"][n] = np.array(geodetic2ecef(*moved), dtype=float)
    tracker = Tracker(GeodeticFrame(54.0, 28.0), sensors)
    tracker.observe(plots)
    (track,) = tracker.picture(float(truth[-1, 0]) + 0.6)
    assert abs(track["lat_deg"] - truth[-1, 1]) < 2e-3


def test_radars_without_height_still_make_tracks() -> None:
    sensors, plots = flat_scene(PATHS[:1], false_plots=0)
    plots["height_m"], sensors["sigma_height_m"] = np.nan, np.nan
    (track,) = drive(sensors, plots, [110.0])[-1]
    true = np.array(PATHS[0][0]) + 110.0 * np.array(PATHS[0][1])
    assert np.abs(track["pos_ecef_m"][:2] - true[:2]).max() < 800.0
    assert track["sigma_height_m"] > 300.0


@pytest.mark.parametrize("settings", [{"window_s": 0.0}, {"q_m2ps3": ()}, {"q_m2ps3": (-1.0,)}, {"lateness_s": -1.0}])
def test_settings_that_cannot_be_are_refused(settings: dict[str, float]) -> None:
    with pytest.raises(ScenarioError, match="tracker"):
        TrackerParams(**settings)
