# SPDX-License-Identifier: Apache-2.0
"""A state that was brought back: what sessiond-image(7) says of snapshots and backups that roll back with an image.

The daemon cannot know: what it finds is intact, and its own.
"""

import shutil
import unittest

from harness import lasting
from openid import OpenIDTestCase
from synerise import ANN, SyneriseTestCase, call_after_the_pause, claims



class OlderState:
    """What is the same for each authority."""

    def brought_back(self, daemon, renew):
        """Has a token renewed, and the state of before brought back while the daemon is down; the status of then."""
        before, kept = daemon.call("session.status"), daemon.folder / "kept"
        daemon.stop()
        shutil.copytree(daemon.state_path, kept)
        daemon.start()
        renew(daemon)
        daemon.stop()
        shutil.rmtree(daemon.state_path)
        shutil.copytree(kept, daemon.state_path)
        daemon.start()
        return before


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


class OfTheRESTAPI(OlderState, SyneriseTestCase):
    def test_a_customer_stays_signed_in(self):
        daemon = self.make_synerise_daemon(self.make_emulator()).start()
        self.sign_in(daemon)
        before = self.brought_back(daemon, lambda daemon: daemon.call("session.refreshToken"))
        self.assertEqual(lasting(daemon.call("session.status")), lasting(before))
        daemon.call("session.refreshToken")
        self.assertEqual(claims(daemon.call("session.retrieveToken", requireSignedIn=True)["token"])["login"], ANN)


if __name__ == "__main__":
    unittest.main()
