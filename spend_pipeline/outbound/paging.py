"""How a route turns its pages: each function here makes a `next_page` for an Ask."""

from collections.abc import Callable
from dataclasses import replace
from operator import itemgetter

from spend_pipeline.errors import Unreadable
from spend_pipeline.money import integer, not_negative
from spend_pipeline.outbound.ask import Ask, Json, NextPage

Place = str | Callable[[Json], Json]  # a field's name, or what finds it in a page and is called by `str` what it finds


def cursor(field: Place, *, param: str, more: Place | None = None) -> NextPage:
    """Follow the token in `field` until it is null or empty; `more` names a flag that must agree with it."""
    token_of = _finder(field)
    flag_of = _finder(more) if more is not None else None

    def following(page: Json, ask: Ask) -> Ask | None:
        token = token_of(page)
        if flag_of is not None and flag_of(page) is not bool(token):
            raise Unreadable(f"'{more}' and '{field}' disagree about whether there is another page")
        if token is None or token == "":
            return None
        if not isinstance(token, str):
            raise Unreadable(f"'{field}' is not text")
        return turned(ask, param, token)

    return following


def offset(items: Callable[[Json], list[Json]], *, param: str = "offset") -> NextPage:
    """Skip what was read until a page comes back empty: a short page is no proof that it was the last."""

    def following(page: Json, ask: Ask) -> Ask | None:
        count = len(items(page))
        return turned(ask, param, _held(ask, param, 0) + count) if count else None

    return following


def numbered(items: Callable[[Json], list[Json]], *, param: str, first: int = 1, last: Place | None = None) -> NextPage:
    """Count pages up to the number of pages that `last` tells, or until a page comes back empty where nothing does."""
    pages_of = _finder(last) if last is not None else None

    def following(page: Json, ask: Ask) -> Ask | None:
        number = _held(ask, param, first)
        if pages_of is not None:
            goes_on = number - first + 1 < not_negative(integer(pages_of(page)))
        else:
            goes_on = bool(items(page))
        return turned(ask, param, number + 1) if goes_on else None

    return following


def _finder(place: Place) -> Callable[[Json], Json]:
    return itemgetter(place) if isinstance(place, str) else place


def _held(ask: Ask, param: str, otherwise: int) -> int:
    """The number that a parameter holds, in the JSON body of an ask that has one."""
    held = ask.params if ask.json is None else ask.json
    return int(held.get(param, otherwise))


def turned(ask: Ask, param: str, value: str | int) -> Ask:
    """The ask with another value of a parameter, in its JSON body where it has one."""
    if ask.json is None:
        return replace(ask, params={**ask.params, param: str(value)})
    return replace(ask, json={**ask.json, param: value})
