"""Entity types against the catalogue's types, by a table in YAML: `types.yaml` here, or one of the user's own."""

from collections.abc import Collection
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any, NamedTuple, cast

import yaml

from jointsky.errors import FeedError, suggest

Numbers = tuple[int, int, int, int, int, int, int]
OTHERS = ("radar", "launcher", "missile", "aircraft")
"""What is announced beside the catalogue's aircraft: ground radars, batteries, missiles in flight, and aircraft of
types that the table does not name."""
_MOST = (255, 255, 65_535, 255, 255, 255, 255)


class Entry(NamedTuple):
    """One line of the table."""

    entity: Numbers
    type: str


@dataclass(frozen=True, slots=True)
class Types:
    """The table: entries in the order of the file, and what `OTHERS` are announced as."""

    entries: tuple[Entry, ...]
    others: dict[str, Numbers]

    def of(self, entity: Numbers) -> str | None:
        """The catalogue's type that an entity is taken for; None where the table has none."""
        fitting = [entry for entry in self.entries if _fits(entry.entity, entity)]
        return max(fitting, key=lambda entry: sum(map(bool, entry.entity))).type if fitting else None

    def entity(self, name: str) -> Numbers:
        """What an aircraft of a type of the catalogue is announced as."""
        return next((entry.entity for entry in self.entries if entry.type == name), self.others["aircraft"])


def read_types(path: Path | None, known: Collection[str]) -> Types:
    """The table in a file, or the shipped one (None). Raises FeedError for a file that is none: which entry, what was
    found, what was expected; `known` are the catalogue's types of aircraft."""
    shown = str(path) if path else "types.yaml"
    try:
        text = path.read_text("utf-8") if path else (files("jointsky.feeds.dis") / "types.yaml").read_text("utf-8")
        written: Any = yaml.safe_load(text)
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise FeedError(f"{shown}: {error}, expected a YAML table of entity types") from error
    table = _mapping(written, shown, ("aircraft", "others"))
    listed: Any = table["aircraft"]
    if not isinstance(listed, list):
        raise FeedError(f"{shown}: aircraft: found {listed!r}, expected a list of {{type: ..., entity: ...}}")
    entries = [_entry(one, f"{shown}: aircraft {n}", known) for n, one in enumerate(cast(list[Any], listed), 1)]
    others = _mapping(table["others"], f"{shown}: others", OTHERS)
    return Types(tuple(entries), {name: _numbers(others[name], f"{shown}: others: {name}") for name in OTHERS})


def _entry(written: Any, where: str, known: Collection[str]) -> Entry:
    fields = _mapping(written, where, ("type", "entity"))
    name = str(fields["type"])
    if name not in known:
        raise FeedError(f"{where}: unknown aircraft type '{name}'; {suggest(name, known)}".rstrip("; "))
    return Entry(_numbers(fields["entity"], where), name)


def _mapping(written: Any, where: str, keys: tuple[str, ...]) -> dict[str, Any]:
    fields = cast(dict[str, Any], written) if isinstance(written, dict) else {}
    if set(fields) != set(keys):
        raise FeedError(f"{where}: found {written!r}, expected {', '.join(keys)}")
    return fields


def _numbers(written: Any, where: str) -> Numbers:
    parts = str(written).split(".")
    try:
        found = [int(part) for part in parts] + [0] * (7 - len(parts))
        if len(found) != 7 or not all(0 <= part <= most for part, most in zip(found, _MOST, strict=True)):
            raise ValueError
    except ValueError:
        raise FeedError(f"{where}: found entity {written!r}, expected up to seven numbers such as 1.2.0.1") from None
    return cast(Numbers, tuple(found))


def _fits(pattern: Numbers, entity: Numbers) -> bool:
    return all(wanted in (0, found) for wanted, found in zip(pattern, entity, strict=True))
