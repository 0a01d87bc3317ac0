"""Plans, their value, their bound and their proof; what happens when the solver fails."""

from __future__ import annotations

import json
import math
from types import SimpleNamespace

import numpy as np
import pytest
from scipy.optimize import linear_sum_assignment

from jointsky.command.assignment import master
from jointsky.command.assignment.columns import Pricer
from jointsky.command.assignment.problem import Salvo, merged
from jointsky.command.assignment.quick import better_plan, improved, quick_plan, repaired
from jointsky.command.assignment.reading import problem_of
from jointsky.command.assignment.solve import solve
from jointsky.errors import ScenarioError
from jointsky.kernels.assign import match


def dense(n: int, m: int, seed: int, most: int = 1) -> Salvo:
    luck = np.random.default_rng(seed)
    return Salvo.of(luck.uniform(25.0, 100.0, m), luck.uniform(0.6, 0.9, (n, m)), luck.integers(1, most + 1, n))


def test_matching_equals_scipy() -> None:
    luck = np.random.default_rng(1)
    for turn in range(200):
        n = int(luck.integers(1, 25))
        m = n + int(luck.integers(0, 20))
        cost = luck.random((n, m)) if turn % 2 else np.round(luck.normal(size=(n, m)) * 3.0)
        row_of = np.empty(n, np.int64)
        match(cost, row_of)
        assert len(set(row_of.tolist())) == n
        rows, columns = linear_sum_assignment(cost)
        assert cost[np.arange(n), row_of].sum() == pytest.approx(cost[rows, columns].sum(), abs=1e-9)


def test_value_by_hand() -> None:
    salvo = Salvo.of(np.array([10.0, 4.0]), np.array([[0.5, 0.25], [1.0, 0.0]]), np.array([3, 1]))
    assert salvo.value(np.zeros((2, 2), np.int64)) == 14.0
    assert salvo.value(np.array([[2, 1], [0, 0]])) == 2.5 + 3.0
    assert salvo.value(np.array([[0, 3], [1, 0]])) == 0.0 + 4.0 * 0.75**3


def test_what_a_plan_may_not_do() -> None:
    salvo = Salvo(np.ones(2), np.array([[0.5, 0.0], [0.5, 0.5]]), np.array([1, 2]), np.array([[1, 1]]), np.array([2]))
    assert salvo.keeps(np.array([[1, 0], [0, 1]]))
    for plan in ([[2, 0], [0, 0]], [[0, 1], [0, 0]], [[1, 0], [1, 1]], [[-1, 0], [0, 1]]):
        assert not salvo.keeps(np.array(plan))


@pytest.mark.parametrize("most", [1, 3])
def test_re_deals_never_make_a_plan_worse(most: int) -> None:
    for seed in range(5):
        salvo = dense(30, 30, seed, most)
        values = [salvo.value(quick_plan(salvo, rounds)) for rounds in (0, 1, 4, 60)]
        assert values == sorted(values, reverse=True)
        assert salvo.value(better_plan(salvo, 60)) <= salvo.value(quick_plan(salvo, 60))


def test_one_shot_a_target_is_dealt_to_the_last_bit() -> None:
    salvo = Salvo.of(np.full(12, 7.0), np.random.default_rng(3).uniform(0.6, 0.9, (12, 12)), np.ones(12, np.int64))
    rows, columns = linear_sum_assignment(salvo.p, maximize=True)
    best = np.zeros((12, 12), np.int64)
    best[rows, columns] = 1
    answer = solve(salvo, seconds=None)
    assert answer.proved and answer.value <= salvo.value(best) * (1.0 + 1e-12)


def test_weapons_alike_are_one_weapon_and_come_apart_again() -> None:
    p = np.repeat(np.array([[0.5, 0.25], [0.25, 0.5]]), 3, axis=0)
    salvo = Salvo.of(np.array([3.0, 5.0]), p, np.array([1, 0, 2, 1, 1, 1]))
    one = merged(salvo)
    assert one.salvo.shots.tolist() == [3, 3]
    plan = quick_plan(one.salvo)
    apart = one.split(plan)
    assert salvo.keeps(apart) and apart.sum() == plan.sum()
    assert salvo.value(apart) == pytest.approx(one.salvo.value(plan) * one.unit, rel=1e-12)


def test_weapons_alike_are_dealt_by_the_greedy_rule() -> None:
    """den Broeder and others (1959): with weapons alike, the greatest marginal return is the optimum."""
    worth = np.random.default_rng(4).uniform(1.0, 50.0, 40)
    salvo = Salvo.of(worth, np.full((60, 40), 0.6), np.ones(60, np.int64))
    answer = solve(salvo, seconds=None)
    left = worth.tolist()
    for _ in range(60):
        left[left.index(max(left))] *= 0.4
    assert answer.proved and answer.value == pytest.approx(math.fsum(left), rel=1e-12)


@pytest.mark.parametrize(("raiders", "shots", "pk", "left"), [(8, 12, 0.6, 2.24), (20, 40, 0.5, 5.0)])
def test_coordination_limits(raiders: int, shots: int, pk: float, left: float) -> None:
    answer = solve(Salvo.of(np.ones(raiders), np.full((shots, raiders), pk), np.ones(shots, np.int64)), None)
    assert answer.proved and answer.value == pytest.approx(left, abs=1e-9)


@pytest.mark.parametrize("scale", [1e-200, 1.0, 1e200])
def test_the_unit_of_value_does_not_matter(scale: float) -> None:
    salvo = dense(12, 8, 5, 2)
    answer = solve(Salvo.of(salvo.worth * scale, salvo.p, salvo.shots), None)
    assert answer.proved and answer.value / scale == pytest.approx(solve(salvo, None).value, rel=1e-9)


def test_middle_sizes_are_proved() -> None:
    for salvo in (dense(40, 40, 1), dense(60, 30, 2), dense(20, 40, 3, 4)):
        answer = solve(salvo, None)
        assert answer.proved and salvo.keeps(answer.assignment)
        assert answer.bound <= answer.value <= salvo.value(quick_plan(salvo))


def test_no_shot_and_no_worth() -> None:
    none = solve(Salvo.of(np.array([2.0, 1.0]), np.full((2, 2), 0.5), np.zeros(2, np.int64)), None)
    assert none.value == 3.0 and none.proved and not none.assignment.any()
    nothing = solve(Salvo.of(np.zeros(2), np.full((2, 2), 0.5), np.ones(2, np.int64)), None)
    assert nothing.value == nothing.bound == 0.0 and nothing.proved and nothing.gap == 0.0
    never = solve(Salvo.of(np.array([2.0]), np.zeros((1, 1)), np.ones(1, np.int64)), None)
    assert never.value == 2.0 and never.proved
    sure = solve(Salvo.of(np.array([2.0, 1.0]), np.ones((2, 2)), np.array([1, 5_000_000])), None)
    assert sure.value == 0.0 and sure.proved


def test_prices_prove_less_than_any_plan_leaves() -> None:
    salvo, luck = dense(9, 6, 6, 2), np.random.default_rng(7)
    best = solve(salvo, None).value
    pricer = Pricer(salvo)
    for _ in range(200):
        price = luck.uniform(0.0, 30.0, 9) * (luck.random(9) < 0.9)
        assert pricer.bound(price, pricer.cheapest(price).floor) <= best


def test_a_wish_is_repaired() -> None:
    salvo = Salvo(np.ones(3), np.full((3, 3), 0.5), np.array([1, 2, 2]), np.array([[0, 1, 1]]), np.array([3]))
    plan = repaired(salvo, np.full((3, 3), 1))
    assert salvo.keeps(plan) and plan.sum() == 4
    assert salvo.value(improved(salvo, plan)) <= salvo.value(plan)


def test_a_failing_solver_leaves_the_plan_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_given: object, **_named: object) -> SimpleNamespace:
        return SimpleNamespace(x=None, status=4, message="numerical trouble", mip_dual_bound=None)

    monkeypatch.setattr(master, "linprog", fails)
    monkeypatch.setattr(master, "milp", fails)
    salvo = dense(30, 15, 8, 2)
    answer = solve(salvo, None)
    assert "solver failed" in answer.note and "numerical trouble" in answer.note
    assert salvo.keeps(answer.assignment) and 0.0 < answer.bound <= answer.value


GOOD: dict[str, object] = {"values": [3, 2], "p": [[0.5, 0.25], [0.1, 0.2]], "shots": [1, 2.0]}


def test_reading() -> None:
    salvo = problem_of(json.dumps(GOOD | {"allowed": [[1, 0], [True, 1]]}).encode(), "x.json")
    assert salvo.p.tolist() == [[0.5, 0.0], [0.1, 0.2]] and salvo.shots.tolist() == [1, 2]
    for pools in ([{"weapons": [0, 1], "shots": 2}], {"both": {"weapons": [0, 1], "limit": 2}}, [[[0, 1], 2]]):
        pooled = problem_of(json.dumps(GOOD | {"pools": pools}).encode(), "x.json")
        assert pooled.member.tolist() == [[1, 1]] and pooled.room.tolist() == [2]


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"p": [[0.5, -0.1], [0.1, 0.2]]}, "p[0][1]: found -0.1"),
        ({"p": [[0.5, 1.1], [0.1, 0.2]]}, "p[0][1]: found 1.1"),
        ({"p": [[0.5, math.nan], [0.1, 0.2]]}, "p[0][1]: found NaN"),
        ({"p": [[0.5, True], [0.1, 0.2]]}, "p[0][1]: found true"),
        ({"p": [[0.5], [0.1, 0.2]]}, "p[0]: found 1 entries, expected 2"),
        ({"p": []}, "p: found no weapon"),
        ({"p": 3}, "p: found 3, expected a list"),
        ({"values": []}, "values: found no target"),
        ({"values": [1, math.inf]}, "values[1]: found Infinity"),
        ({"values": [1, -1]}, "values[1]: found -1"),
        ({"values": [1, 10**400]}, "values[1]: found 1000"),
        ({"shots": [1, 1.5]}, "shots[1]: found 1.5"),
        ({"shots": [1, -1]}, "shots[1]: found -1"),
        ({"shots": [1, "2"]}, 'shots[1]: found "2"'),
        ({"shots": [1]}, "shots: found 1 weapons, expected 2"),
        ({"allowed": [[0, 0], [0, 0]]}, "allowed: nothing is allowed"),
        ({"allowed": [[0, 2], [0, 0]]}, "allowed[0][1]: found 2"),
        ({"allowed": [[0, 1]]}, "allowed: found 1 rows"),
        ({"pools": [{"weapons": [0, 2], "shots": 1}]}, "pools[0].weapons[1]: found 2"),
        ({"pools": [{"weapons": [0, 0], "shots": 1}]}, "pools[0].weapons[1]: found 0 again"),
        ({"pools": [{"weapons": [0]}]}, "pools[0]: expected weapons"),
        ({"pools": {"a": {"weapons": [0], "shots": 0.5}}}, "pools.a.shots: found 0.5"),
        ({"pools": [{"weapon": [0], "shots": 1}]}, "pools[0].weapon: unknown key; did you mean weapons?"),
        ({"alowed": [[1, 1], [1, 1]]}, "alowed: unknown key; did you mean allowed?"),
    ],
)
def test_bad_problems_are_refused_with_their_place(change: dict[str, object], place: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        problem_of(json.dumps(GOOD | change).encode(), "x.json")
    assert str(caught.value).startswith(f"x.json: {place}")


@pytest.mark.parametrize("text", [b"", b"{", b"[1]", b"\xff\xfe", b'{"values": [1], "values": [2]}', b"[" * 100_000])
def test_what_is_no_problem_at_all_is_refused(text: bytes) -> None:
    with pytest.raises(ScenarioError):
        problem_of(text, "x.json")
