"""The categories and editions that are read and written, from the packed file `layouts.json`.

The file (made by tools/pack_layouts.py) has three parts. "shapes": layouts of items, each [kind, content], where the
content of fixed, extended, counted and chained items is made of fields [name, bits, step, unit, signed, text, cases].
"categories": number -> edition -> one profile, or two for plots and tracks. "expansions": number -> edition -> parts of
the reserved expansion field. Profiles and parts are rows of [item, place in shapes], null where nothing is defined.
"""

import json
from functools import cache
from importlib.resources import files
from typing import Any

from jointsky.errors import DecodeError, suggest
from jointsky.feeds.asterix.layout import (
    Category,
    Compound,
    Explicit,
    Extended,
    Field,
    Fixed,
    Items,
    Repeated,
    Sequence,
    Shape,
)


def _field(
    name: str,
    bits: int,
    scale: float = 1.0,
    unit: str = "",
    signed: bool = False,
    text: str = "",
    cases: tuple[str, dict[str, tuple[float, str, bool]]] | None = None,
) -> Field:
    by, of = cases or ("", dict[str, tuple[float, str, bool]]())
    meanings = {int(value): Field(name, bits, *meant) for value, meant in of.items()}
    return Field(name, bits, scale, unit, signed, text, by, meanings)


def _fields(rows: list[list[Any]]) -> tuple[Field, ...]:
    return tuple(_field(*row) for row in rows)


def _shape(kind: str, content: Any = None) -> Shape:
    match kind:
        case "fixed":
            return Fixed(_fields(content))
        case "extended":
            ends = content[-1][-1] != ["-", 1]
            parts = [_fields(part)[:-1] for part in content[:-1]]
            return Extended((*parts, _fields(content[-1])[: None if ends else -1]), ends)
        case "counted" | "chained":
            return Repeated(Fixed(_fields(content)), kind == "counted")
        case "compound":
            return Compound(tuple(None if part is None else (part[0], _shape(*part[1])) for part in content))
        case "explicit":
            return Explicit()
        case _:
            return Sequence()


@cache
def _packed() -> tuple[dict[str, Any], list[Shape]]:
    """The file, and its shapes built."""
    text = files("jointsky.feeds.asterix").joinpath("layouts.json").read_text(encoding="utf-8")
    packed: dict[str, Any] = json.loads(text)
    return packed, [_shape(*row) for row in packed["shapes"]]


def _items(rows: list[tuple[str, int] | None]) -> Items:
    _, shapes = _packed()
    return tuple(None if row is None else (row[0], shapes[row[1]]) for row in rows)


def editions(number: int) -> tuple[str, ...]:
    """The known editions of a category, oldest first; none for a category without a layout here."""
    return tuple(_packed()[0]["categories"].get(str(number), ()))


KNOWN = tuple(int(number) for number in _packed()[0]["categories"])
"""The categories that are read and written."""


@cache
def category(number: int, edition: str = "") -> Category:
    """Category `number` in an edition ("1.32"), the newest unless said.

    Raises DecodeError that names the known ones for an unknown category or edition.
    """
    if number not in KNOWN:
        raise DecodeError(0, f"category {number:03d} has no layout here; known are {', '.join(map(str, KNOWN))}")
    packed, known = _packed()[0], editions(number)
    edition = edition or known[-1]
    if edition not in known:
        advice = suggest(edition, known) or f"known are {', '.join(known)}"
        raise DecodeError(0, f"category {number:03d} has no edition {edition}; {advice}")
    profiles = [_items(rows) for rows in packed["categories"][str(number)][edition]]
    expansions = list(packed["expansions"].get(str(number), {}).values())
    return Category(
        number,
        edition,
        profiles[0],
        profiles[1] if len(profiles) > 1 else (),
        _items(expansions[-1]) if expansions else (),
    )
