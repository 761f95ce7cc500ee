# SPDX-License-Identifier: Apache-2.0
"""Boots a box, installs the package there, and runs the system tests: all of them, or the modules that are named.

    SESSIOND_PACKAGES=sessiond_0.1.0_amd64.deb python3 Tests/System/run.py [test_MODULE... | --shell]
"""

import os
import pathlib
import signal
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
# What drives the daemon from outside is shared with the end-to-end tests.
FOLDERS = [HERE, HERE.parent / "EndToEnd", HERE.parent / "Support"]
sys.path[:0] = map(str, FOLDERS)
WITH_BOXES_OF_THEIR_OWN = ["test_install_from_source", "test_package"]

import runner  # noqa: E402
from box import Box  # noqa: E402
from machine import Installation  # noqa: E402


def main(arguments):
    # The box is taken down whatever ends this.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with Box.booted() as box:
        Installation.install(box)
        if arguments == ["--shell"]:
            return subprocess.run(box.command("bash", "-l")).returncode
        os.environ["SESSIOND_BOX"] = str(box.folder)
        return runner.run(FOLDERS, arguments, beside=WITH_BOXES_OF_THEIR_OWN)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
