"""What several ASTERIX tests share: random records made from the layouts, and records as flat lists of fields."""

from __future__ import annotations

import os
import random
from pathlib import Path
from typing import Any

import pytest

from jointsky.feeds.asterix.editions import category as laid_out
from jointsky.feeds.asterix.layout import SPARE, Compound, Explicit, Extended, Field, Fixed, Repeated, Sequence, Shape
from jointsky.feeds.asterix.text import to_text

Flat = dict[str, list[Any]]

LETTERS = [*range(1, 27), 32, *range(48, 58)]


def shared(name: str) -> bytes:
    """A file of real data that lies beside the repository; the test is left out where it does not."""
    root = Path(os.environ.get("JOINTSKY_SHARED", Path(__file__).resolve().parents[2] / "shared"))
    path = root / "data" / name
    if not path.exists():
        pytest.skip(f"real data not here: {path.name}")
    return path.read_bytes()


def random_value(luck: random.Random, field: Field) -> Any:
    """A value that the field can hold exactly, with the ends of its span more often than their share."""
    raw = luck.choice([0, (1 << field.bits) - 1, *[luck.getrandbits(field.bits)] * 6])
    if field.text == "ia5":
        return "".join(to_text(luck.choice(LETTERS), 6, "ia5") or " " for _ in range(field.bits // 6)).rstrip()
    if field.text == "ascii":
        return "".join(chr(luck.randint(33, 126)) for _ in range(field.bits // 8))
    if field.text:
        return to_text(raw, field.bits, field.text)
    if field.signed and raw >> (field.bits - 1):
        raw -= 1 << field.bits
    return raw if field.scale == 1.0 else raw * field.scale


def random_fields(luck: random.Random, fields: tuple[Field, ...]) -> Any:
    found: dict[str, Any] = {}
    for field in fields:
        if field.name != SPARE:
            found[field.name] = random_value(luck, field.cases[found[field.by]] if field.by else field)
    return found.get("", found)


def random_item(luck: random.Random, shape: Shape) -> Any:
    """A random content of one item."""
    match shape:
        case Fixed(fields):
            return random_fields(luck, fields)
        case Extended(parts):
            kept = parts[: luck.randint(1, len(parts))]
            return {name: value for fields in kept for name, value in random_fields(luck, fields).items()}
        case Repeated(element, counted):
            return [random_fields(luck, element.fields) for _ in range(luck.randint(0 if counted else 1, 4))]
        case Explicit():
            return luck.randbytes(luck.randint(1, 9)).hex()
        case Compound(parts):
            kept = [part for part in parts if part is not None and luck.random() < 0.6]
            return {name: random_item(luck, form) for name, form in kept} or random_item(luck, shape)
        case Sequence():
            return []


def random_items(
    luck: random.Random, category: int, without: tuple[str, ...] = (), edition: str = ""
) -> dict[str, Any]:
    """The items of one random record, each present by the toss of a coin; source, kind and time always."""
    layout = laid_out(category, edition)
    is_track = bool(layout.tracks) and luck.random() < 0.5
    found = {
        item[0]: random_item(luck, item[1])
        for item in (layout.tracks if is_track else layout.items)
        if item and item[0] not in without and (item[0] in ("010", "140", "030", "020") or luck.random() < 0.5)
    }
    if layout.tracks:
        found["020"]["TYP"] = int(is_track)
    return found


def flatten(value: Any, path: str, into: Flat) -> Flat:
    """Every field of an item under its path, repetitions in order."""
    if isinstance(value, dict):
        for name, inner in value.items():
            flatten(inner, f"{path}/{name}".lstrip("/"), into)
    elif isinstance(value, list):
        for inner in value:
            flatten(inner, path, into)
    else:
        into.setdefault(path, []).append(value)
    return into
