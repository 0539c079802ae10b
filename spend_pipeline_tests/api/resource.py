"""A client at the integrations resource, and what the documentation says its answers look like."""

import json
from dataclasses import dataclass
from typing import Any

import requests

from spend_pipeline.api import shapes
from spend_pipeline_tests.api.endpoint import Caller, Endpoint
from spend_pipeline_tests.store.books import Account

PATH = "/api/v1/integrations"


@dataclass(frozen=True)
class Resource:
    """What a client does with its integrations over HTTP."""

    caller: Caller

    @property
    def ids(self) -> list[int]:
        return self.caller.added.ids

    @property
    def client_id(self) -> int:
        return self.caller.added.client.id

    def ask(self, method: str, path: str = "/", body: Any = None, **more: Any) -> requests.Response:
        """A body that is a string is sent as it is."""
        headers = {**self.caller.headers, **more.pop("headers", {})}
        if body is not None:
            headers.setdefault("Content-Type", "application/json")
            more["data"] = body if isinstance(body, (str, bytes)) else json.dumps(body)
        url = f"{self.caller.url}{PATH}{path}"
        return requests.request(method, url, headers=headers, timeout=30, allow_redirects=False, **more)

    def listed(self, query: str = "") -> dict[str, Any]:
        """The answer, as its documentation promises it."""
        response = self.ask("GET", f"/{query}")
        assert response.status_code == 200, response.text
        shapes.IntegrationPage.model_validate(response.json(), strict=True)
        found: dict[str, Any] = response.json()
        return found

    def added(self, **fields: Any) -> dict[str, Any]:
        response = self.ask(
            "POST", "/", {"provider_name": "groq", "credentials": {"api_key": "gsk_0123456789"}} | fields
        )
        assert response.status_code == 201, response.text
        added: dict[str, Any] = response.json()["integration"]
        return added


def resource(endpoint: Endpoint, *accounts: Account) -> Resource:
    return Resource(endpoint.add(*accounts))
