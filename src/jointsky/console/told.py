"""What a seat is told once: names, sites, codes and columns. Of other nations only what a clause gives to it."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jointsky import geo
from jointsky.console import wire
from jointsky.console.happenings import SAYINGS
from jointsky.links.arrangement import Clause
from jointsky.links.sayings import sayings
from jointsky.live.seats import SeatWatch
from jointsky.live.session import Session
from jointsky.live.showing import Mode
from jointsky.picture.evidence import PLAIN
from jointsky.scenario.load import Scenario
from jointsky.sensing import sensor_table
from jointsky.vocab.codes import Act, AircraftKind, Alert, Flight, Identity, Iff, Shooter, Shot, Side, Weapons
from jointsky.vocab.records import CAPABILITY, empty
from jointsky.world.world import World

Float = NDArray[np.float64]
CONTROL = "control"
SLACK_S = 5.0
"""What networks and latencies may add to the age of a track that is not coasting."""
BANNER = "WEAPONS SIMULATED"
PACE = frozenset({"pause", "resume", "rate", "step"})
"""Commands that move time."""


def static_of(session: Session, seat: str, watch: SeatWatch | None, backdrop: Mapping[str, Any]) -> dict[str, Any]:
    """What a seat is told once. `watch` is that of its post; for control of the post it looks at (None: of none);
    `backdrop` is what all seats share."""
    world, scenario, arrangement = session.engine.world, session.scenario, session.engine.network.arr
    control = seat == CONTROL
    role = arrangement.posts.get(seat)
    nations = world.model.names.nations
    found = {
        "kind": "static",
        "wire": wire.VERSION,
        "mode": str(session.mode),
        "banner": BANNER,
        "seat": {
            "name": seat,
            "title": "exercise control" if control else seat,
            "nation": -1 if role is None else nations.index(role.nation),
            "control": control,
            "looks_at": None if watch is None else watch.post.name,
            "may": ["pause", "rate", "step", "look", "end", "report"] if control else [],
        },
        "scenario": _scenario(session, control),
        "nations": [_nation(scenario, name) for name in nations],
        "posts": [
            {"name": name, "nation": nations.index(role.nation), "host": role.host}
            for name, role in arrangement.posts.items()
        ],
        "clauses": [] if watch is None else [_clause(arrangement.clauses[int(row)]) for row in watch.known.clauses],
        "sayings": _sayings(session, seat),
        "coast_s": None if watch is None else coast_s(session, watch),
        "tables": wire.schema(),
        "codes": codes(),
        "truth": _truth_names(world) if control else [],
    }
    return found | dict(backdrop) | _rows_told(session, watch, control)


def _clause(clause: Clause) -> dict[str, Any]:
    return {"id": clause.id, "verb": clause.verb, "words": list(clause.words), "agreement": clause.agreement}


def _sayings(session: Session, seat: str) -> list[dict[str, str]]:
    """What the people at a seat may say of the agreements."""
    arrangement = session.engine.network.arr
    if session.mode != Mode.EXERCISE or seat not in arrangement.posts:
        return []
    return [
        {"word": saying.word, "name": saying.name, "text": SAYINGS[saying.word]}
        for saying in sayings(arrangement, seat)
    ]


def coast_s(session: Session, watch: SeatWatch) -> float:
    """The age from which a track coasts: its sensors looked, and the post thought, without a new plot for it."""
    periods_s = session.engine.world.state.radars["period_s"][watch.known.sensors]
    return watch.eyes.cycle_s + float(periods_s.max(initial=0.0)) + SLACK_S


def codes() -> dict[str, Any]:
    """The words of every code on the wire."""
    enums = {
        "identity": Identity,
        "kind": AircraftKind,
        "status": Flight,
        "act": Act,
        "weapons": Weapons,
        "alert": Alert,
        "iff": Iff,
        "shot": Shot,
        "side": Side,
        "shooter": Shooter,
    }
    found: dict[str, Any] = {name: [_word(code) for code in enum] for name, enum in enums.items()}
    return found | {"reasons": [{"bit": int(kind), "text": text} for kind, text in PLAIN.items()]}


def _scenario(session: Session, control: bool) -> dict[str, Any]:
    """The scenario; its seed and its author's words go to control alone, since who has them can work out the rest."""
    scenario, world = session.scenario, session.engine.world
    start = scenario.start.isoformat().replace("+00:00", "Z") if scenario.start is not None else ""
    return {
        "name": scenario.scenario or "",
        "title": scenario.title,
        "about": scenario.about if control else "",
        "agreement": scenario.arrangement,
        "start": start,
        "duration_s": session.end_s,
        "tick_s": world.model.dt_s,
        "seed": world.model.seed if control else None,
        "phases": list(session.engine.network.arr.phases),
    }


def _nation(scenario: Scenario, name: str) -> dict[str, Any]:
    return {"name": name, "title": scenario.nations[name].name or name, "side": scenario.nations[name].side}


def _truth_names(world: World) -> list[dict[str, str]]:
    names = world.model.names
    types = world.state.aircraft["type"].tolist()
    return [
        {"name": name, "type": names.aircraft_types[kind]} for name, kind in zip(names.aircraft, types, strict=True)
    ]


def _rows_told(session: Session, watch: SeatWatch | None, control: bool) -> dict[str, Any]:
    """Shooters, sensors, airfields and assets: those the watch knows; control without a post sees all sites."""
    world = session.engine.world
    if watch is None and not control:
        return {"shooters": [], "sensors": [], "airfields": [], "assets": []}
    every = watch is None
    sensors = range(len(world.state.radars)) if every else watch.known.sensors.tolist()
    airfields = range(len(world.state.airfields)) if every else watch.known.airfields.tolist()
    assets = range(len(world.state.assets)) if every else watch.known.assets.tolist()
    return {
        "shooters": [] if every else shooters(session, watch),
        "sensors": sensor_rows(world, sensors),
        "airfields": [_site(world.model.names.airfields[row], world.state.airfields[row]) for row in airfields],
        "assets": [
            _site(world.model.names.assets[row], world.state.assets[row])
            | {"radius_m": float(world.state.assets["radius_m"][row])}
            for row in assets
        ],
    }


def shooters(session: Session, watch: SeatWatch) -> list[dict[str, Any]]:
    """The launchers and fighters a seat knows, with what it may think of ordering."""
    names = session.engine.world.model.names
    planner = watch.post.planner
    rows = empty(CAPABILITY) if planner is None else planner.config.capability[watch.known.shooters]
    found: list[dict[str, Any]] = []
    for cap in rows:
        launcher = cap["shooter"] == Shooter.LAUNCHER
        row = int(cap["row"])
        place = _degrees(session.engine.world.state.launchers["pos_ecef_m"][row]) if launcher else (None, None)
        found.append(
            {
                "name": names.launchers[row] if launcher else names.aircraft[row],
                "unit": names.units[int(cap["unit"])],
                "nation": int(cap["nation"]),
                "kind": int(cap["shooter"]),
                "lat_deg": place[0],
                "lon_deg": place[1],
                "range_m": float(cap["range_max_m"]),
                "alt_max_m": float(cap["alt_max_m"]),
                "acts": ["engage", "cease", "weapons"]
                if launcher
                else ["scramble", "engage", "cease", "recover", "weapons"],
            }
        )
    return found


def sensor_rows(world: World, rows: Sequence[int]) -> list[dict[str, Any]]:
    """Sensors as a seat is told them; one that flies has no place."""
    table = sensor_table(world)
    return [
        {
            "name": world.model.names.radars[row],
            "nation": int(table["nation"][row]),
            "kind": int(table["kind"][row]),
            "lon_deg": None if table["moving"][row] else float(table["lon_deg"][row]),
            "lat_deg": None if table["moving"][row] else float(table["lat_deg"][row]),
            "alt_m": float(table["alt_m"][row]) if not table["moving"][row] else None,
            "range_m": float(table["max_range_m"][row]),
            "period_s": float(table["period_s"][row]),
            "moving": bool(table["moving"][row]),
        }
        for row in rows
    ]


def _site(name: str, row: np.void) -> dict[str, Any]:
    return {
        "name": name,
        "nation": int(row["nation"]),
        "lon_deg": float(row["lon_deg"]),
        "lat_deg": float(row["lat_deg"]),
    }


def _degrees(pos_ecef_m: Float) -> tuple[float, float]:
    lat, lon, _ = geo.ecef2geodetic(pos_ecef_m)
    return float(lat), float(lon)


def _word(code: Any) -> str:
    return code.name.lower().replace("_", "-")
