# SPDX-License-Identifier: Apache-2.0
"""A directory of users and groups behind nsswitch.conf(5) that answers when a test says so: nss_slow.c."""

import itertools
import os
import pathlib
import subprocess
import threading

from harness import PACKAGE, PATIENCE_SECONDS

SOURCE = PACKAGE / "Tests" / "EndToEnd" / "nss_slow.c"
LIBRARY = "libnss_slow.so.2"
# What has its place in /etc/nsswitch.conf: the files first, as everywhere.
NSSWITCH = "passwd: files slow\ngroup: files slow\nhosts: files\n"


def build(folder, answers):
    """Builds the module into a folder; it looks for its answers in another, `answers`."""
    library = pathlib.Path(folder) / LIBRARY
    subprocess.run(
        ["gcc", "-shared", "-fPIC", "-O1", "-Wall", "-Werror", f'-DFOLDER="{answers}"', f"-Wl,-soname,{LIBRARY}", "-o",
         library, SOURCE], check=True)
    library.chmod(0o755)
    return library


class Directory:
    """The answers of the module, in a folder that may be another file system's."""

    def __init__(self, answers):
        self.answers = pathlib.Path(answers)
        # Ways to those who are asking, by name.
        self._hanging, self._asking = {}, {}
        self._numbers = itertools.count()

    def answer(self, name, text):
        """Answers from now on, whoever asks."""
        new = self.answers / f".{name}.new"
        new.write_text(f"{text}\n")
        new.chmod(0o644)
        new.rename(self.answers / name)

    def hang(self, name):
        """Answers nothing from now on, until `release`."""
        self._hanging[name] = self.answers / f".{name}.{next(self._numbers)}"
        os.mkfifo(self._hanging[name])
        self._hanging[name].chmod(0o644)
        os.link(self._hanging[name], new := self.answers / f".{name}.new")
        new.rename(self.answers / name)

    def await_asked(self, name):
        """Waits until somebody asks for a name that hangs."""
        if name in self._asking:
            return
        # Opening waits for a reader, fifo(7); it may wait in vain.
        opener = threading.Thread(target=self._open, args=[name], daemon=True)
        opener.start()
        opener.join(PATIENCE_SECONDS)
        if name not in self._asking:
            raise AssertionError(f"nobody asks for {name}")

    def _open(self, name):
        self._asking[name] = os.open(self._hanging[name], os.O_WRONLY)

    def release(self, name, text):
        """Answers who hangs, and from now on whoever asks."""
        self.await_asked(name)
        self.answer(name, text)
        end = self._asking.pop(name)
        os.write(end, f"{text}\n".encode())
        os.close(end)
