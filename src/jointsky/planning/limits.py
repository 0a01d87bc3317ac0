"""Treaty limits: what each party holds against the rules of the agreements in force, on one day.

A rule that is broken names itself, by how much, and what counts against it. The same deployment may be within the
rules of one owner and beyond those of another, or allowed in one land and banned in the next.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from jointsky.errors import ScenarioError, ScenarioErrors
from jointsky.links.days import agreements_on
from jointsky.links.zones import Polygons, Zone, parse_zone
from jointsky.planning.places import Piece, outlines, pieces, reach_m, zone
from jointsky.scenario.agreement import AgreementSection, OfRuleSection, RuleSection
from jointsky.scenario.holdings import Key, holdings
from jointsky.scenario.ledger import Account
from jointsky.scenario.load import Scenario
from jointsky.units import KM_M

KIND_WORDS = {
    "radar": "radars",
    "early-warning": "early-warning radars",
    "sam": "missile batteries",
    "fighter": "fighters",
    "ew": "jamming sites",
    "aew": "early-warning aircraft",
    "watch": "listening posts",
}
"""What is counted of each kind of unit."""


@dataclass(frozen=True, slots=True)
class Counted:
    """What counts against a rule: its name (a unit, or `category of OWNER in PLACE`), how many, of which type."""

    name: str
    count: int
    type: str | None = None

    def __str__(self) -> str:
        return f"{self.name} ({self.count})"


@dataclass(frozen=True, slots=True)
class Finding:
    """One rule against what one nation holds: `held` of at most `most`.

    `counted` is what counts, `unplaced` what might count but stands nowhere in particular, `text` the rule's words.
    """

    rule: str
    agreement: str
    nation: str
    what: str
    where: str | None
    held: int
    most: int
    counted: tuple[Counted, ...]
    unplaced: tuple[Counted, ...] = ()
    text: str = ""

    @property
    def over(self) -> int:
        """By how much the limit is exceeded; 0 when it is kept."""
        return max(0, self.held - self.most)

    @property
    def broken(self) -> bool:
        """Whether the rule is broken."""
        return self.held > self.most

    def words(self) -> str:
        """One sentence: the rule by its id, who holds what where, the limit, and the units that count."""
        place = "" if self.where is None else f" {_preposition(self.where)}{self.where}"
        limit = "none allowed" if self.most == 0 else f"at most {self.most}"
        excess = f", {self.over} too many" if self.broken else ""
        units = f"; {', '.join(map(str, self.counted))}" if self.counted else ""
        unknown = f"; without a site, not counted: {', '.join(map(str, self.unplaced))}" if self.unplaced else ""
        held = f"{self.nation} holds {self.held} {self.what}{place}"
        said = f"rule {self.rule} of {self.agreement}: {held}, {limit}"
        return said + excess + units + unknown


def limits(scenario: Scenario, on: date | None) -> tuple[Finding, ...]:
    """Every rule in force on a day against every nation it binds. Without a day every rule that will ever be in force
    counts, against what scenario units stand there; categories of a ledger need a day.

    Raises ScenarioErrors for a rule whose zone cannot be drawn, ValueError for a ledger that does not add up.
    """
    found: list[Finding] = []
    faults: list[ScenarioError] = []
    things = pieces(scenario)
    held = {} if scenario.ledger is None or on is None else holdings(scenario.ledger, on)
    counter = _Counter(scenario, outlines(scenario), things, held)
    for agreement in agreements_on(scenario, on):
        for rule in agreement.rules:
            try:
                found += [counter.finding(agreement, rule, nation) for nation in rule.binds]
            except ValueError as error:
                faults.append(scenario.error(_path(scenario, agreement, rule), str(error)))
    if faults:
        raise ScenarioErrors(faults)
    return tuple(sorted(found, key=lambda finding: (finding.agreement, finding.rule, finding.nation)))


def broken(scenario: Scenario, on: date | None) -> tuple[Finding, ...]:
    """The findings of `limits` that are violations."""
    return tuple(finding for finding in limits(scenario, on) if finding.broken)


def _path(scenario: Scenario, agreement: AgreementSection, rule: RuleSection) -> tuple[str | int, ...]:
    place = [one.name for one in scenario.agreements].index(agreement.name)
    number = [one.id for one in scenario.agreements[place].rules].index(rule.id)
    return "agreements", place, "rules", number, "where"


@dataclass(frozen=True, slots=True)
class _Counter:
    """What is held, ready to be counted."""

    scenario: Scenario
    lands: Mapping[str, Polygons]
    things: tuple[Piece, ...]
    held: Mapping[Key, int]
    zones: dict[tuple[str, str, str], Zone] = field(default_factory=dict[tuple[str, str, str], Zone])

    def finding(self, agreement: AgreementSection, rule: RuleSection, nation: str) -> Finding:
        """One rule against one nation."""
        counted: dict[tuple[str, str | None], int] = {}
        unplaced: dict[tuple[str, str | None], int] = {}
        for name, kind, count, inside in self._held(agreement, rule, nation):
            pile = unplaced if inside is None else counted
            if inside is not False and count:
                pile[name, kind] = pile.get((name, kind), 0) + count
        return Finding(
            rule=rule.id,
            agreement=agreement.name,
            nation=nation,
            what=_what(rule.of),
            where=rule.where,
            held=sum(counted.values()),
            most=rule.most,
            counted=_listed(counted),
            unplaced=_listed(unplaced),
            text=rule.text,
        )

    def _held(
        self, agreement: AgreementSection, rule: RuleSection, nation: str
    ) -> Iterator[tuple[str, str | None, int, bool | None]]:
        for piece in self.things:
            if piece.owner == nation and _is_of(rule.of, piece):
                yield piece.unit, piece.type, piece.count, self._inside(agreement, rule, piece)
        for key, count in self.held.items():
            if key.account.owner == nation and self._is_category(rule.of, key.category):
                yield str(key), None, count, self._account_inside(agreement, rule, key.account)

    def _is_category(self, of: OfRuleSection, category: str) -> bool:
        if of.reach is None:
            return category in of.categories
        known = None if self.scenario.ledger is None else self.scenario.ledger.categories.get(category)
        if known is None or of.categories and category not in of.categories or of.kinds or of.types:
            return False
        reach = known.reach if known.reach is not None else reach_m(self.scenario.catalogue, known.type)
        return reach is not None and of.reach[0] <= reach <= of.reach[1]

    def _inside(self, agreement: AgreementSection, rule: RuleSection, piece: Piece) -> bool | None:
        if rule.where is None:
            return True
        if not piece.has_site:
            return self._account_inside(agreement, rule, Account(piece.owner, piece.owner))
        return bool(self._zone(agreement, rule.where, piece.owner).inside(piece.lat_deg, piece.lon_deg)[0])

    def _account_inside(self, agreement: AgreementSection, rule: RuleSection, account: Account) -> bool | None:
        """Whether what stands somewhere in a land or zone stands in the rule's zone; None: it cannot be told."""
        if rule.where is None:
            return True
        words = parse_zone(rule.where)
        if words.kind == "role":
            self._zone(agreement, rule.where, account.owner)
            return account.place == account.owner
        names = words.names
        if words.kind == "strip" or (words.kind == "named") != (account.place in self.scenario.zones):
            return None
        return account.place in names

    def _zone(self, agreement: AgreementSection, text: str, owner: str) -> Zone:
        key = (agreement.name, text, owner)
        if key not in self.zones:
            self.zones[key] = zone(text, self.lands, owner, agreement.parties)
        return self.zones[key]


def _is_of(of: OfRuleSection, piece: Piece) -> bool:
    """Kinds and types name what counts, any of them; a reach narrows it, and alone means every missile."""
    named = piece.kind in of.kinds or (piece.type is not None and piece.type in of.types)
    if of.reach is None:
        return named
    within = piece.reach_m is not None and of.reach[0] <= piece.reach_m <= of.reach[1]
    return within and (named or not (of.kinds or of.types or of.categories))


def _what(of: OfRuleSection) -> str:
    names = [*(KIND_WORDS.get(kind, kind) for kind in of.kinds), *of.types, *of.categories]
    what = " or ".join(str(name) for name in names) or "missiles"
    return what if of.reach is None else f"{what} of {of.reach[0] / KM_M:g} to {of.reach[1] / KM_M:g} km reach"


def _preposition(where: str) -> str:
    return "" if where.split()[0] in ("within", "anywhere") else "in "


def _listed(pile: Mapping[tuple[str, str | None], int]) -> tuple[Counted, ...]:
    return tuple(Counted(name, count, kind) for (name, kind), count in sorted(pile.items(), key=lambda i: str(i[0])))
