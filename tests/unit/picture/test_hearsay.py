"""What partners tell of a track: each fact counts once, less than if one had found it oneself, and only while it is
told."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pictures import plan, tracks

from jointsky.picture.evidence import MISTAKEN, TELLING, WEIGHTS, Evidence, heard, hearsay, posterior
from jointsky.picture.hearsay import FORGOTTEN_S, Hearsay
from jointsky.picture.identification import Criteria, Identifier
from jointsky.picture.plans import PlanBook
from jointsky.vocab.codes import Identity, Iff
from jointsky.vocab.records import FLIGHT_PLAN, TOLD_IDENTITY, WAYPOINT, Rows, empty

PRIOR = (0.3, 0.4, 0.3)
ROUTE = [(54.0, 27.0, 10_000.0), (54.0, 29.0, 10_000.0)]


def word(track_id: int = 3, reasons: int = 4, t_s: float = 0.0, origin: int = 1) -> Rows:
    rows = empty(TOLD_IDENTITY, 1)
    rows["track_id"], rows["reasons"], rows["t_valid_s"], rows["origin"] = track_id, reasons, t_s, origin
    return rows


def identifier() -> Identifier:
    return Identifier(Criteria(), PlanBook(empty(FLIGHT_PLAN), empty(WAYPOINT)))


def test_a_word_is_kept_by_the_number_a_track_goes_by_here_and_forgotten() -> None:
    held = Hearsay()
    held.accept(word())
    assert held.facts({(1, 3): 1_000_000}, {}, 10.0) == {1_000_000: 4}
    assert held.facts({(1, 3): 1_000_000}, {1_000_000: 7}, 10.0) == {7: 4}
    assert held.facts({(2, 3): 1_000_000}, {}, 10.0) == {} == held.facts({}, {}, 10.0)
    assert held.facts({(1, 3): 5}, {}, FORGOTTEN_S) == {5: 4}
    assert held.facts({(1, 3): 5}, {}, FORGOTTEN_S + 1.0) == {}


def test_the_newest_word_counts_and_partners_add_up() -> None:
    held = Hearsay()
    for rows in (word(reasons=1, t_s=5.0), word(reasons=2, t_s=0.0), word(reasons=32, origin=2)):
        held.accept(rows)
    assert held.facts({(1, 3): 9, (2, 3): 9}, {}, 10.0) == {9: 33}


@pytest.mark.parametrize("kind", TELLING)
def test_hearsay_says_less_than_what_was_found(kind: Evidence) -> None:
    own, told = WEIGHTS[kind], hearsay(WEIGHTS[kind])
    values = np.array([(own.friend, told.friend), (own.neutral, told.neutral), (own.hostile, told.hostile)])
    assert values[:, 0].mean() == pytest.approx(values[:, 1].mean())
    assert np.ptp(values[:, 1]) == pytest.approx((1.0 - MISTAKEN) * np.ptp(values[:, 0]))


bits = st.sets(st.sampled_from(list(WEIGHTS))).map(lambda kinds: sum(int(kind) for kind in kinds))


@given(bits, bits)
def test_no_fact_counts_twice(own: int, told: int) -> None:
    found = {kind: np.array([bool(own & kind)]) for kind in WEIGHTS}
    extra = heard(found, np.array([told], np.uint16))
    assert not any((found[kind] & extra[kind]).any() for kind in TELLING)
    assert all(told & kind for kind in TELLING if extra[kind].any())
    silent = {kind: np.array([bool(own & kind)]) for kind in WEIGHTS}
    assert not any(mask.any() for mask in heard(silent, np.array([own], np.uint16)).values()), "it said nothing new"
    assert posterior(silent, PRIOR) == pytest.approx(posterior(silent, PRIOR, {}))


def test_a_told_answer_explains_the_silence_and_makes_no_more_than_an_assumed_friend() -> None:
    row, inside = tracks(1, iff=Iff.NO_REPLY), np.array([True])
    judge = identifier()
    assert judge.identify(row, ~inside, 0.0).identity[0] not in (Identity.FRIEND, Identity.ASSUMED_FRIEND)
    assert judge.identify(row, inside, 5.0).identity[0] == Identity.HOSTILE
    found = judge.identify(row, inside, 10.0, {1: int(Evidence.IFF_REPLY)})
    assert found.identity[0] == Identity.ASSUMED_FRIEND
    assert found.reasons[0] & Evidence.TOLD_BY_PARTNER and not found.reasons[0] & Evidence.NO_IFF_REPLY
    assert judge.identify(row, inside, 15.0, {2: 1}).identity[0] == Identity.HOSTILE, "told of another track"


def test_a_told_crossing_is_enough_to_suspect_somebody_outside() -> None:
    row, outside = tracks(1, iff=Iff.NO_REPLY), np.array([False])
    told = int(Evidence.CROSSED_BORDER | Evidence.NO_CODE | Evidence.LOW_AND_FAST)
    found = identifier().identify(row, outside, 0.0, {1: told})
    assert found.identity[0] in (Identity.SUSPECT, Identity.HOSTILE)
    assert not found.reasons[0] & Evidence.LOW_AND_FAST, "how it flies one sees oneself"


def test_plans_are_told_whole_and_held_once() -> None:
    plans, waypoints = plan(1200, ROUTE)
    giver, receiver = PlanBook(plans, waypoints), PlanBook(empty(FLIGHT_PLAN), empty(WAYPOINT))
    row = tracks(1, (230.0, 0.0, 0.0), alt_m=10_000.0, code=1200)
    assert not receiver.matches(row, 0.0)[0]
    for _ in range(2):
        receiver.add(giver.filed(0, 0.0), 5)
    assert receiver.matches(row, 1.0)[0] and len(receiver.plans) == 1
    assert len(giver.filed(0, -1.0)) == len(giver.filed(1, 0.0)) == 0, "not filed yet; another nation's"
    assert len(receiver.filed(0, 0.0)) == 0, "what was told goes no further"
