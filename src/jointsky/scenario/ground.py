"""A nation's land: a country of the packed borders, cut to a box, or the author's own GeoJSON."""

from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from jointsky.scenario.parts import Strict, fault, listed


def _box(value: tuple[float, float, float, float]) -> tuple[float, float, float, float]:
    west, south, east, north = value
    if not (-180 <= west < east <= 180 and -90 <= south < north <= 90):
        raise fault(
            f"expected [west, south, east, north] in degrees with west < east and south < north, found {list(value)}"
        )
    return value


class Territory(Strict):
    """`country` names one country or several; `box` is (west, south, east, north) in degrees; `file` names a GeoJSON
    file of the bundle."""

    country: Annotated[tuple[str, ...], Field(strict=False), BeforeValidator(listed)] = ()
    box: Annotated[tuple[float, float, float, float], Field(strict=False), AfterValidator(_box)] | None = None
    file: str | None = None

    @model_validator(mode="after")
    def _one_source(self) -> "Territory":
        if bool(self.country) == bool(self.file):
            raise fault("expected either country or file")
        return self


def as_territory(value: Any) -> Any:
    """A bare text is the name of a GeoJSON file."""
    return {"file": value} if isinstance(value, str) else value
