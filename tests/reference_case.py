"""The reference case for tests: its files as plain data that can be changed, and a run of it looked at tick by tick."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from jointsky.engine.assemble import assemble
from jointsky.scenario.load import Scenario, load
from jointsky.vocab.messages import Tracks
from jointsky.vocab.records import Rows
from jointsky.world.tick import Tick
from jointsky.world.world import World

SCENARIOS = Path(__file__).resolve().parents[1] / "scenarios"
REFERENCE = SCENARIOS / "union-5-10.yaml"
Tree = dict[str, Any]


def copied(folder: Path, change: Callable[[str, Tree], Tree | None]) -> Path:
    """The scenario's files in `folder`, each changed by `change(name, content)` (None: as it is); the main file."""
    for source in sorted(SCENARIOS.rglob("*")):
        target = folder / source.relative_to(SCENARIOS)
        if source.is_dir() or source.suffix not in (".yaml", ".geojson"):
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        changed = change(source.name, yaml.safe_load(source.read_text())) if source.suffix == ".yaml" else None
        if changed is None:
            shutil.copy(source, target)
        else:
            target.write_text(yaml.safe_dump(changed, sort_keys=False))
    return folder / REFERENCE.name


def with_units(folder: Path, units: Tree) -> Path:
    """The reference case and more units."""

    def change(name: str, tree: Tree) -> Tree | None:
        return tree | {"units": {**tree["units"], **units}} if name == "forces.yaml" else None

    return copied(folder, change)


def shuffled(value: Any, luck: np.random.Generator, key: str = "") -> Any:
    """The same data with maps, and lists whose order means nothing, in another order."""
    if isinstance(value, dict):
        names = [list(value)[i] for i in luck.permutation(len(value))]
        return {name: shuffled(value[name], luck, str(name)) for name in names}
    if isinstance(value, list) and key in ("radars", "batteries", "raid", "traffic"):
        return [shuffled(value[i], luck) for i in luck.permutation(len(value))]
    return value


def reference(agreement: str | None = None) -> Scenario:
    """The reference case under an arrangement."""
    return load(REFERENCE, agreement=agreement)


def watch(scenario: Scenario, seed: int, until_s: float) -> tuple[World, list[Tick]]:
    """Run without observers; the world at the end and every tick."""
    engine = assemble(scenario, seed)
    return engine.world, list(engine.run(until_s))


def pictures(ticks: list[Tick], post: str) -> list[Rows]:
    """Every picture of a post."""
    return [m.rows for tick in ticks for m in tick.sent.get(post, []) if isinstance(m, Tracks)]
