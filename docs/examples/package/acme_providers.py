"""Acme's own gateway: what is left of a team's budget, by a package of Acme's."""

from spend_pipeline.money import Money
from spend_pipeline.outbound.ask import Ask, Conversation, Credentials, Figures
from spend_pipeline.outbound.auth import bearer
from spend_pipeline.period import Period
from spend_pipeline.providers.declaration import Access, Call, Credential, Provider


def _budget(credentials: Credentials, period: Period) -> Conversation:
    (answer,) = yield Ask("/budget")
    return Figures(balance=Money.whole(answer["limit"]) - Money.spent(answer["spent"]))


ACME = Provider(
    name="acme",
    label="Acme's gateway",
    base_url="https://gateway.acme.example",
    credentials=(Credential("api_key", "a team's key"),),
    access=(Access(needs=("api_key",), auth=(bearer(),), calls=(Call(_budget, {"balance": "a team's key"}),)),),
    source="Acme's gateway, docs/budget.md",
)
