"""MiniMax: the pay-as-you-go balance, by the route of the vendor's own command line; USD, or CNY in China.

The balance is read as MiniMax's own command line reads it, at the platform that `region` names.

Quirk: every failure comes under HTTP 200, as a code of MiniMax's own.
"""

from spend_pipeline.errors import Unreadable
from spend_pipeline.money import Money, number
from spend_pipeline.outbound.ask import Ask, Conversation, Credentials, Figures
from spend_pipeline.outbound.auth import bearer
from spend_pipeline.outbound.statuses import failure
from spend_pipeline.period import Period
from spend_pipeline.providers.declaration import Access, Call, Credential, Provider, other_regions

REGIONS = {"io": "https://api.minimax.io", "cn": "https://api.minimaxi.com"}
CURRENCIES = {"io": "USD", "cn": "CNY"}
STATUSES = {1002: 429, 1004: 401, 1008: 402, 1039: 429, 2049: 401, 2062: 403}  # what its codes are elsewhere
PERMISSION = "create a pay-as-you-go key (sk-api-...), which a plan's key is not"


def _balance(credentials: Credentials, period: Period) -> Conversation:
    (answer,) = yield Ask("/account/query_balance")
    region = credentials.get("region", "io")
    code = number(answer["base_resp"]["status_code"])
    if code in STATUSES:
        raise failure(STATUSES[int(code)], PERMISSION, other_regions(REGIONS, region))
    if code != 0:
        raise Unreadable("the answer says of itself that it failed")
    return Figures(balance=Money.spent(answer["available_amount"], CURRENCIES[region]))


MINIMAX = Provider(
    name="minimax",
    label="MiniMax",
    base_url=REGIONS["io"],
    regions=REGIONS,
    credentials=(
        Credential("api_key", "a pay-as-you-go key (sk-api-...)"),
        Credential("region", "io for platform.minimax.io (default), cn for platform.minimaxi.com"),
    ),
    access=(
        Access(
            needs=("api_key",),
            auth=(bearer(),),
            calls=(Call(_balance, {"balance": "pay-as-you-go key"}, documented=False),),
            permission=PERMISSION,
        ),
    ),
    source="undocumented: the vendor's own command line, https://github.com/MiniMax-AI/cli (read 2026-08)",
    about=__doc__,
    unit="USD, or CNY in China",
    inferred="the currency: the body names none",
)
