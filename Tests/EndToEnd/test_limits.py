# SPDX-License-Identifier: Apache-2.0
"""What one caller may take of the daemon: each limit is told to whom it meets, and felt by nobody else."""

import contextlib
import re
import time
import unittest

from conditions import APP_USER, DAEMON_USER, OTHER_USER, ConditionedTestCase, client_as
from harness import PATIENCE_SECONDS, SLOW_ROUNDS, ConnectionEnded, RPCError, hashed, outcome
from workspace import WorkspaceTestCase, begin, sign_in, until_read

LOGIN, PASSWORD, SLOW_LOGIN = "ann@example.com", "ann's", "slow@example.com"
ACCOUNTS = {LOGIN: hashed(PASSWORD, 1000), SLOW_LOGIN: hashed(PASSWORD, SLOW_ROUNDS)}
SLOW_SIGN_IN = {"email": SLOW_LOGIN, "password": PASSWORD, "_deadlineSeconds": 300}
# What root and administrators have beyond the others.
RESERVED = 8


class LimitsTestCase(ConditionedTestCase):
    def start(self, **limits):
        """A daemon with these limits, whose socket and rules let everybody in."""
        sections = {"Limits": limits, "Access": {"Allow": "identity.read,session.write any"}}
        self.daemon = self.make_daemon(sections, ACCOUNTS)
        self.daemon.start()
        self.daemon.folder.chmod(0o711)
        self.daemon.socket_path.chmod(0o666)
        return self.daemon

    def connect(self, uid):
        return self.close_later(client_as(self.daemon.socket_path, uid, uid))

    def retry(self, call, name):
        """Calls until something else is answered than an error of that name."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline:
            try:
                return call()
            except RPCError as error:
                if error.name != name:
                    raise
        raise AssertionError(f"still {name} after {PATIENCE_SECONDS:.0f} s")


class Connections(LimitsTestCase):
    def assert_turned_away(self, uid):
        """Fails unless somebody who connects is told why they cannot, and nothing else."""
        client = self.connect(uid)
        error = self.assert_error(client.read(), -32013, "limitExceeded")
        self.assertEqual((error["data"]["retryable"], error["data"]["retryAfterSeconds"]), (True, 1))
        self.assertIn("[Limits]", error["data"]["hint"])
        client.read_end()

    def greet(self, uid):
        client = self.connect(uid)
        client.call("daemon.hello", protocol=[1])
        return client

    def test_of_one_user(self):
        self.start(ConnectionsPerUser=2)
        first, second = self.greet(OTHER_USER), self.greet(OTHER_USER)
        self.assert_turned_away(OTHER_USER)
        self.greet(APP_USER)
        self.assert_alive(first)
        second.close()
        self.retry(lambda: self.greet(OTHER_USER), "limitExceeded")

    def test_in_all(self):
        self.start(Connections=3)
        held = [self.greet(OTHER_USER), self.greet(APP_USER), self.greet(DAEMON_USER)]
        for uid in (OTHER_USER, APP_USER):
            self.assert_turned_away(uid)
        # An administrator gets in when it is full.
        for _ in range(RESERVED):
            self.greet(0)
        self.assert_turned_away(0)
        for client in held:
            self.assert_alive(client)


class Requests(WorkspaceTestCase):
    def test_that_wait_on_one_connection(self):
        emulator = self.start_emulator()
        daemon = self.make_synerise(emulator)
        with open(daemon.config_path, "a") as file:
            file.write("[Limits]\nInFlightPerConnection=2\n")
        daemon.start()
        sign_in(daemon)
        client, other = daemon.client(), daemon.client()
        emulator.fault("on=E5,hold")
        waiting = [begin(client, "session.refreshToken") for _ in range(2)]
        until_read(client)
        for _ in range(3):
            error = self.assert_refused("limitExceeded", client.call, "session.refreshToken")
            self.assertTrue(error.data["retryable"])
            self.assertIn("InFlightPerConnection=", error.data["hint"])
        # What does not wait does not count, and others have a limit of their own.
        self.assert_alive(client)
        elsewhere = begin(other, "session.refreshToken")
        until_read(other)
        emulator.wait_until_held()
        emulator.release()
        found = client.read_responses(2)
        self.assertEqual(set(found), {request["id"] for request in waiting})
        for response in [*found.values(), other.read_response()]:
            self.assertIn("expiresAt", outcome(response))
        self.assertEqual(elsewhere["method"], "session.refreshToken")
        client.call("session.refreshToken")


class Bytes(LimitsTestCase):
    def test_that_a_client_leaves_unread(self):
        self.start(UnsentBytes="64K")
        deaf, other = self.connect(OTHER_USER), self.connect(APP_USER)
        requests = b"".join(b'{"jsonrpc":"2.0","id":%d,"method":"session.status"}\n' % number for number in range(500))
        # The answer to the sign-in comes when it is full up, and is what there is no room for.
        begin(deaf, "session.signIn", **SLOW_SIGN_IN)
        with self.assertRaises((BrokenPipeError, ConnectionResetError)):
            while True:
                deaf.send_raw(requests)
        self.assert_alive(other)
        # Nothing was undone: only who does not listen is gone.
        self.assertTrue(other.call("session.status")["signedIn"])


class Lines(LimitsTestCase):
    def test_that_do_not_end(self):
        self.start(LineSec=1)
        slow, other = self.connect(OTHER_USER), self.connect(OTHER_USER)
        began = time.monotonic()
        slow.send_raw(b'{"jsonrpc":"2.0","id":1,')
        self.assert_alive(other)
        error = self.assert_error(slow.read(), -32014, "deadlineExceeded")
        self.assertGreaterEqual(time.monotonic() - began, 1)
        self.assertIn("LineSec=", error["data"]["hint"])
        slow.read_end()
        self.assert_alive(other)

    def test_a_byte_now_and_then_gives_nobody_more_time(self):
        self.start(LineSec=1)
        slow = self.connect(OTHER_USER)
        slow.socket.settimeout(0.1)
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            while True:
                slow.send_raw(b" {")
                with contextlib.suppress(TimeoutError):
                    self.assert_error(slow.read(), -32014, "deadlineExceeded")
                    break
        slow.socket.settimeout(PATIENCE_SECONDS)
        with contextlib.suppress(ConnectionEnded, ConnectionResetError):
            slow.read_end()


class SignIns(LimitsTestCase):
    WRONG = {"email": LOGIN, "password": "wrong"}

    def guess(self, client, **params):
        self.assert_refused("authorityRejected", client.call, "session.signIn", **self.WRONG, **params)

    def assert_told_to_wait(self, client, **params):
        """Fails unless a sign-in is refused for now; for how many seconds."""
        error = self.assert_refused("limitExceeded", client.call, "session.signIn", **{**self.WRONG, **params})
        self.assertEqual((error.code, error.data["retryable"]), (-32013, True))
        self.assertIn("FailedSignIns=", error.data["hint"])
        return error.data["retryAfterSeconds"]

    def allow(self, failures):
        """Changes how many may fail. Each that has failed beyond that doubles the wait, which begins with a second: so many
        at once that no machine is slow enough to wait as long."""
        text = self.daemon.config_path.read_text()
        self.daemon.config_path.write_text(re.sub("FailedSignIns=.*", f"FailedSignIns={failures}", text))
        self.daemon.call("daemon.reload")

    def test_that_fail_make_their_user_wait_and_nobody_else(self):
        self.start(FailedSignIns=13, FailedSignInDelaySec="1h")
        guesser, again, other = self.connect(OTHER_USER), self.connect(OTHER_USER), self.connect(APP_USER)
        for _ in range(12):
            self.guess(guesser)
        self.allow(3)
        # Not even with the right password, nor over another connection, nor by asking for a condition.
        self.assertIn(self.assert_told_to_wait(guesser), range(500, 512 + 1))
        self.assert_told_to_wait(guesser, password=PASSWORD)
        self.assert_told_to_wait(again, conditional=True)
        self.assert_refused(
            "limitExceeded", again.call, "session.authenticate", provider="GOOGLE", providerToken="guessed")
        self.assert_refused("limitExceeded", again.call, "session.deleteAccount", authFactor="guessed")
        # Everything else goes on, also for them.
        self.assert_alive(guesser)
        guesser.call("session.setIdentity", customEmail="label")
        self.assertTrue(other.call("session.signIn", email=LOGIN, password=PASSWORD)["signedIn"])
        other.call("session.signOut")

    def test_each_further_failure_doubles_the_wait(self):
        self.start(FailedSignIns=13, FailedSignInDelaySec="20min")
        guesser = self.connect(OTHER_USER)
        for _ in range(12):
            self.guess(guesser)
        for failures, wait in ((3, 512), (2, 1024), (1, 1200)):
            self.allow(failures)
            self.assertIn(self.assert_told_to_wait(guesser), range(wait - 60, wait + 1))

    def test_a_wait_ends(self):
        self.start(FailedSignIns=1, FailedSignInDelaySec=2)
        guesser = self.connect(OTHER_USER)
        for _ in range(3):
            with self.assertRaises(RPCError) as caught:
                self.retry(lambda: guesser.call("session.signIn", **self.WRONG), "limitExceeded")
            self.assertEqual(caught.exception.name, "authorityRejected")

    def test_a_condition_that_says_no_counts_and_success_ends_it(self):
        self.start(FailedSignIns=12, FailedSignInDelaySec="1h")
        guesser = self.connect(OTHER_USER)
        for _ in range(2):
            for _ in range(11):
                self.guess(guesser)
            self.assertTrue(guesser.call("session.signIn", email=LOGIN, password=PASSWORD)["signedIn"])
            guesser.call("session.signOut")
        for _ in range(11):
            answer = guesser.call("session.signIn", **self.WRONG, conditional=True)
            self.assertEqual(answer["condition"], "UNAUTHORIZED")
        self.allow(2)
        self.assert_told_to_wait(guesser)

    def test_root_and_who_switches_it_off_never_wait(self):
        self.start(FailedSignIns=1, FailedSignInDelaySec=0)
        for client in (self.connect(OTHER_USER), self.connect(0)):
            for _ in range(5):
                self.guess(client)
        self.daemon.kill()
        self.start(FailedSignIns=1, FailedSignInDelaySec="1h")
        root = self.connect(0)
        for _ in range(5):
            self.guess(root)

    def test_a_restart_and_a_change_of_the_limit_are_taken_note_of(self):
        self.start(FailedSignIns=11, FailedSignInDelaySec="1h")
        guesser = self.connect(OTHER_USER)
        for _ in range(10):
            self.guess(guesser)
        self.allow(1)
        self.assert_told_to_wait(guesser)
        self.allow(11)
        self.guess(guesser)
        self.allow(1)
        self.assert_told_to_wait(guesser)
        # What was counted is in memory alone.
        self.daemon.restart()
        self.daemon.folder.chmod(0o711)
        self.daemon.socket_path.chmod(0o666)
        self.guess(self.connect(OTHER_USER))


class Logins(WorkspaceTestCase):
    PER_MINUTE = 10

    def test_ten_anonymous_ones_a_minute_reach_the_authority_whoever_asks(self):
        emulator = self.start_emulator()
        daemon = self.start_synerise(emulator)
        given, refused = 0, []
        began = time.monotonic()
        for number in range(self.PER_MINUTE * 3):
            daemon.call(["session.destroy", "session.regenerateUUID"][number % 2])
            try:
                daemon.call("session.retrieveToken")
                given += 1
            except RPCError as error:
                self.assertEqual(error.name, "tokenUnavailable")
                refused.append(error.data["retryAfterSeconds"])
        if time.monotonic() - began < 60:
            self.assertEqual((given, len(emulator.log(on="E1"))), (self.PER_MINUTE, self.PER_MINUTE))
            self.assertTrue(all(0 < seconds <= 60 for seconds in refused), refused)
            self.assertEqual(len(refused), self.PER_MINUTE * 2)
        else:
            # As slow a machine as that is allowed another ten.
            self.assertLessEqual(given, self.PER_MINUTE * (1 + int((time.monotonic() - began) // 60)))


if __name__ == "__main__":
    unittest.main()
