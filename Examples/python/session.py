#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Uses the customer session of the device, with nothing but Python's standard library.

session.py token    prints whose token there is, and until when it lives
session.py watch    prints who the customer is, now and whenever that changes, until it is interrupted

SESSIOND_SOCKET names the daemon's socket; without it, it is where an installed daemon has it.
"""

import json
import os
import random
import signal
import socket
import sys
import time

SOCKET = os.environ.get("SESSIOND_SOCKET", "/run/sessiond/sessiond.sock")
LONGEST_PAUSE = 5.0
# How long a call may take, in seconds. The daemon is told, and answers by then; one that hangs is waited for a little longer.
DEADLINE = 10
GRACE = 1


class Refused(Exception):
    """The daemon's answer is an error. Its name is what a program looks at."""

    def __init__(self, error):
        super().__init__(error["message"])
        self.name = error["data"]["name"]
        self.is_retryable = error["data"]["retryable"]


class Connection:
    """One connection: a line out, lines in."""

    def __init__(self):
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.settimeout(DEADLINE + GRACE)
        try:
            self._socket.connect(SOCKET)
            self._lines = self._socket.makefile("rb")
        except OSError:
            self._socket.close()
            raise

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._lines.close()
        self._socket.close()

    def call(self, method, **params):
        """The result of a call; raises Refused, or OSError where the connection broke or the time was up."""
        request = {"jsonrpc": "2.0", "id": 1, "method": method, "params": {**params, "_deadlineSeconds": DEADLINE}}
        try:
            self._socket.sendall(json.dumps(request).encode() + b"\n", socket.MSG_NOSIGNAL)
            answer = self.next()
        except TimeoutError:
            raise TimeoutError(f"sessiond has not answered {method} within {DEADLINE} s") from None
        if "error" in answer:
            raise Refused(answer["error"])
        return answer["result"]

    def wait_without_end(self):
        """Takes the deadline off what comes from now on: nothing happens for hours."""
        self._socket.settimeout(None)

    def next(self):
        """The next message."""
        line = self._lines.readline()
        if not line.endswith(b"\n"):
            raise ConnectionResetError("sessiond closed the connection")
        try:
            return json.loads(line)
        except ValueError:
            raise ConnectionError("what answered is not sessiond") from None


def statuses():
    """The session's status, now and after each change, for ever.

    A daemon that restarts is waited for. What happened meanwhile is told by `since`; what cannot be told any more is in
    the snapshot, so that the last status is always right.
    """
    since, pause = {}, 0.1
    while True:
        try:
            with Connection() as connection:
                begin = connection.call("session.watch", **since)
                connection.wait_without_end()
                since, pause = {"since": begin["sequence"]}, 0.1
                # Else what was missed follows.
                if not begin["resumed"]:
                    yield begin["snapshot"]
                while True:
                    event = connection.next()["params"]
                    if event["kind"] == "revoked":
                        raise PermissionError("the right to watch was taken away")
                    if event["kind"] == "overflow":
                        break
                    since = {"since": event["sequence"]}
                    yield event["status"]
        except PermissionError:
            raise
        except Refused as refusal:
            if not refusal.is_retryable:
                raise
        except OSError:
            pass
        # Not all apps of a device at the same instant.
        time.sleep(pause * random.uniform(0.5, 1))
        pause = min(pause * 2, LONGEST_PAUSE)


def watch():
    last = None
    for status in statuses():
        view = f"{status['state']} {status['uuid']} {status['generation']}"
        if view != last:
            print(view, flush=True)
        last = view


def token():
    with Connection() as connection:
        answer = connection.call("session.retrieveToken", minimumValiditySeconds=60)
    # answer["token"] is what goes into the header `Authorization: Bearer …`; it is never printed.
    print(answer["uuid"], answer["expiresAt"])


def main():
    commands = {"token": token, "watch": watch}
    if len(sys.argv) != 2 or sys.argv[1] not in commands:
        sys.exit(__doc__)
    # Where nobody reads any more what it prints, it ends as other programs do.
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    try:
        commands[sys.argv[1]]()
    except KeyboardInterrupt:
        pass
    except (Refused, OSError) as error:
        sys.exit(f"session.py: {error}")


if __name__ == "__main__":
    main()
