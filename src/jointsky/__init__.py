"""jointsky: an open joint air-defence system, in simulation.

The few public names of the library are offered here, each imported when it is first asked for: so `import jointsky` is
quick, and the command line starts without compiled code. Code inside the package imports the room it needs instead.
"""

from importlib import import_module
from typing import Any

__version__ = "0.1.0"

_HOMES = {
    "Post": "jointsky.post",
    "Scenario": "jointsky.scenario.load",
    "load": "jointsky.scenario.load",
    "run": "jointsky.engine.face",
    "study": "jointsky.study",
}
"""Where each public name lives."""


def __getattr__(name: str) -> Any:
    """Import a public name from its room. Raises AttributeError for a name that is none."""
    if name not in _HOMES:
        raise AttributeError(f"module 'jointsky' has no attribute '{name}'; it offers {', '.join(_HOMES)}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    """The public names, for those who explore."""
    return [*_HOMES, "__version__"]
