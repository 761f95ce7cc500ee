# SPDX-License-Identifier: Apache-2.0
"""The emulator's binary: its flags, its line, its life; what it serves is tested in Swift."""

import http.client
import json
import pathlib
import subprocess
import sys
import unittest

from emulator import ControlError, Emulator
from harness import BINARIES, PATIENCE_SECONDS

UUID = "345d4c8f-5aff-591d-a19c-1ca48923d9ee"
ANONYMOUS = "/sauth/v3/auth/login/client/anonymous"
REFRESH = "/sauth/v3/auth/refresh/client"


class EmulatorTests(unittest.TestCase):
    def start(self, *arguments, **settings):
        emulator = Emulator(*arguments, **settings)
        self.addCleanup(emulator.remove)
        return emulator.start()

    def log_in(self, emulator, key="K"):
        status, _, body = emulator.request("POST", ANONYMOUS, {"apiKey": key, "uuid": UUID})
        return status, json.loads(body)

    def refresh(self, emulator, token):
        return emulator.request("POST", REFRESH, {"apiKey": "K"}, token=token)[0]

    def test_answers_as_soon_as_it_has_said_its_line(self):
        emulator = self.start(api_keys=["K"])
        self.assertEqual(self.log_in(emulator)[0], 200)
        self.assertEqual(self.log_in(emulator, key="L")[0], 401)

    def test_listens_on_the_loopback_address_only(self):
        emulator = self.start()
        sockets = [line.split() for line in pathlib.Path("/proc/net/tcp").read_text().splitlines()[1:]]
        # proc_pid_net(5): address and port in hexadecimal, the address in the host's byte order; 0A is LISTEN.
        listening = [local for _, local, _, state, *_ in sockets if state == "0A"]
        loopback = int.from_bytes(bytes([127, 0, 0, 1]), sys.byteorder)
        suffix = f":{emulator.port:04X}"
        self.assertEqual([local for local in listening if local.endswith(suffix)], [f"{loopback:08X}{suffix}"])

    def test_knows_its_tokens_after_a_restart_on_the_same_port(self):
        emulator = self.start()
        token = self.log_in(emulator)[1]["token"]
        port = emulator.port
        emulator.stop()
        with self.assertRaises(ConnectionRefusedError):
            self.refresh(emulator, token)
        emulator.start()
        self.assertEqual(emulator.port, port)
        self.assertEqual(self.refresh(emulator, token), 200)
        lines = [json.loads(line) for line in emulator.log_path.read_text().splitlines()]
        self.assertEqual([line["endpoint"] for line in lines], ["E1", "E5"])

    def test_takes_an_offset_into_the_past(self):
        emulator = self.start("--clock-offset", "-86400")
        made = self.log_in(emulator)[1]["created"]
        entry = emulator.log(on="E1")[0]
        self.assertAlmostEqual(entry["timeMilliseconds"] - made, 86_400_000, delta=1000 * PATIENCE_SECONDS)

    def test_is_steered_while_it_runs(self):
        emulator = self.start("--token-lifetime", 60, faults=["on=E5,times=1,drop"])
        token = self.log_in(emulator)[1]["token"]
        with self.assertRaises(http.client.RemoteDisconnected):
            self.refresh(emulator, token)
        self.assertEqual(emulator.faults(), [])
        self.assertEqual(self.refresh(emulator, token), 200)
        emulator.advance_clock(61)
        self.assertEqual(self.refresh(emulator, token), 401)
        emulator.set_clock(0)
        self.assertEqual(self.refresh(emulator, token), 200)
        self.assertEqual(emulator.revoke(token=token), 1)
        self.assertEqual(self.refresh(emulator, token), 401)
        emulator.set_lifetime(5)
        made = self.log_in(emulator)[1]
        self.assertEqual(made["expiration"], made["created"] // 1000 + 5)
        emulator.fault("status=500")
        self.assertEqual(self.log_in(emulator)[0], 500)
        emulator.clear_faults()
        self.assertEqual(self.log_in(emulator)[0], 200)
        self.assertEqual([entry["status"] for entry in emulator.log(on="E5", at_least=5) if "status" in entry],
                         [200, 401, 200, 401])
        self.assertEqual(emulator.count(on="E1"), 4)
        with self.assertRaises(ControlError):
            emulator.fault("dorp")

    def test_refuses_flags_that_make_no_sense(self):
        for arguments, text in [
            (["--fault", "dorp"], 'fault "dorp": "dorp" is not one of on='),
            (["--account", "anna"], "LOGIN:PASSWORD"),
            (["--accounts", "/nonexistent"], "/nonexistent cannot be read"),
            (["--key", __file__], "RSA key"),
            (["--token-lifetime", "0"], "lifetime of a token"),
            (["--clock-offset", "9000000000000000000"], "clock is shifted"),
            (["--sign-out-path", "x"], '"x"'),
            (["--log", "/nonexistent/log"], "/nonexistent/log"),
        ]:
            with self.subTest(arguments):
                done = subprocess.run(
                    [BINARIES / "synerise-emulator", *arguments], capture_output=True, text=True,
                    timeout=PATIENCE_SECONDS,
                )
                self.assertNotEqual(done.returncode, 0)
                self.assertEqual(done.stdout, "")
                self.assertIn(text, done.stderr)

    def test_says_so_when_the_port_is_taken(self):
        emulator = self.start()
        done = subprocess.run(
            [BINARIES / "synerise-emulator", "--port", str(emulator.port)], capture_output=True, text=True,
            timeout=PATIENCE_SECONDS,
        )
        self.assertNotEqual(done.returncode, 0)
        self.assertEqual(done.stdout, "")
        self.assertIn(str(emulator.port), done.stderr)


if __name__ == "__main__":
    unittest.main()
