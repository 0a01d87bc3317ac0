"""Cursor on Target events of tracks: what TAK reads of them, and what it must not be told."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from datetime import datetime

import numpy as np
import pytest

from jointsky.feeds.cot import UNKNOWN_M, event_type, track_event
from jointsky.geo.frames import geodetic2ecef, rotate2ecef
from jointsky.vocab.codes import AircraftKind, Identity
from jointsky.vocab.records import TRACK, Rows, empty

START_S = 1_780_286_400.0


def track(**fields: object) -> Rows:
    row = empty(TRACK, 1)
    row["lat_deg"], row["lon_deg"], row["alt_m"] = 54.25, 21.5, 9000.0
    row["pos_ecef_m"] = geodetic2ecef(54.25, 21.5, 9000.0)
    row["vel_ecef_mps"] = rotate2ecef([-30.0, -40.0, 0.0], 54.25, 21.5)
    row["sigma_pos_m"], row["sigma_height_m"], row["kind"], row["track_id"] = 120.0, np.nan, 255, 77
    for name, value in fields.items():
        row[name] = value
    return row


def event(**fields: object) -> ElementTree.Element:
    return ElementTree.fromstring(track_event(track(**fields)[0], "west.cp", START_S, 60.0))


def test_an_event_tells_place_accuracy_and_motion() -> None:
    found = event()
    point, motion = found.find("point"), found.find("detail/track")
    assert point is not None and motion is not None
    assert float(point.get("lat", "")) == 54.25 and float(point.get("lon", "")) == 21.5
    assert point.get("hae") == "9000.0" and point.get("ce") == "120.0" and float(point.get("le", "")) == UNKNOWN_M
    assert float(motion.get("speed", "")) == pytest.approx(50.0, abs=0.06)
    assert float(motion.get("course", "")) == pytest.approx(216.9, abs=0.06)
    assert found.get("uid") == "jointsky.west.cp.77"


def test_an_event_has_the_attributes_that_its_schema_demands_and_ends() -> None:
    found = event(t_valid_s=58.0)
    assert {"version", "uid", "type", "how", "time", "start", "stale"} <= set(found.keys())
    start, time, stale = (datetime.fromisoformat(found.get(name, "")) for name in ("start", "time", "stale"))
    assert time.timestamp() == START_S + 60.0 and (time - start).total_seconds() == 2.0 and stale > time


def test_nobody_takes_a_simulated_track_for_a_real_one() -> None:
    found = event()
    assert found.get("opex", "").startswith("s-") and found.findtext("detail/remarks") == "SIMULATED"


def test_every_identity_and_kind_has_a_type_of_its_own() -> None:
    types = {event_type(identity, kind) for identity in Identity for kind in [*AircraftKind, 255]}
    assert len(types) == len(Identity) * (len(AircraftKind) + 1)
    assert event_type(Identity.HOSTILE, 255) == "a-h-A" and event_type(Identity.FRIEND, 0) == "a-f-A-M-F-F"
