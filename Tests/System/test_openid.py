# SPDX-License-Identifier: Apache-2.0
"""Customers of a device that is installed sign in at real OpenID providers: the daemon is the unit's, in its sandbox, the
secret of its client is a credential, and people have the command line.

The providers run outside the box, in its network: loopback is the same for both.
"""

import signal
import unittest

from box import wait_until
from conditions import Output
from harness import PATIENCE_SECONDS
from machine import APP, SERVICE, Installation, SystemTestCase
from providers import Glewlwyd, OAuthToolkit, kept


class ProviderTestCase(SystemTestCase):
    """A test on a device that is a client, with a secret, of a provider that runs."""

    provider_class = None

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # In the box's network there is nowhere to fetch them from.
        kept.fetch()
        cls.box.join_network()
        cls.provider = cls.provider_class()
        cls.addClassCleanup(cls.provider.remove)
        cls.provider.start()

    def setUp(self):
        super().setUp()
        self.with_provider(self.provider, self.provider.CONFIDENTIAL_DEVICE)

    def begin(self, *arguments):
        """`sign-in --device` of a user: its process, and the code that it shows."""
        process = self.box.start("sessionctl", "sign-in", "--device", *arguments, user=APP)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        self.addCleanup(process.stderr.close)
        return process, Output(process.stdout).wait_for(r"enter +(\S+)")[1]

    def sign_in(self):
        """Signs in the person who has an account there."""
        process, code = self.begin()
        self.provider.approve(code)
        self.assertEqual(process.wait(PATIENCE_SECONDS), 0)

    def token(self):
        """The customer's token, as a script gets it; the provider takes it."""
        run = self.sessionctl("token", "--require-signed-in")
        self.assertEqual((run.returncode, run.stderr), (0, ""))
        self.assertEqual(self.provider.userinfo_status(run.stdout.strip()), 200)
        return run.stdout.strip()

    def is_delivered(self):
        """Whether the provider has been told of a sign-out."""
        text = self.call("daemon.metrics", user=None)["text"]
        return 'sessiond_sign_outs_to_tell_total{outcome="delivered"} 1\n' in text


class Life:
    """What is the same with both; a subclass says which it is."""

    def test_a_customer_comes_during_an_upgrade_is_renewed_and_goes(self):
        process, code = self.begin()
        daemon, uuid = self.box.main_pid(SERVICE), self.call("session.getUUID")["uuid"]
        Installation.replace(self.box)
        self.assertNotIn(self.box.main_pid(SERVICE), (0, daemon))
        self.assertEqual(self.call("session.pendingSignIn")["userCode"], code)
        self.provider.approve(code)
        # Who has begun it waits through all of that, and is told.
        self.assertEqual(process.wait(PATIENCE_SECONDS), 0, process.stderr.read())
        status = self.call("session.status")
        self.assertEqual(
            (status["state"], status["login"], status["uuid"]), ("signedIn", self.provider.USER, uuid))
        self.assertEqual(status["store"], {"sealed": True, "state": "ok"})
        before = self.token()
        self.assertEqual(self.sessionctl("refresh").returncode, 0)
        self.assertNotEqual(self.token(), before)
        self.assertTrue(self.provider.has_grant())
        self.assertEqual(self.sessionctl("sign-out").returncode, 0)
        self.assertEqual(self.sessionctl("token", "--require-signed-in").returncode, 1)
        wait_until(self.is_delivered, "the word to the provider")
        self.assertFalse(self.provider.has_grant())

    def test_a_customer_denies(self):
        process, code = self.begin()
        self.provider.deny(code)
        self.assertEqual((process.wait(PATIENCE_SECONDS), self.call("session.pendingSignIn")), (1, {}))

    def test_a_central_logout_is_noticed(self):
        self.sign_in()
        self.provider.revoke_grant()
        self.assertEqual(self.sessionctl("refresh").returncode, 1)
        self.assertEqual(self.call("session.status")["state"], "expired")


class WithGlewlwyd(Life, ProviderTestCase):
    provider_class = Glewlwyd

    def test_a_customer_denies(self):
        # Its page has no way to do so: they walk away, and whoever has begun it gives up.
        process, _ = self.begin()
        process.send_signal(signal.SIGTERM)
        self.assertNotEqual(process.wait(PATIENCE_SECONDS), 0)
        self.assertEqual(self.call("session.pendingSignIn"), {})

    def test_a_central_logout_is_noticed(self):
        # It says so with an empty answer, which has to last for an hour.
        self.sign_in()
        self.provider.revoke_grant()
        self.assertEqual(self.sessionctl("refresh").returncode, 75)
        self.assertEqual(self.call("session.status")["state"], "signedIn")


class WithOAuthToolkit(Life, ProviderTestCase):
    provider_class = OAuthToolkit


if __name__ == "__main__":
    unittest.main()
