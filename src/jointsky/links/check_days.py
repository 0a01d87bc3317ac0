"""What is wrong with the days of agreements, and of the clauses and rules in them."""

from collections.abc import Iterator
from datetime import date

from jointsky.links.check_context import Fault, Path, circle, unknown
from jointsky.scenario.agreement import AgreementSection, ArrangementSection, ClauseSection, RuleSection, SpanSection

FIRST, LAST = date.min, date.max
"""What stands for no beginning and no end."""


def day_faults(at: Path, agreement: AgreementSection) -> Iterator[Fault]:
    """Faults of an agreement's own days."""
    who = f"agreement {agreement.name}"
    signed, start, end = agreement.signed, agreement.in_force, agreement.until
    if signed is not None and start is not None and signed > start:
        yield Fault((*at, "signed"), f"{who}: found signed {signed} after in_force {start}, expected no later day")
    first, word = (start, "in_force") if start is not None else (signed, "signed")
    if end is not None and first is not None and end <= first:
        yield Fault((*at, "until"), f"{who}: found until {end}, expected a later day than {word} {first}")
    yield from _spans(at, who, agreement)


def _spans(at: Path, who: str, agreement: AgreementSection) -> Iterator[Fault]:
    first, end = days(agreement)
    for k, span in enumerate(agreement.suspended):
        here = (*at, "suspended", k)
        if (span.end or LAST) <= first or span.start >= end:
            days_text = "" if first == FIRST else f" from {first}"
            days_text += "" if end == LAST else f" until {end}"
            yield Fault(here, f"{who}: found it suspended {_span(span)}, expected days in which it holds:{days_text}")
        for i, earlier in enumerate(agreement.suspended[:k]):
            if span.start < (earlier.end or LAST) and earlier.start < (span.end or LAST):
                yield Fault(
                    here,
                    f"{who}: found it suspended {_span(span)}, which overlaps {_span(earlier)}, expected other days",
                    (*at, "suspended", i),
                )


def _span(span: SpanSection) -> str:
    return f"from {span.start}" + (f" until {span.end}" if span.end else " without end")


def days(agreement: AgreementSection) -> tuple[date, date]:
    """First day and the day after the last one; for one that is signed and not in force those it will have at most."""
    return agreement.in_force or agreement.signed or FIRST, agreement.until or LAST


def part_faults(at: Path, who: str, agreement: AgreementSection, part: ClauseSection | RuleSection) -> Iterator[Fault]:
    """Faults of the days of a clause or a rule: they narrow those of its agreement."""
    first, end = days(agreement)
    whose = f"of agreement {agreement.name}"
    start = part.in_force
    if start is not None and agreement.signed is not None and agreement.in_force is None:
        message = f"{who}: found in_force {start}, but the agreement has only been signed, expected an in_force {whose}"
        yield Fault((*at, "in_force"), message)
    elif start is not None and start < first:
        yield Fault((*at, "in_force"), f"{who}: found in_force {start}, expected {first} or later, the days {whose}")
    elif start is not None and start >= end:
        yield Fault((*at, "in_force"), f"{who}: found in_force {start}, expected a day before {end}, until {whose}")
    if part.until is None:
        return
    if start is not None and part.until <= start:
        yield Fault((*at, "until"), f"{who}: found until {part.until}, expected a later day than in_force {start}")
    elif part.until <= first:
        message = f"{who}: found until {part.until}, expected a later day than {first}, the first {whose}"
        yield Fault((*at, "until"), message)
    elif part.until > end:
        yield Fault((*at, "until"), f"{who}: found until {part.until}, expected {end} or earlier, until {whose}")


def frame_faults(spec: ArrangementSection, at: Path, agreement: AgreementSection) -> Iterator[Fault]:
    """Faults of `under`: unknown, circular, a protocol of intent, or never in force on the same day."""
    if agreement.under is None:
        return
    here, who = (*at, "under"), f"agreement {agreement.name}"
    places = {other.name: (i, other) for i, other in reversed(list(enumerate(spec.agreements)))}
    if agreement.under not in places:
        known = [name for name in places if name != agreement.name]
        yield Fault(here, f"{who}: {unknown(agreement.under, 'agreement', known)}")
        return
    number, frame = places[agreement.under]
    way = circle(agreement.name, {name: (other.under,) for name, (_, other) in places.items() if other.under})
    if way:
        yield Fault(
            here,
            f"{who}: circular: {' is under '.join(way)}, expected one that holds by itself",
            None if frame.name == agreement.name else ("agreements", number, "under"),
        )
        return
    if frame.kind == "intent" and agreement.kind != "intent":
        yield Fault(
            here,
            f"{who}: found under {frame.name}, a protocol of intent, which enables nothing, expected a treaty",
            ("agreements", number, "kind"),
        )
    (first, end), (frame_first, frame_end) = days(agreement), days(frame)
    if end <= frame_first or first >= frame_end:
        yield Fault(
            here,
            f"{who}: found under {frame.name}, which holds on no day on which this one does, expected days in common",
            ("agreements", number),
        )
