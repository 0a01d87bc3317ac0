"""Frozen messages between sensors, links, posts and units: one object per (sender, kind, tick) carrying a record array.

A message never names a row of truth. `sender` and `to` are entity names; `t_sent_s` and `t_seen_s` are seconds since
scenario start.
"""

from dataclasses import dataclass, field

from jointsky.vocab.records import Rows


@dataclass(frozen=True, slots=True)
class Plots:
    """Radar reports (PLOT rows), own or released."""

    sender: str
    rows: Rows


@dataclass(frozen=True, slots=True)
class Tracks:
    """A picture or a part of one (TRACK rows) as released to the receiver, or whole from the host post of a hosted one.
    """

    sender: str
    nation: int
    rows: Rows
    hosted: bool = False
    """True when the receiver sits in the sender's room and takes the picture over as its own."""


@dataclass(frozen=True, slots=True)
class Status:
    """State of the launchers and fighters a post may command or watch (UNIT_STATUS rows)."""

    sender: str
    rows: Rows


@dataclass(frozen=True, slots=True)
class ShotReports:
    """Results of engagements (SHOT_REPORT rows)."""

    sender: str
    rows: Rows


@dataclass(frozen=True, slots=True)
class Phase:
    """A phase came into force for this receiver."""

    name: str
    t_s: float


@dataclass(frozen=True, slots=True)
class LinkState:
    """A link the receiver ends at went down or came up."""

    link: str
    up: bool
    t_s: float


@dataclass(frozen=True, slots=True)
class OperatorOrder:
    """What a person in a seat asks a post to do; recorded as an input so that a replay repeats it. `ref` numbers the
    orders of a post's people, so that the decision on it can be told apart from the post's own (0)."""

    post: str
    act: int
    shooter: int
    row: int
    track_id: int
    shots: int = 1
    weapons: int = 0
    ref: int = 0


@dataclass(frozen=True, slots=True)
class Orders:
    """Orders of a post (ORDER rows), already allowed; `clauses[i]` are the clause ids that allow row i."""

    sender: str
    rows: Rows
    clauses: tuple[tuple[str, ...], ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision of a post with its reasons: what it wanted, whether it may, and why. `ref` is that of the operator's
    order it answers (0: its own).
    """

    t_s: float
    post: str
    act: int
    unit: str
    track_id: int
    allowed: bool
    phase: str
    clauses: tuple[str, ...]
    reason: str
    order_id: int = 0
    t_approved_s: float = float("nan")
    ref: int = 0


@dataclass(frozen=True, slots=True)
class Alerts:
    """Alerts raised by a post (ALERT rows)."""

    sender: str
    rows: Rows


@dataclass(frozen=True, slots=True)
class Decisions:
    """The decisions a post took in one tick."""

    sender: str
    notes: tuple[Decision, ...]


Message = Plots | Tracks | Status | ShotReports | Phase | LinkState | OperatorOrder | Orders | Alerts | Decisions
"""Whatever a post may receive or send."""
