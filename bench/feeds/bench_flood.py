"""Flood: 12 good feeds with 2,000 reports a second together, and one that sends garbage as fast as it can.

    python bench/feeds/bench_flood.py [--seconds 60] [--sensors 12] [--a-second 100000]

Senders are processes of their own on the loopback. The feeds are read every 10 ms, first without the flood, then with
it. Prints JSON; the marks are 99.9 % of the good feeds' reports delivered, a 99th percentile of the delay (from the
kernel's taking of a datagram to its being handed on) that grows by at most 20 ms, the offender named within 2 s, and
memory that stays within 5 %.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parents[1] / "src"), str(HERE)]

from traffic import LOCAL_OFFSET, Sky, sources_yaml  # noqa: E402

from jointsky.live.feeds import open_feeds  # noqa: E402

LEAST_DELIVERED, MOST_ADDED_S, NAMED_WITHIN_S, MEMORY = 0.999, 0.020, 2.0, 0.05
LOOK_S = 0.01
OFFENDER = "flood"


def flood(port: int, local: int, seconds: float, a_second: int) -> None:
    """Send garbage."""
    garbage = [os.urandom(200) for _ in range(64)]
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        sender.bind(("127.0.0.1", local))
        begun_s, count = time.monotonic(), 0
        while (passed_s := time.monotonic() - begun_s) < seconds:
            for octets in garbage if count < passed_s * a_second else ():
                with contextlib.suppress(OSError):
                    sender.sendto(octets, ("127.0.0.1", port))
                count += 1
        print(json.dumps({"datagrams": count, "a_second": round(count / seconds), "begun_s": begun_s}))


def resident_mb() -> float:
    """Memory of this process that is in use."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def python(*words: object) -> subprocess.Popen[str]:
    """A process of this Python."""
    return subprocess.Popen([sys.executable, *map(str, words)], stdout=subprocess.PIPE, text=True)


def read_for(feeds: Any, process: subprocess.Popen[str]) -> dict[str, Any]:
    """Read all feeds until the good sender has ended; delays, memory and what was told."""
    late_s: list[np.ndarray] = []
    memory_mb: list[float] = []
    named_s: float | None = None
    quiet_after: float | None = None
    while quiet_after is None or time.monotonic() < quiet_after:
        rows = feeds.until(feeds.clock.now_s())
        late_s.append(feeds.clock.now_s() - rows["t_seen_s"])
        for text in feeds.news():
            if named_s is None and text.startswith(OFFENDER) and "quota" in text:
                named_s = time.monotonic()
        memory_mb.append(resident_mb())
        if quiet_after is None and process.poll() is not None:
            quiet_after = time.monotonic() + 0.5
        time.sleep(LOOK_S)
    every = np.concatenate(late_s)
    later = memory_mb[len(memory_mb) // 3 :]
    return {
        "delay_p50_ms": round(1000 * float(np.median(every)), 2),
        "delay_p99_ms": round(1000 * float(np.percentile(every, 99)), 2),
        "memory_mb": [round(min(later), 1), round(max(later), 1)],
        "named_s": named_s,
    }


def phase(asked: argparse.Namespace, is_flooded: bool, port: int) -> dict[str, Any]:
    """One of the two runs."""
    sky = Sky(asked.sensors, asked.aircraft)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "sources.yaml"
        offender = f"from: 'udp://127.0.0.1:{port + 500}', sender: '127.0.0.1:{port + 500 + LOCAL_OFFSET}'"
        file.write_text(sources_yaml(sky, port) + f"  {OFFENDER}: {{{offender}, quota: 500}}\n")
        feeds = open_feeds(file)
        seconds = asked.seconds
        good = python(HERE / "traffic.py", "--sensors", asked.sensors, "--aircraft", asked.aircraft,
                      "--seconds", seconds, "--port", port)  # fmt: skip
        bad = None
        if is_flooded:
            words = ["--flood", port + 500, "--local", port + 500 + LOCAL_OFFSET, "--a-second", asked.a_second]
            bad = python(HERE / "bench_flood.py", *words, "--seconds", seconds + 1.0)
        found = read_for(feeds, good)
        sent = json.loads(good.communicate()[0])
        members = [member for name, member in feeds.members.items() if name != OFFENDER]
        taken = sum(member.counters.records.get("048", 0) for member in members)
        found |= {"sent": sent["reports"], "delivered": taken / max(sent["reports"], 1)}
        if bad is not None:
            found["flood"] = told = json.loads(bad.communicate()[0])
            found["named_after_s"] = None if found["named_s"] is None else found["named_s"] - told["begun_s"]
            found["dropped_of_flood"] = feeds.members[OFFENDER].source.dropped
        feeds.close()
    return found


def main() -> None:
    """Measure and print one JSON record."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--sensors", type=int, default=12)
    parser.add_argument("--aircraft", type=int, default=4000)
    parser.add_argument("--a-second", type=int, default=100_000)
    parser.add_argument("--port", type=int, default=22_000)
    parser.add_argument("--flood", type=int, help="(of the bench's own) the port to flood")
    parser.add_argument("--local", type=int, default=0)
    asked = parser.parse_args()
    if asked.flood is not None:
        flood(asked.flood, asked.local, asked.seconds, asked.a_second)
        return
    calm, flooded = phase(asked, False, asked.port), phase(asked, True, asked.port + 100)
    added_s = (flooded["delay_p99_ms"] - calm["delay_p99_ms"]) / 1000.0
    low_mb, high_mb = flooded["memory_mb"]
    named_s = flooded["named_after_s"]
    passed = {
        "delivered": flooded["delivered"] >= LEAST_DELIVERED,
        "added_delay": added_s <= MOST_ADDED_S,
        "named": named_s is not None and named_s <= NAMED_WITHIN_S,
        "memory": high_mb <= low_mb * (1 + MEMORY),
    }
    record = {"bench": "flood", "calm": calm, "flooded": flooded, "added_p99_s": round(added_s, 4), "pass": passed}
    print(json.dumps(record, indent=2))


if __name__ == "__main__":
    main()
