"""Generated cases of air policing in whole command posts: civil aircraft are never engaged where the law of the land
below forbids it, by anybody, whatever the agreement, the odds and the order of events."""

from __future__ import annotations

from functools import cache
from typing import Any

import effects_scene
import numpy as np
from night import cases

from jointsky.command.planner import Planner
from jointsky.command.policing.desk import Desk
from jointsky.engine.assemble import assemble
from jointsky.geo.frames import geodetic2ecef, rotate2ecef
from jointsky.links.agreements import Target, may_order
from jointsky.vocab.codes import Act, Flight, Identity, Shooter
from jointsky.vocab.messages import Heeded, Sighting
from jointsky.vocab.records import TRACK, Rows, empty

KINDS = ("civil", "unclear", "military")
ARRANGEMENTS = 12
SEEN = {"civil": 0.6, "unclear": 0.3, "military": 0.1}


@cache
def machine(number: int) -> Any:
    """An engine with a generated agreement; its posts are used and given back as they were."""
    luck = np.random.default_rng(number)
    clauses = [clause for i in range(4) if luck.random() < 0.7 for clause in [_clause(luck, f"G{i}")]]
    nations = {
        name: {**effects_scene.TREE["nations"][name], "policing": {"silence": "10 s", "phases": ["war"]}}
        for name in ("west", "east")
    }
    units = {
        f"{name}.qra": {"kind": "fighter", "type": "fighter", "aircraft": 3, "base": f"{name}-field",
                        "readiness": ["60 s"]} for name in ("west", "east")
    }  # fmt: skip
    return assemble(effects_scene.scene(*clauses, nations=nations, units=units), number)


def _clause(luck: np.random.Generator, name: str) -> dict[str, Any]:
    """A neighbour may order the other's pair, somewhere, against something."""
    giver, receiver = (("west", "east"), ("east", "west"))[int(luck.integers(2))]
    acts = [["scramble"], ["engage"], ["scramble", "engage"]][int(luck.integers(3))]
    clause: dict[str, Any] = {"id": name, "order": acts, "units": ["*.qra"], "from": giver, "to": receiver}
    if luck.random() < 0.5:
        clause["where"] = "receiver territory"
    if luck.random() < 0.5 and "engage" in acts:
        clause["targets"] = {"not": ["civil"]}
    return clause


def fresh(number: int, name: str, luck: np.random.Generator) -> tuple[Desk, Planner]:
    """Desk and planner of a post as at the start, its fighters reported, with generated laws."""
    post = machine(number % ARRANGEMENTS).posts[name]
    assert post.policing is not None and post.planner is not None
    old = post.planner
    planner = Planner(old.config, old.authority)
    planner.settle(post.situation.at(0.0))
    cap, status = planner.config.capability, planner.status
    for key in ("shooter", "row", "unit", "nation"):
        status[key] = cap[key]
    status["t_valid_s"], status["shots_left"], status["channels_free"] = 0.0, 4, 4
    status["status"] = np.where(cap["shooter"] == Shooter.FIGHTER, Flight.PARKED, 1)
    status["pos_ecef_m"], status["fuel_s"] = geodetic2ecef(54.0, 27.5, 200.0), 7200.0
    laws = {one: _law(luck, one) for one in ("west", "east")}
    desk = Desk(post.policing.nation, laws, post.policing.lines, post.policing.plans, post.policing.places)
    return desk, planner


def _law(luck: np.random.Generator, land: str) -> Any:
    from jointsky.command.policing.procedure import Law, Procedure

    against = tuple(kind for kind in KINDS if luck.random() < 0.6)
    law = Law(land, "someone" if luck.random() < 0.8 else "", float(luck.uniform(0.0, 60.0)), against)
    return Procedure(land, ("war",), law, *luck.uniform(5.0, 30.0, 6), 600.0)


def intruder(luck: np.random.Generator) -> Rows:
    """One TRACK row over the two lands or beside them, flying anywhere."""
    row = empty(TRACK, 1)
    lat, lon = luck.uniform(53.1, 54.9), luck.uniform(25.5, 30.5)
    angle, speed = luck.uniform(0.0, 2.0 * np.pi), luck.uniform(20.0, 300.0)
    row["track_id"], row["lat_deg"], row["lon_deg"], row["alt_m"] = 7, lat, lon, 8000.0
    row["pos_ecef_m"] = geodetic2ecef(lat, lon, 8000.0)
    row["vel_ecef_mps"] = rotate2ecef(np.array([speed * np.sin(angle), speed * np.cos(angle), 0.0]), lat, lon)
    row["identity"] = luck.choice([Identity.UNKNOWN, Identity.SUSPECT, Identity.HOSTILE])
    row["code"], row["sigma_pos_m"] = -1, 200.0
    return row


def test_nobody_engages_a_civil_aircraft_where_the_law_below_forbids_it() -> None:
    forced = 0
    for case in cases(60, 10_000):
        luck = np.random.default_rng(case)
        desk, planner = fresh(case, ("west.cp", "east.cp")[case % 2], luck)
        seen = str(luck.choice(list(SEEN), p=list(SEEN.values())))
        row = intruder(luck)
        mine = set[int]()
        seen_s, heeded_s = luck.uniform(40.0, 200.0), luck.uniform(100.0, 2000.0)
        for now_s in np.arange(0.0, 400.0, 5.0):
            _flown(row, float(now_s), luck)
            desk.mark(row)
            if now_s >= seen_s:
                desk.take(Sighting(7, 0, seen, float(now_s)))
            if now_s >= heeded_s:
                desk.take(Heeded(7, "signals", float(now_s)))
            planner.settle(planner.authority.situation.at(float(now_s)))
            plan, _ = desk.step(planner, row, {7: 0}, float(now_s))
            planner.withheld = desk.withheld(row, "war")
            policy = planner.plan(row, float(now_s))
            forced += _check(desk, planner, row, plan.orders, seen if now_s >= seen_s else "")
            mine |= set(plan.orders["order_id"].tolist())
            others = set(policy.orders["order_id"][policy.orders["act"] == Act.ENGAGE].tolist()) - mine
            assert 7 in desk.released or not others, "the policy waits for a release"
    assert forced > 0, "some laws let somebody decide"


def _flown(row: Rows, now_s: float, luck: np.random.Generator) -> None:
    from jointsky.geo.frames import ecef2geodetic

    row["pos_ecef_m"] += row["vel_ecef_mps"] * (now_s - row["t_valid_s"])[:, None]
    row["t_valid_s"] = now_s
    lat, lon, _ = ecef2geodetic(row["pos_ecef_m"])
    row["lat_deg"], row["lon_deg"] = lat, lon


def _check(desk: Desk, planner: Planner, row: Rows, orders: Rows, seen: str) -> int:
    """Every order to engage: what the law of the land below names, and across a border what a post there may order."""
    found = orders[orders["act"] == Act.ENGAGE]
    for order in found:
        land = desk.below(row[0])
        law = desk.procedures[land].law
        assert seen and seen in law.against and law.decided_by
        unit = planner.authority.arrangement.units[int(order["unit"])]
        if unit.nation != land:
            arr, now = planner.authority.arrangement, planner.authority.situation
            target = Target(int(row["identity"][0]), seen == "civil", land, float(row["lat_deg"][0]),
                            float(row["lon_deg"][0]))  # fmt: skip
            hosts = [name for name, role in arr.posts.items() if role.nation == land]
            assert any(may_order(arr, host, Act.ENGAGE, unit.name, target, now).yes for host in hosts)
    return len(found)
