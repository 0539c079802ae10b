"""The guide: every file of `docs/` is a page, and every link of it, and of an asset in the UI, arrives."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from urllib.parse import urldefrag

import dagster as dg
import pytest
import requests

from spend_pipeline.definitions import defs
from spend_pipeline.guide.pages import DOCS, FILES, pages
from spend_pipeline_tests.ui.conftest import Ui

ASSETS = sorted(defs.resolve_all_asset_specs(), key=lambda asset: asset.key)


class Links(HTMLParser):
    """What a page of HTML leads to or loads, and the addresses inside it."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.targets: list[str] = []
        self.ids: set[str] = set()
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name in ("href", "src"):
                self.targets.append(str(value))
            elif name == "id":
                self.ids.add(str(value))


def shown(ui: Ui, path: str) -> requests.Response:
    response = requests.get(f"http://{ui.host}{path}", timeout=60)
    assert response.status_code == 200, path
    return response


def here(html: str) -> Iterator[str]:
    return (target for target in Links(html).targets if not target.startswith("http"))


def test_every_file_is_a_page_and_every_link_arrives(ui: Ui) -> None:
    assert pages().keys() >= {file.stem for file in DOCS.glob("*.md")}
    for name in ["", *pages()]:
        page = f"/guide/{name}"
        response = shown(ui, page)
        assert response.headers["content-type"] == "text/html; charset=utf-8"
        assert "default-src 'none'" in response.headers["content-security-policy"]
        for target in set(here(response.text)):
            path, fragment = urldefrag(target)
            found = shown(ui, path or page)
            assert not fragment or fragment in Links(found.text).ids, f"{page} leads to {target}"


@pytest.mark.parametrize("asset", ASSETS, ids=lambda asset: asset.key.to_user_string())
def test_each_asset_leads_to_its_page(ui: Ui, asset: dg.AssetSpec) -> None:
    path, fragment = urldefrag(asset.metadata["guide"].value)
    assert not fragment or fragment in Links(shown(ui, path).text).ids


def test_what_is_not_part_of_the_guide_is_named_and_leads_nowhere() -> None:
    assert "CONTRIBUTING" in "".join(page.html for page in pages().values())
    assert not any(target.startswith(".") for page in pages().values() for target in here(page.html))


@pytest.mark.parametrize("path", ["nothing", "..%2fREADME", "decisions", "images/page.png", "files/%2e%2e/README.md"])
def test_what_is_no_page_is_not_found(ui: Ui, path: str) -> None:
    assert requests.get(f"http://{ui.host}/guide/{path}", timeout=60).status_code == 404


def test_pictures_are_served(ui: Ui) -> None:
    picture = re.compile(rf"{FILES}/images/[\w-]+\.svg")
    found = {match[0] for page in pages().values() for match in picture.finditer(page.html)}
    assert all(shown(ui, path).headers["content-type"] == "image/svg+xml" for path in found)
