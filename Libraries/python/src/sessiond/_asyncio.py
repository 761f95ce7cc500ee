# SPDX-License-Identifier: Apache-2.0
"""The client for asyncio."""

from __future__ import annotations

import asyncio
import os
import time
import types
from typing import Any, Callable, TypeVar

from ._answers import InfoAnswer, SessionStatus
from ._attempts import (
    Answered,
    Attempts,
    Failed,
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
from ._methods import INFO, STATUS, AsyncMethods
from ._reading import Unreadable
from ._requests import Deadline, Method, socket_path

Result = TypeVar("Result")


class _Waiter:
    """A call that waits for its answer."""

    __slots__ = ("method", "future")

    def __init__(self, method: Method, future: asyncio.Future[Outcome]) -> None:
        self.method, self.future = method, future

    def finish(self, outcome: Outcome) -> None:
        if not self.future.done():
            self.future.set_result(outcome)

    def expire(self, deadline: Deadline) -> None:
        self.finish(Failed(timed_out(self.method, deadline.allowed)))


class _LoopConnection(Connection):
    """One connection, read by the event loop."""

    def __init__(self, path: str, hub: Hub) -> None:
        super().__init__(path, hub)
        self._loop = asyncio.get_running_loop()
        self._loop.add_reader(self.socket, self._read)

    @property
    def is_usable(self) -> bool:
        return not (self.is_broken or self.is_ended) and self._loop is asyncio.get_running_loop()

    @property
    def is_of_a_loop_that_is_over(self) -> bool:
        return self._loop.is_closed()

    def _read(self) -> None:
        try:
            data = self.socket.recv(READ_BYTES)
        except (BlockingIOError, InterruptedError):
            return
        except OSError:
            data = b""
        self.take(data)

    def close(self) -> None:
        if not self._loop.is_closed():
            self._loop.remove_reader(self.socket)
        super().close()


class AsyncClient(AsyncMethods):
    """Calls the daemon that holds this device's customer session, and follows it.

    ```python
    async with sessiond.AsyncClient() as client:
        token = (await client.retrieve_token(minimum_validity_seconds=60)).token
    ```

    All calls and changes share one connection, which the first one makes and a later one makes anew when it has broken. Any
    number of tasks of one event loop may use a client at once, and each may be cancelled: a call that changes the session
    may be carried out all the same. A read whose connection breaks is repeated until its time-out. A call that changes the
    session is never sent twice: where it may have been read, it raises `ConnectionLostError`.

    path: Where the daemon listens; by default as the environment variable SESSIOND_SOCKET says, else where an installed
        one does.
    timeout: How long a call is waited for where it does not say itself, in seconds, at most 300; by default 30.
    """

    def __init__(self, path: str | os.PathLike[str] | None = None, *, timeout: float | None = None) -> None:
        self.path = socket_path(path)
        self.timeout = timeout
        self.hub = Hub()
        self._connection: _LoopConnection | None = None
        self._features: tuple[_LoopConnection, tuple[str, ...]] | None = None
        self.is_closed = False

    async def __aenter__(self) -> AsyncClient:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: types.TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Ends every call as `ClosedError`, now and from now on, and all that follows the session."""
        self.is_closed = True
        if self._connection is not None:
            self._connection.end(None, is_closed=True)
            self._connection = None
        for follower in list(self.hub.followers):
            self.hub.remove(follower)
            follower.wake()

    def changes(self) -> AsyncChanges:
        """Follows the session: how it is now, then every change, in order and each once.

        ```python
        async for change in client.changes():
            if change.is_other_customer:
                forget_the_last_customer()
            show(change.status)
        ```

        It goes on by itself, whatever happens to the daemon, until it is closed or the client is; only where the right to
        see the session is taken away, `revoked` is the last change. An event holds no token; who needs the new one asks
        for it.
        """
        return AsyncChanges(self)

    async def _call(
        self, method: Method, params: dict[str, Any], timeout: float | None, read: Callable[[Any], Result]
    ) -> Result:
        deadline = Deadline(self.timeout if timeout is None else timeout)
        if method.feature is not None:
            await self._require(method.feature, method, deadline)
        was_connected = self._connection is not None
        outcome = await self._attempt(method, params, deadline, True)
        if not isinstance(outcome, Answered):
            outcome = await self._repeat(method, params, deadline, was_connected, outcome)
        try:
            return read(outcome.result)
        except Unreadable as reason:
            raise malformed(method.name, reason) from None

    async def _repeat(
        self, method: Method, params: dict[str, Any], deadline: Deadline, was_connected: bool, outcome: Outcome
    ) -> Answered:
        attempts = Attempts(method, deadline, was_connected)
        while not isinstance(outcome, Answered):
            try:
                pause = attempts.pause_after(outcome)
            except OutcomeUnknown:
                raise await self._outcome_unknown(method) from None
            await asyncio.sleep(pause)
            outcome = await self._attempt(method, params, deadline, False)
        return outcome

    async def _outcome_unknown(self, method: Method) -> ConnectionLostError:
        error = connection_lost(method)
        try:
            # What a caller wants to know next.
            error.status = await self._call(STATUS, {}, 2.0, SessionStatus.read)
        except SessionError:
            pass
        return error

    async def _require(self, feature: str, method: Method, deadline: Deadline) -> None:
        """Asks what the daemon can do, once a connection: after an upgrade there is another one."""
        known, connection = self._features, self._connection
        if known and connection and known[0] is connection and connection.is_usable and feature in known[1]:
            return
        info = await self._call(INFO, {}, max(deadline.end - time.monotonic(), 0), InfoAnswer.read)
        if self._connection is not None:
            self._features = (self._connection, info.features)
        if feature not in info.features:
            raise unsupported(method, info.server)

    def usable_connection(self) -> _LoopConnection | Unreachable:
        """A connection that can be used, which is made where there is none."""
        connection = self._connection
        if connection is not None:
            if connection.is_usable:
                return connection
            if connection.is_of_a_loop_that_is_over:
                connection.end(None)
        try:
            self._connection = connection = _LoopConnection(self.path, self.hub)
        except OSError as error:
            return not_connected(self.path, error)
        return connection

    async def _attempt(self, method: Method, params: dict[str, Any], deadline: Deadline, is_first: bool) -> Outcome:
        seconds = deadline.seconds(is_first)
        if seconds is not None:
            params["_deadlineSeconds"] = seconds
        if self.is_closed:
            return Failed(closed(method))
        if self._connection is not None and method.is_mutation and self._connection.is_usable:
            # It may be over since it was read last: what is sent then would be lost, or not, and nobody would know.
            self._connection.drain()
        found = self.usable_connection()
        if isinstance(found, Unreachable):
            return found
        loop = asyncio.get_running_loop()
        waiter = _Waiter(method, loop.create_future())
        number = found.begin(waiter, params)
        timer = loop.call_later(deadline.local_end - time.monotonic(), waiter.expire, deadline)
        try:
            return await waiter.future
        finally:
            # Also where the task is cancelled.
            timer.cancel()
            found.forget(number)


class AsyncChanges:
    """The changes of the session, one after the other: `AsyncClient.changes()`. It follows from its first change until it is
    closed or let go of; one task waits for them at a time.
    """

    def __init__(self, client: AsyncClient) -> None:
        self._client = client
        self._follower: Follower | None = None
        self._future: asyncio.Future[None] | None = None
        self._is_closed = False

    def __aiter__(self) -> AsyncChanges:
        return self

    async def __anext__(self) -> SessionChange:
        while not (self._is_closed or self._client.is_closed):
            if self._follower is None:
                self._follower = self._client.hub.add(self._wake)
            change = self._follower.take()
            if change is not None:
                return change
            if self._follower.is_over:
                break
            await self._wait()
        raise StopAsyncIteration

    async def __aenter__(self) -> AsyncChanges:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: types.TracebackType | None
    ) -> None:
        self.close()

    def __del__(self) -> None:
        follower: Follower | None = getattr(self, "_follower", None)
        if follower is not None:
            follower.is_abandoned = True

    def close(self) -> None:
        """Ends it; nothing comes after that, not even what had arrived."""
        self._is_closed = True
        if self._follower is not None:
            self._client.hub.remove(self._follower)
        self._wake()

    def _wake(self) -> None:
        if self._future is not None and not self._future.done():
            self._future.set_result(None)

    async def _wait(self) -> None:
        hub = self._client.hub
        if hub.connection is None and hub.retry_at <= time.monotonic():
            found = self._client.usable_connection()
            if isinstance(found, Unreachable):
                hub.note_unreachable(found.error)
                return
            found.begin_watch()
        limit = hub.retry_at if hub.connection is None else hub.answer_by
        self._future = asyncio.get_running_loop().create_future()
        await asyncio.wait((self._future,), timeout=None if limit is None else max(limit - time.monotonic(), 0))
        if hub.answer_by is not None and time.monotonic() >= hub.answer_by:
            hub.note_late()
