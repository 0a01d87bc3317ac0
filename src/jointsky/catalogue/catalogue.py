"""The table of unit types: shipped ones from `notional.yaml`, and those a scenario adds or changes."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any, TypeVar, cast

import yaml
from pydantic import ValidationError

from jointsky.catalogue.types import KINDS, AircraftType, MissileType, RadarType, SamType, TypeModel, WatcherType
from jointsky.errors import suggest

T = TypeVar("T", bound=TypeModel)
REFERENCES = {"sam": {"missile": "missile", "radar": "radar"}, "aircraft": {"radar": "radar"}}
"""Which fields of a kind name another type, and of which kind that must be."""


@dataclass(frozen=True, slots=True)
class TypeFault:
    """A fault in the type `name`: either at `path` within it, or all that pydantic found while reading it as
    `model`."""

    name: str
    path: tuple[str, ...] = ()
    message: str = ""
    invalid: ValidationError | None = None
    model: type[TypeModel] = TypeModel


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All known types by name. `raw` holds them as written, `sources` where each value comes from
    (`cruise_missile.rcs` -> text)."""

    types: Mapping[str, TypeModel]
    raw: Mapping[str, Any] = field(repr=False)
    sources: Mapping[str, str] = field(repr=False)

    def __contains__(self, name: object) -> bool:
        return name in self.types

    def radar(self, name: str) -> RadarType:
        """The radar type `name`; KeyError with advice when there is none."""
        return self.of_kind(RadarType, name)

    def sam(self, name: str) -> SamType:
        """The missile battery type `name`; KeyError with advice when there is none."""
        return self.of_kind(SamType, name)

    def missile(self, name: str) -> MissileType:
        """The missile type `name`; KeyError with advice when there is none."""
        return self.of_kind(MissileType, name)

    def aircraft(self, name: str) -> AircraftType:
        """The aircraft type `name`; KeyError with advice when there is none."""
        return self.of_kind(AircraftType, name)

    def watcher(self, name: str) -> WatcherType:
        """The watcher type `name`; KeyError with advice when there is none."""
        return self.of_kind(WatcherType, name)

    def of_kind(self, model: type[T], name: str) -> T:
        """The type `name`, which must be a `model`; KeyError with advice otherwise."""
        found = self.types.get(name)
        if not isinstance(found, model):
            raise KeyError(self.unknown(name, kind_of(model)))
        return found

    def has(self, kind: str, name: str) -> bool:
        """Whether `name` is a type of `kind`."""
        return name in self.types and kind_of(type(self.types[name])) == kind

    def names(self, kind: str) -> list[str]:
        """The names of all types of one kind, sorted."""
        return sorted(name for name, found in self.types.items() if kind_of(type(found)) == kind)

    def unknown(self, name: str, kind: str) -> str:
        """What to say when `name` is not a type of `kind`: what it is instead, or what it may have been meant to be."""
        if name in self.types:
            return f"'{name}' is a {kind_of(type(self.types[name]))} type, expected a {kind} type"
        return f"unknown {kind} type '{name}'; {suggest(name, self.names(kind))}".rstrip("; ")

    def extended(self, written: Mapping[str, Any]) -> tuple["Catalogue", list[TypeFault]]:
        """This catalogue with the types in `written` (each may name a `base` whose values it takes over), and the
        faults in them. Types with faults are left out."""
        raw = dict(self.raw)
        faults: list[TypeFault] = []
        pending = dict(written)
        while ready := [name for name in pending if pending[name].get("base") not in set(pending) - {name}]:
            for name in ready:
                _settle(raw, name, dict(pending.pop(name)), faults)
        faults += [TypeFault(name, ("base",), "a circle of bases") for name in pending]
        types, sources = dict(self.types), dict(self.sources)
        for name in written:
            if name in raw and not any(fault.name == name for fault in faults):
                _read(name, raw[name], types, sources, faults)
        whole = Catalogue(types, raw, sources)
        faults += [fault for name in written if name in types for fault in _dangling(whole, name)]
        return whole, faults


def kind_of(model: type[TypeModel]) -> str:
    """The word that `kind` holds for a model."""
    return next(word for word, known in KINDS.items() if known is model)


def _settle(raw: dict[str, Any], name: str, own: dict[str, Any], faults: list[TypeFault]) -> None:
    base = own.pop("base", None)
    if base is None:
        raw[name] = own
    elif base in raw:
        raw[name] = _over(raw[base], own)
    else:
        advice = suggest(str(base), raw)
        faults.append(TypeFault(name, ("base",), f"unknown type '{base}'; {advice}".rstrip("; ")))


def _over(under: Any, over: Any) -> Any:
    if not isinstance(under, dict) or not isinstance(over, dict):
        return over
    both: dict[str, Any] = {**under}
    for key, value in over.items():  # pyright: ignore[reportUnknownVariableType]
        both[str(key)] = _over(both.get(str(key)), value)  # pyright: ignore[reportUnknownArgumentType]
    return both


def _read(name: str, raw: Any, types: dict[str, TypeModel], sources: dict[str, str], faults: list[TypeFault]) -> None:
    values = _values(raw, name, sources)
    model = KINDS.get(str(values.get("kind")))
    types.pop(name, None)
    if model is None:
        word = values.get("kind")
        message = f"unknown kind '{word}'; {suggest(str(word), KINDS)}" if word else "needs 'kind' or 'base'"
        faults.append(TypeFault(name, ("kind",), message))
        return
    try:
        types[name] = model.model_validate(values)
    except ValidationError as error:
        faults.append(TypeFault(name, invalid=error, model=model))


def _values(raw: Any, path: str, sources: dict[str, str]) -> Any:
    """Values without their sources: a leaf is either a value or [value, source]."""
    if isinstance(raw, dict):
        return {str(key): _values(item, f"{path}.{key}", sources) for key, item in raw.items()}  # pyright: ignore
    value = unsourced(raw)
    if value is not raw:
        sources[path] = str(raw[1])
    return value


def unsourced(raw: Any) -> Any:
    """A value as written in a catalogue, without its source: `[value, source]` gives the value, all else itself."""
    pair: list[Any] = cast("list[Any]", raw) if isinstance(raw, list) else []
    whole: Any = cast("Any", raw)
    return pair[0] if len(pair) == 2 and isinstance(pair[1], str) else whole


def _dangling(whole: Catalogue, name: str) -> Iterator[TypeFault]:
    found = whole.types[name]
    for key, kind in REFERENCES.get(kind_of(type(found)), {}).items():
        other = getattr(found, key)
        if other is not None and not whole.has(kind, other):
            yield TypeFault(name, (key,), whole.unknown(other, kind))


@cache
def load() -> Catalogue:
    """The shipped catalogue. Raises ValueError when the shipped file is damaged."""
    text = (files("jointsky.catalogue") / "notional.yaml").read_text("utf-8")
    written = getattr(yaml, "CSafeLoader", yaml.SafeLoader)(text).get_single_data()
    whole, faults = Catalogue({}, {}, {}).extended(written)
    if faults:
        raise ValueError("; ".join(f"{fault.name}: {fault.message or fault.invalid}" for fault in faults))
    return whole
