"""NVIDIA NIM: no billing API. Hosted models are a free trial with a request rate, so its key is never sent anywhere.

Credits were abolished; neither NIM nor NGC has a usage route.
"""

from spend_pipeline.providers.declaration import NO_BILLING_API, Access, Credential, Provider

NVIDIA_NIM = Provider(
    name="nvidia_nim",
    label="NVIDIA NIM",
    base_url="https://integrate.api.nvidia.com",
    credentials=(Credential("api_key", "any key; it is kept, never sent"),),
    access=(Access(needs=("api_key",), note=NO_BILLING_API),),
    source="https://forums.developer.nvidia.com (read 2026-10)",
    about=__doc__,
)
