# SPDX-License-Identifier: Apache-2.0
"""Boots a box, installs the package there, and runs the system tests: all of them, or the modules that are named.

    SESSIOND_PACKAGES=sessiond_0.1.0_amd64.deb python3 Tests/System/run.py [test_MODULE... | --shell | --make-tree]
"""

import contextlib
import pathlib
import signal
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
# What drives the daemon from outside is shared with the end-to-end tests.
FOLDERS = [HERE, HERE.parent / "EndToEnd", HERE.parent / "Support"]
sys.path[:0] = map(str, FOLDERS)
# How many devices modules run on side by side; each takes a box with the package installed.
DEVICES = 2
# What takes longest begins first, so that the end is not spent waiting for it.
LONGEST_FIRST = [
    "test_package", "test_failures", "test_doctor", "test_openid", "test_key", "test_procedures", "test_journal",
]
WITH_BOXES_OF_THEIR_OWN = ["test_box", "test_container", "test_image", "test_install_from_source", "test_package"]

import runner  # noqa: E402
from box import Box, kept_tree  # noqa: E402
from devices import Devices  # noqa: E402


def main(arguments):
    # Boxes are taken down whatever ends this.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    if arguments == ["--make-tree"]:
        kept_tree()
        return 0
    with Devices() as devices:
        if arguments == ["--shell"]:
            with devices.device() as variables:
                return subprocess.run(Box(variables["SESSIOND_BOX"]).command("bash", "-l")).returncode

        def around(name):
            return contextlib.nullcontext({}) if name in WITH_BOXES_OF_THEIR_OWN else devices.device()

        return runner.run(
            FOLDERS, arguments, processes=DEVICES, first=LONGEST_FIRST, beside=WITH_BOXES_OF_THEIR_OWN, around=around)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
