#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs the tests of apps that are built with the library: `run.py [MODULE…]`."""

import pathlib
import sys

FOLDER = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(FOLDER.parent / "Support"))

import runner  # noqa: E402

if __name__ == "__main__":
    sys.exit(runner.run([FOLDER, FOLDER.parent / "EndToEnd"], sys.argv[1:]))
