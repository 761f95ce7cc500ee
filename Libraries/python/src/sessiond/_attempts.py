# SPDX-License-Identifier: Apache-2.0
"""What follows an attempt of a call: which may be made again, when, and what is reported in the end. No I/O."""

from __future__ import annotations

import errno
import grp
import os
import stat
import time
from typing import Any, Union

from ._errors import (
    ClosedError,
    ConnectionLostError,
    MalformedAnswerError,
    SessionError,
    TimedOutError,
    UnreachableError,
)
from ._named_errors import PermissionDeniedError, ShuttingDownError, UnsupportedError
from ._requests import STANDARD_SOCKET, Deadline, Method

STATUS_FIRST = "ask for the status before trying again"


class Failed:
    """An attempt that failed, and not because of the connection."""

    __slots__ = ("error",)

    def __init__(self, error: SessionError) -> None:
        self.error = error


class Unreachable:
    """No connection could be had, so nothing was sent; `may_pass`: the daemon is there, and only busy."""

    __slots__ = ("error", "may_pass")

    def __init__(self, error: SessionError, may_pass: bool) -> None:
        self.error, self.may_pass = error, may_pass


class Lost:
    """The connection broke before the answer; `was_sent`: the daemon may have read the request."""

    __slots__ = ("was_sent",)

    def __init__(self, was_sent: bool) -> None:
        self.was_sent = was_sent


class Answered:
    """The daemon's result."""

    __slots__ = ("result",)

    def __init__(self, result: Any) -> None:
        self.result = result


Outcome = Union[Answered, Failed, Unreachable, Lost]


class OutcomeUnknown(Exception):
    """Nobody knows whether a call has changed the session."""


class Backoff:
    """Pauses that grow: doubled from the shortest to the longest."""

    __slots__ = ("_next", "_longest")

    def __init__(self, shortest: float = 0.01, longest: float = 1.0) -> None:
        self._next, self._longest = shortest, longest

    def pause(self) -> float:
        pause = self._next
        self._next = min(pause * 2, self._longest)
        return pause


class Attempts:
    """The attempts of one call."""

    def __init__(self, method: Method, deadline: Deadline, was_connected: bool) -> None:
        self._method, self._deadline, self._was_connected = method, deadline, was_connected
        self._backoff = Backoff()

    def pause_after(self, outcome: Failed | Unreachable | Lost) -> float:
        """How long to wait before the next attempt; raises what the call ends by, or `OutcomeUnknown`."""
        if isinstance(outcome, Failed):
            # It stops: the next one, or this one once it is gone, will answer.
            if isinstance(outcome.error, ShuttingDownError) and not self._method.is_mutation:
                return self._retry(outcome.error)
            raise outcome.error
        if isinstance(outcome, Unreachable):
            if outcome.may_pass or self._was_connected:
                return self._retry(outcome.error)
            raise outcome.error
        self._was_connected = True
        if outcome.was_sent and self._method.is_mutation:
            raise OutcomeUnknown
        return self._retry(connection_lost(self._method))

    def _retry(self, error: SessionError) -> float:
        pause = self._backoff.pause()
        if time.monotonic() + pause >= self._deadline.end:
            raise error
        return pause


def connection_lost(method: Method) -> ConnectionLostError:
    said = f"sessiond closed the connection before it answered {method.name}"
    if method.is_mutation:
        return ConnectionLostError(f"{said}: it may have been carried out", hint=STATUS_FIRST)
    return ConnectionLostError(
        said, hint="try again; its log says why: journalctl -u sessiond, or where its standard error goes",
        retryable=True)


def timed_out(method: Method, seconds: float) -> TimedOutError:
    said = f"sessiond did not answer {method.name} within {seconds:g} s"
    if method.is_mutation:
        return TimedOutError(f"{said}: it may still be carried out", hint=STATUS_FIRST)
    return TimedOutError(said, hint="see whether sessiond runs: systemctl status sessiond", retryable=True)


def closed(method: Method) -> ClosedError:
    return ClosedError(f"the client was closed before {method.name} was answered")


def malformed(name: str, reason: Exception) -> MalformedAnswerError:
    return MalformedAnswerError(
        f"what was answered to {name} is not sessiond's protocol: {reason}",
        hint="see whether the socket is sessiond's, and whether it and this package are of the same version")


def unsupported(method: Method, server: str) -> UnsupportedError:
    return UnsupportedError(
        f"{server} is too old for this {method.name}: it has no {method.feature}", hint="update sessiond",
        name="unsupported", retryable=False)


def not_connected(path: str, error: OSError) -> Unreachable:
    """What became of an attempt to connect."""
    if error.errno == errno.EAGAIN:
        return Unreachable(UnreachableError(f"sessiond has too many callers waiting at {path}", hint="try again"), True)
    if error.errno == errno.EACCES:
        return Unreachable(_denied(path), False)
    if error.errno in (errno.ENOENT, errno.ECONNREFUSED, errno.ENOTDIR):
        what = "nobody listens" if error.errno == errno.ECONNREFUSED else "there is no socket"
        is_service = path == STANDARD_SOCKET and os.path.isdir("/run/systemd/system")
        how = "systemctl start sessiond.socket" if is_service else f"sessiond --socket {path}"
        return Unreachable(
            UnreachableError(f"sessiond is not running: {what} at {path}", hint=f"start it: {how}"), False)
    return Unreachable(UnreachableError(f"cannot connect to {path}: {error.strerror}"), False)


def _denied(path: str) -> PermissionDeniedError:
    """The socket's own refusal, and which group would be let in."""
    try:
        facts = os.stat(path)
        group = grp.getgrgid(facts.st_gid).gr_name
    except (OSError, KeyError):
        return PermissionDeniedError(f"the socket {path} is closed to this user", name="permissionDenied")
    if not facts.st_gid or not facts.st_mode & stat.S_IWGRP:
        return PermissionDeniedError(
            f"only its owner may use the socket {path}", name="permissionDenied",
            hint="sessiond --socket-group GROUP lets a group in; the package's socket has one")
    return PermissionDeniedError(
        f"only members of the group {group} may use the socket {path}", name="permissionDenied",
        hint=f"let an administrator run: usermod -aG {group} USER, with this program's user; then log in again")
