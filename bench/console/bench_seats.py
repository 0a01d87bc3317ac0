"""How late updates reach ten seats at once, with a client beside them that reads nothing; JSON.

python bench/console/bench_seats.py [--seats 10] [--seconds 30] [--rate 20]

The server runs the reference hour in a process of its own; the clients share this one. Lateness runs from the making of
an update to its last octet read here, by one clock. The pass mark is a 99th percentile of 250 ms.
"""

import argparse
import asyncio
import json
import os
import subprocess
import sys
import tempfile
from itertools import cycle, islice
from pathlib import Path
from typing import Any

import websockets

from jointsky.clock import utc_now_us
from jointsky.console import wire

ROOT = Path(__file__).resolve().parents[2]
WANTED_MS = 250.0
WARM_UP_S = 3.0


def main() -> None:
    """Measure and print one JSON record."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seats", type=int, default=10)
    parser.add_argument("--seconds", type=float, default=30.0)
    parser.add_argument("--rate", type=float, default=20.0)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        command = [
            sys.executable,
            "-c",
            "from jointsky.cli import main; main()",
            "exercise",
            str(ROOT / "scenarios/union-5-10.yaml"),
            "--port",
            "0",
            "--rate",
            str(asked.rate),
            "--no-open",
            "--out",
            str(Path(folder) / "run"),
        ]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=os.environ)
        try:
            links = links_from(process)
            record = asyncio.run(measured(links, asked.seats, asked.seconds))
        finally:
            process.terminate()
            process.wait(30)
    print(json.dumps({"bench": "console seats", "rate": asked.rate, **record}, indent=2))


def links_from(process: subprocess.Popen[str]) -> dict[str, str]:
    """The links that the server prints, by seat."""
    links: dict[str, str] = {}
    for line in process.stdout or ():
        name, _, link = line.strip().partition(" ")
        if "#seat=" in link:
            links[name] = link.strip()
        if line.startswith("Ctrl-C"):
            return links
    raise SystemExit("the server printed no links")


async def measured(links: dict[str, str], seats: int, seconds: float) -> dict[str, Any]:
    """Lateness over all seats, beside one client that reads nothing."""
    names = list(islice(cycle(sorted(links)), seats))
    async with connected(links["control"]) as idle:
        await idle.send(hello("control", links["control"]))
        found = await asyncio.gather(*(sit(name, links[name], seconds) for name in names))
    late_ms = sorted(late for seat in found for late in seat)
    sized = {
        f"p{share}_ms": round(late_ms[min(int(len(late_ms) * share / 100), len(late_ms) - 1)], 1)
        for share in (50, 95, 99)
    }
    return {
        "seats": seats,
        "seconds": seconds,
        "updates": len(late_ms),
        **sized,
        "worst_ms": round(late_ms[-1], 1),
        "fewest_updates_of_a_seat": min(map(len, found)),
        "wanted_p99_ms": WANTED_MS,
        "pass": sized["p99_ms"] <= WANTED_MS,
    }


def connected(link: str) -> websockets.connect:
    """A websocket to the server of a link."""
    origin = link.partition("/#")[0]
    return websockets.connect(
        f"ws{origin.removeprefix('http')}/ws", origin=origin, max_size=wire.LARGEST_UPDATE, proxy=None
    )  # type: ignore[arg-type]


def hello(name: str, link: str) -> str:
    """The first message."""
    return json.dumps({"kind": "hello", "seat": name, "key": link.partition("&key=")[2]})


async def sit(name: str, link: str, seconds: float) -> list[float]:
    """Lateness in milliseconds of each update a seat reads, without the first seconds."""
    late_ms: list[float] = []
    async with connected(link) as socket:
        await socket.send(hello(name, link))
        loop = asyncio.get_running_loop()
        begin_s = loop.time()
        while (passed_s := loop.time() - begin_s) < WARM_UP_S + seconds:
            message = await socket.recv()
            if isinstance(message, bytes) and passed_s > WARM_UP_S:
                late_ms.append(utc_now_us() / 1000.0 - wire.unpack(message)[0].made_ms)
    return late_ms


if __name__ == "__main__":
    main()
