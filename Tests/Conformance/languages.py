# SPDX-License-Identifier: Apache-2.0
"""The languages that have a library, each with its driver. A language that is here and cannot be run fails."""

import dataclasses
import os
import pathlib
import shutil
import sys

HERE = pathlib.Path(__file__).resolve().parent
PACKAGE = HERE.parents[1]


@dataclasses.dataclass(frozen=True)
class Language:
    """A library, as a program that uses it."""

    name: str
    # What runs the driver; the socket comes behind it.
    command: list
    environment: dict = dataclasses.field(default_factory=dict)
    # Situations that apps of this language cannot be in, and why.
    lacks: dict = dataclasses.field(default_factory=dict)

    def problem(self):
        """Why it cannot be run; `None`: it can."""
        files = [part for part in self.command if not part.startswith("-")]
        missing = [part for part in files if not (shutil.which(part) or pathlib.Path(part).exists())]
        return f"there is no {missing[0]}" if missing else None


def python(name, lacks, *arguments):
    return Language(
        # Without the packages of this machine, which take as long to look for as all the rest.
        name, [sys.executable, "-S", str(HERE / "drivers" / f"{name}.py"), *arguments],
        {"PYTHONPATH": str(PACKAGE / "Libraries" / "python" / "src"), "PYTHONWARNINGS": "error"}, lacks)


# Where `make build-c` puts what it builds.
C = PACKAGE / ".build" / "c"
# Where Swift puts it.
BINARIES = pathlib.Path(os.environ.get("SESSIOND_BIN_DIR", PACKAGE / ".build" / "debug"))
IN_TURNS = "an app that waits for each answer has one call at a time"


def c(name, lacks, program, *arguments):
    # What a sanitizer finds ends the driver, leaks included.
    return Language(name, [str(C / program), *arguments], {"ASAN_OPTIONS": "detect_leaks=1"}, lacks)


ALL = [
    c("c", {}, "driver"),
    c("c-sanitized", {}, "driver-sanitized"),
    c("c-blocking", {
        each: IN_TURNS for each in ("calls-overlap", "thousand-calls", "one-hangs-others-do-not", "cancelled",
                                    "several-in-one-read")}, "driver-sanitized", "--blocking"),
    python("python", {"cancelled": "a call that blocks ends by its own time-out"}),
    python("python-asyncio", {}),
    Language("swift", [str(BINARIES / "conformance-driver")], lacks={
        "unknown-members-reachable": "its answers have the members that this version knows"}),
    Language("node", ["node", str(HERE / "drivers" / "node.mjs")]),
]

# Those that take minutes, and are met where they are named.
SLOW = [
    Language("c-valgrind", [
        "valgrind", "--quiet", "--leak-check=full", "--show-leak-kinds=all", "--errors-for-leak-kinds=all",
        "--error-exitcode=99", str(C / "driver")]),
]
