"""Pack the layouts of the ASTERIX categories that jointsky reads, from the PyPI package libasterix.

Run: pip install libasterix==0.36.3
     PYTHONPATH=src python tools/pack_layouts.py src/jointsky/feeds/asterix/layouts.json

Taken are facts only: names, widths, steps, units, signs and the order of items, of each edition of a category that the
package knows, and of the reserved expansion fields. Meanings of codes and texts are left out. The form of the file is
told in `jointsky.feeds.asterix.editions`, which reads it. Items of equal layout are written once.
"""

import json
import sys
from pathlib import Path
from typing import Any

from asterix import generated

CATEGORIES = (1, 2, 4, 21, 34, 48, 62, 63, 65)
UNITS = {"NM": "nmi", "°": "deg", "NM/s": "nmi/s", "m/s²": "m/s2", "m²": "m2", "°/s": "deg/s", "°C": "degC"}
TEXTS = {"StringAscii": "ascii", "StringICAO": "ia5", "StringOctal": "octal"}
HEX_FROM_BITS = 56
NOTE = (
    "Layouts of ASTERIX categories, packed by tools/pack_layouts.py from libasterix 0.36.3 (PyPI), Copyright 2024 "
    "Zoran Bosnjak; see NOTICE for its licence. The layouts themselves are published by EUROCONTROL."
)


def base(part: Any) -> str:
    """The kind of a part of the package's tables."""
    return part.__mro__[1].__name__


def quantity(content: Any) -> tuple[float, str, bool]:
    """Step, unit and sign of a content."""
    unit = getattr(content, "cv_unit", "")
    signed = getattr(getattr(content, "cv_signedness", None), "__name__", "") == "Signed"
    return getattr(content, "cv_lsb", 1.0), UNITS.get(unit, unit), signed


def coding(content: Any, bits: int) -> str:
    """The coding of a text, or nothing for a number."""
    if hasattr(content, "cv_string_type"):
        return TEXTS[content.cv_string_type.__name__]
    return "hex" if bits >= HEX_FROM_BITS else ""


def element(name: str, variation: Any) -> list[Any]:
    """[name, bits, step, unit, signed, text, [field, {value: [step, unit, signed]}]] without empty values at the
    end."""
    rule, bits = variation.cv_rule, variation.cv_bit_size
    if hasattr(rule, "cv_content"):
        row = [name, bits, *quantity(rule.cv_content), coding(rule.cv_content, bits), None]
    else:
        ((*_, by),) = rule.cv_depends_on
        cases = {str(value): quantity(content) for (value,), content in rule.cv_cases}
        row = [name, bits, *quantity(rule.cv_default_content), "", [by, cases]]
    defaults = [None, None, 1.0, "", False, "", None]
    while row[-1] == defaults[len(row) - 1]:
        row.pop()
    return row


def variation_of(rule: Any) -> Any:
    """The layout of a rule; where it depends on other items, the plain bits."""
    return rule.cv_variation if hasattr(rule, "cv_variation") else rule.cv_default_variation


def fields(name: str, variation: Any) -> list[Any]:
    """The fields of an element or a group; groups in groups are told apart by an underscore."""
    if base(variation) == "Element":
        return [element(name, variation)]
    found: list[Any] = []
    for inner, _ in variation.cv_items_list:
        found += item_fields(name, inner)
    return found


def item_fields(name: str, inner: Any) -> list[Any]:
    if not hasattr(inner, "cv_non_spare"):
        return [["-", inner.cv_bit_size]]
    own = inner.cv_non_spare
    return fields(f"{name}_{own.cv_name}" if name else own.cv_name, variation_of(own.cv_rule))


def shape(variation: Any) -> list[Any]:
    """One item as its kind and what the kind needs."""
    kind = base(variation)
    if kind in ("Element", "Group"):
        return ["fixed", fields("", variation)]
    if kind == "Extended":
        return ["extended", [extended_part(part) for part in variation.cv_items_list]]
    if kind == "Repetitive":
        inner = fields("", variation.cv_variation)
        return ["counted", inner] if variation.cv_rep_bytes else ["chained", [*inner, ["-", 1]]]
    if kind == "Explicit":
        return ["explicit"]
    return [
        "compound",
        [part and [part.cv_name, shape(variation_of(part.cv_rule))] for part in variation.cv_items_list],
    ]


def extended_part(part: Any) -> list[Any]:
    found: list[Any] = []
    for inner in part:
        found += [["-", 1]] if inner is None else item_fields("", inner[0])
    return found


def items(listed: Any, shapes: list[Any]) -> list[Any]:
    """The items of a record in order, each as name and place of its layout; None where nothing is defined."""
    found: list[Any] = []
    for inner in listed:
        own = inner if inner is None or hasattr(inner, "cv_rule") else getattr(inner, "cv_non_spare", None)
        if inner is not None and base(inner) == "UapItemRFS":
            layout, name = ["sequence"], "RFS"
        elif own is None:
            found.append(None)
            continue
        else:
            layout, name = shape(variation_of(own.cv_rule)), own.cv_name
        if layout not in shapes:
            shapes.append(layout)
        found.append([name, shapes.index(layout)])
    return found


def profiles(uap: Any, shapes: list[Any]) -> list[Any]:
    """The profiles of a category: one, or for 001 that of plots and that of tracks."""
    records = [uap.cv_record] if hasattr(uap, "cv_record") else [uap.cv_uaps["plot"], uap.cv_uaps["track"]]
    return [items(record.cv_items_list, shapes) for record in records]


def edition(spec: Any) -> str:
    return ".".join(map(str, spec.cv_edition))


def pack() -> dict[str, Any]:
    """The whole file."""
    shapes: list[Any] = []
    cats = {
        str(number): {edition(spec): profiles(spec.cv_uap, shapes) for spec in generated.manifest["CATS"][number]}
        for number in CATEGORIES
    }
    refs = {
        str(number): {edition(spec): items(spec.cv_expansion.cv_items_list, shapes) for spec in specs}
        for number, specs in generated.manifest["REFS"].items()
        if number in CATEGORIES
    }
    return {"note": NOTE, "categories": cats, "expansions": refs, "shapes": shapes}


def written(packed: dict[str, Any]) -> str:
    """The file's text: one item or profile a line, so that a change shows."""
    lines = [f'{{"note": {json.dumps(packed["note"])},']
    for name in ("categories", "expansions"):
        lines.append(f'"{name}": {{')
        for number, editions in packed[name].items():
            rows = [f'  "{edition}": {json.dumps(rows, separators=(",", ":"))}' for edition, rows in editions.items()]
            last = number == list(packed[name])[-1]
            lines += [f' "{number}": {{', ",\n".join(rows), " }" if last else " },"]
        lines.append("},")
    shapes = ",\n".join(json.dumps(shape, separators=(",", ":"), ensure_ascii=False) for shape in packed["shapes"])
    return "\n".join([*lines, '"shapes": [', shapes, "]}"]) + "\n"


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(written(pack()), encoding="utf-8")
