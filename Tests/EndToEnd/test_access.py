# SPDX-License-Identifier: Apache-2.0
"""Who may do what: callers of other users and groups, whom the kernel names, against the rules in [Access]."""

import contextlib
import json
import subprocess
import unittest

import matrix
from conditions import (
    ADMIN_GROUP, ADMIN_USER, APP_USER, DAEMON_USER, OTHER_GROUP, OTHER_USER, OVERFLOW_ID, SESSION_GROUP,
    ConditionedTestCase, client_as, name_accounts, running_as,
)
from harness import BINARIES, PATIENCE_SECONDS, RPCError, hashed, lasting

LOGIN, PASSWORD = "ann@example.com", "ann's"
ACCOUNTS = {LOGIN: hashed(PASSWORD, 1000)}
DENIALS_PER_MINUTE = 10
ALL = ["identity.read", "profile.read", "token.read", "session.touch", "signIn.show", "session.write", "admin"]
# What an app has by the default rules.
APP = ALL[:-1]
# A method of each capability, with parameters that change nothing or can be repeated.
METHODS = {
    "identity.read": [("session.getUUID", {}), ("session.status", {}), ("session.getUUIDForAuthentication", {})],
    "token.read": [("session.retrieveToken", {}), ("session.refreshToken", {}),
                   ("session.retrieveToken", {"minimumValiditySeconds": 1})],
    "session.touch": [("session.touch", {})],
    "signIn.show": [("session.pendingSignIn", {})],
    "session.write": [
        ("session.setIdentity", {"customEmail": "label"}), ("session.regenerateUUID", {}), ("session.destroy", {}),
        ("session.signOut", {}), ("session.destroy", {"discardUnreadable": True}),
        ("session.simpleAuthenticate", {"email": LOGIN, "authID": "till"}), ("session.signOut", {}),
        ("session.signIn", {"email": LOGIN, "password": PASSWORD}), ("session.signOut", {"mode": "destroy"}),
    ],
}
OPEN = [("daemon.info", {}), ("daemon.health", {})]
# What is in the journal whatever comes of it.
CHANGES = {method for method, *_ in matrix.TABLE if matrix.expected("rule")[method] == matrix.DENIED} - {
    "session.getUUID", "session.getUUIDForAuthentication", "session.status", "session.watch", "session.profile",
    "session.pendingSignIn", "daemon.metrics"}


def setUpModule():
    name_accounts()


def explained(daemon, uid, gid, groups):
    """What sessionctl says that a process of that user and those groups may do."""
    done = subprocess.run(
        [*running_as(uid, gid, groups), BINARIES / "sessionctl", "access", "explain", "--json", "--config",
         daemon.config_path],
        capture_output=True, text=True, timeout=PATIENCE_SECONDS, cwd="/")
    assert done.returncode == 0, done.stderr
    return [entry["capability"] for entry in json.loads(done.stdout)["capabilities"] if entry["granted"]]


class AccessTestCase(ConditionedTestCase):
    def start(self, *rules, **access):
        """A daemon with rules instead of the default ones, whose socket lets everybody in."""
        daemon = self.make_daemon({}, ACCOUNTS)
        if rules or access:
            text = "".join(f"Allow={rule}\n" for rule in rules)
            text += "".join(f"{name}={value}\n" for name, value in access.items())
            with open(daemon.config_path, "a") as file:
                file.write("[Access]\n" + text)
        return self.opened(daemon)

    def opened(self, daemon):
        daemon.start()
        daemon.folder.chmod(0o711)
        daemon.socket_path.chmod(0o666)
        return daemon

    def connect(self, daemon, uid, gid=None, groups=()):
        return self.close_later(client_as(daemon.socket_path, uid, uid if gid is None else gid, groups))

    def assert_denied(self, client, method, params, capability, uid):
        error = self.assert_refused("permissionDenied", client.call, method, **params)
        self.assertEqual((error.code, error.data["capability"]), (-32001, capability), method)
        self.assertFalse(error.data["retryable"])
        self.assertIn(capability, error.message)
        self.assertIn(str(uid), error.message)
        if uid == OVERFLOW_ID:
            # A rule for it would be refused.
            self.assertNotIn("Allow=", error.data["hint"])
            return
        self.assertIn("[Access]", error.data["hint"])
        self.assertIn(f"Allow={capability} user:{uid}", error.data["hint"])

    def assert_capabilities(self, client, wanted, uid, daemon):
        """Fails unless the caller may do what these allow, and nothing else."""
        # The first token comes by itself, sooner or later.
        daemon.call("session.retrieveToken")
        self.assertEqual(client.call("daemon.hello", protocol=[1])["capabilities"], wanted)
        for method, params in OPEN:
            client.call(method, **params)
        for capability, calls in METHODS.items():
            for method, params in calls:
                if capability in wanted:
                    client.call(method, **params)
                    continue
                before = lasting(daemon.call("session.status"))
                self.assert_denied(client, method, params, capability, uid)
                self.assertEqual(lasting(daemon.call("session.status")), before)


class Rules(AccessTestCase):
    # The rules, the caller (user, group, further groups), what they may do.
    TABLE = [
        ((), (APP_USER, APP_USER, (SESSION_GROUP,)), APP),
        ((), (APP_USER, SESSION_GROUP, ()), APP),
        ((), (ADMIN_USER, ADMIN_USER, (SESSION_GROUP, ADMIN_GROUP)), ALL),
        ((), (ADMIN_USER, ADMIN_USER, (ADMIN_GROUP,)), ALL),
        ((), (OTHER_USER, OTHER_USER, ()), []),
        ((), (OTHER_USER, OTHER_USER, (OTHER_GROUP,)), []),
        ((), (SESSION_GROUP, OTHER_GROUP, ()), []),
        ((), (0, 0, ()), ALL),
        ((), (0, OTHER_GROUP, ()), ALL),
        (("", f"token.read user:{APP_USER}"), (APP_USER, APP_USER, ()), ["token.read"]),
        (("", f"token.read user:{APP_USER}"), (OTHER_USER, APP_USER, (APP_USER,)), []),
        (("", f"token.read user:{APP_USER}"), (APP_USER, SESSION_GROUP, (ADMIN_GROUP,)), ["token.read"]),
        (("", "token.read user:till-app"), (APP_USER, APP_USER, ()), ["token.read"]),
        (("", "token.read user:till-app"), (OTHER_USER, OTHER_USER, ()), []),
        (("", f"identity.read group:{OTHER_GROUP}"), (OTHER_USER, OTHER_USER, (OTHER_GROUP,)), ["identity.read"]),
        (("", f"identity.read group:{OTHER_GROUP}"), (OTHER_USER, OTHER_GROUP, ()), ["identity.read"]),
        (("", f"identity.read group:{OTHER_GROUP}"), (OTHER_GROUP, OTHER_USER, ()), []),
        (("", "identity.read group:till-apps"), (OTHER_USER, OTHER_USER, (1, 2, OTHER_GROUP)), ["identity.read"]),
        (("", "all any"), (OTHER_USER, OTHER_USER, ()), ALL),
        (("", "session.touch any"), (OTHER_USER, OTHER_USER, ()), ["session.touch"]),
        (("", "session.write any"), (OTHER_USER, OTHER_USER, ()), ["session.write"]),
        # Lines add up, those that are built in included.
        (("token.read any",), (OTHER_USER, OTHER_USER, ()), ["token.read"]),
        (("token.read any",), (APP_USER, APP_USER, (SESSION_GROUP,)), APP),
        (("", f"identity.read,token.read user:{APP_USER}", "session.touch any", f"admin group:{OTHER_GROUP}"),
         (APP_USER, APP_USER, (OTHER_GROUP,)), ["identity.read", "token.read", "session.touch", "admin"]),
        # An empty one removes all before it, and none after.
        (("all any", "", "session.touch any"), (OTHER_USER, OTHER_USER, ()), ["session.touch"]),
        (("all any", ""), (APP_USER, APP_USER, (SESSION_GROUP, ADMIN_GROUP)), []),
        (("",), (0, 0, ()), ALL),
        # One that names nobody who exists grants nothing, and stops nobody.
        (("", "all user:no-such-user", "all group:no-such-group", "session.touch any"),
         (OTHER_USER, OTHER_USER, ()), ["session.touch"]),
        # Nobody knows who that is.
        (("all any",), (OVERFLOW_ID, OVERFLOW_ID, ()), []),
        (("all any", "all user:nobody", f"all group:{OTHER_GROUP}"), (OVERFLOW_ID, OTHER_GROUP, (SESSION_GROUP,)), []),
    ]

    def test_each(self):
        for rules, (uid, gid, groups), wanted in self.TABLE:
            with self.subTest(rules=rules, uid=uid, gid=gid, groups=groups):
                daemon = self.start(*rules)
                client = self.connect(daemon, uid, gid, groups)
                self.assert_capabilities(client, wanted, uid, daemon)
                self.assertEqual(explained(daemon, uid, gid, groups), wanted)
                daemon.kill()

    def test_a_rule_for_the_overflow_id_is_refused(self):
        for subject in (f"user:{OVERFLOW_ID}", f"group:{OVERFLOW_ID}"):
            daemon = self.start(f"all {subject}")
            error = self.assert_refused("notConfigured", daemon.call, "session.status")
            self.assertIn("65534", error.message)

    def test_a_member_of_very_many_groups(self):
        daemon = self.start("", f"token.read group:{OTHER_GROUP}")
        groups = list(range(100_000, 101_000)) + [OTHER_GROUP]
        client = self.connect(daemon, OTHER_USER, OTHER_USER, groups)
        self.assertEqual(client.call("session.retrieveToken")["origin"], "ANONYMOUS")

    def test_the_user_that_the_daemon_runs_as(self):
        daemon = self.make_daemon({}, ACCOUNTS)
        with open(daemon.config_path, "a") as file:
            file.write("[Access]\nAllow=\n")
        self.opened(daemon.as_user(DAEMON_USER))
        self.assertEqual(daemon.socket_path.stat().st_uid, DAEMON_USER)
        self.assert_capabilities(self.connect(daemon, DAEMON_USER), ALL, DAEMON_USER, daemon)
        self.assert_capabilities(self.connect(daemon, 0), ALL, 0, daemon)
        # The group alone is nobody's right.
        self.assert_capabilities(self.connect(daemon, OTHER_USER, DAEMON_USER), [], OTHER_USER, daemon)

    def test_in_a_batch_and_as_a_notification(self):
        daemon = self.start("", "identity.read any")
        before = daemon.call("session.status")
        client = self.connect(daemon, OTHER_USER)
        batch = [client.request("session.getUUID"), client.request("session.retrieveToken"),
                 {"jsonrpc": "2.0", "method": "session.destroy"}]
        client.send(batch, {"jsonrpc": "2.0", "method": "session.destroy"})
        first, second = client.read()
        self.assertEqual(first["result"]["uuid"], before["uuid"])
        self.assertEqual(second["error"]["data"]["name"], "permissionDenied")
        self.assertEqual(client.call("session.getUUID")["uuid"], before["uuid"])


class Told(AccessTestCase):
    def test_a_denial_is_logged_with_who_it_was(self):
        daemon = self.start("", "identity.read any")
        client = self.connect(daemon, OTHER_USER, OTHER_GROUP)
        line = daemon.log_after(
            lambda: self.assert_denied(client, "session.destroy", {}, "session.write", OTHER_USER),
            f"^WARNING session.destroy denied to user {OTHER_USER}: no right to session.write .*")
        self.assertIn(f"PEER_UID={OTHER_USER}", line)
        self.assertIn(f"PEER_GID={OTHER_GROUP}", line)
        self.assertRegex(line, r"PEER_PID=\d+")
        self.assertIn("SESSION_METHOD=session.destroy", line)
        self.assertIn("REASON=session.write", line)

    def test_every_denial_and_every_change_says_who_what_and_how_it_ended(self):
        daemon = self.start("", f"all user:{ADMIN_USER}")
        admin = self.connect(daemon, ADMIN_USER, OTHER_GROUP)
        for number, (method, params, answer, marks) in enumerate(matrix.TABLE):
            if "-" not in marks:
                continue
            with self.subTest(method):
                # Each by a user of its own: of one, ten denials a minute are logged.
                uid = OTHER_USER + 100 + number
                client = self.connect(daemon, uid, OTHER_GROUP)
                line = daemon.log_after(
                    lambda: self.assert_refused("permissionDenied", client.call, method, **params),
                    rf"^.*SESSION_METHOD={method}\b.*$")
                self.assert_told(line, method, uid, matrix.DENIED)
                if method in CHANGES:
                    line = daemon.log_after(
                        lambda: self.attempt(admin, method, params), rf"^.*SESSION_METHOD={method}\b.*$")
                    self.assert_told(line, method, ADMIN_USER, "ok" if answer == matrix.RESULT else answer)

    def attempt(self, client, method, params):
        """A call, whatever comes of it; a reload is made, not only tried."""
        with contextlib.suppress(RPCError):
            client.call(method, **{**params, **({"dryRun": False} if method == "daemon.reload" else {})})

    def assert_told(self, line, method, uid, outcome):
        for field in (f"PEER_UID={uid}", f"PEER_GID={OTHER_GROUP}", rf"PEER_PID=\d+", f"SESSION_METHOD={method}",
                      f"OUTCOME={outcome}"):
            self.assertRegex(line, rf"\b{field}\b")

    def test_of_many_denials_of_a_user_ten_a_minute_are_logged(self):
        daemon = self.start("", f"identity.read user:{APP_USER}")
        client, other = self.connect(daemon, OTHER_USER), self.connect(daemon, ADMIN_USER)
        for _ in range(DENIALS_PER_MINUTE * 3):
            self.assert_refused("permissionDenied", client.call, "session.getUUID")
        daemon.log_after(
            lambda: self.assert_refused("permissionDenied", other.call, "session.getUUID"),
            f"denied to user {ADMIN_USER}")
        self.assertEqual(daemon.stderr.count(f"denied to user {OTHER_USER}"), DENIALS_PER_MINUTE)

    def test_changes_are_logged_with_who_made_them_and_nothing_of_the_customer(self):
        daemon = self.start("", "all any")
        client = self.connect(daemon, OTHER_USER, OTHER_GROUP)
        line = daemon.log_after(
            lambda: client.call("session.signIn", email=LOGIN, password=PASSWORD),
            f"^INFO session.signIn by user {OTHER_USER}: ok .*")
        for field in (f"PEER_UID={OTHER_USER}", f"PEER_GID={OTHER_GROUP}", "OUTCOME=ok", "SESSION_GENERATION=2"):
            self.assertIn(field, line)
        line = daemon.log_after(
            lambda: self.assert_refused("alreadySignedIn", client.call, "session.signIn", email=LOGIN, password="x"),
            f"^INFO session.signIn by user {OTHER_USER}: .*")
        self.assertIn("OUTCOME=alreadySignedIn", line)
        daemon.log_after(
            lambda: client.call("session.setIdentity", customEmail="secret-label"),
            f"session.setIdentity by user {OTHER_USER}: ok")
        token = client.call("session.retrieveToken")["token"]
        daemon.stop()
        for secret in (LOGIN, "ann", PASSWORD, "secret-label", token):
            self.assertNotIn(secret, daemon.stderr)

    def test_token_reads_are_logged_as_configured(self):
        for value, wanted in [("no", 0), ("first", 1), ("all", 5)]:
            with self.subTest(value=value):
                daemon = self.start("", "all any", LogTokenReads=value)
                client = self.connect(daemon, OTHER_USER)
                for _ in range(5):
                    client.call("session.retrieveToken")
                daemon.log_after(lambda: client.call("session.destroy"), "session.destroy by user")
                self.assertEqual(daemon.stderr.count(f"token given to user {OTHER_USER}"), wanted)
                if wanted:
                    # Another customer, another first time.
                    daemon.log_after(lambda: client.call("session.retrieveToken"), f"token given to user {OTHER_USER}")

    def test_who_signs_out_is_named_in_the_reason(self):
        daemon = self.start("", "all user:till-app", f"session.write user:{OTHER_USER}")
        for uid, reason in [(OTHER_USER, "user"), (APP_USER, "system")]:
            daemon.call("session.signIn", email=LOGIN, password=PASSWORD)
            client = self.connect(daemon, uid)
            log = daemon.log_after(lambda: client.call("session.signOut"), "session ended: .*")
            self.assertIn(reason, log.splitlines()[-1].lower())


if __name__ == "__main__":
    unittest.main()
