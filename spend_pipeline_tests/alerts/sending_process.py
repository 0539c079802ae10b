"""A process that sends what waits to be told, for a test that kills it: `python -m ... DATABASE_URL`."""

import sys

from spend_pipeline.alerts.delivery import Postman
from spend_pipeline.alerts.sending import Messenger
from spend_pipeline.outbound.client import Client
from spend_pipeline.outbound.reach import Reach
from spend_pipeline.store.database import Database
from spend_pipeline.store.vault import Vault

KEYS = {"testkey1": b"0" * 32}

if __name__ == "__main__":
    postman = Postman(Client(reach=Reach.allowing(["127.0.0.1"])), seconds=60)
    Messenger(postman, Vault(KEYS)).send_waiting(Database(sys.argv[1]))
