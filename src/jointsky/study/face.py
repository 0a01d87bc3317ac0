"""The study as a function, for programs: arms of one scenario, compared."""

import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from pydantic import ValidationError

from jointsky.errors import StudyError
from jointsky.scenario.load import Scenario
from jointsky.study.design import Arm, Design, faults_of
from jointsky.study.run import Result, run_study
from jointsky.study.statistics import Estimate


@dataclass(frozen=True, slots=True)
class Study:
    """A finished study. `arms[arm][measure]` and `pairs["a-b"][measure]` (a minus b, paired) are Estimates: n, mean,
    low, high.
    """

    result: Result
    arms: dict[str, dict[str, Estimate]]
    pairs: dict[str, dict[str, Estimate]]


def study(
    scenario: Scenario | str | Path,
    arms: Sequence[str] | Mapping[str, str],
    *,
    replications: int = 15,
    seed: int = 1,
    until_s: float | None = None,
    workers: int = 1,
    out: str | Path | None = None,
) -> Study:
    """Compare arrangements on a scenario with common random numbers. `arms` are names or files of agreements, or a map
    of labels to them.

    Raises ScenarioErrors, StudyError, RunError.
    """
    table = arms if isinstance(arms, Mapping) else {name: name for name in arms}
    path = Path(scenario.path or "") if isinstance(scenario, Scenario) else Path(scenario)
    design = _design({
        "study": re.sub(r"[^A-Za-z0-9_.-]", "_", path.stem) or "study",
        "scenario": path.name,
        "arms": {label: Arm(agreement=agreement) for label, agreement in table.items()},
        "replications": replications,
        "seed": seed,
        "until": None if until_s is None else f"{until_s} s",
    })  # fmt: skip
    result = run_study(design, path.parent, None if out is None else Path(out), workers=workers)
    return Study(result, _estimates(result.summary["arms"], "mean"), _estimates(result.summary["pairs"], "diff"))


def _design(fields: dict[str, Any]) -> Design:
    try:
        return Design.model_validate(fields)
    except ValidationError as error:
        raise StudyError("; ".join(faults_of(error))) from error


def _estimates(part: dict[str, dict[str, dict[str, Any]]], key: str) -> dict[str, dict[str, Estimate]]:
    return {
        name: {
            measure: Estimate(v["n"], _float(v[key]), _float(v["low"]), _float(v["high"]))
            for measure, v in found.items()
        }
        for name, found in part.items()
    }


def _float(value: float | None) -> float:
    return float("nan") if value is None else value


class _Callable(ModuleType):
    """The package `jointsky.study` is also the function `jointsky.study(...)`."""

    def __call__(self, *args: Any, **kwargs: Any) -> Study:
        """See `study`."""
        return study(*args, **kwargs)


sys.modules["jointsky.study"].__class__ = _Callable
