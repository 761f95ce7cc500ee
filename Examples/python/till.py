#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A till in a terminal: who the customer is, their sign-in, and what is sold to them.

It prints each change of the customer, whoever made it, and counts down where the session is about to end. It does what is
typed, and takes each line as a sign that the customer is there:

    in EMAIL    signs a customer in; the password is the next line
    phone       has them sign in with their phone, where the daemon's authority is an OpenID provider
    cancel      gives that up
    pay         gets the token that a payment would be made with
    out         signs the customer out
    quit

SESSIOND_SOCKET names the daemon's socket. It needs the package sessiond, as session.py does.
"""

from __future__ import annotations

import getpass
import sys
import threading
import time
from typing import Callable, TypeVar

import sessiond

Result = TypeVar("Result")

# How long a call may take; how often, and for how long at most, one is made again that may succeed later. In seconds.
DEADLINE = 10
ATTEMPTS = 3
LONGEST_PAUSE = 5


def patiently(call: Callable[[], Result]) -> Result:
    """Makes a call again that may succeed later: when the daemon says so, or after a pause."""
    for attempt in range(ATTEMPTS - 1):
        try:
            return call()
        except sessiond.SessionError as error:
            pause = error.retry_after_seconds or 2**attempt
            if not error.retryable or pause > LONGEST_PAUSE:
                raise
            show(f"once more in {pause} s: {error.message}")
            time.sleep(pause)
    return call()


def show(text: str) -> None:
    # In one piece: two threads print, and a line and its end could come apart.
    print(f"{text}\n", end="", flush=True)


class Screen:
    """Follows the session, in a thread of its own, on the connection that the calls are on."""

    def __init__(self, changes: sessiond.Changes) -> None:
        self._changes = changes
        # When the session ends unless the customer does something; None: nobody has warned of that.
        self._ends_at: float | None = None

    def follow(self) -> None:
        while not self._changes.is_over:
            change = self._changes.next(timeout=None if self._ends_at is None else 1)
            if change is not None:
                self._take(change)
            elif self._ends_at is not None:
                show(f"the session ends in {max(round(self._ends_at - time.monotonic()), 0)} s: press Enter to go on")

    def _take(self, change: sessiond.SessionChange) -> None:
        if change.is_other_customer:
            # What belongs to the last customer goes, whatever has happened: basket, name, forms.
            self._ends_at = None
            show("-- an empty basket --")
        if change.error is not None:
            show(f"! {change.error}")
        elif change.event is not None and change.event.kind == "expiringSoon":
            self._ends_at = time.monotonic() + (change.event.at_seconds or 0)
        elif change.event is not None and change.event.kind == "expiringSoonWithdrawn":
            self._ends_at = None
        elif change.event is not None and change.event.kind == "signInEnded":
            show(f"the sign-in is over: {change.event.outcome}")
        if change.status is not None and change.cause != "tokenRefreshed":
            show(f"{change.cause}: {change.status.login or 'nobody is signed in'}")


class Till:
    """What is typed, each as a call."""

    def __init__(self, client: sessiond.Client) -> None:
        self._client = client

    def sign_in(self, email: str) -> None:
        password = sessiond.Secret(getpass.getpass() if sys.stdin.isatty() else input())
        # Not made again by itself where it fails: the customer has to type their password anyway.
        self._client.sign_in(email=email, password=password)

    def begin_sign_in(self) -> None:
        request = patiently(lambda: self._client.begin_sign_in(method="device"))
        # For the customer's eyes; on a real screen the address is a QR code.
        if request.verification_uri is not None and request.user_code is not None:
            show(f"open {request.verification_uri.reveal()} and enter {request.user_code.reveal()}")

    def cancel(self) -> None:
        if not self._client.cancel_sign_in():
            show("nobody signs in")

    def pay(self) -> None:
        answer = patiently(lambda: self._client.retrieve_token(minimum_validity_seconds=60, require_signed_in=True))
        # The header of the request to the shop: {"Authorization": f"Bearer {answer.token.reveal()}"}
        show(f"paid by {answer.uuid}")

    def sign_out(self) -> None:
        self._client.sign_out()

    def do(self, line: str) -> bool:
        """Does what a line says; whether to go on."""
        words = line.split()
        commands = {"phone": self.begin_sign_in, "cancel": self.cancel, "pay": self.pay, "out": self.sign_out}
        try:
            self._client.touch()
            if words == ["quit"]:
                return False
            if len(words) == 2 and words[0] == "in":
                self.sign_in(words[1])
            elif len(words) == 1 and words[0] in commands:
                commands[words[0]]()
            elif words:
                show("in EMAIL, phone, cancel, pay, out or quit")
        except sessiond.NotSignedInError:
            show("sign in first")
        except sessiond.AuthorityRejectedError:
            show("that is not the password")
        except sessiond.SessionError as error:
            # Its text has a hint what to do.
            show(f"! {error}")
        return True


def main() -> None:
    with sessiond.Client(timeout=DEADLINE) as client, client.changes() as changes:
        screen = threading.Thread(target=Screen(changes).follow)
        screen.start()
        till = Till(client)
        try:
            for line in iter(sys.stdin.readline, ""):
                if not till.do(line):
                    break
        except KeyboardInterrupt:
            pass
        changes.close()
        screen.join()


if __name__ == "__main__":
    main()
