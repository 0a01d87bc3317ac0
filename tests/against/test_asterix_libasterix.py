"""Our ASTERIX tables, decoder and encoder against libasterix: the same layouts, and equal fields both ways."""

from __future__ import annotations

import os
import random
from typing import Any

import pytest
from asterix_records import Flat, flatten, random_items

from jointsky.feeds.asterix.editions import KNOWN, category, editions
from jointsky.feeds.asterix.encode import encode_block
from jointsky.feeds.asterix.layout import SPARE
from jointsky.feeds.asterix.program import program
from jointsky.feeds.asterix.records import decode_records
from jointsky.feeds.asterix.scan import EVERY

peer = pytest.importorskip("asterix.base")
generated = pytest.importorskip("asterix.generated")

RECORDS = int(os.environ.get("JOINTSKY_PEER_RECORDS", "60"))
"""Records of each edition that are compared; the bench asks for 10,000."""
EDITIONS = [(number, edition) for number in KNOWN for edition in editions(number)]
UNITS = {"NM": "nmi", "°": "deg", "NM/s": "nmi/s", "m/s²": "m/s2", "m²": "m2", "°/s": "deg/s", "°C": "degC"}


def spec(number: int, edition: str) -> Any:
    wanted = tuple(map(int, edition.split(".")))
    return next(s for s in generated.manifest["CATS"][number] if s.cv_edition == wanted)


def profiles(wanted: Any) -> list[Any]:
    """The record classes of a category: one, or those of plots and tracks."""
    uap = wanted.cv_uap
    return [uap.cv_record] if hasattr(uap, "cv_record") else [uap.cv_uaps["plot"], uap.cv_uaps["track"]]


def content_of(element: Any, before: dict[str, int]) -> Any:
    """The content's table of an element, by what its item said before where it depends on that."""
    rule = element.cv_rule
    if hasattr(rule, "cv_content"):
        return rule.cv_content
    ((*_, by),) = rule.cv_depends_on
    return next(content for (value,), content in rule.cv_cases if value == before[by])


def content_value(element: Any, before: dict[str, int]) -> Any:
    """The physical value of one element, as the authority's tables say."""
    raw, size = element.as_uint(), element.cv_bit_size
    content = content_of(element, before)
    if hasattr(content, "cv_lsb"):
        return content.cv_signedness.convert(size, raw) * content.cv_lsb
    if hasattr(content, "cv_signedness"):
        return content.cv_signedness.convert(size, raw)
    if hasattr(content, "cv_string_type"):
        return content.cv_string_type.to_string(size, raw).rstrip()
    return f"{raw:0{size // 4}x}" if size >= 56 else raw


def peer_values(variation: Any, path: str, into: Flat, joint: str = "/", before: dict[str, int] | None = None) -> Flat:
    """Every field of an item of libasterix under our path for it."""
    name = type(variation).__mro__[1].__name__
    before = {} if before is None else before
    if name == "Element":
        before[path.rpartition("/")[2]] = variation.as_uint()
        into.setdefault(path, []).append(content_value(variation, before))
    elif name == "Explicit":
        into.setdefault(path, []).append(variation.get_bytes().hex())
    elif name == "Compound":
        for part, inner in variation.arg.items():
            peer_values(inner.arg.arg, f"{path}/{part}", into)
    elif name == "Repetitive":
        for inner in variation.arg:
            peer_values(inner, path, into)
    else:
        nested = variation.arg if name == "Group" else [item for part in variation.arg for item in part if item]
        for item in nested:
            if not hasattr(item, "cv_non_spare"):
                continue
            own, below = item.cv_non_spare, f"{path}{joint}{item.cv_non_spare.cv_name}"
            if hasattr(own.cv_rule, "cv_variation"):
                peer_values(item.arg.arg.arg, below, into, "_", before)
            else:  # what the bits are depends on other items: the plain bits
                into.setdefault(below, []).append(item.unparse().to_uinteger())
    return into


def peer_record(record: Any) -> Flat:
    into: Flat = {}
    for name, item in record.items_regular.items():
        peer_values(item.arg.arg, name, into)
    return into


def ours(record: dict[str, Any]) -> Flat:
    """Our fields as a flat list."""
    return {path: values for path, values in flatten(record["items"], "", {}).items() if values}


def random_peer(luck: random.Random, variation: type[Any]) -> Any:
    """What libasterix's `create` wants for a random content of an item."""
    name = variation.__mro__[1].__name__
    if name == "Element":
        return luck.getrandbits(variation.cv_bit_size)
    if name == "Explicit":
        return luck.randbytes(luck.randint(1, 9))
    if name == "Compound":
        parts = [part for part in variation.cv_items_list if part is not None and luck.random() < 0.6]
        return {part.cv_name: random_peer(luck, part.cv_rule.cv_variation) for part in parts}
    if name == "Repetitive":
        count = luck.randint(1, 4) if variation.cv_rep_bytes is None else luck.randint(0, 4)
        return [random_peer(luck, variation.cv_variation) for _ in range(count)]
    if name == "Group":
        return tuple(random_inner(luck, inner) for inner in variation.cv_items_list)
    parts = variation.cv_items_list[: luck.randint(1, len(variation.cv_items_list))]
    return [tuple(None if inner is None else random_inner(luck, inner) for inner in part) for part in parts]


def random_inner(luck: random.Random, inner: tuple[Any, int]) -> Any:
    item, size = inner
    if not hasattr(item, "cv_non_spare"):
        return 0
    rule = item.cv_non_spare.cv_rule
    return random_peer(luck, rule.cv_variation) if hasattr(rule, "cv_variation") else luck.getrandbits(size)


def random_record(luck: random.Random, wanted: Any) -> Any:
    """A record of random items; with two profiles the kind says which it is."""
    kind = luck.randrange(len(profiles(wanted)))
    layout = profiles(wanted)[kind]
    items = {
        item.cv_non_spare.cv_name: random_peer(luck, item.cv_non_spare.cv_rule.cv_variation)
        for item in layout.cv_items_list
        if hasattr(item, "cv_non_spare") and luck.random() < 0.5
    }
    if len(profiles(wanted)) > 1:
        items["020"] = [(kind, *[luck.getrandbits(size) for _, size in FIRST_PART[1:]], None)]
    return layout.create(items or {"010": (1, 2)})


FIRST_PART = [part for part in generated.Cat_001_1_4.cv_uap.cv_uaps["plot"].cv_items_dict["020"].cv_rule.cv_variation.cv_items_list[0] if part]  # fmt: skip # noqa: E501


@pytest.mark.parametrize(("number", "edition"), EDITIONS)
def test_what_libasterix_writes_we_read_equal(number: int, edition: str) -> None:
    compare_random(number, edition, RECORDS if edition == editions(number)[-1] else RECORDS // 3)


def compare_random(number: int, edition: str, count: int) -> int:
    """Compare all fields of so many random records of libasterix; how many fields that were."""
    luck = random.Random(1000 * number + EDITIONS.index((number, edition)))
    wanted = spec(number, edition)
    records = [random_record(luck, wanted) for _ in range(count)]
    blocks = [bytes([number]) + (3 + len(body)).to_bytes(2) + body for body in map(octets, chunked(records))]
    found = decode_records(blocks, editions={(number, EVERY): edition})
    assert len(found) == len(records)
    compared = 0
    for mine, theirs in zip(found, records, strict=True):
        expected = peer_record(theirs)
        assert ours(mine) == expected
        compared += sum(map(len, expected.values()))
    return compared


def chunked(records: list[Any]) -> list[list[Any]]:
    return [records[k : k + 10] for k in range(0, len(records), 10)]


def octets(records: list[Any]) -> bytes:
    return b"".join(record.unparse().to_bytes() for record in records)


@pytest.mark.parametrize(("number", "edition"), EDITIONS)
def test_what_we_write_libasterix_reads_equal(number: int, edition: str) -> None:
    luck = random.Random(number)
    wanted = spec(number, edition)
    for _ in range(3 if edition == editions(number)[-1] else 1):
        items = [random_items(luck, number, edition=edition) for _ in range(10)]
        raw = peer.RawDatablock.parse(peer.Bits.from_bytes(encode_block(number, items, edition)))
        assert len(raw) == 1
        for mine, theirs in zip(items, parsed(wanted, raw[0].get_raw_records(), items), strict=True):
            assert ours({"items": mine}) == peer_record(theirs)


def parsed(wanted: Any, raw: Any, items: list[dict[str, Any]]) -> list[Any]:
    """The records as the authority reads them, told by us which are tracks where it has two profiles."""
    if len(profiles(wanted)) == 1:
        records = wanted.cv_uap.parse(raw)
        assert not isinstance(records, ValueError), records
        return records
    found: list[Any] = []
    for item in items:
        record, raw = profiles(wanted)[item["020"]["TYP"]].parse(peer.ParsingMode.StrictParsing, raw)
        found.append(record)
    assert not len(raw)
    return found


@pytest.mark.parametrize(("number", "edition"), EDITIONS)
def test_the_tables_say_the_same(number: int, edition: str) -> None:
    """Every single field: bits, sign, step and unit."""
    places = program(number, edition).places
    seen: set[str] = set()
    for profile in profiles(spec(number, edition)):
        for item in profile.cv_items_list:
            if not hasattr(item, "cv_non_spare"):
                continue
            name = item.cv_non_spare.cv_name
            for path, element in elements(item.cv_non_spare.cv_rule.cv_variation, name):
                field = places[path].field
                content = getattr(element.cv_rule, "cv_content", None)
                assert field.bits == element.cv_bit_size, path
                assert field.scale == getattr(content, "cv_lsb", 1.0), path
                assert field.signed == (getattr(content, "cv_signedness", None) is peer.Signed), path
                unit = getattr(content, "cv_unit", "")
                assert field.unit == UNITS.get(unit, unit), path
                assert field.name != SPARE
                seen.add(path)
    kept = {path for path in places if not path.endswith(("/LEN", "/REP", "/CPC"))}
    assert {path for path in seen if not path.endswith(("/LEN", "/REP"))} == kept


def elements(variation: Any, path: str, joint: str = "/") -> list[tuple[str, Any]]:
    """Every element of an item that stands once."""
    name = variation.__mro__[1].__name__
    if name == "Element":
        return [(path, variation)]
    if name == "Compound":
        parts = [part for part in variation.cv_items_list if part is not None]
        return [e for part in parts for e in elements(part.cv_rule.cv_variation, f"{path}/{part.cv_name}")]
    if name not in ("Group", "Extended"):
        return []
    parts = [variation.cv_items_list] if name == "Group" else variation.cv_items_list
    named = [i[0].cv_non_spare for part in parts for i in part if i and hasattr(i[0], "cv_non_spare")]
    known = [own for own in named if hasattr(own.cv_rule, "cv_variation")]
    return [e for own in known for e in elements(own.cv_rule.cv_variation, f"{path}{joint}{own.cv_name}", "_")]


@pytest.mark.parametrize(("number", "edition"), EDITIONS)
def test_items_stand_in_the_same_order(number: int, edition: str) -> None:
    layout = category(number, edition)
    for profile, mine in zip(profiles(spec(number, edition)), (layout.items, layout.tracks), strict=False):
        theirs = [getattr(getattr(i, "cv_non_spare", None), "cv_name", None) for i in profile.cv_items_list]
        assert [item[0] if item and item[0] != "RFS" else None for item in mine] == theirs
