"""Verbs that track: watch (live or recorded feeds) and track (tables)."""

from pathlib import Path
from typing import Annotated

import typer

from jointsky.cli.show import bar, table


def register(app: typer.Typer) -> None:
    """Add the verbs of this file."""
    app.command()(watch)
    app.command()(track)


def watch(
    capture: Annotated[Path, typer.Argument(help="A capture (pcap) of ASTERIX data.")],
    sensors: Annotated[Path | None, typer.Option(help="Sensor file: the columns of sensors.csv and sac, sic.")] = None,
    origin: Annotated[
        str | None, typer.Option(help="Where to place sources without a site: 'lat,lon' in degrees.")
    ] = None,
    out: Annotated[Path, typer.Option(help="Folder for summary.json, plots.csv and tracks.csv.")] = Path("out/watch"),
) -> None:
    """Drive a command post with recorded radar data and write what it sees.

    Example: `jointsky watch capture.pcap --sensors sensors.csv --out out/watch`
    """
    from jointsky.live.watch import watch_capture

    with bar(f"watch {capture.name}") as advance:
        found = watch_capture(capture, sensors, out, origin=origin, progress=advance)
    table(str(capture), found.rows())
    for warning in found.warnings:
        print(f"warning: {warning}")
    print(f"written: {out / 'summary.json'}, {out / 'tracks.csv'}")


def track(
    sensors: Annotated[Path, typer.Option(help="sensors.csv: site, accuracy and detection of each sensor.")],
    plots: Annotated[Path, typer.Option(help="plots.csv, in order of arrival.")],
    out: Annotated[Path, typer.Option(help="tracks.csv to write.")],
    times: Annotated[
        str | None, typer.Option(help="When to report: 'first:last:step' in seconds, or a file with a column t_s.")
    ] = None,
    model: Annotated[
        Path | None, typer.Option(help="Model file (q, pd, ps, clutter, birth) for textbook problems.")
    ] = None,
) -> None:
    """Track plots from tables: one row per confirmed track at each asked time, made only from plots that had arrived by
    then.

    Example: `jointsky track --sensors sensors.csv --plots plots.csv --times 4:236:4 --out tracks.csv`
    """
    from jointsky.live.track_tables import track_tables

    with bar("track") as advance:
        found = track_tables(sensors, plots, times, out, model=model, progress=advance)
    table(str(out), [{"what": name, "number": value} for name, value in found.items()])
