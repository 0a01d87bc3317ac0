"""What a run's log holds: the kinds of its frames, and frames as octets.

All kinds but HEADER and WORLD are laid out alike (`Note`): tick, sender, rows of one dtype, and a text (JSON). The
dtype of each kind is written in the header, so that a log can be read when a later version has more fields.
"""

import json
import struct
from dataclasses import asdict, dataclass, fields
from enum import IntEnum
from typing import Any, NamedTuple, cast

import numpy as np

from jointsky.errors import LogError
from jointsky.record.canon import Canon
from jointsky.scenario.load import Scenario
from jointsky.scenario.sources import Bundle
from jointsky.vocab.messages import Decision, Event, Input, OperatorOrder, Outside, OutsideShot, Phase, Statement
from jointsky.vocab.records import ALERT, ASSET, ORDER, PLOT, SHOT_REPORT, TRACK, Rows, empty
from jointsky.vocab.truth_records import AIRCRAFT, AIRFIELD, ENGAGEMENT, LAUNCHER, RADAR
from jointsky.world.world import Names

FORMAT = 1
"""The number of this way to fill a log; other than the version of the log itself."""


class Kind(IntEnum):
    """Kinds of frames. Numbers stay for ever; new ones are appended."""

    HEADER = 1
    """The recipe of the run and the dtypes (JSON)."""
    WORLD = 2
    """Names of rows and tick length (JSON), known when the first tick is done."""
    INPUTS = 3
    """Operators' orders (text)."""
    PLOTS = 4
    """What the sensors made. No truth is in it."""
    PLOT_TRUTH = 5
    """The aircraft row behind each plot of the same tick: the link to truth, kept apart."""
    PICTURE = 6
    """A post's picture."""
    ORDERS = 7
    """A post's orders, with the clause ids that allow each (text)."""
    APPLIED = 8
    """Orders that took effect in this tick."""
    DECISIONS = 9
    """A post's decisions with their reasons (text)."""
    ALERTS = 10
    SHOTS = 11
    """Results of engagements, as units report them."""
    PHASES = 12
    """Phases that came into force (text)."""
    TRUTH = 13
    """Where aircraft in the air are, every `TRUTH_PERIOD_S`."""
    DETECTABLE = 14
    """Which nation could see which aircraft: one octet each, nations x aircraft."""
    TICK = 15
    """The tick is whole: the digest of everything up to its end."""
    AIRCRAFT = 16
    RADARS = 17
    LAUNCHERS = 18
    AIRFIELDS = 19
    ASSETS = 20
    ENGAGEMENTS = 21
    """State arrays, whole, at the first tick and at the end of the run."""
    EVENTS = 22
    """What became of the agreements: what people said, and what followed (text: a list of Event)."""


TRUTH = np.dtype(
    [
        ("row", "i4"),
        ("state", "u1"),
        ("jamming", "u1"),
        ("lat_deg", "f8"),
        ("lon_deg", "f8"),
        ("alt_m", "f8"),
        ("pos_ecef_m", "f8", (3,)),
    ],
    align=True,
)
"""Where one aircraft in the air truly is: its row, its Flight code, whether it jams, and its place (geodetic and ECEF,
WGS84).
"""

LINK = np.dtype([("aircraft", "i4")])
"""The aircraft row behind a plot; -1 for a false alarm."""
SEEN = np.dtype([("seen", "u1")])
"""1 where a nation could see an aircraft."""
DIGEST = np.dtype([("digest", "u1", (16,))])
"""A digest."""

DTYPES: dict[Kind, np.dtype[np.void]] = {
    Kind.PLOTS: PLOT,
    Kind.PLOT_TRUTH: LINK,
    Kind.PICTURE: TRACK,
    Kind.ORDERS: ORDER,
    Kind.APPLIED: ORDER,
    Kind.ALERTS: ALERT,
    Kind.SHOTS: SHOT_REPORT,
    Kind.TRUTH: TRUTH,
    Kind.DETECTABLE: SEEN,
    Kind.TICK: DIGEST,
    Kind.AIRCRAFT: AIRCRAFT,
    Kind.RADARS: RADAR,
    Kind.LAUNCHERS: LAUNCHER,
    Kind.AIRFIELDS: AIRFIELD,
    Kind.ASSETS: ASSET,
    Kind.ENGAGEMENTS: ENGAGEMENT,
}
"""The dtype of each kind that has rows."""

_CANONS = {kind: Canon.of(dtype) for kind, dtype in DTYPES.items() if dtype.itemsize % 8 == 0}
"""Of the kinds that may have padding; the small ones have none."""
_NOTE = struct.Struct("<IIHHI")


class Note(NamedTuple):
    """One frame of a tick: tick number, who sent it (empty: the machine), rows, and a text."""

    tick: int
    sender: str
    rows: Rows
    text: str


def pack_note(kind: Kind, tick: int, sender: str = "", rows: Rows | None = None, text: str = "") -> tuple[int, bytes]:
    """A note as a frame (kind, octets): head, sender (padded to 8), rows as they lie in memory but for padding, text.
    Raises TypeError for rows of another dtype than the kind's."""
    name, words = sender.encode(), text.encode()
    content = b"" if rows is None else _content(kind, rows)
    head = _NOTE.pack(tick, 0 if rows is None else len(rows), len(name), 0, len(words))
    return kind, b"".join((head, name, bytes(-len(name) % 8), content, words))


def _content(kind: Kind, rows: Rows) -> bytes:
    canon = _CANONS.get(kind)
    if canon is not None:
        return canon.padded(rows).tobytes()
    if rows.dtype != DTYPES[kind]:
        raise TypeError(f"{kind.name}: rows of {rows.dtype}, expected {DTYPES[kind]}")
    return rows.tobytes()


def unpack_note(payload: bytes, dtype: np.dtype[np.void] | None) -> Note:
    """The note in `payload`. Raises ValueError for octets that are none."""
    if len(payload) < _NOTE.size:
        raise ValueError(f"{len(payload)} octets, expected at least {_NOTE.size}")
    tick, count, name_bytes, _, text_bytes = _NOTE.unpack_from(payload)
    first = _NOTE.size + name_bytes + -name_bytes % 8
    size = dtype.itemsize if dtype is not None else 0
    expected = first + count * size + text_bytes
    if len(payload) != expected or (dtype is None and count):
        raise ValueError(f"{len(payload)} octets with {count} rows of {size} octets, expected {expected} octets")
    name = payload[_NOTE.size : _NOTE.size + name_bytes].decode()
    rows = np.frombuffer(payload, dtype, count, first) if dtype is not None and count else empty(dtype or LINK)
    return Note(tick, name, rows, payload[first + count * size :].decode())


@dataclass(frozen=True, slots=True)
class Recipe:
    """All that a run is a function of, but for the inputs: the scenario's texts, the seed, and how far it was to go.
    `agreement` is the name of the arrangement, `version` that of the program."""

    bundle: Bundle
    seed: int
    until_s: float
    agreement: str
    version: str

    @classmethod
    def of(cls, scenario: Scenario, seed: int, until_s: float | None, version: str) -> "Recipe":
        """The recipe of a run of `scenario` to `until_s` (None: its own duration)."""
        end_s = until_s if until_s is not None else scenario.duration or 0.0
        return cls(scenario.bundle, seed, end_s, scenario.arrangement, version)


def pack_header(recipe: Recipe) -> bytes:
    """The header frame of a log."""
    dtypes = {kind.name: _description(dtype) for kind, dtype in DTYPES.items()}
    content = {"format": FORMAT, "scenario_sha256": recipe.bundle.sha256, "dtypes": dtypes, **asdict(recipe)}
    return json.dumps(content, ensure_ascii=False, default=str).encode()


def unpack_header(payload: bytes) -> tuple[Recipe, dict[Kind, np.dtype[np.void]]]:
    """The recipe and the dtypes in a header frame. Raises LogError for a header of another format, ValueError or
    KeyError for octets that are none.
    """
    content: dict[str, Any] = json.loads(payload)
    if content["format"] != FORMAT:
        raise LogError(f"a recording of format {content['format']}; this program reads format {FORMAT}")
    recipe = Recipe(Bundle(**content["bundle"]), *(content[field.name] for field in fields(Recipe)[1:]))
    if recipe.bundle.sha256 != content["scenario_sha256"]:
        raise LogError("the texts of the scenario in this recording are not those it was made from")
    known = {kind.name: kind for kind in DTYPES}
    dtypes = {known[name]: _dtype(descr) for name, descr in content["dtypes"].items() if name in known}
    for kind, dtype in dtypes.items():
        _check_known(kind, dtype)
    return recipe, dtypes


def _check_known(kind: Kind, dtype: np.dtype[np.void]) -> None:
    """A recording may lack fields that came later; every field it has must be one of today, and alike."""
    today = DTYPES[kind].fields or {}
    for name, (field, *_) in (dtype.fields or {}).items():
        if name not in today or today[name][0] != field:
            raise LogError(f"field {name} of {kind.name} as {field} is unknown to this version")


def pack_world(names: Names, dt_s: float) -> bytes:
    """The frame that names the rows of the world."""
    return json.dumps({"dt_s": dt_s, "names": asdict(names)}, ensure_ascii=False).encode()


def unpack_world(payload: bytes) -> tuple[Names, float]:
    """Names of rows and tick length in seconds. Raises ValueError, KeyError or TypeError for octets that are none."""
    content: dict[str, Any] = json.loads(payload)
    return Names(**{kind: tuple(names) for kind, names in content["names"].items()}), float(content["dt_s"])


def inputs_text(inputs: list[Input]) -> str:
    """What people ordered and said, as text."""
    return json.dumps([asdict(order) for order in inputs])


def inputs_of(text: str) -> list[Input]:
    """What people ordered and said, from a text."""
    return [_input(told) for told in json.loads(text)]


def _input(told: dict[str, Any]) -> Input:
    """One input, by the field that only its kind has."""
    if "pos_ecef_m" not in told:
        return Statement(**told) if "word" in told else OperatorOrder(**told)
    fields: dict[str, Any] = {n: tuple(cast(list[Any], v)) if isinstance(v, list) else v for n, v in told.items()}
    return Outside(**fields) if "algorithm" in told else OutsideShot(**fields)


def decisions_text(decisions: tuple[Decision, ...]) -> str:
    """Decisions as text: one list each, in the order of the fields of Decision."""
    return json.dumps([[getattr(note, name) for name in _DECISION] for note in decisions], ensure_ascii=False)


def decisions_of(text: str) -> list[Decision]:
    """The decisions in a text; what an older recording did not write has its usual value."""
    told: list[dict[str, Any]] = [dict(zip(_DECISION, values, strict=False)) for values in json.loads(text)]
    for note in told:
        note["clauses"], note["against"] = tuple(note["clauses"]), tuple(note.get("against", ()))
    return [Decision(**note) for note in told]


def phases_text(phases: list[Phase]) -> str:
    """Phases as text."""
    return json.dumps([[phase.name, phase.t_s] for phase in phases], ensure_ascii=False)


def phases_of(text: str) -> list[Phase]:
    """The phases in a text."""
    return [Phase(name, t_s) for name, t_s in json.loads(text)]


def events_text(events: list[Event]) -> str:
    """Events as text: one list each, in the order of the fields of Event."""
    return json.dumps([[getattr(event, name) for name in _EVENT] for event in events], ensure_ascii=False)


def events_of(text: str) -> list[Event]:
    """The events in a text; what an older recording did not write has its usual value."""
    return [Event(**dict(zip(_EVENT, values, strict=False))) for values in json.loads(text)]


_DECISION = tuple(field.name for field in fields(Decision))
_EVENT = tuple(field.name for field in fields(Event))


def _description(dtype: np.dtype[np.void]) -> dict[str, Any]:
    """A record dtype as JSON: names, formats, shapes, offsets and size."""
    found = dict(dtype.fields or {})
    return {
        "names": list(found),
        "formats": [field.base.str for field, *_ in found.values()],
        "shapes": [list(field.shape) for field, *_ in found.values()],
        "offsets": [offset for _, offset, *_ in found.values()],
        "itemsize": dtype.itemsize,
    }


def _dtype(told: dict[str, Any]) -> np.dtype[np.void]:
    """The record dtype of a description."""
    formats = [np.dtype((kind, tuple(shape))) for kind, shape in zip(told["formats"], told["shapes"], strict=True)]
    return np.dtype(
        {"names": told["names"], "formats": formats, "offsets": told["offsets"], "itemsize": told["itemsize"]}
    )
