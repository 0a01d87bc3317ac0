"""Our DIS PDUs against tshark, in its own process: nothing malformed, and every number stands where it reads one."""

from __future__ import annotations

import random
import shutil
import subprocess
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from dis_pdus import random_pdu

from jointsky.feeds.dis.layouts import BODIES, HEADER, Octets, Part, Pdu, Record
from jointsky.feeds.dis.pdus import decode_pdu, encode_pdu
from jointsky.feeds.pcap import write_capture

pytestmark = pytest.mark.skipif(shutil.which("tshark") is None, reason="tshark is not installed")

EACH = 25
BEFORE = 42
"""Octets of Ethernet, IP and UDP in front of a PDU."""
SHOWN_OTHERWISE = {
    "parameter_count",  # of a transmitter: taken for padding
    "spread_spectrum",  # as bits
    "hours", "past_hour",  # as one moment
    "attached_to", "parameter",  # of other than articulated parts: as octets
}  # fmt: skip


def numbers(fields: dict[str, Any], part: Part, start: int) -> Iterator[tuple[str, int, int, float]]:
    """Name, offset, width and value of each number of two octets or more, counts left out."""
    yield from of_record(fields, part.record, start)
    position = start + part.record.itemsize
    for tail in part.tails:
        content = fields[tail.name]
        if isinstance(tail, Octets):
            content = content[0] if isinstance(content, tuple) else content
            position += len(content) + -len(content) % tail.pad
            continue
        for element in content:
            yield from numbers(element, tail.part, position)
            position += size(element, tail.part)


def size(fields: dict[str, Any], part: Part) -> int:
    length = part.record.itemsize
    for tail in part.tails:
        content = fields[tail.name]
        if isinstance(tail, Octets):
            content = content[0] if isinstance(content, tuple) else content
            length += len(content) + -len(content) % tail.pad
        else:
            length += sum(size(element, tail.part) for element in content)
    return length


def of_record(fields: dict[str, Any], record: Record, start: int) -> Iterator[tuple[str, int, int, float]]:
    for name, (kind, at, *_) in (record.fields or {}).items():
        if name in fields and kind.fields:
            yield from of_record(fields[name], kind, start + at)
        elif name in fields and not kind.shape and kind.itemsize > 1:
            yield name, start + at, kind.itemsize, fields[name]


def shown(show: str) -> float | None:
    try:
        return float(int(show, 0))
    except ValueError:
        try:
            return float(show)
        except ValueError:
            return None


@pytest.mark.parametrize("version", [6, 7])
def test_tshark_reads_every_type_as_we_do(tmp_path: Path, version: int) -> None:
    luck = random.Random(version)
    octets = [encode_pdu(random_pdu(luck, kind, version)) for kind in Pdu for _ in range(EACH)]
    capture = tmp_path / "ours.pcap"
    capture.write_bytes(write_capture([(10**18 + k, one) for k, one in enumerate(octets)], 3000))
    options = ["-d", "udp.port==3000,dis", "-T", "pdml"]
    done = subprocess.run(["tshark", "-r", str(capture), *options], capture_output=True, check=True)
    packets = ElementTree.fromstring(done.stdout).findall("packet")
    assert len(packets) == len(octets)
    compared = 0
    for one, packet in zip(octets, packets, strict=True):
        mine = decode_pdu(one)
        assert packet.find(".//proto[@name='_ws.malformed']") is None, mine["type"].name
        theirs: dict[tuple[int, int], set[float]] = {}
        for field in packet.iterfind("proto[@name='dis']//field"):
            value = shown(field.get("show", ""))
            if value is not None:
                place = int(field.get("pos", "0")) - BEFORE, int(field.get("size", "0"))
                theirs.setdefault(place, set()).add(value)
        for name, at, width, value in numbers(mine, BODIES[mine["type"]], HEADER.itemsize):
            if name in SHOWN_OTHERWISE or (name == "octets" and width == 2) or further(mine, at):
                continue
            assert any(value == pytest.approx(other, rel=1e-5) for other in theirs.get((at, width), ())), (name, at)
            compared += 1
    assert compared > 4_000


def further(pdu: dict[str, Any], at: int) -> bool:
    """What tshark leaves undissected: further parameters of a transmitter."""
    own = HEADER.itemsize + BODIES[pdu["type"]].record.itemsize
    return pdu["type"] == Pdu.TRANSMITTER and at >= own
