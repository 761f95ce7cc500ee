# SPDX-License-Identifier: Apache-2.0
"""The example app in Swift, built as its readers build it, on a daemon that restarts under it."""

import pathlib
import subprocess
import unittest

from harness import PACKAGE, DaemonTestCase, hashed
from mirrors import mirror
from test_examples import Program, SignInExample

ANNA, PASSWORD = "anna@example.com", "anna's"
FOLDER = PACKAGE / "Examples" / "swift"
SCRATCH = PACKAGE / ".build" / "example"
CONFIGURATION = SCRATCH / "configuration"
# Everything is compiled.
TEST_SECONDS = 3600


def swift(*arguments):
    """What a command of SwiftPM prints, for the example."""
    done = subprocess.run(
        ["swift", *arguments, "--package-path", FOLDER, "--scratch-path", SCRATCH, "--config-path", CONFIGURATION],
        capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def program(name):
    """One of the example's programs, built."""
    mirror(CONFIGURATION)
    swift("build")
    return pathlib.Path(swift("build", "--show-bin-path").strip()) / name


class SignIn(SignInExample, DaemonTestCase):
    @classmethod
    def setUpClass(cls):
        cls.program_path = program("sign-in")

    @classmethod
    def sign_in_command(cls):
        return ["stdbuf", "-oL", cls.program_path]


class Till(DaemonTestCase):
    accounts = {ANNA: hashed(PASSWORD, 1000)}

    @classmethod
    def setUpClass(cls):
        cls.program = program("till")

    def test_it_greets_whoever_comes_over_restarts_of_the_daemon(self):
        self.daemon.call("session.retrieveToken")
        till = Program(["stdbuf", "-oL", self.program], self.daemon)
        self.addCleanup(till.stop)
        self.assertEqual(till.next(), "Welcome to a till.")
        self.daemon.call("session.signIn", email=ANNA, password=PASSWORD)
        self.await_line(till, f"Hello, {ANNA}.")
        self.daemon.restart(kill=True)
        self.daemon.call("session.destroy")
        self.await_line(till, "Forget the last customer.")
        self.await_line(till, "Welcome to a till.")

    def test_it_links_the_library_and_nothing_that_the_daemon_needs(self):
        objects = (self.program.parent / "till.product" / "Objects.LinkFileList").read_text().splitlines()
        linked = {pathlib.Path(path.strip("'")).parent.name.removesuffix(".build") for path in objects}
        self.assertLessEqual({"till", "SessionClient", "SessionProtocol"}, linked)
        self.assertLessEqual(
            linked,
            {"till", "SessionClient", "SessionProtocol", "SessiondPrimitives", "CSessiondLinux"})

    def await_line(self, till, wanted):
        while till.next() != wanted:
            pass


if __name__ == "__main__":
    unittest.main()
