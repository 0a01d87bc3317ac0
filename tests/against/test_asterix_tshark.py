"""Our ASTERIX codec against tshark, in its own process: the same records and values, nothing malformed."""

from __future__ import annotations

import random
import shutil
import subprocess
import xml.etree.ElementTree as ElementTree
from pathlib import Path
from typing import Any

import pytest
from asterix_records import Flat, flatten, random_items, shared

from jointsky.feeds.asterix.encode import encode_block
from jointsky.feeds.asterix.layout import Field
from jointsky.feeds.asterix.program import Program, program
from jointsky.feeds.asterix.records import decode_records
from jointsky.feeds.pcap import read_capture, write_capture

pytestmark = pytest.mark.skipif(shutil.which("tshark") is None, reason="tshark is not installed")

SINGLE = "VALUE"
OWN_NAMES = {"048_030": "048_030_CODE"}
NOT_IN_TSHARK_4_0 = ("ACASXV", "POXPR", "POACT", "DTFXPR", "DTFACT", "IRMXPR", "IRMACT", "ADSB", "SCN", "PAI")


def dissect(capture: Path) -> ElementTree.Element:
    options = ["-d", "udp.port==1-65535,asterix", "-T", "pdml"]
    done = subprocess.run(["tshark", "-r", str(capture), *options], capture_output=True, check=True)
    return ElementTree.fromstring(done.stdout)


def value(name: str, show: str) -> Any:
    if name == "048_240_VALUE":
        return show.rstrip()
    if show.startswith("0x"):
        return int(show, 16)
    try:
        return float(show)
    except ValueError:
        return show.rstrip()


def tshark_records(tree: ElementTree.Element) -> list[tuple[str, Flat]]:
    """(category, fields) of every message, in the order of the file."""
    found: list[tuple[str, Flat]] = []
    for proto in tree.iterfind(".//proto[@name='asterix']"):
        category = ""
        for child in proto:
            if child.get("name") == "asterix.category":
                category = f"{int(child.get('show', '0')):03d}"
            if child.get("name") == "asterix.message":
                fields: Flat = {}
                for field in child.iter("field"):
                    name = field.get("name", "").removeprefix("asterix.")
                    if name.startswith(category) and field.get("show"):
                        fields.setdefault(name, []).append(value(name, field.get("show", "")))
                found.append((category, fields))
    return found


def our_records(octets: list[bytes], names: set[str]) -> list[tuple[str, Flat]]:
    """The same of ours, under tshark's names and as its numbers."""
    found: list[tuple[str, Flat]] = []
    for record in decode_records(octets):
        fields: Flat = {}
        for path, values in flatten(record["items"], "", {}).items():
            name = f"{record['category']}_{path.replace('/', '_')}"
            name = OWN_NAMES.get(name, name)
            fields[name if name in names else f"{name}_{SINGLE}"] = [as_number(path, v) for v in values]
        found.append((record["category"], fields))
    return found


def as_number(path: str, mine: Any) -> Any:
    if path in ("070/MODE3A", "050/MODE2"):
        return float(int(mine, 8))
    if path in ("250/MBDATA", "260"):
        return int(mine, 16)
    return mine if isinstance(mine, str) else float(mine)


def assert_equal(ours: list[tuple[str, Flat]], theirs: list[tuple[str, Flat]]) -> int:
    """Equal record for record; numbers to the digits that tshark prints. Returns how many fields were compared."""
    assert [category for category, _ in ours] == [category for category, _ in theirs]
    compared = 0
    for (_, mine), (_, other) in zip(ours, theirs, strict=True):
        assert mine.keys() == other.keys()
        for name, values in mine.items():
            texts = isinstance(values[0], str)
            assert values == (other[name] if texts else pytest.approx(other[name], rel=1e-12, abs=1e-12)), name
            compared += len(values)
    return compared


def test_the_sample_capture_reads_as_tshark_reads_it(tmp_path: Path) -> None:
    octets = shared("asterix/cat_034_048.pcap")
    capture = tmp_path / "sample.pcap"
    capture.write_bytes(octets)
    theirs = tshark_records(dissect(capture))
    counts = [category for category, _ in theirs]
    assert (counts.count("048"), counts.count("034")) == (128, 34)
    names = {name for _, fields in theirs for name in fields}
    ours = our_records([datagram.octets for datagram in read_capture(octets)], names)
    assert assert_equal(as_tshark_4_0(ours), as_tshark_4_0(theirs)) > 4000


@pytest.mark.parametrize("category", [48, 34])
def test_tshark_finds_nothing_wrong_with_what_we_write(tmp_path: Path, category: int) -> None:
    luck = random.Random(category)
    items = [random_items(luck, category, without=("RE", "SP")) for _ in range(600)]
    for item in items if category == 48 else ():
        for name in [name for name in item.get("020", ()) if name.startswith(NOT_IN_TSHARK_4_0)]:
            del item["020"][name]
    blocks = [encode_block(category, items[k : k + 5]) for k in range(0, len(items), 5)]
    capture = tmp_path / "ours.pcap"
    capture.write_bytes(write_capture([(10**18 + k, block) for k, block in enumerate(blocks)], 8600))
    tree = dissect(capture)
    assert not tree.findall(".//proto[@name='_ws.malformed']")
    assert not [field for field in tree.iter("field") if "expert" in field.get("name", "")]
    theirs = tshark_records(tree)
    names = {name for _, fields in theirs for name in fields}
    compared = assert_equal(as_tshark_4_0(our_records(blocks, names)), as_tshark_4_0(theirs))
    assert compared > {48: 10_000, 34: 8_000}[category]


OTHERS = [(21, "2.4"), (62, "1.18"), (65, "1.5"), (63, "1.6"), (2, "1.0"), (4, "1.12")]
OTHER_LAYOUT = {"062": ("510",), "004": ("170/CPW", "171/CPW")}
"""What tshark 4.0 reads by another layout than libasterix, the published specifications and we: 062/510 is a chain of
three octets each, whose last bit says whether another follows; a CPW in 004 is 32, 32 and 16 bits long."""
NOT_SHOWN = {"021": ("295/ISA",), "002": ("050", "060", "080"), "004": ("120/CC/CPC", "170/MS1", "171/MS2")}
"""What tshark 4.0 leaves out, or (identifications in 004) shows as octets."""
NO_SIGN = {"062": ("340/HEIGHT",)}


def without(items: dict[str, Any], paths: tuple[str, ...]) -> dict[str, Any]:
    """Some items without some of their parts."""
    for path in paths:
        name, _, part = path.partition("/")
        if not part:
            items.pop(name, None)
        elif name in items:
            items[name].pop(part, None)
            if not items[name]:
                del items[name]
    return items


def as_plain(field: Field, mine: Any) -> Any:
    """A value of ours as tshark shows it: codes as numbers, and no speed that depends on a flag."""
    if field.text in ("octal", "hex"):
        return float(int(mine, 8 if field.text == "octal" else 16))
    return value("", mine) if isinstance(mine, str) else float(mine)


@pytest.mark.parametrize(("number", "edition"), OTHERS)
def test_other_categories_are_read_equal_and_nothing_is_wrong(tmp_path: Path, number: int, edition: str) -> None:
    luck, name = random.Random(number), f"{number:03d}"
    items = [random_items(luck, number, without=("RE", "SP", "RFS"), edition=edition) for _ in range(200)]
    items = [without(item, OTHER_LAYOUT.get(name, ())) for item in items]
    blocks = [encode_block(number, items[k : k + 5], edition) for k in range(0, len(items), 5)]
    capture = tmp_path / "ours.pcap"
    capture.write_bytes(write_capture([(10**18 + k, block) for k, block in enumerate(blocks)], 8600))
    tree = dissect(capture)
    assert not tree.findall(".//proto[@name='_ws.malformed']")
    assert not [field for field in tree.iter("field") if "expert" in field.get("name", "")]
    theirs = tshark_records(tree)
    assert [category for category, _ in theirs] == [name] * len(items)
    laid_out = program(number, edition)
    compared = 0
    for mine, (_, other) in zip(items, theirs, strict=True):
        for path, values in flatten(mine, "", {}).items():
            field = field_of(laid_out, path)
            if not values or field.by or path in (*NOT_SHOWN.get(name, ()), *NO_SIGN.get(name, ())):
                continue
            called = f"{name}_{path.replace('/', '_')}"
            shown = other.get(called, other.get(f"{called}_{SINGLE}"))
            assert shown is not None, path
            own = [as_plain(field, value) for value in values]
            assert own == (shown if field.text in ("ia5", "ascii") else pytest.approx(shown, rel=1e-12, abs=1e-9)), path
            compared += len(values)
    assert compared > 1000


def field_of(laid_out: Program, path: str) -> Field:
    """The layout of a field that stands once or in a repetition."""
    if path in laid_out.places:
        return laid_out.places[path].field
    if path in laid_out.elements:
        return laid_out.elements[path].fields["value"][1]
    item, _, name = path.rpartition("/")
    return laid_out.elements[item].fields[name][1]


def as_tshark_4_0(records: list[tuple[str, Flat]]) -> list[tuple[str, Flat]]:
    """Without what tshark 4.0 is known to leave out or to read without sign, where libasterix reads as we do.

    It shows the first of several warnings only, and takes flight level and height of the radar as unsigned.
    """
    for _, fields in records:
        for name, modulus in (("048_090_FL", 4096), ("034_120_HGT", 65536)):
            if name in fields:
                fields[name] = [number % modulus for number in fields[name]]
        if "048_030_CODE" in fields:
            del fields["048_030_CODE"][1:]
    return records
