"""`python -m benchmarks [name] [--sizes 40,1000]`: one benchmark, or all of them one after the other."""

import argparse
import importlib
import signal
import sys

from benchmarks.house import clean_environment
from benchmarks.report import as_markdown, write

ALL = ("sync", "manual", "endpoint", "history", "cost")
SIZED = ("sync", "history", "cost")


def main() -> None:
    parser = argparse.ArgumentParser(prog="benchmarks", description="Measure, and write down what was measured.")
    parser.add_argument("names", nargs="*", metavar="name", help=f"of {', '.join(ALL)}; all of them if none is named")
    parser.add_argument("--sizes", help="accounts for sync and cost, snapshots for history, by commas")
    given = parser.parse_args()
    unknown = [name for name in given.names if name not in ALL]
    if unknown:
        parser.error(f"no benchmark is named '{unknown[0]}': there are {', '.join(ALL)}")
    sizes = tuple(int(size) for size in given.sizes.split(",")) if given.sizes else None
    clean_environment()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # what was started is ended, and the database removed
    for name in given.names or ALL:
        measure = importlib.import_module(f"benchmarks.{name}").measure
        result = measure(sizes) if sizes and name in SIZED else measure()
        write(result)
        print(as_markdown(result))


if __name__ == "__main__":
    main()
