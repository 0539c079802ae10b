"""Where a figure sits in an answer: a JSON Pointer (RFC 6901), which names one field or is an error."""

from dataclasses import dataclass, field

from jsonpointer import EndOfList, JsonPointer, JsonPointerException

from spend_pipeline.errors import Unreadable
from spend_pipeline.outbound.ask import Json

ADVICE = (
    "is not a JSON Pointer like '/data/balance': filters and functions are not taken, "
    "because they pass over what is missing and may compute in floats"
)
MISSING = object()


@dataclass(frozen=True)
class Pointer:
    """A place in JSON. Called with a value, it gives what is there, as it was parsed: numbers stay exact."""

    text: str
    _steps: JsonPointer = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Raises ValueError for text that is no pointer."""
        try:
            object.__setattr__(self, "_steps", JsonPointer(self.text))
        except JsonPointerException:
            raise ValueError(ADVICE) from None

    def __call__(self, value: Json) -> Json:
        """Raises Unreadable where the field, or one above it, is missing or holds no fields."""
        for step in self._steps.parts:
            value = _stepped(self._steps, value, step)
            if value is MISSING:
                raise Unreadable(f"the field '{self.text}' is missing")
        return value

    def __str__(self) -> str:
        return self.text


def _stepped(steps: JsonPointer, value: Json, step: str) -> Json:
    """What is one step further in. The library's error quotes the answer, so ours is not raised while it is handled."""
    try:
        found = steps.walk(value, step)
    except JsonPointerException:
        return MISSING
    return MISSING if isinstance(found, EndOfList) else found
