"""Documentation is tested like code: what it shows exists, what it claims of the tree is true, and its Python runs."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest
import yaml
from test_house import FLOORS, ROOT, SOURCE, WALLS

README = ROOT / "README.md"
PAGES = [README, *sorted((ROOT / "docs").rglob("*.md"))]
README_LINES = 120
FENCE = re.compile(r"^```(\w+)[^\n]*\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"!?\[[^\]]*\]\(([^)#\s]+)")
INLINE = re.compile(r"`((?:\.venv/bin/)?jointsky [a-z][^`]*|make [a-z][^`]*)`")
STUDY_IS_BUILT = (SOURCE / "study").is_dir()
CLI_IS_BUILT = (SOURCE / "cli").exists()


def called(page: Path) -> str:
    """A page as the reader names it."""
    return page.relative_to(ROOT).as_posix()


def blocks(page: Path, *languages: str) -> list[str]:
    """The fenced blocks of a page in these languages."""
    return [body for language, body in FENCE.findall(page.read_text()) if language in languages]


def commands(page: Path) -> list[list[str]]:
    """Every `jointsky` and `make` command that a page shows, as words, without the folder of the program."""
    lines = [line for block in blocks(page, "console", "sh", "bash") for line in block.splitlines()]
    shown = [line.removeprefix("$ ") for line in lines] + INLINE.findall(page.read_text())
    split = [line.split("#")[0].split() for line in shown]
    return [[words[0].rpartition("/")[2], *words[1:]] for words in split if len(words) > 1]


@cache
def help_of(*verb: str) -> str:
    """What `jointsky [VERB] --help` prints."""
    code = "import sys; sys.argv[0] = 'jointsky'; from jointsky.cli import main; main()"
    wide = {**os.environ, "PYTHONPATH": str(SOURCE.parent), "COLUMNS": "200", "NO_COLOR": "1", "TERM": "dumb"}
    done = subprocess.run([sys.executable, "-c", code, *verb, "--help"], env=wide, capture_output=True, text=True,
                          check=False)
    return done.stdout if done.returncode == 0 else ""


def test_the_readme_is_short() -> None:
    assert len(README.read_text().splitlines()) <= README_LINES


@pytest.mark.parametrize("page", PAGES, ids=called)
def test_links_lead_somewhere(page: Path) -> None:
    promised = set() if STUDY_IS_BUILT else {"docs/images/staircase.svg"}  # the headline study draws it
    local = {link for link in LINK.findall(page.read_text()) if "://" not in link} - promised
    assert not [link for link in local if not (page.parent / link).exists()]


@pytest.mark.parametrize("page", PAGES, ids=called)
def test_make_targets_exist(page: Path) -> None:
    targets = set(re.findall(r"^([a-z0-9-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    shown = {words[1] for words in commands(page) if words[0] == "make"}
    assert shown <= targets


@pytest.mark.skipif(not CLI_IS_BUILT, reason="the command line is not built yet")
@pytest.mark.parametrize("page", PAGES, ids=called)
def test_verbs_and_options_exist(page: Path) -> None:
    for _, verb, *rest in (words for words in commands(page) if words[0] == "jointsky"):
        if verb.startswith("-"):
            continue
        assert re.search(rf"\b{verb}\b", help_of()), f"jointsky {verb} is no verb"
        inner = [rest[0]] if rest and re.fullmatch(r"[a-z]+", rest[0]) else []  # a verb of a group of verbs
        described = help_of(verb) + (help_of(verb, *inner) if inner else "")
        for option in (word.partition("=")[0] for word in rest if word.startswith("--")):
            assert option in described, f"jointsky {verb} has no {option}"


@pytest.mark.skipif(not STUDY_IS_BUILT, reason="studies are not built yet")
@pytest.mark.parametrize("page", [page for page in PAGES if blocks(page, "python")], ids=called)
def test_python_examples_run(page: Path) -> None:
    """Each block runs by itself in the root of the repository and prints something."""
    for block in blocks(page, "python"):
        done = subprocess.run([sys.executable, "-c", block], cwd=ROOT, capture_output=True, text=True, check=False,
                              env={**os.environ, "PYTHONPATH": str(SOURCE.parent)})
        assert done.returncode == 0 and done.stdout.strip(), done.stderr


def test_study_files_that_pages_show_are_study_files() -> None:
    from jointsky.study.design import Design

    shown = [yaml.safe_load(block) for page in PAGES for block in blocks(page, "yaml")]
    studies = [found for found in shown if isinstance(found, dict) and "study" in found]
    assert studies and all(Design.model_validate(found).arms for found in studies)


def test_the_readme_example_is_short_and_ends_in_an_interval() -> None:
    (example,) = blocks(README, "python")
    assert len(example.strip().splitlines()) <= 15
    assert ".low" in example and ".high" in example


def test_the_site_lists_every_page() -> None:
    nav = yaml.safe_load((ROOT / "mkdocs.yml").read_text())["nav"]
    assert sorted(nav_files(nav)) == sorted(p.relative_to(ROOT / "docs").as_posix() for p in PAGES if p != README)


def nav_files(entry: object) -> list[str]:
    """The files named anywhere in a navigation tree."""
    if isinstance(entry, str):
        return [entry]
    inner = entry.values() if isinstance(entry, dict) else entry
    return [name for item in inner for name in nav_files(item)]  # type: ignore[union-attr]


def first_sentence(room: str) -> str:
    """What a room says it is, in the first line of its docstring; empty where the room does not exist."""
    places = [path for path in (SOURCE / f"{room}.py", SOURCE / room / "__init__.py") if path.exists()]
    said = ast.get_docstring(ast.parse(places[0].read_text())) if places else None
    return said.splitlines()[0].rstrip(".") if said else ""


def drawn_tree(width: int = 110) -> str:
    """The floors from the top down, one room a line; `python -m` is a door and no room."""
    lines = ["src/jointsky/"]
    for floor, rooms in FLOORS.items():
        standing = [room for room in rooms if first_sentence(room) and room != "__main__"]
        for number, room in enumerate(standing):
            name = room if (SOURCE / f"{room}.py").exists() else f"{room}/"
            lines.append(f"  {floor if number == 0 else ' '} {name:<11} {shortened(first_sentence(room), width - 16)}")
    return "```text\n" + "\n".join(lines) + "\n```"


def shortened(sentence: str, width: int) -> str:
    """A sentence that fits: whole, or up to its last colon, semicolon or comma that does, or to its last such word."""
    if len(sentence) <= width:
        return sentence
    ends = [found.start() for found in re.finditer(r"[:;,] | ", sentence[: width + 1])]
    at_sign = [end for end in ends if sentence[end] in ":;"] or [end for end in ends if sentence[end] == ","] or ends
    return sentence[: at_sign[-1]]


def drawn_walls() -> str:
    """The walls as a list: why each stands, whom it binds and who is left free."""
    lines = []
    for wall in WALLS:
        who = ", ".join(f"`{name}`" for name in wall.who) or "every room"
        but = f", but not {', '.join(f'`{name}`' for name in wall.but)}" if wall.but else ""
        lines.append(f"- **{wall.why[0].upper()}{wall.why[1:]}** (binds {who}{but})")
    return "\n".join(lines)


@pytest.mark.parametrize(("name", "page"), [("tree", "README.md"), ("tree", "docs/understand/house.md"),
                                            ("walls", "docs/understand/house.md")])
def test_what_is_drawn_from_the_code_is_true(name: str, page: str, request: pytest.FixtureRequest) -> None:
    text = (ROOT / page).read_text()
    drawn = {"tree": drawn_tree, "walls": drawn_walls}[name]()
    span = re.compile(rf"(<!-- {name}: [^>]*-->\n)(.*?)(<!-- /{name} -->)", re.DOTALL)
    renewed = span.sub(lambda found: f"{found[1]}{drawn}\n{found[3]}", text)
    if request.config.getoption("--update"):
        (ROOT / page).write_text(renewed)
    elif renewed != text:
        pytest.fail(f"{page}: the {name} is out of date; run pytest tests/test_docs.py --update")
