"""Load: 30 radars, 2,000 reports a second, 4,000 tracks, 23 subscribers; is anything lost, and how late is the picture?

    python bench/feeds/bench_load.py [--seconds 600] [--sensors 30] [--aircraft 4000] [--subscribers 23] [--cycle 0.5]

Three processes share this machine: the sender, `jointsky watch` with its console (as `--serve` runs it here, with a
stopwatch), and the subscribers, which read every update of the post's seat. A report's way to the picture runs from the
kernel's taking of its datagram to the end of the cycle that the post took it in; to that comes the way of the update to
the slowest reader. Prints JSON; the mark is 0 reports lost and a 99th percentile of 1 s for both ways together.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path[:0] = [str(ROOT / "src"), str(HERE), str(HERE.parent / "console")]

from bench_seats import links_from, sit  # noqa: E402
from traffic import Sky, sources_yaml  # noqa: E402

WARM_UP_S = 12.0
WANTED_S = 1.0


def serve(file: Path, out: Path) -> None:
    """Watch with a console until interrupted, and write how late reports came into the picture."""
    from jointsky.cli.exercises import show
    from jointsky.clock import utc_now_us
    from jointsky.console.server import listen
    from jointsky.live.feeds import open_feeds
    from jointsky.live.watching import POST, watching
    from jointsky.vocab.messages import Tracks

    feeds = open_feeds(file)
    shown = watching(feeds)
    waiting: list[np.ndarray] = []
    late_s: list[np.ndarray] = []
    cycles_s: list[float] = []
    tracks: list[int] = []
    inner, take = shown.post.receive, feeds.until

    def until(t_s: float) -> Any:
        rows = take(t_s)
        waiting.append(rows["t_seen_s"].copy())
        return rows

    def receive(now_s: float, messages: Any) -> Any:
        begun_s = time.perf_counter()
        sent = inner(now_s, messages)
        if any(isinstance(message, Tracks) for message in sent):
            done_s = utc_now_us() / 1e6 - feeds.start_s
            late_s.extend(done_s - arrived for arrived in waiting)
            waiting.clear()
            cycles_s.append(time.perf_counter() - begun_s)
            tracks.append(len(shown.post.picture_rows))
        return sent

    shown.source = _Timed(feeds, until)
    shown.post = _Post(shown.post, receive)  # type: ignore[assignment]
    show(shown, listen("127.0.0.1", 0), "bench", None, False)
    lost = {name: member.source.dropped for name, member in feeds.members.items()}
    taken = sum(member.counters.records.get("048", 0) for member in feeds.members.values())
    every = np.concatenate(late_s[len(late_s) // 10 :] or [np.zeros(1)])
    record = {
        "reports_taken": taken,
        "datagrams_lost": sum(lost.values()),
        "tracks_at_end": tracks[-1] if tracks else 0,
        **{f"report_to_picture_p{p}_s": round(float(np.percentile(every, p)), 3) for p in (50, 95, 99, 100)},
        "cycle_p50_s": round(float(np.median(cycles_s)), 3),
        "cycle_p99_s": round(float(np.percentile(cycles_s, 99)), 3),
        "post": POST,
    }
    out.write_text(json.dumps(record))


class _Timed:
    """The feeds, with another `until`."""

    def __init__(self, feeds: Any, until: Any) -> None:
        self._feeds, self.until = feeds, until

    def __getattr__(self, name: str) -> Any:
        return getattr(self._feeds, name)


class _Post:
    """The post, with another `receive`."""

    def __init__(self, post: Any, receive: Any) -> None:
        self._post, self.receive = post, receive

    def __getattr__(self, name: str) -> Any:
        return getattr(self._post, name)


def python(*words: object, **more: Any) -> subprocess.Popen[str]:
    """A process of this Python."""
    return subprocess.Popen([sys.executable, *map(str, words)], stdout=subprocess.PIPE, text=True, **more)


async def subscribed(links: dict[str, str], count: int, seconds: float) -> list[list[float]]:
    """Lateness (ms) of every update at every subscriber."""
    name = next(name for name in links if name != "control")
    return await asyncio.gather(*(sit(name, links[name], seconds) for _ in range(count)))


def measured(asked: argparse.Namespace) -> dict[str, Any]:
    """One run of all three processes."""
    with tempfile.TemporaryDirectory() as folder:
        file, out = Path(folder) / "sources.yaml", Path(folder) / "served.json"
        file.write_text(sources_yaml(Sky(asked.sensors, asked.aircraft), asked.port, asked.cycle))
        server = python(HERE / "bench_load.py", "--serve", file, "--out", out)
        sender = None
        try:
            links = links_from(server)
            words = ["--sensors", asked.sensors, "--aircraft", asked.aircraft, "--port", asked.port]
            sender = python(HERE / "traffic.py", *words, "--seconds", asked.seconds + WARM_UP_S)
            late_ms = asyncio.run(subscribed(links, asked.subscribers, asked.seconds))
            sent = json.loads(sender.communicate()[0])
            time.sleep(2.0)
        finally:
            for process in (sender, server):
                if process is not None and process.poll() is None:
                    process.send_signal(signal.SIGINT)
                    process.wait(60)
        served = json.loads(out.read_text())
    updates = np.sort(np.concatenate([np.array(seat) for seat in late_ms])) / 1000.0
    p99_s = served["report_to_picture_p99_s"] + float(np.percentile(updates, 99))
    lost = sent["reports"] - served["reports_taken"]
    return {
        "sent": sent,
        **served,
        "reports_lost": lost,
        "subscribers": asked.subscribers,
        "updates_read": len(updates),
        "update_p99_s": round(float(np.percentile(updates, 99)), 3),
        "report_to_subscriber_p99_s": round(p99_s, 3),
        "wanted_s": WANTED_S,
        "pass": lost == 0 and p99_s <= WANTED_S,
    }


def main() -> None:
    """Measure and print one JSON record."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=600.0)
    parser.add_argument("--sensors", type=int, default=30)
    parser.add_argument("--aircraft", type=int, default=4000)
    parser.add_argument("--subscribers", type=int, default=23)
    parser.add_argument("--cycle", type=float, default=0.5)
    parser.add_argument("--port", type=int, default=20_000)
    parser.add_argument("--serve", type=Path, help="(of the bench's own) watch this sources file")
    parser.add_argument("--out", type=Path)
    asked = parser.parse_args()
    if asked.serve is not None:
        serve(asked.serve, asked.out)
        return
    print(json.dumps({"bench": "load", "seconds": asked.seconds, "cycle_s": asked.cycle, **measured(asked)}, indent=2))


if __name__ == "__main__":
    main()
