"""What still counts as a fault when a part of the file could not be read: nothing that may only follow from there."""

import difflib
import re
from collections.abc import Callable, Iterable

from jointsky.links.arrangement import matching
from jointsky.links.check_context import Fault, Path

_SECTIONS = ("phases", "nations", "zones", "posts", "joint_units", "units", "links", "agreements")
_PARTS = ("clauses", "rules", "areas", "activates", "on_link_loss", "withdrawal")
"""Parts of an agreement without which the others can be judged."""


def undamaged(
    faults: Iterable[Fault], damaged: Iterable[Path], as_written: Callable[[Path], Path] = lambda path: path
) -> list[Fault]:
    """The `faults` that stay true whatever stands in the places `damaged`, which were left out of what was judged.

    `as_written` turns the path of a fault into one by the numbers of the file, by which `damaged` goes. In doubt a
    fault is left out: it will be told when the file can be read.
    """
    places = list(damaged)
    if any(_whole(place) for place in places):
        return []
    names = {str(place[1]) for place in places if place[0] != "agreements" and len(place) > 1}
    names |= {str(place[3]) for place in places if place[2:3] == ("activates",) and len(place) > 3}
    return [fault for fault in faults if not _touched(fault, as_written(fault.at), places, names)]


def _whole(place: Path) -> bool:
    """Whether so much is missing that nothing can be judged: a section (perhaps by a misspelt key), the phases, an
    agreement, its declarations, or a whole file."""
    if len(place) < 2:
        return not place or bool(difflib.get_close_matches(str(place[0]), _SECTIONS))
    return place[0] == "phases" or place[0] == "agreements" and (len(place) == 2 or place[2:] == ("activates",))


def _touched(fault: Fault, at: Path, places: list[Path], names: set[str]) -> bool:
    for place in places:
        shorter = min(len(place), len(at))
        if place[:shorter] == at[:shorter]:
            return True
        same = place[0] == "agreements" and place[:2] == at[:2]
        if same and (place[2] not in _PARTS or at[2] in ("on_link_loss", "handover")):
            return True
    words = re.findall(r"[\w.*\-]+", fault.message) if names else []
    return any(any(matching([word.rstrip(".")], names)) for word in words)
