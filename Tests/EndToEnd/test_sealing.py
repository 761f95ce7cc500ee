# SPDX-License-Identifier: Apache-2.0
"""What is stored with a key, without one, with another one, and with what is none."""

import unittest
import uuid

from canaries import leaks
from conditions import mounted, own_mounts
from sealing import KEY, LABEL, LOGIN, OTHER_KEY, SealingTestCase, header, key_id, revision, with_right_checksum

JOURNAL_UNSEALED = "the stored session is not encrypted"


def setUpModule():
    own_mounts()


class Sealed(SealingTestCase):
    def test_a_session_survives_and_nothing_of_it_can_be_read(self):
        daemon, status, token = self.signed_in(KEY)
        canaries = {"token": token, "signature": token.rsplit(".", 1)[1], "uuid": status["uuid"], "login": LOGIN,
                    "label": LABEL, "key": KEY.decode("latin-1")}
        for path in self.slots(daemon):
            self.assertEqual(header(path)["key"], key_id(KEY))
            self.assertEqual(leaks(path.read_bytes().decode("latin-1"), canaries), [], path)
        self.assertEqual(leaks(daemon.stderr, canaries), [])
        self.assertNotIn(JOURNAL_UNSEALED, daemon.stderr)
        daemon.start()
        self.assert_session(daemon, status, token, sealed=True)
        self.assertEqual(daemon.call("daemon.health"), {"ready": True, "problems": []})

    def test_the_canaries_are_found_where_nothing_is_sealed(self):
        daemon, status, token = self.signed_in()
        text = "".join(path.read_bytes().decode("latin-1") for path in self.slots(daemon))
        canaries = {"token": token, "uuid": status["uuid"], "login": LOGIN, "label": LABEL}
        self.assertEqual(leaks(text, canaries), sorted(canaries))

    def test_every_change_survives_a_kill(self):
        daemon, _, _ = self.signed_in(KEY)
        daemon.start()
        for method, params in [
            ("session.signOut", {}), ("session.regenerateUUID", {}), ("session.setIdentity", {"customEmail": "x"}),
            ("session.destroy", {}),
        ]:
            daemon.call(method, **params)
            before = daemon.call("session.status")
            daemon.restart(kill=True)
            after = daemon.call("session.status")
            for name in ("uuid", "generation", "state"):
                self.assertEqual(after[name], before[name], method)
        self.assertEqual(self.key_ids(daemon), {key_id(KEY)})

    def test_what_was_clear_is_sealed_at_the_first_start_with_a_key(self):
        daemon, status, token = self.signed_in()
        self.assertEqual(self.key_ids(daemon), {"none"})
        before = max(map(revision, self.slots(daemon)))
        self.give(daemon, KEY).start()
        # Nobody has changed anything.
        self.assertEqual(self.key_ids(daemon), {key_id(KEY)})
        for path in self.slots(daemon):
            self.assertEqual(leaks(path.read_bytes().decode("latin-1"), {"token": token, "login": LOGIN}), [])
            self.assertGreater(revision(path), before)
        self.assert_session(daemon, status, token, sealed=True)
        daemon.restart(kill=True)
        self.assert_session(daemon, status, token, sealed=True)

    def test_what_was_sealed_is_clear_where_that_is_wanted(self):
        daemon, status, token = self.signed_in(KEY)
        daemon.configure({"Store": {"Seal": "no"}})
        daemon.start()
        self.assertEqual(self.key_ids(daemon), {"none"})
        self.assert_session(daemon, status, token, sealed=False)
        self.assertEqual(daemon.call("daemon.health"), {"ready": True, "problems": []})
        self.assertNotIn(JOURNAL_UNSEALED, daemon.stderr)

    def test_a_changed_state_is_set_aside_sealed_and_loudly(self):
        daemon, status, _ = self.signed_in(KEY)
        for path in self.slots(daemon):
            data = bytearray(path.read_bytes())
            data[600] ^= 1
            path.write_bytes(data)
        spoilt = [path.read_bytes() for path in self.slots(daemon)]
        daemon.start()
        self.assertNotEqual(daemon.call("session.status")["uuid"], status["uuid"])
        daemon.output.wait_for("^CRITICAL the stored session was damaged and is set aside as")
        kept = [path.with_name(path.name + ".damaged").read_bytes() for path in self.slots(daemon)]
        self.assertEqual(kept, spoilt)


    def test_a_newer_state_that_somebody_has_forged_is_said_loudly(self):
        daemon, status, _ = self.signed_in(KEY)
        older, newer = sorted(self.slots(daemon), key=revision)
        forged = bytearray(newer.read_bytes())
        forged[600] ^= 1
        newer.write_bytes(with_right_checksum(forged))
        daemon.start()
        text = daemon.output.wait_for("^CRITICAL a stored session was not written by this daemon.*").group()
        self.assertIn(f"{newer}.damaged", text)
        health = daemon.call("daemon.health")
        self.assertEqual((health["ready"], [problem["name"] for problem in health["problems"]]), (True, ["storeForged"]))
        self.assertIn(f"{newer}.damaged", health["problems"][0]["hint"])
        # The older one counts, and a reload is no reason to forget it.
        self.assertEqual(daemon.call("session.status")["uuid"], status["uuid"])
        daemon.call("daemon.reload")
        self.assertEqual(daemon.call("daemon.health"), health)
        daemon.restart()
        self.assertEqual(daemon.call("daemon.health")["problems"], [])


class WithoutAKey(SealingTestCase):
    def assert_goes_on_in_clear(self, key, level, problem, *words):
        daemon, status, token = self.signed_in(key)
        match = daemon.output.wait_for(rf"^{level} {JOURNAL_UNSEALED}: .*")
        self.assertEqual(daemon.stderr.count(JOURNAL_UNSEALED), 1)
        daemon.start()
        self.assert_session(daemon, status, token, sealed=False)
        problems = daemon.call("daemon.health")["problems"]
        self.assertTrue(daemon.call("daemon.health")["ready"])
        self.assertEqual([entry["name"] for entry in problems], ["storeUnsealed"] if problem else [])
        for text in [match.group(), *(entry["hint"] for entry in problems)]:
            for word in words:
                self.assertIn(word, text)

    def test_no_credential(self):
        self.assert_goes_on_in_clear(
            None, "NOTICE", False, "there is no credential sessiond.state-key", "LoadCredential=")

    def test_none_in_place_of_the_key(self):
        self.assert_goes_on_in_clear(b"none", "WARNING", True, 'is "none"', "systemctl status sessiond-key")

    def test_a_key_that_is_cut_off(self):
        self.assert_goes_on_in_clear(KEY[:31], "ERROR", True, "has 31 bytes, and a key has 32")

    def test_an_empty_key(self):
        self.assert_goes_on_in_clear(b"", "ERROR", True, "has 0 bytes, and a key has 32")

    def test_none_with_something_behind_it(self):
        self.assert_goes_on_in_clear(b"none\n", "ERROR", True, "has 5 bytes, and a key has 32")

    def test_a_key_that_is_too_long(self):
        self.assert_goes_on_in_clear(KEY + b"\n", "ERROR", True, "has more than 32 bytes")

    def test_what_is_sealed_is_locked_whatever_stands_in_for_the_key(self):
        daemon, status, token = self.signed_in(KEY)
        sealed = f"is sealed with key {key_id(KEY)}"
        for key, words in [
            (None, "there is no credential sessiond.state-key"), (b"none", 'is "none"'), (KEY[:31], "has 31 bytes"),
            (KEY + b"x", "has more than 32 bytes"), (OTHER_KEY, f"the key that is given is {key_id(OTHER_KEY)}"),
        ]:
            with self.subTest(words):
                self.assert_locked(self.give(daemon, key), sealed, words, "sessiond rekey --from FILE")
                self.assertNotIn(JOURNAL_UNSEALED, daemon.stderr)
                self.assertNotIn(KEY[:31].hex(), daemon.stderr)
        self.give(daemon, KEY).start()
        self.assert_session(daemon, status, token, sealed=True)

    def test_it_can_be_given_up(self):
        daemon, status, _ = self.signed_in(KEY)
        sealed = [path.read_bytes() for path in self.slots(daemon)]
        self.give(daemon, OTHER_KEY).start()
        answer = daemon.call("session.destroy", discardUnreadable=True)
        self.assertNotEqual(answer["uuid"], status["uuid"])
        self.assertGreater(answer["generation"], status["generation"])
        self.assertEqual(self.key_ids(daemon), {key_id(OTHER_KEY)})
        self.assertEqual(
            [path.with_name(path.name + ".damaged").read_bytes() for path in self.slots(daemon)], sealed)


class Required(SealingTestCase):
    sections = {"Store": {"Seal": "required"}}

    def test_with_a_key_it_is_sealed(self):
        daemon, status, token = self.signed_in(KEY, self.sections)
        daemon.start()
        self.assert_session(daemon, status, token, sealed=True)

    def test_without_a_key_nothing_is_stored(self):
        for key, words in [(None, "there is no credential"), (b"none", 'is "none"'), (KEY[:31], "has 31 bytes")]:
            with self.subTest(words):
                daemon = self.make(key, self.sections)
                self.assert_locked(daemon, "[Store] Seal=required", words, "Seal=auto")
                self.assertEqual(list(daemon.state_path.iterdir()), [])

    def test_without_a_key_a_session_is_kept_as_it_is(self):
        daemon, status, token = self.signed_in()
        daemon.configure(self.sections)
        self.assert_locked(daemon, "[Store] Seal=required", "there is no credential")
        daemon.start()
        self.assert_refused("storeFailed", daemon.call, "session.destroy", discardUnreadable=True)
        daemon.stop()
        self.give(daemon, KEY).start()
        self.assert_session(daemon, status, token, sealed=True)


class Cloned(SealingTestCase):
    """An image of another machine, with its key or without."""

    def test_a_clone_begins_a_new_installation_and_keeps_what_it_found(self):
        for key in (KEY, OTHER_KEY, b"none", None):
            with self.subTest(key):
                daemon, status, token = self.signed_in(KEY)
                machine_id = daemon.folder / "machine-id"
                machine_id.write_text(uuid.uuid4().hex + "\n")
                found = [path.read_bytes() for path in self.slots(daemon)]
                with mounted("--bind", machine_id, "/etc/machine-id"):
                    self.give(daemon, key).start()
                now = daemon.call("session.status")
                self.assertNotEqual(now["uuid"], status["uuid"])
                self.assertGreater(now["generation"], status["generation"])
                self.assertFalse(now["signedIn"])
                self.assertNotEqual(daemon.call("session.retrieveToken")["token"], token)
                self.assertEqual(now["store"]["sealed"], key in (KEY, OTHER_KEY))
                daemon.output.wait_for("^CRITICAL the stored session is another machine's and is set aside as")
                kept = [path.with_name(path.name + ".damaged").read_bytes() for path in self.slots(daemon)]
                self.assertEqual(kept, found)
                with mounted("--bind", machine_id, "/etc/machine-id"):
                    daemon.restart(kill=True)
                self.assertEqual(daemon.call("session.getUUID")["uuid"], now["uuid"])

    def test_a_clone_that_shall_go_on_needs_the_key(self):
        daemon, status, token = self.signed_in(KEY, {"Store": {"OtherMachine": "keep"}})
        machine_id = daemon.folder / "machine-id"
        machine_id.write_text(uuid.uuid4().hex + "\n")
        with mounted("--bind", machine_id, "/etc/machine-id"):
            self.assert_locked(self.give(daemon, b"none"), f"is sealed with key {key_id(KEY)}")
            self.give(daemon, KEY).start()
        self.assert_session(daemon, status, token, sealed=True)


if __name__ == "__main__":
    unittest.main()
