# SPDX-License-Identifier: Apache-2.0
"""Why a call brought no answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Mapping

if TYPE_CHECKING:
    from ._answers import SessionStatus


class SessionError(Exception):
    """What any call may raise; `name` is what programs match on, as the classes do.

    name: The error's name, such as `notSignedIn` or `unreachable`.
    message: One line for people, never a secret.
    hint: What a person can do about it; `None` where the message says all.
    retryable: Whether the same call may succeed later without anybody doing anything. Of an error with a name that this
        version does not know, it is all that a program needs.
    retry_after_seconds: When it may; `None` where that is not known.
    """

    name = "error"
    retryable = False

    def __init__(
        self, message: str, *, hint: str | None = None, name: str | None = None, retryable: bool | None = None,
        retry_after_seconds: int | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        if name is not None:
            self.name = name
        if retryable is not None:
            self.retryable = retryable
        self.retry_after_seconds = retry_after_seconds

    def __str__(self) -> str:
        return f"{self.name}: {self.message}" + (f" ({self.hint})" if self.hint else "")


class DaemonError(SessionError):
    """What the daemon answered in place of a result; of a name that this version does not know, exactly this class.

    code: The number of JSON-RPC; `None` where it did not come from the daemon.
    data: All that the daemon said, with what the error has of its own: `member`, `maximumSeconds`, `fieldErrors` …
    """

    def __init__(
        self, message: str, *, hint: str | None = None, name: str | None = None, retryable: bool | None = None,
        retry_after_seconds: int | None = None, code: int | None = None, data: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(
            message, hint=hint, name=name, retryable=retryable, retry_after_seconds=retry_after_seconds)
        self.code = code
        self.data: Mapping[str, Any] = data or {}


class UnreachableError(SessionError, ConnectionError):
    """Nobody listens on the socket, or there is none. Nothing was sent."""

    name = "unreachable"
    retryable = True


class ConnectionLostError(SessionError, ConnectionError):
    """The connection broke before the answer. A call that changes the session may have been carried out: it is never sent
    again, and `status` says how the session stands now, where that could be asked.
    """

    name = "connectionLost"
    status: SessionStatus | None = None


class TimedOutError(SessionError, TimeoutError):
    """The daemon did not answer in time. A call that changes the session may still be carried out."""

    name = "timedOut"


class ClosedError(SessionError):
    """The client was closed."""

    name = "closed"


class MalformedAnswerError(SessionError):
    """What answered does not speak the protocol."""

    name = "malformedAnswer"


class InvalidSocketPathError(SessionError, ValueError):
    """The path cannot be a socket's. Nothing was sent."""

    name = "invalidSocketPath"


class RequestTooLargeError(SessionError, ValueError):
    """The request is longer than the daemon takes, 65,536 bytes. Nothing was sent."""

    name = "requestTooLarge"
