"""Hugging Face: cost of Inference Providers in nanodollars and of Jobs in microdollars; no balance.

Inference Providers and Jobs, before the credit that a plan includes, whose rest is no balance. Endpoints, Spaces and
storage are billed by a cycle of their own and are left out. With `organization`, it is the organization's spend.

Quirk: times are Unix seconds.
"""

from collections.abc import Generator
from datetime import date
from math import ceil
from urllib.parse import quote

from spend_pipeline.money import Money, not_negative
from spend_pipeline.outbound.ask import Ask, Conversation, Credentials, Figures, Pages
from spend_pipeline.outbound.auth import bearer
from spend_pipeline.period import Period, midnight
from spend_pipeline.providers.declaration import Access, Call, Credential, Provider


def _spend(credentials: Credentials, period: Period) -> Conversation:
    organization = credentials.get("organization")
    owner = f"organizations/{quote(organization, safe='')}" if organization else "settings"
    today = yield from _since(period.today, owner, period)
    month = yield from _since(period.month_start, owner, period)
    return Figures(usage_today=today, usage_month=month, account=organization)


def _since(day: date, owner: str, period: Period) -> Generator[Ask, Pages, Money]:
    start, end = int(midnight(day).timestamp()), ceil(period.now.timestamp())
    (answer,) = yield Ask(f"/api/{owner}/billing/usage-v2", {"startDate": str(start), "endDate": str(end)})
    inference, jobs = answer["usage"]["inferenceProviders"], answer["usage"]["jobs"]
    return Money.scaled(not_negative(inference["usedNanoUsd"]), 9) + Money.scaled(not_negative(jobs["usedMicroUsd"]), 6)


KEY = "token with Billing: read"

HUGGINGFACE = Provider(
    name="huggingface",
    label="Hugging Face",
    base_url="https://huggingface.co",
    credentials=(
        Credential("api_key", "a fine-grained token with Billing: read, or a classic read token"),
        Credential("organization", "the organization's name, if it pays and not the user"),
    ),
    access=(
        Access(
            needs=("api_key",),
            auth=(bearer(),),
            calls=(Call(_spend, {"usage_today": KEY, "usage_month": KEY}),),
            permission="create a fine-grained token with Billing: read at huggingface.co/settings/tokens",
        ),
    ),
    source="https://huggingface.co/.well-known/openapi.json (read 2026-08-18)",
    about=__doc__,
    unit="USD, in nano- and microdollars",
    inferred="the answer's fields, on which two public readers agree",
)
