"""Compile every kernel now, so that no later command waits for it."""

from importlib import import_module
from pkgutil import iter_modules

from jointsky.clock import stopwatch


def warm() -> list[tuple[str, float]]:
    """Import each kernel module in turn, which compiles and caches its kernels; return names and seconds.

    A module's time includes what it imports first: the first carries numba's own start, and common kernels count once.
    Seconds are small where the cache already holds them.
    """
    package = __name__.rpartition(".")[0]
    return [_imported(module.name) for module in iter_modules(import_module(package).__path__, package + ".")]


def _imported(module: str) -> tuple[str, float]:
    watch = stopwatch()
    import_module(module)
    return module, watch.read().wall_s
