# SPDX-License-Identifier: Apache-2.0
"""What a session is bound to: other keys, other authorities, and sign-outs that the authority has yet to hear of."""

import hashlib
import json
import unittest

from harness import Token, lasting
from synerise import ANN, API_KEY, BOB, PASSWORDS
from workspace import EMULATOR_PATHS, OTHER_KEY, OWN_PATHS, WorkspaceTestCase, sign_in, token_of

THIRD_KEY = "canary-api-key-0042"
SIGN_IN_PATH = "/sauth/v3/auth/login/client"
OWN_UUID = "0b9cf29d-6f0f-4f3a-9f0b-8d3ea1b2c3d4"
HOUR_SECONDS = 3600


def sha256(text):
    return hashlib.sha256(text.encode()).hexdigest()


class BindingTestCase(WorkspaceTestCase):
    def setUp(self):
        super().setUp()
        self.emulator = self.start_emulator(*EMULATOR_PATHS, api_keys=[API_KEY, OTHER_KEY, THIRD_KEY])
        # Every token that was given out, however it came to that.
        self.tokens = {}

    def start(self, session=None, **settings):
        """A daemon with somebody signed in, who left an anonymous token behind."""
        self.daemon = self.start_synerise(self.emulator, session=session, **settings)
        self.note_token()
        sign_in(self.daemon)
        self.note_token()

    def note_token(self):
        token = token_of(self.daemon)
        self.tokens[sha256(token)] = token
        return token

    def restart(self, emulator=None, key=API_KEY, session=None, **settings):
        """Starts the daemon anew with another configuration."""
        self.daemon.stop()
        self.configure(self.daemon, emulator or self.emulator, key, session, **settings)
        self.daemon.start()

    def status(self):
        return self.daemon.call("session.status")

    def sent(self, emulator, since=0):
        """Which of the tokens came to an emulator."""
        bearers = {entry.get("bearerSHA256") for entry in emulator.log(since=since)}
        return {text for digest, text in self.tokens.items() if digest in bearers}

    def assert_kept(self, before):
        self.assertEqual(lasting(self.status()), lasting(before))

    def assert_over(self, before, reason):
        """Fails unless the session has ended as `destroy` ends it, once."""
        status = self.status()
        self.assertNotEqual(status["uuid"], before["uuid"])
        self.assertEqual((status["signedIn"], "login" in status), (False, False))
        self.assertEqual(status["generation"], before["generation"] + 1)
        self.assertEqual(
            self.transitions(self.daemon)[:2],
            [f"the customer's session ended: {reason}", "there is a new UUID: destroy"])
        self.assertNotIn(self.note_token(), list(self.tokens.values())[:-1])

    def assert_key(self, key, since):
        """Fails unless all requests from there on came with that key, and there were some."""
        self.assertEqual({entry["apiKey"] for entry in self.emulator.log(since=since) if "apiKey" in entry}, {key})


class Keys(BindingTestCase):
    def test_another_configured_key_ends_the_session(self):
        self.start()
        before, count = self.status(), self.emulator.count()
        self.restart(key=OTHER_KEY)
        self.assert_over(before, "apiKeyChanged")
        self.settle(self.daemon, rounds=1)
        self.assert_key(OTHER_KEY, count)
        self.assertEqual(self.sent(self.emulator, since=count), set())
        self.restart(key=OTHER_KEY)
        self.assertEqual(self.transitions(self.daemon), [])

    def test_another_configured_key_keeps_the_session_where_that_is_wanted(self):
        session = {"DestroyOnAPIKeyChange": "no"}
        self.start(session)
        before, token, count = self.status(), token_of(self.daemon), self.emulator.count()
        self.restart(key=OTHER_KEY, session=session)
        after = self.status()
        self.assertEqual({**lasting(after), "generation": 0}, {**lasting(before), "generation": 0})
        self.assertEqual(token_of(self.daemon), token)
        self.assertEqual(self.daemon.call("session.profile")["email"], ANN)
        # This authority takes a token with its own key only.
        self.assert_refused("sessionExpired", self.daemon.call, "session.refreshToken")
        self.assert_key(OTHER_KEY, count)

    def test_without_a_key_nothing_is_lost(self):
        self.start()
        before, token, count = self.status(), token_of(self.daemon), self.emulator.count()
        missing = self.daemon.folder / "missing"
        blank = self.daemon.folder / "blank"
        blank.write_text("\n")
        for key, settings, reason in [
            (None, {}, "there is no API key"), (API_KEY, {"APIKeyFile": missing}, str(missing)),
            (API_KEY, {"APIKeyFile": blank}, str(blank)),
        ]:
            self.restart(key=key, **settings)
            for method in ("session.status", "session.retrieveToken", "session.signOut", "session.destroy"):
                error = self.assert_refused("notConfigured", self.daemon.call, method)
                self.assertIn(reason, error.message)
            problem = self.daemon.call("daemon.info")["configuration"]["problem"]
            self.assertIn(reason, problem)
        self.restart()
        self.assert_kept(before)
        self.assertEqual((token_of(self.daemon), self.emulator.count()), (token, count))

    def test_a_key_set_by_method_wins_until_another_one_is_configured(self):
        self.start()
        before, count = self.status(), self.emulator.count()
        same = self.daemon.call("authority.changeAPIKey", apiKey=API_KEY)
        self.assertEqual(lasting(same), lasting(before))
        start = self.transitions(self.daemon)
        status = self.daemon.call("authority.changeAPIKey", apiKey=OTHER_KEY)
        self.assertEqual((status["generation"], status["signedIn"]), (before["generation"] + 1, False))
        self.assertEqual(
            self.transitions(self.daemon)[len(start):],
            ["the customer's session ended: apiKeyChanged", "there is a new UUID: destroy"])
        self.note_token()
        sign_in(self.daemon)
        self.note_token()
        kept = self.status()
        for kill in (False, True):
            self.daemon.restart(kill=kill)
            self.assert_kept(kept)
        self.daemon.call("session.refreshToken")
        self.assert_key(OTHER_KEY, count)

        count = self.emulator.count()
        self.restart(key=THIRD_KEY)
        self.assert_over(kept, "apiKeyChanged")
        self.assert_key(THIRD_KEY, count)
        # What was set is forgotten: the first configured key is just another one now.
        before, count = self.status(), self.emulator.count()
        self.restart()
        self.assertNotEqual(self.status()["uuid"], before["uuid"])
        self.note_token()
        self.assert_key(API_KEY, count)

    def test_the_key_that_was_set_by_method_becomes_the_configured_one(self):
        self.start()
        self.daemon.call("authority.changeAPIKey", apiKey=OTHER_KEY)
        sign_in(self.daemon)
        before = self.status()
        self.restart(key=OTHER_KEY)
        self.assert_kept(before)

    def test_a_key_set_by_method_keeps_the_session_where_that_is_wanted(self):
        self.start({"DestroyOnAPIKeyChange": "no"})
        before, token, count = self.status(), token_of(self.daemon), self.emulator.count()
        status = self.daemon.call("authority.changeAPIKey", apiKey=OTHER_KEY)
        self.assertEqual({**lasting(status), "generation": 0}, {**lasting(before), "generation": 0})
        self.assertEqual(token_of(self.daemon), token)
        self.daemon.call("session.signOut")
        sign_in(self.daemon, BOB)
        self.assert_key(OTHER_KEY, count)

    def test_where_the_key_comes_from(self):
        credentials = {"synerise.api-key": API_KEY}
        for sources, expected, warned in [
            ({"credential": API_KEY, "file": OTHER_KEY, "text": THIRD_KEY}, API_KEY, False),
            ({"file": OTHER_KEY, "text": THIRD_KEY}, OTHER_KEY, False), ({"text": THIRD_KEY}, THIRD_KEY, True),
        ]:
            with self.subTest(expected):
                count = self.emulator.count()
                settings = {"APIKey": sources["text"]}
                daemon = self.make_synerise(self.emulator, key=sources.get("file"), **settings)
                if "credential" in sources:
                    folder = daemon.folder / "credentials"
                    folder.mkdir(mode=0o700)
                    for name, value in credentials.items():
                        (folder / name).write_text(value)
                    daemon.environment["CREDENTIALS_DIRECTORY"] = str(folder)
                daemon.start()
                token_of(daemon)
                self.assert_key(expected, count)
                self.assertEqual("[Synerise] APIKey= is readable" in daemon.stderr, warned, daemon.stderr)
                daemon.remove()


class Authorities(BindingTestCase):
    def bring_in(self, login):
        """Signs somebody in with a token obtained elsewhere, since the authority asked the daemon to leave it alone."""
        made = json.loads(self.emulator.request("POST", SIGN_IN_PATH, {
            "apiKey": API_KEY, "identityProvider": "SYNERISE", "email": login, "password": PASSWORDS[login],
            "uuid": OWN_UUID})[2])
        return self.daemon.call(
            "session.authenticateWithToken", token=made["token"], expiresAt="2099-01-01T00:00:00Z", origin="SYNERISE",
            uuid=OWN_UUID)

    def test_no_token_ever_reaches_another_origin(self):
        for session in ({}, {"DestroyOnAPIKeyChange": "no"}):
            with self.subTest(session):
                other = self.start_emulator(*EMULATOR_PATHS)
                self.start(session, **OWN_PATHS)
                count = self.emulator.count()
                # One sign-out is still to be told, and one customer is signed in, when the authority changes.
                self.emulator.fault("on=signOut,status=503,retry-after=600")
                self.daemon.call("session.signOut")
                self.emulator.log(on="signOut", at_least=1, since=count)
                before = self.bring_in(BOB)
                self.note_token()
                first = dict(self.tokens)
                count = self.emulator.count()
                self.restart(other, session=session, **OWN_PATHS)
                self.assert_over(before, "sessionDestroyed")
                sign_in(self.daemon)
                self.note_token()
                self.daemon.call("session.refreshToken")
                self.daemon.call("session.signOut")
                other.log(on="signOut", at_least=1)
                self.settle(self.daemon)
                strangers = {entry.get("bearerSHA256") for entry in other.log()} & set(first)
                self.assertEqual(strangers, set())
                self.assertEqual((other.count("signOut"), self.emulator.count()), (1, count))

                # And back: nothing of the second comes to the first.
                sign_in(self.daemon)
                self.note_token()
                second = set(self.tokens) - set(first)
                self.restart(session=session, **OWN_PATHS)
                self.note_token()
                sign_in(self.daemon)
                self.settle(self.daemon)
                came = {entry.get("bearerSHA256") for entry in self.emulator.log()}
                self.assertEqual(came & second, set())
                self.emulator.clear_faults()
                self.daemon.remove()

    def test_another_kind_of_authority(self):
        self.start()
        before, count = self.status(), self.emulator.count()
        self.daemon.stop()
        self.daemon.configure({})
        self.daemon.start()
        self.assertEqual(self.status()["authority"]["kind"], "local")
        self.assert_over(before, "sessionDestroyed")
        before = self.status()
        self.restart()
        self.assertNotEqual(self.status()["uuid"], before["uuid"])
        self.settle(self.daemon)
        self.assertEqual(self.sent(self.emulator, since=count), set())


class Outbox(BindingTestCase):
    def start(self):
        super().start(**OWN_PATHS)

    def told(self, status=200):
        """Which tokens a sign-out was told of, by their ids."""
        return [entry["jti"] for entry in self.emulator.log(on="signOut") if entry.get("status") == status]

    def sign_out(self, method="session.signOut", **params):
        """Signs out; the id of the token."""
        number = Token(token_of(self.daemon)).claims["jti"]
        answer = self.daemon.call(method, **params)
        if "authority" in answer:
            self.assertEqual(answer["authority"], "queued")
        return number

    def test_a_sign_out_is_told_once_the_authority_is_back(self):
        self.start()
        self.emulator.stop()
        number = self.sign_out()
        self.assertFalse(self.status()["signedIn"])
        self.emulator.start()
        self.emulator.log(on="signOut", at_least=1)
        self.assertEqual(self.told(), [number])

    def test_it_is_told_after_a_restart_and_a_kill_too(self):
        for kill in (False, True):
            for method, params in [("session.signOut", {}), ("session.signOut", {"mode": "destroy"}),
                                   ("session.destroy", {})]:
                with self.subTest(method, kill=kill, **params):
                    self.start()
                    self.emulator.stop()
                    number = self.sign_out(method, **params)
                    self.daemon.kill() if kill else self.daemon.stop()
                    # What was told before the emulator was stopped it has forgotten.
                    self.emulator.start()
                    self.daemon.start()
                    self.emulator.log(on="signOut", at_least=1)
                    self.assertEqual(self.told(), [number])
                    # And that it was told is known, or told once more at most: never another token.
                    self.daemon.restart()
                    self.settle(self.daemon)
                    self.assertEqual(set(self.told() + self.told(401)), {number})
                    self.daemon.remove()

    def test_what_is_rejected_is_dropped(self):
        self.start()
        self.emulator.fault("on=signOut,times=1,status=401")
        self.sign_out()
        self.emulator.log(on="signOut", at_least=1)
        self.settle(self.daemon)
        self.daemon.restart()
        self.settle(self.daemon)
        self.assertEqual(self.emulator.count("signOut"), 1)

    def test_what_fails_is_told_again(self):
        self.start()
        self.emulator.fault("on=signOut,times=1,status=503")
        number = self.sign_out(fromAllDevices=True)
        self.emulator.log(on="signOut", at_least=2)
        self.assertEqual((self.told(503), self.told()), ([number], [number]))

    def test_what_has_expired_is_told_to_nobody(self):
        self.start()
        self.emulator.fault("on=signOut,times=1,status=503,retry-after=600")
        self.sign_out()
        self.emulator.log(on="signOut", at_least=1)
        self.daemon.stop()
        self.daemon.wrapper = ["unshare", "--time", "--boottime", str(2 * HOUR_SECONDS), "--"]
        self.daemon.start()
        self.settle(self.daemon)
        self.assertEqual(self.emulator.count("signOut"), 1)

    def test_all_that_were_queued_are_told_in_their_order(self):
        self.start()
        self.emulator.fault("on=signOut,status=500")
        numbers = [self.sign_out()]
        for _ in range(17):
            sign_in(self.daemon)
            numbers.append(self.sign_out())
        self.daemon.stop()
        self.emulator.clear_faults()
        since = len(self.emulator.log())
        self.daemon.start()
        self.emulator.log(on="signOut", at_least=len(numbers), since=since)
        self.settle(self.daemon)
        self.assertEqual(self.told(), numbers)


if __name__ == "__main__":
    unittest.main()
