"""Policies: limits no plan may break, the best one-shot plan against a search, and the two test policies' promises."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from typing import Any

import numpy as np
import pytest
from command_scene import fighter, forces, launcher
from hypothesis import given
from hypothesis import strategies as st
from pictures import tracks
from scipy.stats import chisquare

from jointsky.command.policies import POLICIES, PolicyParams, assignment, blind, even, gains, greedy, matching
from jointsky.command.problem import Choice, Problem

EAGER = PolicyParams(min_gain=1e-9)


def problem(pk: Any, slots: Any = None, seed: int = 1, now_s: float = 0.0, **columns: Any) -> Problem:
    """A problem with launchers only, everything in time and equally worth unless `columns` say otherwise."""
    chance = np.array(pk, dtype=float)
    m, n = chance.shape
    cap, status = forces(*[launcher() for _ in range(m)])
    given_columns = {
        "t_meet_s": np.full((m, n), 60.0), "value": np.ones(n), "t_there_s": np.full(n, np.inf), "survival": np.ones(n)
    } | columns  # fmt: skip
    free = np.ones(m, np.int64) if slots is None else np.array(slots, np.int64)
    return Problem(now_s, seed, cap, status, tracks(n), chance, slots=free, **given_columns)


@st.composite
def problems(draw: st.DrawFn, most: int = 6, one_shot: bool = False) -> Problem:
    m, n = draw(st.integers(0, most)), draw(st.integers(0, most))
    luck = np.random.default_rng(draw(st.integers(0, 2**31)))
    pk = luck.uniform(0, 1, (m, n)) * (luck.random((m, n)) < 0.7)
    return problem(
        pk, np.ones(m) if one_shot else luck.integers(0, 4, m), survival=luck.uniform(0, 1, n),
        value=luck.uniform(0, 10, n), t_meet_s=np.where(pk > 0, luck.uniform(0, 900, (m, n)), np.inf),
        t_there_s=np.where(luck.random(n) < 0.5, luck.uniform(0, 900, n), np.inf),
    )  # fmt: skip


def worth(case: Problem, choices: list[Choice]) -> float:
    return sum(gains(case, EAGER)[1][c.asset, c.track] for c in choices)


@pytest.mark.parametrize("name", POLICIES)
@given(case=problems())
def test_no_plan_uses_slots_it_has_not_or_pairs_it_may_not(name: str, case: Problem) -> None:
    choices = POLICIES[name](case, EAGER)
    used = np.bincount([c.asset for c in choices], minlength=len(case.slots))
    assert (used <= case.slots).all()
    assert all(case.pk[c.asset, c.track] > 0.0 for c in choices)


@pytest.mark.parametrize("name", ["greedy", "matching"])
@given(case=problems())
def test_one_new_order_a_track_and_moment(name: str, case: Problem) -> None:
    aimed = [c.track for c in POLICIES[name](case, EAGER)]
    assert len(aimed) == len(set(aimed))


def best_by_search(case: Problem) -> float:
    """The greatest worth over all ways to give each asset one track or none, no track twice."""
    table = gains(case, EAGER)[1]
    m, n = table.shape
    options = [[-1, *range(n)]] * m
    ways = (way for way in product(*options) if len({j for j in way if j >= 0}) == sum(j >= 0 for j in way))
    return max(sum(table[i, j] for i, j in enumerate(way) if j >= 0) for way in ways)


@given(problems(4, one_shot=True))
def test_matching_is_the_best_one_shot_plan_and_greedy_at_least_half_of_it(case: Problem) -> None:
    best = best_by_search(case)
    assert worth(case, matching(case, EAGER)) == pytest.approx(best)
    assert 0.5 * best - 1e-9 <= worth(case, greedy(case, EAGER)) <= best + 1e-9


@given(problems())
def test_with_a_look_to_come_the_assignment_is_the_best_matching_and_proved(case: Problem) -> None:
    """Its bound is reached, and what it saves is what the matching saves."""
    patient = replace(case, t_there_s=np.full(len(case.t_there_s), np.inf))
    choices = assignment(patient, EAGER)
    assert worth(patient, choices) == pytest.approx(worth(patient, matching(patient, EAGER)))
    for choice in choices:
        assert choice.bound <= choice.value and choice.bound == pytest.approx(choice.value, rel=1e-6, abs=1e-9)


def test_who_arrives_before_the_next_look_gets_two_at_once() -> None:
    for there_s, orders in ((80.0, 2), (100.0, 1)):
        case = problem([[0.6], [0.6], [0.6]], t_there_s=np.array([there_s]))
        assert len(assignment(case, PolicyParams(look_s=30.0))) == orders
    nearly = problem([[0.9], [0.9]], t_there_s=np.array([80.0]))
    assert len(assignment(nearly, PolicyParams(look_s=30.0))) == 1


def test_a_reserve_keeps_shots_for_what_is_worth_more() -> None:
    case = problem([[0.6, 0.6], [0.6, 0.6]], value=np.array([1.0, 8.0]))
    discount = 600.0 / 660.0
    assert len(assignment(case, PolicyParams())) == 2
    kept = assignment(case, PolicyParams(reserve=0.6 * discount + 0.01))
    assert [choice.track for choice in kept] == [1]


def test_matching_beats_greedy_where_the_best_pair_spoils_the_rest() -> None:
    case = problem([[0.9, 0.8], [0.85, 0.0]])
    assert worth(case, greedy(case, EAGER)) < worth(case, matching(case, EAGER))
    assert sorted((c.asset, c.track) for c in matching(case, EAGER)) == [(0, 1), (1, 0)]


@given(problems())
def test_matching_does_not_depend_on_the_order_of_rows(case: Problem) -> None:
    m, n = case.pk.shape
    rows, columns = np.arange(m)[::-1], np.arange(n)[::-1]
    turned = problem(
        case.pk[rows][:, columns], case.slots[rows], t_meet_s=case.t_meet_s[rows][:, columns],
        value=case.value[columns], t_there_s=case.t_there_s[columns], survival=case.survival[columns],
    )  # fmt: skip
    assert worth(turned, matching(turned, EAGER)) == pytest.approx(worth(case, matching(case, EAGER)))


def test_nobody_is_shot_at_for_too_small_a_gain() -> None:
    rule = PolicyParams(min_gain=0.2)
    for survival, shot in ((0.41, True), (0.39, False)):
        case = problem([[0.5]], survival=np.array([survival]))
        assert bool(greedy(case, rule)) == bool(matching(case, rule)) == shot


def test_a_salvo_adds_up_for_launchers_and_not_for_fighters() -> None:
    case = problem([[0.5], [0.5]])
    case.cap["shooter"] = forces(launcher(), fighter())[0]["shooter"]
    chance, _ = gains(case, PolicyParams(salvo=3))
    assert chance[:, 0].tolist() == [1.0 - 0.5**3, 0.5]
    (choice, *_) = matching(case, PolicyParams(salvo=3))
    assert choice.asset == 0 and choice.shots == 3 and choice.chance == 0.875


def test_soon_is_better_than_late_and_after_arrival_is_nearly_nothing() -> None:
    case = problem([[0.5], [0.5], [0.5]], t_meet_s=np.array([[60.0], [120.0], [400.0]]), t_there_s=np.array([300.0]))
    table = gains(case, PolicyParams())[1][:, 0]
    assert table[0] > table[1] > table[2] > 0.0
    assert table[2] == pytest.approx(0.5 * PolicyParams().late_worth * 600.0 / 1000.0)


def test_the_reason_says_chance_time_and_what_is_under_way() -> None:
    (choice,) = matching(problem([[0.7]], survival=np.array([0.9])), EAGER)
    assert choice.why == "kills with chance 0.70, meets in 60 s, survival so far 0.90"


@pytest.mark.parametrize("policy", [even, blind])
def test_test_policies_wait_for_their_moment(policy: Any) -> None:
    rule = PolicyParams(fire_at_s=100.0)
    assert policy(problem([[0.6, 0.6]], now_s=99.0), rule) == []
    assert len(policy(problem([[0.6, 0.6]], now_s=100.0), rule)) == 1
    assert policy(problem(np.zeros((3, 0)), now_s=100.0), rule) == []


@given(st.integers(1, 12), st.integers(1, 20), st.integers(1, 3))
def test_even_deals_evenly(n: int, m: int, slots: int) -> None:
    choices = even(problem(np.full((m, n), 0.6), np.full(m, slots)), PolicyParams())
    shots = np.bincount([c.track for c in choices], minlength=n)
    assert shots.sum() == m * slots and shots.max() - shots.min() <= 1


def test_blind_picks_uniformly_and_independently() -> None:
    """8 tracks, 12 batteries of two shots, 400 seeds: each shot uniform, and each two shots of a run uniform as a
    pair."""
    n, m, picks = 8, 12, []
    for seed in range(400):
        choices = blind(problem(np.full((m, n), 0.6), np.full(m, 2), seed=seed), PolicyParams())
        picks.append([c.track for c in choices])
    table = np.array(picks)
    assert table.shape == (400, 2 * m)
    assert chisquare(np.bincount(table.ravel(), minlength=n)).pvalue > 1e-3
    for first, second in ((0, 1), (1, 2), (4, 5), (0, 23)):
        pairs = np.bincount(table[:, first] * n + table[:, second], minlength=n * n)
        assert chisquare(pairs).pvalue > 1e-3
    across = np.bincount(table[:-1, 0] * n + table[1:, 0], minlength=n * n)
    assert chisquare(across).pvalue > 1e-3


@given(st.permutations(range(6)), st.permutations(range(5)))
def test_blind_luck_belongs_to_names_not_to_rows(assets: list[int], columns: list[int]) -> None:
    case = problem(np.full((6, 5), 0.6))
    turned = Problem(
        0.0, 1, case.cap[assets], case.status[assets], case.tracks[columns], case.pk, case.t_meet_s, case.value,
        case.t_there_s, case.survival, case.slots,
    )  # fmt: skip

    def picks(p: Problem) -> set[tuple[int, int]]:
        chosen = blind(p, PolicyParams())
        return {(int(p.cap["entity"][c.asset]), int(p.tracks["track_id"][c.track])) for c in chosen}

    assert picks(turned) == picks(case)


def test_the_closed_forms_of_even_and_blind_come_out() -> None:
    """8 raiders, 12 shots, Pk 0.6: 2.24 leakers dealt evenly, 3.14 blind (each raider: 8 (1 - 0.6/8)^12)."""
    n, m, pk = 8, 12, 0.6
    shots = np.bincount([c.track for c in even(problem(np.full((m, n), pk)), PolicyParams())], minlength=n)
    assert ((1 - pk) ** shots).sum() == pytest.approx(2.24)
    leakers = []
    for seed in range(700):
        chosen = blind(problem(np.full((m, n), pk), seed=seed), PolicyParams())
        leakers.append(((1 - pk) ** np.bincount([c.track for c in chosen], minlength=n)).sum())
    exact = n * (1 - pk / n) ** m
    assert exact == pytest.approx(3.14, abs=0.005)
    assert abs(np.mean(leakers) - exact) < 3.3 * np.std(leakers) / np.sqrt(700)
