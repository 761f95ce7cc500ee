# SPDX-License-Identifier: Apache-2.0
"""Follows the session by session.watch: snapshot first, then every transition once and in order."""

import pathlib
import socket
import threading
import unittest

from conditions import APP_USER, ConditionedTestCase, OTHER_USER, client_as
from harness import PATIENCE_SECONDS, Client, RPCError, hashed, lasting
from watching import Watcher

LOGIN, PASSWORD = "ann@example.com", "ann's"
OTHER_LOGIN = "bob@example.com"
ACCOUNTS = {LOGIN: hashed(PASSWORD, 1000), OTHER_LOGIN: hashed(PASSWORD, 1000)}
QUEUED_EVENTS = 64
KEPT_EVENTS = 256


def sockets(daemon):
    """How many connections the daemon holds."""
    count = 0
    listening = f" {daemon.socket_path}\n"
    for line in pathlib.Path("/proc/net/unix").read_text().splitlines(keepends=True):
        # Flags 00010000: it listens.
        count += line.endswith(listening) and line.split()[3] != "00010000"
    return count


class WatchTestCase(ConditionedTestCase):
    def start(self, sections=None):
        daemon = self.make_daemon(sections or {}, ACCOUNTS).start()
        # The first token comes by itself a second later: it would come in between.
        daemon.call("session.retrieveToken")
        return daemon

    def watcher(self, daemon, since=None):
        watcher = Watcher(daemon.socket_path, since)
        self.addCleanup(watcher.close)
        return watcher

    def label(self, daemon, text):
        return daemon.call("session.setIdentity", customIdentifier=str(text))


class Following(WatchTestCase):
    def test_the_snapshot_comes_first_and_is_the_status(self):
        daemon = self.start()
        watcher = self.watcher(daemon)
        self.assertEqual(lasting(watcher.snapshot), lasting(daemon.call("session.status")))
        self.assertFalse(watcher.resumed)

    def test_every_transition_is_told_once_and_in_order(self):
        daemon = self.start()
        watcher = self.watcher(daemon)
        first = watcher.sequence
        self.label(daemon, "till 4")
        daemon.call("session.signIn", email=LOGIN, password=PASSWORD)
        daemon.call("session.signOut")
        daemon.call("session.signOut")
        status = daemon.call("session.signIn", email=OTHER_LOGIN, password=PASSWORD)
        events = [watcher.event() for _ in range(6)]
        self.assertEqual(
            [(event["kind"], event.get("reason")) for event in events],
            [("identityChanged", None), ("signedIn", None), ("signedOut", "systemSignOut"),
             ("uuidChanged", "authentication"), ("identityChanged", None), ("signedIn", None)])
        self.assertEqual([event["sequence"] for event in events], list(range(first + 1, first + 7)))
        # Those of one mutation show what it led to, all of them.
        for event in events[3:]:
            self.assertEqual(lasting(event["status"]), lasting(status))
            self.assertEqual(event["generation"], status["generation"])

    def test_destroy_tells_its_reasons(self):
        daemon = self.start()
        daemon.call("session.signIn", email=LOGIN, password=PASSWORD)
        watcher = self.watcher(daemon)
        daemon.call("session.destroy")
        daemon.call("session.retrieveToken")
        events = [watcher.event() for _ in range(3)]
        self.assertEqual(
            [(event["kind"], event.get("reason")) for event in events],
            [("signedOut", "sessionDestroyed"), ("uuidChanged", "destroy"), ("tokenRefreshed", None)])

    def test_a_watching_connection_goes_on_answering(self):
        daemon = self.start()
        watcher = self.watcher(daemon)
        self.assertEqual(watcher.call("session.getUUID")["uuid"], watcher.snapshot["uuid"])
        watcher.send(watcher.request("session.setIdentity", {"customIdentifier": "own"}))
        lines = [watcher.read(), watcher.read()]
        self.assertEqual(sorted("method" in line for line in lines), [False, True])

    def test_watching_again_begins_anew_and_doubles_nothing(self):
        daemon = self.start()
        watcher = self.watcher(daemon)
        watcher.watch()
        self.label(daemon, 1)
        self.label(daemon, 2)
        self.assertEqual([watcher.event()["status"]["customIdentifier"] for _ in range(2)], ["1", "2"])

    def test_in_a_batch_it_is_refused(self):
        daemon = self.start()
        with Client(daemon.socket_path) as client:
            client.send([client.request("session.watch"), client.request("session.getUUID")])
            watch, uuid = client.read()
            self.assertEqual(watch["error"]["data"]["name"], "invalidRequest")
            self.assertIn("uuid", uuid["result"])
            self.label(daemon, 1)
            self.assertIn("uuid", client.call("session.getUUID"), "no event came")

    def test_a_half_closed_watcher_stays_and_a_closed_one_goes(self):
        daemon = self.start()
        watcher = self.watcher(daemon)
        watcher.half_close()
        self.label(daemon, 1)
        self.assertEqual(watcher.event()["kind"], "identityChanged")
        watcher.close()
        # A read after the close was seen is answered by a daemon that has one connection less.
        with Client(daemon.socket_path) as client:
            client.call("session.getUUID")
            self.assertEqual(sockets(daemon), 1)

    def test_an_idle_watcher_is_not_idle(self):
        daemon = self.start({"Limits": {"IdleConnectionSec": "1s"}})
        watcher = self.watcher(daemon)
        with Client(daemon.socket_path) as idle:
            idle.read_end()
        self.label(daemon, 1)
        self.assertEqual(watcher.event()["kind"], "identityChanged")

    def test_a_stop_ends_every_watch_at_once(self):
        daemon = self.start()
        watchers = [self.watcher(daemon) for _ in range(3)]
        watchers[0].half_close()
        self.assertEqual(daemon.stop(), 0)
        for watcher in watchers:
            watcher.read_end()


class Resuming(WatchTestCase):
    def test_what_was_missed_is_told(self):
        daemon = self.start()
        watcher = self.watcher(daemon)
        self.label(daemon, 0)
        watcher.event()
        watcher.close()
        for number in range(1, 4):
            self.label(daemon, number)
        again = self.watcher(daemon, watcher.sequence)
        self.assertTrue(again.resumed)
        self.assertEqual(again.snapshot["customIdentifier"], "3")
        self.assertEqual([again.event()["status"]["customIdentifier"] for _ in range(3)], ["1", "2", "3"])
        self.label(daemon, 4)
        self.assertEqual(again.event()["status"]["customIdentifier"], "4")

    def test_as_far_back_as_events_are_kept(self):
        daemon = self.start()
        live = self.watcher(daemon)
        begin = live.sequence
        for number in range(KEPT_EVENTS + 1):
            self.label(daemon, number)
            # A change may be answered a moment before it is told.
            live.event()
        self.assertFalse(self.watcher(daemon, begin).resumed)
        again = self.watcher(daemon, begin + 1)
        self.assertTrue(again.resumed)
        self.assertEqual([again.event()["sequence"] for _ in range(KEPT_EVENTS)],
                         list(range(begin + 2, begin + KEPT_EVENTS + 2)))

    def test_from_the_last_one_on_nothing_is_missed(self):
        daemon = self.start()
        here = self.watcher(daemon)
        self.assertTrue(self.watcher(daemon, here.sequence).resumed)
        for unknown in (here.sequence + 1, 0, 2 ** 63 - 1):
            self.assertFalse(self.watcher(daemon, unknown).resumed)

    def test_over_a_restart_a_gap_is_never_silent_and_no_number_comes_again(self):
        daemon = self.start()
        watcher = self.watcher(daemon)
        self.label(daemon, 1)
        watcher.event()
        last = watcher.sequence
        for kill in (False, True, True):
            daemon.kill() if kill else daemon.stop()
            daemon.start()
            again = self.watcher(daemon, last)
            self.assertFalse(again.resumed)
            self.assertGreater(again.sequence, last)
            self.label(daemon, f"after {again.sequence}")
            again.event()
            last = again.sequence

    def test_a_new_installation_does_not_take_up_the_last_ones_numbers(self):
        daemon = self.start()
        last = self.watcher(daemon).sequence
        daemon.stop()
        for file in daemon.state_path.iterdir():
            file.unlink()
        daemon.start()
        again = self.watcher(daemon, last)
        self.assertFalse(again.resumed)
        self.assertNotEqual(again.sequence, last)


class Slow(WatchTestCase):
    def test_whoever_does_not_read_hears_so_and_disturbs_nobody(self):
        daemon = self.start()
        slow, quick = self.watcher(daemon), self.watcher(daemon)
        small = 4608
        slow.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, small)
        padding = "x" * 1000
        changes = 600
        seen = []

        def follow():
            seen.extend(quick.event()["status"]["customIdentifier"] for _ in range(changes))

        thread = threading.Thread(target=follow)
        thread.start()
        with Client(daemon.socket_path) as client:
            for number in range(changes):
                client.call("session.setIdentity", customIdentifier=f"{number} {padding}")
        thread.join(PATIENCE_SECONDS)
        self.assertEqual([text.split()[0] for text in seen], [str(number) for number in range(changes)])
        # It gets what was on its way, in order, then the word, then the end.
        events = []
        while not events or events[-1]["kind"] != "overflow":
            events.append(slow.event())
        self.assertLess(len(events), changes)
        self.assertGreaterEqual(len(events), QUEUED_EVENTS)
        self.assertEqual(events[-1]["sequence"], events[-2]["sequence"])
        self.assertNotIn("status", events[-1])
        slow.read_end()
        # And can go on where it was, as far as that is kept.
        self.assertFalse(self.watcher(daemon, events[-1]["sequence"]).resumed)

    def test_many_changes_at_once_are_no_overflow_for_who_reads(self):
        daemon = self.start()
        watcher = self.watcher(daemon)
        count = 4 * QUEUED_EVENTS
        seen = []
        thread = threading.Thread(
            target=lambda: seen.extend(watcher.event()["status"]["customIdentifier"] for _ in range(count)))
        thread.start()
        with Client(daemon.socket_path) as client:
            for start in range(0, count, 32):
                client.send(*[
                    client.request("session.setIdentity", {"customIdentifier": str(number)})
                    for number in range(start, start + 32)])
                client.read_responses(32)
        thread.join(PATIENCE_SECONDS)
        self.assertEqual(seen, [str(number) for number in range(count)])


class Rights(WatchTestCase):
    def test_identity_read_is_needed_and_enough(self):
        daemon = self.start({"Access": {"Allow": f"identity.read user:{APP_USER}"}})
        daemon.folder.chmod(0o711)
        daemon.socket_path.chmod(0o666)
        with client_as(daemon.socket_path, OTHER_USER, OTHER_USER) as client:
            with self.assertRaises(RPCError) as refused:
                client.call("session.watch")
            self.assertEqual(refused.exception.name, "permissionDenied")
        with client_as(daemon.socket_path, APP_USER, APP_USER) as client:
            self.assertIn("snapshot", client.call("session.watch"))
            self.label(daemon, 1)
            self.assertEqual(client.read()["params"]["kind"], "identityChanged")

    def test_a_watch_whose_right_is_taken_away_ends_with_that_word(self):
        rule = {"Access": {"Allow": f"identity.read user:{APP_USER}"}}
        daemon = self.start(rule)
        daemon.folder.chmod(0o711)
        daemon.socket_path.chmod(0o666)
        stays = self.watcher(daemon)
        with client_as(daemon.socket_path, APP_USER, APP_USER) as client:
            sequence = client.call("session.watch")["sequence"]
            # Another rule that still grants it changes nothing.
            daemon.configure({"Access": {"Allow": "identity.read any"}}, ACCOUNTS)
            daemon.call("daemon.reload")
            self.label(daemon, 1)
            event = client.read()["params"]
            self.assertEqual((event["kind"], event["sequence"]), ("identityChanged", sequence + 1))
            daemon.configure({"Access": {"Allow": ""}}, ACCOUNTS)
            daemon.call("daemon.reload")
            last = client.read()["params"]
            self.assertEqual((last["kind"], last["sequence"]), ("revoked", sequence + 1))
            self.assertNotIn("status", last)
            self.label(daemon, 2)
            client.read_end()
        # Root's are not touched.
        self.assertEqual([stays.event()["status"]["customIdentifier"] for _ in range(2)], ["1", "2"])


if __name__ == "__main__":
    unittest.main()
