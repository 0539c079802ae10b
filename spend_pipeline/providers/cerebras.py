"""Cerebras: no billing API. Balance and cost appear only in the console, so its key is never sent anywhere.

Its API tells quotas and rate limits, and no money.
"""

from spend_pipeline.providers.declaration import NO_BILLING_API, Access, Credential, Provider

CEREBRAS = Provider(
    name="cerebras",
    label="Cerebras",
    base_url="https://api.cerebras.ai",
    credentials=(Credential("api_key", "any key; it is kept, never sent"),),
    access=(Access(needs=("api_key",), note=NO_BILLING_API),),
    source="https://inference-docs.cerebras.ai (read 2026-08)",
    about=__doc__,
)
