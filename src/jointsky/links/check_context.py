"""What every check of an agreement works with: a fault and its place, the whole text, and words for names that nothing
has."""

import contextlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from jointsky.errors import suggest
from jointsky.links.arrangement import matching, owner_of
from jointsky.links.zones import parse_zone
from jointsky.scenario.agreement import ArrangementSection
from jointsky.units import DAY_S, H_S, MIN_S

Path = tuple[str | int, ...]
"""Keys and list positions as written (`("agreements", 0, "clauses", 2, "to")`)."""


class Fault(NamedTuple):
    """What is wrong and where (`at_key`: in the key, not the value); `other` is the place of the entry it clashes with,
    where there is one."""

    at: Path
    message: str
    other: Path | None = None
    at_key: bool = False


@dataclass(frozen=True, slots=True)
class Context:
    """What a check looks at: the whole text, who owns each unit and sensor, the limit for fire-control data, and the
    names of unit types and of categories that are counted (none: not checked)."""

    spec: ArrangementSection
    owners: Mapping[str, str | None]
    fire_control_max_delay_s: float
    types: frozenset[str] = frozenset()
    categories: frozenset[str] = frozenset()

    def phases(self, at: Path, who: str, named: tuple[str, ...] | None) -> Iterator[Fault]:
        """Faults of a list of phases: empty, or one that is unknown or that nobody can declare."""
        if named == ():
            yield Fault(at, f"{who}: found no phase, expected at least one; leave phases out for all of them")
        for k, phase in enumerate(named or ()):
            yield from self._phase((*at, k), who, phase)

    def _phase(self, at: Path, who: str, phase: str) -> Iterator[Fault]:
        phases = self.spec.phases
        if phase not in phases:
            yield Fault(at, f"{who}: {unknown(phase, 'phase', phases)}")
            return
        ways = [agreement for agreement in self.spec.agreements if phase in agreement.activates]
        if phase != phases[0] and all(agreement.kind == "intent" for agreement in ways) and not self._misspelt(phase):
            found = f" (found only {ways[0].name}, a protocol of intent, which enables nothing)" if ways else ""
            yield Fault(at, f"{who}: nobody can declare phase {phase}, expected an agreement that activates it{found}")

    def _misspelt(self, phase: str) -> bool:
        """Whether an agreement activates something that is no phase and looks like this one: it is told there."""
        words = {word for agreement in self.spec.agreements for word in agreement.activates} - {*self.spec.phases}
        return any(suggest(word, [phase]).startswith("did you mean") for word in words)

    def pattern(self, at: Path, who: str, pattern: str, givers: set[str]) -> Iterator[Fault]:
        """Faults of one pattern of units or sensors: matches nothing, or nothing that the givers own."""
        if not self.owners:
            return
        owners = self.owners_of(pattern)
        if not owners:
            joint = self.spec.joint_units
            yield Fault(at, f"{who}: {unknown(pattern, 'unit', pattern_names([*self.owners, *joint], pattern))}")
        elif not owners & givers:
            named = " and ".join(sorted(owners))
            yield Fault(
                at,
                f"{who} gives away what is not its own: "
                f"found {pattern}, which belongs to {named}, expected units of {either(givers)}",
            )

    def owners_of(self, pattern: str) -> set[str]:
        """Who owns what a pattern names: units, sensors, and the parts of joint units."""
        owners = {self.owners[name] or "nobody" for name in self.named(pattern)}
        joint = [name for name, hit in zip(self.spec.joint_units, self._joint_hits(pattern), strict=True) if hit]
        for name in joint:
            owners |= {self.owners[part] or "nobody" for part in self.parts_of(name)}
        return owners

    def named(self, pattern: str) -> set[str]:
        """The units and sensors that a pattern matches."""
        return {name for name, hit in zip(self.owners, matching([pattern], self.owners), strict=True) if hit}

    def ordered(self, patterns: Iterable[str]) -> set[str]:
        """The units that the patterns of a clause name, joint units taken apart."""
        found: set[str] = set()
        for pattern in patterns:
            found |= self.named(pattern)
            for name, hit in zip(self.spec.joint_units, self._joint_hits(pattern), strict=True):
                found |= self.parts_of(name) if hit else set()
        return found

    def parts_of(self, joint: str) -> set[str]:
        """The units of a joint unit, those of the joint units in it too."""
        units = self.spec.joint_units
        inner = {name: [part for part in unit.of if part in units] for name, unit in units.items()}
        parts: set[str] = set()
        for name in {joint} | way_from(joint, inner):
            for pattern in units[name].of:
                parts |= set() if pattern in units else self.named(pattern)
        return parts

    def _joint_hits(self, pattern: str) -> list[bool]:
        return matching([pattern], self.spec.joint_units)

    def link_nations(self, link: str) -> set[str]:
        """The nations whose posts stand at the ends of a link."""
        posts = self.spec.posts
        return {posts[end].nation for end in self.spec.links[link].between if end in posts}

    def zone(self, at: Path, who: str, text: str, roles: tuple[str, ...] = ("receiver", "owner")) -> Iterator[Fault]:
        """Faults of the words of a zone; `roles` are those of receiver and owner that mean something there."""
        try:
            words = parse_zone(text)
        except ValueError as fault:
            yield Fault(at, f"{who}: {fault}{_mended(text)}")
            return
        if words.kind == "role":
            if words.names[0] not in roles:
                yield Fault(
                    at,
                    f"{who}: found {text!r}, but there is no {words.names[0]} here, "
                    "expected 'NATION territory' or a zone",
                )
            return
        strip = words.kind == "strip"
        known = [*self.spec.nations] if strip else [*self.spec.nations, *self.spec.zones]
        for name in words.names:
            if name not in known:
                is_role = text.split() == [name, "territory"] and suggest(name, roles).startswith("did you mean")
                meant = [*known, *roles] if is_role else known
                yield Fault(at, f"{who}: {unknown(name, 'nation' if strip else 'nation or zone', meant)}")


def unknown(word: str, what: str, known: Iterable[str]) -> str:
    """The message about a name that nothing has, with advice."""
    advice = suggest(word, known)
    return f"found unknown {what} {word}" + (f"; {advice}" if advice else "")


def _mended(text: str) -> str:
    """Advice for a zone whose lands are joined by and, or by commas, in the place of +."""
    words = re.sub(r",? and |, *", " + ", text)
    with contextlib.suppress(ValueError):
        return f"; did you mean '{words}'?" if parse_zone(words) else ""
    return ""


def pattern_names(names: Iterable[str], pattern: str) -> list[str]:
    """What somebody who wrote `pattern` may have meant: names, and for a pattern with * those with a part left open."""
    if "*" not in pattern:
        return list(names)
    parts = [name.split(".") for name in names]
    heads = {".".join([*words[:k], "*"]) for words in parts for k in range(1, len(words))}
    return sorted(heads | {".".join(["*", *words[k:]]) for words in parts for k in range(1, len(words))})


def persons(at: Path, who: str, named: Iterable[str], parties: tuple[str, ...]) -> Iterator[Fault]:
    """Faults of people who may say something: they begin with the name of a party (`west.president`)."""
    people = list(named)
    if not people:
        yield Fault(at, f"{who}: found nobody, expected at least one person of a party, such as {parties[0]}.minister")
    for k, person in enumerate(people):
        if person in parties:
            yield Fault((*at, k), f"{who}: found {person}, a nation, expected a person of it: {person}.minister")
        elif owner_of(person, parties) is None:
            yield Fault((*at, k), f"{who}: {person} belongs to no party, expected a person of {either(parties)}")


def circle(start: str, following: Mapping[str, Iterable[str]]) -> list[str]:
    """The names of a way from `start` back to `start`, first and last the same; empty when there is none."""
    ways = [[start]]
    seen: set[str] = set()
    while ways:
        way = ways.pop(0)
        for name in following.get(way[-1], ()):
            if name == start:
                return [*way, start]
            if name not in seen:
                seen.add(name)
                ways.append([*way, name])
    return []


def way_from(start: str, following: Mapping[str, Iterable[str]]) -> set[str]:
    """All names that can be reached from `start` in one step or more."""
    found: set[str] = set()
    ahead = [start]
    while ahead:
        fresh = set(following.get(ahead.pop(), ())) - found
        found |= fresh
        ahead += fresh
    return found


def either(names: Iterable[str]) -> str:
    """Names in order, joined by or."""
    return " or ".join(sorted(names))


def time_words(duration_s: float) -> str:
    """A duration as people write it: `2 h`, `90 s`."""
    for unit, length_s in (("d", DAY_S), ("h", H_S), ("min", MIN_S)):
        if duration_s >= length_s and duration_s % length_s == 0.0:
            return f"{duration_s / length_s:g} {unit}"
    return f"{duration_s:g} s"
