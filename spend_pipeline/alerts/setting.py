"""The messenger as the settings want it: by which mail server, and whether the operator has a channel of their own."""

import logging
from collections.abc import Mapping

from spend_pipeline.alerts.channel import operators
from spend_pipeline.alerts.delivery import Postman
from spend_pipeline.alerts.sending import Messenger
from spend_pipeline.errors import UserError
from spend_pipeline.outbound.client import Client
from spend_pipeline.outbound.mail import Mailer
from spend_pipeline.providers.declaration import Provider
from spend_pipeline.settings import Settings
from spend_pipeline.store.vault import Vault

log = logging.getLogger(__name__)


def messenger(settings: Settings, client: Client, vault: Vault, providers: Mapping[str, Provider]) -> Messenger:
    """A channel of the operator's that is malformed is said to be, without quoting it: no sync stops for that."""
    labels = {name: provider.label for name, provider in providers.items()}
    channel = settings.alert_channel
    own = None
    try:
        own = operators(None if channel is None else channel.get_secret_value())
    except UserError as error:
        log.error("SPEND_ALERT_CHANNEL is malformed: %s", error)
    return Messenger(Postman(client, mailer(settings)), vault, labels, own)


def mailer(settings: Settings) -> Mailer | None:
    if settings.smtp_host is None or settings.smtp_from is None:
        return None
    password = settings.smtp_password
    return Mailer(
        settings.smtp_host,
        settings.smtp_from,
        settings.smtp_port,
        settings.smtp_security,
        settings.smtp_username,
        None if password is None else password.get_secret_value(),
        str(settings.ca_bundle) if settings.ca_bundle else None,
    )
