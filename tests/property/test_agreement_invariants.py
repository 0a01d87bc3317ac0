"""What must hold for any agreement: more clauses never hide anything, order and names do not matter, civil never, loss
leaves national."""

from __future__ import annotations

import copy
from typing import Any

import numpy as np
import pytest
import treaties

from jointsky.links.agreements import Datum, Target, Usable, may_order, may_see, may_use
from jointsky.links.arrangement import Arrangement, Situation
from jointsky.links.check import check
from jointsky.links.tables import permits, released
from jointsky.scenario.agreement import AgreementFile
from jointsky.vocab.codes import NONE, Act, Identity, Share

CASES = 200
PARTIES = (("west", "east"), ("west", "east", "south"))


def case(number: int) -> tuple[np.random.Generator, dict[str, Any]]:
    rng = np.random.default_rng(number)
    return rng, treaties.random_text(rng, PARTIES[number % 2], 4 + number % 5)


def data(rng: np.random.Generator, arr: Arrangement, count: int = 12) -> list[tuple[str, Datum]]:
    found: list[tuple[str, Datum]] = []
    for _ in range(count):
        thing = arr.sensors[rng.integers(len(arr.sensors))]
        share = Share(int(rng.integers(4)))
        place = float(rng.uniform(49, 57)), float(rng.uniform(24, 38))
        found.append((str(rng.choice(arr.nations)), Datum(share, thing.nation, thing.name, *place)))
    return found


def situations(rng: np.random.Generator) -> list[Situation]:
    return [
        Situation.with_down(phase, 500.0, {"net": float(rng.choice([0.0, 20.0, 60.0]))})
        for phase in ("peace", "threat", "war")
    ]


def seen(arr: Arrangement, asked: list[tuple[str, Datum]], situation: Situation) -> list[tuple[bool, tuple[str, ...]]]:
    verdicts = [may_see(arr, nation, datum, situation) for nation, datum in asked]
    return [(verdict.yes, verdict.clauses) for verdict in verdicts]


def targets(rng: np.random.Generator, count: int = 5) -> list[Target]:
    return [
        Target(
            int(rng.choice(list(Identity))),
            bool(rng.random() < 0.3),
            None,
            float(rng.uniform(49, 57)),
            float(rng.uniform(24, 38)),
        )
        for _ in range(count)
    ]


@pytest.mark.parametrize("number", range(CASES))
def test_generated_agreements(number: int) -> None:
    rng, text = case(number)
    arr = treaties.compiled(text)
    asked, aims = data(rng, arr), targets(rng)
    for situation in situations(rng):
        check_rows(arr, asked, situation)
        check_orders(rng, arr, aims, situation)
        check_loss(arr, aims, situation)
    check_monotone(rng, text, asked, situations(rng))
    check_order_of_entries(rng, text, asked, aims, situations(rng))
    check_renaming(text, asked, situations(rng))
    check_empty_zone(text, asked, situations(rng))


def check_rows(arr: Arrangement, asked: list[tuple[str, Datum]], situation: Situation) -> None:
    """`released` is `may_see`, row by row."""
    for nation, datum in asked:
        row = arr.sensor_rows[datum.sensor or ""]
        mask, clause = released(arr, nation, datum.share, datum.owner, row, datum.lat_deg, datum.lon_deg, situation)
        verdict = may_see(arr, nation, datum, situation)
        assert mask[0] == verdict.yes
        if clause[0] == NONE:
            assert verdict.clauses in ((), ("national",))
        else:
            assert arr.clause_ids[clause[0]] == verdict.clauses[0]


def check_orders(rng: np.random.Generator, arr: Arrangement, aims: list[Target], situation: Situation) -> None:
    """`permits` is `may_order`; civil never against `not: [civil]`; a phase that does not hold grants nothing."""
    for post in arr.posts:
        for act in rng.permutation(list(Act))[:3]:
            table = permits(
                arr, post, Act(act), np.arange(len(arr.units)), [a.identity for a in aims], [a.civil for a in aims],
                [a.lat_deg for a in aims], [a.lon_deg for a in aims], situation,
            )  # fmt: skip
            for u, unit in enumerate(arr.units):
                for k, aim in enumerate(aims):
                    verdict = may_order(arr, post, Act(act), unit.name, aim, situation)
                    assert table.allowed[u, k] == verdict.yes
                    check_why(arr, post, unit.nation, Act(act), aim, situation, verdict.clauses)


def check_why(
    arr: Arrangement, post: str, owner: str, act: Act, aim: Target, situation: Situation, ids: tuple[str, ...]
) -> None:
    for clause in (clause for clause in arr.clauses if clause.id in ids):
        assert situation.phase in clause.phases
        if act not in (Act.CEASE, Act.RECOVER):
            assert not (clause.never_civil and aim.civil)
            assert clause.identities is None or aim.identity in clause.identities
    if ids == ("national",):
        assert arr.posts[post].nation == owner


def check_loss(arr: Arrangement, aims: list[Target], situation: Situation) -> None:
    """After a link is down for longer than the rule bears, no order crosses a border, and national orders go on."""
    lost = Situation.with_down(situation.phase, 500.0, {"net": 30.001})
    if not arr.losses:
        return
    for post, role in arr.posts.items():
        for unit in arr.units:
            verdict = may_order(arr, post, Act.ENGAGE, unit.name, aims[0], lost)
            assert verdict.clauses in ((), ("national",))
            assert verdict.yes == (role.nation == unit.nation and post != "joint.cp")
    for nation in arr.nations:
        assert all(
            not may_use(arr, nation, Usable("airfields", other), lost).yes for other in arr.nations if other != nation
        )


def check_monotone(
    rng: np.random.Generator, text: dict[str, Any], asked: list[tuple[str, Datum]], when: list[Situation]
) -> None:
    """Adding a clause never hides anything; taking it away again never shows more."""
    more = copy.deepcopy(text)
    nations = list(text["nations"])
    added = treaties.random_clause(rng, "A0", nations, text["phases"])
    more["agreements"][0]["clauses"].append(added)
    less_arr, more_arr = treaties.compiled(text), treaties.compiled(more)
    for situation in when:
        for (before, ids), (after, more_ids) in zip(
            seen(less_arr, asked, situation), seen(more_arr, asked, situation), strict=True
        ):
            assert after or not before
            assert set(ids) <= set(more_ids)


def check_order_of_entries(
    rng: np.random.Generator,
    text: dict[str, Any],
    asked: list[tuple[str, Datum]],
    aims: list[Target],
    when: list[Situation],
) -> None:
    """Order of clauses, parties, nations and posts does not matter."""
    mixed = copy.deepcopy(text)
    for key in ("nations", "posts", "units"):
        items = list(mixed[key].items())
        mixed[key] = dict(items[i] for i in rng.permutation(len(items)))
    for pact in mixed["agreements"]:
        pact["clauses"] = [pact["clauses"][i] for i in rng.permutation(len(pact["clauses"]))]
        pact["parties"] = pact["parties"][::-1]
    one, other = treaties.compiled(text), treaties.compiled(mixed)
    assert one.clause_ids == other.clause_ids
    for situation in when:
        assert seen(one, asked, situation) == seen(other, asked, situation)
        for post in one.posts:
            for unit in one.unit_rows:
                answers = [may_order(arr, post, Act.ENGAGE, unit, aims[0], situation) for arr in (one, other)]
                assert answers[0] == answers[1]


def check_renaming(text: dict[str, Any], asked: list[tuple[str, Datum]], when: list[Situation]) -> None:
    """Other names for the nations: the same answers."""
    names = {"west": "zulu", "east": "alpha", "south": "mike"}

    def renamed(value: Any) -> Any:
        if isinstance(value, dict):
            return {renamed(key): renamed(item) for key, item in value.items()}
        if isinstance(value, list):
            return [renamed(item) for item in value]
        if isinstance(value, str):
            for old, new in names.items():
                value = value.replace(old, new)
        return value

    one, other = (
        treaties.compiled(text),
        treaties.compiled(renamed(text), {names[n]: land for n, land in treaties.LANDS.items()}),
    )
    again = [
        (names[nation], Datum(d.share, names[d.owner], renamed(d.sensor), d.lat_deg, d.lon_deg)) for nation, d in asked
    ]
    for situation in when:
        assert seen(one, asked, situation) == seen(other, again, situation)


def check_empty_zone(text: dict[str, Any], asked: list[tuple[str, Datum]], when: list[Situation]) -> None:
    """A clause that never applies changes nothing but the numbers of clauses."""
    more = copy.deepcopy(text)
    nations = list(text["nations"])
    more["nations"] = {**more["nations"], "nowhere": {}}
    more["agreements"][0]["clauses"].append(
        {"id": "A0", "share": "plots", "from": nations[0], "to": nations[1], "over": "net",
         "of": {"sensors": ["*"], "zone": "nowhere territory"}}
    )  # fmt: skip
    lands = {**treaties.LANDS, "nowhere": []}
    if "on_link_loss" not in more["agreements"][0]:
        more["agreements"][0]["clauses"][-1]["over"] = "net"
    one, other = treaties.compiled(text), treaties.compiled(more, lands)
    for situation in when:
        assert seen(one, asked, situation) == seen(other, asked, situation)


def test_generated_agreements_are_valid_and_mixed() -> None:
    texts = [case(number)[1] for number in range(CASES)]
    verbs = [next(v for v in ("share", "order", "use") if v in c) for t in texts for c in t["agreements"][0]["clauses"]]
    assert {verb: verbs.count(verb) > 100 for verb in ("share", "order", "use")} == dict.fromkeys(
        ("share", "order", "use"), True
    )
    for text in texts[:20]:
        spec = AgreementFile.model_validate(text)
        assert check(spec, dict.fromkeys(spec.units)) == []
