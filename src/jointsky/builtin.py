"""The table of built-in kinds, by dotted name, and the discovery of outside ones.

A package outside this one adds a kind by an entry point, in the group `jointsky.measures`: the name is what scenarios
and studies will say, the value `package.module:Class`. Nothing is imported before it is asked for.
"""

from collections.abc import Mapping
from importlib import import_module
from importlib.metadata import entry_points
from typing import Any

from jointsky.errors import ScenarioError, suggest

GROUPS = {"measure": "jointsky.measures"}
"""Entry-point group of each kind of extension."""

BUILTIN: Mapping[str, Mapping[str, str]] = {
    "measure": {
        "raid": "jointsky.measures.raid:RaidOutcome",
        "chain": "jointsky.measures.chain:Chain",
        "pictures": "jointsky.measures.pictures:PictureQuality",
        "authority": "jointsky.measures.authority:Authority",
        "policing": "jointsky.measures.policing:Policing",
    },
}
"""What comes with the package: kind, name, dotted name."""


def known(kind: str) -> dict[str, str]:
    """All names of a kind with their dotted names, the built-in ones first; an outside name never replaces a built-in
    one.
    """
    outside = {point.name: point.value for point in entry_points(group=GROUPS[kind])}
    return {**BUILTIN[kind], **{name: value for name, value in sorted(outside.items()) if name not in BUILTIN[kind]}}


def find(kind: str, name: str) -> Any:
    """The class or function a name stands for. Raises ScenarioError, with advice, for an unknown name or one that
    cannot be loaded.
    """
    table = known(kind)
    if name not in table:
        raise ScenarioError("", 0, 0, f"{kind}s", f"unknown {kind} '{name}'; {suggest(name, table)}".rstrip("; "))
    module, _, attribute = table[name].partition(":")
    try:
        return getattr(import_module(module), attribute)
    except (ImportError, AttributeError) as error:
        raise ScenarioError(
            "", 0, 0, f"{kind}s", f"{kind} '{name}' ({table[name]}) cannot be loaded: {error}"
        ) from error
