# SPDX-License-Identifier: Apache-2.0
"""SIGKILL while a grant is renewed, or while somebody signs in, over and over, with each provider.

A provider that takes each refresh token once gives no second chance where the answer is lost with the process: the session
ends then, and says so; with every other one it goes on. Never is anybody signed in who has not agreed.
CRASH_CYCLES, CRASH_EVERY and CRASH_SEED (printed) say how often and which.
"""

import os
import random
import time
import unittest

from conditions import run_cycles
from harness import DaemonTestCase, RPCError
from openid import OpenIDEmulator
from providers import Glewlwyd, OAuthToolkit

CYCLES = int(os.environ.get("CRASH_CYCLES", "20"))
SEED = int(os.environ.get("CRASH_SEED", str(random.SystemRandom().randrange(1 << 32))))
# One in so many renewals is cut off.
CUT = int(os.environ.get("CRASH_EVERY", "5"))


class CrashTestCase(DaemonTestCase):
    def setUp(self):
        self.random = random.Random(SEED)
        self.patience = 0.05

    def start(self, provider, **settings):
        self.provider = provider
        self.addCleanup(provider.remove)
        provider.start()
        self.daemon = self.new_daemon({"Authority": {"Kind": "openid"}, "OpenID": provider.settings(**settings)})

    def sign_in(self):
        with self.daemon.client() as watcher:
            watcher.call("session.watch")
            begun = self.daemon.call("session.beginSignIn")
            self.provider.approve(begun["userCode"])
            return self.wait_for_end(watcher)

    @staticmethod
    def wait_for_end(watcher):
        while (event := watcher.read()["params"])["kind"] != "signInEnded":
            pass
        return event["outcome"]

    def kill_around(self, client, may_read=True):
        """Ends the daemon at a random instant around its answer to what was sent."""
        began = time.perf_counter()
        if may_read and self.random.random() < 0.25:
            client.read_response()
            self.patience = 0.5 * self.patience + 0.5 * (time.perf_counter() - began)
        else:
            end = began + self.random.uniform(0, 1.3) * self.patience
            while time.perf_counter() < end:
                pass
        self.daemon.kill()


class Renewals(CrashTestCase):
    """A grant is renewed a thousand times, `make openid-crash-test`, and survives."""

    def run_renewals(self, provider, **settings):
        self.start(provider, **settings)
        self.counts = {"renewed": 0, "cut off": 0, "ended": 0}
        self.assertEqual(self.sign_in(), "signedIn")
        seconds = run_cycles(self.cycle, CYCLES, SEED)
        print(
            f"CRASH_SEED={SEED}: {type(provider).__name__}: {CYCLES} renewals in {seconds:.1f} s; "
            + ", ".join(f"{number} {what}" for what, number in self.counts.items()))

    def cycle(self):
        # Another process, so that it is not answered with the renewal before.
        self.daemon.restart()
        before = self.daemon.call("session.status")
        self.assertTrue(before["signedIn"])
        if self.random.randrange(CUT):
            self.assertTrue(self.is_renewed())
            self.counts["renewed"] += 1
            return
        self.counts["cut off"] += 1
        with self.daemon.client() as client:
            client.send(client.request("session.refreshToken"))
            self.kill_around(client)
        self.daemon.start()
        is_renewed = self.is_renewed()
        after = self.daemon.call("session.status")
        if is_renewed:
            self.assertEqual((after["login"], after["uuid"]), (before["login"], before["uuid"]))
            return
        # The answer was lost with the process, and the provider takes no token twice.
        self.counts["ended"] += 1
        if after["signedIn"]:
            self.daemon.call("session.signOut")
        self.assertEqual(self.sign_in(), "signedIn")

    def is_renewed(self):
        """Has the grant renewed; whether it still holds."""
        try:
            self.daemon.call("session.refreshToken")
        except RPCError as error:
            # glewlwyd refuses a grant that is over without a word, which may be somebody else's silence: such a one counts
            # as over when it was heard for an hour.
            names = {"sessionExpired"} | ({"authorityUnavailable"} if isinstance(self.provider, Glewlwyd) else set())
            self.assertIn(error.name, names, error)
            return False
        return True

    def test_of_glewlwyd(self):
        self.run_renewals(Glewlwyd())
        self.assertLessEqual(self.counts["ended"], self.counts["cut off"])

    def test_of_django_oauth_toolkit(self):
        self.run_renewals(OAuthToolkit())
        self.assertLessEqual(self.counts["ended"], self.counts["cut off"])

    def test_where_the_last_token_is_taken_once_more(self):
        self.run_renewals(OpenIDEmulator(graceSeconds=60))
        self.assertEqual(self.counts["ended"], 0)

    def test_where_tokens_are_not_rotated(self):
        self.run_renewals(OpenIDEmulator(rotates=False))
        self.assertEqual(self.counts["ended"], 0)


class SignIns(CrashTestCase):
    """A sign-in outlives the process that it was begun in."""

    def test_whoever_agrees_is_signed_in_by_whichever_process_there_is(self):
        self.start(OpenIDEmulator())
        self.counts = {"signedIn": 0, "begun anew": 0, "spent": 0}
        seconds = run_cycles(self.cycle, max(CYCLES // 4, 10), SEED)
        print(
            f"CRASH_SEED={SEED}: {max(CYCLES // 4, 10)} sign-ins in {seconds:.1f} s; "
            + ", ".join(f"{number} {what}" for what, number in self.counts.items()))

    def cycle(self):
        self.daemon.call("session.signOut")
        self.daemon.restart()
        with self.daemon.client() as client:
            client.send(client.request("session.beginSignIn"))
            self.kill_around(client)
        self.daemon.start()
        pending = self.daemon.call("session.pendingSignIn")
        if not pending:
            # Nobody has seen its code: the process ended before it was stored.
            self.counts["begun anew"] += 1
            pending = self.daemon.call("session.beginSignIn")
        with self.daemon.client() as watcher:
            watcher.call("session.watch")
            self.provider.approve(pending["userCode"])
            if self.random.random() < 0.5:
                # Somewhere between the provider's answer and the event.
                time_left = self.random.uniform(0, 1.5)
                end = time.perf_counter() + time_left
                while time.perf_counter() < end:
                    pass
                self.daemon.kill()
                self.daemon.start()
        self.check_end(pending)

    def check_end(self, pending):
        with self.daemon.client() as watcher:
            snapshot = watcher.call("session.watch")["snapshot"]
            if snapshot.get("pendingSignIn"):
                self.assertEqual(snapshot["pendingSignIn"]["attempt"], pending["attempt"])
                outcome = self.wait_for_end(watcher)
            else:
                outcome = "signedIn" if snapshot["signedIn"] else "spent"
            if outcome == "failed":
                # The provider has answered a process that is gone: the code is spent.
                outcome = "spent"
            self.counts[outcome] += 1
            self.assertEqual(self.daemon.call("session.status")["signedIn"], outcome == "signedIn")


if __name__ == "__main__":
    unittest.main()
