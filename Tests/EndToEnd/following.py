# SPDX-License-Identifier: Apache-2.0
"""An app that follows the session by `SessionClient.changes()`: what it is told, as it is told."""

import dataclasses
import os
import subprocess
import threading

from harness import BINARIES, PATIENCE_SECONDS


@dataclasses.dataclass
class Change:
    """One change; numbers and texts are `None` where the app was not told."""

    nanoseconds: int  # CLOCK_MONOTONIC, when the app had it.
    cause: str
    sequence: int | None
    kind: str | None
    generation: int | None
    state: str | None
    label: str | None

    @classmethod
    def parsed(cls, line):
        fields = [None if field == "-" else field for field in line.split()]
        number = [None if field is None else int(field) for field in (fields[0], fields[2], fields[4])]
        return cls(number[0], fields[1], number[1], fields[3], number[2], *fields[5:])

    @property
    def view(self):
        """What the app shows."""
        return self.generation, self.state, self.label


class FollowingApp:
    """`session-probe session.watch` against a daemon's socket."""

    def __init__(self, socket_path, binaries=BINARIES):
        self.changes = []
        self._changed = threading.Condition()
        self._has_ended = False
        self._process = subprocess.Popen(
            [binaries / "session-probe", "session.watch"], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True,
            env={"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "SESSIOND_SOCKET": str(socket_path)})
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def _read(self):
        for line in self._process.stdout:
            with self._changed:
                self.changes.append(Change.parsed(line))
                self._changed.notify_all()
        with self._changed:
            self._has_ended = True
            self._changed.notify_all()

    def wait_for(self, condition):
        """Waits until a condition holds for the changes so far; what it gives."""
        with self._changed:
            met = self._changed.wait_for(lambda: condition(self.changes) or self._has_ended, PATIENCE_SECONDS)
            met = met and condition(self.changes)
            assert met, f"in vain; the last that was told: {self.changes[-5:]}"
            return met

    def close(self):
        self._process.kill()
        self._process.wait()
        self._thread.join()
        self._process.stdout.close()
