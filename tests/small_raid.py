"""A small raid on two nations, for the worth of a common command and of its loss: who holds how much with how little.

Fourteen raiders against four batteries with six missiles each, thirteen minutes, until the last of them is through.
"""

from __future__ import annotations

from typing import Any

import generated

END_S = 780.0
LBAND = "surveillance_long_range_lband_3d"


def _battery(lat: float, lon: float, kind: str, shots: int) -> dict[str, Any]:
    site = {"id": "a", "type": kind, "at": [lat, lon], "shots": shots, "reloads": 0,
            "search": "sam_acquisition_sband_3d"}  # fmt: skip
    return {"kind": "sam", "batteries": [site]}


def _raiders(name: str, kind: str, count: int, start: tuple[float, float], target: str, depart: str) -> dict[str, Any]:
    lat, lon = {"west-town": (54.0, 27.2), "east-town": (54.0, 28.9), "middle": (53.6, 27.9)}[target]
    half = [(start[0] + lat) / 2, (start[1] + lon) / 2]
    way = [{"at": list(start), "altitude": "7 km"}, {"at": half, "altitude": "5 km"}]
    return {"id": name, "nation": "red", "type": kind, "count": count, "spacing": "12 s", "depart": depart,
            "jitter": {"time": "10 s", "lateral": "6 km"}, "target": target, "route": way}  # fmt: skip


def scenario(joint: bool, plots_of: tuple[str, ...] = ("*",)) -> Any:
    """The small raid on two nations alone, or under one command in war that gets the plots of the sensors named."""
    roe = {"war": {"weapons": "tight", "identity": ["hostile", "suspect", "unknown"]}}
    tree: dict[str, Any] = {
        "scenario": "graceful", "start": "2026-06-01T04:00:00Z", "duration": f"{END_S:g} s",
        "phases": ["war"], "phase": "war",
        "nations": {name: {"side": "defender", "iff": "union", "territory": f"{name}.geojson", "roe": roe}
                    for name in ("west", "east")} | {"red": {"side": "raider", "iff": "red"}},
        "posts": {f"{name}.cp": {"nation": name, "commands": [f"{name}.*"], "at": list(generated.MIDDLES[name]),
                                 "cycle": "5 s", "decision": "10 s"} for name in ("west", "east")},
        "units": {
            "west.radar.1": {"kind": "radar", "radars": [{"id": "a", "type": LBAND, "at": [54.2, 26.8]}]},
            "east.radar.1": {"kind": "radar", "radars": [{"id": "a", "type": LBAND, "at": [54.1, 29.2]}]},
            "west.sam.1": _battery(54.0, 27.1, "sam_medium", 6), "west.sam.2": _battery(53.6, 27.7, "sam_medium", 6),
            "east.sam.1": _battery(53.95, 28.7, "sam_medium", 6), "east.sam.2": _battery(53.7, 28.2, "sam_long", 6),
        },
        "assets": {"west-town": {"nation": "west", "at": [54.0, 27.2], "value": 6},
                   "east-town": {"nation": "east", "at": [54.0, 28.9], "value": 6},
                   "middle": {"nation": "west", "at": [53.6, 27.9], "value": 4}},
        "raid": [_raiders("a", "strike_fighter", 4, (54.5, 25.9), "west-town", "0 s"),
                 _raiders("b", "strike_fighter", 3, (54.9, 28.2), "east-town", "20 s"),
                 _raiders("c", "cruise_missile", 3, (53.1, 27.0), "middle", "30 s"),
                 _raiders("d", "strike_fighter", 4, (53.0, 28.6), "middle", "90 s")],
        "networks": {name: {"delay": "1 s", "loss": "1 %"} for name in ("west", "east")},
        "links": {"joint": {"between": ["west.cp", "east.cp"], "delay": "1 s"}},
        "agreements": [],
    }  # fmt: skip
    if joint:
        tree["posts"]["joint.cp"] = {"nation": "west", "host": "west.cp"}
        tree["links"]["joint"]["between"].append("joint.cp")
        tree["agreements"] = [{
            "name": "one-command", "parties": ["west", "east"],
            "clauses": [
                {"id": "S", "share": "plots", "from": "each", "to": "others", "of": {"sensors": list(plots_of)},
                 "over": "joint"},
                {"id": "C", "order": ["scramble", "engage"], "units": ["*"], "from": "each", "to": "joint.cp",
                 "delegate": ["west.cp", "east.cp"], "over": "joint"},
            ],
            "on_link_loss": {"link": "joint", "after": "30 s", "then": "national", "weapons": "tight",
                             "resume": "after 60 s up and confirmed by both"},
        }]  # fmt: skip
    return generated.scenario(tree)
