"""Who calls: the client whose token the request bears."""

from typing import Annotated

from fastapi import Depends, Request, Security
from fastapi.security import HTTPBearer

from spend_pipeline import tokens
from spend_pipeline.api.errors import Problem
from spend_pipeline.api.strangers import Strangers
from spend_pipeline.store import clients
from spend_pipeline.store.clients import Client
from spend_pipeline.store.database import Database

UNAUTHORIZED = "The request needs 'Authorization: Bearer {client_token}' with a token that is valid"
TOO_MANY = "Too many requests came from this address with a token that is not valid: check the token"
LONGEST = 512

_documented = HTTPBearer(auto_error=False, description="A client's token, from `spend clients add NAME`.")


def database_of(request: Request) -> Database:
    database: Database = request.app.state.database
    return database


def calling_client(
    request: Request,
    database: Annotated[Database, Depends(database_of)],
    _: Annotated[object, Security(_documented)],
) -> Client:
    """The client. Missing, malformed and unknown tokens are answered alike, so that none tells which it was."""
    token = bearer(request)
    client = clients.by_token(database, token) if tokens.well_formed(token) else None
    if client is None:
        raise refused(request, UNAUTHORIZED)
    if not client.is_active:
        raise Problem(403, "This client is disabled: ask whoever runs spend-pipeline to enable it")
    return client


def bearer(request: Request) -> str:
    """The token of the one Authorization header; empty where there is none, several, or none of that scheme."""
    headers = request.headers.getlist("authorization")
    scheme, _, token = headers[0].partition(" ") if len(headers) == 1 and len(headers[0]) <= LONGEST else ("", "", "")
    return token.strip(" ") if scheme.lower() == "bearer" else ""  # RFC 7235 allows more than one space


def refused(request: Request, sentence: str) -> Problem:
    """401 with that sentence, or 429 once an address has shown many tokens that are nobody's."""
    strangers: Strangers = request.app.state.strangers
    address = request.client.host if request.client else ""
    seconds = strangers.another(address) if "authorization" in request.headers else None
    if seconds is None:
        return Problem(401, sentence, {"WWW-Authenticate": "Bearer"})
    return Problem(429, TOO_MANY, {"Retry-After": str(seconds)})
