"""Links in runs: slots, capacity, voice, outages, jammers and sight change what the neighbour sees, and when."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from effects_scene import TREE, Watched, raiders, scene

from jointsky.engine.assemble import assemble
from jointsky.engine.radio import Path, is_silenced
from jointsky.engine.radio_check import obstacle
from jointsky.errors import ScenarioErrors
from jointsky.geo.frames import geodetic2ecef
from jointsky.links.chains import radio_horizon_m
from jointsky.links.waiting import tdma_worst_s
from jointsky.scenario.link_terms import Radio
from jointsky.vocab.messages import LinkState, Tracks

TELLS = {"id": "T1", "share": "tracks", "from": "east", "to": "west", "over": "line", "every": "10 s",
         "of": {"sensors": ["east.*"]}}  # fmt: skip


def watched(line: dict[str, Any], until_s: float = 300.0, **more: Any) -> Watched:
    """A run in which east tells west its tracks over a line with these terms."""
    links = {**TREE["links"], "line": {**TREE["links"]["line"], **line}}
    return Watched(scene(TELLS, links=links, raid=[raiders(3)], **more), until_s=until_s)


def told(run: Watched) -> list[tuple[float, Tracks]]:
    """What west has heard of east's tracks, and when."""
    return [(t_s, m) for t_s, post, m in run.heard if post == "west.cp" and isinstance(m, Tracks)]


def test_a_picture_over_slots_comes_with_the_slot() -> None:
    run = watched({"slots": {"frame": "12 s", "count": 2}})
    delays = [float(m.rows["t_seen_s"][0]) for _, m in told(run)]
    assert len(delays) > 10
    apart = np.diff(delays) / 6.0
    assert np.allclose(apart, np.round(apart), atol=1e-6)  # always at the same place of the frame
    assert max(t_s - s for (t_s, _), s in zip(told(run), delays, strict=True)) <= 1.0
    assert tdma_worst_s(12.0, 2) == 6.0


def test_a_narrow_link_delays_and_an_overloaded_one_refuses() -> None:
    plain, narrow = watched({}), watched({"capacity": 0.1})
    assert len(told(narrow)) < len(told(plain))
    assert any(d.reason == "too much waits on the link" for d in watched({"capacity": 0.01}).engine.network.dropped)


def test_by_voice_one_track_after_the_other_is_told() -> None:
    run = watched({"voice": {"takes": ["40 s", "50 s"]}})
    reports = told(run)
    assert 4 <= len(reports) <= 7 and all(len(m.rows) == 1 for _, m in reports)
    assert len({int(m.rows["track_id"][0]) for _, m in reports}) > 1


def test_an_outage_by_chance_is_told_to_both_ends_and_nothing_comes_meanwhile() -> None:
    run = watched({"outages": {"every": "60 s", "lasts": "60 s"}})
    changes = [(t_s, m.up) for t_s, post, m in run.heard if post == "west.cp" and isinstance(m, LinkState)]
    assert len(changes) > 1
    for (down_s, up), (up_s, _) in zip(changes, changes[1:], strict=False):
        if not up:
            assert not [t for t, _ in told(run) if down_s + 3.0 <= t < up_s]


RADIO = {"masts": ["60 m", "60 m"], "power": "10 W", "gain": "0 dB"}
JAMMER = {"id": "noise", "nation": "red", "type": "jammer_aircraft", "depart": "100 s",
          "route": [{"at": [54.3, 28.0], "altitude": "9 km"}, {"at": [54.4, 28.0], "altitude": "9 km"}]}  # fmt: skip
NEAR = {name: {**post, "at": at} for (name, post), at in
        zip(TREE["posts"].items(), ([54.0, 27.8], [54.0, 28.2]), strict=True)}  # fmt: skip


def test_a_jammer_silences_a_radio_link_from_when_it_comes() -> None:
    links = {**TREE["links"], "line": {**TREE["links"]["line"], "radio": RADIO}}
    run = Watched(scene(TELLS, links=links, raid=[raiders(3), JAMMER], posts=NEAR), until_s=160.0)
    changes = [(t_s, m.up) for t_s, post, m in run.heard if post == "west.cp" and isinstance(m, LinkState)]
    assert changes and changes[0][1] is False and abs(changes[0][0] - 101.0) <= 2.0
    calm = Watched(scene(TELLS, links=links, raid=[raiders(3)], posts=NEAR), until_s=160.0)
    assert not [m for _, _, m in calm.heard if isinstance(m, LinkState)]


def test_a_link_is_silenced_at_the_range_where_signal_and_noise_say() -> None:
    links = {**TREE["links"], "line": {**TREE["links"]["line"], "radio": RADIO}}
    run = Watched(scene(TELLS, links=links, raid=[raiders(1), JAMMER], posts=NEAR), until_s=110.0)
    world, radio = run.engine.world, Radio.model_validate(RADIO)
    jammer = world.state.aircraft[[world.model.names.aircraft.index("noise.1")]].copy()
    west = geodetic2ecef(54.0, 27.8, 60.0)
    for way_m in (20e3, 40e3):
        east = west + np.array([0.0, 0.0, way_m])
        path = Path("line", (west, east), radio)
        power, band = 2_000.0 * 10.0**1.5, 1.0 / 200.0  # of the catalogue's jammer; 1 of its 200 MHz
        burn_m = way_m * math.sqrt(power * band / 10.0 * 10.0 ** (radio.needs / 10.0))  # where J/S is just too much
        for factor, silent in ((0.99, True), (1.01, False)):
            jammer["pos_ecef_m"], jammer["alt_m"] = west - np.array([0.0, 0.0, burn_m * factor]), 1e6
            assert is_silenced(path, jammer, world) is silent


def test_a_flying_radar_is_heard_only_in_sight_of_its_posts() -> None:
    orbit = {"from": [54.0, 28.0], "to": [54.0, 28.4], "altitude": "9 km"}
    units = {"east.aew": {"kind": "aew", "type": "aew_aircraft", "base": "east-field", "orbit": orbit}}
    seen: list[bool] = []
    for reach in ("400 km", "20 km"):
        run = Watched(scene(units=units, networks={"east": {"downlink": {"reach": reach}}}, raid=[raiders()]),
                      until_s=60.0)  # fmt: skip
        row = run.engine.world.model.names.radars.index("east.aew.1")
        seen.append(any((m.rows["sensor"] == row).any() for _, post, m in run.heard
                        if post == "east.cp" and type(m).__name__ == "Plots"))  # fmt: skip
    assert seen == [True, False]


def test_masts_must_see_each_other() -> None:
    far = radio_horizon_m(60.0, 60.0)
    north = 54.0 + math.degrees(far / 6.37e6)
    radio = Radio.model_validate(RADIO)
    assert obstacle((54.0, 28.0), (54.0 + 0.98 * (north - 54.0), 28.0), radio) == ""
    assert "km apart" in obstacle((54.0, 28.0), (54.0 + 1.02 * (north - 54.0), 28.0), radio)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ({"slots": {}, "voice": {}}, "at most one of capacity, slots, voice"),
        ({"slots": {"frame": "10 ms", "count": 2}}, "do not fit"),
        ({"voice": {"takes": ["90 s", "30 s"]}}, "shorter time first"),
        ({"outages": {"every": "60", "lasts": "1 s"}}, "60"),
    ],
)
def test_nonsense_is_refused_where_it_stands(line: dict[str, Any], said: str) -> None:
    with pytest.raises(ScenarioErrors) as refused:
        watched(line)
    assert said in str(refused.value) and refused.value.errors[0].line > 0


def test_plots_are_not_spoken() -> None:
    clause = {**TELLS, "share": "plots"}
    del clause["every"]
    links = {**TREE["links"], "line": {**TREE["links"]["line"], "voice": {}}}
    with pytest.raises(ScenarioErrors, match="spoken"):
        assemble(scene(clause, links=links), 1)
