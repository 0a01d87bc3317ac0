"""The shell of every page: one file, nothing from outside, readable in light, in dark and on paper."""

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from jointsky.record.atomic import write_whole

MARKING = "EXERCISE - WEAPONS SIMULATED"
"""Stands at the head and foot of every page."""

_LIGHT = """--ink:#1b1f24;--dim:#565f6b;--line:#d5dae1;--paper:#ffffff;--card:#f6f7f9;--band:#f3c76b;--land:#e9ecef;--sea:#f8fafb;
--s0:#0067a3;--s1:#c2500a;--s2:#00795a;--s3:#a33f7a;--s4:#8a6500;--s5:#4a55b8;
--friend:#006e90;--hostile:#c01818;--neutral:#1d7a33;--unknown:#8a6d00"""
_DARK = """--ink:#e8eaed;--dim:#a9b2bd;--line:#3a424d;--paper:#14181d;--card:#1d232a;--band:#8a6a1f;--land:#252c34;--sea:#12161a;
--s0:#62b8f2;--s1:#ff9457;--s2:#45d6a3;--s3:#ee9ccb;--s4:#e8c04a;--s5:#a3acff;
--friend:#4fd8f5;--hostile:#ff7b73;--neutral:#6fdc84;--unknown:#f0d24a"""

PICTURE_STYLE = f"""
:root{{{_LIGHT}}}
@media (prefers-color-scheme:dark){{:root{{{_DARK}}}}}
@media print{{:root{{{_LIGHT}}}}}
svg{{font-family:system-ui,"Segoe UI","DejaVu Sans",sans-serif}}
svg text{{fill:var(--ink);font-size:12px}} svg .tick{{fill:var(--dim);font-size:11px}} svg .small{{fill:var(--dim);font-size:11px}}
svg .head{{font-size:13px;font-weight:600}} svg .strong{{font-weight:600}}
svg .grid{{stroke:var(--line);stroke-width:1}} svg .axis{{stroke:var(--dim);stroke-width:1}}
svg .zero{{stroke:var(--ink);stroke-width:1.5;stroke-dasharray:6 4}} svg .band{{fill:var(--band);opacity:.45}}
svg .whisker{{stroke-width:2.2;fill:none}} svg .tread{{stroke-width:3}} svg .riser{{stroke:var(--dim);stroke-dasharray:2 3}}
svg .curve{{fill:none;stroke-width:2}} svg .faint{{opacity:.55}} svg .mark{{stroke:var(--paper);stroke-width:.8}}
""" + "".join(f"svg .s{i}{{fill:var(--s{i});stroke:var(--s{i})}} svg .curve.s{i},svg .whisker.s{i}{{fill:none}}\n" for i in range(6)) + (
    "svg .mark{stroke:var(--paper)}\nsvg .d1{stroke-dasharray:7 3}svg .d2{stroke-dasharray:2 3}svg .d3{stroke-dasharray:9 3 2 3}\n"
)
"""The classes of pictures; a picture that stands alone carries it."""

_STYLE = PICTURE_STYLE + """
*{box-sizing:border-box} html{-webkit-text-size-adjust:100%}
body{margin:0 auto;max-width:1180px;padding:0 20px 40px;background:var(--paper);color:var(--ink);
font:15px/1.5 system-ui,"Segoe UI","DejaVu Sans",sans-serif}
h1{font-size:25px;line-height:1.25;margin:.7em 0 .3em} h2{font-size:19px;margin:2em 0 .5em;padding-top:.5em;border-top:1px solid var(--line)}
h3{font-size:15.5px;margin:1.4em 0 .4em} p,ul,ol{max-width:78ch;margin:.5em 0} .lead{font-size:17px} .dim,.note{color:var(--dim)} .note{font-size:13px}
.marking{text-align:center;font-weight:700;letter-spacing:.06em;font-size:13px;padding:5px;border:2px solid var(--ink);margin:14px 0}
figure{margin:12px 0} figcaption{color:var(--dim);font-size:13px;max-width:90ch} svg{max-width:100%;height:auto;display:block}
.scroll{overflow-x:auto;max-width:100%} table{border-collapse:collapse;font-size:13px;margin:.6em 0;font-variant-numeric:tabular-nums}
th,td{padding:4px 9px;border-bottom:1px solid var(--line);text-align:left;vertical-align:top} th{font-weight:600;background:var(--card)}
td.n{text-align:right;white-space:nowrap} caption{text-align:left;font-weight:600;padding:4px 0}
.grid2{display:grid;grid-template-columns:repeat(auto-fit,minmax(340px,1fr));gap:14px} .wide{grid-template-columns:repeat(auto-fit,minmax(min(520px,100%),1fr))} figure.full svg{width:100%} .card{background:var(--card);padding:10px 12px;border-radius:6px}
.big{font-size:27px;font-weight:650;line-height:1.2;font-variant-numeric:tabular-nums} dl{display:grid;grid-template-columns:max-content 1fr;gap:3px 16px;margin:.6em 0}
dt{color:var(--dim)} dd{margin:0;overflow-wrap:anywhere} code,pre{font-family:ui-monospace,"DejaVu Sans Mono",monospace;font-size:13px}
pre{background:var(--card);padding:10px 12px;border-radius:6px;overflow-x:auto} .warn{border-left:4px solid var(--hostile);padding-left:10px}
a{color:inherit} nav{font-size:13px} nav a{margin-right:14px}
@media print{body{max-width:none;padding:0;font-size:11.5px} h2{break-after:avoid} figure,.card,tr{break-inside:avoid} nav{display:none} .scroll{overflow:visible}}
"""


def page(title: str, body: Iterable[str]) -> str:
    """A whole page."""
    marking = f'<div class="marking">{MARKING}</div>'
    return "\n".join(
        (
            '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width,initial-scale=1">',
            '<meta name="color-scheme" content="light dark">',
            f"<title>{escape(title)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n{marking}",
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
    told = f"<caption>{escape(caption)}</caption>" if caption else ""
    return f'<div class="scroll"><table>{told}<thead><tr>{head}</tr></thead><tbody>\n{lines}\n</tbody></table></div>'


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
    return (
        f'<div class="card"><div>{escape(head)}</div><div class="big" data-query="{escape(query, quote=True)}">{escape(big)}</div>'
        f'<div class="note">{escape(small)}</div></div>'
    )


def links(targets: Mapping[str, str]) -> str:
    """Links to the sections of the page, for people who look for one."""
    return "<nav>" + "".join(f'<a href="#{anchor}">{escape(words)}</a>' for anchor, words in targets.items()) + "</nav>"


def program_version() -> str:
    """The version of the program as installed."""
    try:
        return version("jointsky")
    except PackageNotFoundError:
        return "not installed (run from its sources)"
