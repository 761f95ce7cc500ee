# SPDX-License-Identifier: Apache-2.0
"""SIGKILL while a refresh is under way, or between the authority's answer and the save, over and over.

Afterwards the customer is signed in again, or told that they are not; never is anybody a customer who they are not.
CRASH_CYCLES and CRASH_SEED (printed) say how often and which.
"""

import os
import random
import time
import unittest

from conditions import run_cycles
from synerise import ANN, BOB, SyneriseTestCase, claims

CYCLES = int(os.environ.get("CRASH_CYCLES", "20"))
SEED = int(os.environ.get("CRASH_SEED", str(random.SystemRandom().randrange(1 << 32))))
REFRESH = "on=E5,times=1"


class Crash(SyneriseTestCase):
    def setUp(self):
        self.random = random.Random(SEED)
        # How long a refresh takes from the release of its answer on: kills fall before, within and after the save.
        self.patience = 0.01
        self.counts = {"signed in by the retry": 0, "signed in by the saved token": 0, "told so": 0, "replaced": 0}

    def run_cycles(self, count, *arguments):
        self.emulator = self.make_emulator(*arguments)
        self.daemon = self.make_synerise_daemon(self.emulator, log_level="notice").start()
        seconds = run_cycles(self.cycle, count, SEED)
        print(
            f"CRASH_SEED={SEED}: {count} cycles in {seconds:.1f} s; "
            + ", ".join(f"{number} {what}" for what, number in self.counts.items() if number))

    def test_a_refresh_that_is_cut_off_is_tried_once_more(self):
        self.run_cycles(CYCLES - CYCLES // 2)
        self.assertEqual(self.counts["told so"], 0)

    def test_a_refresh_that_is_cut_off_where_each_revokes_the_token_before(self):
        self.run_cycles(CYCLES // 2, "--rotate")

    def cycle(self):
        # A refresh is not answered with that of the cycle before: the daemon is another one, or the session is.
        if self.random.random() < 0.5:
            self.daemon.restart()
        else:
            self.daemon.call("session.signOut")
        client = self.daemon.client()
        before, token = self.signed_in(client)
        self.emulator.fault(f"{REFRESH},hold")
        replaces = self.random.random() < 0.25
        if replaces:
            # Nobody waits any longer: who did would be judged anew, and have the next customer's token refreshed.
            self.assert_refused("deadlineExceeded", client.call, "session.refreshToken", _deadlineSeconds=0.01)
        else:
            client.send(client.request("session.refreshToken"))
        self.emulator.wait_until_held()
        if replaces:
            before, token = self.replace_customer(before)
        self.release_and_kill(client, may_read=not replaces)
        client.close()
        # What it sends by itself when it begins again is held; nothing else is asked for yet.
        self.emulator.fault(f"{REFRESH},hold")
        self.since = len(self.emulator.log())
        self.daemon.start()
        found = self.daemon.call("session.retrieveToken", requireSignedIn=True)
        self.assertEqual(self.lasting(self.daemon.call("session.status")), self.lasting(before))
        self.assert_token_of(before["login"], found)
        if replaces:
            self.check_replaced(token, found)
        elif found["token"] == token:
            self.check_retried(before, token)
        else:
            self.check_saved(before, found)

    @staticmethod
    def lasting(status):
        return {name: status.get(name) for name in ("uuid", "uuidOrigin", "login", "generation", "signedIn", "state")}

    def signed_in(self, client):
        """The status and the token of somebody who is signed in."""
        status = client.call("session.status")
        if not status["signedIn"]:
            status = self.sign_in(self.daemon, self.random.choice([ANN, BOB]))
        return status, client.call("session.retrieveToken", requireSignedIn=True)["token"]

    def replace_customer(self, before):
        """Signs the customer out and the other one in while the refresh is held; their status and token."""
        other = BOB if before["login"] == ANN else ANN
        self.daemon.call("session.signOut")
        status = self.sign_in(self.daemon, other)
        self.assertGreater(status["generation"], before["generation"])
        return status, self.daemon.call("session.retrieveToken", requireSignedIn=True)["token"]

    def release_and_kill(self, client, may_read):
        """Lets the answer go and ends the daemon at a random instant around that."""
        chance = self.random.random()
        if chance < 0.2:
            self.daemon.kill()
            self.emulator.release()
        else:
            self.emulator.release()
            began = time.perf_counter()
            if chance < 0.4 and may_read:
                client.read_response()
                self.patience = 0.5 * self.patience + 0.5 * (time.perf_counter() - began)
            else:
                self.spin_until(began + self.random.uniform(0, 1.3) * self.patience)
            self.daemon.kill()

    @staticmethod
    def spin_until(instant):
        while time.perf_counter() < instant:
            pass

    def assert_refreshed_once(self, token):
        """Fails unless that token has been refreshed once since the daemon began again, and no other."""
        self.assertEqual([entry["jti"] for entry in self.emulator.log("E5", since=self.since)], [claims(token)["jti"]])

    def check_replaced(self, token, found):
        """The refresh of the customer before has left nothing behind, neither a token nor a note."""
        self.assertEqual(found["token"], token)
        self.emulator.clear_faults()
        self.daemon.call("session.refreshToken")
        self.assert_refreshed_once(token)
        self.counts["replaced"] += 1

    def check_retried(self, before, token):
        """The old token is what was stored: by itself the daemon tries once more, with it."""
        self.emulator.wait_until_held()
        self.emulator.release()
        ending = self.daemon.output.wait_for("the token was refreshed|the customer's session ended: .*")
        if "ended" in ending[0]:
            self.assertIn("clientRejected", ending[0])
            self.check_told(before)
        else:
            status = self.daemon.call("session.status")
            self.assertEqual(self.lasting(status), self.lasting(before))
            self.assert_token_of(before["login"], self.daemon.call("session.retrieveToken", requireSignedIn=True))
            self.counts["signed in by the retry"] += 1
        self.assert_refreshed_once(token)

    def check_told(self, before):
        status = self.daemon.call("session.status")
        self.assertEqual((status["state"], status["signedIn"]), ("expired", False))
        self.assertEqual((status["uuid"], status["generation"]), (before["uuid"], before["generation"] + 1))
        self.assert_refused("sessionExpired", self.daemon.call, "session.retrieveToken", requireSignedIn=True)
        self.assert_token_of(None, self.daemon.call("session.retrieveToken"))
        self.counts["told so"] += 1

    def check_saved(self, before, found):
        """The new token had been stored: nothing is left to be tried."""
        self.emulator.clear_faults()
        self.daemon.call("session.refreshToken")
        self.assert_refreshed_once(found["token"])
        self.counts["signed in by the saved token"] += 1


class Note(SyneriseTestCase):
    def test_a_retry_that_fails_as_well_is_not_repeated(self):
        emulator = self.make_emulator()
        daemon = self.make_synerise_daemon(emulator).start()
        self.sign_in(daemon)
        with daemon.client() as client:
            emulator.fault(f"{REFRESH},hold")
            client.send(client.request("session.refreshToken"))
            emulator.wait_until_held()
            daemon.kill()
        emulator.release()
        emulator.fault("on=E5,status=503")
        daemon.start()
        daemon.output.wait_for("the authority does not answer")
        self.assertEqual(emulator.count("E5"), 2)
        status = daemon.call("session.status")
        self.assertEqual((status["signedIn"], status["tokenState"]), (True, "stale"))
        # What was noted is no longer so: it has been tried.
        daemon.restart(kill=True)
        self.assertEqual(daemon.call("session.status")["tokenState"], "valid")
        emulator.clear_faults()
        daemon.call("session.refreshToken")
        self.assertEqual(emulator.count("E5"), 3)


if __name__ == "__main__":
    unittest.main()
