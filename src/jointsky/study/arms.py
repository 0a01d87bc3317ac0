"""The scenario of one arm: the whole agreement less the clauses that the arm leaves out or puts into practice in part.

What is left out is taken out of the texts themselves, so that a log of the arm carries the agreement it ran under.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import yaml

from jointsky.errors import StudyError, suggest
from jointsky.links.arrangement import matching
from jointsky.scenario.load import Scenario, load, reload
from jointsky.study.design import Arm, Design

MOST_KNOWN = 40
"""How many ids an error lists where none is near."""
_FRAME = ("areas", "handover", "rules", "on_link_loss", "withdrawal")
"""What of an agreement goes with its last clause; days, parties and who declares phases stay."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What an arm makes of an agreement: ids of clauses that go, agreements that go but for their frame, and terms that
    are written into clauses and agreements, by id or name."""

    gone: frozenset[str]
    emptied: frozenset[str]
    terms: Mapping[str, Mapping[str, Any]]

    @property
    def is_nothing(self) -> bool:
        """Whether the agreement stays as it is."""
        return not (self.gone or self.emptied or self.terms)


def scenario_of(design: Design, folder: Path, name: str) -> Scenario:
    """The scenario of one arm of a study whose file lies in `folder`. Raises ScenarioErrors, and StudyError for a
    clause that the agreement does not have."""
    arm = design.arms[name]
    path = folder / (arm.scenario or design.scenario)
    scenario = load(path, agreement=_agreement(folder, arm.agreement), overrides=arm.overlay or None)
    choice = choice_of(scenario, arm, f"arms.{name}")
    if choice.is_nothing:
        return scenario
    bundle = scenario.bundle
    texts = {file: _rewritten(file, text, choice) for file, text in bundle.texts.items()}
    return reload(replace(bundle, texts=texts))


def _agreement(folder: Path, name: str) -> str:
    beside = folder / name
    return str(beside) if beside.suffix in (".yaml", ".yml") and beside.exists() else name


def choice_of(scenario: Scenario, arm: Arm, where: str) -> Choice:
    """Which clauses of a scenario's agreements an arm leaves out or puts into practice in part. Raises StudyError for
    a pattern that fits none; `where` is what the error calls the arm."""
    clauses = {clause.id: agreement.name for agreement in scenario.agreements for clause in agreement.clauses}
    names = [agreement.name for agreement in scenario.agreements]
    kept = set(clauses) if arm.keep is None else _meant(arm.keep, clauses, names, f"{where}.keep")
    dropped = _meant(arm.drop, clauses, names, f"{where}.drop")
    terms = {name: dict(told) for name, told in arm.terms.items()}
    for name in terms:
        _check_known(name, [*clauses, *names], f"{where}.terms")
    for pattern, share in arm.level.items():
        for name in _meant((pattern,), clauses, names, f"{where}.level"):
            terms.setdefault(name, {})["level"] = f"{100.0 * share!r} %"
    left = {clauses[id_] for id_ in kept - dropped}
    named = {name for name in names if arm.keep is not None and any(matching(arm.keep, [name]))}
    cut = {name for name in names if name not in left | named and (arm.keep is not None or name in arm.drop)}
    gone = frozenset(set(clauses) - (kept - dropped))
    return Choice(gone, frozenset(cut), {name: told for name, told in terms.items() if name not in gone})


def _meant(patterns: Sequence[str], clauses: Mapping[str, str], names: Sequence[str], where: str) -> set[str]:
    """Ids of the clauses that patterns mean: an id, a pattern of ids, or an agreement's name for all of its own."""
    found: set[str] = set()
    for pattern in patterns:
        ids = [id_ for id_, hit in zip(clauses, matching([pattern], clauses), strict=True) if hit]
        whole = [name for name, hit in zip(names, matching([pattern], names), strict=True) if hit]
        if not ids and not whole:
            _check_known(pattern, [*clauses, *names], where)
        found |= {*ids, *(id_ for id_, agreement in clauses.items() if agreement in whole)}
    return found


def _check_known(name: str, known: Sequence[str], where: str) -> None:
    """Raises StudyError, with advice, for a name that is none of the known ones."""
    if name not in known:
        advice = suggest(name, known) or f"known: {', '.join(known[:MOST_KNOWN])}"
        raise StudyError(f"{where}: no clause and no agreement is called {name!r}; {advice}".rstrip("; "))


def _rewritten(file: str, text: str, choice: Choice) -> str:
    """A file's text after the choice; one that holds no agreement the choice touches is returned as it is."""
    if not file.endswith((".yaml", ".yml")):
        return text
    content: Any = yaml.safe_load(text)
    agreements = list(_agreements(content))
    if not any(_is_touched(agreement, choice) for agreement in agreements):
        return text
    for agreement in agreements:
        _cut(agreement, choice)
    return yaml.safe_dump(content, sort_keys=False, allow_unicode=True, width=120)


def _agreements(content: Any) -> Iterator[dict[str, Any]]:
    listed: Any = content.get("agreements") if isinstance(content, dict) else None  # pyright: ignore
    for agreement in listed if isinstance(listed, list) else ():  # pyright: ignore[reportUnknownVariableType]
        if isinstance(agreement, dict):
            yield agreement


def _is_touched(agreement: Mapping[str, Any], choice: Choice) -> bool:
    ids = {clause["id"] for clause in agreement.get("clauses") or ()}
    return bool((ids | {agreement["name"]}) & (choice.gone | choice.emptied | choice.terms.keys()))


def _cut(agreement: dict[str, Any], choice: Choice) -> None:
    """Take the clauses that go out of one agreement, and with the last one what only they gave a meaning to."""
    kept = [clause for clause in agreement.get("clauses") or () if clause["id"] not in choice.gone]
    for section, name in [(agreement, agreement["name"]), *((clause, clause["id"]) for clause in kept)]:
        section.update(choice.terms.get(name, {}))
    if "clauses" in agreement:
        agreement["clauses"] = kept
    if agreement["name"] in choice.emptied:
        for key in _FRAME:
            agreement.pop(key, None)
    elif "on_link_loss" in agreement and not _is_used(agreement["on_link_loss"]["link"], kept):
        del agreement["on_link_loss"]  # the checker refuses a rule about a link that no clause uses


def _is_used(link: str, clauses: Sequence[Mapping[str, Any]]) -> bool:
    over = {clause["over"] for clause in clauses if "over" in clause}
    return link in over or (not over and any("order" in clause for clause in clauses))
