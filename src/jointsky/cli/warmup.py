"""The verb that makes everything ready once: kernels compiled and cached, and modules as bytecode."""

import hashlib
import importlib.util
import os
import py_compile
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    """Add the verb of this file."""
    app.command()(warmup)


def warmup(
    again: Annotated[bool, typer.Option("--again", help="Go through it all even where nothing has changed.")] = False,
) -> None:
    """Compile and cache the kernels once, and print how long it took; later starts load them.

    Example: `jointsky warmup`
    """
    mark = _mark()
    if mark.exists() and not again:
        print("kernels are ready")
        return
    from jointsky.engine.warm import warm

    spent = warm()
    for kernel, seconds in spent:
        print(f"  {kernel:<40} {seconds:6.2f} s")
    _keep_bytecode()
    mark.touch()
    print(f"kernels ready in {sum(seconds for _, seconds in spent):.1f} s")


def _mark() -> Path:
    """The file that says that nothing is left to do, in the kernels' cache: its name holds all that compiled code hangs
    on, so that looking costs no import of a compiler.
    """
    import jointsky.kernels

    package = Path(jointsky.kernels.__file__).parent
    sources = ((file.name, file.stat().st_mtime_ns, file.stat().st_size) for file in sorted(package.glob("*.py")))
    told = (sys.version, version("numba"), version("llvmlite"), _processor(), str(package), *sources)
    return Path(os.environ["NUMBA_CACHE_DIR"]) / f"ready-{hashlib.sha256(repr(told).encode()).hexdigest()[:16]}"


def _processor() -> str:
    """What tells processors apart for compiled code, where the system says it."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return ""
    return "\n".join(dict.fromkeys(line for line in lines if line.startswith(("model name", "flags", "Features"))))


def _keep_bytecode() -> None:
    """Compile what a console imports to bytecode, where that is missing: the environment is installed without it, and
    a first start would wait for it, or every start where Python may not write any.
    """
    from jointsky.console import server
    from jointsky.live import session

    for module in [server, session, *sys.modules.values()]:
        source = getattr(module, "__file__", None)
        if source is None or not source.endswith(".py") or Path(importlib.util.cache_from_source(source)).exists():
            continue
        try:
            py_compile.compile(source, doraise=True, quiet=2)
        except (OSError, py_compile.PyCompileError):  # no room or no right to write: starts stay as slow as they were
            continue
