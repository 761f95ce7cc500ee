# SPDX-License-Identifier: Apache-2.0
"""Users and groups by name: of any size, of a directory that is late, down or hangs, and of nobody."""

import json
import os
import pathlib
import signal
import socket
import subprocess
import tempfile
import unittest

import directory
from conditions import (
    APP_USER, ETC, OTHER_GROUP, OTHER_USER, SESSION_GROUP, ConditionedTestCase, client_as, mounted,
    own_mounts, passed_out, running_as,
)
from harness import BINARIES, ENVIRONMENT, PATIENCE_SECONDS, Client, hashed

LOGIN, PASSWORD = "ann@example.com", "ann's"
ACCOUNTS = {LOGIN: hashed(PASSWORD, 1000)}
CROWD_GROUP, CROWD = 61_210, [f"employee{number:06d}" for number in range(20_000)]
# NGROUPS_MAX of limits.h.
MOST_GROUPS = 65_536
REMOTE = "remote-tills"
RULE = f"token.read,identity.read group:{REMOTE}"
# What is written once when a name cannot be looked up, and once when it can.
UNAVAILABLE, FOUND = "could not be asked", "could be asked again"
LATE = "there was no answer within 5 s"

# Connects as a user in very many groups, more than fit into an argument, and passes the connection out.
CONNECT_IN_GROUPS = """
import os, socket, sys
first, count, gid, uid, path = *map(int, sys.argv[1:5]), sys.argv[5]
os.setgroups(range(first, first + count))
os.setgid(gid)
os.setuid(uid)
with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as made, socket.socket(fileno=0) as back:
    made.connect(path)
    socket.send_fds(back, [b"."], [made.fileno()])
"""

folder = None


def setUpModule():
    """Gives this process an /etc/group that tests may change, and a directory behind it."""
    global folder
    own_mounts()
    folder = pathlib.Path(unittest.enterModuleContext(tempfile.TemporaryDirectory()))
    folder.chmod(0o755)
    (folder / "answers").mkdir()
    directory.build(folder, folder / "answers")
    (folder / "nsswitch.conf").write_text(directory.NSSWITCH)
    (folder / "group").write_text((ETC / "group").read_text())
    for name in ("group", "nsswitch.conf"):
        (folder / name).chmod(0o644)
        unittest.enterModuleContext(mounted("--bind", folder / name, ETC / name))


class NamesTestCase(ConditionedTestCase):
    def setUp(self):
        text = (ETC / "group").read_text()
        self.addCleanup((ETC / "group").write_text, text)
        # One folder is compiled into the module: each test has a file system of its own there.
        self.enterContext(mounted("-t", "tmpfs", "-o", "mode=0755", "tmpfs", folder / "answers"))
        self.directory = directory.Directory(folder / "answers")
        self.environment = {"LD_LIBRARY_PATH": str(folder)}

    def groups(self, *lines):
        """Adds lines to the group file."""
        with open(ETC / "group", "a") as file:
            file.write("".join(f"{line}\n" for line in lines))

    def made(self, *rules, arguments=()):
        """A daemon with these rules alone, which asks the directory; not started."""
        daemon = self.make_daemon({}, ACCOUNTS, arguments=arguments)
        daemon.environment = self.environment
        self.rule(daemon, *rules)
        return daemon

    def rule(self, daemon, *rules):
        lines = "".join(f"Allow={rule}\n" for rule in ("", *rules))
        daemon.config_path.write_text(f"[Local]\nAccountsFile={daemon.accounts_path}\n[Access]\n{lines}")

    def started(self, *rules, **options):
        """The same, started, with a socket that lets everybody in."""
        daemon = self.made(*rules, **options).start()
        daemon.folder.chmod(0o711)
        daemon.socket_path.chmod(0o666)
        return daemon

    def connect(self, daemon, uid=APP_USER, groups=()):
        return self.close_later(client_as(daemon.socket_path, uid, uid, groups))

    def capabilities(self, daemon, uid=APP_USER, groups=()):
        return self.connect(daemon, uid, groups).call("daemon.hello", protocol=[1])["capabilities"]

    def problems(self, daemon):
        return daemon.call("daemon.health")["problems"]

    def assert_problem(self, daemon, *texts):
        """Fails unless the daemon names one problem, with these texts, and works."""
        health = daemon.call("daemon.health")
        self.assertTrue(health["ready"])
        self.assertEqual([problem["name"] for problem in health["problems"]], ["nameUnavailable"])
        for text in texts:
            self.assertIn(text, health["problems"][0]["hint"])

    def sessionctl(self, *arguments):
        return subprocess.run(
            [BINARIES / "sessionctl", *map(str, arguments)], stdin=subprocess.DEVNULL, capture_output=True, text=True,
            timeout=PATIENCE_SECONDS, cwd="/", env={**ENVIRONMENT, **self.environment})

    def explain(self, daemon, *arguments):
        return self.sessionctl(
            "--socket", daemon.socket_path, "access", "explain", "--config", daemon.config_path, *arguments)


class LargeGroups(NamesTestCase):
    def test_a_group_of_twenty_thousand_is_as_good_as_any_wherever_it_stands(self):
        crowd, small = f"crowd:x:{CROWD_GROUP}:{','.join(CROWD)}", f"small:x:{OTHER_GROUP}:"
        for lines in [(crowd, small), (small, crowd)]:
            with self.subTest(lines[0].split(":")[0]):
                before = (ETC / "group").read_text()
                # In front of all others, so that each look-up has to pass it.
                (ETC / "group").write_text("".join(f"{line}\n" for line in lines) + before)
                daemon = self.started("identity.read group:small", "token.read group:crowd")
                self.assertEqual(self.capabilities(daemon, groups=[OTHER_GROUP]), ["identity.read"])
                self.assertEqual(self.capabilities(daemon, groups=[CROWD_GROUP]), ["token.read"])
                self.assertEqual(self.problems(daemon), [])
                for group, capability in [("small", "identity.read"), ("crowd", "token.read")]:
                    done = self.explain(daemon, "--group", group)
                    self.assertEqual((done.returncode, done.stderr), (0, ""))
                    self.assertRegex(done.stdout, rf"(?m)^{capability}: +yes, ")
                self.assertNotIn("no such name", daemon.stderr)
                daemon.stop()
                (ETC / "group").write_text(before)

    def test_a_socket_is_open_to_a_group_of_twenty_thousand(self):
        self.groups(f"crowd:x:{CROWD_GROUP}:{','.join(CROWD)}")
        daemon = self.made("identity.read any", arguments=["--socket-group", "crowd"]).start()
        status = daemon.socket_path.stat()
        self.assertEqual((status.st_gid, status.st_mode & 0o777), (CROWD_GROUP, 0o660))

    def test_a_caller_of_as_many_groups_as_the_kernel_allows(self):
        for count in (32_769, MOST_GROUPS):
            with self.subTest(count):
                last = 100_000 + count - 1
                daemon = self.started(f"token.read group:{last}")
                made = passed_out([], CONNECT_IN_GROUPS, 100_000, count, OTHER_USER, OTHER_USER, daemon.socket_path)
                client = self.close_later(Client.over(socket.socket(fileno=made)))
                self.assertEqual(client.call("session.retrieveToken")["origin"], "ANONYMOUS")
                daemon.stop()


class AtStart(NamesTestCase):
    def test_a_directory_that_hangs_keeps_nobody_else_waiting(self):
        self.directory.hang(REMOTE)
        self.groups(f"near:x:{OTHER_GROUP}:")
        daemon = self.started(RULE, "identity.read group:near", f"session.touch user:{OTHER_USER}")
        self.directory.await_asked(REMOTE)
        # Root, ids and names of the group file count from the first call on.
        daemon.call("session.retrieveToken")
        self.assertEqual(self.capabilities(daemon, groups=[OTHER_GROUP]), ["identity.read"])
        self.assertEqual(self.capabilities(daemon, OTHER_USER), ["session.touch"])
        client = self.connect(daemon, groups=[SESSION_GROUP])
        error = self.assert_refused("permissionDenied", client.call, "session.retrieveToken")
        self.assertIn(f"the group {REMOTE} may have it, and cannot be looked up now", error.data["hint"])
        line = daemon.output.wait_for(rf"^ERROR .*{UNAVAILABLE}.*$").group()
        self.assertIn(f"the group {REMOTE} ({daemon.config_path}:5) could not be asked: {LATE}; until it can, it gives "
                      "nobody anything", line)
        self.assert_problem(daemon, REMOTE, f"{daemon.config_path}:5", LATE, f"getent group {REMOTE}")
        self.directory.release(REMOTE, f"found {SESSION_GROUP}")
        line = daemon.output.wait_for(rf"^NOTICE .*{FOUND}.*$").group()
        self.assertIn(f"the group {REMOTE} ({daemon.config_path}:5) could be asked again: its id is {SESSION_GROUP}", line)
        # Who was connected before has it as well.
        self.assertEqual(client.call("session.retrieveToken")["origin"], "ANONYMOUS")
        self.assertEqual(self.problems(daemon), [])
        self.assertEqual((daemon.stderr.count(UNAVAILABLE), daemon.stderr.count(FOUND)), (1, 1))

    def test_a_directory_that_is_down_is_asked_again(self):
        # As nslcd(8) has it: no server, ENOENT.
        for error, text in [(2, "No such file or directory"), (11, "Resource temporarily unavailable"),
                            (5, "Input/output error")]:
            with self.subTest(text):
                self.directory.answer(REMOTE, f"error {error}")
                daemon = self.started(RULE)
                self.assertIn(text, daemon.output.wait_for(rf"^ERROR .*{UNAVAILABLE}.*$").group())
                self.assert_problem(daemon, text)
                self.assertEqual(self.capabilities(daemon, groups=[SESSION_GROUP]), [])
                self.directory.answer(REMOTE, f"found {SESSION_GROUP}")
                daemon.output.wait_for(rf"^NOTICE .*{FOUND}.*$")
                self.assertEqual(self.capabilities(daemon, groups=[SESSION_GROUP]), ["identity.read", "token.read"])
                daemon.stop()

    def test_a_stop_does_not_wait_for_a_look_up(self):
        self.directory.hang(REMOTE)
        daemon = self.started(RULE)
        self.directory.await_asked(REMOTE)
        self.assertEqual(daemon.stop(), 0)

    def test_a_name_that_nobody_has_is_said_with_its_line_and_counts_when_somebody_has_it(self):
        daemon = self.started(RULE)
        line = daemon.output.wait_for(rf"^WARNING .*{REMOTE}.*$").group()
        self.assertIn(f"there is no such name as the group {REMOTE} ({daemon.config_path}:5)", line)
        self.assertIn("sessionctl reload", line)
        self.assertEqual(self.problems(daemon), [])
        self.groups(f"{REMOTE}:x:{SESSION_GROUP}:")
        daemon.output.wait_for(rf"^NOTICE .*{REMOTE}.* is there now: its id is {SESSION_GROUP}$")
        self.assertEqual(self.capabilities(daemon, groups=[SESSION_GROUP]), ["identity.read", "token.read"])


class AtReload(NamesTestCase):
    def known(self):
        """A daemon that knows the name, and an app that watches by its rule."""
        self.directory.answer(REMOTE, f"found {SESSION_GROUP}")
        daemon = self.started(RULE)
        watcher = self.connect(daemon, groups=[SESSION_GROUP])
        watcher.call("session.watch")
        return daemon, watcher

    def until(self, watcher, kind):
        """Reads events up to one of a kind; none that ends the watch may come before."""
        while (found := watcher.read()["params"]["kind"]) != kind:
            self.assertNotIn(found, ("revoked", "overflow"))

    def assert_watching(self, daemon, watcher):
        daemon.call("session.regenerateUUID")
        self.until(watcher, "uuidChanged")

    def test_a_rule_keeps_its_id_while_the_directory_hangs(self):
        daemon, watcher = self.known()
        self.directory.hang(REMOTE)
        answer = daemon.call("daemon.reload")
        (warning,) = answer.pop("warnings")
        self.assertIn(f"the group {REMOTE} ({daemon.config_path}:5) could not be asked: {LATE}", warning)
        self.assertEqual(answer, {
            "applied": [], "needsRestart": [], "endsSession": False, "restartEndsSession": False})
        self.assert_problem(daemon, REMOTE, LATE, f"until it can, it keeps the id {SESSION_GROUP}")
        self.assertIn("it keeps the id", daemon.output.wait_for(rf"^WARNING .*{UNAVAILABLE}.*$").group())
        self.assert_watching(daemon, watcher)
        self.assertEqual(self.capabilities(daemon, groups=[SESSION_GROUP]), ["identity.read", "token.read"])
        # The next ones find it hanging, and neither wait again nor ask a second time.
        for params in ({"dryRun": True}, {}):
            answer = daemon.call("daemon.reload", _deadlineSeconds=4, **params)
            self.assertEqual((answer["applied"], len(answer["warnings"])), ([], 1))
        self.directory.release(REMOTE, f"found {SESSION_GROUP}")
        daemon.output.wait_for(rf"^NOTICE .*{FOUND}.*$")
        self.assertEqual(self.problems(daemon), [])
        self.assert_watching(daemon, watcher)
        self.assertEqual(daemon.stderr.count(UNAVAILABLE), 1)

    def test_a_rule_keeps_its_id_while_the_directory_is_down(self):
        daemon, watcher = self.known()
        self.directory.answer(REMOTE, "error 111")
        for _ in range(3):
            self.assertEqual(daemon.call("daemon.reload")["applied"], [])
        self.assert_problem(daemon, "Connection refused", f"it keeps the id {SESSION_GROUP}")
        self.assert_watching(daemon, watcher)
        self.assertEqual(daemon.stderr.count(UNAVAILABLE), 1)

    def test_a_right_goes_away_with_the_name_and_with_the_line(self):
        for change in ("name", "line"):
            with self.subTest(change):
                daemon, watcher = self.known()
                if change == "name":
                    self.directory.answer(REMOTE, "absent")
                else:
                    self.rule(daemon)
                self.assertEqual(daemon.call("daemon.reload")["applied"], ["Access.Allow"])
                self.until(watcher, "revoked")
                watcher.read_end()
                daemon.stop()

    def test_an_id_that_changes_while_it_could_not_be_asked_is_judged_as_by_a_reload(self):
        daemon, watcher = self.known()
        self.directory.hang(REMOTE)
        daemon.call("daemon.reload")
        self.directory.release(REMOTE, f"found {OTHER_GROUP}")
        self.until(watcher, "revoked")
        watcher.read_end()
        self.assertEqual(self.capabilities(daemon, groups=[OTHER_GROUP]), ["identity.read", "token.read"])

    def test_calls_are_answered_while_a_reload_waits(self):
        daemon, watcher = self.known()
        self.directory.hang(REMOTE)
        client = daemon.client()
        client.send(client.request("daemon.reload"))
        self.directory.await_asked(REMOTE)
        self.assert_watching(daemon, watcher)
        self.assertEqual(client.read_response()["result"]["applied"], [])

    def test_a_signal_is_a_reload_like_any(self):
        daemon, watcher = self.known()
        self.directory.hang(REMOTE)
        daemon.process.send_signal(signal.SIGHUP)
        daemon.output.wait_for(r"^NOTICE configuration reloaded by SIGHUP")
        self.assert_problem(daemon, LATE)
        self.assert_watching(daemon, watcher)

    def test_a_dry_run_says_what_would_be_and_changes_nothing(self):
        daemon, watcher = self.known()
        self.directory.answer(REMOTE, f"found {OTHER_GROUP}")
        self.assertEqual(daemon.call("daemon.reload", dryRun=True)["applied"], ["Access.Allow"])
        self.directory.answer(REMOTE, "error 5")
        self.assertEqual(daemon.call("daemon.reload", dryRun=True)["applied"], [])
        self.assertEqual(self.problems(daemon), [])
        self.assert_watching(daemon, watcher)

    def test_many_names_that_hang_keep_no_other_waiting(self):
        daemon, watcher = self.known()
        for number in range(20):
            self.directory.hang(f"far{number}")
        self.groups(f"near:x:{OTHER_GROUP}:")
        self.rule(daemon, RULE, *(f"all group:far{number}" for number in range(20)), "session.touch group:near")
        self.assertEqual(daemon.call("daemon.reload")["applied"], ["Access.Allow"])
        self.assertEqual(self.capabilities(daemon, groups=[OTHER_GROUP]), ["session.touch"])
        self.assert_watching(daemon, watcher)
        daemon.output.wait_for("the same of 10 more names")
        self.assertEqual(daemon.stderr.count(UNAVAILABLE), 10)


class SocketGroup(NamesTestCase):
    def test_a_group_that_cannot_be_asked_is_let_in_when_it_can(self):
        for text in ("error 5", None):
            with self.subTest(text):
                self.directory.answer(REMOTE, text) if text else self.directory.hang(REMOTE)
                daemon = self.made("identity.read any", arguments=["--socket-group", REMOTE]).start()
                self.assertEqual(daemon.socket_path.stat().st_mode & 0o777, 0o600)
                daemon.call("session.getUUID")
                line = daemon.output.wait_for(rf"^ERROR .*{UNAVAILABLE}.*$").group()
                self.assertIn(f"the group {REMOTE} (--socket-group) could not be asked", line)
                self.assertIn("tried again", line)
                self.assert_problem(daemon, "--socket-group")
                found = f"found {SESSION_GROUP}"
                self.directory.answer(REMOTE, found) if text else self.directory.release(REMOTE, found)
                daemon.output.wait_for(rf"^NOTICE .*{FOUND}.*$")
                status = daemon.socket_path.stat()
                self.assertEqual((status.st_gid, status.st_mode & 0o777), (SESSION_GROUP, 0o660))
                daemon.folder.chmod(0o711)
                self.assertEqual(self.capabilities(daemon, groups=[SESSION_GROUP]), ["identity.read"])
                daemon.stop()


class Sessionctl(NamesTestCase):
    def test_access_explain_says_what_could_not_be_asked(self):
        for text, reason in [("error 5", "Input/output error"), (None, LATE)]:
            with self.subTest(reason):
                self.directory.answer(REMOTE, text) if text else self.directory.hang(REMOTE)
                daemon = self.made(RULE, "identity.read any")
                done = self.explain(daemon)
                self.assertEqual(done.returncode, 0, done.stderr)
                warning = f"{daemon.config_path}:5: the group {REMOTE} could not be asked: {reason}; "
                self.assertIn(warning, done.stderr)
                self.assertIn("tried again", done.stderr)
                done = self.explain(daemon, "--user", str(OTHER_USER))
                self.assertRegex(done.stdout, rf"(?m)^identity.read: +yes, by {daemon.config_path}:6: ")
                self.assertRegex(done.stdout, r"(?m)^token.read: +not known: a name could not be asked")
                done = self.explain(daemon, "--group", REMOTE)
                self.assertEqual((done.returncode, done.stdout), (75, ""))
                self.assertIn(f"error: the group {REMOTE} could not be asked: {reason}\nhint: try again; ", done.stderr)
                self.assertNotIn("there is no", done.stderr)

    def test_doctor_names_what_it_or_the_daemon_could_not_ask(self):
        self.directory.hang(REMOTE)
        # With one who is not in that group, which has no members: that would be a finding of its own.
        daemon = self.started(RULE, f"identity.read user:{OTHER_USER}")
        self.directory.await_asked(REMOTE)
        daemon.output.wait_for(UNAVAILABLE)
        check = self.doctor(daemon)
        self.assertEqual(check["result"], "problem", check)
        self.assertIn(f"the group {REMOTE} ({daemon.config_path}:5) could not be asked: {LATE}", check["found"])
        self.assertIn("sessiond says: ", check["found"])
        self.assertIn(f"getent group {REMOTE}", check["hint"])
        self.directory.release(REMOTE, f"found {SESSION_GROUP}")
        daemon.output.wait_for(FOUND)
        check = self.doctor(daemon)
        self.assertEqual(check["result"], "ok", check)
        self.directory.answer(REMOTE, "absent")
        check = self.doctor(daemon)
        self.assertEqual(check["result"], "warning")
        self.assertIn(f"{daemon.config_path}:5 gives nobody anything", check["found"])

    def doctor(self, daemon):
        done = self.sessionctl("--socket", daemon.socket_path, "doctor", "--json")
        return next(check for check in json.loads(done.stdout)["checks"] if check["name"] == "accessNames")

    def test_a_socket_that_is_closed_is_explained_though_nobody_knows_whose_it_is(self):
        daemon = self.made("identity.read any").start()
        daemon.folder.chmod(0o711)
        os.chown(daemon.socket_path, 0, OTHER_GROUP)
        daemon.socket_path.chmod(0o660)
        self.directory.hang(f"id-{OTHER_GROUP}")
        self.directory.hang(f"id-{OTHER_USER}")
        done = subprocess.run(
            [*running_as(OTHER_USER), "env", f"LD_LIBRARY_PATH={folder}", BINARIES / "sessionctl", "--socket",
             daemon.socket_path, "status"],
            capture_output=True, text=True, timeout=PATIENCE_SECONDS, cwd="/")
        self.assertEqual(done.returncode, 77, done.stderr)
        self.assertIn(f"only members of the group {OTHER_GROUP} may use sessiond's socket", done.stderr)


if __name__ == "__main__":
    unittest.main()
