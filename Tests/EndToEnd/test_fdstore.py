# SPDX-License-Identifier: Apache-2.0
"""What the disk does not take is kept by the service manager: here one of our own, that holds descriptors for a service
as systemd does (FileDescriptorStoreMax= in systemd.service(5), sd_pid_notify_with_fds(3))."""

import contextlib
import fcntl
import os
import pathlib
import socket
import subprocess
import sys
import threading
import unittest

from canaries import leaks
from conditions import PASS_DESCRIPTORS, fill, mounted, own_mounts
from harness import PATIENCE_SECONDS
from sealing import KEY, LOGIN, OTHER_KEY, PASSWORD, SealingTestCase, key_id

RESUMED = "the session goes on as the last process had it"
# FileDescriptorStoreMax= of the unit.
PLACES = 2


def setUpModule():
    own_mounts()


class Manager:
    """The service manager's end of a notification socket, which also keeps descriptors."""

    def __init__(self, path):
        self.path = path
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(str(path))
        self._messages, self._kept = [], []
        self.most = 0
        self._changed = threading.Condition()
        threading.Thread(target=self._receive, daemon=True).start()

    def _receive(self):
        while True:
            data, descriptors, _, _ = socket.recv_fds(self._socket, 1 << 16, 8)
            lines = data.decode().split("\n")
            if lines == ["END"]:
                return
            fields = dict(line.split("=", 1) for line in lines)
            with self._changed:
                self._take(fields, descriptors)
                self._messages.append(fields)
                self._changed.notify_all()

    def _take(self, fields, descriptors):
        if "FDSTOREREMOVE" in fields:
            for name, number in self._kept:
                if name == fields["FDNAME"]:
                    os.close(number)
            self._kept = [kept for kept in self._kept if kept[0] != fields["FDNAME"]]
        elif "FDSTORE" in fields and len(self._kept) < PLACES:
            self._kept.append((fields["FDNAME"], descriptors.pop()))
            self.most = max(self.most, len(self._kept))
        for number in descriptors:
            os.close(number)

    def settle(self):
        """Waits until all that was sent so far has been taken."""
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as own:
            own.connect(str(self.path))
            mark = os.urandom(8).hex()
            own.send(f"MARK={mark}".encode())
        self.wait_for(lambda fields: fields.get("MARK") == mark)

    def wait_for(self, takes, start=0):
        """Waits for a message behind an offset; the offset behind it."""
        def found():
            return next((n + 1 for n, fields in enumerate(self._messages) if n >= start and takes(fields)), None)

        with self._changed:
            if not self._changed.wait_for(found, PATIENCE_SECONDS):
                raise AssertionError(f"it never came; what came: {self._messages[start:]}")
            return found()

    @property
    def count(self):
        with self._changed:
            return len(self._messages)

    @property
    def kept(self):
        """What is kept now: names and descriptors."""
        self.settle()
        with self._changed:
            return list(self._kept)

    def contents(self):
        """The bytes that are kept now."""
        return [os.pread(number, os.fstat(number).st_size, 0) for _, number in self.kept]

    def keep(self, name, number):
        """Puts a descriptor into the store by hand."""
        self._kept.append((name, number))

    def close(self):
        with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as own:
            own.connect(str(self.path))
            own.send(b"END")
        for _, number in self._kept:
            os.close(number)


def image_of(data, seals=0xF):
    """A file in memory with those bytes and seals (F_SEAL_*, fcntl(2))."""
    number = os.memfd_create("test", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    os.write(number, data)
    fcntl.fcntl(number, fcntl.F_ADD_SEALS, seals)
    return number


class KeptTestCase(SealingTestCase):
    """Daemons under that manager, which passes on what it has kept."""

    def make(self, key=None, sections=None, **options):
        daemon = super().make(key, sections, **options)
        daemon.manager = Manager(daemon.folder / "m")
        self.addCleanup(daemon.manager.close)
        daemon.notifies = False
        daemon.environment["NOTIFY_SOCKET"] = str(daemon.manager.path)
        daemon.launch, daemon.wait_until_ready = self.launching(daemon), lambda: None
        return daemon

    def launching(self, daemon):
        launch = daemon.launch

        def launch_with_what_is_kept():
            kept = daemon.manager.kept
            daemon.descriptors = [number for _, number in kept]
            daemon.wrapper = [
                sys.executable, "-S", "-E", "-c", PASS_DESCRIPTORS, ",".join(map(str, daemon.descriptors)),
                ":".join(name for name, _ in kept)] if kept else []
            start = daemon.manager.count
            launch()
            daemon.manager.wait_for(lambda fields: fields.get("READY") == "1", start)
            return daemon

        return launch_with_what_is_kept

    def on_read_only_disk(self, key=None):
        """A running daemon with somebody signed in, on a disk that takes nothing more; it, status and token."""
        daemon = self.make(key)
        self.enterContext(mounted("-t", "tmpfs", "-o", "mode=0700,size=8m", "tmpfs", daemon.state_path))
        daemon.start()
        daemon.call("session.signIn", email=LOGIN, password=PASSWORD)
        status, token = daemon.call("session.status"), daemon.call("session.retrieveToken")["token"]
        # While it has its files open for writing, nobody can take that away.
        self.assertEqual(daemon.stop(), 0)
        subprocess.run(["mount", "-o", "remount,ro", daemon.state_path], check=True)
        daemon.start()
        return daemon, status, token

    def accept(self, daemon):
        subprocess.run(["mount", "-o", "remount,rw", daemon.state_path], check=True)


class Kept(KeptTestCase):
    def assert_signed_out_for_good(self, key):
        daemon, before, token = self.on_read_only_disk(key)
        self.assertEqual(daemon.manager.kept, [])
        self.assert_refused("storeFailed", daemon.call, "session.setIdentity", customEmail="x")
        self.assertEqual(daemon.manager.kept, [], "what has not happened is not kept")
        answer = daemon.call("session.signOut")
        self.assertEqual((answer["changed"], answer["durable"]), (True, False))
        (image,) = daemon.manager.contents()
        self.assertTrue(image.startswith(b"sessiond-state format=1 "))
        self.assertIn(f"key={key_id(key) if key else 'none'} ".encode(), image[:512])
        clear = {"uuid": before["uuid"]}
        self.assertEqual(leaks(image.decode("latin-1"), clear), [] if key else ["uuid"])
        for _ in range(3):
            daemon.restart(kill=True)
            daemon.output.wait_for(RESUMED)
            after = daemon.call("session.status")
            self.assertFalse(after["signedIn"])
            self.assertEqual((after["uuid"], after["generation"]), (before["uuid"], before["generation"] + 1))
            self.assertEqual(after["store"]["state"], "failing")
            self.assertNotEqual(daemon.call("session.retrieveToken")["token"], token)
            self.assertEqual(len(daemon.manager.kept), 1)
        self.accept(daemon)
        self.assertIs(daemon.call("session.destroy")["durable"], True)
        self.assertEqual(daemon.manager.kept, [])
        stored = daemon.call("session.status")
        daemon.restart(kill=True)
        self.assertNotIn(RESUMED, daemon.stderr)
        self.assertEqual(daemon.call("session.status")["generation"], stored["generation"])
        self.assertLessEqual(daemon.manager.most, PLACES)
        return daemon, token

    def test_a_sign_out_that_the_disk_did_not_take_is_not_undone_by_a_kill(self):
        daemon, token = self.assert_signed_out_for_good(None)
        for path in daemon.state_path.iterdir():
            self.assertNotIn(token.rsplit(".", 1)[1].encode(), path.read_bytes())

    def test_the_same_with_a_key_and_nothing_can_be_read(self):
        self.assert_signed_out_for_good(KEY)

    def test_the_last_of_many_changes_counts(self):
        daemon, _, _ = self.on_read_only_disk(KEY)
        generations = [daemon.call("session.destroy")["generation"] for _ in range(20)]
        self.assertEqual(len(daemon.manager.kept), 1)
        status = daemon.call("session.status")
        self.assertEqual(status["generation"], generations[-1])
        daemon.restart(kill=True)
        after = daemon.call("session.status")
        self.assertEqual((after["uuid"], after["generation"]), (status["uuid"], status["generation"]))

    def test_killed_at_any_instant_of_a_change_it_has_the_old_or_the_new_one(self):
        daemon, status, _ = self.on_read_only_disk(KEY)
        daemon.call("session.destroy")
        for step in range(4):
            before = daemon.call("session.status")
            # Stopped at its next message to the manager, the one after that, ...
            wanted = daemon.manager.count + step
            with daemon.client() as client:
                client.send(client.request("session.destroy"))
                with contextlib.suppress(AssertionError):
                    daemon.manager.wait_for(lambda fields: "FDNAME" in fields, wanted)
                daemon.kill()
            daemon.start()
            after = daemon.call("session.status")
            self.assertIn(after["generation"] - before["generation"], (0, 1))
            self.assertEqual(after["uuid"] == before["uuid"], after["generation"] == before["generation"])
            self.assertLessEqual(len(daemon.manager.kept), 1)

    def test_it_is_stored_by_itself_as_soon_as_that_works(self):
        daemon, before, _ = self.on_read_only_disk(KEY)
        daemon.call("session.signOut")
        daemon.kill()
        self.accept(daemon)
        daemon.start()
        self.assertEqual(daemon.call("session.status")["store"], {"sealed": True, "state": "ok"})
        self.assertEqual(daemon.manager.kept, [])
        daemon.restart(kill=True)
        self.assertNotIn(RESUMED, daemon.stderr)
        self.assertFalse(daemon.call("session.status")["signedIn"])

    def test_nothing_of_it_is_a_matter_of_the_disk_having_had_a_state(self):
        daemon = self.make(KEY)
        self.enterContext(mounted("-t", "tmpfs", "-o", "mode=0700,ro", "tmpfs", daemon.state_path))
        daemon.start()
        uuid = daemon.call("session.getUUID")
        for _ in range(2):
            daemon.restart(kill=True)
            self.assertEqual(daemon.call("session.getUUID"), uuid)

    def test_a_full_disk_that_takes_a_part_only(self):
        daemon = self.make()
        self.enterContext(mounted("-t", "tmpfs", "-o", "mode=0700,size=64k", "tmpfs", daemon.state_path))
        fill(pathlib.Path(daemon.state_path))
        daemon.start()
        generation = daemon.call("session.destroy")["generation"]
        daemon.restart(kill=True)
        self.assertEqual(daemon.call("session.status")["generation"], generation)

    def test_it_is_kept_while_the_state_is_locked(self):
        daemon, before, _ = self.on_read_only_disk(KEY)
        daemon.call("session.signOut")
        daemon.kill()
        self.give(daemon, OTHER_KEY).start()
        self.assert_refused("storeLocked", daemon.call, "session.status")
        self.assertEqual(len(daemon.manager.kept), 1)
        daemon.kill()
        self.give(daemon, KEY).start()
        self.assertFalse(daemon.call("session.status")["signedIn"])

    def test_it_is_kept_while_the_configuration_cannot_be_used(self):
        daemon, before, _ = self.on_read_only_disk(KEY)
        daemon.call("session.signOut")
        daemon.kill()
        daemon.configure({"Limits": {"Connections": "many"}})
        daemon.start()
        self.assert_refused("notConfigured", daemon.call, "session.status")
        self.assertEqual(len(daemon.manager.kept), 1)
        daemon.kill()
        daemon.configure({})
        daemon.start()
        self.assertFalse(daemon.call("session.status")["signedIn"])


class Foreign(KeptTestCase):
    def assert_ignored(self, number, words=None, sections=None, name="state"):
        """Fails unless what is kept there is ignored and taken back, and the session is that of the disk."""
        daemon, status, token = self.daemon
        daemon.manager.keep(name, number)
        daemon.start()
        if words:
            daemon.output.wait_for(words)
        self.assertNotIn(RESUMED, daemon.stderr)
        self.assert_session(daemon, status, token, sealed=True)
        self.assertEqual(daemon.manager.kept, [])
        self.assertEqual(daemon.stop(), 0)

    def setUp(self):
        super().setUp()
        self.daemon = self.signed_in(KEY)

    def test_what_is_no_sealed_file_in_memory(self):
        current = max((path.read_bytes() for path in self.slots(self.daemon[0])), key=len)
        path = self.daemon[0].folder / "file"
        path.write_bytes(current)
        for number in (os.open(path, os.O_RDONLY), image_of(current, 0x1), image_of(current, 0x6), os.pipe()[0]):
            self.assert_ignored(number, "^WARNING descriptor state is no sealed file in memory with a state: ignored")

    def test_what_is_no_newer_state(self):
        data = [path.read_bytes() for path in self.slots(self.daemon[0])]
        flipped = bytearray(data[0])
        flipped[700] ^= 1
        for content in (*data, bytes(flipped), b"", b"garbage", data[0][:600]):
            self.assert_ignored(image_of(content))

    def test_what_is_of_another_installation(self):
        other, _, _ = self.signed_in(KEY)
        for _ in range(5):
            other.start()
            other.call("session.destroy")
            other.stop()
        for path in self.slots(other):
            self.assert_ignored(image_of(path.read_bytes()))

    def test_what_has_another_name_is_closed_as_ever(self):
        daemon, status, token = self.daemon
        daemon.manager.keep("stated", image_of(b"garbage"))
        daemon.start()
        daemon.output.wait_for(r"^WARNING descriptor 3 \(stated\) is no listening Unix stream socket: closed")
        self.assert_session(daemon, status, token, sealed=True)


if __name__ == "__main__":
    unittest.main()
