# SPDX-License-Identifier: Apache-2.0
"""Nothing that a sign-in at an OpenID provider, or the grant that comes of it, is made of is told to anybody: not in an
answer, an event, a log at trace level, a metric, nor in what everybody can read of the process.

What to look for is read from the state, which is not encrypted here.
"""

import json
import pathlib
import re
import unittest
import urllib.parse

from canaries import leaks
from harness import DaemonTestCase, RPCError
from openid import REDIRECT_URI, TILL, TILL_SECRET, OpenIDEmulator

TEXT = "canary-text-of-the-provider"
# What every JWT begins with, and so every id token.
JWT_START = "eyJ"


class Secrets(DaemonTestCase):
    def setUp(self):
        self.provider = OpenIDEmulator()
        self.addCleanup(self.provider.remove)
        self.provider.start()
        self.daemon = self.new_daemon(
            {
                "Authority": {"Kind": "openid"},
                "OpenID": self.provider.settings(TILL, RedirectURI=REDIRECT_URI),
            }, arguments=["--log-level", "trace"])
        self.client = self.daemon.client()
        self.watcher = self.daemon.client()
        self.told = []
        self.canaries = {"client secret": TILL_SECRET, "the provider's text": TEXT}
        self.tell(self.watcher.call("session.watch"))

    def tell(self, value):
        """Notes what somebody was told."""
        self.told.append(json.dumps(value, ensure_ascii=False))
        return value

    def call(self, name, **params):
        """Calls, and notes what is answered; the answer, or nothing where it was refused."""
        try:
            return self.tell(self.client.call_with(name, params))
        except RPCError as error:
            self.tell([error.message, error.data])
            return None

    def wait_for(self, kind):
        while (event := self.tell(self.watcher.read())["params"])["kind"] != kind:
            pass
        return event

    def record(self):
        """What is stored."""
        files = [path.read_bytes() for path in self.daemon.state_path.iterdir() if path.is_file()]
        records = [json.loads(found[0]) for data in files if (found := re.search(rb"\{\"uuid\".*\}", data, re.S))]
        return max(records, key=lambda record: record["sequence"])

    def know(self, **canaries):
        """What nobody may be told from here on."""
        for name, text in canaries.items():
            self.assertGreater(len(text), 8, name)
            self.canaries[f"{name} {len(self.canaries)}"] = text

    def know_grant(self):
        client = self.record()["client"]
        self.know(refresh_token=client["grant"]["refreshToken"])

    def look_around(self):
        """Asks everything that does not give a token."""
        for method in ("session.status", "session.pendingSignIn", "daemon.health", "daemon.info", "daemon.metrics",
                       "session.getUUID", "session.refreshToken"):
            self.call(method)

    def check(self):
        self.look_around()
        process = pathlib.Path("/proc", str(self.daemon.process.pid))
        self.daemon.stop()
        self.assertFalse(process.exists())
        everything = "\n".join([*self.told, self.daemon.stderr, self.command_line])
        self.assertEqual(leaks(everything, self.canaries), [])
        self.assertNotIn(JWT_START, everything)
        self.assertGreater(len(self.canaries), 4)

    def sign_in(self):
        begun = self.call("session.beginSignIn", method="device")
        stored = self.record()["pendingSignIn"]["device"]
        self.know(device_code=stored["deviceCode"], verifier=stored["verifier"])
        # It is told to who shows it, and to nobody else.
        self.told.pop()
        self.know(user_code=begun["userCode"], address=begun["verificationURIComplete"])
        self.call("session.status")
        self.wait_for("signInPending")
        self.provider.approve(begun["userCode"])
        self.assertEqual(self.wait_for("signInEnded")["outcome"], "signedIn")
        self.know_grant()

    def process_text(self):
        folder = pathlib.Path("/proc", str(self.daemon.process.pid))
        return "\n".join((folder / name).read_bytes().decode(errors="replace") for name in ("cmdline", "environ"))

    def test_of_a_code_and_its_grant(self):
        self.command_line = self.process_text()
        self.sign_in()
        self.call("session.profile")
        self.daemon.restart()
        self.client, self.watcher = self.daemon.client(), self.daemon.client()
        self.tell(self.watcher.call("session.watch"))
        self.call("session.refreshToken")
        self.know_grant()
        self.know(access_token=self.client.call("session.retrieveToken")["token"])
        self.call("session.signOut")
        self.wait_for("signedOut")
        self.command_line += self.process_text()
        self.check()

    def test_of_a_browser(self):
        self.command_line = self.process_text()
        begun = self.call("session.beginSignIn", method="browser")
        self.told.pop()
        stored = self.record()["pendingSignIn"]["browser"]
        self.know(
            state=stored["state"], nonce=stored["nonce"], verifier=stored["verifier"],
            address=begun["authorizationURL"])
        self.call("session.pendingSignIn")
        self.call("session.completeSignIn", attempt=begun["attempt"], callbackURL=f"{REDIRECT_URI}?code={TEXT}&state=x")
        callback = self.provider.authorize(begun["authorizationURL"])
        self.know(code=dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(callback).query))["code"])
        self.call("session.completeSignIn", attempt=begun["attempt"], callbackURL=callback)
        self.wait_for("signInEnded")
        self.know_grant()
        self.check()

    def test_of_what_the_provider_answers_badly(self):
        self.command_line = self.process_text()
        self.sign_in()
        for error in ("invalid_client", "temporarily_unavailable", "interaction_required"):
            self.provider.answer_error("token.refresh", error, times=1, description=TEXT, suberror=TEXT)
            self.daemon.restart()
            self.client, self.watcher = self.daemon.client(), self.daemon.client()
            self.tell(self.watcher.call("session.watch"))
            self.call("session.refreshToken")
            self.look_around()
        self.check()


if __name__ == "__main__":
    unittest.main()
