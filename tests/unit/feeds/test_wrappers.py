"""What blocks come wrapped in is told from the octets, and what is whole is kept."""

from __future__ import annotations

import math
import random
from contextlib import suppress

import pytest

from jointsky.errors import DecodeError
from jointsky.feeds.asterix.encode import encode_block
from jointsky.feeds.asterix.records import decode_records
from jointsky.feeds.examination import examine
from jointsky.feeds.pcap import write_capture
from jointsky.feeds.recorded import read_recorded
from jointsky.feeds.wrappers import BLOCKS, FINAL, LENGTH_FIRST, form_of, unwrap, wrap

RECORD = {"010": {"SAC": 25, "SIC": 13}, "140": 100.0, "040": {"RHO": 10.0, "THETA": 90.0}}
BLOCK = encode_block(48, [RECORD, RECORD])
SERVICE = encode_block(34, [{"010": {"SAC": 25, "SIC": 13}, "000": 1, "030": 99.0}])
FORMS = [BLOCKS, LENGTH_FIRST, FINAL]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("count", [1, 2, 30])
def test_a_file_of_each_form_is_read(form: str, count: int) -> None:
    octets = b"".join(wrap(BLOCK + SERVICE, form, 100 * k) for k in range(count))
    assert form_of(octets) == form
    datagrams = [datagram.octets for datagram in read_recorded(octets).datagrams]
    assert [record["category"] for record in decode_records(datagrams)] == ["048", "048", "034"] * count


def test_the_final_form_says_day_and_time() -> None:
    ticks = 2 * 8_640_000 + 360_000
    (frame,) = unwrap(wrap(BLOCK, FINAL, ticks), FINAL)
    assert frame.t_s == pytest.approx(2 * 86400 + 3600)
    assert read_recorded(wrap(BLOCK, FINAL, ticks)).datagrams[0].t_utc_ns == round(frame.t_s * 1e9)
    (frame,) = unwrap(wrap(BLOCK, LENGTH_FIRST, 5), LENGTH_FIRST)
    assert math.isnan(frame.t_s) and frame.octets == BLOCK


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("dirt", [b"\xff" * 7, b"\x00" * 5, b"\x30\x00\x02", bytes(range(200, 255))])
def test_dirt_between_frames_loses_no_frame_behind_it(form: str, dirt: bytes) -> None:
    clean = [wrap(BLOCK, form, k) for k in range(20)]
    octets = b"".join(clean[:10]) + dirt + b"".join(clean[10:])
    datagrams = [datagram.octets for datagram in read_recorded(octets).datagrams]
    assert len(decode_records(datagrams)) == 40


@pytest.mark.parametrize("form", FORMS)
def test_a_file_cut_short_keeps_what_is_whole(form: str) -> None:
    octets = b"".join(wrap(BLOCK, form, k) for k in range(20))[:-3]
    assert len(decode_records([d.octets for d in read_recorded(octets).datagrams])) in (38, 39)


@pytest.mark.parametrize("form", [LENGTH_FIRST, FINAL])
def test_wrapped_datagrams_of_a_capture_are_unwrapped(form: str) -> None:
    payload = wrap(BLOCK, form, 1) + wrap(SERVICE, form, 2)
    recorded = read_recorded(write_capture([(10**18, payload), (10**18, payload)], 8600))
    assert recorded.form == f"capture of {form} datagrams" and recorded.has_times
    found = decode_records([datagram.octets for datagram in recorded.datagrams])
    assert [record["category"] for record in found] == ["048", "048", "034"] * 2


def test_a_capture_cut_short_keeps_its_whole_datagrams_and_says_so() -> None:
    octets = write_capture([(10**18, BLOCK)] * 3, 8600)
    recorded = read_recorded(octets[:-4])
    assert len(recorded.datagrams) == 2
    assert "the 2 datagrams before are kept" in recorded.warnings[0]


@pytest.mark.parametrize("octets", [b"", b"hello, world", b"\x00" * 30, b"\x30\x00\x02\x00", b"\xff" * 5])
def test_what_has_no_known_form_is_refused(octets: bytes) -> None:
    with pytest.raises(DecodeError, match="no known form"):
        read_recorded(octets)


def test_a_frame_too_long_is_refused() -> None:
    with pytest.raises(ValueError, match="too long"):
        wrap(bytes(65530), FINAL)


@pytest.mark.parametrize("form", FORMS)
def test_mutated_recordings_raise_nothing_but_what_is_declared(form: str) -> None:
    luck = random.Random(form)
    clean = b"".join(wrap(octets, form, k) for k, octets in enumerate((BLOCK, SERVICE, BLOCK)))
    for _ in range(40):
        octets = bytearray(clean)
        for _ in range(luck.randint(1, 6)):
            octets[luck.randrange(len(octets))] = luck.randrange(256)
        with suppress(DecodeError):
            examine(read_recorded(bytes(octets)))
