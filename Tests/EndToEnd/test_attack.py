# SPDX-License-Identifier: Apache-2.0
"""1,000 connections of one user doing their worst leave another user's requests answered, and nothing behind.

How long the answers take is not judged here: `make attack` does that, beside a bare server.
"""

import unittest

from attack import CONNECTIONS, Round, Sessiond, problems
from conditions import require_root

SECONDS = 5
# Shorter than that, so that slow lines run out of time.
LINE_SECONDS = 2


def setUpModule():
    require_root()


class UnderAttack(unittest.TestCase):
    def test_another_user_is_served_and_the_attacker_hears_of_each_limit(self):
        measured = Round(Sessiond({"LineSec": LINE_SECONDS}), SECONDS)
        print(measured.line())
        self.assertEqual(problems(measured), [])
        for report in measured.loads.values():
            self.assertGreater(report["requests"], 0)
        self.assertGreater(sum(seen["made"] for seen in measured.seen.values()), CONNECTIONS)
        errors = {kind: set(seen["errors"]) for kind, seen in measured.seen.items()}
        for kind, name in [
            ("trickle", "limitExceeded"), ("trickle", "deadlineExceeded"), ("brackets", "lineTooLong"),
            ("brackets", "parseError"), ("noise", "parseError"),
        ]:
            self.assertIn(name, errors[kind], kind)


if __name__ == "__main__":
    unittest.main()
