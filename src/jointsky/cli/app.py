"""The table of verbs and the one place where errors become messages and exit codes."""

import sys

import typer

from jointsky.cli import describe, exercises, runs, studies, tracking
from jointsky.errors import JointskyError

BAD_INPUT = 2
INTERRUPTED = 130

app = typer.Typer(
    name="jointsky",
    help="An open joint air-defence system, in simulation. Weapons are only ever simulated.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
)
for room in (describe, exercises, runs, studies, tracking):
    room.register(app)


def main() -> None:
    """Run the command line. Exit code 2 on bad input, 130 when interrupted; messages go to standard error, one
    unwrapped line each.
    """
    try:
        app(standalone_mode=True)
    except JointskyError as error:
        print(error, file=sys.stderr)
        raise SystemExit(BAD_INPUT) from None
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        raise SystemExit(INTERRUPTED) from None
    except BrokenPipeError:
        sys.stderr.close()
        raise SystemExit(0) from None
