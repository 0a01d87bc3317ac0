"""The verb that opens the console on an exercise, and how every verb shows something in it."""

import logging
import os
import sys
import webbrowser
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from jointsky.console.server import Listener
    from jointsky.live.showing import Showing

PORT = 8765


def register(app: typer.Typer) -> None:
    """Add the verb of this file."""
    app.command()(exercise)


def exercise(
    scenario: Annotated[Path, typer.Argument(help="A scenario file.")],
    agreement: Annotated[
        str | None, typer.Option(help="The arrangement: a name beside the scenario, or a file.")
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="The seed of the machine's luck.")] = 1,
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port on this machine; 0 takes a free one.")] = PORT,
    host: Annotated[str, typer.Option(help="Address to listen on: this machine's own.")] = "127.0.0.1",
    rate: Annotated[float, typer.Option(min=1, max=60, help="Scenario seconds a second.")] = 1.0,
    out: Annotated[Path | None, typer.Option(help="Folder to record in (a new one under out/ when left out).")] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace a run that is in the folder.")] = False,
    paused: Annotated[bool, typer.Option("--paused", help="Begin standing still.")] = False,
    browser: Annotated[
        bool | None,
        typer.Option("--open/--no-open", help="Open control's seat in a browser (where there is a display)."),
    ] = None,
    dis: Annotated[
        str | None,
        typer.Option(metavar="HOST:PORT", help="Join other simulations by DIS; 127.255.255.255:3000 stays here."),
    ] = None,
    dis_listen: Annotated[int, typer.Option(min=0, max=65535, help="Port to hear others on, if another one.")] = 0,
    dis_interface: Annotated[str, typer.Option(help="Address of the interface that DIS uses.")] = "127.0.0.1",
    dis_exercise: Annotated[int, typer.Option(min=0, max=255, help="Number of the exercise in DIS.")] = 1,
    dis_id: Annotated[str, typer.Option(metavar="SITE:APPLICATION", help="What others call this one.")] = "1:1",
    dis_types: Annotated[Path | None, typer.Option(help="Table of entity types instead of the shipped one.")] = None,
    dis_entities: Annotated[int, typer.Option(min=1, max=1000, help="How many of others fly at once.")] = 64,
) -> None:
    """Hold an exercise: the scenario in real time, a seat in the browser for each command post and for exercise
    control.

    Prints a link with a key for each seat. Ctrl-C ends it and seals the recording, which `jointsky replay` runs again.

    Example: `jointsky exercise scenarios/union-5-10.yaml --agreement joint-2009 --rate 10`
    Example, with other simulations on this machine: `jointsky exercise scenarios/union-5-10.yaml --dis
    127.255.255.255:3000`
    """
    from jointsky.cli.federations import Joining
    from jointsky.console.server import listen
    from jointsky.engine.check import judged
    from jointsky.live.session import exercise as begin

    joining = Joining.of(dis, dis_listen, dis_interface, dis_exercise, dis_id, dis_types, rate) if dis else None
    listener = listen(host, port)
    overrides = {"outside": dis_entities} if joining else None
    loaded = judged(scenario, agreement, to_run=True, overrides=overrides)
    types = joining.table(loaded) if joining else None
    folder = out or free_folder(Path("out"))
    session = begin(loaded, seed, rate=rate, out=folder, force=force)
    if joining is not None and types is not None:
        joining.join(session, loaded, types)
    if paused:
        session.pause()
    title = f"{loaded.title or scenario.stem} under {loaded.arrangement or 'its agreement'}, seed {seed}"
    show(session, listener, f"exercise: {title}", folder, browser)
    if session.federation is not None:
        print(f"DIS: {session.federation.words()}")
    if (folder / "summary.json").exists():
        print(f"recorded in {folder}: `jointsky replay {folder}` runs it again, `jointsky report {folder}` reports")


def show_replay(folder: Path, port: int, rate: float, browser: bool | None) -> None:
    """Show a recorded run in the console, from its own log. Raises LogError for a log that cannot be read."""
    from jointsky.console.server import listen
    from jointsky.live.session import replayed

    listener = listen("127.0.0.1", port)
    show(replayed(folder, rate=rate), listener, f"replay of {folder}", folder, browser)


def show(session: "Showing", listener: "Listener", title: str, folder: Path | None, browser: bool | None) -> None:
    """Serve a session until Ctrl-C, with the links of its seats printed; `folder` is where its recording is."""
    from jointsky.console.server import client_folder, serve

    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(message)s", stream=sys.stderr)
    if not (client_folder() / "index.html").is_file():
        print("the console's client is not built: `make setup` builds it", file=sys.stderr)
    report = None if folder is None else _reporter(folder)
    serve(session, listener, report=report, ready=_announcer(title, browser))


def free_folder(root: Path) -> Path:
    """The first of out/exercise, out/exercise-2, ... that is not there yet."""
    name, number = root / "exercise", 1
    while name.exists():
        number += 1
        name = root / f"exercise-{number}"
    return name


def _announcer(title: str, browser: bool | None) -> Callable[[dict[str, str]], None]:
    def announce(links: dict[str, str]) -> None:
        print(f"{title}\nWEAPONS SIMULATED. One link a seat; whoever has it sits there:")
        width = max(len(name) for name in links)
        for name, link in links.items():
            print(f"  {name:<{width}}  {link}")
        print("Ctrl-C ends it.", flush=True)
        if browser if browser is not None else has_display():
            webbrowser.open(next(iter(links.values())))

    return announce


def has_display() -> bool:
    """Whether a browser window could appear."""
    return sys.platform in ("darwin", "win32") or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _reporter(folder: Path) -> Callable[[], Path]:
    def make() -> Path:
        from jointsky.report.run_page import write_run_page

        return Path(write_run_page(folder))

    return make
