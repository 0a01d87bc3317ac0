"""Columns hold what dictionaries hold, of every category and edition."""

from __future__ import annotations

import random

import pytest
from asterix_records import Flat, flatten, random_items

from jointsky.feeds.asterix.columns import ABSENT, columns
from jointsky.feeds.asterix.editions import KNOWN, editions
from jointsky.feeds.asterix.encode import encode_block
from jointsky.feeds.asterix.frames import flat, frame
from jointsky.feeds.asterix.records import decode_records
from jointsky.feeds.asterix.scan import EVERY, scan

EDITIONS = [(number, edition) for number in KNOWN for edition in editions(number)]
NO_FIELDS = ("RE", "SP", "RFS")


@pytest.mark.parametrize(("number", "edition"), EDITIONS)
def test_columns_say_what_dictionaries_say(number: int, edition: str) -> None:
    luck = random.Random(number)
    items = [random_items(luck, number, edition=edition) for _ in range(20)]
    blocks = [encode_block(number, items[k : k + 5], edition) for k in range(0, 20, 5)]
    named = {(number, EVERY): edition}
    records = scan(blocks, named).records[number]
    found: list[Flat] = [{} for _ in items]
    for path, column in columns(records).items():
        values = column.texts() if column.field.text else column.values.tolist()
        for row, value in zip(column.rows.tolist(), values, strict=True):
            if value is not None and value != ABSENT and value == value:
                found[row].setdefault(path, []).append(value)
    told = [flatten(record["items"], "", {}) for record in decode_records(blocks, editions=named)]
    assert found == [{path: v for path, v in one.items() if v and path not in NO_FIELDS} for one in told]


@pytest.mark.parametrize(("number", "edition"), EDITIONS)
def test_what_is_encoded_decodes_equal(number: int, edition: str) -> None:
    luck = random.Random(1000 + number)
    items = [random_items(luck, number, edition=edition) for _ in range(20)]
    found = decode_records(encode_block(number, items, edition), editions={(number, EVERY): edition})
    assert [record["items"] for record in found] == items


def test_a_table_has_a_row_for_each_record_in_order() -> None:
    luck = random.Random(5)
    datagrams = [encode_block(n, [random_items(luck, n) for _ in range(3)]) for n in (48, 62, 48, 1, 21)]
    table = frame(scan(datagrams))
    told = [record for record in decode_records(datagrams) if record["category"] != "001"]
    assert table.height == 15
    kept = table.filter(table["category"] != "001")
    for name in ("category", "edition", "sac", "sic", "time_of_day_s"):
        assert kept[name].to_list() == [record[name] for record in told]
    ranges = [record["items"].get("040", {}).get("RHO") for record in told if record["category"] == "048"]
    assert table.filter(table["category"] == "048")["048/040/RHO"].to_list() == ranges
    registers = [[e["MBDATA"] for e in r["items"].get("250", [])] for r in told if r["category"] == "048"]
    assert [x or [] for x in table.filter(table["category"] == "048")["048/250/MBDATA"].to_list()] == registers
    assert flat(table).write_csv().count("\n") == 16
