# SPDX-License-Identifier: Apache-2.0
"""Runs goals of make side by side, each as soon as those that it comes after have succeeded.

    parts.py [--at-once N] [--logs FOLDER] [--for-root GOAL]... [--as-installed] [VARIABLE=VALUE...]
             GOAL[:AFTER[,AFTER...]]...

Those that are named first begin first. The output of each is printed whole when it ends, and kept in a folder; what says
why one has failed comes last, with its name. After a failure nothing more begins; what runs already goes on to its end.
What is left out is named at the end: what only root can run, and, as installed, what lacks a package.
"""

import argparse
import os
import pathlib
import re
import signal
import subprocess
import sys
import threading
import time

# How much of each failure is said again at the end.
FAILURE_LINES = 12
MAKE = [os.environ.get("MAKE", "make"), "--no-print-directory"]


class Part:
    """A goal of make, and what came of it."""

    def __init__(self, text, logs):
        self.goal, _, after = text.partition(":")
        self.after = {name for name in after.split(",") if name}
        self.log = logs / f"{self.goal}.log"
        self.process, self.status, self.cpu_seconds = None, None, 0.0

    def start(self, variables):
        self.began = time.monotonic()
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [*MAKE, *variables, self.goal], stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT)

    def lack(self, variables):
        """What it needs and is not installed, as Packaging/need says that; empty: nothing."""
        plan = subprocess.run([*MAKE, "--dry-run", *variables, self.goal], capture_output=True, text=True)
        for command in re.findall(r"(?m)^\S+/need .*$", plan.stdout):
            done = subprocess.run(command.split(), capture_output=True, text=True)
            if done.returncode != 0:
                return done.stderr.strip()
        return ""

    def wait(self):
        """Waits for its end; what to take down of it."""
        return os.wait4(self.process.pid, 0)[1:]

    def ended(self, status, used):
        self.seconds = time.monotonic() - self.began
        self.cpu_seconds = used.ru_utime + used.ru_stime
        self.process.returncode = self.status = os.waitstatus_to_exitcode(status)

    def outcome(self):
        what = "succeeded" if self.status == 0 else "FAILED"
        return f"{self.goal} {what} after {self.seconds:.0f} s ({self.cpu_seconds:.0f} s of processor time)"


class Parts:
    """All of them."""

    def __init__(self, parts, variables, at_once):
        self.parts, self.variables, self.at_once = parts, variables, at_once
        self.changed = threading.Condition()

    def with_status(self, *wanted):
        return [part for part in self.parts if part.process and part.status in wanted]

    def failed(self):
        return [part for part in self.parts if part.status not in (None, 0)]

    def next(self):
        """The next part that can begin now."""
        succeeded = {part.goal for part in self.with_status(0)}
        if self.failed() or len(self.with_status(None)) >= self.at_once:
            return None
        return next((part for part in self.parts if not part.process and part.after <= succeeded), None)

    def run(self):
        """Runs them; whether all have succeeded."""
        with self.changed:
            while (part := self.next()) or self.with_status(None):
                if part:
                    part.start(self.variables)
                    threading.Thread(target=self.follow, args=[part]).start()
                else:
                    self.changed.wait()
        return not self.failed()

    def follow(self, part):
        result = part.wait()
        with self.changed:
            part.ended(*result)
            self.changed.notify()
            show(part)

    def end(self, *_):
        """Has those that are running end, and nothing more begin."""
        for part in self.with_status(None):
            part.process.terminate()


def installed(parts, variables):
    """Those of which everything is installed, and why each of the others is left out."""
    reasons = {part.goal: lack for part in parts if (lack := part.lack(variables))}
    while after := [part for part in parts if part.goal not in reasons and part.after & reasons.keys()]:
        reasons |= {part.goal: f"comes after {', '.join(sorted(part.after & reasons.keys()))}" for part in after}
    return [part for part in parts if part.goal not in reasons], reasons


def show(part):
    print(f"==== {part.goal}", flush=True)
    sys.stdout.buffer.write(part.log.read_bytes())
    print(f"==== {part.outcome()}", flush=True)


def why(text):
    """Why a part has failed, of its output: each test that did with the end of what it says; else the last lines of all."""
    failures = [failure.splitlines() for failure in re.findall(r"(?m)^ *FAILED: .*\n(?:^ +(?!FAILED: ).*\n)+", text)]
    if not failures:
        return "\n".join(text.splitlines()[-FAILURE_LINES:])
    return "\n".join(line for first, *others in failures for line in [first, *others[-FAILURE_LINES:]])


def main(arguments):
    parser = argparse.ArgumentParser()
    parser.add_argument("--at-once", type=int, default=2)
    parser.add_argument("--logs", type=pathlib.Path, default=".run/parts")
    parser.add_argument("--for-root", action="append", default=[])
    parser.add_argument("--as-installed", action="store_true")
    parser.add_argument("words", nargs="+")
    options = parser.parse_args(arguments)
    options.logs.mkdir(parents=True, exist_ok=True)
    began = time.monotonic()
    variables = [word for word in options.words if "=" in word]
    parts = [Part(word, options.logs) for word in options.words if "=" not in word]
    unknown = {name for part in parts for name in part.after} - {part.goal for part in parts}
    if unknown:
        parser.error(f"nothing is called {', '.join(sorted(unknown))}")
    left_out = {goal: "it needs root" for goal in options.for_root}
    if options.as_installed:
        parts, reasons = installed(parts, variables)
        left_out |= reasons
    parts = Parts(parts, variables, options.at_once)
    signal.signal(signal.SIGTERM, parts.end)
    succeeded = parts.run()
    print(f"{len(parts.with_status(0))} of {len(parts.parts)} parts succeeded in {time.monotonic() - began:.0f} s; "
          f"{sum(part.cpu_seconds for part in parts.parts):.0f} s of processor time")
    for goal, reason in left_out.items():
        print(f"left out: {goal}: {reason}")
    for part in parts.failed():
        print(f"==== {part.goal} FAILED:\n{why(part.log.read_text(errors='replace'))}")
    print("".join(f"FAILED: {part.goal}\n" for part in parts.failed()), end="")
    return 0 if succeeded and parts.parts else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
