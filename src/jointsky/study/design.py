"""What a study compares: arms of one scenario, how often, and which measure is the headline."""

import re
from pathlib import Path
from typing import Annotated, Any

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from jointsky.catalogue.quantities import Period, Share
from jointsky.errors import StudyError
from jointsky.rng import entity_key
from jointsky.scenario.parts import fault

SEED_LIMIT = 2**63
ARM_NAME = r"[A-Za-z0-9_.-]{1,100}"
"""Arms name files of results."""


def _named(value: Any) -> Any:
    return {"agreement": value} if isinstance(value, str) else value


class Arm(BaseModel):
    """One arm: the scenario under `agreement` (a name beside the scenario, or a file), less the clauses in `drop`.
    `label` is what charts say.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    agreement: str
    drop: tuple[str, ...] = ()
    label: str = ""


class Design(BaseModel):
    """A study as written. `scenario` and agreement files are relative to the study's file; `band` is a claim drawn
    across the headline chart (gain relative to the first arm).
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    study: str = Field(pattern=r"^[A-Za-z0-9_.-]+$")
    question: str = ""
    scenario: str
    arms: dict[str, Annotated[Arm, BeforeValidator(_named)]] = Field(min_length=1)
    replications: int = Field(ge=1, default=15)
    seed: int = Field(ge=0, lt=SEED_LIMIT, default=1)
    until: Period | None = None
    headline: str = "stopped_share"
    band: tuple[Share, Share] | None = None
    useful_margin: float = Field(default=0.0, ge=0.0)

    @model_validator(mode="after")
    def _has_pairs(self) -> "Design":
        bad = [name for name in self.arms if not re.fullmatch(ARM_NAME, name)]
        if bad:
            raise fault(f"arms: one cannot be called {bad[0]!r}: expected up to 100 letters, digits, '_', '.' or '-'")
        pairs = [f"{a}-{b}" for a in self.arms for b in self.arms if a != b]
        twice = [name for name in pairs if pairs.count(name) > 1]
        if twice:
            raise fault(f"arms: two pairs would both be called {twice[0]!r}: rename an arm")
        return self

    def replication_seed(self, replication: int) -> int:
        """The seed of one replication, the same in every arm (common random numbers)."""
        return entity_key(f"{self.study}/{self.seed}/{replication}") % SEED_LIMIT


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
