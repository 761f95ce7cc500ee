# SPDX-License-Identifier: Apache-2.0
"""Something else in the place of a file that the daemon trusts: refused by name, or followed where that is safe.

What takes the place of a state file is in test_disk, as far as it locks the session.
"""

import os
import pathlib
import shutil
import socket
import stat
import unittest

from conditions import APP_USER, DAEMON_USER, ConditionedTestCase, require_root
from harness import hashed, lasting

LOGIN, PASSWORD = "ann@example.com", "ann's"
ACCOUNTS = {LOGIN: hashed(PASSWORD, 1000)}
SYNERISE = {"Authority": {"Kind": "synerise"}, "Synerise": {"BaseURL": "http://127.0.0.1:1"}}


def setUpModule():
    require_root()


def moved(path):
    """Moves what is at a path away; where it is now."""
    target = path.with_name(f"{path.name}.moved")
    path.rename(target)
    return target


def a_link(path):
    path.symlink_to(moved(path))


def a_link_to_nothing(path):
    moved(path)
    path.symlink_to("nothing")


def a_link_to_itself(path):
    moved(path)
    path.symlink_to(path.name)


def a_fifo(path):
    moved(path)
    os.mkfifo(path, 0o600)


def a_folder(path):
    moved(path)
    path.mkdir(mode=0o700)


def a_socket(path):
    moved(path)
    with socket.socket(socket.AF_UNIX) as bound:
        bound.bind(str(path))


def a_device(path):
    """full(4), whose reader never comes to an end."""
    moved(path)
    os.mknod(path, stat.S_IFCHR | 0o600, os.makedev(1, 7))


def of_another_user(path):
    os.chown(path, APP_USER, -1)


def writable_by_a_group(path):
    os.chown(path, -1, APP_USER)
    path.chmod(0o660)


def writable_by_everyone(path):
    path.chmod(0o666)


# What takes a file's place, and what is said of it.
NO_FILES = {
    a_link_to_itself: "Too many levels of symbolic links",
    a_fifo: "not a regular file",
    a_folder: "not a regular file",
    a_socket: "No such device or address",
    a_device: "not a regular file",
}
STRANGERS = {
    of_another_user: f"not trusted: user {APP_USER} owns it",
    writable_by_a_group: f"not trusted: group {APP_USER} can write it",
    writable_by_everyone: "not trusted: everyone can write it",
}
UNREADABLE = "Permission denied"


def kind(path):
    """What is at a path, without following it."""
    status = path.lstat()
    return status.st_mode, status.st_uid, status.st_gid, status.st_rdev


class ReplacedTestCase(ConditionedTestCase):
    def assert_not_configured(self, daemon, path, words):
        """It runs, says what is wrong with which file, and leaves the file and the session alone."""
        before = kind(path)
        daemon.start()
        for text in (
            self.assert_refused("notConfigured", daemon.call, "session.status").message,
            daemon.output.wait_for(f"^ERROR .*{path.name}.*").group(),
            " ".join(daemon.notifications.statuses()),
        ):
            self.assertIn(str(path), text)
            self.assertIn(words, text)
        daemon.stop()
        self.assertEqual(kind(path), before)


class Configuration(ReplacedTestCase):
    """The main file and a drop-in."""

    def make(self, **options):
        daemon = self.make_daemon({}, ACCOUNTS, **options)
        drop_in = pathlib.Path(f"{daemon.config_path}.d") / "50-salt.conf"
        drop_in.parent.mkdir()
        drop_in.write_text("[Session]\nIdentifierSalt=someString\n")
        return daemon, drop_in

    def derived(self, daemon):
        """The UUID that tells whether the drop-in was read."""
        return daemon.call("session.getUUIDForAuthentication", authID="customer@synerise.com")["uuid"]

    def test_what_is_no_file(self):
        self.assert_each_not_configured({**NO_FILES, a_link_to_nothing: "a link to a missing file"})

    def test_what_others_could_have_written(self):
        self.assert_each_not_configured(STRANGERS)

    def assert_each_not_configured(self, table):
        """With each replacement of either file in turn."""
        for replace, words in table.items():
            with self.subTest(replace.__name__):
                for chosen in (0, 1):
                    daemon, drop_in = self.make()
                    path = (daemon.config_path, drop_in)[chosen]
                    replace(path)
                    self.assert_not_configured(daemon, path, words)

    def test_what_the_daemon_may_not_read(self):
        for chosen in (0, 1):
            daemon, drop_in = self.make()
            daemon.as_user(DAEMON_USER)
            path = (daemon.config_path, drop_in)[chosen]
            os.chown(path, 0, 0)
            path.chmod(0o600)
            self.assert_not_configured(daemon, path, UNREADABLE)

    def test_links_are_followed_to_files_that_are_trusted(self):
        daemon, drop_in = self.make()
        a_link(daemon.config_path)
        a_link(drop_in)
        daemon.start()
        self.assertEqual(self.derived(daemon), "345d4c8f-5aff-591d-a19c-1ca48923d9ee")
        daemon.stop()
        of_another_user(drop_in.resolve())
        self.assert_not_configured(daemon, drop_in, STRANGERS[of_another_user])

    def test_a_link_to_the_null_device_masks(self):
        daemon, drop_in = self.make()
        moved(drop_in)
        drop_in.symlink_to("/dev/null")
        daemon.start()
        self.assertNotEqual(self.derived(daemon), "345d4c8f-5aff-591d-a19c-1ca48923d9ee")

    def test_a_file_in_place_of_the_folder_of_drop_ins(self):
        daemon, drop_in = self.make()
        folder = drop_in.parent
        moved(folder)
        folder.write_text("[Session]\n")
        self.assert_not_configured(daemon, folder, "Not a directory")

    def test_the_session_is_there_again_where_it_is_put_right(self):
        daemon, drop_in = self.make()
        daemon.start()
        daemon.call("session.signIn", email=LOGIN, password=PASSWORD)
        before = daemon.call("session.status")
        daemon.stop()
        writable_by_everyone(drop_in)
        self.assert_not_configured(daemon, drop_in, STRANGERS[writable_by_everyone])
        drop_in.chmod(0o644)
        daemon.start()
        self.assertEqual(lasting(daemon.call("session.status")), lasting(before))


class Credential(ReplacedTestCase):
    """The API key as a credential, and as a file of its own."""

    def make_with_credential(self):
        daemon = self.make_daemon(SYNERISE)
        folder = daemon.folder / "credentials"
        folder.mkdir(mode=0o700)
        path = folder / "synerise.api-key"
        path.write_text("key\n")
        path.chmod(0o400)
        daemon.environment = {"CREDENTIALS_DIRECTORY": str(folder)}
        return daemon, path

    def make_with_file(self):
        daemon = self.make_daemon()
        path = daemon.folder / "key"
        path.write_text("key\n")
        path.chmod(0o400)
        daemon.configure({**SYNERISE, "Synerise": {**SYNERISE["Synerise"], "APIKeyFile": path}})
        return daemon, path

    def assert_each_is_refused(self, make, table):
        for replace, words in table.items():
            with self.subTest(replace.__name__):
                daemon, path = make()
                replace(path)
                self.assert_not_configured(daemon, path, words)

    def test_a_credential_that_is_no_file(self):
        self.assert_each_is_refused(
            self.make_with_credential, {**NO_FILES, a_link_to_nothing: "No such file or directory"})

    def test_a_credential_that_others_could_have_written(self):
        self.assert_each_is_refused(self.make_with_credential, STRANGERS)

    def test_a_key_file_that_is_none(self):
        self.assert_each_is_refused(self.make_with_file, {**NO_FILES, a_link_to_nothing: "No such file or directory"})

    def test_a_key_file_that_others_could_have_written(self):
        self.assert_each_is_refused(self.make_with_file, STRANGERS)

    def test_either_that_the_daemon_may_not_read(self):
        for make in (self.make_with_credential, self.make_with_file):
            with self.subTest(make.__name__):
                daemon, path = make()
                daemon.as_user(DAEMON_USER)
                os.chown(path, 0, 0)
                path.parent.chmod(0o755)
                self.assert_not_configured(daemon, path, UNREADABLE)

    def test_links_are_followed(self):
        for make in (self.make_with_credential, self.make_with_file):
            with self.subTest(make.__name__):
                daemon, path = make()
                a_link(path)
                daemon.start()
                self.assertEqual(daemon.call("session.status")["authority"]["kind"], "synerise")

    def test_a_key_file_that_everybody_can_read_is_reported(self):
        daemon, path = self.make_with_file()
        path.chmod(0o444)
        daemon.start()
        daemon.output.wait_for(f"^WARNING .*APIKeyFile={path}: everyone on this device can read the key: chmod o-r")
        self.assertEqual(daemon.call("session.status")["authority"]["kind"], "synerise")


class Certificates(ReplacedTestCase):
    def test_certificates_that_others_could_have_written(self):
        for replace, words in STRANGERS.items():
            with self.subTest(replace.__name__):
                daemon = self.make_daemon()
                path, key = daemon.folder / "ca.pem", daemon.folder / "key"
                path.write_text("")
                key.write_text("key\n")
                daemon.configure({**SYNERISE, "Synerise": {**SYNERISE["Synerise"], "APIKeyFile": key, "CAFile": path}})
                replace(path)
                self.assert_not_configured(daemon, path, words)


class AccountFile(ReplacedTestCase):
    """Whoever can write it can sign in as anybody; nobody signs in by a file that is not trusted."""

    def test_each_is_refused_and_nothing_changes(self):
        daemon = self.make_daemon({}, ACCOUNTS).start()
        client = daemon.client()
        client.call("session.retrieveToken")
        before = client.call("session.status")
        path = daemon.accounts_path
        table = {**NO_FILES, **STRANGERS, a_link_to_nothing: "No such file or directory"}
        for replace, words in table.items():
            with self.subTest(replace.__name__):
                replace(path)
                error = self.assert_refused(
                    "authorityUnavailable", client.call, "session.signIn", email=LOGIN, password=PASSWORD)
                self.assertIn(str(path), error.message)
                self.assertIn(words, error.message)
                self.assertTrue(error.data["hint"])
                self.assertEqual(lasting(client.call("session.status")), lasting(before))
                self.put_back(path)
        a_link(path)
        self.assertTrue(client.call("session.signIn", email=LOGIN, password=PASSWORD)["signedIn"])

    def put_back(self, path):
        original = path.with_name(f"{path.name}.moved")
        if original.exists():
            path.rmdir() if path.is_dir() and not path.is_symlink() else path.unlink()
            original.rename(path)
        os.chown(path, 0, 0)
        path.chmod(0o600)


class StateFiles(ReplacedTestCase):
    """Only the daemon's user gets into the folder; what it holds is loaded, and what is odd about it reported."""

    def with_state(self):
        daemon = self.make_daemon({}, ACCOUNTS).start()
        daemon.call("session.signIn", email=LOGIN, password=PASSWORD)
        before = daemon.call("session.status")
        daemon.stop()
        return daemon, before, daemon.state_path / "session.0"

    def test_what_is_no_file_locks_the_session(self):
        table = {a_link_to_itself: "a symbolic link", a_socket: "a socket", a_device: "a device"}
        for replace, words in table.items():
            with self.subTest(replace.__name__):
                daemon, _, path = self.with_state()
                replace(path)
                before = kind(path)
                daemon.start()
                error = self.assert_refused("storeLocked", daemon.call, "session.status")
                self.assertIn(str(path), error.message)
                self.assertIn(words, error.message)
                daemon.stop()
                self.assertEqual(kind(path), before)

    def test_what_the_daemon_may_not_read_locks_the_session(self):
        daemon, before, path = self.with_state()
        daemon.as_user(DAEMON_USER)
        os.chown(path, 0, 0)
        daemon.start()
        error = self.assert_refused("storeLocked", daemon.call, "session.status")
        self.assertIn(f"{path}: {UNREADABLE}", error.message)
        daemon.stop()
        os.chown(path, DAEMON_USER, DAEMON_USER)
        daemon.start()
        self.assertEqual(lasting(daemon.call("session.status")), lasting(before))

    def test_owners_and_modes_are_reported(self):
        table = {
            of_another_user: f"belongs to user {APP_USER}, not to 0: chown it",
            writable_by_a_group: "has mode 0660.*chmod 0600",
            writable_by_everyone: "has mode 0666.*chmod 0600",
        }
        for replace, words in table.items():
            with self.subTest(replace.__name__):
                daemon, before, path = self.with_state()
                replace(path)
                daemon.start()
                daemon.output.wait_for(f"^WARNING {path} .*{words}")
                self.assertEqual(lasting(daemon.call("session.status")), lasting(before))


class StateFolder(ReplacedTestCase):
    """Another folder in the place of the one that the daemon has open: nothing is durable there."""

    def start(self):
        daemon = self.make_daemon({}, ACCOUNTS).start()
        daemon.call("session.signIn", email=LOGIN, password=PASSWORD)
        return daemon

    def assert_label_lasts(self, daemon, label):
        status = daemon.call("session.setIdentity", customIdentifier=label)
        self.assertEqual(status["store"]["state"], "ok")
        daemon.restart(kill=True)
        self.assertEqual(lasting(daemon.call("session.status")), lasting(status))

    def test_what_is_empty_or_missing_gets_the_whole_state(self):
        for is_made in (True, False):
            with self.subTest(is_made=is_made):
                daemon = self.start()
                moved(daemon.state_path)
                if is_made:
                    daemon.state_path.mkdir(mode=0o700)
                self.assert_label_lasts(daemon, "till 4")

    def test_what_holds_another_state_is_left_alone_and_said(self):
        daemon = self.start()
        other = daemon.state_path.with_name("other")
        shutil.copytree(daemon.state_path, other)
        kept = {path.name: path.read_bytes() for path in other.iterdir()}
        old = moved(daemon.state_path)
        other.rename(daemon.state_path)
        error = self.assert_refused("storeFailed", daemon.call, "session.setIdentity", customIdentifier="till 4")
        words = f"{daemon.state_path}: it was moved away"
        self.assertIn(words, error.message)
        problems = daemon.call("daemon.health")["problems"]
        self.assertEqual([problem["name"] for problem in problems], ["storeFailed"])
        self.assertIn(words, problems[0]["hint"])
        daemon.output.wait_for(f"^ERROR .*{words}")
        self.assertFalse(daemon.call("session.signOut")["durable"])
        self.assertEqual({path.name: path.read_bytes() for path in daemon.state_path.iterdir()}, kept)
        shutil.rmtree(daemon.state_path)
        old.rename(daemon.state_path)
        self.assert_label_lasts(daemon, "till 5")
        self.assertFalse(daemon.call("session.status")["signedIn"])


class SocketFile(ReplacedTestCase):
    def test_what_is_no_socket_is_neither_followed_nor_removed(self):
        kinds = [a_link, a_link_to_nothing, a_link_to_itself, a_fifo, a_folder, a_device]
        for replace in kinds:
            with self.subTest(replace.__name__):
                daemon = self.make_daemon()
                path = daemon.socket_path
                path.write_text("something else")
                replace(path)
                before = kind(path)
                status, output = daemon.launch().wait_for_end()
                self.assertEqual(status, 73, output)
                self.assertIn(f"{path} is there and is not a socket: remove it, or use --socket", output)
                self.assertEqual(kind(path), before)
                self.assertEqual(path.with_name("s.moved").read_text(), "something else")

    def test_a_link_to_a_living_socket(self):
        living = self.make_daemon().start()
        daemon = self.make_daemon()
        daemon.socket_path.symlink_to(living.socket_path)
        status, output = daemon.launch().wait_for_end()
        self.assertEqual(status, 73, output)
        self.assertIn("uuid", living.call("session.getUUID"))

    def test_a_socket_that_another_user_has_left_behind(self):
        daemon = self.make_daemon()
        daemon.socket_path.touch()
        a_socket(daemon.socket_path)
        os.chown(daemon.socket_path, APP_USER, APP_USER)
        daemon.socket_path.chmod(0o777)
        daemon.start()
        status = daemon.socket_path.stat()
        self.assertEqual((status.st_uid, stat.S_IMODE(status.st_mode)), (0, 0o600))

    def test_what_has_taken_its_place_is_left_there(self):
        daemon = self.make_daemon().start()
        client = daemon.client()
        daemon.socket_path.unlink()
        daemon.socket_path.write_text("something else")
        self.assertIn("uuid", client.call("session.getUUID"))
        self.assertEqual(daemon.stop(), 0)
        self.assertEqual(daemon.socket_path.read_text(), "something else")


if __name__ == "__main__":
    unittest.main()
