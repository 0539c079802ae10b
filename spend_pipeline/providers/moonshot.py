"""Moonshot (Kimi): cash and vouchers that are left; USD on the international platform, CNY on the Chinese one.

Only what is left, in the currency of the platform that `region` names. A Kimi Coding key (sk-kimi-...) has a quota and
no money.

Quirks: the body names no currency, the host does; cash below zero is a debt, which the vouchers that are left do not
pay; a failure may come as HTTP 200 with `status` false and zeros.
"""

from decimal import Decimal

from spend_pipeline.errors import InvalidKey, Unreadable
from spend_pipeline.money import not_negative, number
from spend_pipeline.outbound.ask import Ask, Conversation, Credentials, Figures
from spend_pipeline.outbound.auth import bearer
from spend_pipeline.period import Period
from spend_pipeline.providers.declaration import Access, Call, Credential, Provider
from spend_pipeline.providers.wallet import wallet

CURRENCIES = {"ai": "USD", "cn": "CNY"}
UNKNOWN_KEY = 40100


def _balance(credentials: Credentials, period: Period) -> Conversation:
    (answer,) = yield Ask("/v1/users/me/balance")
    if answer["code"] == UNKNOWN_KEY:
        raise InvalidKey
    if number(answer["code"]) != 0 or answer["status"] is not True:
        raise Unreadable("the answer says of itself that it failed")
    held = answer["data"]
    vouchers, cash = not_negative(held["voucher_balance"]), number(held["cash_balance"])
    currency = CURRENCIES[credentials.get("region", "ai")]
    return Figures(balance=wallet(held["available_balance"], vouchers, max(cash, Decimal(0)), currency=currency))


MOONSHOT = Provider(
    name="moonshot",
    label="Moonshot",
    base_url="https://api.moonshot.ai",
    regions={"ai": "https://api.moonshot.ai", "cn": "https://api.moonshot.cn"},
    credentials=(
        Credential("api_key", "any API key of the platform"),
        Credential("region", "ai for platform.moonshot.ai (default), cn for platform.moonshot.cn"),
    ),
    access=(
        Access(
            needs=("api_key",),
            auth=(bearer(),),
            calls=(Call(_balance, {"balance": "any key"}),),
            permission="create an API key at platform.moonshot.ai, or platform.moonshot.cn for region=cn",
        ),
    ),
    source="https://platform.moonshot.ai/docs/api/balance (read 2026-08)",
    about=__doc__,
    unit="USD, or CNY in China",
)
