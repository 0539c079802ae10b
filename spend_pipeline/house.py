"""Where the files of the top level are: beside the package in a checkout, inside it in a wheel."""

from pathlib import Path

PACKAGE = Path(__file__).resolve().parent
TOP = PACKAGE / "_house" if (PACKAGE / "_house").is_dir() else PACKAGE.parent
SQL = TOP / "sql"
