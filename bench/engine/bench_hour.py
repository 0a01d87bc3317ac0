"""The reference hour: processor seconds of a second `jointsky run`, and where they go. Prints one JSON record.

python bench/engine/bench_hour.py
"""

import json
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

from split import Split

from jointsky.engine.run import simulate
from jointsky.scenario.load import load

SCENARIO = Path(__file__).parents[2] / "scenarios" / "union-5-10.yaml"
WANTED_CPU_S = 4.0
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
    """Run the command twice (the first compiles), then the hour in this process with the clock on every room."""
    command_cpu_s()
    cpu_s = command_cpu_s()
    scenario = load(SCENARIO, agreement="joint-2009")
    simulate(scenario, 7, until_s=60.0)
    with Split().watching() as split:
        outcome = simulate(scenario, 7)
    spent_s = {room: round(seconds, 3) for room, seconds in split.seconds.most_common()}
    record = {
        "bench": "reference hour, joint-2009",
        "command_cpu_s": round(cpu_s, 2),
        "wanted_cpu_s": WANTED_CPU_S,
        "simulation_cpu_s": round(outcome.cpu_s, 2),
        "split_cpu_s": spent_s,
    }
    print(json.dumps(record))


if __name__ == "__main__":
    main()
