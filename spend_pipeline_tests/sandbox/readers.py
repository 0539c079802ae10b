"""Reads each provider's figures off the wire the long way round, sharing nothing with the server that wrote them."""

import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import requests
from google.auth import crypt, jwt

from spend_pipeline_tests.sandbox.conftest import Ask

TODAY, MONTH = "2026-02-26", "2026-02"


def exact(response: requests.Response) -> Any:
    """The JSON of a 200, its numbers as decimals."""
    assert response.status_code == 200, response.text
    return json.loads(response.text, parse_float=Decimal)


def openrouter_keys(ask: Ask, key: str, **query: str) -> list[Any]:
    """Every key of every page, by offset until a short page."""
    keys: list[Any] = []
    while True:
        page = exact(ask("openrouter", "/api/v1/keys", key, params={"offset": len(keys), **query}))["data"]
        keys += page
        if len(page) < 100:
            return keys


def mistral_costs(usage: Any) -> Iterator[tuple[str, Decimal]]:
    """Day and cost of every usage row, at the one price that fits it."""
    for row in _rows(usage):
        named = {name: row[name] for name in ("billing_metric", "billing_group", "api_zone") if name in row}
        (price,) = [Decimal(price["price"]) for price in usage["prices"] if named.items() <= price.items()]
        yield row["timestamp"], row.get("value_paid", row["value"]) * price


def _rows(tree: Any) -> Iterator[Any]:
    if isinstance(tree, dict) and "value" in tree:
        yield tree
    elif isinstance(tree, dict):
        for name, branch in tree.items():
            yield from _rows(branch) if name != "prices" else ()
    elif isinstance(tree, list):
        for branch in tree:
            yield from _rows(branch)


def fal_pages(ask: Ask, path: str, **query: object) -> Iterator[Any]:
    """Every page of a fal.ai usage route."""
    cursor: dict[str, str] = {}
    while True:
        page = exact(ask("fal_ai", path, "sandbox.admin", params=query | cursor))
        yield page
        assert page["has_more"] is (page["next_cursor"] is not None)
        if not page["has_more"]:
            return
        cursor = {"cursor": page["next_cursor"]}


def together_windows(ask: Ask, key: str = "sandbox.project", **query: str) -> list[Any]:
    """Every window of every page of Together's usage."""
    windows: list[Any] = []
    cursor: dict[str, str] = {}
    while True:
        page = exact(ask("together", "/v1/billing/usage", key, params=query | cursor))
        windows += page["data"]
        if page["next_cursor"] is None:
            return windows
        cursor = {"cursor": page["next_cursor"]}


def window_cost(window: Any) -> Decimal:
    """The cost of one of Together's windows, checked against quantity times price."""
    for item in window["line_items"]:
        assert Decimal(item["cost"]) == Decimal(item["quantity"]) * Decimal(item["unit_price"])
    return sum((Decimal(item["cost"]) for item in window["line_items"]), Decimal(0))


def google_token(ask: Ask, service_account: str, **claims: object) -> requests.Response:
    """The answer of the token route to an assertion signed with a service account's key."""
    account = json.loads(service_account)
    issued = 1772120730
    claim = {"iss": account["client_email"], "aud": account["token_uri"], "iat": issued, "exp": issued + 3600}
    claim |= {"scope": "https://www.googleapis.com/auth/bigquery", **claims}
    signer = crypt.RSASigner.from_service_account_info(account)  # type: ignore[no-untyped-call]
    assertion = jwt.encode(signer, claim)  # type: ignore[no-untyped-call]
    form = {"grant_type": "urn:ietf:params:oauth:grant-type:jwt-bearer", "assertion": assertion}
    return ask("google_ai", "/token", method="POST", data=form)


def google_query(day: str = f"{TODAY}T00:00:00Z", month: str = f"{MONTH}-01T00:00:00Z", **changes: str) -> Any:
    """The body of a query for two windows over the sandbox's billing table."""
    table = "acme.billing.gcp_billing_export_v1_01ABCD_23EFGH_45IJKL"
    parameters = [
        {"name": "day", "parameterValue": {"value": day}},
        {"name": "month", "parameterValue": {"value": month}},
    ]
    text = f"SELECT currency, 1 AS today, 2 AS month, MAX(export_time) AS as_of FROM `{table}` GROUP BY currency"
    return {"query": text, "queryParameters": parameters} | changes
