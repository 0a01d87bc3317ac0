"""Plant leaks one after the other, each in a fork, and say which the twins find. Run as a program it prints JSON:
`python tests/leaks/trying.py [NAME ...]` (all when no name is given)."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve()
for folder in (HERE.parent, HERE.parents[1], HERE.parents[2] / "src"):
    sys.path.insert(0, str(folder))

import planted  # noqa: E402
import planting  # noqa: E402

HELPERS = ("lab", "witness", "generated", "twins")
PATIENCE_S = 120.0


def found_by_twins(pair: str) -> str | None:
    """Run the twins of a pair; how west's two witnesses differ (None: not at all)."""
    import lab
    from witness import difference, witnessed

    one, other = (
        witnessed(lab.scenario(tree), ["west"], lab.SEED, people="west")["west"] for tree in lab.pairs()[pair]()
    )
    return difference(one, other)


def with_leak(leak: planted.Leak) -> str | None:
    """The same with a leak planted; in a child only."""
    text = planting.edited(leak.module, leak.old, leak.new)
    planting.forget(HELPERS)
    sys.meta_path.insert(0, planting.Planter({leak.module: text}))  # pyright: ignore[reportArgumentType]
    return found_by_twins(leak.pair)


def tried(names: list[str]) -> dict[str, Any]:
    """Which leaks were planted, and which were found, missed or could not be planted."""
    import jointsky.engine.warm  # noqa: F401 - compiled code once, for all children

    chosen = [leak for leak in planted.LEAKS if not names or leak.name in names]
    found_by_twins("hidden guns")
    clean = {
        pair: planting.in_child(lambda p=pair: found_by_twins(p), PATIENCE_S)
        for pair in sorted({leak.pair for leak in chosen})
    }
    dirty = {pair: told for pair, told in clean.items() if told.get("value", "?") is not None}
    missed: dict[str, str] = {}
    errors: dict[str, str] = {}
    for leak in chosen:
        told = planting.in_child(lambda one=leak: with_leak(one), PATIENCE_S)
        if "value" not in told:
            errors[leak.name] = told.get("error", "it took too long")[-400:]
        elif told["value"] is None:
            missed[leak.name] = leak.pair
    found = len(chosen) - len(missed) - len(errors)
    return {"planted": len(chosen), "found": found, "missed": missed, "errors": errors, "twins_differ_anyway": dirty}


if __name__ == "__main__":
    print(json.dumps(tried(sys.argv[1:]), indent=1))
