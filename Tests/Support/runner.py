# SPDX-License-Identifier: Apache-2.0
"""Runs modules of unittest tests, each in a process of its own, and says at the end how many passed.

A test that hangs fails by its name and says where; the tests after it run.
"""

import concurrent.futures
import contextlib
import faulthandler
import json
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import time
import traceback
import unittest

# A test that takes longer is named.
NOTABLE_SECONDS = 8.0
# How long a test or a fixture may take, on the slowest machine; a module whose tests take longer has a constant of this
# name, and who asks for a thousand rounds sets the variable.
TEST_SECONDS = int(os.environ.get("TEST_SECONDS", "600"))
# A file with what cannot run where these tests run, a line each: `MODULE.CLASS.TEST: reason`, or a class, or a module.
LEFT_OUT = os.environ.get("LEFT_OUT")


def nothing(name):
    """What most modules need to be there."""
    return contextlib.nullcontext({})


def run(folders, arguments, processes=1, first=(), beside=(), around=nothing):
    """Runs the modules `test_*.py` of the first folder, or those that are named; the exit status.

    They import from all the folders. Those in `first` begin first, in that order; those in `beside` run one after the other
    next to all the rest. `around(name)` is a context within which a module runs, entered by the thread that runs it: it
    gives variables for the module's environment, and whatever it raises has failed with the module.
    """
    found = sorted(path.stem for path in pathlib.Path(folders[0]).glob("test_*.py"))
    unknown = [name for name in arguments if name not in found]
    if unknown:
        print(f"there is no {', '.join(unknown)}; there are {', '.join(found)}", file=sys.stderr)
        return 64
    rank = {name: place for place, name in enumerate(first)}
    modules = sorted(arguments or found, key=lambda name: (rank.get(name, len(rank)), name))
    totals, failed = {"passed": 0, "failed": 0, "skipped": 0}, []
    executor = concurrent.futures.ThreadPoolExecutor
    with executor(processes) as pool, executor(1) as pool_beside:
        running = [(pool_beside if name in beside else pool).submit(run_within, around, folders, name)
                   for name in modules]
        try:
            for ended in concurrent.futures.as_completed(running):
                name, counts, output, seconds = ended.result()
                show(name, counts, output, seconds)
                for what, count in counts.items():
                    totals[what] += count
                if counts["failed"]:
                    failed.append(name)
        finally:
            # Whatever ends this early: what has not begun yet does not.
            for module in running:
                module.cancel()
    if failed:
        print(f"FAILED: {' '.join(failed)}")
    skipped = f", {totals['skipped']} skipped" if totals["skipped"] else ""
    print(f"{totals['passed']} passed, {totals['failed']} failed{skipped}")
    return 1 if totals["failed"] or not totals["passed"] else 0


def show(name, counts, output, seconds):
    shown = ", ".join(f"{count} {what}" for what, count in counts.items() if count)
    print(f"{name}: {shown or 'nothing ran'} in {seconds:.1f} s")
    print("".join(f"    {line}\n" for line in output.splitlines()), end="", flush=True)


def run_within(around, folders, name):
    """Runs a module within its context; its name, what came of it, what it printed, and the seconds it took."""
    began = time.monotonic()
    counts, output = {"passed": 0, "failed": 0, "skipped": 0}, ""
    try:
        with around(name) as environment:
            counts, output = run_apart(folders, name, environment)
    except Exception as error:
        counts["failed"] += 1
        output += f"FAILED: {name}\n{''.join(traceback.format_exception(error))}"
    return name, counts, output, time.monotonic() - began


def run_apart(folders, name, environment):
    """Runs a module in a process of its own; what came of it, and what it printed."""
    reading, writing = os.pipe()
    # A file and not a pipe, which whatever a module leaves behind would keep open.
    with open(reading) as results, tempfile.TemporaryFile("w+", errors="replace") as printed:
        process = subprocess.Popen(
            [sys.executable, __file__, name, str(writing), *map(str, folders)], pass_fds=[writing],
            env={**os.environ, **environment}, stdin=subprocess.DEVNULL, stdout=printed, stderr=subprocess.STDOUT)
        os.close(writing)
        text = results.read()
        process.wait()
        printed.seek(0)
        output = printed.read()
    try:
        counts = json.loads(text)
    except ValueError:
        counts = {"passed": 0, "failed": 0, "skipped": 0}
    if process.returncode or not text:
        counts["failed"] += 1
        when = "after its tests" if text else "before its tests did"
        output += f"{name} ended with status {process.returncode} {when}\n"
    return counts, output


class TooLong(Exception):
    """A test or a fixture hangs."""


class Limit:
    """Raises `TooLong` in whatever runs in the main thread for longer; where that is not heard, ends the process."""

    def __init__(self, seconds):
        self.seconds = seconds

    def __enter__(self):
        signal.signal(signal.SIGALRM, self._interrupt)
        self.restart()
        return self

    def __exit__(self, *_):
        signal.setitimer(signal.ITIMER_REAL, 0)
        # Threads that never end would keep the process.
        faulthandler.dump_traceback_later(self.seconds, exit=True)

    def restart(self):
        # Again and again: what cleans up after a test that hung may hang too.
        signal.setitimer(signal.ITIMER_REAL, self.seconds, self.seconds)
        faulthandler.dump_traceback_later(3 * self.seconds, exit=True)

    def _interrupt(self, *_):
        faulthandler.dump_traceback(all_threads=True)
        raise TooLong(f"nothing came of it in {self.seconds} s")


class Result(unittest.TestResult):
    """Prints what fails when it fails, and counts each test once, however many of its parts failed."""

    def __init__(self, limit):
        super().__init__()
        self.limit = limit
        self.started, self.bad = set(), set()

    def startTest(self, test):
        super().startTest(test)
        self.limit.restart()
        self.started.add(test.id())
        self.began = time.monotonic()

    def stopTest(self, test):
        super().stopTest(test)
        self.limit.restart()
        if (seconds := time.monotonic() - self.began) > NOTABLE_SECONDS:
            print(f"{test} took {seconds:.1f} s", flush=True)

    def report(self, test, error, what="FAILED"):
        self.bad.add(getattr(test, "test_case", test).id())
        print(f"{what}: {test}", flush=True)
        print("".join(traceback.format_exception(*error)), flush=True)

    def addError(self, test, error):
        super().addError(test, error)
        self.report(test, error)

    def addFailure(self, test, error):
        super().addFailure(test, error)
        self.report(test, error)

    def addSubTest(self, test, subtest, error):
        super().addSubTest(test, subtest, error)
        if error is not None:
            self.report(subtest, error)

    def addSkip(self, test, reason):
        super().addSkip(test, reason)
        print(f"skipped: {test}: {reason}", flush=True)

    def addUnexpectedSuccess(self, test):
        super().addUnexpectedSuccess(test)
        self.bad.add(test.id())
        print(f"FAILED: {test}: it was expected to fail", flush=True)


def each(tests):
    """The tests of a suite, and of those within it."""
    for test in tests:
        if isinstance(test, unittest.TestSuite):
            yield from each(test)
        else:
            yield test


def leave_out(name, tests):
    """Has those tests of a module skipped that `LEFT_OUT` names; one that is named and not there is an error."""
    lines = pathlib.Path(LEFT_OUT).read_text().splitlines() if LEFT_OUT else []
    reasons = dict(line.split(": ", 1) for line in lines if line and not line.startswith("#"))
    unknown = {place for place in reasons if f"{place}.".startswith(f"{name}.")}
    for test in each(tests):
        of_class = f"{name}.{type(test).__qualname__}"
        for place in {name, of_class, test.id()} & set(reasons):
            unknown.discard(place)
            if place == name:
                # Nor has it anything to set up.
                vars(sys.modules[name]).pop("setUpModule", None)
            if place == test.id():
                method = getattr(test, test._testMethodName)
                setattr(test, test._testMethodName, unittest.skip(reasons[place])(method))
            else:
                unittest.skip(reasons[place])(type(test))
    if unknown:
        raise ValueError(f"{LEFT_OUT} names what is not there: {', '.join(sorted(unknown))}")


def run_module(name, writing, folders):
    """Runs a module here; its counts go to a descriptor, as JSON."""
    sys.path[:0] = folders
    with Limit(TEST_SECONDS) as limit:
        result = Result(limit)
        tests = unittest.defaultTestLoader.loadTestsFromName(name)
        leave_out(name, tests)
        limit.seconds = max(limit.seconds, getattr(sys.modules.get(name), "TEST_SECONDS", 0))
        limit.restart()
        tests.run(result)
    skipped = {getattr(test, "test_case", test).id() for test, _ in result.skipped} - result.bad
    # A fixture of a module or class fails under a name of its own.
    passed = len(result.started - result.bad - skipped)
    with open(int(writing), "w") as results:
        json.dump({"passed": passed, "failed": len(result.bad), "skipped": len(skipped)}, results)


if __name__ == "__main__":
    run_module(sys.argv[1], sys.argv[2], sys.argv[3:])
