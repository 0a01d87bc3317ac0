"""Identities and flight plans that a clause gives: they enter the receiver's identification as evidence that somebody
else found, they are told of nothing that was not told itself, and they save an airliner."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from effects_scene import LBAND, Watched, scene

from jointsky.links.agreements import Datum, may_see
from jointsky.picture.evidence import Evidence
from jointsky.vocab.codes import Identity, Share
from jointsky.vocab.messages import FlightPlans, Identities, Tracks

TRACKS = {"id": "T1", "share": "tracks", "from": "east", "to": "west", "over": "line", "every": "5 s",
          "fields": ["position", "velocity"], "of": {"sensors": ["east.radar.*"]}}  # fmt: skip
NAMES = {"id": "I1", "share": "identity", "from": "east", "to": "west", "over": "line"}
PLANS = {"id": "I2", "share": "flight-plans", "from": "east", "to": "west", "over": "line"}
AIRWAY: dict[str, Any] = {
    "id": "airway", "count": 1, "squawk": "2101", "known_to": ["east"], "depart": "1 s",
    "route": [{"at": [54.3, 28.25], "altitude": "10 km"}, {"at": [54.3, 26.3], "altitude": "10 km"}],
}  # fmt: skip
OWN_RADAR = {"west.radar.1": {"kind": "radar", "radars": [{"id": "a", "type": LBAND, "at": [53.9, 27.2]}]}}


RULES = {"weapons": "tight", "identity": ["hostile", "suspect"]}
WEST = {"side": "defender", "iff": "west", "territory": "west.geojson", "roe": {"war": RULES}}


def flown(*clauses: dict[str, Any], **more: Any) -> Watched:
    """An airliner, whose plan only east has been given, flies from east to west for five minutes."""
    until_s = more.pop("until_s", None)
    return Watched(scene(*clauses, traffic=[AIRWAY], units=OWN_RADAR, nations={"west": WEST}, **more), until_s=until_s)


def identities(run: Watched, post: str = "west.cp", t_s: float = 90.0) -> list[int]:
    """The identities of everything in the picture of a post at a time (90 s: just over western land)."""
    return next(rows["identity"].tolist() for at_s, rows in run.pictures(post) if at_s >= t_s)


@pytest.fixture(scope="module")
def runs() -> dict[str, Watched]:
    return {
        "": flown(TRACKS),
        "I1": flown(TRACKS, NAMES),
        "I2": flown(TRACKS, PLANS),
        "both": flown(TRACKS, NAMES, PLANS),
    }


def test_the_owner_of_the_plan_knows_the_airliner_and_the_neighbour_does_not(runs: dict[str, Watched]) -> None:
    assert identities(runs[""], "east.cp") == [Identity.NEUTRAL]
    assert Identity.NEUTRAL not in identities(runs[""]) and runs[""].acts(), "west takes it for a stranger, and acts"


def test_a_shared_plan_makes_it_neutral(runs: dict[str, Watched]) -> None:
    assert identities(runs["I2"]) == [Identity.NEUTRAL]
    assert runs["I2"].engine.world.state.engagements_used < runs[""].engine.world.state.engagements_used
    (told,) = runs["I2"].told("told")
    assert (told.name, told.by, told.to, told.note) == ("I2", "east.cp", "west", "1 flight plans")
    (heard,) = [m for _, post, m in runs["I2"].heard if isinstance(m, FlightPlans) and post == "west.cp"]
    assert heard.rows["code"].tolist() == [0o2101] * 2 and set(heard.rows["clause"].tolist()) == {0}


def test_a_shared_identity_is_evidence_with_its_source(runs: dict[str, Watched]) -> None:
    reasons = list(flown(TRACKS, NAMES, until_s=90.0).engine.posts["west.cp"].reasons.values())
    assert reasons and all(bits & Evidence.TOLD_BY_PARTNER and bits & Evidence.PLAN_MATCHES for bits in reasons)
    assert not any(bits & Evidence.TOLD_BY_PARTNER for bits in runs[""].engine.posts["west.cp"].reasons.values())
    assert identities(runs["I1"])[0] not in (Identity.HOSTILE, Identity.SUSPECT), (
        "it came across the border, all the same"
    )
    assert identities(runs[""])[0] in (Identity.HOSTILE, Identity.SUSPECT)
    assert {event.name for event in runs["I1"].told("told")} == {"I1"}
    assert {event.name for event in runs["both"].told("told")} == {"I1", "I2"}


def test_the_decision_function_says_the_same(runs: dict[str, Watched]) -> None:
    arr = runs["I1"].engine.network.arr
    now = runs["I1"].engine.network.situation
    assert may_see(arr, "west", Datum(Share.IDENTITY, "east"), now).clauses == ("I1",)
    assert not may_see(arr, "east", Datum(Share.IDENTITY, "west"), now).yes
    assert not any(isinstance(m, Identities) for _, post, m in runs["I1"].heard if post == "east.cp")


def test_an_identity_is_told_of_told_tracks_alone() -> None:
    alone = flown(NAMES)
    assert not any(isinstance(m, Identities) for _, _, m in alone.heard), "no track was told"
    few = flown(TRACKS | {"of": {"sensors": ["east.radar.*"], "zone": "west territory"}}, NAMES)
    words = [(t_s, m.rows) for t_s, _, m in few.heard if isinstance(m, Identities)]
    told = min(t_s for t_s, post, m in few.heard if isinstance(m, Tracks) and post == "west.cp" and len(m.rows))
    assert words and min(t_s for t_s, _ in words) >= told > 60.0
    assert not {"lat_deg", "lon_deg", "pos_ecef_m"} & set(words[0][1].dtype.names)


@pytest.mark.parametrize("terms", [{"phases": ["peace"]}, {"until": "2020-01-01"}])
def test_a_clause_that_does_not_hold_tells_nothing(terms: dict[str, Any], runs: dict[str, Watched]) -> None:
    run = flown(TRACKS, NAMES | terms, PLANS | terms)
    assert not run.told("told") and not any(isinstance(m, Identities | FlightPlans) for _, _, m in run.heard)
    for (_, one), (_, other) in zip(run.pictures(), runs[""].pictures(), strict=True):
        assert all(one[name].tobytes() == other[name].tobytes() for name in one.dtype.names if name != "clause")


def test_withdrawn_consent_ends_it_and_a_word_is_forgotten(runs: dict[str, Watched]) -> None:
    ends = NAMES | {"withdrawal": {"by": ["east.head"]}}
    people = [{"withdraw": "I1", "by": "east.head", "when": {"at": "60 s"}}]
    run = flown(TRACKS, ends, declarations=people)
    last = max(t_s for t_s, post, m in run.heard if isinstance(m, Identities) and post == "west.cp")
    assert 55.0 <= last <= 63.0
    assert not any(bits & Evidence.TOLD_BY_PARTNER for bits in run.engine.posts["west.cp"].reasons.values())


def test_a_later_plan_is_told_when_it_has_been_filed() -> None:
    late = AIRWAY | {"id": "late", "depart": "16 min", "squawk": "2201"}
    run = Watched(scene(PLANS, traffic=[AIRWAY, late]), until_s=120.0)
    told = {m.rows["code"].tolist()[0]: t_s for t_s, post, m in run.heard if isinstance(m, FlightPlans)}
    assert told[0o2101] < 5.0 and 60.0 <= told[0o2201] <= 70.0
    assert np.isin([0o2101, 0o2201], run.engine.posts["west.cp"].identifier.plans.plans["code"]).all()
