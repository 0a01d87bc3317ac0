"""A stand-in for the console's server, for tests of the client alone: it says what the page on the wire says.

It lives in the browser driver: the page's websocket is answered here, so that a test decides when what arrives.
"""

import json
import math
import struct
import time
from collections.abc import Callable
from typing import Any

import numpy as np
from playwright.sync_api import Page, WebSocketRoute

from jointsky.atlas import borders

Row = dict[str, float]

TABLES: dict[str, tuple[int, str]] = {
    "tracks": (
        1,
        "track:u4 lon_deg:f4 lat_deg:f4 alt_m:f4 speed_mps:f4 course_deg:f4 climb_mps:f4 sigma_pos_m:f4 "
        "sigma_height_m:f4 age_s:f4 own_age_s:f4 released_age_s:f4 first_s:f4 existence:f4 code:i2 origin:i2 clause:i2 "
        "reasons:u2 sensors:u2 identity:u1 kind:u1 iff:u1 fire_control:u1 engaged:u1",
    ),
    "units": (
        2,
        "shooter:u2 lon_deg:f4 lat_deg:f4 alt_m:f4 speed_mps:f4 course_deg:f4 age_s:f4 ready_in_s:f4 fuel_s:f4 "
        "order:u4 track:u4 shots_left:i2 channels_free:i2 status:u1 weapons:u1",
    ),
    "engagements": (3, "order:u4 track:u4 shooter:u2 act:u1 shots:u1 chance:f4 since_s:f4"),
    "strobes": (4, "lon_deg:f4 lat_deg:f4 az_deg:f4 age_s:f4 sensor:i2"),
    "sensors": (5, "sensor:u2 lon_deg:f4 lat_deg:f4 heard_age_s:f4"),
    "truth": (
        16,
        "row:u4 lon_deg:f4 lat_deg:f4 alt_m:f4 speed_mps:f4 course_deg:f4 climb_mps:f4 nation:i2 side:u1 kind:u1 "
        "state:u1 jamming:u1",
    ),
}

LAUNCHERS = {
    "west.sam.1": (27.6, 53.9),
    "west.sam.2": (25.9, 53.1),
    "west.sam.3": (29.2, 55.1),
    "west.sam.4": (24.0, 53.7),
}
RADARS = {"west.radar.1": (27.9, 54.2), "west.radar.2": (25.2, 53.3), "west.radar.3": (29.6, 55.3)}
START_MS = 1780286400000.0


def columns_of(name: str) -> list[tuple[str, str]]:
    """Column names and types of a table."""
    return [(word.split(":")[0], word.split(":")[1]) for word in TABLES[name][1].split()]


def update(t_s: float, tables: dict[str, list[Row]]) -> bytes:
    """One binary update."""
    head = struct.pack(
        "<4sHHIIddd", b"JSK1", 1, len(tables), int(t_s), 1, t_s, START_MS + 1000 * t_s, 1000 * time.time()
    )
    parts = [head]
    for name, rows in tables.items():
        parts.append(struct.pack("<HHI", TABLES[name][0], len(columns_of(name)), len(rows)))
        for column, kind in columns_of(name):
            octets = np.array([row.get(column, 0) for row in rows], dtype=f"<{kind}").tobytes()
            parts.append(octets + bytes(-len(octets) % 8))
    return b"".join(parts)


def tracks_at(t_s: float, count: int) -> list[Row]:
    """Some traffic: a raid from the west, airliners, own fighters."""
    rows: list[Row] = []
    for k in range(count):
        raider = k % 3 == 0
        spread = (k * 0.618034) % 1.0
        course = 80.0 + 25.0 * (spread - 0.5) if raider else 360.0 * spread
        speed = 230.0 + 40.0 * spread
        lon = (22.3 + 2.4 * spread if raider else 22.5 + 8.5 * ((k * 0.7549) % 1.0)) + t_s * speed * math.sin(
            math.radians(course)
        ) / 65400
        lat = 51.9 + 4.0 * ((k * 0.5698) % 1.0) + t_s * speed * math.cos(math.radians(course)) / 111195
        age = 20.0 if k % 11 == 5 else 2.0 + k % 4
        released = k % 5 == 2
        rows.append(
            {
                "track": k + 1,
                "lon_deg": lon,
                "lat_deg": lat,
                "alt_m": 400.0 + 10500.0 * ((k * 0.381) % 1.0),
                "speed_mps": speed,
                "course_deg": course,
                "climb_mps": [0.0, 6.0, -5.0][k % 3],
                "sigma_pos_m": 180.0,
                "sigma_height_m": math.nan if k % 13 == 6 else 300.0,
                "age_s": age,
                "own_age_s": math.inf if released else age,
                "released_age_s": age if released else math.inf,
                "first_s": 10.0 * k,
                "existence": 0.99,
                "code": -1 if raider else 0o7700 if k == 4 else 0o2200 + k,
                "origin": 0 if released else 1,
                "clause": 0 if released else -1,
                "reasons": (16 | 32 | 64) if raider else 4,
                "sensors": 1 + k % 4,
                "identity": [6, 4, 3][k % 3] if k % 7 else [5, 1, 0, 2][(k // 7) % 4],
                "kind": [1, 5, 0, 2, 255, 6][k % 6],
                "iff": 0,
                "fire_control": int(raider),
                "engaged": int(k == 0),
            }
        )
    return rows


class StandIn:
    """Answers a page's websocket. `verdict` decides on orders; `commands` keeps what the page sent."""

    def __init__(self, page: Page, tracks: int = 40, control: bool = False) -> None:
        self.tracks = tracks
        self.control = control
        self.commands: list[dict[str, Any]] = []
        self.hellos: list[dict[str, Any]] = []
        self.events: list[dict[str, Any]] = []
        self.state = "running"
        self.started = time.monotonic()
        self.socket: WebSocketRoute | None = None
        self.verdict: Callable[[dict[str, Any]], tuple[bool, list[str], str]] = lambda _: (True, ["C3"], "")
        self.against: list[str] = []
        page.route_web_socket("**/ws", self._accept)

    def tick(self, t_s: float | None = None) -> None:
        """Send one update of now."""
        t_s = time.monotonic() - self.started if t_s is None else t_s
        tables: dict[str, list[Row]] = {}
        if self.control:
            names = ("lon_deg", "lat_deg", "alt_m", "speed_mps", "course_deg", "climb_mps", "kind")
            tables["truth"] = [
                {name: row[name] for name in names} | {"row": k, "nation": k % 2, "side": [2, 0, 1][k % 3]}
                for k, row in enumerate(tracks_at(t_s, self.tracks))
            ]
        else:
            tables = self._picture(t_s)
        self._socket().send(update(t_s, tables))

    def say(self, message: dict[str, Any]) -> None:
        """Send one text message."""
        self._socket().send(json.dumps(message))

    def tell(self, *events: dict[str, Any]) -> None:
        """Send events, numbered."""
        fresh = [{"n": len(self.events) + k + 1, "t_s": 60.0, **event} for k, event in enumerate(events)]
        self.events += fresh
        self.say({"kind": "events", "events": fresh})

    def drop(self) -> None:
        """Lose the connection."""
        self._socket().close(code=4408, reason="test")

    def _socket(self) -> WebSocketRoute:
        if self.socket is None:
            raise RuntimeError("the page has opened no socket")
        return self.socket

    def _picture(self, t_s: float) -> dict[str, list[Row]]:
        units = [
            {"shooter": k, "lon_deg": lon, "lat_deg": lat, "shots_left": 8, "status": 1, "weapons": 1}
            for k, (lon, lat) in enumerate(LAUNCHERS.values())
        ]
        fighters = [{"shooter": 4, "lon_deg": 25.3, "lat_deg": 53.9, "shots_left": 4, "status": 0, "weapons": 1}]
        flying = [{"shooter": 5, "lon_deg": 26.2, "lat_deg": 54.6, "shots_left": 4, "status": 3, "weapons": 1}]
        sensors = [{"sensor": k, "lon_deg": lon, "lat_deg": lat} for k, (lon, lat) in enumerate(RADARS.values())]
        strobe = [{"lon_deg": 25.2, "lat_deg": 53.3, "az_deg": az, "sensor": 1} for az in (262.0, 289.0)]
        return {
            "tracks": tracks_at(t_s, self.tracks),
            "units": [*units, *fighters, *flying],
            "engagements": [{"order": 7, "track": 1, "shooter": 1, "act": 2, "shots": 2}],
            "strobes": strobe,
            "sensors": sensors,
        }

    def _accept(self, socket: WebSocketRoute) -> None:
        self.socket = socket
        socket.on_message(lambda text: self._take(json.loads(text)))

    def _take(self, message: dict[str, Any]) -> None:
        if message["kind"] == "hello":
            self.hellos.append(message)
            self.say(self.static())
            self.session()
            missed = [event for event in self.events if event["n"] > message["since"]]
            if missed:
                self.say({"kind": "events", "events": missed})
            self.tick()
            return
        self.commands.append(message)
        self._answer(message)

    def session(self) -> None:
        """Tell the state of the exercise."""
        self.say(
            {
                "kind": "session",
                "state": self.state,
                "rate": 1.0,
                "phase": "war",
                "tick": 1,
                "end_s": 3600,
                "orders": not self.control,
                "reason": "",
                "looks_at": None,
            }
        )

    def _answer(self, message: dict[str, Any]) -> None:
        answer: dict[str, Any] = {"kind": "answer", "id": message["id"], "ok": True, "reason": "", "tick": 2}
        if message["kind"] in ("ask", "order"):
            allowed, clauses, reason = self.verdict(message)
            if message["kind"] == "ask":
                answer |= {"allowed": allowed, "clauses": clauses, "against": self.against, "reason": reason}
                answer |= {"approval_by": None, "takes_s": 0}
            self.say(answer)
            if message["kind"] == "order":
                self.tell(
                    {
                        "type": "decision",
                        "act": 2,
                        "unit": "west.sam.1",
                        "track": message.get("track", 0),
                        "allowed": allowed,
                        "phase": "war",
                        "clauses": clauses,
                        "against": self.against,
                        "reason": reason,
                        "order": 9,
                        "approved_s": None,
                        "command": message["id"],
                    }
                )
            return
        if message["kind"] == "coverage":
            turn = [2 * math.pi * k / 36 for k in range(36)]
            answer["rings"] = [
                {"sensor": k, "ring": [[lon + 2.4 * math.sin(a), lat + 1.4 * math.cos(a)] for a in turn]}
                for k, (lon, lat) in enumerate(RADARS.values())
            ]
        if message["kind"] in ("pause", "resume"):
            self.state = {"pause": "paused", "resume": "running"}[message["kind"]]
        self.say(answer)
        self.session()

    def static(self) -> dict[str, Any]:
        """What the server tells once."""
        seat = {"name": "control", "title": "Exercise control", "nation": -1, "control": True, "looks_at": None}
        seat["may"] = ["pause", "rate", "step", "look", "end", "report"]
        if not self.control:
            seat = {"name": "west.cp", "title": "west.cp", "nation": 1, "control": False, "looks_at": "west.cp"}
            seat["may"] = []
        return {
            "kind": "static",
            "wire": 1,
            "mode": "exercise",
            "banner": "WEAPONS SIMULATED",
            "seat": seat,
            "scenario": {
                "name": "stand-in",
                "title": "Stand-in",
                "about": "",
                "agreement": "joint-2009",
                "start": "2026-06-01T04:00:00Z",
                "duration_s": 3600,
                "tick_s": 1.0,
                "seed": 1,
                "phases": ["peace", "threat", "war"],
            },
            "nations": [
                {"name": "east", "title": "east", "side": "defender"},
                {"name": "west", "title": "west", "side": "defender"},
            ],
            "posts": [{"name": "west.cp", "nation": 1, "host": None}],
            "clauses": [
                {"id": "S1", "verb": "share", "words": ["plots"], "agreement": "joint-2009"},
                {"id": "C3", "verb": "order", "words": ["engage"], "agreement": "joint-2009"},
            ],
            "coast_s": 25.0,
            "tables": [
                {"id": number, "name": name, "columns": columns_of(name)} for name, (number, _) in TABLES.items()
            ],
            "codes": {
                "identity": [],
                "kind": [],
                "act": ["scramble", "position", "engage", "weapons status", "recover", "cease"],
                "status": ["parked", "starting", "on route", "under orders", "returning", "landed"],
                "weapons": ["hold", "tight", "free"],
                "alert": ["border"],
                "iff": ["no reply", "friend", "not asked"],
                "shot": [],
                "side": [],
                "shooter": ["launcher", "fighter"],
                "reasons": [
                    {"bit": 4, "text": "transponder code and position match a filed flight plan"},
                    {"bit": 16, "text": "no transponder code"},
                    {"bit": 32, "text": "came across the border from outside"},
                    {"bit": 64, "text": "low and fast"},
                ],
            },
            "shooters": [
                {
                    "name": name,
                    "unit": name,
                    "nation": 1,
                    "kind": 0,
                    "lon_deg": lon,
                    "lat_deg": lat,
                    "range_m": 75000,
                    "alt_max_m": 25000,
                    "acts": ["engage", "cease", "weapons"],
                }
                for name, (lon, lat) in LAUNCHERS.items()
            ]
            + [
                {
                    "name": f"west.fighter.{k}",
                    "unit": "west.wing",
                    "nation": 1,
                    "kind": 1,
                    "lon_deg": None,
                    "lat_deg": None,
                    "range_m": 0,
                    "alt_max_m": 0,
                    "acts": ["scramble", "engage", "cease", "recover", "weapons"],
                }
                for k in (1, 2)
            ],
            "sensors": [
                {
                    "name": name,
                    "nation": 1,
                    "kind": 1,
                    "lon_deg": lon,
                    "lat_deg": lat,
                    "alt_m": 200,
                    "range_m": 300000,
                    "period_s": 10,
                    "moving": False,
                }
                for name, (lon, lat) in RADARS.items()
            ],
            "airfields": [{"name": "lida", "nation": 1, "lon_deg": 25.3, "lat_deg": 53.88}],
            "assets": [{"name": "minsk", "nation": 1, "lon_deg": 27.56, "lat_deg": 53.9, "radius_m": 8000}],
            "truth": [{"name": f"raid.{k}", "type": "bomber"} for k in range(self.tracks)] if self.control else [],
            "land": _land(),
            "view": {"lon_deg": 26.8, "lat_deg": 53.9, "width_m": 800000},
        }


def _land() -> list[dict[str, Any]]:
    box = (15.0, 47.0, 40.0, 60.0)
    land = [{"nation": 1, "rings": [ring.tolist() for ring in borders.territory(["Belarus"], box).rings]}]
    for name in ("Lithuania", "Latvia", "Poland", "Ukraine", "Russia"):
        land.append({"nation": -1, "rings": [ring.tolist() for ring in borders.territory([name], box).rings]})
    return land
