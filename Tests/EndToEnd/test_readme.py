# SPDX-License-Identifier: Apache-2.0
"""What the README shows, as printed: commands, the exchange on the wire, the clients, the configurations."""

import json
import os
import pty
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

from conditions import OTHER_USER, ConditionedTestCase, Output, running_as
from harness import BINARIES, PACKAGE, PATIENCE_SECONDS, hashed

README = (PACKAGE / "README.md").read_text()
SOCKET = "/run/sessiond/sessiond.sock"
LOGIN, PASSWORD = "anna@example.com", "anna-secret"
# Where the README's commands come to an end that is not ours.
ELSEWHERE = re.compile(r"\| curl -H @- https://\S+")


def block(language, marker):
    """The one fenced block of a language that has a text in it."""
    found = [text for text in re.findall(rf"(?ms)^```{language}\n(.*?)^```$", README) if marker in text]
    assert len(found) == 1, (language, marker, found)
    return found[0]


def exchanges(text):
    """Commands of a console block, each with what is shown of its answer."""
    return [part.partition("\n")[::2] for part in re.split(r"(?m)^\$ ", text) if part]


class Readme(ConditionedTestCase):
    def started(self):
        """A daemon as `make run` has it."""
        self.assertIn(PASSWORD, README)
        return self.make_daemon({"Session": {"IdentifierSalt": "someString"}}, {LOGIN: hashed(PASSWORD, 1000)}).start()

    def environment(self, daemon):
        return {
            "PATH": f"{BINARIES}:{os.environ.get('PATH', '/usr/bin:/bin')}", "LC_ALL": "C.UTF-8",
            "SESSIOND_SOCKET": str(daemon.socket_path)}

    def run_on(self, daemon, *command, **options):
        """Runs a command that has to succeed; what it prints."""
        done = subprocess.run(
            list(command), env=self.environment(daemon), capture_output=True, text=True, timeout=PATIENCE_SECONDS,
            **options)
        self.assertEqual((done.returncode, done.stderr), (0, ""), command)
        return done.stdout

    def shell(self, daemon, script):
        return self.run_on(daemon, "bash", "-euo", "pipefail", "-c", script.replace(SOCKET, str(daemon.socket_path)))

    def typed(self, daemon, command, answers):
        """Runs a command on a terminal of its own where somebody answers what it asks; what stands there in the end."""
        child, terminal = pty.fork()
        if child == 0:
            os.execve("/bin/bash", ["bash", "-c", command], self.environment(daemon))
        with open(terminal, "r+b", buffering=0) as stream:
            shown = Output(stream)
            for question, answer in answers:
                shown.wait_for(re.escape(question))
                stream.write(answer.encode() + b"\n")
            _, status = os.waitpid(child, 0)
            self.assertEqual(os.waitstatus_to_exitcode(status), 0, shown.text)
            return shown.wait_for_end().replace("\r\n", "\n")

    def test_the_first_commands_answer_as_shown(self):
        daemon = self.started()
        _, (regenerate, uuid), (sign_in, shown), (token, _) = exchanges(block("console", "sign-in"))
        self.assertEqual(self.shell(daemon, regenerate), uuid)
        question, _, shown = shown.removesuffix("…\n").partition("\n")
        terminal = self.typed(daemon, sign_in, [(question, PASSWORD)])
        self.assertTrue(terminal.partition("\n")[2].startswith(shown), terminal)
        self.assertNotIn(PASSWORD, terminal)
        self.assertRegex(token, ELSEWHERE)
        self.assertRegex(self.shell(daemon, ELSEWHERE.sub("", token)), r"^Authorization: Bearer \S+\n$")

    def test_the_exchange_on_the_wire_is_answered_as_shown(self):
        daemon = self.started()
        command, _, shown = block("console", "socat").removeprefix("$ ").partition("sock\n")
        answer = json.loads(self.shell(daemon, f"{command}sock"))
        shown = json.loads(shown)
        self.assertEqual(list(answer), list(shown))
        self.assertEqual(list(answer["result"]), list(shown["result"]))

    def test_the_error_is_the_one_that_is_shown(self):
        shown = json.loads(block("json", "notSignedIn"))
        client = self.started().client()
        client.send({"jsonrpc": "2.0", "id": 2, "method": "session.retrieveToken", "params": {"requireSignedIn": True}})
        error = client.read_response()["error"]
        self.assertEqual((error["code"], error["message"]), (shown["error"]["code"], shown["error"]["message"]))
        self.assertLessEqual(shown["error"]["data"].items(), error["data"].items())

    def test_the_client_in_python_says_how_the_session_stands(self):
        daemon = self.started()
        script = block("python", "status()").replace(SOCKET, str(daemon.socket_path))
        library = f"import sys; sys.path.insert(0, {str(PACKAGE / 'Libraries' / 'python' / 'src')!r})\n"
        # Until the first token is there, and then.
        self.assertIn(self.run_on(daemon, sys.executable, "-c", library + script), ("none\n", "anonymous\n"))

    def test_the_line_of_shell_greets_who_is_signed_in(self):
        daemon = self.started()
        daemon.call("session.signIn", email=LOGIN, password=PASSWORD)
        self.assertEqual(self.shell(daemon, block("sh", "is-signed-in")), f"Hello, {LOGIN}\n")

    def test_the_image_that_is_named_is_the_one_that_ci_uses(self):
        workflow = (PACKAGE / ".github" / "workflows" / "ci.yml").read_text()
        self.assertIn(f"`{re.search(r'image: (.*)', workflow)[1]}`", README)

    def test_who_has_nothing_but_the_programs_can_try_them(self):
        with tempfile.TemporaryDirectory(prefix="sd-") as folder:
            # Anybody can, who is nobody in particular.
            os.chown(folder, OTHER_USER, OTHER_USER)
            programs = pathlib.Path(folder) / "bin"
            programs.mkdir()
            for name in ("sessiond", "sessionctl"):
                shutil.copy(BINARIES / name, programs)
            script = block("sh", "wait --for ready") + "wait $!\n"
            done = subprocess.run(
                [*running_as(OTHER_USER), "bash", "-euo", "pipefail", "-c", script], cwd=folder, capture_output=True,
                text=True, timeout=PATIENCE_SECONDS, env={"PATH": f"{programs}:/usr/bin:/bin", "LC_ALL": "C.UTF-8"})
            self.assertEqual((done.returncode, done.stderr), (0, ""))
            self.assertRegex(done.stdout, r"(?s)^ready\n.*Login: +anna@example.com\n.*\nAuthorization: Bearer \S+\n")

    def test_the_configurations_can_be_used(self):
        daemon = self.make_daemon({}, {LOGIN: hashed(PASSWORD, 1000)})
        (daemon.folder / "api-key").write_text("key\n")
        (daemon.folder / "api-key").chmod(0o600)
        for marker in ("AccountsFile", "BaseURL"):
            daemon.config_path.write_text(block("ini", marker).replace("/etc/sessiond", str(daemon.folder)))
            self.run_on(daemon, BINARIES / "sessiond", "--check-config", "--config", daemon.config_path)


if __name__ == "__main__":
    unittest.main()
