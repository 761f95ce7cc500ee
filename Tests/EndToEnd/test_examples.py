# SPDX-License-Identifier: Apache-2.0
"""The examples in other languages, each as it is shipped, on a real daemon that restarts under it."""

import os
import pathlib
import queue
import re
import signal
import socket
import subprocess
import tempfile
import threading
import time
import unittest

from harness import PACKAGE, PATIENCE_SECONDS, DaemonTestCase, hashed

ANNA, PASSWORD = "anna@example.com", "anna's"
EXAMPLES = PACKAGE / "Examples"
# How long an example waits for an answer, and what this waits for instead.
DEADLINE = re.compile(r"(?i)^((?:const |#define )?deadline(?:_seconds)?(?: = |=| ))10\b", re.MULTILINE)
GRACE = re.compile(r"(?i)^((?:const |#define )?grace(?:_seconds)?(?: = |=| ))1\b", re.MULTILINE)
# What comes of an answer when its daemon is killed, and what is none.
CUT_ANSWERS = [
    b"", b'{"jsonrpc":"2.0","id":1,"resu', b'{"jsonrpc":"2.0","id":1,"result":{"uuid":"a', b'{"jsonrpc":"2.0","id":1,"result',
    b'{"jsonrpc":"2.0","id":1,"result"\n', b'{"jsonrpc":"2.0","id":1,"result":\n', b'"\n', b'{"a\n', b"{\n",
]


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

    source = None

    @classmethod
    def command(cls, source=None):
        """What runs it, or another version of its source."""
        raise NotImplementedError

    def view(self):
        status = self.daemon.call("session.status")
        return f"{status['state']} {status['uuid']} {status['generation']}"

    def run_once(self, *arguments, command=None, socket_path=None):
        return subprocess.run(
            [*map(str, command or self.command()), *arguments], capture_output=True, text=True, timeout=PATIENCE_SECONDS,
            env={**os.environ, "SESSIOND_SOCKET": str(socket_path or self.daemon.socket_path)})

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

    def test_a_daemon_that_hangs_is_not_waited_for_without_end(self):
        text = self.source.read_text()
        (text, deadlines), (_, graces) = DEADLINE.subn(r"\g<1>1", text), GRACE.subn("", text)
        self.assertEqual((deadlines, graces), (1, 1))
        hasty = self.daemon.folder / self.source.name
        hasty.write_text(GRACE.sub(r"\g<1>0", text))
        command = self.command(hasty)
        self.daemon.process.send_signal(signal.SIGSTOP)
        done = self.run_once("token", command=command)
        self.assertEqual((done.returncode, done.stdout), (1, ""))
        self.assertRegex(done.stderr, r"^(\S+: )?sessiond has not answered( session\.retrieveToken)? within 1 s\n$")

    def test_an_answer_that_is_cut_off_is_none(self):
        for sent in CUT_ANSWERS:
            with self.subTest(sent), socket.socket(socket.AF_UNIX) as listener:
                path = self.daemon.folder / f"cut-{CUT_ANSWERS.index(sent)}"
                listener.bind(str(path))
                listener.listen()
                thread = threading.Thread(target=self.answer_once, args=(listener, sent))
                thread.start()
                done = self.run_once("token", socket_path=path)
                thread.join(PATIENCE_SECONDS)
                self.assertNotEqual(done.returncode, 0)
                self.assertEqual(done.stdout, "")
                self.assertRegex(done.stderr, r"^[^\n]+\n$")

    @staticmethod
    def answer_once(listener, sent):
        with listener.accept()[0] as connection:
            connection.recv(1 << 16)
            connection.sendall(sent)

    def test_it_ends_without_a_word_when_nobody_reads_what_it_prints(self):
        program = subprocess.Popen(
            [*map(str, self.command()), "watch"], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            text=True, start_new_session=True, env={**os.environ, "SESSIOND_SOCKET": str(self.daemon.socket_path)})
        with program, program.stdout as lines, program.stderr as errors:
            lines.readline()
            lines.close()
            deadline = time.monotonic() + PATIENCE_SECONDS
            while self.group_exists(program):
                self.assertLess(time.monotonic(), deadline)
                self.daemon.call("session.destroy")
            self.assertEqual(errors.read(), "")

    @staticmethod
    def group_exists(program):
        """Whether the program, or what it has started, is there."""
        program.poll()
        try:
            os.killpg(program.pid, 0)
        except ProcessLookupError:
            return False
        return True

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
    source = EXAMPLES / "python" / "session.py"

    @classmethod
    def command(cls, source=None):
        return ["python3", source or cls.source]


class Node(Examples, DaemonTestCase):
    source = EXAMPLES / "node" / "session.mjs"

    @classmethod
    def command(cls, source=None):
        return ["node", source or cls.source]


class Shell(Examples, DaemonTestCase):
    source = EXAMPLES / "shell" / "session.sh"

    @classmethod
    def command(cls, source=None):
        return ["sh", source or cls.source]


class C(Examples, DaemonTestCase):
    source = EXAMPLES / "c" / "session.c"

    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory(prefix="sd-")
        cls.addClassCleanup(cls.folder.cleanup)
        cls.program = pathlib.Path(cls.folder.name) / "session"
        cls.compile(cls.source, cls.program)

    @staticmethod
    def compile(source, program):
        # Not as a user would: with everything that finds a mistake.
        subprocess.run(
            ["cc", "-std=c11", "-Wall", "-Wextra", "-Wpedantic", "-Werror", "-g", "-fsanitize=address,undefined", "-o",
             program, source], check=True)

    @classmethod
    def command(cls, source=None):
        if source is None:
            return [cls.program]
        cls.compile(source, source.with_suffix(""))
        return [source.with_suffix("")]


class Package(unittest.TestCase):
    def test_each_begins_with_its_licence(self):
        for path in EXAMPLES.glob("*/session.*"):
            with self.subTest(path.name):
                self.assertIn("SPDX-License-Identifier: Apache-2.0", "".join(path.read_text().splitlines(True)[:2]))


if __name__ == "__main__":
    unittest.main()
