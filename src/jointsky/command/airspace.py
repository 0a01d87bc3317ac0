"""Airspace control: which shooters a post sends into which zones, so that fighters and missile units keep apart.

A fighter engagement zone (`fez`) is the fighters', a missile engagement zone (`mez`) the missile units', a joint
engagement zone (`jez`) is both's, also where it lies in one of the others; in a safe lane (`lane`) only what is
identified as the rules of engagement ask is engaged, also while weapons are free. The words are those of NATO doctrine
(FEZ, MEZ, JEZ, safe lane). It is the post's own order to itself: it takes away what authority allows, and never adds.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from jointsky.links.zones import Area
from jointsky.vocab.codes import Shooter
from jointsky.vocab.records import Rows

Bool = NDArray[np.bool_]
Measure = Literal["fez", "mez", "jez", "lane"]


@dataclass(frozen=True, slots=True)
class Airspace:
    """Zones with their measures."""

    zones: tuple[tuple[Measure, Area], ...] = ()

    def barred(self, shooter: NDArray[np.uint8], tracks: Rows, identified: Bool) -> Bool:
        """Pairs (asset, track) that stay out, for Shooter codes (m,), TRACK rows and which of these (n,) are identified
        as the rules of engagement ask."""
        inside: Mapping[Measure, Bool] = {
            kind: self._inside(kind, tracks) for kind in ("fez", "mez", "jez", "lane")
        }  # fmt: skip
        fighters_only, missiles_only = inside["fez"] & ~inside["jez"], inside["mez"] & ~inside["jez"]
        launcher = (shooter == Shooter.LAUNCHER)[:, None]
        barred = (launcher & fighters_only[None, :]) | (~launcher & missiles_only[None, :])
        return barred | (inside["lane"] & ~identified)[None, :]

    def _inside(self, kind: Measure, tracks: Rows) -> Bool:
        found = np.zeros(len(tracks), np.bool_)
        for own, area in self.zones:
            if own == kind:
                found |= area.inside(tracks["lat_deg"], tracks["lon_deg"])
        return found
