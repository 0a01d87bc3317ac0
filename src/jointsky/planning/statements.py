"""Ledgers, limits and laws as tables of words and as plain data: what the verbs print."""

import json
from collections.abc import Mapping
from datetime import date
from itertools import combinations
from pathlib import Path
from typing import Any, cast

from jointsky.errors import StudyError
from jointsky.planning.dependence import Reach, falls_away, reaches
from jointsky.planning.ledgers import Bill, BreakEven, Gain, bill, break_even, defenders, gains, room
from jointsky.planning.limits import Finding
from jointsky.planning.places import arrangement, outlines, probes
from jointsky.planning.roe import Cell, Conflict, Saying
from jointsky.scenario.holdings import holdings, journal, totals
from jointsky.scenario.ledger import Ledger
from jointsky.scenario.load import Scenario

Row = dict[str, str]
Table = tuple[str, list[Row]]
"""A title, and rows of equal keys."""


def ledger_tables(scenario: Scenario, on: date | None, saved: Mapping[str, Gain], phase: str) -> list[Table]:
    """What `jointsky ledger` prints: bill, benefit, break-even, dependence, holdings, movements; empty ones are left
    out."""
    ledger = scenario.ledger
    if ledger is None:
        return []
    until = f" up to {on}" if on else ""
    found = bill(scenario, on)
    tables: list[Table] = [
        (f"Bill{until}, in {ledger.currency} of {ledger.year}", _bill_rows(scenario, ledger, found)),
        ("Its lines", _line_rows(found)),
        ("Break-even: what each nation must receive to prefer joining", _even_rows(scenario, ledger, on, saved)),
        (f"What each nation can count on, phase {phase}", _reach_rows(scenario, ledger, on, phase)),
        ("Clauses that end when one of a pair leaves", _pair_rows(scenario, on, phase)),
        (f"Holdings{' on ' + str(on) if on else ''}", _holding_rows(ledger, on)),
        (f"Movements{until}", _movement_rows(ledger, on)),
    ]
    return [(title, rows) for title, rows in tables if rows]


def ledger_facts(scenario: Scenario, on: date | None, saved: Mapping[str, Gain], phase: str) -> dict[str, Any]:
    """The same as plain data: numbers in units of the currency, counts, asset value."""
    ledger = scenario.ledger
    if ledger is None:
        return {}
    found = bill(scenario, on)
    nations = defenders(scenario)
    even = break_even(scenario, on, saved)
    return {
        "currency": ledger.currency,
        "year": ledger.year,
        "on": None if on is None else str(on),
        "phase": phase,
        "bill": {
            party: {
                "forces": found.of(party, "acquisition", "operation"),
                "paid": found.of(party, "paid"),
                "received": -found.of(party, "received"),
                "let_off": found.let_off(party),
                "net": found.of(party),
                "owes": found.owes(party),
                "burden": found.burden(party),
                "share": found.share(party, nations) if party in nations else None,
            }
            for party in _parties(scenario, ledger)
        },
        "lines": [_plain(line) for line in found.lines],
        "not_due": list(found.not_due),
        "break_even": {one.nation: _plain(one) for one in even},
        "room": room(even),
        "benefit": [_reach_facts(scenario, reach, ledger) for reach in _reaches(scenario, on, phase)],
        "falls_away": _pair_rows(scenario, on, phase),
        "holdings": [
            {"category": key.category, "owner": key.account.owner, "place": key.account.place, "count": count}
            for key, count in (holdings(ledger, on) if on else {}).items()
        ],
        "totals": totals(ledger, on) if on else {},
        "movements": [_step_facts(step) for step in journal(ledger) if on is None or step.day <= on],
    }


def limit_rows(found: tuple[Finding, ...]) -> list[Row]:
    """One row for each rule and nation that it binds."""
    return [
        {
            "rule": f"{one.rule} of {one.agreement}",
            "nation": one.nation,
            "what": one.what,
            "where": one.where or "anywhere",
            "held": str(one.held),
            "at most": str(one.most),
            "": f"BROKEN by {one.over}" if one.broken else "kept",
        }
        for one in found
    ]


def limit_facts(found: tuple[Finding, ...]) -> list[dict[str, Any]]:
    """The findings as plain data."""
    return [
        {
            "rule": one.rule,
            "agreement": one.agreement,
            "nation": one.nation,
            "what": one.what,
            "where": one.where,
            "held": one.held,
            "most": one.most,
            "over": one.over,
            "broken": one.broken,
            "counted": [_plain(item) for item in one.counted],
            "unplaced": [_plain(item) for item in one.unplaced],
            "words": one.words(),
        }
        for one in found
    ]


def law_rows(laws: Mapping[str, Mapping[Cell, Saying]]) -> list[Row]:
    """One row for each group of cells of a phase and a land in which every nation says the same."""
    nations = list(laws)
    groups: dict[tuple[str, ...], list[Cell]] = {}
    for cell in laws[nations[0]] if nations else ():
        key = (cell.phase, cell.over, *(laws[nation][cell].words() for nation in nations))
        groups.setdefault(key, []).append(cell)
    return [
        {
            "phase": key[0],
            "over": key[1] or "no land of theirs",
            "identity": _identities(group),
            **{f"units of {nation}": said for nation, said in zip(nations, key[2:], strict=True)},
        }
        for key, group in groups.items()
    ]


def conflict_rows(found: tuple[Conflict, ...]) -> list[Row]:
    """One row for each group of conflicting cells that agree in all but identity and civil."""
    groups: dict[tuple[str, ...], list[Cell]] = {}
    for one in found:
        said = (f"{name}: {saying.words()}" for name, saying in zip(one.pair, one.says, strict=True))
        together = ", ".join(one.clauses)
        key = (" and ".join(one.pair), one.cell.phase, one.cell.over, "; ".join(said), together, one.wins.words())
        groups.setdefault(key, []).append(one.cell)
    return [
        {
            "pair": key[0],
            "phase": key[1],
            "over": key[2] or "no land of theirs",
            "identity": _identities(group),
            "units of": key[3],
            "act together by": key[4],
            "the stricter wins": key[5],
        }
        for key, group in groups.items()
    ]


def roe_facts(laws: Mapping[str, Mapping[Cell, Saying]], found: tuple[Conflict, ...]) -> dict[str, Any]:
    """Laws and conflicts as plain data, one entry for each cell."""
    return {
        "laws": {
            nation: [_cell(cell) | _said(saying) for cell, saying in said.items()] for nation, said in laws.items()
        },
        "conflicts": [
            {
                "pair": list(one.pair),
                **_cell(one.cell),
                "says": {name: _said(saying) for name, saying in zip(one.pair, one.says, strict=True)},
                "clauses": list(one.clauses),
                "wins": _said(one.wins),
            }
            for one in found
        ],
    }


def read_gains(folder: Path, scenario: Scenario, apart: str | None, together: str | None) -> dict[str, Gain]:
    """What a study in `folder` says each nation gains: from its first arm, or `apart`, to the arm of the scenario's
    arrangement, else the last, or `together`. Raises StudyError."""
    path = folder / "summary.json"
    try:
        written: object = json.loads(path.read_text("utf-8"))
    except OSError as error:
        raise StudyError(f"{path}: cannot be read: {error.strerror}; expected the folder of a study") from error
    except ValueError as error:
        raise StudyError(f"{path}: not JSON: {' '.join(str(error).split())}") from error
    summary = cast("dict[str, Any]", written) if isinstance(written, dict) else {}
    measured: object = summary.get("arms")
    if not isinstance(measured, dict) or not measured:
        raise StudyError(f"{path}: found no arms, expected the summary of a study")
    arms = list(cast("dict[str, Any]", measured))
    named = scenario.arrangement if scenario.arrangement in arms else arms[-1]
    return gains(summary, defenders(scenario), apart or arms[0], together or named)


def money(amount: float, currency: str = "") -> str:
    """An amount in bn, million or thousand, with three digits that count; negative ones with a minus."""
    for size, word in ((1e9, "bn"), (1e6, "million"), (1e3, "thousand")):
        if abs(amount) >= size:
            return f"{amount / size:.4g} {word} {currency}".rstrip()
    return f"{amount:.4g} {currency}".rstrip()


def _parties(scenario: Scenario, ledger: Ledger) -> list[str]:
    named = {payment.giver for payment in ledger.payments} | {payment.receiver for payment in ledger.payments}
    return [*defenders(scenario), *sorted(named - set(defenders(scenario)))]


def _bill_rows(scenario: Scenario, ledger: Ledger, found: Bill) -> list[Row]:
    if not found.lines and not found.not_due:
        return []
    nations = defenders(scenario)
    rows: list[Row] = []
    for party in _parties(scenario, ledger):
        share = found.share(party, nations) if party in nations else None
        rows.append(
            {
                "party": party,
                "own forces": money(found.of(party, "acquisition", "operation")),
                "pays": money(found.of(party, "paid")),
                "receives": money(0.0 - found.of(party, "received")),
                "let off": money(found.let_off(party)),
                "bears in all": money(found.of(party)),
                "for defence": money(found.burden(party)),
                "its share": "" if share is None else f"{100.0 * share:.1f} %",
                "owes": money(found.owes(party)),
            }
        )
    return rows


def _line_rows(found: Bill) -> list[Row]:
    rows = [
        {
            "party": line.party,
            "line": line.sort,
            "for": line.purpose,
            "amount": money(line.amount),
            "let off": money(line.let_off) if line.let_off else "",
            "clause": line.clause or "",
            "source": line.source,
        }
        for line in found.lines
    ]
    blank = {"amount": "", "let off": "", "clause": "", "source": ""}
    return rows + [{"party": "", "line": "not due", "for": text, **blank} for text in found.not_due]


def _even_rows(scenario: Scenario, ledger: Ledger, on: date | None, saved: Mapping[str, Gain]) -> list[Row]:
    even = break_even(scenario, on, saved)
    if not saved and not any(one.extra_cost for one in even):
        return []
    rows = [_even_row(one, saved) for one in even]
    left = room(even)
    if left is not None:
        words = "left to divide among them" if left >= 0.0 else "no transfers among them content all"
        rows.append({**dict.fromkeys(rows[0], ""), "nation": words, "break-even transfer": money(left)})
    return rows


def _even_row(one: BreakEven, saved: Mapping[str, Gain]) -> Row:
    gain = saved.get(one.nation)
    interval = "" if gain is None or gain.low is None or gain.high is None else f" ({gain.low:.3g} to {gain.high:.3g})"
    return {
        "nation": one.nation,
        "extra cost of joining": money(one.extra_cost),
        "asset value kept": "no study" if one.gain is None else f"{one.gain:.3g}{interval}",
        "break-even transfer": "not told" if one.transfer is None else money(one.transfer),
        "pays by itself if a unit of value is worth": "not told" if one.worth is None else money(one.worth),
    }


def _reaches(scenario: Scenario, on: date | None, phase: str) -> tuple[Reach, ...]:
    if not scenario.units:
        return ()
    lands = outlines(scenario)
    return reaches(scenario, arrangement(scenario, on, lands), phase, probes(scenario, lands))


def _reach_rows(scenario: Scenario, ledger: Ledger, on: date | None, phase: str) -> list[Row]:
    rows: list[Row] = []
    for reach in _reaches(scenario, on, phase):
        partners = sorted(reach.lent)
        rows.append(
            {
                "nation": reach.nation,
                "what": reach.sort,
                "own": str(reach.own),
                "together": str(reach.joint),
                "expected": f"{reach.expected(ledger.reliability):.1f}" if ledger.reliability else str(reach.joint),
                "left when a partner leaves": ", ".join(
                    f"{reach.left(name)} without {name} (-{100.0 * reach.dependence(name):.0f} %)" for name in partners
                ),
                "by": "; ".join(", ".join(reach.clauses[name]) for name in partners),
            }
        )
    return rows


def _pair_rows(scenario: Scenario, on: date | None, phase: str) -> list[Row]:
    if not scenario.units:
        return []
    arr = arrangement(scenario, on)
    pairs = [(one, other, falls_away(arr, one, other, phase)) for one, other in combinations(defenders(scenario), 2)]
    return [{"pair": f"{one} and {other}", "clauses": ", ".join(ids)} for one, other, ids in pairs if ids]


def _reach_facts(scenario: Scenario, reach: Reach, ledger: Ledger) -> dict[str, Any]:
    return {
        "nation": reach.nation,
        "what": reach.sort,
        "own": reach.own,
        "together": reach.joint,
        "expected": reach.expected(ledger.reliability),
        "partners": {
            name: {
                "lent": count,
                "left": reach.left(name),
                "dependence": reach.dependence(name),
                "clauses": list(reach.clauses[name]),
            }
            for name, count in sorted(reach.lent.items())
        },
    }


def _holding_rows(ledger: Ledger, on: date | None) -> list[Row]:
    if on is None:
        return []
    found = holdings(ledger, on)
    rows = [
        {"category": k.category, "whose": k.account.owner, "in": k.account.place, "count": str(count)}
        for k, count in found.items()
    ]
    return rows + [
        {"category": name, "whose": "all", "in": "anywhere", "count": str(count)}
        for name, count in sorted(totals(ledger, on).items())
    ]


def _movement_rows(ledger: Ledger, on: date | None) -> list[Row]:
    return [
        {
            "day": str(step.day),
            "category": step.key.category,
            "account": str(step.key.account),
            "arrived": str(step.arrived),
            "left": str(step.left),
            "then there": str(step.count),
            "for": "; ".join(step.purposes),
        }
        for step in journal(ledger)
        if on is None or step.day <= on
    ]


def _step_facts(step: Any) -> dict[str, Any]:
    return {
        "day": str(step.day),
        "category": step.key.category,
        "owner": step.key.account.owner,
        "place": step.key.account.place,
        "arrived": step.arrived,
        "left": step.left,
        "count": step.count,
        "for": list(step.purposes),
    }


def _plain(record: Any) -> dict[str, Any]:
    return {name: getattr(record, name) for name in record.__dataclass_fields__}


def _cell(cell: Cell) -> dict[str, Any]:
    return {"phase": cell.phase, "identity": cell.identity, "civil": cell.civil, "over": cell.over or None}


def _said(saying: Saying) -> dict[str, Any]:
    return {"answer": saying.answer.name.lower(), "takes_s": saying.takes_s, "why": saying.why}


def _identities(group: list[Cell]) -> str:
    """Identities of a group of cells; civil or military is said where only one of them is in it."""
    kinds: dict[str, set[bool]] = {}
    for cell in group:
        kinds.setdefault(cell.identity, set()).add(cell.civil)
    words = {frozenset((False, True)): "", frozenset((True,)): " civil", frozenset((False,)): " military"}
    return ", ".join(name + words[frozenset(civil)] for name, civil in kinds.items())


__all__ = [
    "conflict_rows",
    "law_rows",
    "ledger_facts",
    "ledger_tables",
    "limit_facts",
    "limit_rows",
    "money",
    "read_gains",
    "roe_facts",
]
