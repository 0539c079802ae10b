"""What a client gave to add an integration with: a provider that is there, and credentials that may come over HTTP."""

from collections.abc import Mapping

from spend_pipeline import credentials
from spend_pipeline.api.errors import Problem
from spend_pipeline.errors import UserError
from spend_pipeline.providers.declaration import Provider


def named_provider(name: str, providers: Mapping[str, Provider]) -> Provider:
    """The provider. Raises Problem, which does not quote the name: it may be a key in the wrong place."""
    if name not in providers:
        raise Problem(422, f"The field 'provider_name' is malformed: it must be one of {', '.join(providers)}")
    return providers[name]


def check_credentials(provider: Provider, given: Mapping[str, str]) -> None:
    """Raises Problem for what may not come over HTTP, and for what the provider does not take; no value is quoted."""
    if not given.keys() <= {credential.name for credential in provider.credentials}:
        names = ", ".join(credential.name for credential in provider.credentials)
        raise Problem(
            422, f"The field 'credentials' holds a name that {provider.label} does not take: it takes {names}"
        )
    for name, value in given.items():
        if credentials.is_reference(value):
            raise Problem(422, f"The credential '{name}' must be the value itself: a reference is not taken over HTTP")
        if not "".join(value.split()).isprintable():
            raise Problem(422, f"The credential '{name}' holds a character that cannot be printed")
    try:
        credentials.checked(provider, given)
    except UserError as error:
        raise Problem(422, str(error)) from None
