# SPDX-License-Identifier: Apache-2.0
"""Callers that go on calling, whatever happens to the daemon."""

import collections
import threading

from harness import PATIENCE_SECONDS, Client, ConnectionEnded, RPCError

# How many callers there are, each with a connection of its own.
CALLERS = 8


class Load:
    """Callers on threads, each of which makes one call after the other until the end of the `with` block.

    A connection that ends is made anew, and its call, unanswered, counts as `cut`. `check` is given each answer;
    what goes wrong otherwise is raised at the end.
    """

    def __init__(self, path, method, check=lambda answer: None, callers=CALLERS, parameters=lambda number: {}):
        self.path, self.method, self.check, self.parameters = path, method, check, parameters
        self.answered, self.cut, self.refused = 0, 0, collections.Counter()
        self._errors, self._lock, self._ends = [], threading.Condition(), False
        self._threads = [threading.Thread(target=self._run, daemon=True) for _ in range(callers)]

    def __enter__(self):
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, kind, *_):
        with self._lock:
            self._ends = True
        for thread in self._threads:
            thread.join(PATIENCE_SECONDS)
        if kind is None:
            self._raise()
            assert not any(thread.is_alive() for thread in self._threads), "a caller waits for ever"

    def wait_for(self, count):
        """Waits until so many more calls were answered."""
        with self._lock:
            wanted = self.answered + count
            reached = self._lock.wait_for(lambda: self.answered >= wanted or self._errors, PATIENCE_SECONDS)
        self._raise()
        assert reached, f"{self.answered} answered, not {wanted}"

    def _raise(self):
        if self._errors:
            raise self._errors[0]

    def _run(self):
        try:
            while not self._ends:
                with Client(self.path) as client:
                    self._use(client)
        except BaseException as error:
            with self._lock:
                self._errors.append(error)
                self._lock.notify_all()

    def _use(self, client):
        try:
            while not self._ends:
                try:
                    answer = client.call(self.method, **self.parameters(self.answered))
                    self.check(answer)
                    outcome = None
                except RPCError as error:
                    outcome = error.name
                with self._lock:
                    self.answered += outcome is None
                    self.refused.update([outcome] if outcome else [])
                    self._lock.notify_all()
        except (ConnectionEnded, ConnectionResetError, BrokenPipeError):
            with self._lock:
                self.cut += 1
