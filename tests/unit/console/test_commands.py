"""What a client says is checked before anything listens to it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from jointsky.console.commands import Refused, Wish, command_of, hello_of, id_of

GOOD: dict[str, Any] = {"kind": "order", "id": "k1", "act": "engage", "shooter": 3, "track": 17, "shots": 2}


def test_an_order_is_read() -> None:
    assert command_of(json.dumps(GOOD)) == Wish(kind="order", id="k1", act="engage", shooter=3, track=17, shots=2)


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "launch"},
        {"kind": None},
        {"id": ""},
        {"id": "x" * 65},
        {"id": 3},
        {"act": "fire"},
        {"shooter": -1},
        {"shooter": "3"},
        {"shooter": 1.5},
        {"shooter": True},
        {"track": 0},
        {"track": 2**32},
        {"track": None},
        {"shots": 0},
        {"shots": 9},
        {"weapons": "free"},
        {"act": "weapons"},
        {"row": 5},
        {"post": "east.cp"},
    ],
    ids=str,
)
def test_a_spoilt_order_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(Refused):
        command_of(json.dumps(GOOD | change))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "1",
        "null",
        '"x"',
        "[" * 16_000,
        '{"kind":' * 3_000,
        "\ud800",
        '{"kind":"rate","id":"a","rate":NaN}',
    ],
)
def test_nonsense_is_refused(text: str) -> None:
    with pytest.raises(Refused):
        command_of(text)
    with pytest.raises(Refused):
        hello_of(text)
    assert id_of(text) in ("", "a")


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        ("rate", {"rate": 0.0}),
        ("rate", {"rate": 61}),
        ("rate", {"rate": "2"}),
        ("step", {"ticks": 0}),
        ("step", {"ticks": 601}),
        ("coverage", {"height_m": -1.0}),
        ("coverage", {"height_m": 1e9}),
        ("look", {}),
        ("pause", {"really": True}),
    ],
)
def test_out_of_range_is_refused(kind: str, fields: dict[str, Any]) -> None:
    with pytest.raises(Refused):
        command_of(json.dumps({"kind": kind, "id": "a", **fields}))
