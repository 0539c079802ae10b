"""A declaration as a `Provider`: what to ask, and how its answers are read."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

from spend_pipeline.declared.amounts import costs_by_day, money
from spend_pipeline.declared.form import Auth, Call, Figure, Form, Pages, Success
from spend_pipeline.declared.template import filled_body
from spend_pipeline.errors import Unreadable
from spend_pipeline.money import Money
from spend_pipeline.outbound import paging
from spend_pipeline.outbound.ask import Ask, Conversation, Credentials, Figures, Json, NextPage
from spend_pipeline.outbound.ask import Pages as Answers
from spend_pipeline.outbound.auth import HeaderKey
from spend_pipeline.outbound.body import array
from spend_pipeline.outbound.pace import Pace
from spend_pipeline.outbound.statuses import failure
from spend_pipeline.period import Period
from spend_pipeline.providers import declaration
from spend_pipeline.providers.declaration import Access, Credential, Provider
from spend_pipeline.providers.spend_by_day import spend_by_day


def provider(form: Form) -> Provider:
    """The provider that a form declares; every credential of it is needed."""
    key = next(credential for credential in form.credentials if credential.name == form.key)
    permission = form.permission or ""
    access = Access(
        needs=tuple(credential.name for credential in form.credentials),
        auth=(_header(form.auth, form.key),),
        calls=tuple(_call(call, call.key or key.help, permission) for call in form.calls),
        permission=permission,
    )
    return Provider(
        name=form.name,
        label=form.label,
        base_url=form.base_url,
        credentials=tuple(Credential(credential.name, credential.help) for credential in form.credentials),
        access=(access,),
        source=form.source,
        hosts=tuple(form.hosts),
        pace=Pace(form.pace.a_minute, form.pace.at_once),
    )


def _header(auth: Auth, key: str) -> HeaderKey:
    if auth.type == "bearer":
        return HeaderKey("Authorization", key, "Bearer")
    return HeaderKey(auth.header or "", key, auth.prefix or "")


def _call(call: Call, key: str, permission: str) -> declaration.Call:
    def talk(credentials: Credentials, period: Period) -> Conversation:
        answers = yield _ask(call, credentials, period, permission)
        return _figures(call, answers, period)

    return declaration.Call(
        talk, dict.fromkeys(call.gives, key), missing=call.missing or "", documented=call.documented
    )


def _ask(call: Call, credentials: Credentials, period: Period, permission: str) -> Ask:
    path = call.path.filled_path(credentials, period)
    ask = Ask(
        path if call.host is None else "",
        {name: text.filled(credentials, period) for name, text in call.params.items()},
        call.method,
        json=None if call.body is None else filled_body(call.body, credentials, period),
        headers=call.headers,
        url="" if call.host is None else call.host + path,
        next_page=_next_page(call, permission),
    )
    if call.pages is None or call.pages.first is None:
        return ask
    return paging.turned(ask, call.pages.param, call.pages.first)


def _next_page(call: Call, permission: str) -> NextPage:
    """Looks at each page before anything is read of it: one that failed has no other field to hold it to."""
    turn = _turn(call.pages, lambda page: array(call.days.at(page)) if call.days else []) if call.pages else None

    def following(page: Json, ask: Ask) -> Ask | None:
        if call.success is not None:
            _check(call.success, page, permission)
        return turn(page, ask) if turn else None

    return following


def _turn(pages: Pages, items: Callable[[Json], list[Json]]) -> NextPage:
    if pages.cursor is not None:
        return paging.cursor(pages.cursor, param=pages.param, more=pages.more)
    if pages.type == "offset":
        return paging.offset(items, param=pages.param)
    return paging.numbered(items, param=pages.param, first=1 if pages.first is None else pages.first, last=pages.last)


def _check(success: Success, page: Json, permission: str) -> None:
    """Raises what a failure under HTTP 200 is declared to mean, else Unreadable."""
    told = success.at(page)
    if _is(told, success.equals):
        return
    status = success.means.get(str(told)) if isinstance(told, (str, int, Decimal)) else None
    raise failure(status, permission) if status else Unreadable("the answer says of itself that it failed")


def _is(told: Json, wanted: bool | int | str) -> bool:
    """Whether a JSON value is that of the declaration: `true` is not 1, and text is not a number."""
    if isinstance(told, bool) or isinstance(wanted, bool) or isinstance(told, str) or isinstance(wanted, str):
        return type(told) is type(wanted) and bool(told == wanted)
    return isinstance(told, (int, Decimal)) and told == wanted


def _figures(call: Call, answers: Answers, period: Period) -> Figures:
    balance, today, month = (_single(each, answers) for each in (call.balance, call.usage_today, call.usage_month))
    if call.days is None:
        return Figures(balance, today, month)
    days = [day for answer in answers for day in costs_by_day(call.days, answer)]
    unit = call.days.currency or call.days.unit or "USD"
    return replace(spend_by_day(days, period, sparse=call.days.sparse, unit=unit), balance=balance)


def _single(figure: Figure | None, answers: Answers) -> Money | None:
    """A figure that stands by itself, of an answer that has one page."""
    return None if figure is None else money(figure, figure.at(answers[0]), answers[0])
