"""Google AI: Gemini API cost, from the Cloud Billing export in BigQuery.

Gemini API cost, net of credits. The export lags by hours: today is a lower bound. A Gemini API key reaches no money.
Each sync runs one query, which BigQuery bills for what it scans, at least 10 MB. While nothing was exported this month,
the figures are unknown.

Quirks: every cell is a string; a job may not be complete at first; no rows means that nothing was exported yet, which
is not 0.
"""

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

from spend_pipeline.errors import NotConfigured, Unreadable
from spend_pipeline.money import Money, number, sum_money
from spend_pipeline.outbound.ask import Ask, Conversation, Credentials, Figures, Json
from spend_pipeline.outbound.body import array, text
from spend_pipeline.period import Period
from spend_pipeline.providers.declaration import Access, Call, Credential, Provider

SCOPE = "https://www.googleapis.com/auth/bigquery"
GEMINI_API = "AEFD-7695-64FA"
QUERY = """
SELECT currency, ROUND(SUM(IF(usage_start_time >= @day, net, 0)), 9) AS today, ROUND(SUM(net), 9) AS month,
MAX(export_time) AS as_of FROM (SELECT currency, usage_start_time, export_time, cost + IFNULL((SELECT SUM(c.amount)
FROM UNNEST(credits) c), 0) AS net FROM `{table}` WHERE service.id IN ('{service}') AND usage_start_time >= @month)
GROUP BY currency
"""
REFUSED_KEY = NotConfigured(
    "Google does not accept the service account's key: create a new one and replace service_account"
)
NO_TABLE = NotConfigured(
    "BigQuery knows no such table: check billing_table, location, and that the billing export is on"
)


def _spend(credentials: Credentials, period: Period) -> Conversation:
    account = _service_account(credentials["service_account"])
    (grant,) = yield Ask(
        url=account["token_uri"],
        method="POST",
        form={
            "grant_type": "urn:ietf:params:oauth:grant-type:jwt-bearer",
            "assertion": _assertion(account, period.now),
        },
        meaning={400: REFUSED_KEY},
    )
    headers = {"Authorization": f"Bearer {text(grant['access_token'])}"}
    queries = f"/bigquery/v2/projects/{quote(account['project_id'], safe='')}/queries"
    question = _question(credentials["billing_table"], credentials.get("location", "US"), period)
    (answer,) = yield Ask(queries, method="POST", json=question, headers=headers, meaning={404: NO_TABLE})
    job = f"{queries}/{text(answer['jobReference']['jobId'])}"
    place = {"location": answer["jobReference"].get("location", question["location"])}
    while answer["jobComplete"] is False:
        (answer,) = yield Ask(job, place, headers=headers, wait=0.5)
    rows, total = _rows(answer), number(answer["totalRows"])
    while answer.get("pageToken"):
        (answer,) = yield Ask(job, {**place, "pageToken": text(answer["pageToken"])}, headers=headers)
        rows += _rows(answer)
    if len(rows) != total:
        raise Unreadable("the query's rows are not all there")
    return _figures(rows)


def _figures(rows: list[dict[str, Json]]) -> Figures:
    if not rows:
        return Figures(notes=("No Gemini API cost has been exported to BigQuery yet this month",))
    moments = [datetime.fromtimestamp(int(number(row["as_of"])), UTC) for row in rows if row.get("as_of")]
    return Figures(
        usage_today=sum_money(Money.spent(row["today"], row["currency"]) for row in rows),
        usage_month=sum_money(Money.spent(row["month"], row["currency"]) for row in rows),
        as_of=max(moments, default=None),
    )


def _rows(answer: Json) -> list[dict[str, Json]]:
    names = [field["name"] for field in answer["schema"]["fields"]]
    rows = array(answer.get("rows", []))
    return [{name: cell["v"] for name, cell in zip(names, row["f"], strict=True)} for row in rows]


def _question(table: str, location: str, period: Period) -> dict[str, Json]:
    if not re.fullmatch(r"[A-Za-z0-9_.:-]+\.\w+\.\w+", table, re.ASCII):
        raise NotConfigured("billing_table is not of the form project.dataset.table")
    moments = {"day": period.today, "month": period.month_start}
    return {
        "query": QUERY.format(table=table, service=GEMINI_API),
        "useLegacySql": False,
        "parameterMode": "NAMED",
        "location": location,
        "timeoutMs": 5000,
        "queryParameters": [
            {
                "name": name,
                "parameterType": {"type": "TIMESTAMP"},
                "parameterValue": {"value": f"{day}T00:00:00Z"},
            }
            for name, day in moments.items()
        ],
    }


def _service_account(text: str) -> Mapping[str, str]:
    wanted = ("client_email", "private_key", "private_key_id", "project_id", "token_uri")
    try:
        account = json.loads(text)
        return {name: str(account[name]) for name in wanted}
    except (ValueError, KeyError, TypeError):
        raise NotConfigured(f"service_account is not a JSON key file with {', '.join(wanted)}") from None


def _assertion(account: Mapping[str, str], now: datetime) -> str:
    """The signed claim that Google's token endpoint exchanges for an access token, good for an hour."""
    from google.auth import crypt, jwt  # noqa: PLC0415 - 9 MB that only who asks Google needs

    claim = {
        "iss": account["client_email"],
        "scope": SCOPE,
        "aud": account["token_uri"],
        "iat": int(now.timestamp()),
        "exp": int((now + timedelta(hours=1)).timestamp()),
    }
    try:
        signer = crypt.RSASigner.from_string(account["private_key"], account["private_key_id"])  # type: ignore[no-untyped-call]
    except ValueError:
        raise NotConfigured("The private_key of service_account is not a PEM key") from None
    assertion: bytes = jwt.encode(signer, claim)  # type: ignore[no-untyped-call]
    return assertion.decode()


KEY = "service account + billing export"

GOOGLE_AI = Provider(
    name="google_ai",
    label="Google AI",
    base_url="https://bigquery.googleapis.com",
    hosts=("https://oauth2.googleapis.com", "https://accounts.google.com"),
    credentials=(
        Credential("api_key", "a Gemini API key; it is kept, never sent"),
        Credential("service_account", "a service account's JSON key file", document=True),
        Credential("billing_table", "the billing export's table, project.dataset.gcp_billing_export_v1_..."),
        Credential("location", "where the dataset is, if not US"),
    ),
    access=(
        Access(
            needs=("service_account", "billing_table"),
            calls=(Call(_spend, {"usage_today": KEY, "usage_month": KEY}),),
            permission="give the service account bigquery.jobUser, and bigquery.dataViewer on the export's dataset",
        ),
        Access(
            needs=("api_key",),
            note="Google AI requires a billing project: give service_account and billing_table of its BigQuery export",
        ),
    ),
    source="https://docs.cloud.google.com/billing/docs/how-to/export-data-bigquery (read 2026-08)",
    about=__doc__,
    unit="the billing account's currency",
    lag="hours, without a promise",
)
