# SPDX-License-Identifier: Apache-2.0
"""Answers of the authority that come late: for a customer who is gone, to a caller who is gone, to many callers.

The emulator holds them back, so that each order is made and not met.
"""

import unittest

from harness import Token, lasting
from synerise import ANN, BOB, PASSWORDS
from workspace import (
    EMULATOR_PATHS, OTHER_KEY, OWN_PATHS, WorkspaceTestCase, begin, sign_in, token_of, until_read,
)

WAITERS = 50
# What the refresh is answered with, late.
LATE = {"a token": "times=1,hold", "a rejection": "times=1,hold,status=401"}
# What replaces the customer who is signed in, and what comes behind that.
CLIENT_ENDS = {
    "sign-out": ("session.signOut", {}, None),
    "sign-out, another customer": ("session.signOut", {}, BOB),
    "sign-out, the same customer": ("session.signOut", {}, ANN),
    "sign-out with destroy": ("session.signOut", {"mode": "destroy"}, None),
    "destroy": ("session.destroy", {}, None),
    "destroy, another customer": ("session.destroy", {}, BOB),
    "another key": ("authority.changeAPIKey", {"apiKey": OTHER_KEY}, None),
    "another key, another customer": ("authority.changeAPIKey", {"apiKey": OTHER_KEY}, BOB),
}
# What replaces an anonymous customer.
ANONYMOUS_ENDS = {
    "regenerate": ("session.regenerateUUID", {}),
    "derived": ("session.regenerateUUID", {"clientIdentifier": "customer@synerise.com"}),
    "destroy": ("session.destroy", {}),
    "another key": ("authority.changeAPIKey", {"apiKey": OTHER_KEY}),
}


class RaceTestCase(WorkspaceTestCase):
    def hold(self, emulator, daemon, fault, method, **params):
        """Sends a call whose request stays at the emulator; the connection that it waits on."""
        emulator.fault(fault)
        client = daemon.client()
        begin(client, method, **params)
        emulator.wait_until_held()
        until_read(client)
        return client

    def assert_release_changes_nothing(self, emulator, daemon):
        """Fails unless the session stays what it is, tokens included, when the late answer arrives."""
        token = token_of(daemon)
        before = lasting(daemon.call("session.status")), self.transitions(daemon)
        self.assertEqual(emulator.release(), 1)
        self.settle(daemon)
        self.assertEqual(token_of(daemon), token)
        self.assertEqual((lasting(daemon.call("session.status")), self.transitions(daemon)), before)

    def assert_error_answer(self, name, client):
        response = client.read_response()
        self.assertEqual(response.get("error", {}).get("data", {}).get("name"), name, response)
        return response["error"]


class LateRefresh(RaceTestCase):
    def test_nothing_of_a_customer_who_is_gone_reaches_the_next(self):
        emulator = self.start_emulator()
        for late, fault in LATE.items():
            for name, (method, params, following) in CLIENT_ENDS.items():
                with self.subTest(f"{late} after {name}"):
                    daemon = self.start_synerise(emulator)
                    self.race(emulator, daemon, f"on=E5,{fault}", method, params, following)
                    daemon.remove()

    def race(self, emulator, daemon, fault, method, params, following):
        token_of(daemon)
        first = sign_in(daemon)
        client = self.hold(emulator, daemon, fault, "session.refreshToken")
        daemon.call(method, **params)
        # Whoever waited is judged anew, and hears of nobody's token but the one that there is now.
        answer = client.read_response()
        if "result" in answer:
            self.assertEqual((answer["result"]["origin"], answer["result"]["uuid"]), ("ANONYMOUS", first["uuid"]))
            self.assertGreater(answer["result"]["generation"], first["generation"])
        else:
            self.assertEqual(answer["error"]["data"]["name"], "tokenUnavailable")
        if following:
            sign_in(daemon, following)
        status = daemon.call("session.status")
        self.assertEqual((status["signedIn"], status.get("login")), (following is not None, following))
        self.assert_release_changes_nothing(emulator, daemon)
        claims = Token(token_of(daemon)).claims
        self.assertEqual((claims["sub"], claims.get("login")), (status["uuid"], following))

    def test_nothing_of_an_anonymous_customer_reaches_the_next(self):
        emulator = self.start_emulator()
        for late, fault in LATE.items():
            for name, (method, params) in ANONYMOUS_ENDS.items():
                with self.subTest(f"{late} after {name}"):
                    daemon = self.start_synerise(emulator)
                    token_of(daemon)
                    client = self.hold(emulator, daemon, f"on=E5,{fault}", "session.refreshToken")
                    daemon.call(method, **params)
                    self.assert_error_answer("tokenUnavailable", client)
                    uuid = daemon.call("session.getUUID")["uuid"]
                    self.assertEqual(Token(token_of(daemon)).claims["sub"], uuid)
                    self.assert_release_changes_nothing(emulator, daemon)
                    daemon.remove()

    def test_a_late_login_of_the_last_uuid(self):
        emulator = self.start_emulator()
        for late, fault in LATE.items():
            for name, (method, params) in ANONYMOUS_ENDS.items():
                with self.subTest(f"{late} after {name}"):
                    daemon = self.start_synerise(emulator)
                    client = self.hold(emulator, daemon, f"on=E1,{fault}", "session.retrieveToken")
                    daemon.call(method, **params)
                    uuid = daemon.call("session.getUUID")["uuid"]
                    # Who waited gets the token of the customer that there is now.
                    answer = client.read_response()["result"]
                    self.assertEqual((answer["uuid"], Token(answer["token"]).claims["sub"]), (uuid, uuid))
                    self.assert_release_changes_nothing(emulator, daemon)
                    daemon.remove()

    def test_an_anonymous_login_goes_on_beside_a_sign_in(self):
        emulator = self.start_emulator()
        daemon = self.start_synerise(emulator)
        client = self.hold(emulator, daemon, "on=E1,times=1,hold", "session.retrieveToken")
        status = sign_in(daemon)
        # Who waited for any token has the customer's now.
        self.assertEqual(Token(client.read_response()["result"]["token"]).claims["login"], ANN)
        emulator.release()
        self.settle(daemon)
        self.assertEqual(Token(token_of(daemon)).claims["login"], ANN)
        daemon.call("session.signOut")
        claims = Token(token_of(daemon)).claims
        self.assertEqual((claims["origin"], claims["sub"]), ("ANONYMOUS", status["uuid"]))
        self.assertEqual(emulator.count("E1"), 1)

    def test_a_label_does_not_disturb_a_refresh(self):
        emulator = self.start_emulator()
        daemon = self.start_synerise(emulator)
        sign_in(daemon)
        old = token_of(daemon)
        client = self.hold(emulator, daemon, "on=E5,hold", "session.refreshToken")
        daemon.call("session.setIdentity", customEmail="label@example.com")
        emulator.release()
        self.assertEqual(client.read_response()["result"]["origin"], "SYNERISE")
        self.assertNotEqual(token_of(daemon), old)
        self.assertEqual(emulator.count("E5"), 1)

    def test_a_rejection_in_time_ends_the_session(self):
        emulator = self.start_emulator()
        daemon = self.start_synerise(emulator)
        sign_in(daemon)
        client = self.hold(emulator, daemon, "on=E5,hold,status=401", "session.refreshToken")
        emulator.release()
        error = self.assert_error_answer("sessionExpired", client)
        self.assertIn("clientRejected", error["message"])
        self.assertEqual(daemon.call("session.status")["state"], "expired")
        self.assertIn("the customer's session ended: clientRejected", self.transitions(daemon))


class ManyWaiters(RaceTestCase):
    def test_all_are_answered_by_one_refresh(self):
        emulator = self.start_emulator()
        daemon = self.start_synerise(emulator)
        sign_in(daemon)
        old = token_of(daemon)
        clients = [self.hold(emulator, daemon, "on=E5,hold", "session.refreshToken")]
        for _ in range(WAITERS - 1):
            clients.append(daemon.client())
            begin(clients[-1], "session.refreshToken")
        for client in clients:
            until_read(client)
        # Neither a deadline nor a caller who leaves ends what the others wait for.
        self.assert_refused("deadlineExceeded", daemon.call, "session.refreshToken", _deadlineSeconds=0.05)
        leaving = daemon.client()
        begin(leaving, "session.refreshToken")
        until_read(leaving)
        leaving.close()
        emulator.release()
        facts = [client.read_response()["result"] for client in clients]
        # The seconds that are left may differ by one.
        self.assertEqual(len({(fact["expiresAt"], fact["generation"]) for fact in facts}), 1)
        self.assertNotEqual(token_of(daemon), old)
        self.assertEqual(emulator.count("E5"), 1)


class LateSignIn(RaceTestCase):
    SIGN_IN = {"email": ANN, "password": PASSWORDS[ANN]}

    def start_held_sign_in(self, **params):
        """A sign-in whose answer, a yes, stays at the emulator; everything else is answered."""
        emulator = self.start_emulator(*EMULATOR_PATHS)
        daemon = self.start_synerise(emulator, **OWN_PATHS)
        token_of(daemon)
        client = self.hold(emulator, daemon, "on=E2,times=1,hold", "session.signIn", **self.SIGN_IN, **params)
        return emulator, daemon, client

    def test_what_replaces_the_customer_supersedes_it(self):
        for name, (method, params) in {**ANONYMOUS_ENDS, "sign-out": ("session.signOut", {})}.items():
            with self.subTest(name):
                emulator, daemon, client = self.start_held_sign_in()
                daemon.call(method, **params)
                self.assert_error_answer("superseded", client)
                self.assert_release_changes_nothing(emulator, daemon)
                self.assertFalse(daemon.call("session.status")["signedIn"])
                self.assertEqual(sign_in(daemon, BOB)["login"], BOB)

    def test_another_one_is_refused_meanwhile(self):
        emulator, daemon, client = self.start_held_sign_in()
        for attempt in (self.SIGN_IN, {"email": BOB, "password": PASSWORDS[BOB]}):
            self.assert_refused("busy", daemon.call, "session.signIn", **attempt)
        emulator.release()
        self.assertEqual(client.read_response()["result"]["login"], ANN)
        self.assertEqual(emulator.count("E2"), 1)

    def test_a_deadline_ends_it_without_effect(self):
        emulator = self.start_emulator()
        daemon = self.start_synerise(emulator)
        token_of(daemon)
        before = lasting(daemon.call("session.status"))
        emulator.fault("on=E2,times=1,hold")
        error = self.assert_refused(
            "deadlineExceeded", daemon.call, "session.signIn", **self.SIGN_IN, _deadlineSeconds=0.5)
        self.assertNotIn("outcome", error.data)
        emulator.wait_until_held()
        self.assertEqual(lasting(daemon.call("session.status")), before)
        self.assert_release_changes_nothing(emulator, daemon)
        self.assertEqual(lasting(daemon.call("session.status")), before)
        self.assertEqual(sign_in(daemon, BOB)["login"], BOB)

    def test_a_caller_who_leaves_ends_it_without_effect(self):
        emulator, daemon, client = self.start_held_sign_in()
        before = lasting(daemon.call("session.status"))
        client.close()
        self.assertEqual(sign_in(daemon, BOB)["login"], BOB)
        self.assert_release_changes_nothing(emulator, daemon)
        self.assertEqual(daemon.call("session.status")["generation"], before["generation"] + 1)

    def test_a_caller_who_half_closes_still_hears_of_it(self):
        emulator, daemon, client = self.start_held_sign_in()
        client.half_close()
        emulator.release()
        self.assertEqual(client.read_response()["result"]["login"], ANN)
        client.read_end()

    def test_a_deletion_that_is_superseded_ends_nothing_here(self):
        emulator = self.start_emulator(*EMULATOR_PATHS)
        daemon = self.start_synerise(emulator, **OWN_PATHS)
        token_of(daemon)
        uuid = sign_in(daemon)["uuid"]
        client = self.hold(
            emulator, daemon, "on=deleteAccount,times=1,hold", "session.deleteAccount", authFactor=PASSWORDS[ANN])
        daemon.call("session.signOut")
        self.assert_error_answer("superseded", client)
        self.assert_release_changes_nothing(emulator, daemon)
        self.assertEqual(daemon.call("session.getUUID"), {"uuid": uuid})


if __name__ == "__main__":
    unittest.main()
