"""Small worlds in which one nation, west, must not notice something; each is a pair of twins by name."""

from __future__ import annotations

import copy
from collections.abc import Callable
from functools import cache
from typing import Any

import generated
import numpy as np

Tree = dict[str, Any]
FAR = generated.REMOTE
SEED = 7
LBAND = "surveillance_long_range_lband_3d"


def radar(lat: float, lon: float, kind: str = LBAND) -> Tree:
    return {"kind": "radar", "radars": [{"id": "a", "type": kind, "at": [lat, lon]}]}


def battery(lat: float, lon: float, kind: str = "sam_long", **more: Any) -> Tree:
    return {"kind": "sam", "batteries": [{"id": "a", "type": kind, "at": [lat, lon], "shots": 6, "reloads": 0, **more}]}


def fliers(name: str, start: tuple[float, float], end: tuple[float, float], target: str, **more: Any) -> Tree:
    route = [{"at": list(start), "altitude": "7 km"}, {"at": list(end), "altitude": "6 km"}]
    return {"id": name, "nation": "red", "type": "strike_fighter", "count": 2, "spacing": "10 s", "target": target,
            "route": route, **more}  # fmt: skip


@cache
def _plain() -> Tree:
    roe = {phase: {"weapons": "tight", "identity": ["hostile", "suspect", "unknown", "pending"]}
           for phase in generated.PHASES}  # fmt: skip
    nations = ("east", "south", "west")
    units: Tree = {}
    for name in nations:
        lat, lon = generated.MIDDLES[name]
        units[f"{name}.radar.1"] = radar(lat + 0.2, lon)
        units[f"{name}.sam.1"] = battery(lat - 0.1, lon + 0.1)
    return {
        "scenario": "lab", "title": "a lab", "about": "what control knows", "start": "2026-06-01T04:00:00Z",
        "duration": "125 s", "tick": "1 s", "phases": generated.PHASES, "phase": "war",
        "nations": {name: {"side": "defender", "iff": "union", "territory": f"{name}.geojson", "roe": roe}
                    for name in nations} | {"red": {"side": "raider", "iff": "red"}},
        "posts": {f"{name}.cp": {"nation": name, "commands": [f"{name}.*"], "at": list(generated.MIDDLES[name]),
                                 "cycle": "5 s", "decision": "5 s"} for name in nations},
        "units": units,
        "airfields": {f"{name}-field": {"nation": name, "at": [52.9 + 0.3 * k, 27.5 + k], "elevation": "150 m"}
                      for k, name in enumerate(nations)},
        "assets": {f"{name}-town": {"nation": name, "at": list(generated.MIDDLES[name]), "value": 5}
                   for name in nations},
        "raid": [fliers("near", (54.5, 27.9), (54.1, 27.4), "west-town"),
                 fliers("edge", (54.5, 25.8), (54.2, 26.6), "west-town"),
                 fliers("south", (52.9, 28.4), (52.5, 28.1), "south-town")],
        "traffic": [{"id": "airway", "count": 2, "every": "20 s", "squawk": "2101", "known_to": ["west"],
                     "route": [{"at": [54.3, 26.5], "altitude": "10 km"}, {"at": [53.6, 29.8], "altitude": "10 km"}]}],
        "networks": {name: {"delay": "1 s", "loss": "0 %"} for name in nations},
        "links": {"we": {"between": ["west.cp", "east.cp"], "delay": "2 s", "loss": "10 %"},
                  "es": {"between": ["east.cp", "south.cp"], "delay": "1 s", "loss": "10 %"},
                  "ws": {"between": ["west.cp", "south.cp"], "delay": "1 s"}},
        "agreements": [{"name": "pact", "parties": ["west", "east"], "clauses": []},
                       {"name": "side", "parties": ["east", "south"], "clauses": []}],
        "declarations": [],
    }  # fmt: skip


def lab(*edits: Callable[[Tree], Any]) -> Tree:
    """The plain lab with edits."""
    tree = copy.deepcopy(_plain())
    for edit in edits:
        edit(tree)
    return tree


def clause(pact: int, **text: Any) -> Callable[[Tree], None]:
    def edit(tree: Tree) -> None:
        tree["agreements"][pact]["clauses"].append(copy.deepcopy({key.rstrip("_"): item for key, item in text.items()}))

    return edit


TRACKS = {"id": "T", "share": "tracks", "from_": "east", "to": "west", "over": "we", "every": "5 s",
          "fields": ["position"], "of": {"sensors": ["east.*"]}}  # fmt: skip
NAMED = TRACKS | {"fields": ["position", "identity"]}
PLOTS = {"id": "P", "share": "plots", "from_": "east", "to": "west", "over": "we", "of": {"sensors": ["east.*"]}}

NAMES = clause(0, id="N", share="identity", from_="east", to="west", over="we")
PLANS = {"id": "F", "share": "flight-plans", "from_": "east", "to": "west", "over": "we"}


def far_place(tree: Tree, owner: str = "east") -> None:
    """A radar, a battery, a town and raiders out of west's sight."""
    lat, lon = FAR
    tree["units"][f"{owner}.far.radar"] = radar(lat, lon)
    tree["units"][f"{owner}.far.sam"] = battery(lat, lon + 0.1)
    tree["assets"]["far-town"] = {"nation": owner, "at": [lat, lon], "value": 3}
    tree["raid"].append(fliers("far", (lat - 0.5, lon), (lat - 0.1, lon), "far-town", count=3))


def no_raid(name: str) -> Callable[[Tree], None]:
    def edit(tree: Tree) -> None:
        tree["raid"] = [raid for raid in tree["raid"] if raid["id"] != name]

    return edit


def quiet(tree: Tree) -> None:
    for name in ("east.cp", "south.cp"):
        tree["posts"][name]["decision"] = "50 min"


def hidden_radar(tree: Tree) -> None:
    tree["units"]["east.hid.radar"] = radar(53.7, 28.4)


def moved_radar(tree: Tree) -> None:
    tree["units"]["east.hid.radar"] = radar(53.9, 29.3, "surveillance_long_range_vhf_2d")


def hidden_guns(tree: Tree) -> None:
    tree["units"]["east.aaa.guns"] = battery(53.8, 29.4, "sam_medium")


def common(tree: Tree) -> None:
    """East and south fight as one, and their units answer each other's posts."""
    tree["agreements"][1]["clauses"].append(
        {"id": "C", "order": ["scramble", "engage"], "units": ["*"], "from": "south", "to": "east", "over": "es",
         "targets": {"identity": ["hostile"]}}
    )


def late(depart: str, owner: str = "east") -> Callable[[Tree], None]:
    """Raiders that only east's far radar sees, from some time on."""
    def edit(tree: Tree) -> None:
        lat, lon = FAR
        tree["units"][f"{owner}.far.radar"] = radar(lat, lon)
        tree["assets"]["far-town"] = {"nation": owner, "at": [lat, lon], "value": 3}
        tree["raid"].append(fliers("far", (lat - 0.5, lon), (lat - 0.1, lon), "far-town", depart=depart))

    return edit


def cut(start: str, end: str) -> Callable[[Tree], None]:
    return lambda tree: tree["links"]["we"].update(cuts=[{"start": start, "end": end}], loss="0 %")


def loss_rule(tree: Tree) -> None:
    tree["agreements"][0]["on_link_loss"] = {"link": "we", "after": "5 s", "then": "national",
                                             "resume": "after 300 s up"}  # fmt: skip


def withdrawable(tree: Tree) -> None:
    tree["agreements"][1]["withdrawal"] = {"by": ["east.head"], "takes": "0 s"}
    common(tree)


def withdrawn(tree: Tree) -> None:
    tree["declarations"].append({"withdraw": ["side"], "by": ["east.head"], "when": {"at": "40 s"}})


def alert_plan(tree: Tree) -> None:
    tree["agreements"][0]["withdrawal"] = {"by": ["west.head"], "takes": "0 s"}
    tree["raid"] = [raid for raid in tree["raid"] if raid["id"] == "far"]
    tree["declarations"].append({"withdraw": ["pact"], "by": ["west.head"], "when": "alert"})


def border_far(tree: Tree) -> None:
    """South's own raid crosses south's border, out of west's sight: its radars look elsewhere."""
    tree["units"]["west.radar.1"] = radar(54.9, 26.2, "gap_filler_uhf_2d")


def south_tells_east(tree: Tree) -> None:
    tree["agreements"][1]["clauses"].append(
        {"id": "S", "share": "tracks", "from": "south", "to": "east", "over": "es", "every": "5 s",
         "of": {"sensors": ["south.*"]}}
    )  # fmt: skip


def help_owed(tree: Tree) -> None:
    """East owes west help after an attack; only west's own alert may call for it."""
    tree["agreements"][0]["clauses"].append(
        {"id": "H", "share": "plots", "from": "east", "to": "west", "over": "we", "of": {"sensors": ["east.radar.1"]},
         "if_attacked": {"within": "60 s", "takes": "0 s"}}
    )  # fmt: skip
    tree["raid"] = [raid for raid in tree["raid"] if raid["id"] == "far"]


Pair = tuple[Tree, Tree]
IN_STRIP = {"sensors": ["*"], "zone": "within 60 km of border"}
RADAR_1 = {"sensors": ["east.radar.1"]}


def _field(tree: Tree) -> None:
    tree["airfields"]["east-field"]["at"] = [54.4, 29.1]


def _nothing(_: Tree) -> None:
    return


def pairs() -> dict[str, Callable[[], Pair]]:
    """Twins by name: west may notice nothing."""
    far_tracks = (clause(0, **(TRACKS | {"of": IN_STRIP})), far_place)
    far_sensor = (clause(0, **(TRACKS | {"of": {"sensors": ["east.radar.*"]}})), far_place)
    near_plots = (clause(0, **(PLOTS | {"of": RADAR_1})), quiet)
    return {
        "far deeds": lambda: (lab(*far_sensor, common), lab(*far_sensor, common, no_raid("far"))),
        "far tracks in no zone": lambda: (lab(*far_tracks), lab(*far_tracks, no_raid("far"))),
        "far plots in no zone": lambda: (
            lab(clause(0, **(PLOTS | {"of": IN_STRIP})), far_place), lab(clause(0, **(PLOTS | {"of": IN_STRIP})), far_place, no_raid("far"))
        ),
        "hidden radar": lambda: (lab(*near_plots, hidden_radar), lab(*near_plots, moved_radar)),
        "no hidden radar": lambda: (lab(*near_plots, hidden_radar), lab(*near_plots)),
        "hidden radar and tracks": lambda: (
            lab(clause(0, **(TRACKS | {"of": RADAR_1})), quiet, hidden_radar), lab(clause(0, **(TRACKS | {"of": RADAR_1})), quiet, nudged)
        ),
        "other phase": lambda: (
            lab(clause(0, **PLOTS, phases=["peace"]), peace, quiet, late("1 s")),
            lab(clause(0, **PLOTS, phases=["peace"]), peace, quiet, late("1 s"), no_raid("far")),
        ),
        "link down": lambda: (
            lab(clause(0, **PLOTS), cut("30 s", "10 min"), late("50 s")),
            lab(clause(0, **PLOTS), cut("30 s", "10 min"), late("50 s"), no_raid("far")),
        ),
        "link lost": lambda: (
            lab(clause(0, **PLOTS), cut("20 s", "40 s"), loss_rule, late("60 s")),
            lab(clause(0, **PLOTS), cut("20 s", "40 s"), loss_rule, late("60 s"), no_raid("far")),
        ),
        "not due": lambda: (
            lab(clause(0, **(TRACKS | {"every": "10 min"})), late("40 s")),
            lab(clause(0, **(TRACKS | {"every": "10 min"})), late("40 s"), no_raid("far")),
        ),
        "plans of others": lambda: (
            lab(clause(0, **NAMED), quiet, lambda t: t["traffic"][0].update(known_to=["east"])),
            lab(clause(0, **NAMED), quiet, lambda t: t["traffic"][0].update(known_to=[])),
        ),
        "who knows a plan": lambda: (
            lab(clause(0, **NAMED), quiet, lambda t: t["traffic"][0].update(known_to=["west", "east"])),
            lab(clause(0, **NAMED), quiet, lambda t: t["traffic"][0].update(known_to=["west"])),
        ),
        "identities of what is not told": lambda: (
            lab(*far_tracks, NAMES), lab(*far_tracks, NAMES, no_raid("far"))
        ),
        "plans in another phase": lambda: (
            lab(clause(0, **PLANS, phases=["peace"]), quiet, lambda t: t["traffic"][0].update(known_to=["east"])),
            lab(clause(0, **PLANS, phases=["peace"]), quiet, lambda t: t["traffic"][0].update(known_to=[])),
        ),
        "plans told to others": lambda: (
            lab(clause(1, **(PLANS | {"to": "south", "over": "es"})), quiet, lambda t: t["traffic"][0].update(known_to=["east"])),
            lab(clause(1, **(PLANS | {"to": "south", "over": "es"})), quiet, lambda t: t["traffic"][0].update(known_to=[])),
        ),
        "own plans only": lambda: (
            lab(quiet, lambda t: t["traffic"][0].update(known_to=["east"])),
            lab(quiet, lambda t: t["traffic"][0].update(known_to=[])),
        ),
        "hidden guns": lambda: (lab(quiet, hidden_guns), lab(quiet)),
        "hidden asset": lambda: (lab(quiet), lab(quiet, lambda t: t["assets"]["east-town"].update(value=50))),
        "hidden asset moved": lambda: (
            lab(quiet), lab(quiet, lambda t: t["assets"].update(aaa={"nation": "east", "at": [53.2, 29.5], "value": 2}))
        ),
        "words": lambda: (lab(quiet, asked_for, hidden_guns), lab(quiet, asked_for)),
        "others' link in use": lambda: (
            lab(clause(0, **TRACKS), east_tells_south, quiet),
            lab(clause(0, **TRACKS), east_tells_south, quiet, lambda t: t["links"]["es"].update(loss="60 %")),
        ),
        "hidden field": lambda: (lab(quiet), lab(quiet, _field)),
        "others' clauses": lambda: (lab(quiet), lab(quiet, clause(1, **(PLOTS | {"from_": "south", "to": "east", "over": "es", "of": {"sensors": ["south.*"]}})))),
        "others' consent": lambda: (lab(quiet, withdrawable), lab(quiet, withdrawable, withdrawn)),
        "others' link": lambda: (
            lab(quiet), lab(quiet, lambda t: t["links"]["es"].update(cuts=[{"start": "30 s", "end": "60 s"}]))
        ),
        "others' alert": lambda: (
            lab(clause(0, **(PLOTS | {"of": RADAR_1})), border_far, alert_plan, far_asked),
            lab(clause(0, **(PLOTS | {"of": RADAR_1})), border_far, alert_plan, far_asked, no_raid("far")),
        ),
        "others' help": lambda: (
            lab(border_far, help_owed, far_asked), lab(border_far, help_owed, far_asked, no_raid("far"))
        ),
        "passed on": lambda: (
            lab(clause(0, **(TRACKS | {"fields": ["position", "velocity"]})), south_tells_east, far_south),
            lab(clause(0, **(TRACKS | {"fields": ["position", "velocity"]})), south_tells_east, far_south, no_raid("far")),
        ),
        "told to others": lambda: (
            lab(*far_sensor, east_tells_south), lab(*far_sensor, east_tells_south, no_raid("far"))
        ),
        "the author's words": lambda: (lab(quiet), lab(quiet, lambda t: t.update(about="something else"))),
        "slow radar": lambda: (lab(quiet, slow_radar), lab(quiet)),
    }  # fmt: skip


def asked_for(tree: Tree) -> None:
    """West may ask for one battery of east, against what is hostile only: most of what it asks is refused."""
    tree["agreements"][0]["clauses"].append(
        {"id": "O", "order": ["engage"], "units": ["east.sam.1"], "from": "east", "to": "west", "over": "we",
         "targets": {"identity": ["friend"]}}
    )  # fmt: skip


def peace(tree: Tree) -> None:
    tree["phase"] = "war"


def nudged(tree: Tree) -> None:
    tree["units"]["east.hid.radar"] = radar(53.71, 28.41)


def far_asked(tree: Tree) -> None:
    """A far place inside east's land as far as east's post is told: its raiders raise east's alert."""
    far_place(tree)
    west, south, _, north = generated.BOXES["east"]
    assert (west, south, north) == (28.0, 53.0, 55.0)
    raid = next(raid for raid in tree["raid"] if raid["id"] == "far")
    raid["route"] = [{"at": [52.85, FAR[1]], "altitude": "7 km"}, {"at": [53.6, FAR[1]], "altitude": "6 km"}]
    tree["traffic"] = []
    tree["nations"]["east"]["territory"] = "wide-east.geojson"


def far_south(tree: Tree) -> None:
    far_place(tree, "south")


def east_tells_south(tree: Tree) -> None:
    tree["agreements"][1]["clauses"].append(
        {"id": "E", "share": "tracks", "from": "east", "to": "south", "over": "es", "every": "5 s",
         "of": {"sensors": ["east.*"]}}
    )  # fmt: skip


def slow_radar(tree: Tree) -> None:
    """A radar that turns slowly: how long a console shows a track as fresh must not tell of it."""
    from twins import _slow

    _slow(tree, "east.hid.slow", radar(53.7, 28.4, "slow"))


def scenario(tree: Tree) -> Any:
    """A lab read as a scenario."""
    return generated.scenario(tree)


__all__ = ["SEED", "np", "pairs", "scenario"]
