"""One replication of one arm: what it is, how it is keyed, and how it is run, here or in another process."""

import hashlib
import json
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from jointsky.engine.run import simulate
from jointsky.errors import StudyError
from jointsky.scenario.load import Scenario
from jointsky.scenario.sources import Bundle
from jointsky.study.summary import number

CODE = (".py", ".yaml", ".csv", ".npz")
"""Endings of the files that a result can depend on."""


@dataclass(frozen=True, slots=True)
class Task:
    """A replication of an arm. Everything that decides its result is here, so that any process that can read the bundle
    gives the same row.
    """

    study: str
    arm: str
    replication: int
    seed: int
    until_s: float | None
    bundle_sha256: str
    bundle_json: str
    code: str

    @property
    def key(self) -> str:
        """The name results are kept under."""
        return f"{self.arm}.{self.replication:05d}"

    @property
    def fingerprint(self) -> str:
        """The hash of all that decides the result: a kept result with another fingerprint belongs to another study."""
        decides = {name: value for name, value in asdict(self).items() if name != "bundle_json"}
        return hashlib.sha256(json.dumps(decides, sort_keys=True).encode()).hexdigest()


def bundle_text(scenario: Scenario) -> str:
    """A scenario's bundle as text that any process can read back."""
    return json.dumps(asdict(scenario.bundle), sort_keys=True, default=str)


@lru_cache(maxsize=16)
def _scenario(bundle_json: str) -> Scenario:
    from jointsky.scenario.load import reload

    return reload(Bundle(**json.loads(bundle_json)))


@lru_cache(maxsize=1)
def code_key() -> str:
    """A hash of every file of this package: results of other code are not results of this study."""
    package = Path(__file__).resolve().parent.parent
    digest = hashlib.blake2b(digest_size=16)
    for file in sorted(package.rglob("*")):
        if file.is_file() and file.suffix in CODE:
            digest.update(file.relative_to(package).as_posix().encode() + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest()


def replicate(task: Task) -> dict[str, Any]:
    """Run a task; its row: arm, replication, seed, digest, time, and every measure (None: did not happen). Raises
    StudyError on a worker whose jointsky is another than that of the study, ScenarioErrors and RunError as `simulate`
    does."""
    if task.code != code_key():
        raise StudyError("a worker runs another version of jointsky than this study: install the same on all")
    outcome = simulate(_scenario(task.bundle_json), task.seed, until_s=task.until_s)
    row: dict[str, Any] = {
        "arm": task.arm,
        "replication": task.replication,
        "seed": task.seed,
        "digest": outcome.digest,
        "wall_s": outcome.wall_s,
        "cpu_s": outcome.cpu_s,
    }
    return row | {name: number(value) for name, value in sorted(outcome.measures.items())}
