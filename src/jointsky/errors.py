"""What can go wrong, as types: each says where, what was found and what was expected, on one unwrapped line."""

import difflib
from collections.abc import Iterable, Sequence
from os.path import commonprefix


class JointskyError(Exception):
    """The base of every error that jointsky raises on purpose. Survives pickling, so that workers can send it home."""

    def __reduce__(self) -> tuple[object, ...]:
        return _revive, (type(self), self.args, self.__dict__)


LONGEST = 800
"""So many letters of a path or a message are shown."""


class ScenarioError(JointskyError):
    """One fault in a file that a person wrote; `path` leads to the value (`units.west.radar.1.period`).

    Lines and columns count from 1; 0 means unknown and is left out.
    """

    def __init__(self, file: str, line: int, column: int, path: str, message: str) -> None:
        self.file = file
        self.line = line
        self.column = column
        self.path = path
        self.message = message
        place = ":".join([file, *(str(number) for number in (line, column) if number > 0)])
        super().__init__(_one_line(": ".join(part for part in (place, _short(path), _short(message)) if part)))

    def as_warning(self) -> str:
        """The line about something that is allowed and likely not meant."""
        place = ":".join([self.file, *(str(number) for number in (self.line, self.column) if number > 0)])
        parts = (place, "warning", _short(self.path), _short(self.message))
        return _one_line(": ".join(part for part in parts if part))


class ScenarioErrors(JointskyError):
    """All faults found in one reading, in the order of the file; the text has one line for each."""

    def __init__(self, errors: Sequence[ScenarioError]) -> None:
        self.errors = tuple(errors)
        super().__init__("\n".join(str(error) for error in self.errors))


class DecodeError(JointskyError):
    """Octets that are not what they should be; `offset` counts from the start of the octets given."""

    def __init__(self, offset: int, message: str) -> None:
        self.offset = offset
        self.message = message
        super().__init__(_one_line(f"octet {offset}: {message}"))


class TableError(JointskyError):
    """A fault in a table: `line` counts from 1 (the heading); 0 or an empty column name mean the table as a whole."""

    def __init__(self, file: str, line: int, column_name: str, message: str) -> None:
        self.file = file
        self.line = line
        self.column_name = column_name
        self.message = message
        place = f"{file}:{line}" if line > 0 else file
        column = f"column {column_name}" if column_name else ""
        super().__init__(_one_line(": ".join(part for part in (place, column, message) if part)))


class AuthorityError(JointskyError):
    """An order that the agreement does not grant; `clauses` are the ids of the clauses that decided."""

    def __init__(self, order: str, clauses: Sequence[str]) -> None:
        self.order = order
        self.clauses = tuple(clauses)
        reason = "by " + ", ".join(self.clauses) if self.clauses else "because no clause in force grants it"
        super().__init__(_one_line(f"order {order} refused {reason}"))


class LogError(JointskyError):
    """A recording that is damaged, unsealed where it must be sealed, or does not belong to this run."""


class StudyError(JointskyError):
    """A study that cannot be planned, resumed or evaluated."""


class ConsoleError(JointskyError):
    """The console cannot be served: its port is taken, or its address is not this machine's own."""


class FeedError(JointskyError):
    """Live data cannot be taken: an address that is none or not allowed, or a port that is taken."""


class RunError(JointskyError):
    """A run that must stop: NaN, a full table, time going backwards. Names the tick and the entity."""

    def __init__(self, tick: int, entity: str, message: str) -> None:
        self.tick = tick
        self.entity = entity
        self.message = message
        super().__init__(_one_line(f"tick {tick}: {entity}: {message}" if entity else f"tick {tick}: {message}"))


def suggest(word: str, known: Iterable[str]) -> str:
    """Return advice for an unknown word: the nearest known names, or all of them when there are five or fewer.

    The text is a clause to append after "; ", empty when nothing is near.
    """
    names = sorted(set(known))
    likeness = {name: _likeness(word.lower(), name.lower()) for name in names}
    best = max(likeness.values(), default=0.0)
    near = sorted(
        (name for name in names if likeness[name] >= max(0.6, best - 0.05)), key=lambda name: -likeness[name]
    )[:3]
    parts: list[str] = []
    if near:
        parts.append(f"did you mean {' or '.join(near)}?")
    if names and len(names) <= 5:
        parts.append(f"known: {', '.join(names)}")
    return " ".join(parts)


def _likeness(word: str, name: str) -> float:
    """Return the share of letters in common (0 to 1) and a little for each that both begin with."""
    return difflib.SequenceMatcher(None, word, name).ratio() + 0.02 * len(commonprefix((word, name)))


def _revive(kind: type[JointskyError], args: tuple[object, ...], fields: dict[str, object]) -> JointskyError:
    error = kind.__new__(kind)
    error.args = args
    error.__dict__.update(fields)
    return error


def _short(text: str) -> str:
    """The text without its middle when it is too long to read: what a file holds can be of any length."""
    return text if len(text) <= LONGEST else f"{text[: LONGEST // 2]} ... {text[-LONGEST // 4 :]}"


def _one_line(text: str) -> str:
    """The text on one line, with signs that no screen shows written out."""
    line = " ".join(text.split())
    return line if line.isprintable() else "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in line)
