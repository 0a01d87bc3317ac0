"""Our ASTERIX tables, decoder and encoder against libasterix: the same layouts, and equal fields both ways."""

from __future__ import annotations

import random
from typing import Any

import pytest
from asterix_records import Flat, flatten, random_items

from jointsky.feeds.asterix.encode import encode_block
from jointsky.feeds.asterix.program import CATEGORIES, program
from jointsky.feeds.asterix.records import decode_records

peer = pytest.importorskip("asterix.base")
generated = pytest.importorskip("asterix.generated")

RECORDS = 1500
EDITIONS = [(48, 27), (48, 30), (48, 31), (48, 32), (34, 27), (34, 29)]
UNITS = {"NM": "nmi", "°": "deg", "NM/s": "nmi/s", "": ""}


def spec(category: int, edition: int) -> Any:
    return next(s for s in generated.manifest["CATS"][category] if s.cv_edition == (1, edition))


def content_value(element: Any, size: int) -> Any:
    """The physical value of one element, as the authority's tables say."""
    raw = element.as_uint()
    content = element.cv_rule.cv_content
    if hasattr(content, "cv_lsb"):
        return content.cv_signedness.convert(size, raw) * content.cv_lsb
    if hasattr(content, "cv_string_type"):
        return content.cv_string_type.to_string(size, raw).rstrip()
    return raw


def peer_values(variation: Any, path: str, into: Flat, joint: str = "/") -> Flat:
    """Every field of an item of libasterix under our path for it."""
    name = type(variation).__mro__[1].__name__
    if name == "Element":
        into.setdefault(path, []).append(content_value(variation, variation.cv_bit_size))
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
            if hasattr(item, "cv_non_spare"):
                below = f"{path}{joint}{item.cv_non_spare.cv_name}"
                peer_values(item.arg.arg.arg, below, into, "_" if name == "Extended" else "/")
    return into


def peer_record(record: Any) -> Flat:
    into: Flat = {}
    for name, item in record.items_regular.items():
        peer_values(item.arg.arg, name, into)
    return into


def ours(record: dict[str, Any]) -> Flat:
    """Our fields as libasterix gives them: Comm B registers and resolution advisories are integers."""
    into = flatten(record["items"], "", {})
    for path in ("250/MBDATA", "260"):
        into[path] = [int(value, 16) for value in into.get(path, [])]
    return {path: values for path, values in into.items() if values}


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
    item, _ = inner
    return random_peer(luck, item.cv_non_spare.cv_rule.cv_variation) if hasattr(item, "cv_non_spare") else 0


def random_record(luck: random.Random, category: Any) -> Any:
    layout = category.cv_uap.cv_record
    items = {
        item.cv_non_spare.cv_name: random_peer(luck, item.cv_non_spare.cv_rule.cv_variation)
        for item in layout.cv_items_list
        if hasattr(item, "cv_non_spare") and luck.random() < 0.5
    }
    return layout.create(items or {"010": (1, 2)})


@pytest.mark.parametrize(("category", "edition"), EDITIONS)
def test_what_libasterix_writes_we_read_equal(category: int, edition: int) -> None:
    luck = random.Random(1000 * category + edition)
    wanted = spec(category, edition)
    records = [random_record(luck, wanted) for _ in range(RECORDS if edition in (32, 29) else RECORDS // 5)]
    blocks = [wanted.create(records[k : k + 10]).unparse().to_bytes() for k in range(0, len(records), 10)]
    found = decode_records(blocks)
    assert len(found) == len(records)
    for mine, theirs in zip(found, records, strict=True):
        expected = peer_record(theirs)
        flat = ours(mine)
        if edition < 32 and expected.get("090/FL", [0])[0] >= 2048:
            expected["090/FL"] = [expected["090/FL"][0] - 4096]  # editions before 1.32 left the sign open
        assert flat == expected


@pytest.mark.parametrize(("category", "edition"), [(48, 32), (34, 29)])
def test_what_we_write_libasterix_reads_equal(category: int, edition: int) -> None:
    luck = random.Random(category)
    wanted = spec(category, edition)
    for _ in range(RECORDS // 10):
        items = [random_items(luck, category) for _ in range(10)]
        raw = peer.RawDatablock.parse(peer.Bits.from_bytes(encode_block(category, items)))
        assert len(raw) == 1
        records = wanted.cv_uap.parse(raw[0].get_raw_records())
        assert not isinstance(records, ValueError), records
        for mine, theirs in zip(items, records, strict=True):
            assert ours({"items": mine}) == peer_record(theirs)


@pytest.mark.parametrize(("category", "edition"), [(48, 32), (34, 29)])
def test_the_tables_say_the_same(category: int, edition: int) -> None:
    """Every single field: bits, sign, step and unit."""
    places = program(category).places
    seen = 0
    for item in spec(category, edition).cv_uap.cv_record.cv_items_list:
        name = item.cv_non_spare.cv_name
        for path, element in elements(item.cv_non_spare.cv_rule.cv_variation, name):
            field = places[path].field
            content = element.cv_rule.cv_content
            assert field.bits == element.cv_bit_size, path
            assert field.scale == getattr(content, "cv_lsb", 1.0), path
            assert field.signed == (getattr(content, "cv_signedness", None) is peer.Signed), path
            unit = getattr(content, "cv_unit", "")
            assert field.unit == UNITS.get(unit, unit), path
            seen += 1
    assert seen == sum(not path.endswith(("/LEN", "/REP")) for path in places)
    assert seen >= {48: 110, 34: 45}[category]


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
    inner = [i for part in parts for i in part if i]
    named = [item.cv_non_spare for item, _ in inner if hasattr(item, "cv_non_spare")]
    below = "_" if name == "Extended" else "/"
    return [e for nsp in named for e in elements(nsp.cv_rule.cv_variation, f"{path}{joint}{nsp.cv_name}", below)]


def test_items_stand_in_the_same_order() -> None:
    for number, edition in ((48, 32), (34, 29)):
        theirs = [i.cv_non_spare.cv_name for i in spec(number, edition).cv_uap.cv_record.cv_items_list]
        assert [name for name, _ in CATEGORIES[number].items] == theirs
