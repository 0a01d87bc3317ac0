"""Targets lost and seen again: who is the same, who is another, and what goes on."""

from __future__ import annotations

from typing import Any

import numpy as np
from pictures import tracks

from jointsky.command.continuity import MEMORY_S, Continuity
from jointsky.vocab.records import Rows


def seen(number: int, t_s: float, ahead_m: float = 0.0, **columns: Any) -> Rows:
    """One track eastward at 200 m/s since time 0, `ahead_m` of where it should be at `t_s`."""
    rows = tracks(1, **columns)
    rows["track_id"], rows["t_valid_s"] = number, t_s
    along = rows["vel_ecef_mps"][0] / np.linalg.norm(rows["vel_ecef_mps"][0])
    rows["pos_ecef_m"] += along * (200.0 * t_s + ahead_m)
    return rows


def test_a_target_seen_again_near_where_it_should_be_is_the_same() -> None:
    post = Continuity()
    assert post.follow(seen(1, 0.0), 0.0) == {}
    assert post.follow(tracks(0), 10.0) == {}
    assert post.follow(seen(7, 30.0, ahead_m=3_000.0), 30.0) == {1: 7}
    assert post.follow(seen(7, 40.0), 40.0) == {}


def test_too_far_too_late_or_another_way_is_another() -> None:
    for late_s, columns in ((30.0, {"ahead_m": 9_000.0}), (MEMORY_S + 5.0, {}),
                            (10.0, {"velocity_enu_mps": (0.0, 200.0, 0.0)})):  # fmt: skip
        post = Continuity()
        post.follow(seen(1, 0.0), 0.0)
        assert post.follow(seen(7, late_s, **columns), late_s) == {}


def test_one_that_is_still_seen_is_nobody_elses() -> None:
    post = Continuity()
    post.follow(seen(1, 0.0), 0.0)
    both = np.concatenate([seen(1, 10.0), seen(7, 10.0, ahead_m=500.0)])
    assert post.follow(both, 10.0) == {}


def test_two_are_told_apart_one_to_one_whatever_the_order() -> None:
    for turn in (1, -1):
        post = Continuity()
        post.follow(np.concatenate([seen(1, 0.0), seen(2, 0.0, ahead_m=4_000.0)])[::turn], 0.0)
        again = np.concatenate([seen(8, 20.0, ahead_m=3_000.0), seen(9, 20.0, ahead_m=500.0)])[::turn]
        assert post.follow(again, 20.0) == {1: 9, 2: 8}
