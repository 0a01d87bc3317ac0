"""YAML text as a tree that remembers where every key and value stands (values by the rules of PyYAML's SafeLoader)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate
from typing import Any, NamedTuple

import yaml

from jointsky.errors import ScenarioError

DEEPEST = 1000
TOO_DEEP = "this is nested too deeply to be a scenario"
MOST_NODES = 250_000
"""A text that unfolds (through aliases) into more values than this is refused."""


class Mark(NamedTuple):
    """A place in a file; line and column count from 1, 0 means unknown."""

    file: str
    line: int = 0
    column: int = 0

    def error(self, path: str, message: str) -> ScenarioError:
        """The error that says `message` about `path` at this place."""
        return ScenarioError(self.file, self.line, self.column, path, message)


class Scalar(NamedTuple):
    """One value, and the text it was written as."""

    value: Any
    text: str
    mark: Mark


@dataclass(frozen=True, slots=True)
class Items:
    """A list. `numbers` are the places its items had before some were taken out; `own` those that they have in the
    lists of their own files, when it was put together from several."""

    items: tuple["Node", ...]
    mark: Mark
    numbers: tuple[int, ...] = ()
    own: tuple[int, ...] = ()

    def number(self, step: int) -> int:
        """The place, before some were taken out, of the item that is now at `step`."""
        return self.numbers[step] if self.numbers else step

    def own_number(self, step: int) -> int:
        """The place in its file of the item that is now at `step`."""
        return self.own[step] if self.own else self.number(step)

    def kept(self, steps: list[int], items: tuple["Node", ...]) -> "Items":
        """The list with only those at `steps`, which are now `items`."""
        numbers, own = (tuple(number(step) for step in steps) for number in (self.number, self.own_number))
        return Items(items, self.mark, numbers, own)


class Entry(NamedTuple):
    """The value under a key, and where the key stands."""

    key: Mark
    node: "Node"


@dataclass(frozen=True, slots=True)
class Table:
    """A map of names to values, in the order of the file."""

    entries: dict[str, Entry]
    mark: Mark

    def get(self, key: str) -> "Node | None":
        """The value under `key`, None where there is none."""
        entry = self.entries.get(key)
        return entry.node if entry else None

    def without(self, *keys: str) -> "Table":
        """The same table without `keys`."""
        return Table({key: entry for key, entry in self.entries.items() if key not in keys}, self.mark)


Node = Scalar | Items | Table
Path = tuple[str | int, ...]


def plain(node: Node) -> Any:
    """The tree as dicts, lists and values without places."""
    if isinstance(node, Table):
        return {key: plain(entry.node) for key, entry in node.entries.items()}
    if isinstance(node, Items):
        return [plain(item) for item in node.items]
    return node.value


def grown(value: Any, mark: Mark) -> Node:
    """Plain data as a tree in which everything stands at `mark` (the way back from `plain`)."""
    if isinstance(value, dict):
        return Table({str(key): Entry(mark, grown(item, mark)) for key, item in value.items()}, mark)  # pyright: ignore
    if isinstance(value, list | tuple):
        return Items(tuple(grown(item, mark) for item in value), mark)  # pyright: ignore
    return Scalar(value, str(value), mark)


@dataclass(frozen=True, slots=True)
class Found:
    """What stands at a path: `steps` without those that exist only in the schema, `path` the same by the numbers before
    some were taken out, `told` by those of the file, the node, and the mark of its key. `missing`: the last step was
    not there."""

    steps: Path
    path: Path
    told: Path
    node: Node
    key: Mark
    missing: bool


def find(root: Node, path: Path) -> Found:
    """Follow `path` as far as the tree goes. Steps that are not in the tree (names of schema variants) are passed
    over; `missing` says that the last step was not there."""
    node, key = root, root.mark
    steps: Path = ()
    named: Path = ()
    told: Path = ()
    missing = False
    for step in path:
        child = _child(node, step)
        missing = child is None
        if child is not None:
            steps = (*steps, step)
            listed = node if isinstance(node, Items) and isinstance(step, int) else None
            named = (*named, listed.number(int(step)) if listed else step)
            told = (*told, listed.own_number(int(step)) if listed else step)
            key, node = child
    return Found(steps, named, told, node, key, missing)


def fault_at(root: Node, path: Path, message: str, other: Path | None = None, at_key: bool = False) -> ScenarioError:
    """The error that says `message` about what stands at `path`: at the value, for a map (or with `at_key`) at its
    key, and for what is missing at the key above it. `other` is the path of what it clashes with: its line is told
    too."""
    place = find(root, path)
    mark = place.key if at_key else _told_at(place)
    lost = path[len(place.steps) :] if place.missing and not _is_single(path, place) else ()
    also = _told_at(find(root, other)) if other else mark
    if also.line and (also.file, also.line) != (mark.file, mark.line):
        message += f"; see also {'line ' if also.file == mark.file else f'{also.file}:'}{also.line}"
    return mark.error(shown((*place.told, *lost)), message)


def _told_at(place: Found) -> Mark:
    at_key = place.missing and not isinstance(place.node, Scalar) or isinstance(place.node, Table)
    return place.key if at_key else place.node.mark


def _is_single(path: Path, place: Found) -> bool:
    """Whether the path ends in a list of one that was written without its brackets."""
    return len(path) == len(place.steps) + 1 and path[-1] == 0 and not isinstance(place.node, Items)


def pruned(node: Node, steps: set[Path]) -> Node:
    """The tree without what stands at `steps` (none of them empty)."""
    gone = {path[0] for path in steps if len(path) == 1}
    inner: dict[str | int, set[Path]] = {}
    for path in steps:
        if path[0] not in gone:
            inner.setdefault(path[0], set()).add(path[1:])
    if isinstance(node, Table):
        kept = {key: entry for key, entry in node.entries.items() if key not in gone}
        for key in inner.keys() & kept.keys():
            kept[str(key)] = Entry(kept[str(key)].key, pruned(kept[str(key)].node, inner[key]))
        return Table(kept, node.mark)
    if isinstance(node, Items):
        left = [step for step in range(len(node.items)) if step not in gone]
        items = tuple(pruned(node.items[step], inner[step]) if step in inner else node.items[step] for step in left)
        return node.kept(left, items)
    return node


def _child(node: Node, step: str | int) -> tuple[Mark, Node] | None:
    if isinstance(node, Table) and isinstance(step, str) and step in node.entries:
        return node.entries[step].key, node.entries[step].node
    if isinstance(node, Items) and isinstance(step, int) and 0 <= step < len(node.items):
        return node.items[step].mark, node.items[step]
    return None


def shown(path: Path) -> str:
    """A path as people write it: `units.west.radar.1.radars[0].type`."""
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else step
    return text


def read_yaml(text: str, file: str, faults: list[ScenarioError]) -> Node | None:
    """The tree of one YAML document; None when it is empty or cannot be read. Faults are appended to `faults`."""
    if _depth(text) > DEEPEST:  # the C library would overrun its stack
        faults.append(Mark(file).error("", TOO_DEEP))
        return None
    try:
        return _Reader(text, file, faults).read()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = Mark(file, mark.line + 1, mark.column + 1) if mark else Mark(file)
        what = " ".join(part for part in (error.context, error.problem) if part)
        faults.append(place.error("", f"this is not YAML: {what}{_yaml_advice(what)}"))
    except yaml.reader.ReaderError as error:
        before = text.encode()[: error.position].decode(errors="ignore")  # the C library counts bytes
        place = Mark(file, before.count("\n") + 1, len(before) - before.rfind("\n"))
        found = f"found the character U+{error.character:04X}, expected text"
        faults.append(place.error("", f"this is not YAML: {found} without control characters"))
    except yaml.YAMLError as error:
        faults.append(Mark(file).error("", f"this is not YAML: {error}"))
    except RecursionError:
        faults.append(Mark(file).error("", TOO_DEEP))
    return None


def _yaml_advice(what: str) -> str:
    """What most often lies behind a complaint of the YAML reader."""
    for words, advice in _ADVICE.items():
        if words in what:
            return f"; {advice}"
    return ""


_ADVICE = {
    "scanning an alias": "a text that begins with * is written in quotes: '*'",
    "undefined alias": "*name repeats what &name marked before; a text that begins with * is in quotes",
    "expected a single document": "a file holds one document: take out the line ---",
    "scanning an anchor": "a text that begins with & is written in quotes",
    "cannot start any token": "indent with spaces, not with tabs, and write a text with such a sign in quotes",
    "expected '-' indicator": "is a space missing after - or :, or is a line indented by too few or too many?",
    "expected ',' or": "is a comma or a closing bracket missing?",
    "mapping values are not allowed": "is this line indented too far, or a text with : not in quotes?",
    "could not find expected ':'": "is a space missing after the : of this line or the one before?",
    "expected <block end>": "is this line indented by too few or too many?",
}


def _depth(text: str) -> int:
    """At least how deep the text nests: open brackets, and steps of indentation on one line."""
    brackets = accumulate(1 if bracket in "[{" else -1 for bracket in re.findall(r"[\[\]{}]", text))
    steps = (len(run) for run in re.findall(r"^[ ?:-]+", text, re.MULTILINE))
    return max(max(brackets, default=0), max(steps, default=0))


_MERGE = "tag:yaml.org,2002:merge"
_STRING = "tag:yaml.org,2002:str"
_TIMESTAMP = "tag:yaml.org,2002:timestamp"


class _Reader:
    """Composes one document and turns its nodes into a tree."""

    def __init__(self, text: str, file: str, faults: list[ScenarioError]) -> None:
        self.loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)(text)
        self.file = file
        self.faults = faults
        self.count = 0
        self.open: set[int] = set()

    def read(self) -> Node | None:
        node = self.loader.get_single_node()
        return None if node is None else self.node(node, "")

    def mark(self, node: yaml.Node) -> Mark:
        return Mark(self.file, node.start_mark.line + 1, node.start_mark.column + 1)

    def fault(self, node: yaml.Node, path: str, message: str) -> None:
        self.faults.append(self.mark(node).error(path, message))

    def node(self, node: yaml.Node, path: str) -> Node:
        self.count += 1
        if self.count > MOST_NODES:
            raise yaml.YAMLError(f"it unfolds into more than {MOST_NODES} values; are its aliases nested?")
        if isinstance(node, yaml.ScalarNode):
            return self.scalar(node, path)
        if id(node) in self.open:
            raise yaml.MarkedYAMLError(
                problem="an alias that contains itself, expected one of what stands before",
                problem_mark=node.start_mark,
            )
        self.open.add(id(node))
        try:
            return self.items(node, path) if isinstance(node, yaml.SequenceNode) else self.table(node, path)
        finally:
            self.open.discard(id(node))

    def scalar(self, node: yaml.ScalarNode, path: str) -> Scalar:
        value: Any = str(node.value)
        if node.tag != _STRING:
            try:
                value = self.loader.construct_object(node)
            except (yaml.YAMLError, ValueError) as error:
                problem = getattr(error, "problem", None) or str(error)
                hint = ", expected a day such as 1995-02-10" if node.tag == _TIMESTAMP else ", expected a plain value"
                self.fault(node, path, f"cannot read {node.value!r}: {problem}{hint}")
        return Scalar(value, node.value, self.mark(node))

    def items(self, node: Any, path: str) -> Items:
        return Items(tuple(self.node(item, f"{path}[{i}]") for i, item in enumerate(node.value)), self.mark(node))

    def table(self, node: Any, path: str) -> Table:
        entries: dict[str, Entry] = {}
        merged: dict[str, Entry] = {}
        for key_node, value_node in node.value:
            if key_node.tag == _MERGE:
                merged |= self.merged(value_node, path)
                continue
            key = self.key(key_node, path)
            if key is None:
                continue
            if key in entries:
                first = entries[key].key
                self.fault(key_node, _under(path, key), f"this key stands twice; first on line {first.line}")
                continue
            entries[key] = Entry(self.mark(key_node), self.node(value_node, _under(path, key)))
        return Table(
            {**{key: entry for key, entry in merged.items() if key not in entries}, **entries}, self.mark(node)
        )

    def merged(self, node: yaml.Node, path: str) -> dict[str, Entry]:
        """What `<<` brings in: earlier maps of a list win (YAML 1.1, merge key)."""
        value = self.node(node, path)
        found: dict[str, Entry] = {}
        for table in value.items if isinstance(value, Items) else (value,):
            if isinstance(table, Table):
                found = {**table.entries, **found}
            else:
                self.fault(node, path, "<< expects a map or a list of maps")
        return found

    def key(self, node: Any, path: str) -> str | None:
        if not isinstance(node, yaml.ScalarNode):
            self.fault(node, path, "a key must be a name")
            return None
        value = self.scalar(node, path).value
        if isinstance(value, bool):
            truth = "true" if value else "false"
            message = f"YAML reads the key {node.value} as {truth}: write it in quotes, '{node.value}'"
            self.fault(node, _under(path, node.value), message)
        elif not isinstance(value, str):
            self.fault(node, _under(path, node.value), f"a key must be a name: write it in quotes, '{node.value}'")
        return str(node.value)


def _under(path: str, key: str) -> str:
    return f"{path}.{key}" if path else key


def scalars(node: Node) -> Iterator[Scalar]:
    """All values of a tree, in the order of the file."""
    if isinstance(node, Table):
        for entry in node.entries.values():
            yield from scalars(entry.node)
    elif isinstance(node, Items):
        for item in node.items:
            yield from scalars(item)
    else:
        yield node
