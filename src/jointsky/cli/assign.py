"""The verb assign: which shots at which targets."""

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from jointsky.errors import ScenarioError

DEFAULT_S = 0.1


def register(app: typer.Typer) -> None:
    """Add the verb of this file."""
    app.command()(assign)


def assign(
    problem: Annotated[Path, typer.Argument(help="A problem file (JSON): values, p, shots, allowed, pools.")],
    time: Annotated[
        float | None, typer.Option("--time", help=f"Seconds of work, about ({DEFAULT_S} when left out).")
    ] = None,
    prove: Annotated[bool, typer.Option("--prove", help="Go on until no plan can be better by a millionth.")] = False,
) -> None:
    """Deal shots to targets so that the least value is expected to survive; print the plan, its value and a bound that
    no plan goes below, as JSON.

    Example: `jointsky assign problem.json --prove`
    """
    from jointsky.command.assignment.reading import read_problem
    from jointsky.command.assignment.solve import make_ready, solve

    if prove and time is not None:
        raise ScenarioError("--prove", 0, 0, "", "found --time too, expected one of both")
    if time is not None and not 0.0 < time < float("inf"):
        raise ScenarioError("--time", 0, 0, "", f"found {time}, expected seconds, more than 0")
    salvo = read_problem(problem)
    make_ready()
    answer = solve(salvo, None if prove else time or DEFAULT_S, _tell)
    if answer.note:
        _tell(answer.note)
    facts = {
        "assignment": answer.assignment.tolist(),
        "value": answer.value,
        "bound": answer.bound,
        "gap": answer.gap,
        "seconds": answer.seconds,
        "proved": answer.proved,
    }
    print(json.dumps(facts | ({"note": answer.note} if answer.note else {})))


def _tell(text: str) -> None:
    print(f"assign: {text}", file=sys.stderr)
