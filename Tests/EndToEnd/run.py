# SPDX-License-Identifier: Apache-2.0
"""Runs the end-to-end tests: all of them, or the modules that are named, each in a process of its own.

    SESSIOND_BIN_DIR=.build/debug python3 Tests/EndToEnd/run.py [test_MODULE...]
"""

import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "Support"))
import runner  # noqa: E402

PROCESSES = 2
# What takes longest begins first, so that the end is not spent waiting for it.
LONGEST_FIRST = [
    "test_openid_sign_in", "test_openid_grant", "test_names", "test_durability", "test_synerise_answers",
    "test_synerise_time", "test_disk", "test_wire", "test_crash", "test_activation",
]

if __name__ == "__main__":
    sys.exit(runner.run([HERE], sys.argv[1:], processes=PROCESSES, first=LONGEST_FIRST))
