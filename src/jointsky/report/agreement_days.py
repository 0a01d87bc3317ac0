"""Agreements in time: what is in force on a day, what not yet, what no more, and why; and all days in order."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from jointsky.report.agreement_facts import Facts
from jointsky.report.agreement_words import day, sentence
from jointsky.scenario.agreement import AgreementSection, ClauseSection, SpanSection

IN_FORCE, NOT_YET, NO_MORE, SUSPENDED, SIGNED, INTENT, UNDER = (
    "in force",
    "not yet in force",
    "no more in force",
    "suspended",
    "signed only",
    "intent only",
    "waits for another",
)
"""How an agreement or a clause stands on a day."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How an agreement, a clause or a rule stands on a day, and why in words."""

    name: str
    what: str
    agreement: str
    state: str
    why: str

    def row(self) -> dict[str, Any]:
        """As a row of a table."""
        return {"name": self.name, "what": self.what, "agreement": self.agreement, "state": self.state, "why": self.why}


@dataclass(frozen=True, slots=True)
class Event:
    """What happens to an agreement on a day."""

    on: date
    text: str


def standings(facts: Facts, on: date) -> list[Standing]:
    """How each agreement, its clauses and its rules stand on a day, in the order of the file."""
    by_name = {agreement.name: agreement for agreement in facts.scenario.agreements}
    found: list[Standing] = []
    for agreement in facts.scenario.agreements:
        state, why = agreement_state(agreement, by_name, on)
        found.append(Standing(agreement.name, "agreement", agreement.name, state, why))
        for what, parts in (("clause", agreement.clauses), ("rule", agreement.rules)):
            for part in parts:
                own, reason = _part(part.in_force, part.until, on)
                if state != IN_FORCE:
                    own, reason = state, f"{agreement.name} {said(state)}"
                found.append(Standing(part.id, what, agreement.name, own, reason))
    return found


def said(state: str) -> str:
    """How something stands, as the end of a sentence about it."""
    return {SIGNED: "is only signed", INTENT: "is a protocol of intent", UNDER: "waits for another"}.get(
        state, f"is {state}"
    )


def agreement_state(
    agreement: AgreementSection, by_name: Mapping[str, AgreementSection], on: date | None
) -> tuple[str, str]:
    """How an agreement stands on a day (None: leaving days out of account), and why."""
    state, why = _alone(agreement, on)
    if state != IN_FORCE or agreement.under is None:
        return state, why
    above = by_name.get(agreement.under)
    seen = {agreement.name}
    while above is not None and above.name not in seen:
        seen.add(above.name)
        found, reason = _alone(above, on)
        if found != IN_FORCE:
            return UNDER, f"it hangs on {above.name}, which {said(found)}: {reason}"
        if above.under is None:
            return state, why
        above = by_name.get(above.under)
    return UNDER, f"it hangs on {agreement.under}, which is not there"


def _alone(agreement: AgreementSection, on: date | None) -> tuple[str, str]:
    if agreement.kind == "intent":
        return INTENT, "a protocol of intent enables nothing"
    if agreement.signed is not None and agreement.in_force is None:
        return SIGNED, f"signed on {day(agreement.signed)}, and no day is set on which it comes into force"
    if on is None:
        return IN_FORCE, "it has come into force" if agreement.in_force else "it has no days"
    span = next((span for span in agreement.suspended if _within(span.start, span.end, on)), None)
    state, why = _part(agreement.in_force, agreement.until, on)
    if state == IN_FORCE and span is not None:
        return SUSPENDED, _span(span)
    return state, why


def _part(start: date | None, end: date | None, on: date) -> tuple[str, str]:
    if start is not None and on < start:
        return NOT_YET, f"it comes into force on {day(start)}"
    if end is not None and on >= end:
        return NO_MORE, f"it ended on {day(end)}"
    if start is not None:
        return IN_FORCE, f"since {day(start)}" + (f", until {day(end)}" if end is not None else "")
    return IN_FORCE, "it has no days" if end is None else f"until {day(end)}"


def _within(start: date, end: date | None, on: date) -> bool:
    return start <= on and (end is None or on < end)


def _span(span: SpanSection) -> str:
    return f"suspended since {day(span.start)}" + (f", until {day(span.end)}" if span.end is not None else "")


def timeline(facts: Facts) -> list[Event]:
    """Everything that happens to the agreements of a file on some day, in order of days."""
    events = [event for agreement in facts.scenario.agreements for event in _events(agreement)]
    return sorted(events, key=lambda event: event.on)


def _events(agreement: AgreementSection) -> Iterator[Event]:
    name = agreement.name
    if agreement.signed is not None:
        yield Event(agreement.signed, f"{name} is signed")
    if agreement.in_force is not None and agreement.kind != "intent":
        yield Event(agreement.in_force, f"{name} comes into force")
    for span in agreement.suspended:
        yield Event(span.start, f"{name} is suspended")
        if span.end is not None:
            yield Event(span.end, f"{name} is in force again")
    if agreement.until is not None:
        yield Event(agreement.until, f"{name} ends")
    for clause in agreement.clauses:
        yield from _part_events(f"clause {clause.id} of {name}", clause)
    for rule in agreement.rules:
        if rule.in_force is not None:
            yield Event(rule.in_force, f"rule {rule.id} of {name} begins")
        if rule.until is not None:
            yield Event(rule.until, f"rule {rule.id} of {name} ends")


def _part_events(what: str, clause: ClauseSection) -> Iterator[Event]:
    if clause.in_force is not None:
        yield Event(clause.in_force, f"{what} begins")
    if clause.until is not None:
        yield Event(clause.until, f"{what} ends")


def day_text(facts: Facts, on: date) -> str:
    """What is in force on a day, what is not and why, and all days of the file, as text."""
    found = standings(facts, on)
    if not found:
        return f"On {day(on)}: there is no agreement in this file."
    lines = [f"On {day(on)}"]
    for state in (IN_FORCE, NOT_YET, NO_MORE, SUSPENDED, SIGNED, INTENT, UNDER):
        mine = [item for item in found if item.state == state]
        if mine:
            lines += ["", sentence(state).rstrip(".")]
            lines += [f"  {line}" for line in _grouped(mine)]
    events = timeline(facts)
    if events:
        lines += ["", "All days"]
        lines += _drawn(events, on)
    return "\n".join(lines)


def _grouped(found: list[Standing]) -> Iterator[str]:
    """Agreements with their clauses on one line; parts that stand otherwise than their agreement by themselves."""
    for item in found:
        if item.what == "agreement":
            parts = [part.name for part in found if part.agreement == item.name and part.what != "agreement"]
            yield f"{item.name}: {item.why}" + (f" ({', '.join(parts)})" if parts else "")
    whole = {item.name for item in found if item.what == "agreement"}
    for item in found:
        if item.what != "agreement" and item.agreement not in whole:
            yield f"{item.what} {item.name} of {item.agreement}: {item.why}"


def _drawn(events: list[Event], on: date) -> Iterator[str]:
    """One event a line, with a mark between what is past and what is to come."""
    marked = False
    for event in events:
        if not marked and event.on > on:
            marked = True
            yield f"  {on}  <- this day"
        yield f"  {event.on}  {event.text}"
    if not marked:
        yield f"  {on}  <- this day"
