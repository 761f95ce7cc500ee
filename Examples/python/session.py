#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Uses the customer session of the device.

session.py token    prints whose token there is, and until when it lives
session.py watch    prints who the customer is, now and whenever that changes, until it is interrupted

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


def main() -> None:
    commands = {"token": token, "watch": watch}
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
