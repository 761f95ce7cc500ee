# SPDX-License-Identifier: Apache-2.0
"""The emulators' binaries: their flags, their line, their life; what they serve is tested in Swift."""

import http.client
import json
import pathlib
import subprocess
import sys
import unittest
import urllib.parse

from emulator import ControlError, Emulator
from harness import BINARIES, PATIENCE_SECONDS
from openid import ANNA, KIOSK, REDIRECT_URI, OpenIDEmulator, hashed

UUID = "345d4c8f-5aff-591d-a19c-1ca48923d9ee"
ANONYMOUS = "/sauth/v3/auth/login/client/anonymous"
REFRESH = "/sauth/v3/auth/refresh/client"


class EveryEmulator:
    """What holds for each of them."""

    emulator_class = None

    def start(self, *arguments, **settings):
        emulator = self.emulator_class(*arguments, **settings)
        self.addCleanup(emulator.remove)
        return emulator.start()

    def assert_refuses(self, text, *arguments):
        """Fails unless it does not start with these flags, and says why."""
        with self.subTest(arguments):
            done = subprocess.run(
                [BINARIES / self.emulator_class.PROGRAM, *arguments], capture_output=True, text=True,
                timeout=PATIENCE_SECONDS)
            self.assertNotEqual(done.returncode, 0)
            self.assertEqual(done.stdout, "")
            self.assertIn(text, done.stderr)
            # As the programs of the product say it.
            self.assertTrue(done.stderr.startswith("error: "), done.stderr)

    def test_listens_on_the_loopback_address_only(self):
        emulator = self.start()
        sockets = [line.split() for line in pathlib.Path("/proc/net/tcp").read_text().splitlines()[1:]]
        # proc_pid_net(5): address and port in hexadecimal, the address in the host's byte order; 0A is LISTEN.
        listening = [local for _, local, _, state, *_ in sockets if state == "0A"]
        loopback = int.from_bytes(bytes([127, 0, 0, 1]), sys.byteorder)
        suffix = f":{emulator.port:04X}"
        self.assertEqual([local for local in listening if local.endswith(suffix)], [f"{loopback:08X}{suffix}"])

    def test_says_so_when_the_command_line_is_wrong(self):
        self.assert_refuses("hint: see ", "--nosuch")
        self.assert_refuses("is invalid", "--port", "x")

    def test_says_so_when_the_port_is_taken(self):
        port = str(self.start().port)
        self.assert_refuses(port, "--port", port)


class EmulatorTests(EveryEmulator, unittest.TestCase):
    emulator_class = Emulator

    def log_in(self, emulator, key="K"):
        status, _, body = emulator.request("POST", ANONYMOUS, {"apiKey": key, "uuid": UUID})
        return status, json.loads(body)

    def refresh(self, emulator, token):
        return emulator.request("POST", REFRESH, {"apiKey": "K"}, token=token)[0]

    def test_answers_as_soon_as_it_has_said_its_line(self):
        emulator = self.start(api_keys=["K"])
        self.assertEqual(self.log_in(emulator)[0], 200)
        self.assertEqual(self.log_in(emulator, key="L")[0], 401)

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
            self.assert_refuses(text, *arguments)



class OpenIDEmulatorTests(EveryEmulator, unittest.TestCase):
    emulator_class = OpenIDEmulator

    def post(self, emulator, path, **form):
        status, _, body = emulator.request(
            "POST", f"/realms/shop/{path}", form=urllib.parse.urlencode(form))
        return status, json.loads(body)

    def begin(self, emulator):
        return self.post(emulator, "device_authorization", client_id=KIOSK, scope="openid offline_access")[1]

    def poll(self, emulator, device):
        return self.post(
            emulator, "token", client_id=KIOSK, device_code=device["device_code"],
            grant_type="urn:ietf:params:oauth:grant-type:device_code")

    def refresh(self, emulator, tokens):
        return self.post(
            emulator, "token", client_id=KIOSK, grant_type="refresh_token", refresh_token=tokens["refresh_token"])

    def signed_in(self, emulator):
        device = self.begin(emulator)
        emulator.approve(user_code=device["user_code"])
        status, tokens = self.poll(emulator, device)
        self.assertEqual(status, 200, tokens)
        return tokens

    def test_knows_its_tokens_after_a_restart_on_the_same_port(self):
        emulator = self.start()
        tokens, port = self.signed_in(emulator), emulator.port
        emulator.stop()
        with self.assertRaises(ConnectionRefusedError):
            self.refresh(emulator, tokens)
        emulator.start()
        self.assertEqual(emulator.port, port)
        self.assertEqual(self.refresh(emulator, tokens)[0], 200)
        lines = [json.loads(line) for line in emulator.log_path.read_text().splitlines()]
        self.assertEqual([line["endpoint"] for line in lines], ["device", "token.device", "token.refresh"])
        self.assertEqual(lines[2]["sent"]["refresh_token"], hashed(tokens["refresh_token"]))

    def test_is_steered_while_it_runs(self):
        emulator = self.start(slowsDown=False, faults=["on=token.refresh,times=1,status=400,error=invalid_client"])
        device = self.begin(emulator)
        self.assertEqual(self.poll(emulator, device)[1]["error"], "authorization_pending")
        self.assertEqual([waiting["userCode"] for waiting in emulator.devices()], [device["user_code"]])
        emulator.deny(device["user_code"])
        self.assertEqual(self.poll(emulator, device)[1]["error"], "access_denied")
        emulator.set(accessTokenSeconds=7)
        tokens = self.signed_in(emulator)
        self.assertEqual(tokens["expires_in"], 7)
        self.assertEqual(self.refresh(emulator, tokens)[1], {"error": "invalid_client"})
        emulator.answer_error("token.refresh", "invalid_grant", 401, 1, "AADSTS50078: Too old, again", "basic_action")
        self.assertEqual(self.refresh(emulator, tokens), (401, {
            "error": "invalid_grant", "error_description": "AADSTS50078: Too old, again", "suberror": "basic_action"}))
        self.assertEqual([grant["revoked"] for grant in emulator.grants()], [False])
        self.assertEqual(emulator.revoke_grant(account=ANNA), 1)
        self.assertEqual(self.refresh(emulator, tokens)[1]["error"], "invalid_grant")
        with self.assertRaises(ControlError):
            emulator.set(nothing=True)

    def test_answers_for_a_browser(self):
        emulator = self.start()
        emulator.know("carl", sub="sub-of-carl", claims={"loyalty": "card-1"})
        url = f"{emulator.issuer}/authorize?" + urllib.parse.urlencode({
            "response_type": "code", "client_id": KIOSK, "redirect_uri": REDIRECT_URI, "state": "S",
            "code_challenge": "x" * 43, "code_challenge_method": "S256"})
        approved, denied = emulator.authorize(url, account="carl"), emulator.authorize(url, approve=False)
        self.assertTrue(approved.startswith(f"{REDIRECT_URI}?code="), approved)
        self.assertTrue(denied.startswith(f"{REDIRECT_URI}?error=access_denied"), denied)
        self.assertEqual(urllib.parse.parse_qs(urllib.parse.urlsplit(approved).query)["iss"], [emulator.issuer])

    def test_refuses_flags_that_make_no_sense(self):
        for arguments, text in [
            (["--fault", "dorp"], 'fault "dorp": "dorp" is not one of on='),
            (["--client", "till:"], "ID:SECRET"),
            (["--account", ""], "LOGIN:EMAIL"),
            (["--option", "dorp=1"], '"dorp" is not one of accessTokenSeconds'),
            (["--issuer-path", "shop"], "issuer's path"),
            (["--state", __file__], "state file"),
            (["--key", __file__], "RSA key"),
            (["--clock-offset", "9000000000000000000"], "clock is shifted"),
            (["--log", "/nonexistent/log"], "/nonexistent/log"),
        ]:
            self.assert_refuses(text, *arguments)


if __name__ == "__main__":
    unittest.main()
