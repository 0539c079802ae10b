"""SambaNova: no billing API. The figures are only at cloud.sambanova.ai/plans/billing, so its key is never sent
anywhere.

There is no billing, usage or credit route for an API key.
"""

from spend_pipeline.providers.declaration import NO_BILLING_API, Access, Credential, Provider

SAMBANOVA = Provider(
    name="sambanova",
    label="SambaNova",
    base_url="https://api.sambanova.ai",
    credentials=(Credential("api_key", "any key; it is kept, never sent"),),
    access=(Access(needs=("api_key",), note=NO_BILLING_API),),
    source="https://docs.sambanova.ai (read 2026-10)",
    about=__doc__,
)
