"""Mutation score of the files that decide; one JSON record, exit code 1 below 95 % and when the list of mutants that
mean the same as the original is wrong.

Every small change of a file is tried in a fork: its own unit tests, the oracle's cells, then further tests
(tests/quick.py), until one notices. Mutants that mean the same are listed in equivalent.json, each with its reason;
they are tried as well, lest one of them is noticed, and left out of the score. `--module NAME` tries one file,
`--part K/N` a share of the mutants, `--again RECORD` those that survived in an earlier record.
"""

from __future__ import annotations

import argparse
import gc
import json
import math
import resource
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
for folder in ("src", "tests", "tools"):
    sys.path.insert(0, str(ROOT / folder))

import mutate  # noqa: E402
import planting  # noqa: E402
import quick  # noqa: E402

EQUIVALENT = Path(__file__).with_name("equivalent.json")
TARGET = 0.95
PATIENCE_S = 1800.0


def tried(module: str, text: str, users: Sequence[str], cpu_s: int) -> dict[str, Any]:
    """Try a module of another text in a fork; `users` import it and are read anew, all else stays as it is loaded. One
    that computes for longer than `cpu_s` is ended: a mutant that never ends is noticed, also on a busy machine."""

    def work() -> str | None:
        resource.setrlimit(resource.RLIMIT_CPU, (cpu_s, cpu_s))
        sys.meta_path.insert(0, planting.Planter({module: text}))  # pyright: ignore[reportArgumentType]
        planting.forget_users(module, users)
        return quick.noticed(module)

    return planting.in_child(work, PATIENCE_S)


def known(module: str) -> set[tuple[str, str]]:
    """Mutants known to mean the same, each as its source line and its change."""
    return {(item["source"], item["what"]) for item in json.loads(EQUIVALENT.read_text()).get(module, [])}


def alive(record: dict[str, Any] | None) -> set[tuple[str, str]]:
    """The survivors of an earlier record, named as in the list of those that mean the same."""
    return {(one["source"], one["what"]) for one in record["survivors"]} if record else set()


def scored(module: str, part: tuple[int, int], note: bool, again: set[tuple[str, str]] | None) -> dict[str, Any]:
    """Mutants, those killed, those known to mean the same, and the survivors of one file. `endless` are the killed that
    had to be ended; `wrong` are entries of the list of those that mean the same which are noticed or stand for no
    mutant. Raises SystemExit when the file as it is is noticed."""
    text = planting.path_of(module).read_text()
    users, lines, began = sorted(planting.users_of(module)), text.splitlines(), time.monotonic()
    before_s, sound = _computed_s(), tried(module, text, users, int(PATIENCE_S))
    cpu_s = 3 + math.ceil(2.0 * (_computed_s() - before_s))
    if sound.get("value", "?") is not None:
        raise SystemExit(f"{module} as it is: {sound}")
    made = [(lines[one.line - 1].strip(), one) for one in mutate.mutants(text)]
    same, killed, endless, equal, survivors = known(module), 0, 0, 0, list[dict[str, Any]]()
    wrong = [f"not made: {source}: {what}" for source, what in sorted(same - {(s, one.what) for s, one in made})]
    chosen = [pair for k, pair in enumerate(made) if k % part[1] == part[0]]
    if again is not None:
        chosen = [(source, one) for source, one in chosen if (source, one.what) in again]
    for number, (source, mutant) in enumerate(chosen, 1):
        told = tried(module, mutant.text, users, cpu_s)
        unseen, listed = told.get("value", "?") is None, (source, mutant.what) in same
        if unseen and listed:
            equal += 1
        elif unseen:
            survivors.append({"line": mutant.line, "source": source, "what": mutant.what})
            if note:
                print(f"{module}:{mutant.line}: {mutant.what}: {source}", file=sys.stderr, flush=True)
        else:
            killed, endless = killed + 1, endless + ("timeout" in told)
            wrong += [f"noticed: {source}: {mutant.what}"] if listed else []
        if note and number % 50 == 0:
            print(f"{module}: {number} of {len(chosen)}, {len(survivors)} alive", file=sys.stderr, flush=True)
    score, seconds = round(killed / max(len(chosen) - equal, 1), 4), round(time.monotonic() - began, 1)
    if note:
        print(f"{module}: {killed} of {len(chosen)} killed, {equal} equal: {score}, {seconds} s", file=sys.stderr)
    return {"mutants": len(chosen), "killed": killed, "endless": endless, "equivalent": equal, "score": score,
            "seconds": seconds, "wrong": wrong, "survivors": survivors}  # fmt: skip


def _computed_s() -> float:
    """Seconds that the forks have computed so far."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def warm() -> None:
    """Import, compile and make once what every fork needs."""
    import jointsky.engine.warm  # noqa: F401

    quick.prepare()
    gc.freeze()


def main() -> None:
    """Try every mutant and print the score."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--module", action="append", choices=sorted(quick.TESTS))
    parser.add_argument("--part", default="0/1", help="K/N: the K-th of N shares")
    parser.add_argument("--again", type=Path, help="an earlier record: try only what survived then")
    parser.add_argument("--quiet", action="store_true")
    asked = parser.parse_args()
    k, n = (int(number) for number in asked.part.split("/"))
    warm()
    again = asked.again and json.loads(asked.again.read_text())["files"]
    found = {
        name: scored(name, (k, n), not asked.quiet, again and alive(again.get(name)))
        for name in asked.module or again or quick.TESTS
    }
    mutants, killed, equal = (sum(one[key] for one in found.values()) for key in ("mutants", "killed", "equivalent"))
    score = killed / max(mutants - equal, 1)
    total = {"mutants": mutants, "killed": killed, "equivalent": equal, "score": round(score, 4)}
    held = score >= TARGET and not any(one["wrong"] for one in found.values())
    print(json.dumps({"bench": "mutation", "target": TARGET, **total, "held": held, "files": found}, indent=1))
    if not held:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
