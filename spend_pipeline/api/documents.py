"""What the API documents of its answers: the shapes, and the contract's own example."""

from typing import Any

from fastapi import FastAPI
from pydantic import BaseModel

from spend_pipeline.api.errors import ErrorBody

EXAMPLE: dict[str, Any] = {
    "success": True,
    "synced": 3,
    "failed": 1,
    "results": [
        {
            "id": 42,
            "provider_name": "openrouter",
            "status": "success",
            "balance": 47.83,
            "usage_today": 2.34,
            "usage_month": 89.47,
            "synced_at": "2026-02-26T15:45:00Z",
        },
        {
            "id": 43,
            "provider_name": "groq",
            "status": "success",
            "balance": None,
            "usage_today": None,
            "usage_month": None,
            "synced_at": "2026-02-26T15:45:00Z",
            "note": "Provider does not expose billing API",
        },
        {
            "id": 44,
            "provider_name": "mistral",
            "status": "success",
            "balance": 125.64,
            "usage_today": 5.67,
            "usage_month": 78.23,
            "synced_at": "2026-02-26T15:45:00Z",
        },
        {
            "id": 45,
            "provider_name": "fal_ai",
            "status": "failed",
            "error": "API key invalid or expired",
            "synced_at": "2026-02-26T15:45:00Z",
        },
    ],
    "total_balance": 173.47,
    "total_usage_month": 167.70,
}


class ReadRow(BaseModel):
    """An integration that was read. Null is unknown, never 0; `note` says why, or where a figure comes from."""

    id: int
    provider_name: str
    status: str
    balance: float | None
    usage_today: float | None
    usage_month: float | None
    synced_at: str
    note: str | None = None


class FailedRow(BaseModel):
    """An integration that was not read, and what a person can do about it."""

    id: int
    provider_name: str
    status: str
    error: str
    synced_at: str


class SyncAnswer(BaseModel):
    """A sync's results, ascending by id. `synced` and `failed` count them; totals sum the figures present, in USD."""

    success: bool
    synced: int
    failed: int
    results: list[ReadRow | FailedRow]
    total_balance: float
    total_usage_month: float


class Running(BaseModel):
    """A sync that is under way."""

    success: bool
    status: str
    request_id: str


_examples: list[dict[str, Any]] = []
_bodies: dict[str, dict[str, Any]] = {}


def answered(model: type[BaseModel], description: str, example: dict[str, Any]) -> dict[str, Any]:
    """The documentation of an answer that is 2xx."""
    _examples.append(example)
    return {"model": model, "description": description, "content": {"application/json": {"example": example}}}


ANSWERED = answered(SyncAnswer, "The results.", EXAMPLE)


def error(description: str, *headers: str) -> dict[str, Any]:
    """The documentation of an error and of the headers that come with it."""
    documented = {name: {"schema": {"type": "string"}} for name in headers}
    return {"model": ErrorBody, "description": description, "headers": documented}


REFUSED: dict[int | str, dict[str, Any]] = {
    401: error("No valid token.", "WWW-Authenticate"),
    403: error("The client is disabled."),
    503: error("The database cannot be reached, or there are too many such requests.", "Retry-After"),
}
BODY_REFUSED: dict[int | str, dict[str, Any]] = {
    413: error("A body that is too large."),
    415: error("A body that is not announced as JSON."),
}
NO_INTEGRATION = error("No such integration of this client.")


def json_body(model: type[BaseModel]) -> dict[str, Any]:
    """The documentation of a body that a route reads itself.

    A field that is left out of a change stays as it is, so no default is promised where nothing is required.
    """
    schema = model.model_json_schema(mode="validation")
    if "required" not in schema:
        for field in schema["properties"].values():
            field.pop("default", None)
    _bodies[model.__name__] = schema
    named = {"$ref": f"#/components/schemas/{model.__name__}"}
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": named}}}}


def install(app: FastAPI) -> None:
    """Documents what is sent where the framework's own document is another.

    It leaves the nulls out of an example, promises its own shape of a 422 for any parameter, and lets a parameter that
    may be left out be null.
    """
    generate = app.openapi

    def openapi() -> dict[str, Any]:
        document = generate()
        for operations in document["paths"].values():
            for operation in operations.values():
                _correct(operation["responses"])
                for parameter in operation.get("parameters", ()):
                    parameter["schema"] = _without_null(parameter["schema"])
        document["components"]["schemas"].update(_bodies)
        for name in ("HTTPValidationError", "ValidationError"):
            document["components"]["schemas"].pop(name, None)
        return document

    app.openapi = openapi  # type: ignore[method-assign]


def _correct(responses: dict[str, Any]) -> None:
    if "HTTPValidationError" in str(responses.get("422")):
        del responses["422"]
    for response in responses.values():
        content = response.get("content", {}).get("application/json", {})
        whole = [each for each in _examples if _without_nulls(each) == content.get("example")]
        if whole:
            content["example"] = whole[0]


def _without_null(schema: dict[str, Any]) -> dict[str, Any]:
    """A parameter's schema: one that may be left out can still not be null."""
    choices = schema.get("anyOf", [])
    if {"type": "null"} not in choices:
        return schema
    (only,) = [choice for choice in choices if choice != {"type": "null"}]
    return {**only, **{name: value for name, value in schema.items() if name != "anyOf"}}


def _without_nulls(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _without_nulls(each) for name, each in value.items() if each is not None}
    return [_without_nulls(each) for each in value] if isinstance(value, list) else value
