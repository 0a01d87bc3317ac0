"""Identity by Bayes: the posterior by hand, what no single lie achieves, and when a nation says what."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pictures import UNKNOWN_KIND, plan, tracks

from jointsky.picture.evidence import PLAIN, WEIGHTS, Evidence, posterior, words
from jointsky.picture.identification import Criteria, Identifier, guess_kind
from jointsky.picture.plans import PlanBook
from jointsky.vocab.codes import AircraftKind, Identity, Iff
from jointsky.vocab.records import FLIGHT_PLAN, WAYPOINT, Rows, empty

ROUTE = [(54.0, 27.0, 10_000.0), (54.0, 29.0, 10_000.0)]
HARMLESS = (Identity.FRIEND, Identity.ASSUMED_FRIEND, Identity.NEUTRAL)
PRIOR = (0.3, 0.4, 0.3)


def identifier(filed: Any = None, **rule: Any) -> Identifier:
    plans, waypoints = filed or (empty(FLIGHT_PLAN), empty(WAYPOINT))
    return Identifier(Criteria(**rule), PlanBook(plans, waypoints))


def identity(rows: Rows, inside: bool = False, filed: Any = None, now_s: float = 0.0) -> list[int]:
    over = np.full(len(rows), inside)
    return identifier(filed).identify(rows, over, now_s).identity.tolist()


def test_the_posterior_is_bayes_by_hand() -> None:
    found = {
        Evidence.NO_IFF_REPLY: np.array([True, False, True]),
        Evidence.CROSSED_BORDER: np.array([True, False, False]),
    }
    friend, neutral, hostile = 0.3 * 0.03 * 0.02, 0.4 * 0.9999 * 0.05, 0.3 * 0.999 * 0.60
    total = friend + neutral + hostile
    chance = posterior(found, PRIOR)
    assert chance[0] == pytest.approx([friend / total, neutral / total, hostile / total])
    assert chance[1] == pytest.approx(PRIOR)
    assert chance[2, 2] == pytest.approx(0.3 * 0.999 / (0.3 * 0.03 + 0.4 * 0.9999 + 0.3 * 0.999))


@given(st.sets(st.sampled_from(list(WEIGHTS))), st.permutations(list(WEIGHTS)))
def test_the_posterior_is_a_distribution_whatever_the_order_of_evidence(kinds: set[Evidence], order: list) -> None:
    found = {kind: np.array([kind in kinds]) for kind in WEIGHTS}
    chance = posterior(found, PRIOR)
    assert chance.sum() == pytest.approx(1.0) and (chance >= 0.0).all()
    assert posterior({kind: found[kind] for kind in order}, PRIOR) == pytest.approx(chance, rel=1e-12)


def test_each_piece_of_evidence_has_words_and_weights() -> None:
    assert set(PLAIN) == set(Evidence)
    policed = {Evidence.CODE_NO_LONGER_HEARD, Evidence.NO_ANSWER, Evidence.SEEN_CIVIL, Evidence.SEEN_UNCLEAR}
    assert set(WEIGHTS) == set(Evidence) - {Evidence.TOLD_BY_PARTNER} - policed
    assert words(Evidence.NO_CODE | Evidence.CROSSED_BORDER) == (
        "no transponder code", "came across the border from outside"
    )  # fmt: skip
    assert words(0) == ()


FLIGHTS = st.fixed_dictionaries({
    "alt_m": st.floats(50.0, 15_000.0),
    "iff": st.sampled_from([Iff.NO_REPLY, Iff.NOT_ASKED]),
    "lat_deg": st.floats(53.0, 55.0),
})  # fmt: skip


@given(FLIGHTS, st.floats(20.0, 700.0), st.integers(0, 4095), st.booleans())
def test_a_code_that_lies_never_makes_a_friend_or_neutral_by_itself(
    flight: dict[str, Any], speed: float, code: int, inside: bool
) -> None:
    """A raider may copy any code, but not fly the plan's route at its time, and not answer the crypto challenge."""
    filed = plan(code, [(57.0, 20.0, 10_000.0), (57.0, 24.0, 10_000.0)])
    row = tracks(1, (speed, 0.0, 0.0), code=code, **flight)
    assert identity(row, inside, filed)[0] not in HARMLESS


def test_a_silent_intruder_is_hostile_and_a_silent_stranger_outside_is_not() -> None:
    raider = tracks(1, iff=Iff.NO_REPLY)
    judge = identifier()
    assert judge.identify(raider, np.array([False]), 0.0).identity[0] not in (*HARMLESS, Identity.HOSTILE)
    found = judge.identify(raider, np.array([True]), 10.0)
    assert found.identity[0] == Identity.HOSTILE and found.p_hostile[0] >= Criteria().hostile
    assert found.reasons[0] & Evidence.CROSSED_BORDER and found.reasons[0] & Evidence.NO_CODE


def test_who_was_first_seen_inside_did_not_come_from_outside() -> None:
    judge = identifier()
    rows = tracks(2, iff=Iff.NO_REPLY)
    judge.identify(rows, np.array([True, False]), 0.0)
    back_inside = judge.identify(rows[::-1].copy(), np.array([True, True]), 5.0)
    assert (back_inside.reasons & Evidence.CROSSED_BORDER > 0).tolist() == [True, False]
    judge.identify(rows, np.array([False, False]), 10.0)
    again = judge.identify(rows, np.array([True, True]), 15.0)
    assert (again.reasons & Evidence.CROSSED_BORDER > 0).tolist() == [False, True]


def test_a_track_that_goes_on_under_another_number_keeps_where_it_came_from() -> None:
    judge = identifier()
    judge.identify(tracks(1, track_id=1_000_000, iff=Iff.NO_REPLY), np.array([False]), 0.0)
    judge.follow({1_000_000: 7, 5: 8})
    found = judge.identify(tracks(2, track_id=[7, 8], iff=Iff.NO_REPLY), np.array([True, True]), 5.0)
    assert (found.reasons & Evidence.CROSSED_BORDER > 0).tolist() == [True, False]
    judge.follow({8: 7})
    assert judge.from_outside[7], "what it is known to be stays"


def test_a_filed_flight_is_neutral_and_an_answer_makes_a_friend() -> None:
    filed = plan(1200, ROUTE)
    rows = tracks(2, (230.0, 0.0, 0.0), alt_m=10_000.0, code=[1200, -1], iff=[Iff.NO_REPLY, Iff.FRIEND])
    assert identity(rows, filed=filed) == [Identity.NEUTRAL, Identity.FRIEND]
    assert identity(rows, inside=True, filed=filed) == [Identity.NEUTRAL, Identity.FRIEND]


@pytest.mark.parametrize(("age_s", "settled"), [(19.9, False), (20.1, True)])
def test_nothing_but_a_friend_is_named_before_it_was_seen_long_enough(age_s: float, settled: bool) -> None:
    rows = tracks(2, iff=[Iff.NO_REPLY, Iff.FRIEND], t_first_s=100.0 - age_s)
    found = identity(rows, now_s=100.0)
    assert (found[0] != Identity.PENDING) == settled and found[1] == Identity.FRIEND


def test_criteria_are_thresholds_on_the_posterior() -> None:
    judge = identifier()
    row = tracks(1, iff=Iff.NO_REPLY)
    judge.identify(row, np.array([False]), 0.0)
    p = judge.identify(row, np.array([True]), 1.0).p_hostile[0]
    for hostile, suspect, expected in (
        (p - 1e-9, 0.5, Identity.HOSTILE),
        (p + 1e-9, p - 1e-9, Identity.SUSPECT),
        (1.0, p + 1e-9, Identity.UNKNOWN),
    ):
        judge.criteria = Criteria(hostile=hostile, suspect=suspect)
        assert judge.identify(row, np.array([True]), 2.0).identity[0] == expected


def test_an_empty_picture_has_no_identities() -> None:
    found = identifier().identify(tracks(0), np.zeros(0, np.bool_), 0.0)
    assert len(found.identity) == len(found.reasons) == len(found.p_hostile) == 0


@given(st.permutations(range(6)))
def test_identity_does_not_depend_on_the_order_of_tracks(order: list[int]) -> None:
    rows = tracks(6, iff=[0, 1, 2, 0, 1, 2], alt_m=[300, 5000, 9000, 12_000, 200, 100], code=[-1, -1, 7, 1200, 9, -1])
    inside = np.array([True, False, True, False, True, False])
    filed = plan(1200, ROUTE)
    one, other = identifier(filed), identifier(filed)
    for over in (inside, ~inside):
        found, shuffled = one.identify(rows, over, 0.0), other.identify(rows[order], over[order], 0.0)
        assert found.identity[order].tolist() == shuffled.identity.tolist()
        assert found.p_hostile[order].tobytes() == shuffled.p_hostile.tobytes()


@pytest.mark.parametrize(
    ("speed", "alt_m", "kind"),
    [
        (10.0, 3000.0, UNKNOWN_KIND), (14.9, 100.0, UNKNOWN_KIND), (15.1, 100.0, AircraftKind.UAV),
        (79.0, 4000.0, AircraftKind.UAV), (81.0, 4000.0, AircraftKind.BOMBER), (284.0, 9000.0, AircraftKind.BOMBER),
        (286.0, 9000.0, AircraftKind.FIGHTER), (169.0, 300.0, AircraftKind.BOMBER),
        (171.0, 599.0, AircraftKind.CRUISE_MISSILE), (171.0, 601.0, AircraftKind.BOMBER),
        (400.0, 100.0, AircraftKind.CRUISE_MISSILE), (np.nan, 5000.0, UNKNOWN_KIND),
    ],
)  # fmt: skip
def test_the_guessed_kind_follows_speed_and_height(speed: float, alt_m: float, kind: int) -> None:
    assert guess_kind(tracks(1, (speed, 0.0, 0.0), alt_m=alt_m)).tolist() == [kind]
