"""What editors and people are told about the language: its JSON Schema, and the list of known types."""

from typing import Any, cast

from jointsky.catalogue import Catalogue
from jointsky.catalogue.catalogue import unsourced
from jointsky.catalogue.types import KINDS
from jointsky.scenario.schema import Document

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def json_schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of scenario and agreement files, for `jointsky schema`."""
    schema = Document.model_json_schema(by_alias=True, mode="validation")
    definitions = schema.setdefault("$defs", {})
    definitions |= {f"type-{kind}": _partial(kind, definitions) for kind in KINDS}
    schema["properties"]["types"] = {
        "type": "object",
        "description": "Unit types of this scenario's own: a base to take over, or a kind and every value.",
        "additionalProperties": {"anyOf": [{"$ref": f"#/$defs/type-{kind}"} for kind in KINDS]},
    }
    schema["properties"]["include"] = {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}
    return {"$schema": DIALECT, **schema, "title": "jointsky scenario"}


def _partial(kind: str, definitions: dict[str, Any]) -> dict[str, Any]:
    """The schema of a type of `kind` in which a base may stand for every value that is left out."""
    schema = KINDS[kind].model_json_schema(by_alias=True, mode="validation")
    definitions |= schema.pop("$defs", {})
    schema.pop("required", None)
    schema["properties"] = {"base": {"type": "string"}, **schema["properties"]}
    return {**schema, "anyOf": [{"required": ["base"]}, {"required": ["kind"]}]}


def type_rows(catalogue: Catalogue) -> list[dict[str, str]]:
    """One row for each known type, by kind and name: name, kind, what it is, and its leading numbers, for `jointsky
    types`."""
    return [
        {
            "name": name,
            "kind": kind,
            "numbers": _numbers(catalogue.raw[name], catalogue, name, kind),
            "about": catalogue.types[name].about,
        }
        for kind in KINDS
        for name in catalogue.names(kind)
    ]


_LEADING = {
    "radar": ("sensor", "frequency", "peak_power", "max_range", "period"),
    "missile": ("flyout", "average_speed", "max_load"),
    "sam": ("missile", "range_max", "altitude_max", "channels", "shots"),
    "aircraft": ("is_a", "rcs", "cruise", "altitude"),
    "watcher": ("sensor", "period", "max_range"),
}


def _numbers(raw: dict[str, Any], catalogue: Catalogue, name: str, kind: str) -> str:
    found = ((key, raw.get(key, getattr(catalogue.types[name], key))) for key in _LEADING[kind])
    return ", ".join(f"{key} {unsourced(value)}" for key, value in found)


def value_rows(catalogue: Catalogue, name: str) -> list[dict[str, str]]:
    """Every value of one type with its source, in the order of the catalogue; KeyError when there is no such type."""
    rows: list[dict[str, str]] = []
    _leaves(catalogue.raw[name], "", rows)
    return rows


def _leaves(raw: Any, path: str, rows: list[dict[str, str]]) -> None:
    if isinstance(raw, dict):
        for key, item in cast("dict[str, Any]", raw).items():
            _leaves(item, f"{path}.{key}".strip("."), rows)
        return
    value = unsourced(raw)
    source = "the scenario" if value is raw else str(raw[1])
    rows.append({"value": path, "is": str(value), "source": source})
