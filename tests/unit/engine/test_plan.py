"""The plan of a tick: its order, what each phase does, who only looks, and how a run that goes wrong ends."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from coordination_cases import CASES
from reference_case import pictures, reference, watch

from jointsky.engine import plan
from jointsky.engine.assemble import assemble
from jointsky.engine.plan import PLAN, Engine, is_due, plan_rows
from jointsky.engine.run import simulate
from jointsky.errors import RunError, ScenarioErrors
from jointsky.record.digest import Digest
from jointsky.scenario.load import Scenario, load
from jointsky.vocab.messages import Orders
from jointsky.vocab.records import PLOT, TRACK
from jointsky.world.tick import Tick
from jointsky.world.world import World

CASE = CASES[0]


@pytest.fixture(scope="module")
def small() -> Scenario:
    return CASE.scenario("even")


@pytest.fixture(scope="module")
def union() -> Scenario:
    return reference("joint-2009")


def test_the_order_is_the_one_of_the_house() -> None:
    """What is agreed at this moment, then orders, truth, sensing, links, posts, engagements, observers."""
    phases = list(dict.fromkeys(step.phase for step in PLAN))
    assert phases == ["agreements", "orders", "truth", "sensing", "links", "posts", "engagements", "observers"]


def test_the_plan_can_be_printed() -> None:
    rows = plan_rows()
    assert len(rows) == len(PLAN) and all(set(row) == {"phase", "kind", "what"} and all(row.values()) for row in rows)


def test_one_tick_goes_through_every_phase_once(small: Scenario, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = assemble(small, 1)
    seen: list[tuple[str, int]] = []

    def noted(step: plan.Step) -> plan.Step:
        def run(engine: Engine) -> None:
            seen.append((step.kind, engine.world.state.tick))
            step.run(engine)

        return replace(step, run=run)

    monkeypatch.setattr(plan, "PLAN", tuple(noted(step) for step in PLAN))
    engine.step()
    tick = engine.step()
    kinds = [step.kind for step in PLAN]
    assert seen == [(kind, 0) for kind in kinds] + [(kind, 1) for kind in kinds]
    assert (tick.number, tick.t_s, engine.world.state.tick, engine.t_s) == (1, 1.0, 2, 2.0)


def test_orders_come_into_effect_in_a_later_tick_than_they_were_given(small: Scenario) -> None:
    _, ticks = watch(small, 1, 36.0)
    given = next(tick.t_s for tick in ticks for m in tick.sent.get("blue.cp", []) if isinstance(m, Orders))
    effective = next(tick.t_s for tick in ticks if len(tick.orders))
    assert given == 10.0 and effective == 11.0
    assert sum(len(tick.reports) for tick in ticks) == CASE.shots


def test_a_tick_before_the_first_step_is_refused(small: Scenario) -> None:
    with pytest.raises(RuntimeError, match="not stepped"):
        _ = assemble(small, 1).tick


@pytest.mark.parametrize(
    ("dt_s", "period_s"), [(1.0, 2.0), (1.0, 10.0), (0.5, 2.0), (0.1, 2.0), (3.0, 2.0), (0.25, 10.0)]
)
def test_what_is_due_every_period_is_done_once_a_period(dt_s: float, period_s: float) -> None:
    ticks = [tick for tick in range(2000) if is_due(tick * dt_s, dt_s, period_s)]
    assert ticks[0] == 0
    gaps = np.diff(np.array(ticks) * dt_s)
    assert np.all(gaps < max(period_s, dt_s) + dt_s - 1e-9)
    assert len(ticks) == pytest.approx(2000 * dt_s / max(period_s, dt_s), abs=2)


class Looker:
    """Counts ticks and notes when visibility was looked up."""

    def __init__(self) -> None:
        self.detectable_s: list[float] = []
        self.ticks = 0

    def on_tick(self, world: World, tick: Tick) -> None:
        self.ticks += 1
        if tick.detectable is not None:
            assert tick.detectable.shape == (len(world.model.names.nations), len(world.state.aircraft))
            self.detectable_s.append(tick.t_s)


def test_visibility_is_looked_up_every_ten_seconds_for_observers_only(union: Scenario) -> None:
    looker = Looker()
    simulate(union, 1, until_s=45.0, observers=[looker])
    assert looker.ticks == 45
    assert looker.detectable_s[0] == 0.0 and set(np.diff(looker.detectable_s)) == {10.0}
    assert all(tick.detectable is None for tick in watch(union, 1, 12.0)[1])


def test_observers_change_nothing(union: Scenario) -> None:
    plain = simulate(union, 3, until_s=120.0)
    watched = simulate(union, 3, until_s=120.0, observers=[Looker(), Digest(), Looker()])
    alone = Digest()
    engine = assemble(union, 3)
    engine.observers = [alone]
    for _ in engine.run(120.0):
        pass
    assert plain.digest == watched.digest == alone.hexdigest()
    assert plain.measures.keys() == watched.measures.keys()


def test_timing_changes_nothing_and_names_every_phase(small: Scenario) -> None:
    timed, plain = simulate(small, 1, timed=True), simulate(small, 1)
    assert timed.digest == plain.digest and plain.seconds == {}
    assert set(timed.seconds) == {step.phase for step in PLAN}


def test_progress_ends_at_the_end(small: Scenario) -> None:
    told: list[tuple[float, float]] = []
    simulate(small, 1, until_s=20.0, progress=lambda done, whole: told.append((done, whole)))
    assert told[0] == (0.0, 20.0) and told[-1] == (20.0, 20.0)


def test_the_end_is_that_of_the_scenario_or_the_one_asked_for(small: Scenario) -> None:
    assert simulate(small, 1).t_end_s == small.duration == 36.0
    assert simulate(small, 1, until_s=7.0).t_end_s == 7.0
    assert simulate(small, 1, until_s=0.5).t_end_s == 1.0


@pytest.mark.parametrize("until_s", [0.0, -1.0, np.nan, np.inf])
def test_a_run_without_a_length_is_refused(small: Scenario, until_s: float) -> None:
    with pytest.raises(RunError, match="to run, expected more than 0"):
        simulate(small, 1, until_s=until_s)


def test_an_agreement_file_alone_is_not_ready_to_run() -> None:
    with pytest.raises(ScenarioErrors, match="missing"):
        simulate(load(Path(CASE.path).parent / "agreements/none.yaml"), 1)


@pytest.mark.parametrize("field", ["pos_ecef_m", "vel_ecef_mps"])
def test_a_number_that_is_none_stops_the_run_with_tick_and_entity(small: Scenario, field: str) -> None:
    engine = assemble(small, 1)
    for _ in engine.run(5.0):
        pass
    row = 3
    engine.world.state.aircraft[field][row] = np.nan
    with pytest.raises(RunError) as found:
        engine.step()
    assert found.value.tick == 5
    assert found.value.entity == engine.world.model.names.aircraft[row]


def test_time_does_not_go_back(small: Scenario) -> None:
    engine = assemble(small, 1)
    for _ in engine.run(5.0):
        pass
    engine.world.state.tick = 2
    with pytest.raises(RunError, match="back"):
        engine.step()


def test_more_engagements_than_the_table_holds_stop_the_run(
    small: Scenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("jointsky.world.build.ENGAGEMENT_CAPACITY", 5)
    with pytest.raises(RunError, match="engagement"):
        simulate(small, 1)


def test_plots_and_tracks_carry_no_truth() -> None:
    """What a post gets names no aircraft: no entity, no row, no side."""
    for dtype in (PLOT, TRACK):
        names = set(dtype.names or ())
        assert not names & {"entity", "row", "aircraft", "truth", "side", "target", "type", "nation", "unit"}


def test_the_truth_behind_plots_lies_apart(union: Scenario) -> None:
    """Aircraft in another order of rows are seen alike: the plots of a post do not change with what is behind them."""
    _, ticks = watch(union, 1, 60.0)
    plots = sum(len(tick.plots) for tick in ticks)
    assert plots > 100
    for tick in ticks:
        assert len(tick.plot_truth) == len(tick.plots)
        assert tick.plot_truth.base is not tick.plots


Held = Callable[[str], tuple[int, int]]


@pytest.fixture(scope="module")
def held() -> Held:
    """For an arrangement: how many tracks of any post a clause released, and how many only a clause gave."""

    def count(agreement: str) -> tuple[int, int]:
        _, ticks = watch(reference(agreement), 2, 600.0)
        found = np.concatenate([rows for post in ("east.cp", "west.cp") for rows in pictures(ticks, post)])
        released = found["t_released_s"] > -1e12
        return int(released.sum()), int((released & (found["t_own_s"] < -1e12)).sum())

    return count


def test_without_agreement_no_track_comes_from_a_clause(held: Held) -> None:
    assert held("none") == (0, 0)


@pytest.mark.parametrize("agreement", ["tracks-1995", "joint-2009"])
def test_with_an_agreement_some_tracks_are_held_only_by_a_clause(agreement: str, held: Held) -> None:
    released, only = held(agreement)
    assert released >= only > 0
