"""Another simulation, in a process of its own: it flies entities by DIS, and hears what is said of others.

    python tests/dis_sender.py HOST:PORT SECONDS LAT LON

Flies a bomber (force 2) and an airliner (force 3) east from there at 200 m/s and prints, as JSON, which entities of
others it heard of. Written with `struct` alone, by the standard's tables and not by our layouts.
"""

from __future__ import annotations

import json
import math
import socket
import struct
import sys
import time
from collections import Counter

SITE, APPLICATION, PERIOD_S, SPEED_MPS, HEIGHT_M = 77, 5, 1.0, 200.0, 8_000.0
A_M, E2 = 6_378_137.0, 6.694379990141e-3


def place(lat: float, lon: float) -> tuple[float, float, float]:
    sin, cos = math.sin(math.radians(lat)), math.cos(math.radians(lat))
    n = A_M / math.sqrt(1.0 - E2 * sin * sin)
    x = (n + HEIGHT_M) * cos * math.cos(math.radians(lon))
    return x, (n + HEIGHT_M) * cos * math.sin(math.radians(lon)), (n * (1.0 - E2) + HEIGHT_M) * sin


def entity_state(number: int, force: int, category: int, lat: float, lon: float) -> bytes:
    past_hour = int(time.time() % 3600.0 / 3600.0 * 2**31) << 1 | 1
    head = struct.pack(">BBBBIHH", 7, 1, 1, 1, past_hour, 144, 0)
    who = struct.pack(">HHHBB", SITE, APPLICATION, number, force, 0)
    kind = struct.pack(">BBHBBBB", 1, 2, 0, category, 0, 0, 0)
    east = -math.sin(math.radians(lon)) * SPEED_MPS, math.cos(math.radians(lon)) * SPEED_MPS, 0.0
    moves = struct.pack(">3f3d3f", *east, *place(lat, lon), 0.0, 0.0, 0.0)
    reckoning = struct.pack(">B15x6f", 2, *[0.0] * 6)
    return head + who + kind + kind + moves + bytes(4) + reckoning + struct.pack(">B11sI", 1, b"OTHER", 0)


def fire(number: int) -> bytes:
    head = struct.pack(">BBBBIHH", 7, 1, 2, 2, 1, 96, 0)
    ids = struct.pack(">9H", SITE, APPLICATION, number, 1, 1, 1, SITE, APPLICATION, 900)
    return head + ids + struct.pack(">3HI3d", SITE, APPLICATION, 1, 0, 1.0, 2.0, 3.0) + bytes(16 + 12 + 4)


def main() -> None:
    host, _, port = sys.argv[1].partition(":")
    until, lat, lon = time.monotonic() + float(sys.argv[2]), float(sys.argv[3]), float(sys.argv[4])
    ear = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    for option in (socket.SO_REUSEADDR, socket.SO_BROADCAST):
        ear.setsockopt(socket.SOL_SOCKET, option, 1)
    ear.bind((host, int(port)))
    ear.settimeout(0.05)
    begun, due, heard, where = time.monotonic(), time.monotonic(), Counter(), {}
    while time.monotonic() < until:
        if time.monotonic() >= due:
            east = SPEED_MPS * (time.monotonic() - begun) / (A_M * math.cos(math.radians(lat)))
            states = [(1, 2, 3, lat), (2, 3, 87, lat + 0.2)]
            pdus = [entity_state(n, force, kind, at, lon + math.degrees(east)) for n, force, kind, at in states]
            ear.sendto(b"".join(pdus) + (fire(1) if not heard else b""), (host, int(port)))
            due += PERIOD_S
        try:
            octets = ear.recv(65_535)
        except TimeoutError:
            continue
        at = 0
        while at + 12 <= len(octets):
            length = int.from_bytes(octets[at + 8 : at + 10], "big")
            if length < 12:  # padding
                at += 1
                continue
            site, application, number = struct.unpack_from(">HHH", octets, at + 12)
            if (site, application) != (SITE, APPLICATION):
                heard[octets[at + 2]] += 1
                if octets[at + 2] == 1:
                    where[number] = struct.unpack_from(">3d", octets, at + 48)
            at += length + -length % 8 if at + length < len(octets) else length
    print(json.dumps({"pdus": heard, "where": where}))


if __name__ == "__main__":
    main()
