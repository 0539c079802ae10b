"""DeepSeek: what is left of each wallet, granted and topped up together; CNY, USD or both. A key is told no spend.

Only what is left, in a wallet a currency.

Quirk: amounts are text.
"""

from spend_pipeline.outbound.ask import Ask, Conversation, Credentials, Figures
from spend_pipeline.outbound.auth import bearer
from spend_pipeline.outbound.body import array
from spend_pipeline.period import Period
from spend_pipeline.providers.declaration import Access, Call, Credential, Provider
from spend_pipeline.providers.wallet import wallet


def _balance(credentials: Credentials, period: Period) -> Conversation:
    (answer,) = yield Ask("/user/balance")
    first, *others = [
        wallet(held["total_balance"], held["granted_balance"], held["topped_up_balance"], currency=held["currency"])
        for held in array(answer["balance_infos"])
    ]
    return Figures(balance=first, other_balances=tuple(others))


DEEPSEEK = Provider(
    name="deepseek",
    label="DeepSeek",
    base_url="https://api.deepseek.com",
    credentials=(Credential("api_key", "any API key"),),
    access=(
        Access(
            needs=("api_key",),
            auth=(bearer(),),
            calls=(Call(_balance, {"balance": "any key"}),),
            permission="create an API key at platform.deepseek.com; its keys have no scopes",
        ),
    ),
    source="https://api-docs.deepseek.com/api/get-user-balance (read 2026-08)",
    about=__doc__,
    unit="CNY, USD or both",
)
