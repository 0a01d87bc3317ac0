"""Airspace control: who engages in which zone, zones that overlap, and that it only ever takes away."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import pytest
from pictures import tracks

from jointsky.command.airspace import Airspace, Measure
from jointsky.links.zones import Area, area_of
from jointsky.vocab.codes import Shooter

SHOOTERS = np.array([Shooter.LAUNCHER, Shooter.FIGHTER], np.uint8)


def box(west: float, east: float) -> Area:
    """Between two meridians, 53 to 55 N."""
    return area_of([[[[west, 53.0], [east, 53.0], [east, 55.0], [west, 55.0], [west, 53.0]]]])


def barred(*zones: tuple[Measure, Area], lon_deg: float = 28.0, identified: bool = True) -> list[bool]:
    """Whether a launcher and a fighter are kept from one target."""
    target = tracks(1, lat_deg=54.0, lon_deg=lon_deg)
    return Airspace(zones).barred(SHOOTERS, target, np.array([identified]))[:, 0].tolist()


@pytest.mark.parametrize(
    "kind, kept", [("fez", [True, False]), ("mez", [False, True]), ("jez", [False, False]), ("lane", [False, False])]
)
def test_each_measure_inside_its_zone_and_nowhere_else(kind: Any, kept: list[bool]) -> None:
    assert barred((kind, box(27.0, 29.0))) == kept
    assert barred((kind, box(27.0, 29.0)), lon_deg=30.0) == [False, False]


def test_a_joint_zone_opens_what_it_covers() -> None:
    fez, jez = ("fez", box(26.0, 30.0)), ("jez", box(27.0, 29.0))
    assert barred(fez, jez) == barred(jez, fez) == [False, False]
    assert barred(fez, jez, lon_deg=29.5) == [True, False]


def test_in_a_lane_nothing_unidentified_is_engaged_by_anybody() -> None:
    assert barred(("lane", box(27.0, 29.0)), identified=False) == [True, True]
    assert barred(("lane", box(27.0, 29.0)), ("jez", box(27.0, 29.0)), identified=False) == [True, True]


def test_more_zones_but_joint_ones_never_free_a_pair() -> None:
    kinds: list[Measure] = ["fez", "mez", "lane"]
    for one, two, identified in product(kinds, kinds, (True, False)):
        alone = barred((one, box(27.0, 29.0)), identified=identified)
        both = barred((one, box(27.0, 29.0)), (two, box(27.5, 30.0)), identified=identified)
        assert all(b >= a for a, b in zip(alone, both, strict=True))
