"""What deciding costs: the share of a reference hour (joint-2009) that goes into who may see, order and use what.
Prints one JSON record.

    python bench/agreements/bench_decisions.py [seconds of the hour, 3600 when left out]

Every call into the rooms that decide is counted and timed from outside (links.agreements, force, places, tables, pools,
and the command rooms authority and seams), so that a decision that asks another is counted once. `raw_share` is what
the clock says. Reading the clock takes time of its own, which falls between the two readings around each call: right
after each call the clock is read twice with nothing in between, and `share` leaves the sum of these spans out, of the
decisions once and of the hour four times (once for each reading). What else the meter adds is left in. A first quarter
of an hour without the meter loads what is compiled.
"""

import functools
import inspect
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

from jointsky import post
from jointsky.command import authority, operator, planner, refusals, seams
from jointsky.engine import assemble, plan
from jointsky.engine.run import simulate
from jointsky.links import agreements, arrangement, force, network, orderdesk, places, pools, release, tables
from jointsky.scenario.load import load

SCENARIO = Path(__file__).parents[2] / "scenarios" / "union-5-10.yaml"
DECIDING = (agreements, force, places, tables, pools, authority, seams)
ASKING = (*DECIDING, network, orderdesk, release, operator, planner, refusals, plan, assemble, arrangement, post)
WANTED = 0.02
WARM_S = 900.0


class Meter:
    """Seconds and calls of the outermost decisions, by function."""

    def __init__(self) -> None:
        self.depth = 0
        self.clock_s = 0.0
        self.seconds: dict[str, float] = {}
        self.calls: dict[str, int] = {}

    def measured(self, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """The function with the meter around it."""

        @functools.wraps(function)
        def asked(*args: Any, **kwargs: Any) -> Any:
            if self.depth:
                return function(*args, **kwargs)
            self.depth += 1
            start = time.process_time()
            try:
                return function(*args, **kwargs)
            finally:
                end = time.process_time()
                self.clock_s -= time.process_time() - time.process_time()
                self.depth -= 1
                self.seconds[name] = self.seconds.get(name, 0.0) + end - start
                self.calls[name] = self.calls.get(name, 0) + 1

        return asked


def put_around(meter: Meter) -> None:
    """Put the meter around every public function and method of the rooms that decide, wherever it is known by name."""
    new: dict[int, Callable[..., Any]] = {}
    for module in DECIDING:
        for name, found in inspect.getmembers(module):
            if getattr(found, "__module__", None) != module.__name__ or name.startswith("_"):
                continue
            if inspect.isfunction(found):
                new[id(found)] = meter.measured(name, found)
            elif inspect.isclass(found) and name in ("Authority", "Seams", "Pools", "Releases"):
                for method, body in inspect.getmembers(found, inspect.isfunction):
                    if not method.startswith("_"):
                        setattr(found, method, meter.measured(f"{name}.{method}", body))
    for module in ASKING:
        _replace(module, new)


def _replace(module: ModuleType, new: dict[int, Callable[..., Any]]) -> None:
    for name, found in list(vars(module).items()):
        if id(found) in new:
            setattr(module, name, new[id(found)])


def main() -> None:
    """Run the hour with the meter on."""
    until_s = float(sys.argv[1]) if len(sys.argv) > 1 else 3600.0
    scenario = load(SCENARIO, agreement="joint-2009")
    simulate(scenario, 7, until_s=WARM_S)
    meter = Meter()
    put_around(meter)
    outcome = simulate(scenario, 7, until_s=until_s)
    spent = sum(meter.seconds.values())
    hour_s = outcome.cpu_s - 4.0 * meter.clock_s
    dearest = sorted(meter.seconds, key=lambda name: -meter.seconds[name])[:10]
    print(json.dumps({
        "bench": "deciding functions in the reference hour, joint-2009",
        "until_s": until_s,
        "share": round((spent - meter.clock_s) / hour_s, 4),
        "wanted_share": WANTED,
        "raw_share": round(spent / outcome.cpu_s, 4),
        "seconds": round(spent - meter.clock_s, 3),
        "raw_seconds": round(spent, 3),
        "hour_cpu_s": round(hour_s, 2),
        "calls": sum(meter.calls.values()),
        "dearest": {name: {"s": round(meter.seconds[name], 3), "calls": meter.calls[name]} for name in dearest},
    }))  # fmt: skip


if __name__ == "__main__":
    main()
