# SPDX-License-Identifier: Apache-2.0
"""A state that was brought back: what sessiond-image(7) says of snapshots and backups that roll back with an image.

What comes back is intact, and the daemon's own: only the mark, which is kept apart from it, tells. UPDATES and
ROLLBACKS say how often a device changes its image in the longest of these tests.
"""

import os
import re
import shutil
import unittest

from asking_app import AskingApp
from conditions import ConditionedTestCase
from harness import PATIENCE_SECONDS, lasting
from openid import OpenIDTestCase
from synerise import ANN, SyneriseTestCase, call_after_the_pause, claims

UPDATES, ROLLBACKS = int(os.environ.get("UPDATES", "50")), int(os.environ.get("ROLLBACKS", "10"))
NAMED = r"(?m)^WARNING an older state of the stored session has come back: revision (\d+), where (\d+) was the last; "


def with_a_mark(daemon):
    """Has a daemon remember its last state, in a folder beside that of its states."""
    daemon.environment["STATE_DIRECTORY"] = f"{daemon.state_path}:{daemon.folder / 'mark'}"
    return daemon


def named(daemon):
    """The older states that it has spoken of until its end: their revisions, each with the last one."""
    return [tuple(map(int, match.groups())) for match in re.finditer(NAMED, daemon.stderr)]


def stored_revision(daemon):
    """The revision that the next start begins with, as a header has it."""
    return max(
        int(re.search(rb" revision=(\d+) ", path.read_bytes())[1]) for path in daemon.state_path.glob("session.?"))


def snapshot(daemon):
    """A copy of what is stored; the daemon does not run."""
    kept = daemon.folder / "kept"
    shutil.rmtree(kept, ignore_errors=True)
    shutil.copytree(daemon.state_path, kept)


def roll_back(daemon):
    """Puts the copy in the place of what is stored; the daemon does not run."""
    shutil.rmtree(daemon.state_path)
    shutil.copytree(daemon.folder / "kept", daemon.state_path)


class OlderState:
    """What is the same for each authority."""

    def brought_back(self, daemon, renew):
        """Has a token renewed, and the state of before brought back while the daemon is down; the status of then."""
        before = daemon.call("session.status")
        daemon.stop()
        snapshot(daemon)
        daemon.start()
        renew(daemon)
        daemon.stop()
        roll_back(daemon)
        daemon.start()
        return before

    def lives_on(self, daemon):
        """Fails unless a customer who is signed in stays so over updates, and rollbacks that take the state back.

        Every image is killed once while an app goes on asking.
        """
        before, rollbacks = lasting(daemon.call("session.status")), []
        daemon.stop()
        with AskingApp() as app:
            for update in range(UPDATES):
                is_rolled_back = update % (UPDATES // ROLLBACKS) == 0
                snapshot(daemon)
                first = stored_revision(daemon)
                self.run_image(daemon, app, str(update))
                if is_rolled_back:
                    rollbacks.append((first, stored_revision(daemon)))
                    roll_back(daemon)
                    self.run_image(daemon, app, "rolled back", rollbacks[-1:])
        daemon.start()
        daemon.call("session.setIdentity", customIdentifier=None)
        self.assertEqual((lasting(daemon.call("session.status")), app.errors), (before, []))
        self.assertEqual((app.uuids, len(rollbacks)), ({before["uuid"]}, ROLLBACKS))
        print(f"{UPDATES} updates, {ROLLBACKS} rollbacks, {app.answers} answers")

    def run_image(self, daemon, app, label, rollbacks=()):
        """Boots an image, kills the daemon in the middle, and shuts down; the first start has to name these."""
        daemon.start()
        app.ask_at(daemon.socket_path)
        app.wait_for(3, PATIENCE_SECONDS)
        daemon.call("session.setIdentity", customIdentifier=label)
        daemon.kill()
        self.assertEqual(named(daemon), [*rollbacks])
        daemon.start()
        app.wait_for(3, PATIENCE_SECONDS)
        self.assertEqual(daemon.call("session.status")["customIdentifier"], label)
        app.ask_at(None)
        daemon.stop()
        self.assertEqual(named(daemon), [])


class OfAProvider(OlderState, OpenIDTestCase):
    def come_back(self, **options):
        provider = self.start_provider(**options)
        daemon = self.start_openid(provider)
        self.sign_in(daemon, provider)
        return provider, daemon, self.brought_back(daemon, self.refreshed)

    def test_a_refresh_token_that_was_replaced_ends_the_grant_where_the_provider_minds(self):
        provider, daemon, before = self.come_back(reuseEndsGrant=True)
        # Until a token is renewed nobody knows.
        self.assertEqual(lasting(daemon.call("session.status")), lasting(before))
        self.assert_refused("sessionExpired", call_after_the_pause, daemon, "session.refreshToken", longest_seconds=5)
        self.assertEqual(daemon.call("session.status")["state"], "expired")
        daemon.output.wait_for("REASON=clientRejected")
        self.assertEqual([grant["revoked"] for grant in provider.grants()], [True])

    def test_a_customer_stays_signed_in_where_refresh_tokens_are_not_replaced(self):
        provider, daemon, before = self.come_back(rotates=False)
        self.assertEqual(lasting(daemon.call("session.status")), lasting(before))
        self.assertEqual(provider.userinfo_status(self.refreshed(daemon)), 200)

    def test_updates_and_rollbacks_of_the_state_are_told_apart(self):
        provider = self.start_provider()
        daemon = with_a_mark(self.make_openid(provider)).start()
        self.sign_in(daemon, provider)
        self.lives_on(daemon)
        self.assertEqual(len(provider.grants()), 1)


class OfTheRESTAPI(OlderState, SyneriseTestCase):
    def test_a_customer_stays_signed_in(self):
        daemon = self.make_synerise_daemon(self.make_emulator()).start()
        self.sign_in(daemon)
        before = self.brought_back(daemon, lambda daemon: daemon.call("session.refreshToken"))
        self.assertEqual(lasting(daemon.call("session.status")), lasting(before))
        daemon.call("session.refreshToken")
        self.assertEqual(claims(daemon.call("session.retrieveToken", requireSignedIn=True)["token"])["login"], ANN)

    def test_updates_and_rollbacks_of_the_state_are_told_apart(self):
        emulator = self.make_emulator()
        daemon = with_a_mark(self.make_synerise_daemon(emulator)).start()
        self.sign_in(daemon)
        self.lives_on(daemon)
        # Nobody has signed in a second time, and no second customer was begun.
        self.assertEqual(emulator.count("E2"), 1)
        self.assertLessEqual(emulator.count("E1"), 1)


class IsNamed(ConditionedTestCase):
    """What is said of it, and how often."""

    def setUp(self):
        super().setUp()
        self.daemon = with_a_mark(self.make_daemon()).start()
        self.set_label("earlier")

    def set_label(self, label):
        self.daemon.call("session.setIdentity", customIdentifier=label)

    def problems(self):
        return {problem["name"]: problem["hint"] for problem in self.daemon.call("daemon.health")["problems"]}

    def test_once_with_both_revisions_and_by_health_until_the_next_start(self):
        self.daemon.stop()
        snapshot(self.daemon)
        earlier = stored_revision(self.daemon)
        self.daemon.start()
        self.assertEqual(self.problems(), {})
        for number in range(5):
            self.set_label(str(number))
        # Without a chance to say a last word.
        self.daemon.kill()
        last = stored_revision(self.daemon)
        roll_back(self.daemon)
        self.daemon.start()
        self.assertEqual(self.daemon.call("session.status")["customIdentifier"], "earlier")
        health = self.daemon.call("daemon.health")
        self.assertTrue(health["ready"])
        self.assertIn(f"revision {earlier}, where {last} was the last", self.problems()["storeRolledBack"])
        self.assertIn(b"storeRolledBack", self.daemon.sessionctl("health").stdout)
        # A reload is no reason to forget it; what is stored from now on is later than all before.
        self.daemon.call("daemon.reload")
        self.assertEqual(self.daemon.call("daemon.health"), health)
        self.daemon.kill()
        self.assertEqual(named(self.daemon), [(earlier, last)])
        self.daemon.start()
        self.assertGreater(stored_revision(self.daemon), last)
        self.assertEqual(self.problems(), {})
        self.daemon.stop()
        self.assertEqual(named(self.daemon), [])

    def test_another_installation_is_told_from_an_older_state(self):
        self.daemon.stop()
        snapshot(self.daemon)
        last = (self.daemon.folder / "mark" / "revision").read_text().split()
        installation = next(word.removeprefix("installation=") for word in last if word.startswith("installation="))
        self.daemon.empty_state()
        # A new installation is nothing to speak of.
        self.daemon.start()
        self.assertEqual(self.problems(), {})
        self.assertNotIn(installation, (self.daemon.folder / "mark" / "revision").read_text())
        self.daemon.stop()
        roll_back(self.daemon)
        self.daemon.start()
        self.daemon.output.wait_for("^WARNING another stored session has come in place of the last one: revision")
        self.assertEqual(self.daemon.call("session.status")["customIdentifier"], "earlier")
        self.daemon.restart()
        self.assertEqual(self.problems(), {})

    def test_the_mark_holds_a_line_and_no_secret(self):
        mark = self.daemon.folder / "mark"
        self.assertEqual([path.name for path in mark.iterdir()], ["revision"])
        self.assertRegex(
            (mark / "revision").read_text(), r"\Asessiond-mark format=1 revision=\d+ installation=[0-9a-f]{32} +\n\Z")
        self.assertEqual([path.stat().st_mode & 0o7777 for path in (mark, mark / "revision")], [0o700, 0o600])

    def test_a_place_that_cannot_be_used_keeps_nothing_from_being_stored(self):
        self.daemon.stop()
        shutil.rmtree(self.daemon.folder / "mark")
        (self.daemon.folder / "mark").touch()
        self.daemon.start()
        self.daemon.output.wait_for("^WARNING an older state that comes back may not be told from the last one: cannot")
        self.set_label("stored")
        self.daemon.restart(kill=True)
        self.assertEqual(self.daemon.call("session.status")["customIdentifier"], "stored")


if __name__ == "__main__":
    unittest.main()
