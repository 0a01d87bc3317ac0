"""Source edits tried in a child: a module of jointsky is read with one piece of its text replaced, the rest as it is.

The parent has imported what is never edited (kernels, records, numpy and the rest of the world), so a child, which is a
fork of it, starts in a fraction of a second and compiles nothing again.
"""

from __future__ import annotations

import ast
import importlib
import importlib.util
import json
import os
import select
import signal
import sys
import traceback
from collections.abc import Callable, Sequence
from functools import cache
from importlib.machinery import ModuleSpec, SourceFileLoader
from pathlib import Path
from types import CodeType
from typing import Any

SRC = Path(__file__).resolve().parents[1] / "src"
KEPT = ("jointsky.kernels", "jointsky.vocab", "jointsky.errors", "jointsky.units", "jointsky.clock", "jointsky.geo",
        "jointsky.rng", "jointsky.atlas", "jointsky.catalogue")  # fmt: skip
"""Never edited, and they import nothing that is: the lower floors."""


def path_of(module: str) -> Path:
    """The file of a module."""
    stem = SRC.joinpath(*module.split("."))
    return stem / "__init__.py" if stem.is_dir() else stem.with_suffix(".py")


class Planted(SourceFileLoader):
    """Loads a module from text of its own."""

    text = ""

    def get_code(self, fullname: str) -> CodeType:
        return compile(self.text, self.path, "exec", dont_inherit=True)


class Planter:
    """Finds the edited modules before anybody else does."""

    def __init__(self, texts: dict[str, str]) -> None:
        self.texts = texts

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> ModuleSpec | None:
        if name not in self.texts:
            return None
        loader = Planted(name, str(path_of(name)))
        loader.text = self.texts[name]
        return importlib.util.spec_from_file_location(name, str(path_of(name)), loader=loader)


def edited(module: str, old: str, new: str) -> str:
    """The text of a module with one piece replaced; the piece must stand there exactly once."""
    text = path_of(module).read_text()
    if text.count(old) != 1:
        raise LookupError(f"{module}: found {text.count(old)} of {old!r}, expected exactly one")
    return text.replace(old, new)


def forget(also: Sequence[str] = ()) -> None:
    """Forget every module that may be edited, and the test helpers that use them."""
    for name in list(sys.modules):
        lower = any(name == kept or name.startswith(kept + ".") for kept in KEPT)
        if (name.startswith("jointsky.") and not lower) or name in also:
            del sys.modules[name]
    whole = sys.modules.get("jointsky")
    for name in list(vars(whole)) if whole is not None else ():
        if f"jointsky.{name}" not in sys.modules and hasattr(getattr(whole, name), "__spec__"):
            delattr(whole, name)


def users_of(module: str) -> set[str]:
    """A module and all that import it, directly or not, among the modules loaded now that stand in `src` or `tests`."""
    loaded = {
        name: Path(file)
        for name, one in list(sys.modules.items())
        if (file := vars(one).get("__file__")) and Path(file).is_relative_to(SRC.parent) and file.endswith(".py")
    }
    users = {name: imported(path.read_text()) & loaded.keys() for name, path in loaded.items()}
    found, fresh = set[str](), {module}
    while fresh:
        found |= fresh
        fresh = {name for name, wanted in users.items() if wanted & fresh} - found
    return found


@cache
def imported(text: str) -> frozenset[str]:
    """Every name that an import anywhere in a module's text may mean: modules, and what is imported from them."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            names |= {item.name for item in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module is not None:
            names |= {node.module, *(f"{node.module}.{item.name}" for item in node.names)}
    return frozenset(names)


def forget_users(module: str, users: Sequence[str]) -> None:
    """Forget a module and its users, so that the next import reads them anew; what else is loaded stays."""
    for name in {module, *users}:
        sys.modules.pop(name, None)
        parent, _, stem = name.rpartition(".")
        if parent in sys.modules and stem in vars(sys.modules[parent]):
            delattr(sys.modules[parent], stem)


def in_child(work: Callable[[], Any], seconds: float) -> dict[str, Any]:
    """Do something in a fork: {"value": ...}, {"error": text}, or {"timeout": true} when it takes too long."""
    reader, writer = os.pipe()
    sys.stdout.flush()
    child = os.fork()
    if child == 0:
        os.close(reader)
        try:
            told = {"value": work()}
        except BaseException:
            told = {"error": traceback.format_exc()[-1500:]}
        with os.fdopen(writer, "w") as pipe:
            json.dump(told, pipe)
        os._exit(0)
    os.close(writer)
    heard, done = b"", False
    while select.select([reader], [], [], seconds)[0]:
        part = os.read(reader, 65536)
        heard += part
        if not part:
            done = True
            break
    os.close(reader)
    if not done:
        os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return json.loads(heard) if done and heard else {"timeout": True}
