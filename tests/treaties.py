"""Agreements for tests: the three worked files, a small world for them, and random agreements of two or three
nations."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from jointsky.links.agreements import compile_arrangement
from jointsky.links.arrangement import Arrangement, Thing, owner_of
from jointsky.scenario.agreement import AgreementFile

FIXTURES = Path(__file__).parent / "fixtures" / "agreements"
WEST = [[[[24.0, 52.0], [30.0, 52.0], [30.0, 56.0], [24.0, 56.0], [24.0, 52.0]]]]
EAST = [[[[30.0, 52.0], [38.0, 52.0], [38.0, 57.0], [30.0, 57.0], [30.0, 52.0]]]]
SOUTH = [[[[24.0, 48.0], [38.0, 48.0], [38.0, 52.0], [24.0, 52.0], [24.0, 48.0]]]]
LANDS = {"west": WEST, "east": EAST, "south": SOUTH}


def read(name: str, folder: Path = FIXTURES) -> dict[str, Any]:
    """A worked file with its includes merged: maps by key, agreements appended."""
    found: dict[str, Any] = yaml.load((folder / f"{name}.yaml").read_text(), yaml.CSafeLoader)
    base = read(found.pop("include").removesuffix(".yaml"), folder) if "include" in found else {}
    for key, value in found.items():
        if isinstance(value, dict) and key in base:
            base[key] = {**base[key], **value}
        elif isinstance(value, list) and key in base:
            base[key] = [*base[key], *value]
        else:
            base[key] = value
    return base


def things(names: Sequence[str], nations: Sequence[str]) -> list[Thing]:
    """Units by name."""
    return [Thing(name, owner_of(name, nations) or "", name) for name in names]


def compiled(text: dict[str, Any], lands: dict[str, Any] | None = None) -> Arrangement:
    """A file's text compiled; sensors are its units that look."""
    spec = AgreementFile.model_validate(text)
    units = things(list(spec.units), list(spec.nations))
    sensors = [unit for unit in units if spec.units[unit.name].kind in ("radar", "aew", "early-warning")]
    return compile_arrangement(spec, sensors, units, LANDS if lands is None else lands)


def random_text(
    rng: np.random.Generator, nations: Sequence[str] = ("west", "east"), clauses: int = 6
) -> dict[str, Any]:
    """A valid agreement with random clauses between random pairs, over links of random delay."""
    kinds = {"radar.1": "radar", "radar.2": "radar", "aew.1": "aew", "warning": "early-warning"}
    kinds |= {"sam.1": "sam", "sam.2": "sam", "qra": "fighter"}
    phases = ["peace", "threat", "war"]
    agreement: dict[str, Any] = {
        "name": "pact",
        "parties": list(nations),
        "activates": {p: {"declared_by": [f"{n}.head" for n in nations], "takes": "10 min"} for p in phases[1:]},
        "clauses": [random_clause(rng, f"X{i}", nations, phases) for i in range(clauses)],
    }
    links = {"net": {"between": [f"{n}.cp" for n in nations], "delay": f"{rng.integers(1, 4)} s"}}
    if any(clause.get("over") == "net" for clause in agreement["clauses"]) or any(
        "order" in c for c in agreement["clauses"]
    ):
        agreement["on_link_loss"] = {"link": "net", "after": "30 s", "then": "national", "weapons": "tight"}
    return {
        "phases": phases,
        "nations": {nation: {} for nation in nations},
        "posts": {
            **{
                f"{nation}.cp": {"nation": nation, "commands": [f"{nation}.*"], "precedence": 2 + k}
                for k, nation in enumerate(nations)
            },
            "joint.cp": {"nation": nations[0], "host": f"{nations[0]}.cp", "precedence": 1},
        },
        "units": {f"{nation}.{name}": {"kind": kind} for nation in nations for name, kind in kinds.items()},
        "links": links,
        "agreements": [agreement],
    }


def random_clause(rng: np.random.Generator, name: str, nations: Sequence[str], phases: Sequence[str]) -> dict[str, Any]:
    """One valid clause."""
    giver, receiver = (str(nation) for nation in rng.permutation(list(nations))[:2])
    both = bool(rng.random() < 0.3)
    clause: dict[str, Any] = {"id": name, "from": "each" if both else giver, "to": "others" if both else receiver}
    own = "*" if both else giver
    if rng.random() < 0.7:
        clause["phases"] = [str(p) for p in phases if rng.random() < 0.6] or [str(phases[0])]
    zones = ["within 150 km of border", f"within 80 km of border of {giver}", "receiver territory", "owner territory"]
    zones += [f"anywhere in {' + '.join(nations)}", f"{receiver} territory"]
    verb = rng.choice(["share", "share", "order", "use"])
    if verb == "share":
        words = [str(rng.choice(["plots", "tracks", "fire-control", "warning"]))]
        clause |= {
            "share": words,
            "over": "net",
            "of": {"sensors": [f"{own}.{rng.choice(['radar.*', 'radar.1', 'aew.1', '*'])}"]},
        }
        if rng.random() < 0.6:
            clause["of"]["zone"] = str(rng.choice(zones))
        if words == ["tracks"]:
            clause |= {"every": "10 s", "fields": ["position", str(rng.choice(["velocity", "identity"]))]}
    elif verb == "order":
        acts = ["scramble", "position", "engage", "weapons-status"]
        clause |= {
            "order": [a for a in acts if rng.random() < 0.6] or ["engage"],
            "units": [f"{own}.{rng.choice(['qra', 'sam.*', '*'])}"],
        }
        if rng.random() < 0.6:
            clause["where"] = str(rng.choice(zones))
        if rng.random() < 0.6:
            clause["targets"] = {"identity": ["hostile"], "not": ["civil"]}
        if rng.random() < 0.5:
            clause["approval"] = {"by": "owner", "takes": f"{rng.integers(0, 90)} s"}
        if rng.random() < 0.3:
            clause["to"] = "joint.cp"
    else:
        clause |= {"use": ["airfields", "munitions"], "limits": {"munitions": "30 %"}}
    return clause
