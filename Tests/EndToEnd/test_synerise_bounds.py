# SPDX-License-Identifier: Apache-2.0
"""What an authority says has bounds: what breaks them changes nothing; and the outbox keeps what it has promised."""

import json
import time

from harness import lasting
from synerise import ANN, PASSWORDS, SyneriseTestCase

LONGEST_LINE_BYTES = 65_536
LONG = "9" * 300_000
SIGN_OUT_PATH = "/own/sign-out"


class Bounds(SyneriseTestCase):
    def setUp(self):
        self.emulator = self.make_emulator(f"--sign-out-path={SIGN_OUT_PATH}")
        self.daemon = self.make_synerise_daemon(self.emulator, {"Synerise": {"SignOutPath": SIGN_OUT_PATH}}).start()
        self.client = self.daemon.client()
        self.client.call("session.retrieveToken")

    def restart(self):
        """Begins anew, without any pause."""
        self.daemon.kill()
        self.emulator.clear_faults()
        self.daemon.start()
        self.client = self.daemon.client()

    def answer(self, call, code=200, **value):
        """Has the authority answer a call with an object."""
        path = self.emulator.folder / "answer"
        path.write_text(json.dumps(value))
        self.emulator.clear_faults()
        self.emulator.fault(f"on={call},status={code},body={path}")

    def token(self, **members):
        now = int(time.time())
        return {"token": "tok", "expiration": now + 3600, "created": now * 1000, **members}

    def broken(self):
        for text in ("abc\nX-Injected: yes", "a\x1bb", "a b", "tök", "a\u200bb", "", "t" * 32_769):
            yield {"token": text}
        for name in ("realm", "customId", "clientId"):
            yield {name: LONG}
            yield {name: "a\u0000b"}
        yield {"expiration": 253_402_300_800}
        yield {"created": 2 ** 62}

    def test_a_token_beyond_them_replaces_none(self):
        self.sign_in(self.daemon)
        held = self.client.call("session.retrieveToken")["token"]
        for members in self.broken():
            with self.subTest(members=str(members)[:60]):
                self.restart()
                before = lasting(self.client.call("session.status"))
                self.answer("E5", **self.token(**members))
                self.assert_refused("authorityUnavailable", self.client.call, "session.refreshToken")
                self.assertEqual(self.client.call("session.retrieveToken")["token"], held)
                after = lasting(self.client.call("session.status"))
                before.pop("tokenState"), after.pop("tokenState")
                self.assertEqual(after, before)
        code = self.daemon.sessionctl("token", "--header")
        self.assertEqual((code.returncode, code.stdout), (0, f"Authorization: Bearer {held}\n".encode()))

    def test_nor_signs_anybody_in(self):
        for members in self.broken():
            with self.subTest(members=str(members)[:60]):
                self.restart()
                self.answer("E2", **self.token(**members))
                self.assert_refused("authorityUnavailable", self.sign_in, self.daemon)
                self.assertFalse(self.client.call("session.status")["signedIn"])

    def test_the_longest_names_fit_into_every_line(self):
        self.answer("E2", **self.token(token="t" * 32_768, clientId="\\" * 1024, customId='"' * 1024, realm='"' * 1024))
        self.client.call("session.setIdentity", customIdentifier='"' * 1024, customEmail='"' * 254)
        for line in (
                '{"jsonrpc":"2.0","id":1,"method":"session.watch"}',
                json.dumps({"jsonrpc": "2.0", "id": 2, "method": "session.signIn",
                            "params": {"customID": '"' * 1024, "password": PASSWORDS[ANN]}}),
                '{"jsonrpc":"2.0","id":3,"method":"session.retrieveToken"}'):
            self.client.send_raw(line.encode() + b"\n")
        seen = set()
        while not {1, 2, 3} <= seen:
            line = self.client.read_line()
            self.assertLessEqual(len(line) + 1, LONGEST_LINE_BYTES)
            seen.add(json.loads(line).get("id"))

    def test_a_condition_and_field_errors_beyond_them_are_no_answer(self):
        for value in ({"status": LONG}, {"status": "A B"}, {"status": "A", "conditions": [LONG]}):
            self.restart()
            self.answer("E3", **value)
            self.assert_refused("authorityUnavailable", self.sign_in, self.daemon, conditional=True)
        for error in ({"message": LONG}, {"code": "a\nb"}, {"field": LONG}):
            self.restart()
            self.answer("E2", code=422, errors=[error])
            refused = self.assert_refused("authorityUnavailable", self.sign_in, self.daemon)
            self.assertNotIn("fieldErrors", refused.data)

    def test_a_token_of_a_caller_that_no_header_can_hold_is_refused(self):
        for text in ("a\u200bb", "a b", "tök"):
            error = self.assert_refused(
                "invalidParams", self.client.call, "session.authenticateWithToken", token=text,
                expiresAt="2099-01-01T00:00:00Z", origin="SYNERISE", uuid="0b9cf29d-6f0f-4f3a-9f0b-8d3ea1b2c3d4")
            self.assertEqual((error.data["member"], "visible ASCII" in error.data["reason"]), ("token", True))

    def test_a_key_that_no_configuration_may_hold_is_refused(self):
        for text in ("a b", "schlüssel", "k" * 4097):
            error = self.assert_refused("invalidParams", self.client.call, "authority.changeAPIKey", apiKey=text)
            self.assertEqual(error.data["member"], "apiKey")

    def test_whatever_was_queued_is_told_and_who_was_not_hears_so(self):
        self.emulator.fault("on=signOut,status=500")
        outcomes = []
        for _ in range(66):
            self.sign_in(self.daemon)
            outcomes.append(self.client.call("session.signOut")["authority"])
        self.assertEqual(outcomes, ["queued"] * 64 + ["outboxFull"] * 2)
        self.daemon.output.wait_for("the authority does not hear of a sign-out: too many wait")
        self.assertIn('sessiond_sign_outs_to_tell_total{outcome="outboxFull"} 2\n', self.metrics())
        # A daemon that can tell may be killed after it has, and before it knows: the next tells again.
        self.daemon.kill()
        self.emulator.clear_faults()
        since = len(self.emulator.log())
        self.daemon.start()
        told = self.emulator.log(on="signOut", at_least=64, since=since)
        self.assertEqual([entry["status"] for entry in told], [200] * 64)

    def metrics(self):
        return self.client.call("daemon.metrics")["text"]


if __name__ == "__main__":
    import unittest

    unittest.main()
