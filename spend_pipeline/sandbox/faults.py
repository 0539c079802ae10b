"""What goes wrong on demand: one function a fault word, each turning a would-be answer into a bad one."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass
from urllib.parse import quote

from starlette.responses import HTMLResponse, RedirectResponse, Response, StreamingResponse

from spend_pipeline.sandbox.keys import Fault
from spend_pipeline.sandbox.vendor import Refusal
from spend_pipeline.sandbox.wire import Json, encode

HUGE_BYTES = 64 * 1024 * 1024
DRIP_SECONDS = 0.5
LOOK_SECONDS = 0.02
LOGIN_PAGE = "<!doctype html><html><head><title>Sign in</title></head><body><form>Please sign in.</form></body></html>"


@dataclass(frozen=True)
class Case:
    """One answer about to go wrong.

    `answer` is what the vendor would say and may raise Refusal, `refuse` makes a refusal in the vendor's words,
    """

    fault: Fault
    secret: str
    answer: Callable[[], Json]
    refuse: Callable[[Refusal], Response]
    first_time: Callable[[], bool]
    held: Callable[[], bool]
    elsewhere: str


def json_response(text: str) -> Response:
    """A 200 with this JSON text."""
    return Response(text, media_type="application/json")


async def go_wrong(case: Case) -> Response:
    """The answer that the fault of a case calls for."""
    return await EFFECTS[case.fault.word](case)


async def _status(case: Case) -> Response:
    return case.refuse(Refusal(case.fault.number))


async def _once(case: Case) -> Response:
    return await _status(case) if case.first_time() else json_response(encode(case.answer()))


async def _retry_after(case: Case) -> Response:
    if not case.first_time():
        return json_response(encode(case.answer()))
    return case.refuse(Refusal(429, headers={"Retry-After": str(case.fault.number)}))


async def _delay(case: Case) -> Response:
    await asyncio.sleep(case.fault.number)
    return json_response(encode(case.answer()))


async def _held(case: Case) -> Response:
    while case.held():
        await asyncio.sleep(LOOK_SECONDS)
    return json_response(encode(case.answer()))


async def _drip(case: Case) -> Response:
    async def drops(text: bytes) -> AsyncIterator[bytes]:
        for position in range(len(text)):
            await asyncio.sleep(DRIP_SECONDS)
            yield text[position : position + 1]

    return StreamingResponse(drops(encode(case.answer()).encode()), media_type="application/json")


async def _malformed(case: Case) -> Response:
    text = encode(case.answer())
    return json_response(text[: len(text) * 2 // 3])


async def _html(case: Case) -> Response:
    return HTMLResponse(LOGIN_PAGE)


async def _redirect(case: Case) -> Response:
    return RedirectResponse(case.elsewhere, status_code=302)


async def _empty(case: Case) -> Response:
    return json_response("")


async def _echo(case: Case) -> Response:
    return case.refuse(Refusal(401, f"Invalid API key: {case.secret}", {"X-Rejected-Key": quote(case.secret, safe="")}))


async def _huge(case: Case) -> Response:
    def blanks() -> Iterator[bytes]:
        # JSON may begin with any amount of white space, so that only a size limit tells this from a slow answer.
        yield from (b" " * 65536 for _ in range(HUGE_BYTES // 65536))

    return StreamingResponse(blanks(), media_type="application/json")


async def _nan(case: Case) -> Response:
    spellings = iter(["NaN"])
    return json_response(encode(case.answer(), write=lambda amount: next(spellings, str(amount))))


EFFECTS: dict[str, Callable[[Case], Awaitable[Response]]] = {
    "status": _status,
    "once": _once,
    "retry-after": _retry_after,
    "delay": _delay,
    "held": _held,
    "drip": _drip,
    "malformed": _malformed,
    "html": _html,
    "redirect": _redirect,
    "empty": _empty,
    "echo": _echo,
    "huge": _huge,
    "nan": _nan,
}
