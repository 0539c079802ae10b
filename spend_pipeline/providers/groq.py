"""Groq: no billing API. The figures are only in the console, so its key is never sent anywhere.

There is no billing, usage or credit route for an API key.
"""

from spend_pipeline.providers.declaration import NO_BILLING_API, Access, Credential, Provider

GROQ = Provider(
    name="groq",
    label="Groq",
    base_url="https://api.groq.com",
    credentials=(Credential("api_key", "any key; it is kept, never sent"),),
    access=(Access(needs=("api_key",), note=NO_BILLING_API),),
    source="https://console.groq.com/docs (read 2026-08)",
    about=__doc__,
)
