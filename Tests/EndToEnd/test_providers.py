# SPDX-License-Identifier: Apache-2.0
"""The real OpenID providers by themselves, without a daemon: that they can be driven, and in what they differ from the
standards and from one another, so that a daemon's test that fails is not searched for here."""

import base64
import hashlib
import unittest
import urllib.parse

from providers import Glewlwyd, OAuthToolkit
from providers.provider import DEVICE_GRANT
from providers.tokens import verified

VERIFIER = "a-verifier-of-a-test-that-is-longer-than-43-characters"


class Flows:
    """What each provider is walked through; a subclass says which, and how it answers where they differ."""

    provider_class = None
    # What is answered to a poll right after another, to a device code that is spent, and to a token that was replaced.
    at_once = spent = reused = None

    @classmethod
    def setUpClass(cls):
        cls.provider = cls.provider_class()
        cls.addClassCleanup(cls.provider.remove)
        cls.provider.start()

    def post(self, endpoint, secret_of=None, **form):
        """A POST of a form to an endpoint; the status and the body."""
        status, _, body = self.provider.request(self.provider.endpoint(endpoint), form, secret_of=secret_of)
        return status, body

    def begin(self, **form):
        status, device = self.post(
            "device_authorization", client_id=self.provider.PUBLIC, scope=self.provider.SCOPE, **form)
        self.assertEqual(status, 200, device)
        return device

    def poll(self, device, **more):
        form = {"client_id": self.provider.PUBLIC, "device_code": device["device_code"], **more}
        return self.post("token", grant_type=DEVICE_GRANT, **form)

    def signed_in(self):
        """The tokens of somebody who approves at once."""
        device = self.begin()
        self.provider.approve(device["user_code"])
        status, tokens = self.poll(device)
        self.assertEqual(status, 200, tokens)
        return tokens

    def refresh(self, token, **form):
        form = {"client_id": self.provider.PUBLIC, "refresh_token": token, **form}
        return self.post("token", grant_type="refresh_token", **form)

    def userinfo(self, tokens):
        status, _, body = self.provider.request(self.provider.endpoint("userinfo"), token=tokens["access_token"])
        return status, body

    def authorization_url(self, **more):
        challenge = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
        return self.provider.endpoint("authorization") + "?" + urllib.parse.urlencode({
            "response_type": "code", "client_id": self.provider.BROWSER, "redirect_uri": self.provider.REDIRECT_URI,
            "scope": self.provider.SCOPE, "state": "the-state", "nonce": "the-nonce", "code_challenge": challenge,
            "code_challenge_method": "S256", **more})

    def query_of(self, callback):
        self.assertTrue(callback.startswith(f"{self.provider.REDIRECT_URI}?"), callback)
        return dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(callback).query))

    def redeem(self, code, verifier=VERIFIER):
        return self.post(
            "token", grant_type="authorization_code", client_id=self.provider.BROWSER, code=code,
            redirect_uri=self.provider.REDIRECT_URI, code_verifier=verifier)

    def verified(self, token, audience):
        """The claims of a token that an independent library has verified with the provider's keys."""
        jwks = self.provider.request(self.provider.discovered()["jwks_uri"])[2]
        return verified(token, jwks, self.provider.issuer, audience)

    def test_it_is_discovered_with_its_issuer_and_S256(self):
        published = self.provider.discovered()
        self.assertEqual(published["issuer"], self.provider.issuer)
        self.assertIn("S256", published["code_challenge_methods_supported"])

    def test_a_device_waits_for_the_person(self):
        device = self.begin()
        self.assertEqual(self.poll(device), (400, {"error": "authorization_pending"}))
        self.assertEqual(self.poll(device), (400, {"error": self.at_once}))
        self.assertGreater(device["expires_in"], 300)
        self.assertEqual(device["interval"], self.provider.interval_seconds)
        self.provider.approve(device["user_code"])
        status, tokens = self.poll(device)
        self.assertEqual((status, tokens["expires_in"], tokens["token_type"].lower()), (200, 60, "bearer"))
        status, claims = self.userinfo(tokens)
        self.assertEqual((status, claims["preferred_username"]), (200, self.provider.USER))
        status, answer = self.poll(device)
        self.assertEqual((status, answer.get("error")), self.spent)

    def test_a_refresh_token_is_used_once_and_its_family_dies_when_it_is_used_twice(self):
        first = self.signed_in()
        status, second = self.refresh(first["refresh_token"])
        self.assertEqual(status, 200, second)
        self.assertNotEqual(second["refresh_token"], first["refresh_token"])
        self.assertEqual(self.refresh(first["refresh_token"]), self.reused)
        self.assertEqual(self.refresh(second["refresh_token"]), self.reused)

    def test_a_refresh_token_is_known_after_a_restart(self):
        tokens = self.signed_in()
        port = self.provider.port
        self.provider.restart()
        self.assertEqual(self.provider.port, port)
        self.assertEqual(self.refresh(tokens["refresh_token"])[0], 200)

    def test_a_person_ends_what_they_have_granted(self):
        tokens = self.signed_in()
        self.provider.revoke_grant()
        self.assertEqual(self.refresh(tokens["refresh_token"]), self.reused)

    def test_a_device_code_that_nobody_has_made_is_refused(self):
        status, answer = self.poll({"device_code": "x" * 32})
        self.assertEqual((status, answer["error"]), self.unknown_code)

    def test_an_app_gets_a_code_for_its_page(self):
        query = self.query_of(self.provider.authorize(self.authorization_url()))
        self.assertEqual(query["state"], "the-state")
        self.assertEqual(query.get("iss"), self.announced_issuer())
        self.assertNotEqual(self.redeem(query["code"], verifier="x" * 50)[0], 200)

    def test_the_id_token_of_a_browser_verifies_and_names_the_person_of_userinfo(self):
        query = self.query_of(self.provider.authorize(self.authorization_url()))
        status, tokens = self.redeem(query["code"])
        self.assertEqual(status, 200, tokens)
        claims = self.verified(tokens["id_token"], self.provider.BROWSER)
        self.assertEqual((claims["nonce"], claims["preferred_username"]), ("the-nonce", self.provider.USER))
        self.assertEqual(self.userinfo(tokens)[1]["sub"], claims["sub"])

    def test_a_person_denies_an_app(self):
        query = self.query_of(self.provider.authorize(self.authorization_url(), approve=False))
        self.assertEqual((query["error"], query["state"]), ("access_denied", "the-state"))

    def test_a_client_with_a_secret_gets_a_token_of_its_own(self):
        status, tokens = self.post(
            "token", secret_of=self.provider.CONFIDENTIAL, grant_type="client_credentials", scope=self.provider.OWN_SCOPE)
        self.assertEqual((status, "refresh_token" in tokens), (200, False))

    def test_a_client_with_a_secret_may_be_a_device(self):
        client, secret = self.provider.CONFIDENTIAL_DEVICE, {"secret_of": self.provider.CONFIDENTIAL_DEVICE}
        status, device = self.post("device_authorization", client_id=client, scope=self.provider.SCOPE, **secret)
        self.assertEqual(status, 200, device)
        self.provider.approve(device["user_code"])
        status, tokens = self.post(
            "token", grant_type=DEVICE_GRANT, client_id=client, device_code=device["device_code"], **secret)
        self.assertEqual(status, 200, tokens)
        status, _ = self.post(
            "token", grant_type="refresh_token", refresh_token=tokens["refresh_token"], **secret)
        self.assertEqual(status, 200)
        self.assertEqual(self.post("revocation", token=tokens["refresh_token"], **secret)[0], 200)

    def announced_issuer(self):
        """What an authorization response has to name, RFC 9207; `None`: nothing."""
        announced = self.provider.discovered().get("authorization_response_iss_parameter_supported")
        return self.provider.issuer if announced else None


class GlewlwydTests(Flows, unittest.TestCase):
    provider_class = Glewlwyd
    at_once = "slow_down"
    spent = (400, "access_denied")
    # Without any body, where RFC 6749 §5.2 has `invalid_grant`.
    reused = (400, "")
    # Where RFC 8628 §3.5 has no error of its own, and others say `invalid_grant`.
    unknown_code = (400, "access_denied")

    def test_it_lets_nobody_deny_a_device(self):
        with self.assertRaises(AssertionError):
            self.provider.deny(self.begin()["user_code"])

    def test_a_code_is_shown_complete_and_expires(self):
        provider = Glewlwyd(code_seconds=1)
        self.addCleanup(provider.remove)
        provider.start()
        form = {"client_id": provider.PUBLIC, "scope": provider.SCOPE}
        device = provider.request(provider.endpoint("device_authorization"), form)[2]
        self.assertEqual(
            device["verification_uri_complete"], f"{device['verification_uri']}?code={device['user_code']}")
        form = {"client_id": provider.PUBLIC, "grant_type": DEVICE_GRANT, "device_code": device["device_code"]}
        answers = iter(lambda: provider.request(provider.endpoint("token"), form)[2]["error"], None)
        self.assertEqual(next(error for error in answers if error not in ("authorization_pending", "slow_down")),
                         "expired_token")

    def test_every_token_is_a_JWT_that_verifies(self):
        tokens = self.signed_in()
        claims = self.verified(tokens["id_token"], self.provider.PUBLIC)
        self.assertEqual(self.verified(tokens["access_token"], self.provider.SCOPE)["sub"], claims["sub"])

    def test_an_access_token_outlives_the_grant(self):
        tokens = self.signed_in()
        self.provider.revoke_grant()
        self.assertEqual(self.userinfo(tokens)[0], 200)

    def test_a_public_client_may_not_revoke(self):
        tokens = self.signed_in()
        status, _ = self.post("revocation", client_id=self.provider.PUBLIC, token=tokens["refresh_token"])
        self.assertEqual(status, 401)


class OAuthToolkitTests(Flows, unittest.TestCase):
    provider_class = OAuthToolkit
    # However fast it is asked.
    at_once = "authorization_pending"
    # Tokens once more.
    spent = (200, None)
    reused = (400, {"error": "invalid_grant"})
    unknown_code = (404, "device_not_found")

    def test_its_endpoints_for_devices_and_revocation_are_not_published(self):
        published = self.provider.discovered()
        self.assertNotIn("device_authorization_endpoint", published)
        self.assertNotIn("revocation_endpoint", published)

    def test_a_person_denies_a_device(self):
        device = self.begin()
        self.provider.deny(device["user_code"])
        self.assertEqual(self.poll(device)[1]["error"], "access_denied")

    def test_a_device_gets_opaque_tokens_and_no_id_token_until_it_refreshes(self):
        tokens = self.signed_in()
        self.assertNotIn(".", tokens["access_token"])
        self.assertNotIn("id_token", tokens)
        claims = self.verified(self.refresh(tokens["refresh_token"])[1]["id_token"], self.provider.PUBLIC)
        self.assertEqual(claims["preferred_username"], self.provider.USER)

    def test_a_public_client_may_revoke_and_the_access_token_goes_too(self):
        tokens = self.signed_in()
        form = {"client_id": self.provider.PUBLIC, "token": tokens["refresh_token"]}
        self.assertEqual(self.post("revocation", **form)[0], 200)
        self.assertEqual(self.refresh(tokens["refresh_token"])[0], 400)
        self.assertEqual(self.userinfo(tokens)[0], 401)


if __name__ == "__main__":
    unittest.main()
