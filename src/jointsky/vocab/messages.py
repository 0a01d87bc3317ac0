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
class Identities:
    """What a nation takes tracks for that it has told (TOLD_IDENTITY rows)."""

    sender: str
    nation: int
    rows: Rows


@dataclass(frozen=True, slots=True)
class FlightPlans:
    """Flight plans that a nation holds (FILED_POINT rows)."""

    sender: str
    nation: int
    rows: Rows


@dataclass(frozen=True, slots=True)
class EarlyWarning:
    """An attack has been seen, by `clause`: from a partner's post, and on from the post that hears it to its own units.
    It says that there is one, and neither what nor where."""

    sender: str
    nation: int
    clause: str
    t_s: float


@dataclass(frozen=True, slots=True)
class FenceLooks:
    """What the tracking beams of a warning radar measured of missiles (LOOK rows), its own nation's or by `clause`."""

    sender: str
    nation: int
    clause: str
    rows: Rows


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
class Consent:
    """Consent to a clause, or to a whole agreement (`name`), was taken back at `t_s`, or (`given`) given again. Only
    posts of the parties hear of it; what the agreement says goes on for a while is counted from `t_s`."""

    name: str
    given: bool
    t_s: float


@dataclass(frozen=True, slots=True)
class Called:
    """Help that a clause promises was called for at `t_s`, and will be given. Only posts of the parties hear of it."""

    clause: str
    t_s: float


@dataclass(frozen=True, slots=True)
class Refusal:
    """An order of the receiver will not be carried out: whoever had to consent to it refused, or its clause's limit is
    used up. `against` are the ids of what stood against it."""

    order_id: int
    act: int
    clause: str
    against: tuple[str, ...]
    reason: str
    t_s: float


@dataclass(frozen=True, slots=True)
class Hail:
    """A post calls the aircraft it holds as `track_id`, at `pos_ecef_m`: by radio on 121.5 MHz (`row` -1), or by the
    signals that its fighter in aircraft row `row` gives (`how`: `radio`, or a series of ICAO Annex 2: `follow`, `land`,
    `proceed`)."""

    sender: str
    track_id: int
    how: str
    row: int
    pos_ecef_m: tuple[float, float, float]
    t_s: float


@dataclass(frozen=True, slots=True)
class Heeded:
    """The aircraft that was called answered on the radio (`how`: `radio`) or follows the signals (`signals`)."""

    track_id: int
    how: str
    t_s: float


@dataclass(frozen=True, slots=True)
class Sighting:
    """What the crew of the fighter in aircraft row `row` sees beside it: `civil`, `unclear` or `military`."""

    track_id: int
    row: int
    seen: str
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
class Statement:
    """What the people at a post say of the agreements, in the name of `by`; recorded as an input so that a replay
    repeats it. `word` is `withdraw` or `restore` (consent to the clause or agreement `name`), `refuse` (consent to the
    orders that wait for it by clause `name`) or `attacked` (nation `name`: a call for help)."""

    post: str
    word: str
    name: str
    by: str
    ref: int = 0


Triple = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Outside:
    """What the owner of an entity outside says of it (DIS); recorded as an input so that a replay needs no network.
    `row` is the row of AIRCRAFT kept for it, `kind` a row of AIRCRAFT_TYPE, `side` a Side, `code` its Mode 3/A code
    (-1: none), `alive` whether it is in the air. Its place (ECEF), velocity and acceleration held at `t_s`; from there
    it is reckoned by `algorithm` (1 to 5). `name` is what its owner calls it."""

    row: int
    kind: int
    side: int
    code: int
    alive: bool
    algorithm: int
    t_s: float
    pos_ecef_m: Triple
    vel_ecef_mps: Triple
    acc_ecef_mps2: Triple
    name: str = ""
    post: str = ""


@dataclass(frozen=True, slots=True)
class OutsideShot:
    """A weapon that somebody outside says to have fired (`what` is `fire`) or to have gone off (`detonation`), by whom
    and at whom. It is recorded and changes nothing: what happens to an entity is its owner's to say."""

    what: str
    by: str
    at: str
    t_s: float
    pos_ecef_m: Triple
    result: int = 0
    post: str = ""


Input = OperatorOrder | Statement | Outside | OutsideShot
"""What comes into a run from without: what people do, and what other simulations say of their own."""


@dataclass(frozen=True, slots=True)
class Orders:
    """Orders of a post (ORDER rows), already allowed; `clauses[i]` are the clause ids that allow row i."""

    sender: str
    rows: Rows
    clauses: tuple[tuple[str, ...], ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision of a post with its reasons: what it wanted, whether it may, and why. `ref` is that of the operator's
    order it answers (0: its own); `against` are the ids of what stood against a refused act (see `Verdict`). An order
    that was dealt with others has the `rank` of its target's threat (1 is the most dangerous of all that might be
    engaged then; 0: not ranked), the `value` expected to be lost under the whole deal, and the `bound` below which no
    deal of that moment goes, both in asset value (NaN: nothing was proved).
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
    against: tuple[str, ...] = ()
    rank: int = 0
    value: float = float("nan")
    bound: float = float("nan")


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


@dataclass(frozen=True, slots=True)
class HandOver:
    """A track of post `sender` left the sender's area for that of post `to` at `t_s`; from `t_due_s` on it is the new
    area's to engage. `pos_ecef_m` and `vel_ecef_mps` are where the sender saw it cross and how fast."""

    sender: str
    to: str
    track_id: int
    t_s: float
    t_due_s: float
    pos_ecef_m: tuple[float, float, float]
    vel_ecef_mps: tuple[float, float, float]


News = Phase | LinkState | Consent | Called
"""What changes the situation of a post."""
Message = (
    Plots
    | Tracks
    | Identities
    | FlightPlans
    | EarlyWarning
    | Status
    | ShotReports
    | News
    | Refusal
    | OperatorOrder
    | Orders
    | Alerts
    | Decisions
    | HandOver
    | Hail
    | Heeded
    | Sighting
    | FenceLooks
)
"""Whatever a post may receive or send."""


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened to an agreement, for the log.

    `what`: `declared`, `withdrawn`, `restored`, `called` (somebody said so; `note` holds what became of it),
    `ineffective` (said by somebody who may not), `phase` and `consent` (came into effect), `help` (its help is there),
    `breach` (help owed `within` a time came later, or never), `refused` (whoever had to consent to an order did not),
    `limit` (an order went beyond a limit), `stopped` (an order under way was stopped because consent was withdrawn),
    `handed-over` and `dropped` (a track at the seam: by the old post to the new one, which follows it or not), `told`
    (what a nation takes a track for, the first time, flight plans, or an early warning), `warned` (by one, fighters
    were made ready), `used` (an airfield), `lent` (missiles) and `barred` (neither, against `name`): by the giver, to a
    unit or launcher.
    `fence` (the beams of radar `by` follow missile `name`).
    Of air policing: `silent` (an aircraft, `name`, does what its plan does not say), `seen` (a crew of unit `by` is
    beside it, and what it sees), `heeded` (it answers, or follows).
    `name` is the phase, the clause or the agreement; `by` and `to` are people, posts or nations.
    """

    t_s: float
    what: str
    name: str
    by: str = ""
    to: str = ""
    track_id: int = 0
    order_id: int = 0
    note: str = ""
