"""Verbs about agreements: explain, diff, at, orbat."""

import json
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from jointsky.report.agreement_facts import Facts

agreement = typer.Typer(
    help="What an agreement says: in sentences, against another, on a day, and who commands whom.",
    no_args_is_help=True,
    rich_markup_mode="markdown",
)
File = Annotated[Path, typer.Argument(help="An agreement or scenario file.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def register(app: typer.Typer) -> None:
    """Add the verbs of this file."""
    agreement.command()(explain)
    agreement.command()(diff)
    agreement.command()(at)
    agreement.command()(orbat)
    app.add_typer(agreement, name="agreement")


def explain(
    file: File,
    at: Annotated[str | None, typer.Option("--at", help="As it stands on this day: 2026-06-01.")] = None,
    nation: Annotated[str | None, typer.Option(help="Of one party only.")] = None,
    phase: Annotated[str | None, typer.Option(help="In one phase only.")] = None,
) -> None:
    """Say in plain sentences what each party may see, order and use.

    Example: `jointsky agreement explain scenarios/agreements/treaties/benelux-2015.yaml`
    """
    from jointsky.report.agreement_facts import read_facts
    from jointsky.report.agreement_text import explain as explained
    from jointsky.report.agreement_text import text_of

    facts = read_facts(file, None if at is None else _day(at, "--at"))
    _known("--nation", "nation", nation, facts.parties)
    _known("--phase", "phase", phase, facts.phases)
    print(text_of(explained(facts, nation, phase)))


def diff(
    old: Annotated[Path, typer.Argument(help="The agreement before.")],
    new: Annotated[Path, typer.Argument(help="The agreement after.")],
    as_json: AsJson = False,
) -> None:
    """Say clause by clause what differs between two agreements, and what that changes for each party.

    Example: `jointsky agreement diff scenarios/agreements/tracks-1995.yaml scenarios/agreements/joint-2009.yaml`
    """
    from jointsky.report.agreement_diff import compare, diff_text
    from jointsky.report.agreement_facts import read_facts

    found = compare(read_facts(old), read_facts(new))
    print(json.dumps(found.table(), indent=2) if as_json else diff_text(found))


def at(
    file: File,
    day: Annotated[str, typer.Argument(help="The day, such as 2026-06-01.")],
    as_json: AsJson = False,
) -> None:
    """Say what is in force on a day, what not yet, what no more, and why; and list all days of the file.

    Example: `jointsky agreement at scenarios/agreements/treaties/cis-1995.yaml 2015-01-01`
    """
    from jointsky.report.agreement_days import day_text, standings, timeline
    from jointsky.report.agreement_facts import read_facts

    on = _day(day, "DAY")
    facts = read_facts(file, on)
    if as_json:
        events = [{"day": str(event.on), "what": event.text} for event in timeline(facts)]
        rows = [item.row() for item in standings(facts, on)]
        print(json.dumps({"day": str(on), "standing": rows, "days": events}, indent=2))
    else:
        print(day_text(facts, on))


def orbat(
    file: File,
    phase: Annotated[str | None, typer.Option(help="In one phase only.")] = None,
    as_json: AsJson = False,
) -> None:
    """List each unit with its owner, who else may order it, and its commander in each phase.

    Example: `jointsky agreement orbat scenarios/agreements/joint-2009.yaml --phase war`
    """
    from jointsky.cli.show import table
    from jointsky.report.agreement_facts import read_facts
    from jointsky.report.agreement_orbat import order_of_battle

    facts: Facts = read_facts(file)
    _known("--phase", "phase", phase, facts.phases)
    lines = order_of_battle(facts, phase)
    if as_json:
        print(json.dumps([asdict(line) for line in lines], indent=2))
    else:
        table("Order of battle", [line.row() for line in lines])


def _day(text: str, where: str) -> date:
    from jointsky.errors import ScenarioError

    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ScenarioError(where, 0, 0, "", f"found {text!r}, expected a day such as 2026-06-01") from None


def _known(where: str, what: str, found: str | None, known: tuple[str, ...]) -> None:
    from jointsky.errors import ScenarioError, suggest

    if found is not None and found not in known:
        message = f"found unknown {what} {found!r}; {suggest(found, known)}".rstrip("; ")
        raise ScenarioError(where, 0, 0, "", message)
