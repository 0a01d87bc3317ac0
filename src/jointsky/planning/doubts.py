"""What a file may say and hardly means, with its places on the map and its stocks: what `jointsky check` warns of."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from jointsky.engine.check import sensor_names
from jointsky.errors import ScenarioError
from jointsky.links.arrangement import owner_of
from jointsky.links.check_clauses import clause_pairs
from jointsky.links.check_context import Context, Fault, Path, unknown
from jointsky.links.check_likely import SHOOTS, doubts
from jointsky.links.zones import Polygons, ZoneText, area_of, common_border, parse_zone
from jointsky.planning.places import outlines
from jointsky.scenario.agreement import AgreementSection, ClauseSection
from jointsky.scenario.forces import AewUnit, FighterUnit, SamUnit, Unit
from jointsky.scenario.load import Scenario

Counts = Mapping[str, int | None]
"""How many of something each unit has; None: not said."""


def warnings(scenario: Scenario) -> list[ScenarioError]:
    """Everything in a scenario without faults that is likely not meant, each at its place, in the order of the
    sections."""
    units = scenario.units
    owners: dict[str, str | None] = {name: unit.nation for name, unit in units.items()}
    kinds: dict[str, str] = {name: unit.kind for name, unit in units.items()}
    for name in sensor_names(scenario):
        unit = owner_of(name, units) or ""
        owners[name] = units[unit].nation
        kinds[name] = "radar" if name.endswith(".search") else units[unit].kind
    context = Context(scenario, owners, float("inf"))
    found = [
        *doubts(context, kinds),
        *_zones(scenario),
        *_limits(scenario, context),
        *_uses(scenario),
        *_books(scenario),
    ]
    return in_order(scenario.error(*fault) for fault in found)


def in_order(found: Iterable[ScenarioError]) -> list[ScenarioError]:
    """Each once, those of a file together and by their places in it."""
    unique = list({str(error): error for error in found}.values())
    files = list(dict.fromkeys(error.file for error in unique))
    return sorted(unique, key=lambda error: (files.index(error.file), error.line, error.column))


def _clauses(scenario: Scenario) -> Iterator[tuple[Path, AgreementSection, ClauseSection]]:
    for i, agreement in enumerate(scenario.agreements):
        for j, clause in enumerate(agreement.clauses):
            yield ("agreements", i, "clauses", j), agreement, clause


def _zones(scenario: Scenario) -> Iterator[Fault]:
    """Clauses and rules that hold nowhere."""
    zoned = [(at, who, key, text) for at, who, key, text in _written_zones(scenario) if text is not None]
    lands = outlines(scenario) if zoned else {}
    empty = _Empty(scenario, lands)
    for at, agreement, clause in _clauses(scenario):
        pairs = clause_pairs(clause, agreement, scenario.posts)
        zone = None if clause.of is None else clause.of.zone
        for place, text in (((*at, "where"), clause.where), ((*at, "of", "zone"), zone)):
            if text is not None:
                why = {empty.why(text, agreement.parties, *pair) for pair in pairs}
                if "" not in why and why:
                    yield Fault(place, f"clause {clause.id}: found {text!r}, {min(why)}, expected a place")
    for at, who, agreement, text in _rule_zones(scenario):
        why = empty.why(text, agreement.parties, *agreement.parties[:2]) if "owner" not in text else ""
        if why:
            yield Fault(at, f"{who}: found {text!r}, {why}, expected a place")


def _written_zones(scenario: Scenario) -> Iterator[tuple[Path, str, str, str | None]]:
    for at, _, clause in _clauses(scenario):
        yield at, clause.id, "where", clause.where
        yield at, clause.id, "zone", None if clause.of is None else clause.of.zone
    for at, who, _, text in _rule_zones(scenario):
        yield at, who, "where", text


def _rule_zones(scenario: Scenario) -> Iterator[tuple[Path, str, AgreementSection, str]]:
    for i, agreement in enumerate(scenario.agreements):
        for j, rule in enumerate(agreement.rules):
            if rule.where is not None:
                yield ("agreements", i, "rules", j, "where"), f"rule {rule.id}", agreement, rule.where


class _Empty:
    """Why a zone is empty, with outlines and common borders worked out once each."""

    def __init__(self, scenario: Scenario, lands: Mapping[str, Polygons]) -> None:
        self.scenario = scenario
        self.lands = lands
        self.borders: dict[tuple[str, str], bool] = {}

    def why(self, text: str, parties: Sequence[str], giver: str, receiver: str) -> str:
        """Why nothing lies in a zone for a pair of giver and receiver; empty when something does or nobody can
        tell."""
        words = parse_zone(text)
        if words.kind == "strip":
            return self._strip(words, parties)
        names = words.names
        if words.kind == "role":
            names = (receiver,) if names == ("receiver",) else (giver,)
        nations = set(self.scenario.nations)
        if not set(self.lands) & nations and set(names) <= nations:
            return ""  # a file without any land leaves it to the scenario
        known = [name for name in names if name in self.lands]
        if not known:
            return f"but no land of {' or '.join(names)} is given"
        if all(_has_no_area(self.lands[name]) for name in known):
            return "in which there is no land"
        return ""

    def _strip(self, words: ZoneText, parties: Sequence[str]) -> str:
        if words.distance_m == 0.0:
            return "which has no width"
        if words.names or not set(parties) <= set(self.lands):
            return ""
        pairs = [(one, other) for i, one in enumerate(sorted(parties)) for other in sorted(parties)[i + 1 :]]
        if any(self._touch(pair) for pair in pairs):
            return ""
        return f"but {' and '.join(sorted(parties))} have no common border"

    def _touch(self, pair: tuple[str, str]) -> bool:
        if pair not in self.borders:
            one, other = (area_of(self.lands[name]) for name in pair)
            self.borders[pair] = len(common_border(one, other).start) > 0
        return self.borders[pair]


def _has_no_area(polygons: Polygons) -> bool:
    """Whether rings enclose nothing (the shoelace formula, in square degrees)."""
    total = 0.0
    for polygon in polygons:
        for ring in polygon:
            ends = zip(ring, [*ring[1:], *ring[:1]], strict=True)
            total += abs(sum(one[0] * other[1] - other[0] * one[1] for one, other in ends))
    return total < 1e-12


def _limits(scenario: Scenario, context: Context) -> Iterator[Fault]:
    """Limits that are larger than all that exists of what they limit."""
    for at, agreement, clause in _clauses(scenario):
        givers = sorted({giver for giver, _ in clause_pairs(clause, agreement, scenario.posts)})
        for word, limit in clause.limits.items():
            if not isinstance(limit, int):
                continue
            held = [_held(scenario, context, clause, giver, word) for giver in givers]
            known = [count for count in held if count is not None]
            if known and len(known) == len(held) and limit > max(known):
                each = " and ".join(f"{giver} has {count}" for giver, count in zip(givers, held, strict=True))
                found = f"clause {clause.id}: found a limit of {limit} {word}, but {each}"
                yield Fault((*at, "limits", word), f"{found}, expected {max(known)} or fewer")


def _held(scenario: Scenario, context: Context, clause: ClauseSection, giver: str, word: str) -> int | None:
    """How many aircraft, shots, airfields or munitions of a giver a clause is about; None: not said."""
    if word == "airfields":
        mine = [field for field in scenario.airfields.values() if field.nation == giver]
        return len(mine) if scenario.airfields else None
    named = context.ordered(clause.units) if clause.units else set(scenario.units)
    units = [unit for name, unit in scenario.units.items() if name in named and unit.nation == giver]
    counts = [_aircraft(unit) if word == "aircraft" else _shots(scenario, unit) for unit in units]
    return None if None in counts else sum(count or 0 for count in counts)


def _aircraft(unit: Unit) -> int | None:
    return unit.aircraft if isinstance(unit, FighterUnit | AewUnit) else 0


def _shots(scenario: Scenario, unit: Unit) -> int | None:
    """Missiles of a unit, reloads too; of fighters they are those of their type."""
    if isinstance(unit, FighterUnit):
        if unit.type is None or unit.aircraft is None:
            return None
        return unit.aircraft * scenario.catalogue.aircraft(unit.type).missiles
    if not isinstance(unit, SamUnit):
        return 0
    if not unit.batteries:
        return unit.shots if unit.reloads is None or unit.shots is None else unit.shots + unit.reloads
    total = 0
    for battery in unit.batteries:
        kind = scenario.catalogue.sam(battery.type)
        for own, shared, usual in (
            (battery.shots, unit.shots, kind.shots),
            (battery.reloads, unit.reloads, kind.reloads),
        ):
            total += usual if own is None and shared is None else (shared or 0) if own is None else own
    return total


def _uses(scenario: Scenario) -> Iterator[Fault]:
    """Things that may be used of somebody who has none."""
    for at, agreement, clause in _clauses(scenario):
        givers = sorted({giver for giver, _ in clause_pairs(clause, agreement, scenario.posts)})
        having = {
            "airfields": {field.nation for field in scenario.airfields.values()},
            "munitions": {unit.nation for unit in scenario.units.values() if unit.kind in SHOOTS},
        }
        for k, word in enumerate(clause.use):
            if having[word] and not having[word] & set(givers):
                found = f"clause {clause.id}: found use: {word} of {' and '.join(givers)}, which has none"
                yield Fault(
                    (*at, "use", k), f"{found}, expected some of {' or '.join(sorted(filter(None, having[word])))}"
                )


def _books(scenario: Scenario) -> Iterator[Fault]:
    """Clauses that a ledger names and nothing has, and categories that a rule counts where there is no ledger."""
    ledger = scenario.ledger
    known = [clause.id for _, _, clause in _clauses(scenario)]
    entries: Iterable[tuple[Path, str | None]] = ()
    if ledger is not None:
        costs: list[tuple[Path, str | None]] = [(("costs", name), cost.clause) for name, cost in ledger.costs.items()]
        entries = [*costs, *((("payments", k), payment.clause) for k, payment in enumerate(ledger.payments))]
    for path, clause in entries:
        if clause is not None and clause not in known:
            yield Fault(("ledger", *path, "clause"), f"{unknown(clause, 'clause', known)}; nothing is ever due for it")
    if ledger is not None and ledger.counted:
        return
    for i, agreement in enumerate(scenario.agreements):
        for j, rule in enumerate(agreement.rules):
            for k, name in enumerate(rule.of.categories):
                at: Path = ("agreements", i, "rules", j, "of", "categories", k)
                yield Fault(at, f"rule {rule.id}: found category {name}, but no ledger counts any, expected one")
