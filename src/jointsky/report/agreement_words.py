"""The words of agreements in plain sentences: names, lists, times, places, things and acts."""

import re
from collections.abc import Iterable, Sequence
from datetime import date

from jointsky.links.zones import parse_zone

MINUTE_S, HOUR_S, DAY_S = 60.0, 3600.0, 86400.0
KINDS: dict[str, tuple[str, str]] = {
    "radar": ("radars", "radars"),
    "sam": ("missile unit", "missile units"),
    "fighter": ("fighters", "fighters"),
    "aew": ("airborne early-warning aircraft", "airborne early-warning aircraft"),
    "early-warning": ("early-warning radar", "early-warning radars"),
    "ew": ("electronic-warfare unit", "electronic-warfare units"),
    "watch": ("listening post", "listening posts"),
}
"""What one unit of a kind is called, and several."""
ALERT: dict[bool, tuple[str, str]] = {True: ("alert pair", "alert pairs"), False: ("alert fighters", "alert fighters")}
"""What one alert unit is called, and several: of two aircraft, or of another number."""
SINGULAR = ("aew", "early-warning")
"""Kinds of which a single unit takes a verb in the singular."""
ACTS: dict[str, str] = {
    "scramble": "take off",
    "position": "take up positions",
    "engage": "engage",
    "weapons-status": "hold or free their weapons",
}
"""What an act is called behind `to`."""


def listed(words: Iterable[str], last: str = "and") -> str:
    """`a`, `a and b`, `a, b and c`; nothing for no words."""
    found = list(words)
    return found[0] if len(found) == 1 else f" {last} ".join([", ".join(found[:-1]), found[-1]]) if found else ""


def owners(name: str) -> str:
    """A name in the possessive case; a name with an article that ends in s is a plural."""
    return f"{name}'" if name.startswith("the ") and name.endswith("s") else f"{name}'s"


def sentence(text: str, begins_with: str = "") -> str:
    """A text as a sentence: one space between words, a capital in front, a full stop behind; a name of several parts
    (`joint.cp`), and the name that it `begins_with`, stay as they are written."""
    found = " ".join(text.split())
    first = found.split(" ")[0].rstrip(".,")
    is_name = "." in first or first == begins_with
    return (found if is_name else found[:1].upper() + found[1:]) + ("" if found.endswith(".") else ".")


def duration(seconds: float) -> str:
    """A time in the largest unit that leaves a whole number: `90 s`, `2 h`, `365 days`."""
    for size, word in ((DAY_S, "day"), (HOUR_S, "h"), (MINUTE_S, "min")):
        count = seconds / size
        if count >= (1 if word != "min" else 2) and count == int(count):
            return f"{int(count)} {word}" + ("s" if word == "day" and count != 1 else "")
    return f"{seconds:g} s"


def share(part: float) -> str:
    """A share of one in per cent."""
    return f"{100.0 * part:g} %"


def amount(limit: float | int, what: str) -> str:
    """A limit in words: `2 aircraft`, `30 % of the munitions`."""
    return f"{limit} {what}" if isinstance(limit, int) else f"{share(limit)} of the {what}"


def phase_word(phase: str) -> str:
    """A phase as it is spoken: `direct-threat` is direct threat."""
    return re.sub(r"[-_]", " ", phase)


def when(phases: Sequence[str], every: Sequence[str]) -> str:
    """In which phases something holds, as the beginning of a sentence; nothing where there is only one phase."""
    if len(every) <= 1 and set(phases) == set(every):
        return ""
    if set(phases) == set(every):
        return "at all times"
    return "in " + listed(phase_word(phase) for phase in every if phase in phases)


def day(value: date) -> str:
    """A day, `10 February 1995`."""
    months = ("January February March April May June July August September October November December").split()
    return f"{value.day} {months[value.month - 1]} {value.year}"


def place(text: str, giver: str, receiver: str, names: dict[str, str]) -> str:
    """A zone in words that follow what happens there; `names` are those of nations, other names are zones."""
    words = parse_zone(text)
    if words.kind == "strip":
        distance = f"{words.distance_m / 1000.0:g} km"
        border = f"{owners(names.get(words.names[0], words.names[0]))} border" if words.names else "the common border"
        return f"within {distance} of {border}"
    if words.kind == "role":
        return f"over {owners(receiver if words.names == ('receiver',) else giver)} land"
    lands = [name for name in words.names if name in names]
    zones = [name for name in words.names if name not in names]
    parts = [land_of([names[name] for name in lands])] if lands else []
    parts += [f"in zone {name}" for name in zones]
    return listed(parts, "or")


def land_of(nations: Sequence[str]) -> str:
    """Over the land of one nation or several."""
    return f"over {owners(nations[0])} land" if len(nations) == 1 else f"over the land of {listed(nations)}"
