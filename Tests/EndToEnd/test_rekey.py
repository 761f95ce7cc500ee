# SPDX-License-Identifier: Apache-2.0
"""`sessiond rekey`: another key for what is stored, while no daemon runs."""

import os
import pathlib
import shutil
import stat
import subprocess
import unittest

from conditions import DAEMON_USER, mounted, own_mounts, require_root
from harness import BINARIES, PACKAGE, PATIENCE_SECONDS
from sealing import KEY, OTHER_KEY, SealingTestCase, key_file, key_id, revision

# What keeps the key of a machine, in a folder of the test's; fails or kills who called it where it is told to.
KEY_PROGRAM = """#!/bin/sh
set -eu
folder=${0%/*}
echo "$1" >>"$folder/calls"
[ ! -e "$folder/fail-$1" ] || { echo "told to fail at $1" >&2; exit 1; }
case $1 in
    current) [ ! -e "$folder/key" ] || echo "$folder/key" ;;
    prepare) head -c 32 /dev/urandom >"$folder/key.next"; echo "$folder/key.next" ;;
    commit) mv "$folder/key.next" "$folder/key" ;;
    discard) rm -f "$folder/key.next" ;;
esac
[ ! -e "$folder/kill-after-$1" ] || kill -9 "$PPID"
"""


def setUpModule():
    own_mounts()


class Files(SealingTestCase):
    """Keys that an administrator keeps in files."""

    def changed(self, daemon, *arguments):
        run = self.rekey(daemon, *arguments)
        self.assertEqual((run.returncode, run.stderr), (0, ""))
        return run.stdout

    def test_from_one_key_to_another(self):
        daemon, status, token = self.signed_in(KEY)
        old, new = key_file(daemon.folder, "old", KEY), key_file(daemon.folder, "new", OTHER_KEY)
        said = self.changed(daemon, "--from", old, "--to", new)
        self.assertIn(f"{daemon.state_path} is sealed with key {key_id(OTHER_KEY)} from now on", said)
        self.assertIn(f"LoadCredential=sessiond.state-key:{new}", said)
        self.assertEqual(self.key_ids(daemon), {key_id(OTHER_KEY)})
        self.assert_locked(daemon, f"is sealed with key {key_id(OTHER_KEY)}")
        self.give(daemon, OTHER_KEY).start()
        self.assert_session(daemon, status, token, sealed=True)

    def test_a_missing_file_for_the_new_key_is_made(self):
        daemon, status, token = self.signed_in(KEY)
        new = daemon.folder / "new"
        self.changed(daemon, "--from", key_file(daemon.folder, "old", KEY), "--to", new)
        self.assertEqual((stat.S_IMODE(new.stat().st_mode), new.stat().st_size), (0o600, 32))
        self.give(daemon, new.read_bytes()).start()
        self.assert_session(daemon, status, token, sealed=True)

    def test_what_is_clear_is_sealed_and_the_other_way_round(self):
        daemon, status, token = self.signed_in()
        new = key_file(daemon.folder, "new", KEY)
        self.changed(daemon, "--from", "none", "--to", new)
        self.assertEqual(self.key_ids(daemon), {key_id(KEY)})
        said = self.changed(daemon, "--from", new, "--to", "none")
        self.assertIn("is not encrypted any more", said)
        self.assertEqual(self.key_ids(daemon), {"none"})
        daemon.start()
        self.assert_session(daemon, status, token, sealed=False)

    def test_the_folder_may_be_named_before_the_command_too(self):
        daemon, _, _ = self.signed_in(KEY)
        run = subprocess.run(
            [BINARIES / "sessiond", "--state-directory", daemon.state_path, "rekey", "--from",
             key_file(daemon.folder, "old", KEY), "--to", key_file(daemon.folder, "new", OTHER_KEY)],
            capture_output=True, text=True, timeout=PATIENCE_SECONDS, cwd="/")
        self.assertEqual((run.returncode, run.stderr), (0, ""))
        self.assertEqual(self.key_ids(daemon), {key_id(OTHER_KEY)})

    def test_the_files_stay_the_daemons(self):
        require_root()
        daemon, status, token = self.signed_in(KEY)
        os.chmod(daemon.folder, 0o711)
        daemon.as_user(DAEMON_USER)
        # One of them has to be made.
        min(self.slots(daemon), key=revision).unlink()
        old, new = key_file(daemon.folder, "old", KEY), key_file(daemon.folder, "new", OTHER_KEY)
        self.changed(daemon, "--from", old, "--to", new)
        for path in self.slots(daemon):
            found = path.stat()
            self.assertEqual((found.st_uid, found.st_gid, stat.S_IMODE(found.st_mode)),
                             (DAEMON_USER, DAEMON_USER, 0o600))
        self.give(daemon, OTHER_KEY)
        for path in (daemon.folder / "credentials").iterdir():
            os.chown(path, DAEMON_USER, DAEMON_USER)
        daemon.start()
        self.assert_session(daemon, status, token, sealed=True)

    def test_a_link_of_the_daemons_user_leads_root_nowhere(self):
        require_root()
        daemon, _, _ = self.signed_in(KEY)
        daemon.as_user(DAEMON_USER)
        precious = daemon.folder / "precious"
        precious.write_text("root's")
        precious.chmod(0o600)
        path = self.slots(daemon)[0]
        path.unlink()
        os.link(precious, path)
        old, new = key_file(daemon.folder, "old", KEY), key_file(daemon.folder, "new", OTHER_KEY)
        run = self.rekey(daemon, "--from", old, "--to", new)
        self.assertEqual(run.returncode, 74, run)
        self.assertEqual(precious.read_text(), "root's")


class Refused(SealingTestCase):
    def assert_refused_rekey(self, daemon, status, words, *arguments):
        """Fails unless it ends with that status, says those words, and changes nothing."""
        found = {path.name: path.read_bytes() for path in daemon.state_path.iterdir()}
        run = self.rekey(daemon, *arguments)
        self.assertEqual((run.returncode, run.stdout), (status, ""), run)
        self.assertIn(words, run.stderr)
        self.assertEqual({path.name: path.read_bytes() for path in daemon.state_path.iterdir()}, found)
        return run

    def test_while_a_daemon_runs(self):
        daemon, status, token = self.signed_in(KEY)
        daemon.start()
        old, new = key_file(daemon.folder, "old", KEY), daemon.folder / "new"
        run = self.rekey(daemon, "--from", old, "--to", new)
        self.assertEqual(run.returncode, 75, run)
        self.assertRegex(run.stderr, rf"process {daemon.process.pid} is using it")
        self.assertFalse(new.exists())
        self.assert_session(daemon, status, token, sealed=True)

    def test_with_the_wrong_key_or_none(self):
        daemon, _, _ = self.signed_in(KEY)
        wrong, new = key_file(daemon.folder, "wrong", OTHER_KEY), key_file(daemon.folder, "new", OTHER_KEY)
        sealed = f"is sealed with key {key_id(KEY)}"
        self.assert_refused_rekey(daemon, 65, sealed, "--from", wrong, "--to", new)
        self.assert_refused_rekey(daemon, 65, sealed, "--from", "none", "--to", "none")

    def test_with_what_is_no_key(self):
        daemon, _, _ = self.signed_in(KEY)
        old = key_file(daemon.folder, "old", KEY)
        for content in (b"", KEY[:31], KEY + b"\n", b"none"):
            bad = key_file(daemon.folder, "bad", content)
            self.assert_refused_rekey(daemon, 65, "exactly 32 bytes", "--from", bad, "--to", "none")
            self.assert_refused_rekey(daemon, 65, "exactly 32 bytes", "--from", old, "--to", bad)
        open_to_all = key_file(daemon.folder, "open", KEY)
        open_to_all.chmod(0o666)
        self.assert_refused_rekey(daemon, 66, "everyone can write it", "--from", open_to_all, "--to", "none")
        missing = daemon.folder / "missing"
        self.assert_refused_rekey(daemon, 66, "No such file", "--from", missing, "--to", "none")
        self.assert_refused_rekey(daemon, 66, "Is a directory", "--from", daemon.state_path, "--to", "none")
        self.assert_refused_rekey(daemon, 73, "No such file", "--from", old, "--to", missing / "new")

    def test_without_a_folder_a_program_or_an_intact_state(self):
        daemon, _, _ = self.signed_in(KEY)
        self.assert_refused_rekey(daemon, 64, "name files with --from and --to")
        old = key_file(daemon.folder, "old", KEY)
        for path in self.slots(daemon):
            path.write_bytes(b"garbage")
        self.assert_refused_rekey(daemon, 65, "no intact state is in it", "--from", old, "--to", "none")
        shutil.rmtree(daemon.state_path)
        run = self.rekey(daemon, "--from", old, "--to", "none")
        self.assertEqual(run.returncode, 66, run)
        self.assertFalse(daemon.state_path.exists())

    def test_on_a_disk_that_refuses(self):
        daemon, status, token = self.signed_in(KEY)
        old, new = key_file(daemon.folder, "old", KEY), key_file(daemon.folder, "new", OTHER_KEY)
        with mounted("--bind", daemon.state_path, daemon.state_path):
            subprocess.run(["mount", "-o", "remount,bind,ro", daemon.state_path], check=True)
            self.assert_refused_rekey(daemon, 74, "Read-only file system", "--from", old, "--to", new)
        daemon.start()
        self.assert_session(daemon, status, token, sealed=True)


class Machine(SealingTestCase):
    """The key of the machine, which a program keeps."""

    def installed(self, key=None):
        """A daemon that was stopped with somebody signed in, and a tree in which it is installed."""
        require_root()
        daemon, status, token = self.signed_in(key)
        tree = daemon.folder / "tree"
        self.tools = tree / "lib" / "sessiond"
        self.tools.mkdir(parents=True)
        (tree / "bin").mkdir()
        shutil.copy2(BINARIES / "sessiond", tree / "bin")
        program = self.tools / "sessiond-key"
        program.write_text(KEY_PROGRAM)
        program.chmod(0o755)
        if key:
            key_file(self.tools, "key", key)
        self.program = tree / "bin" / "sessiond"
        return daemon, status, token

    def calls(self):
        path = self.tools / "calls"
        calls = path.read_text().split() if path.exists() else []
        path.unlink(missing_ok=True)
        return calls

    def assert_given_key_opens(self, daemon, status, token):
        """Fails unless the session opens with what the machine has for a key now."""
        key = self.tools / "key"
        self.give(daemon, key.read_bytes() if key.exists() else None).start()
        self.assert_session(daemon, status, token, sealed=key.exists())
        self.assertEqual(daemon.stop(), 0)

    def test_it_gets_a_new_one(self):
        daemon, status, token = self.installed(KEY)
        run = self.rekey(daemon, program=self.program)
        self.assertEqual((run.returncode, run.stderr), (0, ""))
        self.assertEqual(self.calls(), ["current", "prepare", "commit"])
        self.assertNotEqual((self.tools / "key").read_bytes(), KEY)
        self.assertEqual(self.key_ids(daemon), {key_id((self.tools / "key").read_bytes())})
        self.assert_given_key_opens(daemon, status, token)

    def test_what_is_clear_is_sealed(self):
        daemon, status, token = self.installed()
        self.assertEqual(self.rekey(daemon, program=self.program).returncode, 0)
        self.assertEqual(self.calls(), ["prepare", "commit"])
        self.assert_given_key_opens(daemon, status, token)

    def test_a_copy_of_a_key_that_was_lost(self):
        daemon, status, token = self.installed(KEY)
        (self.tools / "key").unlink()
        run = self.rekey(daemon, program=self.program)
        self.assertEqual(run.returncode, 66, run)
        self.assertIn("this machine has no key: name a copy with --from", run.stderr)
        copy = key_file(daemon.folder, "copy", KEY)
        self.assertEqual(self.rekey(daemon, "--from", copy, program=self.program).returncode, 0)
        self.assert_given_key_opens(daemon, status, token)

    def test_while_a_daemon_runs_no_key_is_made(self):
        daemon, _, _ = self.installed(KEY)
        daemon.start()
        self.assertEqual(self.rekey(daemon, program=self.program).returncode, 75)
        self.assertNotIn("prepare", self.calls())
        self.assertEqual((self.tools / "key").read_bytes(), KEY)

    def test_a_program_that_fails(self):
        for verb in ("current", "prepare", "commit"):
            with self.subTest(verb):
                daemon, status, token = self.installed(KEY)
                (self.tools / f"fail-{verb}").touch()
                run = self.rekey(daemon, program=self.program)
                self.assertEqual(run.returncode, 71, run)
                self.assertIn(f"told to fail at {verb}", run.stderr)
                self.assertFalse((self.tools / "key.next").exists())
                self.assertEqual((self.tools / "key").read_bytes(), KEY)
                self.assert_given_key_opens(daemon, status, token)
                self.assertEqual(self.key_ids(daemon), {key_id(KEY)})

    def test_a_program_that_fails_where_children_are_not_waited_for(self):
        # As started by a program that ignores SIGCHLD.
        daemon, status, token = self.installed(KEY)
        command = ["env", "--ignore-signal=CHLD", self.program, "rekey", "--state-directory", daemon.state_path]
        (self.tools / "fail-commit").touch()
        self.assertEqual(subprocess.run(command, capture_output=True, timeout=PATIENCE_SECONDS).returncode, 71)
        self.assertEqual((self.tools / "key").read_bytes(), KEY)
        (self.tools / "fail-commit").unlink()
        self.assertEqual(subprocess.run(command, capture_output=True, timeout=PATIENCE_SECONDS).returncode, 0)
        self.assert_given_key_opens(daemon, status, token)

    def test_killed_at_any_step_the_key_that_is_given_opens_the_state(self):
        for verb in ("current", "prepare", "commit"):
            with self.subTest(verb):
                daemon, status, token = self.installed(KEY)
                (self.tools / f"kill-after-{verb}").touch()
                self.assertEqual(self.rekey(daemon, program=self.program).returncode, -9)
                self.assertEqual((self.tools / "key").read_bytes() == KEY, verb != "commit")
                self.assert_given_key_opens(daemon, status, token)
                self.assertEqual(self.key_ids(daemon), {key_id((self.tools / "key").read_bytes())})

    def test_no_secret_is_in_an_argument_or_a_variable(self):
        daemon, _, _ = self.installed(KEY)
        trace = daemon.folder / "trace"
        run = subprocess.run(
            ["strace", "-f", "-v", "-s", "256", "-xx", "-o", trace, "-e", "trace=execve",
             self.program, "rekey", "--state-directory", daemon.state_path],
            capture_output=True, text=True, timeout=PATIENCE_SECONDS, cwd="/")
        self.assertEqual(run.returncode, 0, run)
        text = trace.read_text()
        new = (self.tools / "key").read_bytes()
        for key in (KEY, new):
            self.assertNotIn("".join(f"\\x{byte:02x}" for byte in key[:8]), text)
        self.assertIn("".join(f"\\x{byte:02x}" for byte in b"prepare"), text)


class InstalledProgram(SealingTestCase):
    """The real one, with systemd-creds(1) and folders of the test's own."""

    def setUp(self):
        require_root()
        super().setUp()
        self.daemon = self.make()
        self.state, self.run = self.daemon.folder / "key-state", self.daemon.folder / "key-run"
        # The host's secret is the test's as well.
        self.enterContext(mounted("-t", "tmpfs", "-o", "mode=0755", "tmpfs", "/var/lib/systemd"))

    def program(self, *arguments):
        return subprocess.run(
            [PACKAGE / "Packaging" / "sessiond-key", *arguments], capture_output=True, text=True,
            timeout=PATIENCE_SECONDS, cwd="/",
            env={"PATH": os.environ["PATH"], "STATE_DIRECTORY": str(self.state), "RUNTIME_DIRECTORY": str(self.run)})

    @property
    def clear(self):
        return self.run / "sessiond.state-key"

    @property
    def encrypted(self):
        return next(self.state.glob("*.cred"))

    def test_the_first_start_makes_a_key_and_later_ones_unseal_it(self):
        self.assertEqual(self.program("current").stdout, "")
        run = self.program()
        self.assertEqual(run.returncode, 0, run)
        self.assertIn(f"a new key is in {self.encrypted}", run.stderr)
        key = self.clear.read_bytes()
        self.assertEqual(len(key), 32)
        for path, mode in ((self.clear, 0o400), (self.encrypted, 0o600), (self.run, 0o700), (self.state, 0o700)):
            self.assertEqual(stat.S_IMODE(path.stat().st_mode), mode, path)
        self.assertNotIn(key, self.encrypted.read_bytes())
        shutil.rmtree(self.run)
        self.assertEqual(self.program().returncode, 0)
        self.assertEqual(self.clear.read_bytes(), key)
        shutil.rmtree(self.run)
        self.assertEqual(self.program("current").stdout, f"{self.clear}\n")
        self.assertEqual(self.clear.read_bytes(), key)

    def test_what_cannot_be_decrypted_is_left_as_it_is(self):
        self.program()
        shutil.rmtree(self.run)
        data = self.encrypted.read_bytes()
        spoilt = data[:40] + bytes([data[40] ^ 1]) + data[41:]
        for content in (spoilt, b"", b"garbage"):
            self.encrypted.write_bytes(content)
            for verb in ([], ["current"]):
                run = self.program(*verb)
                self.assertEqual((run.returncode, run.stdout), (1, ""))
                self.assertIn(f"cannot decrypt {self.encrypted}, which is left as it is", run.stderr)
                self.assertIn("sessiond rekey --from FILE", run.stderr)
            self.assertEqual(self.encrypted.read_bytes(), content)
            self.assertEqual(list(self.run.iterdir()), [])
        self.encrypted.write_bytes(data)
        pathlib.Path("/var/lib/systemd/credential.secret").rename("/var/lib/systemd/elsewhere")
        self.assertEqual(self.program().returncode, 1)
        self.assertEqual(self.encrypted.read_bytes(), data)
        pathlib.Path("/var/lib/systemd/elsewhere").rename("/var/lib/systemd/credential.secret")
        self.assertEqual(self.program().returncode, 0)

    def test_another_key_takes_its_place_at_once(self):
        self.program()
        key = self.clear.read_bytes()
        run = self.program("prepare")
        self.assertEqual(run.stdout, f"{self.clear}.next\n")
        new = pathlib.Path(run.stdout.strip()).read_bytes()
        self.assertNotEqual(new, key)
        self.assertEqual(self.clear.read_bytes(), key)
        self.assertEqual(self.program("commit").returncode, 0)
        self.assertEqual(self.clear.read_bytes(), new)
        self.assertEqual(len(list(self.state.iterdir())), 1)
        shutil.rmtree(self.run)
        self.program()
        self.assertEqual(self.clear.read_bytes(), new)
        self.program("prepare")
        self.assertEqual(self.program("discard").returncode, 0)
        self.assertEqual([path.name for path in self.run.iterdir()], ["sessiond.state-key"])
        self.assertEqual(len(list(self.state.iterdir())), 1)
        self.assertEqual(self.clear.read_bytes(), new)

    def test_a_cloned_machine_makes_its_own_and_leaves_the_others(self):
        self.program()
        first, data, key = self.encrypted, self.encrypted.read_bytes(), self.clear.read_bytes()
        shutil.rmtree(self.run)
        machine_id = self.daemon.folder / "machine-id"
        machine_id.write_text("0123456789abcdef0123456789abcdef\n")
        with mounted("--bind", machine_id, "/etc/machine-id"):
            self.assertEqual(self.program().returncode, 0)
        self.assertNotEqual(self.clear.read_bytes(), key)
        self.assertEqual(first.read_bytes(), data)
        self.assertEqual(len(list(self.state.glob("*.cred"))), 2)

    def test_anything_else_is_a_mistake(self):
        run = self.program("restore")
        self.assertEqual(run.returncode, 64)
        self.assertIn("usage: sessiond-key", run.stderr)


if __name__ == "__main__":
    unittest.main()
