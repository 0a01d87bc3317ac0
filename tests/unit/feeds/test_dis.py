"""DIS octets: round trips, columns against the reader of single PDUs, dirty datagrams, stamps and dead reckoning."""

from __future__ import annotations

import random
import struct

import numpy as np
import pytest
from dis_pdus import random_pdu
from hypothesis import given
from hypothesis import strategies as st

from jointsky.errors import DecodeError
from jointsky.feeds.dis import reckoning, stamps
from jointsky.feeds.dis.entities import ENTITY_STATE, articulations, decode_entities, encode_entities
from jointsky.feeds.dis.layouts import BODIES, FAMILIES, HEADER, VERSIONS, Pdu
from jointsky.feeds.dis.pdus import decode, decode_pdu, encode_pdu

# Lengths of PDUs with nothing repeated (IEEE 1278.1-2012, tables 51 to 95), as published.
LENGTHS = {
    Pdu.ENTITY_STATE: 144, Pdu.FIRE: 96, Pdu.DETONATION: 104, Pdu.START_RESUME: 44, Pdu.STOP_FREEZE: 40,
    Pdu.ACKNOWLEDGE: 32, Pdu.SET_DATA: 40, Pdu.DATA: 40, Pdu.COMMENT: 32, Pdu.EMISSION: 28, Pdu.TRANSMITTER: 104,
    Pdu.SIGNAL: 32, Pdu.RECEIVER: 36, Pdu.IFF: 60,
}  # fmt: skip


def some(seed: int, count: int, kinds: list[Pdu] | None = None) -> list[bytes]:
    luck = random.Random(seed)
    chosen = [luck.choice(kinds or list(Pdu)) for _ in range(count)]
    return [encode_pdu(random_pdu(luck, kind, luck.choice(VERSIONS))) for kind in chosen]


def test_lengths_are_those_of_the_standard() -> None:
    for kind, length in LENGTHS.items():
        octets = encode_pdu({"type": kind})
        assert len(octets) == HEADER.itemsize + BODIES[kind].record.itemsize == length
        assert struct.unpack_from(">H", octets, 8) == (length,)
        assert octets[:4] == bytes((7, 0, kind, FAMILIES[kind]))


@given(st.integers(0, 2**32), st.sampled_from(list(Pdu)))
def test_what_is_written_is_read(seed: int, kind: Pdu) -> None:
    pdu = random_pdu(random.Random(seed), kind)
    octets = encode_pdu(pdu)
    found = decode_pdu(octets)
    assert found == pdu
    assert encode_pdu(found) == octets


def test_what_does_not_fit_is_refused() -> None:
    with pytest.raises(ValueError, match="unknown fields colour"):
        encode_pdu({"type": Pdu.FIRE, "colour": 1})
    with pytest.raises(ValueError, match="out of bounds"):
        encode_pdu({"type": Pdu.FIRE, "firing": {"site": 70_000}})
    with pytest.raises(ValueError, match="expected at most 65535"):
        encode_pdu({"type": Pdu.COMMENT, "variable": [{"value": bytes(65_000)}, {"value": bytes(1_000)}]})
    with pytest.raises(DecodeError, match="expected one of those that are read"):
        decode_pdu(bytes(200))


def test_a_bit_length_that_is_no_octets_is_kept() -> None:
    signal = {"type": Pdu.SIGNAL, "data": (b"\xff\xf0", 12)}
    assert decode_pdu(encode_pdu(signal))["data"] == (b"\xff\xf0", 12)


@given(st.integers(0, 2**32), st.integers(0, 12))
def test_columns_are_what_single_pdus_say(seed: int, count: int) -> None:
    octets = some(seed, count, [Pdu.ENTITY_STATE, Pdu.ENTITY_STATE, Pdu.FIRE])
    cut = random.Random(seed).randrange(count + 1)
    found = decode_entities([b"".join(octets[:cut]), b"".join(octets[cut:])])
    single = [decode_pdu(one) for one in octets]
    states = [one for one in single if one["type"] == Pdu.ENTITY_STATE]
    assert (len(found.rows), found.other, found.faults) == (len(states), count - len(states), ())
    first = 0
    for row, state in zip(found.rows, states, strict=True):
        assert row["version"] == state["version"]
        assert tuple(row["location_ecef_m"]) == tuple(state["location_ecef_m"].values())
        assert tuple(row["velocity_mps"]) == tuple(state["velocity_mps"].values())
        assert tuple(row["entity_type"]) == tuple(state["entity_type"].values())
        assert bytes(row["marking"]) == state["marking"]
        assert row["parameter_count"] == len(state["parameters"])
        parameters = found.parameters[first : first + len(state["parameters"])]
        assert [bytes(p["octets"]) for p in parameters] == [p["octets"] for p in state["parameters"]]
        assert [int(p["parameter"]) for p in parameters] == [p["parameter"] for p in state["parameters"]]
        first += len(parameters)
    again, ends = encode_entities(found.rows, found.parameters)
    assert again == b"".join(one for one in octets if one[2] == Pdu.ENTITY_STATE)
    assert len(ends) == len(states)


def test_an_articulated_part_says_its_angle() -> None:
    turret = {"type": 0, "parameter": 4107, "octets": struct.pack(">f4x", 0.5)}
    rocket = {"type": 1, "parameter": 1, "octets": bytes((2, 1, 0, 0, 1, 0, 0, 0))}
    found = decode_entities(encode_pdu({"type": Pdu.ENTITY_STATE, "parameters": [turret, rocket]}))
    assert articulations(found.parameters).tolist()[0] == 0.5
    assert np.isnan(articulations(found.parameters)[1])


@given(st.integers(0, 2**32), st.binary(max_size=40))
def test_the_clean_part_is_kept(seed: int, rubbish: bytes) -> None:
    octets = b"".join(some(seed, 3))
    clean = decode(octets)
    assert not clean.faults and len(clean.pdus) == 3
    assert decode(octets + rubbish).pdus[:3] == clean.pdus


def test_a_pdu_that_lies_about_its_parts_costs_only_itself() -> None:
    state, fire = encode_pdu({"type": Pdu.ENTITY_STATE}), encode_pdu({"type": Pdu.FIRE})
    lying = bytearray(state)
    lying[19] = 200
    found = decode(fire + bytes(lying) + fire)
    assert [one["type"] for one in found.pdus] == [Pdu.FIRE, Pdu.FIRE]
    assert found.faults[0].offset == len(fire) + len(state)
    columns = decode_entities(state + bytes(lying) + state)
    assert len(columns.rows) == 2
    assert columns.faults[0].offset == len(state)


def test_bundled_pdus_may_be_padded_and_other_versions_are_passed_over() -> None:
    receiver, state = encode_pdu({"type": Pdu.RECEIVER}), encode_pdu({"type": Pdu.ENTITY_STATE})
    old = bytes((5,)) + state[1:]
    found = decode(receiver + bytes(4) + old + state)
    assert [one["type"] for one in found.pdus] == [Pdu.RECEIVER, Pdu.ENTITY_STATE]
    assert (found.ignored, found.faults) == (1, [])
    assert len(decode(receiver + bytes(8) + state).pdus) == 1
    assert decode(bytes(16)).faults[0].offset == 0


@given(st.integers(0, 2**51), st.integers(-1_700_000_000, 1_700_000_000))
def test_an_absolute_stamp_is_found_again_from_half_an_hour_off(utc_us: int, off_us: int) -> None:
    value = stamps.stamp(utc_us)
    assert stamps.is_absolute(value) and not stamps.is_absolute(stamps.stamp(utc_us, absolute=False))
    assert abs(stamps.moment_us(value, utc_us + off_us) - utc_us) <= 2
    assert stamps.seconds_between(value, stamps.stamp(utc_us + 1_000_000)) == pytest.approx(1.0, abs=4e-6)


def motion(algorithm: int, **of: list[float]) -> reckoning.Motion:
    names = ("location_ecef_m", "velocity_mps", "acceleration_mps2", "orientation_rad", "angular_velocity_radps")
    return reckoning.Motion(np.array([algorithm]), *(np.array([of.get(name, [0.0] * 3)]) for name in names))


@pytest.mark.parametrize(
    ("algorithm", "place", "speed", "heading"),
    [
        (1, 0.0, 0.0, 0.0),
        (2, 200.0, 100.0, 0.0),
        (3, 200.0, 100.0, 0.2),
        (4, 220.0, 120.0, 0.2),
        (5, 220.0, 120.0, 0.0),
    ],
)
def test_dead_reckoning(algorithm: int, place: float, speed: float, heading: float) -> None:
    """Two seconds at 100 m/s, 10 m/s2 and 0.1 rad/s about the body's z."""
    told = motion(
        algorithm, velocity_mps=[100.0, 0.0, 0.0], acceleration_mps2=[10.0, 0.0, 0.0],
        angular_velocity_radps=[0.0, 0.0, 0.1],
    )  # fmt: skip
    age = np.array([2.0])
    assert reckoning.reckoned_m(told, age)[0, 0] == pytest.approx(place)
    assert reckoning.reckoned_mps(told, age)[0, 0] == pytest.approx(speed)
    assert reckoning.reckoned_rad(told, age)[0] == pytest.approx([heading, 0.0, 0.0])


angle = st.floats(-1.5, 1.5)


@given(angle, angle, angle)
def test_angles_of_matrices(psi: float, theta: float, phi: float) -> None:
    given_rad = np.array([[psi, theta, phi]])
    matrix = reckoning.matrices(given_rad)
    assert matrix[0] @ matrix[0].T == pytest.approx(np.eye(3), abs=1e-12)
    assert reckoning.angles(matrix) == pytest.approx(given_rad, abs=1e-9)


def test_others_are_told_at_heartbeats_and_thresholds() -> None:
    told = motion(2, velocity_mps=[100.0, 0.0, 0.0])

    def due(age: float, x: float, psi: float = 0.0) -> bool:
        place, turned = np.array([[x, 0.0, 0.0]]), np.array([[psi, 0.0, 0.0]])
        return bool(reckoning.is_due(told, np.array([age]), place, turned, 5.0)[0])

    assert not due(1.0, 100.0)
    assert due(1.0, 101.5) and not due(1.0, 100.5)
    assert due(1.0, 100.0, 0.06) and not due(1.0, 100.0, 0.04)
    assert due(5.0, 500.0)


def test_level_flight_north_at_the_equator() -> None:
    """Nose to the north pole, belly to the earth's centre: theta up by a quarter turn as the standard has it."""
    place, enu = np.array([[6_378_137.0, 0.0, 0.0]]), np.array([[[0.0, 1.0, 0.0], [0.0, 0.0, 1.0], [1.0, 0.0, 0.0]]])
    matrix = reckoning.matrices(reckoning.level_rad(place, np.array([[0.0, 0.0, 200.0]]), enu))[0]
    assert matrix == pytest.approx(np.array([[0.0, 0.0, 1.0], [0.0, 1.0, 0.0], [-1.0, 0.0, 0.0]]), abs=1e-9)


def test_an_entity_state_has_the_octets_of_the_wire() -> None:
    assert ENTITY_STATE.itemsize == 144
    row = np.zeros(1, ENTITY_STATE)
    row["location_ecef_m"]["x"], row["timestamp"] = 1.0, 258
    octets, ends = encode_entities(row, exercise=9)
    assert ends.tolist() == [144]
    assert octets[:12] == bytes((7, 9, 1, 1, 0, 0, 1, 2, 0, 144, 0, 0))
    assert octets[48:56] == struct.pack(">d", 1.0)
