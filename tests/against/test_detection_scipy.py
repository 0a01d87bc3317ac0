"""Exact Pd against scipy's distributions and the reference table."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import chi2, gamma, nbinom, ncx2

from jointsky.sensing import build_detection, pd_exact, required_snr_db
from jointsky.sensing.detection import detection_threshold

# Per-pulse signal-to-noise ratio (dB) for Pd 0.9, Pfa 1e-6: rows N, columns Swerling 0-4.
NEEDED = {
    1: (13.1835, 21.1436, 21.1436, 17.2960, 17.2960),
    10: (5.2675, 13.4996, 6.2918, 9.6013, 5.8062),
    100: (-1.2566, 7.2333, -1.1229, 3.2966, -1.1888),
}
CASES = [(n, pfa, s) for n in (1, 3, 10, 50, 200) for pfa in (1e-4, 1e-6, 1e-8) for s in range(5)]


def judge(snr_db: np.ndarray, n: int, pfa: float, swerling: int) -> np.ndarray:
    """The same probability from scipy's negative binomial, gamma and noncentral chi-squared distributions."""
    t = gamma.isf(pfa, n)
    snr = 10 ** (snr_db / 10)
    if swerling == 0:
        return ncx2.sf(2 * t, 2 * n, 2 * n * snr)
    shape = {1: 1, 2: n, 3: 2, 4: 2 * n}[swerling]
    k = np.arange(int(t + 12 * math.sqrt(t) + 60))
    missed = [np.sum(nbinom.pmf(k, shape, shape / (shape + n * s)) * gamma.cdf(t, n + k)) for s in snr]
    return 1 - np.array(missed)


@pytest.mark.parametrize("n", NEEDED)
@pytest.mark.parametrize("swerling", range(5))
def test_required_snr_is_the_reference_value(n: int, swerling: int) -> None:
    assert required_snr_db(0.9, n, 1e-6, swerling) == pytest.approx(NEEDED[n][swerling], abs=1e-4)


def test_steady_target_single_pulse_is_the_published_digit() -> None:
    assert required_snr_db(0.9, 1, 1e-6, 0) == pytest.approx(13.183490056794499, abs=2e-6)


@pytest.mark.parametrize(("n", "pfa", "swerling"), CASES)
def test_exact_face_agrees_with_scipy(n: int, pfa: float, swerling: int) -> None:
    snr_db = np.linspace(-15.0, 30.0, 31)
    assert np.max(np.abs(pd_exact(snr_db, n, pfa, swerling) - judge(snr_db, n, pfa, swerling))) < 1e-9


@pytest.mark.parametrize(("n", "swerling", "shape"), [(10, 1, 1), (10, 3, 2), (5, 4, 10)])
def test_exact_face_agrees_with_quadrature_over_the_cross_section(n: int, swerling: int, shape: int) -> None:
    t = gamma.isf(1e-6, n)
    mean = n * 10 ** (0.8)

    def seen(x: float) -> float:
        return ncx2.sf(2 * t, 2 * n, 2 * mean * x) * gamma.pdf(x, shape, scale=1 / shape)

    wanted = quad(seen, 0, 1, epsabs=1e-12)[0] + quad(seen, 1, 40, epsabs=1e-12, limit=200)[0]
    assert float(pd_exact(8.0, n, 1e-6, swerling)) == pytest.approx(wanted, abs=1e-8)


def test_single_pulse_swerling_1_is_its_closed_form() -> None:
    snr_db = np.linspace(-20.0, 50.0, 71)
    wanted = 1e-6 ** (1 / (1 + 10 ** (snr_db / 10)))
    assert np.max(np.abs(pd_exact(snr_db, 1, 1e-6, 1) - wanted)) < 1e-12


@pytest.mark.parametrize("n", [1, 3, 44, 1000])
def test_threshold_is_the_gamma_quantile(n: int) -> None:
    assert detection_threshold(n, 1e-6) == pytest.approx(chi2.isf(1e-6, 2 * n) / 2, rel=1e-11)


@pytest.mark.parametrize(("n", "swerling"), [(1, 0), (1, 1), (3, 1), (44, 2), (50, 4), (100, 0), (1000, 0), (1000, 3)])
def test_table_read_linearly_stays_within_1e_4(n: int, swerling: int) -> None:
    table = build_detection([(n, 1e-6, swerling)])
    snr_db = np.linspace(-50.0, 70.0, 9001)
    at = table.snr_min_db + table.snr_step_db * np.arange(table.pd.shape[1])
    wanted = judge(snr_db, n, 1e-6, swerling) if swerling == 0 else pd_exact(snr_db, n, 1e-6, swerling)
    assert np.max(np.abs(np.interp(snr_db, at, table.pd[0]) - wanted)) < 1e-4
