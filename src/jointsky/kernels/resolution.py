"""What one beam cannot tell apart: echoes in one cell, replies that overlap, strobes in one beam.

Two echoes closer than a range cell, a beamwidth and, where elevation is measured, its beam are one plot: the
stronger's, drawn towards the weaker by their powers. Replies of two transponders in one beam, closer than a reply is
long (20.3 us, 3.05 km; Stevens, "Secondary Surveillance Radar", 1988), garble each other: pulses add up to a wrong
code, or nothing can be read.
"""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jointsky.kernels.compiled import kernel
from jointsky.kernels.draws import IFF, uniform4
from jointsky.kernels.elementary import wrap_pi, wrap_two_pi
from jointsky.vocab.codes import Iff, PlotKind

CELL_RANGE, CELL_AZIMUTH, CELL_SINE, CELL_POWER, CELL_COLUMNS = 0, 1, 2, 3, 4
"""True range, azimuth and sine of elevation of what stands behind a plot, and its power over noise (0: no echo)."""
REPLY_LENGTH_M = 3_050.0
GARBLED = 0.5
"""Notional chance that an overlapping reply suffers; half of those that do cannot be read at all."""
WRONG_CODE = 0.001
"""Notional chance that one bit of a clear reply is read wrongly."""

_COMBINED = int(PlotKind.COMBINED)
_PRIMARY = int(PlotKind.PRIMARY)
_SECONDARY = int(PlotKind.SECONDARY)
_STROBE = int(PlotKind.STROBE)
_FRIEND = int(Iff.FRIEND)
_NOT_ASKED = int(Iff.NOT_ASKED)
_REMOVED = 255


@kernel()
def _draw_together(strong: Any, weak: Any, share: float) -> None:
    """Move the stronger plot's range, azimuth and elevation by the weaker one's share of the power."""
    strong.range_m += share * (weak.range_m - strong.range_m)
    strong.az_rad = wrap_two_pi(strong.az_rad + share * wrap_pi(weak.az_rad - strong.az_rad))
    if math.isfinite(strong.el_rad) and math.isfinite(weak.el_rad):
        strong.el_rad += share * (weak.el_rad - strong.el_rad)
        if strong.kind == _PRIMARY and weak.kind == _PRIMARY:
            strong.height_m += share * (weak.height_m - strong.height_m)


@kernel()
def _lose_echo(plot: Any) -> None:
    """Leave of a swallowed plot what its transponder said, or nothing."""
    if plot.kind == _COMBINED:
        plot.kind = _SECONDARY
        plot.snr_db = math.nan
        plot.el_rad = math.nan
    else:
        plot.kind = _REMOVED


@kernel()
def _merge_echoes(
    radar: Any, plots: Any, first: int, cells: NDArray[Any], order: NDArray[Any], quarters: NDArray[Any]
) -> None:
    """Let echoes in one cell be one plot; looked at in order of range, so that rows mean nothing."""
    for place in range(order.size):
        i = order[place]
        for later in range(place + 1, order.size):
            j = order[later]
            if cells[j, CELL_RANGE] - cells[i, CELL_RANGE] >= radar.range_res_m:
                break
            if cells[i, CELL_POWER] <= 0.0:
                break
            if cells[j, CELL_POWER] <= 0.0 or abs(quarters[i] - quarters[j]) > 1:
                continue
            if abs(wrap_pi(cells[j, CELL_AZIMUTH] - cells[i, CELL_AZIMUTH])) >= radar.az_beam_rad:
                continue
            if radar.el_beam_rad > 0.0 and abs(cells[j, CELL_SINE] - cells[i, CELL_SINE]) >= radar.el_beam_rad:
                continue
            strong, weak = (i, j) if cells[i, CELL_POWER] >= cells[j, CELL_POWER] else (j, i)
            both = cells[strong, CELL_POWER] + cells[weak, CELL_POWER]
            _draw_together(plots[first + strong], plots[first + weak], cells[weak, CELL_POWER] / both)
            _lose_echo(plots[first + weak])
            cells[strong, CELL_POWER] = both
            cells[weak, CELL_POWER] = 0.0


@kernel()
def _replied(plot: Any) -> bool:
    return plot.kind != _STROBE and plot.kind != _REMOVED and (plot.code >= 0 or plot.iff == _FRIEND)


@kernel()
def _garble(plot: Any, other_code: int, how: float) -> None:
    """Spoil a reply: unreadable, or the pulses of both as one code."""
    plot.height_m = plot.height_m if plot.kind == _COMBINED and math.isfinite(plot.el_rad) else math.nan
    if how < 0.5 or plot.code < 0 or other_code < 0:
        plot.code = -1
        plot.iff = _NOT_ASKED if plot.iff == _FRIEND else plot.iff  # something answered: that tells neither way
    else:
        plot.code |= other_code


@kernel()
def _garble_replies(
    seed: int, radar: Any, plots: Any, first: int, cells: NDArray[Any], order: NDArray[Any], pairs: NDArray[Any],
    quarters: NDArray[Any],
) -> None:  # fmt: skip
    """Garble replies that overlap with another one's, and misread a few that do not."""
    spoilt_by = np.full(order.size, -1, np.int64)
    for place in range(order.size):
        i = order[place]
        if not _replied(plots[first + i]):
            continue
        for later in range(place + 1, order.size):
            j = order[later]
            if cells[j, CELL_RANGE] - cells[i, CELL_RANGE] >= REPLY_LENGTH_M:
                break
            turned = abs(wrap_pi(cells[j, CELL_AZIMUTH] - cells[i, CELL_AZIMUTH]))
            at_once = abs(quarters[i] - quarters[j]) <= 1
            if at_once and turned < radar.az_beam_rad and _replied(plots[first + j]):
                spoilt_by[i] = j
                spoilt_by[j] = i
    codes = np.empty(order.size, np.int64)
    for i in range(order.size):
        codes[i] = plots[first + i].code
    for i in range(order.size):
        plot = plots[first + i]
        if not _replied(plot):
            continue
        chance, how, bit, _ = uniform4(seed, IFF, pairs[i], quarters[i], 0)
        if spoilt_by[i] >= 0:
            if chance < GARBLED:
                _garble(plot, int(codes[spoilt_by[i]]), how)
        elif plot.code >= 0 and chance < WRONG_CODE:
            plot.code ^= 1 << int(12.0 * bit)


@kernel()
def _merge_strobes(
    radar: Any, plots: Any, first: int, cells: NDArray[Any], quarters: NDArray[Any], many: int
) -> None:
    """Leave one strobe of two in half a beam: the louder."""
    for i in range(many):
        for j in range(i + 1, many):
            one, other = plots[first + i], plots[first + j]
            if one.kind != _STROBE or other.kind != _STROBE or abs(quarters[i] - quarters[j]) > 1:
                continue
            if abs(wrap_pi(cells[i, CELL_AZIMUTH] - cells[j, CELL_AZIMUTH])) < 0.5 * radar.az_beam_rad:
                if one.snr_db >= other.snr_db:
                    other.kind = _REMOVED
                else:
                    one.kind = _REMOVED


@kernel()
def resolve(
    seed: int, radar: Any, plots: Any, truth: NDArray[Any], first: int, count: int, cells: NDArray[Any],
    pairs: NDArray[Any], quarters: NDArray[Any], strobes: int,
) -> int:  # fmt: skip
    """Leave of plots [first, count) of one radar in one tick, whose cells stand in the same order, what the radar can
    tell apart; return their new count.
    """
    many = count - first
    if many < 2:
        if many == 1 and _replied(plots[first]):
            _garble_replies(seed, radar, plots, first, cells, np.zeros(1, np.int64), pairs, quarters)
        return count
    order = np.argsort(cells[:many, CELL_RANGE], kind="mergesort")
    _merge_echoes(radar, plots, first, cells, order, quarters)
    if radar.ssr != 0:
        _garble_replies(seed, radar, plots, first, cells, order, pairs, quarters)
    if strobes > 1:
        _merge_strobes(radar, plots, first, cells, quarters, many)
    kept = first
    for i in range(first, count):
        if plots[i].kind != _REMOVED:
            if kept != i:
                plots[kept] = plots[i]
                truth[kept] = truth[i]
            kept += 1
    return kept
