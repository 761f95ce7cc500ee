# SPDX-License-Identifier: Apache-2.0
"""What the authority asked for, and back-off after failures, bind every call: callers in a loop are answered here."""

import time

from synerise import ANN, PASSWORDS, SyneriseTestCase, call_after_the_pause

CALLS = {
    "E2": ("session.signIn", {"email": ANN, "password": PASSWORDS[ANN]}),
    "E3": ("session.signIn", {"email": ANN, "password": PASSWORDS[ANN], "conditional": True}),
    "E8": ("session.profile", {}),
    "E5": ("session.refreshToken", {}),
    "deleteAccount": ("session.deleteAccount", {"authFactor": PASSWORDS[ANN]}),
    "simpleAuthentication": ("session.simpleAuthenticate", {"email": ANN, "authID": ANN}),
}
OF_A_CUSTOMER = ("E5", "E8", "deleteAccount")
PATHS = {"DeleteAccountPath": "/own/delete-account", "SimpleAuthenticationPath": "/own/simple",
         "SignOutPath": "/own/sign-out"}
EMULATOR_PATHS = ["--delete-account-path=/own/delete-account", "--simple-authentication-path=/own/simple",
                  "--sign-out-path=/own/sign-out"]
ASKED_SECONDS = 3000


class Pauses(SyneriseTestCase):
    def setUp(self):
        self.emulator = self.make_emulator(*EMULATOR_PATHS)
        self.daemon = self.make_synerise_daemon(self.emulator, {"Synerise": PATHS}).start()
        self.client = self.daemon.client()
        self.client.call("session.retrieveToken")

    def restart(self, signed_in):
        """Begins anew, without any pause, with somebody signed in or without."""
        self.emulator.clear_faults()
        self.daemon.start_afresh()
        self.client = self.daemon.client()
        if signed_in != self.client.call("session.status")["signedIn"]:
            self.sign_in(self.daemon) if signed_in else self.client.call("session.signOut")
        # What comes by itself after a start has come.
        self.client.call("session.retrieveToken")

    def reached(self, since):
        """What reached the authority, but for sign-outs of a row before that are told after a start."""
        return [entry["endpoint"] for entry in self.emulator.log(since=since) if entry["endpoint"] != "signOut"]

    def in_a_loop(self, call, times):
        """Calls again and again; the errors."""
        method, params = CALLS[call]
        return [self.error_of(self.client.call, method, **params) for _ in range(times)]

    def test_a_caller_in_a_loop_reaches_the_authority_once_where_it_asked_to_be_left_alone(self):
        for call in CALLS:
            with self.subTest(call=call):
                self.restart(call in OF_A_CUSTOMER)
                self.emulator.fault(f"on={call},status=429,retry-after={ASKED_SECONDS}")
                since = len(self.emulator.log())
                errors = self.in_a_loop(call, 200)
                self.assertEqual({error.name for error in errors}, {"authorityUnavailable"})
                waits = [error.data["retryAfterSeconds"] for error in errors]
                self.assertTrue(all(ASKED_SECONDS - 60 < wait <= ASKED_SECONDS for wait in waits), waits)
                self.assertEqual(self.reached(since), [call])

    def test_what_it_asked_for_binds_the_other_calls_too(self):
        for told in CALLS:
            with self.subTest(told=told):
                self.restart(told in OF_A_CUSTOMER)
                self.emulator.fault(f"on={told},status=503,retry-after={ASKED_SECONDS}")
                self.in_a_loop(told, 1)
                since = len(self.emulator.log())
                for call in CALLS:
                    # Who is signed in cannot sign in, and nobody has a profile who is not.
                    if (call in OF_A_CUSTOMER) == (told in OF_A_CUSTOMER):
                        self.assertEqual({error.name for error in self.in_a_loop(call, 3)}, {"authorityUnavailable"})
                answer = self.client.call("session.signOut")
                self.assertEqual(answer["authority"], "queued" if told in OF_A_CUSTOMER else "notNeeded")
                self.client.call("session.destroy")
                self.assert_refused("tokenUnavailable", self.client.call, "session.retrieveToken")
                self.assertEqual(self.reached(since), [])

    def test_a_failure_without_such_a_wish_binds_its_own_kind(self):
        for call in CALLS:
            with self.subTest(call=call):
                self.restart(call in OF_A_CUSTOMER)
                self.emulator.fault(f"on={call},status=500")
                since = len(self.emulator.log())
                begun = time.monotonic()
                self.in_a_loop(call, 200)
                # 1 s doubling, × 0.5 to 1.0: the third attempt comes after 1.5 s at the earliest.
                if time.monotonic() - begun < 1.5:
                    self.assertLessEqual(len(self.reached(since)), 2)
                other = "E8" if call != "E8" and call in OF_A_CUSTOMER else None
                if other:
                    self.client.call(CALLS[other][0])

    def test_a_wrong_password_is_no_failure(self):
        self.restart(False)
        for _ in range(3):
            self.assert_refused("authorityRejected", self.client.call, "session.signIn", email=ANN, password="wrong")
        self.assertTrue(self.sign_in(self.daemon)["signedIn"])

    def test_one_may_try_again_soon_after_a_failure(self):
        self.restart(False)
        self.emulator.fault("on=E2,times=1,status=500")
        error = self.error_of(self.client.call, *CALLS["E2"][:1], **CALLS["E2"][1])
        self.assertEqual(error.data["retryAfterSeconds"], 1)
        self.assertTrue(call_after_the_pause(self.client, CALLS["E2"][0], **CALLS["E2"][1])["signedIn"])


if __name__ == "__main__":
    import unittest

    unittest.main()
