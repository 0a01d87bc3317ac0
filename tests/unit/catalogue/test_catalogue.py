"""The shipped catalogue: complete, sourced, true to its file, and open to types of a scenario."""

import json
import runpy
from pathlib import Path

import pytest

from jointsky.catalogue import AircraftType, load
from jointsky.catalogue.catalogue import unsourced
from jointsky.catalogue.types import KINDS
from jointsky.vocab.codes import AircraftKind

ROOT = Path(__file__).parents[3]


def _leaves(raw: object) -> list[object]:
    return [leaf for item in raw.values() for leaf in _leaves(item)] if isinstance(raw, dict) else [raw]


def test_every_value_has_a_source() -> None:
    for name, raw in load().raw.items():
        for key, item in raw.items():
            for leaf in _leaves(item) if key not in ("kind", "base") else []:
                assert unsourced(leaf) is not leaf, f"{name}.{key} has no source"


def test_the_shipped_file_is_what_the_tool_builds(tmp_path: Path) -> None:
    built = runpy.run_path(str(ROOT / "tools/build_catalogue.py"))["main"]
    built.__globals__["OUT"] = tmp_path / "built.yaml"
    built()
    shipped = ROOT / "src/jointsky/catalogue/notional.yaml"
    assert (tmp_path / "built.yaml").read_text("utf-8") == shipped.read_text("utf-8")


def test_numbers_are_those_of_the_notional_file() -> None:
    notional = json.loads((ROOT / "tools/notional_units.json").read_text())
    for name, entry in notional["radars"].items():
        radar = load().radar(name)
        assert radar.frequency == pytest.approx(entry["freq_hz"]) and radar.gain == entry["gain_db"]
        assert radar.pulse == pytest.approx(entry["pulse_s"]) and radar.max_range == entry["instrumented_km"] * 1e3
    assert load().radar("gap_filler_uhf_2d").period == 5.0
    for name in ("sam_long", "sam_medium", "sam_short"):
        entry, sam = notional["units"][name], load().sam(name)
        assert [sam.range_min, sam.range_max] == [km * 1e3 for km in entry["intercept_range_km"]]
        assert sam.pk["cruise_missile"] == pytest.approx(entry["pk"]["cruise_missile"])
        assert sam.reload == entry["reload_min"] * 60 and sam.channels == entry["fire_channels"]
    assert load().aircraft("cruise_missile").endurance == pytest.approx(1_500_000 / 230, abs=30)


def test_kinds_of_targets_are_those_of_the_codes() -> None:
    words = [kind.name.lower() for kind in AircraftKind]
    assert list(load().sam("sam_long").pk) == words
    for name in load().names("aircraft"):
        assert load().aircraft(name).is_a in words


def test_every_kind_has_types_and_unknown_ones_get_advice() -> None:
    assert all(load().names(kind) for kind in KINDS)
    with pytest.raises(KeyError, match="did you mean sam_long"):
        load().sam("sam_lnog")
    with pytest.raises(KeyError, match="is a sam type, expected a radar type"):
        load().radar("sam_long")


def test_a_scenario_may_add_and_change_types() -> None:
    written = {
        "stealth": {"base": "shy", "rcs": ["0.01 m2", "own guess"]},
        "shy": {"base": "fighter", "aam": {"pk": {"bomber": "90 %"}}},
    }
    more, faults = load().extended(written)
    assert faults == []
    stealth = more.aircraft("stealth")
    assert isinstance(stealth, AircraftType) and stealth.rcs == 0.01 and stealth.aam is not None
    assert (stealth.aam.pk["bomber"], stealth.aam.pk["fighter"]) == (0.9, 0.6)
    assert more.sources["stealth.rcs"] == "own guess" and more.sources["stealth.cruise"] == "notional"
    assert "stealth" not in load()
    changed, faults = load().extended({"fighter": {"base": "fighter", "rcs": "9 m2"}})
    assert faults == [] and changed.aircraft("fighter").rcs == 9.0


def test_faulty_types_are_left_out_and_reported() -> None:
    more, faults = load().extended({"bad": {"base": "fighter", "rcs": 3}, "lost": {"base": "nothing"}, "empty": {}})
    assert [fault.name for fault in faults] == ["lost", "bad", "empty"] or {f.name for f in faults} == {
        "bad",
        "lost",
        "empty",
    }
    assert not {"bad", "lost", "empty"} & set(more.types)
