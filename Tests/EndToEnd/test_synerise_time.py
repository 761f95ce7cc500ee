# SPDX-License-Identifier: Apache-2.0
"""Time without waiting for it: the daemon in time namespaces, the emulator's clock, other boots, other networks.

Nobody sets the machine's clock. Time that passes is a daemon that stops and begins again later (time_namespaces(7));
a reboot is one that begins again with another boot id. All of it runs in a network namespace of its own.
"""

import concurrent.futures
import ctypes
import math
import pathlib
import subprocess
import time
import unittest

from conditions import LIBC, another_boot, at_boottime, require_root
from harness import PATIENCE_SECONDS
from synerise import ANN, FOREVER_SECONDS, SyneriseTestCase, claims, seconds_until

DAY = 86_400
HOUR = 3_600
# Within the half hour before the end of a token of two hours, and behind the quarter of it in which it is refreshed.
LATE_SECONDS = 6_120
POLLS = 100
NEW_NETWORK_NAMESPACE = 0x4000_0000
# The least pause after a background refresh that failed, and within what time a new attempt follows a new network.
BACKGROUND_PAUSE, NETWORK_PAUSE = 60, 30
# The daemon tells changes of the network once a second.
CHANGES_SECONDS = 1.05


def setUpModule():
    require_root()
    if LIBC.unshare(NEW_NETWORK_NAMESPACE) != 0:
        raise OSError(ctypes.get_errno(), "unshare(CLONE_NEWNET)")
    ip("link", "set", "lo", "up")


def ip(*arguments):
    subprocess.run(["ip", *arguments], check=True)


def change_network():
    """An address comes and goes."""
    for change in ("add", "delete"):
        ip("address", change, "192.0.2.1/32", "dev", "lo")


def attempts_within(seconds):
    """How many attempts fit into a time at most: pauses of 1 s, doubling, × 0.5–1.0."""
    return 1 + math.floor(math.log2(1 + 2 * seconds))


class TimeTestCase(SyneriseTestCase):
    # What the clock of the daemon's first boot shows beyond the machine's: a reboot goes back to the machine's.
    offset = 30 * DAY

    def begin(self, *arguments, **options):
        """An emulator, and a daemon with somebody signed in."""
        self.emulator = self.make_emulator(*arguments)
        self.daemon = self.make_synerise_daemon(self.emulator, **options)
        self.start()
        self.sign_in(self.daemon)
        self.before = self.daemon.call("session.status")
        self.token = self.daemon.call("session.retrieveToken")["token"]
        # The anonymous token comes when it likes: what is counted is what comes later.
        self.emulator.clear_faults()
        self.since = len(self.emulator.log())

    def start(self):
        self.daemon.wrapper = at_boottime(self.offset, self.boot_id)
        self.daemon.start()

    boot_id = None

    def pass_time(self, seconds):
        """Stops the daemon, lets time pass, and starts it again within the same boot."""
        self.assertEqual(self.daemon.stop(), 0)
        self.offset += seconds
        self.start()

    def reboot(self):
        """Stops the daemon and starts it in another boot, which began later."""
        self.assertEqual(self.daemon.stop(), 0)
        self.offset = 0
        self.boot_id = another_boot(self.daemon.folder)
        self.start()

    def go_offline(self):
        self.emulator.stop()

    def come_back(self, clock):
        """The emulator is there again, with its clock so far ahead."""
        self.emulator.start()
        self.emulator.set_clock(clock)
        # A new emulator has a new log.
        self.since = 0

    def requests(self, on=None):
        return self.emulator.count(on, since=self.since)

    def wait_for_requests(self, on, count):
        """Waits until there were so many since the beginning."""
        return self.emulator.log(on, at_least=count, since=self.since)

    def assert_same_session(self, status, **differing):
        for name in ("uuid", "generation", "login", "signedIn", "state"):
            self.assertEqual(status.get(name), differing.get(name, self.before.get(name)), (name, status))

    def change_networks_until(self, request):
        """Changes the network over and over until there is that request."""
        with concurrent.futures.ThreadPoolExecutor(1) as pool:
            waiting = pool.submit(request)
            while True:
                change_network()
                try:
                    return waiting.result(CHANGES_SECONDS)
                except concurrent.futures.TimeoutError:
                    continue

    def poll(self, *methods, **params):
        """Calls over and over; the answers' error names, and the seconds it took."""
        began = time.monotonic()
        client = self.daemon.client()
        requests = [client.request(method, params) for _ in range(POLLS) for method in methods]
        outcomes = set()
        for request in requests:
            client.send(request)
            response = client.read_response()
            outcomes.add(response["error"]["data"]["name"] if "error" in response else "ok")
        return outcomes, time.monotonic() - began


class Offline(TimeTestCase):
    def test_after_an_hour_offline_the_session_is_refreshed_by_itself(self):
        self.begin("--token-lifetime", 2 * HOUR)
        self.go_offline()
        self.pass_time(LATE_SECONDS)
        status = self.daemon.call("session.status")
        self.assert_same_session(status)
        self.daemon.output.wait_for("the authority does not answer")
        answer = self.daemon.call("session.retrieveToken", requireSignedIn=True)
        self.assertEqual((answer["token"], answer["stale"]), (self.token, True))
        self.come_back(LATE_SECONDS)
        self.change_networks_until(lambda: self.wait_for_requests("E5", 1))
        self.daemon.output.wait_for("the token was refreshed")
        status = self.daemon.call("session.status")
        self.assert_same_session(status)
        self.assertEqual(status["tokenState"], "valid")
        self.assertNotEqual(self.daemon.call("session.retrieveToken", requireSignedIn=True)["token"], self.token)
        self.assertEqual([entry["endpoint"] for entry in self.emulator.log()], ["E5"])

    def test_what_ran_out_by_proven_time_is_over_and_the_anonymous_session_goes_on(self):
        self.begin("--token-lifetime", HOUR)
        self.go_offline()
        self.pass_time(HOUR + 60)
        self.daemon.output.wait_for("the customer's session ended: sessionExpired")
        self.assert_refused("sessionExpired", self.daemon.call, "session.retrieveToken", requireSignedIn=True)
        status = self.daemon.call("session.status")
        self.assert_same_session(
            status, generation=self.before["generation"] + 1, login=None, signedIn=False, state="expired")
        self.come_back(HOUR + 60)
        self.change_networks_until(lambda: self.wait_for_requests("E1", 1))
        self.daemon.output.wait_for("the token was refreshed")
        answer = self.daemon.call("session.retrieveToken")
        self.assert_token_of(None, answer)
        self.assertEqual(answer["uuid"], self.before["uuid"])
        self.assertEqual(self.requests("E5"), 0)

    def test_a_restart_within_the_life_of_the_token_asks_nobody(self):
        self.begin("--token-lifetime", HOUR)
        self.pass_time(0.4 * HOUR)
        status = self.daemon.call("session.status")
        self.assert_same_session(status)
        self.assertLessEqual(status["expiresInSeconds"], 0.6 * HOUR)
        self.assertGreater(status["expiresInSeconds"], 0.6 * HOUR - 60)
        self.assertEqual(self.daemon.call("session.retrieveToken")["token"], self.token)
        self.assertEqual(self.requests(), 0)


class ByItself(TimeTestCase):
    LIFETIME = 4

    def test_a_token_is_refreshed_in_the_first_quarter_of_its_window_over_and_over(self):
        self.begin("--token-lifetime", self.LIFETIME)
        refreshes = self.wait_for_requests("E5", 2)
        tokens = [entry["timeMilliseconds"] / 1000 for entry in refreshes]
        made = claims(self.token)["created"] / 1000
        # The window is half of a short life.
        for begun, asked in zip([made, *tokens], tokens):
            self.assertGreater(asked - begun, self.LIFETIME / 2 - 0.1)
            self.assertLess(asked - begun, self.LIFETIME)
        self.assertEqual(refreshes[0]["jti"], claims(self.token)["jti"])
        self.assertNotEqual(refreshes[1]["jti"], refreshes[0]["jti"])
        self.assert_same_session(self.daemon.call("session.status"))

    def test_a_token_that_nobody_refreshes_ends_the_session_when_it_ends(self):
        self.begin("--token-lifetime", self.LIFETIME)
        self.emulator.fault("on=E5,status=503")
        self.daemon.output.wait_for("the customer's session ended: sessionExpired")
        self.assertEqual(self.requests("E5"), 1)
        self.assert_refused("sessionExpired", self.daemon.call, "session.retrieveToken", requireSignedIn=True)
        self.assert_token_of(None, self.daemon.call("session.retrieveToken"))


class WrongClocks(TimeTestCase):
    """The emulator's clock is shifted: to it the device's is wrong."""

    def check(self, shift, *arguments):
        self.begin("--token-lifetime", HOUR, "--clock-offset", shift, *arguments)
        self.assertTrue(HOUR - 60 < self.before["expiresInSeconds"] <= HOUR, self.before)
        self.poll("session.status", "session.retrieveToken")
        self.daemon.call("session.refreshToken")
        self.poll("session.retrieveToken", minimumValiditySeconds=HOUR - 60)
        self.assertEqual(self.requests(), 1)
        # Within the boot nothing is known anew, later as well.
        self.pass_time(600)
        status = self.daemon.call("session.status")
        self.assert_same_session(status)
        self.assertGreater(status["expiresInSeconds"], HOUR - 700)
        self.assertEqual(self.requests(), 1)

    def test_a_day_off_leads_to_no_storm_and_loses_nothing(self):
        for shift in (DAY, -DAY):
            with self.subTest(shift=shift):
                self.offset = TimeTestCase.offset
                self.check(shift)
                self.daemon.call("session.refreshToken")
                skew = self.daemon.call("session.status")["authority"]["clockSkewSeconds"]
                self.assertIn(skew + shift, range(-5, 6))

    def test_a_day_off_and_unsaid_loses_nothing(self):
        for shift in (DAY, -DAY):
            with self.subTest(shift=shift):
                self.offset = TimeTestCase.offset
                self.check(shift, "--no-date")
                self.assertNotIn("clockSkewSeconds", self.daemon.call("session.status")["authority"])

    def test_after_a_reboot_what_looks_expired_is_tried_and_the_session_stays(self):
        self.begin("--token-lifetime", HOUR, "--clock-offset", -DAY)
        self.emulator.fault("on=E5,hold")
        self.reboot()
        held = self.wait_for_requests("E5", 1)
        self.assertEqual(held[0]["jti"], claims(self.token)["jti"])
        # It is not given out while nobody knows what time it is.
        self.assert_refused("deadlineExceeded", self.daemon.call, "session.retrieveToken", requireSignedIn=True,
                            _deadlineSeconds=0.05)
        status = self.daemon.call("session.status")
        self.assert_same_session(status)
        self.assertEqual((status["tokenState"], status["expiresInSeconds"]), ("expired", 0))
        self.assertEqual(self.daemon.sessionctl("is-signed-in").returncode, 0)
        self.assert_refused("alreadySignedIn", self.sign_in, self.daemon)
        self.emulator.clear_faults()
        self.emulator.release()
        self.daemon.output.wait_for("the token was refreshed")
        self.assert_same_session(self.daemon.call("session.status"))
        self.assert_token_of(ANN, self.daemon.call("session.retrieveToken", requireSignedIn=True))
        self.poll("session.retrieveToken")
        self.assertEqual(self.requests(), 1)

    def test_after_a_reboot_offline_what_looks_expired_is_tried_once_a_back_off_step(self):
        self.begin("--token-lifetime", HOUR, "--clock-offset", -DAY)
        self.go_offline()
        self.emulator.arguments += ["--no-date", "--fault", "on=E5,status=503"]
        self.come_back(-DAY)
        began = time.monotonic()
        self.reboot()
        outcomes, _ = self.poll("session.retrieveToken", requireSignedIn=True)
        asked, seconds = self.requests(), time.monotonic() - began
        self.assertEqual(outcomes, {"tokenUnavailable"})
        self.assertLessEqual(asked, attempts_within(seconds) + 1)
        self.assertEqual(self.requests("E5"), asked)
        self.emulator.clear_faults()
        self.change_networks_until(lambda: self.wait_for_requests("E5", asked + 1))
        self.daemon.output.wait_for("the token was refreshed")
        self.assert_same_session(self.daemon.call("session.status"))

    def test_after_a_reboot_any_answer_that_says_the_time_proves_that_the_token_lives(self):
        self.begin("--token-lifetime", HOUR, "--clock-offset", -DAY)
        self.emulator.fault("on=E5,status=503")
        self.reboot()
        self.daemon.output.wait_for("the authority does not answer")
        answer = self.daemon.call("session.retrieveToken", requireSignedIn=True)
        self.assertEqual((answer["token"], answer["stale"]), (self.token, True))
        self.assertTrue(HOUR - 120 < answer["expiresInSeconds"] <= HOUR, answer)
        self.assert_same_session(self.daemon.call("session.status"))
        self.assertEqual(self.requests(), 1)

    def test_after_a_reboot_with_a_clock_long_ago_a_token_lives_no_longer_than_it_was_made_to(self):
        # To an authority that is thirty years ahead, the device's clock stands where one without a battery does.
        shift = 30 * 365 * DAY
        self.begin("--token-lifetime", HOUR, "--clock-offset", shift)
        self.go_offline()
        self.reboot()
        status = self.daemon.call("session.status")
        self.assert_same_session(status)
        self.assertTrue(HOUR - 60 < status["expiresInSeconds"] <= HOUR, status)
        self.assertEqual(self.daemon.call("session.retrieveToken", requireSignedIn=True)["token"], self.token)
        self.daemon.output.wait_for("the authority does not answer")
        self.come_back(shift)
        self.change_networks_until(lambda: self.wait_for_requests("E5", 1))
        self.daemon.output.wait_for("the token was refreshed")
        status = self.daemon.call("session.status")
        self.assert_same_session(status)
        self.assertIn(status["authority"]["clockSkewSeconds"] + shift, range(-5, 6))
        self.assertEqual(self.requests(), 1)

    def test_after_a_reboot_with_a_clock_long_ago_the_first_answer_ends_what_is_over(self):
        self.begin("--token-lifetime", HOUR)
        # Off for a day, which the device's clock has not noticed.
        self.emulator.set_clock(DAY)
        self.emulator.fault("on=E5,hold")
        self.reboot()
        # It is found out early, and until then nobody waits for that.
        self.wait_for_requests("E5", 1)
        self.assert_same_session(self.daemon.call("session.status"))
        self.assertEqual(self.daemon.call("session.retrieveToken", requireSignedIn=True)["token"], self.token)
        self.emulator.clear_faults()
        self.emulator.release()
        self.daemon.output.wait_for("the customer's session ended: sessionExpired")
        self.assert_refused("sessionExpired", self.daemon.call, "session.retrieveToken", requireSignedIn=True)
        self.assertEqual(self.requests("E5"), 1)
        self.assert_token_of(None, self.daemon.call("session.retrieveToken"))

    def test_after_a_reboot_a_token_is_replaced_once_however_long_it_seems_to_live(self):
        self.begin("--token-lifetime", DAY)
        self.reboot()
        self.daemon.output.wait_for("the token was refreshed")
        self.assert_same_session(self.daemon.call("session.status"))
        self.poll("session.retrieveToken")
        self.pass_time(HOUR)
        self.assertEqual(self.requests(), 1)


class BackOff(TimeTestCase):
    """Back-off binds callers too."""

    def test_polling_for_the_first_token_asks_no_more_than_back_off_allows(self):
        self.emulator = self.make_emulator(faults=["on=E1,status=503"])
        self.daemon = self.make_synerise_daemon(self.emulator)
        began = time.monotonic()
        self.start()
        outcomes, _ = self.poll("session.retrieveToken")
        asked, seconds = self.emulator.count(), time.monotonic() - began
        self.assertEqual(outcomes, {"tokenUnavailable"})
        self.assertIn(asked, range(1, attempts_within(seconds) + 2))

    def test_polling_for_a_longer_token_asks_no_more_than_back_off_allows(self):
        self.begin()
        self.emulator.fault("on=E5,status=503")
        began = time.monotonic()
        outcomes, _ = self.poll("session.retrieveToken", minimumValiditySeconds=FOREVER_SECONDS)
        asked, seconds = self.requests(), time.monotonic() - began
        self.assertEqual(outcomes, {"authorityUnavailable"})
        self.assertIn(asked, range(1, attempts_within(seconds) + 2))

    def test_polling_while_the_authority_wants_to_be_left_alone_asks_nothing(self):
        self.begin()
        self.emulator.fault("on=E5,status=429,retry-after=300")
        self.assert_refused("authorityUnavailable", self.daemon.call, "session.refreshToken")
        outcomes, _ = self.poll("session.refreshToken")
        self.assertEqual(outcomes, {"authorityUnavailable"})
        outcomes, _ = self.poll("session.retrieveToken", minimumValiditySeconds=FOREVER_SECONDS, allowStale=True)
        self.assertEqual(outcomes, {"ok"})
        self.assertEqual(self.requests(), 1)


class Network(TimeTestCase):
    LIFETIME = HOUR

    def begin_failing(self, fault):
        """A token that is to be refreshed, and an attempt that failed."""
        self.begin("--token-lifetime", self.LIFETIME)
        self.emulator.fault(f"on=E5,{fault}")
        self.pass_time(self.LIFETIME * 0.9)
        self.daemon.output.wait_for("the authority does not answer")
        self.assertGreater(self.next_attempt_seconds(), BACKGROUND_PAUSE - 5)

    def next_attempt_seconds(self):
        return seconds_until(self.daemon.call("session.status")["authority"]["nextAttemptAt"])

    def connections(self):
        """How many connections to the emulator are open, proc_pid_net(5)."""
        sockets = [line.split() for line in pathlib.Path("/proc/net/tcp").read_text().splitlines()[1:]]
        established = "01"
        return sum(remote.endswith(f":{self.emulator.port:04X}") and state == established
                   for _, _, remote, state, *_ in sockets)

    def wait_until(self, condition, seconds=PATIENCE_SECONDS):
        """Asks over and over: nothing tells of these."""
        deadline = time.monotonic() + seconds
        while not condition():
            self.assertLess(time.monotonic(), deadline)

    def test_a_network_that_comes_back_leads_to_an_attempt_soon(self):
        self.begin_failing("status=503")
        change_network()
        self.wait_until(lambda: self.next_attempt_seconds() <= NETWORK_PAUSE + 1)
        self.emulator.clear_faults()
        self.change_networks_until(lambda: self.wait_for_requests("E5", 2))
        self.daemon.output.wait_for("the token was refreshed")
        self.assert_same_session(self.daemon.call("session.status"))

    def test_each_change_of_the_network_counts_however_soon_it_follows_another(self):
        self.begin()
        # Without a change a connection is kept for longer than this.
        seconds = 15
        for _ in range(3):
            self.daemon.call("session.profile")
            self.assertGreater(self.connections(), 0)
            change_network()
            self.wait_until(lambda: self.connections() == 0, seconds)

    def test_a_network_that_comes_back_shortens_no_pause_that_the_authority_asked_for(self):
        self.begin_failing("status=503,retry-after=600")
        self.assertGreater(self.connections(), 0)
        change_network()
        # It lets go of its connections last.
        self.wait_until(lambda: self.connections() == 0)
        self.assert_refused("authorityUnavailable", self.daemon.call, "session.refreshToken")
        self.assertGreater(self.next_attempt_seconds(), 590)
        self.assertEqual(self.requests("E5"), 1)


if __name__ == "__main__":
    unittest.main()
