# SPDX-License-Identifier: Apache-2.0
"""How the daemon comes up and goes down: sockets, what the service manager is told, bad configurations."""

import grp
import os
import pathlib
import select
import signal
import socket
import subprocess
import tempfile
import threading
import unittest

from conditions import APP_USER, ConditionedTestCase, StoppedThread, client_as, require_root
from harness import BINARIES, ENVIRONMENT, PATIENCE_SECONDS, SLOW_ROUNDS, Client, ConnectionEnded, hashed, lasting, outcome

LOGIN, PASSWORD = "ann@example.com", "ann's"
SLOW = "slow@example.com"
# Longer than the daemon waits when it stops.
TOO_SLOW = "too-slow@example.com"
ACCOUNTS = {
    LOGIN: hashed(PASSWORD, 1000), SLOW: hashed("pw", SLOW_ROUNDS),
    TOO_SLOW: "$6$rounds=60000000$saltsalt$" + "." * 86,
}
# Everything is right about the text, but what it points to is not there.
SYNERISE = "[Authority]\nKind=synerise\n[Synerise]\nBaseURL=https://example.com\nAPIKeyFile=/nonexistent/key\n"
GRACE_SECONDS = 5.0
MODE = 0o7777


def listening(path, kind=socket.SOCK_STREAM):
    """A socket bound to a path, as systemd passes it."""
    made = socket.socket(socket.AF_UNIX, kind)
    made.bind(str(path))
    if kind == socket.SOCK_STREAM:
        made.listen(128)
    return made


class Activated(ConditionedTestCase):
    """By systemd-socket-activate(1): nothing runs before the first connection."""

    def activate(self, *names, sections=None):
        daemon = self.make_daemon(sections or {}, ACCOUNTS, own_socket=False)
        paths = [daemon.folder / f"s{number}" for number in range(max(1, len(names)))]
        listen = [argument for path in paths for argument in ("--listen", str(path))]
        fdname = ["--fdname", ":".join(names)] if names else []
        daemon.wrapper = [
            "systemd-socket-activate", *listen, *fdname, "--setenv", f"NOTIFY_SOCKET={daemon.folder / 'n'}",
            # It hands on nothing else.
            *(["--setenv", "SESSIOND_MUTANT"] if "SESSIOND_MUTANT" in ENVIRONMENT else [])]
        daemon.launch()
        for path in paths:
            daemon.output.wait_for(f"Listening on {path} ")
        return daemon, paths

    def test_from_nothing_to_the_first_answer(self):
        daemon, (path,) = self.activate()
        self.assertEqual(os.listdir(daemon.state_path), [])
        with Client(path) as client:
            uuid = client.call("session.getUUID")["uuid"]
            self.assertEqual(client.call("session.retrieveToken")["uuid"], uuid)
        daemon.wait_until_ready()
        with Client(path) as client:
            self.assertEqual(client.call("session.getUUID")["uuid"], uuid)
        self.assertEqual(daemon.stop(), 0)
        # The socket is not its own.
        self.assertTrue(path.exists())
        self.assertNotIn("WARNING", daemon.stderr)

    def test_the_observer_gets_the_status_and_no_token(self):
        daemon, (path, observed) = self.activate("client", "observer")
        with Client(path) as client, Client(observed) as observer:
            token = client.call("session.retrieveToken")
            status = observer.call("session.status")
            self.assertEqual(lasting(status), lasting(client.call("session.status")))
            self.assertNotIn(token["token"], str(status))
            self.assertEqual(observer.call("session.getUUID")["uuid"], token["uuid"])
            for method, params, capability in [
                ("session.retrieveToken", {}, "token.read"), ("session.refreshToken", {}, "token.read"),
                ("session.retrieveToken", {"minimumValiditySeconds": 1}, "token.read"),
                ("session.destroy", {}, "session.write"), ("session.signOut", {}, "session.write"),
                ("session.setIdentity", {"customEmail": "x"}, "session.write"), ("session.touch", {}, "session.touch"),
            ]:
                error = self.assert_refused("permissionDenied", observer.call, method, **params)
                self.assertEqual((error.code, error.data["capability"]), (-32001, capability))
                self.assertIn(capability, error.message)
                # No rule would help here.
                self.assertIn("observers' socket", error.message)
                self.assertIn("connect to the one for apps", error.data["hint"])
            self.assertEqual(lasting(client.call("session.status")), lasting(status))
        with Client(observed) as observer:
            self.assertEqual(observer.call("daemon.hello", protocol=[1])["capabilities"], ["identity.read"])

    def test_pages_have_no_more_there_than_observers(self):
        till, menu = "https://till.example.com", "https://menu.example.com"
        rules = f"identity.read,token.read {till}\nAllowOrigin=token.read {menu}"
        _, (_, observed) = self.activate("client", "observer", sections={"Access": {"AllowOrigin": rules}})
        for origin, wanted in [(till, ["identity.read"]), (menu, [])]:
            with Client(observed) as observer:
                answer = observer.call("daemon.hello", protocol=[1], onBehalfOf={"origin": origin})
                self.assertEqual(answer["capabilities"], wanted)
                self.assert_refused("permissionDenied", observer.call, "session.retrieveToken")

    def test_all_other_names_are_clients(self):
        daemon, paths = self.activate("one", "two", "unknown")
        for path in paths:
            with Client(path) as client:
                self.assertEqual(client.call("session.retrieveToken")["origin"], "ANONYMOUS")


class Passed(ConditionedTestCase):
    def passing(self, *kinds):
        """A daemon that gets sockets of those kinds; it, and their paths."""
        daemon = self.make_daemon({}, ACCOUNTS)
        sockets = []
        for number, kind in enumerate(kinds):
            if kind == "tcp":
                made = socket.create_server(("127.0.0.1", 0))
            elif kind == "connected":
                made, other = socket.socketpair()
                self.close_later(other)
            elif kind == "pipe":
                reading, writing = os.pipe()
                os.close(writing)
                made = os.fdopen(reading, "rb", buffering=0)
            else:
                made = listening(daemon.folder / f"s{number}", kind)
            sockets.append(self.close_later(made))
        daemon.passing(sockets, [f"name-{number}" for number in range(len(kinds))])
        return daemon

    def test_what_is_no_socket_of_ours_is_closed_with_a_warning(self):
        foreign = [socket.SOCK_DGRAM, "tcp", "connected", "pipe"]
        daemon = self.passing(*foreign, socket.SOCK_STREAM)
        inodes = [os.readlink(f"/proc/self/fd/{number}") for number in daemon.descriptors]
        daemon.start()
        for number in range(len(foreign)):
            daemon.output.wait_for(rf"^WARNING descriptor {3 + number} \(name-{number}\) is no listening Unix stream")
        with Client(daemon.folder / f"s{len(foreign)}") as client:
            self.assertEqual(client.call("session.retrieveToken")["origin"], "ANONYMOUS")
        self.assertFalse(daemon.socket_path.exists())
        kept = [os.readlink(path) for path in os.scandir(f"/proc/{daemon.process.pid}/fd")]
        self.assertIn(inodes[-1], kept)
        for inode in inodes[:-1]:
            self.assertNotIn(inode, kept)
        self.assertEqual(daemon.stop(), 0)
        self.assertTrue((daemon.folder / f"s{len(foreign)}").exists())

    def test_with_foreign_ones_alone_it_makes_its_own(self):
        daemon = self.passing(socket.SOCK_DGRAM).start()
        daemon.output.wait_for("^WARNING descriptor 3 .*closed")
        self.assertEqual(daemon.call("session.retrieveToken")["origin"], "ANONYMOUS")
        self.assertEqual(daemon.stop(), 0)
        self.assertFalse(daemon.socket_path.exists())

    def test_connections_that_wait_at_the_start_are_answered(self):
        daemon = self.passing(socket.SOCK_STREAM)
        path = daemon.folder / "s0"
        clients = [self.close_later(Client(path)) for _ in range(100)]
        for client in clients:
            client.send(client.request("session.getUUID"))
        daemon.start()
        self.assertEqual(len({outcome(client.read_response())["uuid"] for client in clients}), 1)

    def test_nothing_of_it_reaches_the_environment_of_nobody(self):
        """Descriptors that are meant for another process are left alone (sd_listen_fds(3))."""
        daemon = self.passing(socket.SOCK_STREAM)
        daemon.wrapper = []
        daemon.environment = {"LISTEN_PID": str(os.getpid()), "LISTEN_FDS": "1"}
        daemon.start()
        self.assertEqual(daemon.call("session.retrieveToken")["origin"], "ANONYMOUS")


class OwnSocket(ConditionedTestCase):
    def mode(self, daemon):
        return daemon.socket_path.stat().st_mode & MODE

    def test_it_is_for_the_own_user_alone_from_the_start(self):
        daemon = self.make_daemon(own_socket=True)
        trace = daemon.folder / "trace"
        os.mkfifo(trace)
        reader = threading.Thread(target=lambda: lines.append(trace.read_text()), daemon=True)
        lines = []
        reader.start()
        daemon.wrapper = ["strace", "-D", "-f", "-o", str(trace), "-e", "trace=umask,bind,listen,/chmod,/chown"]
        daemon.start()
        self.assertEqual(self.mode(daemon), 0o600)
        self.assertEqual(daemon.call("session.retrieveToken")["origin"], "ANONYMOUS")
        self.assertEqual(daemon.stop(), 0)
        reader.join(PATIENCE_SECONDS)
        calls = [line.split(None, 1)[1] for line in lines[0].splitlines()]
        bound = next(number for number, call in enumerate(calls) if call.startswith("bind(") and "/s\"" in call)
        masks = [call for call in calls[:bound] if call.startswith("umask(")]
        self.assertTrue(masks[-1].startswith("umask(0177)"), calls)
        self.assertFalse([call for call in calls if "chmod" in call and "/s\"" in call], calls)

    def test_a_group_may_be_let_in(self):
        group = next(group for group in grp.getgrall() if group.gr_gid not in (0, os.getegid()))
        daemon = self.make_daemon(
            {"Access": {"Allow": "identity.read any"}}, arguments=["--socket-group", group.gr_name]).start()
        self.assertEqual(self.mode(daemon), 0o660)
        self.assertEqual(daemon.socket_path.stat().st_gid, group.gr_gid)
        daemon.folder.chmod(0o711)
        with client_as(daemon.socket_path, APP_USER, APP_USER, [group.gr_gid]) as client:
            self.assertEqual(client.call("session.getUUID"), daemon.call("session.getUUID"))
        with self.assertRaisesRegex(ConnectionError, "Permission denied"):
            client_as(daemon.socket_path, APP_USER, APP_USER)

    def test_a_folder_that_is_made_lets_the_group_in_whatever_the_umask(self):
        group = next(group for group in grp.getgrall() if group.gr_gid not in (0, os.getegid()))
        daemon = self.make_daemon(
            {"Access": {"Allow": "identity.read any"}}, arguments=["--socket-group", group.gr_name])
        daemon.socket_path = daemon.folder / "run" / "s"
        daemon.wrapper = ["sh", "-c", 'umask 077; exec "$@"', "sh"]
        daemon.start()
        self.assertEqual(daemon.socket_path.parent.stat().st_mode & MODE, 0o755)
        daemon.folder.chmod(0o711)
        with client_as(daemon.socket_path, APP_USER, APP_USER, [group.gr_gid]) as client:
            self.assertEqual(client.call("session.getUUID"), daemon.call("session.getUUID"))

    def test_an_unknown_group_is_refused(self):
        daemon = self.make_daemon(arguments=["--socket-group", "no-such-group"])
        status, output = daemon.launch().wait_for_end()
        self.assertEqual(status, 73, output)
        self.assertIn("no-such-group", output)
        self.assertFalse(daemon.socket_path.exists())

    def test_a_socket_that_was_left_behind_is_taken_over(self):
        daemon = self.make_daemon().start()
        uuid = daemon.call("session.getUUID")
        daemon.kill()
        self.assertTrue(daemon.socket_path.is_socket())
        daemon.start()
        self.assertEqual(daemon.call("session.getUUID"), uuid)

    def test_a_living_daemon_keeps_its_socket(self):
        daemon = self.make_daemon().start()
        client = daemon.client()
        uuid = client.call("session.getUUID")
        second = self.make_daemon()
        second.arguments = ["--socket", str(daemon.socket_path)]
        status, output = second.launch().wait_for_end()
        self.assertEqual(status, 75, output)
        self.assertIn(str(daemon.socket_path), output)
        self.assertIn("--socket", output)
        self.assertEqual(client.call("session.getUUID"), uuid)
        self.assertEqual(daemon.call("session.getUUID"), uuid)

    def test_a_living_daemon_that_is_busy_keeps_its_socket(self):
        daemon = self.make_daemon().start()
        daemon.process.send_signal(signal.SIGSTOP)
        second = self.make_daemon()
        second.arguments = ["--socket", str(daemon.socket_path)]
        status, output = second.launch().wait_for_end()
        self.assertEqual(status, 75, output)
        daemon.process.send_signal(signal.SIGCONT)
        self.assertIn("uuid", daemon.call("session.getUUID"))

    def test_a_socket_that_this_user_may_not_ask_is_kept(self):
        require_root()
        # A folder that many may write to, where somebody else's daemon listens.
        folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        folder.chmod(0o777)
        path = folder / "s"
        self.close_later(listening(path))
        path.chmod(0o600)
        file = path.stat().st_ino
        (folder / "state").mkdir()
        os.chown(folder / "state", APP_USER, APP_USER)
        run = subprocess.run(
            ["setpriv", f"--reuid={APP_USER}", f"--regid={APP_USER}", "--clear-groups", BINARIES / "sessiond",
             "--socket", path, "--state-directory", folder / "state", "--config", "/dev/null"],
            capture_output=True, text=True, timeout=PATIENCE_SECONDS)
        self.assertEqual(run.returncode, 73, run)
        self.assertRegex(run.stderr, rf"{path} is there, .*Permission denied: remove it if .*--socket")
        self.assertEqual(path.stat().st_ino, file)

    def test_what_is_no_socket_is_kept(self):
        daemon = self.make_daemon()
        daemon.socket_path.write_text("something else")
        status, output = daemon.launch().wait_for_end()
        self.assertEqual(status, 73, output)
        self.assertIn(f"{daemon.socket_path} is there and is not a socket", output)
        self.assertEqual(daemon.socket_path.read_text(), "something else")
        daemon.socket_path.unlink()
        (daemon.folder / "target").write_text("something else")
        daemon.socket_path.symlink_to(daemon.folder / "target")
        self.assertEqual(daemon.launch().wait_for_end()[0], 73)
        self.assertEqual((daemon.folder / "target").read_text(), "something else")
        self.assertTrue(daemon.socket_path.is_symlink())

    def test_a_missing_folder_is_made_and_a_path_that_is_too_long_is_named(self):
        daemon = self.make_daemon()
        daemon.socket_path = daemon.folder / "run" / "s"
        daemon.start()
        self.assertIn("uuid", daemon.call("session.getUUID"))
        daemon.stop()
        daemon.socket_path = daemon.folder / ("x" * 100) / "s"
        status, output = daemon.launch().wait_for_end()
        self.assertEqual(status, 73, output)
        self.assertIn("at most 107 bytes", output)


class Stopping(ConditionedTestCase):
    def start(self, **options):
        return self.make_daemon({}, ACCOUNTS, **options).start()

    def sign_in(self, client, login):
        """Sends a sign-in that takes its time; returns when it has begun."""
        client.send(client.request("session.signIn", {"email": login, "password": "pw"}))
        self.assert_refused("busy", client.call_again, "session.signIn", email=LOGIN, password=PASSWORD)

    def slow_client(self, daemon):
        client = daemon.client()

        def call_again(method, **params):
            with Client(daemon.socket_path) as other:
                return other.call(method, **params)

        client.call_again = call_again
        return client

    def end(self, daemon, number=signal.SIGTERM):
        """Stops the daemon; its status, and whether it kept its time."""
        end = os.pidfd_open(daemon.process.pid)
        try:
            daemon.process.send_signal(number)
            readable, _, _ = select.select([end], [], [], GRACE_SECONDS + 3)
            self.assertTrue(readable, "it does not end")
        finally:
            os.close(end)
        return daemon.wait_for_end()[0]

    def test_it_says_so_and_takes_its_socket_with_it(self):
        for number in (signal.SIGTERM, signal.SIGINT):
            daemon = self.start()
            client = daemon.client()
            client.call("session.getUUID")
            self.assertEqual(self.end(daemon, number), 0)
            daemon.notifications.wait_for("STOPPING=1")
            self.assertIn("NOTICE stopping", daemon.stderr)
            self.assertFalse(daemon.socket_path.exists())
            client.read_end()

    def test_an_idle_daemon_stops_at_once(self):
        daemon = self.start()
        end = os.pidfd_open(daemon.process.pid)
        clients = [daemon.client() for _ in range(20)]
        for client in clients:
            client.call("session.getUUID")
        daemon.process.send_signal(signal.SIGTERM)
        self.assertTrue(select.select([end], [], [], GRACE_SECONDS / 2)[0])
        os.close(end)
        self.assertEqual(daemon.wait_for_end()[0], 0)

    def test_a_sign_in_under_way_is_answered(self):
        daemon = self.start()
        before = daemon.call("session.status")
        client = self.slow_client(daemon)
        self.sign_in(client, SLOW)
        end = os.pidfd_open(daemon.process.pid)
        daemon.process.send_signal(signal.SIGTERM)
        self.assertTrue(select.select([end], [], [], GRACE_SECONDS + 3)[0])
        os.close(end)
        self.assertEqual(daemon.wait_for_end()[0], 0)
        response = client.read_response()
        daemon.start()
        after = daemon.call("session.status")
        if "result" in response:
            self.assertEqual(response["result"]["login"], SLOW)
            self.assertEqual((after["login"], after["generation"]), (SLOW, before["generation"] + 1))
        else:
            self.assertEqual(response["error"]["data"]["name"], "shuttingDown")
            self.assertEqual(after["generation"], before["generation"])

    def test_a_sign_in_that_takes_too_long_is_told(self):
        daemon = self.start()
        daemon.call("session.retrieveToken")
        before = daemon.call("session.status")
        client = self.slow_client(daemon)
        self.sign_in(client, TOO_SLOW)
        self.assertEqual(self.end(daemon), 0)
        error = self.assert_refused("shuttingDown", outcome, client.read_response())
        self.assertTrue(error.data["retryable"])
        client.read_end()
        self.assertFalse(daemon.socket_path.exists())
        daemon.start()
        self.assertEqual(lasting(daemon.call("session.status")), lasting(before))

    def test_what_comes_while_it_stops_is_refused_by_name(self):
        daemon = self.start()
        client = self.slow_client(daemon)
        self.sign_in(client, SLOW)
        daemon.process.send_signal(signal.SIGSTOP)
        late = [daemon.client() for _ in range(3)]
        client.send(client.request("session.getUUID"))
        daemon.process.send_signal(signal.SIGTERM)
        daemon.process.send_signal(signal.SIGCONT)
        self.assertEqual(daemon.wait_for_end()[0], 0)
        answers = {response["id"]: response for response in (client.read_response(), client.read_response())}
        # One may have taken too long, and the other had arrived before the signal: either answer is right.
        for answer in answers.values():
            self.assertTrue("result" in answer or answer["error"]["data"]["name"] == "shuttingDown", answer)
        for other in late:
            with self.assertRaises((ConnectionEnded, ConnectionResetError)):
                other.read_line()

    def test_a_folder_and_a_socket_are_free_when_it_has_ended(self):
        daemon = self.start()
        uuid = daemon.call("session.getUUID")
        for _ in range(5):
            self.assertEqual(daemon.stop(), 0)
            daemon.start()
        self.assertEqual(daemon.call("session.getUUID"), uuid)


class Notified(ConditionedTestCase):
    WATCHDOG_SECONDS = 0.2

    def test_the_texts(self):
        daemon = self.make_daemon({}, ACCOUNTS).start()
        client = daemon.client()
        generation = client.call("session.status")["generation"]
        client.call("session.retrieveToken")
        daemon.notifications.wait_for(f"STATUS=Session anonymous, generation {generation}")
        client.call("session.signIn", email=LOGIN, password=PASSWORD)
        daemon.notifications.wait_for(f"STATUS=Session signedIn, generation {generation + 1}")
        client.call("session.signOut")
        daemon.notifications.wait_for(f"STATUS=Session anonymous, generation {generation + 2}")
        uuid = client.call("session.destroy")["uuid"]
        daemon.notifications.wait_for(f"STATUS=Session none, generation {generation + 3}")
        self.assertEqual(daemon.stop(), 0)
        daemon.notifications.wait_for("STOPPING=1")
        told = str(daemon.notifications.received)
        self.assertEqual(told.count("READY=1"), 1)
        self.assertNotIn("WATCHDOG", told)
        for secret in (uuid, LOGIN, "ann"):
            self.assertNotIn(secret, told)

    def test_the_same_status_is_not_told_twice(self):
        daemon = self.make_daemon().start()
        client = daemon.client()
        client.call("session.retrieveToken")
        for number in range(20):
            client.call("session.setIdentity", customEmail=f"label {number}")
        daemon.stop()
        daemon.notifications.wait_for("STOPPING=1")
        statuses = daemon.notifications.statuses()
        self.assertEqual(len(statuses), len(set(statuses)), statuses)

    def start_watched(self, **environment):
        daemon = self.make_daemon()
        daemon.environment = {"WATCHDOG_USEC": str(int(self.WATCHDOG_SECONDS * 1e6)), **environment}
        return daemon.start()

    def assert_alive(self, daemon):
        daemon.notifications.drain()
        for _ in range(3):
            while (lines := daemon.notifications.next()) != ["WATCHDOG=1"]:
                self.assertIsNotNone(lines, "no WATCHDOG=1 came")

    def assert_silent(self, daemon):
        daemon.notifications.drain()
        # One may be under way.
        daemon.notifications.next(self.WATCHDOG_SECONDS)
        daemon.notifications.drain()
        self.assertIsNone(daemon.notifications.next(5 * self.WATCHDOG_SECONDS))

    def test_the_watchdog_hears_of_it_while_it_lives(self):
        daemon = self.start_watched()
        self.assert_alive(daemon)
        daemon.process.send_signal(signal.SIGSTOP)
        self.assert_silent(daemon)
        daemon.process.send_signal(signal.SIGCONT)
        self.assert_alive(daemon)

    def test_the_watchdog_hears_nothing_while_the_session_hangs(self):
        require_root()
        daemon = self.start_watched()
        client = daemon.client()
        uuid = client.call("session.getUUID")
        self.assert_alive(daemon)
        with StoppedThread(daemon.process.pid, "session"):
            self.assert_silent(daemon)
            # Reads are answered all the same.
            self.assertEqual(client.call("session.getUUID"), uuid)
            self.assertIn("state", client.call("session.status"))
        self.assert_alive(daemon)

    def test_the_watchdog_hears_nothing_while_the_loop_hangs(self):
        require_root()
        daemon = self.start_watched()
        self.assert_alive(daemon)
        with StoppedThread(daemon.process.pid, "sessiond"):
            self.assert_silent(daemon)
        self.assert_alive(daemon)

    def test_a_watchdog_of_another_process_is_none(self):
        daemon = self.start_watched(WATCHDOG_PID="1")
        self.assertIsNone(daemon.notifications.next(0) and None)
        daemon.call("session.retrieveToken")
        daemon.stop()
        daemon.notifications.wait_for("STOPPING=1")
        self.assertNotIn("WATCHDOG", str(daemon.notifications.received))

    def test_without_a_configuration_the_watchdog_hears_of_it_too(self):
        daemon = self.make_daemon({"Limits": {"Connections": "many"}})
        daemon.environment = {"WATCHDOG_USEC": "200000"}
        daemon.start()
        self.assert_alive(daemon)


class Unusable(ConditionedTestCase):
    METHODS = [
        ("session.getUUID", {}), ("session.status", {}), ("session.retrieveToken", {}), ("session.destroy", {}),
        ("session.destroy", {"discardUnreadable": True}), ("session.signOut", {}),
        ("session.signIn", {"email": LOGIN, "password": PASSWORD}), ("session.setIdentity", {"customEmail": "x"}),
        ("session.touch", {}), ("session.getUUIDForAuthentication", {}), ("session.watch", {}),
    ]

    def unusable(self, text="[Authority]\nKind=local\n[Limits]\nConnections=many\n"):
        daemon = self.make_daemon({}, ACCOUNTS)
        daemon.config_path.write_text(text)
        return daemon

    def test_it_runs_and_says_what_is_wrong(self):
        daemon = self.make_daemon({}, ACCOUNTS).start()
        # The state has its token then.
        daemon.call("session.retrieveToken")
        before = daemon.call("session.status")
        daemon.stop()
        files = [path.read_bytes() for path in sorted(daemon.state_path.iterdir())]
        daemon.configure({"Limits": {"Connections": "many"}})
        number = daemon.config_path.read_text().splitlines().index("Connections=many") + 1
        where = f"{daemon.config_path}:{number}: Connections="
        ready = daemon.launch().wait_until_ready()
        self.assertTrue(any(line.startswith("STATUS=") and where in line and "expected" in line for line in ready))
        self.assertIn(where, daemon.output.wait_for("^ERROR .*").group())
        client = daemon.client()
        for method, params in self.METHODS:
            error = self.assert_refused("notConfigured", client.call, method, **params)
            self.assertEqual(error.code, -32015)
            self.assertIn(where, error.message)
            self.assertIn("expected", error.message)
            self.assertFalse(error.data["retryable"])
        health = client.call("daemon.health")
        self.assertFalse(health["ready"])
        self.assertEqual([problem["name"] for problem in health["problems"]], ["notConfigured"])
        self.assertIn(where, health["problems"][0]["hint"])
        info = client.call("daemon.info")
        self.assertIn(where, info["configuration"]["problem"])
        self.assertNotIn("jwk", info)
        with Client(daemon.socket_path) as other:
            self.assertNotIn("generation", other.call("daemon.hello", protocol=[1]))
        self.assertEqual([path.read_bytes() for path in sorted(daemon.state_path.iterdir())], files)
        self.assertEqual(daemon.stop(), 0)
        daemon.configure({}, ACCOUNTS)
        daemon.start()
        self.assertEqual(lasting(daemon.call("session.status")), lasting(before))
        self.assertNotIn("problem", daemon.call("daemon.info")["configuration"])

    def test_what_else_cannot_be_used(self):
        for text, words in [
            (SYNERISE, "APIKeyFile=/nonexistent/key: No such file or directory"),
            ("[Authority]\nKind=synerise\n", ":2: Kind=: synerise needs BaseURL="),
            ("[Authority]\nKind=other\n", ":2: Kind="),
            ("[Access]\nAllow=everything any\n", ":2: Allow="),
            ("[Local]\nTokenLifetimeSec=soon\n", ":2: TokenLifetimeSec="),
            ("[Authority\n", ":1"),
        ]:
            with self.subTest(text=text):
                daemon = self.unusable(text)
                daemon.launch().wait_until_ready()
                self.assertIn(words, self.assert_refused("notConfigured", daemon.call, "session.status").message)
                self.assertIn(words, " ".join(daemon.notifications.statuses()))

    def test_a_missing_file(self):
        daemon = self.make_daemon()
        daemon.config_path.unlink()
        daemon.start()
        error = self.assert_refused("notConfigured", daemon.call, "session.status")
        self.assertIn(str(daemon.config_path), error.message)

    def test_only_root_is_told_about_the_daemon(self):
        require_root()
        daemon = self.unusable("[Access]\nAllow=all any\n[Limits]\nConnections=many\n").start()
        daemon.folder.chmod(0o711)
        daemon.socket_path.chmod(0o666)
        with client_as(daemon.socket_path, APP_USER, APP_USER) as client:
            for method, params in [("daemon.hello", {"protocol": [1]}), ("daemon.info", {}), ("daemon.health", {}),
                                   *self.METHODS]:
                error = self.assert_refused("notConfigured", client.call, method, **params)
                self.assertIn("Connections=", error.message)
        with client_as(daemon.socket_path, 0, 0) as client:
            self.assertFalse(client.call("daemon.health")["ready"])

    def test_behind_a_socket_without_a_manager_it_runs(self):
        daemon = self.unusable()
        daemon.passing([self.close_later(listening(daemon.folder / "s0"))], ["client"])
        daemon.notifies = False
        daemon.launch()
        with Client(daemon.folder / "s0") as client:
            self.assert_refused("notConfigured", client.call, "session.status")

    def test_by_hand_it_ends(self):
        daemon = self.unusable()
        daemon.notifies = False
        status, output = daemon.launch().wait_for_end()
        self.assertEqual(status, 78, output)
        self.assertIn(f"{daemon.config_path}:4: Connections=", output)
        self.assertFalse(daemon.socket_path.exists())
        self.assertEqual(os.listdir(daemon.state_path), [])

    def test_a_warning_stops_nobody(self):
        daemon = self.unusable("[Authority]\nKind=local\nKnid=local\n[Network]\nX=y\n").start()
        daemon.output.wait_for(rf"^WARNING {daemon.config_path}:3: .*Knid")
        self.assertEqual(daemon.call("session.retrieveToken")["origin"], "ANONYMOUS")


class Checking(ConditionedTestCase):
    def check(self, text):
        daemon = self.make_daemon()
        daemon.config_path.write_text(text)
        run = subprocess.run(
            [BINARIES / "sessiond", "--check-config", "--config", daemon.config_path], capture_output=True, text=True,
            timeout=PATIENCE_SECONDS)
        self.assertEqual(os.listdir(daemon.state_path), [])
        return daemon.config_path, run

    def test_usable(self):
        path, run = self.check("[Authority]\nKind=local\n")
        self.assertEqual((run.returncode, run.stderr), (0, ""))
        self.assertEqual(run.stdout, f"Read {path}\nConfiguration is usable\n")

    def test_unusable(self):
        path, run = self.check("[Limits]\nConnections=many\nInFlightPerConnection=x\nNothing=1\n")
        self.assertEqual((run.returncode, run.stdout), (78, ""))
        errors = run.stderr.splitlines()
        self.assertRegex(errors[0], rf"^error: {path}:2: Connections=: .*; expected ")
        self.assertRegex(errors[1], rf"^error: {path}:3: InFlightPerConnection=: .*; expected ")
        self.assertRegex(errors[2], rf"^warning: {path}:4: .*Nothing")

    def test_an_authority_without_its_key(self):
        _, run = self.check(SYNERISE)
        self.assertEqual(run.returncode, 78, run)
        self.assertEqual(run.stdout, "")
        self.assertIn("APIKeyFile=/nonexistent/key: No such file or directory", run.stderr)

    def test_version_and_flags(self):
        run = subprocess.run([BINARIES / "sessiond", "--version"], capture_output=True, text=True)
        self.assertEqual(run.returncode, 0)
        self.assertRegex(run.stdout, r"^sessiond \d+\.\d+\.\d+\n$")
        for arguments in (["--nonsense"], ["--log-level", "loud"], ["argument"], ["--socket"]):
            run = subprocess.run([BINARIES / "sessiond", *arguments], capture_output=True, text=True)
            self.assertEqual((run.returncode, run.stdout), (64, ""), arguments)
            self.assertTrue(run.stderr)
        loud, rekey = (
            subprocess.run([BINARIES / "sessiond", *arguments], capture_output=True, text=True).stderr.splitlines()
            for arguments in (["--log-level", "loud"], ["rekey", "--nonsense"]))
        self.assertTrue(loud[0].endswith(": trace, debug, info, notice, warning, error, critical"), loud)
        self.assertEqual((loud[1], rekey[1]), ("hint: see sessiond --help", "hint: see sessiond rekey --help"))


if __name__ == "__main__":
    unittest.main()
