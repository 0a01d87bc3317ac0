"""Verbs about what agreements cost and forbid: ledger, limits, roe."""

import json
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from jointsky.cli.show import table
from jointsky.errors import ScenarioError, suggest

VIOLATION = 1
"""The exit code when a rule is broken."""

File = Annotated[Path, typer.Argument(help="A scenario or agreement file.", exists=False)]
Under = Annotated[str | None, typer.Option(help="Read it under this arrangement: a name or a file.")]
At = Annotated[
    str | None, typer.Option(help="The day, such as 1996-11-27 (the scenario's start, else the ledger's last day).")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of tables.")]


def register(app: typer.Typer) -> None:
    """Add the verbs of this file."""
    app.command()(ledger)
    app.command()(limits)
    app.command()(roe)


def ledger(
    file: File,
    at: At = None,
    agreement: Under = None,
    study: Annotated[Path | None, typer.Option(help="Folder of a study that says what each nation gains.")] = None,
    apart: Annotated[str | None, typer.Option(help="The study's arm without the agreement (its first).")] = None,
    together: Annotated[str | None, typer.Option(help="The study's arm with it (the file's arrangement).")] = None,
    phase: Annotated[str | None, typer.Option(help="The phase that counts (the scenario's, else the last).")] = None,
    as_json: AsJson = False,
) -> None:
    """Print the ledger of a file: the bill of each nation beside what it gets, break-even transfers, dependence on each
    partner, and what was held where on a day.

    Example: `jointsky ledger scenarios/ledgers/withdrawal-1996.yaml --at 1995-12-08`
    """
    from jointsky.planning.ledgers import ledger_of
    from jointsky.planning.places import day_of
    from jointsky.planning.statements import ledger_facts, ledger_tables, read_gains
    from jointsky.scenario.load import load

    on = None if at is None else _day(at)
    scenario = load(file, agreement=agreement)
    ledger_of(scenario)
    on = on or day_of(scenario)
    chosen = phase or scenario.phase or scenario.phases[-1]
    if chosen not in scenario.phases:
        raise _fault("--phase", f"unknown phase {chosen!r}; {suggest(chosen, scenario.phases)}".rstrip("; "))
    saved = {} if study is None else read_gains(study, scenario, apart, together)
    if as_json:
        print(json.dumps(ledger_facts(scenario, on, saved, chosen), indent=2))
        return
    for title, rows in ledger_tables(scenario, on, saved, chosen):
        table(title, rows)


def limits(file: File, at: At = None, agreement: Under = None, as_json: AsJson = False) -> None:
    """Count what each nation holds against the treaty rules in force on a day. A broken rule is named by its id, by how
    much, with the units that count; the exit code is then 1.

    Example: `jointsky limits scenarios/ledgers/range-rule.yaml --at 2007-11-20`
    """
    from jointsky.planning.limits import limits as judge
    from jointsky.planning.places import day_of
    from jointsky.planning.statements import limit_facts, limit_rows
    from jointsky.scenario.load import load

    on = None if at is None else _day(at)
    scenario = load(file, agreement=agreement)
    on = on or day_of(scenario)
    found = judge(scenario, on)
    if as_json:
        print(json.dumps(limit_facts(found), indent=2))
    else:
        table(f"Treaty rules{f' on {on}' if on else ''}", limit_rows(found))
        for one in found:
            if one.broken or one.unplaced:
                print(one.words())
        if not found:
            print("no rule is in force")
    if any(one.broken for one in found):
        raise typer.Exit(VIOLATION)


def roe(
    file: File,
    agreement: Under = None,
    at: At = None,
    every: Annotated[bool, typer.Option("--all", help="Print every nation's whole table of laws too.")] = False,
    as_json: AsJson = False,
) -> None:
    """Compare the rules of engagement of nations whose units act together: every case in which their laws differ, by
    which clause they meet there, and which law is the stricter.

    Example: `jointsky roe scenarios/ledgers/laws-differ.yaml`
    """
    from jointsky.planning.places import arrangement, day_of, outlines
    from jointsky.planning.roe import conflicts
    from jointsky.planning.roe import table as law_table
    from jointsky.planning.statements import conflict_rows, law_rows, roe_facts
    from jointsky.scenario.load import load

    on = None if at is None else _day(at)
    scenario = load(file, agreement=agreement)
    lands = outlines(scenario)
    laws = law_table(scenario)
    found = conflicts(scenario, arrangement(scenario, on or day_of(scenario), lands), lands)
    if as_json:
        print(json.dumps(roe_facts(laws, found), indent=2))
        return
    if every and laws:
        table("What the laws let each nation's units do", law_rows(laws))
    if found:
        table("Laws that differ where units act together", conflict_rows(found))
    print(f"{len(found)} conflicting cells among {len(laws)} nations with rules of engagement")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise _fault("--at", f"found {text!r}, expected a day such as 1995-02-10") from None


def _fault(option: str, message: str) -> ScenarioError:
    return ScenarioError(option, 0, 0, "", message)
