"""The answer: the contract's own example byte for byte, and what a real sync against the sandbox says."""

import json
import re
from datetime import UTC, datetime
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any
from uuid import uuid4

import pytest

from spend_pipeline.api.documents import EXAMPLE
from spend_pipeline.integration import Integration
from spend_pipeline.snapshot import Snapshot, Status
from spend_pipeline.store import clients, integrations, snapshots, syncs
from spend_pipeline_tests.api.endpoint import Caller, Endpoint
from spend_pipeline_tests.store.books import (
    CEREBRAS,
    GROQ,
    OPENROUTER,
    OUTAGE,
    PARTIAL,
    WRONG_KEY,
    claim,
    failed,
    figures,
    read,
)

READ = ["id", "provider_name", "status", "balance", "usage_today", "usage_month", "synced_at"]
WHOLE = ["success", "synced", "failed", "results", "total_balance", "total_usage_month"]
STAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


def body(caller: Caller, query: str = "") -> dict[str, Any]:
    response = caller.post(query)
    assert response.status_code == 200
    found: dict[str, Any] = json.loads(response.text, parse_float=Decimal)
    assert list(found) == WHOLE
    return found


def answered(endpoint: Endpoint, caller: Caller, at: datetime, *readings: Snapshot) -> str:
    """The text of the answer to a request whose sync took these snapshots."""
    with endpoint.orchestrator.holding():
        location = caller.post(headers={"Prefer": "respond-async"}).headers["location"]
        sync_id = uuid4()
        assert claim(endpoint.database, sync_id) is not None
        sync = syncs.begin(endpoint.database, sync_id, trigger="manual", run_id="r", provider_names=[], now=at)
        snapshots.append(endpoint.database, sync, readings)
        syncs.finish(endpoint.database, [sync_id])
    response = caller.get(location)
    assert response.status_code == 200
    return response.text


def test_the_contracts_example_byte_for_byte(endpoint: Endpoint) -> None:
    """Keys, their order, numbers as they are written there, nulls, the note, and the failed row without figures."""
    accounts = (OPENROUTER, GROQ, ("mistral", {"api_key": "any"}), WRONG_KEY)
    caller = endpoint.add(*accounts)
    ids = caller.added.ids
    of = [Integration(each, caller.added.client.id, name, "") for each, (name, _) in zip(ids, accounts, strict=True)]
    text = answered(
        endpoint,
        caller,
        datetime(2026, 2, 26, 15, 45, 0, 987654, tzinfo=UTC),
        failed(of[3]),
        figures(of[2], "125.64", "5.67", "78.23"),
        Snapshot(of[1], Status.UNSUPPORTED, note="Provider does not expose billing API"),
        figures(of[0], "47.83", "2.34", "89.47"),
    )
    example = json.dumps(EXAMPLE, separators=(",", ":"))
    for documented, own in zip((42, 43, 44, 45), ids, strict=True):
        example = example.replace(f'"id":{documented},', f'"id":{own},')
    assert text == example


def test_a_real_sync_says_what_was_stored(endpoint: Endpoint) -> None:
    """Every outcome at once: rows ascending, figures as the snapshots have them, totals exact and rounded once."""
    caller = endpoint.add(
        WRONG_KEY, OPENROUTER, GROQ, PARTIAL, OUTAGE, CEREBRAS, ("fal_ai", {"api_key": "sandbox.admin"})
    )
    found = body(caller)
    rows = found["results"]
    assert [row["id"] for row in rows] == caller.added.ids
    names = ["fal_ai", "openrouter", "groq", "openrouter", "together", "cerebras", "fal_ai"]
    assert [row["provider_name"] for row in rows] == names
    assert [row["status"] == "failed" for row in rows] == [True, False, False, False, True, False, False]
    assert (found["success"], found["synced"], found["failed"]) == (True, 5, 2)
    for row in rows:
        shape = ["id", "provider_name", "status", "error", "synced_at"] if row["status"] == "failed" else READ
        assert [key for key in row if key != "note"] == shape
        assert "note" not in row or list(row)[-1] == "note"
    assert "note" not in rows[1]
    assert rows[2] == {**rows[2], "balance": None, "usage_today": None, "usage_month": None}
    assert rows[2]["note"] == "Provider does not expose billing API"
    assert (rows[3]["balance"], rows[0]["error"]) == (None, "API key invalid or expired")
    assert "management" in rows[3]["note"]
    (stamp,) = {row["synced_at"] for row in rows}
    assert STAMP.fullmatch(stamp)
    stored = read(
        endpoint.database,
        "select * from spend_snapshots where client_id = :id order by integration_id",
        id=caller.added.client.id,
    )
    for row, kept in zip(rows, stored, strict=True):
        for name in READ[3:6]:
            assert row.get(name) == _rounded(kept[f"{name}_usd"])
    assert found["total_balance"] == _rounded(sum(row["balance_usd"] or Decimal(0) for row in stored))
    assert found["total_usage_month"] == _rounded(sum(row["usage_month_usd"] or Decimal(0) for row in stored))


def _rounded(amount: Any) -> Decimal | None:
    return None if amount is None else Decimal(amount).quantize(Decimal("0.01"), ROUND_HALF_EVEN)


def test_one_provider_is_synced_where_it_is_named(endpoint: Endpoint) -> None:
    caller = endpoint.add(GROQ, CEREBRAS, GROQ)
    found = body(caller, "?provider_name=groq")
    assert [row["id"] for row in found["results"]] == [caller.added.ids[0], caller.added.ids[2]]
    stored = "select count(*) from spend_snapshots where integration_id = :id"
    assert read(endpoint.database, stored, id=caller.added.ids[1])[0]["count"] == 0


def test_a_client_sees_its_own_rows_only(endpoint: Endpoint) -> None:
    """Two clients whose requests one sync answers."""
    first, second = endpoint.add(GROQ), endpoint.add(GROQ, CEREBRAS)
    with endpoint.orchestrator.holding():
        where = [caller.post(headers={"Prefer": "respond-async"}).headers["location"] for caller in (first, second)]
    for caller, location in zip((first, second), where, strict=True):
        assert [row["id"] for row in caller.answer(location).json()["results"]] == caller.added.ids
    syncs_of = "select count(distinct sync_id) from spend_snapshots where client_id in (:one, :two)"
    ids = {"one": first.added.client.id, "two": second.added.client.id}
    assert read(endpoint.database, syncs_of, **ids)[0]["count"] == 1


@pytest.mark.parametrize("none", ["never", "inactive", "removed"])
def test_a_client_with_nothing_to_sync_is_answered_at_once(endpoint: Endpoint, none: str) -> None:
    """Empty results and zero totals; nobody is asked, and its minute is not used up."""
    caller = endpoint.add(*([] if none == "never" else [GROQ]))
    for each in caller.added.ids:
        if none == "removed":
            integrations.remove(endpoint.database, each)
        else:
            integrations.set_active(endpoint.database, each, is_active=False)
    for _ in range(2):
        assert caller.post().text == (
            '{"success":true,"synced":0,"failed":0,"results":[],"total_balance":0.0,"total_usage_month":0.0}'
        )
    assert endpoint.asked(caller) == 0


def test_every_row_failed_is_a_success_all_the_same(endpoint: Endpoint) -> None:
    found = body(endpoint.add(WRONG_KEY, WRONG_KEY))
    assert (found["success"], found["synced"], found["failed"]) == (True, 0, 2)
    assert (found["total_balance"], found["total_usage_month"]) == (0, 0)


def test_a_failing_key_that_is_repaired(endpoint: Endpoint) -> None:
    """The error is written on the integration, and cleared by the next sync that is read."""
    caller = endpoint.add(WRONG_KEY)
    (failing,) = body(caller)["results"]
    state = "select billing_sync_error as error, consecutive_failures as failures from integrations where id = :id"
    (before,) = read(endpoint.database, state, id=failing["id"])
    assert (before["error"], before["failures"]) == (failing["error"], 1)
    good = endpoint.vault.seal(
        {"api_key": "sandbox.admin"}, client_id=caller.added.client.id, integration_id=failing["id"]
    )
    with endpoint.database.transaction() as connection:
        connection.exec_driver_sql("update integrations set credentials = %s where id = %s", (good, failing["id"]))
    endpoint.free_the_minute(caller)
    (repaired,) = body(caller)["results"]
    assert repaired["status"] == "success"
    (after,) = read(endpoint.database, state, id=failing["id"])
    assert (after["error"], after["failures"]) == (None, 0)


def test_no_secret_is_in_an_answer(endpoint: Endpoint) -> None:
    caller = endpoint.add(WRONG_KEY, ("fal_ai", {"api_key": "sandbox.admin.fault-echo"}))
    text = caller.post().text
    assert "a-key-that-nobody-has" not in text
    assert "fault-echo" not in text
    assert caller.added.token not in text
    assert clients.by_token(endpoint.database, caller.added.token)
