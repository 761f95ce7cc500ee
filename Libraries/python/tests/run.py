#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs the tests of the package: `run.py [MODULE…]`. SESSIOND_BIN_DIR names the folder of the daemon."""

import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
TESTS = HERE.parents[2] / "Tests"
sys.path.insert(0, str(TESTS / "Support"))

import runner  # noqa: E402

if __name__ == "__main__":
    sys.exit(runner.run([HERE, HERE.parent / "src", TESTS / "EndToEnd"], sys.argv[1:], processes=2))
