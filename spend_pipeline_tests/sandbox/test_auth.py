"""Who may ask what: each provider wants its own header, its own scheme word and a key of the right kind."""

import pytest

from spend_pipeline.sandbox.server import Sandbox
from spend_pipeline_tests.sandbox.conftest import Ask
from spend_pipeline_tests.sandbox.readers import exact

TOGETHER_USAGE = "/v1/billing/usage"
NO_KEY = [
    ("openrouter", "/api/v1/credits", {"error": {"code": 401, "message": "Missing Authentication header"}}),
    ("mistral", "/v1/admin/usage", {"detail": "Unauthorized"}),
    ("cohere", "/v1/check-api-key", {"message": "no api key supplied"}),
]


@pytest.mark.parametrize(("provider", "path", "body"), NO_KEY, ids=[case[0] for case in NO_KEY])
def test_a_request_without_a_key_gets_the_vendor_s_own_401(ask: Ask, provider: str, path: str, body: object) -> None:
    """No credential at all is 401 in that vendor's words."""
    response = ask(provider, path, method="POST" if provider == "cohere" else "GET")
    assert (response.status_code, response.json()) == (401, body)


@pytest.mark.parametrize("key", ["sk-or-v1-real", "sandbox.nobody", "sandbox.management.fault-no-such", "sandbox."])
@pytest.mark.parametrize(
    ("provider", "path"),
    [
        ("openrouter", "/api/v1/key"),
        ("mistral", "/v1/admin/usage"),
        ("cohere", "/v1/check-api-key"),
        ("groq", "/openai/v1/models"),
        ("cerebras", "/v1/models"),
        ("fal_ai", "/v1/account/billing"),
        ("google_ai", "/bigquery/v2/projects/acme/queries"),
        ("together", "/v1/whoami"),
    ],
)
def test_an_unknown_key_is_401_everywhere(ask: Ask, provider: str, path: str, key: str) -> None:
    """A text outside the grammar, or with another provider's role, opens nothing."""
    assert ask(provider, path, key).status_code == 401


def test_the_header_and_its_scheme_word_count(ask: Ask) -> None:
    """The right key in the wrong place is no key."""
    assert ask("fal_ai", "/v1/account/billing", headers={"Authorization": "Bearer sandbox.admin"}).status_code == 401
    assert ask("openrouter", "/api/v1/key", headers={"x-api-key": "sandbox.management"}).status_code == 401
    assert ask("openrouter", "/api/v1/key", headers={"Authorization": "sandbox.management"}).status_code == 401
    assert ask("together", "/v1/whoami", headers={"Authorization": "Key sandbox.project"}).status_code == 401


@pytest.mark.parametrize(
    ("role", "header", "status"),
    [("admin", "x-api-key", 200), ("admin", "bearer", 401), ("bearer", "x-api-key", 401), ("bearer", "bearer", 200)],
)
def test_mistral_takes_each_key_in_one_header_only(ask: Ask, role: str, header: str, status: int) -> None:
    """One kind of key is for x-api-key, the other for Authorization: Bearer."""
    key = f"sandbox.{role}"
    headers = {"x-api-key": key} if header == "x-api-key" else {"Authorization": f"Bearer {key}"}
    assert ask("mistral", "/v1/admin/spend-limit", headers=headers).status_code == status


REFUSED = [
    ("openrouter", "/api/v1/credits", "sandbox.ordinary", 403),
    ("openrouter", "/api/v1/keys", "sandbox.ordinary", 403),
    ("openrouter", "/api/v1/keys", "sandbox.zeros", 403),
    ("mistral", "/v1/admin/usage", "sandbox.ordinary", 401),
    ("fal_ai", "/v1/account/billing", "sandbox.api", 403),
    ("fal_ai", "/v1/models/usage", "sandbox.api", 403),
    ("together", TOGETHER_USAGE, "sandbox.optedout", 404),
    ("groq", "/platform/v1/organizations/acme/activity", "sandbox.ordinary", 404),
    ("cerebras", "/api/graphql", "sandbox.ordinary", 404),
]


@pytest.mark.parametrize(("provider", "path", "key", "status"), REFUSED)
def test_a_known_key_without_the_right_is_told_so(ask: Ask, provider: str, path: str, key: str, status: int) -> None:
    """Each kind of key gets the vendor's status for what it may not read."""
    assert ask(provider, path, key).status_code == status


def test_some_ordinary_openrouter_keys_see_zero_credits(ask: Ask) -> None:
    """The zeros role gets 200 and two zeros, which are not a balance."""
    data = exact(ask("openrouter", "/api/v1/credits", "sandbox.zeros"))["data"]
    assert data == {"total_credits": 0, "total_usage": 0}


def test_cohere_s_two_credentials_do_not_stand_in_for_each_other(ask: Ask) -> None:
    """The API key reads no usage, the dashboard token is no API key, and neither reads another organization."""
    usage = "/rpc/BlobheartAPI/GetAPIUsage"
    span = {"after": "2026-02-01T00:00:00.000Z", "before": "2026-02-27T00:00:00.000Z"}
    foreign = {"req": {"orgID": "11111111-2222-3333-4444-555555555555", **span}}
    assert ask("cohere", usage, "sandbox.api", "POST", json=foreign).status_code == 401
    assert ask("cohere", "/v1/check-api-key", "sandbox.dashboard", "POST").status_code == 401
    assert ask("cohere", usage, "sandbox.dashboard", "POST", json=foreign).status_code == 403
    assert ask("cohere", usage, "sandbox.dashboard", "POST", data="not json").status_code == 400


def test_together_gives_no_organization_s_money_to_another(ask: Ask) -> None:
    """An organization id that is not the key's own reads nothing."""
    other = exact(ask("together", "/v1/whoami", "sandbox.project.acme"))["organization_id"]
    balance = f"/api/billing/organizations/{other}/ongoing-balance"
    assert ask("together", balance, "sandbox.project").status_code == 403
    assert ask("together", TOGETHER_USAGE, "sandbox.project", params={"organization_id": other}).status_code == 404


def test_every_request_is_recorded_with_where_its_key_was(ask: Ask, sandbox: Sandbox) -> None:
    """The log holds path, query, the names of credential headers and the key, even of refused requests."""
    ask("groq", "/any/where", "sandbox.ordinary.acme", params={"a": ["1", "2"]})
    ask("mistral", "/v1/admin/usage", "unknown-key")
    ask("cerebras", "/nothing")
    groq, mistral, cerebras = sandbox.requests
    assert (groq.provider, groq.method, groq.path, groq.query) == ("groq", "GET", "/any/where", {"a": "1,2"})
    assert (groq.auth_headers, groq.key) == (("authorization",), "sandbox.ordinary.acme")
    assert (mistral.auth_headers, mistral.key) == (("x-api-key",), "unknown-key")
    assert (cerebras.auth_headers, cerebras.key) == ((), None)
