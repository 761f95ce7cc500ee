# SPDX-License-Identifier: Apache-2.0
"""Runs Swift's tests; says once more at the end what has failed, and where a test hangs, which one, and ends it.

    python3 Tests/Support/unhung.py .build/debug/sessiondPackageTests.xctest --testing-library swift-testing ...

A suite's own `.timeLimit` is heard where a test awaits something; a test that keeps its thread is not interrupted by it, and
two of those keep the limits of all others from being looked at. Here nothing printed for TEST_SECONDS counts as hanging.
"""

import os
import re
import selectors
import signal
import subprocess
import sys

SILENT_SECONDS = int(os.environ.get("TEST_SECONDS", "900"))
STARTED = re.compile(r"Test (?!run |case )(.+) started\.$")
ENDED = re.compile(r"Test (?!run |case )(.+?) (?:passed|failed|skipped|was cancelled)\b")
ISSUE = re.compile(r"\brecorded an issue\b")
DETAIL = "\u21b3"


def main(command):
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True)
    running = {}
    issues = []
    ended = False
    try:
        ended = follow(process.stdout, running, issues)
    finally:
        if not ended:
            os.killpg(process.pid, signal.SIGKILL)
    if not ended:
        print(f"nothing came of these tests in {SILENT_SECONDS} s: {', '.join(running) or 'none had begun'}")
        return 1
    if issues:
        print("Once more, what these tests have found:", *issues, sep="\n")
    return process.wait()


def follow(stream, running, issues):
    """Prints what arrives, keeps account of the tests that run and what they find; whether the end came before the limit."""
    partial = b""
    with selectors.DefaultSelector() as selector:
        selector.register(stream, selectors.EVENT_READ)
        while selector.select(SILENT_SECONDS):
            chunk = os.read(stream.fileno(), 1 << 16)
            if not chunk:
                return True
            sys.stdout.buffer.write(chunk)
            sys.stdout.buffer.flush()
            *lines, partial = (partial + chunk).split(b"\n")
            for line in lines:
                line = line.decode(errors="replace").rstrip()
                account(line, running)
                if ISSUE.search(line) or issues and line.lstrip().startswith(DETAIL):
                    issues.append(line)
    return False


def account(line, running):
    if started := STARTED.search(line):
        running[started[1]] = None
    elif ended := ENDED.search(line):
        running.pop(ended[1], None)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
