"""One part of `spend up` in its own process: a Dagster command or the endpoint, which ends when its parent does."""

import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from importlib.metadata import entry_points

from spend_pipeline.up.parts import READ_ONLY

END_SECONDS = 10


def command(script: str) -> Callable[[list[str]], None]:
    """Runs a console script of an installed package in this process."""

    def run(arguments: list[str]) -> None:
        (script_entry,) = entry_points(group="console_scripts", name=script)
        sys.argv = [script, *arguments]
        script_entry.load()()

    return run


def endpoint(arguments: list[str]) -> None:
    from spend_pipeline.api.server import serve  # noqa: PLC0415 - only this part needs the web framework

    host, port = arguments
    serve(host, int(port))


def ui(arguments: list[str]) -> None:
    from spend_pipeline.ui.server import serve  # noqa: PLC0415 - only this part needs Dagster's webserver

    host, port, workspace, *flags = arguments
    serve(host, int(port), workspace, read_only=READ_ONLY in flags)


PARTS: dict[str, Callable[[list[str]], None]] = {
    "code-server": command("dagster"),
    "daemon": command("dagster-daemon"),
    "ui": ui,
    "endpoint": endpoint,
}


def fork_run_server() -> None:
    from spend_pipeline.orchestration import run_server  # noqa: PLC0415 - only the daemon starts runs

    run_server.start()


BEFORE_THREADS = {"daemon": fork_run_server}


def end_with_parent() -> None:
    """Waits for the end of standard input: the parent holds its other end, and even a killed one lets go of it."""
    while os.read(0, 1):
        pass
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(END_SECONDS)
    os._exit(1)


if __name__ == "__main__":
    # A shell that puts us in the background ignores SIGINT, and Dagster copies that handler to SIGTERM.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    BEFORE_THREADS.get(sys.argv[1], lambda: None)()
    threading.Thread(target=end_with_parent, daemon=True).start()
    PARTS[sys.argv[1]](sys.argv[2:])
