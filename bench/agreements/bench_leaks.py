"""How many planted leaks the twin runs find; one JSON record, exit code 1 when one is missed.

Each leak is a small edit of one module, tried in a fork (see tests/leaks). Peer: none known that plants its own leaks.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "leaks"))

from trying import tried  # noqa: E402


def main() -> None:
    """Plant every leak and print what was found."""
    told = tried([])
    held = told["found"] == told["planted"] >= 40 and not told["twins_differ_anyway"]
    print(json.dumps({"bench": "leaks", "target": "every one of 40 or more", **told, "held": held}))
    if not held:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
