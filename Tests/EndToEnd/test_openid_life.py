# SPDX-License-Identifier: Apache-2.0
"""A customer's whole life with each provider: the emulator, glewlwyd, django-oauth-toolkit."""

import unittest

from openid import OpenIDEmulator, OpenIDTestCase
from providers import Glewlwyd, OAuthToolkit
from providers.tokens import verified


class Life:
    """What is the same with all of them; a subclass says which it is."""

    provider_class = None
    # Whether a client without a secret may take its tokens back.
    revokes = True

    @classmethod
    def setUpClass(cls):
        cls.provider = cls.provider_class()
        cls.addClassCleanup(cls.provider.remove)
        cls.provider.start()

    def setUp(self):
        self.daemon = self.start_openid(self.provider, self.provider.PUBLIC)
        self.events = self.watcher(self.daemon)

    def refresh(self):
        self.daemon.call("session.refreshToken")

    def test_a_customer_is_signed_in_by_a_code_and_refreshed_and_signed_out(self):
        first = self.sign_in(self.daemon, self.provider)
        self.assertEqual((first["state"], first["login"], first["origin"]), ("signedIn", self.provider.USER, "OAUTH"))
        profile = self.daemon.call("session.profile")
        self.assertEqual((profile["sub"], profile["preferred_username"]), (first["clientID"], self.provider.USER))
        token = self.refreshed(self.daemon)
        self.assertEqual(self.provider.userinfo_status(token), 200)
        self.assertEqual(self.daemon.call("session.signOut")["authority"], "queued")
        self.wait_until_told(self.daemon, "delivered" if self.revokes else "unsupported")
        self.assertEqual(self.provider.userinfo_status(token), 401 if self.revokes else 200)
        self.assertEqual(self.daemon.call("session.status")["state"], "none")

    def test_a_sign_in_survives_a_kill_before_and_after_the_person_agrees(self):
        code = self.begin(self.daemon, method="device")
        self.daemon.restart(kill=True)
        again = self.begin(self.daemon, method="device")
        self.assertEqual((again["joined"], again["userCode"]), (True, code["userCode"]))
        events = self.watcher(self.daemon)
        self.provider.approve(code["userCode"])
        self.assertEqual(self.end(events)["outcome"], "signedIn")
        token = self.token(self.daemon)
        self.daemon.restart(kill=True)
        self.assertEqual(self.token(self.daemon), token)
        self.refreshed(self.daemon)

    def test_a_customer_who_comes_again_has_the_same_UUID(self):
        first = self.sign_in(self.daemon, self.provider)
        self.daemon.call("session.signOut")
        self.assertEqual(self.sign_in(self.daemon, self.provider)["uuid"], first["uuid"])

    def test_a_central_logout_is_noticed(self):
        self.sign_in(self.daemon, self.provider)
        self.provider.revoke_grant()
        self.assertEqual(self.assert_refused("sessionExpired", self.refresh).data["retryable"], False)
        event = next(event for event in iter(self.events.event, None) if event["kind"] == "signedOut")
        self.assertEqual(event["reason"], "clientRejected")
        self.assert_refused("sessionExpired", self.token, self.daemon)

    def test_a_customer_denies(self):
        code = self.begin(self.daemon, method="device")
        self.provider.deny(code["userCode"])
        self.assertEqual(self.end(self.events)["outcome"], "denied")
        self.assertEqual(self.daemon.call("session.pendingSignIn"), {})

    def test_a_provider_that_is_away_ends_nothing(self):
        self.sign_in(self.daemon, self.provider)
        token = self.token(self.daemon)
        self.provider.stop()
        self.assert_refused("authorityUnavailable", self.refresh)
        self.assertEqual(self.token(self.daemon), token)
        self.provider.start()
        self.refreshed(self.daemon)

    def test_a_customer_is_signed_in_by_a_browser(self):
        daemon = self.start_openid(self.provider, self.provider.BROWSER)
        events = self.watcher(daemon)
        pending = self.begin(daemon, method="browser")
        callback = self.provider.authorize(pending["authorizationURL"])
        status = daemon.call("session.completeSignIn", attempt=pending["attempt"], callbackURL=callback)
        self.assertEqual((status["state"], status["login"]), ("signedIn", self.provider.USER))
        self.assertEqual(self.end(events)["outcome"], "signedIn")
        daemon.call("session.refreshToken")

    def test_a_customer_denies_in_a_browser(self):
        daemon = self.start_openid(self.provider, self.provider.BROWSER)
        events = self.watcher(daemon)
        pending = self.begin(daemon, method="browser")
        callback = self.provider.authorize(pending["authorizationURL"], approve=False)
        self.assert_refused(
            "authorityRejected", daemon.call, "session.completeSignIn", attempt=pending["attempt"],
            callbackURL=callback)
        self.assertEqual(self.end(events)["outcome"], "denied")

    def test_a_client_with_a_secret_signs_in_and_out(self):
        daemon = self.start_openid(self.provider, self.provider.CONFIDENTIAL_DEVICE)
        self.sign_in(daemon, self.provider)
        daemon.call("session.refreshToken")
        daemon.call("session.signOut")
        self.wait_until_told(daemon, "delivered")

    def test_a_client_with_a_secret_has_a_token_of_its_own(self):
        daemon = self.start_openid(
            self.provider, self.provider.CONFIDENTIAL, AnonymousToken="clientCredentials",
            Scope=self.provider.OWN_SCOPE)
        answer = daemon.call("session.retrieveToken")
        self.assertEqual(answer["origin"], "ANONYMOUS")
        self.refreshed(daemon)


class WithTheEmulator(Life, OpenIDTestCase):
    provider_class = OpenIDEmulator


class WithGlewlwyd(Life, OpenIDTestCase):
    provider_class = Glewlwyd
    revokes = False

    def test_a_customer_denies(self):
        # Its page has no way to do so.
        pass

    def test_a_central_logout_is_noticed(self):
        # It says so with 400 and nothing else, which may be anybody's word: it has to say so for an hour.
        self.sign_in(self.daemon, self.provider)
        self.provider.revoke_grant()
        self.assert_refused("authorityUnavailable", self.refresh)
        self.assertEqual(self.daemon.call("session.status")["state"], "signedIn")

    def test_what_apps_get_is_signed_by_the_provider_for_this_customer(self):
        status = self.sign_in(self.daemon, self.provider)
        jwks = self.provider.request(self.provider.discovered()["jwks_uri"])[2]
        claims = verified(self.token(self.daemon), jwks, self.provider.issuer, self.provider.SCOPE)
        self.assertEqual((claims["sub"], claims["client_id"]), (status["clientID"], self.provider.PUBLIC))


class WithOAuthToolkit(Life, OpenIDTestCase):
    provider_class = OAuthToolkit

    def test_a_customer_denies_in_a_browser(self):
        # It announces that it names itself, and does not where the customer has denied: RFC 9207 §2.4 has no mercy.
        daemon = self.start_openid(self.provider, self.provider.BROWSER)
        pending = self.begin(daemon, method="browser")
        callback = self.provider.authorize(pending["authorizationURL"], approve=False)
        self.assert_refused(
            "invalidParams", daemon.call, "session.completeSignIn", attempt=pending["attempt"], callbackURL=callback)
        self.assertEqual(daemon.call("session.pendingSignIn")["attempt"], pending["attempt"])


if __name__ == "__main__":
    unittest.main()
