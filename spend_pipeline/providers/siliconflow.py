"""SiliconFlow: granted and charged balance together; USD on the international platform. A key is told no spend.

Only what is left. The Chinese platform (`region` = `cn`), with accounts of its own, closed the route on 2026-08-14.

Quirks: amounts are text; `balance` is only the granted part; success is `code` 20000, not HTTP 200; the closed platform
answers 410.
"""

from spend_pipeline.errors import NotConfigured, Unreadable
from spend_pipeline.money import number
from spend_pipeline.outbound.ask import Ask, Conversation, Credentials, Figures
from spend_pipeline.outbound.auth import bearer
from spend_pipeline.outbound.body import text
from spend_pipeline.period import Period
from spend_pipeline.providers.declaration import Access, Call, Credential, Provider
from spend_pipeline.providers.wallet import wallet

CURRENCIES = {"com": "USD", "cn": "CNY"}
SUCCESS = 20000
CLOSED = NotConfigured(
    "SiliconFlow closed the balance route of its Chinese platform (HTTP 410): only region=com can be read"
)


def _balance(credentials: Credentials, period: Period) -> Conversation:
    (answer,) = yield Ask("/v1/user/info", meaning={410: CLOSED})
    if number(answer["code"]) != SUCCESS or answer["status"] is not True:
        raise Unreadable("the answer says of itself that it failed")
    user = answer["data"]
    currency = CURRENCIES[credentials.get("region", "com")]
    balance = wallet(user["totalBalance"], user["balance"], user["chargeBalance"], currency=currency)
    return Figures(balance=balance, account=text(user["id"]))


SILICONFLOW = Provider(
    name="siliconflow",
    label="SiliconFlow",
    base_url="https://api.siliconflow.com",
    regions={"com": "https://api.siliconflow.com", "cn": "https://api.siliconflow.cn"},
    credentials=(
        Credential("api_key", "any API key"),
        Credential("region", "com for cloud.siliconflow.com (default); cn is closed to keys"),
    ),
    access=(
        Access(
            needs=("api_key",),
            auth=(bearer(),),
            calls=(Call(_balance, {"balance": "any key"}),),
            permission="create an API key at cloud.siliconflow.com",
        ),
    ),
    source="https://docs.siliconflow.com/api-reference/userinfo/get-user-info (read 2026-08)",
    about=__doc__,
    inferred="that its amounts are USD: the body names no currency",
)
