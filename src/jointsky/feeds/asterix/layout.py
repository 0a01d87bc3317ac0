"""The shapes an ASTERIX data item can have, and a category as a list of them.

Source of the shapes: EUROCONTROL specification SPEC-149, part 1 (edition 3.0, chapter 4). Layouts here are data: the
walk, the columns, the record dictionaries and the encoder all read them, so a new category or edition is a new table
and no new code.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

SPARE = "-"
"""The name of bits that carry nothing."""


@dataclass(frozen=True)
class Field:
    """Some bits of an item. The physical value is the raw integer times `scale`, in `unit`; an empty name means the
    field is its whole item.

    `text` names a coding for people: "octal" (transponder codes), "ia5" (6-bit characters), "ascii" (octets), "hex";
    empty for numbers. Where another field `by` of the same item decides what the bits mean, `cases` has the layout for
    each of its values.
    """

    name: str
    bits: int
    scale: float = 1.0
    unit: str = ""
    signed: bool = False
    text: str = ""
    by: str = ""
    cases: Mapping[int, "Field"] = field(default_factory=dict[int, "Field"], hash=False)


@dataclass(frozen=True)
class Fixed:
    """An item of known length."""

    fields: tuple[Field, ...]

    @property
    def octets(self) -> int:
        """Length in octets."""
        return sum(field.bits for field in self.fields) // 8


@dataclass(frozen=True)
class Extended:
    """Parts, each ending in a bit (not among its fields) that says whether another follows: parts of one octet, but in
    expansion fields. Parts beyond those known are walked and kept unnamed, unless the last one `ends`: it has no such
    bit."""

    parts: tuple[tuple[Field, ...], ...]
    ends: bool = False


@dataclass(frozen=True)
class Repeated:
    """An element that repeats: `counted` by an octet in front, or else while the last bit of each element is set."""

    element: Fixed
    counted: bool = True


@dataclass(frozen=True)
class Explicit:
    """An item that says its own length in its first octet, which counts itself. Its content is kept as octets."""


@dataclass(frozen=True)
class Compound:
    """Presence bits in front (seven an octet, the eighth says whether another octet follows), then the parts present.
    None: an unused bit."""

    parts: "Items"


@dataclass(frozen=True)
class Sequence:
    """Further items in any order (random field sequencing): a count, then that many items, each behind an octet with
    its field reference number."""


Simple = Fixed | Extended | Repeated | Explicit
Shape = Simple | Compound | Sequence
Items = tuple[tuple[str, Shape] | None, ...]


@dataclass(frozen=True)
class Category:
    """One category in one edition: its items in the order of the field reference numbers of the standard user
    application profile.

    None: no item has that number. `tracks` is the profile of records whose item 020 starts with a set bit, where that
    differs (category 001). `expansion` are the parts of the reserved expansion field, presence bits in one octet, where
    they are published.
    """

    number: int
    edition: str
    items: Items
    tracks: Items = ()
    expansion: Items = ()

    @property
    def name(self) -> str:
        """The category as three digits."""
        return f"{self.number:03d}"

    @property
    def shapes(self) -> dict[str, Shape]:
        """Every item by name, those of plots before those that only tracks have."""
        return dict(item for item in (*self.tracks, *self.items) if item is not None)
