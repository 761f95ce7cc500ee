# SPDX-License-Identifier: Apache-2.0
"""What is sent: methods, their parameters, and how long they are waited for."""

from __future__ import annotations

import enum
import json
import os
import time
from datetime import datetime, timezone
from typing import Any

from ._errors import InvalidSocketPathError, RequestTooLargeError
from ._secret import Secret

STANDARD_SOCKET = "/run/sessiond/sessiond.sock"
LONGEST_REQUEST_BYTES = 65_536
LONGEST_PATH_BYTES = 107
# What the daemon allows, in seconds, and what applies where the caller says nothing.
SHORTEST_TIMEOUT, LONGEST_TIMEOUT, DEFAULT_TIMEOUT = 0.001, 300.0, 30.0
# How much longer than the daemon the client waits, so that the daemon's own answer about it still arrives.
GRACE = 0.5


class Keep(enum.Enum):
    """The value of what stays as it is."""

    KEEP = enum.auto()


KEEP = Keep.KEEP


class Method:
    """A method: its name, whether it may change anything, and since which feature daemons have it."""

    __slots__ = ("name", "is_mutation", "feature", "head")

    def __init__(self, name: str, is_mutation: bool, feature: str | None) -> None:
        self.name, self.is_mutation, self.feature = name, is_mutation, feature
        self.head = '{"jsonrpc":"2.0","method":"' + name + '","id":'


def revealed(value: Secret | str) -> str:
    return value.reveal() if isinstance(value, Secret) else value


def time_text(value: datetime | str) -> str:
    """A time as the wire has it; one without a time zone is in UTC."""
    if isinstance(value, str):
        return value
    if value.tzinfo is not None:
        value = value.astimezone(timezone.utc)
    return value.strftime("%Y-%m-%dT%H:%M:%SZ")


_encode = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode


def _encoded(value: Any) -> str:
    # Most parameters are these, which JSON writes as Python does or nearly.
    if value is True or value is False:
        return "true" if value else "false"
    if type(value) is int:
        return repr(value)
    return _encode(value)


def request_line(method: Method, number: int, params: dict[str, Any]) -> bytes:
    """The line of a request."""
    if params:
        members = ",".join([f'"{name}":{_encoded(value)}' for name, value in params.items()])
        line = f'{method.head}{number},"params":{{{members}}}}}\n'.encode()
    else:
        line = f"{method.head}{number}}}\n".encode()
    if len(line) > LONGEST_REQUEST_BYTES:
        raise RequestTooLargeError(
            f"the request {method.name} has {len(line)} bytes, and at most {LONGEST_REQUEST_BYTES} are allowed",
            hint="send less with it")
    return line


class Deadline:
    """Until when a call is waited for: `end` is when the daemon gives up, `local_end` when the client does."""

    __slots__ = ("allowed", "is_default", "end", "local_end")

    def __init__(self, timeout: float | None) -> None:
        self.is_default = timeout is None
        self.allowed = DEFAULT_TIMEOUT if timeout is None else min(max(timeout, SHORTEST_TIMEOUT), LONGEST_TIMEOUT)
        self.end = time.monotonic() + self.allowed
        self.local_end = self.end + GRACE

    def seconds(self, is_first: bool) -> float | None:
        """What the daemon is told of an attempt that begins now; `None`: nothing, the default is its own."""
        if is_first:
            return None if self.is_default else round(self.allowed, 3)
        return max(round(self.end - time.monotonic(), 3), SHORTEST_TIMEOUT)


def socket_path(given: str | os.PathLike[str] | None) -> str:
    """Where the daemon listens: as given, else as SESSIOND_SOCKET says, else where an installed one does."""
    path = os.fspath(given) if given is not None else os.environ.get("SESSIOND_SOCKET") or STANDARD_SOCKET
    size = len(os.fsencode(path))
    problem = "it is empty" if not path else "it has a NUL in it" if "\0" in path else \
        f"it has {size} bytes, and a socket's path has at most {LONGEST_PATH_BYTES}" if size > LONGEST_PATH_BYTES else None
    if problem:
        raise InvalidSocketPathError(
            f'"{path}" cannot be a socket\'s path: {problem}', hint=f"the default is {STANDARD_SOCKET}")
    return path
