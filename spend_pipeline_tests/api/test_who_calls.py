"""Who calls: 401 in one wording for whatever is wrong with a token, 403 for a client that is disabled."""

import pytest
import requests

from spend_pipeline.store import clients
from spend_pipeline.tokens import new_token
from spend_pipeline_tests.api.endpoint import PATH, Caller, Endpoint, error_of
from spend_pipeline_tests.store.books import GROQ, write

UNAUTHORIZED = "The request needs 'Authorization: Bearer {client_token}' with a token that is valid"


@pytest.fixture
def caller(endpoint: Endpoint) -> Caller:
    return endpoint.add(GROQ)


def refused(response: requests.Response) -> None:
    assert response.status_code == 401
    assert response.headers["www-authenticate"] == "Bearer"
    assert error_of(response) == UNAUTHORIZED


WRONG = {
    "missing": None,
    "basic": "Basic {token}",
    "empty": "",
    "scheme alone": "Bearer",
    "no token": "Bearer ",
    "no scheme": "{token}",
    "two tokens": "Bearer {token} {token}",
    "comma": "Bearer {token},",
    "unknown": f"Bearer {new_token().text}",
    "wrong checksum": "Bearer {token}x",
    "cut": "Bearer spend_",
    "other case": "Bearer {upper}",
    "not a token": "Bearer ' or 1=1 --",
    "70 kB": "Bearer " + "a" * 7_000,
}


@pytest.mark.parametrize("header", WRONG.values(), ids=WRONG)
@pytest.mark.parametrize("method", ["POST", "GET"])
def test_a_wrong_token_is_unauthorized(endpoint: Endpoint, caller: Caller, header: str | None, method: str) -> None:
    token = caller.added.token
    headers = {} if header is None else {"Authorization": header.format(token=token, upper=token.swapcase())}
    path = PATH if method == "POST" else f"{PATH}/00000000-0000-4000-8000-000000000000"
    refused(requests.request(method, endpoint.url + path, headers=headers, timeout=10))
    assert endpoint.asked(caller) == 0


def test_a_token_with_a_wrong_checksum_is_unauthorized(endpoint: Endpoint, caller: Caller) -> None:
    token = caller.added.token
    other = token[:-1] + ("0" if token[-1] != "0" else "1")
    refused(requests.post(endpoint.url + PATH, headers={"Authorization": f"Bearer {other}"}, timeout=10))


def test_a_token_elsewhere_is_not_looked_at(endpoint: Endpoint, caller: Caller) -> None:
    token = caller.added.token
    for where in ("access_token", "token", "authorization"):
        refused(requests.post(endpoint.url + PATH, params={where: token}, data={where: token}, timeout=10))
    refused(requests.post(endpoint.url + PATH, headers={"X-Api-Key": token}, cookies={"token": token}, timeout=10))


@pytest.mark.parametrize(
    "headers",
    [
        b"Authorization: Bearer {token}\r\nAuthorization: Bearer {token}",
        b"Authorization: Basic eA==\r\nAuthorization: Bearer {token}",
        b"Authorization: Bearer \xff\xfe\x80{token}",
        "Authorization: Bearer é{token}".encode(),
        b"Authorization: Bearer " + b"\xff" * 55,
        b"Authorization: Bearer " + b"a" * 60_000,
    ],
    ids=["twice", "two schemes", "bytes before", "utf-8", "bytes", "60 kB"],
)
def test_bytes_that_no_token_has(endpoint: Endpoint, caller: Caller, headers: bytes) -> None:
    """Never a 500, and the same words as for any other token."""
    sent = headers.replace(b"{token}", caller.added.token.encode())
    status, found, body = endpoint.raw(b"POST %s HTTP/1.1\r\nHost: x\r\n%s\r\n\r\n" % (PATH.encode(), sent))
    assert status == 401
    assert found["www-authenticate"] == "Bearer"
    assert body.decode() == f'{{"success":false,"error":"{UNAUTHORIZED}"}}'


@pytest.mark.parametrize("scheme", ["bearer", "BEARER", "Bearer", "Bearer  "])
def test_the_scheme_is_read_in_any_case(endpoint: Endpoint, scheme: str) -> None:
    """RFC 7235: a scheme's case means nothing, and one space or more come after it."""
    caller = endpoint.add()
    headers = {"Authorization": f"{scheme} {caller.added.token}"}
    assert requests.post(endpoint.url + PATH, headers=headers, timeout=10).status_code == 200


def test_a_disabled_client_is_told_so_until_it_is_enabled(endpoint: Endpoint, caller: Caller) -> None:
    name = caller.added.client.name
    clients.set_active(endpoint.database, name, is_active=False)
    response = caller.post()
    assert response.status_code == 403
    assert "disabled" in error_of(response)
    assert caller.get(f"{PATH}/garbage").status_code == 403
    assert endpoint.asked(caller) == 0
    clients.set_active(endpoint.database, name, is_active=True)
    assert caller.post().status_code == 200


def test_a_rotated_token_stops_at_once(endpoint: Endpoint, caller: Caller) -> None:
    clients.rotate_token(endpoint.database, caller.added.client.name)
    refused(caller.post())


def test_an_expired_token_is_unauthorized_in_the_same_words(endpoint: Endpoint, caller: Caller) -> None:
    token = "update client_tokens set expires_at = now() where client_id = :id"
    write(endpoint.database, token, id=caller.added.client.id)
    refused(caller.post())


def test_two_tokens_of_one_client_share_its_minute(endpoint: Endpoint, caller: Caller) -> None:
    _, second = clients.add_token(endpoint.database, caller.added.client.name)
    assert caller.post().status_code == 200
    headers = {"Authorization": f"Bearer {second.text}"}
    assert requests.post(endpoint.url + PATH, headers=headers, timeout=10).status_code == 429
