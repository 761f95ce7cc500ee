# SPDX-License-Identifier: Apache-2.0
"""Signing in at an OpenID provider: one pending sign-in for the device, its codes, its browser, its end."""

import json
import threading
import unittest
import urllib.parse

from openid import ANNA, BOB, KIOSK, OpenIDTestCase, hashed
from synerise import seconds_until

CUSTOM_URI = "com.example.till:/signed-in"


class SignInTestCase(OpenIDTestCase):
    """A test with a provider and a daemon that run, and somebody who watches."""

    options, settings, sections = {}, {}, {}

    def setUp(self):
        self.provider = self.start_provider(**self.options)
        self.daemon = self.start_openid(self.provider, sections=self.sections, **self.settings)
        self.events = self.watcher(self.daemon)

    def status(self):
        return self.daemon.call("session.status")

    def pending(self):
        return self.daemon.call("session.pendingSignIn")

    def outcome(self):
        event = self.end(self.events)
        return event["outcome"], event.get("reason")

    def polls(self, at_least=0):
        return self.provider.log(on="token.device", at_least=at_least)


class Devices(SignInTestCase):
    def test_what_is_shown_is_the_providers_and_what_is_told_has_no_code(self):
        shown = self.begin(self.daemon)
        self.assertEqual(shown["method"], "device")
        self.assertEqual(shown["verificationURIComplete"], f"{shown['verificationURI']}?user_code={shown['userCode']}")
        self.assertEqual([device["userCode"] for device in self.provider.devices()], [shown["userCode"]])
        self.assertLessEqual(shown["expiresInSeconds"], 600)
        told = self.events.event()
        self.assertEqual(
            (told["kind"], told["attempt"], told["method"]), ("signInPending", shown["attempt"], "device"))
        self.assertNotIn(shown["userCode"], str(told))
        pending = told["status"]["pendingSignIn"]
        self.assertEqual((pending["attempt"], pending["method"]), (shown["attempt"], "device"))
        # Each says it in whole seconds, at an instant of its own.
        self.assertLess(abs(seconds_until(pending["expiresAt"]) - seconds_until(shown["expiresAt"])), 2)
        self.assertEqual(self.pending()["userCode"], shown["userCode"])
        self.assertEqual(self.status()["generation"], 1)

    def test_that_nothing_asks_again_by_itself_is_said(self):
        self.provider.fault("on=device,status=503,times=1")
        self.assert_refused("authorityUnavailable", self.begin, self.daemon)
        problem, = self.daemon.call("daemon.health")["problems"]
        self.assertTrue(problem["hint"].endswith("; the next sign-in asks it again"), problem)
        doctor = json.loads(self.daemon.sessionctl("doctor", "--json").stdout)
        check, = (check for check in doctor["checks"] if check["name"] == "authority")
        self.assertIn("sessiond asks again as soon as somebody needs it", check["hint"])

    def test_five_who_want_one_ask_for_one(self):
        self.provider.fault("on=device,hold")
        answers = []

        def begin():
            with self.daemon.client() as client:
                answers.append(client.call("session.beginSignIn"))

        threads = [threading.Thread(target=begin) for _ in range(5)]
        for thread in threads:
            thread.start()
        self.provider.wait_until_held()
        self.provider.release()
        for thread in threads:
            thread.join()
        self.assertEqual(len({answer["userCode"] for answer in answers}), 1)
        self.assertEqual(sorted(answer["joined"] for answer in answers), [False, True, True, True, True])
        self.assertEqual(self.provider.count("device"), 1)

    def test_another_way_is_refused_and_replaces_when_it_is_told_to(self):
        first = self.begin(self.daemon)
        self.assert_refused("busy", self.begin, self.daemon, method="browser")
        second = self.begin(self.daemon, method="browser", replace=True)
        self.assertEqual(self.outcome(), ("superseded", None))
        self.assertNotEqual(second["attempt"], first["attempt"])
        third = self.begin(self.daemon, method="device", replace=True)
        self.assertNotEqual(third["userCode"], first["userCode"])

    def test_the_customer_who_is_there_is_not_replaced(self):
        self.sign_in(self.daemon, self.provider)
        self.assert_refused("alreadySignedIn", self.begin, self.daemon)

    def test_codes_are_not_asked_for_without_end(self):
        for _ in range(5):
            self.begin(self.daemon)
            self.daemon.call("session.cancelSignIn")
        error = self.assert_refused("limitExceeded", self.begin, self.daemon)
        self.assertLessEqual(error.data["retryAfterSeconds"], 60)
        self.assertEqual(self.provider.count("device"), 5)

    def test_nor_by_who_does_not_wait_for_them(self):
        self.provider.fault("on=device,hold")
        with self.daemon.client() as client:
            for _ in range(5):
                begun = client.request("session.beginSignIn")
                client.send(begun, client.request("session.cancelSignIn"))
                answers = client.read_responses(2)
                self.assertEqual(answers.pop(begun["id"])["error"]["data"]["name"], "superseded")
                self.assertEqual([answer["result"] for answer in answers.values()], [{"cancelled": True}])
            self.assert_refused("limitExceeded", client.call, "session.beginSignIn")
        self.assertLessEqual(self.provider.count("device"), 5)
        self.provider.release()

    def test_it_is_cancelled_and_what_comes_then_is_nobodys(self):
        shown = self.begin(self.daemon)
        self.assertEqual(self.daemon.call("session.cancelSignIn", attempt="another"), {"cancelled": False})
        self.assertEqual(self.daemon.call("session.cancelSignIn", attempt=shown["attempt"]), {"cancelled": True})
        self.assertEqual(self.outcome(), ("cancelled", None))
        self.assertEqual(self.daemon.call("session.cancelSignIn"), {"cancelled": False})
        self.assertEqual(self.pending(), {})

    def test_a_poll_under_way_that_is_answered_too_late_gives_its_grant_back(self):
        self.provider.fault("on=token.device,hold")
        shown = self.begin(self.daemon)
        self.provider.approve(shown["userCode"])
        self.provider.wait_until_held()
        self.daemon.call("session.cancelSignIn")
        self.provider.clear_faults()
        self.provider.release()
        self.wait_until_told(self.daemon, "delivered")
        self.assertEqual([grant["revoked"] for grant in self.provider.grants()], [True])
        self.assertEqual(self.status()["state"], "none")

    def test_whatever_takes_its_place_ends_it(self):
        for method in ("session.signOut", "session.regenerateUUID", "session.destroy"):
            with self.subTest(method):
                self.begin(self.daemon)
                self.assertIs(self.daemon.call(method).get("changed", False), False)
                self.assertEqual(self.outcome(), ("superseded", None))

    def test_a_customer_denies(self):
        self.provider.deny(self.begin(self.daemon)["userCode"])
        self.assertEqual(self.outcome(), ("denied", None))
        self.assertEqual(self.status()["state"], "none")

    def test_the_app_may_go_while_a_code_is_fetched(self):
        self.provider.fault("on=device,hold")
        with self.daemon.client() as client:
            client.send(client.request("session.beginSignIn"))
            self.provider.wait_until_held()
        self.provider.release()
        self.assertEqual(self.events.event()["kind"], "signInPending")
        self.assertEqual(self.begin(self.daemon)["joined"], True)

    def test_a_deadline_ends_the_wait_alone(self):
        self.provider.fault("on=device,hold")
        error = self.assert_refused("deadlineExceeded", self.begin, self.daemon, _deadlineSeconds=1)
        self.assertEqual(error.data["outcome"], "unknown")
        self.provider.release()
        self.assertEqual(self.events.event()["kind"], "signInPending")

    def test_tokens_are_stored_before_anybody_is_asked_whose_they_are(self):
        self.provider.set(deviceIDToken=False)
        self.provider.fault("on=userinfo,times=1,hold")
        self.provider.approve(self.begin(self.daemon)["userCode"])
        self.provider.wait_until_held()
        self.daemon.restart(kill=True)
        events = self.watcher(self.daemon)
        if events.snapshot["state"] != "signedIn":
            self.assertEqual(self.end(events)["outcome"], "signedIn")
        self.assertEqual((self.status()["login"], len(self.polls())), (ANNA, 1))

    def test_without_an_id_token_userinfo_says_who_it_is(self):
        self.provider.set(deviceIDToken=False)
        status = self.sign_in(self.daemon, self.provider, account=BOB)
        self.assertEqual((status["login"], self.provider.count("userinfo")), (BOB, 1))

    def test_it_asks_again_whose_they_are(self):
        self.provider.set(deviceIDToken=False)
        self.provider.fault("on=userinfo,times=2,status=503")
        self.assertEqual(self.sign_in(self.daemon, self.provider)["login"], ANNA)
        self.assertEqual((self.provider.count("userinfo"), len(self.polls())), (3, 1))

    def test_order_of_what_is_told(self):
        self.provider.approve(self.begin(self.daemon)["userCode"])
        self.assertEqual(self.events.kinds(3), ["signInPending", "signedIn", "signInEnded"])


class ShortLived(SignInTestCase):
    options = {"deviceCodeSeconds": 2}

    def test_a_code_expires(self):
        self.begin(self.daemon)
        self.assertEqual(self.outcome(), ("expired", None))
        self.assertEqual(self.pending(), {})


class Idle(SignInTestCase):
    sections = {"Session": {"IdleTimeoutSec": 2}}

    def test_who_walked_away_is_not_signed_in_for_the_next(self):
        self.begin(self.daemon)
        self.assertEqual(self.outcome(), ("expired", None))


class Polling(SignInTestCase):
    """What ends no sign-in, one after the other; and what does."""

    PASSING = [
        "drop", "truncate=5", "malformed", "oversize", "status=500", "status=502,body=html", "status=503,body=empty",
        "status=429", "status=429,retry-after=1", "status=400,body=empty", "status=200,body=html",
        "status=400,error=server_error", "status=400,error=temporarily_unavailable",
        "status=200,error=authorization_pending", "status=403,error=authorization_pending", "status=302,location=/",
    ]
    ENDING = {
        "status=200,error=access_denied": ("denied", None), "status=403,error=access_denied": ("denied", None),
        "status=400,error=authorization_declined": ("denied", None),
        "status=200,error=expired_token": ("expired", None), "status=400,error=expired_token": ("expired", None),
        "status=400,error=invalid_grant": ("failed", "authorityRejected"),
        "status=401,error=invalid_client": ("failed", "authorityUnavailable"),
        "status=400,error=something_new": ("failed", "authorityRejected"),
    }

    def test_what_passes(self):
        for fault in self.PASSING:
            with self.subTest(fault):
                self.provider.fault(f"on=token.device,times=1,{fault}")
        shown = self.begin(self.daemon)
        self.polls(at_least=len(self.PASSING))
        self.provider.approve(shown["userCode"])
        self.assertEqual(self.outcome(), ("signedIn", None))

    def test_what_ends_it(self):
        for fault, expected in self.ENDING.items():
            with self.subTest(fault):
                self.provider.fault(f"on=token.device,times=1,{fault}")
                self.begin(self.daemon)
                self.assertEqual(self.outcome(), expected)
                # There may not be so many in a minute.
                self.daemon.start_afresh()
                self.events = self.watcher(self.daemon)

    def test_an_answer_that_is_lost_after_the_work_was_done_ends_it(self):
        self.provider.fault("on=token.device,times=1,drop")
        self.provider.approve(self.begin(self.daemon)["userCode"])
        self.assertEqual(self.outcome(), ("failed", "authorityRejected"))

    def test_whoever_is_told_to_slow_down_does_so_for_good(self):
        self.provider.fault("on=token.device,times=1,status=400,error=slow_down")
        self.begin(self.daemon)
        first, second = (poll["timeMilliseconds"] for poll in self.polls(at_least=2)[:2])
        self.assertGreaterEqual(second - first, 5_900)

    def test_retry_after_is_obeyed(self):
        self.provider.fault("on=token.device,times=1,status=503,retry-after=4")
        self.begin(self.daemon)
        first, second = (poll["timeMilliseconds"] for poll in self.polls(at_least=2)[:2])
        self.assertGreaterEqual(second - first, 3_900)


class CodeAnswers(SignInTestCase):
    """Answers to who asks for a code."""

    USABLE = {
        'set=interval:"1",set=expires_in:"60"': 60, "omit=interval": 600, "omit=expires_in": 300,
        "set=expires_in:0": 300, "rename=verification_uri:verification_url": 600, "form": 600,
        "omit=verification_uri_complete": 600,
    }
    UNUSABLE = [
        'set=verification_uri:"javascript:alert(1)"', 'set=verification_uri_complete:"javascript:alert(1)"',
        'set=verification_uri:"http://login.example.com/device"', 'set=verification_uri:"/device?next=https://a.b"',
        "omit=verification_uri", "omit=user_code",
        "omit=device_code", "pad=user_code:65", "pad=verification_uri:2049", "pad=device_code:32769",
    ]

    def test_what_can_be_used(self):
        for fault, seconds in self.USABLE.items():
            with self.subTest(fault):
                self.provider.fault(f"on=device,times=1,{fault}")
                shown = self.begin(self.daemon, replace=True)
                self.assertIn(seconds - shown["expiresInSeconds"], range(0, 10))
                self.assertEqual(shown["userCode"], self.provider.devices()[-1]["userCode"])
                self.assertEqual("verificationURIComplete" in shown, "verification_uri_complete" not in fault)
                self.daemon.start_afresh()

    def test_what_cannot_be_used_is_shown_to_nobody(self):
        for fault in self.UNUSABLE:
            with self.subTest(fault):
                self.provider.fault(f"on=device,times=1,{fault}")
                self.assert_refused("authorityRejected", self.begin, self.daemon)
                self.assertEqual(self.pending(), {})
                self.daemon.start_afresh()

    def test_the_client_is_wrong(self):
        for error in ("invalid_client", "unauthorized_client", "invalid_scope"):
            with self.subTest(error):
                self.provider.answer_error("device", error, status=401, times=1)
                self.assert_refused("authorityUnavailable", self.begin, self.daemon)
                health = self.daemon.call("daemon.health")
                self.assertTrue(health["ready"])
                self.assertIn(error, health["problems"][0]["hint"])
                self.assertEqual(self.status()["authority"]["lastError"], "misconfigured 401")
                self.daemon.start_afresh()


class Requests(SignInTestCase):
    """What the provider is sent."""

    def test_a_client_without_a_secret_sends_its_name_and_a_challenge_and_no_secret(self):
        self.provider.set(devicePKCE=True, pollScope=True)
        self.sign_in(self.daemon, self.provider)
        device, token = self.provider.log(on="device")[0], self.polls()[-1]
        for entry in (device, token):
            self.assertEqual((entry["client"], entry["authentication"]), (KIOSK, "none"))
            self.assertEqual(entry["sent"]["scope"], "openid offline_access")
            self.assertNotIn("client_secret", entry["sent"])
        self.assertEqual(device["sent"]["code_challenge_method"], "S256")

    def test_a_client_with_a_secret_sends_it_with_each_request(self):
        daemon = self.start_openid(self.provider, self.provider.CONFIDENTIAL)
        self.sign_in(daemon, self.provider)
        self.refreshed(daemon)
        daemon.call("session.signOut")
        self.wait_until_told(daemon, "delivered")
        entries = [entry for entry in self.provider.log() if entry.get("client") == self.provider.CONFIDENTIAL]
        self.assertEqual({entry["authentication"] for entry in entries}, {"basic"})
        self.assertEqual(
            {entry["endpoint"] for entry in entries}, {"device", "token.device", "token.refresh", "revocation"})

    def test_audience_and_resources_are_asked_for(self):
        daemon = self.start_openid(self.provider, Audience="https://api.example.com/", Resource="https://a.example/")
        self.sign_in(daemon, self.provider)
        sent = self.provider.log(on="device")[-1]["sent"]
        self.assertEqual((sent["audience"], sent["resource"]), ("https://api.example.com/", "https://a.example/"))

    def test_the_scope_is_never_in_a_refresh(self):
        self.sign_in(self.daemon, self.provider)
        self.refreshed(self.daemon)
        sent = self.provider.log(on="token.refresh")[0]["sent"]
        self.assertEqual(set(sent), {"client_id", "grant_type", "refresh_token"})


class Browsers(SignInTestCase):
    settings = {"RedirectURI": f"http://localhost/signed-in\nRedirectURI={CUSTOM_URI}"}

    def setUp(self):
        super().setUp()
        self.provider.remove()
        self.provider = self.start_provider(redirect_uris=("http://localhost/signed-in", CUSTOM_URI))
        self.configure(self.daemon, self.provider, sections=self.sections, **self.settings)
        self.daemon.start_afresh()
        self.events = self.watcher(self.daemon)

    def complete(self, pending, url):
        return self.daemon.call("session.completeSignIn", attempt=pending["attempt"], callbackURL=url)

    def test_the_address_asks_for_a_code_with_state_nonce_and_S256(self):
        pending = self.begin(self.daemon, method="browser")
        url = urllib.parse.urlsplit(pending["authorizationURL"])
        query = urllib.parse.parse_qs(url.query)
        self.assertEqual(url._replace(query="").geturl(), f"{self.provider.issuer}/authorize")
        self.assertEqual(
            {name: value for name, [value] in query.items() if name not in ("state", "nonce", "code_challenge")},
            {"response_type": "code", "client_id": KIOSK, "redirect_uri": "http://localhost/signed-in",
             "scope": "openid offline_access", "code_challenge_method": "S256"})
        for name in ("state", "nonce", "code_challenge"):
            self.assertGreaterEqual(len(query[name][0]), 43)
        self.assertNotIn("authorizationURL", self.pending())
        self.assertNotIn("authorizationURL", str(self.events.event()))

    def test_a_redirect_uri_is_one_of_those_that_are_configured(self):
        self.assert_refused("invalidParams", self.begin, self.daemon, method="browser", redirectURI="http://localhost/")
        pending = self.begin(self.daemon, method="browser", redirectURI=CUSTOM_URI)
        callback = self.provider.authorize(pending["authorizationURL"])
        self.assertTrue(callback.startswith(f"{CUSTOM_URI}?"))
        self.assertEqual(self.complete(pending, callback)["state"], "signedIn")
        self.assertEqual(self.outcome(), ("signedIn", None))

    def test_another_ones_answer_leaves_it_pending(self):
        pending = self.begin(self.daemon, method="browser")
        good = self.provider.authorize(pending["authorizationURL"])
        query = urllib.parse.urlsplit(good).query
        state = urllib.parse.parse_qs(query)["state"][0]
        bad = [
            good.replace("http://localhost/signed-in", "http://localhost/other"), good.replace(state, "another"),
            good + "&state=" + state, good + "&code=another", good.replace("iss=http", "iss=https"),
            "&".join(part for part in good.split("&") if not part.startswith("iss=")), "http://localhost/signed-in",
            good + "#fragment", good.replace(f"state={state}", ""),
            f"http://localhost/signed-in?error=access_denied&state={state}",
            f"http://localhost/signed-in?error=access_denied&iss={urllib.parse.quote(self.provider.issuer)}",
        ]
        for url in bad:
            with self.subTest(url):
                self.assert_refused("invalidParams", self.complete, pending, url)
        self.assertEqual(self.provider.count("token.code"), 0)
        self.assertEqual(self.complete(pending, good)["login"], ANNA)

    def test_an_issuer_that_is_not_announced_is_judged_all_the_same(self):
        self.provider.set(namesIssuer=False)
        self.daemon.start_afresh()
        pending = self.begin(self.daemon, method="browser")
        good = self.provider.authorize(pending["authorizationURL"])
        self.assertNotIn("iss=", good)
        self.assert_refused("invalidParams", self.complete, pending, good + "&iss=https://evil.example")
        self.assertEqual(self.complete(pending, good)["login"], ANNA)

    def test_a_customer_denies_and_a_provider_fails(self):
        for change, outcome in ((None, ("denied", None)), ("server_error", ("failed", "authorityRejected"))):
            with self.subTest(outcome):
                pending = self.begin(self.daemon, method="browser")
                url = self.provider.authorize(pending["authorizationURL"], approve=False)
                url = url.replace("access_denied", change) if change else url
                self.assert_refused("authorityRejected", self.complete, pending, url)
                self.assertEqual(self.outcome(), outcome)

    def test_it_is_completed_once(self):
        pending = self.begin(self.daemon, method="browser")
        good = self.provider.authorize(pending["authorizationURL"])
        self.provider.fault("on=token.code,times=1,hold")
        with self.daemon.client() as client:
            client.send(client.request("session.completeSignIn", {"attempt": pending["attempt"], "callbackURL": good}))
            self.provider.wait_until_held()
            self.assert_refused("busy", self.complete, pending, good)
            self.provider.release()
            self.assertEqual(client.read_response()["result"]["state"], "signedIn")
        error = self.assert_refused("alreadySignedIn", self.complete, pending, good)
        self.assertIn("done", error.message)
        self.daemon.call("session.signOut")
        self.assert_refused("superseded", self.complete, pending, good)

    def test_who_completes_may_go(self):
        pending = self.begin(self.daemon, method="browser")
        good = self.provider.authorize(pending["authorizationURL"])
        self.provider.fault("on=token.code,times=1,hold")
        with self.daemon.client() as client:
            client.send(client.request("session.completeSignIn", {"attempt": pending["attempt"], "callbackURL": good}))
            self.provider.wait_until_held()
        self.provider.release()
        self.assertEqual(self.outcome(), ("signedIn", None))

    def test_a_destroy_meanwhile_gives_the_grant_back(self):
        pending = self.begin(self.daemon, method="browser")
        good = self.provider.authorize(pending["authorizationURL"])
        self.provider.fault("on=token.code,times=1,hold")
        with self.daemon.client() as client:
            client.send(client.request("session.completeSignIn", {"attempt": pending["attempt"], "callbackURL": good}))
            self.provider.wait_until_held()
            self.daemon.call("session.destroy")
            self.assertEqual(client.read_response()["error"]["data"]["name"], "superseded")
        self.provider.release()
        self.wait_until_told(self.daemon, "delivered")
        self.assertEqual([grant["revoked"] for grant in self.provider.grants()], [True])

    def test_the_id_token_has_to_name_this_request(self):
        for fault in ('claim=nonce:"another"', "omit-claim=nonce", "omit=id_token"):
            with self.subTest(fault):
                self.provider.fault(f"on=token.code,times=1,{fault}")
                pending = self.begin(self.daemon, method="browser")
                url = self.provider.authorize(pending["authorizationURL"])
                self.assert_refused("authorityRejected", self.complete, pending, url)
                self.assertEqual(self.outcome(), ("failed", "authorityRejected"))

    def test_it_survives_a_restart(self):
        pending = self.begin(self.daemon, method="browser")
        good = self.provider.authorize(pending["authorizationURL"])
        self.daemon.restart(kill=True)
        self.assertEqual(self.complete(pending, good)["login"], ANNA)

    def test_a_reload_that_takes_its_redirect_uri_ends_it(self):
        self.begin(self.daemon, method="browser", redirectURI=CUSTOM_URI)
        self.configure(self.daemon, self.provider)
        self.daemon.call("daemon.reload")
        self.assertEqual(self.outcome(), ("superseded", None))

    def test_the_verifier_is_that_of_the_challenge(self):
        pending = self.begin(self.daemon, method="browser")
        self.complete(pending, self.provider.authorize(pending["authorizationURL"]))
        code = self.provider.log(on="token.code")[0]
        self.assertEqual((code["status"], code["sent"]["redirect_uri"]), (200, "http://localhost/signed-in"))
        challenge = urllib.parse.parse_qs(urllib.parse.urlsplit(pending["authorizationURL"]).query)["code_challenge"][0]
        self.assertNotEqual(code["sent"]["code_verifier"], hashed(challenge))


class Unsupported(SignInTestCase):
    def test_what_a_provider_does_not_do(self):
        for method, params in (
                ("session.signIn", {"email": ANNA, "password": "canary"}),
                ("session.authenticate", {"provider": "GOOGLE", "providerToken": "t"}),
                ("session.simpleAuthenticate", {"email": "a@example.com", "authID": "a"}),
                ("session.deleteAccount", {"authFactor": "p"}), ("authority.changeAPIKey", {"apiKey": "k" * 36})):
            with self.subTest(method):
                self.assert_refused("unsupported", self.daemon.call, method, **params)
        self.assertEqual([entry["endpoint"] for entry in self.provider.log() if entry["method"] == "POST"], [])

    def test_without_a_redirect_uri_there_is_no_browser(self):
        daemon = self.start_openid(self.provider, RedirectURI=None)
        self.assert_refused("unsupported", self.begin, daemon, method="browser")


if __name__ == "__main__":
    unittest.main()
