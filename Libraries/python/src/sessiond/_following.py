# SPDX-License-Identifier: Apache-2.0
"""What is known of the session while it is followed, over lost connections. It decides; it does no I/O.

One watch of a client is shared by all who follow. What arrives is taken in the order in which it arrives, the answer to
`session.watch` among it: so an event that comes in one read with that answer is known to be later than it.
"""

from __future__ import annotations

import time
import weakref
from collections import deque
from dataclasses import dataclass
from typing import Any, Callable

from ._answers import SessionEvent, SessionStatus
from ._attempts import Answered, Backoff, Failed, connection_lost, malformed, timed_out
from ._errors import DaemonError, SessionError
from ._methods import WATCH
from ._named_errors import PermissionDeniedError, ShuttingDownError
from ._reading import Unreadable, read_object, unreadable

# How many changes wait for an app that takes its time. What comes on top is one gap for it.
CAPACITY = 1024
# The daemon answers a watch by itself, at once: what takes longer is a service that does not come up.
ANSWER_SECONDS = 5.0
# A connection that stood for so long is no sign of a daemon that takes and drops them.
STEADY_SECONDS = 0.1


@dataclass(frozen=True)
class SessionChange:
    """One step of `changes()`: the session as it is now, as it was before, and what has led from one to the other."""

    cause: str
    """What has led to it.

    `snapshot`: nothing, this is how the session is as following it begins. `gap`: what the daemon cannot tell any more,
    since it has restarted or the app has not listened for too long: all that has happened in between, which may be
    nothing. `interrupted`: the session cannot be followed now, and `error` says why; told once, until it can be
    followed again or there is another reason. `resumed`: it can be followed again, and nothing was missed. `revoked`:
    the right to see it was taken away; this is the last change. Anything else is the kind of `event`: `signedIn`,
    `signedOut` …, in a later version others as well. The libraries of the other languages say `event` for all of these,
    and have the kind in the event.
    """
    status: SessionStatus | None
    """The session now; `None` only where it was never seen. While it is interrupted, the last that was seen."""
    previous: SessionStatus | None = None
    """The session before; `None` in the first view of it."""
    event: SessionEvent | None = None
    """One transition, as the daemon tells it."""
    error: SessionError | None = None
    """Why the session cannot be followed."""

    @property
    def is_other_customer(self) -> bool:
        """Whether there is another customer than before, or none is known before: what belongs to the last one has to
        go.
        """
        before = self.previous.generation if self.previous else None
        return before != (self.status.generation if self.status else None)


class Follower:
    """Somebody who follows: what waits for them, and how they are woken."""

    __slots__ = ("_wake", "hub", "_changes", "_last", "_latest", "_missed", "is_over", "is_abandoned")

    def __init__(self, hub: Hub, wake: Callable[[], None]) -> None:
        # Weakly: who lets go of their changes follows no longer.
        self._wake, self.hub = weakref.WeakMethod(wake), hub
        self._changes: deque[SessionChange] = deque()
        # The session in the last change that waits, and, where some were missed, in the last of these.
        self._last: SessionStatus | None = None
        self._latest: SessionStatus | None = None
        self._missed = False
        # Nothing comes any more but what waits.
        self.is_over = False
        # Set by a finalizer, which may come at any time and so does nothing else.
        self.is_abandoned = False

    def wake(self) -> None:
        wake = self._wake()
        if wake is not None:
            wake()

    def put(
        self, cause: str, status: SessionStatus | None, event: SessionEvent | None = None,
        error: SessionError | None = None,
    ) -> None:
        if cause in ("gap", "resumed") and self._last is None:
            cause = "snapshot"
        if cause == "interrupted":
            # Before they have seen the session there is none for them.
            status = self._last if not self._missed else self._latest
        self._latest = status
        if cause == "revoked" and self._missed:
            self._changes.append(self._gap())
        if self._missed or len(self._changes) >= CAPACITY and cause != "revoked":
            self._missed = True
            return
        change: SessionChange = object.__new__(SessionChange)
        # As the constructor does, member by member, which takes a while for what comes so often.
        object.__setattr__(change, "__dict__", {
            "cause": cause, "status": status, "previous": self._last, "event": event, "error": error})
        self._changes.append(change)
        self._last = status
        if len(self._changes) == 1:
            # Nobody waits while there is something.
            self.wake()

    def take(self) -> SessionChange | None:
        """The next change; `None`: there is none yet."""
        if self._changes:
            return self._changes.popleft()
        if not self._missed:
            return None
        change = self._gap()
        self.hub.repeat_interruption(self)
        return change

    def _gap(self) -> SessionChange:
        change = SessionChange("gap", self._latest, self._last)
        self._missed, self._last = False, self._latest
        return change

    @property
    def is_new(self) -> bool:
        """Whether they have not seen the session yet."""
        return self._last is None

    @property
    def has_changes(self) -> bool:
        return bool(self._changes) or self._missed


class Hub:
    """The one watch of a client, and all who follow."""

    def __init__(self) -> None:
        self.followers: list[Follower] = []
        self.status: SessionStatus | None = None
        self._since: int | None = None
        self._interruption: SessionError | None = None
        # The connection that the session is watched on, and until when the answer is waited for; None: it has come.
        self.connection: object | None = None
        self.answer_by: float | None = None
        self.retry_at = 0.0
        self._asked_at = 0.0
        self._unreachable, self._refused = Backoff(), Backoff(1.0, 30.0)

    def add(self, wake: Callable[[], None]) -> Follower:
        follower = Follower(self, wake)
        self._dismiss()
        if not self.followers:
            self._forget()
        self.followers.append(follower)
        if self._interruption:
            follower.put("interrupted", None, error=self._interruption)
        elif self.connection and not self.answer_by:
            follower.put("snapshot", self.status)
        return follower

    def remove(self, follower: Follower) -> None:
        if follower in self.followers:
            self.followers.remove(follower)
        follower.is_over = True
        if not self.followers:
            # What the connection goes on telling is nobody's; who follows next asks anew.
            self._forget()

    def _dismiss(self) -> None:
        for follower in [each for each in self.followers if each.is_abandoned]:
            self.remove(follower)

    def _forget(self) -> None:
        self.status, self._since, self._interruption = None, None, None
        self.connection, self.answer_by, self.retry_at = None, None, 0.0
        self._unreachable, self._refused = Backoff(), Backoff(1.0, 30.0)

    def repeat_interruption(self, follower: Follower) -> None:
        if self._interruption:
            follower.put("interrupted", self.status, error=self._interruption)

    def params(self) -> dict[str, Any]:
        return {} if self._since is None else {"since": self._since}

    # What happens

    def note_asked(self, connection: object) -> None:
        """`session.watch` was sent."""
        self.connection, self._asked_at = connection, time.monotonic()
        self.answer_by = self._asked_at + ANSWER_SECONDS

    def take_answer(self, connection: object, outcome: Answered | Failed) -> None:
        """The answer to `session.watch`, a result or an error."""
        if connection is not self.connection:
            return
        if isinstance(outcome, Failed):
            self._lose() if isinstance(outcome.error, ShuttingDownError) else self._refuse(outcome.error)
            return
        try:
            self._begin(outcome.result)
        except Unreadable as reason:
            self._refuse(malformed(WATCH.name, reason))

    def _begin(self, result: Any) -> None:
        take = read_object(result)
        snapshot, sequence, resumed = take("snapshot", None), take("sequence", None), take("resumed", None)
        if not (type(sequence) is int and type(resumed) is bool):
            raise unreadable(("sequence", sequence, int), ("resumed", resumed, bool))
        new = SessionStatus.read(snapshot)
        self.answer_by, self._refused = None, Backoff(1.0, 30.0)
        was_interrupted, self._interruption = self._interruption is not None, None
        if resumed and self.status is not None:
            # The session is what the events say that follow; the snapshot is of after them.
            for follower in self.followers:
                if was_interrupted or follower.is_new:
                    follower.put("resumed", self.status)
            return
        self.status, self._since = new, sequence
        self._tell("gap")

    def take_event(self, connection: object, params: Any) -> bool:
        """An event; whether the daemon goes on with the connection behind it."""
        if connection is not self.connection or self.answer_by is not None:
            # What comes before the answer to `session.watch` is of another watch, and in that answer.
            return True
        try:
            event = SessionEvent.read(params)
        except Unreadable as reason:
            self._refuse(malformed("session.event", reason))
            return True
        if event.kind == "overflow":
            self._lose()
        elif event.kind == "revoked":
            self._revoke()
        elif self._since is None or event.sequence > self._since:
            self._since = event.sequence
            if event.status is not None:
                self.status = event.status
            self._tell(event.kind, event)
        return event.kind not in ("overflow", "revoked")

    def note_end(self, connection: object, error: SessionError | None) -> None:
        """The connection is over: it broke, or `error` says why."""
        if connection is self.connection:
            self._refuse(error) if error else self._lose()

    def note_unreachable(self, error: SessionError) -> None:
        """No connection could be had."""
        self._disconnect(self._unreachable.pause(), error)

    def note_late(self) -> None:
        """The answer to `session.watch` did not come in time."""
        self._refuse(timed_out(WATCH, ANSWER_SECONDS))

    # What follows from it

    def _tell(self, cause: str, event: SessionEvent | None = None) -> None:
        for follower in self.followers:
            follower.put(cause, self.status, event)
        self._dismiss()

    def _lose(self) -> None:
        # Where it was answered before, the next connection may show that nothing was missed.
        was_answered = self.answer_by is None
        if was_answered and time.monotonic() - self._asked_at >= STEADY_SECONDS:
            self._unreachable = Backoff()
        self._disconnect(self._unreachable.pause(), None if was_answered else connection_lost(WATCH))

    def _refuse(self, error: SessionError) -> None:
        # Who was refused is rarely let in a moment later, and each time is logged.
        self._disconnect(self._refused.pause(), error)

    def _revoke(self) -> None:
        error = PermissionDeniedError(
            "the right to see the session was taken away", name="permissionDenied", retryable=False)
        for follower in self.followers:
            follower.put("revoked", self.status, error=error)
            follower.is_over = True
        self.followers.clear()
        self._forget()

    def _disconnect(self, pause: float, error: SessionError | None) -> None:
        self.connection, self.answer_by = None, None
        self.retry_at = time.monotonic() + pause
        if error and not self._was_told(error):
            self._interruption = error
            for follower in self.followers:
                follower.put("interrupted", self.status, error=error)
        for follower in self.followers:
            follower.wake()

    def _was_told(self, error: SessionError) -> bool:
        told = self._interruption
        return told is not None and (told.name, isinstance(told, DaemonError)) == (error.name, isinstance(error, DaemonError))
