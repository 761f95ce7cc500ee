# SPDX-License-Identifier: Apache-2.0
"""Whose rights a connection has: those of the process that made it, as it was then, whatever becomes of both."""

import socket
import subprocess
import sys
import unittest

from conditions import (
    APP_USER, OTHER_GROUP, OTHER_USER, SESSION_GROUP, ConditionedTestCase, client_as, name_accounts,
    running_as,
)
from harness import PATIENCE_SECONDS, check_response, parse

ALLOWED, DENIED = "allowed", "permissionDenied"
REQUEST = '{"jsonrpc":"2.0","id":1,"method":"session.retrieveToken"}'
# What the scripts below begin with.
ASKING = f"""
import os, socket, sys
def ask(connection):
    connection.sendall(b'{REQUEST}\\n')
    print(connection.makefile("rb").readline().decode(), end="", flush=True)
"""
# A process that connects, becomes somebody else, asks, and asks again over a connection that it makes then. Root in
# it stays what it may go back to; who it is for others is the effective user.
CHANGE = ASKING + """
def become(who):
    uid, gid, groups = who
    os.seteuid(0)
    os.setgroups(groups)
    os.setegid(gid)
    os.seteuid(uid)
def connect():
    made = socket.socket(socket.AF_UNIX)
    made.connect(sys.argv[1])
    return made
before, after = map(eval, sys.argv[2:])
become(before)
made = connect()
print("connected", flush=True)
sys.stdin.readline()
become(after)
ask(made)
ask(connect())
"""
# A process that is sent a connection over its standard input, and asks over it.
TAKE = ASKING + """
with socket.socket(fileno=0) as back:
    _, descriptors, _, _ = socket.recv_fds(back, 1, 1)
taken = socket.socket(fileno=descriptors[0])
# Whoever made it does not wait, and that goes with the descriptor.
taken.setblocking(True)
ask(taken)
"""
# Who is allowed because of a group, of their user, or not at all; each as (user, group, further groups).
MEMBER, BY_GROUP = (OTHER_USER, OTHER_USER, (SESSION_GROUP,)), (OTHER_USER, SESSION_GROUP, ())
ALONE, IN_ANOTHER = (OTHER_USER, OTHER_USER, ()), (OTHER_USER, OTHER_USER, (OTHER_GROUP,))
APP = (APP_USER, APP_USER, ())


def setUpModule():
    name_accounts()


def outcome(line):
    response = check_response(parse(line.encode()))
    return response["error"]["data"]["name"] if "error" in response else ALLOWED


class CredentialsTestCase(ConditionedTestCase):
    def make(self, **options):
        """A daemon whose rules are the default ones and one for a user; its socket lets everybody in."""
        daemon = self.make_daemon({"Access": {"Allow": f"token.read user:{APP_USER}"}}, **options)
        daemon.folder.chmod(0o711)
        return daemon

    def start(self):
        daemon = self.make().start()
        daemon.socket_path.chmod(0o666)
        return daemon

    def run_as(self, who, script, *arguments, **streams):
        """Starts a script of Python as somebody; nothing of the test's is left in it."""
        process = subprocess.Popen(
            [*running_as(*who), sys.executable, "-S", "-E", "-c", script, *map(str, arguments)],
            stdout=subprocess.PIPE, text=True, cwd="/", **streams)
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.wait, PATIENCE_SECONDS)
        self.addCleanup(process.kill)
        return process


class Changed(CredentialsTestCase):
    # Before it connects, afterwards, and what it gets by the connection of before and by a new one.
    TABLE = [
        (MEMBER, ALONE, [ALLOWED, DENIED]), (MEMBER, IN_ANOTHER, [ALLOWED, DENIED]),
        (BY_GROUP, ALONE, [ALLOWED, DENIED]),
        (ALONE, MEMBER, [DENIED, ALLOWED]), (IN_ANOTHER, MEMBER, [DENIED, ALLOWED]),
        (ALONE, BY_GROUP, [DENIED, ALLOWED]),
        (APP, ALONE, [ALLOWED, DENIED]), (ALONE, APP, [DENIED, ALLOWED]),
        ((0, 0, ()), ALONE, [ALLOWED, DENIED]), (ALONE, (0, 0, ()), [DENIED, ALLOWED]),
    ]

    def connected(self, path, before, after):
        """A process that has connected as somebody, and waits to become somebody else."""
        process = self.run_as((0, 0, ()), CHANGE, path, before, after, stdin=subprocess.PIPE)
        self.addCleanup(process.stdin.close)
        self.assertEqual(process.stdout.readline(), "connected\n")
        return process

    def finish(self, process):
        """Lets it go on; what it got."""
        print(file=process.stdin, flush=True)
        return [outcome(process.stdout.readline()) for _ in range(2)]

    def test_a_process_that_drops_or_gains_groups_keeps_what_it_had(self):
        daemon = self.start()
        for before, after, wanted in self.TABLE:
            with self.subTest(before=before, after=after):
                self.assertEqual(self.finish(self.connected(daemon.socket_path, before, after)), wanted)

    def test_a_reload_asks_for_the_rules_and_not_for_the_groups(self):
        daemon = self.start()
        for before, after, wanted in [(MEMBER, ALONE, [ALLOWED, DENIED]), (ALONE, MEMBER, [DENIED, ALLOWED])]:
            process = self.connected(daemon.socket_path, before, after)
            daemon.call("daemon.reload")
            self.assertEqual(self.finish(process), wanted)

    def test_what_counts_is_when_it_connected_and_not_when_it_was_accepted(self):
        daemon = self.make(own_socket=False)
        daemon.socket_path = daemon.folder / "listening"
        listener = self.close_later(socket.socket(socket.AF_UNIX))
        listener.bind(str(daemon.socket_path))
        daemon.socket_path.chmod(0o666)
        listener.listen()
        for before, after, wanted in [(MEMBER, ALONE, [ALLOWED, DENIED]), (ALONE, MEMBER, [DENIED, ALLOWED])]:
            process = self.connected(daemon.socket_path, before, after)
            print(file=process.stdin, flush=True)
            # It has become another, and asked, before anybody is there who accepts.
            daemon.passing([listener], ["client"]).start()
            self.assertEqual([outcome(process.stdout.readline()) for _ in range(2)], wanted)
            daemon.kill()


class PassedOn(CredentialsTestCase):
    def handed(self, daemon, maker, taker):
        """What somebody gets over a connection that somebody else has made and sent them."""
        made = client_as(daemon.socket_path, *maker)
        ours, theirs = socket.socketpair()
        with ours, theirs, made:
            process = self.run_as(taker, TAKE, stdin=theirs)
            socket.send_fds(ours, [b"."], [made.socket.fileno()])
            return outcome(process.stdout.readline())

    def test_a_descriptor_passed_on_is_judged_by_who_connected(self):
        daemon = self.start()
        for maker, taker, wanted in [
            (APP, ALONE, ALLOWED), (ALONE, APP, DENIED), (MEMBER, ALONE, ALLOWED), (ALONE, MEMBER, DENIED),
            (ALONE, (0, 0, ()), DENIED), ((0, 0, ()), ALONE, ALLOWED),
        ]:
            with self.subTest(maker=maker, taker=taker):
                self.assertEqual(self.handed(daemon, maker, taker), wanted)

    def test_the_journal_names_who_connected(self):
        daemon = self.start()
        line = daemon.log_after(
            lambda: self.assertEqual(self.handed(daemon, ALONE, APP), DENIED), r"denied to user \d+: .*")
        self.assertIn(f"PEER_UID={OTHER_USER}", line)
        self.assertNotIn(str(APP_USER), line)


if __name__ == "__main__":
    unittest.main()
