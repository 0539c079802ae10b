"""What is asked: names that are not there, parameters and methods that are wrong, bodies nobody reads."""

import pytest
import requests

from spend_pipeline.store import integrations
from spend_pipeline_tests.api.endpoint import PATH, Caller, Endpoint, error_of
from spend_pipeline_tests.store.books import CEREBRAS, GROQ

NOT_FOUND = "No active integration of that provider: `provider_name` must name one that this client has"


@pytest.fixture
def caller(endpoint: Endpoint) -> Caller:
    """A client with an active and an inactive integration, beside one that has a third provider."""
    endpoint.add(("together", {"api_key": "any"}))
    caller = endpoint.add(GROQ, CEREBRAS)
    integrations.set_active(endpoint.database, caller.added.ids[1], is_active=False)
    return caller


@pytest.mark.parametrize(
    "name",
    ["nosuch", "together", "cerebras", "GROQ", "groq%20", "groq%00", "%00", "%0d%0aX-Injected:%201", "%C3%A9", "%FF",
     "%F0%9F%92%B8", "groq'%20or%201=1", "%25s", "*", "null", "../groq"],
)  # fmt: skip
def test_a_name_that_is_none_of_the_clients_is_not_found(endpoint: Endpoint, caller: Caller, name: str) -> None:
    """One wording for unknown, another client's, inactive and absurd; the minute is not used up."""
    response = caller.post(f"?provider_name={name}")
    assert response.status_code == 404
    assert error_of(response) == NOT_FOUND
    assert "x-injected" not in response.headers
    assert endpoint.asked(caller) == 0
    assert caller.post("?provider_name=groq").status_code == 200


@pytest.mark.parametrize(
    "query",
    ["?provider_name=", "?provider_name", "?provider_name=" + "a" * 65, "?provider_name=" + "%00" * 65,
     "?provider_name=groq&provider_name=groq", "?provider_name=groq&provider_name=cerebras",
     "?provider_name=&provider_name=groq"],
)  # fmt: skip
def test_a_malformed_parameter_is_refused_by_name(endpoint: Endpoint, caller: Caller, query: str) -> None:
    response = caller.post(query)
    assert response.status_code == 422
    assert error_of(response).startswith("The parameter 'provider_name' is malformed: ")
    assert endpoint.asked(caller) == 0


@pytest.mark.parametrize("query", ["?", "?provider=groq", "?provider_name[]=groq", "?x=%00"])
def test_parameters_that_are_not_ours_are_left_alone(caller: Caller, query: str) -> None:
    assert caller.post(query).status_code == 200


@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE", "OPTIONS", "HEAD", "TRACE"])
def test_another_method_is_told_which_are_taken(endpoint: Endpoint, caller: Caller, method: str) -> None:
    for path, allowed in ((PATH, "POST"), (f"{PATH}/garbage", "GET")):
        if method == allowed:
            continue
        response = requests.request(method, endpoint.url + path, headers=caller.headers, timeout=10)
        assert response.status_code == 405
        assert response.headers["allow"] == allowed
        if method == "HEAD":
            assert response.text == ""
        else:
            assert "Allow header" in error_of(response)


@pytest.mark.parametrize("path", ["/nosuch", "/api/v1", f"{PATH}/", f"{PATH}/a/b", "/%00", "//"])
def test_a_route_that_is_not_there(endpoint: Endpoint, path: str) -> None:
    """Also with a slash too many: nobody is sent elsewhere with a token in hand."""
    response = requests.post(endpoint.url + path, timeout=10, allow_redirects=False)
    assert response.status_code == 404
    assert "No such route" in error_of(response)


@pytest.mark.parametrize("length", [65_537, 2**31, 2**63, 10**30])
def test_a_body_that_is_too_large_is_refused_unread(endpoint: Endpoint, caller: Caller, length: int) -> None:
    """On its announcement: not one byte of it is sent here."""
    token = f"Authorization: Bearer {caller.added.token}"
    head = f"POST {PATH} HTTP/1.1\r\nHost: x\r\n{token}\r\nContent-Length: {length}\r\n\r\n"
    status, _, body = endpoint.raw(head.encode())
    assert status in (400, 413) if length > 2**64 else status == 413  # the parser itself refuses what no number holds
    assert status == 400 or b"too large" in body
    assert endpoint.asked(caller) == 0


@pytest.mark.parametrize(
    "more",
    [{"data": b"x" * 65_536}, {"json": {"provider_name": "nosuch"}},
     {"data": "not json", "headers": {"Content-Type": "application/json"}},
     {"files": {"file": b"x"}}, {"data": iter([b"x" * 1000] * 60)}],
    ids=["64 KiB", "json", "not json", "form", "chunked"],
)  # fmt: skip
def test_a_body_is_not_read(caller: Caller, more: dict[str, object]) -> None:
    assert caller.post(**more).status_code == 200  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "name", ["garbage", "1", "0" * 5000, "%00", "%FF", "00000000-0000-0000-0000-000000000000", "'"]
)
def test_a_request_that_is_not_there(caller: Caller, name: str) -> None:
    response = caller.get(f"{PATH}/{name}")
    assert response.status_code == 404
    assert error_of(response) == "No such sync request: the Location header of a 202 or 504 names one"
