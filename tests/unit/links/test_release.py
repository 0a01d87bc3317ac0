"""What is let go: plots by sensor and place as `may_see` says one by one, tracks stripped to what was granted."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import treaties
import worlds
from pictures import tracks

from jointsky.links.agreements import Datum, Situation, may_see
from jointsky.links.arrangement import Arrangement
from jointsky.links.release import TrackNumbers, plot_positions, plot_releases, release_tracks, track_grants
from jointsky.vocab.codes import NONE, AircraftKind, Identity, Iff, Share
from jointsky.vocab.records import PLOT, Rows, empty

UNKNOWN_KIND = 255
WEST, EAST, AWAY = (54.0, 29.5), (54.0, 30.5), (50.0, 60.0)
WAR = Situation("war", 100.0)


def plot(site: tuple[float, float, float], target: tuple[float, float, float], *, elevation: bool = False) -> Rows:
    """A plot without error, by way of the ellipsoid's own coordinates: places are latitude, longitude and height."""
    row = empty(PLOT, 1)
    row["site_ecef_m"] = worlds.ecef(*site)
    east, north, up = worlds.enu(*site[:2]) @ (worlds.ecef(*target) - worlds.ecef(*site))
    row["range_m"], row["az_rad"] = np.sqrt(east**2 + north**2 + up**2), np.arctan2(east, north)
    row["el_rad"] = np.arcsin(up / row["range_m"][0]) if elevation else np.nan
    row["height_m"] = np.nan if elevation else target[2]
    return row


def off_m(found: tuple[Any, Any], target: tuple[float, float, float]) -> float:
    """How far over ground a place is from a target's."""
    there = worlds.ecef(float(found[0][0]), float(found[1][0]), 0.0)
    return float(np.linalg.norm(there - worlds.ecef(*target[:2], 0.0)))


GROUND, AIRBORNE = (54.0, 30.0, 200.0), (47.5, 30.0, 12_000.0)


@pytest.mark.parametrize("target", [(55.9, 31.5, 9e3), (54.1, 30.1, 15e3), (53.2, 29.0, 300.0)])
def test_a_plot_with_an_elevation_is_where_it_points(target: tuple[float, float, float]) -> None:
    rows = plot(GROUND, target, elevation=True)
    assert off_m(plot_positions(rows), target) < 0.01
    rows["height_m"] = 20e3
    assert off_m(plot_positions(rows), target) < 0.01, "a measured elevation goes before a height"


@pytest.mark.parametrize(
    ("site", "target", "within_m"),
    [
        (GROUND, (55.9, 31.5, 9e3), 30.0),
        (GROUND, (54.1, 30.0, 15e3), 0.5),
        (GROUND, (54.02, 30.02, 30e3), 0.5),
        (AIRBORNE, (47.55, 30.05, 1e3), 0.5),
        (AIRBORNE, (49.8, 30.0, 160e3), 4.0),
    ],
)
def test_a_plot_with_a_height_is_placed_by_the_triangle_with_the_middle_of_the_earth(
    site: tuple[float, float, float], target: tuple[float, float, float], within_m: float
) -> None:
    assert off_m(plot_positions(plot(site, target)), target) < within_m


def test_a_height_that_the_range_does_not_reach_is_straight_above_or_below() -> None:
    for site, height_m in ((GROUND, 30e3), (AIRBORNE, 0.0)):
        rows = plot(site, (site[0] + 0.01, site[1], site[2] + 1e3))
        rows["range_m"], rows["height_m"] = 8e3, height_m
        assert off_m(plot_positions(rows), site) < 1.0


def test_a_plot_without_elevation_and_height_lies_in_the_sites_plane_and_one_without_range_nowhere() -> None:
    level, flat = plot(GROUND, (55.0, 31.0, 9e3)), plot(GROUND, (55.0, 31.0, 9e3))
    level["height_m"], flat["el_rad"] = np.nan, 0.0
    assert np.array_equal(plot_positions(level), plot_positions(flat))
    for name in ("range_m", "az_rad"):
        blind = plot(GROUND, (55.0, 31.0, 9e3))
        blind[name] = np.nan
        assert np.isnan(plot_positions(blind)).all()


def warned(arr: Arrangement) -> np.ndarray:
    return np.array(["warning" in thing.name for thing in arr.sensors])


@pytest.mark.parametrize("number", range(16))
def test_plots_are_released_as_the_single_answers_say(number: int) -> None:
    """Data of an early-warning sensor go as warning too, all others as plots; the first clause is the one told."""
    luck = np.random.default_rng(number)
    nations = ("west", "east", "south")[: 2 + number % 2]
    arr = treaties.compiled(treaties.random_text(luck, nations, clauses=8))
    lat, lon = luck.uniform(48.0, 57.0, 12), luck.uniform(24.0, 38.0, 12)
    warning, rows = warned(arr), np.arange(len(arr.sensors))
    lost = Situation.with_down("war", 1000.0, {"net": 40.0})
    for situation in (Situation(), WAR, lost):
        for nation in nations:
            table = plot_releases(arr, nation, warning, situation)
            some = False
            for k in range(len(lat)):
                seen, clause = table.decide(rows, np.full(len(rows), lat[k]), np.full(len(rows), lon[k]))
                for row, thing in enumerate(arr.sensors):
                    share = Share.WARNING if warning[row] else Share.PLOTS
                    datum = Datum(share, thing.nation, thing.name, float(lat[k]), float(lon[k]))
                    verdict = may_see(arr, nation, datum, situation)
                    assert seen[row] == verdict.yes
                    first = verdict.clauses[0] if verdict.yes else "national"
                    assert clause[row] == (NONE if first == "national" else arr.clause_ids.index(first))
                    some |= verdict.yes and first != "national"
            assert not (some and table.empty)
            assert all(grant.sensors.any() for grant in table.zoned)


def test_a_warning_clause_bound_to_a_place_speaks_of_warning_sensors_only() -> None:
    text = treaties.read("none")
    of = {"sensors": ["east.*"], "zone": "owner territory"}
    text["agreements"] = [{
        "name": "pact", "parties": ["west", "east"],
        "on_link_loss": {"link": "hotline", "after": "30 s", "then": "national"},
        "clauses": [{"id": "P", "share": "plots", "from": "east", "to": "west", "over": "hotline",
                     "of": {"sensors": ["east.radar.*"], "zone": "owner territory"}},
                    {"id": "V", "share": "warning", "from": "east", "to": "west", "over": "hotline", "of": of}],
    }]  # fmt: skip
    arr = treaties.compiled(text)
    table = plot_releases(arr, "west", warned(arr), Situation())
    for name, place, clause in (("warning", EAST, "V"), ("warning", WEST, None), ("radar.1", EAST, "P"),
                                ("radar.1", WEST, None), ("aew.1", EAST, None)):  # fmt: skip
        row = arr.sensor_rows[f"east.{name}"]
        seen, index = table.decide([row], np.array([place[0]]), np.array([place[1]]))
        assert (bool(seen[0]), int(index[0])) == (clause is not None, arr.clause_ids.index(clause) if clause else NONE)
    skipped = plot_releases(arr, "west", warned(arr), Situation(), frozenset((0,)))
    assert [grant.clause.id for grant in skipped.zoned] == ["V"]
    nothing = plot_releases(arr, "west", warned(arr), Situation(), frozenset((0, 1)))
    assert nothing.empty and not table.empty
    assert plot_releases(arr, "west", np.zeros(len(arr.sensors), np.bool_), Situation(), frozenset((0,))).empty, (
        "a clause about warning gives nothing where no sensor warns"
    )


@pytest.mark.parametrize("number", range(8))
def test_tracks_go_by_the_clauses_that_let_any_of_them_be_seen(number: int) -> None:
    luck = np.random.default_rng(1000 + number)
    nations = ("west", "east", "south")
    arr = treaties.compiled(treaties.random_text(luck, nations, clauses=10))
    places = [(float(lat), float(lon)) for lat in range(49, 57, 2) for lon in range(25, 38, 3)]
    for situation in (Situation(), WAR, Situation.with_down("war", 1000.0, {"net": 40.0})):
        for giver in nations:
            for receiver in nations:
                found = track_grants(arr, giver, receiver, situation)
                asked = [Datum(Share.TRACKS, giver, thing.name, *place) for thing in arr.sensors for place in places]
                told = {name for datum in asked for name in may_see(arr, receiver, datum, situation).clauses}
                named = [grant.clause.id for grant in found]
                assert named == sorted(named, key=arr.clause_ids.index)
                reached = {grant.clause.id for grant in found if grant.sensors.any()}
                assert giver == receiver or reached == told - {"national"}
                for grant in found:
                    left = track_grants(arr, giver, receiver, situation, frozenset((grant.clause.index,)))
                    assert [one.clause.id for one in left] == [name for name in named if name != grant.clause.id]


def test_released_numbers_count_up_in_order_of_release_and_stay() -> None:
    numbers = TrackNumbers()
    assert numbers.of(b"a", [70, 12, 70]) == [1, 2, 1]
    assert numbers.of(b"b", [12]) == [3], "another picture's number is another track"
    assert numbers.of(b"a", [5, 12]) == [4, 2] and numbers.of(b"b", [12]) == [3]
    assert TrackNumbers().of(b"a", [9]) == [1], "each receiver has numbers of its own"


def exchange(**fields: list[str]) -> Arrangement:
    """Clauses A (east's land), B (anywhere), by which tracks of east's radar go to west with some fields."""
    text = treaties.read("none")
    common = {"share": "tracks", "from": "east", "to": "west", "over": "hotline", "every": "10 s"}
    zoned = {"sensors": ["east.radar.1"], "zone": "owner territory"}
    text["agreements"] = [{
        "name": "pact", "parties": ["west", "east"],
        "on_link_loss": {"link": "hotline", "after": "30 s", "then": "national"},
        "clauses": [{"id": name, **common, "of": zoned if name == "A" else {"sensors": ["east.radar.1"]},
                     "fields": ["position", *said]} for name, said in fields.items()],
    }]  # fmt: skip
    return treaties.compiled(text)


def picture() -> Rows:
    """Tracks over east, over west, over east but released by somebody else, and far away."""
    lat, lon = np.array([EAST, WEST, EAST, AWAY]).T
    rows = tracks(4, lat_deg=lat, lon_deg=lon, identity=Identity.HOSTILE, kind=AircraftKind.BOMBER, iff=Iff.NO_REPLY,
                  code=1234, t_update_s=95.0, t_own_s=95.0, t_released_s=40.0, fire_control=1, sensors=3)  # fmt: skip
    rows["clause"][2] = 0
    return rows


def let_go(arr: Arrangement) -> Rows:
    return release_tracks(picture(), track_grants(arr, "east", "west", Situation()))


@pytest.mark.parametrize("more", [[], ["velocity"], ["identity"], ["velocity", "identity"]])
@pytest.mark.parametrize("zoned", [[], ["velocity"], ["identity"]])
def test_a_track_has_the_first_clause_and_the_fields_of_all_that_cover_it(zoned: list[str], more: list[str]) -> None:
    rows = let_go(exchange(A=zoned, B=more))
    assert rows["track_id"].tolist() == [1, 2, 4] and rows["clause"].tolist() == [0, 1, 1]
    for row, granted in zip(rows, ({*zoned, *more}, set(more), set(more)), strict=True):
        fast, named = "velocity" in granted, "identity" in granted
        assert np.isfinite([*row["vel_ecef_mps"], row["sigma_vel_mps"]]).tolist() == [fast] * 4
        told = tuple(int(row[name]) for name in ("identity", "kind", "iff", "code"))
        known = (Identity.HOSTILE, AircraftKind.BOMBER, Iff.NO_REPLY, 1234)
        assert told == (known if named else (Identity.PENDING, UNKNOWN_KIND, Iff.NOT_ASKED, NONE))


def test_what_never_leaves_the_house_and_what_always_does() -> None:
    before, whole = picture(), picture()
    arr = exchange(A=["velocity", "identity"])
    rows = release_tracks(whole, track_grants(arr, "east", "west", Situation()))
    assert whole.tobytes() == before.tobytes(), "the sender's picture is left alone"
    assert rows["track_id"].tolist() == [1], "neither what lies elsewhere nor what somebody else released"
    for name, value in {"t_released_s": 95.0, "t_own_s": -np.inf, "fire_control": 0, "sensors": 0, "clause": 0}.items():
        assert rows[name][0] == value, name
        before[name][0] = value
    assert rows.tobytes() == before[:1].tobytes(), "everything else goes as it is"
    assert len(release_tracks(picture(), [])) == 0, "without a grant nothing"
