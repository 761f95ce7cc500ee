# SPDX-License-Identifier: Apache-2.0
"""The tutorial of the library, followed to the letter: its commands typed, its code written, its output waited for."""

import contextlib
import os
import pathlib
import queue
import re
import signal
import subprocess
import tempfile
import threading
import time
import unittest

from harness import BINARIES, PACKAGE
from mirrors import mirror

CATALOG = PACKAGE / "Sources" / "Apps" / "SessionClient" / "SessionClient.docc"
# A build from nothing is part of it, on a machine that may have others to do.
PATIENCE_SECONDS = 300.0
TEST_SECONDS = 3600
CODE = re.compile(r'@Code\(name: "([^"]+)", file: "([^"]+)"\)')
UUID = re.compile(r"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b")


def steps():
    """The code of each step, in order: where it belongs, and what it is."""
    text = (CATALOG / "FirstApp.tutorial").read_text()
    return [(place, (CATALOG / "Resources" / name).read_text()) for place, name in CODE.findall(text)]


def pattern(line):
    """What a line of the tutorial may be elsewhere: with another UUID, and another length of a token."""
    escaped = re.escape(UUID.sub("UUID", line)).replace("UUID", UUID.pattern)
    return re.compile(re.sub(r"\d+(?=\\ bytes)", r"\\d+", escaped))
# The example has one program more.
SIGN_IN_TARGET = """,
        .executableTarget(
            name: "sign-in", dependencies: [.product(name: "SessionClient", package: "sessiond")]),
"""


class Shell:
    """One shell that is typed into, as the reader's; what is printed by what runs in it."""

    def __init__(self, folder, environment):
        # By the line, as on a terminal.
        self.process = subprocess.Popen(
            ["stdbuf", "-oL", "bash"], cwd=folder, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, text=True, start_new_session=True)
        self.seen, self.lines = [], queue.SimpleQueue()
        self.reader = threading.Thread(target=self.read)
        self.reader.start()

    def read(self):
        for line in self.process.stdout:
            self.lines.put(line.rstrip("\n"))

    def type(self, text):
        self.process.stdin.write(text)
        self.process.stdin.flush()

    def await_line(self, wanted):
        """Waits for a line, whatever comes before it."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while self.process.poll() is None and time.monotonic() < deadline:
            with contextlib.suppress(queue.Empty):
                self.seen.append(self.lines.get(timeout=1))
                if wanted.fullmatch(self.seen[-1]):
                    return
        while not self.lines.empty():
            self.seen.append(self.lines.get())
        printed = "\n".join(self.seen)
        raise AssertionError(f"no line {wanted.pattern}; the shell {self.process.poll()}:\n{printed}")

    def leave(self):
        """Ends the shell as its user does; its exit status."""
        self.process.stdin.close()
        status = self.process.wait(timeout=PATIENCE_SECONDS)
        self.reader.join()
        return status

    def kill(self):
        # It may have ended before what it has started.
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self.process.stdout.close()


class Tutorial(unittest.TestCase):
    def test_followed_from_a_fresh_clone_it_does_what_it_says(self):
        folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory(prefix="sd-")))
        subprocess.run(["git", "clone", "-q", f"file://{PACKAGE}", folder / "sessiond"], check=True)
        # What is not committed yet belongs to it, too.
        changes = subprocess.run(
            ["git", "diff", "--binary", "HEAD"], cwd=PACKAGE, capture_output=True, check=True).stdout
        if changes:
            subprocess.run(["git", "apply"], cwd=folder / "sessiond", input=changes, check=True)
        mirror(folder / "till" / ".swiftpm" / "configuration")
        environment = {**os.environ, "PATH": f"{BINARIES}:{os.environ['PATH']}"}
        environment.pop("SESSIOND_SOCKET", None)
        shell = Shell(folder, environment)
        self.addCleanup(shell.kill)
        # A command that fails is not gone on from.
        shell.type("set -e\n")
        outputs = 0
        for place, text in steps():
            if place == "Terminal":
                shell.type(text.replace("/tmp/", f"{folder}/"))
            elif place == "Output":
                for line in text.splitlines():
                    shell.await_line(pattern(line))
                    outputs += 1
            else:
                # The shell may still be at what was typed before.
                shell.type(f"echo typed {place}\n")
                shell.await_line(re.compile(re.escape(f"typed {place}")))
                (folder / "till" / place).write_text(text)
        self.assertEqual(shell.leave(), 0)
        self.assertGreater(outputs, 4)

    def test_every_file_of_it_is_used(self):
        used = {name for _, name in CODE.findall((CATALOG / "FirstApp.tutorial").read_text())}
        self.assertEqual(used, {path.name for path in (CATALOG / "Resources").iterdir()})

    def test_it_ends_with_the_example(self):
        last = [text for place, text in steps() if place.endswith("Till.swift")][-1]
        self.assertEqual(last, (PACKAGE / "Examples" / "swift" / "Sources" / "till" / "Till.swift").read_text())
        package = next(text for place, text in steps() if place == "Package.swift")
        example = (PACKAGE / "Examples" / "swift" / "Package.swift").read_text()
        self.assertIn(SIGN_IN_TARGET, example)
        self.assertEqual(package.replace('"../sessiond"', '"../.."'), example.replace(SIGN_IN_TARGET, "\n"))


class Documentation(unittest.TestCase):
    def test_docc_finds_nothing_to_say(self):
        folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory(prefix="sd-")))
        made = subprocess.run(
            ["make", "docs", "BUILT=1", "NEED=:", f"DEBUG_BIN={BINARIES}", f"DOCS={folder}"], cwd=PACKAGE,
            capture_output=True, text=True)
        # Whatever docc has to say makes it fail.
        self.assertEqual(made.returncode, 0, made.stdout + made.stderr)
        self.assertTrue((folder / "html" / "tutorials" / "sessionclient" / "firstapp" / "index.html").exists())
        self.assertTrue((folder / "html" / "data" / "tutorials" / "sessionclient" / "firstapp.json").exists())


if __name__ == "__main__":
    unittest.main()
