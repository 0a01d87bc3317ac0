"""Same seed, same digest: whatever the hash seed, the process, the Python, the order and number of workers; and any
agreement runs."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import treaties
import yaml
from reference_case import REFERENCE, SCENARIOS, copied, reference, shuffled

from jointsky.engine.run import simulate
from jointsky.scenario.load import load

ROOT = Path(__file__).resolve().parents[3]
UNTIL_S = 420.0
SCRIPT = f"""
from jointsky.engine.run import simulate
from jointsky.scenario.load import load
print(simulate(load({str(REFERENCE)!r}, agreement="joint-2009"), 11, until_s={UNTIL_S}).digest)
"""


@pytest.fixture(scope="module")
def digest() -> str:
    return simulate(reference("joint-2009"), 11, until_s=UNTIL_S).digest


def elsewhere(python: str, **environment: str) -> str:
    """The digest of the same run in another process."""
    env = (
        {k: v for k, v in os.environ.items() if k != "PYTHONHASHSEED"} | {"PYTHONPATH": str(ROOT / "src")} | environment
    )
    done = subprocess.run([python, "-c", SCRIPT], env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_again_in_this_process(digest: str) -> None:
    assert simulate(reference("joint-2009"), 11, until_s=UNTIL_S).digest == digest
    assert simulate(reference("joint-2009"), 12, until_s=UNTIL_S).digest != digest
    assert simulate(reference("none"), 11, until_s=UNTIL_S).digest != digest


@pytest.mark.parametrize("hash_seed", ["1", "4711"])
def test_with_another_hash_seed(digest: str, hash_seed: str) -> None:
    assert elsewhere(sys.executable, PYTHONHASHSEED=hash_seed) == digest


def test_on_the_other_python(digest: str) -> None:
    """3.11 against 3.12: the environment that `make test-312` makes, or the one named by JOINTSKY_OTHER_PYTHON."""
    other = os.environ.get("JOINTSKY_OTHER_PYTHON", str(ROOT / ".venv-312/bin/python"))
    if shutil.which(other) is None:
        pytest.skip("no environment of another Python: `make test-312` makes one where python3.12 exists")
    assert elsewhere(other) == digest


def test_the_order_of_the_files_changes_nothing(digest: str, tmp_path: Path) -> None:
    luck = np.random.default_rng(1)
    path = copied(tmp_path, lambda name, tree: shuffled(tree, luck))
    assert simulate(load(path, agreement="joint-2009"), 11, until_s=UNTIL_S).digest == digest


def renamed(value: Any, names: dict[str, str]) -> Any:
    """The same data with nations called otherwise, in keys and in texts."""
    if isinstance(value, dict):
        return {renamed(k, names): renamed(v, names) for k, v in value.items()}
    if isinstance(value, list):
        return [renamed(item, names) for item in value]
    if isinstance(value, str):
        for old, new in names.items():
            parts = [new if part == old else part for part in value.split(".")]
            value = ".".join(parts)
            value = " ".join(new if word == old else word for word in value.split(" "))
    return value


@pytest.mark.parametrize("names", [{"west": "alba", "east": "brig", "third": "corv"}])
def test_nations_may_have_any_name(names: dict[str, str], tmp_path: Path) -> None:
    """Nothing in the code knows the names: the renamed case runs, and each of its runs is its own."""
    path = copied(tmp_path, lambda name, tree: renamed(tree, names))
    for agreement in ("none", "tracks-1995", "joint-2009"):
        scenario = load(path, agreement=agreement)
        assert scenario.ready_errors() == [] and not {"west", "east"} & set(scenario.nations)
        found = simulate(scenario, 11, until_s=UNTIL_S)
        assert found.measures["raiders"] == 100.0
        assert {"alba.cp.completeness", "brig.cp.completeness"} <= found.measures.keys()


@pytest.mark.parametrize("number", range(10))
def test_random_agreements_run_and_repeat(number: int, tmp_path: Path) -> None:
    """Clauses by chance over the reference forces: no error, and the same digest again."""
    luck = np.random.default_rng(1000 + number)
    text = treaties.random_text(luck, ("west", "east"), 3 + number % 8)
    agreement = {
        "include": "world.yaml",
        "links": text["links"],
        "posts": {"joint.cp": text["posts"]["joint.cp"]},
        "agreements": text["agreements"],
    }
    shutil.copytree(SCENARIOS, tmp_path / "s")
    path = tmp_path / "s/agreements/chance.yaml"
    west_has_none = ("west.aew.1", "west.radar.2")
    path.write_text(yaml.safe_dump(agreement, sort_keys=False).replace(*west_has_none))
    scenario = load(tmp_path / "s" / REFERENCE.name, agreement=str(path))
    assert len(scenario.agreements[0].clauses) == 3 + number % 8
    runs = [simulate(scenario, number, until_s=100.0) for _ in range(2)]
    assert runs[0].digest == runs[1].digest
    assert runs[0].measures["friends_lost"] == 0.0
