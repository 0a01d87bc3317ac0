"""What sentences about an agreement claim, asked of the decisions: the file compiled on real or made-up land, and
probes of who may do what at many places."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import Any

import numpy as np
from treaties import LANDS

from jointsky.atlas import borders
from jointsky.geo import area_from_geojson
from jointsky.geo.areas import Box
from jointsky.links.agreements import IMPLIED, Datum, Target, Usable, compile_arrangement, may_order, may_see, may_use
from jointsky.links.arrangement import ACTS, SHARES, Arrangement, Situation
from jointsky.report.agreement_clauses import Claim
from jointsky.report.agreement_facts import Facts
from jointsky.report.agreement_text import explain
from jointsky.vocab.codes import Act, Identity, Share

IDENTITIES = (Identity.HOSTILE, Identity.FRIEND)
Place = tuple[float, float]


def land_of(facts: Facts, nation: str) -> Any:
    """The outline of a nation: its own, or a made-up one."""
    territory = facts.scenario.nations[nation].territory
    if territory is None:
        return LANDS.get(nation, LANDS["south"])
    written = facts.scenario.geojson(nation)
    box = Box(*territory.box) if territory.box else None
    area = area_from_geojson(written) if written is not None else borders.territory(territory.country, box)
    return [[ring.tolist()] for ring in area.rings]


def compiled(facts: Facts) -> Arrangement:
    """A file compiled with land and law."""
    scenario = facts.scenario
    lands = {nation: land_of(facts, nation) for nation in facts.parties}
    laws = {nation: section.roe for nation, section in scenario.nations.items()}
    return compile_arrangement(scenario, facts.sensors, facts.units, lands, on=facts.on, laws=laws)


def places(arr: Arrangement, facts: Facts, side: int = 12) -> list[Place]:
    """One place for each way in which a point can lie in the zones and lands of an arrangement, found among points over
    every land and along its outline."""
    rows: list[Place] = [(0.0, -150.0)]
    for nation in facts.parties:
        lon, lat = np.array([point for part in land_of(facts, nation) for ring in part for point in ring]).T[:2]
        rows += list(zip(lat[:: max(1, len(lat) // 40)], lon[:: max(1, len(lon) // 40)], strict=True))
        rows += list(product(np.linspace(lat.min(), lat.max(), side), np.linspace(lon.min(), lon.max(), side)))
    lat, lon = np.array(rows).T
    zones = [grant.zone for grant in (*arr.shares, *arr.orders) if grant.zone is not None]
    zones += [*arr.lands.values(), *(area.zone for area in arr.areas.values())]
    if not zones:
        return rows[:1]
    kinds = np.array([zone.inside(lat, lon) for zone in zones])
    _, first = np.unique(kinds, axis=1, return_index=True)
    return [(float(lat[i]), float(lon[i])) for i in sorted(first.tolist())]


def claims_of(facts: Facts) -> list[Claim]:
    """Everything that an explanation claims."""
    return [claim for part in explain(facts) for item in part.sentences for claim in item.claims]


def situation(facts: Facts, phase: str) -> Situation:
    """A phase in which nothing is lost or withdrawn, and all help that can be called for is there."""
    called = {c.id: 0.0 for item in facts.agreements for c in item.clauses if c.if_attacked is not None}
    return Situation(phase, 1e6, called=called)


def seen(facts: Facts, arr: Arrangement) -> Iterator[tuple[tuple[str, str, str, str], set[str]]]:
    """Each cell (nation, kind of data, sensor or owner, phase) and the clauses that let the nation see it somewhere."""
    somewhere = places(arr, facts)
    for nation, phase, share in product(facts.parties, facts.phases, SHARES):
        now = situation(facts, phase)
        for thing in arr.sensors:
            if thing.nation != nation and share not in ("identity", "flight-plans"):
                asked = [Datum(SHARES[share], thing.nation, thing.name, lat, lon) for lat, lon in somewhere]
                yield (nation, share, thing.name, phase), granted(may_see(arr, nation, item, now) for item in asked)
        for owner in facts.parties:
            if owner != nation and share in ("identity", "flight-plans"):
                verdict = may_see(arr, nation, Datum(SHARES[share], owner), now)
                yield (nation, share, owner, phase), granted([verdict])


def ordered(facts: Facts, arr: Arrangement) -> Iterator[tuple[tuple[str, str, str, str], set[str]]]:
    """Each cell (post, act, unit, phase) and the clauses that let the post order it against some target somewhere."""
    somewhere = places(arr, facts)
    targets = [Target(i, civil, None, *at) for i, civil, at in product(IDENTITIES, (False, True), somewhere)]
    for post, word, unit, phase in product(facts.scenario.posts, ACTS, facts.scenario.units, facts.phases):
        now, act = situation(facts, phase), Act(ACTS[word])
        asked = targets if act in (Act.ENGAGE, Act.POSITION) else [None]
        yield (post, word, unit, phase), granted(may_order(arr, post, act, unit, target, now) for target in asked)


def used(facts: Facts, arr: Arrangement) -> Iterator[tuple[tuple[str, str, str, str], set[str]]]:
    """Each cell (nation, thing, owner, phase) and the clauses that let the nation use it."""
    for nation, word, owner, phase in product(facts.parties, ("airfields", "munitions"), facts.parties, facts.phases):
        if nation != owner:
            yield (
                (nation, word, owner, phase),
                granted([may_use(arr, nation, Usable(word, owner), situation(facts, phase))]),
            )


def granted(verdicts: Any) -> set[str]:
    """All clauses that say yes in any of some verdicts, with `national` for a nation's own right."""
    return {clause for verdict in verdicts if verdict.yes for clause in verdict.clauses}


def claimed(facts: Facts, arr: Arrangement, verb: str) -> dict[tuple[str, str, str, str], set[str]]:
    """The same cells as the sentences claim them; who gets the more detailed kind of data gets the lesser one too."""
    cells: dict[tuple[str, str, str, str], set[str]] = {}
    implied: dict[str, list[str]] = {
        word: [lesser for lesser, share in SHARES.items() if Share(SHARES[word]) in IMPLIED[share]] for word in SHARES
    }
    for claim in claims_of(facts):
        if claim.verb != verb:
            continue
        words = claim.words if verb != "see" else tuple({lesser for word in claim.words for lesser in implied[word]})
        for word, phase in product(words, claim.phases):
            for thing in things_of(arr, claim, word):
                cells.setdefault((claim.who, word, thing, phase), set()).add(claim.clause)
    return cells


def things_of(arr: Arrangement, claim: Claim, word: str) -> list[str]:
    """The things a claim speaks of, as the decisions know them: sensors by their own names."""
    if claim.verb == "use" or word in ("identity", "flight-plans"):
        return [claim.owner]
    if claim.verb == "order":
        return list(claim.things)
    return [sensor.name for sensor in arr.sensors if sensor.name in claim.things or sensor.unit in claim.things]
