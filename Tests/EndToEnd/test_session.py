# SPDX-License-Identifier: Apache-2.0
"""The life of a session on the local authority, over the socket: docs/behaviour.md."""

import json
import time
import unittest
import uuid

from harness import SLOW_ROUNDS, DaemonTestCase, Token, hashed, lasting, outcome, thumbprint

ANN, BOB, SLOW, SLOW_TWO = "ann@example.com", "bob@example.com", "slow@example.com", "slow2@example.com"
ACCOUNTS = {
    ANN: hashed("ann's"), BOB: hashed("bob's"), "c-42": hashed("c's"),
    SLOW: hashed("pw", SLOW_ROUNDS), SLOW_TWO: hashed("pw", SLOW_ROUNDS),
}
OWN_UUID = "0b9cf29d-6f0f-4f3a-9f0b-8d3ea1b2c3d4"


def derived(salt, identifier):
    """UUID version 5, namespace URL; the identifier normalised already."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, salt + identifier))


class SessionTestCase(DaemonTestCase):
    sections = {"Session": {"IdentifierSalt": "someString"}}
    accounts = ACCOUNTS

    def call(self, method, **params):
        return self.client.call(method, **params)

    def status(self):
        return self.call("session.status")

    def sign_in(self, login=ANN, password="ann's", **params):
        name = "email" if "@" in login else "customID"
        return self.call("session.signIn", **{name: login}, password=password, **params)

    def sign_out(self, **params):
        return self.call("session.signOut", **params)

    def assert_same_session(self, before):
        self.assertEqual(lasting(self.status()), lasting(before))

    def assert_version(self, text, version):
        parsed = uuid.UUID(text)
        self.assertEqual((str(parsed), parsed.version, parsed.variant), (text, version, uuid.RFC_4122))


class Beginning(SessionTestCase):
    def test_first_start_makes_a_customer(self):
        status = self.status()
        self.assert_version(status["uuid"], 4)
        self.assertEqual(status["uuidOrigin"], "generated")
        self.assertIn(status["state"], ("none", "anonymous"))
        self.assertFalse(status["signedIn"] or status["signedInViaSimpleAuthentication"])
        self.assertEqual((status["authority"]["kind"], status["store"]["state"]), ("local", "ok"))
        self.assertNotIn("login", status)
        self.assertEqual(self.call("session.getUUID"), {"uuid": status["uuid"]})

    def test_two_devices_are_two_customers(self):
        self.assertNotEqual(self.new_daemon().call("session.getUUID"), self.call("session.getUUID"))

    def test_token_brings_the_anonymous_session(self):
        token = self.call("session.retrieveToken")
        status = self.status()
        self.assertEqual((status["state"], status["tokenState"], status["origin"]), ("anonymous", "valid", "ANONYMOUS"))
        self.assertEqual((token["uuid"], token["origin"], token["stale"]), (status["uuid"], "ANONYMOUS", False))
        self.assertEqual((token["generation"], token["expiresAt"]), (status["generation"], status["expiresAt"]))
        self.assertEqual(self.call("session.retrieveToken")["token"], token["token"])

    def test_it_survives_a_restart_and_a_kill(self):
        self.call("session.retrieveToken")
        self.sign_in()
        self.call("session.setIdentity", customEmail="label@example.com", customIdentifier="till 4")
        before = self.status()
        for kill in (False, True):
            self.daemon.restart(kill=kill)
            self.client = self.daemon.client()
            self.assert_same_session(before)

    def test_no_status_ever_holds_a_token(self):
        self.sign_in()
        token = self.call("session.retrieveToken")["token"]
        for method in ("session.status", "daemon.info", "daemon.health", "session.refreshToken"):
            value = self.call(method)
            self.assertNotIn(token, json.dumps(value))
            self.assertNotIn("eyJ", json.dumps(value))


class Regeneration(SessionTestCase):
    def test_plain(self):
        self.call("session.setIdentity", customEmail="label@example.com", customIdentifier="till 4")
        token = self.call("session.retrieveToken")
        before = self.status()
        answer = self.call("session.regenerateUUID")
        self.assert_version(answer["uuid"], 4)
        self.assertNotEqual(answer["uuid"], before["uuid"])
        self.assertEqual((answer["generation"], answer["durable"]), (before["generation"] + 1, True))
        after = self.status()
        self.assertEqual((after["uuid"], after["uuidOrigin"]), (answer["uuid"], "generated"))
        self.assertFalse({"customEmail", "customIdentifier", "login"} & set(after))
        self.assertNotEqual(self.call("session.retrieveToken")["token"], token["token"])

    def test_by_identifier_gives_the_same_uuid_again(self):
        first = self.call("session.regenerateUUID", clientIdentifier="customer@synerise.com")
        self.assertEqual(first["uuid"], "345d4c8f-5aff-591d-a19c-1ca48923d9ee")
        self.assertEqual(self.status()["uuidOrigin"], "derived")
        self.assertNotEqual(self.call("session.regenerateUUID")["uuid"], first["uuid"])
        again = self.call("session.regenerateUUID", clientIdentifier=" CUSTOMER@synerise.com")
        self.assertEqual(again["uuid"], first["uuid"])
        self.assertEqual(again["generation"], first["generation"] + 2)

    def test_is_refused_while_signed_in(self):
        self.sign_in()
        before = self.status()
        self.assert_refused("notAnonymous", self.call, "session.regenerateUUID")
        self.assert_refused("notAnonymous", self.call, "session.regenerateUUID", clientIdentifier="x")
        self.assert_same_session(before)

    def test_is_refused_via_simple_authentication(self):
        self.call("session.simpleAuthenticate", email=ANN, authID="a")
        before = self.status()
        self.assert_refused("notAnonymous", self.call, "session.regenerateUUID")
        self.assert_same_session(before)

    def test_is_possible_after_sign_out(self):
        self.sign_in()
        self.sign_out()
        self.call("session.regenerateUUID")


class PublishedVectors(SessionTestCase):
    def regenerate(self, daemon, identifier):
        run = daemon.sessionctl("--json", "regenerate", "--identifier", identifier)
        self.assertEqual((run.returncode, run.stderr), (0, b""), run)
        answer = json.loads(run.stdout)
        self.assertEqual(daemon.call("session.getUUID")["uuid"], answer["uuid"])
        return answer["uuid"]

    def test_salt_some_string(self):
        for identifier in (
            "customer@synerise.com", "\t Customer@Synerise.COM ", "CUSTOMER@SYNERISE.COM",
            "\v\f\r\ncustomer@synerise.com\t",
        ):
            with self.subTest(identifier=identifier):
                self.assertEqual(self.regenerate(self.daemon, identifier), "345d4c8f-5aff-591d-a19c-1ca48923d9ee")

    def test_salt_your_domain(self):
        daemon = self.new_daemon({"Session": {"IdentifierSalt": "yourdomain.com"}})
        self.assertEqual(self.regenerate(daemon, "customer@synerise.com"), "7023e164-2318-542c-9992-0b70cf4c5625")

    def test_no_salt(self):
        self.assertEqual(self.regenerate(self.new_daemon(), "a@b"), derived("", "a@b"))

    def test_normalisation(self):
        for identifier, normalised in (
            ("Żółć@X", "Żółć@x"), ("Ann", "Ann"), (" Ann ", "Ann"), ("A@B@C", "A@B@C"), ("@A", "@a"),
            ("A B@C", "a b@c"), ("\u00a0A@B", "\u00a0a@b"), ("e\u0301@X", "e\u0301@x"), ("\u00e9@X", "\u00e9@x"),
        ):
            with self.subTest(identifier=identifier):
                self.assertEqual(self.regenerate(self.daemon, identifier), derived("someString", normalised))

    def test_identifier_from_standard_input(self):
        run = self.daemon.sessionctl("--json", "regenerate", "--identifier-stdin", stdin=b"customer@synerise.com\n")
        self.assertEqual(run.returncode, 0, run)
        self.assertEqual(json.loads(run.stdout)["uuid"], "345d4c8f-5aff-591d-a19c-1ca48923d9ee")


class SignIn(SessionTestCase):
    def test_first_customer_keeps_the_uuid(self):
        before = self.status()
        status = self.sign_in()
        self.assertEqual((status["state"], status["signedIn"], status["login"]), ("signedIn", True, ANN))
        self.assertEqual((status["origin"], status["tokenState"]), ("SYNERISE", "valid"))
        self.assertEqual((status["uuid"], status["generation"]), (before["uuid"], before["generation"] + 1))
        self.assertEqual(lasting(self.status()), lasting(status))
        self.assertEqual(self.call("session.retrieveToken", requireSignedIn=True)["origin"], "SYNERISE")

    def test_by_custom_id(self):
        self.assertEqual(self.sign_in("c-42", "c's")["login"], "c-42")

    def test_same_account_keeps_the_uuid_another_gets_a_new_one(self):
        first = self.sign_in()
        self.sign_out()
        self.assertEqual(self.sign_in()["uuid"], first["uuid"])
        self.sign_out()
        other = self.sign_in(BOB, "bob's")
        self.assert_version(other["uuid"], 4)
        self.assertNotEqual(other["uuid"], first["uuid"])
        self.sign_out()
        self.assertNotIn(self.sign_in()["uuid"], (first["uuid"], other["uuid"]))

    def test_regeneration_forgets_the_last_account(self):
        self.sign_in()
        self.sign_out()
        fresh = self.call("session.regenerateUUID")["uuid"]
        self.assertEqual(self.sign_in(BOB, "bob's")["uuid"], fresh)

    def test_wrong_credentials_change_nothing(self):
        self.call("session.retrieveToken")
        before = self.status()
        for login, password in (
            (ANN, "wrong"), (ANN, "ann's "), ("nobody@example.com", "ann's"), (BOB, "ann's"), ("x", "x"),
        ):
            error = self.assert_refused("authorityRejected", self.sign_in, login, password, authID="new")
            self.assertEqual(error.code, -32008)
            self.assert_same_session(before)

    def test_conditional_form(self):
        before = self.status()
        answer = self.sign_in(password="wrong", conditional=True, authID="new")
        self.assertEqual(answer["condition"], "UNAUTHORIZED")
        for name in ("uuid", "generation"):
            self.assertEqual(answer["session"][name], before[name])
        self.assertFalse(self.status()["signedIn"])
        answer = self.sign_in(conditional=True)
        self.assertEqual((answer["condition"], answer["session"]["login"]), ("SUCCESS", ANN))

    def test_is_refused_while_signed_in(self):
        self.sign_in()
        before = self.status()
        self.assert_refused("alreadySignedIn", self.sign_in, BOB, "bob's")
        self.assert_refused("alreadySignedIn", self.sign_in, ANN, "wrong")
        self.assert_refused("alreadySignedIn", self.call, "session.simpleAuthenticate", email=BOB, authID="b")
        self.assert_refused(
            "alreadySignedIn", self.call, "session.authenticateWithToken", token="t", expiresAt="2038-01-19T03:14:07Z",
            origin="SYNERISE", uuid=OWN_UUID)
        self.assert_same_session(before)

    def test_what_the_local_authority_does_not_do(self):
        before = self.status()
        self.assert_refused("unsupported", self.call, "session.authenticate", provider="GOOGLE", providerToken="t")
        self.assertEqual(self.status()["generation"], before["generation"])

    def test_labels_survive_sign_in_and_out_of_the_same_customer(self):
        self.call("session.setIdentity", customEmail=" label@example.com ", customIdentifier="Till 4")
        self.sign_in()
        self.sign_out()
        status = self.status()
        self.assertEqual((status["customEmail"], status["customIdentifier"]), ("label@example.com", "Till 4"))


class AuthID(SessionTestCase):
    def test_it_decides_the_uuid_as_announced(self):
        announced = self.call("session.getUUIDForAuthentication", authID=" Ann@Shop ")["uuid"]
        self.assertEqual(announced, derived("someString", "ann@shop"))
        status = self.sign_in(authID="ann@shop")
        self.assertEqual((status["uuid"], status["uuidOrigin"]), (announced, "derived"))

    def test_the_same_keeps_the_uuid_another_changes_it(self):
        first = self.sign_in(authID="a-1")["uuid"]
        self.sign_out()
        self.assertEqual(self.call("session.getUUIDForAuthentication", authID="a-1")["uuid"], first)
        self.assertEqual(self.sign_in(BOB, "bob's", authID="a-1")["uuid"], first)
        self.sign_out()
        self.assertEqual(self.sign_in(authID="a-2")["uuid"], derived("someString", "a-2"))

    def test_asking_changes_nothing(self):
        self.call("session.retrieveToken")
        before = self.status()
        for params in ({}, {"authID": "a"}, {"authID": "b"}):
            self.call("session.getUUIDForAuthentication", **params)
        self.assert_same_session(before)

    def test_announced_without_it_is_what_is_committed(self):
        self.assertEqual(self.call("session.getUUIDForAuthentication")["uuid"], self.status()["uuid"])
        self.sign_in()
        self.sign_out()
        announced = self.call("session.getUUIDForAuthentication")["uuid"]
        self.assertEqual(self.call("session.getUUIDForAuthentication")["uuid"], announced)
        self.assertEqual(self.sign_in(BOB, "bob's")["uuid"], announced)

    def test_a_failure_commits_no_uuid(self):
        before = self.status()
        self.assert_refused("authorityRejected", self.sign_in, ANN, "wrong", authID="a-1")
        self.assertEqual(self.status()["uuid"], before["uuid"])


class SimpleAuthentication(SessionTestCase):
    def test_it_recognises_without_signing_in(self):
        status = self.call("session.simpleAuthenticate", email=ANN, authID="a-1", profile={"firstName": "Ann"})
        self.assertEqual((status["state"], status["origin"]), ("simple", "SIMPLE_AUTH"))
        self.assertEqual((status["signedIn"], status["signedInViaSimpleAuthentication"]), (False, True))
        self.assertEqual(status["uuid"], derived("someString", "a-1"))
        self.assert_refused("notSignedIn", self.call, "session.retrieveToken", requireSignedIn=True)
        self.assertEqual(self.call("session.retrieveToken")["origin"], "SIMPLE_AUTH")

    def test_own_uuid_becomes_the_sessions(self):
        status = self.call("session.simpleAuthenticate", customID="c", authID="a-1", uuid=OWN_UUID.upper())
        self.assertEqual((status["uuid"], status["uuidOrigin"]), (OWN_UUID, "injected"))

    def test_sign_out_ends_it(self):
        before = self.call("session.simpleAuthenticate", email=ANN, authID="a-1")
        answer = self.sign_out()
        self.assertEqual((answer["changed"], answer["uuid"]), (True, before["uuid"]))
        self.assertEqual(answer["generation"], before["generation"] + 1)
        self.assertFalse(self.status()["signedInViaSimpleAuthentication"])
        self.assertEqual(self.call("session.retrieveToken")["origin"], "ANONYMOUS")

    def test_a_customer_may_sign_in_on_top(self):
        self.call("session.simpleAuthenticate", email=ANN, authID="a-1")
        status = self.sign_in(authID="a-1")
        self.assertEqual((status["state"], status["signedInViaSimpleAuthentication"]), ("signedIn", False))


class WithToken(SessionTestCase):
    def test_own_token_is_accepted(self):
        self.sign_in()
        token = self.call("session.retrieveToken")
        self.sign_out()
        self.call("session.regenerateUUID")
        status = self.call(
            "session.authenticateWithToken", token=token["token"], expiresAt=token["expiresAt"], origin=token["origin"],
            uuid=token["uuid"])
        self.assertEqual((status["state"], status["uuid"]), ("signedIn", token["uuid"]))
        self.assertEqual(status["uuidOrigin"], "injected")
        self.assertEqual(self.call("session.retrieveToken")["token"], token["token"])

    def test_other_tokens_are_refused(self):
        self.sign_in()
        token = self.call("session.retrieveToken")
        self.sign_out()
        before = self.status()
        header, claims, signature = token["token"].split(".")
        foreign = self.new_daemon(accounts=ACCOUNTS)
        foreign.call("session.signIn", email=ANN, password="ann's")
        texts = [
            "t", "a.b.c", f"{header}.{claims}.", f"{header}.{claims}", f"{header}.{claims}.{signature[::-1]}",
            f"{header}.{signature}.{claims}", foreign.call("session.retrieveToken")["token"],
        ]
        for text in texts:
            with self.subTest(text=text[:20]):
                self.assert_refused(
                    "authorityRejected", self.call, "session.authenticateWithToken", token=text,
                    expiresAt=token["expiresAt"], origin="SYNERISE", uuid=token["uuid"])
        self.assertEqual(self.status()["generation"], before["generation"])
        self.assertFalse(self.status()["signedIn"])


class Ending(SessionTestCase):
    def test_sign_out_keeps_uuid_and_labels(self):
        self.call("session.setIdentity", customIdentifier="till 4")
        before = self.sign_in()
        answer = self.sign_out()
        self.assertEqual((answer["changed"], answer["durable"], answer["uuid"]), (True, True, before["uuid"]))
        self.assertEqual(answer["generation"], before["generation"] + 1)
        after = self.status()
        self.assertIn(after["state"], ("none", "anonymous"))
        self.assertNotIn("login", after)
        self.assertEqual(after["customIdentifier"], "till 4")

    def test_signing_out_twice_is_no_error(self):
        self.sign_in()
        first = self.sign_out()
        for _ in range(2):
            again = self.sign_out()
            self.assertEqual((again["changed"], again["authority"]), (False, "notNeeded"))
            self.assertEqual((again["uuid"], again["generation"]), (first["uuid"], first["generation"]))

    def test_sign_out_with_destroy(self):
        before = self.sign_in()
        answer = self.sign_out(mode="destroy")
        self.assertTrue(answer["changed"])
        self.assertEqual(answer["generation"], before["generation"] + 1)
        self.assertNotEqual(answer["uuid"], before["uuid"])
        self.assertEqual(self.status()["uuid"], answer["uuid"])

    def test_destroy_clears_everything(self):
        self.call("session.setIdentity", customEmail="label@example.com")
        before = self.sign_in(authID="a-1")
        answer = self.call("session.destroy")
        self.assert_version(answer["uuid"], 4)
        self.assertEqual((answer["generation"], answer["durable"]), (before["generation"] + 1, True))
        after = self.status()
        self.assertFalse(after["signedIn"])
        self.assertFalse({"customEmail", "customIdentifier", "login", "clientID"} & set(after))
        self.assertEqual(self.call("session.retrieveToken")["uuid"], answer["uuid"])
        self.assertEqual(self.call("session.getUUIDForAuthentication")["uuid"], answer["uuid"])

    def test_destroy_works_for_anonymous_customers(self):
        before = self.status()
        self.assertNotEqual(self.call("session.destroy")["uuid"], before["uuid"])

    def test_old_tokens_are_gone_for_good(self):
        self.sign_in()
        token = self.call("session.retrieveToken")["token"]
        self.sign_out()
        self.assertNotEqual(self.call("session.retrieveToken")["token"], token)
        self.daemon.stop()
        for file in self.daemon.state_path.rglob("*"):
            if file.is_file():
                self.assertNotIn(token.encode(), file.read_bytes(), file.name)


class Labels(SessionTestCase):
    def test_they_are_set_and_cleared_one_by_one(self):
        before = self.status()
        status = self.call("session.setIdentity", customEmail="a@B", customIdentifier="x")
        self.assertEqual((status["customEmail"], status["customIdentifier"]), ("a@B", "x"))
        status = self.client.call_with("session.setIdentity", {"customEmail": None})
        self.assertNotIn("customEmail", status)
        self.assertEqual(status["customIdentifier"], "x")
        self.assertEqual((status["generation"], status["uuid"]), (before["generation"], before["uuid"]))

    def test_they_are_kept_as_they_are_written(self):
        for text in ("\u00e9", "e\u0301", "\u212a", "K", "😀"):
            self.assertEqual(self.call("session.setIdentity", customIdentifier=text)["customIdentifier"], text)


class Generation(SessionTestCase):
    def test_another_one_refuses_every_mutation(self):
        self.call("session.retrieveToken")
        before = self.status()
        for method, params in (
            ("session.regenerateUUID", {}), ("session.destroy", {}), ("session.signOut", {}),
            ("session.setIdentity", {"customEmail": "a@b"}), ("session.signIn", {"email": ANN, "password": "ann's"}),
            ("session.simpleAuthenticate", {"email": ANN, "authID": "a"}),
        ):
            for generation in (before["generation"] + 1, 2**63 - 1):
                with self.subTest(method=method):
                    error = self.assert_refused(
                        "generationMismatch", self.call, method, ifGeneration=generation, **params)
                    self.assertEqual(error.code, -32012)
                    self.assert_same_session(before)

    def test_the_right_one_is_applied(self):
        generation = self.status()["generation"]
        answer = self.call("session.regenerateUUID", ifGeneration=generation)
        self.assertEqual(answer["generation"], generation + 1)
        self.assert_refused("generationMismatch", self.call, "session.regenerateUUID", ifGeneration=generation)

    def test_it_is_compared_when_it_is_applied(self):
        generation = self.status()["generation"]
        self.client.send(*[
            {"jsonrpc": "2.0", "id": number, "method": "session.regenerateUUID", "params": {"ifGeneration": generation}}
            for number in range(3)
        ])
        responses = self.client.read_responses(3)
        self.assertEqual(outcome(responses[0])["generation"], generation + 1)
        for number in (1, 2):
            self.assert_error(responses[number], -32012, "generationMismatch", number)


class Concurrency(SessionTestCase):
    """Order comes from what was written first, not from time; a slow hash keeps the authentication running."""

    def request(self, identifier, login=SLOW):
        return {
            "jsonrpc": "2.0", "id": identifier, "method": "session.signIn",
            # Two hashes one after the other take as long as the machine makes them.
            "params": {"email": login, "password": "pw", "_deadlineSeconds": 300},
        }

    def test_two_sign_ins_on_a_connection(self):
        self.client.send(self.request(1), self.request(2, SLOW_TWO))
        responses = self.client.read_responses(2)
        self.assert_error(responses[2], -32020, "busy", 2)
        self.assertTrue(responses[2]["error"]["data"]["retryable"])
        self.assertEqual(outcome(responses[1])["login"], SLOW)
        self.assertEqual(self.status()["login"], SLOW)

    def test_two_sign_ins_on_two_connections(self):
        other = self.daemon.client()
        self.client.send(self.request(1), self.request(2))
        self.assert_error(self.client.read(), -32020, "busy", 2)  # So the first one runs.
        other.send(self.request(3, SLOW_TWO))
        self.assert_error(other.read(), -32020, "busy", 3)
        self.assertEqual(outcome(self.client.read_response())["login"], SLOW)
        self.assertEqual(self.status()["login"], SLOW)

    def test_other_authentications_are_busy_too(self):
        self.client.send(self.request(1), {
            "jsonrpc": "2.0", "id": 2, "method": "session.simpleAuthenticate", "params": {"email": ANN, "authID": "a"},
        })
        responses = self.client.read_responses(2)
        self.assert_error(responses[2], -32020, "busy", 2)
        self.assertEqual(outcome(responses[1])["login"], SLOW)

    def check_superseded(self, method):
        before = self.status()
        self.client.send(
            self.request(1), {"jsonrpc": "2.0", "id": 2, "method": method}, self.request(3, SLOW_TWO))
        responses = self.client.read_responses(3)
        self.assert_error(responses[1], -32021, "superseded", 1)
        # The place is free at once, and what was superseded never comes back.
        self.assertEqual(outcome(responses[3])["login"], SLOW_TWO)
        self.assertEqual(self.status()["login"], SLOW_TWO)
        return before, outcome(responses[2])

    def test_sign_out_supersedes(self):
        before, answer = self.check_superseded("session.signOut")
        self.assertEqual((answer["changed"], answer["uuid"]), (False, before["uuid"]))

    def test_destroy_supersedes(self):
        before, answer = self.check_superseded("session.destroy")
        self.assertEqual(answer["generation"], before["generation"] + 1)

    def test_regenerate_supersedes(self):
        before, answer = self.check_superseded("session.regenerateUUID")
        self.assertNotEqual(answer["uuid"], before["uuid"])

    def test_sign_out_elsewhere_supersedes_and_nobody_is_signed_in(self):
        other = self.daemon.client()
        self.client.send(self.request(1), self.request(2))
        self.assert_error(self.client.read(), -32020, "busy", 2)
        other.call("session.signOut")
        self.assert_error(self.client.read(), -32021, "superseded", 1)
        self.assertFalse(self.status()["signedIn"])
        self.assertEqual(self.sign_in()["login"], ANN)

    def test_labels_do_not_disturb_a_sign_in(self):
        self.client.send(self.request(1), {
            "jsonrpc": "2.0", "id": 2, "method": "session.setIdentity", "params": {"customIdentifier": "x"},
        })
        responses = self.client.read_responses(2)
        self.assertEqual(outcome(responses[2])["customIdentifier"], "x")
        self.assertEqual(outcome(responses[1])["login"], SLOW)

    def test_many_readers_share_one_token(self):
        clients = [self.daemon.client() for _ in range(20)]
        for client in clients:
            client.send({"jsonrpc": "2.0", "id": 1, "method": "session.retrieveToken"})
        self.assertEqual(len({outcome(client.read_response())["token"] for client in clients}), 1)


class Tokens(SessionTestCase):
    def check(self, answer):
        jwk = self.call("daemon.info")["jwk"]
        self.assertNotIn("d", jwk)
        token = Token(answer["token"])
        self.assertEqual(token.header, {"alg": "ES256", "typ": "JWT", "kid": thumbprint(jwk)})
        self.assertEqual(jwk.get("kid", thumbprint(jwk)), thumbprint(jwk))
        self.assertTrue(token.verifies(jwk))
        claims = token.claims
        self.assertEqual((claims["iss"], claims["sub"]), ("sessiond", answer["uuid"]))
        self.assertEqual(claims["origin"], answer["origin"])
        self.assertEqual(time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(claims["exp"])), answer["expiresAt"])
        self.assertEqual(claims["exp"] - claims["iat"], 3_600)
        self.assertTrue(0 < answer["expiresInSeconds"] <= 3_600)
        self.assertTrue(claims["jti"])
        return token

    def test_openssl_verifies_them(self):
        anonymous = self.check(self.call("session.retrieveToken"))
        self.sign_in("c-42", "c's")
        client = self.check(self.call("session.retrieveToken"))
        self.assertEqual(client.claims["origin"], "SYNERISE")
        self.assertNotEqual(client.claims["jti"], anonymous.claims["jti"])
        self.call("session.signOut")
        self.call("session.simpleAuthenticate", email=ANN, authID="a")
        self.assertEqual(self.check(self.call("session.retrieveToken")).claims["origin"], "SIMPLE_AUTH")

    def test_openssl_refuses_changed_ones(self):
        token = Token(self.call("session.retrieveToken")["token"])
        jwk = self.call("daemon.info")["jwk"]
        self.assertTrue(token.verifies(jwk))
        token.signed += b"A"
        self.assertFalse(token.verifies(jwk))

    def test_the_key_outlives_the_customer_and_the_daemon(self):
        token = Token(self.call("session.retrieveToken")["token"])
        self.call("session.destroy")
        self.daemon.restart(kill=True)
        self.client = self.daemon.client()
        self.assertTrue(token.verifies(self.call("daemon.info")["jwk"]))

    def test_refresh_gives_facts_and_no_token(self):
        before = self.call("session.retrieveToken")
        facts = self.call("session.refreshToken")
        self.assertNotIn("token", facts)
        after = self.call("session.retrieveToken")
        self.assertNotEqual(after["token"], before["token"])
        for name in ("uuid", "origin", "generation", "expiresAt"):
            self.assertEqual(facts[name], after[name])
        self.assertEqual(facts["generation"], before["generation"])
        # Within 10 s of a refresh that succeeded, the same one answers.
        self.assertEqual(self.call("session.refreshToken")["expiresAt"], facts["expiresAt"])
        self.assertEqual(self.call("session.retrieveToken")["token"], after["token"])

    def test_validity_that_no_token_has(self):
        self.assert_refused("notSignedIn", self.call, "session.retrieveToken", requireSignedIn=True)
        error = self.assert_refused(
            "minimumValidityImpossible", self.call, "session.retrieveToken", minimumValiditySeconds=3_700)
        self.assertTrue(3_590 <= error.data["maximumSeconds"] <= 3_600)
        answer = self.call("session.retrieveToken", minimumValiditySeconds=3_000)
        self.assertGreaterEqual(answer["expiresInSeconds"], 3_000)

    def test_configured_lifetime(self):
        daemon = self.new_daemon({"Local": {"TokenLifetimeSec": "10min"}})
        claims = Token(daemon.call("session.retrieveToken")["token"]).claims
        self.assertEqual(claims["exp"] - claims["iat"], 600)


if __name__ == "__main__":
    unittest.main()
