"""Two agreements against each other: clause by clause what was added, removed and changed, and what that changes for
each party."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, cast

from pydantic import BaseModel

from jointsky.report.agreement_facts import Facts
from jointsky.report.agreement_text import Section, alone, explain
from jointsky.report.agreement_words import duration, listed, share
from jointsky.scenario.words import ResumeRule

ADDED, REMOVED, CHANGED = "added", "removed", "changed"
NOT_SAID = "not said"
"""Stands for a term that is left out."""
OF_A_RUN = ("at", "cycle", "decision", "policy", "params")
"""What a scenario says of a post beside the agreement."""
TIMES = ("takes", "within", "every", "delay", "after", "after_s", "readiness", "start", "end")
PARTS = ("level", "refused", "loss")
UNTOLD = ("Agreements", "In the words of the documents", "Days", "Sources")
"""Sections whose sentences change nothing for a party."""
IDS = re.compile(r" \([\w.\-]+\)\.$")


@dataclass(frozen=True, slots=True)
class Term:
    """One changed term: old and new in words."""

    name: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Change:
    """Something of an agreement file that was added, removed or changed."""

    what: str
    name: str
    kind: str
    terms: tuple[Term, ...] = ()

    def lines(self) -> Iterator[str]:
        """As lines of text."""
        mark = {ADDED: "+", REMOVED: "-", CHANGED: "~"}[self.kind]
        if self.kind == CHANGED:
            yield f"{mark} {self.what} {self.name}"
            yield from (f"    {term.name}: {term.old} -> {term.new}" for term in self.terms)
        else:
            said = ", ".join(f"{term.name} {term.new if self.kind == ADDED else term.old}" for term in self.terms)
            yield f"{mark} {self.what} {self.name}" + (f": {said}" if said else "")


@dataclass(frozen=True, slots=True)
class Effect:
    """What changes for a party (or in another part of the explanation): sentences that no longer hold, and new ones."""

    of: str
    no_more: tuple[str, ...]
    now: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """All that differs between two agreement files."""

    changes: tuple[Change, ...]
    effects: tuple[Effect, ...]

    def table(self) -> dict[str, Any]:
        """As data for JSON."""
        return {"changes": [asdict(item) for item in self.changes], "effects": [asdict(item) for item in self.effects]}


def compare(old: Facts, new: Facts) -> Difference:
    """What differs between two files."""
    before, after = _parts(old), _parts(new)
    changes = [change for what in before for change in _changes(what, before[what], after[what])]
    return Difference(tuple(changes), tuple(_effects(_told(old), _told(new))))


def _told(facts: Facts) -> tuple[Section, ...]:
    """A file explained; one without agreements says of each party what it has alone."""
    return explain(facts) if facts.scenario.agreements else (*explain(facts), *alone(facts))


def diff_text(found: Difference) -> str:
    """The difference as text."""
    if not found.changes and not found.effects:
        return "There is no difference."
    lines = ["What is written", *(f"  {line}" for change in found.changes for line in change.lines())]
    if not found.effects:
        return "\n".join([*lines, "", "Nothing changes for anybody."])
    for effect in found.effects:
        lines += ["", effect.of or "As a whole"]
        lines += [f"  - {text}" for text in effect.no_more]
        lines += [f"  + {text}" for text in effect.now]
    return "\n".join(lines)


Named = dict[str, dict[str, str]]
"""Terms in words, by name of a part."""


def _parts(facts: Facts) -> dict[str, Named]:
    """Everything that can differ, by kind of part and name."""
    spec = facts.scenario
    agreements = {item.name: _terms(item, "name", "clauses", "rules") for item in spec.agreements}
    clauses: Named = {}
    rules: Named = {}
    for item in spec.agreements:
        clauses |= {part.id: {"agreement": item.name, **_terms(part, "id")} for part in item.clauses}
        rules |= {part.id: {"agreement": item.name, **_terms(part, "id")} for part in item.rules}
    laws = {
        f"{nation}.{phase}": {"abroad": _words("abroad", roe.abroad), "over land": roe.over_land}
        for nation, section in spec.nations.items()
        for phase, roe in section.roe.items()
    }
    return {
        "phases": {phase: {} for phase in spec.phases},
        "agreement": agreements,
        "clause": clauses,
        "rule": rules,
        "post": {name: _terms(post, *OF_A_RUN) for name, post in spec.posts.items()},
        "link": {name: _terms(link) for name, link in spec.links.items()},
        "joint unit": {name: _terms(unit) for name, unit in spec.joint_units.items()},
        "unit": {name: {"kind": unit.kind, "nation": unit.nation or ""} for name, unit in spec.units.items()},
        "law": laws,
    }


def _changes(what: str, old: Named, new: Named) -> Iterator[Change]:
    for name in [*old, *(name for name in new if name not in old)]:
        before, after = old.get(name), new.get(name)
        if before is None:
            yield Change(what, name, ADDED, tuple(Term(key, "", value) for key, value in new[name].items()))
        elif after is None:
            yield Change(what, name, REMOVED, tuple(Term(key, value, "") for key, value in before.items()))
        elif before != after:
            keys = [*before, *(key for key in after if key not in before)]
            pairs = [(key, before.get(key, NOT_SAID), after.get(key, NOT_SAID)) for key in keys]
            yield Change(what, name, CHANGED, tuple(Term(*pair) for pair in pairs if pair[1] != pair[2]))


def _terms(section: BaseModel, *but: str) -> dict[str, str]:
    """What a part says, term by term; what has its default is left out."""
    written = section.model_dump(exclude_defaults=True, by_alias=True)
    return {key: _words(key, value) for key, value in written.items() if key not in but}


def _words(key: str, value: object) -> str:
    """A value of the language in words, by the key it stands under."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return duration(value) if key in TIMES else share(value)
    if isinstance(value, date):
        return str(value)
    if isinstance(value, ResumeRule):
        return f"after {duration(value.after_s)} up" + (" and confirmed by both" if value.confirmed else "")
    if isinstance(value, Mapping):
        inner = cast(Mapping[str, object], value)
        return "; ".join(f"{name} {_words(name, item)}" for name, item in inner.items() if item is not None)
    if isinstance(value, tuple | list):
        return listed(_words(key, item) for item in cast(tuple[object, ...], value))
    return str(value)


def _effects(old: tuple[Section, ...], new: tuple[Section, ...]) -> Iterator[Effect]:
    before = {part.title: [item.text for item in part.sentences] for part in old}
    after = {part.title: [item.text for item in part.sentences] for part in new}
    for title in [*after, *(title for title in before if title not in after)]:
        if title in UNTOLD:
            continue
        gone = _without(before.get(title, []), after.get(title, []))
        come = _without(after.get(title, []), before.get(title, []))
        if gone or come:
            yield Effect(title, tuple(gone), tuple(come))


def _without(some: list[str], others: list[str]) -> list[str]:
    """Sentences that the others do not say, whatever their clauses are called."""
    known = {IDS.sub(".", text) for text in others}
    return [text for text in some if IDS.sub(".", text) not in known]
