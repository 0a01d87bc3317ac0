"""From several files to one tree: `include` (maps merge, the including file wins, agreements are appended),
`agreement`, `drop`, overrides."""

from collections.abc import Collection
from typing import Any

from jointsky.errors import ScenarioError, suggest
from jointsky.scenario.sources import Reading, trouble
from jointsky.scenario.tree import Entry, Items, Mark, Node, Scalar, Table, grown, plain, read_yaml

_APPENDED = "agreements"
_PARTS = ("clauses", "rules")
OVERRIDES = "<overrides>"
"""What errors call values that did not come from a file."""


def assemble(
    reading: Reading, main: str, agreement: str | None, overrides: dict[str, Any], faults: list[ScenarioError]
) -> Table | None:
    """The one tree of scenario `main` under `agreement` (a name of the reading; None: the file's own choice). Faults
    are appended."""
    done: dict[str, Table] = {}
    tree = _with_includes(reading, main, (), faults, Mark(reading.shown(main)), done)
    if tree is None:
        return None
    tree = _overridden(tree, overrides, faults)
    name = agreement or _chosen(reading, tree, faults)
    if name:
        entry = tree.entries.get("agreement")
        place = entry.node.mark if entry else Mark(reading.shown(name))
        under = _with_includes(reading, name, (main,), faults, place, done)
        tree = merged(under, tree, root=True) if under else tree
    return _dropped(tree, faults).without("include")


def agreement_name(reading: Reading, shown: str, wanted: str) -> str:
    """The file an arrangement stands in: a path, or a name for `agreements/NAME.yaml` beside the file shown as
    `shown`."""
    is_path = "/" in wanted or wanted.endswith((".yaml", ".yml"))
    return reading.beside(shown, wanted if is_path else f"agreements/{wanted}.yaml")


def _chosen(reading: Reading, tree: Table, faults: list[ScenarioError]) -> str | None:
    node = tree.get("agreement")
    if node is None or plain(node) is None:
        return None
    if not isinstance(node, Scalar) or not isinstance(node.value, str):
        faults.append(node.mark.error("agreement", "expected the name or file of an arrangement"))
        return None
    return agreement_name(reading, node.mark.file, node.value)


def _with_includes(
    reading: Reading,
    name: str,
    chain: tuple[str, ...],
    faults: list[ScenarioError],
    asked: Mark,
    done: dict[str, Table],
) -> Table | None:
    """A file with all that it includes, put together once (`done`), however many files include it."""
    if name in done:
        return done[name]
    before = len(faults)
    tree = _file(reading, name, faults, asked)
    if tree is None:
        return None
    base: Table | None = None
    for node in _included(tree, faults):
        inner = reading.beside(node.mark.file, node.value)
        if inner in (*chain, name):
            circle = " -> ".join([*chain[chain.index(inner) if inner in chain else len(chain) :], name, inner])
            faults.append(
                node.mark.error(
                    "include", f"a circle of includes: {circle}, expected files that do not hold each other"
                )
            )
            continue
        part = _with_includes(reading, inner, (*chain, name), faults, node.mark, done)
        if part is not None:
            base = merged(base, part.without("include"), root=True) if base else part.without("include")
    whole = merged(base, tree, root=True) if base else tree
    if len(faults) == before:
        done[name] = whole
    return whole


def _file(reading: Reading, name: str, faults: list[ScenarioError], asked: Mark) -> Table | None:
    shown = reading.shown(name)
    try:
        text = reading.text(name)
    except (OSError, UnicodeDecodeError) as error:
        place = asked if asked.file != shown else Mark(shown)
        if asked.file == shown:
            faults.append(place.error("", trouble(error)))
        else:
            faults.append(place.error("include", f"{shown}: {trouble(error)}"))
        return None
    before = len(faults)
    node = read_yaml(text, shown, faults)
    if node is None and len(faults) == before:
        faults.append(Mark(shown, 1, 1).error("", "this file is empty: expected a map of names to values"))
    if node is not None and not isinstance(node, Table):
        faults.append(node.mark.error("", "expected a map of names to values (key: value)"))
    return node if isinstance(node, Table) else None


def _included(tree: Table, faults: list[ScenarioError]) -> list[Scalar]:
    node = tree.get("include")
    found: list[Scalar] = []
    for item in node.items if isinstance(node, Items) else (node,) if node else ():
        if isinstance(item, Scalar) and isinstance(item.value, str):
            found.append(item)
        else:
            faults.append(
                item.mark.error("include", f"found {_kind(item)}, expected the name of a file, or a list of them")
            )
    return found


def _kind(node: Node) -> str:
    if isinstance(node, Scalar):
        return "nothing" if node.value is None else node.text
    return "a map" if isinstance(node, Table) else "a list"


def merged(base: Table, top: Table, *, root: bool = False) -> Table:
    """`top` laid over `base`: maps merge deeply, everything else of `top` wins; at the root, agreements are
    appended."""
    entries = dict(base.entries)
    for key, entry in top.entries.items():
        under = entries.get(key)
        entries[key] = _joined(under, entry, root and key == _APPENDED) if under else entry
    return Table(entries, top.mark)


def _joined(under: Entry, over: Entry, append: bool) -> Entry:
    if isinstance(under.node, Table) and isinstance(over.node, Table):
        return Entry(over.key, merged(under.node, over.node))
    if append and isinstance(under.node, Items) and isinstance(over.node, Items):
        known = {item.mark for item in under.node.items}
        fresh = [step for step, item in enumerate(over.node.items) if item.mark not in known]
        items = under.node.items + tuple(over.node.items[step] for step in fresh)
        own = [under.node.own_number(step) for step in range(len(under.node.items))]
        return Entry(
            over.key, Items(items, over.node.mark, own=(*own, *(over.node.own_number(step) for step in fresh)))
        )
    return over


def _dropped(tree: Table, faults: list[ScenarioError]) -> Table:
    """The tree without the clauses, rules and whole agreements that `drop` names."""
    node, agreements = tree.get("drop"), tree.get(_APPENDED)
    items = node.items if isinstance(node, Items) else (node,) if isinstance(node, Scalar) else ()
    wanted = {item.value: item for item in items if isinstance(item, Scalar) and isinstance(item.value, str)}
    if not wanted:
        return tree
    named = [_named(agreement, "name") for agreement in _tables(agreements)]
    known = {name for name in [*named, *(part for item in _tables(agreements) for part in _ids(item))] if name}
    for name, item in wanted.items():
        if name not in known:
            message = f"no clause has the id '{name}', and no rule or agreement; {suggest(name, known)}"
            faults.append(item.mark.error("drop", message.rstrip("; ")))
    if not isinstance(agreements, Items):
        return tree
    left = [k for k, item in enumerate(agreements.items) if not _is_any(item, "name", wanted)]
    kept = tuple(_cut(agreements.items[k], wanted) for k in left)
    entry = Entry(tree.entries[_APPENDED].key, _renumbered(agreements, left, kept))
    return Table({**tree.entries, _APPENDED: entry}, tree.mark)


def _tables(node: Node | None) -> list[Table]:
    return [item for item in node.items if isinstance(item, Table)] if isinstance(node, Items) else []


def _ids(agreement: Table) -> list[str | None]:
    return [_named(part, "id") for key in _PARTS for part in _tables(agreement.get(key))]


def _is_any(node: Node, key: str, names: Collection[str | None]) -> bool:
    return isinstance(node, Table) and _named(node, key) in names


def _renumbered(items: Items, left: list[int], kept: tuple[Node, ...]) -> Items:
    """The items that are left; those dropped are forgotten, but errors count as the file does."""
    return Items(kept, items.mark, own=tuple(items.own_number(k) for k in left))


def _cut(agreement: Node, names: Collection[str | None]) -> Node:
    for key in _PARTS:
        parts = agreement.get(key) if isinstance(agreement, Table) else None
        if isinstance(agreement, Table) and isinstance(parts, Items):
            left = [k for k, item in enumerate(parts.items) if not _is_any(item, "id", names)]
            kept = tuple(parts.items[k] for k in left)
            entry = Entry(agreement.entries[key].key, _renumbered(parts, left, kept))
            agreement = Table({**agreement.entries, key: entry}, agreement.mark)
    return agreement


def _named(table: Table, key: str) -> str | None:
    node = table.get(key)
    return node.value if isinstance(node, Scalar) and isinstance(node.value, str) else None


def _overridden(tree: Table, overrides: dict[str, Any], faults: list[ScenarioError]) -> Table:
    for path, value in overrides.items():
        node = _set(tree, path, grown(value, Mark(OVERRIDES)))
        if isinstance(node, Table):
            tree = node
        else:
            faults.append(Mark(OVERRIDES).error(path, "this path leads nowhere in the scenario"))
    return tree


def _set(node: Node, path: str, value: Node) -> Node | None:
    """`node` with `value` at the dotted `path`; names that hold dots themselves are found by the longest match.
    None: no such place."""
    if not path:
        return merged(node, value) if isinstance(node, Table) and isinstance(value, Table) else value
    if isinstance(node, Items):
        head, _, rest = path.partition(".")
        if not head.isdigit() or int(head) >= len(node.items):
            return None
        inner = _set(node.items[int(head)], rest, value)
        items = (*node.items[: int(head)], inner, *node.items[int(head) + 1 :])
        return Items(items, node.mark) if inner else None  # pyright: ignore[reportArgumentType]
    if not isinstance(node, Table):
        return None
    key = max((key for key in node.entries if path == key or path.startswith(f"{key}.")), key=len, default=None)
    if key is None:
        head, _, rest = path.partition(".")
        inner = _set(Table({}, value.mark), rest, value) if rest else value
        return Table({**node.entries, head: Entry(value.mark, inner)}, node.mark) if inner else None
    inner = _set(node.entries[key].node, path[len(key) + 1 :], value)
    return Table({**node.entries, key: Entry(node.entries[key].key, inner)}, node.mark) if inner else None
