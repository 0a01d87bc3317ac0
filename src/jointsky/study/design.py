"""What a study compares: arms of one scenario, how often, and which measure is the headline."""

from pathlib import Path
from typing import Annotated, Any

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from jointsky.catalogue.quantities import Period, Share
from jointsky.errors import StudyError
from jointsky.rng import entity_key

SEED_LIMIT = 2**63


def _named(value: Any) -> Any:
    return {"agreement": value} if isinstance(value, str) else value


class Arm(BaseModel):
    """One arm: the scenario under `agreement` (a name beside the scenario, or a file), less the clauses in `drop`. `label` is what charts say."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    agreement: str
    drop: tuple[str, ...] = ()
    label: str = ""


class Design(BaseModel):
    """A study as written. `scenario` and agreement files are relative to the study's file; `band` is a claim drawn across the headline chart (gain relative to the first arm)."""

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
        bad = [name for name in self.arms if not name or "/" in name]
        if bad:
            raise ValueError(f"an arm cannot be called {bad[0]!r}: expected a name without /")
        return self

    def replication_seed(self, replication: int) -> int:
        """The seed of one replication, the same in every arm (common random numbers)."""
        return entity_key(f"{self.study}/{self.seed}/{replication}") % SEED_LIMIT


def read_design(path: Path) -> Design:
    """Read a study file. Raises StudyError with the file, what was found and what was expected."""
    try:
        written = yaml.load(path.read_text("utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506  (a safe loader either way)
        return Design.model_validate(written)
    except OSError as error:
        raise StudyError(f"{path}: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise StudyError(f"{path}: not a text file in UTF-8 (byte {error.start})") from error
    except yaml.YAMLError as error:
        raise StudyError(f"{path}: not YAML: {' '.join(str(error).split())}") from error
    except ValidationError as error:
        faults = (f"{'.'.join(str(key) for key in item['loc']) or 'file'}: {item['msg']}" for item in error.errors())
        raise StudyError("\n".join(f"{path}: {fault}" for fault in faults)) from error
