"""The minute at the endpoint: of many at once one is accepted, and the others are told how long to wait."""

import time
from concurrent.futures import ThreadPoolExecutor

from spend_pipeline.settings import Settings
from spend_pipeline.store.database import Database
from spend_pipeline_tests.api.endpoint import Caller, Endpoint, error_of, serving
from spend_pipeline_tests.store.books import CEREBRAS, GROQ


def test_of_twenty_at_once_one_is_answered_and_nineteen_wait(endpoint: Endpoint) -> None:
    caller = endpoint.add(GROQ)
    with ThreadPoolExecutor(20) as threads:
        answers = list(threads.map(lambda _: caller.post(), range(20)))
    assert sorted(response.status_code for response in answers) == [200] + [429] * 19
    assert endpoint.asked(caller) == 1
    for response in answers:
        if response.status_code == 429:
            seconds = int(response.headers["retry-after"])
            assert 1 <= seconds <= 60
            assert error_of(response) == f"One manual sync a minute: try again in {seconds} s"


def test_the_limit_is_told_in_headers(endpoint: Endpoint) -> None:
    """On the answer and on the refusal the same moment, within a second."""
    caller = endpoint.add(GROQ)
    before = time.time()
    accepted, refused = caller.post(), caller.post()
    assert (accepted.status_code, refused.status_code) == (200, 429)
    resets = []
    for response in (accepted, refused):
        assert response.headers["x-ratelimit-limit"] == "1"
        assert response.headers["x-ratelimit-remaining"] == "0"
        resets.append(int(response.headers["x-ratelimit-reset"]))
    assert before + 59 <= resets[0] <= time.time() + 61
    assert abs(resets[0] - resets[1]) <= 1
    assert abs(time.time() + int(refused.headers["retry-after"]) - resets[1]) <= 2


def test_it_is_the_same_minute_whatever_provider_is_named(endpoint: Endpoint) -> None:
    caller, other = endpoint.add(GROQ, CEREBRAS), endpoint.add(GROQ)
    assert caller.post("?provider_name=groq").status_code == 200
    assert caller.post("?provider_name=cerebras").status_code == 429
    assert caller.post().status_code == 429
    assert caller.post("?provider_name=nosuch").status_code == 404
    assert other.post().status_code == 200


def test_it_holds_over_processes_and_restarts(endpoint: Endpoint, home: Settings) -> None:
    caller = endpoint.add(GROQ)
    assert caller.post().status_code == 200
    with serving(home, Database(endpoint.database.url)) as (url, _):
        assert Caller(url, caller.added).post().status_code == 429
    endpoint.free_the_minute(caller)
    assert caller.post().status_code == 200
