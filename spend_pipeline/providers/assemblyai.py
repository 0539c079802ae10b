"""AssemblyAI: no billing API. The figures are only in the dashboard, so its key is never sent anywhere.

Neither the documentation nor the vendor's OpenAPI has an account route.
"""

from spend_pipeline.providers.declaration import NO_BILLING_API, Access, Credential, Provider

ASSEMBLYAI = Provider(
    name="assemblyai",
    label="AssemblyAI",
    base_url="https://api.assemblyai.com",
    credentials=(Credential("api_key", "any key; it is kept, never sent"),),
    access=(Access(needs=("api_key",), note=NO_BILLING_API),),
    source="https://www.assemblyai.com/docs/billing-and-pricing (read 2026-10)",
    about=__doc__,
)
