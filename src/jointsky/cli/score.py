"""The verb that scores a picture against truth."""

import json
from pathlib import Path
from typing import Annotated

import typer

from jointsky.cli.show import table


def register(app: typer.Typer) -> None:
    """Add the verb of this file."""
    app.command()(score)


def score(
    truth: Annotated[Path, typer.Argument(help="truth.csv: t_s, truth_id, place and velocity at the scoring times.")],
    tracks: Annotated[Path, typer.Argument(help="tracks.csv as `jointsky track` writes it, at the same times.")],
    cutoff: Annotated[float, typer.Option(min=1e-9, help="Cut-off c of GOSPA and OSPA in metres.")] = 2000.0,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object instead of a table.")] = False,
) -> None:
    """Score tracks against truth: GOSPA with its parts, OSPA, the SIAP set, errors, NEES, continuity and delay.

    Example: `jointsky score truth.csv tracks.csv --json`
    """
    from jointsky.live.score_tables import score_tables

    found = score_tables(truth, tracks, cutoff)
    if as_json:
        print(json.dumps({name: None if value != value else value for name, value in found.items()}))
        return
    table(f"{tracks.name} against {truth.name}", [{"what": k, "value": f"{v:.6g}"} for k, v in found.items()])
