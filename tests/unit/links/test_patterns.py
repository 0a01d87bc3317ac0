"""Patterns of names: what * matches, and that many stars cost no more than few."""

from __future__ import annotations

import re
import time

from hypothesis import given
from hypothesis import strategies as st

from jointsky.links.arrangement import matching

names = st.lists(st.text("ab.", max_size=8), max_size=6)


@given(st.lists(st.text("ab.*", min_size=1, max_size=8), max_size=3), names)
def test_a_star_stands_for_any_run_of_signs(patterns: list[str], known: list[str]) -> None:
    plain = [re.compile(re.escape(pattern).replace(r"\*", ".*")) for pattern in patterns]
    assert matching(patterns, known) == [any(p.fullmatch(name) for p in plain) for name in known]


def test_many_stars_end_soon() -> None:
    begun = time.process_time()
    assert matching(["*a" * 40 + "*b"], ["a" * 200, "a" * 200 + "b"]) == [False, True]
    assert time.process_time() - begun < 1.0
