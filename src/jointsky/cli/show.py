"""How verbs show tables and progress: on a terminal with colour and bars, in a pipe plain."""

from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.table import Table


def table(title: str, rows: Sequence[Mapping[str, object]]) -> None:
    """Print rows of equal keys as a table."""
    shown = Table(title=title)
    for column in rows[0] if rows else ():
        shown.add_column(column, overflow="fold")
    for row in rows:
        shown.add_row(*(str(value) for value in row.values()))
    Console().print(shown)


@contextmanager
def bar(what: str) -> Generator[Callable[[float, float], None]]:
    """A progress bar on standard error, where that is a terminal; the function it gives takes (done, in all)."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.percentage:3.0f} %"))
    with Progress(
        *columns,
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    ) as shown:
        task = shown.add_task(what, total=1.0)

        def advance(done: float, whole: float) -> None:
            shown.update(task, completed=done, total=max(whole, 1e-9))

        yield advance
