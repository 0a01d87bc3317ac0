"""Quantities as text: SI numbers out, advice for everything else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from jointsky.catalogue.quantities import Angle, Duration, Frequency, Height, Length, LoadFactor, Period, Share, Speed


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        (Length, "150 km", 150_000.0),
        (Length, "150km", 150_000.0),
        (Length, "1 nmi", 1852.0),
        (Height, "-30 m", -30.0),
        (Height, "1000 ft", 304.8),
        (Duration, "0 s", 0.0),
        (Duration, "1.5 h", 5400.0),
        (Speed, "360 km/h", 100.0),
        (Share, "30 %", 0.3),
        (Frequency, "1.3 GHz", 1.3e9),
        (Angle, "2.2 deg", 2.2),
        (LoadFactor, "8 g", 8.0),
    ],
)
def test_texts_become_si(kind: object, text: str, value: float) -> None:
    assert TypeAdapter(kind).validate_python(text) == pytest.approx(value, rel=1e-15)


@pytest.mark.parametrize(
    ("kind", "given_value", "advice"),
    [
        (Length, 150, "found 150 without a unit, expected one: write '150 km'"),
        (Length, "150", "write '150 km'"),
        (Length, 1.5e3, "write '1500.0 km'"),
        (Period, "0 s", "expected more than 0 s"),
        (Duration, "-1 s", "expected at least 0 s"),
        (Share, "101 %", "expected at most 100 %"),
        (Share, "0.3", "write '0.3 %'"),
        (Length, "3 lightyears", "expected a length in one of"),
        (Length, None, "found nothing"),
        (Length, False, "found false (YAML reads"),
        (Length, [1], "found a list"),
        (Length, {}, "found a map"),
        (Length, "", "expected a length"),
        (Length, "nan km", "expected a length"),
        (Length, "1e999 km", "too large"),
    ],
)
def test_everything_else_gets_advice(kind: object, given_value: object, advice: str) -> None:
    with pytest.raises(ValidationError) as caught:
        TypeAdapter(kind).validate_python(given_value)
    assert advice in caught.value.errors()[0]["msg"]


@given(st.floats(0, 1e6, allow_nan=False))
def test_a_number_with_its_si_unit_is_itself(number: float) -> None:
    assert TypeAdapter(Length).validate_python(f"{number!r} m") == number
