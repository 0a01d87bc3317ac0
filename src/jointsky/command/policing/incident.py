"""One incident of air policing as a state machine: facts in, steps out; it knows no picture, no clock and no units.

Loss of contact -> checks (flight plan, radio on guard, neighbour's centre) -> pair ordered up -> eyes on -> signals
(ICAO Annex 2, appendix 1 and attachment A) -> following, or escorted. Force is the last resort: only where the law of
the land below lets it, only once whoever may decide has decided, only as long as nothing speaks against it; of civil
aircraft only one that flies at a defended place. Whatever is not known counts for the aircraft.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import IntEnum

from jointsky.command.policing.procedure import Law, Procedure


class Stage(IntEnum):
    """How far an incident has come."""

    CHECKED = 0
    """Contact is lost; plan, radio and neighbour are being asked."""
    ORDERED = 1
    """A pair is on its way."""
    SIGNALLED = 2
    """The pair is beside it and gives signals."""
    FOLLOWING = 3
    """It follows to an airfield."""
    ESCORTED = 4
    """It does not follow; the pair stays with it."""
    ASKED = 5
    """Whoever may decide has been asked."""
    DECIDED = 6
    """Force was ordered."""
    CLOSED = 7


class Deed(IntEnum):
    """What a step asks the post to do."""

    NOTE = 0
    CALL = 1
    """Call it on 121.5 MHz."""
    WAIT = 2
    """Send the pair to meet it inside the own border."""
    SCRAMBLE = 3
    """Send the pair to it."""
    SIGNAL = 4
    """Let the pair signal: follow me."""
    PROCEED = 5
    """Let the pair signal: you may proceed."""
    FORCE = 6
    """Engage it."""
    BREAK_OFF = 7
    """Take back the order to engage."""
    RECALL = 8
    """Send the pair home."""
    RELEASE = 9
    """It is military: the rules of engagement take over."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step: what to do, and why, with the ids of clauses or laws that spoke for it (`ids`) or against it."""

    deed: Deed
    reason: str
    ids: tuple[str, ...] = ()
    against: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of the aircraft now. `explained` says what makes everything right again (empty: nothing does);
    `why` what was missed at first; `land` the nation below (empty: none); `may_follow` whether the own pair may be over
    that land, and `law_of_access` the ids why or why not; `threatens` whether it flies at a defended place."""

    now_s: float
    why: str = ""
    explained: str = ""
    explained_by: tuple[str, ...] = ()
    answered: bool = False
    seen: str = ""
    followed: bool = False
    gone: bool = False
    land: str = ""
    may_follow: bool = True
    law_of_access: tuple[str, ...] = ()
    threatens: bool = False
    neighbour: str = ""
    """What the neighbour's centre says, in words."""
    neighbour_ids: tuple[str, ...] = ()


@dataclass(slots=True)
class Incident:
    """The state: the track, since when contact is lost, the stage and since when."""

    track_id: int
    since_s: float
    stage: Stage = Stage.CHECKED
    stage_s: float = 0.0
    told: set[str] = field(default_factory=set[str])
    asked: Law | None = None
    """The law under which the decision was asked for."""

    def enter(self, stage: Stage, now_s: float) -> None:
        """Begin a stage."""
        self.stage, self.stage_s = stage, now_s

    def once(self, key: str) -> bool:
        """True the first time `key` is asked for."""
        new = key not in self.told
        self.told.add(key)
        return new


def bars(law: Law, facts: Facts) -> str:
    """Why force may not be used now by the law of the land below; empty where it may."""
    if not facts.seen:
        return "no crew has seen it"
    if not facts.land or not law.decided_by:
        return f"the law of {facts.land} lets nobody decide on force" if facts.land else "it is over nobody's land"
    if facts.seen not in law.against:
        return f"the law of {facts.land} spares what is {facts.seen}"
    if facts.seen == "civil" and not facts.threatens:
        return "it is civil and flies at no defended place"
    return ""


def advance(incident: Incident, facts: Facts, own: Procedure, law: Law) -> list[Step]:
    """The steps at `facts.now_s`; `law` is that of the land below (`facts.land`)."""
    if incident.stage == Stage.CLOSED:
        return []
    ended = _ended(incident, facts)
    if ended:
        incident.enter(Stage.CLOSED, facts.now_s)
        return ended
    return list(_STAGES[incident.stage](incident, facts, own, law))


def _ended(incident: Incident, facts: Facts) -> list[Step]:
    """The steps that close an incident, where something does."""
    home = [Step(Deed.RECALL, "the pair returns")] if incident.stage >= Stage.ORDERED else []
    if facts.gone:
        return [*home, Step(Deed.NOTE, "it is no longer seen: the incident is closed")]
    if facts.explained:
        told = Step(Deed.NOTE, f"explained: {facts.explained}", facts.explained_by)
        return [told, *_proceed(incident), *home]
    if facts.answered:
        told = Step(Deed.NOTE, "answers on 121.5 MHz: contact is back")
        return [told, *_proceed(incident), *home]
    if facts.seen == "military":
        return [Step(Deed.RELEASE, "seen to be military: the rules of engagement take over"), *home]
    if incident.stage >= Stage.SIGNALLED and not facts.may_follow:
        reason = f"it is over the land of {facts.land} now: the pair turns back, its neighbour is told by voice"
        return [Step(Deed.NOTE, reason, (), facts.law_of_access), *home]
    return []


def _proceed(incident: Incident) -> list[Step]:
    if incident.stage < Stage.SIGNALLED:
        return []
    return [Step(Deed.PROCEED, "signals series 2: you may proceed")]


def _checks(incident: Incident, facts: Facts, own: Procedure, law: Law) -> Iterator[Step]:
    past_s = facts.now_s - incident.since_s
    if incident.once("lost"):
        yield Step(Deed.CALL, f"contact lost: {facts.why}; called on 121.5 MHz, the neighbour's centre is asked")
    if past_s >= own.plan_s and incident.once("plan"):
        yield Step(Deed.NOTE, "flight plans: none that is held explains it")
    if past_s >= own.radio_s and incident.once("radio"):
        yield Step(Deed.NOTE, "no answer on 121.5 MHz")
    if past_s >= own.neighbour_s and incident.once("neighbour"):
        yield Step(Deed.NOTE, facts.neighbour, facts.neighbour_ids)
    if past_s >= own.checked_s + own.order_s:
        yield from _ordered(incident, facts, own, law)


def _ordered(incident: Incident, facts: Facts, own: Procedure, law: Law) -> Iterator[Step]:
    if incident.stage != Stage.ORDERED:
        incident.enter(Stage.ORDERED, facts.now_s)
    if facts.seen:
        yield Step(Deed.NOTE, f"eyes on: a crew beside it says {facts.seen}")
        yield Step(Deed.SIGNAL, "signals series 1: you have been intercepted, follow me")
        incident.enter(Stage.SIGNALLED, facts.now_s)
    elif facts.may_follow:
        yield Step(Deed.SCRAMBLE, "the pair goes to see it", facts.law_of_access)
    else:
        reason = f"over the land of {facts.land}: the pair waits inside the border"
        yield Step(Deed.WAIT, reason, (), facts.law_of_access)


def _signalled(incident: Incident, facts: Facts, own: Procedure, law: Law) -> Iterator[Step]:
    past_s = facts.now_s - incident.stage_s
    if facts.followed:
        yield from _follows(incident, facts)
    elif past_s >= 2.0 * own.signals_s:
        incident.enter(Stage.ESCORTED, facts.now_s)
        yield Step(Deed.NOTE, "does not follow: escorted; nobody shoots at it")
    elif past_s >= own.signals_s and incident.once("again"):
        yield Step(Deed.SIGNAL, "signals series 1 again")


def _follows(incident: Incident, facts: Facts) -> Iterator[Step]:
    incident.enter(Stage.FOLLOWING, facts.now_s)
    yield Step(Deed.NOTE, "follows the pair to an airfield: signals series 3, land here")


def _following(incident: Incident, facts: Facts, own: Procedure, law: Law) -> Iterator[Step]:
    """Nothing more until it has landed and is no longer seen."""
    yield from ()


def _escorted(incident: Incident, facts: Facts, own: Procedure, law: Law) -> Iterator[Step]:
    against = bars(law, facts)
    if facts.followed:
        yield from _follows(incident, facts)
    elif against:
        if incident.once(f"bars {against}"):
            yield Step(Deed.NOTE, f"no force: {against}", (), (law.id,))
    else:
        incident.enter(Stage.ASKED, facts.now_s)
        incident.asked = law
        yield Step(Deed.NOTE, f"{law.decided_by} is asked: {_grounds(facts)}", (law.id,))


def _asked(incident: Incident, facts: Facts, own: Procedure, law: Law) -> Iterator[Step]:
    against = _stopped(incident, facts, law)
    if facts.followed:
        yield from _follows(incident, facts)
    elif against:
        incident.enter(Stage.ESCORTED, facts.now_s)
        yield Step(Deed.NOTE, f"the question falls: {against}", (), (law.id,))
    elif facts.now_s - incident.stage_s >= law.takes_s:
        incident.enter(Stage.DECIDED, facts.now_s)
        yield Step(Deed.FORCE, f"{law.decided_by} has decided: {_grounds(facts)}", (law.id,))


def _decided(incident: Incident, facts: Facts, own: Procedure, law: Law) -> Iterator[Step]:
    against = "it follows now" if facts.followed else _stopped(incident, facts, law)
    if against:
        incident.enter(Stage.ESCORTED, facts.now_s)
        yield Step(Deed.BREAK_OFF, f"the decision falls: {against}", (), (law.id,))


def _stopped(incident: Incident, facts: Facts, law: Law) -> str:
    return "it is over another land now" if law != incident.asked else bars(law, facts)


def _grounds(facts: Facts) -> str:
    threat = " and flies at a defended place" if facts.threatens else ""
    return f"it is {facts.seen}, does not answer, does not follow{threat}"


_STAGES: dict[Stage, Callable[[Incident, Facts, Procedure, Law], Iterator[Step]]] = {
    Stage.CHECKED: _checks,
    Stage.ORDERED: _ordered,
    Stage.SIGNALLED: _signalled,
    Stage.FOLLOWING: _following,
    Stage.ESCORTED: _escorted,
    Stage.ASKED: _asked,
    Stage.DECIDED: _decided,
}
