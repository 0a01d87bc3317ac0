"""The cache of compiled kernels follows their content, respects the user, and keeps no stale code."""

import os
import stat
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from jointsky.kernels import cache

CALLER = """
    from jointsky.kernels.callee import inner
    from jointsky.kernels.compiled import kernel

    @kernel("int64(int64)")
    def outer(x: int) -> int:
        return inner(x)
"""


def callee(number: int) -> str:
    return f"""
    from jointsky.kernels.compiled import kernel

    @kernel("int64(int64)")
    def inner(x: int) -> int:
        return x + {number}
    """


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(textwrap.dedent(text))


def settled(home: Path, **environment: str) -> str:
    """Return the cache folder that a fresh process settles on."""
    program = (
        "import os, sys, jointsky.kernels; assert 'numba' not in sys.modules; print(os.environ['NUMBA_CACHE_DIR'])"
    )
    return run(program, home, **environment)


def run(program: str, home: Path, source: Path | None = None, **environment: str) -> str:
    base = {"PATH": os.environ["PATH"], "HOME": str(home), "PYTHONPATH": str(source or Path(cache.__file__).parents[2])}
    base["PYTHONDONTWRITEBYTECODE"] = "1"  # a file edited twice within a second would be run as it was
    return subprocess.run(
        [sys.executable, "-c", program], env=base | environment, capture_output=True, text=True, check=True
    ).stdout.strip()


def test_an_edited_callee_is_never_hidden_by_its_caller(tmp_path: Path) -> None:
    source = tmp_path / "src"
    kernels = source / "jointsky" / "kernels"
    write(source / "jointsky" / "__init__.py", "")  # so that an installed package of the name does not stand in front
    for name in ("__init__.py", "cache.py", "compiled.py"):
        write(kernels / name, (Path(cache.__file__).parent / name).read_text())
    write(kernels / "caller.py", CALLER)
    answers: list[str] = []
    environment: dict[str, str] = {}
    for number in (1, 2):
        write(kernels / "callee.py", callee(number))
        program = (
            "import os; from jointsky.kernels.caller import outer; print(outer(10), os.environ['NUMBA_CACHE_DIR'])"
        )
        answer, folder = run(program, tmp_path, source, **environment).split()
        environment = {"NUMBA_CACHE_DIR": folder}  # as a child process would inherit it
        answers.append(answer)
    assert answers == ["11", "12"]


def test_the_folder_stands_where_caches_stand(tmp_path: Path) -> None:
    key = cache.PREFIX + cache.content_key()
    assert settled(tmp_path) == str(tmp_path / ".cache" / "jointsky" / key)
    assert settled(tmp_path, XDG_CACHE_HOME=str(tmp_path / "x")) == str(tmp_path / "x" / "jointsky" / key)


def test_the_users_choice_is_respected(tmp_path: Path) -> None:
    assert settled(tmp_path, NUMBA_CACHE_DIR=str(tmp_path / "mine")) == str(tmp_path / "mine")


def test_where_nothing_can_be_written_a_private_temporary_folder_serves(tmp_path: Path) -> None:
    (tmp_path / ".cache").write_text("a file where a folder should be")
    (tmp_path / "tmp").mkdir()
    folder = Path(settled(tmp_path, TMPDIR=str(tmp_path / "tmp")))
    assert folder.is_relative_to(tmp_path / "tmp")
    assert stat.S_IMODE(folder.parent.stat().st_mode) == 0o700


def test_a_temporary_folder_open_to_others_is_not_trusted(tmp_path: Path) -> None:
    (tmp_path / ".cache").write_text("a file where a folder should be")
    planted = tmp_path / "tmp" / f"jointsky-{os.getuid()}"
    planted.mkdir(parents=True)
    planted.chmod(0o777)
    folder = Path(settled(tmp_path, TMPDIR=str(tmp_path / "tmp")))
    assert folder.is_relative_to(tmp_path / "tmp")
    assert folder.parent != planted


def test_old_folders_are_pruned(tmp_path: Path) -> None:
    store = tmp_path / ".cache" / "jointsky"
    for age in range(cache.KEPT_FOLDERS + 5):
        old = store / f"{cache.PREFIX}{age:016x}"
        old.mkdir(parents=True)
        os.utime(old, (1_000_000 - age, 1_000_000 - age))
    (store / "other").mkdir()
    current = Path(settled(tmp_path))
    left = {folder.name for folder in store.iterdir()}
    newest = {f"{cache.PREFIX}{age:016x}" for age in range(cache.KEPT_FOLDERS)}
    assert left == newest | {current.name, "other"}


@pytest.mark.parametrize("module", ["draws", "elementary", "frames", "areas"])
def test_kernels_run_without_a_compiler_too(module: str, tmp_path: Path) -> None:
    """Interpreted, the same source gives the same bits: what numba compiles is what is written."""
    triangle = "np.array([[.9, .4, .62, 1.], [.9, .5, .62, 1.], [1., .45, .54, 1.]]), np.array([0, 3])"
    calls = {
        "draws": "m.normal4(7, 2, 2**64 - 1, 4, 5) + (m.poisson_small(3.0, 0.9),)",
        "elementary": "m.sincos(1e5) + (m.exp(-3.3), m.log(7.7), m.atan2(-1.0, -2.0), m.pow10(-0.3), m.asin(0.2))",
        "frames": "m.ecef2geodetic(3.4e6, 1.8e6, 5.1e6) + m.aer2enu(1.0, 0.1, 3e5)",
        "areas": f"m.border_distance(0.91, 0.44, {triangle})",
    }
    program = (
        f"import numpy as np; np.seterr(over='ignore'); from jointsky.kernels import {module} as m; "
        f"print([float(v).hex() for v in {calls[module]}])"
    )
    home = Path("~").expanduser()
    assert run(program, home, NUMBA_DISABLE_JIT="1") == run(program, home)
