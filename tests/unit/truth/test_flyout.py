"""Notional missiles come out at their reference cases, and the tables cover the notional envelopes."""

import math

import numpy as np
import pytest
from worlds import MISSILES

from jointsky.truth.flyout import build_flyout, unguided
from jointsky.truth.missiles import NOTIONAL, SAM_LONG, SAM_MEDIUM, SAM_SHORT, missile_type


def test_unguided_reference_shots() -> None:
    x, z, _, _ = unguided(SAM_LONG, math.radians(50.0), 100.0)
    assert (x, z) == pytest.approx((109_000.0, 42_800.0), rel=1e-3)
    x, _, _, _ = unguided(SAM_MEDIUM, math.radians(50.0), 60.0)
    assert x == pytest.approx(47_100.0, rel=1e-3)
    x, _, vx, vz = unguided(SAM_SHORT, math.radians(40.0), 25.0)
    assert (x, math.hypot(vx, vz)) == pytest.approx((18_700.0, 653.0), rel=1e-3)


def test_unguided_shots_do_not_depend_on_the_step() -> None:
    for missile in MISSILES:
        coarse, fine = (unguided(missile, 0.8, 40.0, h) for h in (0.2, 0.01))
        assert coarse[:2] == pytest.approx(fine[:2], rel=5e-4)
        assert coarse[2:] == pytest.approx(fine[2:], abs=0.5)


@pytest.mark.parametrize(
    ("row", "reach", "height", "mean"), [(0, 100, 25e3, 1100), (1, 40, 17.5e3, 800), (2, 12, 5e3, 800)]
)
def test_tables_cover_the_envelope(row: int, reach: int, height: float, mean: float) -> None:
    """Mean speed to the far end within 25 % of the notional units' (the short missile's there is for its slowest
    shots).
    """
    flyout = build_flyout(MISSILES)
    times = flyout.time_s[row, : reach + 1, : int(height / flyout.height_m[1]) + 1]
    assert np.isfinite(times).all()
    assert flyout.range_m[reach] / times[reach, 0] == pytest.approx(mean, rel=0.25)
    slant = np.hypot(*np.meshgrid(flyout.range_m[: reach + 1], flyout.height_m[: times.shape[1]], indexing="ij"))
    assert (times[1:] * 2000.0 > slant[1:]).all()
    assert (np.diff(times, axis=0)[2:] > 0.0).all()


def test_tables_of_a_missile_do_not_depend_on_its_neighbours() -> None:
    alone, both = build_flyout([SAM_SHORT]), build_flyout([SAM_LONG, SAM_SHORT])
    rows, columns = alone.time_s.shape[1:]
    np.testing.assert_array_equal(alone.time_s[0, :13, : columns], both.time_s[1, :13, :columns])
    assert rows < both.time_s.shape[1]


def test_parameters_survive_plain_values() -> None:
    for missile in NOTIONAL.values():
        assert missile_type(missile.as_dict()) == missile
    with pytest.raises(TypeError, match="wings"):
        missile_type(SAM_LONG.as_dict() | {"wings": 2})
    with pytest.raises(ValueError, match="at least one"):
        build_flyout([])
