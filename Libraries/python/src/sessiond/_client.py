# SPDX-License-Identifier: Apache-2.0
# pyright: reportPrivateUsage=false
"""The client for programs that block. Its changes are a part of it, and use what it keeps from others."""

from __future__ import annotations

import math
import os
import select
import socket
import struct
import threading
import time
import types
import weakref
from typing import Any, Callable, TypeVar

from ._answers import InfoAnswer, SessionStatus
from ._attempts import (
    Answered,
    Attempts,
    Failed,
    Lost,
    Outcome,
    OutcomeUnknown,
    Unreachable,
    closed,
    connection_lost,
    malformed,
    not_connected,
    timed_out,
    unsupported,
)
from ._connection import READ_BYTES, Connection
from ._errors import ConnectionLostError, SessionError
from ._following import Follower, Hub, SessionChange
from ._methods import INFO, STATUS, WATCH, Methods
from ._reading import Unreadable
from ._requests import Deadline, Method, socket_path

Result = TypeVar("Result")


class _Waiter:
    """Somebody who waits at a connection: for an answer, or for changes."""

    __slots__ = ("method", "outcome", "_gate", "_is_woken")

    def __init__(self, method: Method) -> None:
        self.method = method
        self.outcome: Outcome | None = None
        self._gate: threading.Lock | None = None
        self._is_woken = False

    def finish(self, outcome: Outcome) -> None:
        self.outcome = outcome
        self.wake()

    def wake(self) -> None:
        """Under the client's lock."""
        if self._gate is not None and not self._is_woken:
            self._is_woken = True
            self._gate.release()

    def sleep(self, lock: threading.Lock, until: float | None) -> None:
        """Waits to be woken, without the client's lock, which is held again afterwards."""
        if self._gate is None:
            self._gate = threading.Lock()
            self._gate.acquire()
        lock.release()
        try:
            self._gate.acquire(True, -1 if until is None else max(until - time.monotonic(), 0))
        finally:
            lock.acquire()
            if self._is_woken:
                self._is_woken = False
                # Taken above, unless it came too late for that.
                self._gate.acquire(False)


class _BlockingConnection(Connection):
    """One connection. Whoever waits for something reads, if nobody else does; all of it is under the client's lock, but
    for the reading itself.
    """

    def __init__(self, path: str, hub: Hub) -> None:
        super().__init__(path, hub)
        self.socket.setblocking(True)
        self._limit = 0.0
        self.waiters: set[_Waiter] = set()
        self.reader: _Waiter | None = None
        # What interrupts somebody who reads for changes.
        self._waker: tuple[socket.socket, socket.socket] | None = None

    def receive_unless_interrupted(self, until: float | None) -> bytes | None:
        """Some bytes, waited for; none at the end, `None` when the time is up or after `interrupt()`. Without the
        client's lock.
        """
        assert self._waker is not None
        ready = select.poll()
        ready.register(self.socket, select.POLLIN)
        ready.register(self._waker[0], select.POLLIN)
        limit = None if until is None else max(math.ceil((until - time.monotonic()) * 1000), 0)
        found = [number for number, _ in ready.poll(limit)]
        if self._waker[0].fileno() in found:
            self._waker[0].recv(READ_BYTES)
            return None
        try:
            return self.socket.recv(READ_BYTES, socket.MSG_DONTWAIT) if found else None
        except BlockingIOError:
            return None
        except OSError:
            return b""

    def make_interruptible(self) -> None:
        if self._waker is None:
            self._waker = socket.socketpair()
            self._waker[1].setblocking(False)

    def interrupt(self) -> None:
        """Has who reads for changes look again."""
        if self._waker is not None:
            try:
                self._waker[1].send(b"!")
            except OSError:
                # It is full of them.
                pass

    def receive(self, until: float | None) -> bytes | None:
        """Some bytes, waited for; none at the end, `None` when the time is up. Without the client's lock."""
        limit = 0.0
        if until is not None:
            limit = until - time.monotonic()
            if limit <= 0:
                return None
        try:
            # The kernel's clock for it is set anew only where it would be too short, or too long by what anybody notices.
            if not (0 <= self._limit - limit < 0.02 and (limit or not self._limit)):
                self._set_limit(math.ceil(limit * 100) / 100)
            return self.socket.recv(READ_BYTES)
        except BlockingIOError:
            return None
        except OSError:
            return b""

    def _set_limit(self, seconds: float) -> None:
        """How long a read waits at most; 0: without an end."""
        value = divmod(round(seconds * 1_000_000), 1_000_000)
        try:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, struct.pack("@ll", *value))
        except OSError:
            # Where a long has 32 bits and times have 64.
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, struct.pack("@qq", *value))
        self._limit = seconds

    def close(self) -> None:
        for waiter in self.waiters:
            waiter.wake()
        if self.is_unread:
            self._close_all()
            return
        # Whoever reads closes it: until then its number must not be another's.
        try:
            self.socket.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass

    def _close_all(self) -> None:
        super().close()
        for end in self._waker or ():
            end.close()

    @property
    def is_unread(self) -> bool:
        """Whether nobody reads."""
        return self.reader is None

    def hand_over(self) -> None:
        """Whoever read does so no longer; somebody else reads on."""
        if self.is_ended:
            self._close_all()
        elif self.waiters:
            next(iter(self.waiters)).wake()


_clients: weakref.WeakSet[Client] = weakref.WeakSet()


def _forget_connections() -> None:
    """Called in the child of a fork(2), whose parent goes on with the connections."""
    for client in list(_clients):
        client._begin_anew()


os.register_at_fork(after_in_child=_forget_connections)


class Client(Methods):
    """Calls the daemon that holds this device's customer session, and follows it.

    ```python
    with sessiond.Client() as client:
        token = client.retrieve_token(minimum_validity_seconds=60).token
    ```

    All calls and changes share one connection, which the first one makes and a later one makes anew when it has broken. Any
    number of threads may use a client at once. A read whose connection breaks is repeated until its time-out. A call that
    changes the session is never sent twice: where it may have been read, it raises `ConnectionLostError`.

    path: Where the daemon listens; by default as the environment variable SESSIOND_SOCKET says, else where an installed
        one does.
    timeout: How long a call is waited for where it does not say itself, in seconds, at most 300; by default 30.
    """

    def __init__(self, path: str | os.PathLike[str] | None = None, *, timeout: float | None = None) -> None:
        self.path = socket_path(path)
        self.timeout = timeout
        self._connection: _BlockingConnection | None = None
        self._is_closed = False
        self._begin_anew()
        _clients.add(self)

    def _begin_anew(self) -> None:
        self._lock = threading.Lock()
        self._hub = Hub()
        self._features: tuple[_BlockingConnection, tuple[str, ...]] | None = None
        if self._connection is not None:
            # The other process's end of it stays.
            self._connection.socket.close()
            self._connection = None

    def __enter__(self) -> Client:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: types.TracebackType | None
    ) -> None:
        self.close()

    def __del__(self) -> None:
        if getattr(self, "_connection", None) is not None:
            self.close()

    def close(self) -> None:
        """Ends every call as `ClosedError`, now and from now on, and all that follows the session."""
        with self._lock:
            self._is_closed = True
            if self._connection is not None:
                self._connection.end(None, is_closed=True)
                self._connection = None
            for follower in list(self._hub.followers):
                self._hub.remove(follower)
                follower.wake()

    def changes(self) -> Changes:
        """Follows the session: how it is now, then every change, in order and each once.

        ```python
        for change in client.changes():
            if change.is_other_customer:
                forget_the_last_customer()
            show(change.status)
        ```

        It goes on by itself, whatever happens to the daemon, until it is closed or the client is; only where the right to
        see the session is taken away, `revoked` is the last change. An event holds no token; who needs the new one asks
        for it.
        """
        return Changes(self)

    # Calls

    def _call(
        self, method: Method, params: dict[str, Any], timeout: float | None, read: Callable[[Any], Result]
    ) -> Result:
        deadline = Deadline(self.timeout if timeout is None else timeout)
        if method.feature is not None:
            self._require(method.feature, method, deadline)
        was_connected = self._connection is not None
        outcome = self._attempt(method, params, deadline, True)
        if type(outcome) is not Answered:
            outcome = self._repeat(method, params, deadline, was_connected, outcome)
        try:
            return read(outcome.result)
        except Unreadable as reason:
            raise malformed(method.name, reason) from None

    def _repeat(
        self, method: Method, params: dict[str, Any], deadline: Deadline, was_connected: bool, outcome: Outcome
    ) -> Answered:
        attempts = Attempts(method, deadline, was_connected)
        while not isinstance(outcome, Answered):
            try:
                pause = attempts.pause_after(outcome)
            except OutcomeUnknown:
                raise self._outcome_unknown(method) from None
            time.sleep(pause)
            outcome = self._attempt(method, params, deadline, False)
        return outcome

    def _outcome_unknown(self, method: Method) -> ConnectionLostError:
        error = connection_lost(method)
        try:
            # What a caller wants to know next.
            error.status = self._call(STATUS, {}, 2.0, SessionStatus.read)
        except SessionError:
            pass
        return error

    def _require(self, feature: str, method: Method, deadline: Deadline) -> None:
        """Asks what the daemon can do, once a connection: after an upgrade there is another one."""
        with self._lock:
            known, connection = self._features, self._connection
            if known and connection and known[0] is connection and connection.is_usable and feature in known[1]:
                return
        info = self._call(INFO, {}, max(deadline.end - time.monotonic(), 0), InfoAnswer.read)
        with self._lock:
            if self._connection is not None:
                self._features = (self._connection, info.features)
        if feature not in info.features:
            raise unsupported(method, info.server)

    def _usable_connection(self) -> _BlockingConnection | Unreachable:
        connection = self._connection
        if connection is not None and connection.is_usable:
            return connection
        try:
            self._connection = connection = _BlockingConnection(self.path, self._hub)
        except OSError as error:
            return not_connected(self.path, error)
        return connection

    def _attempt(self, method: Method, params: dict[str, Any], deadline: Deadline, is_first: bool) -> Outcome:
        seconds = deadline.seconds(is_first)
        if seconds is not None:
            params["_deadlineSeconds"] = seconds
        waiter = _Waiter(method)
        with self._lock:
            if self._is_closed:
                return Failed(closed(method))
            connection = self._connection
            if connection is not None and method.is_mutation and connection.is_unread and connection.is_usable:
                # It may be over since it was read last: what is sent then would be lost, or not, and nobody would know.
                connection.drain()
            if connection is None or connection.is_broken or connection.is_ended:
                found = self._usable_connection()
                if isinstance(found, Unreachable):
                    return found
                connection = found
            number = connection.begin(waiter, params)
            try:
                self._wait(connection, waiter, deadline.local_end)
            finally:
                # Also after a KeyboardInterrupt.
                if waiter.outcome is None:
                    connection.forget(number)
            return waiter.outcome or Failed(timed_out(method, deadline.allowed))

    def _wait(self, connection: _BlockingConnection, waiter: _Waiter, until: float | None) -> None:
        """Waits until something has come for a waiter, at most until an instant. Under the lock, which others have while
        this waits.
        """
        while waiter.outcome is None and not connection.is_ended:
            if connection.is_unread:
                if not self._read(connection, waiter, until):
                    return
                continue
            connection.waiters.add(waiter)
            was_woken = False
            try:
                waiter.sleep(self._lock, until)
                was_woken = True
            finally:
                connection.waiters.discard(waiter)
                if connection.is_unread and (waiter.outcome is not None or not was_woken):
                    # It may have been woken to read, and does not.
                    connection.hand_over()
            if until is not None and time.monotonic() >= until:
                if connection.is_unread:
                    connection.hand_over()
                return

    def _read(self, connection: _BlockingConnection, waiter: _Waiter, until: float | None) -> bool:
        """Reads until something has come for a waiter; whether it did."""
        lock = self._lock
        connection.reader = waiter
        receive = connection.receive
        if waiter.method is WATCH:
            connection.make_interruptible()
            receive = connection.receive_unless_interrupted
        try:
            while True:
                lock.release()
                try:
                    data = receive(until)
                finally:
                    lock.acquire()
                if data is None:
                    return False
                connection.take(data)
                if waiter.outcome is not None or connection.is_ended:
                    return True
        finally:
            connection.reader = None
            connection.hand_over()


class Changes:
    """The changes of the session, one after the other: `Client.changes()`. It follows from its first change until it is
    closed or let go of; one thread waits for them at a time.
    """

    def __init__(self, client: Client) -> None:
        self._client = client
        self._follower: Follower | None = None
        self._waiter = _Waiter(WATCH)
        # The connection that it waits at.
        self._at: _BlockingConnection | None = None
        self._is_closed = False

    def __iter__(self) -> Changes:
        return self

    def __next__(self) -> SessionChange:
        change = self.next()
        if change is None:
            raise StopIteration
        return change

    def __enter__(self) -> Changes:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: types.TracebackType | None
    ) -> None:
        self.close()

    def __del__(self) -> None:
        follower: Follower | None = getattr(self, "_follower", None)
        if follower is not None:
            follower.is_abandoned = True

    @property
    def is_over(self) -> bool:
        """Whether nothing comes any more."""
        with self._client._lock:
            follower = self._follower
            return self._is_closed or self._client._is_closed or (
                follower is not None and follower.is_over and not follower.has_changes)

    def close(self) -> None:
        """Ends it, also from another thread; nothing comes after that, not even what had arrived."""
        with self._client._lock:
            self._is_closed = True
            if self._follower is not None:
                self._client._hub.remove(self._follower)
            self._wake()

    def next(self, timeout: float | None = None) -> SessionChange | None:
        """The next change, waited for, in seconds where there is a time-out; `None`: the time is up, or it `is_over`."""
        until = None if timeout is None else time.monotonic() + timeout
        client = self._client
        with client._lock:
            while not (self._is_closed or client._is_closed):
                if self._follower is None or self._follower.hub is not client._hub:
                    self._follower = client._hub.add(self._wake)
                change = self._follower.take()
                if change is not None or self._follower.is_over:
                    return change
                if until is not None and time.monotonic() >= until:
                    return None
                self._wait(until)
        return None

    def _wake(self) -> None:
        # Whatever is not None ends a wait at the connection.
        self._waiter.finish(Lost(False))
        if self._at is not None and self._at.reader is self._waiter:
            self._at.interrupt()

    def _wait(self, until: float | None) -> None:
        client, hub = self._client, self._client._hub
        self._waiter.outcome = None
        connection = hub.connection
        if connection is None:
            if hub.retry_at > time.monotonic():
                self._waiter.sleep(client._lock, hub.retry_at if until is None else min(hub.retry_at, until))
                return
            found = client._usable_connection()
            if isinstance(found, Unreachable):
                hub.note_unreachable(found.error)
                return
            found.begin_watch()
            connection = found
        assert isinstance(connection, _BlockingConnection)
        limits = [limit for limit in (until, hub.answer_by) if limit is not None]
        self._at = connection
        client._wait(connection, self._waiter, min(limits) if limits else None)
        self._at = None
        if hub.answer_by is not None and hub.connection is connection and time.monotonic() >= hub.answer_by:
            hub.note_late()
