"""The coordination limits by the whole engine: 2,000 runs of each case and policy against the closed form; JSON.

`left` is the mean number of raiders left with its 95 % interval, `closed_form` what it must be, `within` whether the
interval holds it. `ms_per_run` is building and running one world, from sensing to the last missile.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "src"), str(ROOT / "tests")]

from coordination_cases import CASES, POLICIES, left_by_engine  # noqa: E402

from jointsky.study.statistics import mean_interval  # noqa: E402

RUNS = 2_000


def main() -> None:
    """Print one JSON object."""
    found: list[dict[str, object]] = []
    for case in CASES:
        for policy in POLICIES:
            scenario = case.scenario(policy)
            left_by_engine(scenario, range(1))
            began = time.process_time()
            left = mean_interval(left_by_engine(scenario, range(RUNS)))
            spent = time.process_time() - began
            form = case.left(policy)
            found.append({
                "raiders": case.raiders, "shots": case.shots, "kill_probability": case.pk, "policy": policy,
                "n": left.n, "left": left.mean, "low": left.low, "high": left.high, "closed_form": form,
                "within": left.low <= form <= left.high, "ms_per_run": 1e3 * spent / RUNS,
            })  # fmt: skip
    print(json.dumps({"bench": "coordination", "cases": found}, indent=2))


if __name__ == "__main__":
    main()
