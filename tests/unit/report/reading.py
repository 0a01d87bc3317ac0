"""Read a page as a browser does: ids, links, and the text of every cell that names its source."""

from __future__ import annotations

from html.parser import HTMLParser

VOID = {"meta", "br", "circle", "line", "rect", "polyline", "polygon", "path", "use"}


class Page(HTMLParser):
    """The elements of a page; raises AssertionError for tags that do not close as they opened."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.targets: list[str] = []
        self.sources: dict[str, str] = {}
        self.text = ""
        self._open: list[str] = []
        self._query: str | None = None
        self.feed(html)
        assert not self._open, f"left open: {self._open}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.ids += [given["id"]] if given.get("id") else []
        for name in ("href", "src", "srcset", "action", "data", "xlink:href"):
            self.targets += [given[name] or ""] if name in given else []
        self._query = given.get("data-query")
        if self._query is not None:
            self.sources.setdefault(self._query, "")
        if tag not in VOID or (tag in ("circle", "polygon", "path") and not self.get_starttag_text().endswith("/>")):
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.ids += [value for name, value in attrs if name == "id" and value]
        self.targets += [value or "" for name, value in attrs if name in ("href", "src")]

    def handle_endtag(self, tag: str) -> None:
        assert self._open and self._open[-1] == tag, f"</{tag}> closes {self._open[-3:]}"
        self._open.pop()
        self._query = None

    def handle_data(self, data: str) -> None:
        self.text += data
        if self._query is not None:
            self.sources[self._query] += data


def assert_self_contained(html: str) -> Page:
    """Nothing is loaded from elsewhere, no id stands twice, and every link leads to a place of the page."""
    page = Page(html)
    for word in ("http:", "https:", "<script", "<link", "@import", "url(", "<img", "<iframe"):
        assert word not in html, f"{word} in a page that should stand alone"
    assert len(page.ids) == len(set(page.ids))
    assert all(target.startswith("#") and target[1:] in page.ids for target in page.targets)
    return page
