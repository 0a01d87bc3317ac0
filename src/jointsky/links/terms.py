"""The terms of a clause in numbers and masks: which things, how far put into practice, up to which limit."""

import math
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from jointsky.links.arrangement import Assistance, Stock, Thing, Withdrawal, matching
from jointsky.rng import entity_key
from jointsky.scenario.agreement import (
    ArrangementSection,
    AssistanceSection,
    ClauseSection,
    WithdrawalSection,
)

Bools = NDArray[np.bool_]


def named(things: Sequence[Thing], patterns: Sequence[str], spec: ArrangementSection) -> Bools:
    """Which things patterns mean: those of a matching name or unit, and the parts of a joint unit of such a name."""
    joint = spec.joint_units
    hits = matching(patterns, joint)
    parts = [part for name, hit in zip(joint, hits, strict=True) if hit for part in parts_of(name, spec)]
    wanted = [*patterns, *parts]
    by_name = matching(wanted, [thing.name for thing in things])
    by_unit = matching(wanted, [thing.unit for thing in things])
    return np.array([a or b for a, b in zip(by_name, by_unit, strict=True)], dtype=np.bool_)


def parts_of(name: str, spec: ArrangementSection) -> list[str]:
    """The patterns of the units of a joint unit, those of the joint units in it too."""
    joint = spec.joint_units
    return [one for part in joint[name].of for one in (parts_of(part, spec) if part in joint else [part])]


def owned(things: Sequence[Thing], owner: str) -> Bools:
    """Which things a nation owns."""
    return np.array([thing.nation == owner for thing in things], dtype=np.bool_)


def practised(clause_id: str, things: Sequence[Thing], mask: Bools, level: float) -> Bools:
    """Those of the things of a clause that take part when it has been put into practice up to `level`: the nearest
    whole number above, chosen by their names, so that more level never takes one away."""
    rows = np.flatnonzero(mask).tolist()
    count = math.ceil(level * len(rows) - 1e-9)
    chosen = sorted(rows, key=lambda row: (entity_key(f"{clause_id} {things[row].name}"), things[row].name))[:count]
    found = np.zeros(len(things), dtype=np.bool_)
    found[chosen] = True
    return found


def limits_of(clause: ClauseSection) -> dict[str, int | float]:
    """A clause's limits by word: counts (whole, rounded down) and shares; the level of a `use` clause counts in."""
    scale = clause.level if clause.use else 1.0
    return {word: _scaled(limit, scale) for word, limit in sorted(clause.limits.items())}


def _scaled(limit: int | float, scale: float) -> int | float:
    return math.floor(limit * scale + 1e-9) if isinstance(limit, int) else limit * scale


def counted(
    limits: Mapping[str, int | float], units: Sequence[Thing], mask: Bools, stock: Mapping[str, Stock]
) -> dict[str, int]:
    """Limits on the units of one giver as counts: `shots` in all and `aircraft` at a time; a share is one of what these
    units have at the start, rounded down."""
    mine = [stock.get(units[row].name, Stock()) for row in np.flatnonzero(mask).tolist()]
    held = {"shots": sum(item.shots for item in mine), "aircraft": sum(item.aircraft for item in mine)}
    return {
        word: limit if isinstance(limit, int) else math.floor(limit * held[word] + 1e-9)
        for word, limit in limits.items()
        if word in held
    }


def withdrawal_of(section: WithdrawalSection | None) -> Withdrawal | None:
    """Who may take consent back."""
    return None if section is None else Withdrawal(section.by, section.takes)


def assistance_of(section: AssistanceSection | None) -> Assistance | None:
    """Help in case of an attack."""
    if section is None:
        return None
    return Assistance(section.within, section.takes, section.refused, section.declared_by)
