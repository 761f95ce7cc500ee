# SPDX-License-Identifier: Apache-2.0
"""The server that the daemon is compared with: it answers every line with the same bytes."""

import os
import pathlib
import shutil
import subprocess
import tempfile

from harness import BINARIES, PATIENCE_SECONDS


class BareServer:
    """A bare-server with a socket of its own."""

    name = "bare server"

    def __init__(self, answer_bytes, wrapper=(), words=()):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="sb-", dir=os.environ.get("XDG_RUNTIME_DIR", "/tmp")))
        self.folder.chmod(0o777)
        self.path = self.folder / "s"
        self.answer_bytes = answer_bytes
        self.wrapper = list(wrapper)
        # With what in their lines others watch, and change something.
        self.words = list(words)

    def start(self):
        self.process = subprocess.Popen(
            [*self.wrapper, BINARIES / "bare-server", self.path, str(self.answer_bytes), *self.words],
            stdout=subprocess.PIPE, cwd="/")
        assert self.process.stdout.readline() == b"listening\n"
        return self

    def remove(self):
        self.process.kill()
        self.process.wait(PATIENCE_SECONDS)
        self.process.stdout.close()
        shutil.rmtree(self.folder)
