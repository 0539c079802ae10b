"""Zhipu (bigmodel.cn) and Z.ai: the pay-as-you-go wallet; CNY on the Chinese platform, USD on the international one.

Only what is left to spend, at the platform that `region` names.

Quirks: `availableBalance` is what can be spent, `balance` may hold more; every failure comes under HTTP 200, as a code.
"""

from spend_pipeline.errors import InvalidKey, Unreadable
from spend_pipeline.money import Money, number
from spend_pipeline.outbound.ask import Ask, Conversation, Credentials, Figures
from spend_pipeline.outbound.auth import bearer
from spend_pipeline.period import Period
from spend_pipeline.providers.declaration import Access, Call, Credential, Provider, other_regions

REGIONS = {"ai": "https://api.z.ai", "cn": "https://www.bigmodel.cn"}
CURRENCIES = {"ai": "USD", "cn": "CNY"}
UNKNOWN_KEY = (401, 1000, 1001)


def _balance(credentials: Credentials, period: Period) -> Conversation:
    (answer,) = yield Ask("/api/biz/account/query-customer-account-report")
    region = credentials.get("region", "ai")
    code = number(answer["code"])
    if code in UNKNOWN_KEY:
        raise InvalidKey(other_regions(REGIONS, region))
    if code != 200 or answer["success"] is not True:
        raise Unreadable("the answer says of itself that it failed")
    return Figures(balance=Money.whole(answer["data"]["availableBalance"], CURRENCIES[region]))


ZHIPU = Provider(
    name="zhipu",
    label="Zhipu / Z.ai",
    base_url=REGIONS["ai"],
    regions=REGIONS,
    credentials=(
        Credential("api_key", "any API key of the platform"),
        Credential("region", "ai for z.ai (default), cn for bigmodel.cn"),
    ),
    access=(
        Access(
            needs=("api_key",),
            auth=(bearer(),),
            calls=(Call(_balance, {"balance": "any key"}, documented=False),),
            permission="create an API key at z.ai, or at bigmodel.cn for region=cn",
        ),
    ),
    source="undocumented: seen in public readers, such as https://github.com/steipete/CodexBar (read 2026-08)",
    about=__doc__,
    unit="USD, or CNY in China",
    inferred="the currency: the body names none",
)
