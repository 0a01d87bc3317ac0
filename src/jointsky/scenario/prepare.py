"""What the loader adds to a tree before it is checked: the contents of GeoJSON files, and the nation of every unit."""

import difflib
import json
from collections.abc import Iterable, Iterator

from jointsky.errors import ScenarioError
from jointsky.geo import area_from_geojson
from jointsky.scenario.sources import Reading, trouble
from jointsky.scenario.tree import Entry, Items, Node, Path, Scalar, Table, find, shown


def names(tree: Table, key: str) -> frozenset[str]:
    """The names in the map `key`, or in one whose key is misspelt (that is told by itself); none without any."""
    node = tree.get(key)
    for near in difflib.get_close_matches(key, tree.entries, n=1, cutoff=0.8) if node is None else ():
        node = tree.get(near)
    return frozenset(node.entries) if isinstance(node, Table) else frozenset()


def named(tree: Node, *keys: str) -> Iterator[str]:
    """The words under `keys`, through every item of the lists on the way (`agreements`, `clauses`, `id`)."""
    for item in tree.items if isinstance(tree, Items) else (tree,):
        inner = item.get(keys[0]) if keys and isinstance(item, Table) else None
        if inner is not None:
            yield from named(inner, *keys[1:])
        elif not keys and isinstance(item, Scalar):
            yield item.text


def owner(name: str, nations: Iterable[str]) -> str | None:
    """The nation a name belongs to: the longest one that it begins with (`west.radar.1` is of `west`)."""
    return max((nation for nation in nations if name.startswith(f"{nation}.")), key=len, default=None)


def owned(tree: Table) -> Table:
    """The tree with a nation in every unit whose name tells it."""
    units, nations = tree.entries.get("units"), names(tree, "nations")
    if units is None or not isinstance(units.node, Table):
        return tree
    entries = {name: _with_nation(name, entry, nations) for name, entry in units.node.entries.items()}
    return Table({**tree.entries, "units": Entry(units.key, Table(entries, units.node.mark))}, tree.mark)


def _with_nation(name: str, entry: Entry, nations: frozenset[str]) -> Entry:
    nation = owner(name, nations)
    if nation is None or not isinstance(entry.node, Table) or "nation" in entry.node.entries:
        return entry
    added = Entry(entry.key, Scalar(nation, nation, entry.key))
    return Entry(entry.key, Table({**entry.node.entries, "nation": added}, entry.node.mark))


def located(reading: Reading, tree: Table, faults: list[ScenarioError]) -> Table:
    """The tree with the GeoJSON files of territories and zones read into `reading` and named as its bundle names
    them."""
    paths: list[Path] = [("zones", zone) for zone in sorted(names(tree, "zones"))]
    for nation in sorted(names(tree, "nations")):
        paths += [("nations", nation, "territory"), ("nations", nation, "territory", "file")]
    for path in paths:
        place = find(tree, path)
        if not place.missing and isinstance(place.node, Scalar) and isinstance(place.node.value, str):
            name = reading.beside(place.node.mark.file, place.node.value)
            _check_geojson(reading, name, path, place.node, faults)
            tree = _replaced(tree, path, Scalar(name, place.node.text, place.node.mark))
    return tree


def _check_geojson(reading: Reading, name: str, path: Path, node: Scalar, faults: list[ScenarioError]) -> None:
    try:
        area_from_geojson(json.loads(reading.text(name)))
        trouble_found = ""
    except (OSError, UnicodeDecodeError) as error:
        trouble_found = trouble(error)
    except json.JSONDecodeError as error:
        trouble_found = f"this is not JSON: {error}, expected a GeoJSON area"
    except (ValueError, RecursionError) as error:
        trouble_found = f"this is not a GeoJSON area: {error}"
    if trouble_found:
        faults.append(node.mark.error(shown(path), f"{reading.shown(name)}: {trouble_found}"))


def _replaced(tree: Table, path: Path, value: Scalar) -> Table:
    key = str(path[0])
    entry = tree.entries[key]
    inner = _replaced(entry.node, path[1:], value) if len(path) > 1 and isinstance(entry.node, Table) else value
    return Table({**tree.entries, key: Entry(entry.key, inner)}, tree.mark)
