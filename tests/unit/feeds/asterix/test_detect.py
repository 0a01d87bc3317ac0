"""The edition of a source is found from its octets, told, and refused where none fits."""

from __future__ import annotations

import random
from typing import Any

import pytest
from asterix_records import random_items

from jointsky.feeds.asterix.detect import Choice, chosen, detect, refused
from jointsky.feeds.asterix.encode import encode_block
from jointsky.feeds.asterix.records import decode_records
from jointsky.feeds.asterix.scan import EVERY


def blocks(number: int, edition: str, source: tuple[int, int], count: int = 40) -> tuple[list[bytes], list[Any]]:
    """Blocks of two random records of one source, and the records."""
    luck = random.Random(edition)
    items = [random_items(luck, number, edition=edition) for _ in range(2 * count)]
    for item in items:
        item["010"] = {"SAC": source[0], "SIC": source[1]}
    return [encode_block(number, items[k : k + 2], edition) for k in range(0, 2 * count, 2)], items


def the_choice(datagrams: list[bytes]) -> Choice:
    (choice,) = detect(datagrams)
    return choice


@pytest.mark.parametrize("edition", ["0.23", "0.26", "2.1", "2.4", "2.7"])
def test_an_edition_that_reads_otherwise_is_found(edition: str) -> None:
    octets, items = blocks(21, edition, (1, 2))
    choice = the_choice(octets)
    assert edition in (choice.edition, *choice.alike), choice.words()
    found = decode_records(octets, editions=chosen([choice]))
    assert len(found) == len(items)
    assert f"edition {choice.edition} reads 100 % of 40 blocks" in choice.words()


@pytest.mark.parametrize("number", [1, 2, 4, 34, 48, 62, 63, 65])
def test_the_newest_is_taken_where_all_fit_alike(number: int) -> None:
    octets, items = blocks(number, "", (1, 2))
    found = decode_records(octets, editions=chosen(detect(octets)))
    assert [record["items"] for record in found] == items


def test_two_sources_may_send_two_editions() -> None:
    old, new = blocks(21, "0.26", (1, 1))[0], blocks(21, "2.4", (2, 2), 60)[0]
    choices = detect(old + new)
    named = chosen(choices)
    records = decode_records(old + new, editions=named)
    assert len(records) == 200
    assert {r["edition"] for r in records if r["sac"] == 1} <= {"0.25", "0.26"}, [c.words() for c in choices]
    assert {r["edition"][0] for r in records if r["sac"] == 2} == {"2"}


def test_octets_of_no_edition_are_refused() -> None:
    luck = random.Random(3)
    octets = [bytes([62]) + (43).to_bytes(2) + luck.randbytes(40) for _ in range(50)]
    (choice,) = detect(octets)
    assert choice.edition == "" and refused([choice]) == [choice]
    assert "no known edition fits" in choice.words()
    assert chosen([choice]) == {}


def test_an_edition_that_calls_set_bits_spare_is_less_likely() -> None:
    octets, _ = blocks(48, "1.32", (1, 2), 60)
    choice = the_choice(octets)
    assert choice.edition == "1.32"
    by_edition = {fit.edition: fit for fit in choice.fits}
    assert by_edition["1.27"].spare > by_edition["1.32"].spare == 0.0
    assert (48, EVERY) in chosen([choice])
