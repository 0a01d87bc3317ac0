"""The verb that exports a recorded run for maps, globes and other programs."""

from pathlib import Path
from typing import Annotated

import typer

from jointsky.cli.show import bar, table
from jointsky.errors import FeedError


def register(app: typer.Typer) -> None:
    """Add the verb of this file."""
    app.command()(export)


def export(
    folder: Annotated[Path, typer.Argument(help="Folder of a recorded run.")],
    out: Annotated[Path, typer.Option(help="File to write (KML, CZML, GeoJSON), or folder (CSV, Parquet).")],
    kml: Annotated[bool, typer.Option("--kml", help="Posts' tracks for Google Earth and the like.")] = False,
    czml: Annotated[bool, typer.Option("--czml", help="Posts' tracks for Cesium, moving.")] = False,
    geojson: Annotated[bool, typer.Option("--geojson", help="Posts' tracks as lines for maps.")] = False,
    csv: Annotated[bool, typer.Option("--csv", help="Everything recorded, a table a file.")] = False,
    parquet: Annotated[bool, typer.Option("--parquet", help="The same as Parquet.")] = False,
    post: Annotated[str | None, typer.Option(help="Only the tracks of this post.")] = None,
) -> None:
    """Write a recorded run for other programs: its tracks for a map or a globe, or all its tables.

    Tables hold truth as well (`truth`, `plot_truth`); tracks are what posts saw.

    Example: `jointsky export out/run --kml --out run.kml`, `jointsky export out/run --parquet --out tables`
    """
    from jointsky.live.exporting import MAPS, export_map, export_tables

    forms = {"kml": kml, "czml": czml, "geojson": geojson, "csv": csv, "parquet": parquet}
    asked = [name for name, wanted in forms.items() if wanted]
    if len(asked) != 1:
        raise FeedError(f"export: found {len(asked)} formats, expected one of {', '.join('--' + n for n in forms)}")
    if post is not None and asked[0] not in MAPS:
        raise FeedError("--post chooses the tracks of a map; tables hold everything")
    with bar(f"export {folder}"):
        if asked[0] in MAPS:
            print(f"written: {export_map(folder, asked[0], out, post)} tracks to {out}")
            return
        counts = export_tables(folder, asked[0], out)
    table(str(out), [{"table": name, "rows": rows} for name, rows in counts.items()])
