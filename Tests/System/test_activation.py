# SPDX-License-Identifier: Apache-2.0
"""The sockets of the installed units: who starts the daemon, who gets in, and what they get."""

import unittest

from machine import ADMIN, APP, OBSERVER, OBSERVER_SOCKET, OUTSIDER, SERVICE, SOCKET, SystemTestCase


class Activation(SystemTestCase):
    def test_the_first_call_of_a_member_of_the_group_starts_the_daemon(self):
        self.assertEqual(self.box.property(SERVICE, "ActiveState"), "inactive")
        run = self.sessionctl("uuid")
        self.assertEqual((run.returncode, run.stderr), (0, ""))
        self.assertEqual(self.box.property(SERVICE, "ActiveState"), "active")
        self.assertEqual(self.call("session.getUUID")["uuid"], run.stdout.strip())

    def test_somebody_outside_the_group_is_told_which_one_it_is(self):
        run = self.sessionctl("status", user=OUTSIDER)
        self.assertEqual((run.returncode, run.stdout), (77, ""))
        self.assertIn("sessiond", run.stderr)
        self.assertRegex(run.stderr, r"group.*\bsessiond\b")
        # The kernel refuses them: nobody is even started for that.
        self.assertEqual(self.box.property(SERVICE, "ActiveState"), "inactive")

    def test_an_observer_gets_the_status_and_no_token(self):
        observer = self.client(OBSERVER, OBSERVER_SOCKET)
        self.assertEqual(observer.call("daemon.hello", protocol=[1])["capabilities"], ["identity.read"])
        status = observer.call("session.status")
        self.assertEqual(status["uuid"], self.call("session.getUUID")["uuid"])
        token = self.call("session.retrieveToken")["token"]
        self.assertNotIn(token, str(observer.call("session.status")))
        for method in ("session.retrieveToken", "session.refreshToken", "session.signOut", "daemon.metrics"):
            self.assert_refused("permissionDenied", observer.call, method)
        # Nor does the other socket let them in.
        with self.assertRaisesRegex(ConnectionError, "Permission denied"):
            self.client(OBSERVER, SOCKET)
        with self.assertRaisesRegex(ConnectionError, "Permission denied"):
            self.client(APP, OBSERVER_SOCKET)

    def test_administrators_may_more_than_apps(self):
        capabilities = {
            user: self.client(user).call("daemon.hello", protocol=[1])["capabilities"] for user in (APP, ADMIN)}
        self.assertEqual(set(capabilities[ADMIN]) - set(capabilities[APP]), {"admin"})


if __name__ == "__main__":
    unittest.main()
