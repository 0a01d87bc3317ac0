"""Which agreements and clauses hold on a day: in force, not yet ended, not suspended, and more than an intent."""

from collections.abc import Iterable, Mapping
from datetime import date

from jointsky.scenario.agreement import AgreementSection, ArrangementSection, ClauseSection, SpanSection


def agreements_on(spec: ArrangementSection, on: date | None) -> tuple[AgreementSection, ...]:
    """The agreements in force on a day, in the order of the file, each with the clauses and rules that hold then.

    Without a day every agreement counts that has ever come into force. One that hangs on another (`under`) holds only
    while that does.
    """
    by_name = {agreement.name: agreement for agreement in spec.agreements}
    return tuple(
        agreement.model_copy(
            update={
                "clauses": tuple(clause for clause in agreement.clauses if _lasts(clause, on)),
                "rules": tuple(
                    rule for rule in agreement.rules if on is None or _within(rule.in_force, rule.until, on)
                ),
            }
        )
        for agreement in spec.agreements
        if _holds(agreement, by_name, on)
    )


def _holds(agreement: AgreementSection, by_name: Mapping[str, AgreementSection], on: date | None) -> bool:
    seen: set[str] = set()
    link: AgreementSection | None = agreement
    while link is not None and link.name not in seen:
        if not _is_in_force(link, on):
            return False
        if link.under is None:
            return True
        seen.add(link.name)
        link = by_name.get(link.under)
    return False


def _is_in_force(agreement: AgreementSection, on: date | None) -> bool:
    signed_only = agreement.signed is not None and agreement.in_force is None
    if agreement.kind == "intent" or signed_only:
        return False
    return on is None or _within(agreement.in_force, agreement.until, on) and not _suspended(agreement.suspended, on)


def _lasts(clause: ClauseSection, on: date | None) -> bool:
    return on is None or _within(clause.in_force, clause.until, on)


def _within(start: date | None, end: date | None, on: date) -> bool:
    return (start is None or start <= on) and (end is None or on < end)


def _suspended(spans: Iterable[SpanSection], on: date) -> bool:
    return any(_within(span.start, span.end, on) for span in spans)
