# SPDX-License-Identifier: Apache-2.0
"""Daemons that are given a key as systemd gives it, and what their state folders hold."""

import hashlib
import hmac
import pathlib
import re
import subprocess

from canaries import leaks
from conditions import ConditionedTestCase
from harness import BINARIES, ENVIRONMENT, PATIENCE_SECONDS, hashed

LOGIN, PASSWORD = "canary-login@example.com", "ann's"
ACCOUNTS = {LOGIN: hashed(PASSWORD, 1000)}
LABEL = "canary-label@example.com"
CREDENTIAL = "sessiond.state-key"
KEY, OTHER_KEY = bytes(range(32)), bytes(range(32, 64))


def key_id(key):
    """The name of a key: HKDF-SHA256 (RFC 5869) without salt."""
    extracted = hmac.digest(bytes(32), key, hashlib.sha256)
    return hmac.digest(extracted, b"sessiond state key id\x01", hashlib.sha256)[:16].hex()


def header(path):
    """The fields of a state file's header."""
    line = path.read_bytes()[:512].split(b"\n")[0].decode()
    return dict(field.split("=", 1) for field in line.split(" ")[1:])


def with_right_checksum(data):
    """The bytes of a state file with the checksum that its header has to have: over the block, with zeros for the digits,
    and the body."""
    block, length = bytearray(data[:512]), int(re.search(rb" length=(\d+)", data)[1])
    start = block.index(b"sha256=") + len(b"sha256=")
    block[start:start + 64] = b"0" * 64
    digest = hashlib.sha256(block + data[512:512 + length]).hexdigest()
    block[start:start + 64] = digest.encode()
    return bytes(block + data[512:])


class SealingTestCase(ConditionedTestCase):
    def make(self, key=None, sections=None, **options):
        daemon = self.make_daemon(sections or {}, ACCOUNTS, **options)
        return self.give(daemon, key)

    def give(self, daemon, key):
        """Gives a daemon a key; `None`: there is no such credential."""
        folder = daemon.folder / "credentials"
        folder.mkdir(exist_ok=True)
        daemon.environment["CREDENTIALS_DIRECTORY"] = str(folder)
        (folder / CREDENTIAL).unlink(missing_ok=True)
        if key is not None:
            (folder / CREDENTIAL).write_bytes(key)
        return daemon

    def signed_in(self, key=None, sections=None, **options):
        """A daemon that was stopped with somebody signed in; it, the status and the token."""
        daemon = self.make(key, sections, **options).start()
        daemon.call("session.signIn", email=LOGIN, password=PASSWORD)
        daemon.call("session.setIdentity", customEmail=LABEL)
        status, token = daemon.call("session.status"), daemon.call("session.retrieveToken")["token"]
        self.assertEqual(daemon.stop(), 0)
        return daemon, status, token

    def slots(self, daemon):
        return [daemon.state_path / "session.0", daemon.state_path / "session.1"]

    def key_ids(self, daemon):
        """The keys that the states in the folder are sealed with."""
        return {header(path)["key"] for path in self.slots(daemon) if path.read_bytes().strip(b"\0")}

    def assert_session(self, daemon, status, token, sealed):
        """Fails unless the session is the one of before, stored sealed or not."""
        now = daemon.call("session.status")
        self.assertEqual(now["store"], {"sealed": sealed, "state": "ok"})
        for name in ("uuid", "generation", "login", "customEmail", "state"):
            self.assertEqual(now[name], status[name])
        self.assertEqual(daemon.call("session.retrieveToken", requireSignedIn=True)["token"], token)

    def assert_locked(self, daemon, *words):
        """Fails unless the daemon runs, refuses the session with those words, and overwrites nothing."""
        found = {path.name: path.read_bytes() for path in daemon.state_path.iterdir()}
        daemon.start()
        error = self.assert_refused("storeLocked", daemon.call, "session.status")
        health = daemon.call("daemon.health")
        self.assertFalse(health["ready"])
        self.assertEqual([problem["name"] for problem in health["problems"]], ["storeLocked"])
        for word in words:
            self.assertIn(word, f"{error.message} {error.data['hint']}")
            self.assertIn(word, health["problems"][0]["hint"])
        self.assert_refused("storeLocked", daemon.call, "session.signOut")
        self.assertEqual(daemon.stop(), 0)
        self.assertEqual({path.name: path.read_bytes() for path in daemon.state_path.iterdir()}, found)

    def rekey(self, daemon, *arguments, program=None):
        """Runs `sessiond rekey` on a daemon's folder, which must not print a key."""
        run = subprocess.run(
            [program or BINARIES / "sessiond", "rekey", "--state-directory", daemon.state_path, *arguments],
            capture_output=True, text=True, timeout=PATIENCE_SECONDS, cwd="/", env=ENVIRONMENT)
        keys = {"key": KEY.decode(), "other key": OTHER_KEY.decode()}
        self.assertEqual(leaks(run.stdout + run.stderr, keys), [])
        return run


def key_file(folder, name, key):
    """A file with a key, as its owner keeps it."""
    path = pathlib.Path(folder) / name
    path.write_bytes(key)
    path.chmod(0o600)
    return path


def revision(path):
    return int(re.search(rb" revision=(\d+)", path.read_bytes())[1])
