"""Targets that one beam cannot tell apart: one plot, garbled codes, one strobe."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.stats import binom
from sensing_scene import craft_row, radar_row, scene, types

from jointsky.sensing import step
from jointsky.vocab.codes import Iff, PlotKind
from jointsky.vocab.records import Rows

L_BAND = "surveillance_long_range_lband_3d"
CELL_M, BEAM_DEG, EL_BEAM_DEG = 150.0, 2.2, 2.0


def looked(crafts: list[Rows], kinds: Rows | None = None, ticks: int = 10, **radar: object) -> tuple[Rows, np.ndarray]:
    """All plots of some seconds of one strong radar."""
    world = scene([radar_row("r", L_BAND, **({"snr_ref_db": 150.0} | radar))], crafts, kinds)
    found = [step(world, tick) for tick in range(ticks)]
    return np.concatenate([s.plots for s in found]), np.concatenate([s.truth for s in found])


def pair(range_m: float, apart_m: float, apart_deg: float, climb_m: float = 0.0, **fields: object) -> list[Rows]:
    """Two aircraft near azimuth 40 degrees."""
    return [
        craft_row("one", range_m, 40.0, 9000.0, **fields),
        craft_row("two", range_m + apart_m, 40.0 + apart_deg, 9000.0 + climb_m, **fields),
    ]


@pytest.mark.parametrize(("apart_m", "apart_deg", "climb_m", "plots"), [
    (0.6 * CELL_M, 0.1, 0.0, 1), (1.4 * CELL_M, 0.1, 0.0, 2), (0.0, 0.8 * BEAM_DEG, 0.0, 1),
    (0.0, 1.2 * BEAM_DEG, 0.0, 2), (-1500.0, 0.1, 6000.0, 2),
])  # fmt: skip
def test_two_targets_in_one_cell_give_one_plot(apart_m: float, apart_deg: float, climb_m: float, plots: int) -> None:
    found, truth = looked(pair(8e4, apart_m, apart_deg, climb_m))
    assert len(found) == plots == len(set(truth.tolist()))


def test_the_plot_lies_between_by_power() -> None:
    kinds = types({"rcs_m2": 30.0}, {"rcs_m2": 10.0})
    near, apart = pair(8e4, 100.0, 1.0), pair(8e4, 400.0, 1.0)
    near[1]["type"] = apart[1]["type"] = 1
    found, truth = looked(near, kinds, sigma_az_floor_rad=0.0)
    one, two = np.degrees(looked(apart, kinds, sigma_az_floor_rad=0.0)[0]["az_rad"])
    assert truth.tolist() == [0]
    assert math.degrees(found["az_rad"][0]) == pytest.approx(one + 0.25 * (two - one), abs=0.01)


def test_another_radar_with_smaller_cells_tells_them_apart() -> None:
    assert len(looked(pair(8e4, 100.0, 0.1), range_res_m=50.0)[0]) == 2


def test_two_looks_at_one_target_in_a_long_tick_are_two_plots() -> None:
    world = scene([radar_row("r", L_BAND, period_s=1.0, snr_ref_db=150.0)], pair(8e4, 5e3, 30.0), dt_s=4.0)
    assert step(world, 0).plots.size == 8


def replies(apart_m: float, n: int = 200, **fields: object) -> tuple[Rows, np.ndarray]:
    """Couples that fly together, the couples far from each other."""
    crafts = []
    for i in range(n):
        range_m, az = 6e4 + 9e3 * (i % 30), 1.8 * i
        crafts.append(craft_row(f"a{i}", range_m, az, 9000.0, **({"code": 0o1000} | fields)))
        crafts.append(craft_row(f"b{i}", range_m + apart_m, az, 9000.0, **({"code": 0o0200} | fields)))
    return looked(crafts, ssr=1, iff_group=3)


def test_overlapping_replies_garble() -> None:
    far, _ = replies(4_000.0)
    near, truth = replies(1_000.0)
    asked = 400 * 0.97
    clear = np.isin(far["code"], (0o1000, 0o0200)).sum()
    assert clear > 0.95 * asked
    right = np.where(truth % 2 == 0, 0o1000, 0o0200)
    low, high = binom.ppf([0.0005, 0.9995], 400, 0.97 * 0.5)
    assert low <= (near["code"] == right).sum() <= high + 20  # where one did not answer the other is clear
    assert (near["code"] == (0o1000 | 0o0200)).sum() > 40  # the pulses of both
    assert len(near) == len(far)  # the echoes stay


def test_a_garbled_answer_of_a_friend_tells_neither_way() -> None:
    near, _ = replies(1_000.0, iff_group=3)
    assert set(near["iff"].tolist()) == {Iff.FRIEND, Iff.NOT_ASKED, Iff.NO_REPLY}
    assert 0.15 < (near["iff"] == Iff.NOT_ASKED).mean() < 0.35  # half of the garbled half


def test_wrong_codes_are_rare() -> None:
    crafts = [craft_row(f"a{i}", 5e4 + 4e3 * (i % 40), 0.9 * i, 9000.0, code=0o1234) for i in range(400)]
    plots, _ = looked(crafts, ssr=1, ticks=200)
    wrong = (plots["code"] >= 0) & (plots["code"] != 0o1234)
    assert 0 < wrong.sum() < 25  # eight thousand looks, one in a thousand
    assert all(bin(int(code) ^ 0o1234).count("1") == 1 for code in plots["code"][wrong])


def test_two_jammers_in_half_a_beam_give_one_strobe() -> None:
    kinds = types({"rcs_m2": 20.0, "jam_power_w": 2000.0, "jam_gain_db": 15.0, "jam_bandwidth_hz": 2e8})
    for apart_deg, count in ((0.8, 1), (1.6, 2)):
        plots, _ = looked(pair(2.5e5, 3e3, apart_deg, jamming=1), kinds, snr_ref_db=90.0)
        assert (plots["kind"] == PlotKind.STROBE).sum() == count
