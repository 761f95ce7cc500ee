# SPDX-License-Identifier: Apache-2.0
"""Every method × every bad parameter: -32602 names the member, and nothing has changed."""

import json
import unittest

from harness import DaemonTestCase, RPCError, hashed, lasting

UUID = "345d4c8f-5aff-591d-a19c-1ca48923d9ee"
CONTROLS = ["a\u0000b", "a\u001fb", "a\nb", "a\tb", "a\u007fb", "a\u0085b"]


def texts(maximum):
    """What is no text of 1 to so many bytes."""
    return [None, 1, True, [], {}, ["x"], "", "x" * (maximum + 1), "é" * (maximum // 2 + 1), *CONTROLS]


NAME_BLANKS = [" ", "\t\r\n "]
IDENTIFIER = texts(1_024) + NAME_BLANKS
EMAIL = texts(254) + NAME_BLANKS
PASSWORD = texts(4_096)
TOKEN = texts(32_768)
# What null clears.
LABEL = IDENTIFIER[1:]
EMAIL_LABEL = EMAIL[1:]
BOOL = [None, 0, 1, "true", [], {}]
OBJECT = [None, 1, "x", [], True]
PROFILE = OBJECT + [{"a": "x" * (16 * 1024 - 7)}]
A_UUID = [None, 1, "", "x", [], UUID.replace("-", ""), UUID[:-1], UUID + "0", "{" + UUID + "}", UUID[:-1] + "g"]
TIME = [
    None, 1795410123, "", "2026-11-23", "2026-11-23T05:02:03", "2026-11-23T05:02:03+00:00", "2026-11-23T05:02:03.0Z",
    "2026-11-23 05:02:03Z", "2026-02-30T00:00:00Z", "2026-11-23T24:00:00Z", [],
]
GENERATION = [None, -1, 1.5, 1e3, "1", True, [], {}, 2**63]
SECONDS = [None, -1, 1.5, "1", True, [], {}, 315_360_001, 2**63]
ORIGIN = [None, 1, "", [], "ANONYMOUS", "SIMPLE_AUTH"]
DEADLINE = [None, 0, 0.0009, -1, 300.001, "1", True, [], {}]

SIGN_IN = {"email": "customer@example.com", "password": "pw"}
PROVIDER = {"provider": "GOOGLE", "providerToken": "t"}
WITH_TOKEN = {"token": "t", "expiresAt": "2038-01-19T03:14:07Z", "origin": "SYNERISE", "uuid": UUID}
SIMPLE = {"email": "customer@example.com", "authID": "a"}
OPTIONS = {
    "authID": IDENTIFIER, "conditional": BOOL, "agreements": OBJECT, "attributes": OBJECT, "ifGeneration": GENERATION,
}

# method → (parameters that would be accepted, {member: bad values})
METHODS = {
    "session.getUUID": ({}, {}),
    "session.getUUIDForAuthentication": ({}, {"authID": IDENTIFIER}),
    "session.status": ({}, {}),
    "session.retrieveToken": (
        {}, {"minimumValiditySeconds": SECONDS, "allowStale": BOOL, "requireSignedIn": BOOL}),
    "session.refreshToken": ({}, {}),
    "session.regenerateUUID": ({}, {"clientIdentifier": IDENTIFIER, "ifGeneration": GENERATION}),
    "session.destroy": ({}, {"discardUnreadable": BOOL, "ifGeneration": GENERATION}),
    "session.signIn": (SIGN_IN, {"email": EMAIL, "password": PASSWORD, **OPTIONS}),
    "session.authenticate": (
        PROVIDER,
        {
            "provider": [None, 1, "", "SYNERISE", "google", " GOOGLE", "FACEBOO\u212a"], "providerToken": TOKEN,
            **OPTIONS,
        }),
    "session.authenticateWithToken": (
        WITH_TOKEN,
        {
            "token": TOKEN, "expiresAt": TIME, "origin": ORIGIN, "uuid": A_UUID, "clientID": IDENTIFIER,
            "customID": IDENTIFIER, "realm": IDENTIFIER, "authID": IDENTIFIER, "ifGeneration": GENERATION,
        }),
    "session.simpleAuthenticate": (
        SIMPLE,
        {"email": EMAIL, "uuid": A_UUID, "authID": IDENTIFIER, "profile": PROFILE, "ifGeneration": GENERATION}),
    "session.signOut": (
        {}, {"mode": [None, 1, "", "SignOut", "signout", "both"], "fromAllDevices": BOOL, "ifGeneration": GENERATION}),
    "session.setIdentity": (
        {"customEmail": "a@b"},
        {"customEmail": EMAIL_LABEL, "customIdentifier": LABEL, "ifGeneration": GENERATION}),
    "session.touch": ({}, {}),
    "daemon.info": ({}, {}),
    "daemon.health": ({}, {}),
}

# method, parameters, the member that is named
COMBINATIONS = [
    ("session.signIn", {}, "email"),
    ("session.signIn", {"password": "pw"}, "email"),
    ("session.signIn", {"email": "a@b"}, "password"),
    ("session.signIn", {"customID": "c"}, "password"),
    ("session.signIn", {"email": "a@b", "customID": "c", "password": "pw"}, "customID"),
    # A slip of the pen is told of in place of what is missing for it.
    ("session.signIn", {"Email": "a@b", "password": "pw"}, "Email"),
    ("session.signIn", {"username": "a", "password": "pw"}, "username"),
    ("session.authenticate", {"Provider": "GOOGLE"}, "Provider"),
    ("session.signIn", {**SIGN_IN, "authId": "x"}, "authId"),
    ("session.authenticate", {"providerToken": "t"}, "provider"),
    ("session.authenticate", {"provider": "GOOGLE"}, "providerToken"),
    ("session.authenticateWithToken", {k: v for k, v in WITH_TOKEN.items() if k != "token"}, "token"),
    ("session.authenticateWithToken", {k: v for k, v in WITH_TOKEN.items() if k != "expiresAt"}, "expiresAt"),
    ("session.authenticateWithToken", {k: v for k, v in WITH_TOKEN.items() if k != "origin"}, "origin"),
    ("session.authenticateWithToken", {k: v for k, v in WITH_TOKEN.items() if k != "uuid"}, "uuid"),
    ("session.simpleAuthenticate", {"authID": "a"}, "email"),
    ("session.simpleAuthenticate", {"email": "a@b"}, "authID"),
    ("session.simpleAuthenticate", {"email": "a@b", "customID": "c", "authID": "a"}, "customID"),
    ("session.setIdentity", {}, "customEmail"),
    ("session.setIdentity", {"ifGeneration": 1}, "customEmail"),
]


class BadInput(DaemonTestCase):
    accounts = {"customer@example.com": hashed("pw")}

    def setUp(self):
        super().setUp()
        self.client.call("session.retrieveToken")
        self.before = self.client.call("session.status")

    def assert_member(self, method, params, member):
        shown = json.dumps(params)
        with self.subTest(method=method, member=member, params=shown[:80]):
            with self.assertRaises(RPCError) as caught:
                self.client.call_with(method, params)
            error = caught.exception
            self.assertEqual((error.code, error.name, error.data.get("member")), (-32602, "invalidParams", member))
            self.assertTrue(error.data["reason"])
            self.assertFalse(error.data["retryable"])
            self.assertEqual(lasting(self.client.call("session.status")), lasting(self.before))

    def test_bad_values(self):
        for method, (good, members) in METHODS.items():
            for member, values in members.items():
                for value in values:
                    self.assert_member(method, {**good, member: value}, member)

    def test_bad_deadlines(self):
        for method, (good, _) in METHODS.items():
            for value in DEADLINE:
                self.assert_member(method, {**good, "_deadlineSeconds": value}, "_deadlineSeconds")

    def test_unknown_members(self):
        for method, (good, members) in METHODS.items():
            for name in ("unknown", "", "x_", " uuid", "deadlineSeconds", *(member.upper() for member in members)):
                if name not in members:
                    self.assert_member(method, {**good, name: 1}, name)
            if "ifGeneration" not in members:
                self.assert_member(method, {**good, "ifGeneration": self.before["generation"]}, "ifGeneration")

    def test_missing_and_contradicting_members(self):
        for method, params, member in COMBINATIONS:
            self.assert_member(method, params, member)

    def test_bad_custom_id(self):
        for value in IDENTIFIER:
            self.assert_member("session.signIn", {"customID": value, "password": "pw"}, "customID")
            self.assert_member("session.simpleAuthenticate", {"customID": value, "authID": "a"}, "customID")

    def test_an_error_never_quotes_a_secret(self):
        secret = "correct-horse-battery"
        for method, params in (
            ("session.signIn", {"email": "a@b", "password": secret + "\u0001"}),
            ("session.signIn", {"email": "a@b", "password": [secret]}),
            ("session.authenticate", {"provider": "GOOGLE", "providerToken": {secret: secret}}),
            ("session.authenticateWithToken", {**WITH_TOKEN, "token": secret + "\u007f"}),
            ("session.signIn", {"email": "a@b", "password": secret}),
        ):
            with self.assertRaises(RPCError) as caught:
                self.client.call_with(method, params)
            error = caught.exception
            self.assertNotIn("horse", json.dumps([error.message, error.data]))
        self.assertNotIn("horse", self.daemon.stderr)


if __name__ == "__main__":
    unittest.main()
