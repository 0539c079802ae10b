"""Replicate: no billing API. `/v1/account` names the account and no money, so its key is never sent anywhere.

There is no billing or usage route; others seen in use are guesses.
"""

from spend_pipeline.providers.declaration import NO_BILLING_API, Access, Credential, Provider

REPLICATE = Provider(
    name="replicate",
    label="Replicate",
    base_url="https://api.replicate.com",
    credentials=(Credential("api_key", "any key; it is kept, never sent"),),
    access=(Access(needs=("api_key",), note=NO_BILLING_API),),
    source="https://replicate.com/docs/reference/http (read 2026-10)",
    about=__doc__,
)
