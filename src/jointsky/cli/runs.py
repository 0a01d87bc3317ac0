"""Verbs about one run: run, replay, report."""

import re
from pathlib import Path
from typing import Annotated

import typer

from jointsky.cli.exercises import PORT, show_replay
from jointsky.cli.show import bar, table
from jointsky.errors import ScenarioError
from jointsky.units import parse_quantity

BARE = re.compile(r"\d+(\.\d*)?")
"""A number without a unit; it counts seconds."""


def register(app: typer.Typer) -> None:
    """Add the verbs of this file."""
    app.command()(run)
    app.command()(replay)
    app.command()(report)


def run(
    scenario: Annotated[Path, typer.Argument(help="A scenario file.")],
    agreement: Annotated[
        str | None, typer.Option(help="The arrangement: a name beside the scenario, or a file.")
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="The seed; the same seed gives the same run.")] = 1,
    until: Annotated[
        str | None, typer.Option(help="Stop there: '20 min', or seconds (the scenario's duration when left out).")
    ] = None,
    make_report: Annotated[bool, typer.Option("--report/--no-report", help="Write report.html.")] = True,
    out: Annotated[Path | None, typer.Option(help="Folder for log, summary.json and report.html.")] = None,
    plan: Annotated[bool, typer.Option("--plan", help="Print the plan of a tick and stop.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Replace a run that is in the folder.")] = False,
) -> None:
    """Run a scenario once.

    Example: `jointsky run scenarios/union-5-10.yaml --agreement joint-2009 --seed 7 --out out/run`
    """
    from jointsky.engine.check import judged
    from jointsky.live.recorded import run_recorded

    until_s = None if until is None else _seconds(until)
    loaded = judged(scenario, agreement, to_run=True)
    if plan:
        from jointsky.engine.plan import plan_rows

        table("The plan of a tick", plan_rows())
        return
    with bar(f"{loaded.scenario or scenario.stem} under {loaded.arrangement or 'its agreement'}") as advance:
        done = run_recorded(loaded, seed, until=until_s, out=out, force=force, progress=advance)
    table(f"{loaded.title or scenario.stem}: {done.agreement}, seed {seed}", done.rows())
    print(f"digest {done.outcome.digest}; {done.outcome.wall_s:.1f} s, {done.outcome.cpu_s:.1f} s CPU")
    if out is not None and make_report:
        from jointsky.report.run_page import write_run_page

        print(f"report: {write_run_page(out)}")


def _seconds(until: str) -> float:
    """A time of more than nothing: a number of seconds, or a number and its unit."""
    try:
        found = float(until) if BARE.fullmatch(until.strip()) else parse_quantity(until, "s")
    except ValueError as error:
        raise ScenarioError("--until", 0, 0, "", str(error)) from error
    if not found > 0.0:
        raise ScenarioError("--until", 0, 0, "", f"found {until!r}, expected a time of more than 0 s")
    return found


def replay(
    folder: Annotated[Path, typer.Argument(help="Folder of a recorded run.")],
    resume: Annotated[bool, typer.Option("--resume", help="Take up a run that was killed, and finish it.")] = False,
    console: Annotated[bool, typer.Option("--console", help="Watch it in the console instead.")] = False,
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port of the console; 0 takes a free one.")] = PORT,
    rate: Annotated[float, typer.Option(min=1, max=60, help="Scenario seconds a second in the console.")] = 1.0,
    browser: Annotated[bool | None, typer.Option("--open/--no-open", help="Open control's seat in a browser.")] = None,
) -> None:
    """Run a recorded run again from its own log and compare, second by second, to the same digest.

    Example: `jointsky replay out/run`
    """
    if console:
        show_replay(folder, port, rate, browser)
        return
    if resume:
        from jointsky.live.recorded import resume as take_up

        with bar(f"rest of {folder}") as advance:
            done = take_up(folder, progress=advance)
        table(f"{folder}: {done.agreement}", done.rows())
        return
    from jointsky.live.replay import replay as run_again

    with bar(f"replay of {folder}") as advance:
        found = run_again(folder, progress=advance)
    print(found.words())
    if not found.equal:
        raise typer.Exit(1)


def report(
    folder: Annotated[Path, typer.Argument(help="Folder of a recorded run, or of a study.")],
) -> None:
    """Write the report of a recorded run or a study again from what is in its folder.

    Example: `jointsky report out/run`
    """
    from jointsky.report.pages import write_page

    with bar(f"report of {folder}"):
        page = write_page(folder)
    print(f"report: {page}")
