# SPDX-License-Identifier: Apache-2.0
"""Disks that are full or read-only, and folders with something else in them than was left there."""

import hashlib
import json
import os
import pathlib
import re
import shutil
import subprocess
import unittest

from conditions import DAEMON_USER, ConditionedTestCase, fill, mounted, own_mounts
from harness import hashed, lasting, thumbprint

LOGIN, PASSWORD = "ann@example.com", "ann's"
ACCOUNTS = {LOGIN: hashed(PASSWORD, 1000)}
HEADER_BYTES = 512
MUTATIONS = [
    ("session.setIdentity", {"customEmail": "label"}),
    ("session.regenerateUUID", {}),
    ("session.regenerateUUID", {"clientIdentifier": "x"}),
    ("session.simpleAuthenticate", {"email": LOGIN, "authID": "till"}),
    ("session.signOut", {}),
    ("session.signIn", {"email": LOGIN, "password": PASSWORD}),
    ("session.signOut", {}),
    ("session.signIn", {"email": LOGIN, "password": PASSWORD}),
    ("session.destroy", {}),
]


def setUpModule():
    own_mounts()


class DiskTestCase(ConditionedTestCase):
    def make(self, **options):
        return self.make_daemon({}, ACCOUNTS, **options)

    def with_state(self, **options):
        """A daemon that is not running, with a signed-in session in its folder; the daemon, status and token."""
        daemon = self.make(**options).start()
        daemon.call("session.signIn", email=LOGIN, password=PASSWORD)
        daemon.call("session.setIdentity", customIdentifier="till 4")
        status, token = daemon.call("session.status"), daemon.call("session.retrieveToken")["token"]
        daemon.stop()
        return daemon, status, token

    def on_tmpfs(self, daemon, *options):
        self.enterContext(mounted("-t", "tmpfs", "-o", ",".join(("mode=0700", *options)), "tmpfs", daemon.state_path))

    def assert_store(self, daemon, state):
        self.assertEqual(daemon.call("session.status")["store"]["state"], state)
        self.assertEqual(
            [problem["name"] for problem in daemon.call("daemon.health")["problems"]],
            ["storeFailed"] if state == "failing" else [])


class FullDisk(DiskTestCase):
    def test_everything_works_on_a_disk_that_is_full_by_now(self):
        daemon = self.make()
        self.on_tmpfs(daemon, "size=2m")
        daemon.start()
        daemon.call("session.retrieveToken")
        fill(daemon.state_path)
        client = daemon.client()
        for method, params in MUTATIONS:
            answer = client.call(method, **params)
            self.assertTrue(answer.get("durable", True), (method, answer))
            before = client.call("session.status")
            self.assertEqual(before["store"]["state"], "ok", method)
            daemon.kill()
            daemon.start()
            client = daemon.client()
            self.assertEqual(lasting(client.call("session.status")), lasting(before), method)
        self.assertNotIn("No space left", daemon.stderr)

    def test_a_disk_that_was_full_from_the_start(self):
        daemon = self.make()
        self.on_tmpfs(daemon, "size=2m")
        ballast = fill(daemon.state_path)
        daemon.start()
        output = daemon.output.wait_for("the session cannot be stored: .*").group()
        self.assertIn("No space left on device (free some space on its file system)", output)
        self.assertIn(str(daemon.state_path), output)
        client = daemon.client()
        uuid = client.call("session.getUUID")
        client.call("session.retrieveToken")
        self.assert_store(daemon, "failing")
        for method, params in MUTATIONS:
            if method in ("session.signOut", "session.destroy"):
                self.assertIs(client.call(method, **params)["durable"], False)
            else:
                error = self.assert_refused("storeFailed", client.call, method, **params)
                self.assertIn("No space left on device", error.message)
                self.assertIn("free some space", error.data["hint"])
        self.assertNotEqual(client.call("session.getUUID"), uuid)
        ballast.unlink()
        client.call("session.setIdentity", customEmail="label")
        self.assert_store(daemon, "ok")
        before = client.call("session.status")
        fill(daemon.state_path)
        self.assertIs(client.call("session.destroy")["durable"], True)
        daemon.kill()
        daemon.start()
        self.assertEqual(daemon.call("session.status")["generation"], before["generation"] + 1)


class ReadOnly(DiskTestCase):
    def test_a_read_only_file_system(self):
        daemon = self.make()
        self.on_tmpfs(daemon)
        self.on_tmpfs_with_state(daemon)
        before, token = daemon.before
        subprocess.run(["mount", "-o", "remount,ro", daemon.state_path], check=True)
        daemon.start()
        self.assert_served_read_only(daemon, before, token, "Read-only file system", "mount its file system for")

    def on_tmpfs_with_state(self, daemon):
        daemon.start()
        daemon.call("session.signIn", email=LOGIN, password=PASSWORD)
        daemon.before = daemon.call("session.status"), daemon.call("session.retrieveToken")["token"]
        daemon.stop()

    def test_files_that_the_daemon_may_only_read(self):
        daemon, before, token = self.with_state()
        daemon.as_user(DAEMON_USER)
        for path in daemon.state_path.iterdir():
            path.chmod(0o400)
        daemon.state_path.chmod(0o500)
        daemon.start()
        self.assert_served_read_only(daemon, before, token, "Permission denied", "daemon's user own the folder")

    def test_an_empty_read_only_file_system(self):
        daemon = self.make()
        self.on_tmpfs(daemon, "ro")
        daemon.start()
        daemon.output.wait_for("the session cannot be stored: .*Read-only file system")
        self.assertEqual(daemon.call("session.retrieveToken")["origin"], "ANONYMOUS")
        self.assert_store(daemon, "failing")

    def assert_served_read_only(self, daemon, before, token, words, hint):
        files = contents(daemon.state_path)
        client = daemon.client()
        status = client.call("session.status")
        self.assertEqual({**lasting(status), "store": None}, {**lasting(before), "store": None})
        self.assertEqual(client.call("session.retrieveToken")["token"], token)
        error = self.assert_refused("storeFailed", client.call, "session.setIdentity", customEmail="label")
        self.assertIn(words, error.message)
        self.assertIn(hint, error.data["hint"])
        self.assertEqual({**lasting(client.call("session.status")), "store": None}, {**lasting(before), "store": None})
        self.assert_store(daemon, "failing")
        answer = client.call("session.signOut")
        self.assertEqual((answer["changed"], answer["durable"]), (True, False))
        self.assertFalse(client.call("session.status")["signedIn"])
        self.assert_refused(
            "storeFailed", client.call, "session.simpleAuthenticate", email=LOGIN, authID="till")
        self.assert_refused("storeFailed", client.call, "session.signIn", email=LOGIN, password=PASSWORD)
        self.assert_refused("storeFailed", client.call, "session.regenerateUUID")
        self.assertEqual(contents(daemon.state_path), files)
        daemon.kill()
        daemon.start()
        self.assertEqual(daemon.call("session.retrieveToken", requireSignedIn=True)["token"], token)


def contents(folder):
    """What is in a folder: names, kinds, bytes."""
    found = {}
    for path in sorted(folder.iterdir()):
        if path.is_symlink():
            found[path.name] = "link", os.readlink(path)
        elif path.is_file():
            found[path.name] = "file", path.read_bytes()
        else:
            found[path.name] = "other", path.lstat().st_mode
    return found


def slots(daemon):
    return [daemon.state_path / "session.0", daemon.state_path / "session.1"]


def current(daemon):
    """The slot that counts."""
    return max(slots(daemon), key=lambda path: int(re.search(rb" revision=(\d+)", path.read_bytes())[1]))


def with_header(path, old, new):
    """Rewrites a slot's header so that it is intact with that change, whoever checks it."""
    data = path.read_bytes()
    block = re.sub(old, new, data[:HEADER_BYTES], count=1)
    block = block.rstrip(b" \n")
    block = block + b"\n" + b" " * (HEADER_BYTES - 2 - len(block)) + b"\n"
    length = int(re.search(rb"length=(\d+)", block)[1])
    unsigned = re.sub(rb"sha256=[0-9a-f]{64}", b"sha256=" + b"0" * 64, block)
    digest = hashlib.sha256(unsigned + data[HEADER_BYTES:HEADER_BYTES + length]).hexdigest()
    block = unsigned.replace(b"sha256=" + b"0" * 64, b"sha256=" + digest.encode())
    path.write_bytes(block + data[HEADER_BYTES:])


class Damaged(DiskTestCase):
    """What is no intact state, of nobody's: it is set aside, and a new installation begins, loudly."""

    def assert_set_aside(self, spoil):
        daemon, before, token = self.with_state()
        for path in slots(daemon):
            spoil(path)
        spoiled = contents(daemon.state_path)
        daemon.start()
        status = daemon.call("session.status")
        self.assertNotEqual(status["uuid"], before["uuid"])
        self.assertGreater(status["generation"], before["generation"])
        self.assertEqual(status["store"]["state"], "ok")
        self.assertFalse(status["signedIn"])
        log = daemon.output.wait_for("^CRITICAL .*set aside as.*").group()
        after = contents(daemon.state_path)
        for name, content in spoiled.items():
            self.assertEqual(after[name + ".damaged"], content)
            self.assertIn(str(daemon.state_path / (name + ".damaged")), log)
        client = daemon.client()
        client.call("session.setIdentity", customEmail="label")
        self.assertNotEqual(client.call("session.retrieveToken")["token"], token)
        before = client.call("session.status")
        daemon.restart(kill=True)
        self.assertEqual(lasting(daemon.call("session.status")), lasting(before))
        return daemon, spoiled

    def test_cut_off_within_the_state(self):
        self.assert_set_aside(lambda path: os.truncate(path, HEADER_BYTES + 20))

    def test_garbage(self):
        self.assert_set_aside(lambda path: path.write_bytes(b"garbage, not ours\n" * 100))

    def test_zeros_behind_the_header(self):
        self.assert_set_aside(lambda path: path.write_bytes(path.read_bytes()[:HEADER_BYTES] + bytes(4096)))

    def test_one_bit_of_the_state(self):
        self.assert_set_aside(lambda path: flip(path, HEADER_BYTES + 100))

    def test_one_bit_of_the_header(self):
        self.assert_set_aside(lambda path: flip(path, 60))

    def test_the_first_and_the_last_one_set_aside_are_kept(self):
        daemon, first = self.assert_set_aside(lambda path: flip(path, HEADER_BYTES + 100))
        kept = None
        for text in (b"second", b"third"):
            daemon.kill()
            for path in slots(daemon):
                path.write_bytes(text)
            kept = text
            daemon.start()
        after = contents(daemon.state_path)
        for path in slots(daemon):
            self.assertEqual(after[f"{path.name}.damaged"], first[path.name])
            self.assertEqual(after[f"{path.name}.damaged.last"], ("file", kept))

    def test_an_intact_state_beside_a_damaged_one_counts(self):
        for spoil in (
            lambda path: flip(path, HEADER_BYTES + 9), lambda path: os.truncate(path, 0), pathlib.Path.unlink,
        ):
            daemon, before, token = self.with_state()
            newest = current(daemon)
            spoil(next(path for path in slots(daemon) if path != newest))
            daemon.start()
            self.assertEqual(lasting(daemon.call("session.status")), lasting(before))
            self.assertEqual(daemon.call("session.retrieveToken")["token"], token)
            client = daemon.client()
            client.call("session.setIdentity", customEmail="label")
            daemon.restart(kill=True)
            self.assertEqual(daemon.call("session.status")["customEmail"], "label")

    def test_the_older_state_counts_where_the_newer_is_damaged(self):
        daemon, before, _ = self.with_state()
        flip(current(daemon), HEADER_BYTES + 9)
        daemon.start()
        status = daemon.call("session.status")
        # The label was the last change.
        self.assertEqual(
            {**lasting(before), "customIdentifier": None}, {**lasting(status), "customIdentifier": None})
        self.assertNotIn("customIdentifier", status)

    def test_no_files_at_all_are_a_new_installation(self):
        daemon, before, _ = self.with_state()
        for path in slots(daemon):
            path.unlink()
        daemon.start()
        self.assertNotEqual(daemon.call("session.getUUID")["uuid"], before["uuid"])
        self.assertNotIn("CRITICAL", daemon.stderr)


def flip(path, offset):
    with open(path, "r+b") as file:
        file.seek(offset)
        byte = file.read(1)[0]
        file.seek(offset)
        file.write(bytes([byte ^ 1]))


class Locked(DiskTestCase):
    """What may be a state that others can read: nothing is overwritten until somebody gives it up."""

    def assert_locked(self, spoil, *words):
        daemon, before, token = self.with_state()
        spoil(daemon)
        found = contents(daemon.state_path)
        daemon.start()
        client = daemon.client()
        texts = []
        for method, params in [("session.getUUID", {}), ("session.status", {}), ("session.retrieveToken", {}),
                               ("session.touch", {}), *MUTATIONS]:
            error = self.assert_refused("storeLocked", client.call, method, **params)
            self.assertEqual(error.code, -32010)
            self.assertFalse(error.data["retryable"])
            texts.append(f"{error.message} {error.data['hint']}")
        health = client.call("daemon.health")
        self.assertFalse(health["ready"])
        self.assertEqual([problem["name"] for problem in health["problems"]], ["storeLocked"])
        texts.append(health["problems"][0]["hint"])
        texts.append(daemon.output.wait_for("^ERROR .*").group())
        texts.append(" ".join(daemon.notifications.wait_for(lambda line: line.startswith("STATUS=Locked"))))
        for text in texts:
            self.assertIn(words[0], text)
        for word in words:
            self.assertIn(word, texts[0])
        self.assertEqual(contents(daemon.state_path), found)
        daemon.restart()
        self.assertEqual(contents(daemon.state_path), found)
        self.assert_refused("storeLocked", daemon.call, "session.status")
        return daemon, before, found

    def assert_opens(self, daemon, before, found):
        """Only who says so gives up what nobody here can read."""
        client = daemon.client()
        self.assert_refused("storeLocked", client.call, "session.destroy")
        self.assert_refused("storeLocked", client.call, "session.destroy", discardUnreadable=False)
        self.assertEqual(contents(daemon.state_path), found)
        answer = client.call("session.destroy", discardUnreadable=True)
        self.assertIs(answer["durable"], True)
        self.assertNotEqual(answer["uuid"], before["uuid"])
        self.assertGreater(answer["generation"], before["generation"])
        status = client.call("session.status")
        self.assertEqual((status["uuid"], status["generation"]), (answer["uuid"], answer["generation"]))
        self.assertEqual(status["store"], {"sealed": False, "state": "ok"})
        self.assertEqual(client.call("daemon.health"), {"ready": True, "problems": []})
        daemon.restart(kill=True)
        self.assertEqual(daemon.call("session.getUUID")["uuid"], answer["uuid"])
        after = contents(daemon.state_path)
        for name, content in found.items():
            self.assertIn(content, after.values(), f"{name} is gone")
        # Of a session that can be read it is a destroy like any other.
        self.assertEqual(
            daemon.call("session.destroy", discardUnreadable=True)["generation"], answer["generation"] + 1)

    def test_a_newer_format(self):
        def spoil(daemon):
            with_header(current(daemon), rb"format=1 ", b"format=2 ")
        self.assert_opens(*self.assert_file_named(*self.assert_locked(
            spoil, "format 2", "install the version", "--discard-unreadable")))

    def test_a_newer_format_beside_an_intact_older_one_that_counts_more(self):
        def spoil(daemon):
            other = next(path for path in slots(daemon) if path != current(daemon))
            with_header(other, rb"format=1 ", b"format=2 ")
        self.assert_opens(*self.assert_file_named(*self.assert_locked(spoil, "format 2")))

    def test_sealed_with_a_key(self):
        def spoil(daemon):
            for path in slots(daemon):
                with_header(path, rb"key=none", b"key=" + b"0123456789abcdef" * 2)
        self.assert_opens(*self.assert_file_named(*self.assert_locked(
            spoil, "key 0123456789abcdef", "--discard-unreadable")))

    def assert_file_named(self, daemon, before, found):
        error = self.assert_refused("storeLocked", daemon.call, "session.status")
        self.assertIn(f"{daemon.state_path}/session.", error.message)
        daemon.output.wait_for(f"^ERROR .*{daemon.state_path}/session[.]")
        return daemon, before, found

    def replace(self, make):
        def spoil(daemon):
            path = current(daemon)
            moved = daemon.folder / "moved"
            path.rename(moved)
            make(path, moved)
        return spoil

    def test_a_symbolic_link(self):
        found = self.assert_locked(
            self.replace(lambda path, moved: path.symlink_to(moved)), "a symbolic link", "move it away")
        target = found[0].folder / "moved"
        data = target.read_bytes()
        self.assert_opens(*found)
        self.assertEqual(target.read_bytes(), data)

    def test_a_fifo(self):
        self.assert_opens(*self.assert_file_named(*self.assert_locked(
            self.replace(lambda path, _: os.mkfifo(path)), "a FIFO", "move it away")))

    def test_a_folder(self):
        self.assert_opens(*self.assert_file_named(*self.assert_locked(
            self.replace(lambda path, _: path.mkdir()), "a folder", "move it away")))

    def test_a_link_to_nothing(self):
        self.assert_opens(*self.assert_locked(
            self.replace(lambda path, _: path.symlink_to("nowhere")), "a symbolic link"))

    def test_a_record_that_is_intact_and_none_of_this_version(self):
        def spoil(daemon):
            for path in slots(daemon):
                data = path.read_bytes()
                path.write_bytes(data[:HEADER_BYTES] + data[HEADER_BYTES:].replace(b'"uuid"', b'"UUID"'))
                with_header(path, rb"sha256", b"sha256")
        self.assert_opens(*self.assert_locked(spoil, '"uuid"', "install the version", "--discard-unreadable"))

    def test_no_generation_comes_twice_however_often_it_is_given_up(self):
        daemon, before, _ = self.with_state()
        generations = [before["generation"]]
        for number in range(6):
            for path in slots(daemon):
                if number % 2:
                    with_header(path, rb"format=1 ", b"format=2 ")
                else:
                    flip(path, HEADER_BYTES + 100)
            daemon.start()
            client = daemon.client()
            if number % 2:
                generations.append(client.call("session.destroy", discardUnreadable=True)["generation"])
            else:
                generations.append(client.call("session.status")["generation"])
            # More customers than seconds pass.
            generations += [client.call("session.regenerateUUID")["generation"] for _ in range(20)]
            daemon.kill()
        self.assertEqual(generations, sorted(set(generations)))

    def test_it_opens_again_where_the_cause_is_removed(self):
        daemon, before, _ = self.assert_locked(
            self.replace(lambda path, moved: path.symlink_to(moved)), "a symbolic link")
        daemon.stop()
        link = next(path for path in slots(daemon) if path.is_symlink())
        (daemon.folder / "moved").rename(link)
        daemon.start()
        self.assertEqual(lasting(daemon.call("session.status")), lasting(before))

    def with_a_link(self):
        """A locked daemon, and what puts it right."""
        daemon, before, found = self.assert_locked(
            self.replace(lambda path, moved: path.symlink_to(moved)), "a symbolic link")
        link = next(path for path in slots(daemon) if path.is_symlink())
        return daemon, before, found, lambda: (daemon.folder / "moved").rename(link)

    def test_it_opens_again_at_a_reload_where_the_cause_is_removed(self):
        daemon, before, _, put_right = self.with_a_link()
        shown = daemon.sessionctl("reload")
        self.assertRegex(shown.stdout.decode(), r"(?m)^Session: is not served, storeLocked: .* a symbolic link")
        put_right()
        # What waits for a restart is opened by that.
        daemon.configure({"Store": {"Seal": "no"}})
        self.assertEqual(daemon.call("daemon.reload")["needsRestart"], ["Store.Seal"])
        self.assert_refused("storeLocked", daemon.call, "session.status")
        daemon.configure({})
        shown = daemon.sessionctl("reload")
        self.assertEqual(shown.stdout.decode().splitlines()[-1], "Session: goes on")
        self.assertEqual(lasting(daemon.call("session.status")), lasting(before))
        self.assertTrue(daemon.call("session.signOut")["durable"])
        daemon.restart(kill=True)
        self.assertFalse(daemon.call("session.status")["signedIn"])

    def test_what_can_be_read_by_then_is_not_given_up(self):
        daemon, before, found, put_right = self.with_a_link()
        put_right()
        given_up = daemon.sessionctl("destroy", "--yes", "--discard-unreadable")
        self.assertEqual((given_up.returncode, given_up.stdout), (1, b""))
        self.assertIn(b"nothing was thrown away", given_up.stderr)
        self.assertIn(b"sessionctl status shows it", given_up.stderr)
        self.assertEqual(lasting(daemon.call("session.status")), lasting(before))
        self.assertEqual(set(contents(daemon.state_path)), set(found))
        self.assertTrue(daemon.call("daemon.health")["ready"])

    def test_a_session_of_another_authority_ends_by_a_line_that_says_so_alone(self):
        daemon, before, _, put_right = self.with_a_link()
        put_right()
        for path in slots(daemon):
            path.write_bytes(path.read_bytes().replace(b'"kind":"local"', b'"kind":"other"'))
            with_header(path, rb"sha256", b"sha256")
        found = contents(daemon.state_path)
        self.assertTrue(any(b'"kind":"other"' in path.read_bytes() for path in slots(daemon)))
        daemon.config_path.write_text("")
        daemon.call("daemon.reload")
        self.assert_refused("notConfigured", daemon.call, "session.status")
        error = self.assert_refused("notConfigured", daemon.call, "session.destroy", discardUnreadable=True)
        self.assertIn("Kind=other", error.data["hint"])
        self.assertEqual(contents(daemon.state_path), found)
        daemon.config_path.write_text("[Authority]\nKind=local\n")
        self.assertTrue(daemon.call("daemon.reload")["endsSession"])
        self.assertGreater(daemon.call("session.status")["generation"], before["generation"])

    def test_sessionctl_says_it_and_gives_it_up(self):
        daemon, before, _ = self.assert_locked(self.replace(lambda path, _: path.mkdir()), "a folder")
        asked = daemon.sessionctl("status")
        self.assertEqual(asked.returncode, 78, asked)
        self.assertIn(b"a folder", asked.stderr)
        self.assertEqual(daemon.sessionctl("destroy", "--yes").returncode, 78)
        self.assertEqual(daemon.sessionctl("destroy", "--yes", "--discard-unreadable").returncode, 0)
        self.assertGreater(daemon.call("session.status")["generation"], before["generation"])

    def test_a_folder_that_the_daemon_may_not_open(self):
        daemon, before, token = self.with_state()
        daemon.as_user(DAEMON_USER)
        daemon.state_path.chmod(0)
        daemon.start()
        for method, params in [("session.status", {}), *MUTATIONS]:
            error = self.assert_refused("storeLocked", daemon.call, method, **params)
            self.assertIn(f"cannot open {daemon.state_path}: Permission denied", error.message)
            self.assertIn("0700", error.data["hint"])
        self.assert_refused("storeFailed", daemon.call, "session.destroy", discardUnreadable=True)
        self.assertFalse(daemon.call("daemon.health")["ready"])
        daemon.call("daemon.reload")
        self.assert_refused("storeLocked", daemon.call, "session.status")
        daemon.state_path.chmod(0o700)
        daemon.call("daemon.reload")
        self.assertEqual(lasting(daemon.call("session.status")), lasting(before))
        self.assertEqual(daemon.call("session.retrieveToken")["token"], token)

    def test_a_file_in_place_of_the_folder(self):
        daemon = self.make()
        daemon.state_path.rmdir()
        daemon.state_path.write_text("not a folder")
        daemon.start()
        error = self.assert_refused("storeLocked", daemon.call, "session.status")
        self.assertIn("Not a directory", error.message)
        self.assertEqual(daemon.state_path.read_text(), "not a folder")


class Folder(DiskTestCase):
    def test_a_second_daemon_on_the_folder_is_turned_away(self):
        daemon = self.make().start()
        before = daemon.call("session.status")
        second = self.make()
        shutil.rmtree(second.state_path)
        second.state_path.symlink_to(daemon.state_path)
        status, output = second.launch().wait_for_end()
        self.assertEqual(status, 75, output)
        self.assertRegex(output, rf"process {daemon.process.pid} is using it")
        self.assertIn("--state-directory", output)
        self.assertFalse(second.socket_path.exists())
        self.assertEqual(lasting(daemon.call("session.status")), lasting(before))
        daemon.kill()
        second.start()
        self.assertEqual(second.call("session.getUUID")["uuid"], before["uuid"])

    def test_a_missing_folder_is_made(self):
        daemon = self.make()
        daemon.state_path.rmdir()
        daemon.start()
        self.assertEqual(daemon.state_path.stat().st_mode & 0o7777, 0o700)
        for path in slots(daemon):
            self.assertEqual(path.stat().st_mode & 0o7777, 0o600)

    def test_modes_that_let_others_in_are_reported(self):
        daemon, before, _ = self.with_state()
        daemon.state_path.chmod(0o755)
        slots(daemon)[0].chmod(0o644)
        daemon.start()
        daemon.output.wait_for(rf"^WARNING {daemon.state_path} has mode 0755.*chmod 0700")
        daemon.output.wait_for(rf"^WARNING {slots(daemon)[0]} has mode 0644.*chmod 0600")
        self.assertEqual(lasting(daemon.call("session.status")), lasting(before))

    def test_the_state_of_another_machine_is_set_aside(self):
        daemon, before, token = self.with_state()
        for path in slots(daemon):
            with_header(path, rb"machine=[0-9a-f]{32}", b"machine=" + b"0123456789abcdef" * 2)
        cloned = contents(daemon.state_path)
        daemon.start()
        daemon.output.wait_for("^CRITICAL .*another machine's.*REASON=securityException")
        status = daemon.call("session.status")
        self.assertNotEqual(status["uuid"], before["uuid"])
        self.assertEqual(status["generation"], before["generation"] + 1)
        after = contents(daemon.state_path)
        for name, content in cloned.items():
            self.assertEqual(after[name + ".damaged"], content)

    def test_the_state_of_another_machine_is_kept_where_that_is_wanted(self):
        daemon, before, token = self.with_state()
        daemon.configure({"Store": {"OtherMachine": "keep"}}, ACCOUNTS)
        for path in slots(daemon):
            with_header(path, rb"machine=[0-9a-f]{32}", b"machine=" + b"0123456789abcdef" * 2)
        daemon.start()
        self.assertEqual(lasting(daemon.call("session.status")), lasting(before))
        self.assertEqual(daemon.call("session.retrieveToken")["token"], token)

    def test_members_that_this_version_does_not_know_are_kept(self):
        daemon, before, _ = self.with_state()
        path = current(daemon)
        data = path.read_bytes()
        length = int(re.search(rb"length=(\d+)", data)[1])
        record = json.loads(data[HEADER_BYTES:HEADER_BYTES + length])
        record["later"] = {"a": [1, "x"]}
        payload = json.dumps(record, separators=(",", ":")).encode()
        path.write_bytes(data[:HEADER_BYTES] + payload + data[HEADER_BYTES + len(payload):])
        with_header(path, rb"length=\d+", b"length=%d" % len(payload))
        daemon.start()
        client = daemon.client()
        client.call("session.setIdentity", customEmail="label")
        self.assertEqual(lasting(client.call("session.status")), {**lasting(before), "customEmail": "label"})
        daemon.kill()
        self.assertIn(b'"later":{"a":[1,"x"]}', current(daemon).read_bytes())

    def test_the_device_key_survives(self):
        daemon, _, _ = self.with_state()
        keys = []
        for _ in range(2):
            keys.append(thumbprint(daemon.start().call("daemon.info")["jwk"]))
            daemon.kill()
        self.assertEqual(keys[0], keys[1])


if __name__ == "__main__":
    unittest.main()
