"""What a file still lacks before it can be run."""

from collections.abc import Iterator

from jointsky.scenario.forces import AewUnit, EwUnit, FighterUnit, SamUnit, Unit, WatchUnit
from jointsky.scenario.references import Note
from jointsky.scenario.schema import Document


def missing(document: Document) -> Iterator[Note]:
    """Paths and what is missing there, in the order of the schema."""
    for key in ("scenario", "start", "duration", "phase"):
        if getattr(document, key) is None:
            yield (key,), f"'{key}' is missing: a scenario that is run needs it"
    for key in ("nations", "posts", "units", "assets"):
        if not getattr(document, key):
            yield (key,), f"'{key}' is missing or empty: a scenario that is run needs it"
    for name, nation in document.nations.items():
        if nation.side == "defender" and nation.territory is None:
            yield ("nations", name), "'territory' is missing: a defender needs it to be run"
    for name, unit in document.units.items():
        for key in _needs(unit):
            yield ("units", name), f"'{key}' is missing: a {unit.kind} unit needs it to be run"


def _needs(unit: Unit) -> list[str]:
    if isinstance(unit, SamUnit):
        keys = ["batteries"]
    elif isinstance(unit, FighterUnit):
        keys = ["type", "aircraft", "base", "readiness"]
    elif isinstance(unit, EwUnit):
        keys = ["at", "radius", "spoils"]
    elif isinstance(unit, AewUnit):
        keys = ["type", "orbit"]
    elif isinstance(unit, WatchUnit):
        keys = ["sites"]
    else:
        keys = ["radars"]
    return [key for key in keys if getattr(unit, key) in (None, ())]
