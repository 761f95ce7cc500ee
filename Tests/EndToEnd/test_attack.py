# SPDX-License-Identifier: Apache-2.0
"""1,000 connections of one user doing their worst leave another user's requests answered, and nothing behind.

How long the answers take is not judged here: `make attack` does that, beside a bare server.
"""

import unittest

from attack import CONNECTIONS, LOADS, Round, Sessiond, problems
from conditions import require_root

SECONDS = 5
# Shorter than that, so that slow lines run out of time.
LINE_SECONDS = 2
# What attackers of a kind are told. Where the machine is busy, not all of them get that far in a round.
TOLD = {
    ("trickle", "limitExceeded"), ("trickle", "deadlineExceeded"), ("brackets", "lineTooLong"), ("brackets", "parseError"),
    ("noise", "parseError"),
}
MOST_ROUNDS = 6


def setUpModule():
    require_root()


class UnderAttack(unittest.TestCase):
    def test_another_user_is_served_and_the_attacker_hears_of_each_limit(self):
        # Who comes anew queues behind all that the attackers are connecting: on a busy machine, not in every round.
        untold, unanswered = set(TOLD), set(LOADS)
        for number in range(MOST_ROUNDS):
            # Where they do not get that far, they have longer.
            told, answered = self.attack(SECONDS << max(0, number - 1))
            untold -= told
            unanswered -= answered
            if not untold and not unanswered:
                break
        self.assertEqual((untold, unanswered), (set(), set()))

    def attack(self, seconds):
        """One round; what attackers of which kind were told, and the loads of which requests were answered."""
        measured = Round(Sessiond({"LineSec": LINE_SECONDS}), seconds)
        print(measured.line())
        self.assertEqual(problems(measured), [])
        self.assertGreater(sum(seen["made"] for seen in measured.seen.values()), CONNECTIONS)
        told = {(kind, name) for kind, seen in measured.seen.items() for name in seen["errors"]}
        return told, {load for load, report in measured.loads.items() if report["requests"]}


if __name__ == "__main__":
    unittest.main()
