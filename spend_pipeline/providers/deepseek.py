"""DeepSeek: what is left of each wallet, granted and topped up together; CNY, USD or both. A key is told no spend.

Docs: https://api-docs.deepseek.com/api/get-user-balance (read 2026-08). Key: any API key; it has no scopes.
Quirks: amounts are text; an account may hold a wallet in each currency, and they are not the same money.
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
    access=(Access(needs=("api_key",), auth=(bearer(),), calls=(Call(_balance, {"balance": "any key"}),)),),
    source="https://api-docs.deepseek.com/api/get-user-balance",
)
