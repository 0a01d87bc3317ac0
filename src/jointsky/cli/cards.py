"""The verb of the virtual range: range."""

import json
from pathlib import Path
from typing import Annotated

import typer

from jointsky.cli.show import bar, table


def register(app: typer.Typer) -> None:
    """Add the verbs of this file."""
    app.command("range")(range_)


def range_(
    name: Annotated[str, typer.Argument(metavar="TYPE", help="A type of the catalogue (see jointsky types).")],
    target: Annotated[
        str | None, typer.Option(help="The aircraft type it is tried on (several when left out).")
    ] = None,
    runs: Annotated[int, typer.Option(min=20, max=100_000, help="Trials of each thing that luck decides.")] = 400,
    seed: Annotated[int, typer.Option(min=0, help="Seed of all luck.")] = 1,
    out: Annotated[Path | None, typer.Option(help="Folder for the card as JSON and its figure as SVG.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")] = False,
) -> None:
    """Try one type of the catalogue on the virtual range: its performance card, with intervals.

    Example: `jointsky range sam_medium --target fighter --out out/card`
    """
    from jointsky.catalogue import load
    from jointsky.planning.cards import Trial
    from jointsky.planning.proving import prove

    with bar(f"{name} on the range") as advance:
        card = prove(Trial(load(), target, runs, seed, advance), name)
    if as_json:
        print(json.dumps(card.facts(), indent=2))
    else:
        table(f"{card.name} ({card.kind}): seed {card.seed}, {card.runs} runs", [line.row() for line in card.lines])
        print(card.note)
    if out is not None:
        from jointsky.record.atomic import write_whole
        from jointsky.report.range_card import card_svg

        out.mkdir(parents=True, exist_ok=True)
        for ending, words in (("json", json.dumps(card.facts(), indent=2) + "\n"), ("svg", card_svg(card))):
            write_whole(out / f"{card.name}.{ending}", lambda file, text=words: file.write(text.encode()))
        print(f"card: {out / card.name}.json, {out / card.name}.svg")
