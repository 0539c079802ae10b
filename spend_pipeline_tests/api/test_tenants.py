"""Clients beside each other: what is one's is not there for another, and equal things stay two."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import event

from spend_pipeline.store.database import Database
from spend_pipeline.tokens import new_token
from spend_pipeline_tests.api.endpoint import PATH, Caller, Endpoint, error_of
from spend_pipeline_tests.store.books import GROQ, OPENROUTER, read, scalar


@contextmanager
def statements_of(database: Database) -> Iterator[list[str]]:
    """What is sent to the database while the block lasts."""
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        sent.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(database.engine, "before_cursor_execute", note)


def test_a_token_that_is_known_and_one_that_is_not_go_the_same_way(endpoint: Endpoint) -> None:
    """One hash, one look into an index: there is nothing whose time would tell how much of a token is right."""
    caller = endpoint.add()
    database: Database = endpoint.app.state.database
    taken = []
    for token in (caller.added.token, new_token().text):
        with endpoint.orchestrator.holding(), statements_of(database) as sent:
            stranger = Caller(endpoint.url, caller.added)
            stranger.post(headers={"Authorization": f"Bearer {token}"})
            taken.append([statement for statement in sent if "token" in statement])
    known, unknown = taken
    assert known == unknown
    assert len(known) == 1


def test_what_is_anothers_is_answered_as_what_is_nobodys(endpoint: Endpoint) -> None:
    """A provider's name or a request of another client: 404, word for word that of one that never was."""
    mine, other = endpoint.add(GROQ), endpoint.add(OPENROUTER)
    location = mine.post(headers={"Prefer": "respond-async"}).headers["location"]
    assert mine.answer(location).status_code == 200
    nobodys = f"{PATH}/00000000-0000-4000-8000-000000000000"
    for anothers, none in (
        (other.get(location), other.get(nobodys)),
        (other.post("?provider_name=groq"), other.post("?provider_name=nosuch")),
    ):
        assert (anothers.status_code, none.status_code) == (404, 404)
        assert error_of(anothers) == error_of(none)
        same = [{name: each.headers[name] for name in each.headers if name != "date"} for each in (anothers, none)]
        assert same[0] == same[1]


@pytest.mark.parametrize("header", ["Idempotency-Key", "X-Request-Id"])
def test_a_key_of_another_clients_request_finds_nothing(endpoint: Endpoint, header: str) -> None:
    """Two clients that send the same one have a request each."""
    mine, other = endpoint.add(GROQ), endpoint.add(GROQ)
    answers = [caller.post(headers={header: "the same"}).json() for caller in (mine, other)]
    assert [answer["results"][0]["id"] for answer in answers] == [*mine.added.ids, *other.added.ids]


def test_the_same_key_at_the_same_provider_is_two_integrations(endpoint: Endpoint) -> None:
    """Each client has its row, its minute, its billing state and its total; neither is counted for the other."""
    mine, other = endpoint.add(OPENROUTER), endpoint.add(OPENROUTER)
    answers = [caller.post().json() for caller in (mine, other)]
    for caller, answer in zip((mine, other), answers, strict=True):
        assert [row["id"] for row in answer["results"]] == caller.added.ids
        assert answer["total_balance"] == answer["results"][0]["balance"] > 0
        rows = read(
            endpoint.database,
            "select counted, note from spend_snapshots where client_id = :id",
            id=caller.added.client.id,
        )
        assert [(row["counted"], row["note"]) for row in rows] == [(True, None)]
    endpoint.free_the_minute(mine)
    assert (mine.post().status_code, other.post().status_code) == (200, 429)
    sealed = "select count(distinct credentials) from integrations where id = any(:ids)"
    assert scalar(endpoint.database, sealed, ids=[*mine.added.ids, *other.added.ids]) == 2
