"""Verifying a key before it is stored, and what the health route recommends: against the sandbox's providers."""

import pytest

from spend_pipeline.api import shapes
from spend_pipeline_tests.api.endpoint import Endpoint, error_of
from spend_pipeline_tests.api.resource import Resource, resource
from spend_pipeline_tests.store.books import OUTAGE, PARTIAL, WRONG_KEY, Account, scalar, write


@pytest.fixture
def nothing(endpoint: Endpoint) -> Resource:
    return resource(endpoint)


def verified(mine: Resource, account: Account) -> dict[str, dict[str, object]]:
    body = {"provider_name": account[0], "credentials": account[1]}
    response = mine.ask("POST", "/?verify=true", body)
    assert response.status_code == 201, response.text
    shapes.IntegrationAdded.model_validate(response.json(), strict=True)
    found: dict[str, dict[str, object]] = response.json()["verification"]
    return found


def test_a_key_that_sees_everything(endpoint: Endpoint, nothing: Resource) -> None:
    """The figures are told, and not kept: the first snapshot is the first sync's."""
    seen = verified(nothing, ("openrouter", {"api_key": "sandbox.management"}))
    assert list(seen) == ["balance", "usage_today", "usage_month"]
    assert all(figure["read"] and figure["currency"] == "USD" and figure["reason"] is None for figure in seen.values())
    (added,) = nothing.listed()["integrations"]
    assert (added["cached_balance"], added["billing_synced_at"]) == (None, None)
    kept = "select count(*) from spend_snapshots where client_id = :id"
    assert scalar(endpoint.database, kept, id=nothing.client_id) == 0
    nothing.caller.post()
    assert nothing.listed()["integrations"][0]["cached_balance"] == pytest.approx(seen["balance"]["amount"], abs=0.01)


def test_a_key_that_sees_a_part_is_told_why(nothing: Resource) -> None:
    seen = verified(nothing, PARTIAL)
    missing = [figure for figure in seen.values() if not figure["read"]]
    assert 0 < len(missing) < 3
    for figure in missing:
        assert (figure["amount"], figure["currency"]) == (None, None)
        assert figure["reason"]


def test_a_provider_that_tells_nothing_says_so(nothing: Resource) -> None:
    seen = verified(nothing, ("groq", {"api_key": "gsk_any"}))
    assert {figure["reason"] for figure in seen.values()} == {"Provider does not expose billing API"}


def test_a_refused_key_is_not_stored(nothing: Resource) -> None:
    response = nothing.ask("POST", "/?verify=true", {"provider_name": WRONG_KEY[0], "credentials": WRONG_KEY[1]})
    assert response.status_code == 422
    assert error_of(response) == "API key invalid or expired"
    assert nothing.listed()["total"] == 0


def test_a_provider_that_is_down_is_nobodys_fault_and_nothing_is_stored(nothing: Resource) -> None:
    response = nothing.ask("POST", "/?verify=true", {"provider_name": OUTAGE[0], "credentials": OUTAGE[1]})
    assert response.status_code == 502
    assert error_of(response).startswith("Together could not be asked, so nothing was stored: ")
    assert nothing.listed()["total"] == 0


def test_health_counts_and_recommends(endpoint: Endpoint, mine: Resource) -> None:
    """By the kind of the stored error; an inactive integration is shown, and nothing is recommended for it."""
    mine.caller.post()
    first, second, third = mine.ids
    failing = "update integrations set consecutive_failures = 3, billing_sync_error = :error, "
    failing += "billing_sync_error_kind = :kind where id = :id"
    write(endpoint.database, failing, error="Timeout: too slow", kind="busy", id=second)
    write(endpoint.database, failing, error="Region missing", kind="not_configured", id=first)
    mine.ask("PATCH", f"/{first}", {"is_active": False})
    found = mine.ask("GET", "/health").json()
    shapes.HealthAnswer.model_validate(found, strict=True)
    assert found["summary"] == {"total": 3, "healthy": 0, "degraded": 1, "unhealthy": 2}
    assert [each["id"] for each in found["integrations"]] == mine.ids
    assert found["integrations"][2] == {
        "id": third, "provider_name": "fal_ai", "key_label": "", "health_status": "degraded", "consecutive_failures": 1,
        "last_error": "API key invalid or expired", "resting_until": None,
    }  # fmt: skip
    waiting, replacing = found["recommendations"]
    assert (waiting["integration_id"], waiting["issue"]) == (second, "Timeout: too slow")
    assert "the next sync asks again" in waiting["action"]
    assert (replacing["integration_id"], replacing["provider_name"]) == (third, "fal_ai")
    assert "a key that is valid" in replacing["action"]


def test_health_of_nothing(nothing: Resource) -> None:
    assert nothing.ask("GET", "/health").json() == {
        "success": True,
        "summary": {"total": 0, "healthy": 0, "degraded": 0, "unhealthy": 0},
        "integrations": [],
        "recommendations": [],
    }
