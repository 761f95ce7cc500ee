# SPDX-License-Identifier: Apache-2.0
"""Boots boxes with Debian's browsers, installs the packages there, and runs the tests: all of them, or those named.

    SESSIOND_PACKAGES='sessiond_0.1.0-1_amd64.deb sessiond-web_0.1.0-1_amd64.deb' \\
        python3 Tests/Browsers/Installed/run.py [test_MODULE... | --make-tree]
"""

import pathlib
import signal
import sys

HERE = pathlib.Path(__file__).resolve().parent
TESTS = HERE.parents[1]
# Browsers and pages, boxes, and what drives the daemon are shared with other tests.
FOLDERS = [HERE, HERE.parent, *(TESTS / name for name in ("System", "EndToEnd", "Support"))]
sys.path[:0] = map(str, FOLDERS)

import runner  # noqa: E402
from box import Box, kept_tree  # noqa: E402
from devices import Devices  # noqa: E402
from machine import Installation  # noqa: E402

BROWSERS = ["chromium", "firefox-esr"]


def main(arguments):
    # Boxes are taken down whatever ends this.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    # Once, before the tests want it that run side by side.
    tree = kept_tree("browsers", BROWSERS)
    if arguments == ["--make-tree"]:
        return 0
    with Devices(Installation.install, lambda: Box.booted(tree=tree)) as devices:
        return runner.run(FOLDERS, arguments, processes=2, around=lambda _: devices.device())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
