"""AI21: no billing API. The figures are only on the Studio's account page, so its key is never sent anywhere.

There is no billing, usage or credit route; `/studio/v1/usage` is a guess of hobby code.
"""

from spend_pipeline.providers.declaration import NO_BILLING_API, Access, Credential, Provider

AI21 = Provider(
    name="ai21",
    label="AI21",
    base_url="https://api.ai21.com",
    credentials=(Credential("api_key", "any key; it is kept, never sent"),),
    access=(Access(needs=("api_key",), note=NO_BILLING_API),),
    source="https://docs.ai21.com (read 2026-10)",
    about=__doc__,
)
