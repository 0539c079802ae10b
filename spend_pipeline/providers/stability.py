"""Stability AI: credits that are left, which are not money. A key is told no spend.

1000 credits cost about 10 USD.

Quirk: more than 150 requests in 10 seconds are answered 429.
"""

from spend_pipeline.money import Money, not_negative
from spend_pipeline.outbound.ask import Ask, Conversation, Credentials, Figures
from spend_pipeline.outbound.auth import bearer
from spend_pipeline.period import Period
from spend_pipeline.providers.declaration import Access, Call, Credential, Provider


def _balance(credentials: Credentials, period: Period) -> Conversation:
    (answer,) = yield Ask("/v1/user/balance")
    return Figures(balance=Money.units(not_negative(answer["credits"]), "credits"))


STABILITY = Provider(
    name="stability",
    label="Stability AI",
    base_url="https://api.stability.ai",
    credentials=(Credential("api_key", "any API key (platform.stability.ai/account/keys)"),),
    access=(
        Access(
            needs=("api_key",),
            auth=(bearer(),),
            calls=(Call(_balance, {"balance": "any key"}),),
            permission="create an API key at platform.stability.ai/account/keys",
        ),
    ),
    source="https://platform.stability.ai/docs/api-reference (read 2026-08)",
    about=__doc__,
    unit="credits",
    inferred="their price, by third parties",
)
