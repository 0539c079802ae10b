"""Numbers of an answer as money, by what a declaration says of their scale, sign and currency."""

from datetime import UTC, date, datetime
from decimal import Decimal

from spend_pipeline.declared.form import PLACES, Amount, Days
from spend_pipeline.errors import Unreadable
from spend_pipeline.money import Amount as Told
from spend_pipeline.money import Money, integer, not_negative, number
from spend_pipeline.outbound.ask import Json
from spend_pipeline.outbound.body import array, text
from spend_pipeline.period import parse_moment


def money(of: Amount, told: Told, holder: Json) -> Money:
    """A number as money; its currency may stand beside it in `holder`. Raises Unreadable for a sign it cannot have."""
    exact = _signed(of.sign, told)
    if of.unit is not None:
        return Money.units(exact, of.unit)
    currency = of.currency if of.currency_at is None else text(of.currency_at(holder))
    return Money.scaled(exact, PLACES[of.scale], currency or "")


def costs_by_day(days: Days, page: Json) -> list[tuple[datetime, list[Money]]]:
    """The costs of each day that a page lists, by the day's start."""
    return [(_moment(days, day), [_cost(days, line) for line in _lines(days, day)]) for day in array(days.at(page))]


def _lines(days: Days, day: Json) -> list[Json]:
    return [day] if days.lines is None else array(days.lines(day))


def _cost(days: Days, line: Json) -> Money:
    return money(days, days.amount(line), line)


def _signed(sign: str, told: Told) -> Decimal:
    """The number as its sign is declared; `copy_negate` keeps every digit, where minus would round."""
    match sign:
        case "positive":
            return not_negative(told)
        case "negative":
            return not_negative(number(told).copy_negate())
        case "owed":
            return number(told).copy_negate()
        case _:
            return number(told)


def _moment(days: Days, day: Json) -> datetime:
    """The moment that a day, or a cost of it, is of. Raises Unreadable for anything but what is declared."""
    told = days.date(day)
    try:
        match days.date_as:
            case "unix":
                return datetime.fromtimestamp(int(not_negative(integer(told))), UTC)
            case "rfc3339":
                return parse_moment(text(told))
            case _:
                return parse_moment(date.fromisoformat(text(told)).isoformat())
    except (ValueError, OverflowError, OSError):
        raise Unreadable(f"the field '{days.date}' is not the day it is declared to be") from None
