"""Paging: every page covers its part exactly once, and a made-up cursor is refused."""

from itertools import pairwise

import pytest

from spend_pipeline.sandbox.server import Sandbox
from spend_pipeline_tests.sandbox.conftest import Ask
from spend_pipeline_tests.sandbox.readers import fal_pages, openrouter_keys, together_windows

SPAN = {"start": "2026-02-01", "end": "2026-02-27", "timeframe": "day"}


def test_openrouter_lists_every_key_once_over_three_pages(ask: Ask, sandbox: Sandbox) -> None:
    """230 keys come as 100, 100 and 30; disabled ones only when asked for."""
    keys = openrouter_keys(ask, "sandbox.management", include_disabled="true")
    assert len({key["hash"] for key in keys}) == len(keys) == 230
    assert [request.query["offset"] for request in sandbox.requests] == ["0", "100", "200"]
    enabled = openrouter_keys(ask, "sandbox.management")
    assert len(enabled) == 230 - sum(key["disabled"] for key in keys) == 220


def test_fal_covers_buckets_and_summary_once_each(ask: Ask) -> None:
    """Following next_cursor gives 26 days and 12 endpoints, none twice, in three pages."""
    pages = list(fal_pages(ask, "/v1/models/usage", **SPAN, expand=["time_series", "summary"]))
    days = [bucket["bucket"] for page in pages for bucket in page["time_series"]]
    endpoints = [row["endpoint_id"] for page in pages for row in page["summary"]]
    assert days == [f"2026-02-{number:02}T00:00:00+00:00" for number in range(1, 27)]
    assert len(set(endpoints)) == len(endpoints) == 12
    assert len(pages) == 3


def test_fal_pages_a_summary_alone(ask: Ask) -> None:
    """Expanding only the summary still takes two pages, and no series is sent."""
    pages = list(fal_pages(ask, "/v1/models/usage", **SPAN, expand="summary"))
    assert [len(page["summary"]) for page in pages] == [10, 2]
    assert all("time_series" not in page for page in pages)


def test_fal_s_end_is_exclusive(ask: Ask) -> None:
    """A span from today to today holds nothing, one to tomorrow holds today."""
    today = {"start": "2026-02-26T00:00:00Z", "timeframe": "day"}
    (nothing,) = fal_pages(ask, "/v1/models/usage", **today, end="2026-02-26T00:00:00Z")
    (one,) = fal_pages(ask, "/v1/models/usage", **today, end="2026-02-27T00:00:00Z")
    assert nothing["time_series"] == []
    assert [bucket["bucket"][:10] for bucket in one["time_series"]] == ["2026-02-26"]


def test_fal_sends_credits_only_when_expanded(ask: Ask) -> None:
    """Without expand=credits the billing answer has no credits at all."""
    assert ask("fal_ai", "/v1/account/billing", "sandbox.admin").json() == {"username": "demo-team"}


def test_together_covers_every_hour_once(ask: Ask, sandbox: Sandbox) -> None:
    """Hours join without gap or overlap over seven pages of a hundred."""
    windows = together_windows(ask, granularity="hour")
    assert windows[0]["start_time"] == "2026-02-01T00:00:00Z"
    assert all(late["start_time"] == early["end_time"] for early, late in pairwise(windows))
    assert len(windows) == 25 * 24 + 15
    assert len(sandbox.requests) == 7


@pytest.mark.parametrize("cursor", ["next", "MTIz!", "ZnJvbSBub3doZXJl"])
@pytest.mark.parametrize(
    ("provider", "path", "key"),
    [("fal_ai", "/v1/models/usage", "sandbox.admin"), ("together", "/v1/billing/usage", "sandbox.project")],
)
def test_a_cursor_never_handed_out_is_refused(ask: Ask, provider: str, path: str, key: str, cursor: str) -> None:
    """A cursor that the server did not make is 400."""
    assert ask(provider, path, key, params={"cursor": cursor}).status_code == 400


@pytest.mark.parametrize(
    "query", [{"expand": "auth_method"}, {"expand": "nonsense"}, {"timeframe": "era"}, {"start": "x"}, {"limit": "0"}]
)
def test_fal_refuses_parameters_it_does_not_know(ask: Ask, query: dict[str, str]) -> None:
    """Each bad parameter is a validation error."""
    response = ask("fal_ai", "/v1/models/usage", "sandbox.admin", params=query)
    assert (response.status_code, response.json()["error"]["type"]) == (400, "validation_error")


def test_mistral_refuses_a_month_that_is_none(ask: Ask) -> None:
    """A thirteenth month is 422 and names the parameter."""
    response = ask("mistral", "/v1/admin/usage", "sandbox.admin", params={"month": "13"})
    assert (response.status_code, response.json()["detail"][0]["loc"]) == (422, ["query", "month"])
