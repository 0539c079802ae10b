"""Hyperbolic: the prepaid balance in whole cents, below zero where an overdraft is allowed; it tells no spend.

Quirks: where the route is not there, the vendor's older one (of its AgentKit) is asked, which answers an unknown key
403.
"""

from spend_pipeline.errors import InvalidKey, NotConfigured
from spend_pipeline.money import Money, integer
from spend_pipeline.outbound.ask import Ask, Conversation, Credentials, Figures
from spend_pipeline.outbound.auth import bearer
from spend_pipeline.period import Period
from spend_pipeline.providers.declaration import Access, Call, Credential, Provider

OLDER = "https://api.hyperbolic.xyz"


def _balance(credentials: Credentials, period: Period) -> Conversation:
    try:
        (answer,) = yield Ask("/v2/customer/balance")
        cents = answer["balanceCents"]
    except NotConfigured:
        (answer,) = yield Ask(url=f"{OLDER}/billing/get_current_balance", meaning={403: InvalidKey()})
        cents = answer["credits"]
    return Figures(balance=Money.cents(integer(cents)))


HYPERBOLIC = Provider(
    name="hyperbolic",
    label="Hyperbolic",
    base_url="https://api.hyperbolic.ai",
    hosts=(OLDER,),
    credentials=(Credential("api_key", "any API key (app.hyperbolic.ai/settings)"),),
    access=(
        Access(
            needs=("api_key",),
            auth=(bearer(),),
            calls=(Call(_balance, {"balance": "any key"}),),
            permission="create an API key as the account's owner at app.hyperbolic.ai/settings",
        ),
    ),
    source="the vendor's OpenAPI, and its AgentKit for the older route (read 2026-08)",
    about=__doc__,
    unit="USD, in cents",
)
