"""The virtual range: every type has a card, its numbers are those of the physics, its intervals hold."""

from __future__ import annotations

import json
import math
import re
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from jointsky.catalogue import RadarType, load
from jointsky.cli.app import app
from jointsky.engine.physics import type_range_m, type_snr_ref_db
from jointsky.errors import TableError
from jointsky.planning.cards import Card, Trial, mean, proportion, quantile
from jointsky.planning.proving import prove
from jointsky.report.range_card import card_svg
from jointsky.sensing.radar import snr_db
from jointsky.truth.homing import shoot
from jointsky.truth.missiles import NOTIONAL

CATALOGUE = load()


@cache
def card(name: str, runs: int = 20, target: str | None = "fighter") -> Card:
    return prove(Trial(CATALOGUE, target, runs, 1), name)


def line(found: Card, what: str) -> float:
    (value,) = [line.value for line in found.lines if line.what == what]
    return value


@pytest.mark.parametrize("name", sorted(CATALOGUE.types))
def test_every_type_has_a_card(name: str) -> None:
    found = card(name)
    assert len(found.lines) >= 5
    assert all(not math.isfinite(x.value) or x.low <= x.value <= x.high for x in found.lines if x.n != 1)
    assert all(x.how and x.what for x in found.lines)
    told = json.loads(json.dumps(found.facts(), allow_nan=False))
    assert told["seed"] == 1 and told["runs"] == 20
    svg = card_svg(found)
    assert svg.startswith("<svg") and "nan" not in svg and len(re.findall("<polyline", svg)) == len(found.curve.series)


def test_a_radars_card_is_its_physics() -> None:
    found = card("gap_filler_uhf_2d", 400)
    kind, fighter = CATALOGUE.radar("gap_filler_uhf_2d"), CATALOGUE.aircraft("fighter")
    assert line(found, "fighter: free-space range, Pd 0.9") == type_range_m(kind, fighter.rcs, 0.9) / 1e3
    seen, tracked = line(found, "fighter: first seen"), line(found, "fighter: first tracked")
    assert tracked < seen <= kind.max_range / 1e3
    assert line(found, "fighter: first seen by 9 of 10") < seen
    assert prove(Trial(CATALOGUE, "fighter", 400, 1), "gap_filler_uhf_2d") == found, "the same seed, the same card"


def test_first_sight_against_the_product_of_chances() -> None:
    """The mean over the runs against the sum over looks of the exact chances, the first look spread evenly."""
    from jointsky.planning import proving_radar

    kind, craft = CATALOGUE.radar("sam_acquisition_sband_3d"), CATALOGUE.aircraft("cruise_missile")
    found = card("sam_acquisition_sband_3d", 400, "cruise_missile")
    (seen,) = [x for x in found.lines if x.what == "cruise_missile: first seen"]
    far = min(kind.max_range, line(found, "cruise_missile: horizon") * 1e3)
    step, expected = craft.cruise * kind.period, []
    for share in (np.arange(40) + 0.5) / 40:
        ranges = far + step * share - step * np.arange(int(far / step) + 1)
        chance = proving_radar._looks_pd(kind, craft, ranges)  # pyright: ignore[reportPrivateUsage]
        first = chance * np.concatenate([[1.0], np.cumprod(1.0 - chance)[:-1]])
        expected.append(float((first * ranges).sum() / first.sum()))
    assert seen.low - 0.2 <= np.mean(expected) / 1e3 <= seen.high + 0.2


def test_a_batterys_card() -> None:
    found = card("sam_medium", 400)
    sam = CATALOGUE.sam("sam_medium")
    (one,) = [x for x in found.lines if x.what == "fighter: kill by one shot"]
    assert one.low <= sam.pk["fighter"] * sam.reliability <= one.high
    assert line(found, "fighter: farthest launch, head on") > line(found, "fighter: farthest launch, tail") > 0.0


def test_an_aircrafts_card_is_the_closed_form() -> None:
    found = card("fighter")
    kind = CATALOGUE.aircraft("fighter")
    radius = kind.cruise**2 / (9.80665 * math.sqrt(kind.max_load**2 - 1.0))
    assert line(found, "radius of the turn") == pytest.approx(radius / 1e3, rel=0.02)
    assert line(found, "half turn") == pytest.approx(math.pi * radius / kind.cruise, abs=0.51)
    assert line(found, "climb to the ceiling") * 60.0 == pytest.approx(kind.ceiling / kind.climb, rel=0.01)


def test_a_warning_radars_ellipse_keeps_its_promise() -> None:
    found = card("early_warning_uhf")
    for missile in ("tbm_250km", "tbm_800km"):
        (covers,) = [x for x in found.lines if x.what == f"{missile}: ellipse covers the impact"]
        assert covers.high >= 0.95
        assert line(found, f"{missile}: warning from confirmation") < line(
            found, f"{missile}: warning from crossing the fan"
        )


def test_intervals() -> None:
    assert (proportion("", 0, 20, "").low, proportion("", 20, 20, "").high) == (0.0, 1.0)
    half = proportion("", 50, 100, "")
    assert (half.low, half.high) == pytest.approx((0.4038, 0.5962), abs=1e-4), "Wilson for 50 of 100"
    found = mean("", np.array([1.0, 2.0, 3.0, np.nan]), "", "")
    assert (found.value, found.n) == (2.0, 3) and found.high - found.value == pytest.approx(
        1.96 / math.sqrt(3), rel=1e-3
    )
    middle = quantile("", np.arange(100.0), 0.5, "", "")
    assert middle.value == 49.0 and middle.low == 40.0 and middle.high == 59.0


def test_unknown_names_are_refused_with_advice() -> None:
    with pytest.raises(TableError, match="sam_long"):
        card("sam_lon")
    with pytest.raises(TableError, match="unknown aircraft type"):
        card("sam_long", target="sam_medium")


def test_the_verb(tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["range", "uav_one_way", "--runs", "20", "--out", f"{tmp_path}/card"])
    assert done.exit_code == 0, done.output
    assert "endurance" in done.output
    assert json.loads((tmp_path / "card/uav_one_way.json").read_text())["name"] == "uav_one_way"
    assert (tmp_path / "card/uav_one_way.svg").read_text().startswith("<svg")
    done = CliRunner().invoke(app, ["range", "uav_one_way", "--json"])
    assert json.loads(done.output)["kind"] == "aircraft"


@pytest.mark.parametrize("name", ["sam_long", "sam_medium"])
def test_a_battery_launches_no_nearer_than_it_may_meet(name: str) -> None:
    kind = CATALOGUE.sam(name)
    for target in ("cruise_missile", "bomber"):
        craft = CATALOGUE.aircraft(target)
        found = card(name, target=target)
        near = next(line.value for line in found.lines if "nearest launch" in line.what) * 1e3
        flyer = NOTIONAL[CATALOGUE.missile(kind.missile).flyout]
        level = math.sqrt(max(near**2 - craft.altitude**2, 0.0))
        met_s = shoot(flyer, (0.0, level, craft.altitude), (0.0, -craft.cruise, 0.0)).time_s
        assert math.hypot(level - craft.cruise * met_s, craft.altitude) >= kind.range_min - 20.0


def test_a_name_that_is_nothing_is_answered_with_all_that_there_is() -> None:
    with pytest.raises(TableError) as refused:
        prove(Trial(load(), None, 20, 1), "nothing")
    assert all(name in str(refused.value) for name in load().types)


def test_a_missile_that_burns_more_than_it_weighs_is_refused() -> None:
    with pytest.raises(ValueError, match="more than the 344.4 kg that burn"):
        replace(NOTIONAL["sam_medium"], mass_kg=340.0)
@pytest.mark.parametrize(("name", "target", "km"), [
    ("esm_station", "cruise_missile", 0.0), ("esm_station", "jammer_aircraft", 409.0),
    ("adsb_receiver", "airliner", 400.0), ("border_post", "airliner", 8.0), ("border_post", "cruise_missile", 3.4),
])  # fmt: skip
def test_a_watcher_reaches_as_far_as_its_closed_form(name: str, target: str, km: float) -> None:
    assert card(name, target=target).lines[0].value == pytest.approx(km, rel=0.01)


def test_a_radars_card_shows_burn_through() -> None:
    found = card("sam_acquisition_sband_3d", target=None)
    own = line(found, "strike_fighter_jamming: burn-through, Pd 0.5")
    clear = line(found, "fighter: free-space range, Pd 0.5")
    assert 0.0 < own < 0.2 * clear
    radar, jammer = CATALOGUE.radar("sam_acquisition_sband_3d"), CATALOGUE.aircraft("strike_fighter_jamming").jammer
    assert jammer is not None
    share = radar.bandwidth / jammer.bandwidth
    echo = radar.peak_power * radar.pulse * radar.bandwidth * 10 ** ((radar.gain - radar.loss) / 10) * 3.0
    signal = echo / (4 * math.pi * jammer.power * 10 ** (jammer.gain / 10) * share * (own * 1e3) ** 2)
    alone = sensing_snr(radar, clear * 1e3)
    assert signal == pytest.approx(alone, rel=0.02)  # S/J there is S/N where the clear range ends


def sensing_snr(radar: RadarType, range_m: float) -> float:
    """S/N of 3 m2 at a range."""
    return 10 ** (snr_db(type_snr_ref_db(radar), 3.0, range_m) / 10)
