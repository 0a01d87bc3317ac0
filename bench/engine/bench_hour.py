"""The reference hour: processor seconds of a second `jointsky run`, and where they go. Prints one JSON record.

python bench/engine/bench_hour.py
"""

import json
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

from jointsky.engine.run import simulate
from jointsky.scenario.load import load

SCENARIO = Path(__file__).parents[2] / "scenarios" / "union-5-10.yaml"
WANTED_CPU_S = 6.0
COMMAND = "from jointsky.cli import main; main()"


def command_cpu_s() -> float:
    """Processor seconds of the whole command, report off, everything compiled before."""
    with tempfile.TemporaryDirectory() as folder:
        words = ["run", str(SCENARIO), "--agreement", "joint-2009", "--seed", "7", "--no-report", "--out"]
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        whole = [sys.executable, "-c", COMMAND, *words, str(Path(folder) / "run")]
        subprocess.run(whole, check=True, stdout=subprocess.DEVNULL)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> None:
    """Run the command twice (the first compiles), then the hour in this process with the clock on every phase."""
    command_cpu_s()
    cpu_s = command_cpu_s()
    outcome = simulate(load(SCENARIO, agreement="joint-2009"), 7, timed=True)
    known = sum(outcome.seconds.values())
    shares = {phase: round(spent / outcome.cpu_s, 3) for phase, spent in sorted(outcome.seconds.items())}
    record = {
        "bench": "reference hour, joint-2009",
        "command_cpu_s": round(cpu_s, 2),
        "wanted_cpu_s": WANTED_CPU_S,
        "simulation_cpu_s": round(outcome.cpu_s, 2),
        "share": {**shares, "dispatch and build": round(1.0 - known / outcome.cpu_s, 3)},
    }
    print(json.dumps(record))


if __name__ == "__main__":
    main()
