"""How a route turns its pages: each function here makes a `next_page` for an Ask."""

from collections.abc import Callable
from dataclasses import replace

from spend_pipeline.errors import Unreadable
from spend_pipeline.outbound.ask import Ask, Json, NextPage


def cursor(field: str, *, param: str, more: str | None = None) -> NextPage:
    """Follow the token in `field` until it is null or empty; `more` names a flag that must agree with it."""

    def following(page: Json, ask: Ask) -> Ask | None:
        token = page[field]
        if more is not None and page[more] is not bool(token):
            raise Unreadable(f"'{more}' and '{field}' disagree about whether there is another page")
        if token is None or token == "":
            return None
        if not isinstance(token, str):
            raise Unreadable(f"'{field}' is not text")
        return replace(ask, params={**ask.params, param: token})

    return following


def offset(items: Callable[[Json], list[Json]], *, param: str = "offset") -> NextPage:
    """Skip what was read until a page comes back empty: a short page is no proof that it was the last."""

    def following(page: Json, ask: Ask) -> Ask | None:
        count = len(items(page))
        skipped = int(ask.params.get(param, "0"))
        return replace(ask, params={**ask.params, param: str(skipped + count)}) if count else None

    return following
