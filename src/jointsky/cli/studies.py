"""The verb study."""

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from jointsky.cli.show import bar, table

NEXT = (
    "jointsky run scenarios/union-5-10.yaml --agreement joint-2009 --out out/one",
    "jointsky study studies/headline.yaml --replications 30 --workers 2 --out out/more",
    "jointsky types gap_filler_uhf_2d",
)
"""Commands to try after a study."""


def register(app: typer.Typer) -> None:
    """Add the verb of this file."""
    app.command()(study)


def study(
    file: Annotated[Path, typer.Argument(help="A study file.")],
    replications: Annotated[
        int | None, typer.Option(min=1, help="Replications of each arm, instead of the file's.")
    ] = None,
    workers: Annotated[int, typer.Option(min=1, help="Worker processes on this machine.")] = 1,
    cluster: Annotated[str | None, typer.Option(help="Address of a Dask scheduler to run on instead.")] = None,
    out: Annotated[Path, typer.Option(help="Folder for results; a stopped study goes on where it stopped.")] = Path(
        "out"
    ),
) -> None:
    """Run a study: arms x replications with common random numbers; paired differences with 95 % intervals.

    Writes `results.parquet`, `summary.json` and `study.html` into the folder.

    Example: `jointsky study studies/headline.yaml --workers 2 --out out`
    """
    from jointsky.report.study_page import write_study_page
    from jointsky.study.design import read_design
    from jointsky.study.run import headline_rows, run_study

    design = read_design(file)
    if replications is not None:
        design = design.model_copy(update={"replications": replications})
    try:
        with bar(f"{design.study}: {len(design.arms)} arms x {design.replications}") as advance:
            result = run_study(design, file.parent, out, workers=workers, cluster=cluster, progress=advance)
    except KeyboardInterrupt:
        print(f"stopped; finished replications are kept in {out}: the same command goes on from there", file=sys.stderr)
        raise
    page = write_study_page(result, out)
    _show(result.summary, headline_rows(result.summary, list(design.arms), design.headline), design.question)
    print(f"report: {page}")
    print("try next:")
    for command in NEXT:
        print(f"  {command}")
    if result.resumed:
        print(f"{result.resumed} replications were kept from an earlier run")


def _show(summary: dict[str, Any], rows: list[dict[str, str]], question: str) -> None:
    from jointsky.study.run import step_rows

    table(question or summary["study"], rows)
    if "staircase" in summary:
        table("what each step adds to the one before it", step_rows(summary))
    print(
        f"n = {summary['replications']} paired replications an arm, seed {summary['seed']}, {summary['wall_s']:.0f} s"
    )
