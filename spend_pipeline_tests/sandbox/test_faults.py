"""Faults on demand: each does what its word says, on every provider, and only where it was asked for."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from spend_pipeline.sandbox.faults import EFFECTS, HUGE_BYTES
from spend_pipeline.sandbox.keys import FAULT_WORDS
from spend_pipeline.sandbox.server import Sandbox, running
from spend_pipeline_tests.sandbox.conftest import Ask
from spend_pipeline_tests.sandbox.readers import exact

ROUTES = [
    ("openrouter", "/api/v1/credits", "management"),
    ("mistral", "/v1/admin/spend-limit", "admin"),
    ("cohere", "/v1/check-api-key", "api"),
    ("groq", "/anything", "ordinary"),
    ("cerebras", "/anything", "ordinary"),
    ("fal_ai", "/v1/models/usage", "admin"),
    ("together", "/v1/billing/usage", "project"),
]
CREDITS = "/api/v1/credits"


def say(ask: Ask, fault: str, account: str = "faulty", **options: object) -> requests.Response:
    """What OpenRouter's credits route answers to a management key with a fault."""
    return ask("openrouter", CREDITS, f"sandbox.management.{account}.fault-{fault}", **options)


@pytest.mark.parametrize(("provider", "path", "role"), ROUTES, ids=[route[0] for route in ROUTES])
def test_any_provider_answers_a_status_in_its_own_words(ask: Ask, provider: str, path: str, role: str) -> None:
    """status-<code> gives that code with a JSON body that has no success in it."""
    method = "POST" if provider == "cohere" else "GET"
    response = ask(provider, path, f"sandbox.{role}.fault-status-503", method)
    assert response.status_code == 503
    assert response.json().keys() & {"error", "detail", "message"}


def test_once_fails_once_a_key(ask: Ask) -> None:
    """The first request of a key fails, later ones work, another account's first fails again."""
    assert [say(ask, "once-502").status_code for _ in range(3)] == [502, 200, 200]
    assert say(ask, "once-502", account="other").status_code == 502


def test_retry_after_says_how_long_and_then_answers(ask: Ask) -> None:
    """The first answer is 429 with Retry-After, the next the real one."""
    first, second = say(ask, "retry-after-7"), say(ask, "retry-after-7")
    assert (first.status_code, first.headers["Retry-After"]) == (429, "7")
    assert exact(second)["data"]["total_usage"] > 0


def test_delay_is_the_real_answer_late(ask: Ask) -> None:
    """delay-1 takes a second and then tells the truth."""
    started = time.monotonic()
    assert exact(say(ask, "delay-1"))["data"]["total_usage"] > 0
    assert time.monotonic() - started >= 1


def test_held_answers_once_the_account_is_let_go() -> None:
    """Only keys of that account wait, and only as long as it is held."""
    with running() as own, ThreadPoolExecutor(1) as elsewhere:

        def ask_as(account: str) -> int:
            key = {"Authorization": f"Bearer sandbox.management.{account}.fault-held"}
            return requests.get(own.provider_urls["openrouter"] + CREDITS, headers=key, timeout=30).status_code

        with own.holding("kept"):
            waiting = elsewhere.submit(ask_as, "kept")
            assert ask_as("free") == 200
            with pytest.raises(TimeoutError):
                waiting.result(0.2)
        assert waiting.result(30) == 200


def test_drip_sends_headers_at_once_and_bytes_one_by_one(ask: Ask) -> None:
    """The status is there before half a second has passed, the first two bytes only after a whole one."""
    started = time.monotonic()
    with say(ask, "drip", stream=True) as response:
        assert time.monotonic() - started < 0.4
        assert response.raw.read(2) == b'{"'
        assert time.monotonic() - started >= 1


def test_malformed_is_json_cut_off(ask: Ask) -> None:
    """The body starts like the real one and cannot be parsed."""
    response = say(ask, "malformed")
    assert response.status_code == 200
    assert response.text.startswith('{"data"')
    with pytest.raises(requests.exceptions.JSONDecodeError):
        response.json()


def test_html_and_empty_are_200_without_an_answer(ask: Ask) -> None:
    """A login page and an empty body both claim success."""
    page, nothing = say(ask, "html"), say(ask, "empty")
    assert (page.status_code, page.headers["Content-Type"].partition(";")[0]) == (200, "text/html")
    assert (nothing.status_code, nothing.content) == (200, b"")


def test_a_followed_redirect_leaves_a_record(ask: Ask, sandbox: Sandbox) -> None:
    """The redirect leads to a path that shows who followed it, and with which headers."""
    assert say(ask, "redirect").status_code == 302
    assert [request.path for request in sandbox.requests] == [CREDITS]
    say(ask, "redirect", allow_redirects=True)
    assert [request.path for request in sandbox.requests] == [CREDITS, CREDITS, "/followed"]
    assert sandbox.requests[-1].auth_headers == ("authorization",)


def test_echo_repeats_the_key(ask: Ask) -> None:
    """The 401 holds the key in its body and in a header."""
    response = say(ask, "echo")
    assert response.status_code == 401
    assert "sandbox.management.faulty.fault-echo" in response.text
    assert response.headers["X-Rejected-Key"] == "sandbox.management.faulty.fault-echo"


def test_huge_goes_on_for_64_megabytes(ask: Ask) -> None:
    """The body has no stated length and ends only at its bound."""
    with say(ask, "huge", stream=True) as response:
        assert "Content-Length" not in response.headers
        assert sum(len(chunk) for chunk in response.iter_content(1024 * 1024)) == HUGE_BYTES


@pytest.mark.parametrize(
    ("provider", "path", "role", "spoilt"),
    [
        ("openrouter", CREDITS, "management", '"total_credits": NaN'),
        ("mistral", "/v1/admin/spend-limit", "admin", '"usage": NaN'),
        ("mistral", "/v1/admin/usage", "admin", '"price": "NaN"'),
        ("fal_ai", "/v1/models/usage", "admin", '"cost_total": NaN'),
        ("together", "/v1/billing/usage", "project", '"cost": "NaN"'),
    ],
)
def test_nan_spoils_the_first_figure_only(ask: Ask, provider: str, path: str, role: str, spoilt: str) -> None:
    """One money figure is NaN, as a number or as text, like the figure it replaces."""
    text = ask(provider, path, f"sandbox.{role}.fault-nan").text
    assert text.count("NaN") == 1
    assert spoilt in text


def test_a_fault_may_be_on_one_route_only(ask: Ask) -> None:
    """With -on-<route>, whole segments of the path decide: keys fails while key and credits work."""
    key = "sandbox.management.fault-status-500-on-keys"
    statuses = {name: ask("openrouter", f"/api/v1/{name}", key).status_code for name in ("keys", "key", "credits")}
    assert statuses == {"keys": 500, "key": 200, "credits": 200}
    fal = "sandbox.admin.fault-status-500-on-serverless/usage"
    assert ask("fal_ai", "/v1/models/usage", fal).status_code == 200
    assert ask("fal_ai", "/v1/serverless/usage", fal).status_code == 500


def test_every_fault_word_has_an_effect() -> None:
    """The words a key may hold and the faults there are, are the same."""
    assert EFFECTS.keys() == FAULT_WORDS.keys()


def test_a_slow_answer_does_not_hold_the_door() -> None:
    """Leaving the block stops the server although an answer is still dripping."""
    with running() as sandbox:
        url = sandbox.provider_urls["openrouter"] + CREDITS
        headers = {"Authorization": "Bearer sandbox.management.fault-drip"}
        response = requests.get(url, headers=headers, stream=True, timeout=5)
        started = time.monotonic()
    response.close()
    assert time.monotonic() - started < 2
