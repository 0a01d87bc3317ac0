"""The table of verbs and the one place where errors become messages and exit codes."""

import sys

import typer
from typer.exceptions import TyperException

from jointsky.cli import (
    agreement,
    assign,
    audit,
    cards,
    coverage,
    decode,
    describe,
    doctor,
    emit,
    exercises,
    export,
    ledgers,
    plan,
    runs,
    score,
    studies,
    tracking,
    warmup,
)
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
for room in (
    agreement,
    assign,
    audit,
    cards,
    coverage,
    decode,
    describe,
    doctor,
    emit,
    exercises,
    export,
    ledgers,
    plan,
    runs,
    score,
    studies,
    tracking,
    warmup,
):
    room.register(app)


def main() -> None:
    """Run the command line. Exit code 2 on bad input, 130 when interrupted; messages go to standard error, one
    unwrapped line each.
    """
    try:
        code: object = app(standalone_mode=False, prog_name="jointsky")
    except TyperException as error:
        raise SystemExit(_told(_usage(error), BAD_INPUT)) from None
    except JointskyError as error:
        raise SystemExit(_told(str(error), BAD_INPUT)) from None
    except OSError as error:
        raise SystemExit(_told(f"{error.filename or 'jointsky'}: {error.strerror or error}", BAD_INPUT)) from None
    except (KeyboardInterrupt, typer.Abort):
        raise SystemExit(_told("interrupted", INTERRUPTED)) from None
    raise SystemExit(code if isinstance(code, int) else 0)


def _usage(error: TyperException) -> str:
    """What is wrong with the words on the command line, and who can help; nothing when help was already shown."""
    context = getattr(error, "ctx", None)
    verb: str = "jointsky" if context is None else context.command_path
    found = " ".join(error.format_message().split())
    return f"{verb}: {found} (see {verb} --help)" if found else ""


def _told(message: str, code: int) -> int:
    if message:
        print(message, file=sys.stderr)
    return code
