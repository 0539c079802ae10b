"""A process that reads integrations of one provider as a run does: `URL SERVER A_MINUTE AT_ONCE COUNT TRIGGER`."""

import sys

from spend_pipeline.outbound.pace import Pace
from spend_pipeline.store.database import Database
from spend_pipeline_tests.store.test_shared_pace import read_all

if __name__ == "__main__":
    url, server, a_minute, at_once, count, trigger = sys.argv[1:]
    read_all(Database(url), server, Pace(int(a_minute), int(at_once)), int(count), automatic=trigger == "schedule")
