# SPDX-License-Identifier: Apache-2.0
"""Many watchers and many changes: all of them in order at everyone, but for one that does not read.

WATCHERS and CHANGES say how many; changes are made at 50 a second.
"""

import hashlib
import json
import os
import resource
import selectors
import socket
import time
import unittest

from conditions import ConditionedTestCase
from harness import PATIENCE_SECONDS, Client, check_response, parse

WATCHERS = int(os.environ.get("WATCHERS", "100"))
CHANGES = int(os.environ.get("CHANGES", "250"))
PER_SECOND = 50
# So long that who does not read has no room for all of them.
PADDING = "x" * 900
LIMITS = {"Limits": {"Connections": 4096, "ConnectionsPerUser": 4096}}


class Follower(Client):
    """A connection that watches, and keeps of what it gets the number of lines and a hash."""

    def __init__(self, path):
        super().__init__(path)
        self.begun = self.call("session.watch")
        self.lines, self.hash = 0, hashlib.blake2b()

    def take(self):
        chunk = self.socket.recv(1 << 20)
        assert chunk, "the daemon ended the connection"
        self.lines += chunk.count(b"\n")
        self.hash.update(chunk)
        return chunk


class Load(ConditionedTestCase):
    def test_all_changes_come_in_order_to_everybody_and_who_does_not_read_disturbs_nobody(self):
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
        self.addCleanup(resource.setrlimit, resource.RLIMIT_NOFILE, (soft, hard))
        daemon = self.make_daemon(LIMITS).start()
        daemon.call("session.retrieveToken")
        followers = [self.close_later(Follower(daemon.socket_path)) for _ in range(WATCHERS)]
        slow = self.close_later(Client(daemon.socket_path))
        slow.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4608)
        first = slow.call("session.watch")["sequence"]
        self.assertEqual({follower.begun["sequence"] for follower in followers}, {first})

        began = time.monotonic()
        text = self.follow(daemon, followers)
        seconds = time.monotonic() - began
        print(f"{WATCHERS} watchers, {CHANGES} changes in {seconds:.1f} s: {WATCHERS * CHANGES / seconds:,.0f} events/s "
              f"at {len(text) // CHANGES} bytes", flush=True)

        # Whoever got what the first did got all of it in order.
        self.assertEqual(len({(follower.lines, follower.hash.digest()) for follower in followers}), 1)
        events = [json.loads(line)["params"] for line in text.splitlines()]
        self.assertEqual([event["sequence"] for event in events], list(range(first + 1, first + CHANGES + 1)))
        self.assertEqual([event["status"]["customIdentifier"].split()[0] for event in events],
                         [str(number) for number in range(CHANGES)])
        self.check_slow(slow, first)

    def follow(self, daemon, followers):
        """Makes the changes, each when its time has come, and reads meanwhile; what the first follower got."""
        with Client(daemon.socket_path) as app, selectors.DefaultSelector() as selector:
            for follower in followers:
                selector.register(follower.socket, selectors.EVENT_READ, follower)
            selector.register(app.socket, selectors.EVENT_READ, app)
            made, answered, text = 0, 0, b""
            began = time.monotonic()
            while answered < CHANGES or any(follower.lines < CHANGES for follower in followers):
                due = began + made / PER_SECOND
                if made < CHANGES and time.monotonic() >= due:
                    app.send(app.request("session.setIdentity", {"customIdentifier": f"{made} {PADDING}"}))
                    made += 1
                    continue
                wait = due - time.monotonic() if made < CHANGES else PATIENCE_SECONDS
                ready = selector.select(max(0, wait))
                self.assertTrue(ready or made < CHANGES, "events are missing")
                for key, _ in ready:
                    if key.data is app:
                        self.assertIn("result", check_response(parse(app.read_line())))
                        answered += 1
                    else:
                        chunk = key.data.take()
                        text += chunk if key.data is followers[0] else b""
        return text

    def check_slow(self, slow, first):
        """It has got what was on its way, in order, then the word for it, then the end."""
        kinds, last = [], first
        while kinds[-1:] != ["overflow"]:
            event = slow.read()["params"]
            kinds.append(event["kind"])
            self.assertEqual(event["sequence"], last if kinds[-1] == "overflow" else last + 1)
            last = event["sequence"]
        self.assertLess(len(kinds), CHANGES)
        slow.read_end()


if __name__ == "__main__":
    unittest.main()
