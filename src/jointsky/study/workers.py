"""Who runs the tasks: this process, worker processes of this machine, or a cluster."""

import logging
import signal
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from typing import Any, cast

from jointsky.errors import StudyError
from jointsky.study.task import Task, replicate

Row = dict[str, Any]
ALLOWED_FAILURES = 50
"""How many workers may die under one task before it counts as failed: a killed worker is no fault of the task."""
LOCAL: dict[str, Any] = {
    "threads_per_worker": 1,
    "processes": True,
    "dashboard_address": None,
    "host": "127.0.0.1",
    "silence_logs": logging.CRITICAL,
}
"""One process a worker, reachable from this machine alone; what goes wrong is told by errors, not by logs."""


def _leave_interrupts_to_the_study() -> None:
    """A Ctrl-C reaches every process of the terminal; the study alone decides what it means."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _leave_quietly() -> None:
    """Workers that are stopped in the middle complain in the logs; the error that stops the study says what counts."""
    for name in list(logging.root.manager.loggerDict):
        if name.split(".")[0] in ("distributed", "tornado", "asyncio"):
            logging.getLogger(name).setLevel(logging.CRITICAL + 1)


def run_here(tasks: Sequence[Task]) -> Iterator[tuple[Task, Row]]:
    """Run tasks one after another in this process."""
    for task in tasks:
        yield task, replicate(task)


def run_spread(tasks: Sequence[Task], workers: int, cluster: str | None) -> Iterator[tuple[Task, Row]]:
    """Run tasks on `workers` processes of this machine, or on the cluster at an address; results come as they finish. A
    task that a dying worker left is run again elsewhere; results are keyed, so none counts twice. Raises StudyError
    when the cluster cannot be reached or its workers keep dying.
    """
    import dask.config
    from dask.distributed import Client, KilledWorker, LocalCluster, as_completed

    settings = {"distributed.scheduler.allowed-failures": ALLOWED_FAILURES, "distributed.admin.tick.limit": "60s"}
    with dask.config.set(settings), ExitStack() as stack:
        try:
            where = cluster or cast(Any, stack.enter_context(LocalCluster(n_workers=workers, **LOCAL)))
            client = stack.enter_context(Client(where))
            client.run(_leave_interrupts_to_the_study)
        except (OSError, ValueError) as error:
            raise StudyError(f"{cluster or 'workers'}: no cluster there: {' '.join(str(error).split())}") from error
        waiting = {client.submit(replicate, task, key=task.fingerprint, pure=True): task for task in tasks}
        futures: Any = as_completed(list(waiting))
        try:
            for future in futures:
                yield waiting[future], future.result()
        except KilledWorker as error:
            raise StudyError(f"workers died again and again under one replication: {error}") from error
        except BaseException:
            _leave_quietly()
            raise
