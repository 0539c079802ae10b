"""The kinds of failure. Each name says who can act; each message is ours, one sentence, free of secrets."""

from enum import StrEnum


class FailureKind(StrEnum):
    """Who can act on a failed reading, as stored beside `billing_sync_error`."""

    NOT_CONFIGURED = "not_configured"
    REFUSED = "refused"
    BUSY = "busy"
    UNREADABLE = "unreadable"


class ProviderFailure(Exception):
    """A reading that did not succeed. The message is what a person reads in `billing_sync_error`."""

    kind: FailureKind


class NotConfigured(ProviderFailure):
    """Whoever set the integration up can act: a credential or an account setting is missing or wrong."""

    kind = FailureKind.NOT_CONFIGURED


class Refused(ProviderFailure):
    """Whoever owns the key can act: it is invalid, expired, or lacks a permission."""

    kind = FailureKind.REFUSED


class InvalidKey(Refused):
    """The key itself is not accepted, whatever is asked with it."""

    def __init__(self, elsewhere: str = "") -> None:
        super().__init__(f"API key invalid or expired{elsewhere}")


class Busy(ProviderFailure):
    """Nobody needs to act: the provider was slow, down or limiting us, and a later sync asks again.

    `wait` is for how many seconds it wants to be left alone, where it said so.
    """

    kind = FailureKind.BUSY

    def __init__(self, message: str, wait: float = 0.0) -> None:
        super().__init__(message)
        self.wait = wait

    @classmethod
    def timeout(cls, seconds: float) -> "Busy":
        return cls(f"Timeout: the provider did not answer in full within {seconds:g} s")


class Unreadable(ProviderFailure):
    """We can act: the provider answered, but not as agreed."""

    kind = FailureKind.UNREADABLE

    def __init__(self, what: str) -> None:
        super().__init__(f"Invalid response: {what}")


class Remembered(ProviderFailure):
    """What an earlier reading failed with, where the provider was not asked again."""

    def __init__(self, kind: FailureKind, message: str) -> None:
        super().__init__(message)
        self.kind = kind


class UserError(Exception):
    """Bad input: one sentence that says what, where and what to do. The command line exits with 2."""


class Unavailable(Exception):
    """Something we need is not there (database, orchestrator): one sentence. The command line exits with 1."""
