"""The digest: what moves it, what must not, and canonical bytes."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable

import numpy as np
import pytest
from unit.record.scene import make_tick, make_world

from jointsky.record.digest import Digest
from jointsky.vocab.codes import Shot
from jointsky.vocab.messages import Alerts, OperatorOrder, Orders, Phase, Tracks
from jointsky.vocab.records import ALERT, ORDER, PLOT, SHOT_REPORT, TRACK, Rows, empty
from jointsky.world.tick import Tick
from jointsky.world.world import World


def digest_of(ticks: list[Tick], world: World | None = None) -> str:
    digest = Digest()
    for tick in ticks:
        digest.on_tick(world or make_world(), tick)
    return digest.hexdigest()


def with_padding(rows: Rows, filler: int) -> Rows:
    """The same field values in a buffer whose padding holds `filler`."""
    raw = np.full(len(rows) * rows.dtype.itemsize, filler, np.uint8)
    filled = raw.view(rows.dtype)
    for name in rows.dtype.names or ():
        filled[name] = rows[name]
    return filled


def test_padding_and_kinds_of_nan_do_not_count() -> None:
    plain, dirty = make_tick(3), make_tick(3)
    dirty.plots = with_padding(dirty.plots, 0xAB)
    assert dirty.plots.tobytes() != plain.plots.tobytes()
    assert digest_of([plain]) == digest_of([dirty])
    plain.plots["height_m"][:2], dirty.plots["height_m"][:2] = np.nan, -np.array(np.nan)
    plain.plots["snr_db"][1], dirty.plots["snr_db"][1] = np.nan, -np.float32(np.nan)
    assert digest_of([plain]) == digest_of([dirty])


def test_slices_and_strides_do_not_count() -> None:
    plain, strided = make_tick(3), make_tick(3)
    strided.plots = np.repeat(strided.plots, 2)[::2]
    assert not strided.plots.flags.c_contiguous
    assert digest_of([plain]) == digest_of([strided])


def _plot(tick: Tick) -> None:
    tick.plots["range_m"][0] = np.nextafter(tick.plots["range_m"][0], 1e9)


def _snr(tick: Tick) -> None:
    tick.plots["snr_db"][2] = np.nextafter(tick.plots["snr_db"][2], np.float32(99))


def _picture(tick: Tick) -> None:
    tick.sent["west"] = [Tracks("west", 0, empty(TRACK, 2))]


def _sender(tick: Tick) -> None:
    tick.sent["north"] = tick.sent.pop("east")


def _order(tick: Tick) -> None:
    tick.sent["east"].append(Orders("east", empty(ORDER, 1), (("a",),)))


def _input(tick: Tick) -> None:
    tick.inputs = [OperatorOrder("east", 1, 0, 2, 7)]


CHANGES: list[Callable[[Tick], None]] = [
    _plot,
    _snr,
    _picture,
    _sender,
    _order,
    _input,
    lambda tick: setattr(tick, "orders", empty(ORDER, 1)),
    lambda tick: setattr(tick, "reports", empty(SHOT_REPORT, 1)),
    lambda tick: setattr(tick, "phases", [Phase("war", 3.0)]),
    lambda tick: tick.sent["east"].append(Alerts("east", empty(ALERT, 1))),
    lambda tick: setattr(tick, "plots", empty(PLOT)),
    lambda tick: setattr(tick, "number", 4),
]


@pytest.mark.parametrize("change", CHANGES)
def test_every_kind_of_happening_moves_the_digest(change: Callable[[Tick], None]) -> None:
    changed = make_tick(3)
    change(changed)
    assert digest_of([changed]) != digest_of([make_tick(3)])


def test_a_clause_that_allowed_an_order_counts() -> None:
    def ordered(clause: str) -> str:
        tick = make_tick(3)
        tick.sent["east"].append(Orders("east", empty(ORDER, 1), ((clause,),)))
        return digest_of([tick])

    assert ordered("a") != ordered("b")


@pytest.mark.parametrize("kind", ["aircraft", "launchers", "assets", "engagements"])
def test_state_counts_every_ten_ticks(kind: str) -> None:
    world = make_world()
    world.state.engagements_used = 1
    world.state.engagements["state"][0] = Shot.IN_FLIGHT
    at_nine, at_ten = digest_of([make_tick(9)], world), digest_of([make_tick(10)], world)
    getattr(world.state, kind)["pos_ecef_m"][0, 1] += 1e-9
    assert digest_of([make_tick(9)], world) == at_nine
    assert digest_of([make_tick(10)], world) != at_ten


def test_order_of_posts_in_the_mapping_does_not_count_but_order_of_ticks_does() -> None:
    one, other = make_tick(3), make_tick(3)
    one.sent["west"] = [Tracks("west", 0, empty(TRACK, 1))]
    other.sent = {"west": one.sent["west"], **other.sent}
    assert digest_of([one]) == digest_of([other])
    assert digest_of([make_tick(1), make_tick(2)]) != digest_of([make_tick(2), make_tick(1)])


def test_rows_of_another_dtype_are_refused() -> None:
    tick = make_tick(3)
    tick.plots = empty(TRACK, 1)
    with pytest.raises(TypeError, match="expected"):
        digest_of([tick])


def test_the_hash_seed_of_python_does_not_count() -> None:
    script = (
        "from unit.record.scene import *; from jointsky.record.digest import Digest; d = Digest(); "
        "[d.on_tick(make_world(), make_tick(n)) for n in range(21)]; print(d.hexdigest())"
    )
    found = set()
    for seed in ("0", "1", "random"):
        environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)}
        done = subprocess.run(
            [sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=True
        )
        found.add(done.stdout.strip())
    assert len(found) == 1 and len(found.pop()) == 32
