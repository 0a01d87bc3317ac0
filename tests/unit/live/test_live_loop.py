"""The live loop on loopback, in processes of its own: a run is emitted over UDP, and a post that watches in another
process sees the same tracks as the run's own posts did.
"""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
import time
from datetime import datetime
from pathlib import Path

import numpy as np
from scenario_runs import short_run

from jointsky.feeds.tables import read_tracks
from jointsky.geo.frames import geodetic2ecef
from jointsky.live.emitting.told import told
from jointsky.vocab.records import Rows

RATE = 20
SECONDS = 300
SETTLED_S = 200.0
FRESH_S = 12.0
START = "from jointsky.cli import main; main()"
FILE = """
rate: {rate}
feeds:
  radars:
    from: udp://127.0.0.1:{port}
    sender: 127.0.0.1
    sensors: sites.csv
    categories: [34, 48]
"""


def jointsky(*words: object) -> subprocess.Popen[str]:
    env = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    return subprocess.Popen(
        [sys.executable, "-c", START, *map(str, words)],
        env=env,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )


def free_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def places(rows: Rows) -> np.ndarray:
    return geodetic2ecef(rows["lat_deg"], rows["lon_deg"], rows["alt_m"])


def test_another_process_sees_the_tracks_of_the_run(tmp_path: Path) -> None:
    run, port, seen = short_run(tmp_path / "run", SECONDS), free_port(), tmp_path / "seen"
    (tmp_path / "sources.yaml").write_text(FILE.format(rate=RATE, port=port))
    prepared = jointsky("emit", run, "--asterix", "--to", tmp_path / "a.pcap", "--sites", tmp_path / "sites.csv")
    assert prepared.wait() == 0
    watching = jointsky("watch", tmp_path / "sources.yaml", "--out", seen, "--seconds", SECONDS)
    while not (seen / "notices.log").exists():
        assert watching.poll() is None, watching.communicate()[0]
        time.sleep(0.1)
    sending = jointsky("emit", run, "--asterix", "--to", f"udp://127.0.0.1:{port}", "--rate", RATE, "--only", ".radar")
    said, _ = sending.communicate()
    assert sending.returncode == 0, said
    assert watching.wait() == 0, watching.communicate()[0]
    began = re.search(r"from (\S+Z) on", said)
    assert began is not None
    summary = json.loads((seen / "summary.json").read_text())
    assert summary["feeds"]["radars"]["lost"] == 0 and not summary["feeds"]["radars"]["left out"]
    late_s = datetime.fromisoformat(began[1]).timestamp() - summary["start_utc_s"]
    assert_same(told(run), read_tracks(seen / "tracks.csv"), late_s)


def assert_same(facts, tracks: Rows, late_s: float) -> None:
    """At times when both have a picture: nearly every track that the run's posts had just seen with a radar is there,
    where they had it, within the errors that both pictures own up to."""
    distances, allowed = [], []
    for post in facts.posts:
        for t_s, rows in facts.pictures(post):
            own = rows[(rows["t_update_s"] > t_s - FRESH_S) & (rows["existence"] > 0.99) & (rows["kind"] != 8)]
            now = np.abs(tracks["t_s"] - late_s - t_s) < 2.5
            if t_s < SETTLED_S or not len(own) or not now.any():
                continue
            there = tracks[now]
            velocity = np.stack([there[f"v_{axis}_mps"] for axis in ("east", "north", "up")], axis=-1)
            apart = np.linalg.norm(places(there)[None] - own["pos_ecef_m"][:, None], axis=-1)
            apart = apart - np.linalg.norm(velocity, axis=-1) * np.abs(there["t_s"] - late_s - t_s)
            nearest = np.argmin(apart, axis=1)
            sigma = np.hypot(own["sigma_pos_m"], there["sigma_position_m"][nearest])
            height = np.nan_to_num(own["sigma_height_m"], nan=5000.0)
            distances += apart[np.arange(len(own)), nearest].tolist()
            allowed += (3.0 * np.hypot(sigma, height) + 500.0).tolist()
    assert len(distances) > 20
    assert np.mean(np.array(distances) <= np.array(allowed)) > 0.8
