# SPDX-License-Identifier: Apache-2.0
"""Which configuration sessionctl looks at where nobody names one: that of the daemon, and which it is is said."""

import json
import pathlib
import socket
import subprocess

from conditions import running_as, OTHER_USER, name_accounts
from harness import BINARIES, ENVIRONMENT, PATIENCE_SECONDS, DaemonTestCase

NOTE = "whether it reads others is not known ("


def setUpModule():
    name_accounts()


class WhichConfiguration(DaemonTestCase):
    def run_tool(self, *arguments, socket_path=None, before=()):
        return subprocess.run(
            [*before, BINARIES / "sessionctl", "--socket", socket_path or self.daemon.socket_path,
             *map(str, arguments)],
            stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=PATIENCE_SECONDS, env=ENVIRONMENT, cwd="/")

    def test_the_daemon_is_asked_for_its_file(self):
        path = self.daemon.config_path
        path.write_text("[Authority]\nKind=local\n[Access]\nAllow=\nAllow=token.read any\n")
        done = self.run_tool("config", "check")
        self.assertEqual((done.returncode, done.stdout, done.stderr), (
            0, f"Read {path}\nConfiguration is usable\n", ""))
        found = json.loads(self.run_tool("access", "explain", "--user", OTHER_USER, "--json").stdout)
        self.assertEqual(found["files"], [str(path)])
        self.assertEqual(
            [each["capability"] for each in found["capabilities"] if each["granted"]], ["token.read"])
        shown = self.run_tool("config", "show").stdout
        self.assertEqual(shown.splitlines()[1], f"# Read {path}")
        self.assertIn(f"# {path}:5", shown)

    def test_its_mistakes_are_found(self):
        self.daemon.config_path.write_text("[Session]\nIdleTimeoutSec=soon\n")
        for arguments in (["config", "check"], ["config", "show"], ["access", "explain"]):
            done = self.run_tool(*arguments)
            self.assertEqual((done.returncode, done.stdout), (78, ""), arguments)
            self.assertIn(f"{self.daemon.config_path}:2: IdleTimeoutSec=", done.stderr)
        # The daemon has none that it can use, and still says which one it was started with.
        self.assert_refused("notConfigured", self.client.call, "daemon.reload")
        self.assertIn(str(self.daemon.config_path), self.run_tool("config", "check").stderr)

    def test_a_file_that_is_named_comes_first(self):
        other = self.daemon.folder / "other.conf"
        other.write_text("")
        self.assertEqual(
            self.run_tool("config", "check", "--config", other).stdout, f"Read {other}\nConfiguration is usable\n")

    def test_where_it_cannot_be_known_that_is_said(self):
        nowhere = self.daemon.folder / "nowhere"
        for arguments in (["config", "check"], ["config", "show"], ["access", "explain"]):
            done = self.run_tool(*arguments, socket_path=nowhere)
            self.assertIn(NOTE, done.stderr)
            self.assertIn(str(nowhere), done.stderr)
            self.assertIn("--config FILE", done.stderr)
        self.assertIn(NOTE, json.loads(self.run_tool("config", "check", "--json", socket_path=nowhere).stdout)["notes"][0])
        # One that hangs is not waited for to its end.
        silent = self.daemon.folder / "silent"
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(str(silent))
            listener.listen()
            self.assertIn(NOTE, self.run_tool("config", "check", "--timeout", "0.2", socket_path=silent).stderr)
        self.daemon.folder.chmod(0o711)
        done = self.run_tool("config", "check", before=running_as(OTHER_USER, OTHER_USER, ()))
        self.assertIn(NOTE, done.stderr)

    def test_a_check_in_json_is_one_object(self):
        path = self.daemon.config_path
        keys = ["ok", "files", "errors", "warnings", "notes"]
        for text, status, kind in [("", 0, None), ("[Store]\nNews=1\n", 0, "warnings"), ("[Store]\nSeal=1\n", 78, "errors")]:
            path.write_text(text)
            done = self.run_tool("config", "check", "--json")
            answer = json.loads(done.stdout)
            self.assertEqual((done.returncode, done.stderr), (status, ""))
            self.assertEqual((list(answer), answer["ok"], answer["files"]), (keys, status == 0, [str(path)]))
            for each in keys[2:]:
                self.assertEqual(len(answer[each]), 1 if each == kind else 0, answer)
            if kind:
                self.assertTrue(answer[kind][0].startswith(f"{path}:2: "), answer)
        path.write_text("[Store]\nNews=1\n")
        done = self.run_tool("config", "check", "--json", "--strict")
        self.assertEqual((done.returncode, json.loads(done.stdout)["ok"]), (78, False))
        self.assertEqual(self.run_tool("config", "check", "--json", "--quiet").stdout, "")

    def test_the_state_folder_is_the_daemons(self):
        report = json.loads(self.run_tool("doctor", "--json").stdout)
        found = next(check["found"] for check in report["checks"] if check["name"] == "disk")
        self.assertTrue(found.startswith(f"{self.daemon.state_path}: "), found)
        self.assertEqual(self.client.call("daemon.info")["stateDirectory"], str(self.daemon.state_path))
        self.assertRegex(self.run_tool("info").stdout, rf"(?m)^Stored in: +{self.daemon.state_path}$")


class RelativePaths(DaemonTestCase):
    def test_others_are_told_of_files_where_they_are(self):
        daemon = self.daemon
        daemon.stop()
        (daemon.folder / "here.conf").write_text("")
        daemon.arguments = ["--config", "here.conf", "--state-directory", "state"]
        with subprocess.Popen(
                [BINARIES / "sessiond", "--socket", "s", *daemon.arguments], stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=ENVIRONMENT, cwd=daemon.folder) as process:
            try:
                subprocess.run(
                    [BINARIES / "sessionctl", "--socket", daemon.socket_path, "wait", "--for", "ready", "--quiet"],
                    check=True, timeout=PATIENCE_SECONDS)
                info = daemon.client().call("daemon.info")
                self.assertEqual(info["configuration"]["files"], [str(pathlib.Path(daemon.folder) / "here.conf")])
                self.assertEqual(info["stateDirectory"], str(daemon.state_path))
            finally:
                process.terminate()
