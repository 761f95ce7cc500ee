# SPDX-License-Identifier: Apache-2.0
"""One connection, of either client: requests go out, and what comes in is somebody's answer, or the hub's. It never waits."""

from __future__ import annotations

import socket
from typing import Any, Protocol

from ._attempts import Answered, Failed, Lost, Outcome, closed, malformed
from ._errors import SessionError
from ._following import Hub
from ._lines import LineReader
from ._methods import WATCH
from ._reading import Unreadable, read_error, read_line
from ._requests import Method, request_line

READ_BYTES = 65_536
AT_ONCE = int(socket.MSG_DONTWAIT | socket.MSG_NOSIGNAL)


class Waiter(Protocol):
    """Who waits for the answer to a call."""

    method: Method

    def finish(self, outcome: Outcome) -> None:
        """Called once, with what came of it."""


class _Watch:
    """The call of `session.watch`: its answer is the hub's at the moment when it is read."""

    method = WATCH

    def __init__(self, connection: Connection, hub: Hub) -> None:
        self._connection, self._hub = connection, hub

    def finish(self, outcome: Outcome) -> None:
        # The end of the connection is told by itself.
        if isinstance(outcome, (Answered, Failed)):
            self._hub.take_answer(self._connection, outcome)


class Connection:
    """One connection."""

    def __init__(self, path: str, hub: Hub) -> None:
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM | socket.SOCK_CLOEXEC)
        try:
            # A queue that is full is an error then, and does not wait.
            self.socket.setblocking(False)
            self.socket.connect(path)
        except BaseException:
            self.socket.close()
            raise
        self._hub = hub
        self._lines = LineReader()
        # What of the requests the socket did not take yet, each with its number; the first may have begun.
        self._unsent: list[tuple[int, memoryview]] = []
        self._has_begun = False
        self._number = 0
        self.calls: dict[int, Waiter] = {}
        # The daemon ends it, or a send found it broken: what the daemon still said is read, and nothing is sent any more.
        self.is_broken = False
        self.is_ended = False

    @property
    def is_usable(self) -> bool:
        return not (self.is_broken or self.is_ended)

    # Sending

    def begin(self, waiter: Waiter, params: dict[str, Any]) -> int:
        """Sends a request of somebody who waits for its answer, as far as it fits; its number."""
        self._number = number = self._number + 1
        line = request_line(waiter.method, number, params)
        self.calls[number] = waiter
        if self._unsent:
            self._unsent.append((number, memoryview(line)))
            self._flush()
            return number
        try:
            sent = self.socket.send(line, AT_ONCE)
        except BlockingIOError:
            sent = 0
        except OSError:
            self.is_broken, sent = True, 0
        if sent < len(line):
            self._unsent.append((number, memoryview(line)[sent:]))
            self._has_begun = sent > 0
        return number

    def begin_watch(self) -> None:
        """Sends `session.watch`; what comes of it is the hub's."""
        self.begin(_Watch(self, self._hub), self._hub.params())
        self._hub.note_asked(self)

    def _flush(self) -> None:
        # Each request that was sent is answered, and after each answer this comes again: nobody has to wait for room.
        while self._unsent and not self.is_broken:
            number, rest = self._unsent[0]
            try:
                sent = self.socket.send(rest, AT_ONCE)
            except BlockingIOError:
                return
            except OSError:
                self.is_broken = True
                return
            self._has_begun = sent < len(rest)
            if self._has_begun:
                self._unsent[0] = (number, rest[sent:])
            else:
                self._unsent.pop(0)

    def forget(self, number: int) -> None:
        """Nobody waits for a call any longer. What of it was not begun to be sent never will be."""
        self.calls.pop(number, None)
        for at, (each, _) in enumerate(self._unsent):
            if each == number and (at or not self._has_begun):
                del self._unsent[at]
                break

    # Reading

    def drain(self) -> None:
        """Takes what is there already."""
        try:
            while not self.is_ended:
                self.take(self.socket.recv(READ_BYTES, socket.MSG_DONTWAIT))
        except BlockingIOError:
            pass
        except OSError:
            self.take(b"")

    def take(self, data: bytes) -> None:
        """Bytes that have come, or the end."""
        if self.is_ended:
            return
        if not data:
            self.end(None)
            return
        try:
            for line in self._lines.feed(data):
                self._take_message(read_line(line))
                if self.is_ended:
                    return
        except Unreadable as reason:
            self.end(reason)
            return
        if self._unsent:
            self._flush()

    def _take_message(self, message: dict[str, Any]) -> None:
        try:
            number = message["id"]
        except KeyError:
            self._take_notification(message)
            return
        if "result" in message:
            outcome: Outcome = Answered(message["result"])
        elif "error" in message:
            outcome = Failed(read_error(message["error"]))
        else:
            raise Unreadable("it has neither a result nor an error")
        if type(number) is int:
            waiter = self.calls.pop(number, None)
            if waiter is not None:
                waiter.finish(outcome)
        elif number is None and isinstance(outcome, Failed):
            # The daemon speaks of the connection as a whole.
            self._fail(outcome.error)

    def _take_notification(self, message: dict[str, Any]) -> None:
        if type(message.get("method")) is not str:
            raise Unreadable("it is neither an answer nor a notification")
        if message["method"] == "session.event" and not self._hub.take_event(self, message.get("params")):
            self.is_broken = True

    def _fail(self, error: SessionError) -> None:
        self.is_broken = True
        for waiter in self.calls.values():
            waiter.finish(Failed(error))
        self.calls.clear()
        self._hub.note_end(self, error)

    # The end

    def end(self, reason: Unreadable | None, is_closed: bool = False) -> None:
        """It is over, for everybody: it broke, or what came is not the protocol, or the client was closed."""
        if self.is_ended:
            return
        self.is_ended = True
        unsent = {number for number, _ in (self._unsent[1:] if self._has_begun else self._unsent)}
        for number, waiter in self.calls.items():
            if is_closed:
                waiter.finish(Failed(closed(waiter.method)))
            elif reason:
                waiter.finish(Failed(malformed(waiter.method.name, reason)))
            else:
                waiter.finish(Lost(number not in unsent))
        self.calls.clear()
        self._hub.note_end(self, malformed(WATCH.name, reason) if reason else None)
        self.close()

    def close(self) -> None:
        """Closes the socket, which nobody reads any more."""
        self.socket.close()
