"""Compile every kernel now, so that no later command waits for it."""

from importlib import import_module
from pkgutil import iter_modules

from jointsky.clock import stopwatch


def warm() -> list[tuple[str, float]]:
    """Compile and cache the kernels of each module in turn; return names and seconds.

    A module's time includes what it imports first: the first carries numba's own start, and common kernels count once.
    Seconds are small where the cache already holds them.
    """
    package = __name__.rpartition(".")[0]
    return [_imported(module.name) for module in iter_modules(import_module(package).__path__, package + ".")]


def _imported(module: str) -> tuple[str, float]:
    watch = stopwatch()
    for kernel in vars(import_module(module)).values():
        settle = getattr(kernel, "settle", None)
        if settle is not None:
            settle()
    return module, watch.read().wall_s
