# SPDX-License-Identifier: Apache-2.0
"""An app that cannot do without the customer's token, on a device whose daemon comes and goes."""

import threading

from harness import Client, ConnectionEnded, RPCError


class AskingApp:
    """An app that goes on asking for the customer's token, whatever becomes of the daemon."""

    def __init__(self):
        self.path, self.answers, self.uuids, self.errors = None, 0, set(), []
        self._changed, self._ends = threading.Condition(), False
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        with self._changed:
            self._ends = True
            self._changed.notify_all()
        self._thread.join()

    def ask_at(self, path):
        """Has it ask there; `None`: the device is off, and it waits."""
        with self._changed:
            self.path = path
            self._changed.notify_all()

    def wait_for(self, count, seconds):
        """Waits until so many more questions were answered."""
        with self._changed:
            wanted = self.answers + count
            assert self._changed.wait_for(lambda: self.answers >= wanted or self.errors, seconds), "it is not answered"
        assert not self.errors, self.errors

    def _run(self):
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self.path or self._ends)
                if self._ends:
                    return
                path = self.path
            try:
                self._ask(path)
            except (OSError, ConnectionEnded):
                # The device goes down or comes up.
                with self._changed:
                    self._changed.wait_for(lambda: self.path is not path or self._ends, 0.05)
            except RPCError as error:
                if error.name != "shuttingDown":
                    self.errors.append(error)
                    self.ask_at(None)

    def _ask(self, path):
        with Client(path) as client:
            while self.path is path and not self._ends:
                answer = client.call("session.retrieveToken", requireSignedIn=True)
                with self._changed:
                    self.answers += 1
                    self.uuids.add(answer["uuid"])
                    self._changed.notify_all()
