# SPDX-License-Identifier: Apache-2.0
"""No secret and nothing of a customer's in what is logged, at trace level, and in what everybody can read of a process.

Canaries stand for all of it: they are searched as they are, in base64, hexadecimal, percent-encoded and escaped.
"""

import base64
import contextlib
import json
import os
import pathlib
import subprocess
import unittest
import urllib.parse

import matrix
from canaries import leaks
from harness import BINARIES, PATIENCE_SECONDS, RPCError, lasting
from synerise import ANN, API_KEY, BOB, PASSWORDS
from workspace import (
    EMULATOR_PATHS, OTHER_KEY, OWN_PATHS, PROVIDER_TOKEN, Address, WorkspaceTestCase, sign_in, token_of,
)

CANARIES = {
    "wrong password": "canary-wröng/password\"7", "foreign token": "canary-token-from-elsewhere",
    "wrong provider token": "canary-token-of-nobody", "label": "canary-label@example.com",
    "identifier": "canary-identifier-0012", "authID": "canary-auth-id@example.com", "customID": "canary-custom-id",
    "client ID": "canary-client-id", "attribute": "canary-attribute", "profile": "canary-profile",
    "bad key": "canary key with blanks", "authority's text": "canary-text-of-the-authority",
    "API key": API_KEY, "other API key": OTHER_KEY, "provider token": PROVIDER_TOKEN,
    "login": ANN, "other login": BOB, "password": PASSWORDS[ANN], "other password": PASSWORDS[BOB],
}
# What every JWT begins with, and so every token of the emulator: `{"`.
JWT_START = "eyJ"
SPOILT = [
    "status=400", "status=401", "status=403", "status=403,body=html", "status=404", "status=407", "status=422",
    "status=429,retry-after=1", "status=500", "status=503,body=empty", "status=200,body=html", "drop", "truncate=20",
    "malformed", "oversize", "token-too-long", "no-token", "expiration=past", "expiration=missing",
]


class Forms(unittest.TestCase):
    def test_each_form_is_found(self):
        for name, canary in CANARIES.items():
            data = canary.encode()
            for text in [
                canary, data.hex(), data.hex().upper(), base64.b64encode(data).decode(),
                base64.urlsafe_b64encode(b"xx" + data + b"y").decode(), base64.b64encode(b"x" + data).decode(),
                json.dumps({"a": canary}), urllib.parse.quote(canary),
            ]:
                with self.subTest(text):
                    self.assertIn(name, leaks(f"INFO {text} END", CANARIES))
        self.assertEqual(leaks("INFO nothing at all", CANARIES), [])


class Secrets(WorkspaceTestCase):
    def setUp(self):
        super().setUp()
        self.emulator = self.start_emulator(*EMULATOR_PATHS)
        self.daemon = self.make_synerise(self.emulator, arguments=["--log-level", "trace"], **OWN_PATHS)
        self.canaries = dict(CANARIES)
        self.logged = []

    def start(self):
        self.daemon.start()

    def restart(self, **configuration):
        """Starts the daemon anew and keeps what it has logged."""
        self.end()
        self.configure(self.daemon, **{"emulator": self.emulator, **OWN_PATHS, **configuration})
        self.daemon.start()

    def start_afresh(self):
        """Starts the daemon anew without a session and any pause; keeps what it has logged."""
        self.end()
        self.daemon.empty_state()
        self.daemon.start()

    def end(self):
        """Looks at what everybody can read of the daemon, ends it and keeps what it has logged."""
        folder = pathlib.Path(f"/proc/{self.daemon.process.pid}")
        for name in ("environ", "cmdline"):
            text = (folder / name).read_text()
            self.assertNotEqual(text, "")
            self.assert_clean(name, text)
        statuses = "\n".join(self.daemon.notifications.statuses())
        self.daemon.stop()
        self.logged.append(self.daemon.output.wait_for_end() + statuses)

    def assert_clean(self, what, text):
        self.assertEqual(leaks(text, self.canaries), [], what)
        self.assertNotIn(JWT_START, text, what)

    def assert_nothing_logged(self):
        self.end()
        text = "\n".join(self.logged)
        self.assertIn("session.signIn by user", text)
        self.assert_clean("what the daemon logged", text)

    def attempt(self, method, **params):
        """A call, whatever comes of it."""
        with contextlib.suppress(RPCError):
            return self.daemon.call(method, **params)

    def note_token(self):
        """Counts the token that there is as a secret."""
        with contextlib.suppress(RPCError):
            token = token_of(self.daemon)
            header, claims, signature = token.split(".")
            self.canaries |= {f"token {len(self.canaries)}": part for part in (claims[:64], signature[:64])}
            return token

    def test_of_a_session_that_goes_well(self):
        self.start()
        self.note_token()
        for method, params in [
            ("session.setIdentity", {"customEmail": CANARIES["label"], "customIdentifier": CANARIES["identifier"]}),
            ("session.refreshToken", {}), ("session.regenerateUUID", {"clientIdentifier": CANARIES["identifier"]}),
            ("session.getUUIDForAuthentication", {"authID": CANARIES["authID"]}),
            ("session.signIn", {
                "email": ANN, "password": PASSWORDS[ANN], "authID": CANARIES["authID"],
                "attributes": {"a": CANARIES["attribute"]}, "agreements": {"email": True}}),
            ("session.refreshToken", {}), ("session.profile", {}), ("session.status", {}),
            ("session.signOut", {"fromAllDevices": True}),
            ("session.authenticate", {"provider": "GOOGLE", "providerToken": PROVIDER_TOKEN}),
            ("session.signOut", {}),
            ("session.simpleAuthenticate", {
                "customID": CANARIES["customID"], "authID": CANARIES["authID"],
                "profile": {"a": CANARIES["profile"]}}),
            ("session.signOut", {}), ("session.signIn", {"email": BOB, "password": PASSWORDS[BOB]}),
            ("session.deleteAccount", {"authFactor": PASSWORDS[BOB]}),
            ("authority.changeAPIKey", {"apiKey": OTHER_KEY}), ("daemon.info", {}), ("daemon.health", {}),
        ]:
            self.daemon.call(method, **params)
            self.note_token()
        self.restart()
        self.note_token()
        self.restart(key=None, APIKey=API_KEY)
        sign_in(self.daemon)
        self.note_token()
        self.emulator.log(on="signOut", at_least=2)
        self.assert_nothing_logged()

    def test_of_what_the_authority_answers_badly(self):
        body = self.daemon.folder / "body.json"
        text = CANARIES["authority's text"]
        body.write_text(json.dumps({
            "message": f"{text} {ANN}", "error": text, "path": PASSWORDS[ANN],
            "errors": [{"code": text, "field": text, "message": text, "rejectedValue": PASSWORDS[ANN]}]}))
        self.start()
        self.note_token()
        faults = SPOILT + [f"status={status},body={body}" for status in (200, 400, 401, 403, 422, 500)]
        faults.append(f"status=302,location=https://{text}.example/{text}")
        for fault in faults:
            self.emulator.fault(fault)
            for method, params in self.sign_ins():
                # No pause after the one before: each is passed on.
                self.start_afresh()
                self.attempt(method, **params)
            self.attempt("session.destroy")
            self.attempt("session.retrieveToken")
            self.emulator.clear_faults()
            self.start_afresh()
            sign_in(self.daemon)
            self.note_token()
            self.emulator.fault(fault)
            for method, params in [
                ("session.profile", {}), ("session.deleteAccount", {"authFactor": CANARIES["wrong password"]}),
                ("session.refreshToken", {}), ("session.signOut", {}),
            ]:
                self.attempt(method, **params)
            self.emulator.clear_faults()
        self.assert_nothing_logged()

    def sign_ins(self):
        return [
            ("session.signIn", {"email": ANN, "password": CANARIES["wrong password"]}),
            ("session.signIn", {"customID": CANARIES["customID"], "password": PASSWORDS[ANN], "conditional": True}),
            ("session.authenticate", {"provider": "OAUTH", "providerToken": CANARIES["wrong provider token"]}),
            ("session.simpleAuthenticate", {"email": ANN, "authID": CANARIES["authID"]}),
        ]

    def test_of_an_authority_that_cannot_be_reached(self):
        self.start()
        self.note_token()
        sign_in(self.daemon)
        self.note_token()
        before = self.daemon.call("session.status")
        self.emulator.stop()
        for method in ("session.profile", "session.refreshToken"):
            self.assert_refused("authorityUnavailable", self.daemon.call, method)
        # Not TLS where TLS is expected; and another origin, to which nothing goes that was this one's.
        self.emulator.start()
        self.restart(emulator=Address(self.emulator.url.replace("http:", "https:")))
        for method, params in self.sign_ins():
            self.attempt(method, **params)
        self.assertNotEqual(lasting(self.daemon.call("session.status")), lasting(before))
        self.assert_nothing_logged()

    def test_of_keys_and_tokens_that_cannot_be_used(self):
        self.start()
        bad = self.daemon.folder / "bad-key"
        bad.write_text(CANARIES["bad key"])
        far = {"origin": "SYNERISE", "uuid": "0b9cf29d-6f0f-4f3a-9f0b-8d3ea1b2c3d4", "clientID": CANARIES["client ID"],
               "customID": CANARIES["customID"]}
        self.daemon.call(
            "session.authenticateWithToken", token=CANARIES["foreign token"], expiresAt="2099-01-01T00:00:00Z", **far)
        self.assert_refused("sessionExpired", self.daemon.call, "session.refreshToken")
        self.assert_refused(
            "authorityRejected", self.daemon.call, "session.authenticateWithToken", token=CANARIES["foreign token"],
            expiresAt="2001-01-01T00:00:00Z", **far)
        for key in (CANARIES["bad key"], API_KEY):
            self.attempt("authority.changeAPIKey", apiKey=key)
        sign_in(self.daemon)
        for key, settings in [(API_KEY, {"APIKeyFile": bad}), (None, {"APIKey": CANARIES["bad key"]})]:
            self.restart(key=key, **settings)
            self.attempt("session.status")
            self.attempt("session.signIn", email=ANN, password=PASSWORDS[ANN])
        self.restart()
        self.assert_nothing_logged()

    def test_of_lines_that_are_no_calls(self):
        self.start()
        sign_in(self.daemon)
        secret = PASSWORDS[ANN]
        for line in [
            f'{{"jsonrpc":"2.0","id":1,"method":"session.signIn","params":{{"email":"{ANN}","password":"{secret}"}}',
            f'{{"jsonrpc":"2.0","id":1,"method":"session.signIn","params":{{"email":"{ANN}","{secret}":1}}}}',
            f'{{"jsonrpc":"2.0","id":"{secret}","method":"session.signIn","params":{{"password":["{secret}"]}}}}',
            f'{{"jsonrpc":"2.0","id":1,"method":"session.{secret}","params":{{}}}}',
            f'{{"jsonrpc":"2.0","method":"session.signIn","params":{{"email":"{ANN}","password":"{secret}"}}}}',
            secret, f'"{secret}"', "x" * 70_000 + secret,
        ]:
            with contextlib.closing(self.daemon.client()) as client:
                client.send_raw(line.encode() + b"\n")
                client.half_close()
                with contextlib.suppress(OSError):
                    while client.socket.recv(1 << 16):
                        pass
        self.assert_nothing_logged()

    def test_of_every_method_whatever_is_wrong_with_its_parameters(self):
        self.start()
        sign_in(self.daemon)
        secret = PASSWORDS[ANN]
        for method, known, _, _ in matrix.TABLE:
            for params in [
                {}, {secret: 1}, {"_hint": secret}, {"_deadlineSeconds": secret}, [secret], secret,
                {**known, secret: secret},
                *({**known, name: value} for name in known for value in self.wrong_values(secret)),
            ]:
                self.refused_quietly(method, params, secret)
        self.assert_nothing_logged()

    def wrong_values(self, secret):
        """What stands in place of a parameter: a text, one that no parameter may be, and other types with it inside."""
        return [secret, f"{secret}\n", [secret], {secret: secret}, {"a": {"b": secret}}]

    def refused_quietly(self, method, params, secret):
        """A call, and a notification, whatever comes of them; an error quotes no value."""
        with contextlib.closing(self.daemon.client()) as client:
            client.send({"jsonrpc": "2.0", "id": 1, "method": method, "params": params})
            client.send({"jsonrpc": "2.0", "method": method, "params": params})
            error = client.read_response().get("error", {})
            # The name of a member that is not known is the caller's own word, and what the hint is about.
            error.get("data", {}).pop("member", None)
            said = json.dumps(error)
            if secret in params:
                said = said.replace(json.dumps(secret)[1:-1], "", 1)
            self.assertEqual(leaks(said, {"it": secret}), [], (method, params))

    def test_of_processes_while_they_wait(self):
        self.start()
        token_of(self.daemon)
        path = self.daemon.folder / "password"
        path.write_text(PASSWORDS[ANN])
        path.chmod(0o600)
        self.emulator.fault("hold")
        environment = {"PATH": os.environ["PATH"]}
        process = subprocess.Popen(
            [BINARIES / "sessionctl", "--socket", self.daemon.socket_path, "sign-in", "--custom-id", "till",
             "--password-file", path],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment)
        self.addCleanup(process.wait, PATIENCE_SECONDS)
        self.addCleanup(process.kill)
        self.emulator.wait_until_held()
        for pid in (process.pid, self.daemon.process.pid):
            for name in ("cmdline", "environ"):
                text = pathlib.Path(f"/proc/{pid}/{name}").read_text()
                self.assertEqual(leaks(text, {"password": PASSWORDS[ANN]}), [], (pid, name))
                self.assertNotIn(JWT_START, text)
        self.emulator.release()

    def test_of_the_command_line(self):
        self.start()
        token_of(self.daemon)

        def write(name, text):
            path = self.daemon.folder / name
            path.write_text(text)
            path.chmod(0o600)
            return str(path)

        right, wrong = write("right", PASSWORDS[ANN]), write("wrong", CANARIES["wrong password"])
        provider, nobody = write("provider", PROVIDER_TOKEN), write("nobody", CANARIES["wrong provider token"])
        key = write("other-key", OTHER_KEY)
        sign_in = ["sign-in", "--email", ANN, "--password-file"]
        for arguments in [
            ["status"], ["token"], ["uuid"], ["refresh"], ["profile"], ["sign-in", "--email", ANN],
            [*sign_in, wrong], [*sign_in, "/nonexistent"], [*sign_in, right], [*sign_in, right], ["profile"],
            ["token", "--header"], ["regenerate", "--identifier", CANARIES["identifier"], "--yes"],
            ["identity", "set", "--custom-email", CANARIES["label"]], ["sign-out"],
            ["authenticate", "--provider", "google", "--token-file", nobody],
            ["authenticate", "--provider", "google", "--token-file", provider],
            ["delete-account", "--yes", "--password-file", wrong], ["sign-out"],
            ["simple-authenticate", "--email", ANN, "--auth-id", CANARIES["authID"]], ["sign-out"],
            ["api-key", "change", "--yes", "--key-file", wrong], ["api-key", "change", "--yes", "--key-file", key],
            ["destroy", "--yes"], ["--json", *sign_in, wrong],
        ]:
            with self.subTest(arguments):
                done = self.daemon.sessionctl(*arguments)
                self.assert_clean("what sessionctl says", done.stderr.decode())
        self.attempt("session.signIn", email=ANN, password=PASSWORDS[ANN])
        self.assert_nothing_logged()


if __name__ == "__main__":
    unittest.main()
