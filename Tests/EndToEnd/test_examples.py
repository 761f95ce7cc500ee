# SPDX-License-Identifier: Apache-2.0
"""The examples in other languages, each as it is shipped, on a real daemon that restarts under it."""

import os
import pathlib
import queue
import subprocess
import tempfile
import threading
import unittest

from harness import PACKAGE, PATIENCE_SECONDS, DaemonTestCase, hashed

ANNA, PASSWORD = "anna@example.com", "anna's"
EXAMPLES = PACKAGE / "Examples"


class Program:
    """A program that runs, and the lines that it prints."""

    def __init__(self, command, daemon):
        self.process = subprocess.Popen(
            list(map(str, command)), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            start_new_session=True, env={**os.environ, "SESSIOND_SOCKET": str(daemon.socket_path)})
        self.lines = queue.SimpleQueue()
        self.reader = threading.Thread(target=self.read)
        self.reader.start()

    def read(self):
        for line in self.process.stdout:
            self.lines.put(line.rstrip("\n"))

    def next(self):
        """The next line, waited for."""
        return self.lines.get(timeout=PATIENCE_SECONDS)

    def stop(self):
        """Ends it with all that it has started."""
        os.killpg(self.process.pid, 9)
        self.process.wait()
        self.reader.join()
        self.process.stdout.close()
        self.process.stderr.close()


class Examples:
    """What each of them must do; a language adds its command."""

    accounts = {ANNA: hashed(PASSWORD, 1000)}

    @classmethod
    def command(cls):
        raise NotImplementedError

    def view(self):
        status = self.daemon.call("session.status")
        return f"{status['state']} {status['uuid']} {status['generation']}"

    def run_once(self, *arguments):
        return subprocess.run(
            [*map(str, self.command()), *arguments], capture_output=True, text=True, timeout=PATIENCE_SECONDS,
            env={**os.environ, "SESSIOND_SOCKET": str(self.daemon.socket_path)})

    def start_watching(self):
        # By then it is what it stays.
        self.daemon.call("session.retrieveToken")
        program = Program([*self.command(), "watch"], self.daemon)
        self.addCleanup(program.stop)
        self.assertEqual(program.next(), self.view())
        return program

    def test_it_says_whose_token_there_is_and_never_the_token(self):
        answer = self.daemon.call("session.retrieveToken")
        done = self.run_once("token")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertEqual(done.stdout, f"{answer['uuid']} {answer['expiresAt']}\n")

    def test_without_a_daemon_it_fails_and_says_so(self):
        self.daemon.stop()
        done = self.run_once("token")
        self.assertNotEqual(done.returncode, 0)
        self.assertEqual(done.stdout, "")
        self.assertNotEqual(done.stderr, "")

    def test_it_sees_each_change_of_the_customer(self):
        program = self.start_watching()
        self.daemon.call("session.signIn", email=ANNA, password=PASSWORD)
        self.assertEqual(program.next(), self.view())
        # What might deceive who does not read JSON.
        self.daemon.call("session.setIdentity", customEmail='","state":"x\\"}', customIdentifier="{[\\")
        self.daemon.call("session.signOut")
        signed_out = self.view().split()
        self.assertEqual(program.next().split()[1:], signed_out[1:])

    def test_it_goes_on_over_restarts_of_the_daemon(self):
        program = self.start_watching()
        seen = ""
        for kill in (True, False, True):
            self.daemon.restart(kill=kill)
            self.daemon.call("session.destroy")
            self.daemon.call("session.retrieveToken")
            # What happened while it was not connected may be told at once or step by step.
            while seen != self.view():
                seen = program.next()


class Python(Examples, DaemonTestCase):
    @classmethod
    def command(cls):
        return ["python3", EXAMPLES / "python" / "session.py"]


class Node(Examples, DaemonTestCase):
    @classmethod
    def command(cls):
        return ["node", EXAMPLES / "node" / "session.mjs"]


class Shell(Examples, DaemonTestCase):
    @classmethod
    def command(cls):
        return ["sh", EXAMPLES / "shell" / "session.sh"]


class C(Examples, DaemonTestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory(prefix="sd-")
        cls.addClassCleanup(cls.folder.cleanup)
        cls.program = pathlib.Path(cls.folder.name) / "session"
        # Not as a user would: with everything that finds a mistake.
        subprocess.run(
            ["cc", "-std=c11", "-Wall", "-Wextra", "-Wpedantic", "-Werror", "-g", "-fsanitize=address,undefined", "-o",
             cls.program, EXAMPLES / "c" / "session.c"], check=True)

    @classmethod
    def command(cls):
        return [cls.program]


class Package(unittest.TestCase):
    def test_each_begins_with_its_licence(self):
        for path in EXAMPLES.glob("*/session.*"):
            with self.subTest(path.name):
                self.assertIn("SPDX-License-Identifier: Apache-2.0", "".join(path.read_text().splitlines(True)[:2]))


if __name__ == "__main__":
    unittest.main()
