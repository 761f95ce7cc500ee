# SPDX-License-Identifier: Apache-2.0
"""What the daemon's words are read with."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Any, Callable, Mapping, TypeVar

from ._errors import DaemonError

if TYPE_CHECKING:
    from ._answers import Condition, PendingSignIn, SessionStatus

Kind = TypeVar("Kind")


class Unreadable(Exception):
    """What came is not what the protocol has there; its text says what is wrong, and never what came."""


def unreadable(*members: tuple[str, Any, type]) -> Unreadable:
    """Those of the members that are not of their type."""
    wrong = [name for name, value, kind in members if type(value) is not kind]
    return Unreadable(f"{', '.join(wrong)} should be there, and of another type")


def nothing_else() -> Mapping[str, Any]:
    return {}


def read_object(value: Any) -> Callable[[str, Any], Any]:
    """What takes members out of an object."""
    members: dict[str, Any] = value
    if type(value) is not dict:
        raise Unreadable("it should be an object")
    return members.pop


def read_time(text: str) -> datetime:
    """A time of the wire, such as `2026-11-23T05:02:03Z`."""
    try:
        # Before Python 3.11 the Z is not understood.
        return datetime.fromisoformat(text[:-1] + "+00:00" if text[-1:] == "Z" else "")
    except ValueError:
        raise Unreadable("a time is in another form") from None


def read_list(value: Any) -> list[Any]:
    items: list[Any] = value
    if type(value) is not list:
        raise Unreadable("it should be a list")
    return items


def read_items(value: Any, kind: type[Kind]) -> tuple[Kind, ...]:
    items = read_list(value)
    if any(type(item) is not kind for item in items):
        raise Unreadable("a list has something of another type")
    return tuple(items)


def read_uuid(value: Any) -> str:
    return _read_one(value, "uuid", str)


def read_cancelled(value: Any) -> bool:
    return _read_one(value, "cancelled", bool)


def _read_one(value: Any, name: str, kind: type[Kind]) -> Kind:
    found = read_object(value)(name, None)
    if not isinstance(found, kind):
        raise unreadable((name, found, kind))
    return found


def read_nothing(value: Any) -> None:
    read_object(value)


def read_as_it_is(value: Any) -> dict[str, Any]:
    members: dict[str, Any] = value
    if type(value) is not dict:
        raise Unreadable("it should be an object")
    return members


def read_pending(value: Any) -> PendingSignIn | None:
    from ._answers import PendingSignIn

    return PendingSignIn.read(value) if "attempt" in read_as_it_is(value) else None


def read_authentication(value: Any) -> SessionStatus | Condition:
    from ._answers import Condition, SessionStatus

    return Condition.read(value) if "condition" in read_as_it_is(value) else SessionStatus.read(value)


def read_error(value: Any) -> DaemonError:
    """An error of the daemon, of the class of its name."""
    from ._named_errors import BY_NAME

    members = read_as_it_is(value)
    code, message, data = members.get("code"), members.get("message"), read_as_it_is(members.get("data"))
    name, retryable, after = data.get("name"), data.get("retryable"), data.get("retryAfterSeconds")
    if not (type(name) is str and type(retryable) is bool and type(code) is int and type(message) is str):
        raise unreadable(("code", code, int), ("message", message, str), ("name", name, str), ("retryable", retryable, bool))
    hint = data.get("hint")
    return BY_NAME.get(name, DaemonError)(
        message, name=name, retryable=retryable, retry_after_seconds=after if type(after) is int else None,
        hint=hint if type(hint) is str else None, code=code, data=data)


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is no JSON")


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("a name stands twice in an object")
    return members


_decode = json.JSONDecoder(parse_constant=_refuse_constant, object_pairs_hook=_members).raw_decode


def read_line(line: bytes) -> dict[str, Any]:
    """The object that a line is."""
    try:
        text = line.decode()
        value, end = _decode(text)
        if end != len(text) and text[end:].strip(" \t\r"):
            raise Unreadable("there is something behind the JSON")
        if "\\" in text:
            # An escaped lone surrogate is in no text that could be shown or sent on.
            json.dumps(value, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        # Without what the error says, which has the line in it.
        raise Unreadable("it is not JSON") from None
    members: dict[str, Any] = value
    if type(value) is not dict:
        raise Unreadable("it is no object")
    return members
