"""What a study compares: arms of one scenario, how often, and which measure is the headline."""

import re
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from jointsky.catalogue.quantities import Period, Share
from jointsky.errors import StudyError
from jointsky.rng import entity_key
from jointsky.scenario.parts import fault
from jointsky.study.ladders import Factorial, Staircase

SEED_LIMIT = 2**63
ARM_NAME = r"[A-Za-z0-9_.-]{1,100}"
"""Arms name files of results."""
ALL_PAIRS = 12
"""Up to so many arms every pair is compared; beyond, each arm with the first and with its neighbour."""


def _named(value: Any) -> Any:
    return {"agreement": value} if isinstance(value, str) else value


class Arm(BaseModel):
    """One arm: the scenario under `agreement` (a name beside the scenario, or a file).

    Of its clauses only those that `keep` names stay (all when left out), less those in `drop`; `level` puts clauses
    into practice in part. All three name clauses by id, by pattern (`D*`) or by the agreement they stand in. `terms`
    are written into the clause, or the agreement, of that very name, in place of its own.
    `scenario` is an own scenario file in place of the study's, `overlay` values laid over it by dotted path. `label`
    is what charts say.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    agreement: str
    keep: tuple[str, ...] | None = None
    drop: tuple[str, ...] = ()
    level: dict[str, Share] = Field(default_factory=dict[str, Share])
    terms: dict[str, dict[str, Any]] = Field(default_factory=dict[str, dict[str, Any]])
    scenario: str = ""
    overlay: dict[str, Any] = Field(default_factory=dict[str, Any])
    label: str = ""


class Design(BaseModel):
    """A study as written. `scenario` and agreement files are relative to the study's file; `band` is a claim drawn
    across the headline chart (gain relative to the first arm). `staircase` and `factorial` stand for arms: they are
    written out behind those of `arms` when the design is read.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    study: str = Field(pattern=r"^[A-Za-z0-9_.-]+$")
    question: str = ""
    scenario: str
    arms: dict[str, Annotated[Arm, BeforeValidator(_named)]] = Field(
        min_length=1, default_factory=dict[str, Arm], validate_default=True
    )
    staircase: Staircase | None = None
    factorial: Factorial | None = None
    replications: int = Field(ge=1, default=15)
    seed: int = Field(ge=0, lt=SEED_LIMIT, default=1)
    until: Period | None = None
    headline: str = "stopped_share"
    band: tuple[Share, Share] | None = None
    useful_margin: float = Field(default=0.0, ge=0.0)

    @model_validator(mode="before")
    @classmethod
    def _with_all_arms(cls, written: Any) -> Any:
        """Arms as written, then those of the staircase, then those of the factorial; what is faulty is left to the
        fields' own checks."""
        if not isinstance(written, Mapping):
            return written
        content: dict[str, Any] = dict(written)  # pyright: ignore[reportUnknownArgumentType]
        arms: Any = content.get("arms", {})
        for key, kind in (("staircase", Staircase), ("factorial", Factorial)):
            try:
                ladder = kind.model_validate(content[key]) if content.get(key) is not None else None
            except ValidationError:
                continue
            if ladder is not None and isinstance(arms, dict):
                arms = _joined(arms, ladder.arms(), key)  # pyright: ignore[reportUnknownArgumentType]
        return content | {"arms": arms} if arms else content

    @model_validator(mode="after")
    def _has_pairs(self) -> "Design":
        bad = [name for name in self.arms if not re.fullmatch(ARM_NAME, name)]
        if bad:
            raise fault(f"arms: one cannot be called {bad[0]!r}: expected up to 100 letters, digits, '_', '.' or '-'")
        twice = [name for name, times in Counter(f"{a}-{b}" for a, b in self.pairs).items() if times > 1]
        if twice:
            raise fault(f"arms: two pairs would both be called {twice[0]!r}: rename an arm")
        return self

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """The pairs of arms that are compared, both ways round."""
        names = list(self.arms)
        near = len(names) <= ALL_PAIRS
        return [
            (a, b)
            for i, a in enumerate(names)
            for j, b in enumerate(names)
            if i != j and (near or 0 in (i, j) or abs(i - j) == 1)
        ]

    def replication_seed(self, replication: int) -> int:
        """The seed of one replication, the same in every arm (common random numbers)."""
        return entity_key(f"{self.study}/{self.seed}/{replication}") % SEED_LIMIT


def _joined(arms: dict[str, Any], more: Mapping[str, Mapping[str, Any]], key: str) -> dict[str, Any]:
    """Arms and the arms that a staircase or factorial stands for."""
    clash = next((name for name in more if name in arms and not _is_same(arms[name], more[name])), None)
    if clash is not None:
        raise fault(f"{key}: it makes an arm {clash!r}, which stands under arms too: rename one")
    return {**arms, **{name: arm for name, arm in more.items() if name not in arms}}


def _is_same(written: Any, made: Mapping[str, Any]) -> bool:
    try:
        return Arm.model_validate(_named(written)) == Arm.model_validate(made)
    except ValidationError:
        return False


def read_design(path: Path) -> Design:
    """Read a study file. Raises StudyError with the file, what was found and what was expected."""
    try:
        return Design.model_validate(yaml.safe_load(path.read_text("utf-8")))
    except OSError as error:
        raise StudyError(f"{path}: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise StudyError(f"{path}: not a text file in UTF-8 (byte {error.start})") from error
    except yaml.YAMLError as error:
        raise StudyError(f"{path}: not YAML: {' '.join(str(error).split())}") from error
    except ValidationError as error:
        raise StudyError("\n".join(f"{path}: {fault}" for fault in faults_of(error))) from error
    except (
        ValueError,
        RecursionError,
    ) as error:  # YAML's own words that are no value: a date that is none, nesting without end
        raise StudyError(f"{path}: not YAML: {' '.join(str(error).split())}") from error


def faults_of(error: ValidationError) -> list[str]:
    """Each fault of a design: where and what, on one line."""
    return [
        f"{'.'.join(str(key) for key in item['loc']) or 'file'}: {' '.join(item['msg'].split())}"
        for item in error.errors(include_url=False)
    ]
