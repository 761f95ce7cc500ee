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
from harness import PATIENCE_SECONDS, Client

WATCHERS = int(os.environ.get("WATCHERS", "100"))
CHANGES = int(os.environ.get("CHANGES", "250"))
# After so many, who does not read is told so: it has half a minute to read that.
ENOUGH = 250
PER_SECOND = 50
# Changes that wait for their answers at most, where the machine does not keep up.
UNDER_WAY = 32
# So long that who does not read has no room for all of them.
PADDING = "x" * 400
LIMITS = {"Limits": {"Connections": 4096, "ConnectionsPerUser": 4096}}


class Counter(Client):
    """A connection that keeps of what it gets the number of lines and a hash."""

    def __init__(self, path):
        super().__init__(path)
        self.lines, self.hash = 0, hashlib.blake2b()

    def watch(self):
        """Begins to watch; itself, and the number of the last event before it."""
        return self, self.call("session.watch")["sequence"]

    def take(self):
        """What has come."""
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
        # One after the other: more at once than the socket's queue holds would have to wait.
        watches = [self.close_later(Counter(daemon.socket_path)).watch() for _ in range(WATCHERS)]
        followers = [follower for follower, _ in watches]
        slow = self.close_later(Client(daemon.socket_path))
        slow.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4608)
        first = slow.call("session.watch")["sequence"]
        self.assertEqual({sequence for _, sequence in watches}, {first})

        began = time.monotonic()
        text = self.follow(daemon, followers, range(ENOUGH))
        self.check_slow(slow, first)
        text += self.follow(daemon, followers, range(ENOUGH, CHANGES))
        seconds = time.monotonic() - began
        print(f"{WATCHERS} watchers, {CHANGES} changes in {seconds:.1f} s: {WATCHERS * CHANGES / seconds:,.0f} events/s "
              f"at {len(text) // CHANGES} bytes", flush=True)

        # Whoever got what the first did got all of it in order.
        self.assertEqual(len({(follower.lines, follower.hash.digest()) for follower in followers}), 1)
        events = [json.loads(line)["params"] for line in text.splitlines()]
        self.assertEqual([event["sequence"] for event in events], list(range(first + 1, first + CHANGES + 1)))
        self.assertEqual([event["status"]["customIdentifier"].split()[0] for event in events],
                         [str(number) for number in range(CHANGES)])

    def follow(self, daemon, followers, numbers):
        """Makes the changes, each when its time has come, and reads meanwhile; what the first follower got."""
        with Counter(daemon.socket_path) as answers, selectors.DefaultSelector() as selector:
            for follower in followers:
                selector.register(follower.socket, selectors.EVENT_READ, follower)
            selector.register(answers.socket, selectors.EVENT_READ, answers)
            made, text = 0, b""
            began = time.monotonic()
            while answers.lines < len(numbers) or any(follower.lines < numbers.stop for follower in followers):
                wait = PATIENCE_SECONDS
                if made < len(numbers) and made - answers.lines < UNDER_WAY:
                    wait = began + made / PER_SECOND - time.monotonic()
                    if wait <= 0:
                        label = f"{numbers[made]} {PADDING}"
                        answers.send(answers.request("session.setIdentity", {"customIdentifier": label}))
                        made += 1
                ready = selector.select(max(0, wait))
                self.assertTrue(ready or wait < PATIENCE_SECONDS, "answers or events are missing")
                for key, _ in ready:
                    if key.data is answers:
                        self.assertNotIn(b'"error"', answers.take())
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
        self.assertLess(len(kinds), ENOUGH)
        slow.read_end()


if __name__ == "__main__":
    unittest.main()
