"""Google AI: no balance; spend from the billing export in BigQuery, behind an OAuth token for a service account.

A query is never run: its text must name the export's table, and @day and @month say which windows are meant. Its job
is still running in the first answer and at the first poll; rows come one a page. The export lags: money counts up to
the last completed hour, which is what `AS as_of` reads, and a month without any has no row.
"""

import json
import secrets
from datetime import datetime
from decimal import Decimal
from urllib.parse import parse_qs

from spend_pipeline.sandbox.accounts import Account, currencies_of, dollars
from spend_pipeline.sandbox.cursors import cursor_at, position_of
from spend_pipeline.sandbox.keys import DEFAULT_ACCOUNT, Key, credential_after, parse_caller
from spend_pipeline.sandbox.service_accounts import PROJECT, BadAssertion
from spend_pipeline.sandbox.state import Job, State
from spend_pipeline.sandbox.vendor import Ask, Refusal, Route, Vendor, wording
from spend_pipeline.sandbox.windows import parse_moment, start_of
from spend_pipeline.sandbox.wire import Figure, Json

TABLE = "acme.billing.gcp_billing_export_v1_01ABCD_23EFGH_45IJKL"
OAUTH_PATH = "/token"
_GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
_SCOPES = {"https://www.googleapis.com/auth/bigquery", "https://www.googleapis.com/auth/cloud-platform"}
_POLLS_STILL_RUNNING = 1
_CURRENCY_WEIGHTS = (3, 1)
_REASONS = {
    400: ("invalidQuery", "INVALID_ARGUMENT"),
    401: ("authError", "UNAUTHENTICATED"),
    403: ("accessDenied", "PERMISSION_DENIED"),
    404: ("notFound", "NOT_FOUND"),
    429: ("rateLimitExceeded", "RESOURCE_EXHAUSTED"),
    503: ("backendError", "UNAVAILABLE"),
}
_OAUTH_ERRORS = {
    401: "invalid_client",
    403: "access_denied",
    429: "rate_limit_exceeded",
    503: "temporarily_unavailable",
}


def _token(ask: Ask, key: Key) -> Json:
    token = f"ya29.sandbox-{secrets.token_urlsafe(24)}"
    ask.state.tokens[token] = Key(key.role, key.account, key.fault, token)
    return {"access_token": token, "expires_in": 3599, "token_type": "Bearer"}


def _start_query(ask: Ask, key: Key) -> Json:
    _check_project(ask)
    try:
        asked = json.loads(ask.body)
        query = asked["query"]
        moments = {each["name"]: parse_moment(each["parameterValue"]["value"]) for each in asked["queryParameters"]}
        day, month = moments["day"], moments["month"]
    except (ValueError, KeyError, TypeError):
        raise Refusal(400, "Query parameters 'day' and 'month' not found") from None
    if TABLE not in query:
        raise Refusal(404, f"Not found: Table {TABLE.replace('.', ':', 1)} was not found in location US")
    as_of = start_of("hour", ask.now)
    columns = {"currency": "STRING", "today": "FLOAT", "month": "FLOAT"} | (
        {"as_of": "TIMESTAMP"} if "AS as_of" in query else {}
    )
    rows = [{"f": [{"v": value} for value in row[: len(columns)]]} for row in _rows(key.account, day, month, as_of)]
    job_id = f"job_{secrets.token_hex(8)}"
    ask.state.jobs[job_id] = Job(key, [{"name": n, "type": t} for n, t in columns.items()], rows, _POLLS_STILL_RUNNING)
    return _running(job_id)


def _rows(account_name: str, day: datetime, month: datetime, as_of: datetime) -> list[list[Json]]:
    account, currencies = Account("google_ai", account_name), currencies_of(account_name)
    weights = _CURRENCY_WEIGHTS[: len(currencies)]
    today, this_month = (account.shares(weights, min(since, as_of), as_of) for since in (day, month))
    stamp = f"{Decimal(int(as_of.timestamp())).scaleb(-9).normalize()}E9"
    return [
        [currency, Figure(dollars(of_today), quoted=True), Figure(dollars(of_month), quoted=True), stamp]
        for currency, of_today, of_month in zip(currencies, today, this_month, strict=True)
        if of_month
    ]


def _poll(ask: Ask, key: Key) -> Json:
    _check_project(ask)
    job_id = ask.params["job"]
    job = ask.state.jobs.get(job_id)
    if job is None or job.owner.account != key.account:
        raise Refusal(404, f"Not found: Job {PROJECT}:{job_id}")
    if job.polls_left:
        job.polls_left -= 1
        return _running(job_id)
    position = position_of(ask.query.get("pageToken"))
    following = cursor_at(position + 1, len(job.rows))
    rows = {"rows": job.rows[position : position + 1]} if job.rows else {}
    schema = {"schema": {"fields": job.fields}, "totalRows": str(len(job.rows))} | rows
    complete = {"totalBytesProcessed": "10485760", "jobComplete": True, "cacheHit": False}
    return _reference(job_id) | schema | ({"pageToken": following} if following else {}) | complete


def _running(job_id: str) -> Json:
    return _reference(job_id) | {"jobComplete": False}


def _reference(job_id: str) -> Json:
    return {"kind": "bigquery#queryResponse", "jobReference": {"projectId": PROJECT, "jobId": job_id, "location": "US"}}


def _check_project(ask: Ask) -> None:
    project = ask.params["project"]
    if project != PROJECT:
        lacking = f"User does not have bigquery.jobs.create permission in project {project}."
        raise Refusal(403, f"Access Denied: Project {project}: {lacking}")


def _identify(ask: Ask) -> Key:
    if ask.path == OAUTH_PATH:
        return _signer(ask)
    sent = credential_after("Bearer", ask.headers)
    if sent is None or sent not in ask.state.tokens:
        raise Refusal(401, headers={"WWW-Authenticate": 'Bearer realm="https://accounts.google.com/"'})
    return ask.state.tokens[sent]


def _signer(ask: Ask) -> Key:
    """The service account that signed a token request; raises Refusal where Google would."""
    form = {name: values[0] for name, values in parse_qs(ask.body.decode(errors="replace")).items()}
    if form.get("grant_type") != _GRANT:
        raise Refusal(400, "unsupported_grant_type: Invalid grant_type")
    try:
        claims = ask.state.signing_key.verified_claims(form.get("assertion", ""), token_uri(ask.state), ask.now)
    except BadAssertion as why:
        raise Refusal(400, f"invalid_grant: {why}") from None
    local_part, _, domain = str(claims.get("iss")).partition("@")
    key = parse_caller(local_part, "service", form["assertion"])
    if key is None or domain != f"{PROJECT}.iam.gserviceaccount.com":
        raise Refusal(400, "invalid_grant: Invalid grant: account not found")
    if not _SCOPES & set(str(claims.get("scope")).split()):
        raise Refusal(400, "invalid_scope: Invalid OAuth scope or ID token audience provided.")
    return key


def _error_body(refusal: Refusal, path: str) -> Json:
    if path == OAUTH_PATH:
        usual = f"{_OAUTH_ERRORS.get(refusal.status, 'invalid_grant')}: {wording(refusal, {})}"
        error, _, description = (refusal.message if ": " in refusal.message else usual).partition(": ")
        return {"error": error, "error_description": description}
    message = wording(refusal, {401: "Request had invalid authentication credentials."})
    reason, status = _REASONS.get(refusal.status, ("backendError", "UNKNOWN"))
    errors = [{"message": message, "domain": "global", "reason": reason}]
    return {"error": {"code": refusal.status, "message": message, "errors": errors, "status": status}}


def token_uri(state: State) -> str:
    """Where the service accounts of this sandbox get their tokens."""
    return f"{state.url}/google_ai{OAUTH_PATH}"


def _examples(state: State) -> dict[str, dict[str, str]]:
    account = state.signing_key.service_account(token_uri(state), DEFAULT_ACCOUNT)
    return {
        "key": {"api_key": "sandbox.ordinary"},
        "service_account": {"service_account": account, "billing_table": TABLE},
    }


GOOGLE_AI = Vendor(
    name="google_ai",
    routes=(
        Route("POST", OAUTH_PATH, _token),
        Route("POST", "/bigquery/v2/projects/{project}/queries", _start_query),
        Route("GET", "/bigquery/v2/projects/{project}/queries/{job}", _poll),
    ),
    identify=_identify,
    error_body=_error_body,
    examples=_examples,
)
