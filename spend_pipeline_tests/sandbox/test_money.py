"""The money of the sandbox: every route of a provider tells the same sums, and they move as real ones do."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest

from spend_pipeline.sandbox.accounts import Account, deal
from spend_pipeline_tests.sandbox.conftest import AFTERNOON, Ask, Clock
from spend_pipeline_tests.sandbox.readers import (
    MONTH,
    TODAY,
    exact,
    fal_pages,
    mistral_costs,
    openrouter_keys,
    together_windows,
    window_cost,
)


def test_openrouter_keys_add_up_to_the_lifetime_usage_of_the_credits(ask: Ask) -> None:
    """All keys, disabled ones too, sum to total_usage; without the disabled ones money is missing."""
    key = "sandbox.management.acme"
    credits = exact(ask("openrouter", "/api/v1/credits", key))["data"]
    keys = openrouter_keys(ask, key, include_disabled="true")
    assert sum(each["usage"] for each in keys) == credits["total_usage"]
    assert sum(each["usage"] for each in openrouter_keys(ask, key)) < credits["total_usage"]
    assert all(each["usage_daily"] <= each["usage_weekly"] <= each["usage"] for each in keys)


def test_openrouter_days_add_up_to_the_month(ask: Ask, clock: Clock) -> None:
    """usage_daily at the last second of each day sums to usage_monthly, but for the seconds themselves."""
    key, total = "sandbox.management.acme", Decimal(0)
    for day in range(1, 4):
        clock.at = datetime(2026, 2, day, 23, 59, 59, tzinfo=UTC)
        keys = openrouter_keys(ask, key, include_disabled="true")
        total += sum(each["usage_daily"] for each in keys)
    monthly = sum(each["usage_monthly"] for each in keys)
    assert total <= monthly < total + Decimal("0.001")


def test_an_ordinary_openrouter_key_knows_its_own_spend_only(ask: Ask) -> None:
    """/key of an ordinary key tells what /keys lists for the account's first key."""
    own = exact(ask("openrouter", "/api/v1/key", "sandbox.ordinary.acme"))["data"]
    first = openrouter_keys(ask, "sandbox.management.acme")[0]
    assert [own[name] for name in ("usage", "usage_daily", "usage_monthly")] == [
        first[name] for name in ("usage", "usage_daily", "usage_monthly")
    ]
    assert own["usage_monthly"] > 0


@pytest.mark.parametrize(("account", "currency"), [("acme", "USD"), ("paris", "EUR")])
def test_mistral_rows_times_prices_are_the_spend_limit_s_usage(ask: Ask, account: str, currency: str) -> None:
    """All rows of the month, each at its price, sum to what counted against the limit, in the same currency."""
    key = f"sandbox.admin.{account}"
    usage = exact(ask("mistral", "/v1/admin/usage", key))
    limit = exact(ask("mistral", "/v1/admin/spend-limit", key))["limits"]
    costs = list(mistral_costs(usage))
    assert usage["currency"] == limit["currency"] == currency
    assert sum(cost for _, cost in costs) == limit["completion"]["usage"] > 0
    assert 0 < sum(cost for day, cost in costs if day == TODAY) < limit["completion"]["usage"]


def test_mistral_rows_come_in_every_shape_a_reader_must_bear(ask: Ask) -> None:
    """Prices are text, scientific or numbers; value_paid is there, missing or 0; nested categories hold money."""
    text = ask("mistral", "/v1/admin/usage", "sandbox.admin").text
    assert all(spelt in text for spelt in ('"1.00E-7"', '"0.0000004"', '"price": 0.000002', '"price": 1E-8'))
    assert '"value": 250000, "value_paid": 0' in text
    usage = exact(ask("mistral", "/v1/admin/usage", "sandbox.admin"))
    assert usage["libraries_api"]["pages"]["models"]
    assert usage["vibe_code"]["completion"]["models"]
    assert usage["fine_tuning"]["training"]


def test_a_past_mistral_month_is_whole(ask: Ask) -> None:
    """January has rows of all 31 days, and names the month before and after it."""
    usage = exact(ask("mistral", "/v1/admin/usage", "sandbox.admin", params={"month": "01", "year": "2026"}))
    assert len({day for day, _ in mistral_costs(usage)}) == 31
    assert (usage["previous_month"], usage["next_month"]) == ("2025-12", "2026-02")


def test_cohere_days_add_up_to_any_span_that_holds_them(ask: Ask) -> None:
    """The rows of each day and the rows of the whole month have the same total."""

    def total(after: str, before: str) -> Decimal:
        organization = exact(ask("cohere", "/v1/check-api-key", "sandbox.api.acme", "POST"))["organization_id"]
        request = {"orgID": organization, "after": after, "before": before, "includeTotal": True}
        path = "/rpc/BlobheartAPI/GetAPIUsage"
        answer = exact(ask("cohere", path, "sandbox.dashboard.acme", "POST", json={"req": request}))
        return sum((Decimal(row["total"]) for row in answer["usages"]), Decimal(0))

    month = total("2026-02-01T00:00:00.000Z", "2026-02-27T00:00:00.000Z")
    until_today = total("2026-02-01T00:00:00.000Z", "2026-02-26T00:00:00.000Z")
    today = total("2026-02-26T00:00:00.000Z", "2026-02-27T00:00:00.000Z")
    assert month == until_today + today
    assert today > 0


def test_fal_usage_and_balance_tell_the_same_money(ask: Ask, clock: Clock) -> None:
    """Between two moments the balance falls by exactly what both usage routes grew."""

    def spent_and_left() -> tuple[Decimal, Decimal]:
        query = {"start": "2026-02-01", "end": "2026-02-27", "timeframe": "day", "expand": "summary", "limit": 100}
        pages = [page for path in ("models", "serverless") for page in fal_pages(ask, f"/v1/{path}/usage", **query)]
        billing = exact(ask("fal_ai", "/v1/account/billing", "sandbox.admin", params={"expand": "credits"}))
        return sum(row["cost_total"] for page in pages for row in page["summary"]), billing["credits"][
            "current_balance"
        ]

    spent_before, left_before = spent_and_left()
    clock.at = AFTERNOON + timedelta(hours=2)
    spent_after, left_after = spent_and_left()
    assert spent_after - spent_before == left_before - left_after > 0


@pytest.mark.parametrize("timeframe", ["hour", "day", "week", "month"])
def test_fal_buckets_add_up_to_the_summary(ask: Ask, timeframe: str) -> None:
    """Whatever the buckets, the series and the summary of a span have the same total."""
    query = {"start": "2026-02-01", "end": "2026-03-01", "timeframe": timeframe, "limit": 1000}
    (page,) = fal_pages(ask, "/v1/models/usage", **query, expand="time_series,summary")
    series = sum(row["cost_total"] for bucket in page["time_series"] for row in bucket["results"])
    assert series == sum(row["cost_total"] for row in page["summary"]) > 0
    assert all(row["cost_subtotal"] == row["quantity"] * row["unit_price"] for row in page["summary"])


def test_together_hours_add_up_to_days(ask: Ask) -> None:
    """Hour windows of finished days sum to the day windows; today exists by the hour only, to the last full one."""
    hours, days = (together_windows(ask, granularity=each) for each in ("hour", "day"))
    assert [day["date"] for day in days] == [f"2026-02-{number:02}" for number in range(1, 26)]
    assert sum(map(window_cost, days)) == sum(window_cost(hour) for hour in hours if hour["date"] < TODAY)
    assert hours[-1]["end_time"] == "2026-02-26T15:00:00Z"
    assert sum(window_cost(hour) for hour in hours if hour["date"] == TODAY) > 0


def test_together_tells_its_balance_in_cents(ask: Ask) -> None:
    """The balance is a whole number of cents, the same in both fields."""
    organization = exact(ask("together", "/v1/whoami", "sandbox.project"))["organization_id"]
    path = f"/api/billing/organizations/{organization}/ongoing-balance"
    balance = exact(ask("together", path, "sandbox.project"))
    assert isinstance(balance["totalOngoingBalanceCents"], int)
    assert 500 < balance["totalOngoingBalanceCents"] == balance["ongoingBalance"]["value_cents"] < 7500


def test_a_month_without_a_finished_window_has_no_bounds(ask: Ask, clock: Clock) -> None:
    """In the first hour of a month Together has no windows, and says null for their bounds."""
    clock.at = datetime(2026, 3, 1, 0, 20, tzinfo=UTC)
    page = exact(ask("together", "/v1/billing/usage", "sandbox.project", params={"granularity": "hour"}))
    assert (page["data"], page["earliest_window_start"], page["latest_window_end"]) == ([], None, None)


def test_a_balance_falls_and_is_topped_up_in_time() -> None:
    """Hour by hour through half a year the balance only falls or is topped up, and never nears zero."""
    account = Account("openrouter", "acme")
    hours = [datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=number) for number in range(24 * 180)]
    balances = [account.balance_at(hour) for hour in hours]
    rises = [late - early for early, late in pairwise(balances) if late > early]
    assert min(balances) >= 5_000_000
    assert 2 <= len(rises) <= 60
    assert all(rise > 45_000_000 for rise in rises)


def test_spend_varies_between_hours_and_accounts_but_not_between_readings() -> None:
    """Night costs less than afternoon, two accounts differ, and the same question has the same answer."""

    def spent(account: Account, hour: int) -> int:
        start = datetime(2026, 2, 26, hour, tzinfo=UTC)
        return account.spent(start, start + timedelta(hours=1))

    acme, demo = Account("openrouter", "acme"), Account("openrouter", "demo")
    assert spent(acme, 3) < spent(acme, 14) / 2
    assert spent(acme, 14) != spent(demo, 14)
    assert spent(acme, 14) == spent(Account("openrouter", "acme"), 14)


def test_no_part_ever_shrinks_while_its_whole_grows() -> None:
    """Dealing an amount out is exact at every size, and every part grows with the whole."""
    before = deal(0, (3, 0, 1, 5))
    for amount in range(1, 100):
        parts = deal(amount, (3, 0, 1, 5))
        assert sum(parts) == amount
        assert all(late >= early for early, late in zip(before, parts, strict=True))
        before = parts


def test_months_are_calendar_months(ask: Ask) -> None:
    """Together's month parameter selects that month and no other."""
    windows = together_windows(ask, month="2026-01", granularity="hour")
    assert len(windows) == 31 * 24
    assert all(window["date"].startswith("2026-01") for window in windows)
    assert together_windows(ask, month="2026-03") == []
    assert ask("together", "/v1/billing/usage", "sandbox.project", params={"month": MONTH + "-01"}).status_code == 400
