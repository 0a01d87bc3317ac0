"""The folder of a run: `log`, `summary.json` and what is derived from them. A run that is not finished never looks as
if it were.

While a run goes on its log is `log.partial`; when it has ended the log is sealed and takes its name, and `summary.json`
comes last.
"""

import json
import math
import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from jointsky.errors import LogError
from jointsky.record.atomic import sync_folder, write_whole
from jointsky.record.reading import KILLED, LOG, PARTIAL

SUMMARY = "summary.json"
_LOGS = (KILLED, LOG, PARTIAL)
_PAGE = "report.html"


@dataclass(frozen=True, slots=True)
class Summary:
    """What a run ended in, as `summary.json` holds it. `log_chain` is the chain of the log's seal: kept elsewhere, it
    tells whether the log was changed since. A measure that did not happen is null there and NaN here."""

    digest: str
    seed: int
    scenario_sha256: str
    agreement: str
    until_s: float
    version: str
    wall_s: float
    cpu_s: float
    measures: Mapping[str, float]
    log_chain: str = ""

    def to_json(self) -> dict[str, Any]:
        """The content of `summary.json`."""
        content = {name: getattr(self, name) for name in self.__slots__}
        return content | {"measures": {k: v if math.isfinite(v) else None for k, v in self.measures.items()}}


@dataclass(frozen=True, slots=True)
class RunFolder:
    """A folder claimed for one run."""

    path: str

    @property
    def log(self) -> str:
        """Where the log is written while the run goes on."""
        return os.path.join(self.path, PARTIAL)

    def discard(self) -> None:
        """Give up a run of which nothing was recorded. Raises OSError."""
        _remove(self.path, (PARTIAL,))

    def finish(self, summary: Summary) -> None:
        """Take over the sealed log, then write the summary. Raises LogError when the disk refuses."""
        try:
            os.replace(self.log, os.path.join(self.path, LOG))
            sync_folder(self.path)
            _remove(self.path, (KILLED,))
        except OSError as error:
            raise LogError(f"{self.log}: cannot take its place as the finished log: {error.strerror}") from error
        text = json.dumps(summary.to_json(), indent=2, ensure_ascii=False, allow_nan=False) + "\n"
        write_whole(os.path.join(self.path, SUMMARY), lambda file: file.write(text.encode()))


def claim(path: str | os.PathLike[str], *, force: bool = False) -> RunFolder:
    """A folder for a new run, made where needed. What an earlier run left there is removed with `force` only: the
    summary first, so that a kill in between leaves nothing that looks whole. Raises LogError when a run is there, or
    the folder cannot be made."""
    folder = os.fspath(path)
    try:
        os.makedirs(folder, exist_ok=True)
        if force:
            _remove(folder, (SUMMARY, _PAGE, *_LOGS))
    except OSError as error:
        raise LogError(f"{folder}: cannot use this folder: {(error.strerror or str(error)).lower()}") from error
    if os.path.exists(os.path.join(folder, SUMMARY)):
        raise LogError(f"{folder}: a finished run is here; choose another folder, or --force to replace it")
    if any(os.path.exists(os.path.join(folder, name)) for name in _LOGS):
        raise LogError(
            f"{folder}: a run that did not end is here (or one is still going on); `jointsky replay {folder} --resume` "
            "runs it to its end, --force replaces it"
        )
    return RunFolder(folder)


def reclaim(path: str | os.PathLike[str]) -> RunFolder:
    """The folder of a killed run, for running it again: its log is set aside and stays until the new one is finished,
    because it alone holds what people ordered. Raises LogError when no unfinished run is here."""
    folder = os.fspath(path)
    if os.path.exists(os.path.join(folder, SUMMARY)):
        raise LogError(f"{folder}: this run is finished; there is nothing to resume")
    left = [name for name in _LOGS if os.path.exists(os.path.join(folder, name))]
    if not left:
        raise LogError(f"{folder}: there is no unfinished run here")
    try:
        os.replace(os.path.join(folder, left[0]), os.path.join(folder, KILLED))
        _remove(folder, (LOG, PARTIAL))
        sync_folder(folder)
    except OSError as error:
        raise LogError(f"{folder}: cannot set the log of the killed run aside: {error.strerror}") from error
    return RunFolder(folder)


def read_summary(path: str | os.PathLike[str]) -> Summary:
    """The summary of a finished run. Raises LogError when there is none or it is not one."""
    name = os.path.join(os.fspath(path), SUMMARY)
    try:
        with open(name, encoding="utf-8") as file:
            content = json.load(file)
        measures = {key: math.nan if value is None else float(value) for key, value in content["measures"].items()}
        return Summary(**(content | {"measures": measures}))
    except FileNotFoundError as error:
        raise LogError(f"{name}: there is no such file; is the run finished?") from error
    except OSError as error:
        raise LogError(f"{name}: cannot read this file: {(error.strerror or str(error)).lower()}") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise LogError(f"{name}: this is not the summary of a run: {error}") from error


def _remove(folder: str, names: tuple[str, ...]) -> None:
    for name in names:
        path = os.path.join(folder, name)
        if os.path.exists(path):
            os.unlink(path)
