"""Radar data made for tests: a few aircraft seen by one turning radar, as ASTERIX datagrams and as a capture."""

from __future__ import annotations

import math
import struct
from pathlib import Path

from jointsky.feeds.asterix.encode import encode_block

START_S = 1_780_286_400.0
"""2026-06-01T04:00:00Z"""
PERIOD_S = 4.0
SITE = (54.0, 27.0, 200.0)
SOURCE = {"SAC": 25, "SIC": 7}
SPEED_MPS = 220.0
NMI_M = 1852.0


def datagrams(
    seconds: float, aircraft: int = 3, clock_off_s: float = 0.0, period_s: float = PERIOD_S
) -> list[tuple[float, bytes]]:
    """(Seconds since the start, octets) of each datagram: a service message at each north mark, then the reports."""
    found: list[tuple[float, bytes]] = []
    for turn in range(int(seconds / period_s)):
        t_s = turn * period_s
        found.append((t_s, encode_block(34, [north_mark(t_s + clock_off_s, period_s)])))
        for number in range(aircraft):
            az_rad, range_m = place(number, t_s)
            seen_s = t_s + period_s * az_rad / (2.0 * math.pi)
            report = target(number, seen_s + clock_off_s, az_rad, range_m)
            found.append((seen_s + 0.3, encode_block(48, [report])))
    return sorted(found)


def place(number: int, t_s: float) -> tuple[float, float]:
    """Azimuth (rad) and range (m) of an aircraft that flies north past the radar."""
    east_m, north_m = 40_000.0 + 15_000.0 * number, -60_000.0 + SPEED_MPS * t_s
    return math.atan2(east_m, north_m) % (2.0 * math.pi), math.hypot(east_m, north_m)


def north_mark(day_s: float, period_s: float = PERIOD_S) -> dict[str, object]:
    """A service message that tells the radar's site."""
    site = {"HGT": SITE[2], "LAT": SITE[0], "LON": SITE[1]}
    return {"010": SOURCE, "000": 1, "030": (4 * 3600 + day_s) % 86_400, "041": period_s, "120": site}


def target(number: int, day_s: float, az_rad: float, range_m: float) -> dict[str, object]:
    """A combined report with a code and a flight level."""
    return {
        "010": SOURCE,
        "140": (4 * 3600 + day_s) % 86_400,
        "020": {"TYP": 3},
        "040": {"RHO": range_m / NMI_M, "THETA": math.degrees(az_rad)},
        "070": {"V": 0, "G": 0, "L": 0, "MODE3A": f"{1000 + number:04d}"},
        "090": {"V": 0, "G": 0, "FL": 250.0 + number},
    }


def capture(file: Path, found: list[tuple[float, bytes]]) -> Path:
    """Write datagrams as a pcap of raw IPv4 packets."""
    parts = [struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65_535, 101)]
    for t_s, octets in found:
        udp = struct.pack(">HHHH", 8601, 8600, 8 + len(octets), 0) + octets
        ip = struct.pack(">BBHHHBBH4s4s", 0x45, 0, 20 + len(udp), 0, 0, 64, 17, 0, bytes(4), bytes(4)) + udp
        whole, part = divmod(START_S + t_s, 1.0)
        parts.append(struct.pack("<IIII", int(whole), int(part * 1e6), len(ip), len(ip)) + ip)
    file.write_bytes(b"".join(parts))
    return file
