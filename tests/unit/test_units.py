"""Units are read at the edges, by dimension, and bare numbers are refused with advice."""

import pytest

from jointsky import units


@pytest.mark.parametrize(
    ("text", "unit", "value"),
    [
        ("150 km", "m", 150_000.0), ("2 h", "s", 7200.0), ("30 %", "1", 0.3), ("4 s", "s", 4.0), ("90 s", "s", 90.0),
        ("30 min", "s", 1800.0), ("15min", "min", 15.0), ("250 m/s", "m/s", 250.0), ("FL320", "m", 9753.6),
        ("12 kW", "W", 12_000.0), ("10 dB", "dB", 10.0), ("-3.5 dB", "dB", -3.5), ("\u22123 dB", "dB", -3.0),
        ("6 rpm", "deg/s", 36.0), ("1 nmi", "m", 1852.0), ("1e3 MHz", "GHz", 1.0), ("  7 km ", "m", 7000.0),
        ("90 deg", "deg", 90.0), (".5 g", "m/s2", 4.903325), ("900 km/h", "m/s", 250.0), ("3 m2", "m2", 3.0),
    ],
)  # fmt: skip
def test_texts_with_a_unit(text: str, unit: str, value: float) -> None:
    assert units.parse_quantity(text, unit) == pytest.approx(value, rel=1e-15)


@pytest.mark.parametrize(
    ("text", "unit", "advice"),
    [
        ("150", "m", "write 150 km"), (150, "m", "write 150 km"), (4, "s", "write 4 s"), ("30", "1", "write 30 %"),
        ("150 km", "s", "found '150 km', a length; expected a time: write 150 s"),

        ("150 parsec", "m", "found unit 'parsec', expected a length in one of: m, km"),
        ("fast", "m/s", "found 'fast', expected a speed such as 10 m/s"),
        ("wide", "deg", "found 'wide', expected an angle such as 10 deg"),
        (None, "m", "expected a length such as 10 km"),

        (True, "s", "expected a time"), ("FL320", "s", "expected a time"), ("1e999 km", "m", "too large"),
        ("", "m", "such as"),
        ([1], "m", "such as"),
        ("nan km", "m", "such as"), (float("nan"), "m", "such as"), ("1,5 km", "m", "found unit"),
    ],
)  # fmt: skip
def test_other_texts_are_refused_with_advice(text: object, unit: str, advice: str) -> None:
    with pytest.raises(ValueError) as caught:
        units.parse_quantity(text, unit)
    assert advice in str(caught.value)


def test_a_unit_that_does_not_exist_is_the_programmers_error() -> None:
    with pytest.raises(KeyError):
        units.parse_quantity("1 m", "furlong")


def test_factors() -> None:
    assert pytest.approx(0.514444, abs=1e-6) == units.KT_MPS
    assert pytest.approx(3.141592653589793) == 180.0 * units.DEG_RAD
    assert pytest.approx(30.48) == units.FLIGHT_LEVEL_M
