"""From the author's agreement to flat rules: each clause becomes one grant for every pair of giver and receiver."""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import cached_property
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from jointsky.errors import ScenarioError, ScenarioErrors
from jointsky.links.arrangement import (
    ACTS,
    SHARES,
    Activation,
    Arrangement,
    Clause,
    Law,
    Link,
    LossRule,
    OrderGrant,
    Pact,
    PostArea,
    PostRole,
    ShareGrant,
    Stock,
    Thing,
    UseGrant,
    matching,
)
from jointsky.links.check import check
from jointsky.links.check_command import clause_pairs
from jointsky.links.days import agreements_on
from jointsky.links.terms import (
    assistance_of,
    counted,
    limits_of,
    named,
    owned,
    parts_of,
    practised,
    withdrawal_of,
)
from jointsky.links.zones import (
    Area,
    Lines,
    Polygons,
    Zone,
    ZoneText,
    area_of,
    common_border,
    joined,
    outline_of,
    parse_zone,
    strip_along,
)
from jointsky.scenario.agreement import AgreementSection, ArrangementSection, ClauseSection, LinkSection, PostSection
from jointsky.scenario.words import ResumeRule
from jointsky.vocab.codes import Identity, Weapons

ALL_FIELDS = frozenset(("position", "velocity", "identity"))


class LawText(Protocol):
    """What a nation's rules of engagement say of places, as its author wrote it."""

    @property
    def abroad(self) -> bool:
        """Whether its units may engage over another's land."""
        ...

    @property
    def over_land(self) -> str:
        """Who may use weapons over its own land: `any`, `own`, `none`."""
        ...


Laws = Mapping[str, Mapping[str, LawText]]
"""Rules of engagement by nation and phase."""
_NO_LAWS: Laws = {}
_NO_STOCK: Mapping[str, Stock] = {}


def compile_arrangement(
    spec: ArrangementSection,
    sensors: Sequence[Thing],
    units: Sequence[Thing],
    territories: Mapping[str, Polygons],
    zones: Mapping[str, Polygons] | None = None,
    *,
    on: date | None = None,
    laws: Laws = _NO_LAWS,
    stock: Mapping[str, Stock] = _NO_STOCK,
) -> Arrangement:
    """Compile agreements for the sensors and units of a world, both in row order.

    `territories` maps nations, `zones` named zones, to GeoJSON MultiPolygon coordinates. `on` is the day: what is not
    in force on it is left out (None: what has ever come into force counts). `laws` are rules of engagement by nation
    and phase, of which what they say of places is kept; `stock` is what units have at the start, by which shares are
    counted. Raises ScenarioErrors, without file and line, for what `check` finds and for a strip along a border that
    does not exist.
    """
    owners = {thing.name: thing.nation for thing in units}
    issues = check(spec, owners, [thing.name for thing in sensors])
    if issues:
        raise ScenarioErrors([ScenarioError("agreement", 0, 0, ".".join(map(str, at)), text) for at, text in issues])
    now = spec.model_copy(update={"agreements": agreements_on(spec, on)})
    return _Compiler(now, tuple(sensors), tuple(units), {**territories, **(zones or {})}, laws, stock).arrangement()


class _Compiler:
    """The parts of one compilation; areas and borders are worked out once each."""

    def __init__(
        self,
        spec: ArrangementSection,
        sensors: tuple[Thing, ...],
        units: tuple[Thing, ...],
        polygons: Mapping[str, Polygons],
        laws: Laws,
        stock: Mapping[str, Stock],
    ) -> None:
        self.spec = spec
        self.sensors = sensors
        self.units = units
        self.polygons = polygons
        self.laws = laws
        self.stock = stock
        self.areas: dict[str, Area] = {}
        self.zones: dict[tuple[str, ...], Zone] = {}
        self.borders: dict[tuple[str, ...], Lines] = {}
        named = [(agreement, clause) for agreement in spec.agreements for clause in agreement.clauses]
        self.sections = sorted(named, key=lambda pair: (pair[0].name, pair[1].id))

    @cached_property
    def clauses(self) -> tuple[Clause, ...]:
        return tuple(self._clause(i, *pair) for i, pair in enumerate(self.sections))

    def arrangement(self) -> Arrangement:
        spec = self.spec
        areas = {area.post: area for area in reversed(list(self._post_areas()))}
        laws = _laws(self.laws, spec.phases)
        return Arrangement(
            phases=spec.phases,
            nations=tuple(sorted(spec.nations)),
            sensors=self.sensors,
            units=self.units,
            posts={name: self._post(name, post) for name, post in spec.posts.items()},
            links={name: link_of(name, link) for name, link in spec.links.items()},
            clauses=self.clauses,
            shares=tuple(self._shares()),
            orders=tuple(self._orders()),
            uses=tuple(self._uses()),
            losses=tuple(_losses(spec)),
            activations=tuple(_activations(spec)),
            sensor_rows={thing.name: row for row, thing in enumerate(self.sensors)},
            unit_rows={thing.name: row for row, thing in enumerate(self.units)},
            pacts=_pacts(spec),
            areas=areas,
            laws=laws,
            lands=self._lands() if laws or areas else {},
            joint_units=self._joint_units(),
        )

    def _clause(self, index: int, agreement: AgreementSection, section: ClauseSection) -> Clause:
        targets, approval = section.targets, section.approval
        identities = None if targets is None or targets.identity is None else targets.identity
        return Clause(
            index=index,
            id=section.id,
            agreement=agreement.name,
            verb=section.verb,
            words=section.share or section.order or section.use,
            phases=frozenset(self.spec.phases if section.phases is None else section.phases),
            link=section.over,
            every_s=section.every or 0.0,
            fields=ALL_FIELDS if section.fields is None else frozenset(section.fields) | {"position"},
            identities=None if identities is None else frozenset(_identity(word) for word in identities),
            never_civil=targets is not None and "civil" in targets.never,
            approval_by=None if approval is None else approval.by,
            takes_s=0.0 if approval is None else approval.takes,
            limits=limits_of(section),
            receivers=tuple(sorted({receiver for _, receiver in clause_pairs(section, agreement, self.spec.posts)})),
            refused=0.0 if approval is None else approval.refused,
            delay_s=section.delay,
            level=section.level,
            withdrawal=withdrawal_of(section.withdrawal),
            assistance=assistance_of(section.if_attacked),
        )

    def _post(self, name: str, post: PostSection) -> PostRole:
        phases = frozenset(self.spec.phases if post.phases is None else post.phases)
        units = self._owned(self.units, post.commands, post.nation)
        return PostRole(name, post.nation, post.host, phases, post.precedence, units, post.deputy, post.deputies)

    def _owned(self, things: Sequence[Thing], patterns: Sequence[str], owner: str) -> NDArray[np.bool_]:
        return _fixed(named(things, patterns, self.spec) & owned(things, owner))

    def _practised(
        self, section: ClauseSection, agreement: AgreementSection, things: Sequence[Thing], patterns: Sequence[str]
    ) -> NDArray[np.bool_]:
        """The things of a clause, of all givers, that take part at its level."""
        givers = sorted({giver for giver, _ in clause_pairs(section, agreement, self.spec.posts)})
        theirs = np.array([thing.nation in givers for thing in things], dtype=np.bool_)
        mask = named(things, patterns, self.spec) & theirs
        return mask if section.level >= 1.0 else practised(section.id, things, mask, section.level)

    def _pairs(self, verb: str) -> Iterator[tuple[Clause, AgreementSection, ClauseSection, str, str]]:
        for clause, (agreement, section) in zip(self.clauses, self.sections, strict=True):
            if clause.verb == verb:
                for giver, receiver in clause_pairs(section, agreement, self.spec.posts):
                    yield clause, agreement, section, giver, receiver

    def _shares(self) -> Iterator[ShareGrant]:
        for clause, agreement, section, giver, receiver in self._pairs("share"):
            of = section.of
            patterns = of.sensors if of is not None and of.sensors else ("*",)
            zone = self._zone_or_none(None if of is None else of.zone, agreement, giver, receiver)
            words = frozenset(SHARES[word] for word in section.share)
            sensors = self._practised(section, agreement, self.sensors, patterns) & owned(self.sensors, giver)
            yield ShareGrant(clause, giver, receiver, words, _fixed(sensors), zone)

    def _orders(self) -> Iterator[OrderGrant]:
        posts = self.spec.posts
        for clause, agreement, section, giver, receiver in self._pairs("order"):
            to = {section.to} if section.to in posts else {n for n, p in posts.items() if p.nation == receiver}
            delegated = {name for name in section.delegate if posts[name].nation == giver}
            acts = frozenset(ACTS[word] for word in section.order)
            zone = self._zone_or_none(section.where, agreement, giver, receiver)
            units = _fixed(self._practised(section, agreement, self.units, section.units) & owned(self.units, giver))
            most = counted(clause.limits, self.units, units, self.stock)
            yield OrderGrant(clause, giver, frozenset(to | delegated), frozenset(to), acts, units, zone, most)

    def _uses(self) -> Iterator[UseGrant]:
        for clause, _, section, giver, receiver in self._pairs("use"):
            yield UseGrant(clause, giver, receiver, frozenset(section.use))

    def _post_areas(self) -> Iterator[PostArea]:
        for agreement in sorted(self.spec.agreements, key=lambda section: section.name):
            takes_s = 0.0 if agreement.handover is None else agreement.handover.takes
            for post, text in sorted(agreement.areas.items()):
                nation = self.spec.posts[post].nation
                yield PostArea(post, self._zone(text, agreement, nation, nation), agreement.name, takes_s)

    def _lands(self) -> dict[str, Zone]:
        known = [name for name in sorted(self.spec.nations) if name in self.polygons]
        return {name: Zone(f"{name} territory", (self._outline(name),), (name,)) for name in known}

    def _joint_units(self) -> dict[str, tuple[str, ...]]:
        names = [thing.name for thing in self.units]
        found: dict[str, tuple[str, ...]] = {}
        for name in self.spec.joint_units:
            hits = zip(names, matching(parts_of(name, self.spec), names), strict=True)
            found[name] = tuple(part for part, hit in hits if hit)
        return found

    def _zone_or_none(
        self, text: str | None, agreement: AgreementSection, giver: str, receiver: str
    ) -> Zone | None:
        return None if text is None else self._zone(text, agreement, giver, receiver)

    def _zone(self, text: str, agreement: AgreementSection, giver: str, receiver: str) -> Zone:
        words = parse_zone(text)
        names = words.names
        if words.kind == "strip":
            names = names or tuple(sorted(agreement.parties))
        elif words.kind == "role":
            names = (receiver,) if names == ("receiver",) else (giver,)
        key = (text, *names)
        if key not in self.zones:
            self.zones[key] = self._new_zone(text, words, names, agreement)
        return self.zones[key]

    def _new_zone(self, text: str, words: ZoneText, names: tuple[str, ...], agreement: AgreementSection) -> Zone:
        if words.kind == "strip":
            return strip_along(text, self._border(text, words, agreement), words.distance_m)
        return Zone(text, tuple(self._area(name, text, agreement) for name in names), names)

    def _area(self, name: str, text: str, agreement: AgreementSection) -> Area:
        if name not in self.polygons:
            raise _no_place(agreement, f"zone '{text}' needs the outline of {name}, which the scenario does not give")
        return self._outline(name)

    def _outline(self, name: str) -> Area:
        if name not in self.areas:
            self.areas[name] = area_of(self.polygons[name])
        return self.areas[name]

    def _border(self, text: str, words: ZoneText, agreement: AgreementSection) -> Lines:
        names = words.names or tuple(sorted(agreement.parties))
        if names not in self.borders:
            areas = [self._area(name, text, agreement) for name in names]
            shared = [common_border(one, other) for i, one in enumerate(areas) for other in areas[i + 1 :]]
            self.borders[names] = outline_of(areas[0]) if words.names else joined(shared)
        if not len(self.borders[names].start):
            raise _no_place(
                agreement,
                f"zone '{text}': {' and '.join(names)} have no common border, expected 'border of NATION'",
            )
        return self.borders[names]


def _fixed(mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    mask.flags.writeable = False
    return mask


def _identity(word: str) -> int:
    return int(Identity[word.upper().replace("-", "_")])


def link_of(name: str, section: LinkSection) -> Link:
    """A link as its section says."""
    return Link(
        name, section.between, section.delay, section.loss, tuple((cut.start, cut.end) for cut in section.cuts),
        section.outages, section.capacity or math.inf, section.slots, section.voice, section.radio,
    )  # fmt: skip


def _losses(spec: ArrangementSection) -> Iterator[LossRule]:
    for agreement in sorted(spec.agreements, key=lambda section: section.name):
        loss = agreement.on_link_loss
        if loss is not None:
            weapons = None if loss.weapons is None else Weapons[loss.weapons.upper()]
            resume = loss.resume or ResumeRule(0.0, False)
            yield LossRule(agreement.name, loss.link, loss.after, weapons, resume, agreement.parties, loss.then)


def _pacts(spec: ArrangementSection) -> dict[str, Pact]:
    return {
        agreement.name: Pact(
            agreement.name, tuple(agreement.parties), agreement.under, withdrawal_of(agreement.withdrawal)
        )
        for agreement in sorted(spec.agreements, key=lambda section: section.name)
    }


def _laws(written: Laws, phases: Iterable[str]) -> dict[tuple[str, str], Law]:
    """What laws say of places, where they say anything."""
    found: dict[tuple[str, str], Law] = {}
    for nation, rules in sorted(written.items()):
        for phase in phases:
            law = Law(rules[phase].abroad, rules[phase].over_land) if phase in rules else Law()
            if law != Law():
                found[nation, phase] = law
    return found


def _activations(spec: ArrangementSection) -> Iterator[Activation]:
    for agreement in sorted(spec.agreements, key=lambda section: section.name):
        for phase, way in sorted(agreement.activates.items()):
            yield Activation(agreement.name, phase, way.declared_by, way.everyone, way.takes)


def _no_place(agreement: AgreementSection, message: str) -> ScenarioErrors:
    return ScenarioErrors([ScenarioError("agreement", 0, 0, f"agreements.{agreement.name}", message)])
