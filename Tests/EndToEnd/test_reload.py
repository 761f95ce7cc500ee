# SPDX-License-Identifier: Apache-2.0
"""Another configuration while the daemon runs: what holds at once, what waits, and what cannot be used."""

import json
import pathlib
import signal
import subprocess
import tempfile
import unittest

from conditions import (
    ADMIN_USER, APP_USER, OTHER_GROUP, OTHER_USER, ConditionedTestCase, StoppedThread, Trace, client_as, mounted,
    own_mounts, system_calls,
)
from harness import PATIENCE_SECONDS, RPCError, hashed, lasting, outcome
from synerise import ANN, API_KEY, call_after_the_pause
from workspace import OTHER_KEY, WorkspaceTestCase, begin, sign_in, token_of, until_read

LOGIN, PASSWORD = "ann@example.com", "ann's"
ACCOUNTS = {LOGIN: hashed(PASSWORD, 1000)}
ETC_GROUP = pathlib.Path("/etc/group")


def setUpModule():
    """Gives this process an /etc/group of its own, which tests may change."""
    own_mounts()
    folder = pathlib.Path(unittest.enterModuleContext(tempfile.TemporaryDirectory()))
    (folder / "group").write_bytes(ETC_GROUP.read_bytes())
    (folder / "group").chmod(0o644)
    unittest.enterModuleContext(mounted("--bind", folder / "group", ETC_GROUP))


def reloaded(*names, restart=(), ends=False, restart_ends=False):
    """What a reload answers that puts those settings into force."""
    return {
        "applied": list(names), "needsRestart": list(restart), "endsSession": ends, "restartEndsSession": restart_ends,
    }


class ReloadTestCase(ConditionedTestCase):
    def started(self, text="", **options):
        """A running daemon with that configuration, whose socket lets everybody in."""
        daemon = self.make_daemon({}, ACCOUNTS, **options)
        self.write(daemon, text)
        daemon.start()
        daemon.folder.chmod(0o711)
        daemon.socket_path.chmod(0o666)
        return daemon

    def write(self, daemon, text):
        """Writes the configuration: the accounts, and that text."""
        daemon.config_path.write_text(f"[Local]\nAccountsFile={daemon.accounts_path}\n{text}")

    def reload(self, daemon, text=None, **params):
        """Reloads, with a new text where there is one; the answer."""
        if text is not None:
            self.write(daemon, text)
        return daemon.call("daemon.reload", **params)

    def connect(self, daemon, uid, gid=None, groups=()):
        return self.close_later(client_as(daemon.socket_path, uid, uid if gid is None else gid, groups))

    def assert_applied(self, answer, *names, **options):
        self.assertEqual(answer, reloaded(*names, **options))


class Applied(ReloadTestCase):
    def test_rights_of_those_who_are_connected_change_at_once(self):
        daemon = self.started("[Access]\nAllow=\nAllow=identity.read any\n")
        client = self.connect(daemon, OTHER_USER)
        self.assert_refused("permissionDenied", client.call, "session.retrieveToken")
        self.assert_applied(
            self.reload(daemon, f"[Access]\nAllow=\nAllow=token.read user:{OTHER_USER}\n"), "Access.Allow")
        self.assertIn("token", client.call("session.retrieveToken"))
        # What was granted before, and is not now, is gone as well; also on the way that plain reads take.
        for method in ("session.status", "session.getUUID"):
            self.assert_refused("permissionDenied", client.call, method)
        self.assert_applied(self.reload(daemon, "[Access]\nAllow=\n"), "Access.Allow")
        self.assert_refused("permissionDenied", client.call, "session.retrieveToken")
        self.assertEqual(self.connect(daemon, OTHER_USER).call("daemon.hello", protocol=[1])["capabilities"], [])

    def test_a_name_that_stands_for_another_group_now_counts(self):
        text = ETC_GROUP.read_text()
        self.addCleanup(ETC_GROUP.write_text, text)
        ETC_GROUP.write_text(f"{text}till-apps:x:{OTHER_GROUP + 1}:\n")
        daemon = self.started("[Access]\nAllow=\nAllow=token.read group:till-apps\n")
        client = self.connect(daemon, OTHER_USER, OTHER_USER, [OTHER_GROUP])
        self.assert_refused("permissionDenied", client.call, "session.retrieveToken")
        self.assert_applied(self.reload(daemon))
        ETC_GROUP.write_text(f"{text}till-apps:x:{OTHER_GROUP}:\n")
        self.assert_refused("permissionDenied", client.call, "session.retrieveToken")
        self.assert_applied(self.reload(daemon), "Access.Allow")
        self.assertIn("token", client.call("session.retrieveToken"))

    def test_limits(self):
        daemon = self.started("[Limits]\nConnectionsPerUser=1\n")
        first = self.connect(daemon, OTHER_USER)
        self.assert_refused("limitExceeded", lambda: outcome(self.connect(daemon, OTHER_USER).read()))
        self.assert_applied(
            self.reload(daemon, "[Limits]\nConnectionsPerUser=2\nIdleConnectionSec=1h\n"),
            "Limits.ConnectionsPerUser", "Limits.IdleConnectionSec")
        self.connect(daemon, OTHER_USER).call("daemon.health")
        # One that is idle for too long by the new limit goes, though it came before.
        self.assert_applied(
            self.reload(daemon, "[Limits]\nConnectionsPerUser=2\nIdleConnectionSec=1\n"), "Limits.IdleConnectionSec")
        first.read_end()

    def test_the_session_follows(self):
        daemon = self.started("[Session]\nIdentifierSalt=one\n")
        first = daemon.call("session.regenerateUUID", clientIdentifier="till")
        self.assert_applied(self.reload(daemon, "[Session]\nIdentifierSalt=two\n"), "Session.IdentifierSalt")
        self.assertEqual(daemon.call("session.getUUID")["uuid"], first["uuid"])
        second = daemon.call("session.regenerateUUID", clientIdentifier="till")
        self.assertNotEqual(first["uuid"], second["uuid"])
        self.reload(daemon, "[Session]\nIdentifierSalt=one\n")
        self.assertEqual(daemon.call("session.regenerateUUID", clientIdentifier="till")["uuid"], first["uuid"])

    def test_a_time_limit_counts_from_then_on(self):
        daemon = self.started()
        before = daemon.call("session.signIn", email=LOGIN, password=PASSWORD)
        text = "[Session]\nMaximumLifetimeSec=1h\n"
        self.assert_applied(self.reload(daemon, text), "Session.MaximumLifetimeSec")
        after = daemon.call("session.status")
        self.assertEqual(after.pop("sessionEndsBecause"), "maximumLifetime")
        self.assertIn(after["sessionEndsInSeconds"], range(3_540, 3_601))
        del after["sessionEndsAt"]
        self.assertEqual(lasting(after), lasting(before))

    def test_the_embedded_authority(self):
        daemon = self.make_daemon({}, ACCOUNTS)
        daemon.config_path.write_text("")
        daemon.start()
        daemon.call("session.retrieveToken")
        jwk = daemon.call("daemon.info")["jwk"]
        self.assert_refused("unsupported", daemon.call, "session.signIn", email=LOGIN, password=PASSWORD)
        answer = self.reload(daemon, "TokenLifetimeSec=100\n")
        self.assert_applied(answer, "Local.TokenLifetimeSec", "Local.AccountsFile")
        self.assertTrue(daemon.call("session.signIn", email=LOGIN, password=PASSWORD)["signedIn"])
        self.assertIn(daemon.call("session.retrieveToken")["expiresInSeconds"], range(90, 101))
        # The device's key is what it was.
        self.assertEqual(daemon.call("daemon.info")["jwk"], jwk)

    def test_what_waits_for_a_restart_is_named_until_then(self):
        daemon = self.started()
        text = ("[Authority]\nKind=synerise\n[Synerise]\nBaseURL=https://example.com\nAPIKey=secret-key\n"
                "[Store]\nOtherMachine=keep\n[Limits]\nLineSec=10\n")
        waiting = ["Authority.Kind", "Synerise.BaseURL", "Synerise.APIKey", "Store.OtherMachine"]
        before = daemon.call("session.signIn", email=LOGIN, password=PASSWORD)
        self.write(daemon, text)
        daemon.config_path.chmod(0o600)
        self.assert_applied(self.reload(daemon), "Limits.LineSec", restart=waiting, restart_ends=True)
        self.assert_applied(self.reload(daemon), restart=waiting, restart_ends=True)
        status = daemon.call("session.status")
        self.assertEqual((lasting(status), status["authority"]["kind"]), (lasting(before), "local"))
        daemon.stop()
        self.assertNotIn("secret-key", daemon.stderr)

    def test_a_dry_run_does_nothing(self):
        daemon = self.started("[Access]\nAllow=\n")
        client = self.connect(daemon, OTHER_USER)
        info = daemon.call("daemon.info")
        text = "[Access]\nAllow=all any\n[Limits]\nLineSec=10\n[Store]\nSeal=no\n"
        answer = self.reload(daemon, text, dryRun=True)
        self.assert_applied(answer, "Access.Allow", "Limits.LineSec", restart=["Store.Seal"])
        self.assert_refused("permissionDenied", client.call, "session.getUUID")
        self.assert_refused("notConfigured", self.reload, daemon, "[Limits]\nLineSec=never\n", dryRun=True)
        self.assertEqual(daemon.call("daemon.info"), info)
        self.assertEqual(daemon.call("daemon.health"), {"ready": True, "problems": []})
        self.assertNotIn("RELOADING=1", str(daemon.notifications.received))
        daemon.stop()
        self.assertNotIn("reloaded", daemon.stderr)


class Refused(ReloadTestCase):
    def test_what_was_in_force_stays_whole(self):
        daemon = self.started("[Access]\nAllow=\nAllow=identity.read any\n[Session]\nIdentifierSalt=one\n")
        client = self.connect(daemon, OTHER_USER)
        uuid = daemon.call("session.regenerateUUID", clientIdentifier="till")["uuid"]
        info = daemon.call("daemon.info")["configuration"]
        # Everything before and behind the two mistakes would be usable.
        text = ("[Access]\nAllow=\nAllow=all any\n[Limits]\nConnections=many\nLineSec=soon\n"
                "[Session]\nIdentifierSalt=two\n")
        error = self.assert_refused("notConfigured", self.reload, daemon, text)
        mistakes = [(7, "Connections=: \"many\""), (8, "LineSec=: \"soon\"")]
        for (line, words), problem in zip(mistakes, error.data["problems"], strict=True):
            self.assertTrue(problem.startswith(f"{daemon.config_path}:{line}: {words}"), problem)
        self.assertRegex(error.message, r":7: .*; expected a whole number from 1 to 65536, and 1 more$")
        self.assertIn("sessionctl reload", error.data["hint"])
        client.call("session.getUUID")
        self.assert_refused("permissionDenied", client.call, "session.retrieveToken")
        self.assertEqual(daemon.call("session.regenerateUUID", clientIdentifier="till")["uuid"], uuid)
        failed = daemon.call("daemon.info")["configuration"]
        self.assertIn(f"{daemon.config_path}:7:", failed.pop("problem"))
        self.assertEqual(failed, info)
        health = daemon.call("daemon.health")
        self.assertEqual((health["ready"], [item["name"] for item in health["problems"]]), (True, ["notConfigured"]))
        daemon.notifications.wait_for(lambda line: line.startswith("STATUS=") and "; not reloaded: " in line)
        # And then well.
        self.assert_applied(self.reload(daemon, "[Session]\nIdentifierSalt=one\n"), "Access.Allow")
        self.assertNotIn("problem", daemon.call("daemon.info")["configuration"])
        self.assertEqual(daemon.call("daemon.health"), {"ready": True, "problems": []})

    def test_a_file_that_is_gone_or_no_file_is_refused(self):
        daemon = self.started()
        before = daemon.call("session.status")
        daemon.config_path.unlink()
        error = self.assert_refused("notConfigured", daemon.call, "daemon.reload")
        self.assertIn(f"{daemon.config_path}: cannot be read: No such file", error.message)
        daemon.config_path.mkdir()
        error = self.assert_refused("notConfigured", daemon.call, "daemon.reload")
        self.assertIn(f"{daemon.config_path}: cannot be read: not a regular file", error.message)
        daemon.config_path.rmdir()
        self.assertEqual(lasting(daemon.call("session.status")), lasting(before))
        self.assert_applied(self.reload(daemon, ""))

    def test_it_is_for_administrators(self):
        daemon = self.started(f"[Access]\nAllow=admin user:{ADMIN_USER}\nAllow=session.write user:{APP_USER}\n")
        app = self.connect(daemon, APP_USER)
        for method, params in [("daemon.reload", {}), ("daemon.reload", {"dryRun": True}),
                               ("daemon.setLogLevel", {"level": "trace"})]:
            error = self.assert_refused("permissionDenied", app.call, method, **params)
            self.assertEqual(error.data["capability"], "admin")
        admin = self.connect(daemon, ADMIN_USER)
        self.assert_applied(admin.call("daemon.reload"))
        # Who takes the right from themselves has still been answered.
        self.write(daemon, "")
        self.assert_applied(admin.call("daemon.reload"), "Access.Allow")
        self.assert_refused("permissionDenied", admin.call, "daemon.reload")


class FirstUsable(ReloadTestCase):
    """A daemon that started with a configuration that it could not use."""

    def test_the_session_goes_on_from_where_it_was(self):
        daemon = self.started()
        before = daemon.call("session.signIn", email=LOGIN, password=PASSWORD)
        daemon.stop()
        self.write(daemon, "[Limits]\nLineSec=soon\n")
        daemon.start()
        client = daemon.client()
        self.assert_refused("notConfigured", client.call, "session.status")
        # Worse, before it is better: what is wrong now is what everybody is told.
        self.assert_refused("notConfigured", self.reload, daemon, "[Limits]\nConnections=many\n")
        error = self.assert_refused("notConfigured", client.call, "session.status")
        self.assertIn("Connections=", error.message)
        self.assertNotIn("LineSec", error.message)
        self.assertEqual(self.reload(daemon, "[Limits]\nLineSec=10\n", dryRun=True)["needsRestart"], [])
        self.assert_refused("notConfigured", client.call, "session.status")
        self.assert_applied(self.reload(daemon), "Local.AccountsFile", "Limits.LineSec")
        # The connection that was there is served as well.
        self.assertEqual(lasting(client.call("session.status")), lasting(before))
        self.assertTrue(daemon.call("daemon.health")["ready"])
        self.assertNotIn("problem", daemon.call("daemon.info")["configuration"])
        daemon.notifications.wait_for(lambda line: line.startswith("STATUS=Session signedIn"))
        self.assertTrue(daemon.call("session.signOut")["durable"])
        self.assertEqual(daemon.stop(), 0)
        daemon.start()
        self.assertFalse(daemon.call("session.status")["signedIn"])

    def test_a_folder_that_another_daemon_has_is_named(self):
        taken = self.started()
        daemon = self.make_daemon({"Limits": {"LineSec": "soon"}})
        daemon.state_path.rmdir()
        daemon.state_path.symlink_to(taken.state_path)
        daemon.start()
        error = self.assert_refused("storeLocked", self.reload, daemon, "")
        self.assertIn(str(taken.process.pid), error.message)
        self.assert_refused("storeLocked", daemon.call, "session.status")
        self.assertFalse(daemon.call("daemon.health")["ready"])
        taken.stop()
        self.reload(daemon)
        self.assertTrue(daemon.call("daemon.health")["ready"])


class Told(ReloadTestCase):
    def test_the_manager_hears_of_begin_and_end_before_the_caller_of_the_outcome(self):
        daemon = self.started()
        for text, answer in [("[Limits]\nLineSec=10\n", "applied"), ("[Limits]\nLineSec=soon\n", "notConfigured")]:
            self.write(daemon, text)
            trace = Trace(
                daemon.process.pid, "-s", "400", "-e", "trace=sendto,sendmsg", output=daemon.folder / "trace")
            try:
                daemon.call("daemon.reload")
            except RPCError as error:
                self.assertEqual(error.name, answer)
            sent = [call.arguments for call in system_calls(trace.detach())]
            begun, ended, answered = (
                next(place for place, text in enumerate(sent) if wanted in text)
                for wanted in ("RELOADING=1", "READY=1", answer))
            self.assertTrue(begun < ended < answered, sent)
            self.assertRegex(sent[begun], r"RELOADING=1\\nMONOTONIC_USEC=\d+\b")
            self.assertRegex(sent[ended], r"READY=1\\nSTATUS=Session ")

    def test_the_journal_names_who_asked_and_what_has_changed_and_no_value(self):
        daemon = self.started()
        client = self.connect(daemon, 0, OTHER_GROUP)
        self.write(daemon, "[Session]\nIdentifierSalt=secret-salt\n[Store]\nSeal=no\n")
        line = daemon.log_after(lambda: client.call("daemon.reload"), "^NOTICE configuration reloaded by user 0.*")
        for field in ("OUTCOME=ok", "PEER_UID=0", f"PEER_GID={OTHER_GROUP}", "SESSION_METHOD=daemon.reload",
                      "SETTINGS_APPLIED=Session.IdentifierSalt", "SETTINGS_PENDING=Store.Seal"):
            self.assertIn(field, line)
        self.assertRegex(line, r"PEER_PID=\d+")
        self.write(daemon, "[Limits]\nLineSec=soon\n")
        line = daemon.log_after(
            lambda: self.assert_refused("notConfigured", client.call, "daemon.reload"),
            "^ERROR configuration not reloaded.*")
        self.assertIn("OUTCOME=notConfigured", line)
        self.assertIn(f"{daemon.config_path}:4: LineSec=", line)
        daemon.stop()
        self.assertNotIn("secret-salt", daemon.stderr)

    def test_the_signal_is_a_reload(self):
        daemon = self.started("[Access]\nAllow=\n")
        client = self.connect(daemon, OTHER_USER)
        self.write(daemon, "[Access]\nAllow=identity.read any\n")
        line = daemon.log_after(
            lambda: daemon.process.send_signal(signal.SIGHUP), "^NOTICE configuration reloaded by SIGHUP of user 0.*")
        self.assertIn("SETTINGS_APPLIED=Access.Allow", line)
        client.call("session.status")

    def test_the_log_level_changes_until_a_restart(self):
        daemon = self.started()
        label = iter(range(100))

        def change():
            daemon.call("session.setIdentity", customEmail=f"label {next(label)}")

        daemon.log_after(change, "^INFO session.setIdentity")
        line = daemon.log_after(
            lambda: daemon.call("daemon.setLogLevel", level="error"), "^ERROR log level changed to error by user 0.*")
        self.assertIn("PEER_UID=0", line)
        start = len(daemon.output.text)
        change()
        # A reload is no restart.
        self.reload(daemon, "[Limits]\nLineSec=10\n")
        daemon.log_after(
            lambda: daemon.call("daemon.setLogLevel", level="info"), "^NOTICE log level changed to info by user 0")
        self.assertNotRegex(daemon.output.text[start:], "setIdentity|labels changed|reloaded")
        daemon.log_after(change, "^INFO session.setIdentity")
        daemon.call("daemon.setLogLevel", level="critical")
        daemon.stop()
        daemon.start()
        daemon.log_after(change, "^INFO session.setIdentity")


class WhileItLasts(ReloadTestCase):
    """The thread that reads the configuration stands still, as on a disk that does not answer."""

    def stopped(self, daemon):
        return StoppedThread(daemon.process.pid, "configuration")

    def test_nobody_else_waits(self):
        daemon = self.started("[Access]\nAllow=\nAllow=all any\n")
        self.write(daemon, "[Access]\nAllow=\n")
        asking, other = daemon.client(), self.connect(daemon, OTHER_USER)
        with self.stopped(daemon):
            begin(asking, "daemon.reload")
            for _ in range(3):
                other.call("session.setIdentity", customEmail="label")
                other.call("session.retrieveToken")
                other.call("session.setIdentity", customEmail=None)
            self.assertEqual(asking.call_with("session.getUUID", None), other.call("session.getUUID"))
        self.assert_applied(outcome(asking.read_response()), "Access.Allow")
        self.assert_refused("permissionDenied", other.call, "session.getUUID")

    def test_who_gives_up_is_told_that_it_may_still_come(self):
        daemon = self.started()
        self.write(daemon, "[Limits]\nLineSec=10\n")
        with self.stopped(daemon):
            error = self.assert_refused("deadlineExceeded", daemon.call, "daemon.reload", _deadlineSeconds=0.05)
            self.assertEqual(error.data["outcome"], "unknown")
            start = len(daemon.output.text)
        daemon.output.wait_for("reloaded by user 0: Limits.LineSec applied", start)

    def test_who_gives_up_a_trial_is_not_told_of_a_change(self):
        daemon = self.started()
        with self.stopped(daemon):
            done = daemon.sessionctl("reload", "--dry-run", "--timeout", "0.05")
        self.assertEqual(
            (done.returncode, done.stdout, done.stderr), (124, b"", b"error: there was no answer in time\n"))

    def test_a_daemon_that_stops_tells_who_waits(self):
        daemon = self.started()
        client = daemon.client()
        self.write(daemon, "[Limits]\nLineSec=10\n")
        with self.stopped(daemon):
            begin(client, "daemon.reload")
            until_read(client)
            daemon.process.send_signal(signal.SIGTERM)
            self.assert_refused("shuttingDown", lambda: outcome(client.read_response()))
        self.assertEqual(daemon.wait_for_end()[0], 0)

    def test_several_at_once_are_one_after_the_other(self):
        daemon = self.started()
        clients = [daemon.client() for _ in range(3)]
        self.write(daemon, "[Limits]\nLineSec=10\n")
        with self.stopped(daemon):
            for client in clients:
                begin(client, "daemon.reload")
                until_read(client)
        answers = [outcome(client.read_response())["applied"] for client in clients]
        self.assertEqual(answers, [["Limits.LineSec"], [], []])


class Keys(WorkspaceTestCase):
    """The session is bound to origin and API key, at a reload as at a start."""

    def start(self, **options):
        self.emulator = self.start_emulator()
        daemon = self.start_synerise(self.emulator, **options)
        token_of(daemon)
        sign_in(daemon)
        return daemon

    def test_another_key_ends_the_session_as_was_said_before(self):
        daemon = self.start()
        before, token, count = daemon.call("session.status"), token_of(daemon), self.emulator.count()
        (daemon.folder / "api-key").write_text(OTHER_KEY)
        expected = reloaded("Synerise.APIKeyFile", ends=True)
        self.assertEqual(daemon.call("daemon.reload", dryRun=True), expected)
        self.assertEqual(lasting(daemon.call("session.status")), lasting(before))
        self.assertEqual((token_of(daemon), self.emulator.count()), (token, count))
        start = len(daemon.output.text)
        self.assertEqual(daemon.call("daemon.reload"), expected)
        status = daemon.call("session.status")
        self.assertNotEqual(status["uuid"], before["uuid"])
        self.assertEqual((status["signedIn"], status["generation"]), (False, before["generation"] + 1))
        daemon.output.wait_for("session ended: apiKeyChanged", start)
        daemon.output.wait_for("reloaded by .*the session has ended for it", start)
        sign_in(daemon)
        keys = {entry["apiKey"] for entry in self.emulator.log(since=count) if "apiKey" in entry}
        self.assertEqual(keys, {OTHER_KEY})
        self.assertEqual(daemon.call("daemon.reload"), reloaded())
        daemon.stop()
        for secret in (API_KEY, OTHER_KEY, token):
            self.assertNotIn(secret, daemon.stderr)

    def test_another_key_keeps_the_session_where_that_is_configured_with_it(self):
        daemon = self.start()
        token = token_of(daemon)
        self.configure(daemon, self.emulator, OTHER_KEY, {"DestroyOnAPIKeyChange": "no"})
        self.assertEqual(
            daemon.call("daemon.reload"), reloaded("Synerise.APIKeyFile", "Session.DestroyOnAPIKeyChange"))
        self.assertEqual(token_of(daemon), token)

    def test_no_token_reaches_another_origin(self):
        daemon = self.start()
        token = token_of(daemon)
        other = self.start_emulator()
        self.configure(daemon, other)
        answer = daemon.call("daemon.reload")
        self.assertEqual((answer["applied"], answer["endsSession"]), (["Synerise.BaseURL"], True))
        count = self.emulator.count()
        sign_in(daemon)
        self.assertNotEqual(token_of(daemon), token)
        self.assertEqual(self.emulator.count(), count)

    def test_the_way_to_the_authority_changes_under_the_session(self):
        daemon = self.start()
        before = daemon.call("session.status")
        self.configure(daemon, self.emulator, TimeoutSec=1)
        self.assertEqual(daemon.call("daemon.reload"), reloaded("Synerise.TimeoutSec"))
        self.assertEqual(lasting(daemon.call("session.status")), lasting(before))
        self.emulator.fault("on=E8,times=1,hold")
        self.assert_refused("authorityUnavailable", daemon.call, "session.profile")
        self.emulator.release()
        self.assertEqual(call_after_the_pause(daemon, "session.profile")["email"], ANN)

    def test_a_key_that_cannot_be_read_is_no_other_key(self):
        daemon = self.start()
        before = daemon.call("session.status")
        (daemon.folder / "api-key").unlink()
        error = self.assert_refused("notConfigured", daemon.call, "daemon.reload")
        self.assertIn(f"APIKeyFile={daemon.folder / 'api-key'}: No such file or directory", error.message)
        self.assertEqual(lasting(daemon.call("session.status")), lasting(before))
        self.assertEqual(daemon.call("session.profile")["email"], ANN)

    def test_a_key_set_by_method_stays_until_another_one_is_configured(self):
        daemon = self.start()
        daemon.call("authority.changeAPIKey", apiKey=OTHER_KEY)
        before = sign_in(daemon)
        self.configure(daemon, self.emulator, TimeoutSec=5)
        self.assertFalse(daemon.call("daemon.reload")["endsSession"])
        self.assertEqual(lasting(daemon.call("session.status")), lasting(before))
        count = self.emulator.count()
        daemon.call("session.signOut")
        sign_in(daemon)
        keys = {entry["apiKey"] for entry in self.emulator.log(since=count) if "apiKey" in entry}
        self.assertEqual(keys, {OTHER_KEY})

    def test_who_loses_the_right_while_waiting_gets_no_token(self):
        emulator = self.start_emulator()
        daemon = self.make_synerise(emulator)
        text = daemon.config_path.read_text()
        daemon.config_path.write_text(f"{text}[Access]\nAllow=\nAllow=token.read,session.write any\n")
        daemon.start()
        daemon.folder.chmod(0o711)
        daemon.socket_path.chmod(0o666)
        token_of(daemon)
        sign_in(daemon)
        client = self.close_later(client_as(daemon.socket_path, OTHER_USER, OTHER_USER))
        emulator.fault("on=E5,times=1,hold")
        begin(client, "session.refreshToken")
        begin(client, "session.retrieveToken", minimumValiditySeconds=100_000)
        emulator.wait_until_held()
        daemon.config_path.write_text(f"{text}[Access]\nAllow=\n")
        daemon.call("daemon.reload")
        emulator.release()
        for _ in range(2):
            error = client.read_response()["error"]
            self.assertEqual(
                (error["data"]["name"], error["data"]["capability"]), ("permissionDenied", "token.read"))


class Restart(WorkspaceTestCase):
    """The session of a remote authority ends by another one where a line says so, and by nothing else."""

    def start(self):
        self.emulator = self.start_emulator()
        daemon = self.start_synerise(self.emulator)
        token_of(daemon)
        sign_in(daemon)
        return daemon

    def edit(self, daemon, old, new):
        text = daemon.config_path.read_text()
        self.assertIn(old, text)
        daemon.config_path.write_text(text.replace(old, new))

    def assert_kept(self, daemon, before):
        """Fails unless the daemon serves nobody now, and goes on with the session once the line is back."""
        error = self.assert_refused("notConfigured", daemon.call, "session.retrieveToken")
        self.assertFalse(daemon.call("daemon.health")["ready"])
        self.assertIn(daemon.call("daemon.info")["configuration"]["problem"], error.message)
        for dry_run in (True, False):
            self.assert_refused("notConfigured", daemon.call, "daemon.reload", dryRun=dry_run)
        self.configure(daemon, self.emulator)
        daemon.call("daemon.reload")
        self.assertEqual(lasting(daemon.call("session.status")), lasting(before))
        return error

    def test_a_section_that_has_vanished_ends_nothing(self):
        daemon = self.start()
        before = daemon.call("session.status")
        for gone in ("[Authority]\nKind=synerise\n", "Kind=synerise\n"):
            with self.subTest(gone):
                self.edit(daemon, gone, "")
                # Neither at a reload, nor at the restart.
                for dry_run in (True, False):
                    error = self.assert_refused("notConfigured", daemon.call, "daemon.reload", dryRun=dry_run)
                    self.assertIn("no Kind= in [Authority], and the session is the synerise authority's", error.message)
                self.assertEqual(lasting(daemon.call("session.status")), lasting(before))
                daemon.restart()
                error = self.assert_kept(daemon, before)
                self.assertIn("Kind=synerise below [Authority], or Kind=local to end the session", error.data["hint"])
                self.assertIn("no Kind= in [Authority]", daemon.stderr)

    def test_a_file_that_has_vanished_ends_nothing(self):
        daemon = self.start()
        before = daemon.call("session.status")
        daemon.config_path.write_text("")
        daemon.restart(kill=True)
        self.assert_kept(daemon, before)

    def test_a_section_that_is_misspelt_ends_nothing(self):
        daemon = self.start()
        before = daemon.call("session.status")
        self.edit(daemon, "[Authority]", "[Authorty]")
        daemon.restart()
        error = self.assert_kept(daemon, before)
        self.assertIn(f"{daemon.config_path}:1: unknown section [Authorty]; did you mean [Authority]?", error.message)

    def test_a_line_that_says_so_ends_it_as_the_reload_said_before(self):
        daemon = self.start()
        before = daemon.call("session.status")
        self.edit(daemon, "Kind=synerise", "Kind=local")
        waiting = ["Authority.Kind"]
        for params in ({"dryRun": True}, {}):
            self.assertEqual(daemon.call("daemon.reload", **params), reloaded(restart=waiting, restart_ends=True))
        shown = daemon.sessionctl("reload", "--dry-run").stdout.decode()
        self.assertEqual(
            shown, "To apply:        nothing\nNeeds a restart: Authority.Kind\n"
            "Session:         would go on, and ends with the restart\n")
        self.assertEqual(lasting(daemon.call("session.status")), lasting(before))
        daemon.restart()
        after = daemon.call("session.status")
        self.assertNotEqual(after["uuid"], before["uuid"])
        self.assertEqual(after["authority"]["kind"], "local")

    def test_started_by_hand_it_ends_with_78(self):
        daemon = self.start()
        self.edit(daemon, "Kind=synerise\n", "")
        daemon.stop()
        done = subprocess.run(
            [*daemon.command], env={"PATH": "/usr/bin:/bin"}, capture_output=True, timeout=PATIENCE_SECONDS)
        self.assertEqual(done.returncode, 78, done.stderr)
        self.assertIn(b"no Kind= in [Authority]", done.stderr)

    def test_a_new_credential_is_read_at_a_restart_only_and_the_reload_says_so(self):
        self.emulator = self.start_emulator()
        daemon = self.make_synerise(self.emulator, key=None)
        folder = daemon.folder / "credentials"
        folder.mkdir(mode=0o700)
        (folder / "synerise.api-key").write_text(API_KEY)
        (folder / "synerise.api-key").chmod(0o600)
        daemon.environment["CREDENTIALS_DIRECTORY"] = str(folder)
        daemon.start()
        sign_in(daemon)
        for params in ({"dryRun": True}, {}):
            self.assertEqual(
                daemon.call("daemon.reload", **params),
                {**reloaded(), "credentials": ["synerise.api-key"], "newCredentialEndsSession": True})
        self.assertEqual(
            daemon.sessionctl("reload").stdout.decode(),
            "Applied:    nothing\nSession:    goes on\n"
            "Credential: synerise.api-key, read at a restart only; another key in it ends the session then\n")
        daemon.output.wait_for("credential synerise.api-key read at a restart only, which ends the session where")
        self.configure(daemon, self.emulator, None, {"DestroyOnAPIKeyChange": "no"})
        self.assertFalse(daemon.call("daemon.reload", dryRun=True)["newCredentialEndsSession"])
        self.assertEqual(
            daemon.sessionctl("reload").stdout.decode().splitlines()[-1],
            "Credential: synerise.api-key, read at a restart only")


class CommandLine(ReloadTestCase):
    def run_tool(self, daemon, *arguments):
        run = daemon.sessionctl(*arguments)
        return run.returncode, run.stdout.decode(), run.stderr.decode()

    def test_it_says_what_was_done(self):
        daemon = self.started()
        self.write(daemon, "[Limits]\nLineSec=10\n[Store]\nOtherMachine=keep\n")
        self.assertEqual(
            self.run_tool(daemon, "reload", "--dry-run"),
            (0, "To apply:        Limits.LineSec\nNeeds a restart: Store.OtherMachine\nSession:         would go on\n",
             ""))
        self.assertEqual(
            self.run_tool(daemon, "reload"),
            (0, "Applied:         Limits.LineSec\nNeeds a restart: Store.OtherMachine\nSession:         goes on\n", ""))
        status, output, errors = self.run_tool(daemon, "reload", "--json")
        self.assertEqual((status, errors), (0, ""))
        self.assert_applied(json.loads(output), restart=["Store.OtherMachine"])

    def test_what_cannot_be_used_is_status_78(self):
        daemon = self.started()
        self.write(daemon, "[Limits]\nLineSec=soon\n")
        status, output, errors = self.run_tool(daemon, "reload")
        self.assertEqual((status, output), (78, ""))
        self.assertIn(f"{daemon.config_path}:4: LineSec=", errors)
        self.assertTrue(errors.endswith("hint: correct it, see sessionctl config check, then: sessionctl reload\n"), errors)

    def test_the_log_level(self):
        daemon = self.started()
        self.assertEqual(self.run_tool(daemon, "log-level", "debug"), (0, "", ""))
        daemon.output.wait_for("log level changed to debug by user 0")


if __name__ == "__main__":
    unittest.main()
