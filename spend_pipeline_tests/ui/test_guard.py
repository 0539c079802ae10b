"""What reaches Dagster's UI and what does not: each rule over a real socket, before the real webserver."""

import base64
import json
import socket
from collections.abc import Mapping
from urllib.parse import quote

import pytest

from spend_pipeline.ui.guard import HEADERS, names
from spend_pipeline_tests.ui.conftest import PROXIED, Ui

SELECTOR = '{repositoryLocationName: "code", repositoryName: "__repository__", jobName: "sync"}'
LAUNCH = f'mutation {{ launchRun(executionParams: {{selector: {SELECTOR}, mode: "default"}}) {{ __typename }} }}'
ASKED = json.dumps({"query": "{ version }"}).encode()
LAUNCHED = json.dumps({"query": LAUNCH}).encode()
JSON = {"Content-Type": "application/json"}
UPGRADE = {
    "Connection": "Upgrade",
    "Upgrade": "websocket",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": base64.b64encode(b"0" * 16).decode(),
    "Sec-WebSocket-Protocol": "graphql-ws",
}


def sent(ui: Ui, method: str, path: str, headers: Mapping[str, str], body: bytes = b"") -> tuple[int, str, bytes]:
    """What is answered to exactly these headers: the status, the head in lower case, and the body."""
    fields = {"Host": ui.host, "Content-Length": str(len(body)), **headers}
    closing = {} if "Connection" in fields else {"Connection": "close"}
    lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in {**fields, **closing}.items())]
    with socket.create_connection(("127.0.0.1", ui.port), timeout=60) as connection:
        connection.sendall("\r\n".join([*lines, "", ""]).encode() + body)
        answer = b""
        while (part := connection.recv(65536)) and not (answer := answer + part).startswith(b"HTTP/1.1 101"):
            pass
    head, _, rest = answer.partition(b"\r\n\r\n")
    return int(head.split()[1]), head.decode("latin-1").lower(), rest


def graphql(ui: Ui, headers: Mapping[str, str], body: bytes = ASKED) -> int:
    return sent(ui, "POST", "/graphql", {**JSON, **headers}, body)[0]


@pytest.mark.parametrize("origin", [None, "http://{host}"])
def test_a_page_of_the_ui_and_a_program_start_a_run(ui: Ui, origin: str | None) -> None:
    """The one way that is open; without it, no test of a closed one would say anything."""
    before = ui.instance.get_runs_count()
    headers = {} if origin is None else {"Origin": origin.format(host=ui.host), "Sec-Fetch-Site": "same-origin"}
    status, _, body = sent(ui, "POST", "/graphql", {**JSON, **headers}, LAUNCHED)
    assert (status, json.loads(body)) == (200, {"data": {"launchRun": {"__typename": "LaunchRunSuccess"}}})
    assert ui.instance.get_runs_count() == before + 1


FOREIGN = {
    "link": ("GET", f"/graphql?query={quote(LAUNCH)}", {}, 405),
    "link with a slash": ("GET", f"/graphql/?query={quote(LAUNCH)}", {}, 405),
    "link with a line break": ("GET", f"/graphql%0A?query={quote(LAUNCH)}", {}, 400),
    "link in other letters": ("GET", f"/%67raphql?query={quote(LAUNCH)}", {}, 405),
    "link for the head": ("HEAD", f"/graphql?query={quote(LAUNCH)}", {}, 405),
    "link with a good origin": ("GET", f"/graphql?query={quote(LAUNCH)}", {"Origin": "http://{host}"}, 405),
    "form": ("POST", "/graphql", {**JSON, "Origin": "http://evil.example"}, 403),
    "form of a sandboxed page": ("POST", "/graphql", {**JSON, "Origin": "null"}, 403),
    "another port of this machine": ("POST", "/graphql", {**JSON, "Origin": "http://127.0.0.1:1"}, 403),
    "another name of this machine": ("POST", "/graphql", {**JSON, "Origin": "http://localhost:{port}"}, 403),
    "a name that begins like ours": ("POST", "/graphql", {**JSON, "Origin": "http://{host}.evil.example"}, 403),
    "ours as a user": ("POST", "/graphql", {**JSON, "Origin": "http://{host}@evil.example"}, 403),
    "another scheme": ("POST", "/graphql", {**JSON, "Origin": "file://{host}"}, 403),
    "no origin that can be read": ("POST", "/graphql", {**JSON, "Origin": "http://[{host}"}, 403),
    "sent from another site": ("POST", "/graphql", {**JSON, "Sec-Fetch-Site": "cross-site"}, 403),
    "sent from a site of the same name": ("POST", "/graphql", {**JSON, "Sec-Fetch-Site": "same-site"}, 403),
    "form without origin": ("POST", "/graphql", {"Content-Type": "text/plain"}, 415),
    "a type that only holds ours": ("POST", "/graphql", {"Content-Type": "text/plain; application/json"}, 415),
    "graphql as text": ("POST", "/graphql", {"Content-Type": "application/graphql"}, 415),
    "no type": ("POST", f"/graphql?query={quote(LAUNCH)}", {}, 415),
    "a name that was made to point here": ("POST", "/graphql", {**JSON, "Host": "evil.example"}, 403),
    "that name and our port": ("POST", "/graphql", {**JSON, "Host": "evil.example:{port}"}, 403),
    "our name and another port": ("POST", "/graphql", {**JSON, "Host": "127.0.0.1:1"}, 403),
    "no name": ("POST", "/graphql", {**JSON, "Host": ""}, 403),
    "another method": ("PUT", "/graphql", JSON, 405),
    "a method to delete": ("DELETE", "/graphql", JSON, 405),
    "the asking before": ("OPTIONS", "/graphql", {"Origin": "http://evil.example"}, 403),
    "a report": ("POST", "/report_asset_materialization/figures", {"Origin": "http://evil.example"}, 403),
}


@pytest.mark.parametrize(("method", "path", "headers", "status"), FOREIGN.values(), ids=FOREIGN)
def test_nobody_else_does(ui: Ui, method: str, path: str, headers: Mapping[str, str], status: int) -> None:
    """Refused in a sentence, and no run starts."""
    before = ui.instance.get_runs_count()
    filled = {name: value.format(host=ui.host, port=ui.port) for name, value in headers.items()}
    refused, head, body = sent(ui, method, path, filled, LAUNCHED if method == "POST" else b"")
    assert refused == status
    assert body.count(b"\n") == (method != "HEAD")
    assert "access-control-allow" not in head
    assert ("\r\nallow: " in head) == (status == 405)
    assert ui.instance.get_runs_count() == before


@pytest.mark.parametrize(
    ("origin", "status"),
    [
        ("http://{host}", 101),
        (None, 403),
        ("http://evil.example", 403),
        ("null", 403),
        ("http://127.0.0.1:1", 403),
    ],
)
def test_a_websocket_is_opened_by_our_own_pages_only(ui: Ui, origin: str | None, status: int) -> None:
    headers = {} if origin is None else {"Origin": origin.format(host=ui.host)}
    opened, head, _ = sent(ui, "GET", "/graphql", {**UPGRADE, **headers})
    assert opened == status
    assert ("sec-websocket-accept" in head) == (status == 101)


def test_a_subscription_is_answered_over_the_websocket(ui: Ui) -> None:
    from websockets.sync.client import connect
    from websockets.typing import Origin, Subprotocol

    with connect(
        f"ws://{ui.host}/graphql", origin=Origin(f"http://{ui.host}"), subprotocols=[Subprotocol("graphql-ws")]
    ) as page:
        page.send(json.dumps({"type": "connection_init"}))
        assert json.loads(page.recv(30)) == {"type": "connection_ack"}
        query = 'subscription { pipelineRunLogs(runId: "nosuch") { __typename } }'
        page.send(json.dumps({"type": "start", "id": "1", "payload": {"query": query}}))
        said = json.loads(page.recv(30))
    kind = {"pipelineRunLogs": {"__typename": "PipelineRunLogsSubscriptionFailure"}}
    assert said == {"type": "data", "id": "1", "payload": {"data": kind}}


@pytest.mark.parametrize("path", ["/", "/graphql", "/server_info", "/locations?a=b", "/favicon.svg"])
def test_pages_open_and_cannot_be_framed(ui: Ui, path: str) -> None:
    """By typing the address or following a link; not inside another site's page, nor as its script or image."""
    link = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}
    for headers in ({"Accept": "text/html"}, {**link, "Accept": "text/html"}):
        status, head, _ = sent(ui, "GET", path, headers)
        assert status == 200
        for name, value in {**HEADERS, "Content-Security-Policy": "frame-ancestors 'none'"}.items():
            assert f"\r\n{name}: {value}".lower() in head
    for inside in ({"Sec-Fetch-Dest": "iframe"}, {"Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "script"}):
        assert sent(ui, "GET", path, {**link, **inside})[0] == 403


def test_a_reverse_proxy_serves_it_under_a_name_of_the_operators(ui: Ui) -> None:
    """With or without the default port, and only from pages of that very name."""
    assert graphql(ui, {"Host": PROXIED, "Origin": f"https://{PROXIED}"}) == 200
    assert graphql(ui, {"Host": PROXIED.upper(), "Origin": f"https://{PROXIED}:443"}) == 200
    assert graphql(ui, {"Host": PROXIED, "Origin": f"http://{ui.host}"}) == 403
    assert graphql(ui, {"Host": PROXIED, "Origin": f"https://{PROXIED}:8443"}) == 403
    assert graphql(ui, {"Host": f"{PROXIED}:8443"}) == 403


def test_the_names_of_a_house_on_another_address() -> None:
    assert names("192.0.2.7", 3000, ("Spend.example",)) == {
        *("localhost:3000", "127.0.0.1:3000", "[::1]:3000"),
        *("192.0.2.7:3000", "spend.example"),
    }
    assert {"[2001:db8::7]", "[2001:db8::7]:80"} <= names("2001:db8::7", 80, ())
