"""Waiting: what is asked is answered when its sync ends, to whoever waited, and later to whoever could not."""

import http.client
import socket
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest

from spend_pipeline.store import syncs
from spend_pipeline.store.database import Database
from spend_pipeline_tests.api.endpoint import PATH, Caller, Endpoint, error_of, serving, until
from spend_pipeline_tests.store.books import GROQ, claim, scalar


def test_nobody_there_to_run_it_queues_nothing(endpoint: Endpoint) -> None:
    """No heartbeat, or one of long ago: 503, and the minute is not used up."""
    caller = endpoint.add(GROQ)
    with endpoint.orchestrator.holding():
        for silence in ("delete from heartbeats", "update heartbeats set beat_at = now() - interval '21 seconds'"):
            with endpoint.database.transaction() as connection:
                connection.exec_driver_sql(silence)
            response = caller.post()
            assert response.status_code == 503
            assert int(response.headers["retry-after"]) > 0
            assert "nothing was queued" in error_of(response)
        assert endpoint.asked(caller) == 0
        endpoint.orchestrator.beat()
    assert caller.post().status_code == 200


@pytest.mark.usefixtures("patience")
def test_a_sync_that_outlasts_the_wait_is_answered_later(endpoint: Endpoint) -> None:
    """504 names where; 202 while it runs; then the same body as a 200 would have had, as often as it is asked for."""
    caller = endpoint.add(GROQ)
    with endpoint.orchestrator.holding():
        late = caller.post()
        assert late.status_code == 504
        assert "Location" in error_of(late)
        location = late.headers["location"]
        assert location.startswith(f"{PATH}/")
        running = caller.get(location)
        assert running.status_code == 202
        assert running.json() == {"success": True, "status": "running", "request_id": location.split("/")[-1]}
        assert running.headers["location"] == location
        assert int(running.headers["retry-after"]) > 0
    answer = caller.answer(location)
    assert answer.status_code == 200
    assert [row["id"] for row in answer.json()["results"]] == caller.added.ids
    assert caller.get(location).text == answer.text
    assert caller.post().status_code == 429


def test_who_waits_when_the_endpoint_ends_is_told_where_the_answer_will_be(endpoint: Endpoint) -> None:
    """By an endpoint that takes up again where this one left; nobody is cut off without a word."""
    caller = endpoint.add(GROQ)
    with endpoint.orchestrator.holding(), ThreadPoolExecutor() as pool:
        with serving(endpoint.app.state.settings, endpoint.database) as (url, _):
            asked = pool.submit(Caller(url, caller.added).post)
            until(lambda: endpoint.asked(caller) == 1)
        late = asked.result()
        assert late.status_code == 504
        assert caller.get(late.headers["location"]).status_code == 202
    assert caller.answer(late.headers["location"]).status_code == 200


@pytest.mark.parametrize(
    "prefer",
    [
        "respond-async",
        "RESPOND-ASYNC",
        "wait=10, respond-async",
        "respond-async; x=1",
        "handling=lenient,respond-async",
    ],
)
def test_who_prefers_not_to_wait_is_told_where_at_once(endpoint: Endpoint, prefer: str) -> None:
    caller = endpoint.add(GROQ)
    with endpoint.orchestrator.holding():
        response = caller.post(headers={"Prefer": prefer})
        assert response.status_code == 202
        assert response.headers["preference-applied"] == "respond-async"
        assert response.headers["x-ratelimit-remaining"] == "0"
        assert caller.get(response.headers["location"]).status_code == 202
    assert caller.answer(response.headers["location"]).status_code == 200


@pytest.mark.parametrize("prefer", ["", "wait=10", "return=minimal", "respond-asynchronously"])
def test_another_preference_is_not_that_one(endpoint: Endpoint, prefer: str) -> None:
    assert endpoint.add(GROQ).post(headers={"Prefer": prefer}).status_code == 200


def test_another_clients_request_is_not_there(endpoint: Endpoint) -> None:
    mine, other = endpoint.add(GROQ), endpoint.add(GROQ)
    location = mine.post(headers={"Prefer": "respond-async"}).headers["location"]
    assert mine.answer(location).status_code == 200
    response = other.get(location)
    assert response.status_code == 404
    assert error_of(response) == error_of(other.get(f"{PATH}/{uuid4()}"))


def test_a_sync_that_was_given_up_answers_why(endpoint: Endpoint) -> None:
    """To whoever waits, and to whoever asks later."""
    caller = endpoint.add(GROQ)
    with endpoint.orchestrator.holding(), ThreadPoolExecutor(1) as waiting:
        answer = waiting.submit(caller.post)
        until(lambda: endpoint.asked(caller) == 1)
        sync_id = uuid4()
        claim(endpoint.database, sync_id)
        syncs.give_up(endpoint.database, sync_id, "The sync was tried 3 times and did not finish")
        response = answer.result(5)
    assert response.status_code == 500
    assert error_of(response) == "The sync was tried 3 times and did not finish"
    request_id = scalar(
        endpoint.database, "select id from sync_requests where client_id = :id", id=caller.added.client.id
    )
    later = caller.get(f"{PATH}/{request_id}")
    assert (later.status_code, later.text) == (500, response.text)


def test_who_hangs_up_finds_the_answer_later(endpoint: Endpoint) -> None:
    """The sync goes on without them."""
    caller = endpoint.add(GROQ)
    host = endpoint.url.removeprefix("http://")
    with endpoint.orchestrator.holding():
        connection = http.client.HTTPConnection(host)
        connection.request("POST", PATH, headers=caller.headers)
        until(lambda: endpoint.asked(caller) == 1)
        assert connection.sock is not None
        connection.sock.shutdown(socket.SHUT_RDWR)
        connection.close()
    asked = "select id from sync_requests where client_id = :id"
    request_id = scalar(endpoint.database, asked, id=caller.added.client.id)
    answer = caller.answer(f"{PATH}/{request_id}")
    assert [row["id"] for row in answer.json()["results"]] == caller.added.ids


def test_a_sync_that_ends_before_anybody_waits_is_answered(endpoint: Endpoint) -> None:
    """The notification comes before the wait begins: the request is looked up as well."""
    caller = endpoint.add(GROQ)
    database = Database(endpoint.database.url)
    with endpoint.orchestrator.holding(), ThreadPoolExecutor(1) as waiting:
        answer = waiting.submit(caller.post)
        until(lambda: endpoint.asked(caller) == 1)
        with database.transaction() as connection:  # settled by nobody's notification
            connection.exec_driver_sql("insert into syncs (id, trigger) values ('%s', 'manual')" % (sync_id := uuid4()))
            connection.exec_driver_sql(
                f"update sync_requests set sync_id = '{sync_id}', status = 'done' where status = 'pending'"
            )
        assert answer.result(5).status_code == 200
    database.dispose()


@pytest.mark.parametrize("payload", ["garbage", "", "00000000-0000-0000-0000-000000000000"])
def test_a_notification_that_means_nothing_wakes_nobody(endpoint: Endpoint, payload: str) -> None:
    """And does not end the thread that wakes everybody."""
    with endpoint.database.transaction() as connection:
        connection.exec_driver_sql(f"notify sync_settled, '{payload}'")
    caller = endpoint.add(GROQ)
    assert caller.post().status_code == 200


def test_two_hundred_that_wait_are_all_answered(endpoint: Endpoint) -> None:
    """Two hundred clients, one sync: each gets its own row."""
    callers = [endpoint.add(GROQ) for _ in range(200)]
    ids = [caller.added.client.id for caller in callers]
    pending = "select count(*) from sync_requests where status = 'pending' and client_id = any(:ids)"
    with ThreadPoolExecutor(200) as threads:
        with endpoint.orchestrator.holding():
            waiting = [threads.submit(caller.post) for caller in callers]
            until(lambda: scalar(endpoint.database, pending, ids=ids) == 200)
        answers = [each.result(30) for each in waiting]
    assert {response.status_code for response in answers} == {200}
    for caller, response in zip(callers, answers, strict=True):
        assert [row["id"] for row in response.json()["results"]] == caller.added.ids
