# SPDX-License-Identifier: Apache-2.0
"""A session's life with the Synerise authority, over plain HTTP and over TLS, and certificates that prove nothing."""

import hashlib
import json
import pathlib
import tempfile
import unittest

from harness import Token, lasting
from synerise import ANN, API_KEY, BOB, PASSWORDS
from workspace import (
    EMULATOR_PATHS, OWN_PATHS, PROVIDER_TOKEN, Address, CertificateAuthority, TLSFront, WorkspaceTestCase, sign_in,
    token_of,
)

OWN_UUID = "0b9cf29d-6f0f-4f3a-9f0b-8d3ea1b2c3d4"
DERIVED_UUID = "345d4c8f-5aff-591d-a19c-1ca48923d9ee"
SIGN_IN_PATH, REFRESH_PATH = "/sauth/v3/auth/login/client", "/sauth/v3/auth/refresh/client"
CONDITION = f"--condition={BOB}=ACTIVATION_REQUIRED:EMAIL"


def setUpModule():
    """A CA, a good certificate of it and one that has expired, for all tests here."""
    global AUTHORITY, GOOD, EXPIRED
    folder = pathlib.Path(unittest.enterModuleContext(tempfile.TemporaryDirectory()))
    AUTHORITY = CertificateAuthority(folder)
    GOOD = AUTHORITY.issue("localhost", "DNS:localhost")
    EXPIRED = AUTHORITY.issue("expired", "DNS:localhost", expired=True)


class WalkTestCase(WorkspaceTestCase):
    def begin(self, *flags, **settings):
        """Starts what the test needs."""
        self.emulator = self.start_emulator(*flags)
        address, more = self.reach(self.emulator)
        self.daemon = self.start_synerise(address, **more, **settings)
        self.client = self.daemon.client()

    def reach(self, emulator):
        """The address at which the daemon looks for the emulator, and the settings for that."""
        return emulator, {}

    def call(self, method, **params):
        return self.client.call(method, **params)

    def status(self):
        return self.call("session.status")

    def revoked(self, token):
        """Whether the authority takes a token no longer."""
        return self.emulator.request("POST", REFRESH_PATH, {"apiKey": API_KEY}, token=token)[0] == 401

    def unchanged_by(self, name, method, **params):
        """Fails unless a call is refused with that name and the session is what it was; the error."""
        before = lasting(self.status())
        error = self.assert_refused(name, self.call, method, **params)
        self.assertEqual(lasting(self.status()), before)
        return error


class PlainWalk(WalkTestCase):
    def test_an_anonymous_customer(self):
        self.begin()
        status = self.status()
        self.assertIn(status["state"], ("none", "anonymous"))
        self.assertEqual(status["authority"]["kind"], "synerise")
        token = self.call("session.retrieveToken")
        self.assertEqual(self.call("session.getUUID"), {"uuid": status["uuid"]})
        claims = self.assert_verifies(self.emulator, token["token"])
        self.assertEqual((claims["sub"], claims["origin"]), (status["uuid"], "ANONYMOUS"))
        self.assertEqual(claims["apiKeyHash"], hashlib.sha256(API_KEY.encode()).hexdigest())
        self.assertEqual((token["uuid"], token["origin"], token["realm"]), (status["uuid"], "ANONYMOUS", "anonymous"))
        self.assertTrue(3500 < token["expiresInSeconds"] <= 3600, token)
        status = self.status()
        self.assertEqual((status["state"], status["tokenState"]), ("anonymous", "valid"))
        self.assertTrue(status["authority"]["reachable"])
        self.assertTrue(abs(status["authority"]["clockSkewSeconds"]) <= 2, status)
        self.assertEqual(self.emulator.count(), 2)  # E1, and E9 of the test itself
        self.assertEqual(self.emulator.log(on="E1")[0]["userAgent"].split("/")[0], "sessiond")

        self.call("session.refreshToken")
        fresh = token_of(self.client)
        self.assertNotEqual(fresh, token["token"])
        self.assertEqual(self.assert_verifies(self.emulator, fresh)["sub"], status["uuid"])
        self.call("session.refreshToken")
        self.assertEqual((self.emulator.count("E1"), self.emulator.count("E5")), (1, 1))

        new = self.call("session.regenerateUUID")
        self.assertNotEqual(new["uuid"], status["uuid"])
        self.assertEqual(Token(token_of(self.client)).claims["sub"], new["uuid"])
        derived = self.call("session.regenerateUUID", clientIdentifier=" Customer@Synerise.COM ")
        self.assertEqual(derived["uuid"], DERIVED_UUID)
        self.assertEqual(Token(token_of(self.client)).claims["sub"], DERIVED_UUID)

    def test_a_customer_who_signs_in_and_out(self):
        self.begin()
        anonymous = token_of(self.client)
        error = self.unchanged_by("authorityRejected", "session.signIn", email=ANN, password="wrong")
        self.assertFalse(error.data["retryable"])
        status = sign_in(self.client)
        self.assertEqual((status["state"], status["signedIn"], status["login"]), ("signedIn", True, ANN))
        self.assertEqual((status["origin"], status["clientID"]), ("SYNERISE", "1000001"))
        token = token_of(self.client)
        claims = self.assert_verifies(self.emulator, token)
        self.assertEqual((claims["login"], claims["sub"], claims["realm"]), (ANN, status["uuid"], "client"))

        profile = self.call("session.profile")
        self.assertEqual((profile["email"], profile["uuid"], profile["clientId"]), (ANN, status["uuid"], 1000001))
        self.unchanged_by("notAnonymous", "session.regenerateUUID")
        self.unchanged_by("alreadySignedIn", "session.signIn", email=BOB, password="any")

        before = lasting(self.status())
        self.daemon.restart(kill=True)
        self.client = self.daemon.client()
        self.assertEqual(lasting(self.status()), before)
        self.assertEqual(token_of(self.client), token)
        self.assertEqual(self.call("session.profile"), profile)

        signed_out = self.call("session.signOut")
        self.assertEqual((signed_out["changed"], signed_out["authority"]), (True, "unsupported"))
        self.assertEqual(signed_out["uuid"], status["uuid"])
        self.assertEqual(token_of(self.client), anonymous)
        self.unchanged_by("notSignedIn", "session.profile")
        again = self.call("session.signOut")
        self.assertEqual((again["changed"], again["authority"]), (False, "notNeeded"))
        destroyed = self.call("session.destroy")
        self.assertNotEqual(destroyed["uuid"], status["uuid"])
        self.assertEqual(Token(token_of(self.client)).claims["sub"], destroyed["uuid"])

    def test_conditional_sign_in(self):
        self.begin(CONDITION)
        before = self.status()["generation"]
        for params, condition, conditions in [
            ({"email": BOB, "password": PASSWORDS[BOB]}, "ACTIVATION_REQUIRED", ["EMAIL"]),
            ({"email": ANN, "password": "wrong"}, "UNAUTHORIZED", None),
        ]:
            answer = self.call("session.signIn", **params, conditional=True)
            self.assertEqual((answer["condition"], answer.get("conditions")), (condition, conditions))
            self.assertEqual((answer["session"]["signedIn"], answer["session"]["generation"]), (False, before))
        answer = self.call(
            "session.authenticate", provider="GOOGLE", providerToken=PROVIDER_TOKEN, conditional=True)
        self.assertEqual(answer["condition"], "REGISTRATION_REQUIRED")
        answer = self.call("session.signIn", email=ANN, password=PASSWORDS[ANN], conditional=True)
        self.assertEqual((answer["condition"], answer["session"]["login"]), ("SUCCESS", ANN))

    def test_sign_in_with_an_auth_id(self):
        self.begin()
        expected = self.call("session.getUUIDForAuthentication", authID="Customer@Synerise.com")["uuid"]
        self.assertEqual(expected, DERIVED_UUID)
        status = sign_in(self.client, authID="Customer@Synerise.com", agreements={"email": True}, attributes={"a": 1})
        self.assertEqual((status["uuid"], status["uuidOrigin"]), (DERIVED_UUID, "derived"))
        self.assertEqual(Token(token_of(self.client)).claims["sub"], DERIVED_UUID)

    def test_a_providers_customer(self):
        self.begin()
        token_of(self.client)
        self.unchanged_by("authorityRejected", "session.authenticate", provider="GOOGLE", providerToken="of nobody")
        self.unchanged_by("authorityRejected", "session.authenticate", provider="APPLE", providerToken=PROVIDER_TOKEN)
        status = self.call("session.authenticate", provider="GOOGLE", providerToken=PROVIDER_TOKEN)
        self.assertEqual((status["signedIn"], status["origin"], "login" in status), (True, "GOOGLE", False))
        self.assertEqual(self.assert_verifies(self.emulator, token_of(self.client))["origin"], "GOOGLE")
        facts = self.call("session.refreshToken")
        self.assertEqual((facts["origin"], facts["uuid"]), ("GOOGLE", status["uuid"]))

    def test_a_token_obtained_elsewhere(self):
        self.begin()
        made = json.loads(self.emulator.request("POST", SIGN_IN_PATH, {
            "apiKey": API_KEY, "identityProvider": "SYNERISE", "email": ANN, "password": PASSWORDS[ANN],
            "uuid": OWN_UUID,
        })[2])
        params = {"token": made["token"], "origin": "SYNERISE", "uuid": OWN_UUID, "customID": "c-1"}
        self.unchanged_by(
            "authorityRejected", "session.authenticateWithToken", **params, expiresAt="2001-02-03T04:05:06Z")
        status = self.call("session.authenticateWithToken", **params, expiresAt="2099-01-01T00:00:00Z")
        self.assertEqual((status["signedIn"], status["uuid"], status["origin"]), (True, OWN_UUID, "SYNERISE"))
        self.assertEqual(token_of(self.client), made["token"])
        self.assertEqual(self.call("session.profile")["email"], ANN)
        self.call("session.refreshToken")
        claims = self.assert_verifies(self.emulator, token_of(self.client))
        self.assertEqual((claims["sub"], claims["login"]), (OWN_UUID, ANN))
        self.assertTrue(self.call("session.retrieveToken")["expiresInSeconds"] <= 3600)

    def test_calls_at_configured_paths(self):
        self.begin(*EMULATOR_PATHS, **OWN_PATHS)
        before = self.status()["uuid"]
        status = self.call(
            "session.simpleAuthenticate", email=ANN, authID="customer@synerise.com", profile={"city": "Kraków"})
        self.assertEqual((status["state"], status["signedIn"], status["origin"]), ("simple", False, "SIMPLE_AUTH"))
        self.assertTrue(status["signedInViaSimpleAuthentication"])
        self.assertEqual((status["uuid"], status["uuid"] == before), (DERIVED_UUID, False))
        claims = self.assert_verifies(self.emulator, token_of(self.client))
        self.assertEqual((claims["sub"], claims["origin"]), (DERIVED_UUID, "SIMPLE_AUTH"))
        self.unchanged_by("notAnonymous", "session.regenerateUUID")
        self.assertTrue(self.call("session.signOut")["changed"])

        sign_in(self.client)
        token = token_of(self.client)
        signed_out = self.call("session.signOut")
        self.assertEqual((signed_out["changed"], signed_out["authority"]), (True, "queued"))
        entry = self.emulator.log(on="signOut", at_least=1)[-1]
        self.assertEqual((entry["status"], entry["uuid"]), (200, signed_out["uuid"]))
        self.assertTrue(self.revoked(token))

        sign_in(self.client)
        first = token_of(self.client)
        self.call("session.refreshToken")
        second = token_of(self.client)
        self.assertFalse(self.revoked(first))
        self.call("session.signOut", fromAllDevices=True)
        self.emulator.log(on="signOut", at_least=2)
        self.assertTrue(self.revoked(first) and self.revoked(second))

        sign_in(self.client)
        before = self.status()["uuid"]
        self.unchanged_by("authorityRejected", "session.deleteAccount", authFactor="wrong")
        deleted = self.call("session.deleteAccount", authFactor=PASSWORDS[ANN])
        self.assertNotEqual(deleted["uuid"], before)
        status = self.status()
        self.assertEqual((status["uuid"], status["signedIn"], "login" in status), (deleted["uuid"], False, False))
        self.unchanged_by("authorityRejected", "session.signIn", email=ANN, password=PASSWORDS[ANN])
        self.daemon.output.wait_for("accountDeleted")

    def test_calls_without_a_path_are_unsupported_and_reach_nobody(self):
        self.begin(*EMULATOR_PATHS)
        token_of(self.client)
        error = self.unchanged_by("unsupported", "session.simpleAuthenticate", email=ANN, authID="a")
        self.assertIn("SimpleAuthenticationPath=", error.data["hint"])
        sign_in(self.client)
        count = self.emulator.count()
        error = self.unchanged_by("unsupported", "session.deleteAccount", authFactor=PASSWORDS[ANN])
        self.assertIn("DeleteAccountPath=", error.data["hint"])
        signed_out = self.call("session.signOut", fromAllDevices=True)
        self.assertEqual((signed_out["changed"], signed_out["authority"]), (True, "unsupported"))
        self.assertFalse(self.status()["signedIn"])
        self.settle(self.daemon, rounds=1)
        self.assertEqual([entry["endpoint"] for entry in self.emulator.log()[count:]], ["E3"])


class TLSWalk(PlainWalk):
    """The same, with nginx between the daemon and the emulator."""

    def reach(self, emulator):
        front = TLSFront(emulator, [GOOD])
        self.addCleanup(front.remove)
        return Address(front.start().url()), {"CAFile": AUTHORITY.path}


class Certificates(WorkspaceTestCase):
    """What proves nothing is refused, before any secret is sent; the caller, the status and the journal say which."""

    def assert_says(self, reason, hint, url, front, **settings):
        daemon = self.start_synerise(Address(url), **settings)
        client = daemon.client()
        error = self.assert_refused("authorityUnavailable", sign_in, client)
        self.assertEqual(error.message, f"{url}: {reason}")
        self.assertIn(hint, error.data["hint"])
        self.assertTrue(error.data["retryable"])
        error = self.assert_refused("tokenUnavailable", client.call, "session.retrieveToken")
        self.assertIn(reason, error.message)
        self.assertEqual(error.data["cause"], "authorityUnavailable")
        authority = client.call("session.status")["authority"]
        self.assertEqual((authority["reachable"], authority["lastError"]), (False, "authorityUnavailable"))
        daemon.output.wait_for(rf"the authority does not answer: {url}: {reason}")
        daemon.remove()

    def test_each_is_refused_with_its_reason(self):
        emulator = self.start_emulator()
        front = TLSFront(emulator, [GOOD, EXPIRED])
        self.addCleanup(front.remove)
        front.start()
        trusted = {"CAFile": AUTHORITY.path}
        for reason, hint, url, settings in [
            ("the certificate is for another host name", "the configured host", front.url(host="127.0.0.1"), trusted),
            ("the certificate has expired", "clock", front.url(1), trusted),
            ("the certificate was issued by an unknown CA", "CAFile=", front.url(), {}),
        ]:
            with self.subTest(reason):
                self.assert_says(reason, hint, url, front, **settings)
        self.assertEqual(emulator.count(), 0)


if __name__ == "__main__":
    unittest.main()
