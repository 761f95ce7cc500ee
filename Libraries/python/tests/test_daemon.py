# SPDX-License-Identifier: Apache-2.0
"""Both clients on the real daemon."""

import asyncio
import gc
import os
import signal
import subprocess
import sys
import threading
import time
import unittest
import warnings

import sessiond
from harness import DaemonTestCase, hashed

ANNA, BEA, PASSWORD = "anna@example.com", "bea@example.com", "a\"\\ ü"


class Client(DaemonTestCase):
    accounts = {ANNA: hashed(PASSWORD, 1000), BEA: hashed(PASSWORD, 1000)}

    def setUp(self):
        super().setUp()
        self.app = sessiond.Client(self.daemon.socket_path)
        self.addCleanup(self.app.close)

    def test_a_customer_comes_and_goes(self):
        with self.app.changes() as changes:
            self.assertEqual(next(changes).cause, "snapshot")
            token = self.app.retrieve_token(minimum_validity_seconds=60)
            self.assertEqual(token.token.reveal(), self.daemon.call("session.retrieveToken")["token"])
            self.assertGreater(token.expires_in_seconds, 60)
            status = self.app.sign_in(email=ANNA, password=PASSWORD)
            self.assertEqual((status.state, status.login), ("signedIn", ANNA))
            self.assertIsNone(self.app.touch())
            self.assertEqual(self.app.set_identity(custom_email="x@y.z").custom_email, "x@y.z")
            self.assertIsNone(self.app.set_identity(custom_email=None).custom_email)
            self.assertTrue(self.app.sign_out(if_generation=status.generation).changed)
            causes, others = [], 0
            while "signedOut" not in causes:
                change = next(changes)
                causes.append(change.cause)
                others += change.is_other_customer
            self.assertIn("signedIn", causes)
            self.assertIn("identityChanged", causes)
            self.assertEqual(others, 2)
        with self.assertRaises(StopIteration):
            next(changes)

    def test_errors_have_their_classes(self):
        with self.assertRaises(sessiond.NotSignedInError) as caught:
            self.app.retrieve_token(require_signed_in=True)
        self.assertEqual((caught.exception.name, caught.exception.code), ("notSignedIn", -32004))
        with self.assertRaises(sessiond.MinimumValidityImpossibleError) as caught:
            self.app.retrieve_token(minimum_validity_seconds=10**8)
        self.assertGreater(caught.exception.data["maximumSeconds"], 0)
        with self.assertRaises(sessiond.AuthorityRejectedError) as caught:
            self.app.sign_in(email=ANNA, password="mistyped")
        self.assertNotIn("mistyped", str(caught.exception))
        with self.assertRaises(sessiond.UnsupportedError):
            self.app.begin_sign_in()
        with self.assertRaises(sessiond.GenerationMismatchError):
            self.app.sign_out(if_generation=10**6)
        condition = self.app.sign_in(email=ANNA, password=PASSWORD, conditional=True)
        self.assertEqual((condition.condition, condition.session.login), ("SUCCESS", ANNA))
        with self.assertRaises(UnicodeEncodeError):
            self.app.set_identity(custom_email="\ud800")
        with self.assertRaises(sessiond.InvalidParamsError):
            self.app.set_identity(custom_email="")
        self.app.close()
        with self.assertRaises(sessiond.ClosedError):
            self.app.status()

    def test_what_the_daemon_says_of_itself_is_read(self):
        self.assertEqual(self.app.hello(client="a test").protocol, 1)
        self.assertEqual(self.app.info().server, self.daemon.call("daemon.info")["server"])
        self.assertTrue(self.app.health().ready)
        self.assertIn("openrpc", self.app.discover())
        self.assertTrue(self.app.metrics().text)
        self.assertFalse(self.app.reload(dry_run=True).ends_session)
        self.assertIsNone(self.app.pending_sign_in())
        self.assertFalse(self.app.cancel_sign_in())
        self.assertIsNone(self.app.set_log_level("info"))

    def test_there_may_be_no_daemon(self):
        self.daemon.stop()
        with self.assertRaises(ConnectionError) as caught:
            self.app.status()
        self.assertEqual(caught.exception.name, "unreachable")
        self.assertEqual(caught.exception.hint, f"start it: sessiond --socket {self.daemon.socket_path}")
        for path in ("", "x" * 200, "a\0b"):
            with self.assertRaises(sessiond.InvalidSocketPathError):
                sessiond.Client(path)

    def test_the_socket_is_named_by_the_environment(self):
        done = subprocess.run(
            [sys.executable, "-c", "import sessiond; print(sessiond.Client().status().uuid)"], capture_output=True, text=True,
            env={**os.environ, "PYTHONPATH": os.path.dirname(os.path.dirname(sessiond.__file__)),
                 "SESSIOND_SOCKET": str(self.daemon.socket_path)})
        self.assertEqual((done.stdout, done.stderr), (self.daemon.call("session.getUUID")["uuid"] + "\n", ""))

    def test_threads_share_a_connection_over_restarts(self):
        stopping, failures, counts = threading.Event(), [], [0] * 8

        def ask(number):
            while not stopping.is_set():
                try:
                    self.app.retrieve_token()
                    counts[number] += 1
                except Exception as error:
                    failures.append(error)
                    return

        threads = [threading.Thread(target=ask, args=(number,)) for number in range(len(counts))]
        for thread in threads:
            thread.start()
        for kill in (True, False):
            before = list(counts)
            while not failures and any(now <= then for now, then in zip(counts, before)):
                time.sleep(0)
            self.daemon.restart(kill=kill)
        stopping.set()
        for thread in threads:
            thread.join()
        self.assertEqual(failures, [])

    def test_a_following_ends_while_it_waits(self):
        changes = self.app.changes()
        next(changes)
        ended = []
        thread = threading.Thread(target=lambda: ended.extend(changes))
        thread.start()
        while self.app._connection.reader is None:
            time.sleep(0)
        self.app.status()
        changes.close()
        thread.join()
        self.assertEqual(ended, [])
        self.assertTrue(changes.is_over)
        self.assertEqual(self.app.changes().next(timeout=60).cause, "snapshot")

    def test_waiting_for_a_change_has_an_end(self):
        changes = self.app.changes()
        self.assertEqual(changes.next(timeout=60).cause, "snapshot")
        self.assertIsNone(changes.next(timeout=0.01))
        self.assertFalse(changes.is_over)
        self.app.close()
        self.assertIsNone(changes.next(timeout=60))
        self.assertTrue(changes.is_over)

    def test_a_call_that_is_interrupted_by_the_keyboard_leaves_the_client_usable(self):
        self.daemon.process.send_signal(signal.SIGSTOP)
        main, interrupted = threading.main_thread().ident, threading.Event()

        def raise_once(*_):
            if not interrupted.is_set():
                interrupted.set()
                raise KeyboardInterrupt

        def interrupt():
            while self.app._connection is None or self.app._connection.reader is None:
                time.sleep(0)
            # Again and again: what comes just before a call of the kernel does not end it.
            while not interrupted.wait(0.01):
                signal.pthread_kill(main, signal.SIGINT)

        self.addCleanup(signal.signal, signal.SIGINT, signal.signal(signal.SIGINT, raise_once))
        thread = threading.Thread(target=interrupt)
        thread.start()
        with self.assertRaises(KeyboardInterrupt):
            self.app.status()
        thread.join()
        self.daemon.process.send_signal(signal.SIGCONT)
        self.assertEqual(self.app.retrieve_token().uuid, self.app.get_uuid())

    def test_the_child_of_a_fork_has_a_connection_of_its_own(self):
        changes = self.app.changes()
        next(changes)
        child = os.fork()
        if child == 0:
            try:
                os._exit(0 if self.app.status().state == "none" and next(changes).cause == "snapshot" else 1)
            finally:
                os._exit(2)
        self.assertEqual(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), 0)
        # Its own goes on.
        self.app.set_identity(custom_email="x@y.z")
        self.assertEqual(next(changes).cause, "identityChanged")

    def test_what_is_let_go_of_is_closed(self):
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            client = sessiond.Client(self.daemon.socket_path)
            changes = client.changes()
            next(changes)
            hub, connection = client._hub, client._connection
            self.assertEqual(len(hub.followers), 1)
            del changes
            client.set_identity(custom_email="x@y.z")
            while hub.followers:
                client.status()
            del client, hub
            gc.collect()
            self.assertTrue(connection.is_ended)


class AsyncClient(DaemonTestCase):
    accounts = {ANNA: hashed(PASSWORD, 1000)}

    def test_calls_and_changes_go_together(self):
        asyncio.run(self.together())

    async def together(self):
        async with sessiond.AsyncClient(self.daemon.socket_path) as app:
            changes = app.changes()
            self.assertEqual((await changes.__anext__()).cause, "snapshot")
            answers = await asyncio.gather(*(app.retrieve_token() for _ in range(50)))
            self.assertEqual(len({answer.token for answer in answers}), 1)
            following = asyncio.create_task(self.until(changes, "signedIn"))
            status = await app.sign_in(email=ANNA, password=sessiond.Secret(PASSWORD))
            self.assertEqual((await following).status.uuid, status.uuid)
            with self.assertRaises(sessiond.AlreadySignedInError):
                await app.sign_in(email=ANNA, password=PASSWORD)
            hanging = asyncio.create_task(self.until(changes, "never"))
            call = asyncio.create_task(app.status())
            await asyncio.sleep(0)
            call.cancel()
            hanging.cancel()
            for task in (call, hanging):
                with self.assertRaises(asyncio.CancelledError):
                    await task
            self.assertEqual((await app.status()).login, ANNA)
            self.daemon.restart(kill=True)
            self.assertEqual((await app.status()).login, ANNA)
        with self.assertRaises(sessiond.ClosedError):
            await app.status()

    @staticmethod
    async def until(changes, cause):
        async for change in changes:
            if change.cause == cause:
                return change

    def test_a_client_outlives_its_event_loop(self):
        app = sessiond.AsyncClient(self.daemon.socket_path)
        first = asyncio.run(app.get_uuid())
        self.assertEqual(asyncio.run(app.get_uuid()), first)
        app.close()


if __name__ == "__main__":
    unittest.main()
