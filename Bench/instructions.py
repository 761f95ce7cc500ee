# SPDX-License-Identifier: Apache-2.0
"""Counts instructions, of a request, a change, `sessionctl token` and calls in Swift and Python, beside those recorded.

    SESSIOND_BIN_DIR=.build/release python3 Bench/instructions.py [--record]

callgrind counts the same whatever else the machine does: what a change costs is seen where no stopwatch would see it.
Exits with 1 where a count is more than 1 % away from the one in instructions.json, fewer too: then it is recorded anew,
and the commit says why. A call by Python's package is counted beside one that an app would write without it, in the
same interpreter, whose own versions are 20 % apart; what is left of that is within 3 %. So is a call by SessionClient,
whose thread takes part where a busy machine lets a moment pass, and a change, whose threads wait for each other.
"""

import argparse
import json
import pathlib
import re
import shutil
import socket
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "Tests" / "EndToEnd")]

from harness import BINARIES, PATIENCE_SECONDS  # noqa: E402
from servers import wait_for_socket  # noqa: E402

RECORD = HERE / "instructions.json"
TOLERANCE = 0.01
BY_PYTHON = "call by Python's package, per mille of one without"
BY_SWIFT = "call by SessionClient"
CHANGE = "change"
TOLERANCES = {BY_PYTHON: 0.03, BY_SWIFT: 0.03, CHANGE: 0.03}
# The difference between a long sequence and a short one is what requests cost that are not the first.
SHORT, LONG = 100, 5_100
# Python's take many times as many instructions, and changes are written to the disk.
LONG_IN_PYTHON, LONG_OF_CHANGES = 600, 300
# What the session's own thread publishes meanwhile adds to a round, and is not in each.
ROUNDS = 3
# The function within which the loop reads, answers and writes: what surrounds it, the start of several threads above all,
# is never quite the same.
COUNTED = "*LineServer*EventLoop*takeTurns*"
# Answered as the other plain reads are, but never encoded anew because a second has passed.
METHOD = b"session.getUUID"
# Encoded, sealed, written, told and logged; the token is a new one.
CHANGING_METHOD = b"session.regenerateUUID"
# No addresses, hashes or variables by chance.
FIXED = ["setarch", "-R", "env", "-i", "SWIFT_DETERMINISTIC_HASHING=1"]
FIXED_IN_PYTHON = ["PYTHONHASHSEED=0", f"PYTHONPATH={HERE.parent / 'Libraries' / 'python' / 'src'}"]
BY_THREAD = "--separate-threads=yes"
# As the daemon writes it.
ANSWER = b'{"jsonrpc":"2.0","id":%d,"result":' + json.dumps({
    "token": "t" * 400, "uuid": "345d4c8f-5aff-591d-a19c-1ca48923d9ee", "origin": "ANONYMOUS",
    "expiresAt": "2026-11-25T12:00:00Z", "expiresInSeconds": 3600, "stale": False, "generation": 1,
}, separators=(",", ":")).encode() + b"}\n"
TOTALS = re.compile(r"^(?:totals|summary): (\d+)", re.MULTILINE)


class Bench:
    """The programs as valgrind can read them, and a place for what they need."""

    def __init__(self, folder):
        self.folder = folder
        for name in ("sessiond", "sessionctl", "client-bench"):
            # valgrind 3.19 does not understand lld's debugging information.
            subprocess.run(["strip", "-g", "-o", folder / name, BINARIES / name], check=True)
        (folder / "conf").write_text("[Authority]\nKind=local\n")

    def counted(self, name, *arguments, options=(BY_THREAD,), environment=()):
        """The command that counts a program's instructions."""
        return [
            *FIXED, *environment, "valgrind", "-q", "--tool=callgrind", *options, f"--callgrind-out-file={self.folder}/out",
            self.folder / name, *arguments,
        ]

    def count(self, name="out-01"):
        """What the process's first thread has done in all; `out`: what all of them have."""
        path = self.folder / name
        count = int(TOTALS.search(path.read_text())[1])
        path.unlink()
        return count

    def sequence(self, length, method, *options):
        """Has the daemon asked so often, one request after the other."""
        state = self.folder / "state"
        shutil.rmtree(state, ignore_errors=True)
        state.mkdir(0o700)
        process = subprocess.Popen(
            self.counted("sessiond", "--socket", self.folder / "s", "--state-directory", state, "--config",
                         self.folder / "conf", options=options),
            stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            wait_for_socket(self.folder / "s", process)
            with socket.socket(socket.AF_UNIX) as connection:
                connection.connect(str(self.folder / "s"))
                # What comes by itself after a start has come.
                ask(connection, b"session.retrieveToken")
                for _ in range(length):
                    ask(connection, method)
        finally:
            process.terminate()
            process.wait(PATIENCE_SECONDS)

    def request(self):
        """Instructions of a plain read, from its bytes to its answer's, in the daemon's loop."""
        def counted(length):
            self.sequence(length, METHOD, BY_THREAD, f"--toggle-collect={COUNTED}")
            return self.count()

        count = difference(counted, LONG)
        assert count > 0, f"there is no function {COUNTED}"
        return count

    def change(self):
        """Instructions of a change, of all the daemon's threads."""
        def counted(length):
            self.sequence(length, CHANGING_METHOD)
            return self.count("out")

        return difference(counted, LONG_OF_CHANGES)

    def token(self):
        """Instructions of `sessionctl token`, with an answer that is always the same."""
        self.answered(b"", "sessionctl", "token", "--socket", self.folder / "t")
        return self.count()

    def calls(self, count, *driver, **options):
        """Instructions of a program that calls so often."""
        self.answered(f"calls {count}\n".encode(), *driver, self.folder / "t", "", options=(), **options)
        return self.count("out")

    def call(self, longest, *driver, **options):
        """Instructions of a call by a driver whose answer is there at once."""
        # Where one is not, since the machine is busy, it costs more.
        return difference(lambda length: self.calls(length, *driver, **options), longest)

    def call_by_swift(self):
        return self.call(LONG, "client-bench")

    def call_by_python(self):
        """What a call by the package takes, in thousandths of what one without it takes."""
        package, plain = (
            self.call(LONG_IN_PYTHON, sys.executable, "-S", HERE / "drivers" / "python.py", kind,
                      environment=FIXED_IN_PYTHON)
            for kind in ("package", "plain"))
        return round(package / plain * 1000)

    def answered(self, said, *command, **options):
        """Runs a program to its end, whose requests for the token are answered always the same."""
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(str(self.folder / "t"))
            listener.listen()
            process = subprocess.Popen(
                self.counted(*command, **options), stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)
            process.stdin.write(said)
            process.stdin.close()
            connection, _ = listener.accept()
            with connection, connection.makefile("rb") as lines:
                for line in lines:
                    connection.sendall(ANSWER % json.loads(line)["id"])
            assert process.wait(PATIENCE_SECONDS) == 0
        (self.folder / "t").unlink()


def difference(counted, longest):
    """What one of them costs that is not the first, of what is counted of a long and a short sequence."""
    long, short = (min(counted(length) for _ in range(ROUNDS)) for length in (longest, SHORT))
    return round((long - short) / (longest - SHORT))


def ask(connection, method):
    connection.sendall(b'{"jsonrpc":"2.0","id":1,"method":"%b"}\n' % method)
    answer = b""
    while not answer.endswith(b"\n"):
        answer += connection.recv(1 << 16)
    assert answer.startswith(b'{"jsonrpc":"2.0","id":1,"result":'), answer


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--record", action="store_true")
    options = parser.parse_args()
    # The same length of paths everywhere.
    with tempfile.TemporaryDirectory(prefix="sessiond-", dir="/tmp") as folder:
        bench = Bench(pathlib.Path(folder))
        counted = {
            "request": bench.request(), CHANGE: bench.change(), "sessionctl token": bench.token(),
            BY_SWIFT: bench.call_by_swift(), BY_PYTHON: bench.call_by_python()}
    if options.record:
        RECORD.write_text(json.dumps(counted, indent=1) + "\n")
    return 1 if any([differs(*pair) for pair in counted.items()]) else 0


def differs(name, count):
    """Says how far a count is from what was recorded; whether that is too far."""
    recorded = json.loads(RECORD.read_text())[name]
    change = count / recorded - 1
    is_off = abs(change) > TOLERANCES.get(name, TOLERANCE)
    print(f"{name}: {count:,}, recorded {recorded:,} ({change:+.2%})" + (": FAILED" if is_off else ""))
    return is_off


if __name__ == "__main__":
    sys.exit(main())
