"""The verb that sends a recorded run in the formats of other systems."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from jointsky.cli.show import bar
from jointsky.errors import FeedError

if TYPE_CHECKING:
    from jointsky.feeds.sources.senders import Sender


def register(app: typer.Typer) -> None:
    """Add the verb of this file."""
    app.command()(emit)


def emit(
    folder: Annotated[Path, typer.Argument(help="Folder of a recorded run.")],
    to: Annotated[str, typer.Option(help="FILE.pcap, udp://HOST:PORT, or for a stream tcp:// or tls://HOST:PORT.")],
    asterix: Annotated[bool, typer.Option("--asterix", help="Radars' 034 and 048, posts' 062, 065 and 004.")] = False,
    cot: Annotated[bool, typer.Option("--cot", help="Posts' tracks as Cursor on Target events.")] = False,
    rate: Annotated[float, typer.Option(min=0.1, max=1000, help="Seconds of the run a second, sent live.")] = 1.0,
    spread: Annotated[bool, typer.Option("--spread", help="A port of its own for each sender, from PORT up.")] = False,
    only: Annotated[str, typer.Option(help="Only senders whose name has this in it, such as 'east.' or '.cp'.")] = "",
    sites: Annotated[Path | None, typer.Option(help="Write the sensor file that a receiver needs there.")] = None,
    local: Annotated[int, typer.Option(min=0, max=65535, help="UDP: the port to send from; 0 takes any.")] = 0,
    interface: Annotated[str, typer.Option(help="UDP: address of this machine by which a group is reached.")] = (
        "127.0.0.1"
    ),
    authority: Annotated[Path | None, typer.Option(help="TLS: who vouches for the server (PEM).")] = None,
    own: Annotated[Path | None, typer.Option(help="TLS: our certificate and its key (PEM).")] = None,
) -> None:
    """Send what the sensors and posts of a recorded run would have sent: as a capture, or live at the run's pace.

    A capture has the run's own times; what is sent live is stamped as if the run began now.

    Example: `jointsky emit out/run --asterix --to run.pcap`, `jointsky emit out/run --cot --to udp://239.2.3.1:6969`
    """
    from jointsky.live.emitting.encoders import ENCODERS
    from jointsky.live.emitting.sending import capture, play, write_sites
    from jointsky.live.emitting.told import told

    asked = [name for name, wanted in {"asterix": asterix, "cot": cot}.items() if wanted]
    if len(asked) != 1:
        raise FeedError(f"emit: found {len(asked)} formats, expected one of {', '.join('--' + n for n in ENCODERS)}")
    encoder = ENCODERS[asked[0]]
    file = Path(to) if "://" not in to else None
    if file is not None and file.suffix.lower() != ".pcap":
        raise FeedError(f"--to: found {to!r}, expected a name in .pcap, or udp://, tcp:// or tls:// with HOST:PORT")
    sender = None if file is not None else _sender(to, interface, local, authority, own)
    with bar(f"read {folder}"):
        run = told(folder)
        if not any(only in name for name in run.senders):
            raise FeedError(f"--only: found {only!r}, which is in no name; senders are {', '.join(run.senders)}")
    if sites is not None:
        write_sites(sites, run)
    emissions = [one for one in encoder.emissions(run) if only in run.senders[one.sender]]
    with bar(f"emit {folder}"):
        if sender is None:
            count = capture(Path(to), run, emissions, encoder.port, spread)
        else:
            try:
                count = play(run, emissions, sender, rate, spread)
            finally:
                sender.close()
    begins = datetime.fromtimestamp(run.start_utc_s, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    done = "written" if sender is None else "sent"
    print(f"{done}: {count} datagrams of {run.end_s:g} s from {begins} on, {encoder.what}, to {to}")


def _sender(to: str, interface: str, local: int, authority: Path | None, own: Path | None) -> "Sender":
    from jointsky.feeds.sources.senders import UDP, DatagramSender, StreamSender, target

    there = target(to)
    if there.scheme == UDP:
        return DatagramSender(there, interface=interface, local=local)
    return StreamSender(there, authority=authority, own=own)
