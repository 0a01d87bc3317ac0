"""A study from its file to its results: tasks keyed by (study, arm, replication), finished ones kept, the rest run."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jointsky.clock import stopwatch
from jointsky.errors import StudyError, suggest
from jointsky.study.arms import scenario_of
from jointsky.study.design import Design
from jointsky.study.effects import effects_of, steps_of
from jointsky.study.keep import keep, kept, prepare, write_results, write_whole
from jointsky.study.summary import counted, measures_of, summarise
from jointsky.study.task import Task, bundle_text, code_key
from jointsky.study.workers import run_here, run_spread

Row = dict[str, Any]
Progress = Callable[[float, float], None]


@dataclass(frozen=True, slots=True)
class Result:
    """A finished study: its design, the rows of every replication in order of arm and replication, the summary, and how
    much had been kept from before.
    """

    design: Design
    rows: list[Row]
    summary: dict[str, Any]
    resumed: int


def tasks_of(design: Design, folder: Path) -> list[Task]:
    """All tasks of a study whose file lies in `folder`, replication by replication so that a stopped study is balanced.
    Raises ScenarioErrors, StudyError.
    """
    scenarios = {name: scenario_of(design, folder, name) for name in design.arms}
    texts = {name: (scenario.sha256, bundle_text(scenario)) for name, scenario in scenarios.items()}
    return [
        Task(
            design.study, arm, replication, design.replication_seed(replication), design.until, *texts[arm], code_key()
        )
        for replication in range(design.replications)
        for arm in design.arms
    ]


def run_study(
    design: Design,
    folder: Path,
    out: Path | None,
    *,
    workers: int = 1,
    cluster: str | None = None,
    progress: Progress | None = None,
) -> Result:
    """Run what is not kept yet in `out` (nothing is kept when it is None), then summarise. Raises ScenarioErrors,
    StudyError, RunError.
    """
    if workers < 1:
        raise StudyError(f"found {workers} workers, expected at least 1")
    watch = stopwatch()
    tasks = tasks_of(design, folder)
    if out is not None:
        prepare(out)
    found = {task.key: row for task in tasks if out is not None and (row := kept(out, task)) is not None}
    resumed = len(found)
    todo = [task for task in tasks if task.key not in found]
    runs = run_here(todo) if workers == 1 and cluster is None else run_spread(todo, workers, cluster)
    for task, row in _watched(runs, resumed, len(tasks), progress) if todo else ():
        _check_headline(design, row)
        if out is not None:
            keep(out, task, row)
        found[task.key] = row
    rows = counted([found[task.key] for task in sorted(tasks, key=lambda task: (task.arm, task.replication))])
    _check_headline(design, rows[0])
    summary = _summary(design, tasks, rows, resumed, watch.read().wall_s)
    if out is not None:
        write_results(out / "results.parquet", rows)
        write_whole(out / "summary.json", json.dumps(summary, indent=2).encode())
    return Result(design, rows, summary, resumed)


def _check_headline(design: Design, row: Row) -> None:
    names = measures_of([row])
    if design.headline not in names:
        advice = suggest(design.headline, names)
        raise StudyError(f"headline: found {design.headline!r}, expected a measure of a run; {advice}".rstrip("; "))


def _summary(design: Design, tasks: Sequence[Task], rows: Sequence[Row], resumed: int, wall_s: float) -> dict[str, Any]:
    return {
        "study": design.study,
        "question": design.question,
        "scenario": design.scenario,
        "seed": design.seed,
        "replications": design.replications,
        "headline": design.headline,
        "scenario_sha256": {task.arm: task.bundle_sha256 for task in tasks},
        "design": design.model_dump(mode="json"),
        "resumed": resumed,
        "wall_s": wall_s,
        **summarise(rows, list(design.arms), design.replications, design.pairs),
        **steps_of(design, rows),
        **effects_of(design, rows),
    }


def _watched(
    runs: Iterator[tuple[Task, Row]], done: int, whole: int, progress: Progress | None
) -> Iterator[tuple[Task, Row]]:
    for number, pair in enumerate(runs, done + 1):
        if progress is not None:
            progress(number, whole)
        yield pair


def headline_rows(summary: dict[str, Any], arms: Sequence[str], measure: str) -> list[dict[str, str]]:
    """The headline table: each arm's mean with its interval, and its gain over the first arm."""
    rows: list[dict[str, str]] = []
    for arm in arms:
        found = summary["arms"][arm].get(measure, {})
        row = {"arm": arm, "n": str(found.get("n", 0)), measure: shown(found, "mean")}
        pair = summary["pairs"].get(f"{arm}-{arms[0]}", {}).get(measure)
        gain = "" if pair is None else shown(pair, "diff") + (" (includes zero)" if pair["includes_zero"] else "")
        rows.append(row | {f"gain over {arms[0]}": gain})
    return rows


def step_rows(summary: dict[str, Any]) -> list[dict[str, str]]:
    """The steps of a staircase: what each adds to the one before it, and its gain over the first arm."""
    return [
        {
            "step": str(step["arm"]),
            "clauses": ", ".join(step["clauses"]),
            "adds": shown(step["adds"], "mean") + (" (includes zero)" if step["adds"]["includes_zero"] else ""),
            "in all": shown(step["in_all"], "mean"),
        }
        for step in summary["staircase"]["steps"]
    ]


def shown(found: dict[str, Any], key: str) -> str:
    """A mean or difference with its 95 % interval in words."""
    value, low, high = found.get(key), found.get("low"), found.get("high")
    if value is None:
        return "did not happen"
    return f"{value:.3f}" if low is None else f"{value:.3f} (95 % {low:.3f} .. {high:.3f})"
