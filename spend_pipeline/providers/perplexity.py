"""Perplexity: no billing API. The figures are only in the API console, so its key is never sent anywhere.

There is no balance or usage route for an API key; a cost comes with each answer.
"""

from spend_pipeline.providers.declaration import NO_BILLING_API, Access, Credential, Provider

PERPLEXITY = Provider(
    name="perplexity",
    label="Perplexity",
    base_url="https://api.perplexity.ai",
    credentials=(Credential("api_key", "any key; it is kept, never sent"),),
    access=(Access(needs=("api_key",), note=NO_BILLING_API),),
    source="https://docs.perplexity.ai (read 2026-10)",
    about=__doc__,
)
