"""The shell of every page: one file, nothing from outside, readable in light, in dark and on paper."""

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from importlib.metadata import PackageNotFoundError, version
from importlib.resources import files
from pathlib import Path

from jointsky.record.atomic import write_whole

WIDE = 7
"""From so many columns on a table is set tight."""
MARKING = "EXERCISE - WEAPONS SIMULATED"
"""Stands at the head and foot of every page."""


def stylesheet(name: str) -> str:
    """A style sheet of this room: `picture` (for every picture), `page` or `map`."""
    return files("jointsky.report").joinpath("style", f"{name}.css").read_text("utf-8")


def page(title: str, body: Iterable[str]) -> str:
    """A whole page."""
    marking = f'<div class="marking">{MARKING}</div>'
    return "\n".join(
        (
            '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width,initial-scale=1">',
            '<meta name="color-scheme" content="light dark">',
            f"<title>{escape(title)}</title>\n<style>{stylesheet('picture')}{stylesheet('page')}</style>\n</head>\n<body>\n{marking}",
            *body,
            f"{marking}\n</body>\n</html>\n",
        )
    )


def save(path: Path, html: str) -> Path:
    """Write a page whole or not at all. Raises LogError when the disk refuses."""
    content = html.encode()
    write_whole(path, lambda file: file.write(content))
    return path


def cell(words: str, query: str = "", number: bool = False) -> str:
    """A table cell; `query` says where its number comes from."""
    kind = ' class="n"' if number else ""
    source = f' data-query="{escape(query, quote=True)}"' if query else ""
    return f"<td{kind}{source}>{escape(words)}</td>"


def table(caption: str, heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table of cells made by `cell` under headings."""
    lines = "\n".join(f"<tr>{''.join(row)}</tr>" for row in rows)
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in heads)
    kind = ' class="tight"' if len(heads) >= WIDE else ""
    told = f"<caption>{escape(caption)}</caption>" if caption else ""
    return (
        f'<div class="scroll"><table{kind}>{told}<thead><tr>{head}</tr></thead><tbody>\n{lines}\n</tbody></table></div>'
    )


def folded(summary: str, body: Iterable[str]) -> str:
    """A part of the page that is closed until someone opens it, under the words of `summary`."""
    return f"<details><summary>{escape(summary)}</summary>\n{''.join(body)}\n</details>"


def heading(words: str, anchor: str) -> str:
    """A section heading that can be linked to."""
    return f'<h2 id="{anchor}">{escape(words)}</h2>'


def paragraph(words: str, kind: str = "") -> str:
    """A paragraph of plain text."""
    return f'<p class="{kind}">{escape(words)}</p>' if kind else f"<p>{escape(words)}</p>"


def bullets(items: Iterable[str]) -> str:
    """A list of plain texts."""
    return "<ul>" + "".join(f"<li>{escape(item)}</li>" for item in items) + "</ul>"


def figure(drawn: str, caption: str = "", kind: str = "") -> str:
    """A picture with what it shows."""
    told = f"<figcaption>{escape(caption)}</figcaption>" if caption else ""
    return f'<figure class="{kind}">{drawn}{told}</figure>' if kind else f"<figure>{drawn}{told}</figure>"


def facts(pairs: Mapping[str, str]) -> str:
    """A list of names and values."""
    return "<dl>" + "".join(f"<dt>{escape(k)}</dt><dd>{escape(v)}</dd>" for k, v in pairs.items()) + "</dl>"


def card(head: str, big: str, small: str, query: str) -> str:
    """One number that matters, with what it is."""
    number = f'<div class="big" data-query="{escape(query, quote=True)}">{escape(big)}</div>'
    return f'<div class="card"><div>{escape(head)}</div>{number}<div class="note">{escape(small)}</div></div>'


def links(targets: Mapping[str, str]) -> str:
    """Links to the sections of the page, for people who look for one."""
    return "<nav>" + "".join(f'<a href="#{anchor}">{escape(words)}</a>' for anchor, words in targets.items()) + "</nav>"


def program_version() -> str:
    """The version of the program as installed."""
    try:
        return version("jointsky")
    except PackageNotFoundError:
        return "not installed (run from its sources)"
