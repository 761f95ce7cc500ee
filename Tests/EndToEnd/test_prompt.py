# SPDX-License-Identifier: Apache-2.0
"""The prompt for a password in the shells that people use: what stops, continues and ends a program from a terminal."""

import fcntl
import os
import pty
import re
import shutil
import signal
import termios
import time
import unittest

from conditions import Output
from harness import BINARIES, ENVIRONMENT, PATIENCE_SECONDS, DaemonTestCase, hashed

ANNA, PASSWORD = "anna@example.com", "canary-prompt-password"
PROMPT = r"ready> "
STOPPED = r"(?i)stopped|suspended"
ENTER, CTRL_C, CTRL_D, CTRL_Z = "\r", "\x03", "\x04", "\x1a"
SIGN_IN = f"sessionctl sign-in --email {ANNA}"


class Shell:
    """An interactive shell on a terminal of its own, and the person in front of it."""

    def __init__(self, command, daemon):
        environment = {
            **ENVIRONMENT, "PATH": f"{BINARIES}:/usr/bin:/bin", "PS1": "ready> ", "TERM": "dumb", "LC_ALL": "C.UTF-8",
            "SESSIOND_SOCKET": str(daemon.socket_path), "HOME": str(daemon.folder),
        }
        program = shutil.which(command[0])
        if program is None:
            raise AssertionError(f"there is no {command[0]}: install it")
        self.process, self.terminal = pty.fork()
        if self.process == 0:
            # Who runs the tests may ignore these, as nohup(1) and a shell's & do; on a terminal nobody does.
            for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGHUP):
                signal.signal(number, signal.SIG_DFL)
            os.execve(program, command, environment)
        # One descriptor to type, another for the thread that reads.
        fcntl.fcntl(self.terminal, fcntl.F_SETFD, fcntl.FD_CLOEXEC)
        self.screen = Output(os.fdopen(os.dup(self.terminal), "rb", buffering=0))
        self.seen = 0
        self.wait_for(PROMPT)

    def type(self, text):
        """Types; what is waited for afterwards comes behind what was seen before."""
        data = text.encode()
        while data:
            data = data[os.write(self.terminal, data[:512]):]

    def wait_for(self, pattern):
        """Waits until the pattern is shown behind what was waited for last."""
        found = self.screen.wait_for(pattern, self.seen)
        self.seen = found.end()
        return found

    def run(self, line):
        self.type(line + ENTER)

    @property
    def shows_what_is_typed(self):
        """Whether the terminal itself does."""
        return bool(termios.tcgetattr(self.terminal)[3] & termios.ECHO)

    @property
    def child(self):
        """The program that it runs."""
        with open(f"/proc/{self.process}/task/{self.process}/children") as children:
            return int(children.read())

    def close(self):
        os.kill(self.process, signal.SIGKILL)
        os.waitpid(self.process, 0)
        os.close(self.terminal)
        self.screen.wait_for_end()


class Prompt:
    """What each shell must see; one of them adds its command."""

    accounts = {ANNA: hashed(PASSWORD, 1000)}
    command = []

    def setUp(self):
        super().setUp()
        self.shell = Shell(self.command, self.daemon)
        self.addCleanup(self.shell.close)

    def wait_for_question(self):
        self.shell.wait_for("Password: ")
        self.assertFalse(self.shell.shows_what_is_typed)

    def wait_for_the_shell(self):
        """Waits for it to have the terminal again: what is typed is shown, by it or by the terminal."""
        self.shell.wait_for(PROMPT)
        self.shell.run("echo back-$((40 + 2))")
        self.shell.wait_for(r"echo back-")
        self.shell.wait_for(r"back-42")
        self.shell.wait_for(PROMPT)

    def enter_password(self):
        self.shell.run(PASSWORD)
        self.shell.wait_for(f"Login: +{ANNA}")
        self.wait_for_the_shell()
        self.assertNotIn(PASSWORD, self.shell.screen.text)

    def test_stopped_and_continued_it_asks_again_and_shows_nothing(self):
        self.shell.run(SIGN_IN)
        for _ in range(2):
            self.wait_for_question()
            self.shell.type("half of it" + CTRL_Z)
            self.shell.wait_for(STOPPED)
            self.wait_for_the_shell()
            self.shell.run("fg")
        self.wait_for_question()
        self.enter_password()

    def test_what_cannot_be_caught_stops_it_and_it_asks_again(self):
        self.shell.run(SIGN_IN)
        self.wait_for_question()
        os.kill(self.shell.child, signal.SIGSTOP)
        self.shell.wait_for(STOPPED)
        self.shell.wait_for(PROMPT)
        self.shell.run("fg")
        self.wait_for_question()
        self.enter_password()

    def test_begun_in_the_background_it_stops_until_it_is_in_the_foreground(self):
        self.shell.run(SIGN_IN + " &")
        self.shell.wait_for(PROMPT)
        deadline = time.monotonic() + PATIENCE_SECONDS
        # Most shells tell it with their next prompt.
        while not re.search(STOPPED, self.shell.screen.text):
            self.assertLess(time.monotonic(), deadline, self.shell.screen.text)
            self.shell.type(ENTER)
            self.shell.wait_for(PROMPT)
        self.assertNotIn("Password: ", self.shell.screen.text)
        self.shell.run("fg")
        self.wait_for_question()
        self.enter_password()

    def test_an_interrupt_ends_it_by_its_signal(self):
        self.shell.run(SIGN_IN)
        self.wait_for_question()
        self.shell.type("half of it" + CTRL_C)
        self.shell.wait_for(PROMPT)
        self.shell.run("echo status=$?")
        self.shell.wait_for(rf"status={128 + signal.SIGINT}")
        self.wait_for_the_shell()
        self.assertNotIn("half of it", self.shell.screen.text)
        self.assertFalse(self.daemon.call("session.status")["signedIn"])

    def test_the_end_of_input_hands_over_what_was_typed_and_ends_an_empty_line(self):
        self.shell.run(SIGN_IN)
        self.wait_for_question()
        # Behind something it only hands that over, termios(3).
        self.shell.type(PASSWORD[:5] + CTRL_D + PASSWORD[5:] + CTRL_D + CTRL_D)
        self.shell.wait_for(f"Login: +{ANNA}")
        self.wait_for_the_shell()
        self.shell.run(SIGN_IN)
        self.wait_for_question()
        self.shell.type(CTRL_D)
        self.shell.wait_for("error: nothing was entered")
        self.wait_for_the_shell()

    def test_a_line_that_the_terminal_cuts_is_refused(self):
        for count in (4095, 5000):
            self.shell.run(SIGN_IN)
            self.wait_for_question()
            self.shell.run("x" * count)
            self.shell.wait_for("error: the line is too long: a terminal keeps 4095 bytes of one and loses what follows")
            self.wait_for_the_shell()
        self.shell.run(SIGN_IN)
        self.wait_for_question()
        self.shell.run("x" * 4094)
        self.shell.wait_for("error: .*wrong|Error: the authority")
        self.wait_for_the_shell()


class Bash(Prompt, DaemonTestCase):
    command = ["bash", "--norc", "--noprofile", "-i"]


class Zsh(Prompt, DaemonTestCase):
    command = ["zsh", "-f", "-i", "-o", "no_prompt_sp"]


class Dash(Prompt, DaemonTestCase):
    command = ["dash", "-i"]


if __name__ == "__main__":
    unittest.main()
