"""What pydantic found, in words for the author, at the place in the file where it stands."""

import types
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from jointsky.errors import ScenarioError, suggest
from jointsky.scenario.tree import Found, Path, Scalar, Table, find, shown


def explained(root: Table, faults: Iterable[ErrorDetails], model: type[BaseModel]) -> list[ScenarioError]:
    """One ScenarioError for each of the `faults` that pydantic found by validating the tree `root` as `model`."""
    return [_one(root, details, model) for details in faults]


def _one(root: Table, details: ErrorDetails, model: type[BaseModel]) -> ScenarioError:
    tag = ("kind",) if details["type"] == "union_tag_invalid" else ()
    place = find(root, (*details["loc"], *tag))
    if details["loc"][-1:] == ("[key]",):  # a key from a closed list: it is told as a value would be
        place = replace(place, node=Scalar(place.told[-1], str(place.told[-1]), place.key))
    wanted = _WORDS.get(details["type"])
    message = wanted(details, place, model) if wanted else _plain(details)
    at_key = details["type"] in ("missing", "extra_forbidden", "union_tag_not_found")
    path = (*place.told, details["loc"][-1]) if details["type"] == "missing" else place.told
    return (place.key if at_key else place.node.mark).error(shown(path), f"{_part(root, place, message)}{message}")


def _part(root: Table, place: Found, message: str) -> str:
    """The clause or rule in which a fault stands, by its id; nothing when there is none or the message says it."""
    if len(place.steps) < 4 or place.steps[0] != "agreements" or place.steps[2] not in ("clauses", "rules"):
        return ""
    what = "clause" if place.steps[2] == "clauses" else "rule"
    name = find(root, (*place.steps[:4], "id"))
    told = name.missing or not isinstance(name.node, Scalar) or message.startswith(f"{what} {name.node.text}")
    return "" if told or not isinstance(name.node, Scalar) else f"{what} {name.node.text}: "


def _plain(details: ErrorDetails) -> str:
    context = details.get("ctx", {})
    if details["type"] == "value_error" and "error" in context:
        return str(context["error"])
    return details["msg"][:1].lower() + details["msg"][1:]


def _found(place: Found) -> str:
    node = place.node
    if not isinstance(node, Scalar):
        return "a map" if isinstance(node, Table) else "a list"
    if node.value is None:
        return "nothing"
    if isinstance(node.value, bool) and node.text.lower() not in ("true", "false"):
        truth = str(node.value).lower()
        return f"{node.text}, which YAML reads as {truth} (write it in quotes: '{node.text}')"
    return f"the text '{node.text}'" if isinstance(node.value, str) else node.text


Explainer = Callable[[ErrorDetails, Found, type[BaseModel]], str]
"""Says what is wrong from what pydantic found, the place, and the schema."""


def _expected(what: str) -> Explainer:
    def explain(details: ErrorDetails, place: Found, model: type[BaseModel]) -> str:
        return f"expected {what}, found {_found(place)}"

    return explain


def _map(details: ErrorDetails, place: Found, model: type[BaseModel]) -> str:
    keys = known_keys(model, details["loc"])
    shape = f"such as {{{', '.join(f'{key}: ...' for key in keys)}}}" if 0 < len(keys) <= 6 else "of names to values"
    return f"expected a map {shape}, found {_found(place)}"


def _missing(details: ErrorDetails, place: Found, model: type[BaseModel]) -> str:
    last = details["loc"][-1]
    return f"expected a list with an entry number {last + 1}" if isinstance(last, int) else f"'{last}' is missing"


def _length(details: ErrorDetails, place: Found, model: type[BaseModel]) -> str:
    context = details.get("ctx", {})
    bounds = (
        f"{word} {context[key]}"
        for key, word in (("min_length", "at least"), ("max_length", "at most"))
        if key in context
    )
    return f"expected a list of {' and '.join(bounds)} entries, found {context.get('actual_length')}"


def _extra(details: ErrorDetails, place: Found, model: type[BaseModel]) -> str:
    word = str(details["loc"][-1])
    advice = suggest(word, known_keys(model, details["loc"][:-1]))
    return f"unknown key '{word}'" + (f"; {advice}" if advice else "")


def _choice(details: ErrorDetails, place: Found, model: type[BaseModel]) -> str:
    known = [word.strip("' ") for word in details.get("ctx", {}).get("expected", "").replace(" or ", ",").split(",")]
    advice = suggest(str(place.node.text if isinstance(place.node, Scalar) else ""), known)
    return f"expected one of {', '.join(known)}, found {_found(place)}" + _only_near(advice)


def _no_tag(details: ErrorDetails, place: Found, model: type[BaseModel]) -> str:
    return "'kind' is missing"


def _tag(details: ErrorDetails, place: Found, model: type[BaseModel]) -> str:
    context = details.get("ctx", {})
    known = [word.strip("' ") for word in str(context.get("expected_tags", "")).split(",")]
    advice = suggest(str(context.get("tag", "")), known)
    return f"unknown kind '{context.get('tag')}'; known: {', '.join(known)}" + _only_near(advice)


def _only_near(advice: str) -> str:
    near = advice.split(" known:")[0]
    return f"; {near}" if near.startswith("did you mean") else ""


def _bound(details: ErrorDetails, place: Found, model: type[BaseModel]) -> str:
    context = details.get("ctx", {})
    words = {"gt": "more than", "ge": "at least", "lt": "less than", "le": "at most"}
    wanted = " and ".join(f"{words[key]} {value}" for key, value in context.items() if key in words)
    return f"expected {wanted}, found {_found(place)}"


_WORDS: Mapping[str, Explainer] = {
    "missing": _missing,
    "too_long": _length,
    "too_short": _length,
    "extra_forbidden": _extra,
    "literal_error": _choice,
    "union_tag_invalid": _tag,
    "union_tag_not_found": _no_tag,
    "greater_than": _bound,
    "greater_than_equal": _bound,
    "less_than": _bound,
    "less_than_equal": _bound,
    "string_type": _expected("text"),
    "int_type": _expected("a whole number"),
    "int_from_float": _expected("a whole number"),
    "int_parsing": _expected("a whole number"),
    "float_type": _expected("a number"),
    "bool_type": _expected("true or false"),
    "bool_parsing": _expected("true or false"),
    "dict_type": _expected("a map of names to values"),
    "model_type": _map,
    "model_attributes_type": _map,
    "tuple_type": _expected("a list"),
    "list_type": _expected("a list"),
}


def known_keys(model: Any, path: Path) -> list[str]:
    """The keys that the schema `model` allows at `path`."""
    for step in path:
        inner = _step(model, step)
        model = inner if inner is not None else model
    return [field.alias or name for option in _options(model) for name, field in _fields(option).items()]


def _options(kind: Any) -> list[Any]:
    """The plain types inside Annotated and unions."""
    if get_origin(kind) is Annotated:
        return _options(get_args(kind)[0])
    if get_origin(kind) in (Union, types.UnionType):
        return [option for part in get_args(kind) for option in _options(part)]
    return [kind]


def _fields(kind: Any) -> Mapping[str, Any]:
    return kind.model_fields if isinstance(kind, type) and issubclass(kind, BaseModel) else {}


def _step(kind: Any, step: str | int) -> Any:
    for option in _options(kind):
        for name, field in _fields(option).items():
            if step in (name, field.alias):
                return field.annotation
        if get_origin(option) is dict:
            return get_args(option)[1]
        if get_origin(option) in (tuple, list) and isinstance(step, int):
            return get_args(option)[0]
        literal = _fields(option).get("kind")
        if literal is not None and step in get_args(literal.annotation):
            return option
    return None
