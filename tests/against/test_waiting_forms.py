"""Links and kill chains in closed form against mpmath, scipy and Markov chains. Tolerance 1e-9."""

from __future__ import annotations

import math

import numpy as np
import pytest

from jointsky.links import chains, waiting

linalg = pytest.importorskip("scipy.linalg")
stats = pytest.importorskip("scipy.stats")
mpmath = pytest.importorskip("mpmath")


def test_slots_of_the_published_link() -> None:
    assert 1.0 / waiting.LINK_SLOT_S == 128.0
    assert (waiting.FRAME_S, waiting.EPOCH_S / 60.0) == (12.0, 12.8)
    assert [waiting.throughput_bps(bits) for bits in (225, 450, 900)] == [28_800.0, 57_600.0, 115_200.0]


def test_slot_waits_by_counting() -> None:
    """The mean over births spread evenly through a frame."""
    births = (np.arange(120_000) + 0.5) / 120_000 * 12.0
    for slots in (1, 3, 4):
        ahead = (np.arange(slots + 1) * 12.0 / slots)[np.searchsorted(np.arange(slots + 1) * 12.0 / slots, births)]
        assert waiting.tdma_wait_s(12.0, slots) == pytest.approx(float((ahead - births).mean()), rel=1e-9)
        assert waiting.tdma_worst_s(12.0, slots) == 12.0 / slots
    assert waiting.tdma_delay_s(12.0, waiting.LINK_SLOT_S) == 6.0078125
    assert waiting.tdma_capacity(12.0, 6, 2) == 1.0
    with pytest.raises(ValueError, match="expected 1 or more"):
        waiting.tdma_wait_s(12.0, 0)


def steady(arrivals: float, service: float, servers: int, room: int) -> np.ndarray:
    """The steady state of a birth-death chain with so much room, by linear algebra."""
    rates = np.zeros((room + 1, room + 1))
    for n in range(room):
        rates[n, n + 1], rates[n + 1, n] = arrivals, min(n + 1, servers) / service
    rates -= np.diag(rates.sum(axis=1))
    whole = np.vstack([rates.T, np.ones(room + 1)])
    return np.linalg.lstsq(whole, np.array([0.0] * (room + 1) + [1.0]), rcond=None)[0]


@pytest.mark.parametrize("load", [0.2, 0.5, 0.7])
def test_one_server(load: float) -> None:
    state = steady(load / 2.0, 2.0, 1, 200)
    length = float(state @ np.arange(201))
    assert waiting.mm1_length(load / 2.0, 2.0) == pytest.approx(length, rel=1e-9)
    assert waiting.mm1_time_s(load / 2.0, 2.0) == pytest.approx(length / (load / 2.0), rel=1e-9)
    assert waiting.mm1_wait_s(load / 2.0, 2.0) == pytest.approx(load * 2.0 / (1.0 - load), rel=1e-12)
    assert waiting.md1_wait_s(load / 2.0, 2.0) == pytest.approx(waiting.mg1_wait_s(load / 2.0, 2.0, 0.0), rel=1e-12)
    assert waiting.mg1_wait_s(load / 2.0, 2.0, 2.0) == pytest.approx(waiting.mm1_wait_s(load / 2.0, 2.0), rel=1e-12)
    assert waiting.md1_time_s(load / 2.0, 2.0) == pytest.approx(waiting.md1_wait_s(load / 2.0, 2.0) + 2.0)
    scale = 2.0 / (1.0 - load)
    assert waiting.mm1_quantile_s(load / 2.0, 2.0, 0.95) == pytest.approx(stats.expon.ppf(0.95, scale=scale), rel=1e-9)
    with pytest.raises(ValueError, match="expected 0 to below 1"):
        waiting.mm1_wait_s(1.0, 1.0)


@pytest.mark.parametrize(("offered", "servers"), [(0.5, 1), (2.0, 4), (7.5, 10), (95.0, 100), (180.0, 190)])
def test_erlang(offered: float, servers: int) -> None:
    with mpmath.workdps(50):
        a = mpmath.mpf(offered)
        terms = [a**k / mpmath.factorial(k) for k in range(servers + 1)]
        lost = float(terms[-1] / mpmath.fsum(terms))
        tail = terms[-1] * servers / (servers - a)
        waits = float(tail / (mpmath.fsum(terms[:-1]) + tail))
    assert waiting.erlang_b(offered, servers) == pytest.approx(lost, rel=1e-9)
    assert waiting.erlang_c(offered, servers) == pytest.approx(waits, rel=1e-9)
    assert waiting.mmc_wait_s(offered / 3.0, 3.0, servers) == pytest.approx(waits * 3.0 / (servers - offered), rel=1e-9)
    needed = waiting.servers_needed(offered, 0.01)
    assert waiting.erlang_b(offered, needed) <= 0.01 < waiting.erlang_b(offered, needed - 1)


@pytest.mark.parametrize("loss", [0.0, 0.02, 0.3])
def test_repeats(loss: float) -> None:
    sent = sum(loss**k for k in range(4))
    assert waiting.mean_sendings(loss, 4) == pytest.approx(sent, rel=1e-12)
    assert waiting.mean_sendings(loss) == pytest.approx(1.0 / (1.0 - loss), rel=1e-12)
    assert waiting.delivered(loss, 3) == pytest.approx(1.0 - loss**3, rel=1e-12)
    delay = sum((1.0 - loss) * loss**k * (2.0 + 5.0 * k) for k in range(80))
    assert waiting.repeat_delay_s(loss, 2.0, 5.0) == pytest.approx(delay, rel=1e-9)
    n = waiting.sendings_needed(loss, 0.999)
    assert waiting.delivered(loss, n) >= 0.999 - 1e-12 and waiting.delivered(loss, n - 1) < 0.999
    assert waiting.voice_tracks(45.0, 120.0) == 2


@pytest.mark.parametrize("means", [(3.0,), (1.0, 2.0, 3.0), (2.0, 2.0, 2.0), (0.5, 30.0, 4.0, 4.0), (60.0, 1e-3)])
def test_chains_of_delays(means: tuple[float, ...]) -> None:
    """Against the matrix exponential of the chain of stages, and the gamma distribution where all are alike."""
    stages = np.diag([-1.0 / m for m in means]) + np.diag([1.0 / m for m in means[:-1]], 1)
    for share in (0.1, 1.0, 2.5):
        t = share * sum(means)
        left = linalg.expm(stages * t)[0].sum()
        assert chains.hypoexponential_cdf(t, means) == pytest.approx(1.0 - left, abs=1e-9)
    if len(set(means)) == 1:
        assert chains.hypoexponential_cdf(5.0, means) == pytest.approx(
            stats.gamma.cdf(5.0, len(means), scale=means[0]), abs=1e-12
        )
    middle = chains.hypoexponential_quantile_s(0.5, means)
    assert chains.hypoexponential_cdf(middle, means) == pytest.approx(0.5, abs=1e-9)
    assert chains.hypoexponential_mean_s(means) == pytest.approx(sum(means))
    assert chains.hypoexponential_sigma_s(means) == pytest.approx(math.sqrt(sum(m * m for m in means)))
    assert chains.hypoexponential_cdf(0.0, means) == 0.0
    with pytest.raises(ValueError, match="all above 0"):
        chains.hypoexponential_cdf(1.0, [1.0, 0.0])


def test_availability() -> None:
    assert chains.availability(900.0, 100.0) == 0.9
    assert chains.series_availability([0.9, 0.8]) == pytest.approx(0.72)
    assert chains.parallel_availability([0.9, 0.8]) == pytest.approx(0.98)
    assert chains.k_of_n_availability(0.9, 2, 4) == pytest.approx(stats.binom.sf(1, 4, 0.9), rel=1e-12)


@pytest.mark.parametrize("t", [0.0, 5.0, 60.0, 1e5])
def test_two_states(t: float) -> None:
    rates = np.array([[-1.0 / 300.0, 1.0 / 300.0], [1.0 / 40.0, -1.0 / 40.0]])
    there = linalg.expm(rates * t)
    assert chains.up_after(t, 300.0, 40.0) == pytest.approx(there[0, 0], rel=1e-9)
    assert chains.up_after(t, 300.0, 40.0, up_now=False) == pytest.approx(there[1, 0], abs=1e-9)
    assert chains.outage_wait_s(300.0, 40.0) == pytest.approx(40.0 / 340.0 * 40.0)


def test_age_of_data_and_horizon() -> None:
    assert (chains.mean_age_s(10.0, 2.0), chains.worst_age_s(10.0, 2.0)) == (7.0, 12.0)
    assert chains.worst_age_s(10.0, 2.0, missed=1) == 22.0
    assert chains.age_error_m(10.0, speed_mps=250.0) == 2500.0
    assert chains.age_error_m(10.0, speed_sigma_mps=3.0, acceleration_mps2=0.8) == pytest.approx(50.0)
    reach = chains.radio_horizon_m(25.0, 100.0)
    assert reach == pytest.approx(61.8e3, abs=60.0)
    with pytest.raises(ValueError, match="must not be negative"):
        chains.radio_horizon_m(-1.0, 2.0)
