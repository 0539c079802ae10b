"""Vega, Vega-Lite and Vega-Embed for the page, as vl-convert brings them: put together once, kept in the home."""

import gzip
import logging
import os
import subprocess
import sys
import tempfile
import threading
import time
import zlib
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

log = logging.getLogger(__name__)

SECONDS = 120
AGAIN_SECONDS = 60  # after it could not be made: whoever asks meanwhile costs nothing


class ChartsScript:
    """One script file with all three. A process of its own makes it, for the compiler in it takes 150 MB."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / f"vega-{version('vl-convert-python')}.js.gz"
        self._script: bytes | None = None
        self._not_before = 0.0
        self._making = threading.Lock()

    @property
    def tag(self) -> str:
        """What it is called in a cache."""
        return f'"{sha256(self._script or b"").hexdigest()[:16]}"'

    def compressed(self) -> bytes | None:
        """The script in gzip; None where it could not be made, which is logged."""
        with self._making:
            if self._script is None and time.monotonic() >= self._not_before:
                self._script = self._kept() or self._made()
                self._not_before = time.monotonic() + AGAIN_SECONDS
            return self._script

    def _kept(self) -> bytes | None:
        try:
            script = self._file.read_bytes()
            gzip.decompress(script)
            return script
        except (OSError, EOFError, zlib.error):  # not there, or not whole
            return None

    def _made(self) -> bytes | None:
        try:
            made = subprocess.run(
                [sys.executable, "-P", "-m", __name__], capture_output=True, timeout=SECONDS, check=True
            ).stdout
        except (OSError, subprocess.SubprocessError) as error:
            log.error("The charts' script could not be made (%s)", type(error).__name__)
            return None
        script = gzip.compress(made, mtime=0)
        self._keep(script)
        return script

    def _keep(self, script: bytes) -> None:
        """For the next start, where the folder can be written: whole or not at all."""
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile(dir=self._file.parent, delete=False) as file:
                file.write(script)
            os.replace(file.name, self._file)
        except OSError as error:
            log.warning("The charts' script is made anew at each start (%s)", type(error).__name__)


if __name__ == "__main__":
    import vl_convert

    sys.stdout.write(vl_convert.javascript_bundle("window.vegaEmbed = vegaEmbed;"))
