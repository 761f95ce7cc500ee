# SPDX-License-Identifier: Apache-2.0
"""What the shells complete, asked of the shells themselves."""

import fcntl
import os
import pathlib
import pty
import re
import subprocess
import tempfile
import unittest

from conditions import Output
from harness import BINARIES, ENVIRONMENT, PATIENCE_SECONDS

# A command line up to the word that is completed, and what it can be, as the programs' messages name them.
VALUES = {
    "sessionctl wait --for": ["ready", "signed-in", "anonymous"],
    "sessionctl authenticate --provider": ["oauth", "facebook", "google", "apple"],
    "sessionctl delete-account --provider": ["oauth", "facebook", "google", "apple"],
    "sessionctl authenticate-with-token --origin": [
        "ANONYMOUS", "SYNERISE", "SIMPLE_AUTH", "OAUTH", "FACEBOOK", "GOOGLE", "APPLE", "INCOGNITO", "UNKNOWN"],
    "sessionctl log-level": ["trace", "debug", "info", "notice", "warning", "error", "critical"],
    "sessiond --log-level": ["trace", "debug", "info", "notice", "warning", "error", "critical"],
}
FILE_OPTIONS = [
    "sessionctl --socket", "sessionctl sign-in --password-file", "sessionctl authenticate --token-file",
    "sessionctl authenticate-with-token --token-file", "sessionctl delete-account --password-file",
    "sessionctl api-key change --key-file", "sessionctl metrics --textfile", "sessiond --socket",
]


class Completions(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory(prefix="sd-")
        cls.addClassCleanup(cls.folder.cleanup)
        cls.path = pathlib.Path(cls.folder.name)
        (cls.path / "a-file-of-ours").touch()
        cls.environment = {**ENVIRONMENT, "PATH": f"{BINARIES}:/usr/bin:/bin", "HOME": cls.folder.name, "TERM": "dumb"}
        for shell in ("bash", "zsh", "fish"):
            for program in ("sessionctl", "sessiond"):
                script = subprocess.run(
                    [BINARIES / program, "--generate-completion-script", shell], capture_output=True, check=True,
                    env=ENVIRONMENT, timeout=PATIENCE_SECONDS)
                (cls.path / f"{program}.{shell}").write_bytes(script.stdout)

    def run_shell(self, *command):
        done = subprocess.run(
            command, capture_output=True, text=True, env=self.environment, cwd=self.path, timeout=PATIENCE_SECONDS)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout.split("\n")

    def bash(self, line, begin=""):
        """What bash offers behind a command line."""
        words = [*line.split(), begin]
        script = (
            f"source {words[0]}.bash; COMP_WORDS=({' '.join(words[:-1])} '{begin}'); COMP_CWORD={len(words) - 1}; "
            f"COMP_LINE='{line} {begin}'; COMP_POINT=${{#COMP_LINE}}; "
            f"_{words[0]} {words[0]} '{begin}' {words[-2]} 2>/dev/null; printf '%s\\n' \"${{COMPREPLY[@]}}\"")
        return [word for word in self.run_shell("bash", "--norc", "-c", script) if word]

    def fish(self, line, begin=""):
        """The same of fish."""
        script = f"source {line.split()[0]}.fish; complete --do-complete '{line} {begin}'"
        return [word.split("\t")[0] for word in self.run_shell("fish", "--no-config", "-c", script) if word]

    def wait_for_zsh(self, line, values):
        """Waits until zsh shows the values, which completes for nobody but a person at a terminal."""
        child, terminal = pty.fork()
        if child == 0:
            os.chdir(self.path)
            os.execve("/usr/bin/zsh", ["zsh", "-f", "-i", "-o", "no_prompt_sp"], {**self.environment, "PS1": "ready> "})
        fcntl.fcntl(terminal, fcntl.F_SETFD, fcntl.FD_CLOEXEC)
        screen = Output(os.fdopen(os.dup(terminal), "rb", buffering=0))
        try:
            program = line.split()[0]
            screen.wait_for("ready> ")
            setup = f"autoload -U compinit && compinit -u -D; source ./{program}.zsh; compdef _{program} {program}; echo set-up"
            os.write(terminal, setup.encode() + b"\r")
            start = screen.wait_for(r"^set-up").end()
            start = screen.wait_for("ready> ", start).end()
            os.write(terminal, f"{line} \t".encode())
            for value in values:
                screen.wait_for(rf"\b{re.escape(value)}\b", start)
        finally:
            os.kill(child, 9)
            os.waitpid(child, 0)
            os.close(terminal)

    def test_values_that_there_are_only_some_of(self):
        for line, values in VALUES.items():
            with self.subTest(line):
                self.assertEqual(sorted(self.bash(line)), sorted(values))
                self.assertEqual(sorted(self.fish(line)), sorted(values))
                self.assertEqual(self.bash(line, values[0][:2]), [values[0]])
                self.wait_for_zsh(line, values)

    def test_files_where_a_file_is_wanted(self):
        for line in FILE_OPTIONS:
            with self.subTest(line):
                self.assertEqual(self.bash(line, "a-f"), ["a-file-of-ours"])
                self.assertEqual(self.fish(line, "a-f"), ["a-file-of-ours"])


if __name__ == "__main__":
    unittest.main()
