#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Uses the customer session of the device.

session.py token      prints whose token there is, and until when it lives
session.py watch      prints who the customer is, now and whenever that changes, until it is interrupted
session.py sign-in    signs a customer in at an OpenID provider: prints the address and the code that they need, or the
                      address for a browser, whose last address it then reads; interrupted, it gives that up

SESSIOND_SOCKET names the daemon's socket; without it, it is where an installed daemon has it. It needs the package
sessiond: python3-sessiond of Debian, or PYTHONPATH=Libraries/python/src in the sources.
"""

from __future__ import annotations

import signal
import sys

import sessiond

# How long a call may take, in seconds.
DEADLINE = 10


def token(client: sessiond.Client) -> None:
    answer = client.retrieve_token(minimum_validity_seconds=60)
    # answer.token.reveal() is what goes into the header `Authorization: Bearer …`; printed, it would be [redacted].
    print(answer.uuid, f"{answer.expires_at:%Y-%m-%dT%H:%M:%SZ}")


def watch(client: sessiond.Client) -> None:
    last = None
    # It goes on over restarts of the daemon by itself.
    for change in client.changes():
        if change.error is not None:
            print(f"session.py: {change.error}", file=sys.stderr)
        if change.status is not None:
            view = f"{change.status.state} {change.status.uuid} {change.status.generation}"
            if view != last:
                print(view, flush=True)
            last = view


def sign_in(client: sessiond.Client) -> None:
    begun = client.begin_sign_in()
    try:
        if begun.authorization_url is not None:
            # An app shows it in a web view, and has the address from that which the customer is sent back to.
            print(begun.authorization_url.reveal(), flush=True)
            client.complete_sign_in(attempt=begun.attempt, callback_url=sys.stdin.readline().strip())
        elif begun.verification_uri is not None and begun.user_code is not None:
            print(begun.verification_uri.reveal(), begun.user_code.reveal(), flush=True)
        # It goes on by itself, over restarts of the daemon too, which asks the provider.
        for change in client.changes():
            status = change.status
            if status is None:
                continue
            if status.pending_sign_in is None or status.pending_sign_in.attempt != begun.attempt:
                print(status.state)
                sys.exit(0 if status.signed_in else 1)
    except (KeyboardInterrupt, sessiond.SessionError) as reason:
        # Nobody is there any more to tell how it ends.
        client.cancel_sign_in(attempt=begun.attempt)
        sys.exit(f"session.py: {str(reason) or 'interrupted'}")


def main() -> None:
    commands = {"token": token, "watch": watch, "sign-in": sign_in}
    if len(sys.argv) != 2 or sys.argv[1] not in commands:
        sys.exit(__doc__)
    # Where nobody reads any more what it prints, it ends as other programs do.
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    try:
        with sessiond.Client(timeout=DEADLINE) as client:
            commands[sys.argv[1]](client)
    except KeyboardInterrupt:
        pass
    except sessiond.SessionError as error:
        sys.exit(f"session.py: {error}")


if __name__ == "__main__":
    main()
