"""Logs with sound checksums and nonsense in them: every answer is a recording or a LogError, never another error."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from unit.record.test_recorder import record

from jointsky.errors import LogError
from jointsky.record.kinds import Kind
from jointsky.record.log import LogReader, LogWriter
from jointsky.record.reading import read_recording
from jointsky.record.tables import TABLES, frame_of

SEED = 11


@pytest.fixture(scope="module")
def frames(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[int, bytes]]:
    path = tmp_path_factory.mktemp("fuzz") / "log"
    record(path, 3)
    return [(frame.kind, frame.payload) for frame in LogReader(path)]


def mutated(payload: bytes, luck: np.random.Generator) -> bytes:
    """A payload with a few octets changed, cut out or put in."""
    octets = bytearray(payload)
    for _ in range(luck.integers(1, 9)):
        place = int(luck.integers(0, len(octets) + 1))
        match luck.integers(0, 4):
            case 0:
                octets[place : place + 1] = luck.bytes(1)
            case 1:
                octets[place:place] = luck.bytes(int(luck.integers(1, 9)))
            case 2:
                del octets[place : place + int(luck.integers(1, 99))]
            case _:
                octets[place : place + 1] = bytes(luck.choice(np.frombuffer(b'[]{}",:0-9eN\x00', np.uint8), 1))
    return bytes(octets)


def ask_everything(place: Path) -> None:
    found = read_recording(place)
    found.inputs()
    found.detectable()
    found.phases()
    assert all(len(digest) == 32 for digest in found.digests.values())
    for name in TABLES:
        frame_of(found, name)


def test_nonsense_with_sound_checksums_is_declared(frames: list[tuple[int, bytes]], tmp_path: Path) -> None:
    luck, refused = np.random.default_rng(SEED), 0
    kinds = sorted({kind for kind, _ in frames})
    assert kinds == sorted(Kind)
    for trial in range(400):
        kind = kinds[trial % len(kinds)]
        path = tmp_path / f"log{trial}"
        with LogWriter(path) as log:
            for found, payload in frames:
                log.append(found, mutated(payload, luck) if found == kind else payload)
        try:
            ask_everything(path)
        except LogError as error:
            refused += 1
            assert str(path) in str(error)
        path.unlink()
    assert refused > 100
