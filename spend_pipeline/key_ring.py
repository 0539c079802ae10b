"""The key ring in force: the keys that are set, or those kept in the home folder."""

import logging

from spend_pipeline.errors import Unavailable
from spend_pipeline.settings import Settings
from spend_pipeline.store import resealing
from spend_pipeline.store.database import Database
from spend_pipeline.store.vault import Vault, renew_key_file, ring, ring_in_file

log = logging.getLogger(__name__)

KEY_FILE = "secret.key"


def vault(settings: Settings, database: Database) -> Vault:
    """The vault whose keys are set, or kept in the home folder. Raises Unavailable where they are lost."""
    if settings.secret_key is not None:
        return ring(settings.secret_key.get_secret_value())
    (sealed,) = database.rows("sealed_credentials_exist")
    return ring_in_file(settings.home / KEY_FILE, sealed_rows_exist=sealed["sealed"])


def vault_at_hand(settings: Settings, database: Database) -> Vault:
    """The vault, or one without a key: a sync runs all the same, and each integration says that it cannot be opened."""
    (sealed,) = database.rows("sealed_credentials_exist")
    try:
        return vault(settings, database)
    except Unavailable as error:
        if not sealed["sealed"]:
            raise
        log.error("%s", error)
        return Vault({})


def next_key(settings: Settings, database: Database) -> bool:
    """Whether the key file was given a new first key.

    It is not while credentials are under an older one: then a rotation was stopped, and is to be finished. Where
    SPEND_SECRET_KEY is set, whoever sets it makes the keys.
    """
    if settings.secret_key is not None:
        return False
    keys = vault(settings, database)
    if set(resealing.keys_in_use(database)) - {keys.first}:
        return False
    renew_key_file(settings.home / KEY_FILE)
    return True
