# SPDX-License-Identifier: Apache-2.0
"""What is answered is on the disk, and what cannot be put there: seen, and made to fail, by strace(1)."""

import re
import unittest

from conditions import ConditionedTestCase, Trace, require_root, system_calls
from harness import hashed, lasting

LOGIN, PASSWORD = "ann@example.com", "ann's"
ACCOUNTS = {LOGIN: hashed(PASSWORD, 1000)}
SIGN_IN = ("session.signIn", {"email": LOGIN, "password": PASSWORD})
SIMPLE = ("session.simpleAuthenticate", {"email": LOGIN, "authID": "till"})
LABEL = ("session.setIdentity", {"customEmail": "label"})
SIGN_OUT, DESTROY, REGENERATE = ("session.signOut", {}), ("session.destroy", {}), ("session.regenerateUUID", {})
DERIVE = ("session.regenerateUUID", {"clientIdentifier": "x"})
RETRIEVE = ("session.retrieveToken", {})

# What comes before, the change, and what it writes to the log.
MUTATIONS = [
    ((), LABEL, "labels changed"),
    ((LABEL,), ("session.setIdentity", {"customEmail": None}), "labels changed"),
    ((RETRIEVE,), REGENERATE, "new UUID: regeneration"),
    ((), DERIVE, "new UUID: regeneration"),
    ((RETRIEVE,), SIGN_IN, "was authenticated"),
    ((SIGN_IN,), SIGN_OUT, "session ended"),
    ((RETRIEVE,), SIMPLE, "was authenticated"),
    ((SIMPLE,), SIGN_OUT, "session ended"),
    ((SIGN_IN,), ("session.signOut", {"mode": "destroy"}), "new UUID: destroy"),
    ((SIGN_IN,), DESTROY, "new UUID: destroy"),
    ((RETRIEVE,), DESTROY, "new UUID: destroy"),
]
# Those that are refused when they cannot be stored.
REFUSED = [((), LABEL), ((), REGENERATE), ((), DERIVE), ((), SIGN_IN), ((), SIMPLE)]
# Those that take effect all the same: a customer who leaves is gone.
KEPT = [((SIGN_IN,), SIGN_OUT), ((SIMPLE,), SIGN_OUT), ((SIGN_IN,), DESTROY), ((RETRIEVE,), DESTROY)]
EVENTS = re.compile("new UUID|session ended|labels changed|was authenticated")


class DurabilityTestCase(ConditionedTestCase):
    @classmethod
    def setUpClass(cls):
        require_root()

    def start(self):
        daemon = self.make_daemon({}, ACCOUNTS).start()
        daemon.call("session.retrieveToken")
        return daemon

    def call_all(self, client, calls):
        return [client.call(method, **params) for method, params in calls]


class Order(DurabilityTestCase):
    def test_the_sync_comes_before_the_answer(self):
        daemon = self.start()
        client = daemon.client()
        marks = []
        trace = Trace(
            daemon.process.pid, "-y", "-s", "400", "-e",
            "trace=read,recvfrom,write,pwrite64,fsync,fdatasync,sendto,sendmsg,rename,renameat,renameat2",
            output=daemon.folder / "trace")
        for before, (method, params), logged in MUTATIONS:
            client.call("session.destroy")
            self.call_all(client, before)
            self.empty_log(daemon, client)
            request = client.request(method, params)
            client.send(request)
            self.assertIn("result", client.read_response())
            marks.append((method, request["id"], logged))
        self.empty_log(daemon, client)
        calls = system_calls(trace.detach())
        for method, identifier, logged in marks:
            with self.subTest(method=method, id=identifier):
                self.assert_stored_before_answered(calls, identifier, logged, daemon.state_path)

    def empty_log(self, daemon, client):
        """Waits until all that was to be logged about what came before is written."""
        daemon.log_after(
            lambda: self.assert_refused("generationMismatch", client.call, "session.destroy", ifGeneration=0),
            "session.destroy by user 0: generationMismatch")

    def assert_stored_before_answered(self, calls, identifier, logged, folder):
        # As strace writes them: the request as json.dumps, the answer as the daemon made it.
        spaced, mark = rf'\"id\": {identifier},', rf'\"id\":{identifier},'
        asked = next(call for call in calls if call.name in ("read", "recvfrom") and spaced in call.arguments)
        answered = next(call for call in calls if call.name in ("sendto", "sendmsg") and mark in call.arguments)
        told = next(call for call in calls
                    if call.name == "write" and logged in call.arguments and call.begin > asked.end)
        between = [call for call in calls if asked.begin < call.begin < answered.begin]
        files = {call.path for call in between if call.name in ("pwrite64", "write") and self.is_state(call, folder)}
        self.assertTrue(files, "nothing was written before the answer")
        for path in files:
            written = [call for call in between if call.name == "pwrite64" and call.path == path]
            synced = [call for call in between if call.name in ("fsync", "fdatasync") and call.path == path]
            self.assertTrue(synced, f"{path} was not synced before the answer")
            self.assertEqual({call.result for call in synced}, {"0"})
            self.assertLess(max(call.end for call in written), synced[-1].begin)
            self.assertLess(synced[-1].end, answered.begin)
        first = min((call for call in between if call.name == "fdatasync"), key=lambda call: call.end)
        self.assertLess(first.end, told.begin, "it was announced before it was stored")

    @staticmethod
    def is_state(call, folder):
        return call.path is not None and call.path.startswith(f"{folder}/session.")

    def test_no_copy_of_a_cleared_token_stays_in_the_folder(self):
        for before, (method, params) in KEPT + [((RETRIEVE,), REGENERATE)]:
            with self.subTest(method=method, before=before):
                daemon = self.start()
                client = daemon.client()
                self.call_all(client, before)
                token = client.call("session.retrieveToken")["token"]
                # Its last part is what nobody else could make.
                secret = token.rsplit(".", 1)[1].encode()
                self.assertTrue(any(secret in path.read_bytes() for path in daemon.state_path.iterdir()))
                client.call(method, **params)
                daemon.kill()
                for path in daemon.state_path.iterdir():
                    self.assertNotIn(secret, path.read_bytes(), path)


class Faults:
    """The tests of a disk that fails; `fault` is what strace injects, `words` what is said about it."""

    def broken(self, daemon):
        trace = Trace(daemon.process.pid, "-e", f"trace={self.calls}", "-e", f"inject={self.calls}:error={self.error}")
        self.addCleanup(trace.detach)
        return trace

    def fail_to(self, daemon, client, method, params):
        """Makes a change that must be refused."""
        def act():
            error = self.assert_refused("storeFailed", client.call, method, **params)
            self.assertIn(self.words, error.message)
            self.assertIn(str(daemon.state_path), error.message)
            self.assertTrue(error.data["hint"])
            self.assertTrue(error.data["retryable"])
            self.assertEqual(error.code, -32011)
        daemon.log_after(act, f"{method} by user 0: storeFailed")

    def assert_failing(self, client):
        self.assertEqual(client.call("session.status")["store"], {"sealed": False, "state": "failing"})
        health = client.call("daemon.health")
        self.assertTrue(health["ready"])
        self.assertEqual([problem["name"] for problem in health["problems"]], ["storeFailed"])

    def test_what_cannot_be_stored_has_not_happened(self):
        daemon = self.start()
        client = daemon.client()
        client.call("session.setIdentity", customIdentifier="till 4")
        before, token = client.call("session.status"), client.call("session.retrieveToken")["token"]
        self.assertEqual(before["store"]["state"], "ok")
        trace = self.broken(daemon)
        start = len(daemon.stderr)
        for _, (method, params) in REFUSED:
            with self.subTest(method=method, params=params):
                self.fail_to(daemon, client, method, params)
                after = client.call("session.status")
                self.assert_failing(client)
                self.assertEqual({**lasting(after), "store": None}, {**lasting(before), "store": None})
                self.assertEqual(client.call("session.retrieveToken")["token"], token)
        # Whatever was announced of one came before what is logged about the next.
        self.fail_to(daemon, client, *LABEL)
        self.assertIsNone(EVENTS.search(daemon.stderr, start), daemon.stderr)
        self.assertEqual(len(re.findall("^ERROR the session cannot be stored", daemon.stderr, re.MULTILINE)), 1)
        self.assertIn(self.words, daemon.stderr)
        daemon.notifications.wait_for(lambda line: line.endswith("; the session cannot be stored"))
        daemon.kill()
        trace.detach()
        daemon.start()
        self.assertEqual(lasting(daemon.call("session.status")), lasting(before))
        self.assertEqual(daemon.call("session.retrieveToken")["token"], token)

    def test_who_signs_out_is_out_until_the_power_fails(self):
        for preparation, (method, params) in KEPT:
            with self.subTest(method=method, preparation=preparation):
                daemon = self.start()
                client = daemon.client()
                client.call("session.setIdentity", customEmail="label")
                self.call_all(client, preparation)
                before, token = client.call("session.status"), client.call("session.retrieveToken")["token"]
                trace = self.broken(daemon)
                answer = client.call(method, **params)
                self.assertIs(answer["durable"], False)
                after = client.call("session.status")
                self.assertEqual(after["generation"], before["generation"] + 1)
                self.assertEqual((after["uuid"], after["generation"]), (answer["uuid"], answer["generation"]))
                self.assertFalse(after["signedIn"] or after["signedInViaSimpleAuthentication"])
                self.assertEqual(after["uuid"] == before["uuid"], method == "session.signOut")
                self.assertNotEqual(client.call("session.retrieveToken")["token"], token)
                self.assert_failing(client)
                daemon.kill()
                trace.detach()
                daemon.start()
                restored = daemon.call("session.status")
                self.assertEqual(lasting(restored), lasting(before))
                self.assertEqual(daemon.call("session.retrieveToken")["token"], token)

    def test_when_the_fault_is_gone_the_next_change_stores_all(self):
        daemon = self.start()
        client = daemon.client()
        self.call_all(client, [SIGN_IN])
        trace = self.broken(daemon)
        self.assertIs(client.call("session.signOut")["durable"], False)
        trace.detach()
        log = daemon.log_after(lambda: self.call_all(client, [LABEL]), "session.setIdentity by user 0: ok")
        self.assertIn("the session can be stored again", log)
        self.assert_stored(daemon, client)

    def assert_stored(self, daemon, client):
        after = client.call("session.status")
        self.assertEqual(after["store"]["state"], "ok")
        self.assertEqual(client.call("daemon.health"), {"ready": True, "problems": []})
        daemon.restart(kill=True)
        self.assertEqual(lasting(daemon.call("session.status")), lasting(after))


class FailingSync(Faults, DurabilityTestCase):
    calls, error, words = "fsync,fdatasync", "EIO", "Input/output error"

    def test_when_the_fault_is_gone_all_is_stored_without_anybody_asking(self):
        daemon = self.start()
        client = daemon.client()
        self.call_all(client, [SIGN_IN])
        token = client.call("session.retrieveToken")["token"]
        trace = self.broken(daemon)
        start = len(daemon.stderr)
        self.assertIs(client.call("session.destroy")["durable"], False)
        # A customer of whom nothing could be stored gets a token all the same.
        self.assertNotEqual(client.call("session.retrieveToken")["token"], token)
        trace.detach()
        daemon.output.wait_for("the session can be stored again", start)
        # Changes nothing, but is answered behind what the session was doing.
        self.assertIs(client.call("session.signOut")["changed"], False)
        self.assert_stored(daemon, client)
        secret = token.rsplit(".", 1)[1].encode()
        for path in daemon.state_path.iterdir():
            self.assertNotIn(secret, path.read_bytes(), path)


class FullDisk(Faults, DurabilityTestCase):
    calls, error, words = "pwrite64", "ENOSPC", "No space left on device"


if __name__ == "__main__":
    unittest.main()
