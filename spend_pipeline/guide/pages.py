"""The pages: the Markdown of `docs/`, from the checkout or the wheel, its links leading to each other."""

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from html import escape
from pathlib import Path
from string import Template
from urllib.parse import urlsplit

from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.anchors import anchors_plugin

from spend_pipeline.house import TOP

DOCS = TOP / "docs"
ROOT = "/guide"
FILES = f"{ROOT}/files"
FRAME = Template((Path(__file__).parent / "frame.html").read_text(encoding="utf-8"))


@dataclass(frozen=True)
class Page:
    """A page by its path below the root, what its first heading says, and its text as HTML."""

    name: str
    title: str
    html: str


@cache
def pages() -> dict[str, Page]:
    """Every page by its name: `analytics`, `decisions/0001-one-database-embedded-by-default`."""
    files = sorted(DOCS.glob("*.md")) + sorted((DOCS / "decisions").glob("*.md"))
    return {each.name: each for each in map(_page, files)}


def framed(name: str) -> str | None:
    """A whole page of HTML; None where there is no such page. The empty name is that of the list of all."""
    shown = pages().get(name) if name else Page("", "Guide", _contents())
    if shown is None:
        return None
    beside = (each for each in pages().values() if "/" not in each.name)
    links = "".join(_link(each, "page" if each.name == name else "") for each in beside)
    return FRAME.substitute(title=escape(shown.title), links=links, content=shown.html)


def _page(file: Path) -> Page:
    name = file.relative_to(DOCS).with_suffix("").as_posix()
    reader = MarkdownIt("commonmark").enable("table").use(anchors_plugin, max_level=4)
    tokens = reader.parse(file.read_text(encoding="utf-8"))
    for token in _inside(tokens):
        if token.type == "link_open":
            _lead_on(token, "href", name)
        elif token.type == "image":
            _lead_on(token, "src", name)
    title = next(tokens[at + 1].content for at, token in enumerate(tokens) if token.type == "heading_open")
    return Page(name, title, reader.renderer.render(tokens, reader.options, {}))


def _inside(tokens: list[Token]) -> Iterator[Token]:
    for token in tokens:
        yield token
        yield from _inside(token.children or [])


def _lead_on(token: Token, attribute: str, name: str) -> None:
    """Makes a link between files one between pages. What is not below `docs/` is named, and leads nowhere."""
    parts = urlsplit(str(token.attrs[attribute]))
    if parts.scheme or not parts.path:
        return
    target = posixpath.normpath(posixpath.join(posixpath.dirname(name), parts.path))
    if target.endswith(".md") and (DOCS / target).is_file() and not target.startswith(".."):
        fragment = f"#{parts.fragment}" if parts.fragment else ""
        token.attrs[attribute] = f"{ROOT}/{target.removesuffix('.md')}{fragment}"
    elif not target.startswith("..") and (DOCS / target).is_file():
        token.attrs[attribute] = f"{FILES}/{target}"
    else:
        del token.attrs[attribute]


def _contents() -> str:
    first = [each for each in pages().values() if "/" not in each.name]
    decisions = [each for each in pages().values() if "/" in each.name]
    lists = ("".join(f"<li>{_link(each)}</li>" for each in listed) for listed in (first, decisions))
    return "<h1>Guide</h1><ul>{}</ul><h2>Why it is built as it is</h2><ul>{}</ul>".format(*lists)


def _link(page: Page, current: str = "") -> str:
    here = f' aria-current="{current}"' if current else ""
    return f'<a href="{ROOT}/{page.name}"{here}>{escape(page.title.replace("`", ""))}</a>'
