"""The page's files as a browser gets them: what they may do, and when they are asked for again."""

import pytest
import requests

from spend_pipeline_tests.api.endpoint import Endpoint, error_of

POLICY = {
    "default-src": ["'none'"],
    "script-src": ["'self'"],
    "style-src": ["'self'"],
    "img-src": ["'self'"],
    "connect-src": ["'self'"],
    "frame-ancestors": ["'none'"],
    "base-uri": ["'none'"],
    "form-action": ["'none'"],
}


@pytest.mark.parametrize("path", ["/", "/page/main.js", "/page/base.css", "/page/icon.svg"])
def test_nothing_inline_nothing_evaluated_and_no_other_host_is_allowed(endpoint: Endpoint, path: str) -> None:
    """And a file that has not changed is not sent again."""
    answer = requests.get(endpoint.url + path, timeout=10)
    parts = answer.headers["content-security-policy"].split("; ")
    assert {name: sources for name, *sources in map(str.split, parts)} == POLICY
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "no-cache"
    same = {"If-None-Match": answer.headers["etag"]}
    assert requests.get(endpoint.url + path, headers=same, timeout=10).status_code == 304
    assert requests.head(endpoint.url + path, timeout=10).ok


@pytest.mark.parametrize("path", ["/page/", "/page/nosuch.js", "/page/../page.py", "/page/%2e%2e/page.py"])
def test_nothing_else_of_the_package_is_served(endpoint: Endpoint, path: str) -> None:
    status, _, body = endpoint.raw(f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
    assert status == 404
    assert b"import" not in body


def test_a_page_takes_no_post(endpoint: Endpoint) -> None:
    answer = requests.post(endpoint.url + "/", timeout=10)
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD")
    assert error_of(answer)


def test_the_guide_is_here_as_well(endpoint: Endpoint) -> None:
    """What the page's foot leads to; and what is no page of it is an error like any other."""
    assert "<h1" in requests.get(f"{endpoint.url}/guide/analytics", timeout=10).text
    missing = requests.get(f"{endpoint.url}/guide/nothing", timeout=10)
    assert (missing.status_code, error_of(missing)) == (404, "No such route: /docs lists those there are")
