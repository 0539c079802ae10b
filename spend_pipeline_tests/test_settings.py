"""Settings: from the environment, refused by name where unknown or malformed, and all listed in `.env.example`."""

import json
import os
import re
from pathlib import Path

import pytest
from pydantic import SecretStr

from spend_pipeline.errors import UserError
from spend_pipeline.house import TOP
from spend_pipeline.settings import Settings, load, variable

EXAMPLE = (TOP / ".env.example").read_text(encoding="utf-8")
FIELDS = Settings.model_fields
URL = "postgresql://somebody:a-password@db.example:5432/spend"


def test_without_variables_everything_has_its_default(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    settings = load()
    assert settings.home == tmp_path / ".spend"
    assert settings.sync_wait_seconds == 60
    assert (settings.database_url, settings.secret_key, settings.provider_urls) == (None, None, {})


@pytest.mark.parametrize(
    "name", ["SPEND_HOEM", "SPEND_", "SPEND_DATABASE_URLS", "SPEND_home", "SPEND_PROVIDER_URLS__GROQ"]
)
def test_an_unknown_variable_is_refused_by_name(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(name, "a-secret")
    with pytest.raises(UserError, match=f"^{name} is not a setting: .env.example lists those that are$"):
        load()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SPEND_SYNC_WAIT_SECONDS", "soon-secret"),
        ("SPEND_SYNC_WAIT_SECONDS", "0"),
        ("SPEND_SYNC_WAIT_SECONDS", "nan"),
        ("SPEND_SYNC_WAIT_SECONDS", "3601"),
        ("SPEND_INTEGRATION_DEADLINE_SECONDS", "-1"),
        ("SPEND_MAX_IN_FLIGHT", "0"),
        ("SPEND_MAX_IN_FLIGHT", "1.5"),
        ("SPEND_MAX_IN_FLIGHT_PER_PROVIDER", "many-secret"),
        ("SPEND_PROVIDER_URLS", "not-json-secret"),
        ("SPEND_PROVIDER_URLS", "[]"),
        ("SPEND_PROVIDER_URLS", '{"groq": 5}'),
        ("SPEND_PROVIDERS_PATH", ":"),
        ("SPEND_PROVIDER_URLS", '{"groq": "ftp://a-secret.example"}'),
        ("SPEND_PROVIDER_URLS", '{"groq": "https://"}'),
        ("SPEND_PROVIDER_URLS", '{"groq": "https://[a-secret"}'),
        ("SPEND_DATABASE_URL", "mysql://somebody:a-secret@h/d"),
        ("SPEND_DATABASE_URL", "a-secret"),
        ("SPEND_DAGSTER_URL", "a-secret"),
        ("SPEND_ALERT_CHANNEL", "https://a-secret.example"),
        ("SPEND_ALERT_CHANNEL", "webhook=https://a-secret.example"),
        ("SPEND_SMTP_HOST", "https://a-secret.example"),
        ("SPEND_SMTP_SECURITY", "a-secret"),
        ("SPEND_ALLOWED_HOSTS", "https://a-secret.example"),
        ("SPEND_ALLOWED_HOSTS", "10.0.0.0/secret"),
        ("SPEND_ALLOWED_HOSTS", "litellm.internal,10.0.0.1/8"),
        ("SPEND_TRUSTED_PROXIES", "secret.example"),
        ("SPEND_TRUSTED_PROXIES", "*"),
        ("SPEND_UI_HOSTS", "a-secret.example/ui"),
        ("SPEND_UI_HOSTS", "*.secret.example"),
    ],
)
def test_a_malformed_variable_is_refused_by_name_and_not_quoted(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(UserError, match=f"^{name} is malformed: ") as refused:
        load()
    assert "secret" not in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("name", [variable(name) for name in FIELDS])
def test_an_empty_variable_is_refused(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """It was meant to say something: an empty home would be the folder one happens to stand in."""
    monkeypatch.setenv(name, " ")
    with pytest.raises(UserError, match=f"^{name} is malformed: it is empty"):
        load()


def test_the_same_settings_come_out_of_their_own_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """What one process hands another, secrets included."""
    settings = Settings(
        home=tmp_path,
        database_url=SecretStr(URL),
        dagster_url=SecretStr(f"{URL}?options=-csearch_path%3Ddagster"),
        secret_key=SecretStr("a,b"),
        provider_urls={"groq": "http://127.0.0.1:1/groq?a=b&c='d'"},
        providers_path=f"{tmp_path / 'a folder'}{os.pathsep}{tmp_path / 'vendor.toml'}",
        sync_wait_seconds=0.5,
        integration_deadline_seconds=7,
        max_in_flight=3,
        max_in_flight_per_provider=2,
        integrations_per_run=5000,
        broker_url=SecretStr("redis://:a-password@192.0.2.7:6379/0"),
        retention_months=24,
        ca_bundle=tmp_path / "a bundle.pem",
        proxy="http://proxy.example:3128",
        allowed_hosts=("litellm.internal", "10.1.0.0/16"),
        trusted_proxies=("192.0.2.1",),
        metrics_token=SecretStr("of-sixteen-or-more"),
        alert_channel=SecretStr("slack=https://hooks.example/services/x"),
        smtp_host="mail.example",
        smtp_username="spend",
        smtp_password=SecretStr("a-password"),
        smtp_from="spend@example.com",
        ui_hosts=("spend.example", "spend.example:8443"),
    )
    environment = settings.as_environment()
    assert environment["SPEND_DATABASE_URL"] == URL
    assert set(environment) == {variable(name) for name in FIELDS}
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert load() == settings


def test_defaults_too_come_out_of_their_own_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = load()
    for name, value in settings.as_environment().items():
        monkeypatch.setenv(name, value)
    assert load() == settings


def test_secrets_are_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SPEND_DATABASE_URL", URL)
    monkeypatch.setenv("SPEND_SECRET_KEY", "a-secret-key")
    shown = f"{load()!r} {load()}"
    assert "a-password" not in shown
    assert "a-secret-key" not in shown


def test_settings_do_not_change() -> None:
    with pytest.raises(ValueError, match="frozen"):
        setattr(load(), "home", Path("elsewhere"))  # noqa: B010 - a type checker refuses it, too


def test_the_example_lists_every_setting_with_its_sentence_and_its_default() -> None:
    """In the order of the settings, each commented out, so that a copy of the file changes nothing."""
    listed = re.findall(r"^# (.+)\n# ?(SPEND_\w+)=(.*)$", EXAMPLE, re.MULTILINE)
    assert [name for _, name, _ in listed] == [variable(name) for name in FIELDS]
    for (sentence, name, default), field in zip(listed, FIELDS.values(), strict=True):
        assert sentence == field.description, name
        assert default == _written(field.get_default(call_default_factory=True)), name
    assert [line for line in EXAMPLE.splitlines() if line and not line.startswith("#")] == []


def _written(default: object) -> str:
    if default in (None, ()):
        return ""
    return json.dumps(default) if isinstance(default, dict) else str(default)
