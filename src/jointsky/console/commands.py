"""What a client may say, checked before anything listens to it."""

import json
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from jointsky.live.showing import LEAST_RATE, MOST_RATE
from jointsky.vocab.codes import Act, Weapons

ACTS: dict[str, Act] = {
    "scramble": Act.SCRAMBLE,
    "engage": Act.ENGAGE,
    "cease": Act.CEASE,
    "recover": Act.RECOVER,
    "weapons": Act.WEAPONS_STATUS,
}
"""Acts that a person may order, by the word on the wire."""
WEAPONS: dict[str, Weapons] = {"hold": Weapons.HOLD, "tight": Weapons.TIGHT, "free": Weapons.FREE}
AIMED = ("scramble", "engage")
MOST_TICKS = 600
LARGEST_NUMBER = 2**32 - 1
T = TypeVar("T")


class Refused(Exception):
    """A message that is none, with the reason in words."""


class _Said(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Hello(_Said):
    """The first message: who sits down, with which key, and which events it has already."""

    kind: Literal["hello"]
    seat: Annotated[str, Field(max_length=128)]
    key: Annotated[str, Field(max_length=128)]
    since: Annotated[int, Field(ge=0, le=LARGEST_NUMBER)] = 0


class _Command(_Said):
    id: Annotated[str, Field(min_length=1, max_length=64)]


class Wish(_Command):
    """An order, or the question what would become of it."""

    kind: Literal["order", "ask"]
    act: Literal["scramble", "engage", "cease", "recover", "weapons"]
    shooter: Annotated[int, Field(ge=0, le=65_535)]
    track: Annotated[int, Field(ge=0, le=LARGEST_NUMBER)] = 0
    shots: Annotated[int, Field(ge=1, le=8)] = 1
    weapons: Literal["hold", "tight", "free"] | None = None


class Say(_Command):
    """What the people at the seat say of the agreements."""

    kind: Literal["say"]
    word: Literal["withdraw", "restore", "refuse", "attacked"]
    name: Annotated[str, Field(min_length=1, max_length=128)]


class Coverage(_Command):
    """Where sensors see at a height."""

    kind: Literal["coverage"]
    height_m: Annotated[float, Field(ge=0.0, le=30_000.0, allow_inf_nan=False)]


class Plain(_Command):
    """Control's commands without more to say."""

    kind: Literal["pause", "resume", "end", "report"]


class Rate(_Command):
    """Scenario seconds a second."""

    kind: Literal["rate"]
    rate: Annotated[float, Field(ge=LEAST_RATE, le=MOST_RATE, allow_inf_nan=False)]


class Step(_Command):
    """So many ticks at once."""

    kind: Literal["step"]
    ticks: Annotated[int, Field(ge=1, le=MOST_TICKS)] = 1


class Look(_Command):
    """Whose picture control sees beside the truth."""

    kind: Literal["look"]
    post: Annotated[str, Field(max_length=128)] | None


Command = Wish | Say | Coverage | Plain | Rate | Step | Look
_COMMAND: TypeAdapter[Command] = TypeAdapter(Annotated[Command, Field(discriminator="kind")])
_HELLO: TypeAdapter[Hello] = TypeAdapter(Hello)


def hello_of(text: str) -> Hello:
    """The first message. Raises Refused."""
    return _checked(_HELLO, _object(text))


def command_of(text: str) -> Command:
    """A command. Raises Refused."""
    said = _checked(_COMMAND, _object(text))
    if isinstance(said, Wish):
        if said.act in AIMED and said.track == 0:
            raise Refused(f"{said.act} needs a track")
        if (said.act == "weapons") != (said.weapons is not None):
            raise Refused("weapons needs the status hold, tight or free, and nothing else does")
    return said


def id_of(text: str) -> str:
    """The id of a message that was refused, as far as it has one."""
    try:
        found = _object(text).get("id")
    except Refused:
        return ""
    return found if isinstance(found, str) and len(found) <= 64 else ""


def _object(text: str) -> dict[str, Any]:
    try:
        said = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Refused("this is not JSON") from error
    if not isinstance(said, dict):
        raise Refused("this is no JSON object")
    return said  # pyright: ignore[reportUnknownVariableType]


def _checked(adapter: TypeAdapter[T], said: dict[str, Any]) -> T:
    try:
        return adapter.validate_python(said)
    except ValidationError as error:
        fault = error.errors(include_url=False, include_input=False, include_context=False)[0]
        place = ".".join(str(step) for step in fault["loc"])
        raise Refused(f"{place}: {fault['msg']}" if place else fault["msg"]) from error
