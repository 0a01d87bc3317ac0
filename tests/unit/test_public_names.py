"""The root offers a few names, late, and refuses others by saying what it offers."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import jointsky

NAMES = [name for name in dir(jointsky) if not name.startswith("_")]


@pytest.mark.parametrize("name", NAMES)
def test_each_name_leads_to_something_callable(name: str) -> None:
    assert callable(getattr(jointsky, name))


def test_an_unknown_name_is_refused_with_those_on_offer() -> None:
    with pytest.raises(AttributeError, match=r"no attribute 'simulate'; it offers .*load"):
        jointsky.simulate


def test_importing_the_root_imports_no_room() -> None:
    code = "import sys, jointsky; sys.exit(any(name.startswith('jointsky.') for name in sys.modules))"
    folder = str(Path(jointsky.__file__).parent.parent)
    assert subprocess.run([sys.executable, "-c", code], env={"PYTHONPATH": folder}, check=False).returncode == 0


def test_the_version_is_the_one_of_the_package() -> None:
    project = Path(jointsky.__file__).parents[2] / "pyproject.toml"
    assert tomllib.loads(project.read_text())["project"]["version"] == jointsky.__version__
