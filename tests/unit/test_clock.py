"""Clocks: simulated seconds are computed from ticks; the wall clock goes on."""

import pytest

from jointsky import clock


def test_simulated_seconds_are_computed_and_never_summed() -> None:
    sim = clock.SimClock(dt_s=0.1)
    for _ in range(36_000):
        sim.advance()
    assert sim.tick == 36_000
    assert sim.t_s == 3600.0


def test_the_tick_of_a_time_is_found_again() -> None:
    sim = clock.SimClock(dt_s=0.1)
    for tick in (0, 1, 3, 6, 29, 7919, 1_000_003):
        assert sim.tick_at(tick * 0.1) == tick
        assert sim.tick_at(tick * 0.1 + 0.05) == tick


@pytest.mark.parametrize("dt_s", [0.0, -1.0, float("nan"), float("inf")])
def test_a_senseless_tick_length_is_refused(dt_s: float) -> None:
    with pytest.raises(ValueError, match="tick length"):
        clock.SimClock(dt_s)


def test_a_negative_tick_is_refused() -> None:
    with pytest.raises(ValueError, match="tick -1"):
        clock.SimClock(1.0, -1)


def test_a_stopwatch_reads_wall_and_processor_time() -> None:
    watch = clock.stopwatch()
    clock.WallClock().sleep(0.02)
    first = watch.read()
    sum(range(200_000))
    second = watch.read()
    assert first.wall_s >= 0.02
    assert 0.0 <= first.cpu_s < second.cpu_s


def test_the_wall_clock_never_steps_back() -> None:
    wall = clock.WallClock()
    before = wall.now_s()
    wall.sleep(-1.0)
    assert wall.now_s() >= before


def test_utc_is_microseconds_of_this_century() -> None:
    assert 1_700_000_000_000_000 < clock.utc_now_us() < 4_100_000_000_000_000
