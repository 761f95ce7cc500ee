# SPDX-License-Identifier: Apache-2.0
"""A device that was off: who was signed in still is, and was active when they were.

Time that passes is a daemon that begins again later (time_namespaces(7)); a reboot is one with another boot id.
"""

import unittest

from conditions import ConditionedTestCase, another_boot, at_boottime, require_root
from harness import hashed, outcome

LOGIN, PASSWORD = "ann@example.com", "ann's"
ACCOUNTS = {LOGIN: hashed(PASSWORD, 1000)}
HOUR = 3_600


def setUpModule():
    require_root()


class DeviceTestCase(ConditionedTestCase):
    sections = {}

    def setUp(self):
        self.daemon = self.make_daemon(self.sections, ACCOUNTS)
        self.offset = 10 * HOUR
        self.start()
        self.before = self.sign_in()

    def sign_in(self):
        return self.daemon.call("session.signIn", email=LOGIN, password=PASSWORD)

    def start(self, boot_id=None):
        self.daemon.wrapper = at_boottime(self.offset, boot_id)
        self.daemon.start()

    def pass_time(self, seconds, kill=False):
        """Ends the daemon, lets time pass, and starts it again within the same boot."""
        self.daemon.kill() if kill else self.assertEqual(self.daemon.stop(), 0)
        self.offset += seconds
        self.start()

    def assert_same_customer(self, status):
        for name in ("uuid", "generation", "login", "signedIn", "state"):
            self.assertEqual(status.get(name), self.before[name], status)


class Renewal(DeviceTestCase):
    def test_no_answer_denies_another_while_the_token_is_renewed(self):
        for kill in (False, True):
            self.pass_time(2 * HOUR, kill=kill)
            client = self.daemon.client()
            calls = [("session.status", {}), ("session.signIn", {"email": LOGIN, "password": PASSWORD}),
                     ("session.retrieveToken", {"requireSignedIn": True}), ("session.regenerateUUID", {}),
                     ("session.status", {})]
            requests = [client.request(*call) for call in calls]
            client.send(*requests)
            responses = client.read_responses(len(requests))
            status, sign_in, token, regeneration, later = (responses[request["id"]] for request in requests)
            for shown in (status, later):
                self.assert_same_customer(outcome(shown))
            self.assertEqual(sign_in["error"]["data"]["name"], "alreadySignedIn")
            self.assertEqual(regeneration["error"]["data"]["name"], "notAnonymous")
            answer = outcome(token)
            self.assertEqual((answer["origin"], answer["generation"]), ("SYNERISE", self.before["generation"]))
            self.assertGreater(answer["expiresInSeconds"], HOUR - 60)

    def test_the_command_line_says_yes_from_its_first_answer_on(self):
        for verb in (["is-signed-in"], ["--timeout", "30", "wait", "--for=signed-in"], ["token", "--require-signed-in"]):
            self.pass_time(2 * HOUR)
            done = self.daemon.sessionctl(*verb)
            self.assertEqual(done.returncode, 0, done.stderr)

    def test_a_watcher_hears_of_no_end(self):
        self.pass_time(2 * HOUR)
        client = self.daemon.client()
        watch = client.call("session.watch")
        self.assert_same_customer(watch["snapshot"])
        # Where it was renewed before, nothing more comes.
        renewed = watch["snapshot"]["tokenState"] == "valid"
        while not renewed:
            event = client.read()["params"]
            self.assert_same_customer(event["status"])
            renewed = event["kind"] == "tokenRefreshed"

    def test_after_another_boot_a_token_is_renewed_early(self):
        token = self.daemon.call("session.retrieveToken")["token"]
        self.daemon.output.wait_for("a customer was authenticated")
        self.assertEqual(self.daemon.stop(), 0)
        self.offset = 0
        self.start(another_boot(self.daemon.folder))
        self.daemon.output.wait_for("the token was refreshed")
        self.assertNotEqual(self.daemon.call("session.retrieveToken", requireSignedIn=True)["token"], token)
        self.assert_same_customer(self.daemon.call("session.status"))


class Activity(DeviceTestCase):
    TIMEOUT = HOUR
    # Less than that by more than anything here takes.
    LATE = TIMEOUT - 600
    sections = {"Session": {"IdleTimeoutSec": TIMEOUT, "WarnBeforeSec": 0}}

    def be_active(self):
        """Touches, and waits until the session's owner has taken it: refused is what comes behind it."""
        client = self.daemon.client()
        client.call("session.touch")
        self.assert_refused("notAnonymous", client.call, "session.regenerateUUID")

    def test_a_restart_takes_nothing_from_who_is_active(self):
        for kill in (False, True):
            with self.subTest(kill=kill):
                self.be_active()
                self.pass_time(self.LATE, kill=kill)
                self.assert_same_customer(self.daemon.call("session.status"))

    def test_a_stop_stores_also_what_a_crash_would_lose(self):
        # Sooner after the last one that is stored than the next one would be.
        self.pass_time(55)
        self.be_active()
        self.pass_time(self.TIMEOUT - 45)
        self.assert_same_customer(self.daemon.call("session.status"))

    def test_a_screen_that_joins_late_counts_down_as_well(self):
        self.pass_time(self.LATE)
        for status in (self.daemon.call("session.status"), self.daemon.call("session.watch")["snapshot"]):
            self.assertEqual(status["sessionEndsBecause"], "idleTimeout")
            self.assertIn(status["sessionEndsInSeconds"], range(1, self.TIMEOUT - self.LATE + 1))
            self.assertRegex(status["sessionEndsAt"], "^20..-.*Z$")
        before = status["sessionEndsInSeconds"]
        self.be_active()
        status = self.daemon.call("session.status")
        self.assertGreater(status["sessionEndsInSeconds"], before)
        shown = self.daemon.sessionctl("status").stdout.decode()
        self.assertRegex(shown, r"(?m)^Session ends: +20..-\S+Z( \(.*\))?, in .*, idleTimeout$")
        self.daemon.call("session.signOut")
        self.assertNotIn("sessionEndsAt", self.daemon.call("session.status"))

    def test_whoever_is_not_active_is_signed_out_and_leaves_nothing_to_who_comes_next(self):
        for end_action in (None, "signOut"):
            with self.subTest(end_action):
                if end_action:
                    self.daemon.configure({"Session": {**self.sections["Session"], "EndAction": end_action}}, ACCOUNTS)
                    self.pass_time(0)
                    self.sign_in()
                self.daemon.call("session.setIdentity", customEmail=LOGIN, customIdentifier="7")
                before = self.daemon.call("session.status")
                self.pass_time(self.TIMEOUT)
                after = self.daemon.call("session.status")
                self.assertFalse(after["signedIn"])
                self.assertEqual({"customEmail", "customIdentifier", "login"} & set(after), set())
                # Who comes next is another customer, unless the device was told otherwise.
                self.assertEqual(after["uuid"] == before["uuid"], end_action == "signOut")

    def test_a_timeout_that_comes_with_a_restart_counts_what_was_before_it(self):
        self.daemon.configure({"Session": {"IdleTimeoutSec": 0}}, ACCOUNTS)
        self.pass_time(HOUR)
        self.be_active()
        self.daemon.configure(self.sections, ACCOUNTS)
        self.pass_time(self.LATE)
        self.assert_same_customer(self.daemon.call("session.status"))


if __name__ == "__main__":
    unittest.main()
