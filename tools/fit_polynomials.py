"""Fit the polynomials of `jointsky.kernels.elementary` afresh.

Each function is reduced to a short interval and written so that its leading term is exact; what remains is a smooth
function of a small argument, fitted here by Chebyshev interpolation in 60 digits and rounded to doubles.

Run: python tools/fit_polynomials.py (needs mpmath, a development requirement). Prints constants, lowest power first.
"""

from collections.abc import Callable

import mpmath as mp

mp.mp.dps = 60


def fit(name: str, function: Callable[[mp.mpf], mp.mpf], low: mp.mpf, high: mp.mpf, terms: int) -> None:
    """Print `terms` coefficients of `function` on [low, high], and the largest error of the exact fit."""
    high_first, error = mp.chebyfit(function, [low, high], terms, error=True)
    print(f"# {name}: largest error of the fit {mp.nstr(error, 3)}")
    print(f"{name} = (" + ", ".join(repr(float(c)) for c in reversed(high_first)) + ")")


def remainder_of_sin(z: mp.mpf) -> mp.mpf:
    """(sin(x) - x) / x^3 as a function of z = x^2."""
    return _series(z, lambda i: mp.mpf(-1) ** (i + 1) / mp.factorial(2 * i + 3))


def remainder_of_cos(z: mp.mpf) -> mp.mpf:
    """(cos(x) - 1 + x^2/2) / x^4 as a function of z = x^2."""
    return _series(z, lambda i: mp.mpf(-1) ** i / mp.factorial(2 * i + 4))


def remainder_of_exp(r: mp.mpf) -> mp.mpf:
    """(exp(r) - 1 - r) / r^2."""
    return _series(r, lambda i: 1 / mp.factorial(i + 2))


def remainder_of_atanh(z: mp.mpf) -> mp.mpf:
    """2 (atanh(s) - s) / s^3 as a function of z = s^2."""
    return _series(z, lambda i: mp.mpf(2) / (2 * i + 3))


def remainder_of_atan(z: mp.mpf) -> mp.mpf:
    """(atan(t) - t) / t^3 as a function of z = t^2."""
    return _series(z, lambda i: mp.mpf(-1) ** (i + 1) / (2 * i + 3))


def _series(x: mp.mpf, coefficient: Callable[[int], mp.mpf]) -> mp.mpf:
    return mp.fsum(coefficient(i) * x**i for i in range(90))


def split(name: str, value: mp.mpf, bits: int, parts: int) -> None:
    """Print `value` as a sum of doubles, all but the last of at most `bits` bits: small multiples are exact."""
    for part in range(parts):
        if part == parts - 1:
            piece = mp.mpf(float(value))
        else:
            exponent = int(mp.floor(mp.log(value, 2))) + 1 - bits
            piece = mp.floor(value * mp.mpf(2) ** -exponent) * mp.mpf(2) ** exponent
        print(f"{name}_{part + 1} = {float(piece)!r}")
        value -= piece


if __name__ == "__main__":
    quarter = (mp.pi / 4) ** 2 * mp.mpf("1.001")
    half_ln2 = mp.log(2) / 2 * mp.mpf("1.001")
    fit("SIN", remainder_of_sin, mp.mpf(0), quarter, 7)
    fit("COS", remainder_of_cos, mp.mpf(0), quarter, 7)
    fit("EXP", remainder_of_exp, -half_ln2, half_ln2, 11)
    fit("LOG", remainder_of_atanh, mp.mpf(0), (3 - 2 * mp.sqrt(2)) ** 2 * mp.mpf("1.001"), 8)
    fit("ATAN", remainder_of_atan, mp.mpf(0), (mp.sqrt(2) - 1) ** 2 * mp.mpf("1.001"), 13)
    split("HALF_PI", mp.pi / 2, 33, 3)
    split("LN2", mp.log(2), 32, 2)
    split("LOG10_2", mp.log10(2), 32, 2)
    split("PI", mp.pi, 53, 2)
