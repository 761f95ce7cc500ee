# SPDX-License-Identifier: Apache-2.0
"""What befalls the daemon on a device, what its clients see of it, and the session afterwards."""

import unittest

from box import UNIT_FAILED, wait_until
from harness import Client, lasting
from machine import SERVICE, SOCKETS, STATE, SystemTestCase

MEGABYTE = 1 << 20
# `Connections per user`, but for a few.
MANY = 200
LONGEST_LINE = 65_536
# More starts in a short time than systemd allows by default: 5 in 10 s (systemd-system.conf(5)).
OFTEN = 12
STORE_FAILED, STORE_RECOVERED = "9d19f489a60842f1bca214c2af374ecb", "ef40156832ba45fd8e4b1bcdbe5ae6ac"
CONFIGURATION = "b8087469245348208aeda0ad4818044f"


class FailureTestCase(SystemTestCase):
    def assert_ends_and_returns(self, client, before):
        """Fails unless the connection ends, the daemon is started again, and the next connection finds the session as it
        was."""
        client.read_end()
        self.assertEqual(lasting(self.call("session.status")), lasting(before))
        # By the manager, not by the socket; more than once where there is not even the memory to start.
        wait_until(lambda: self.box.property(SERVICE, "ActiveState") == "active", "the service's return")
        self.assertGreater(int(self.box.property(SERVICE, "NRestarts")), 0)

    def result_of_failure(self):
        """Why the manager says that the service failed."""
        return self.box.wait_for_entry(self.since, MESSAGE_ID=UNIT_FAILED, UNIT=SERVICE)["UNIT_RESULT"]


class Ended(FailureTestCase):
    def test_a_killed_daemon_is_started_again(self):
        before = self.signed_in()
        client = self.client()
        token = client.call("session.retrieveToken")["token"]
        self.box.systemctl("kill", "--signal=KILL", SERVICE)
        self.assert_ends_and_returns(client, before)
        self.assertEqual(self.result_of_failure(), "signal")
        self.assertEqual(self.call("session.retrieveToken")["token"], token)

    def test_however_often_it_fails_nobody_is_refused(self):
        before = self.signed_in()
        with self.load("session.status", lambda status: self.assertEqual(lasting(status), lasting(before))) as load:
            for _ in range(OFTEN):
                load.wait_for(1)
                self.box.systemctl("kill", "--signal=KILL", SERVICE)
            load.wait_for(1)
        self.assertEqual(load.refused.total(), 0, load.refused)
        self.assertGreater(load.cut, 0)
        for unit in SOCKETS:
            self.assertEqual(self.box.property(unit, "ActiveState"), "active", unit)

    def test_a_daemon_that_hangs_is_replaced(self):
        self.drop_in(SERVICE, "[Service]\nWatchdogSec=2s\n")
        before = self.signed_in()
        client = self.client()
        self.box.systemctl("kill", "--signal=STOP", SERVICE)
        client.send(client.request("session.status"))
        self.assert_ends_and_returns(client, before)
        self.assertEqual(self.result_of_failure(), "watchdog")

    def test_a_daemon_that_wants_too_much_memory_is_replaced(self):
        before = self.signed_in()
        used = self.box.property(SERVICE, "MemoryCurrent")
        if not used.isdigit():
            self.skipTest("the host has no memory controller to lend")
        self.box.systemctl(
            "set-property", "--runtime", SERVICE, f"MemoryMax={int(used) + 4 * MEGABYTE}", "MemorySwapMax=0")
        self.addCleanup(self.box.systemctl, "revert", SERVICE)
        # Lines that never end: each is kept until then.
        clients = [Client(self.socket) for _ in range(MANY)]
        try:
            for client in clients:
                client.send_raw(b" " * (LONGEST_LINE - 1))
        except (BrokenPipeError, ConnectionResetError):
            pass
        self.assert_ends_and_returns(clients[0], before)
        self.assertIn(self.result_of_failure(), ("oom-kill", "signal"))
        for client in clients:
            client.close()

    def test_a_stop_under_load_answers_or_ends_every_call(self):
        before = self.signed_in()
        with self.load("session.status", lambda status: self.assertEqual(lasting(status), lasting(before))) as load:
            load.wait_for(100)
            self.box.systemctl("stop", SERVICE)
            # The socket stays, and whoever calls again starts the daemon.
            load.wait_for(100)
        self.assertEqual(set(load.refused) - {"shuttingDown"}, set())
        self.assertEqual(self.box.entries(self.since, MESSAGE_ID=UNIT_FAILED, UNIT=SERVICE), [])
        self.assertEqual(lasting(self.call("session.status")), lasting(before))

    def test_a_stopped_socket_ends_the_service_and_says_so(self):
        self.call("session.getUUID")
        client = self.client()
        self.box.systemctl("stop", "sessiond.socket")
        client.read_end()
        run = self.sessionctl("status")
        self.assertEqual((run.returncode, run.stdout), (69, ""))
        self.assertIn("systemctl", run.stderr)


class Disk(FailureTestCase):
    def kill(self):
        self.box.systemctl("kill", "--signal=KILL", SERVICE)

    def assert_store(self, state):
        self.assertEqual(self.call("session.status")["store"]["state"], state)
        problems = [problem["name"] for problem in self.call("daemon.health")["problems"]]
        self.assertEqual(problems, ["storeFailed"] if state == "failing" else [])

    def test_on_a_disk_that_is_full_by_now_everything_works(self):
        self.on_tmpfs()
        self.signed_in()
        self.fill()
        status = self.call("session.setIdentity", customIdentifier="till 4")
        self.kill()
        self.assertEqual(lasting(self.call("session.status")), lasting(status))
        self.assertTrue(self.call("session.signOut")["durable"])
        self.kill()
        self.assertFalse(self.call("session.status")["signedIn"])
        self.assert_store("ok")

    def test_on_a_disk_that_was_full_from_the_start_it_runs_and_says_so_until_there_is_room(self):
        self.with_accounts()
        self.on_tmpfs()
        self.fill()
        uuid = self.call("session.getUUID")["uuid"]
        self.assert_store("failing")
        self.box.wait_for_entry(self.since, MESSAGE_ID=STORE_FAILED)
        error = self.assert_refused("storeFailed", self.sign_in)
        self.assertIn("No space left on device", error.message)
        self.assertEqual(self.call("session.getUUID")["uuid"], uuid)
        self.box.shell('rm "$1/ballast"', STATE)
        status = self.sign_in()
        self.assertEqual(status["store"]["state"], "ok")
        self.box.wait_for_entry(self.since, MESSAGE_ID=STORE_RECOVERED)
        self.box.systemctl("stop", SERVICE)
        self.assertEqual(lasting(self.call("session.status")), lasting(status))

    def test_on_a_read_only_disk_the_session_is_served_and_can_be_ended(self):
        self.on_tmpfs()
        before = self.signed_in()
        token = self.call("session.retrieveToken")["token"]
        self.box.systemctl("stop", SERVICE)
        self.remount("ro")
        status = self.call("session.status")
        self.assertEqual({**lasting(status), "store": None}, {**lasting(before), "store": None})
        self.assertEqual(self.call("session.retrieveToken")["token"], token)
        error = self.assert_refused("storeFailed", self.call, "session.setIdentity", customEmail="label")
        self.assertIn("Read-only file system", error.message)
        self.assert_store("failing")
        self.assertIs(self.call("session.signOut")["durable"], False)
        self.assertFalse(self.call("session.status")["signedIn"])
        # In the mounts that the service was given when it started, the disk stays read-only, and the error says so.
        self.remount("rw")
        error = self.assert_refused("storeFailed", self.call, "session.setIdentity", customEmail="label")
        self.assertRegex(error.data["hint"], "mount its file system for writing, then restart")
        self.box.systemctl("restart", SERVICE)
        self.assertFalse(self.call("session.status")["signedIn"])
        self.call("session.setIdentity", customEmail="label")
        self.assert_store("ok")
        self.kill()
        self.assertEqual(self.call("session.status")["customEmail"], "label")


class Configuration(FailureTestCase):
    FILE = "/etc/sessiond/sessiond.conf.d/60-mistake.conf"

    def test_with_one_that_it_cannot_use_it_runs_and_says_which_line_it_is(self):
        before = self.signed_in()
        self.box.systemctl("stop", SERVICE)
        self.box.write(self.FILE, "[Session]\nIdleTimeoutSec=soon\n")
        error = self.assert_refused("notConfigured", self.call, "session.status")
        self.assertIn(f"{self.FILE}:2", error.message)
        properties = self.box.properties(SERVICE, "ActiveState", "StatusText")
        self.assertEqual(properties["ActiveState"], "active")
        self.assertIn(f"{self.FILE}:2", properties["StatusText"])
        entry = self.box.wait_for_entry(self.since, MESSAGE_ID=CONFIGURATION)
        self.assertIn(f"{self.FILE}:2", entry["MESSAGE"])
        run = self.sessionctl("status")
        self.assertEqual((run.returncode, run.stdout), (78, ""))
        self.assertIn(f"{self.FILE}:2", run.stderr)
        self.box.do("rm", self.FILE)
        self.box.systemctl("restart", SERVICE)
        self.assertEqual(lasting(self.call("session.status")), lasting(before))


if __name__ == "__main__":
    unittest.main()
