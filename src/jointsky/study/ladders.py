"""Two ways to write many arms at once: a staircase of clause groups, and a factorial over them."""

import re
from collections.abc import Mapping
from itertools import product
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator

from jointsky.catalogue.quantities import Share
from jointsky.scenario.parts import fault, listed

MOST_FACTORS = 7
"""More factors than this would be more than 128 arms."""
Patterns = Annotated[tuple[str, ...], BeforeValidator(listed)]
Written = dict[str, Any]
"""An arm as it would be written in a study file."""


class Staircase(BaseModel):
    """Arms that grow: `first` has no clause but those that `always` names, then each of `steps` adds the clauses it
    names (ids, patterns, agreements)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    agreement: str
    first: str = "no clause"
    always: Patterns = ()
    steps: dict[str, Patterns] = Field(min_length=1)

    @field_validator("steps")
    @classmethod
    def _told_apart(cls, steps: dict[str, Patterns]) -> dict[str, Patterns]:
        names = [slug(label) for label in steps]
        for name, label in zip(names, steps, strict=True):
            if not name:
                raise fault(f"step {label!r} has no letter or digit to be called by")
            if names.count(name) > 1:
                raise fault(f"two steps would both be called {name!r}: rename one")
        return steps

    def arms(self) -> dict[str, Written]:
        """The arms by name, in order."""
        kept = [*self.always]
        arms: dict[str, Written] = {
            slug(self.first): {"agreement": self.agreement, "keep": tuple(kept), "label": self.first}
        }
        for label, added in self.steps.items():
            kept += added
            arms[slug(label)] = {"agreement": self.agreement, "keep": tuple(kept), "label": label}
        return arms

    @property
    def names(self) -> list[str]:
        """Names of its arms, in order."""
        return list(self.arms())


def _factor(value: Any) -> Any:
    return value if isinstance(value, Mapping) else {"of": value}  # pyright: ignore[reportUnknownVariableType]


class Factor(BaseModel):
    """A group of clauses that is there or not; with `low` it is there at that level or at its full one."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    of: Patterns = Field(min_length=1)
    low: Share | None = None


class Factorial(BaseModel):
    """Every combination of `factors` (2 to the power of their number), or with `full: half` every second one, so that
    main effects can still be told. Clauses that no factor names are left out, but for those that `always` names."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    agreement: str
    always: Patterns = ()
    factors: dict[str, Annotated[Factor, BeforeValidator(_factor)]] = Field(min_length=1, max_length=MOST_FACTORS)
    full: Literal[True, "half"] = True

    @field_validator("factors")
    @classmethod
    def _can_be_called(cls, factors: dict[str, Factor]) -> dict[str, Factor]:
        bad = next((name for name in factors if not re.fullmatch(r"[A-Za-z0-9_]{1,24}", name)), None)
        if bad is not None:
            raise fault(f"a factor cannot be called {bad!r}: expected up to 24 letters, digits or '_'")
        return factors

    def arms(self) -> dict[str, Written]:
        """The arms by name: the names of the factors that are on, joined by dots."""
        return {self.name_of(on): self._arm(on) for on in self.combinations()}

    def combinations(self) -> list[frozenset[str]]:
        """Which factors are on in each arm. The half has those with an even number of factors off: all on among
        them."""
        names = list(self.factors)
        every = [
            frozenset(name for name, is_on in zip(names, row, strict=True) if is_on)
            for row in product((False, True), repeat=len(names))
        ]
        return every if self.full is True else [on for on in every if (len(names) - len(on)) % 2 == 0]

    def name_of(self, on: frozenset[str]) -> str:
        """The name of the arm in which these factors are on."""
        return ".".join(name for name in self.factors if name in on) or "nothing"

    def _arm(self, on: frozenset[str]) -> Written:
        kept = [*self.always]
        level: dict[str, str] = {}
        for name, factor in self.factors.items():
            if name in on or factor.low is not None:
                kept += factor.of
            if name not in on and factor.low is not None:
                level |= dict.fromkeys(factor.of, f"{100.0 * factor.low!r} %")
        return {"agreement": self.agreement, "keep": tuple(kept), "level": level, "label": self.name_of(on)}


def slug(label: str) -> str:
    """A label as the name of an arm: its letters and digits, with '-' between."""
    return "-".join(re.findall(r"[A-Za-z0-9_.]+", label))[:100]
