# SPDX-License-Identifier: Apache-2.0
"""The customer agrees and somebody signs out in the same instant, over and over: whoever is there afterwards is who the last
word was about, and nothing that the provider has given is left behind.

RACE_ROUNDS says how often; `make openid-crash-test` 200 times.
"""

import os
import threading
import unittest

from harness import DaemonTestCase
from openid import ANNA, BOB, OpenIDEmulator

ROUNDS = int(os.environ.get("RACE_ROUNDS", "24"))
# A device is held up after five sign-ins in a minute that came to nothing.
ROUNDS_EACH = 4


class Races(DaemonTestCase):
    def setUp(self):
        self.provider = OpenIDEmulator()
        self.addCleanup(self.provider.remove)
        self.provider.start()
        self.counts = {"signedIn": 0, "superseded": 0}

    def test_an_approval_and_a_sign_out_in_the_same_instant(self):
        settings = {"Authority": {"Kind": "openid"}, "OpenID": self.provider.settings()}
        daemons = [self.new_daemon(settings) for _ in range(max(ROUNDS // ROUNDS_EACH, 1))]
        failures = []

        def run(number, daemon):
            try:
                for turn in range(ROUNDS_EACH):
                    self.race(daemon, number + turn)
            except BaseException as error:
                failures.append(error)

        # Some devices at once: each asks once a second what has become of its code.
        threads = [threading.Thread(target=run, args=pair) for pair in enumerate(daemons)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        for failure in failures:
            raise failure
        print(", ".join(f"{number} {what}" for what, number in self.counts.items()))
        # Whatever was granted has been given back.
        grants = self.provider.grants()
        self.provider.log("revocation", at_least=len(grants))
        self.assertTrue(all(grant["revoked"] for grant in self.provider.grants()))
        self.assertGreater(len(grants), 0)

    def race(self, daemon, number):
        with daemon.client() as client, daemon.client() as watcher:
            watcher.call("session.watch")
            begun = client.call("session.beginSignIn")
            self.provider.approve(begun["userCode"], ANNA if number % 2 else BOB)
            asked = self.provider.count("token.device")
            if number % 4:
                # The provider has been asked once more, by whichever device: answers are on their way.
                self.provider.log("token.device", at_least=asked + 1)
            client.call("session.signOut")
            events = []
            while not any(event["kind"] == "signInEnded" for event in events):
                events.append(watcher.read()["params"])
            outcome = events[-1]["outcome"]
            if outcome == "signedIn":
                # It was a moment earlier: then the sign-out was theirs.
                self.assertIn("signedOut", [event["kind"] for event in events] + [watcher.read()["params"]["kind"]])
            status = client.call("session.status")
            self.assertFalse(status["signedIn"], events)
            self.assertNotIn("pendingSignIn", status)
            self.assertEqual("signedIn" in [event["kind"] for event in events], outcome == "signedIn")
            self.counts[outcome] += 1


if __name__ == "__main__":
    unittest.main()
