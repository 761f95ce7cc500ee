# SPDX-License-Identifier: Apache-2.0
"""Runs goals of make side by side, each as soon as those that it comes after have succeeded.

    parts.py [--at-once N] [--logs FOLDER] [VARIABLE=VALUE...] GOAL[:AFTER[,AFTER...]]...

Those that are named first begin first. The output of each is printed whole when it ends, and kept in a folder;
that of one that fails comes last, with its name. After a failure nothing more begins; what runs already goes on to its end.
"""

import argparse
import os
import pathlib
import signal
import subprocess
import sys
import threading
import time

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
                [os.environ.get("MAKE", "make"), "--no-print-directory", *variables, self.goal],
                stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT)

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
        for part in self.failed():
            show(part)
        return not self.failed()

    def follow(self, part):
        result = part.wait()
        with self.changed:
            part.ended(*result)
            self.changed.notify()
            if part.status == 0:
                show(part)
            else:
                print(part.outcome(), flush=True)

    def end(self, *_):
        """Has those that are running end, and nothing more begin."""
        for part in self.with_status(None):
            part.process.terminate()


def show(part):
    print(f"==== {part.goal}", flush=True)
    sys.stdout.buffer.write(part.log.read_bytes())
    print(f"==== {part.outcome()}", flush=True)


def main(arguments):
    parser = argparse.ArgumentParser()
    parser.add_argument("--at-once", type=int, default=2)
    parser.add_argument("--logs", type=pathlib.Path, default=".run/parts")
    parser.add_argument("words", nargs="+")
    options = parser.parse_args(arguments)
    options.logs.mkdir(parents=True, exist_ok=True)
    began = time.monotonic()
    variables = [word for word in options.words if "=" in word]
    parts = [Part(word, options.logs) for word in options.words if "=" not in word]
    parts = Parts(parts, variables, options.at_once)
    unknown = {name for part in parts.parts for name in part.after} - {part.goal for part in parts.parts}
    if unknown:
        parser.error(f"nothing is called {', '.join(sorted(unknown))}")
    signal.signal(signal.SIGTERM, parts.end)
    succeeded = parts.run()
    print(f"{len(parts.with_status(0))} of {len(parts.parts)} parts succeeded in {time.monotonic() - began:.0f} s; "
          f"{sum(part.cpu_seconds for part in parts.parts):.0f} s of processor time")
    for part in parts.failed():
        print(f"FAILED: {part.goal}")
    return 0 if succeeded else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
