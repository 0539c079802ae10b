"""Vendors that are asked for a span of time: its days add up to the whole, whatever the unit they are told in."""

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from itertools import pairwise

import pytest

from spend_pipeline_tests.sandbox.conftest import Ask, Clock
from spend_pipeline_tests.sandbox.readers import TODAY, exact

FIRST, LAST, TOMORROW = datetime(2026, 2, 1, tzinfo=UTC), datetime(2026, 2, 26, tzinfo=UTC), "2026-02-27"
ACCOUNT_ID = "33ec524dbd4735e0c51cdc3a6496e662"
Spent = Callable[[Ask, datetime, datetime], Decimal]


def cloudflare(ask: Ask, start: datetime, end: datetime) -> Decimal:
    """Cents in windows of an hour."""
    times = {name: str(int(at.timestamp()) * 1000) for name, at in (("start_time", start), ("end_time", end))}
    path = f"/client/v4/accounts/{ACCOUNT_ID}/ai-gateway/billing/usage-history"
    query = {"value_grouping_window": "hour", **times}
    history = exact(ask("cloudflare", path, "sandbox.gateway", params=query))["result"]["history"]
    return sum((window["aggregated_value"] for window in history), Decimal(0)) / 100


def fireworks(ask: Ask, start: datetime, end: datetime) -> Decimal:
    """Whole dollars as text and nanodollars, both left out where they are 0."""
    query = {"startTime": start.isoformat(), "endTime": end.isoformat()}
    summary = exact(ask("fireworks", "/v1/accounts/demo-481f/billing/summary", "sandbox.ordinary", params=query))
    costs = [line["totalCost"] for line in summary.get("lineItems", [])]
    return sum((int(cost.get("units", "0")) + Decimal(cost.get("nanos", 0)) / 10**9 for cost in costs), Decimal(0))


def huggingface(ask: Ask, start: datetime, end: datetime) -> Decimal:
    """Nanodollars of inference and microdollars of jobs."""
    query = {"startDate": str(int(start.timestamp())), "endDate": str(int(end.timestamp()))}
    usage = exact(ask("huggingface", "/api/settings/billing/usage-v2", "sandbox.billing", params=query))["usage"]
    return Decimal(usage["inferenceProviders"]["usedNanoUsd"]) / 10**9 + Decimal(usage["jobs"]["usedMicroUsd"]) / 10**6


def baseten(ask: Ask, start: datetime, end: datetime) -> Decimal:
    """Dollars, as text or as numbers, before credits."""
    query = {"start_date": start.isoformat(), "end_date": end.isoformat()}
    summary = exact(ask("baseten", "/v1/billing/usage_summary", "sandbox.workspace", params=query))
    return sum((Decimal(block["total"]) for block in summary.values() if block), Decimal(0))


@pytest.mark.parametrize("spent", [cloudflare, fireworks, huggingface, baseten])
def test_days_add_up_to_the_month(ask: Ask, spent: Spent) -> None:
    """Each of the 26 days so far, and all of them in one question."""
    starts = [FIRST.replace(day=day) for day in range(1, 28)]
    days = [spent(ask, start, end) for start, end in pairwise(starts)]
    assert sum(days) == spent(ask, FIRST, starts[-1]) > max(days) > 0


def test_github_days_add_up_to_the_month_and_discounts_to_the_gross(ask: Ask) -> None:
    path, query = "/users/demo/settings/billing/usage", {"year": "2026", "month": "2"}
    month = exact(ask("github_models", path, "sandbox.plan", params=query))["usageItems"]
    today = exact(ask("github_models", path, "sandbox.plan", params={**query, "day": "26"}))["usageItems"]
    assert [item for item in month if item["date"] == TODAY] == today
    assert {item["product"] for item in today} == {"Models", "models", "Actions"}
    assert all(item["grossAmount"] == item["discountAmount"] + item["netAmount"] > 0 for item in month)


def test_github_tells_no_models_after_their_end(ask: Ask, clock: Clock) -> None:
    clock.at = datetime(2026, 7, 31, 12, tzinfo=UTC)
    query = {"year": "2026", "month": "7"}
    items = exact(ask("github_models", "/users/demo/settings/billing/usage", "sandbox.plan", params=query))[
        "usageItems"
    ]
    assert max(item["date"] for item in items if item["product"] != "Actions") == "2026-07-29"
    assert max(item["date"] for item in items) == "2026-07-31"


def test_baseten_days_are_the_cost_before_credits(ask: Ask) -> None:
    """The days of a line sum to the block's total, of which credits paid a part."""
    query = {"start_date": FIRST.isoformat(), "end_date": f"{TOMORROW}T00:00:00Z"}
    summary = exact(ask("baseten", "/v1/billing/usage_summary", "sandbox.workspace", params=query))
    block = summary["dedicated_usage"]
    assert sum(Decimal(day["subtotal"]) for line in block["breakdown"] for day in line["daily"]) == Decimal(
        block["total"]
    )
    assert (
        Decimal(block["subtotal"]) == Decimal(block["total"]) - Decimal(block["credits_used"]) < Decimal(block["total"])
    )


def test_cloudflare_credits_fall_by_what_was_drawn(ask: Ask, clock: Clock) -> None:
    path = f"/client/v4/accounts/{ACCOUNT_ID}/ai-gateway/billing/credit-balance"
    clock.at, after = LAST.replace(hour=9), LAST.replace(hour=10)
    before = exact(ask("cloudflare", path, "sandbox.gateway"))["result"]["balance"]
    clock.at = after
    left = exact(ask("cloudflare", path, "sandbox.gateway"))["result"]["balance"]
    assert before - left == cloudflare(ask, LAST.replace(hour=9), after) * 100 > 0


@pytest.mark.parametrize(
    ("provider", "path", "key", "status"),
    [
        ("cloudflare", f"/client/v4/accounts/{ACCOUNT_ID}/ai-gateway/billing/credit-balance", "sandbox.ordinary", 403),
        ("cloudflare", "/client/v4/accounts/other/ai-gateway/billing/credit-balance", "sandbox.gateway", 403),
        ("cloudflare", f"/client/v4/accounts/{ACCOUNT_ID}/ai-gateway/billing/usage-history", "sandbox.gateway", 400),
        ("fireworks", "/v1/accounts/other/billing/summary", "sandbox.ordinary", 404),
        ("fireworks", "/v1/accounts/demo-481f/billing/summary", "sandbox.ordinary", 400),
        ("huggingface", "/api/settings/billing/usage-v2", "sandbox.ordinary", 403),
        ("huggingface", "/api/settings/billing/usage-v2", "sandbox.billing", 400),
        ("huggingface", "/api/organizations/other/billing/usage-v2", "sandbox.billing", 404),
        ("github_models", "/users/demo/settings/billing/usage", "sandbox.ordinary", 403),
        ("github_models", "/organizations/demo-org/settings/billing/usage", "sandbox.plan", 404),
        ("baseten", "/v1/billing/usage_summary", "sandbox.workspace", 400),
        ("assemblyai", "/v2/account", "sandbox.workspace", 401),
        ("ai21", "/studio/v1/usage", "sandbox.ordinary", 404),
        ("replicate", "/v1/account", "sandbox.ordinary", 404),
        ("nvidia_nim", "/v1/models", "sandbox.nobody", 401),
        ("sambanova", "/v1/models", "sandbox.ordinary", 404),
        ("perplexity", "/rest/billing/credits", "sandbox.ordinary", 404),
    ],
)
def test_what_may_not_be_read_has_its_status(ask: Ask, provider: str, path: str, key: str, status: int) -> None:
    """A key without the right, another's account, or a question without its span."""
    assert ask(provider, path, key).status_code == status


def test_a_fireworks_key_of_two_accounts_lists_them_over_two_pages(ask: Ask) -> None:
    first = exact(ask("fireworks", "/v1/accounts", "sandbox.two"))
    second = exact(ask("fireworks", "/v1/accounts", "sandbox.two", params={"pageToken": first["nextPageToken"]}))
    names = [account["name"] for page in (first, second) for account in page["accounts"]]
    assert (len(set(names)), second["nextPageToken"]) == (2, "")
