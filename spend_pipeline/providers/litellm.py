"""LiteLLM proxy, at the address its operator gives it: spend by day, and what is left of a key's budget; USD.

A proxy of your own, at `base_url`: a virtual key tells what its user spent, the master key what the whole proxy did,
and has no budget. The balance is what is left of the budget since it was last reset. Costs are LiteLLM's own estimates.

Quirks: both dates are inclusive; a day may go on on the next page.
"""

from dataclasses import replace

from spend_pipeline.errors import NotConfigured, Unreadable
from spend_pipeline.money import Money, not_negative
from spend_pipeline.outbound.ask import Ask, Conversation, Credentials, Figures, Json
from spend_pipeline.outbound.auth import bearer
from spend_pipeline.outbound.body import array
from spend_pipeline.period import Period, parse_moment
from spend_pipeline.providers.declaration import Access, Call, Credential, Provider
from spend_pipeline.providers.spend_by_day import spend_by_day

NO_KEY_RECORD = NotConfigured("The proxy has no record of this key")


def _spend(credentials: Credentials, period: Period) -> Conversation:
    window = {"start_date": f"{period.month_start}", "end_date": f"{period.today}", "timezone": "0"}
    pages = yield Ask("/user/daily/activity", {**window, "page": "1", "page_size": "1000"}, next_page=_next_page)
    rows = (row for page in pages for row in array(page["results"]))
    days = ((parse_moment(row["date"]), [Money.spent(row["metrics"]["spend"])]) for row in rows)
    return spend_by_day(days, period, sparse=False)


def _next_page(page: Json, ask: Ask) -> Ask | None:
    told, asked = page["metadata"], int(ask.params["page"])
    more = asked < not_negative(told["total_pages"])
    if told["page"] != asked or told["has_more"] is not more:
        raise Unreadable("the page and the number of pages disagree about whether there is another page")
    return replace(ask, params={**ask.params, "page": str(asked + 1)}) if more else None


def _balance(credentials: Credentials, period: Period) -> Conversation:
    (answer,) = yield Ask("/key/info", meaning={400: NO_KEY_RECORD, 404: NO_KEY_RECORD})
    budget, spend = answer["info"]["max_budget"], Money.spent(answer["info"]["spend"])
    if budget is None:
        return Figures(notes=("No balance: the key has no budget",))
    return Figures(balance=Money.spent(budget) - spend)


LITELLM = Provider(
    name="litellm",
    label="LiteLLM proxy",
    base_url="",
    own_url="base_url",
    credentials=(
        Credential("api_key", "a virtual key (its user's spend), or the master key (the whole proxy's)"),
        Credential("base_url", "the proxy's address without /v1, such as https://litellm.example.com"),
    ),
    access=(
        Access(
            needs=("api_key", "base_url"),
            auth=(bearer(),),
            calls=(
                Call(_spend, {"usage_today": "any key", "usage_month": "any key"}),
                Call(_balance, {"balance": "virtual key with a budget"}, missing="a virtual key with a budget"),
            ),
            permission="use a virtual key whose role may read its spend, or the master key",
        ),
    ),
    source="https://docs.litellm.ai/docs/proxy/cost_tracking (read 2026-08)",
    about=__doc__,
    lag="up to a minute",
)
