"""Who runs the tasks: this process, worker processes of this machine, or a cluster."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from typing import Any

from jointsky.study.task import Task, replicate

Row = dict[str, Any]
ALLOWED_FAILURES = 50
"""How many workers may die under one task before it counts as failed: a killed worker is no fault of the task."""


def run_here(tasks: Sequence[Task]) -> Iterator[tuple[Task, Row]]:
    """Run tasks one after another in this process."""
    for task in tasks:
        yield task, replicate(task)


def run_spread(tasks: Sequence[Task], workers: int, cluster: str | None) -> Iterator[tuple[Task, Row]]:
    """Run tasks on `workers` processes of this machine, or on the cluster at an address; results come as they finish. A task that a dying worker
    left is run again elsewhere; results are keyed, so none counts twice."""
    import dask
    from dask.distributed import Client, LocalCluster, as_completed

    settings = {"distributed.scheduler.allowed-failures": ALLOWED_FAILURES, "distributed.admin.tick.limit": "60s"}
    with dask.config.set(settings), ExitStack() as stack:
        if cluster is None:
            made = LocalCluster(
                n_workers=workers, threads_per_worker=1, processes=True, dashboard_address=None, host="127.0.0.1"
            )
            client = stack.enter_context(Client(stack.enter_context(made)))
        else:
            client = stack.enter_context(Client(cluster))
        waiting = {client.submit(replicate, task, key=f"{task.fingerprint}", pure=True): task for task in tasks}
        for future in as_completed(list(waiting)):
            yield waiting[future], future.result()
