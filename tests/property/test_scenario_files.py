"""Whatever is done to a scenario file, it is read or refused with faults that have a place; nothing else is raised."""

from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import example, given
from hypothesis import strategies as st
from unit.scenario.small import SMALL

from jointsky.errors import ScenarioErrors
from jointsky.scenario.load import load

WORDS = [
    "no",
    "on",
    "5",
    "-1",
    "'",
    "{",
    "}",
    "[",
    "]",
    ":",
    "*a",
    "&a",
    "|",
    "!!int",
    "west",
    "~",
    "1:30",
    "\t",
    "é",
    "<<: x",
    "#",
]
PLACES = st.integers(0, len(SMALL))


def _read(text: str) -> None:
    with TemporaryDirectory() as folder:
        file = Path(folder) / "main.yaml"
        file.write_text(text, encoding="utf-8")
        lines = text.count("\n") + 2
        try:
            load(file)
        except ScenarioErrors as errors:
            assert errors.errors
            for error in errors.errors:
                assert 0 <= error.line <= lines and "\n" not in str(error) and error.message


@given(PLACES, st.integers(0, 60), st.sampled_from(WORDS))
def test_a_spoilt_text(start: int, length: int, word: str) -> None:
    _read(SMALL[:start] + word + SMALL[start + length :])


@given(st.integers(0, SMALL.count("\n") - 1), st.integers(0, SMALL.count("\n") - 1))
def test_moved_lines(one: int, other: int) -> None:
    lines = SMALL.split("\n")
    lines.insert(other, lines.pop(one))
    _read("\n".join(lines))


@given(st.text(max_size=200))
@example(text="\xa0\x1f")
def test_any_text(text: str) -> None:
    _read(text.replace("\r", ""))
