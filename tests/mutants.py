"""Mutated inputs for every parser of feeds: whole ones made from a seed, damaged, and read with a clock beside."""

from __future__ import annotations

import json
import random
import struct
import tempfile
import time
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import NamedTuple

from asterix_records import random_items
from dis_pdus import random_pdu

from jointsky.errors import DecodeError, TableError
from jointsky.feeds.asterix.encode import encode_block
from jointsky.feeds.asterix.plots import plots, services
from jointsky.feeds.asterix.records import decode_records
from jointsky.feeds.asterix.scan import scan
from jointsky.feeds.dis.entities import decode_entities
from jointsky.feeds.dis.layouts import Pdu
from jointsky.feeds.dis.pdus import decode, encode_pdu
from jointsky.feeds.modes.forms import AVR, BEAST, HEX, JSON_LINES, SBS, read_frames
from jointsky.feeds.modes.reports import decode_frames
from jointsky.feeds.pcap import Datagram, write_capture
from jointsky.feeds.recorded import read_recorded
from jointsky.feeds.sensors import SensorTable, read_sensors
from jointsky.feeds.tables import read_plots, read_times, read_tracks
from jointsky.feeds.wrappers import FINAL, LENGTH_FIRST, wrap

LONGEST_S = 0.05
CATEGORIES = (1, 2, 4, 21, 34, 48, 62, 63, 65)
SQUITTERS = (
    "8d40621d58c382d690c8ac2863a7", "8d40621d58c386435cc412692ad6", "8d4840d6202cc371c32ce0576098",
    "8d485020994409940838175b284f", "5d4840d6202cc3",
)  # fmt: skip
SBS_LINE = "MSG,3,1,1,40621D,1,2026/06/01,04:00:00.000,2026/06/01,04:00:00.100,,38000,,,52.2572,3.9194,,,0,0,0,0"
SENSORS = """sensor,nation,kind,x_m,y_m,z_m,period_s,phase_s,\
max_range_m,sigma_range_m,sigma_azimuth_deg,pd,clutter_per_scan,latency_s,sigma_xy_m
a,n,ssr,0,0,0,5,0,100000,40,0.1,0.9,10,0.5,
"""
TABLES = {
    "plots": "t_s,t_arrival_s,sensor,range_m,azimuth_deg,height_m,code\n1,1.5,a,30000,10,,1234\n5,5.5,a,3e4,11,900,\n",
    "tracks": "t_s,track_id,x_m,y_m,z_m,vx_mps,vy_mps,vz_mps,sigma_position_m,existence\n1,1,1,2,3,4,5,6,7,0.5\n",
    "times": "t_s\n0\n1\n2.5\n",
}


class Parser(NamedTuple):
    """Whole inputs from a seed, and what reads one; it raises nothing but what `reads` catches."""

    whole: Callable[[random.Random], list[bytes]]
    read: Callable[[bytes], None]


def mutate(luck: random.Random, octets: bytes, others: list[bytes]) -> bytes:
    """One to five damages: flipped bits, other octets, cuts, repeats, splices with another input."""
    found = bytearray(octets)
    for _ in range(luck.randint(1, 5)):
        place = luck.randrange(len(found) + 1)
        match luck.randrange(7):
            case 0 if place < len(found):
                found[place] ^= 1 << luck.randrange(8)
            case 1 if place < len(found):
                found[place] = luck.choice([0, 1, 127, 128, 254, 255, luck.randrange(256)])
            case 2:
                del found[place:]
            case 3:
                del found[place : place + luck.randint(1, 8)]
            case 4:
                found[place:place] = found[place : place + luck.randint(1, 64)] * luck.randint(1, 4)
            case 5:
                found[place:place] = luck.randbytes(luck.randint(1, 8))
            case _:
                other = luck.choice(others)
                found[place:] = other[luck.randrange(len(other)) :]
    return bytes(found)


def try_out(name: str, count: int, seed: int = 48) -> list[str]:
    """Read mutated inputs; those that hurt, as hexadecimal, with what was wrong."""
    parser, luck = PARSERS[name], random.Random(seed)
    whole, hurt = parser.whole(luck), list[str]()
    parser.read(whole[0])
    for _ in range(count):
        octets = mutate(luck, luck.choice(whole), whole)
        try:
            seconds = slowest(parser.read, octets)
        except Exception as error:
            hurt.append(f"{type(error).__name__} {error}: {octets.hex()}")
            continue
        if seconds >= LONGEST_S:
            hurt.append(f"{seconds:.3f} s: {octets.hex()}")
    return hurt


def slowest(read: Callable[[bytes], None], octets: bytes) -> float:
    """Seconds of thread time; what seems slow is tried three times, for the machine may have been busy."""
    best = float("inf")
    for _ in range(3):
        start = time.thread_time()
        read(octets)
        best = min(best, time.thread_time() - start)
        if best < LONGEST_S:
            break
    return best


# ---------------------------------------------------------------- ASTERIX and what it comes in


def _blocks(*categories: int) -> Callable[[random.Random], list[bytes]]:
    def whole(luck: random.Random) -> list[bytes]:
        def block() -> bytes:
            category = luck.choice(categories)
            return encode_block(category, [random_items(luck, category) for _ in range(luck.randint(1, 3))])

        return [b"".join(block() for _ in range(luck.randint(1, 3))) for _ in range(40)]

    return whole


def _read_asterix(octets: bytes) -> None:
    found = scan([octets])
    records = decode_records(octets)
    assert len(records) == sum(found.counters.records.values())
    plots(found)
    services(found)


def _captures(luck: random.Random) -> list[bytes]:
    whole = _blocks(34, 48)(luck)
    return [write_capture([(k, octets) for k, octets in enumerate(luck.choices(whole, k=3))], 1) for _ in range(20)]


def _next_generation(luck: random.Random) -> list[bytes]:
    """The packets of captures once more as pcapng: a section, an interface, enhanced packets."""
    return [_as_pcapng(capture) for capture in _captures(luck)]


def _as_pcapng(capture: bytes) -> bytes:
    (link,) = struct.unpack_from("<I", capture, 20)
    found = [_block(0x0A0D0D0A, struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1)), _block(1, struct.pack("<HHI", link, 0, 0))]
    at = 24
    while at < len(capture):
        _, _, length, original = struct.unpack_from("<4I", capture, at)
        packet = capture[at + 16 : at + 16 + length]
        found.append(_block(6, struct.pack("<5I", 0, 0, 0, length, original) + packet + bytes(-length % 4)))
        at += 16 + length
    return b"".join(found)


def _block(kind: int, content: bytes) -> bytes:
    length = struct.pack("<I", 12 + len(content))
    return struct.pack("<I", kind) + length + content + length


def _wrapped(form: str) -> Callable[[random.Random], list[bytes]]:
    def whole(luck: random.Random) -> list[bytes]:
        blocks = _blocks(34, 48)(luck)
        return [b"".join(wrap(one, form, k) for k, one in enumerate(luck.choices(blocks, k=4))) for _ in range(30)]

    return whole


def _read_file(octets: bytes) -> None:
    try:
        for datagram in read_recorded(octets).datagrams:
            scan([datagram.octets])
    except DecodeError as error:
        assert 0 <= error.offset <= len(octets)


# ---------------------------------------------------------------- Mode S, DIS, tables


def _squitters(form: str) -> Callable[[random.Random], list[bytes]]:
    def line(squitter: str) -> bytes:
        frame = bytes.fromhex(squitter)
        if form == BEAST:
            kind = b"\x33" if len(frame) == 14 else b"\x32"
            return b"\x1a" + kind + (bytes(6) + b"\x40" + frame).replace(b"\x1a", b"\x1a\x1a")
        lines = {
            AVR: f"*{squitter};", HEX: f"1.5 {squitter}", SBS: SBS_LINE,
            JSON_LINES: json.dumps({"frame": squitter, "timestamp": 1.5}),
        }  # fmt: skip
        return lines[form].encode() + b"\n"

    return lambda luck: [b"".join(line(one) for one in luck.choices(SQUITTERS, k=4)) for _ in range(20)]


def _read_squitters(form: str) -> Callable[[bytes], None]:
    return lambda octets: _told(octets, form)


def _told(octets: bytes, form: str) -> None:
    decode_frames(read_frames(octets, form).frames)


def _pdus(luck: random.Random) -> list[bytes]:
    return [
        b"".join(encode_pdu(random_pdu(luck, luck.choice(list(Pdu)))) for _ in range(luck.randint(1, 4)))
        for _ in range(100)
    ]


def _read_dis(octets: bytes) -> None:
    found, states = decode(octets), decode_entities(octets)
    assert len(states.rows) == sum(one["type"] == Pdu.ENTITY_STATE for one in found.pdus)


def _flown(luck: random.Random) -> list[bytes]:
    """Entity states that an exercise takes in, with other PDUs between them."""
    place = {"x": 4_013_000.0, "y": 707_000.0, "z": 4_877_000.0}
    air = {
        "exercise": 1, "entity_type": {"kind": 1, "domain": 2}, "location_ecef_m": place, "appearance": 0,
        "velocity_mps": {"x": 100.0}, "orientation_rad": {"psi": 1.0}, "reckoning": {"algorithm": 2},
    }  # fmt: skip
    kinds = (Pdu.ENTITY_STATE, Pdu.FIRE, Pdu.DETONATION, Pdu.IFF, Pdu.STOP_FREEZE, Pdu.SET_DATA)

    def pdu() -> bytes:
        found = random_pdu(luck, luck.choice(kinds)) | {"exercise": 1}
        return encode_pdu(found | air if found["type"] == Pdu.ENTITY_STATE else found)

    return [b"".join(pdu() for _ in range(luck.randint(1, 4))) for _ in range(60)]


@cache
def _arrivals() -> Callable[[bytes], None]:
    from jointsky.engine.assemble import assemble
    from jointsky.engine.warm import LAND, SCENE
    from jointsky.feeds.dis.types import read_types
    from jointsky.live.arrivals import Arrivals, Ident
    from jointsky.scenario.load import reload
    from jointsky.scenario.sources import Bundle

    texts = {"warm-up.yaml": SCENE, "land.geojson": LAND}
    scene = reload(Bundle("warm-up.yaml", texts, overrides={"outside": 8}))
    types = read_types(None, scene.catalogue.names("aircraft"))
    world = assemble(scene, 1).world

    def read(octets: bytes) -> None:
        Arrivals(world, types, Ident(1, 1), 1).hear([Datagram(10**18, octets, 0)], 1.0, 10**15)

    return read


def _lines(name: str) -> Callable[[random.Random], list[bytes]]:
    return lambda luck: [TABLES[name].encode()]


@cache
def _folder() -> Path:
    return Path(tempfile.mkdtemp(prefix="mutants-"))


@cache
def _sensors() -> SensorTable:
    (_folder() / "sensors.csv").write_text(SENSORS)
    return read_sensors(_folder() / "sensors.csv")


def _read_table(name: str) -> Callable[[bytes], None]:
    def read(octets: bytes) -> None:
        path = _folder() / f"{name}.csv"
        path.write_bytes(octets)
        try:
            match name:
                case "plots":
                    read_plots(path, _sensors())
                case "tracks":
                    read_tracks(path)
                case _:
                    read_times(path)
        except TableError:
            pass

    return read


PARSERS: dict[str, Parser] = {
    **{f"ASTERIX {number:03d}": Parser(_blocks(number), _read_asterix) for number in CATEGORIES},
    "pcap": Parser(_captures, _read_file),
    "pcapng": Parser(_next_generation, _read_file),
    **{f"ASTERIX {form}": Parser(_wrapped(form), _read_file) for form in (LENGTH_FIRST, FINAL)},
    **{
        f"Mode S {form}": Parser(_squitters(form), _read_squitters(form)) for form in (BEAST, AVR, HEX, SBS, JSON_LINES)
    },
    "DIS": Parser(_pdus, _read_dis),
    "DIS entities of an exercise": Parser(_flown, lambda octets: _arrivals()(octets)),
    **{f"table of {name}": Parser(_lines(name), _read_table(name)) for name in TABLES},
}
"""Every parser by name."""
