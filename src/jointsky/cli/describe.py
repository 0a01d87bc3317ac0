"""Verbs that read and describe: check, schema, types."""

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from jointsky.cli.show import table


def register(app: typer.Typer) -> None:
    """Add the verbs of this file."""
    app.command()(check)
    app.command()(schema)
    app.command()(types)


def check(
    file: Annotated[Path, typer.Argument(help="A scenario or agreement file.", exists=False)],
    agreement: Annotated[str | None, typer.Option(help="Check it under this arrangement: a name or a file.")] = None,
) -> None:
    """Check a scenario or an agreement file: all faults at once, one line each, `file:line:column: path: message`. What
    is allowed and hardly meant is told as `file:line:column: warning: path: message`.

    Example: `jointsky check scenarios/union-5-10.yaml`
    """
    from jointsky.engine.check import judged, summary, today_of
    from jointsky.planning.doubts import warnings

    scenario = judged(file, agreement)
    doubts = warnings(scenario)
    for doubt in doubts:
        print(doubt.as_warning(), file=sys.stderr)
    more = f"; {len(doubts)} warning{'s' if len(doubts) > 1 else ''}" if doubts else ""
    print(f"{file}: ok: {summary(scenario, today_of(scenario))}{more}")


def schema() -> None:
    """Print the JSON Schema of scenario files, for editors.

    Example: `jointsky schema > scenario.schema.json`
    """
    from jointsky.scenario.json_schema import json_schema

    print(json.dumps(json_schema(), indent=2, sort_keys=True))


def types(
    name: Annotated[str | None, typer.Argument(help="One type: every value with its source.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")] = False,
) -> None:
    """List the unit types of the catalogue, or one type with the source of every value.

    Example: `jointsky types gap_filler_uhf_2d`
    """
    from jointsky.catalogue import load
    from jointsky.errors import TableError, suggest
    from jointsky.scenario.json_schema import type_rows, value_rows

    catalogue = load()
    if name is not None and name not in catalogue:
        raise TableError("catalogue", 0, name, f"unknown type; {suggest(name, catalogue.types)}".rstrip("; "))
    rows = type_rows(catalogue) if name is None else value_rows(catalogue, name)
    if as_json:
        print(json.dumps(rows, indent=2))
    else:
        table("Unit types (all notional)" if name is None else name, rows)
