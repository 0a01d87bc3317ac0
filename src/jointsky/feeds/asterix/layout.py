"""The shapes an ASTERIX data item can have, and a category as a list of them.

Source of the shapes: EUROCONTROL specification SPEC-149, part 1 (edition 3.0, chapter 4). Layouts here are data: the
walk, the columns, the record dictionaries and the encoder all read them, so a new category or edition is a new table
and no new code.
"""

from dataclasses import dataclass

SPARE = "-"
"""The name of bits that carry nothing."""


@dataclass(frozen=True)
class Field:
    """Some bits of an item. The physical value is the raw integer times `scale`, in `unit`; an empty name means the
    field is its whole item.

    `text` names a coding for people: "octal" (12-bit transponder codes), "ia5" (6-bit characters), "hex"; empty for
    numbers.
    """

    name: str
    bits: int
    scale: float = 1.0
    unit: str = ""
    signed: bool = False
    text: str = ""


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
    """One-octet parts, each ending in a bit that says whether another follows. Parts beyond those known are walked
    and kept unnamed."""

    parts: tuple[tuple[Field, ...], ...]


@dataclass(frozen=True)
class Repeated:
    """An element that repeats: `counted` by an octet in front, or else while the last bit of each (one-octet) element
    is set."""

    element: Fixed
    counted: bool = True


@dataclass(frozen=True)
class Explicit:
    """An item that says its own length in its first octet, which counts itself. Its content is kept as octets."""


@dataclass(frozen=True)
class Compound:
    """Presence bits in front (seven an octet, the eighth says whether another octet follows), then the parts present.
    None: an unused bit."""

    parts: tuple[tuple[str, "Simple"] | None, ...]


Simple = Fixed | Extended | Repeated | Explicit
Shape = Simple | Compound


@dataclass(frozen=True)
class Category:
    """One category in one edition: its items in the order of the field reference numbers of the standard user
    application profile."""

    number: int
    edition: str
    items: tuple[tuple[str, Shape], ...]

    @property
    def name(self) -> str:
        """The category as three digits."""
        return f"{self.number:03d}"


def spare(bits: int) -> Field:
    """Bits that carry nothing."""
    return Field(SPARE, bits)


def fixed(*fields: Field) -> Fixed:
    """An item of known length, of these fields."""
    return Fixed(fields)


def flags(*names: str) -> tuple[Field, ...]:
    """One-bit fields of these names."""
    return tuple(Field(name, 1) for name in names)
