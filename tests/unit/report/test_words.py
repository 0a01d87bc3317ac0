"""What numbers are called and what differences are said to mean."""

import math

import pytest

from jointsky.report.words import NEVER, clock, difference_words, wording


def test_a_share_is_shown_in_per_cent_and_a_time_in_minutes() -> None:
    assert wording("stopped_share").text(0.4567) == "45.7\u00a0%"
    assert wording("acted_after_s").text(90.0) == "1.5\u00a0min"
    assert wording("damage_share").number(-0.05) == "\u22125.0"


@pytest.mark.parametrize("value", [None, math.nan, math.inf])
def test_what_is_missing_did_not_happen(value: float | None) -> None:
    assert wording("stopped_share").text(value) == NEVER == wording("double_shots").single(value)


def test_posts_nations_and_stages_are_told_apart_and_the_unknown_keeps_its_name() -> None:
    assert wording("a.cp.identity_right").label == "a.cp: identity right"
    assert wording("damage_north").label == "Damage: north"
    assert wording("first_identified_s").unit == "min"
    assert wording("my_own").label == "my_own"


@pytest.mark.parametrize(
    ("low", "high", "margin", "words"),
    [
        (-0.1, 0.2, 0.0, "the interval includes zero"),
        (0.0, 0.2, 0.0, "the interval includes zero"),
        (0.01, 0.2, 0.0, "the interval lies above zero"),
        (-0.2, -0.1, 0.0, "the interval lies below zero"),
        (0.01, 0.02, 0.05, "zero is outside the interval, but it lies below the useful margin"),
        (-0.01, 0.02, 0.05, "the interval includes zero and lies below the useful margin"),
        (0.03, 0.2, 0.05, "the interval lies above zero; it does not clear the useful margin"),
        (0.06, 0.2, 0.05, "the interval lies above zero"),
    ],
)
def test_a_difference_says_what_its_interval_shows(low: float, high: float, margin: float, words: str) -> None:
    assert difference_words({"diff": (low + high) / 2.0, "low": low, "high": high}, margin) == words


def test_a_difference_without_numbers_or_interval_claims_nothing() -> None:
    assert difference_words({"diff": None, "low": None, "high": None}) == NEVER
    assert difference_words({"diff": 0.3, "low": None, "high": None}) == "one pair only: no interval"


def test_times_are_hours_minutes_seconds() -> None:
    assert clock(3_725.4) == "1:02:05"
    assert clock(math.inf) == NEVER
