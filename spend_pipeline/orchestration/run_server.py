"""The server that warm runs are forked from, itself a fork of the process that starts it.

`multiprocessing` would start a new interpreter and load everything a second time. As a fork it is there at once, and
what both have loaded is in memory once.
"""

import gc
import os
import traceback
from collections.abc import Sequence
from multiprocessing import forkserver, resource_tracker, util
from typing import Any

from setproctitle import setproctitle

from spend_pipeline.orchestration import warm
from spend_pipeline.orchestration.launcher import warm_context

TITLE = "spend-pipeline forkserver"
LOADED = warm
MOST = 2**20  # descriptors, where the system sets no limit or an absurd one


def start() -> None:
    """To be called while this process has one thread. Should the server end, the next run starts one the usual way."""
    warm_context()
    resource_tracker.ensure_running()  # stays an interpreter of its own, and a small one
    gc.freeze()  # a collection would write into all that is shared
    spawn = util.spawnv_passfds
    util.spawnv_passfds = _fork  # type: ignore[assignment]  # it takes what multiprocessing gives
    try:
        forkserver.ensure_running()
    finally:
        util.spawnv_passfds = spawn


def _fork(_: bytes, arguments: Sequence[Any], descriptors: Sequence[int]) -> int:
    """Does in a fork what the interpreter of these arguments would be told to do; its process id."""
    pid = os.fork()
    if pid == 0:
        try:
            setproctitle(TITLE)
            _close_all_but({0, 1, 2, *descriptors})
            exec(arguments[-1], {})  # noqa: S102 - one line of multiprocessing's own: it imports its server and calls it
        except Exception:  # noqa: BLE001 - the edge: what is printed goes to the log of whoever started it
            traceback.print_exc()
        finally:
            os._exit(0)
    return pid


def _close_all_but(kept: set[int]) -> None:
    """As a new interpreter would have them: a server that held its own lifeline would outlive whoever started it."""
    last, limit = -1, os.sysconf("SC_OPEN_MAX")
    for descriptor in [*sorted(kept), limit if 0 < limit < MOST else MOST]:
        if last + 1 < descriptor:  # of an empty range that begins at 0 Python makes the range of all
            os.closerange(last + 1, descriptor)
        last = descriptor
