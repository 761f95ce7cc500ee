# SPDX-License-Identifier: Apache-2.0
"""`sessionctl sign-in --device` and `--browser` as people see them: the code that a phone reads off the screen, how it
ends, and what a script hears of it."""

import fcntl
import json
import os
import pty
import re
import signal
import struct
import subprocess
import termios
import unittest

from conditions import Output
from harness import BINARIES, ENVIRONMENT, PATIENCE_SECONDS, DaemonTestCase
from openid import OpenIDEmulator
from screen import Screen

ADDRESS = re.compile(r"https?://[^\s]+")


class TerminalTestCase(DaemonTestCase):
    def setUp(self):
        self.provider = OpenIDEmulator()
        self.addCleanup(self.provider.remove)
        self.provider.start()
        self.sections = {
            "Authority": {"Kind": "openid"},
            "OpenID": self.provider.settings(RedirectURI="http://localhost/signed-in"),
        }
        super().setUp()

    def start_command(self, *arguments, environment=(), columns=80):
        """`sessionctl` on a terminal of its own; its process, and what is on the screen."""
        parent, child = pty.openpty()
        fcntl.ioctl(child, termios.TIOCSWINSZ, struct.pack("HHHH", 50, columns, 0, 0))
        process = subprocess.Popen(
            [BINARIES / "sessionctl", "--socket", self.daemon.socket_path, *arguments],
            stdin=child, stdout=child, stderr=child, start_new_session=True,
            env={**ENVIRONMENT, "TERM": "xterm-256color", "LC_ALL": "C.UTF-8", **dict(environment)})
        os.close(child)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        return process, Output(os.fdopen(parent, "r+b", buffering=0))

    def decoded(self, text, **options):
        """What a decoder that has nothing of sessiond reads in a picture of that text on a terminal."""
        path = self.daemon.folder / "screen.png"
        path.write_bytes(Screen(text, **options).png())
        read = subprocess.run(["zbarimg", "--quiet", "--raw", path], capture_output=True, timeout=PATIENCE_SECONDS)
        return read.stdout.decode().strip()


class Codes(TerminalTestCase):
    """A code on the screen is read back."""

    def picture(self, *arguments, **options):
        process, screen = self.start_command("sign-in", "--device", *arguments, **options)
        shown = screen.wait_for(r"(?s)^(.*)The code is good for", 0)
        text = shown[1].replace("\r\n", "\n")
        process.send_signal(signal.SIGINT)
        return text

    def expected(self):
        return self.client.call("session.beginSignIn")["verificationURIComplete"]

    def test_on_a_dark_and_on_a_light_screen(self):
        wanted = self.expected()
        text = self.picture()
        for is_dark in (True, False):
            with self.subTest(is_dark=is_dark):
                self.assertEqual(self.decoded(text, is_dark=is_dark), wanted)

    def test_without_utf_8(self):
        wanted = self.expected()
        text = self.picture(environment={"LC_ALL": "C"}, columns=100)
        self.assertTrue(text.isascii())
        self.assertEqual(self.decoded(text, columns=100), wanted)

    def test_where_it_has_no_room_the_address_is_enough(self):
        wanted = self.expected()
        text = self.picture(columns=30)
        self.assertNotIn("\u2588", text)
        self.assertEqual(self.decoded(text, columns=200), "")
        self.assertIn(wanted.split("?")[0], text.replace("\n", ""))

    def test_in_a_file(self):
        wanted = self.expected()
        shown = self.daemon.sessionctl("sign-in", "--device", "--detach")
        self.assertNotIn(b"\x1b", shown.stdout)
        # As a file it is read on a dark screen.
        self.assertIn(self.decoded(shown.stdout.decode(), columns=200), ("", wanted))


class Ends(TerminalTestCase):
    """How it ends, and what a script hears of it."""

    def begin(self, *arguments):
        process, screen = self.start_command("sign-in", "--device", *arguments)
        code = screen.wait_for(r"enter +(\S+)", 0)[1]
        screen.wait_for(r"The code is good for", 0)
        return process, screen, code

    def test_approved(self):
        process, screen, code = self.begin()
        self.provider.approve(code)
        screen.wait_for(r"State: +signedIn", 0)
        self.assertEqual(process.wait(PATIENCE_SECONDS), 0)

    def test_denied(self):
        process, screen, code = self.begin()
        self.provider.deny(code)
        screen.wait_for(r"error:\S* nobody was signed in: denied", 0)
        self.assertEqual(process.wait(PATIENCE_SECONDS), 1)

    def test_expired(self):
        self.provider.set(deviceCodeSeconds=2)
        process, screen, _ = self.begin()
        screen.wait_for(r"error:\S* nobody was signed in: expired", 0)
        self.assertEqual(process.wait(PATIENCE_SECONDS), 75)

    def test_interrupted_it_is_cancelled(self):
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            with self.subTest(signal=number.name):
                process, _, _ = self.begin()
                process.send_signal(number)
                self.assertEqual(process.wait(PATIENCE_SECONDS), -number)
                self.assertEqual(self.client.call("session.pendingSignIn"), {})

    def test_detached_it_goes_on(self):
        shown = self.daemon.sessionctl("--json", "sign-in", "--device", "--detach")
        self.assertEqual(shown.returncode, 0, shown.stderr)
        answer = json.loads(shown.stdout)
        watcher = self.daemon.client()
        watcher.call("session.watch")
        self.provider.approve(answer["userCode"])
        kinds = []
        while "signInEnded" not in kinds:
            kinds.append(watcher.read()["params"]["kind"])
        self.assertIn("signedIn", kinds)

    def test_another_shows_it_and_cancels_it(self):
        nobody = self.daemon.sessionctl("sign-in", "--show")
        self.assertEqual((nobody.returncode, nobody.stdout), (3, b"Nobody is signing in.\n"))
        process, screen, code = self.begin()
        shown = self.daemon.sessionctl("sign-in", "--show")
        self.assertEqual(shown.returncode, 0, shown.stderr)
        self.assertRegex(shown.stdout.decode(), rf"(?m)^enter  {re.escape(code)}$")
        as_json = json.loads(self.daemon.sessionctl("--json", "sign-in", "--show").stdout)
        self.assertEqual(as_json["userCode"], code)
        for said in (b"The sign-in was cancelled.\n", b"Nobody was signing in.\n"):
            cancelled = self.daemon.sessionctl("sign-in", "--cancel")
            self.assertEqual((cancelled.returncode, cancelled.stdout), (0, said), cancelled.stderr)
        screen.wait_for(r"error:\S* nobody was signed in: cancelled", 0)
        self.assertEqual(process.wait(PATIENCE_SECONDS), 1)

    def test_of_one_in_a_browser_its_address_is_not_shown(self):
        self.client.call("session.beginSignIn", method="browser")
        shown = self.daemon.sessionctl("sign-in", "--show")
        self.assertEqual(shown.returncode, 0, shown.stderr)
        self.assertRegex(shown.stdout, b"^A customer signs in in a browser, which has .* left\\.\n$")

    def in_a_browser(self, approve):
        """Signs in with a browser; exit status, output, errors."""
        process = subprocess.Popen(
            [BINARIES / "sessionctl", "--socket", self.daemon.socket_path, "sign-in", "--browser"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=ENVIRONMENT)
        shown = b""
        while not (found := ADDRESS.search(shown.decode())) or not shown.endswith(b"sent to.\n"):
            shown += os.read(process.stdout.fileno(), 1 << 16)
        address = self.provider.authorize(found[0], approve)
        output, errors = process.communicate(address.encode() + b"\n", PATIENCE_SECONDS)
        return process.returncode, output, errors

    def test_in_a_browser(self):
        status, output, errors = self.in_a_browser(approve=True)
        self.assertEqual(status, 0, errors)
        self.assertIn(b"signedIn", output)

    def test_denied_in_a_browser(self):
        status, _, errors = self.in_a_browser(approve=False)
        self.assertEqual(status, 1, errors)
        self.assertIn(b"denied", errors)

    def test_an_address_that_is_not_the_answer_is_refused_and_the_sign_in_over(self):
        refused = self.daemon.sessionctl("sign-in", "--browser", stdin=b"http://localhost/signed-in?code=x&state=y\n")
        self.assertEqual(refused.returncode, 64)
        self.assertIn(b"callbackURL", refused.stderr)
        self.assertEqual(self.client.call("session.pendingSignIn"), {})


if __name__ == "__main__":
    unittest.main()
