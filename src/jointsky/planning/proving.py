"""The virtual range: one weapon, sensor or aircraft of the catalogue against scripted targets, as a performance card.

Each line of a card is a number with its 95 % interval where luck plays a part, with how many trials it rests on. The
same physics decides as in a run: exact detection, the homing integrator, the flight of aircraft.
"""

from jointsky.catalogue import AircraftType, MissileType, RadarType, SamType, WatcherType
from jointsky.catalogue.catalogue import kind_of
from jointsky.errors import TableError, suggest
from jointsky.planning import proving_flight, proving_radar, proving_shots, proving_warning, proving_watchers
from jointsky.planning.cards import Card, Trial


def _unknown(trial: Trial, kind: str | None, name: str) -> str:
    """What to say of a name that is no type of a kind (None: of any): what may have been meant, and all there are."""
    known = trial.catalogue.names(kind) if kind else sorted(trial.catalogue.types)
    near = suggest(name, known) if len(known) > 5 else ""
    said = f"unknown {kind} type" if kind else "unknown type"
    return "; ".join(part for part in (said, near, f"known: {', '.join(known)}") if part)


def prove(trial: Trial, name: str) -> Card:
    """Return the card of a type. Raises TableError for a type or target that the catalogue does not have."""
    for asked, kinds in ((name, None), (trial.target, "aircraft")):
        if asked is not None and (asked not in trial.catalogue or (kinds and not trial.catalogue.has(kinds, asked))):
            raise TableError("catalogue", 0, asked, _unknown(trial, kinds, asked))
    kind = trial.catalogue.types[name]
    if isinstance(kind, RadarType) and kind.sensor == "early_warning":
        lines, curve = proving_warning.warning_radar(trial, name, kind)
    elif isinstance(kind, RadarType):
        lines, curve = proving_radar.radar(trial, name, kind)
    elif isinstance(kind, SamType):
        lines, curve = proving_shots.battery(trial, name, kind)
    elif isinstance(kind, MissileType):
        lines, curve = proving_shots.missile(trial, name, kind)
    elif isinstance(kind, AircraftType):
        lines, curve = proving_flight.aircraft(trial, name, kind)
    elif isinstance(kind, WatcherType):
        lines, curve = proving_watchers.watcher(trial, name, kind)
    else:
        raise TableError("catalogue", 0, name, f"a {kind_of(type(kind))} type has no card")
    return Card(name, kind_of(type(kind)), trial.target or "usual", trial.seed, trial.runs, tuple(lines), curve)
