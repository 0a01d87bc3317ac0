"""Mutation score of the files that decide; one JSON record, exit code 1 below 95 %.

Every small change of a file is tried in a fork: the oracle's cells first, then the tests listed for the file
(tests/quick.py). Mutants that mean the same as the original are listed in equivalent.json, each with its reason, and
are left out of the score. `--module NAME` tries one file, `--part K/N` a share of the mutants.
"""

from __future__ import annotations

import argparse
import json
import sys
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
PATIENCE_S = 150.0


def tried(module: str, mutant: mutate.Mutant) -> dict[str, Any]:
    """Try one mutant in a fork."""

    def work() -> str | None:
        planting.forget((*quick.HELPERS, "quick"))
        sys.meta_path.insert(0, planting.Planter({module: mutant.text}))  # pyright: ignore[reportArgumentType]
        import quick as anew

        return anew.noticed(module)

    return planting.in_child(work, PATIENCE_S)


def known(module: str) -> dict[tuple[str, str], str]:
    """Mutants known to mean the same: (source line, change) to reason."""
    if not EQUIVALENT.exists():
        return {}
    return {(item["source"], item["what"]): item["why"] for item in json.loads(EQUIVALENT.read_text())[module]}


def scored(module: str, part: tuple[int, int], note: bool) -> dict[str, Any]:
    """Mutants, those killed, those known to mean the same, and the survivors of one file."""
    lines = planting.path_of(module).read_text().splitlines()
    same, killed, equal, survivors = known(module), 0, 0, list[dict[str, Any]]()
    chosen = [m for k, m in enumerate(mutate.mutants("\n".join(lines))) if k % part[1] == part[0]]
    for number, mutant in enumerate(chosen):
        source = lines[mutant.line - 1].strip()
        if (source, mutant.what) in same:
            equal += 1
            continue
        told = tried(module, mutant)
        if told.get("value", "?") is None:
            survivors.append({"line": mutant.line, "source": source, "what": mutant.what})
            if note:
                print(f"{module}:{mutant.line}: {mutant.what}: {source}", file=sys.stderr, flush=True)
        else:
            killed += 1
        if note and number % 50 == 49:
            print(f"{module}: {number + 1} of {len(chosen)}, {len(survivors)} alive", file=sys.stderr, flush=True)
    counted = max(len(chosen) - equal, 1)
    return {"mutants": len(chosen), "killed": killed, "equivalent": equal, "score": round(killed / counted, 4),
            "survivors": survivors}  # fmt: skip


def warm() -> None:
    """Import and compile once what every fork needs; a sound file must not be noticed."""
    import jointsky.engine.warm  # noqa: F401

    for module in quick.TESTS:
        told = planting.in_child(lambda name=module: quick.noticed(name), 4 * PATIENCE_S)
        if told.get("value", "?") is not None:
            raise SystemExit(f"{module} as it is: {told}")


def main() -> None:
    """Try every mutant and print the score."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--module", action="append", choices=sorted(quick.TESTS))
    parser.add_argument("--part", default="0/1", help="K/N: the K-th of N shares")
    parser.add_argument("--quiet", action="store_true")
    asked = parser.parse_args()
    k, n = (int(number) for number in asked.part.split("/"))
    warm()
    found = {name: scored(name, (k, n), not asked.quiet) for name in asked.module or quick.TESTS}
    mutants, killed, equal = (sum(one[key] for one in found.values()) for key in ("mutants", "killed", "equivalent"))
    score = killed / max(mutants - equal, 1)
    total = {"mutants": mutants, "killed": killed, "equivalent": equal, "score": round(score, 4)}
    held = score >= TARGET
    print(json.dumps({"bench": "mutation", "target": TARGET, **total, "held": held, "files": found}, indent=1))
    if not held:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
