"""Read a scenario: YAML text in, a checked `Scenario` out, or every fault of it at once."""

import json
import os
import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import PrivateAttr, ValidationError

from jointsky import catalogue
from jointsky.atlas.elevation import content_sha256
from jointsky.catalogue import Catalogue, TypeFault
from jointsky.errors import ScenarioError, ScenarioErrors
from jointsky.scenario.faults import explained
from jointsky.scenario.merge import agreement_name, assemble
from jointsky.scenario.prepare import located, named, names, owned
from jointsky.scenario.ready import missing
from jointsky.scenario.references import Anything, Known, broken
from jointsky.scenario.schema import Document, Post
from jointsky.scenario.sources import Bundle, Carried, Folder, Reading
from jointsky.scenario.tree import Path as Steps
from jointsky.scenario.tree import Table, fault_at, find, plain, pruned, shown

SALVAGE_ROUNDS = 8
"""How often a file with faults is read again without its faulty values, to find the faults behind them."""
_FILES = ("", "include", "agreement")
"""Where faults stand when a whole file could not be read: nothing can be said about names then."""
CYCLE_S, DECISION_S, POLICY = 5.0, 20.0, "assignment"
"""What a post does when neither it nor its host says: how often it plans, how long an officer takes to decide, by
which policy."""


class Scenario(Document):
    """A scenario that has been read and checked. Beside the fields of `Document`: the catalogue with the scenario's
    own types, and the bundle of texts it was read from. Every unit has its `nation`, every post its cycle, decision
    time and policy."""

    _bundle: Bundle = PrivateAttr()
    _tree: Table = PrivateAttr()
    _catalogue: Catalogue = PrivateAttr()
    _path: str | None = PrivateAttr(default=None)

    def bound(self, bundle: Bundle, tree: Table, types: Catalogue) -> "Scenario":
        """This scenario, told what it was read from."""
        self._bundle, self._tree, self._catalogue = bundle, tree, types
        return self

    @property
    def path(self) -> str | None:
        """The file it was read from; None for one that was read again from a bundle."""
        return self._path

    def read_from(self, path: str) -> "Scenario":
        """Note the file it was read from; returns itself."""
        self._path = path
        return self

    @property
    def bundle(self) -> Bundle:
        """Everything needed to read this scenario again (see `reload`)."""
        return self._bundle

    @property
    def sources(self) -> dict[str, str]:
        """The texts of all files by their name relative to the main file."""
        return self._bundle.texts

    @property
    def sha256(self) -> str:
        """The hash of the bundle."""
        return self._bundle.sha256

    @property
    def catalogue(self) -> Catalogue:
        """The unit types this scenario knows: the shipped ones and its own."""
        return self._catalogue

    @property
    def arrangement(self) -> str:
        """The name of the arrangement in force: that of its file without ending, or an empty text."""
        name = self._bundle.agreement or (self.agreement or "")
        return os.path.basename(name).removesuffix(".yaml").removesuffix(".yml")

    def geojson(self, nation: str) -> dict[str, Any] | None:
        """The GeoJSON that the author gave for a nation's territory, None when it is a country of the packed borders
        or not given."""
        territory = self.nations[nation].territory
        return json.loads(self.sources[territory.file]) if territory and territory.file else None

    def zone(self, name: str) -> dict[str, Any]:
        """The GeoJSON of the zone `name`."""
        return json.loads(self.sources[self.zones[name]])

    def error(self, path: Steps, message: str, other: Steps | None = None, at_key: bool = False) -> ScenarioError:
        """A fault that someone else found at `path` (`at_key`: in its key), with its place in the file, and the line of
        what it clashes with at `other`."""
        return fault_at(self._tree, path, message, other, at_key)

    def as_written(self, path: Steps) -> Steps:
        """A path by the numbers of the file, from which faulty entries have not been taken out."""
        return find(self._tree, path).path

    def ready_errors(self) -> list[ScenarioError]:
        """What this file still lacks to be run (an agreement file that stands alone lacks sites, types and a start)."""
        return [self.error(path, message) for path, message in missing(self)]


@dataclass(frozen=True, slots=True)
class Attempt:
    """What came of reading a file: the scenario, or what was left of it without its faulty values (None: too little),
    all faults found so far, the paths of what was left out (an empty one: a whole file), and the order of its files."""

    scenario: Scenario | None
    faults: tuple[ScenarioError, ...]
    damaged: frozenset[Steps]
    files: tuple[str, ...]

    def in_order(self, more: Iterable[ScenarioError] = ()) -> list[ScenarioError]:
        """The first fault of each value, these and `more`, in the order of the files and of the places in them."""
        order = {file: number for number, file in enumerate(self.files)}
        found = reversed([*self.faults, *more])
        unique = {(fault.file, fault.line, fault.column, _unnumbered(fault.path)): fault for fault in found}.values()
        return sorted(unique, key=lambda fault: (order.get(fault.file, -1), fault.line, fault.column))


def _unnumbered(path: str) -> str:
    """A path without the places in lists, which files put together count otherwise than each alone."""
    return re.sub(r"\[\d+\]", "[]", path)


def attempt(path: str | Path, *, agreement: str | None = None, overrides: Mapping[str, Any] | None = None) -> Attempt:
    """Read a file as `load` does, faults or not: for whoever wants to tell all that is wrong with it at once."""
    root, main = os.path.split(str(path))
    reading = Reading(Folder(root))
    found = _attempt(reading, main, _asked(reading, main, agreement), dict(overrides or {}))
    if found.scenario is not None:
        found.scenario.read_from(os.fspath(path))
    return found


def load(path: str | Path, *, agreement: str | None = None, overrides: Mapping[str, Any] | None = None) -> Scenario:
    """Read the scenario or agreement file at `path`.

    `agreement` is another arrangement to run it under: a name (`agreements/NAME.yaml` beside the scenario) or a
    file. `overrides` are values laid over the file, by dotted path (`{"links.joint.delay": "8 s"}`). Raises
    ScenarioErrors with all faults found.
    """
    return _whole(attempt(path, agreement=agreement, overrides=overrides))


def reload(bundle: Bundle) -> Scenario:
    """Read a scenario again from its bundle. Raises ScenarioErrors."""
    source = Reading(Carried(bundle.texts))
    return _whole(_attempt(source, bundle.main, bundle.agreement, bundle.overrides, bundle.ground))


def _whole(found: Attempt) -> Scenario:
    if found.faults or found.scenario is None:
        raise ScenarioErrors(found.in_order())
    return found.scenario


def _asked(reading: Reading, main: str, agreement: str | None) -> str | None:
    if agreement is None:
        return None
    folder = reading.source.shown("")
    if os.path.isfile(agreement):
        return os.path.relpath(agreement, folder).replace(os.sep, "/")
    return agreement_name(reading, reading.shown(main), agreement)


def _attempt(
    reading: Reading, main: str, agreement: str | None, overrides: dict[str, Any], ground: dict[str, str] | None = None
) -> Attempt:
    faults: list[ScenarioError] = []
    tree = assemble(reading, main, agreement, overrides, faults)
    if tree is None:
        return _came_of(reading, None, faults)
    partial: set[Steps] = {()} if any(fault.path in _FILES for fault in faults) else set()
    tree = owned(located(reading, tree, faults))
    known_types, type_faults = catalogue.load().extended(_types(tree))
    faults += [error for fault in type_faults for error in _type_errors(tree, fault)]
    document, checked, damaged = _validated(tree, faults)
    if document is None:
        return _came_of(reading, None, faults)
    notes = broken(document, _known(tree, document, damaged), known_types, damaged) if not partial else ()
    faults += [fault_at(checked, path, message) for path, message in notes]
    scenario = document.model_copy(update={"posts": _settled(document.posts)})
    heights = _heights(reading, document) if ground is None else ground
    bundle = Bundle(main, dict(reading.texts), agreement, overrides, heights)
    return _came_of(reading, scenario.bound(bundle, checked, known_types), faults, damaged | partial)


def _heights(reading: Reading, document: Document) -> dict[str, str]:
    """The hashes of the files of heights that a document names; one that cannot be read is told when it is needed."""
    found: dict[str, str] = {}
    for name in () if document.surroundings is None else document.surroundings.terrain:
        with suppress(OSError):
            found[name] = content_sha256(None if name == "coarse" else reading.source.shown(name))
    return found


def _came_of(
    reading: Reading, scenario: Scenario | None, faults: list[ScenarioError], damaged: Iterable[Steps] = ()
) -> Attempt:
    files = tuple(reading.shown(name) for name in reading.texts)
    return Attempt(scenario, tuple(faults), frozenset(damaged), files)


def _validated(tree: Table, faults: list[ScenarioError]) -> tuple[Scenario | None, Table, set[Steps]]:
    """The tree as a Scenario, what is left of the tree, and the paths of what is not: faulty values are reported and
    taken out, then what cannot live without them, so that the rest is checked too."""
    removed: set[Steps] = set()
    for _ in range(SALVAGE_ROUNDS):
        try:
            return Scenario.model_validate(plain(tree)), tree, removed
        except ValidationError as error:
            found = [(fault, find(tree, fault["loc"])) for fault in error.errors(include_url=False)]
        fresh = [fault for fault, place in found if not any(_related(place.path, path) for path in removed)]
        faults += explained(tree, fresh, Document)
        removed |= {place.path for _, place in found}
        steps = {place.steps for _, place in found}
        left = pruned(tree, steps) if () not in steps else None
        if not isinstance(left, Table):
            return None, tree, removed
        tree = left
    return None, tree, removed


def _related(one: Steps, other: Steps) -> bool:
    shorter = min(len(one), len(other))
    return one[:shorter] == other[:shorter]


def _known(tree: Table, document: Document, damaged: set[Steps]) -> Known:
    def of(key: str) -> frozenset[str]:
        return Anything() if (key,) in damaged else names(tree, key)

    return Known(
        nations=of("nations"),
        airfields=of("airfields"),
        assets=of("assets"),
        phases=Anything() if any(path[:1] == ("phases",) for path in damaged) else frozenset(document.phases),
        clauses=frozenset(named(tree, "agreements", "clauses", "id")),
        agreements=frozenset(named(tree, "agreements", "name")),
        zones=of("zones"),
        units=of("units"),
    )


def _types(tree: Table) -> dict[str, dict[str, Any]]:
    node = tree.get("types")
    entries = node.entries.items() if isinstance(node, Table) else ()
    return {name: plain(entry.node) for name, entry in entries if isinstance(entry.node, Table)}


def _type_errors(tree: Table, fault: TypeFault) -> list[ScenarioError]:
    path: Steps = ("types", fault.name)
    if fault.invalid is None:
        return [fault_at(tree, (*path, *fault.path), fault.message)]
    own = find(tree, path).node
    inner = explained(own, fault.invalid.errors(include_url=False), fault.model) if isinstance(own, Table) else []
    return [ScenarioError(e.file, e.line, e.column, f"{shown(path)}.{e.path}".rstrip("."), e.message) for e in inner]


def _settled(posts: dict[str, Post]) -> dict[str, Post]:
    """Every post with its cycle, decision time and policy: its own, else its host's, else the usual ones."""
    return {name: _post(post, posts) for name, post in posts.items()}


def _post(post: Post, posts: dict[str, Post]) -> Post:
    host = posts.get(post.host) if post.host else None
    update: dict[str, Any] = {}
    usually = {"at": None, "cycle": CYCLE_S, "decision": DECISION_S, "policy": POLICY, "airspace": None}
    for key, usual in usually.items():
        if getattr(post, key) is None:
            inherited = getattr(host, key) if host else None
            update[key] = usual if inherited is None else inherited
    return post.model_copy(update=update)
