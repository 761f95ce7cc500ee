# SPDX-License-Identifier: Apache-2.0
"""Runs the tests with browsers: all of them, or the modules that are named, each in a process of its own.

    SESSIOND_BIN_DIR=.build/debug python3 Tests/Browsers/run.py [test_MODULE...]
"""

import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "Support"))
import runner  # noqa: E402

if __name__ == "__main__":
    sys.exit(runner.run([HERE, HERE.parent / "EndToEnd"], sys.argv[1:], processes=2))
