"""Twin worlds: a generated case and the same with one datum changed that no clause gives to a nation.

What a clause gives is read from the words of the file, never from the compiled agreement: the tests that use this
must not believe what they test.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from fnmatch import fnmatchcase
from typing import Any

from generated import PHASES, Case, Tree

Change = tuple[str, Tree]
"""What was changed, and the changed file."""


def quiet(tree: Tree, nation: str) -> Tree:
    """The same file in which nobody but the nation's own posts decides anything, and no post of another calls for help
    by what it sees, but people do: what the others know then cannot show in what flies and falls, which everybody may
    see, nor in calls, which the clause makes them tell."""
    found = copy.deepcopy(tree)
    for name, post in found["posts"].items():
        host = found["posts"].get(post.get("host", ""), post)
        if nation not in (post["nation"], host["nation"]) or (post["nation"] != host["nation"]):
            found["posts"][name]["decision"] = "50 min"
            found["posts"][name].setdefault("cycle", host.get("cycle", "5 s"))
    for agreement, clause in clauses(found):
        if "if_attacked" in clause and any(receiver != nation for _, receiver in pairs(found, agreement, clause)):
            clause["if_attacked"].setdefault("declared_by", [f"{party}.head" for party in agreement["parties"]])
    return found


def posts_of(tree: Tree, nation: str) -> list[str]:
    """Posts of the nation, and those that sit in its room."""
    posts = tree["posts"]
    return [
        name
        for name, post in posts.items()
        if nation in (post["nation"], posts.get(post.get("host", ""), post)["nation"])
    ]


def pairs(tree: Tree, agreement: Tree, clause: Tree) -> Iterator[tuple[str, str]]:
    """Who gives to whom by a clause."""
    parties = clause.get("between") or agreement["parties"]
    givers = parties if clause["from"] == "each" else [clause["from"]]
    to = clause["to"]
    receivers = parties if to in ("others", "each") else [tree["posts"][to]["nation"] if to in tree["posts"] else to]
    for giver in givers:
        for receiver in receivers:
            if giver != receiver or to in tree["posts"]:
                yield giver, receiver


def clauses(tree: Tree) -> Iterator[tuple[Tree, Tree]]:
    for agreement in tree["agreements"]:
        for clause in agreement["clauses"]:
            yield agreement, clause


def given_sensor(tree: Tree, nation: str, unit: str, owner: str) -> bool:
    """Whether any clause, in any phase, gives the nation data of some sensor of a unit."""
    for agreement, clause in clauses(tree):
        if "share" in clause and (owner, nation) in pairs(tree, agreement, clause):
            patterns = (clause.get("of") or {}).get("sensors") or ["*"]
            patterns = [patterns] if isinstance(patterns, str) else patterns
            if any(_touches(pattern, unit) for pattern in patterns):
                return True
    return False


def _touches(pattern: str, unit: str) -> bool:
    """Whether a pattern may name the unit or one of its sensors."""
    return fnmatchcase(unit, pattern) or any(
        fnmatchcase(f"{unit}.{name}", pattern) for name in ("a", "b", "1", "a.search", "b.search")
    )


def ordered(tree: Tree, nation: str, unit: str, owner: str) -> bool:
    """Whether any clause lets a post of the nation order the unit."""
    mine = posts_of(tree, nation)
    for agreement, clause in clauses(tree):
        if "order" not in clause:
            continue
        to = clause["to"]
        for giver, receiver in pairs(tree, agreement, clause):
            reached = [to] if to in tree["posts"] else [p for p, x in tree["posts"].items() if x["nation"] == receiver]
            reached += clause.get("delegate", [])
            units = clause.get("units") or []
            units = [units] if isinstance(units, str) else units
            if giver == owner and set(reached) & set(mine) and any(fnmatchcase(unit, pattern) for pattern in units):
                return True
    return False


def in_command_together(tree: Tree, one: str, other: str) -> bool:
    """Whether an order clause names posts of both nations together, so that they tell each other what they order."""
    for agreement, clause in clauses(tree):
        if "order" in clause:
            to = clause["to"]
            for _, receiver in pairs(tree, agreement, clause):
                own = [p for p, post in tree["posts"].items() if post["nation"] == receiver]
                reached = {to} if to in tree["posts"] else set(own)
                reached |= set(clause.get("delegate", []))
                if reached & set(posts_of(tree, one)) and reached & set(posts_of(tree, other)):
                    return True
    return False


def owner_of(case: Case, name: str) -> str:
    return next(nation for nation in case.nations if name.startswith(nation))


def hidden_units(case: Case, nation: str, tree: Tree | None = None) -> list[str]:
    """Foreign units of which no clause gives the nation anything: neither data nor orders."""
    tree = tree or case.tree
    return [
        unit
        for unit in tree["units"]
        if (owner := owner_of(case, unit)) != nation
        and not given_sensor(tree, nation, unit, owner)
        and not ordered(tree, nation, unit, owner)
    ]


def changes(case: Case, nation: str) -> list[Change]:
    """Every kind of change of one datum that the nation has no part in. The first of the list is the case itself,
    quiet."""
    base = quiet(case.tree, nation)
    found: list[Change] = []
    for name in hidden_units(case, nation):
        found += _unit_changes(base, name)
    for make in (_new_units, _assets, _plans, _foreign_clauses, _foreign_links, _remote_deeds):
        found += make(case, base, nation)
    return found


def _with(tree: Tree, edit: Callable[[Tree], Any]) -> Tree:
    made = copy.deepcopy(tree)
    edit(made)
    return made


def _site(unit: Tree) -> Tree | None:
    sites = unit.get("radars") or unit.get("batteries")
    return sites[0] if sites else None


def _unit_changes(base: Tree, name: str) -> Iterator[Change]:
    unit = base["units"][name]
    site = _site(unit)
    yield f"{name} is not there", _with(base, lambda tree: tree["units"].pop(name))
    if site is not None:
        lat, lon = site["at"]
        place = [round(lat + 0.07, 3), round(lon - 0.09, 3)]
        yield f"{name} stands elsewhere", _with(base, lambda tree: _site(tree["units"][name]).update(at=place))
    if unit["kind"] == "radar":
        other = "surveillance_long_range_vhf_2d"
        yield f"{name} is of another type", _with(base, lambda tree: _site(tree["units"][name]).update(type=other))
    if unit["kind"] == "sam":
        yield (
            f"{name} has other missiles",
            _with(base, lambda tree: _site(tree["units"][name]).update(type="sam_short", shots=1)),
        )
    if unit["kind"] == "fighter":
        yield (
            f"{name} has more aircraft",
            _with(base, lambda tree: tree["units"][name].update(aircraft=4, readiness=["60 s"])),
        )


def _new_units(case: Case, base: Tree, nation: str) -> Iterator[Change]:
    for other in case.nations:
        lat, lon = base["assets"][f"{other}-town"]["at"]
        radar = {"kind": "radar", "radars": [{"id": "a", "type": "surveillance_long_range_lband_3d", "at": [lat, lon]}]}
        name = f"{other}.aaa.new"
        known = given_sensor(base, nation, name, other) or ordered(base, nation, name, other)
        if other != nation and not known:
            yield f"{name} is there too", _with(base, lambda tree, n=name, r=radar: tree["units"].update({n: r}))
            slow = copy.deepcopy(radar)
            slow["radars"][0]["type"] = "slow"
            yield f"{name} turns slowly", _with(base, lambda tree, n=name, r=slow: _slow(tree, n, r))
        sam = {"kind": "sam", "batteries": [{"id": "a", "type": "sam_medium", "at": [lat, lon]}]}
        name = f"{other}.aaa.guns"
        if other != nation and not ordered(base, nation, name, other):
            yield f"{name} is there too", _with(base, lambda tree, n=name, s=sam: tree["units"].update({n: s}))


def _slow(tree: Tree, name: str, radar: Tree) -> None:
    tree["units"][name] = radar
    tree.setdefault("types", {})["slow"] = {
        "kind": "radar", "sensor": "radar_2d", "frequency": "170 MHz", "peak_power": "200 kW", "pulse": "50 us",
        "prf": "300 Hz", "bandwidth": "200 kHz", "gain": "23 dB", "loss": "9 dB", "sidelobe": "-20 dB",
        "noise_temperature": "1600 K", "az_beam": "6 deg", "el_min": "-0.5 deg", "el_max": "30 deg", "period": "30 s",
        "pulses": 50, "coherent_pulses": 1, "pfa": 0.0001, "min_range": "5 km", "max_range": "360 km", "mast": "10 m",
        "mdv": "12 m/s", "range_floor": "200 m", "az_floor": "0.5 deg", "bias_range": "100 m", "bias_az": "0.2 deg",
        "bias_time": "50 ms", "false_per_scan": 4.0, "latency": "1 s", "transponder": True,
    }  # fmt: skip


def _guards_together(base: Tree, nation: str) -> bool:
    """Whether a common post sits in the nation's room: it guards everybody's assets."""
    return any(post.get("host", "").startswith(nation) for post in base["posts"].values())


def _assets(case: Case, base: Tree, nation: str) -> Iterator[Change]:
    if _guards_together(base, nation):
        return
    for other in case.nations:
        if other != nation:
            name = f"{other}-depot"
            yield f"{name} is worth more", _with(base, lambda tree, n=name: tree["assets"][n].update(value=50))
            yield f"{name} is not there", _with(base, lambda tree, n=name: tree["assets"].pop(n))
            new = {"nation": other, "at": [53.5, 28.0], "radius": "2 km", "value": 9}
            yield f"{other} has a new asset", _with(base, lambda tree, a=new: tree["assets"].update({"aaa": a}))


def _plans(case: Case, base: Tree, nation: str) -> Iterator[Change]:
    """A flight plan known to others only. It may be told where plans are shared, or the identities found by them."""
    if any(word in clause.get("share", []) for _, clause in clauses(base) for word in ("flight-plans", "identity")):
        return
    known = base["traffic"][0]["known_to"]
    mine = [nation] if nation in known else []
    others = [name for name in case.nations if name != nation]
    told = mine if set(known) - {nation} else [*mine, *others]
    yield "others' flight plan", _with(base, lambda tree: tree["traffic"][0].update(known_to=told))


def _foreign_clauses(case: Case, base: Tree, nation: str) -> Iterator[Change]:
    """Clauses between others, in an agreement to which the nation is no party."""
    for k, agreement in enumerate(base["agreements"]):
        if nation in agreement["parties"]:
            continue
        extra = {"id": "aaa-extra", "share": "plots", "from": agreement["parties"][0], "to": agreement["parties"][1],
                 "over": "-".join(agreement["parties"]),
                 "of": {"sensors": [f"{agreement['parties'][0]}.radar.1"]}}  # fmt: skip
        yield "others agree on more", _with(base, lambda tree, k=k, e=extra: tree["agreements"][k]["clauses"].append(e))
        for j in range(len(agreement["clauses"])):
            yield (
                f"others agree on less ({j})",
                _with(base, lambda tree, k=k, j=j: tree["agreements"][k]["clauses"].pop(j)),
            )
        if "on_link_loss" not in agreement:
            yield "others agree on nothing", _with(base, lambda tree, k=k: tree["agreements"].pop(k))


def _foreign_links(case: Case, base: Tree, nation: str) -> Iterator[Change]:
    for name, link in base["links"].items():
        if not any(post.startswith(nation) for post in link["between"]):
            cut = [{"start": "30 s", "end": "100 s"}]
            yield (
                f"link {name} of others fails",
                _with(base, lambda tree, n=name, c=cut: tree["links"][n].update(cuts=c, delay="7 s")),
            )


def _remote_deeds(case: Case, base: Tree, nation: str) -> Iterator[Change]:
    """What happens out of the nation's sight, at the remote place of another: raiders, and what is done about them."""
    other = case.remote
    far = [f"{other}.radar.far", f"{other}.sam.far"]
    hidden = hidden_units(case, nation, base)
    if other == nation or not set(far) <= set(hidden) or in_command_together(base, nation, other):
        return
    yield (
        "no raid far away",
        _with(base, lambda tree: tree.update(raid=[r for r in tree["raid"] if r["id"][:3] != "far"])),
    )
    yield (
        "a larger raid far away",
        _with(base, lambda tree: next(r for r in tree["raid"] if r["id"] == "far-raid").update(count=5)),
    )
    if not _guards_together(base, nation):
        yield "no town far away", _with(base, lambda tree: _without_far(tree))


def _without_far(tree: Tree) -> None:
    tree["raid"] = [raid for raid in tree["raid"] if raid["id"] != "far-raid"]
    del tree["assets"]["far-town"]
    for name in [name for name in tree["units"] if name.endswith(".far")]:
        del tree["units"][name]


__all__ = ["PHASES", "Change", "changes", "hidden_units", "quiet"]
