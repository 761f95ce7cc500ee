# SPDX-License-Identifier: Apache-2.0
"""What every earlier version has stored is a session for this one: the folders of `States`, by version.

Each was written by that version itself, on another machine: a UUID derived from an identifier, a customer who signed in,
a label. Only the zeros behind the text are left out, which the version puts there to have its place on the disk.
"""

import pathlib
import unittest

from harness import DaemonTestCase, hashed, lasting

STATES = sorted((pathlib.Path(__file__).resolve().parent / "States").iterdir())
FILE_BYTES = 768 * 1024
STORED = {
    "state": "signedIn", "signedIn": True, "login": "anna@example.com", "customIdentifier": "loyalty-4711",
    "uuid": "245ed3c6-cb18-5845-a427-6acbd9abdff5", "uuidOrigin": "derived", "origin": "SYNERISE", "generation": 3,
}


class EarlierState(DaemonTestCase):
    # The machines that these are from are not this one.
    sections = {"Store": {"OtherMachine": "keep"}}
    # Their tokens have expired since, and are renewed for an account that is still there.
    accounts = {STORED["login"]: hashed("pw")}

    def given(self, state):
        """Puts a stored state in the place of the daemon's own, and starts it."""
        self.daemon.stop()
        for file in state.iterdir():
            (self.daemon.state_path / file.name).write_bytes(file.read_bytes().ljust(FILE_BYTES, b"\0"))
        self.daemon.start()

    def test_the_session_goes_on(self):
        for state in STATES:
            with self.subTest(version=state.name):
                self.given(state)
                token = self.daemon.call("session.retrieveToken", requireSignedIn=True)
                self.assertEqual((token["uuid"], token["origin"]), (STORED["uuid"], STORED["origin"]))
                status = self.daemon.call("session.status")
                self.assertEqual({name: status.get(name) for name in STORED}, STORED)

    def test_it_is_stored_again_and_found_again(self):
        for state in STATES:
            with self.subTest(version=state.name):
                self.given(state)
                self.daemon.call("session.retrieveToken", requireSignedIn=True)
                changed = self.daemon.call("session.setIdentity", customIdentifier=None)
                self.daemon.restart(kill=True)
                self.assertEqual(lasting(self.daemon.call("session.status")), lasting(changed))
                self.assertEqual(sorted(path.name for path in self.daemon.state_path.iterdir()), ["session.0", "session.1"])


if __name__ == "__main__":
    unittest.main()
