"""Synthetic traffic for the benches of live feeds: aircraft on straight lines, seen by turning radars, sent over UDP.

    python bench/feeds/traffic.py --sensors 30 --aircraft 4000 --seconds 60 --port 20000

Radar k sends to PORT + k on this machine, from port PORT + 1000 + k, what it saw in the last 50 ms. Prints how many
reports and datagrams were sent, as JSON.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import socket
import sys
import time
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "src")]

from jointsky.feeds.asterix.encode import encode_block  # noqa: E402
from jointsky.units import DAY_S, NMI_M  # noqa: E402

PERIOD_S, GATHERED_S, SEEN_BY = 4.0, 0.05, 2.3
SIDE_M, SPEED_MPS, DETECTION = 700_000.0, 220.0, 0.95
MIDDLE = (54.0, 24.0)
LOCAL_OFFSET = 1000
SIGMA_RANGE_M, SIGMA_AZ_RAD, HEIGHT_M = 60.0, 0.0012, 7_520.0
EARTH_M = 111_195.0


class Sky:
    """Where radars stand and aircraft fly, in a square plane from whose edges they turn back. The radars' reach is such
    that an aircraft is seen by `SEEN_BY` of them on average."""

    def __init__(self, sensors: int, aircraft: int) -> None:
        self.luck = np.random.default_rng(8)
        across = int(np.ceil(np.sqrt(sensors)))
        up = int(np.ceil(sensors / across))
        column, row = np.arange(sensors) % across, np.arange(sensors) // across
        self.sites = SIDE_M * (np.stack([(column + 0.5) / across, (row + 0.5) / up], axis=-1) - 0.5)
        self.reach_m = SIDE_M * np.sqrt(SEEN_BY / (sensors * np.pi))
        self.start = self.luck.uniform(0.0, SIDE_M, (aircraft, 2))
        course = self.luck.uniform(0.0, 2 * np.pi, aircraft)
        self.velocity = SPEED_MPS * np.stack([np.sin(course), np.cos(course)], axis=-1)

    def places(self, t_s: float) -> np.ndarray:
        """Where all aircraft are."""
        flown = (self.start + self.velocity * t_s) % (2 * SIDE_M)
        return np.minimum(flown, 2 * SIDE_M - flown) - SIDE_M / 2

    def site(self, sensor: int) -> tuple[float, float]:
        """Latitude and longitude of a radar."""
        east, north = self.sites[sensor]
        return MIDDLE[0] + north / EARTH_M, MIDDLE[1] + east / EARTH_M / np.cos(np.radians(MIDDLE[0]))

    def reports(self, sensor: int, t0_s: float, t1_s: float) -> list[tuple[float, int, float, float]]:
        """Time, aircraft, range and azimuth of what a radar sees in a span shorter than a turn."""
        rel = self.places(t0_s) - self.sites[sensor]
        rows = np.flatnonzero((rel**2).sum(axis=-1) < self.reach_m**2)
        rows = rows[self.luck.random(rows.size) < DETECTION]
        rel = rel[rows]
        az = np.arctan2(rel[:, 0], rel[:, 1]) % (2 * np.pi)
        turn = np.ceil((t0_s - az / (2 * np.pi) * PERIOD_S) / PERIOD_S)
        at = (turn + az / (2 * np.pi)) * PERIOD_S
        hit = np.flatnonzero(at < t1_s)
        noise = self.luck.normal(size=(hit.size, 2))
        ranges = np.hypot(np.linalg.norm(rel[hit], axis=-1), HEIGHT_M) + SIGMA_RANGE_M * noise[:, 0]
        azimuths = az[hit] + SIGMA_AZ_RAD * noise[:, 1]
        return list(zip(at[hit].tolist(), rows[hit].tolist(), ranges.tolist(), azimuths.tolist(), strict=True))


def record(sensor: int, utc_s: float, aircraft: int, range_m: float, az_rad: float) -> dict[str, object]:
    """A category 048 report."""
    return {
        "010": {"SAC": 1, "SIC": sensor + 1},
        "140": round(utc_s % DAY_S * 128) % 11_059_200 / 128,
        "020": {"TYP": 3, "SIM": 1},
        "040": {
            "RHO": range_m / NMI_M,
            "THETA": round(np.degrees(az_rad) / 360 * 65536) % 65536 * 360 / 65536,
        },
        "070": {"V": 0, "G": 0, "L": 0, "MODE3A": f"{aircraft % 4096:04o}"},
        "090": {"V": 0, "G": 0, "FL": 250.0},
    }


def sources_yaml(sky: Sky, port: int, cycle_s: float = 1.0) -> str:
    """The sources file for a sky: one feed for each radar."""
    lines = [f"cycle: {cycle_s:g} s", "feeds:"]
    for k in range(len(sky.sites)):
        lat, lon = sky.site(k)
        site = (
            f"{{at: [{lat:.5f}, {lon:.5f}], height: 100 m, period: {PERIOD_S:g} s, range: {sky.reach_m / 1000:.1f} km}}"
        )
        address = f"from: 'udp://127.0.0.1:{port + k}', sender: '127.0.0.1:{port + LOCAL_OFFSET + k}'"
        lines.append(f"  radar {k + 1}: {{{address}, sites: {{1/{k + 1}: {site}}}}}")
    return "\n".join(lines) + "\n"


def send(sky: Sky, port: int, seconds: float) -> dict[str, float]:
    """Send for so many seconds."""
    senders = []
    for k in range(len(sky.sites)):
        sender = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        sender.bind(("127.0.0.1", port + LOCAL_OFFSET + k))
        senders.append(sender)
    begun_s, begun_utc_s, t_s = time.monotonic(), time.time(), 0.0
    reports = datagrams = 0
    late_s = 0.0
    while t_s < seconds:
        t1_s = t_s + GATHERED_S
        wait_s = begun_s + t1_s - time.monotonic()
        time.sleep(max(wait_s, 0.0))
        late_s = max(late_s, -wait_s)
        for k, sender in enumerate(senders):
            seen = sky.reports(k, t_s, t1_s)
            if seen:
                records = [record(k, begun_utc_s + at, *rest) for at, *rest in seen]
                with contextlib.suppress(ConnectionRefusedError):
                    sender.sendto(encode_block(48, records), ("127.0.0.1", port + k))
                reports, datagrams = reports + len(seen), datagrams + 1
        t_s = t1_s
    return {"reports": reports, "datagrams": datagrams, "seconds": time.monotonic() - begun_s, "latest_s": late_s}


def main() -> None:
    """Send, and print what was sent."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sensors", type=int, default=30)
    parser.add_argument("--aircraft", type=int, default=4000)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--port", type=int, default=20_000)
    asked = parser.parse_args()
    print(json.dumps(send(Sky(asked.sensors, asked.aircraft), asked.port, asked.seconds)))


if __name__ == "__main__":
    main()
