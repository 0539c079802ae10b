"""The fields of an integration that a client sets: what each takes, and what it is if it is left out."""

from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema, field_validator

LARGEST = 10**12
FINEST = -330  # every number that a double can hold has fewer decimals
BIGINT = 2**63 - 1


def _amount(value: Any) -> Any:
    if isinstance(value, bool) or not isinstance(value, (int, Decimal)):
        raise ValueError("it must be a number")
    exact = Decimal(value)
    if not 0 <= exact < LARGEST or int(exact.as_tuple().exponent) < FINEST:
        raise ValueError("it must be an amount in USD from 0 to below a trillion")
    return exact


def _count(value: Any) -> Any:
    if isinstance(value, Decimal) and abs(value) <= BIGINT and value == value.to_integral_value():
        return int(value)  # 5.0 is a whole number to JSON
    return value


def _label(value: str) -> str:
    if not value.isprintable():
        raise ValueError("it must be of characters that can be printed")
    return value


Usd = Annotated[
    Decimal,
    BeforeValidator(_amount),
    WithJsonSchema({"type": "number", "minimum": 0, "exclusiveMaximum": LARGEST}),
]
Count = Annotated[int, Field(ge=1, le=BIGINT), BeforeValidator(_count)]
Days = Annotated[int, Field(ge=1, le=3650), BeforeValidator(_count)]
Label = Annotated[str, Field(max_length=100, pattern=r"^[^\u0000-\u001f\u007f-\u00a0]*$")]
Unseen = "Kept for a gateway that reads it from the database; this pipeline routes no requests."


class Settable(BaseModel):
    """What a client may set when it adds an integration, and change later."""

    model_config = ConfigDict(extra="forbid", strict=True, hide_input_in_errors=True)

    key_label: Label = Field("", description="Tells accounts at one provider apart.", examples=["Production"])
    is_primary: bool = Field(False, description="Whether this is the client's main account at the provider.")
    daily_limit: Count | None = Field(None, description=f"Requests a day. {Unseen}")
    minute_limit: Count | None = Field(None, description=f"Requests a minute. {Unseen}")
    spend_limit_amount: Usd | None = Field(None, description="USD a period; null is no limit.", examples=[100.0])
    spend_limit_period: Literal["daily", "monthly"] = "monthly"
    spend_limit_action: Literal["warn", "block"] = "warn"
    low_balance_amount: Usd | None = Field(None, description="USD: an alert fires below it. Null is none.")
    low_days_left: Days | None = Field(None, description="An alert fires when the balance lasts fewer days.")

    _printable = field_validator("key_label")(_label)


class NewIntegration(Settable):
    """The body of `POST /api/v1/integrations/`."""

    provider_name: str = Field(min_length=1, max_length=64, description="A provider's name.", examples=["openrouter"])
    credentials: dict[str, str] = Field(
        min_length=1,
        description="By name, as `spend providers` lists them. The values themselves: no `env:NAME`, no `file:PATH`.",
        examples=[{"api_key": "sk-or-v1-0123456789abcdef"}],
    )


class Changes(Settable):
    """The body of `PATCH /api/v1/integrations/{integration_id}`: what is left out stays as it is."""

    is_active: bool = Field(True, description="Whether syncs read it.")
