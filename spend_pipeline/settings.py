"""Settings, from environment variables that start with SPEND_; an unknown or malformed one is refused by name."""

import json
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import BeforeValidator, Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict, SettingsError

from spend_pipeline.errors import UserError
from spend_pipeline.fx import FEED
from spend_pipeline.hosts import by_commas, check_hosts, is_host, is_network

PREFIX = "SPEND_"

CHANNEL = re.compile(r"(slack|discord|teams)=https?://\S+|webhook=https?://\S+ whsec_\S+|email=\S+@\S+")
Seconds = Annotated[float, Field(gt=0, le=3600)]
Places = Annotated[int, Field(ge=1, le=1000)]
Listed = Annotated[tuple[str, ...], NoDecode, BeforeValidator(by_commas)]


class Settings(BaseSettings):
    """Everything that can be set. `.env.example` lists the same, a sentence each."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="forbid", hide_input_in_errors=True)

    home: Path = Field(
        Path(".spend"), description="The folder of the embedded database, the secret key and Dagster's files."
    )
    database_url: SecretStr | None = Field(None, description="A PostgreSQL of one's own, instead of the embedded one.")
    dagster_url: SecretStr | None = Field(
        None, description="Where Dagster keeps its runs, if not in the schema `dagster` of the same database."
    )
    secret_key: SecretStr | None = Field(
        None, description="The keys that seal credentials, 32 bytes in base64 each, by commas; the first one writes."
    )
    provider_urls: dict[str, str] = Field(
        default_factory=dict, description="A JSON object from provider name to the base URL to use instead of its own."
    )
    providers_path: str | None = Field(
        None, description="Files and folders that declare providers, as in PATH, instead of the home's `providers`."
    )
    sync_wait_seconds: Seconds = Field(
        60, description="How long a manual sync's request waits for its answer, in seconds."
    )
    integration_deadline_seconds: Seconds = Field(20, description="How long one integration may take, in seconds.")
    max_in_flight: Places = Field(128, description="How many integrations are read at the same time.")
    max_in_flight_per_provider: Places = Field(16, description="How many of them at the same provider.")
    integrations_per_run: Annotated[int, Field(ge=1)] | None = Field(
        None, description="Into runs of how many integrations each to divide the automatic sync, if not one of all."
    )
    broker_url: SecretStr | None = Field(
        None, description="The Redis or RabbitMQ that hands runs to workers on other machines, if there are any."
    )
    retention_months: Annotated[int, Field(ge=1, le=1200)] | None = Field(
        None, description="How many whole months of snapshots to keep beside the current one, if not all for ever."
    )
    fx_url: str = Field(FEED, description="The feed of daily exchange rates, in the European Central Bank's format.")
    ca_bundle: Path | None = Field(
        None, description="A file of certificate authorities to trust instead of the public ones."
    )
    proxy: str | None = Field(None, description="The HTTP proxy that requests to providers go through.")
    allowed_hosts: Listed = Field(
        (), description="Hosts and networks (CIDR) of one's own that integrations and channels may be at, by commas."
    )
    trusted_proxies: Listed = Field(
        (), description="Addresses and networks (CIDR) of the reverse proxies before the endpoint, by commas."
    )
    metrics_token: Annotated[SecretStr, Field(min_length=16, max_length=500)] | None = Field(
        None, description="The token that Prometheus reads /metrics with; without one, there is no such route."
    )
    alert_channel: SecretStr | None = Field(
        None,
        description="Where the operator is told of every client's alerts: `slack=URL`, `email=MAILBOX` and the like.",
    )
    smtp_host: str | None = Field(None, description="The mail server that alerts are sent by.")
    smtp_port: Annotated[int, Field(ge=1, le=65535)] = Field(587, description="Its port.")
    smtp_security: Literal["starttls", "tls", "none"] = Field("starttls", description="How it is spoken to.")
    smtp_username: str | None = Field(None, description="Who logs in there, if anybody has to.")
    smtp_password: SecretStr | None = Field(None, description="The password for that.")
    smtp_from: str | None = Field(None, description="The mailbox that alerts come from.")
    ui_hosts: Listed = Field((), description="The names that a reverse proxy serves the Dagster UI under, by commas.")

    def as_environment(self) -> dict[str, str]:
        """The same settings as environment variables, secrets included, for a process of ours."""
        plain = {name: _plain(value) for name, value in self if value not in (None, ())}
        return {variable(name): value for name, value in plain.items()}

    @field_validator("home")
    @classmethod
    def _absolute(cls, home: Path) -> Path:
        return home.expanduser().resolve()

    @field_validator("providers_path")
    @classmethod
    def _absolute_each(cls, path: str | None) -> str | None:
        if path is None:
            return None
        places = [str(Path(each).expanduser().resolve()) for each in path.split(os.pathsep) if each]
        if not places:
            raise ValueError("it names no file and no folder")
        return os.pathsep.join(places)

    @field_validator("database_url", "dagster_url")
    @classmethod
    def _postgresql(cls, url: SecretStr | None) -> SecretStr | None:
        if url is not None and not re.match(r"postgres(ql)?(\+\w+)?://", url.get_secret_value()):
            raise ValueError("it is not a PostgreSQL URL: use postgresql://user:password@host:5432/name")
        return url

    @field_validator("broker_url")
    @classmethod
    def _shared(cls, url: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        if url is not None and not re.match(r"(rediss?|amqps?)://", url.get_secret_value()):
            raise ValueError("it is not the URL of a broker: use redis://:password@host:6379/0")
        if url is not None and not (info.data.get("database_url") and info.data.get("secret_key")):
            raise ValueError("workers share the database and the keys: set SPEND_DATABASE_URL and SPEND_SECRET_KEY too")
        return url

    @field_validator("alert_channel")
    @classmethod
    def _channel(cls, channel: SecretStr | None) -> SecretStr | None:
        if channel is not None and not CHANNEL.fullmatch(channel.get_secret_value()):
            raise ValueError("write it like slack=https://..., webhook=https://... whsec_... or email=team@example.com")
        return channel

    @field_validator("smtp_host")
    @classmethod
    def _mail_server(cls, host: str | None) -> str | None:
        if host is not None and not is_host(host):
            raise ValueError("it is not a host's name: the port is SPEND_SMTP_PORT")
        return host

    @field_validator("provider_urls")
    @classmethod
    def _addresses(cls, urls: dict[str, str]) -> dict[str, str]:
        for name, url in urls.items():
            if urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).hostname:
                raise ValueError(f"gives {name} something that is not an http(s) URL")
        return urls

    @field_validator("ui_hosts", "allowed_hosts")
    @classmethod
    def _hosts(cls, hosts: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        check_hosts(hosts, networks=info.field_name != "ui_hosts")
        return tuple(host.lower() for host in hosts)

    @field_validator("trusted_proxies")
    @classmethod
    def _networks(cls, proxies: tuple[str, ...]) -> tuple[str, ...]:
        for proxy in proxies:
            if not is_network(proxy):
                raise ValueError("it holds what is neither an address nor a network such as 10.0.0.0/8")
        return proxies


def _plain(value: object) -> str:
    if isinstance(value, SecretStr):
        return value.get_secret_value()
    if isinstance(value, tuple):
        return ",".join(value)
    return json.dumps(value) if isinstance(value, dict) else str(value)


def variable(name: str) -> str:
    """The environment variable of a setting."""
    return PREFIX + name.upper()


def load() -> Settings:
    """The settings in force. Raises UserError naming the variable that is unknown or malformed, never its value."""
    known = {variable(name) for name in Settings.model_fields}
    for name in sorted(os.environ):
        if name.startswith(PREFIX) and name not in known:
            raise UserError(f"{name} is not a setting: .env.example lists those that are")
        if name in known and not os.environ[name].strip():
            raise UserError(f"{name} is malformed: it is empty; unset it, or give it a value")
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        raise UserError(f"{_named(first)} is malformed: {_reason(first)}") from None
    except SettingsError as error:
        name = next((name for name in Settings.model_fields if f'"{name}"' in str(error)), "provider_urls")
        raise UserError(f"{variable(name)} is malformed: it is not JSON") from None


def _named(problem: Mapping[str, Any]) -> str:
    return variable(str(problem["loc"][0])) if problem["loc"] else "A setting"


def _reason(problem: Mapping[str, Any]) -> str:
    return str(problem["msg"]).removeprefix("Value error, ")
