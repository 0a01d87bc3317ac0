"""Generated whole scenarios, small enough to run in a fraction of a second: two or three nations, random agreements in
the whole language, random links, a few real types, a few raiders and an airliner.

Everything is a function of a number, and every case is plain data (the tree of a scenario file), so that a twin can
be made by changing one datum. A remote place, out of everybody else's sight, belongs to one nation.
"""

from __future__ import annotations

import copy
import json
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from jointsky.engine.check import agreement_faults
from jointsky.errors import ScenarioErrors
from jointsky.scenario.load import Scenario, reload
from jointsky.scenario.sources import Bundle

Tree = dict[str, Any]
TWO = ("east", "west")
THREE = ("east", "south", "west")
PHASES = ["peace", "threat", "war"]
BOXES = {"west": (26.0, 53.0, 28.0, 55.0), "east": (28.0, 53.0, 30.0, 55.0), "south": (26.0, 51.6, 30.0, 53.0)}
"""(west, south, east, north) of each nation's land: east and west share a border, south lies under both."""
MIDDLES = {"west": (54.0, 27.2), "east": (54.0, 28.9), "south": (52.4, 28.0)}
WIDE = (28.0, 53.0, 42.0, 55.0)
"""East's land where it reaches to the remote place."""
REMOTE = (54.0, 40.0)
"""A place that no radar elsewhere can see."""
MAIN = "case.yaml"


@dataclass(frozen=True)
class Case:
    """One generated scenario: its number, the file as data, its nations, and the one that has the remote place."""

    number: int
    tree: Tree
    nations: tuple[str, ...]
    remote: str
    luck: np.random.Generator = field(compare=False)

    @property
    def seed(self) -> int:
        return self.number + 1

    def changed(self, **more: Any) -> Tree:
        """A copy of the tree with keys replaced."""
        return {**copy.deepcopy(self.tree), **more}


def square(box: tuple[float, float, float, float]) -> Tree:
    """A box as GeoJSON."""
    west, south, east, north = box
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "MultiPolygon", "coordinates": [[ring]]}


def scenario(tree: Tree) -> Scenario:
    """The tree read as a scenario file would be. Raises ScenarioErrors."""
    texts = {MAIN: json.dumps(tree)}
    for name, nation in tree["nations"].items():
        if name in BOXES:
            texts[nation["territory"]] = json.dumps(square(WIDE if "wide" in nation["territory"] else BOXES[name]))
    for name, file in tree.get("zones", {}).items():
        texts[file] = json.dumps(square(ZONES[name]))
    return reload(Bundle(MAIN, texts))


ZONES = {"corridor": (27.5, 53.2, 28.6, 54.6), "nowhere-land": (-150.0, 10.0, -149.0, 11.0)}


def case(number: int, nations: tuple[str, ...] | None = None, most_s: int = 240) -> Case:
    """The case of a number: even ones have two nations, odd ones three; it lasts `most_s` at most. Draws again until
    the file is valid."""
    for attempt in range(20):
        luck = np.random.default_rng([number, attempt])
        parties = nations or (TWO, THREE)[number % 2]
        remote = str(luck.choice(parties))
        tree = _tree(luck, parties, remote)
        tree["duration"] = f"{min(int(tree['duration'].split()[0]), most_s)} s"
        try:
            if agreement_faults(scenario(tree)):
                continue
        except ScenarioErrors:
            continue
        return Case(number, tree, parties, remote, luck)
    raise AssertionError(f"case {number}: no valid file in twenty attempts")


def _tree(luck: np.random.Generator, nations: tuple[str, ...], remote: str) -> Tree:
    tree: Tree = {
        "scenario": "case",
        "title": "generated",
        "start": "2026-06-01T04:00:00Z",
        "duration": f"{int(luck.integers(120, 241))} s",
        "tick": "1 s",
        "phases": PHASES,
        "phase": str(luck.choice(["peace", "war", "war", "threat"])),
        "nations": {name: _nation(luck, name) for name in nations} | {"red": {"side": "raider", "iff": "red"}},
        "zones": {"corridor": "corridor.geojson"},
        "posts": _posts(luck, nations),
        "units": {},
        "airfields": {},
        "assets": {},
        "raid": [],
        "traffic": [],
    }
    for name in nations:
        _forces(luck, tree, name)
    _remote_place(tree, remote)
    _raid(luck, tree, nations)
    tree["networks"] = {
        name: {"delay": f"{int(luck.integers(0, 3))} s", "loss": f"{int(luck.integers(0, 4))} %"} for name in nations
    }
    tree["links"] = _links(luck, nations)
    tree["agreements"] = agreements(luck, nations)
    tree["declarations"] = _declarations(luck, nations)
    return tree


def _nation(luck: np.random.Generator, name: str) -> Tree:
    roe = {
        phase: {
            "weapons": str(luck.choice(["tight", "tight", "free"])),
            "identity": ["hostile", "suspect", "unknown", "pending"][: int(luck.integers(1, 5))],
            "approval": f"{int(luck.choice([0, 0, 10]))} s",
            "abroad": bool(luck.random() < 0.9),
            "over_land": str(luck.choice(["any", "any", "any", "any", "own", "none"])),
        }
        for phase in PHASES
    }
    return {"side": "defender", "iff": str(luck.choice(["union", "union", name])), "territory": f"{name}.geojson",
            "roe": roe}  # fmt: skip


def _posts(luck: np.random.Generator, nations: tuple[str, ...]) -> Tree:
    posts: Tree = {
        f"{name}.cp": {
            "nation": name, "at": list(MIDDLES[name]),
            "commands": [f"{name}.{luck.choice(['*', '*', 'qra', 'sam.1'])}"],
            "cycle": f"{int(luck.choice([5, 10]))} s", "decision": f"{int(luck.choice([0, 5, 10]))} s",
            "policy": str(luck.choice(["matching", "greedy"])), "precedence": 2 + k,
        }
        for k, name in enumerate(nations)
    }  # fmt: skip
    host = str(luck.choice(nations))
    posts["joint.cp"] = {"nation": host, "host": f"{host}.cp", "precedence": 1}
    if luck.random() < 0.3:
        posts["joint.cp"]["phases"] = ["threat", "war"]
    if luck.random() < 0.5:
        posts["joint.cp"]["deputies"] = [f"{name}.cp" for name in nations if name != host]
    return posts


def _forces(luck: np.random.Generator, tree: Tree, name: str) -> None:
    lat, lon = MIDDLES[name]

    def near(north: float, east: float) -> list[float]:
        return [round(lat + north + float(luck.uniform(-0.1, 0.1)), 3),
                round(lon + east + float(luck.uniform(-0.1, 0.1)), 3)]  # fmt: skip

    units, first = tree["units"], str(luck.choice(["surveillance_long_range_lband_3d", "gap_filler_uhf_2d"]))
    units[f"{name}.radar.1"] = {"kind": "radar", "radars": [{"id": "a", "type": first, "at": near(0.2, 0.0)}]}
    units[f"{name}.radar.2"] = {
        "kind": "radar",
        "radars": [{"id": "a", "type": "surveillance_long_range_lband_3d", "at": near(-0.3, 0.2)}],
    }
    for k in (1, 2):
        kind = str(luck.choice(["sam_medium", "sam_long"]))
        battery = {"id": "a", "type": kind, "at": near(0.1 - 0.3 * (k - 1), -0.2), "shots": int(luck.integers(2, 9)),
                   "reloads": 0}  # fmt: skip
        if luck.random() < 0.6:
            battery["search"] = "sam_acquisition_sband_3d"
        units[f"{name}.sam.{k}"] = {"kind": "sam", "batteries": [battery]}
    tree["airfields"][f"{name}-field"] = {"nation": name, "at": near(0.0, 0.1), "elevation": "150 m"}
    units[f"{name}.qra"] = {"kind": "fighter", "type": "fighter", "aircraft": 2, "base": f"{name}-field",
                            "readiness": ["5 s", "20 s"]}  # fmt: skip
    if luck.random() < 0.3:
        units[f"{name}.warning"] = {
            "kind": "early-warning",
            "radars": [{"id": "a", "type": "early_warning_uhf", "at": near(0.3, 0.3), "sector": [180, 360]}],
        }
    tree["assets"][f"{name}-town"] = {"nation": name, "at": near(0.0, 0.0), "radius": "5 km",
                                      "value": int(luck.integers(1, 10))}  # fmt: skip
    tree["assets"][f"{name}-depot"] = {"nation": name, "at": near(0.3, -0.3), "radius": "3 km",
                                       "value": int(luck.integers(1, 10))}  # fmt: skip


def _remote_place(tree: Tree, name: str) -> None:
    lat, lon = REMOTE
    tree["units"][f"{name}.radar.far"] = {
        "kind": "radar",
        "radars": [{"id": "a", "type": "surveillance_long_range_lband_3d", "at": [lat, lon]}],
    }
    tree["units"][f"{name}.sam.far"] = {
        "kind": "sam",
        "batteries": [{"id": "a", "type": "sam_long", "at": [lat, lon + 0.1], "shots": 8, "reloads": 0}],
    }
    tree["assets"]["far-town"] = {"nation": name, "at": [lat, lon], "radius": "5 km", "value": 3}
    tree["raid"].append(
        {"id": "far-raid", "nation": "red", "type": "strike_fighter", "count": 2, "spacing": "10 s",
         "target": "far-town",
         "route": [{"at": [lat - 0.6, lon], "altitude": "6 km"}, {"at": [lat - 0.1, lon], "altitude": "6 km"}]}
    )  # fmt: skip


def _raid(luck: np.random.Generator, tree: Tree, nations: tuple[str, ...]) -> None:
    kinds = ["strike_fighter", "bomber", "cruise_missile"]
    for k in range(int(luck.integers(2, 4))):
        target = str(luck.choice(nations))
        lat, lon = tree["assets"][f"{target}-town"]["at"]
        north, east = float(luck.uniform(0.25, 0.6)), float(luck.uniform(-1.3, 1.3))
        tree["raid"].append(
            {"id": f"raid-{k}", "nation": "red", "type": str(luck.choice(kinds)), "count": int(luck.integers(1, 4)),
             "spacing": "8 s", "jitter": {"lateral": "2 km"}, "target": f"{target}-town",
             "route": [{"at": [round(lat + north, 3), round(lon + east, 3)], "altitude": "7 km"},
                       {"at": [round(lat + 0.4 * north, 3), round(lon + 0.4 * east, 3)], "altitude": "6 km"}]}
        )  # fmt: skip
    known = [name for name in nations if luck.random() < 0.7]
    tree["traffic"].append(
        {"id": "airway", "type": "airliner", "count": 2, "every": "30 s", "squawk": "2101", "plan": "filed",
         "known_to": known,
         "route": [{"at": [54.3, 26.3], "altitude": "10 km"}, {"at": [53.6, 29.8], "altitude": "10 km"}]}
    )  # fmt: skip


def _links(luck: np.random.Generator, nations: tuple[str, ...]) -> Tree:
    """A link for each pair, named after both, and one for all."""
    links: Tree = {}
    pairs = [(a, b) for i, a in enumerate(nations) for b in nations[i + 1 :]]
    for ends, name in [*(((a, b), f"{a}-{b}") for a, b in pairs), (nations, "net")]:
        link: Tree = {"between": [f"{end}.cp" for end in ends], "delay": f"{int(luck.integers(0, 4))} s"}
        if luck.random() < 0.4:
            link["loss"] = f"{int(luck.integers(1, 21))} %"
        if luck.random() < 0.5:
            start = int(luck.integers(20, 120))
            link["cuts"] = [{"start": f"{start} s", "end": f"{start + int(luck.integers(5, 80))} s"}]
        links[name] = link
    return links


def _declarations(luck: np.random.Generator, nations: tuple[str, ...]) -> list[Tree]:
    found: list[Tree] = []
    for phase in ("threat", "war"):
        if luck.random() < 0.4:
            found.append(
                {"phase": phase, "by": [f"{name}.head" for name in nations if luck.random() < 0.9] or ["red.head"],
                 "when": {"at": f"{int(luck.integers(5, 90))} s"}}
            )  # fmt: skip
    for k in range(3):
        by, start = str(luck.choice(nations)), int(luck.integers(20, 100))
        name = str(luck.choice(["pact", "pact-common", *(f"pact-{n}" for n in range(6))]))
        said = {"by": [f"{by}.head"], "when": {"at": f"{start} s"}}
        if k < 2 and luck.random() < 0.5:
            found.append({"withdraw": [name], **said})
            if luck.random() < 0.5:
                found.append({"restore": [name], "by": [f"{by}.head"], "when": {"at": f"{start + 30} s"}})
        if k == 2 and luck.random() < 0.5:
            found.append({"attacked": by, **said})
    return found


def agreements(luck: np.random.Generator, nations: tuple[str, ...]) -> list[Tree]:
    """One agreement of all, and where there are three nations one of two of them alone."""
    found = [agreement(luck, "pact", nations, "net", int(luck.integers(2, 7)))]
    if len(nations) > 2:
        pair = tuple(sorted(str(name) for name in luck.permutation(list(nations))[:2]))
        found.append(agreement(luck, "side-pact", pair, f"{pair[0]}-{pair[1]}", int(luck.integers(1, 4))))
    return found


def agreement(luck: np.random.Generator, name: str, parties: tuple[str, ...], link: str, clauses: int) -> Tree:
    """One agreement with random clauses."""
    made = [clause(luck, f"{name}-{k}", parties, link) for k in range(clauses)]
    text: Tree = {
        "name": name,
        "parties": list(parties),
        "activates": {
            phase: {"declared_by": [f"{party}.head" for party in parties], "all": bool(luck.random() < 0.5),
                    "takes": f"{int(luck.integers(0, 40))} s"}
            for phase in PHASES[1:]
        },
        "clauses": made,
    }  # fmt: skip
    if luck.random() < 0.4:
        text["withdrawal"] = {"by": [f"{parties[0]}.head"], "takes": f"{int(luck.integers(0, 30))} s"}
    if name == "pact" and luck.random() < 0.25:
        text["areas"] = {f"{party}.cp": f"{party} territory" for party in parties}
        text["handover"] = {"takes": f"{int(luck.integers(0, 40))} s"}
    days = float(luck.random())
    if days < 0.06:
        text["kind"] = "intent"
    elif days < 0.12:
        text |= {"signed": "2020-01-01"}
    elif days < 0.2:
        text |= {"in_force": "2020-01-01", "until": "2027-01-01"}
    if luck.random() < 0.5:
        made.append(_common(luck, f"{name}-common", parties, link))
    uses_link = any(item.get("over") == link for item in made)
    if uses_link or (any("order" in item for item in made) and not any("over" in item for item in made)):
        loss: Tree = {"link": link, "after": f"{int(luck.integers(0, 30))} s", "then": "national"}
        if luck.random() < 0.5:
            loss["weapons"] = str(luck.choice(["hold", "tight"]))
        if luck.random() < 0.5:
            loss["resume"] = "after 20 s up and confirmed by both"
        text["on_link_loss"] = loss
    return text


def clause(luck: np.random.Generator, name: str, parties: tuple[str, ...], link: str) -> Tree:
    """One clause between random parties: share, order or use."""
    giver, receiver = (str(party) for party in luck.permutation(list(parties))[:2])
    both = bool(luck.random() < 0.25)
    text: Tree = {"id": name, "from": "each" if both else giver, "to": "others" if both else receiver}
    if luck.random() < 0.5:
        text["phases"] = [phase for phase in PHASES if luck.random() < 0.6] or ["war"]
    own = "*" if both else giver
    verb = str(luck.choice(["share", "share", "share", "order", "order", "use"]))
    if verb == "share":
        _share(luck, text, own, link)
    elif verb == "order":
        _order(luck, text, own, parties)
    else:
        text |= {"use": ["airfields", "munitions"], "limits": {"munitions": "30 %"}}
    if "of" in text and luck.random() < 0.5:
        text["of"]["zone"] = zone(luck, giver, receiver, parties)
    if verb == "order" and luck.random() < 0.5:
        text["where"] = zone(luck, giver, receiver, parties)
    _terms(luck, text, parties, receiver)
    if "delay" in text:
        text["over"] = link
    return text


def _common(luck: np.random.Generator, name: str, parties: tuple[str, ...], link: str) -> Tree:
    """A clause that gives the common post, or each other's posts, nearly everything: joint launches get likely."""
    text: Tree = {"id": name, "from": "each", "to": "joint.cp", "order": ["scramble", "engage"], "units": ["*"]}
    if luck.random() < 0.4:
        text["to"] = "others"
    if luck.random() < 0.4:
        text["approval"] = {"by": "owner", "takes": f"{int(luck.integers(0, 15))} s"}
        if luck.random() < 0.3:
            text["approval"]["refused"] = "40 %"
    if luck.random() < 0.4:
        text["limits"] = {"shots": int(luck.integers(1, 4))}
    if luck.random() < 0.4:
        text["withdrawal"] = {"by": [f"{party}.head" for party in parties], "takes": f"{int(luck.integers(0, 20))} s"}
    if luck.random() < 0.4:
        text["over"] = link
    return text


def zone(luck: np.random.Generator, giver: str, receiver: str, parties: tuple[str, ...]) -> str:
    """The words of a random zone."""
    return str(
        luck.choice([
            "within 150 km of border", f"within 60 km of border of {giver}", "receiver territory", "owner territory",
            f"anywhere in {' + '.join(parties)}", f"{receiver} territory", "corridor",
        ])
    )  # fmt: skip


def _terms(luck: np.random.Generator, text: Tree, parties: tuple[str, ...], receiver: str) -> None:
    """Terms that any clause may have."""
    if luck.random() < 0.2:
        text["level"] = f"{int(luck.choice([0, 30, 50, 70]))} %"
    if luck.random() < 0.25:
        text["withdrawal"] = {"by": [f"{party}.head" for party in parties], "takes": f"{int(luck.integers(0, 20))} s"}
    if luck.random() < 0.15:
        text["if_attacked"] = {"within": "60 s", "takes": f"{int(luck.integers(0, 40))} s",
                               "refused": str(luck.choice(["0 %", "30 %"]))}  # fmt: skip
        if luck.random() < 0.5:
            text["if_attacked"]["declared_by"] = [f"{party}.head" for party in parties]
    if luck.random() < 0.1:
        text["until" if luck.random() < 0.5 else "in_force"] = "2025-01-01"
    if len(parties) > 2 and text["from"] == "each" and text["to"] == "others":
        text["between"] = list(parties[:2])


def _share(luck: np.random.Generator, text: Tree, own: str, link: str) -> None:
    often = ["plots", "plots", "tracks", "tracks"]
    word = str(luck.choice([*often, "fire-control", "warning", "identity", "flight-plans"]))
    which = str(luck.choice(["radar.1", "radar.*", "radar.2", "sam.1", "*"]))
    if word in ("warning", "identity"):
        which = "*"
    text |= {"share": word, "over": link}
    if word != "flight-plans":
        text["of"] = {"sensors": [f"{own}.{which}"]}
    if word == "tracks":
        extra = [f for f in ("velocity", "identity") if luck.random() < 0.5]
        text |= {"every": f"{int(luck.choice([5, 10]))} s", "fields": ["position", *extra]}
    if luck.random() < 0.2:
        text["delay"] = f"{int(luck.integers(1, 6))} s"


def _order(luck: np.random.Generator, text: Tree, own: str, parties: tuple[str, ...]) -> None:
    acts = ["scramble", "position", "engage", "weapons-status"]
    text |= {
        "order": [act for act in acts if luck.random() < 0.7] or ["engage"],
        "units": [f"{own}.{luck.choice(['qra', 'sam.*', 'sam.1', '*'])}"],
    }
    if luck.random() < 0.5:
        text["targets"] = {"identity": ["hostile", "suspect"][: int(luck.integers(1, 3))], "not": ["civil"]}
    if luck.random() < 0.4:
        text["approval"] = {"by": "owner", "takes": f"{int(luck.integers(0, 30))} s"}
        if luck.random() < 0.3:
            text["approval"]["refused"] = "40 %"
    if luck.random() < 0.25:
        few = luck.random() < 0.7
        text["limits"] = {"shots": int(luck.integers(1, 6))} if few else {"shots": "40 %", "aircraft": 1}
    if luck.random() < 0.2:
        text["delay"] = f"{int(luck.integers(1, 6))} s"
    if luck.random() < 0.5:
        text["to"] = "joint.cp"
        if luck.random() < 0.5:
            text["delegate"] = [f"{party}.cp" for party in parties]
