# SPDX-License-Identifier: Apache-2.0
"""The languages that have a library, each with its driver. A language that is here and cannot be run fails."""

import dataclasses
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
        missing = [part for part in self.command if not (shutil.which(part) or pathlib.Path(part).exists())]
        return f"there is no {missing[0]}" if missing else None


def python(name, lacks, *arguments):
    return Language(
        name, [sys.executable, str(HERE / "drivers" / f"{name}.py"), *arguments],
        {"PYTHONPATH": str(PACKAGE / "Libraries" / "python" / "src"), "PYTHONWARNINGS": "error"}, lacks)


ALL = [
    python("python", {"cancelled": "a call that blocks ends by its own time-out"}),
    python("python-asyncio", {}),
]
