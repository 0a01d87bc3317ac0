"""Verbs that track: watch (radar data, recorded or live) and track (tables)."""

from math import isfinite
from pathlib import Path
from typing import Annotated

import typer

from jointsky.cli.exercises import PORT, show
from jointsky.cli.show import bar, table
from jointsky.errors import FeedError


def register(app: typer.Typer) -> None:
    """Add the verbs of this file."""
    app.command()(watch)
    app.command()(track)


def watch(
    source: Annotated[
        str,
        typer.Argument(help="A sources file (.yaml) of many feeds, a capture, or udp://ADDRESS:PORT to listen on."),
    ],
    sensors: Annotated[Path | None, typer.Option(help="Sensor file: the columns of sensors.csv and sac, sic.")] = None,
    origin: Annotated[
        str | None, typer.Option(help="Where to place sources without a site: 'lat,lon' in degrees.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="Write summary.json, plots.csv and tracks.csv there; no console.")
    ] = None,
    seconds: Annotated[
        float | None, typer.Option(min=0, help="With a sources file and --out: end after so many seconds.")
    ] = None,
    sender: Annotated[
        str | None, typer.Option("--from", help="The one sender of live data: ADDRESS, or ADDRESS:PORT.")
    ] = None,
    interface: Annotated[str, typer.Option(help="Address of this machine on which a multicast group is joined.")] = (
        "127.0.0.1"
    ),
    rate: Annotated[float, typer.Option(min=1, max=60, help="Seconds of a capture a second in the console.")] = 1.0,
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port of the console; 0 takes a free one.")] = PORT,
    browser: Annotated[bool | None, typer.Option("--open/--no-open", help="Open the console in a browser.")] = None,
) -> None:
    """Drive a command post with radar data and show what it sees: in the console, or with --out as tables.

    A capture is paced by its own clock; live data (ASTERIX in UDP) are taken from one sender, on this machine's own
    address or a multicast group.

    A sources file names many feeds: files, captures, ASTERIX over UDP, Mode S receivers over TCP (see the recipe).

    Example: `jointsky watch sources.yaml`, `jointsky watch udp://239.1.1.1:8600 --from 192.0.2.7`
    """
    if source.lower().endswith((".yaml", ".yml")):
        if sender is not None or sensors is not None or origin is not None:
            raise FeedError(f"{source}: --from, --sensors and --origin are said in the sources file")
        _watch_sources(Path(source), out, seconds, rate, port, browser)
    elif source.startswith("udp://"):
        _watch_live(source, sender, interface, sensors, origin, out, rate, port, browser)
    elif sender is not None:
        raise FeedError("--from names the sender of live data (udp://ADDRESS:PORT); a capture has none")
    elif out is None:
        _watch_capture(Path(source), sensors, origin, rate, port, browser)
    else:
        _track_capture(Path(source), sensors, origin, out)


def _watch_sources(
    file: Path, out: Path | None, seconds: float | None, rate: float, port: int, browser: bool | None
) -> None:
    from jointsky.console.server import listen
    from jointsky.live.feeds import open_feeds
    from jointsky.live.watching import watching

    if out is not None:
        from jointsky.live.watch_feeds import follow

        found = follow(open_feeds(file), out, seconds)
        table(f"{file}: {found.tracks} tracks in {found.seconds:.0f} s", found.rows())
        print(f"written: {out / 'summary.json'}, {out / 'tracks.csv'}, {out / 'notices.log'}")
        return
    listener = listen("127.0.0.1", port)
    feeds = open_feeds(file)
    try:
        kind = "RECORDED" if isfinite(feeds.end_s) else "LIVE"
        show(watching(feeds, rate=rate), listener, f"{kind} DATA: {feeds.title}", None, browser)
    finally:
        feeds.close()


def _track_capture(capture: Path, sensors: Path | None, origin: str | None, out: Path) -> None:
    from jointsky.live.watch import watch_capture

    with bar(f"watch {capture.name}") as advance:
        found = watch_capture(capture, sensors, out, origin=origin, progress=advance)
    table(str(capture), found.rows())
    for warning in found.warnings:
        print(f"warning: {warning}")
    print(f"written: {out / 'summary.json'}, {out / 'tracks.csv'}")


def _watch_capture(
    capture: Path, sensors: Path | None, origin: str | None, rate: float, port: int, browser: bool | None
) -> None:
    from jointsky.console.server import listen
    from jointsky.live.feed import read_recording
    from jointsky.live.watching import watching

    listener = listen("127.0.0.1", port)
    with bar(f"read {capture.name}"):
        recording = read_recording(capture, sensors, origin)
    for warning in recording.warnings:
        print(f"warning: {warning}")
    shown = watching(recording, rate=rate)
    length = f"{recording.seconds:.0f} s" if recording.seconds >= 1.0 else f"{recording.seconds:.1f} s"
    words = f"{len(recording.plots)} plots of {len(recording.table.names)} sensors in {length}"
    show(shown, listener, f"RECORDED DATA: {capture.name}, {words}", None, browser)
    print(f"shown: {shown.t_s:.0f} s, {len(shown.tracks)} tracks")


def _watch_live(
    place: str,
    sender: str | None,
    interface: str,
    sensors: Path | None,
    origin: str | None,
    out: Path | None,
    rate: float,
    port: int,
    browser: bool | None,
) -> None:
    from jointsky.console.server import listen
    from jointsky.feeds.sources.datagrams import DatagramSource, endpoint
    from jointsky.live.reception import receive
    from jointsky.live.watching import watching

    if sender is None:
        raise FeedError(f"{place}: live data need --from with the one sender whose data are taken")
    if out is not None:
        raise FeedError("--out writes the tables of a capture; live data are shown in the console")
    if rate != 1.0:
        raise FeedError("--rate paces a capture; live data come at their own pace")
    here, there = endpoint(place, place), endpoint(sender, "--from", any_port=True)
    local = endpoint(interface, "--interface", any_port=True)
    listener = listen("127.0.0.1", port)
    source = DatagramSource(here, there, interface=local.host)
    try:
        shown = watching(received := receive(source, sensors, origin))
        show(shown, listener, f"LIVE DATA: listening on {received.title}", None, browser)
    finally:
        source.close()
    records = ", ".join(f"CAT{name} {count}" for name, count in sorted(received.counters.records.items())) or "none"
    print(f"records: {records}; plots {received.plots}, tracks {len(shown.tracks)}, dropped {source.dropped} datagrams")


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
    register: Annotated[
        bool, typer.Option("--register/--as-given", help="Estimate the biases of the sensors and take them out.")
    ] = True,
) -> None:
    """Track plots from tables: one row per confirmed track at each asked time, made only from plots that had arrived by
    then.

    Example: `jointsky track --sensors sensors.csv --plots plots.csv --times 4:236:4 --out tracks.csv`
    """
    from jointsky.live.track_tables import track_tables

    with bar("track") as advance:
        found = track_tables(sensors, plots, times, out, model=model, progress=advance, register=register)
    table(str(out), [{"what": name, "number": value} for name, value in found.items()])
    if found.biases:
        table("bias of each sensor, with one sigma", found.biases)
    for some in found.refused:
        print(f"warning: {some['sensor']}: {some['plots']} plots refused ({some['why']})")
    for jump in found.jumps:
        print(f"warning: {jump['sensor']} turned by {jump['turned_deg']} degrees at {jump['t_s']} s")
