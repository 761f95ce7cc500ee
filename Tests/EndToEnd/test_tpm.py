# SPDX-License-Identifier: Apache-2.0
"""The key of a machine that is sealed with its TPM, too: sessiond-key with the real systemd-creds, and swtpm."""

import os
import pathlib
import select
import signal
import socket
import subprocess
import tempfile
import unittest

from conditions import mounted, own_mounts
from harness import PACKAGE, PATIENCE_SECONDS

KEY_PROGRAM, CLEAR_NAME = PACKAGE / "Packaging/sessiond-key", "sessiond.state-key"
HOST, BOTH = "host", "host+tpm2"
# TPM2_Clear of the lockout hierarchy, whose password is empty: TPM 2.0 Library, part 3.
CLEAR = bytes.fromhex("8002" "0000001b" "00000126" "4000000a" "00000009" "40000009" "0000" "00" "0000")
# TPM2_Shutdown(TPM_SU_CLEAR): one that loses its power without takes that for an attack, and locks itself for a while.
SHUTDOWN = bytes.fromhex("8001" "0000000c" "00000145" "0000")
NO_ERROR = bytes.fromhex("00000000")
# A systemd-creds that never decrypts what it has encrypted with a TPM.
ENCRYPTING_ONLY = """#!/bin/sh
sealed_with_both() { head -c 20 "$1" | grep -q k6iUCUh0RJCQyvL8k8q1; }
for file; do case $*:$file in *decrypt*:/*) ! sealed_with_both "$file" || exec sleep 1000 ;; esac; done
exec /usr/bin/systemd-creds "$@"
"""


def setUpModule():
    own_mounts()


class TPM:
    """One in software, as systemd-creds talks to it; in a folder, or one that accepts and never answers."""

    def __init__(self, folder):
        self.path, self.state = folder / "tpm", folder / "tpm-state"
        self.listening = []

    def start(self):
        self.state.mkdir(exist_ok=True)
        # It has gone into the background when it listens.
        subprocess.run(
            ["swtpm", "socket", "--tpm2", "--daemon", "--tpmstate", f"dir={self.state}",
             "--pid", f"file={self.path}.pid", "--server", f"type=unixio,path={self.path}",
             "--ctrl", f"type=unixio,path={self.path}.ctrl",
             "--flags", "not-need-init,startup-clear"], check=True, timeout=PATIENCE_SECONDS)

    def stop(self):
        for listening in self.listening:
            listening.close()
        pid = pathlib.Path(f"{self.path}.pid")
        if pid.exists():
            self.command(SHUTDOWN)
            number = int(pid.read_text())
            descriptor = os.pidfd_open(number)
            os.kill(number, signal.SIGKILL)
            pid.unlink()
            # It is nobody's child here; its descriptor can be read when it has ended.
            select.select([descriptor], [], [], PATIENCE_SECONDS)
            os.close(descriptor)
        self.listening = []
        for path in (self.path, pathlib.Path(f"{self.path}.ctrl")):
            path.unlink(missing_ok=True)

    def restart(self):
        """What a boot does; systemd-creds leaves its sessions open, which the kernel ends for it, and nobody here."""
        if pathlib.Path(f"{self.path}.pid").exists():
            self.stop()
            self.start()

    def clear(self):
        self.command(CLEAR)

    def command(self, command):
        with socket.socket(socket.AF_UNIX) as connection:
            connection.connect(str(self.path))
            connection.sendall(command)
            answer = connection.recv(4096)
            assert answer[6:10] == NO_ERROR, answer.hex()

    def hang(self):
        for path in (self.path, f"{self.path}.ctrl"):
            listening = socket.socket(socket.AF_UNIX)
            listening.bind(str(path))
            listening.listen()
            self.listening.append(listening)


class TPMTestCase(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        (self.folder / "systemd").mkdir()
        # With a secret of the host's of its own.
        self.enterContext(mounted("--bind", self.folder / "systemd", "/var/lib/systemd"))
        self.clear = self.folder / "run" / CLEAR_NAME
        self.tpm = TPM(self.folder)
        self.addCleanup(self.tpm.stop)

    def run_program(self, *verb, sealed_with=BOTH):
        self.tpm.restart()
        return subprocess.run(
            [KEY_PROGRAM, *verb], capture_output=True, text=True, timeout=PATIENCE_SECONDS, stdin=subprocess.DEVNULL,
            env={"PATH": f"{self.folder}/programs:/usr/sbin:/usr/bin:/sbin:/bin", "STATE_DIRECTORY": f"{self.folder}/keys",
                 "RUNTIME_DIRECTORY": f"{self.folder}/run", "SESSIOND_KEY_WITH": sealed_with,
                 "SESSIOND_KEY_TPM2_DEVICE": f"swtpm:path={self.tpm.path}"})

    def key(self, words="", **options):
        """The key that a boot gives the daemon, and fails unless the program has said those words."""
        self.clear.unlink(missing_ok=True)
        run = self.run_program(**options)
        self.assertEqual(run.returncode, 0, run)
        self.assertIn(words, run.stderr)
        return self.clear.read_bytes()

    def assert_not_given(self):
        """Fails unless the key cannot be had, is left as it is, and the program says what to do."""
        (encrypted,) = (self.folder / "keys").iterdir()
        before = encrypted.read_bytes()
        self.clear.unlink(missing_ok=True)
        run = self.run_program()
        self.assertEqual(run.returncode, 1, run)
        for words in (f"cannot decrypt {encrypted}, which is left as it is", "the TPM that it is sealed with",
                      "sessiond rekey --from FILE", "sessionctl destroy --discard-unreadable"):
            self.assertIn(words, run.stderr)
        self.assertEqual((encrypted.read_bytes(), list((self.folder / "run").iterdir())), (before, []))
        return run.stderr


class Sealed(TPMTestCase):
    """With a TPM that was there when the key was made."""

    def setUp(self):
        super().setUp()
        self.tpm.start()
        self.made = self.key()
        self.assertEqual(len(self.made), 32)

    def test_it_is_the_same_with_the_tpm_whatever_is_set_by_then(self):
        for sealed_with in (BOTH, HOST, ""):
            self.assertEqual(self.key(sealed_with=sealed_with), self.made)

    def test_an_absent_one_that_comes_back(self):
        self.tpm.stop()
        self.assert_not_given()
        self.tpm.start()
        self.assertEqual(self.key(), self.made)

    def test_one_that_was_cleared(self):
        self.tpm.clear()
        self.assert_not_given()

    def test_one_that_was_replaced_and_the_first_one_back_again(self):
        self.tpm.stop()
        first = self.tpm.state.rename(self.folder / "first")
        self.tpm.start()
        self.assert_not_given()
        self.tpm.stop()
        self.tpm.state = first
        self.tpm.start()
        self.assertEqual(self.key(), self.made)

    def test_one_that_hangs_is_waited_for_no_longer_than_callers_wait(self):
        self.tpm.stop()
        self.tpm.hang()
        self.assertIn("systemd-creds decrypt has not ended within 8 s", self.assert_not_given())

    def test_after_it_was_cleared_a_new_key_can_be_made_as_the_program_says(self):
        self.tpm.clear()
        self.assert_not_given()
        (encrypted,) = (self.folder / "keys").iterdir()
        encrypted.rename(self.folder / "away")
        made = self.key("a new key is in")
        self.assertNotEqual(made, self.made)
        self.assertEqual(self.key(), made)

    def test_another_key_takes_the_tpm_no_longer(self):
        self.assertEqual(self.run_program("prepare", sealed_with=HOST).returncode, 0)
        self.assertEqual(self.run_program("commit", sealed_with=HOST).returncode, 0)
        made = self.key(sealed_with=HOST)
        self.assertNotEqual(made, self.made)
        self.tpm.stop()
        self.assertEqual(self.key(sealed_with=HOST), made)

    def test_a_key_that_was_not_prepared_takes_no_place(self):
        run = self.run_program("commit")
        self.assertEqual((run.returncode, self.clear.read_bytes()), (1, self.made), run)
        self.assertIn("'sessiond-key prepare' makes one", run.stderr)

    def test_a_key_that_cannot_take_its_place_leaves_the_one_of_before(self):
        self.assertEqual(self.run_program("prepare").returncode, 0)
        (encrypted,) = (path for path in (self.folder / "keys").iterdir() if not path.name.endswith(".next"))
        self.enterContext(mounted("--bind", encrypted, encrypted))
        run = self.run_program("commit")
        self.assertEqual((run.returncode, self.clear.read_bytes()), (1, self.made), run)
        self.assertIn("the one of before stays", run.stderr)


class SealedWithTheHostAlone(TPMTestCase):
    """Without a TPM when the key was made."""

    def test_it_is_made_all_the_same_and_read_when_there_is_one(self):
        made = self.key("the TPM cannot be used")
        self.tpm.start()
        self.assertEqual(self.key("'sessiond rekey' makes one that is sealed with the TPM, too"), made)
        self.tpm.stop()
        self.assertEqual(self.key(), made)

    def test_another_key_takes_the_tpm_that_is_there_by_then(self):
        self.key(sealed_with=HOST)
        self.tpm.start()
        for verb in ("prepare", "commit"):
            self.assertEqual(self.run_program(verb).returncode, 0)
        self.key()
        self.tpm.stop()
        self.assert_not_given()

    def test_by_default_none_is_used(self):
        self.tpm.start()
        made = self.key(sealed_with="")
        self.tpm.stop()
        self.assertEqual(self.key(sealed_with=""), made)

    def test_one_that_hangs_keeps_no_key_from_being_made(self):
        self.tpm.hang()
        made = self.key("systemd-creds encrypt has not ended within 8 s")
        self.assertEqual(self.key(), made)

    def test_one_that_hangs_after_it_has_encrypted_is_not_asked_again(self):
        (self.folder / "programs").mkdir()
        program = self.folder / "programs" / "systemd-creds"
        program.write_text(ENCRYPTING_ONLY)
        program.chmod(0o755)
        self.tpm.start()
        run = self.run_program()
        self.assertEqual((run.returncode, len(self.clear.read_bytes())), (0, 32), run)
        self.assertEqual(run.stderr.count("systemd-creds decrypt has not ended within 8 s"), 1, run.stderr)

    def test_a_typing_error_keeps_no_key_from_being_made(self):
        self.assertEqual(len(self.key("SESSIOND_KEY_WITH=tpm is neither host nor host+tpm2", sealed_with="tpm")), 32)


if __name__ == "__main__":
    unittest.main()
