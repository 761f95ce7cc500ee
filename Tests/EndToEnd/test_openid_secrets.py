# SPDX-License-Identifier: Apache-2.0
"""Nothing that a sign-in at an OpenID provider, or the grant that comes of it, is made of is told to anybody: not in an
answer, an event, a log at trace level, a metric, in what everybody can read of the process, nor in what a crash leaves.

What to look for is read from the state, which is not encrypted here.
"""

import json
import os
import pathlib
import re
import signal
import subprocess
import unittest
import urllib.parse

from canaries import leaks
from conditions import ConditionedDaemon
from harness import DaemonTestCase, RPCError
from openid import REDIRECT_URI, TILL, TILL_SECRET, OpenIDEmulator

TEXT = "canary-text-of-the-provider"
# What every JWT begins with, and so every id token.
JWT_START = "eyJ"


class SecretsTestCase(DaemonTestCase):
    """A test with a provider and a daemon, which notes what must not be found, and what somebody was told."""

    def setUp(self):
        self.provider = OpenIDEmulator()
        self.addCleanup(self.provider.remove)
        self.provider.start()
        self.daemon = self.start_daemon(
            {
                "Authority": {"Kind": "openid"},
                "OpenID": self.provider.settings(TILL, RedirectURI=REDIRECT_URI),
            })
        self.client = self.daemon.client()
        self.watcher = self.daemon.client()
        self.told = []
        self.canaries = {"client secret": TILL_SECRET, "the provider's text": TEXT}
        self.tell(self.watcher.call("session.watch"))

    def start_daemon(self, sections):
        return self.new_daemon(sections, arguments=["--log-level", "trace"])

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

    def begin(self):
        """Begins a sign-in by a code; the code."""
        begun = self.call("session.beginSignIn", method="device")
        stored = self.record()["pendingSignIn"]["device"]
        self.know(device_code=stored["deviceCode"], verifier=stored["verifier"])
        # It is told to who shows it, and to nobody else.
        self.told.pop()
        self.know(user_code=begun["userCode"], address=begun["verificationURIComplete"])
        return begun["userCode"]

    def finish(self, code):
        """Has the person agree."""
        self.provider.approve(code)
        self.assertEqual(self.wait_for("signInEnded")["outcome"], "signedIn")
        self.know_grant()


class Secrets(SecretsTestCase):
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
        code = self.begin()
        self.call("session.status")
        self.wait_for("signInPending")
        self.finish(code)

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


class Crashes(SecretsTestCase):
    """A daemon that crashes leaves no core behind, though it may: what a core would have is seen in its memory before."""

    def start_daemon(self, sections):
        daemon = ConditionedDaemon(sections)
        self.addCleanup(daemon.remove)
        # As the unit has it. core(5): by default a core is written to the working directory.
        daemon.environment = {"SWIFT_BACKTRACE": "enable=no"}
        daemon.wrapper = self.allowing_cores = ["prlimit", "--core=unlimited", "env", f"--chdir={daemon.folder}"]
        return daemon.start()

    @staticmethod
    def code_of_end(process):
        """How a process that crashes has ended: killed, or with a core dumped, waitid(2)."""
        process.send_signal(signal.SIGSEGV)
        return os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT).si_code

    def memory(self):
        """What of its memory can be written."""
        process = pathlib.Path("/proc", str(self.daemon.process.pid))
        found = []
        with open(process / "mem", "rb", buffering=0) as memory:
            for line in (process / "maps").read_text().splitlines():
                extent, rights = line.split()[:2]
                if rights.startswith("rw"):
                    first, end = (int(number, 16) for number in extent.split("-"))
                    memory.seek(first)
                    found.append(memory.read(end - first))
        return b"".join(found)

    def crash(self, *canaries):
        """Crashes it, with these in its memory."""
        memory = self.memory()
        names = {name.split()[0] for name, text in self.canaries.items() if text.encode() in memory}
        self.assertLessEqual(set(canaries), names)
        before = sorted(self.daemon.folder.rglob("*"))
        self.assertEqual(self.code_of_end(self.daemon.process), os.CLD_KILLED)
        self.daemon.kill()
        self.assertEqual(sorted(self.daemon.folder.rglob("*")), before)

    def test_with_a_code_that_is_pending_and_with_a_grant(self):
        code = self.begin()
        self.crash("device_code", "verifier", "client")
        self.daemon.start()
        self.watcher = self.daemon.client()
        self.watcher.call("session.watch")
        self.finish(code)
        self.crash("refresh_token", "client")
        # Another process that may leaves one there.
        sleeping = subprocess.Popen([*self.allowing_cores, "sleep", "infinity"])
        while pathlib.Path("/proc", str(sleeping.pid), "comm").read_text() != "sleep\n":
            pass
        self.assertEqual(self.code_of_end(sleeping), os.CLD_DUMPED, "this machine lets nobody leave a core")
        sleeping.wait()


if __name__ == "__main__":
    unittest.main()
