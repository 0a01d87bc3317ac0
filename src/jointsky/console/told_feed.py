"""What the seat of a watching post is told once: its sensors and where they stand. There is no scenario behind it."""

import math
from datetime import UTC, datetime
from typing import Any

from jointsky.console import ground, wire
from jointsky.console.told import BANNER, PACE, SLACK_S, codes
from jointsky.geo.areas import Box
from jointsky.live.seats import SeatWatch
from jointsky.live.showing import Mode, Showing
from jointsky.live.watching import POST, Watching
from jointsky.vocab.records import Rows

SHOWN_M = 250_000.0
"""How far around a sensor the map begins, at most."""
METRES_A_DEGREE = 111_320.0


class WatchingTeller:
    """Tells of radar data: one seat, which moves the time of a capture and never that of live data."""

    steering = POST

    def __init__(self, watching: Watching) -> None:
        self._watching = watching
        self.steers = frozenset[str]() if watching.mode == Mode.LIVE else PACE

    def static(self, seat: str, watch: SeatWatch | None) -> dict[str, Any]:
        """See Teller."""
        return static_of(self._watching, seat)

    def coverage(self, watch: SeatWatch | None, height_m: float) -> list[dict[str, Any]]:
        """See Teller."""
        return ground.coverage(self._watching.post.sensors, watch, height_m)

    def truth(self) -> dict[str, Rows]:
        """Nobody knows what is true."""
        return {}


def feed_teller(showing: Showing) -> WatchingTeller:
    """The teller of a watching post. Raises TypeError for anything else."""
    if not isinstance(showing, Watching):
        raise TypeError(f"nobody tells of a {type(showing).__name__}")
    return WatchingTeller(showing)


def static_of(watching: Watching, seat: str) -> dict[str, Any]:
    """What the seat is told once, and again when sensors join."""
    nations, sensors = watching.watches[seat].arrangement.nations, watching.post.sensors
    box = _box(sensors)
    return {
        "kind": "static",
        "wire": wire.VERSION,
        "mode": str(watching.mode),
        "banner": BANNER,
        "seat": {
            "name": seat,
            "title": "watching post",
            "nation": -1,
            "control": False,
            "looks_at": seat,
            "may": [] if watching.mode == Mode.LIVE else ["pause", "rate", "step"],
        },
        "scenario": {
            "name": watching.source.title,
            "title": watching.source.title,
            "about": "",
            "agreement": "",
            "start": datetime.fromtimestamp(watching.source.start_s, UTC).isoformat().replace("+00:00", "Z"),
            "duration_s": watching.end_s if math.isfinite(watching.end_s) else None,
            "tick_s": watching.pace.dt_s,
            "seed": None,
            "phases": [],
        },
        "nations": [{"name": name, "title": name or "nation not told", "side": "defender"} for name in nations],
        "posts": [],
        "clauses": [],
        "coast_s": watching.post.cycle_s + float(sensors["period_s"].max(initial=0.0)) + SLACK_S,
        "tables": wire.schema(),
        "codes": codes(),
        "truth": [],
        "shooters": [],
        "sensors": [_sensor(name, row) for name, row in zip(watching.source.table.names, sensors, strict=True)],
        "airfields": [],
        "assets": [],
        "land": ground.around(box),
        "view": ground.view(box),
    }


def _sensor(name: str, row: Any) -> dict[str, Any]:
    numbers = ("lon_deg", "lat_deg", "alt_m", "period_s")
    return {
        "name": name,
        "nation": int(row["nation"]),
        "kind": int(row["kind"]),
        **{number: float(row[number]) for number in numbers},
        "range_m": float(row["max_range_m"]),
        "moving": False,
    }


def _box(sensors: Rows) -> Box:
    """What the sensors see, as far as `SHOWN_M`."""
    if len(sensors) == 0:
        return ground.NOWHERE
    reach_deg = min(float(sensors["max_range_m"].max()), SHOWN_M) / METRES_A_DEGREE
    lat, lon = sensors["lat_deg"], sensors["lon_deg"]
    wide_deg = reach_deg / max(math.cos(math.radians(float(lat.mean()))), 0.1)
    south, north = max(float(lat.min()) - reach_deg, -85.0), min(float(lat.max()) + reach_deg, 85.0)
    return Box(float(lon.min()) - wide_deg, south, float(lon.max()) + wide_deg, north)
