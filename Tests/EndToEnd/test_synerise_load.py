# SPDX-License-Identifier: Apache-2.0
"""A thousand calls at once that cannot be answered at once: how many requests the authority gets for them."""

import time
import unittest

from harness import Client
from workspace import WorkspaceTestCase, begin, sign_in, token_of, until_read

CONNECTIONS, CALLS_EACH = 200, 5
CALLS = CONNECTIONS * CALLS_EACH
# So often that number, where many wait at once.
CROWD_ROUNDS = 6
HOUR_SECONDS = 3600
# Longer than a token lives that was made before, shorter than one lives that is made now.
MORE_SECONDS, LONGER_SECONDS = 2 * HOUR_SECONDS, 4 * HOUR_SECONDS


class Load(WorkspaceTestCase):
    def connect(self, daemon):
        clients = []
        for _ in range(CONNECTIONS):
            clients.append(self.close_later(Client(daemon.socket_path)))
            # It is accepted then; more than the backlog holds would be refused.
            until_read(clients[-1])
        return clients

    def ask(self, clients, *choices):
        """Sends the calls, the parameters in turns."""
        for client in clients:
            client.send(*(
                {"jsonrpc": "2.0", "id": f"call {number}", "method": "session.retrieveToken",
                 "params": choices[number % len(choices)]}
                for number in range(CALLS_EACH)))

    def answers(self, clients):
        """One answer to each of the calls."""
        found = [client.read_responses(CALLS_EACH) for client in clients]
        expected = {f"call {number}" for number in range(CALLS_EACH)}
        self.assertTrue(all(set(answers) == expected for answers in found))
        return [answer for answers in found for answer in answers.values()]

    def held_answers(self, emulator, clients, params):
        """The answers to calls that all wait at once: the authority's is let go when the last of them was read."""
        self.ask(clients, params)
        emulator.wait_until_held()
        for client in clients:
            until_read(client)
        began = time.monotonic()
        self.assertEqual(emulator.release(), 1)
        answers = self.answers(clients)
        self.told(began)
        return answers

    def told(self, began, what=f"{CALLS} answers"):
        print(f"{self.id().rsplit('.', 1)[-1]}: {what} in {1000 * (time.monotonic() - began):.0f} ms")

    def test_one_login_where_the_anonymous_token_has_just_expired(self):
        emulator = self.start_emulator()
        daemon = self.start_synerise(emulator)
        old = token_of(daemon)
        daemon.stop()
        # The same boot, an hour later.
        daemon.wrapper = ["unshare", "--time", "--boottime", str(HOUR_SECONDS), "--"]
        emulator.fault("on=E1,hold")
        daemon.start()
        answers = self.held_answers(emulator, self.connect(daemon), {})
        tokens = {answer["result"]["token"] for answer in answers}
        self.assertEqual((len(tokens), old in tokens), (1, False))
        self.assertEqual([entry["endpoint"] for entry in emulator.log()], ["E1", "E1"])

    def test_one_refresh_where_the_client_token_lives_too_short(self):
        emulator = self.start_emulator()
        daemon = self.start_synerise(emulator)
        sign_in(daemon)
        old = token_of(daemon)
        emulator.set_lifetime(LONGER_SECONDS)
        emulator.fault("on=E5,hold")
        count = emulator.count()
        answers = self.held_answers(emulator, self.connect(daemon), {"minimumValiditySeconds": MORE_SECONDS})
        tokens = {answer["result"]["token"] for answer in answers}
        self.assertEqual((len(tokens), old in tokens), (1, False))
        self.assertTrue(all(answer["result"]["expiresInSeconds"] >= MORE_SECONDS for answer in answers))
        self.assertEqual([entry["endpoint"] for entry in emulator.log()[count:]], ["E5"])

    def test_no_request_in_back_off(self):
        emulator = self.start_emulator()
        daemon = self.start_synerise(emulator)
        sign_in(daemon)
        old = token_of(daemon)
        emulator.fault("status=503,retry-after=600")
        demand = {"minimumValiditySeconds": MORE_SECONDS}
        self.assert_refused("authorityUnavailable", daemon.call, "session.retrieveToken", **demand)
        clients = self.connect(daemon)
        count = emulator.count()
        began = time.monotonic()
        self.ask(clients, demand, {**demand, "allowStale": True})
        answers = self.answers(clients)
        self.told(began)
        given = [answer["result"] for answer in answers if "result" in answer]
        refused = [answer["error"]["data"] for answer in answers if "error" in answer]
        self.assertEqual((len(given), len(refused)), (CALLS * 2 // 5, CALLS * 3 // 5))
        self.assertTrue(all((answer["token"], answer["stale"]) == (old, True) for answer in given))
        self.assertTrue(all(
            data["name"] == "authorityUnavailable" and 500 < data["retryAfterSeconds"] <= 600 for data in refused))
        self.assertEqual(emulator.count(), count)

    def test_a_crowd_that_waits_holds_nobody_up(self):
        emulator = self.start_emulator()
        daemon = self.start_synerise(emulator)
        sign_in(daemon)
        emulator.set_lifetime(LONGER_SECONDS)
        emulator.fault("on=E5,hold")
        clients = self.connect(daemon)
        for _ in range(CROWD_ROUNDS):
            for client in clients:
                for _ in range(CALLS_EACH):
                    begin(
                        client, "session.retrieveToken", minimumValiditySeconds=MORE_SECONDS, _deadlineSeconds=300)
                until_read(client)
        began = time.monotonic()
        # A change is behind all of them; it has its own deadline, which is short enough.
        daemon.call("session.setIdentity", customIdentifier="till 4")
        self.told(began, "one answer behind a crowd")
        emulator.wait_until_held()
        emulator.release()
        for client in clients:
            answers = [client.read_response() for _ in range(CROWD_ROUNDS * CALLS_EACH)]
            self.assertTrue(all("result" in answer for answer in answers))
        self.assertEqual(emulator.count("E5"), 1)

    def test_waiters_of_one_connection_share_a_flight_with_those_of_another(self):
        emulator = self.start_emulator(faults=["on=E1,hold"])
        daemon = self.start_synerise(emulator)
        first, second = daemon.client(), daemon.client()
        requests = [begin(client, "session.retrieveToken") for client in (first, second)]
        emulator.wait_until_held()
        for client in (first, second):
            until_read(client)
        emulator.release()
        answers = [client.read_response() for client in (first, second)]
        self.assertEqual([answer["id"] for answer in answers], [request["id"] for request in requests])
        self.assertEqual(answers[0]["result"]["token"], answers[1]["result"]["token"])
        self.assertEqual(emulator.count(), 1)


if __name__ == "__main__":
    unittest.main()
