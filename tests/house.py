"""Read a source tree of jointsky as facts (imports, calls, functions, names) for the rules of `test_house.py`.

Nothing is imported or run: only the syntax tree is looked at, so a room that does not exist yet breaks nothing, and a
violation can be planted in a temporary folder. Imports inside functions count as imports.
"""

from __future__ import annotations

import ast
import builtins
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

PACKAGE = "jointsky"
Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Import:
    """One imported dotted name: `module` as written in full, `line` where it stands."""

    module: str
    line: int


@dataclass
class Module:
    """One source file: dotted name below the package (`tracking.filters`; empty for the root) and its syntax tree."""

    name: str
    path: Path
    source: str
    tree: ast.Module
    known: frozenset[str] = field(default_factory=frozenset)

    @property
    def room(self) -> str:
        """The first part of the name: the folder or file directly under the package."""
        return self.name.split(".")[0]

    @cached_property
    def imports(self) -> list[Import]:
        """Every import in the file, relative ones resolved, `from a import b` told apart as module or name."""
        return [found for node in ast.walk(self.tree) for found in self._imports_of(node)]

    def _imports_of(self, node: ast.AST) -> Iterator[Import]:
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield Import(alias.name, node.lineno)
        elif isinstance(node, ast.ImportFrom):
            base = self._base(node)
            for alias in node.names:
                inner = f"{base}.{alias.name}"
                is_module = not base.startswith(PACKAGE) or inner.removeprefix(f"{PACKAGE}.") in self.known
                yield Import(inner if is_module else base, node.lineno)

    def _base(self, node: ast.ImportFrom) -> str:
        if not node.level:
            return node.module or ""
        here = [PACKAGE, *self.name.split(".")] if self.name else [PACKAGE]
        up = node.level - (self.path.name == "__init__.py")
        parents = here[: len(here) - up] if up else here
        return ".".join([*parents, *([node.module] if node.module else [])])

    @cached_property
    def inner_imports(self) -> list[Import]:
        """Imports of the package itself, the package name taken off (empty: the root)."""
        mine = [found for found in self.imports if found.module.split(".")[0] == PACKAGE]
        return [Import(found.module.removeprefix(PACKAGE).removeprefix("."), found.line) for found in mine]

    @cached_property
    def outer_imports(self) -> list[Import]:
        """Imports of anything but the package."""
        return [found for found in self.imports if found.module.split(".")[0] != PACKAGE]

    @cached_property
    def functions(self) -> list[Function]:
        """All functions and methods, nested ones too."""
        return [node for node in ast.walk(self.tree) if isinstance(node, Function)]

    def public(self) -> Iterator[tuple[str, ast.AST]]:
        """Public classes, functions and methods with their dotted names; functions inside functions are private."""
        yield from _public(self.tree.body, "")

    def defined_names(self) -> Iterator[tuple[str, int]]:
        """Names of the classes, functions, arguments and module variables that this file defines."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.ClassDef | Function):
                yield node.name, node.lineno
            elif isinstance(node, ast.arg):
                yield node.arg, node.lineno
            elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                yield node.id, node.lineno

    def dotted_uses(self) -> Iterator[tuple[str, int]]:
        """Imported and built-in names as used: `np.random.rand` is `numpy.random.rand`, `eval` is `builtins.eval`."""
        aliases = self._aliases()
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Attribute | ast.Name) and isinstance(node.ctx, ast.Load):
                head, _, rest = dotted(node).partition(".")
                if head in aliases:
                    yield (f"{aliases[head]}.{rest}" if rest else aliases[head]), node.lineno

    def _aliases(self) -> dict[str, str]:
        found = {name: f"builtins.{name}" for name in dir(builtins)}
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                found |= {a.asname or a.name.split(".")[0]: a.name if a.asname else a.name.split(".")[0]
                          for a in node.names}
            elif isinstance(node, ast.ImportFrom) and not node.level:
                found |= {a.asname or a.name: f"{node.module}.{a.name}" for a in node.names}
        return found

    def calls(self) -> Iterator[tuple[str, ast.Call]]:
        """Every call with the dotted name of what is called (empty where that is an expression)."""
        aliases = self._aliases()
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Call):
                head, _, rest = dotted(node.func).partition(".")
                full = aliases.get(head, head)
                yield (f"{full}.{rest}" if rest else full), node


def dotted(node: ast.expr) -> str:
    """`a.b.c` as written, or nothing where a part is not a plain name."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        base = dotted(node.value)
        return f"{base}.{node.attr}" if base else ""
    return ""


def _public(body: Iterable[ast.stmt], prefix: str) -> Iterator[tuple[str, ast.AST]]:
    for node in body:
        if isinstance(node, ast.ClassDef | Function) and not node.name.startswith("_"):
            if not _is_repeat(node):
                yield f"{prefix}{node.name}", node
            if isinstance(node, ast.ClassDef):
                yield from _public(node.body, f"{prefix}{node.name}.")


def _is_repeat(node: ast.ClassDef | Function) -> bool:
    """Setters and overloads: the docstring stands at the first or the last of them."""
    last = {dotted(d).rpartition(".")[2] for d in node.decorator_list}
    return bool(last & {"setter", "deleter", "overload"})


def read_tree(package_folder: Path) -> list[Module]:
    """All modules under a package folder, sorted by name."""
    files = sorted(package_folder.rglob("*.py"))
    names = [_module_name(path.relative_to(package_folder)) for path in files]
    known = frozenset(names)
    sources = [path.read_text(encoding="utf-8") for path in files]
    return [
        Module(name, path, source, ast.parse(source, str(path)), known)
        for name, path, source in zip(names, files, sources, strict=True)
    ]


def _module_name(relative: Path) -> str:
    parts = list(relative.with_suffix("").parts)
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def body_lines(function: Function) -> int:
    """Lines from the first statement of a function to its last; the docstring does not count."""
    body = function.body
    if ast.get_docstring(function, clean=False) is not None:
        body = body[1:]
    return body[-1].end_lineno - body[0].lineno + 1 if body else 0  # type: ignore[operator]


def unannotated(function: Function, is_method: bool) -> list[str]:
    """Arguments without a type, and `return` where it has none; the first argument of a method needs none."""
    arguments = [*function.args.posonlyargs, *function.args.args]
    if is_method and not any(dotted(d) == "staticmethod" for d in function.decorator_list):
        arguments = arguments[1:]
    stars = [a for a in (function.args.vararg, function.args.kwarg) if a]
    missing = [a.arg for a in [*arguments, *function.args.kwonlyargs, *stars] if a.annotation is None]
    return missing + ([] if function.returns is not None else ["return"])


def methods(tree: ast.Module) -> set[Function]:
    """The functions that stand directly in a class."""
    classes = [node for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
    return {item for node in classes for item in node.body if isinstance(item, Function)}


def words(name: str) -> set[str]:
    """The lower-case words of an identifier: `TrackManager2` and `track_manager` both hold `manager`."""
    return {part.lower() for part in re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])", name)}


def find_circle(edges: dict[str, set[str]]) -> list[str]:
    """One circle of the graph as a list of names that ends where it starts, or an empty list."""
    done: set[str] = set()

    def visit(name: str, path: list[str]) -> list[str]:
        if name in path:
            return [*path[path.index(name) :], name]
        if name in done:
            return []
        for target in sorted(edges.get(name, ())):
            circle = visit(target, [*path, name])
            if circle:
                return circle
        done.add(name)
        return []

    for start in sorted(edges):
        circle = visit(start, [])
        if circle:
            return circle
    return []
