"""What waits on a link: queues, slots, voice and outages against their closed forms."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest

from jointsky.links import waiting
from jointsky.links.arrangement import Link
from jointsky.links.chains import availability, up_after
from jointsky.links.channels import LONGEST_WAIT_S, Queue, SlotShare, VoiceNet
from jointsky.links.lines import Lines
from jointsky.rng import Stream, draw
from jointsky.scenario.link_terms import Outages, Slots, Voice
from jointsky.vocab.records import TRACK, Rows, empty


def arrivals(rate_per_s: float, count: int, seed: int = 1) -> list[float]:
    """Poisson arrivals."""
    gaps = [-math.log1p(-draw(seed, Stream.STUDY, 7, k)) / rate_per_s for k in range(count)]
    return list(itertools.accumulate(gaps))


@pytest.mark.parametrize("load", [0.3, 0.7])
def test_a_link_of_one_row_after_the_other_is_the_queue_with_constant_service(load: float) -> None:
    queue, service_s = Queue(per_s=2.0), 0.5
    waits = [queue.wait_s(1, t_s) for t_s in arrivals(load / service_s, 12_000)]
    assert np.mean([w for w in waits if w]) == pytest.approx(waiting.md1_time_s(load / service_s, service_s), rel=0.06)


def test_a_queue_that_is_too_long_takes_nothing_more() -> None:
    queue = Queue(per_s=1.0)
    assert queue.wait_s(int(LONGEST_WAIT_S) + 1, 0.0) == LONGEST_WAIT_S + 1.0
    assert queue.wait_s(1, 0.5) is None
    assert queue.wait_s(1, 1.0) == LONGEST_WAIT_S + 1.0  # what the full queue refused left no trace


@pytest.mark.parametrize("count", [1, 4])
def test_slots_are_waited_for_half_their_distance(count: int) -> None:
    slots = Slots(frame="12 s", count=count)
    waits = [SlotShare(slots, "north").wait_s(1, t_s) or 0.0 for t_s in np.linspace(0.0, 12.0, 2_400, endpoint=False)]
    assert np.mean(waits) == pytest.approx(waiting.tdma_delay_s(12.0, slots.length, count), abs=0.01)
    assert max(waits) <= waiting.tdma_worst_s(12.0, count) + slots.length + 1e-9


def test_slots_carry_their_capacity_and_no_more() -> None:
    slots = Slots(frame="12 s", count=2, messages=10)
    share, sent = SlotShare(slots, "north"), 0
    for second in range(600):
        sent += 10 * (share.wait_s(10, float(second)) is not None)
    assert sent / 600.0 == pytest.approx(waiting.tdma_capacity(12.0, 2, 10), rel=0.25)  # and the queue that is left
    assert sent <= (600.0 + LONGEST_WAIT_S + 12.0) * waiting.tdma_capacity(12.0, 2, 10)


def picture(count: int) -> Rows:
    rows = empty(TRACK, count)
    rows["track_id"] = np.arange(count)
    return rows


def test_a_voice_net_tells_one_track_a_minute_and_comes_round_to_all() -> None:
    net = VoiceNet(Voice(takes=("30 s", "90 s")), 1, "line")
    told = [(row, heard) for t_s in range(0, 36_000, 5) for row, heard in net.tell(picture(12), float(t_s))]
    times = [heard for _, heard in told]
    assert len(told) == pytest.approx(600, abs=600 * 0.05)
    assert np.diff(times).min() >= 30.0 and np.diff(times).max() <= 90.0  # never silent while there is something to say
    assert [row for row, _ in told[:24]] == [*range(12), *range(12)]
    fresh = waiting.voice_tracks(60.0, 12 * 60.0)
    assert fresh == 12  # so many tracks one net keeps as fresh as twelve minutes


def test_two_nets_tell_twice_as_much() -> None:
    net = VoiceNet(Voice(takes=("60 s", "60 s"), nets=2), 1, "line")
    assert sum(len(net.tell(picture(9), float(t_s))) for t_s in range(0, 3_600, 5)) == 120


def test_an_order_waits_for_the_report_under_way() -> None:
    net = VoiceNet(Voice(takes=("60 s", "60 s")), 1, "line")
    assert net.tell(picture(3), 0.0) == [(0, 60.0)]
    assert net.speak_s(10.0) == 110.0


def lines(seed: int, name: str, outages: Outages) -> Lines:
    return Lines({name: Link(name, ("a", "b"), 1.0, 0.0, (), outages)}, seed)


def test_outages_leave_a_link_up_its_share_of_the_time_and_end_as_two_states_do() -> None:
    outages = Outages(every="300 s", lasts="100 s")
    states = np.empty((800, 2), bool)
    for seed in range(800):
        run = lines(seed, "line", outages)
        for k, t_s in enumerate((500.0, 560.0)):
            run.advance(t_s)
            states[seed, k] = run.up["line"]
    share = availability(300.0, 100.0)
    assert abs(states[:, 0].mean() - share) < 4.0 * math.sqrt(share * (1.0 - share) / 800)
    up = states[states[:, 0], 1]
    expected = up_after(60.0, 300.0, 100.0)
    assert abs(up.mean() - expected) < 4.0 * math.sqrt(expected * (1.0 - expected) / len(up))


def test_a_bad_state_may_lose_only_some_messages() -> None:
    run = lines(3, "line", Outages(every="100 s", lasts="100 s", loss="40 %"))
    losses = set()
    for t_s in range(2_000):
        run.advance(float(t_s))
        losses.add(run.loss("line", 0.1))
        assert run.up["line"]
    assert losses == {0.1, 0.4}


def test_the_tick_decides_nothing_of_an_outage() -> None:
    fine, coarse = (lines(5, "line", Outages(every="100 s", lasts="50 s")) for _ in range(2))
    for t_s in range(1_000):
        fine.advance(float(t_s))
        if t_s % 4 == 0:
            coarse.advance(float(t_s))
            assert fine.up == coarse.up
