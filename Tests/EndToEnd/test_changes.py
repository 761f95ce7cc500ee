# SPDX-License-Identifier: Apache-2.0
"""An app follows the session by SessionClient while the daemon is killed over and over.

CRASH_CYCLES and CRASH_SEED (printed) say how often, and when.
"""

import os
import random
import unittest

from conditions import ConditionedTestCase
from following import FollowingApp
from harness import Client, hashed

CYCLES = int(os.environ.get("CRASH_CYCLES", "10"))
SEED = int(os.environ.get("CRASH_SEED", str(random.SystemRandom().randrange(1 << 32))))
LOGIN, PASSWORD = "ann@example.com", "ann's"
# Changes that are under way when the daemon is killed.
CHANGES = 20


class Killed(ConditionedTestCase):
    def test_the_apps_view_is_right_after_each_no_event_comes_twice_and_no_gap_is_silent(self):
        print(f"{CYCLES} cycles, CRASH_SEED={SEED}", flush=True)
        chance = random.Random(SEED)
        daemon = self.make_daemon({}, {LOGIN: hashed(PASSWORD, 1000)}).start()
        daemon.call("session.retrieveToken")
        app = FollowingApp(daemon.socket_path)
        self.addCleanup(app.close)
        app.wait_for(lambda changes: changes[-1:] and changes[-1].cause == "snapshot")
        label = 0
        for _ in range(CYCLES):
            label = self.change_and_kill(daemon, label, chance)
            told = len(app.changes)
            daemon.start()
            status = daemon.call("session.status")
            label = int(status.get("customIdentifier", 0))
            view = status["generation"], status["state"], status.get("customIdentifier")
            app.wait_for(
                lambda changes: changes[-1].view == view and changes[-1].cause != "interrupted"
                and any(change.cause == "gap" for change in changes[told:]))
        self.check(app.changes)

    def change_and_kill(self, daemon, label, chance):
        """Sends changes, and kills the daemon after some of their answers; the last label that was sent."""
        with Client(daemon.socket_path) as client:
            if client.call("session.status")["signedIn"]:
                client.call("session.signOut")
            else:
                client.call("session.signIn", email=LOGIN, password=PASSWORD)
            client.send(*[
                client.request("session.setIdentity", {"customIdentifier": str(label + number + 1)})
                for number in range(CHANGES)])
            client.read_responses(chance.randrange(CHANGES + 1))
            daemon.kill()
        return label + CHANGES

    def check(self, changes):
        numbers = [change.sequence for change in changes if change.cause == "event"]
        self.assertEqual(numbers, sorted(set(numbers)), "an event came twice, or out of order")
        # Each label is one more than the last, but where the app was told that it has missed something.
        for before, after in zip(changes, changes[1:]):
            if after.cause == "event" and after.kind == "identityChanged" and after.label is not None:
                self.assertEqual(int(after.label), int(before.label or 0) + 1, f"a silent gap: {before}, {after}")
            if after.cause == "interrupted":
                self.assertEqual(after.view, before.view)
        self.assertGreaterEqual(sum(change.cause == "gap" for change in changes), CYCLES)
        self.assertGreater(len(numbers), CYCLES)


if __name__ == "__main__":
    unittest.main()
