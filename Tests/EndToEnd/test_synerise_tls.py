# SPDX-License-Identifier: Apache-2.0
"""Whom the daemon trusts over TLS, and that it leaves no key of a connection behind."""

import os
import pathlib
import subprocess
import tempfile
import unittest

from synerise import ANN, PASSWORDS
from workspace import Address, CertificateAuthority, TLSFront, WorkspaceTestCase

SYSTEM_STORE = "/etc/ssl/certs"


def setUpModule():
    """A CA, a certificate of it, and a folder in which it is the one that the system trusts, for all tests here."""
    global AUTHORITY, GOOD, STORE, OTHER
    folder = pathlib.Path(unittest.enterModuleContext(tempfile.TemporaryDirectory()))
    folder.chmod(0o755)
    AUTHORITY = CertificateAuthority(folder)
    GOOD = AUTHORITY.issue("localhost", "DNS:localhost")
    (folder / "other").mkdir()
    # Of another name: of one that is found nobody looks for a namesake in the system's folder.
    OTHER = CertificateAuthority(folder / "other", "Another CA of a test")
    STORE = folder / "store"
    STORE.mkdir()
    text = AUTHORITY.path.read_bytes()
    made = subprocess.run(
        ["openssl", "x509", "-noout", "-hash", "-in", AUTHORITY.path], check=True, capture_output=True, text=True)
    # Both forms in which libcurl looks for what the system trusts.
    (STORE / f"{made.stdout.strip()}.0").write_bytes(text)
    (STORE / "ca-certificates.crt").write_bytes(text)


class TLS(WorkspaceTestCase):
    def start(self, wrapper=(), **settings):
        """A daemon on the emulator behind nginx."""
        emulator = self.start_emulator()
        front = TLSFront(emulator, [GOOD])
        self.addCleanup(front.remove)
        daemon = self.make_synerise(Address(front.start().url()), **settings)
        daemon.wrapper = list(wrapper)
        return daemon.start()

    def test_no_key_log_is_written(self):
        log = self.make_daemon().folder / "keys"
        daemon = self.start(["/usr/bin/env", f"SSLKEYLOGFILE={log}"], CAFile=AUTHORITY.path)
        environment = pathlib.Path(f"/proc/{daemon.process.pid}/environ").read_bytes()
        self.assertIn(b"SSLKEYLOGFILE=", environment, "the daemon was not started with it")
        self.assertEqual(daemon.call("session.retrieveToken")["origin"], "ANONYMOUS")
        self.assertTrue(daemon.call("session.signIn", email=ANN, password=PASSWORDS[ANN])["signedIn"])
        self.assertEqual(daemon.stop(), 0)
        self.assertFalse(log.exists(), "keys of connections were written")

    def test_a_stop_while_a_connection_is_made_is_one_as_any(self):
        front = TLSFront(self.start_emulator(), [GOOD])
        self.addCleanup(front.remove)
        # At a provider a daemon that has begun asks for what there is to know, without anybody's asking.
        provider = {"Issuer": front.start().url(), "ClientID": "kiosk", "CAFile": AUTHORITY.path}
        daemon = self.make_daemon()
        daemon.configure({"Authority": {"Kind": "openid"}, "OpenID": provider})
        for number in range(60):
            daemon.start()
            # Sooner or later.
            for _ in range(number % 20):
                daemon.call("daemon.info")
            self.assertEqual(daemon.stop(), 0, daemon.stderr[-2000:])

    @unittest.skipIf(os.geteuid(), "only root can put another folder in the place of the system's certificates")
    def test_with_a_file_of_ones_own_the_system_is_not_trusted(self):
        command = f'mount --bind {STORE} {SYSTEM_STORE} && exec "$@"'
        wrapper = ["/usr/bin/unshare", "--mount", "/bin/sh", "-c", command, "sh"]
        daemon = self.start(wrapper)
        self.assertEqual(daemon.call("session.retrieveToken")["origin"], "ANONYMOUS", "this is what the system trusts")
        daemon = self.start(wrapper, CAFile=OTHER.path)
        error = self.assert_refused("tokenUnavailable", daemon.call, "session.retrieveToken")
        self.assertIn("the certificate was issued by an unknown CA", error.message)


if __name__ == "__main__":
    unittest.main()
