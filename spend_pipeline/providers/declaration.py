"""What a provider is made of: its credentials, what each kind of key opens, what to ask, and who said so."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from spend_pipeline.errors import NotConfigured
from spend_pipeline.outbound.ask import Conversation, Credentials
from spend_pipeline.outbound.auth import HeaderKey
from spend_pipeline.outbound.pace import Pace
from spend_pipeline.period import Period

NO_BILLING_API = "Provider does not expose billing API"
FIGURES = ("balance", "usage_today", "usage_month")
LABELS = {"balance": "balance", "usage_today": "usage today", "usage_month": "usage this month"}
PAID_QUERIES = "paid_queries"  # the credential that agrees, by `yes`, to what asking costs

PACE = Pace()  # of a provider whose documentation asks for no other

Talk = Callable[[Credentials, Period], Conversation]


@dataclass(frozen=True)
class Credential:
    """A named secret or setting of an integration. `document` marks text of several lines, such as a JSON key file."""

    name: str
    help: str
    document: bool = False


@dataclass(frozen=True)
class Call:
    """One conversation and the figures it gives, each with the key that is needed for it.

    `missing` completes the note of a partial reading: what would give these figures. An undocumented route may
    vanish, so any failure of its call is a missing figure, never a failed reading. `paid` is what asking costs, such as
    "0.01 USD a query": such a call is made only by the automatic sync, and only where `paid_queries` is `yes`.
    """

    talk: Talk
    gives: Mapping[str, str]
    missing: str = ""
    documented: bool = True
    paid: str = ""


@dataclass(frozen=True)
class Access:
    """What one set of credentials opens.

    Its calls and how they are signed, or the note that says why there are none. `permission` is how to make the key
    with the rights that the calls need and no more; it completes "API key lacks billing permission: ". Where a right
    that is missing is answered 401 as well, `lacking_is_401`, it completes the sentence on an invalid key too.
    """

    needs: tuple[str, ...]
    auth: tuple[HeaderKey, ...] = ()
    calls: tuple[Call, ...] = ()
    note: str = ""
    permission: str = ""
    lacking_is_401: bool = False


@dataclass(frozen=True)
class Provider:
    """An API vendor. `access` is in order of preference: the first whose needs are met is used.

    `about` is the declaration's own docstring, which the documentation shows: what the figures are, then what to know
    of them, then (not shown) the quirks of the wire. `unit` is what the provider counts in; a unit that is not money is
    in lower case. `lag` is how far behind its figures are, `inferred` what of them its documentation leaves open;
    either is empty where there is nothing to say.
    """

    name: str
    label: str
    base_url: str
    credentials: tuple[Credential, ...]
    access: tuple[Access, ...]
    source: str  # where the wire facts come from, and when they were read
    about: str | None = ""
    unit: str = "USD"
    lag: str = ""
    inferred: str = ""
    regions: Mapping[str, str] = field(default_factory=dict)  # base URLs by the credential `region`, the default first
    own_url: str = ""  # the credential that holds the base URL, for what people host themselves
    hosts: tuple[str, ...] = ()  # other origins of the provider, beside the base URL's
    pace: Pace = PACE  # how often it may be asked, all accounts and all processes together

    @property
    def calls(self) -> list[Call]:
        """Every call of every access, in order of preference."""
        return [call for access in self.access for call in access.calls]

    @property
    def paid_figures(self) -> tuple[str, ...]:
        """The figures that no call without a price gives, where a call has one: a manual sync cannot know them."""
        free = {name for call in self.calls if not call.paid for name in call.gives}
        return tuple(name for name in FIGURES if name not in free) if any(call.paid for call in self.calls) else ()

    def base_url_for(self, credentials: Credentials) -> str:
        """Where this integration's account is. Raises NotConfigured for a region or an address that is not one."""
        if self.own_url:
            return _address(credentials[self.own_url], self.own_url)
        if not self.regions:
            return self.base_url
        region = credentials.get("region", next(iter(self.regions)))
        if region not in self.regions:
            raise NotConfigured(f"{self.label} has no region '{region}': set region to {' or '.join(self.regions)}")
        return self.regions[region]

    def elsewhere(self, access: Access, credentials: Credentials) -> str:
        """What to try where a key is not accepted: more permissions, or another region, each with keys of its own."""
        if access.lacking_is_401:
            return f"; or it lacks a permission: {access.permission}"
        return other_regions(self.regions, credentials.get("region", next(iter(self.regions), "")))

    def access_for(self, names: frozenset[str]) -> Access:
        """The best access that these credential names open. Raises NotConfigured, listing what would."""
        for access in self.access:
            if names.issuperset(access.needs):
                return access
        choices = " or ".join(" + ".join(access.needs) for access in reversed(self.access))
        raise NotConfigured(f"{self.label} needs the credentials {choices}")


def other_regions(regions: Iterable[str], own: str) -> str:
    """What to try where a key is not accepted, as the end of that sentence; empty where there is no other region."""
    others = [region for region in regions if region != own]
    return f"; a key of another region needs region={' or region='.join(others)}" if others else ""


def _address(text: str, credential: str) -> str:
    """An address that people gave. Raises NotConfigured where it is none, without quoting it."""
    try:
        parts = urlsplit(text)
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in ("http", "https") or not parts.hostname or set("@?#") & set(text):
        raise NotConfigured(f"{credential} is not an address of the form https://host")
    return text
