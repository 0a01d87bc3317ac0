"""Mode S: frames, codes and compact positions, by published examples, by the twin of the encoder, and by real data."""

from __future__ import annotations

import gzip
import json
import math
import random
from typing import Any

import pytest
from asterix_records import shared
from hypothesis import given
from hypothesis import strategies as st

from jointsky.feeds.modes.cpr import global_place, longitude_zones, place_near, steps_of
from jointsky.feeds.modes.forms import AVR, BEAST, HEX, JSON_LINES, SBS, Frame, form_of, read_frames
from jointsky.feeds.modes.messages import altitude_ft, decode_frame, remainder, squawk
from jointsky.feeds.modes.reports import decode_frames
from jointsky.feeds.modes.trust import CLONE, GHOST, HEIGHT, SPEED, doubts

EVEN, ODD = "8d40621d58c382d690c8ac2863a7", "8d40621d58c386435cc412692ad6"
IDENT, SPEED_FRAME = "8d4840d6202cc371c32ce0576098", "8d485020994409940838175b284f"


def test_the_textbook_pair_is_over_the_netherlands() -> None:
    frames = [Frame(0.0, bytes.fromhex(ODD)), Frame(1.0, bytes.fromhex(EVEN))]
    (early, late), broken = decode_frames(frames)
    assert broken == 0 and late["altitude"] == 38000
    assert (late["latitude"], late["longitude"]) == pytest.approx((52.25720214843750, 3.91937255859375), abs=1e-9)
    assert early["latitude"] == pytest.approx(52.26578, abs=1e-4), "the first of a pair gets its place afterwards"


def test_the_textbook_identity_and_velocity() -> None:
    assert decode_frame(bytes.fromhex(IDENT)) is not None
    found = decode_frame(bytes.fromhex(IDENT)) or {}
    assert (found["callsign"], found["icao24"], found["typecode"]) == ("KLM1023", "4840d6", 4)
    found = decode_frame(bytes.fromhex(SPEED_FRAME)) or {}
    assert found["groundspeed"] == pytest.approx(159.20, abs=0.01)
    assert found["track"] == pytest.approx(182.88, abs=0.01)
    assert (found["vertical_rate"], found["vrate_src"], found["geo_minus_baro"]) == (-832, "GNSS", 550)


def test_one_wrong_bit_is_found() -> None:
    whole = int(EVEN, 16)
    for bit in range(112):
        octets = (whole ^ 1 << bit).to_bytes(14)
        assert octets[0] >> 3 not in (17, 18) or decode_frame(octets) is None


def gillham(feet: int) -> int:
    """The 13-bit code of an altitude in hundreds of feet, from the definition: the inverse of what is tested."""
    five_hundreds, hundreds = divmod((feet + 1200) // 100, 5)
    step = hundreds + 1 if five_hundreds % 2 == 0 else 5 - hundreds
    step = 7 if step == 5 else step
    wide, narrow = five_hundreds ^ five_hundreds >> 1, step ^ step >> 1
    bits = {name: wide >> 7 - k & 1 for k, name in enumerate(("D2", "D4", "A1", "A2", "A4", "B1", "B2", "B4"))}
    bits |= {name: narrow >> 2 - k & 1 for k, name in enumerate(("C1", "C2", "C4"))}
    order = ("C1", "A1", "C2", "A2", "C4", "A4", "", "B1", "", "B2", "D2", "B4", "D4")
    return sum(bits.get(name, 0) << 12 - k for k, name in enumerate(order))


def test_altitudes_in_hundreds_are_reflected_binary() -> None:
    for feet in range(-1200, 126_701, 100):
        assert altitude_ft(gillham(feet)) == feet
    assert altitude_ft(0) is None and altitude_ft(0x40) is None


def test_altitudes_in_steps_of_25_and_squawks() -> None:
    for feet in range(-1000, 50_175, 25):
        steps = (feet + 1000) // 25
        code = (steps & 0x7E0) << 2 | (steps & 0x10) << 1 | 0x10 | steps & 0xF
        assert altitude_ft(code) == feet
    assert squawk(0b0101010101010) != squawk(0)
    assert {squawk(0), squawk(0b1111110111111)} == {"0000", "7777"}


@given(st.floats(-87.0, 87.0), st.floats(-180.0, 180.0), st.booleans())
def test_a_place_survives_its_report(lat: float, lon: float, newer: bool) -> None:
    pairs = [steps_of((lat, lon), is_odd) for is_odd in (False, True)]
    near = place_near(pairs[newer], newer, (lat, lon))
    assert near is not None
    step = 360.0 / 59 / 2**17
    assert abs(near[0] - lat) < step and abs((near[1] - lon + 180) % 360 - 180) < step * 60
    assert steps_of(near, newer) == pairs[newer]
    place = global_place(pairs[0], pairs[1], newer)
    if place is not None:
        assert place == pytest.approx(near, abs=1e-9)


def test_zones_of_longitude() -> None:
    assert [longitude_zones(lat) for lat in (0.0, 10.4, 10.5, -52.0, 86.9, 87.1, 90.0)] == [59, 59, 58, 36, 2, 1, 1]
    for lat in [random.Random(1).uniform(0.0, 86.9) for _ in range(2000)]:
        turn = math.acos(1.0 - (1.0 - math.cos(math.pi / 30.0)) / math.cos(math.radians(lat)) ** 2)
        assert longitude_zones(lat) == math.floor(2.0 * math.pi / turn)


def test_every_place_of_the_real_capture_is_that_of_the_message() -> None:
    octets = gzip.decompress(shared("modes/toulouse_first_24000.jsonl.gz"))
    assert form_of(octets) == JSON_LINES
    reports, broken = decode_frames(read_frames(octets, JSON_LINES).frames)
    told = [json.loads(line) for line in octets.splitlines()]
    assert (len(reports), broken) == (24_000, 0)
    compared = 0
    for mine, theirs in zip(reports, told, strict=True):
        for name in ("icao24", "df", "callsign", "squawk", "lat_cpr", "geo_minus_baro", "vertical_rate"):
            assert mine.get(name) == theirs.get(name)
        if "latitude" in theirs:
            place = mine["latitude"], mine["longitude"]
            assert place == pytest.approx((theirs["latitude"], theirs["longitude"]), abs=1e-9)
            turn = 90.0 if mine["bds"] == "06" else 360.0
            assert steps_of(place, mine["parity"] == "odd", turn) == (mine["lat_cpr"], mine["lon_cpr"])
            compared += 1
    assert compared == 5384
    assert doubts(reports) == []


def beast(frame: str, ticks: int) -> bytes:
    octets = bytes.fromhex(frame)
    body = ticks.to_bytes(6) + b"\x40" + octets
    return b"\x1a" + (b"3" if len(octets) == 14 else b"2") + body.replace(b"\x1a", b"\x1a\x1a")


FRAMES = [IDENT, EVEN, "5d4ca2d1c6a1b2", "8d1a1a1a1a1a1a1a1a1a1a1a1a1a"]
WRITTEN = {
    BEAST: b"".join(beast(frame, 0x1A1A1A + k) for k, frame in enumerate(FRAMES)),
    AVR: "".join(f"*{frame.upper()};\r\n" for frame in FRAMES).encode(),
    HEX: "".join(f"{1717664319.5 + k},{frame}\n" for k, frame in enumerate(FRAMES)).encode(),
    JSON_LINES: "".join(json.dumps({"timestamp": k, "frame": frame}) + "\n" for k, frame in enumerate(FRAMES)).encode(),
}


@pytest.mark.parametrize("form", WRITTEN)
def test_each_form_is_told_and_read(form: str) -> None:
    assert form_of(WRITTEN[form]) == form
    found = read_frames(WRITTEN[form], form)
    assert [frame.octets.hex() for frame in found.frames] == FRAMES and not found.errors


def test_the_counter_of_avr_and_beast_is_of_12_mhz() -> None:
    assert read_frames(b"@000000B71B00" + EVEN.encode() + b";", AVR).frames[0].t_s == 1.0
    assert read_frames(beast(EVEN, 24_000_000), BEAST).frames[0].t_s == 2.0


def test_sbs_reports_are_read() -> None:
    line = "MSG,3,1,1,4CA216,1,2024/06/06,08:58:39.500,2024/06/06,08:58:39.500,,37000,,,43.5,1.25,,,0,0,0,0\n"
    assert form_of(line.encode()) == SBS
    found = read_frames((line + "MSG,3,broken\n" + "STA,,,\n").encode(), SBS)
    (report,) = found.reports
    assert (report["icao24"], report["altitude"], report["latitude"], report["longitude"]) == (
        "4ca216",
        37000,
        43.5,
        1.25,
    )
    assert report["timestamp"] == 1717664319.5
    assert found.errors == 1 and "line 2" in found.faults[0]


@pytest.mark.parametrize("form", [*WRITTEN, SBS])
def test_no_octets_raise(form: str) -> None:
    luck = random.Random(7)
    seed = WRITTEN.get(form, b"MSG,3,1,1,4CA216,1,2024/06/06,08:58:39.500,,,,37000,,,43.5,1.25,,,0,0,0,0\n" * 3)
    for _ in range(400):
        octets = bytearray(seed)
        for _ in range(luck.randint(1, 6)):
            octets[luck.randrange(len(octets))] = luck.randrange(256)
        cut = bytes(octets[: luck.randint(0, len(octets))])
        read = read_frames(cut, form)
        doubts([*decode_frames(read.frames)[0], *read.reports])
        form_of(cut)


def report(t_s: float, lat: float, **more: Any) -> dict[str, Any]:
    return {"timestamp": t_s, "icao24": "abc123", "df": "17", "latitude": lat, "longitude": 1.0} | more


def flight(speed_kt: float) -> list[dict[str, Any]]:
    """A minute northward at 200 m/s that tells a speed."""
    places = [report(float(k), 40.0 + k * 200.0 / 111_195.0) for k in range(60)]
    return places + [report(k + 0.5, 0, subtype=1, groundspeed=speed_kt) for k in range(60)]


def without_place(reports: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{k: v for k, v in r.items() if "subtype" not in r or k not in ("latitude", "longitude")} for r in reports]


def kinds(reports: list[dict[str, Any]]) -> list[str]:
    return [doubt.kind for doubt in doubts(without_place(reports))]


def test_doubts_are_raised_where_they_should_be() -> None:
    honest = flight(200.0 / 0.5144444)
    assert kinds(honest) == []
    assert kinds(flight(20.0)) == [GHOST]
    assert kinds([*honest, report(30.5, 44.0)]) == [SPEED]
    assert CLONE in kinds([*honest, *(report(k + 0.5, 44.0) for k in range(20, 30))])
    heights = [report(float(k), 40.0, altitude=30_000, source="barometric") for k in range(10)]
    replies = [{"timestamp": k + 0.2, "icao24": "abc123", "df": "20", "altitude": 33_000} for k in range(10)]
    assert kinds(heights + replies) == [HEIGHT]
    assert kinds(heights + [reply | {"altitude": 30_100} for reply in replies]) == []


def test_two_aircraft_with_one_address_do_not_mix() -> None:
    frames = []
    for k in range(20):
        for lat in (45.0, 50.0):
            frames.append(Frame(k + lat / 100, squitter((lat + k * 0.002, 5.0), k % 2 == 1)))
    reports, _ = decode_frames(frames)
    assert sum("latitude" in one for one in reports) > 30
    assert CLONE in {doubt.kind for doubt in doubts(reports)} or SPEED in {doubt.kind for doubt in doubts(reports)}


def squitter(place: tuple[float, float], is_odd: bool) -> bytes:
    """An airborne position message with parity."""
    y, x = steps_of(place, is_odd)
    message = 11 << 51 | 0xC38 << 36 | is_odd << 34 | y << 17 | x
    head = bytes.fromhex("8dabc123") + message.to_bytes(7)
    return head + remainder(head + bytes(3)).to_bytes(3)
