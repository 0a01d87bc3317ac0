"""The verb audit."""

from pathlib import Path
from typing import Annotated

import typer

from jointsky.cli.show import bar, table


def register(app: typer.Typer) -> None:
    """Add the verb of this file."""
    app.command()(audit)


def audit(
    folder: Annotated[Path, typer.Argument(help="Folder of a recorded run, or its log.")],
) -> None:
    """Check that every order and engagement in a run's log is covered by the agreement in that log.

    The agreement is compiled again from the log's own texts and each order decided again. Prints what was done and
    refused under each clause, then one line for each thing that is not covered; exit code 1 when there is any.

    Example: `jointsky audit out/run`
    """
    from jointsky.report.audit import audit as check

    with bar(f"audit of {folder}"):
        found = check(folder)
    table(f"{found.engagements} engagements, {found.orders} orders, {found.refused} refusals", found.rows())
    if found.mistaken:
        print(f"note: {found.mistaken} launches at civil aircraft that their post took for something else")
    for violation in found.violations:
        print(violation)
    print(f"{len(found.violations)} violations" if found.violations else "every engagement is covered")
    if found.violations:
        raise typer.Exit(1)
