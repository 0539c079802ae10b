"""What an HTTP status means when a billing route answers with it: matched by number, never by a provider's words."""

from spend_pipeline.errors import Busy, InvalidKey, NotConfigured, ProviderFailure, Refused, Unreadable

LACKS_PERMISSION = "API key lacks billing permission"


def failure(status: int, hint: str = "", elsewhere: str = "", wait: float = 0.0) -> ProviderFailure:
    """The failure a status other than 200 stands for.

    `hint` says which key or permission would be right, `elsewhere` where the key may belong, `wait` for how
    many seconds the provider wants to be left alone.
    """
    match status:
        case 401:
            named: ProviderFailure = InvalidKey(elsewhere)
        case 402:
            named = Refused("The provider asks for payment before it answers (HTTP 402)")
        case 403:
            named = Refused(f"{LACKS_PERMISSION}: {hint}" if hint else LACKS_PERMISSION)
        case 404:
            named = NotConfigured("The provider knows no such account or billing route (HTTP 404)")
        case 429:
            named = Busy("The provider is limiting our requests (HTTP 429)", wait)
        case 503:
            named = Busy("Provider error 503", wait)
        case _ if status in (408, 425) or status >= 500:
            named = Busy(f"Provider error {status}")
        case _ if 300 <= status < 400:
            named = Unreadable(f"the provider redirects elsewhere (HTTP {status}), where keys are never sent")
        case _:
            named = Unreadable(f"unexpected HTTP status {status}")
    return named
