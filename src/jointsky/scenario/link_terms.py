"""What a link is made of beyond its delay and loss: outages by chance, capacity, slots, voice, line of sight, radio."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, model_validator

from jointsky.catalogue.quantities import Frequency, Length, Level, Period, Power, Share, Short, Span

Whole = Annotated[int, Field(ge=1)]


class Terms(BaseModel):
    """A part of a link: unknown keys are errors, values do not change after reading."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Outages(Terms):
    """Two states by chance (Gilbert 1960, Elliott 1963): good for exponential times of mean `every`, bad for times of
    mean `lasts`; while bad a message is lost with chance `loss`, and the link is down where that is all of them."""

    every: Span
    lasts: Span
    loss: Share = 1.0


class Slots(Terms):
    """A share in time: `count` own slots, evenly spaced in a `frame`, each of `length` and for at most `messages`."""

    frame: Period = 12.0
    count: Whole = 1
    length: Period = 0.0078125
    messages: Whole = 12

    @model_validator(mode="after")
    def _fits(self) -> "Slots":
        if self.count * self.length > self.frame:
            raise ValueError(f"{self.count} slots of {self.length:g} s do not fit into a frame of {self.frame:g} s")
        return self


class Voice(Terms):
    """Reports that people speak: each track takes a time drawn evenly between the two of `takes` on one of `nets`."""

    takes: Annotated[tuple[Period, Period], Field(strict=False)] = (30.0, 90.0)
    nets: Whole = 1

    @model_validator(mode="after")
    def _in_order(self) -> "Voice":
        if self.takes[1] < self.takes[0]:
            raise ValueError(f"found {self.takes[0]:g} s to {self.takes[1]:g} s, expected the shorter time first")
        return self


class Radio(Terms):
    """A radio link between the places of its posts: the antennas stand on masts above the ground, and noise jammers
    silence it where the signal is not `needs` above theirs."""

    masts: Annotated[tuple[Short, Short], Field(strict=False)] = (20.0, 20.0)
    power: Power = 100.0
    gain: Level = 6.0
    frequency: Frequency = 400e6
    bandwidth: Frequency = 1e6
    needs: Level = 10.0


class Downlink(Terms):
    """How flying radars report: over a radio to the posts of their nation, each with an antenna on a `mast`, in line of
    sight, and within `reach`."""

    mast: Short = 20.0
    reach: Length = 400_000.0
