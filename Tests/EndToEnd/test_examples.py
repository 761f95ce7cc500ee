# SPDX-License-Identifier: Apache-2.0
"""The examples in other languages, each as it is shipped, on a real daemon that restarts under it."""

import os
import pathlib
import queue
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
import unittest

from harness import PACKAGE, PATIENCE_SECONDS, DaemonTestCase, hashed
from openid import REDIRECT_URI, OpenIDEmulator

ANNA, PASSWORD = "anna@example.com", "anna's"
EXAMPLES = PACKAGE / "Examples"
# The library that those in Python use, as it is in the sources.
PYTHON = {"PYTHONPATH": str(PACKAGE / "Libraries" / "python" / "src"), "PYTHONDONTWRITEBYTECODE": "1"}
# How long an example waits for an answer, and what this waits for instead.
DEADLINE = re.compile(r"(?i)^((?:const |#define )?deadline(?:_seconds)?(?: = |=| ))10\b", re.MULTILINE)
GRACE = re.compile(r"(?i)^((?:const |#define )?grace(?:_seconds)?(?: = |=| ))1\b", re.MULTILINE)
# What comes of an answer when its daemon is killed, and what is none.
CUT_ANSWERS = [
    b"", b'{"jsonrpc":"2.0","id":1,"resu', b'{"jsonrpc":"2.0","id":1,"result":{"uuid":"a', b'{"jsonrpc":"2.0","id":1,"result',
    b'{"jsonrpc":"2.0","id":1,"result"\n', b'{"jsonrpc":"2.0","id":1,"result":\n', b'"\n', b'{"a\n', b"{\n",
]

# A provider that has no codes for other devices.
WITHOUT_CODES = [f"on={document},omit=device_authorization_endpoint" for document in ("discovery", "metadata")]


class Program:
    """A program that runs, and the lines that it prints."""

    def __init__(self, command, daemon, environment=(), stdin=subprocess.DEVNULL):
        self.process = subprocess.Popen(
            list(map(str, command)), stdin=stdin, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            start_new_session=True, env={**os.environ, **dict(environment), "SESSIOND_SOCKET": str(daemon.socket_path)})
        self.lines = queue.SimpleQueue()
        self.reader = threading.Thread(target=self.read)
        self.reader.start()

    def read(self):
        for line in self.process.stdout:
            self.lines.put(line.rstrip("\n"))

    def next(self):
        """The next line, waited for."""
        return self.lines.get(timeout=PATIENCE_SECONDS)

    def type(self, line):
        """Types a line."""
        self.process.stdin.write(f"{line}\n")
        self.process.stdin.flush()

    def status(self):
        """Its exit status, waited for."""
        return self.process.wait(PATIENCE_SECONDS)

    def until(self, line):
        """Waits for a line."""
        while self.next() != line:
            pass

    def stop(self):
        """Ends it with all that it has started."""
        if self.process.poll() is None:
            os.killpg(self.process.pid, 9)
        self.process.wait()
        self.reader.join()
        for stream in (self.process.stdin, self.process.stdout, self.process.stderr):
            if stream is not None:
                stream.close()


class SignInExample:
    """What each must do that signs a customer in at a provider; a language adds its command."""

    environment = {}

    @classmethod
    def sign_in_command(cls):
        """What runs it."""
        return [*cls.command(), "sign-in"]

    def start_sign_in(self, **options):
        """Has it sign somebody in at a provider; its first line."""
        self.provider = OpenIDEmulator(**options)
        self.addCleanup(self.provider.remove)
        self.provider.start()
        settings = self.provider.settings(RedirectURI=REDIRECT_URI)
        self.at_provider = self.new_daemon({"Authority": {"Kind": "openid"}, "OpenID": settings})
        self.signing = Program(self.sign_in_command(), self.at_provider, self.environment, subprocess.PIPE)
        self.addCleanup(self.signing.stop)
        return self.signing.next()

    def test_it_signs_in_by_a_code_over_a_restart_of_the_daemon(self):
        address, code = self.start_sign_in().split()
        self.assertTrue(address.startswith(self.provider.url), address)
        self.at_provider.restart(kill=True)
        self.provider.approve(code)
        self.assertEqual((self.signing.next(), self.signing.status()), ("signedIn", 0))

    def test_it_says_that_nobody_was_signed_in(self):
        _, code = self.start_sign_in().split()
        self.provider.deny(code)
        self.assertEqual((self.signing.next(), self.signing.status()), ("none", 1))

    def test_a_sign_in_that_is_interrupted_is_cancelled(self):
        self.start_sign_in()
        os.killpg(self.signing.process.pid, signal.SIGINT)
        self.assertEqual(self.signing.status(), 1)
        self.assertEqual(self.at_provider.call("session.pendingSignIn"), {})

    def test_it_signs_in_by_a_browser(self):
        address = self.start_sign_in(faults=WITHOUT_CODES)
        self.signing.type(self.provider.authorize(address))
        self.assertEqual((self.signing.next(), self.signing.status()), ("signedIn", 0))

    def test_an_address_that_is_none_ends_the_sign_in(self):
        self.start_sign_in(faults=WITHOUT_CODES)
        self.signing.type(f"{REDIRECT_URI}?code=1")
        self.assertNotEqual(self.signing.status(), 0)
        self.assertIn("callbackURL", self.signing.process.stderr.read())
        self.assertEqual(self.at_provider.call("session.pendingSignIn"), {})


class Examples:
    """What each of them must do; a language adds its command."""

    accounts = {ANNA: hashed(PASSWORD, 1000)}

    source = None
    # How many seconds it waits for a daemon that hangs, beyond the time that it has told it, is in its own source.
    has_grace = True
    environment = {}

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
            env={**os.environ, **self.environment, "SESSIOND_SOCKET": str(socket_path or self.daemon.socket_path)})

    def start_watching(self):
        # By then it is what it stays.
        self.daemon.call("session.retrieveToken")
        program = Program([*self.command(), "watch"], self.daemon, self.environment)
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
        command = self.hasty_command()
        self.daemon.process.send_signal(signal.SIGSTOP)
        done = self.run_once("token", command=command)
        self.assertEqual((done.returncode, done.stdout), (1, ""))
        self.assertRegex(
            done.stderr,
            r"^(\S+: )*sessiond (has|did) not answer(ed)?( session\.retrieveToken)? within 1 s( \(.*\))?\n$")

    def hasty_command(self):
        """What runs a version of it that waits for a second."""
        text = self.source.read_text()
        (text, deadlines), (_, graces) = DEADLINE.subn(r"\g<1>1", text), GRACE.subn("", text)
        self.assertEqual((deadlines, graces), (1, 1 if self.has_grace else 0))
        hasty = self.daemon.folder / self.source.name
        hasty.write_text(GRACE.sub(r"\g<1>0", text))
        return self.command(hasty)

    def test_an_answer_that_is_cut_off_is_none(self):
        # Those that ask again, on a new connection, do so until their time is up.
        command = self.hasty_command()
        for sent in CUT_ANSWERS:
            with self.subTest(sent), socket.socket(socket.AF_UNIX) as listener:
                path = self.daemon.folder / f"cut-{CUT_ANSWERS.index(sent)}"
                listener.bind(str(path))
                listener.listen()
                thread = threading.Thread(target=self.answer_once, args=(listener, sent))
                thread.start()
                done = self.run_once("token", command=command, socket_path=path)
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
            text=True, start_new_session=True,
            env={**os.environ, **self.environment, "SESSIOND_SOCKET": str(self.daemon.socket_path)})
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


class Python(SignInExample, Examples, DaemonTestCase):
    source = EXAMPLES / "python" / "session.py"
    environment = PYTHON
    # That is the library's.
    has_grace = False

    @classmethod
    def command(cls, source=None):
        return ["python3", source or cls.source]


class Tills:
    """The till in a terminal, as a cashier uses it; a language adds its command."""

    accounts = {ANNA: hashed(PASSWORD, 1000)}
    # It warns at once, and the end is far.
    sections = {"Session": {"IdleTimeoutSec": "600", "WarnBeforeSec": "599"}}

    till, environment = None, {}

    def start(self, daemon=None):
        till = Program(self.till, daemon or self.daemon, self.environment, subprocess.PIPE)
        self.addCleanup(till.stop)
        till.until("snapshot: nobody is signed in")
        return till

    @staticmethod
    def enter(till, *lines):
        till.process.stdin.write("".join(f"{line}\n" for line in lines))
        till.process.stdin.flush()

    def test_a_customer_is_signed_in_pays_and_is_signed_out(self):
        till = self.start()
        self.enter(till, "pay")
        till.until("sign in first")
        self.enter(till, f"in {ANNA}", "wrong")
        till.until("that is not the password")
        self.enter(till, f"in {ANNA}", PASSWORD)
        till.until("-- an empty basket --")
        till.until(f"signedIn: {ANNA}")
        self.enter(till, "pay")
        till.until(f"paid by {self.daemon.call('session.status')['uuid']}")
        self.enter(till, "out")
        till.until("-- an empty basket --")
        self.enter(till, "quit")
        self.assertEqual(till.process.wait(PATIENCE_SECONDS), 0)

    def test_it_counts_down_and_is_told_of_others(self):
        till = self.start()
        self.daemon.call("session.signIn", email=ANNA, password=PASSWORD)
        till.until(f"expiringSoon: {ANNA}")
        self.assertRegex(till.next(), r"^the session ends in 59\d s: press Enter to go on$")
        self.daemon.restart(kill=True)
        till.until(f"gap: {ANNA}")
        self.enter(till, "out")
        till.until("signedOut: nobody is signed in")

    def test_a_customer_signs_in_with_their_phone(self):
        provider = OpenIDEmulator()
        self.addCleanup(provider.remove)
        provider.start()
        daemon = self.new_daemon({"Authority": {"Kind": "openid"}, "OpenID": provider.settings()})
        till = self.start(daemon)
        self.enter(till, "cancel", "phone")
        till.until("nobody signs in")
        while not (shown := re.fullmatch(r"open (\S+) and enter (\S+)", till.next())):
            pass
        provider.approve(shown[2])
        till.until("-- an empty basket --")
        till.until("the sign-in is over: signedIn")
        self.enter(till, "pay")
        till.until(f"paid by {daemon.call('session.status')['uuid']}")

    def test_where_the_authority_has_no_phones_it_says_so(self):
        till = self.start()
        self.enter(till, "phone")
        self.assertRegex(till.next(), r"^! unsupported: ")


class PythonTill(Tills, DaemonTestCase):
    till, environment = ["python3", EXAMPLES / "python" / "till.py"], PYTHON


class InNode:
    """In a folder of its own, where the library is installed."""

    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="sd-")
        cls.addClassCleanup(folder.cleanup)
        cls.folder = pathlib.Path(folder.name)
        (cls.folder / "node_modules").mkdir()
        (cls.folder / "node_modules" / "sessiond").symlink_to(PACKAGE / "Libraries" / "javascript")

    @classmethod
    def copied(cls, source):
        """What runs a program there."""
        return ["node", shutil.copy(source, cls.folder)]


class Node(SignInExample, InNode, Examples, DaemonTestCase):
    source = EXAMPLES / "node" / "session.mjs"
    has_grace = False

    @classmethod
    def command(cls, source=None):
        return cls.copied(source or cls.source)


class NodeTill(InNode, Tills, DaemonTestCase):
    @property
    def till(self):
        return self.copied(EXAMPLES / "node" / "till.mjs")


class Shell(SignInExample, Examples, DaemonTestCase):
    source = EXAMPLES / "shell" / "session.sh"

    @classmethod
    def command(cls, source=None):
        return ["sh", source or cls.source]


class WithLibrary(Examples):
    """An example that is compiled with libsessiond, which says by itself how long it has waited."""

    # What of Debian it is compiled with besides.
    packages = []

    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory(prefix="sd-")
        cls.addClassCleanup(cls.folder.cleanup)
        if cls.packages and subprocess.run(["pkg-config", "--exists", *cls.packages], check=False).returncode:
            raise unittest.SkipTest(f"there is no {' '.join(cls.packages)}")
        cls.library = pathlib.Path(cls.folder.name) / "library"
        subprocess.run(
            ["make", "--quiet", "-C", PACKAGE / "Libraries" / "c", "install", f"BUILD={PACKAGE}/.build/c", "DESTDIR=",
             f"prefix={cls.library}"], check=True, env={**os.environ, "MAKEFLAGS": ""})
        cls.program = pathlib.Path(cls.folder.name) / "session"
        cls.compile(cls.source, cls.program)
        # What gives up after a second.
        hasty = pathlib.Path(cls.folder.name) / f"hasty{cls.source.suffix}"
        text, count = DEADLINE.subn(r"\g<1>1", cls.source.read_text())
        assert count == 1, text
        hasty.write_text(text)
        cls.compile(hasty, hasty.with_suffix(""))
        cls.hasty = hasty.with_suffix("")

    @classmethod
    def compile(cls, source, program):
        # Not as a user would: with everything that finds a mistake.
        found = subprocess.run(
            ["pkg-config", "--cflags", "--libs", "libsessiond", *cls.packages], check=True, capture_output=True, text=True,
            env={**os.environ, "PKG_CONFIG_PATH": f"{cls.library}/lib/pkgconfig"})
        subprocess.run(
            [*cls.compiler, "-Wall", "-Wextra", "-Werror", "-g", "-fsanitize=address,undefined", "-o", program, source,
             *found.stdout.split(), f"-Wl,-rpath,{cls.library}/lib"], check=True)

    @classmethod
    def command(cls, source=None):
        return [cls.program]

    def hasty_command(self):
        return [self.hasty]


class C(SignInExample, WithLibrary, DaemonTestCase):
    source = EXAMPLES / "c" / "session.c"
    compiler = ["cc", "-std=c11", "-Wpedantic", "-D_POSIX_C_SOURCE=200809L"]

    def test_the_till_greets_whoever_comes_and_takes_their_money(self):
        till = subprocess.Popen(
            [self.program, "till"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1,
            env={**os.environ, "SESSIOND_SOCKET": str(self.daemon.socket_path)})
        with till:
            self.addCleanup(till.kill)
            self.assertEqual(till.stdout.readline(), "Welcome to a till.\n")
            print("pay", file=till.stdin)
            self.assertEqual(till.stdout.readline(), "Pay: nobody is signed in.\n")
            print(f"sign-in {ANNA} wrong", file=till.stdin)
            self.assertEqual(till.stdout.readline(), "That was not right.\n")
            print(f"sign-in {ANNA} {PASSWORD}", file=till.stdin)
            self.assertEqual(
                [till.stdout.readline() for _ in range(2)], ["Forget the last customer.\n", f"Hello, {ANNA}.\n"])
            print("pay", file=till.stdin)
            self.assertEqual(till.stdout.readline(), f"Paid by {self.daemon.call('session.getUUID')['uuid']}.\n")
            self.daemon.restart(kill=True)
            print("sign-out", file=till.stdin)
            while till.stdout.readline() != "Welcome to a till.\n":
                pass
            till.stdin.close()
            self.assertEqual(till.wait(PATIENCE_SECONDS), 0)


class GLib(WithLibrary, DaemonTestCase):
    source = EXAMPLES / "glib" / "session.c"
    compiler = ["cc", "-std=c11"]
    packages = ["glib-2.0"]


class Qt(WithLibrary, DaemonTestCase):
    source = EXAMPLES / "qt" / "session.cpp"
    compiler = ["c++", "-std=c++17", "-fPIC"]
    packages = ["Qt6Core"]


class Package(unittest.TestCase):
    def test_each_begins_with_its_licence(self):
        for path in [*EXAMPLES.glob("*/session.*"), *EXAMPLES.glob("*/till.*")]:
            with self.subTest(path.name):
                self.assertIn("SPDX-License-Identifier: Apache-2.0", "".join(path.read_text().splitlines(True)[:2]))


if __name__ == "__main__":
    unittest.main()
