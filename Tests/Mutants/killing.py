# SPDX-License-Identifier: Apache-2.0
"""Builds the package with its mutants and runs tests with one of them switched on."""

import dataclasses
import os
import re
import signal
import subprocess
import sys
import tempfile
import time

# A test that hangs is a test that noticed: so long, or so many times what it takes while nothing is broken.
LEAST_SECONDS = 20.0
TIMES_AS_LONG = 6
PATIENCE_SECONDS = 300.0
FAILED_TEST = re.compile(r"^\S+ Test (?!run |case )(.+?) (?:failed after|recorded an issue)|^(?:FAIL|ERROR): (\S+)", re.MULTILINE)


@dataclasses.dataclass
class Outcome:
    """What became of a mutant."""

    verdict: str
    detail: str


class Tests:
    """The tests of the package that is built with its mutants."""

    def __init__(self, folder):
        self.tree = folder / "tree"
        self.scratch = folder / "build"
        self.binaries = self.scratch / "debug"
        self._outputs = {}
        self._seconds = {}

    def build(self):
        """Builds all there is; whether it could be."""
        command = ["swift", "build", "--build-tests", "--package-path", self.tree, "--scratch-path", self.scratch]
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        if done.returncode:
            print(done.stdout, file=sys.stderr)
        return done.returncode == 0

    def passes(self, killer):
        """Why the killer fails while nothing is broken; nil where it passes."""
        began = time.monotonic()
        failure = self._run(killer, 0, PATIENCE_SECONDS)
        self._seconds[killer] = time.monotonic() - began
        return failure

    def output(self, killer):
        """What the killer printed last while nothing was broken."""
        return self._outputs.get(killer, "")

    def kill(self, mutant):
        """Runs the mutant's killers until one fails."""
        began = time.monotonic()
        outcome = Outcome("explained", mutant.lives) if mutant.lives else Outcome("SURVIVED", f"lives through {mutant.killers}")
        for killer in mutant.killers:
            limit = max(LEAST_SECONDS, TIMES_AS_LONG * self._seconds[killer])
            if failure := self._run(killer, mutant.number, limit):
                outcome = failure
                break
        print(f"{outcome.verdict:9} {mutant.name} ({time.monotonic() - began:.1f} s)", flush=True)
        return outcome

    def _run(self, killer, number, limit):
        """What noticed the mutant of this number; nil where all passed."""
        kind, name = killer
        with tempfile.TemporaryFile("w+", errors="replace") as printed:
            process = subprocess.Popen(
                self._command(kind, name), cwd=self.tree if kind == "unit" else self.tree / "Tests" / "EndToEnd",
                env=self._environment(number), stdin=subprocess.DEVNULL, stdout=printed, stderr=subprocess.STDOUT,
                start_new_session=True)
            status = wait(process, limit)
            printed.seek(0)
            output = printed.read()
        if number == 0:
            self._outputs[killer] = output
            if status == 0 and re.search(r"with 0 tests|Ran 0 tests", output):
                return Outcome("SURVIVED", f"{name} names no test")
        if status is None:
            return Outcome("hangs", f"{name} took more than {limit:.0f} s")
        if status == 0:
            return None
        failed = FAILED_TEST.search(output)
        what = (failed[1] or failed[2]) if failed else "a crash"
        return Outcome("killed", f"by {what} ({name})")

    def _command(self, kind, name):
        if kind == "unit":
            bundle = next(self.binaries.glob("*PackageTests.xctest"))
            return [bundle, "--testing-library", "swift-testing", "--filter", name]
        return [sys.executable, "-m", "unittest", "--failfast", name]

    def _environment(self, number):
        environment = dict(os.environ, SESSIOND_BIN_DIR=str(self.binaries), SWIFT_BACKTRACE="enable=no")
        environment["PYTHONPATH"] = str(self.tree / "Tests" / "Support")
        if number:
            environment["SESSIOND_MUTANT"] = str(number)
        return environment


def wait(process, seconds):
    """The exit status; nil where it did not come in time, when whatever was started is ended."""
    try:
        return process.wait(seconds)
    except subprocess.TimeoutExpired:
        return None
    finally:
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        process.wait()
