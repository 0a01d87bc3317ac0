"""Every category in every edition against libasterix: random records that it writes, field by field.

    python bench/feeds/bench_asterix_editions.py [--records 10000] [--category 62 ...]

One line of JSON for each edition: records, fields compared, and whether all were equal (the first difference ends it).
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "src"), str(ROOT / "tests"), str(ROOT / "tests" / "against")]

from test_asterix_libasterix import EDITIONS, compare_random  # noqa: E402


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=10_000)
    parser.add_argument("--category", type=int, nargs="*", default=sorted({number for number, _ in EDITIONS}))
    asked = parser.parse_args()
    for number, edition in EDITIONS:
        if number not in asked.category:
            continue
        start = time.process_time()
        told: dict[str, object] = {"category": number, "edition": edition, "records": asked.records}
        try:
            told |= {"fields": compare_random(number, edition, asked.records), "equal": True}
        except AssertionError as error:
            told |= {"equal": False, "difference": str(error)[:400]}
        print(json.dumps(told | {"cpu_s": round(time.process_time() - start, 1)}), flush=True)


if __name__ == "__main__":
    main()
