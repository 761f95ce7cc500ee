# SPDX-License-Identifier: Apache-2.0
"""sessionctl doctor beside a daemon that was started by hand: what is wrong is named, with what to do."""

import json
import os
import pathlib
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import unittest

from conditions import DAEMON_USER, OTHER_USER, ConditionedTestCase, fill, mounted, own_mounts, require_root
from harness import BINARIES, PATIENCE_SECONDS, Daemon, DaemonTestCase
from workspace import API_KEY, Address, CertificateAuthority, TLSFront, WorkspaceTestCase

NOBODY = 65534
CHECKS = [
    "groups", "socket", "daemon", "units", "unitFiles", "versions", "configuration", "accessNames",
    "configuredFiles", "sealing", "disk", "clock", "dns", "tls", "authority",
]

# Runs a command where the only name server takes questions and answers none.
BEHIND_A_SILENT_NAME_SERVER = """
import os, socket, subprocess, sys
subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
    server.bind(("127.0.0.53", 53))
    sys.exit(subprocess.run(sys.argv[1:]).returncode)
"""


def setUpModule():
    own_mounts()


class Doctor:
    """A report; `report["socket"]` is what the check of that name has found."""

    def __init__(self, daemon, *arguments, prefix=(), binary=BINARIES / "sessionctl"):
        self.run = subprocess.run(
            [*prefix, binary, "--socket", daemon.socket_path, "doctor", "--json", *arguments],
            capture_output=True, timeout=PATIENCE_SECONDS, env={"PATH": os.environ.get("PATH", "/usr/bin:/bin")})
        assert self.run.stderr == b"", self.run.stderr
        report = json.loads(self.run.stdout)
        self.status, self.is_ok = self.run.returncode, report["ok"]
        self.checks = {check["name"]: check for check in report["checks"]}
        assert list(self.checks) == CHECKS, self.checks
        assert (self.status, self.is_ok) in [(0, True), (3, False)], (self.status, self.is_ok)
        for check in report["checks"]:
            # What is wrong comes with what to do, and nothing with a secret.
            assert check["result"] not in ("warning", "problem") or check["hint"], check
        assert API_KEY.encode() not in self.run.stdout, self.run.stdout

    def __getitem__(self, name):
        return self.checks[name]

    @property
    def problems(self):
        return {name for name, check in self.checks.items() if check["result"] == "problem"}


class StandAlone(DaemonTestCase):
    def test_a_daemon_that_is_well_has_no_problem(self):
        report = Doctor(self.daemon, "--state-directory", self.daemon.state_path)
        self.assertEqual((report.status, report.is_ok, report.problems), (0, True, set()), report.checks)
        for name in ("groups", "socket", "daemon", "versions", "configuration", "configuredFiles", "disk", "authority"):
            self.assertEqual(report[name]["result"], "ok", report[name])
        self.assertEqual(report["configuration"]["found"], str(self.daemon.config_path))
        self.assertIn(str(self.daemon.state_path), report["disk"]["found"])

    def test_a_socket_for_everybody_is_a_warning(self):
        self.daemon.socket_path.chmod(0o666)
        report = Doctor(self.daemon)
        self.assertEqual(report["socket"]["result"], "warning")
        self.assertEqual(report["socket"]["hint"], f"chmod o= {self.daemon.socket_path}")

    def test_the_last_line_counts_what_was_found(self):
        self.daemon.socket_path.chmod(0o666)
        self.daemon.state_path.chmod(0o755)
        text = self.daemon.sessionctl("doctor", "--state-directory", self.daemon.state_path).stdout.decode()
        self.assertRegex(text, r"\n1 problem: disk; \d warnings: socket(, accessNames)?, sealing(, clock)?\.\n$")

    def test_pages_of_a_port_that_any_local_user_can_take_are_a_warning(self):
        page = "http://localhost:8080"
        self.daemon.config_path.write_text(f"[Access]\nAllowOrigin=identity.read {page}\n")
        self.daemon.call("daemon.reload")
        report = Doctor(self.daemon)
        self.assertEqual(report["configuration"]["result"], "warning")
        self.assertIn(f":2: AllowOrigin=: {page} is whatever program has that port", report["configuration"]["found"])
        check = self.daemon.sessionctl("config", "check", "--config", self.daemon.config_path)
        self.assertEqual(check.returncode, 0)
        self.assertIn(page.encode(), check.stderr)
        self.daemon.config_path.write_text("[Access]\nAllowOrigin=identity.read https://localhost:8080\n")
        self.daemon.call("daemon.reload")
        self.assertEqual(Doctor(self.daemon)["configuration"]["result"], "ok")

    def test_a_folder_that_others_may_change_is_a_problem(self):
        self.daemon.folder.chmod(0o777)
        report = Doctor(self.daemon)
        self.assertEqual((report.status, report.problems), (3, {"socket"}), report.checks)
        self.assertEqual(report["socket"]["hint"], f"chmod go-w {self.daemon.folder}")

    def test_a_daemon_that_hangs_is_not_waited_for(self):
        self.daemon.process.send_signal(signal.SIGSTOP)
        self.addCleanup(self.daemon.process.send_signal, signal.SIGCONT)
        report = Doctor(self.daemon, "--timeout", "0.3")
        self.assertEqual((report.status, report.problems), (3, {"daemon"}), report.checks)
        self.assertIn("did not answer daemon.hello within 0.3 s: it hangs", report["daemon"]["found"])

    def test_somebody_else_is_told_who_may_connect(self):
        # A copy in a folder that everybody may enter.
        folder = pathlib.Path(tempfile.mkdtemp(prefix="sd-doctor-"))
        self.addCleanup(shutil.rmtree, folder)
        folder.chmod(0o755)
        binary = shutil.copy(BINARIES / "sessionctl", folder)
        self.daemon.folder.chmod(0o755)
        prefix = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", "--"]
        report = Doctor(self.daemon, prefix=prefix, binary=binary)
        self.assertEqual((report.status, report.is_ok, report.problems), (3, False, {"groups"}), report.checks)
        self.assertEqual(report["groups"]["hint"], "run it as root")
        self.assertEqual(report["daemon"]["result"], "skipped")

    def test_a_socket_that_was_left_behind_is_answered_by_nobody(self):
        self.daemon.kill()
        self.assertTrue(stat.S_ISSOCK(self.daemon.socket_path.stat().st_mode))
        report = Doctor(self.daemon)
        self.assertEqual((report.status, report.problems), (3, {"daemon"}), report.checks)
        self.assertIn("nobody listens", report["daemon"]["found"])
        self.assertEqual(report["daemon"]["hint"], f"start it: sessiond --socket {self.daemon.socket_path}")

    def test_a_file_that_came_later_needs_a_reload(self):
        folder = pathlib.Path(f"{self.daemon.config_path}.d")
        folder.mkdir()
        (folder / "later.conf").write_text("[Limits]\nConnections=10\n")
        report = Doctor(self.daemon)
        self.assertEqual(report["configuration"]["result"], "warning", report["configuration"])
        self.assertIn(str(folder / "later.conf"), report["configuration"]["found"])
        self.assertEqual(report["configuration"]["hint"], "sessionctl reload")

    def test_a_state_folder_that_others_can_read_is_a_problem(self):
        self.daemon.state_path.chmod(0o755)
        report = Doctor(self.daemon, "--state-directory", self.daemon.state_path)
        self.assertEqual((report.status, report.problems), (3, {"disk"}), report.checks)
        self.assertEqual(report["disk"]["hint"], f"chmod 0700 {self.daemon.state_path}")


class NotRunning(unittest.TestCase):
    def test_without_a_daemon_the_line_that_starts_it_is_said(self):
        daemon = Daemon()
        self.addCleanup(daemon.remove)
        report = Doctor(daemon)
        self.assertEqual((report.status, report.problems), (3, {"socket"}), report.checks)
        self.assertEqual(report["socket"]["found"], f"there is no socket {daemon.socket_path}")
        self.assertEqual(report["socket"]["hint"], f"sessiond --socket {daemon.socket_path}")
        # Nothing is guessed of a daemon that is somewhere else.
        self.assertEqual(report["configuration"]["hint"], "add --config FILE")

    def test_its_files_are_looked_at_all_the_same_where_they_are_named(self):
        daemon = Daemon({"Store": {"Seal": "perhaps"}})
        self.addCleanup(daemon.remove)
        report = Doctor(daemon, "--config", daemon.config_path, "--state-directory", daemon.state_path)
        self.assertEqual(report.problems, {"socket", "configuration"}, report.checks)
        self.assertIn("sessiond could do nothing with it", report["configuration"]["found"])
        self.assertEqual(report["disk"]["result"], "ok")


class Unusable(DaemonTestCase):
    sections = {"Store": {"Seal": "perhaps"}}

    def test_a_configuration_that_cannot_be_used_is_named_with_file_and_line(self):
        report = Doctor(self.daemon)
        self.assertEqual((report.status, report.problems), (3, {"configuration"}), report.checks)
        self.assertRegex(report["configuration"]["found"], rf"{self.daemon.config_path}:\d+: Seal=: ")
        check = f"sessionctl config check --config {self.daemon.config_path}"
        self.assertEqual(report["configuration"]["hint"], f"correct it; {check}; then: sessionctl reload")
        self.assertEqual(report["daemon"]["result"], "ok")

    def test_what_was_wrong_at_a_reload_keeps_nothing_else_from_being_looked_at(self):
        accounts = self.daemon.folder / "passwords"
        self.daemon.configure({"Local": {"AccountsFile": accounts}, "Limits": {"LineSec": "soon"}})
        self.assertEqual(self.daemon.sessionctl("reload").returncode, 78)
        report = Doctor(self.daemon)
        self.assertEqual(report.problems, {"configuration", "configuredFiles"}, report.checks)
        self.assertIn(str(accounts), report["configuredFiles"]["found"])
        self.assertNotEqual(report["accessNames"]["result"], "skipped")

    def test_following_the_hint_puts_it_right(self):
        self.daemon.configure({"Store": {"Seal": "auto"}})
        self.assertEqual(self.daemon.sessionctl("reload").returncode, 0)
        self.assertEqual(Doctor(self.daemon).status, 0)


class Refused(DaemonTestCase):
    """Files that others could have written: the daemon trusts none of them."""

    accounts = {}

    def test_a_configuration_that_others_can_write_is_a_problem_before_it_is_read_again(self):
        self.daemon.config_path.chmod(0o646)
        report = Doctor(self.daemon)
        self.assertEqual((report.status, report.problems), (3, {"configuration"}), report.checks)
        self.assertIn("everyone can write it", report["configuration"]["found"])
        self.assertIn("sessiond runs with what it read before", report["configuration"]["found"])

    def test_a_named_file_that_others_can_write_or_own_is_a_problem(self):
        path = self.daemon.accounts_path
        path.chmod(0o602)
        report = Doctor(self.daemon)
        self.assertEqual((report.status, report.problems), (3, {"configuredFiles"}), report.checks)
        self.assertEqual(report["configuredFiles"]["hint"], f"chmod o-w {path}")
        path.chmod(0o600)
        os.chown(path, OTHER_USER, 0)
        report = Doctor(self.daemon)
        self.assertEqual(report["configuredFiles"]["found"], f"sessiond refuses AccountsFile={path}: "
                         f"user {OTHER_USER} owns it")
        self.assertEqual(report["configuredFiles"]["hint"], f"chown root {path}")


class Stored(ConditionedTestCase):
    def test_a_full_disk_is_named_whether_or_not_the_daemon_has_noticed(self):
        daemon = self.make_daemon()
        self.enterContext(mounted("-t", "tmpfs", "-o", "mode=0700,size=2m", "tmpfs", daemon.state_path))
        ballast = fill(daemon.state_path)
        daemon.start()
        report = Doctor(daemon, "--state-directory", daemon.state_path)
        self.assertEqual((report.status, report.problems), (3, {"disk"}), report.checks)
        full = f"the disk of {daemon.state_path} is full"
        self.assertEqual(report["disk"]["found"], f"the session cannot be stored; {full}")
        self.assertIn(f"df -h {daemon.state_path}", report["disk"]["hint"])
        # What was stored before goes on being stored, but it should be known.
        ballast.unlink()
        daemon.restart()
        daemon.call("session.status")
        fill(daemon.state_path)
        report = Doctor(daemon, "--state-directory", daemon.state_path)
        self.assertEqual((report.status, report["disk"]["found"]), (3, full), report.checks)

    def test_a_session_whose_key_is_gone_is_locked_and_the_ways_out_are_said(self):
        daemon = self.make_daemon()
        key = daemon.folder / "sessiond.state-key"
        key.write_bytes(os.urandom(32))
        key.chmod(0o400)
        daemon.environment["CREDENTIALS_DIRECTORY"] = str(daemon.folder)
        daemon.start()
        report = Doctor(daemon)
        self.assertEqual((report.status, report["sealing"]["found"]), (0, "the stored session is encrypted"))
        daemon.stop()
        key.unlink()
        daemon.start()
        report = Doctor(daemon)
        self.assertEqual((report.status, report.problems), (3, {"sealing"}), report.checks)
        self.assertRegex(report["sealing"]["found"], rf"^{daemon.state_path}/.* is sealed with key \w+, and ")
        self.assertIn("sessiond rekey --from FILE", report["sealing"]["hint"])
        self.assertIn("sessionctl destroy --discard-unreadable", report["sealing"]["hint"])
        self.assertNotIn(report["sealing"]["hint"], report["sealing"]["found"])


class Authority(WorkspaceTestCase):
    def make_behind(self, expired=False, trusted=True):
        """A daemon, not started, whose authority has a certificate of the test's own CA; and the CA's file."""
        emulator = self.start_emulator()
        folder = pathlib.Path(tempfile.mkdtemp(prefix="sd-doctor-"))
        self.addCleanup(shutil.rmtree, folder)
        authority = CertificateAuthority(folder)
        front = TLSFront(emulator, [authority.issue("server", "DNS:localhost", expired=expired)])
        self.addCleanup(front.remove)
        front.start()
        trust = {"CAFile": authority.path} if trusted else {}
        return self.make_synerise(emulator, BaseURL=front.url(), **trust), authority.path

    def start_behind(self, **options):
        """The same, started."""
        return self.make_behind(**options)[0].start()

    def after_the_first_attempt(self, daemon):
        self.assert_refused("tokenUnavailable", daemon.call, "session.retrieveToken")
        return Doctor(daemon)

    def test_an_authority_that_is_well_is_asked_as_the_daemon_asks(self):
        daemon = self.start_behind()
        daemon.call("session.retrieveToken")
        report = Doctor(daemon)
        self.assertEqual((report.status, report.problems), (0, set()), report.checks)
        self.assertRegex(report["tls"]["found"], r"^https://localhost:\d+ answers \(HTTP \d+\) within \d+ ms$")
        for name in ("dns", "tls", "authority", "configuredFiles"):
            self.assertEqual(report[name]["result"], "ok", report[name])

    def test_files_of_the_daemons_user_are_looked_at_as_by_that_user(self):
        require_root()
        daemon, trusted = self.make_behind()
        daemon.as_user(DAEMON_USER)
        for path in (daemon.folder / "api-key", trusted, trusted.parent):
            os.chown(path, DAEMON_USER, DAEMON_USER)
        daemon.start()
        daemon.call("session.retrieveToken")
        report = Doctor(daemon)
        self.assertEqual((report.status, report.problems), (0, set()), report.checks)
        self.assertRegex(report["tls"]["found"], r"^https://localhost:\d+ answers ")

    def test_a_certificate_that_has_expired_is_named(self):
        daemon = self.start_behind(expired=True)
        report = self.after_the_first_attempt(daemon)
        self.assertEqual((report.status, report.problems), (3, {"tls", "authority"}), report.checks)
        for name in ("tls", "authority"):
            self.assertIn("the certificate has expired", report[name]["found"])
        self.assertIn("renew the server's certificate", report["tls"]["hint"])
        # health says the same.
        self.assertIn(b"the certificate has expired", daemon.sessionctl("health").stdout)

    def test_a_name_without_an_address_is_told_once(self):
        # RFC 6761 §6.4: there is none, with and without a network.
        report = self.after_the_first_attempt(self.start_synerise(Address("https://authority.invalid")))
        self.assertEqual((report.status, report.problems), (3, {"dns", "authority"}), report.checks)
        self.assertRegex(report["dns"]["found"], "^authority.invalid: ")
        self.assertIn("getent hosts authority.invalid", report["dns"]["hint"])
        self.assertEqual((report["tls"]["result"], report["tls"]["found"]), ("skipped", "not before dns is well"))
        self.assertIn("the host name cannot be resolved", report["authority"]["found"])
        self.assertIn("there is no token", report["authority"]["found"])

    def test_a_certificate_of_an_unknown_ca_is_named_with_the_setting_for_it(self):
        report = self.after_the_first_attempt(self.start_behind(trusted=False))
        self.assertEqual((report.status, report.problems), (3, {"tls", "authority"}), report.checks)
        self.assertIn("the certificate was issued by an unknown CA", report["tls"]["found"])
        self.assertIn("CAFile=", report["tls"]["hint"])

    def test_an_authority_that_is_down_is_no_problem_before_the_token_is_gone(self):
        emulator = self.start_emulator()
        daemon = self.start_synerise(emulator)
        daemon.call("session.retrieveToken")
        emulator.stop()
        self.assert_refused("authorityUnavailable", daemon.call, "session.refreshToken")
        report = Doctor(daemon)
        self.assertEqual((report.problems, report["authority"]["result"]), ({"tls"}, "warning"), report.checks)
        self.assertIn("the present token is good until it expires", report["authority"]["found"])

    def test_a_key_that_is_refused_is_named_with_where_it_is_configured(self):
        daemon = self.start_synerise(self.start_emulator(), key="canary-key-of-nobody")
        report = self.after_the_first_attempt(daemon)
        self.assertEqual((report.status, report.problems), (3, {"authority"}), report.checks)
        self.assertIn("the authority said no (HTTP 401); there is no token", report["authority"]["found"])
        self.assertRegex(report["authority"]["hint"], r"API key .* APIKeyFile= .*: sessionctl reload$")
        self.assertNotIn(b"canary", report.run.stdout)
        self.assertIn(b"authorityRejected: the authority said no (HTTP 401)", daemon.sessionctl("health").stdout)

    def test_a_key_file_that_others_can_write_is_named_and_so_is_the_remedy(self):
        daemon = self.make_synerise(self.start_emulator())
        key = daemon.folder / "api-key"
        key.chmod(0o622)
        daemon.start()
        report = Doctor(daemon, "--config", daemon.config_path)
        self.assertEqual((report.status, report.problems), (3, {"configuration", "configuredFiles"}), report.checks)
        self.assertIn(f"APIKeyFile={key}: not trusted", report["configuration"]["found"])
        self.assertEqual(report["configuredFiles"]["hint"], f"chmod o-w {key}")

    def test_a_network_that_swallows_everything_is_not_waited_for(self):
        # The queue of a socket that nobody accepts from: once it is full, SYNs are dropped (listen(2)).
        with socket.create_server(("127.0.0.1", 0), backlog=0) as silent, socket.socket() as first:
            first.connect(silent.getsockname())
            daemon = self.start_synerise(Address(f"https://127.0.0.1:{silent.getsockname()[1]}"))
            report = Doctor(daemon, "--timeout", "0.3")
        self.assertEqual((report.status, report["dns"]["result"]), (3, "ok"), report.checks)
        self.assertEqual(report["tls"]["found"], "the authority did not answer within 0.3 s")
        self.assertIn(f"sessiond --check-authority --config {daemon.config_path}", report["tls"]["hint"])

    def test_a_name_server_that_is_silent_is_not_waited_for(self):
        daemon = self.start_synerise(Address("https://authority.example"))
        servers = daemon.folder / "resolv.conf"
        servers.write_text("nameserver 127.0.0.53\n")
        self.enterContext(mounted("--bind", servers, "/etc/resolv.conf"))
        prefix = ["unshare", "--net", "--", sys.executable, "-S", "-E", "-c", BEHIND_A_SILENT_NAME_SERVER]
        report = Doctor(daemon, "--timeout", "0.3", prefix=prefix)
        self.assertEqual(report.status, 3, report.checks)
        self.assertEqual(report["dns"]["found"], "no name server has answered for authority.example within 0.3 s")
        self.assertEqual(report["tls"]["found"], "not before dns is well")


if __name__ == "__main__":
    unittest.main()
