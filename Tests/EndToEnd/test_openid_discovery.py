# SPDX-License-Identifier: Apache-2.0
"""Where a provider's calls are, as it says in two documents: what one of them may answer, which counts, and for how long."""

import subprocess
import unittest

from harness import BINARIES, PATIENCE_SECONDS, DaemonTestCase, RPCError
from openid import KIOSK, TILL, OpenIDEmulator, OpenIDTestCase

ELSEWHERE = "https://elsewhere.example/device"
BEGUN = "begun"


class DiscoveryTestCase(DaemonTestCase):
    def setUp(self):
        pass

    def provider(self, *arguments, faults=(), **options):
        provider = OpenIDEmulator(*arguments, faults=faults, **options)
        self.addCleanup(provider.remove)
        return provider.start()

    def start_daemon(self, provider, **settings):
        """A new daemon, which knows nothing of a provider yet."""
        return self.new_daemon({"Authority": {"Kind": "openid"}, "OpenID": provider.settings(**settings)})

    def outcome(self, daemon):
        """What comes of a sign-in with a code: `BEGUN`, or an error's name and message."""
        try:
            code = daemon.call("session.beginSignIn")
        except RPCError as refused:
            return f"{refused.name}: {refused.message}"
        self.assertTrue(code["userCode"])
        return BEGUN


class Documents(DiscoveryTestCase):
    def test_beside_the_first_the_second_may_answer_anything(self):
        # What a site has for an address that it does not know.
        for answer in ("status=404", "status=403", "status=200,body=html", "status=500,body=html",
                       "status=302,location=/login", "drop", 'set=issuer:"https://other.example"'):
            with self.subTest(answer):
                provider = self.provider(faults=[f"on=metadata,{answer}"])
                self.assertEqual(self.outcome(self.start_daemon(provider)), BEGUN)

    def test_the_second_is_enough_where_there_is_no_first(self):
        provider = self.provider(faults=["on=discovery,status=404"])
        self.assertEqual(self.outcome(self.start_daemon(provider)), BEGUN)

    def test_the_second_is_enough_where_the_first_is_a_page(self):
        for answer in ("status=403,body=html", "status=200,body=html", "status=302,location=/login"):
            with self.subTest(answer):
                provider = self.provider(faults=[f"on=discovery,{answer}"])
                self.assertEqual(self.outcome(self.start_daemon(provider)), BEGUN)

    def test_a_first_that_has_a_problem_for_now_is_asked_again(self):
        provider = self.provider(faults=["on=discovery,status=503"])
        self.assertRegex(self.outcome(self.start_daemon(provider)), "^authorityUnavailable: .*has a problem")

    def test_the_second_has_what_the_first_leaves_out_and_the_first_wins(self):
        provider = self.provider(faults=["on=discovery,omit=device_authorization_endpoint",
                                         f'on=metadata,set=token_endpoint:"{ELSEWHERE}"'])
        daemon = self.start_daemon(provider)
        with daemon.client() as watcher:
            watcher.call("session.watch")
            self.assertEqual(self.outcome(daemon), BEGUN)
            provider.approve()
            events = iter(lambda: watcher.read()["params"], None)
            ended = next(event for event in events if event["kind"] == "signInEnded")
        self.assertEqual(ended["outcome"], "signedIn")

    def test_what_is_configured_wins_over_both(self):
        wrong = f'set=device_authorization_endpoint:"{ELSEWHERE}"'
        provider = self.provider(faults=[f"on=discovery,{wrong}", f"on=metadata,{wrong}"])
        address = f"{provider.issuer}/device_authorization"
        self.assertEqual(self.outcome(self.start_daemon(provider, DeviceAuthorizationEndpoint=address)), BEGUN)

    def test_without_both_nobody_can_sign_in_and_health_says_why(self):
        provider = self.provider(faults=["on=discovery,status=404", "on=metadata,status=404"])
        daemon = self.start_daemon(provider)
        self.assertRegex(self.outcome(daemon), "^authorityUnavailable: .*no OpenID provider at")
        problems = daemon.call("daemon.health")["problems"]
        self.assertTrue(any("no OpenID provider at" in problem["hint"] for problem in problems), problems)


class Lacks(OpenIDTestCase):
    """What the configuration needs, and the provider does not say."""

    CASES = [
        ("device_authorization_endpoint", {"RedirectURI": None}, "nobody can sign in: .*RedirectURI="),
        ("token_endpoint", {}, "TokenEndpoint="),
        ("authorization_endpoint", {}, "AuthorizationEndpoint="),
    ]

    def test_it_is_a_problem_before_anybody_signs_in_until_the_provider_says_it(self):
        for member, settings, hint in self.CASES:
            with self.subTest(member):
                provider = self.start_provider(
                    faults=[f"on={document},omit={member}" for document in ("discovery", "metadata")])
                daemon = self.start_openid(provider, **settings)
                self.wait_for_status(daemon, lambda status: status["authority"].get("lastError") == "misconfigured")
                [problem] = daemon.call("daemon.health")["problems"]
                self.assertEqual(problem["name"], "authorityUnavailable")
                self.assertRegex(problem["hint"], hint)
                provider.clear_faults()
                self.wait_for_status(daemon, lambda status: "lastError" not in status["authority"])
                self.assertEqual(daemon.call("daemon.health")["problems"], [])

    def test_what_nobody_needs_may_be_missing(self):
        provider = self.start_provider(
            faults=[f"on={document},omit={member}" for document in ("discovery", "metadata")
                    for member in ("authorization_endpoint", "revocation_endpoint", "userinfo_endpoint")])
        daemon = self.start_openid(provider, RedirectURI=None)
        self.wait_for_status(daemon, lambda status: "lastAnsweredAt" in status["authority"])
        self.assertEqual(daemon.call("daemon.health")["problems"], [])


class Reloaded(OpenIDTestCase):
    """What is answered to the settings from before a reload."""

    def setUp(self):
        self.provider = self.start_provider(faults=["on=device,hold,times=1,status=401,error=invalid_client"])
        self.daemon = self.start_openid(self.provider)
        self.wait_for_status(self.daemon, lambda status: "lastAnsweredAt" in status["authority"])

    def test_a_refusal_that_comes_late_is_not_these_settings(self):
        with self.daemon.client() as client:
            client.send(client.request("session.beginSignIn"))
            self.provider.wait_until_held()
            self.configure(self.daemon, self.provider, Scope="openid")
            self.daemon.call("daemon.reload")
            self.provider.release()
            self.assertEqual(client.read_response()["error"]["data"]["name"], "authorityUnavailable")
        self.assertNotIn("lastError", self.daemon.call("session.status")["authority"])
        self.assertEqual(self.daemon.call("daemon.health")["problems"], [])
        self.assertIn("userCode", self.begin(self.daemon))


class Kept(DiscoveryTestCase):
    def test_what_it_said_counts_while_it_says_nothing_over_a_restart_too(self):
        provider = self.provider()
        daemon = self.start_daemon(provider)
        self.assertEqual(self.outcome(daemon), BEGUN)
        daemon.call("session.cancelSignIn")
        provider.fault("on=discovery,status=503", "on=metadata,status=503")
        daemon.stop()
        daemon.start()
        self.assertEqual(self.outcome(daemon), BEGUN)

    def test_it_is_read_again_when_a_call_is_not_where_it_said(self):
        provider = self.provider()
        daemon = self.start_daemon(provider)
        self.assertEqual(self.outcome(daemon), BEGUN)
        daemon.call("session.cancelSignIn")
        for status in (404, 405):
            with self.subTest(status):
                before = provider.count("discovery")
                provider.fault(f"on=device,status={status},times=1")
                self.assertRegex(self.outcome(daemon), "^authorityUnavailable: ")
                # What has failed has a pause.
                daemon.stop()
                daemon.start()
                self.assertEqual(self.outcome(daemon), BEGUN)
                daemon.call("session.cancelSignIn")
                self.assertGreater(provider.count("discovery"), before)


    def test_it_is_read_once_where_a_sign_in_begins_while_it_is_read(self):
        provider = self.provider(faults=["on=discovery,hold"])
        daemon = self.start_daemon(provider)
        with daemon.client() as client:
            client.send(client.request("session.beginSignIn"))
            provider.wait_until_held()
            # Whoever reads it for themselves has begun to before this is answered.
            daemon.call("session.setIdentity", customIdentifier="till 4")
            provider.release()
            self.assertIn("userCode", client.read_response()["result"])
        self.assertEqual((provider.count("discovery"), provider.count("metadata")), (1, 1))


class Issuers(DiscoveryTestCase):
    def test_another_issuer_is_refused(self):
        for issuer in ("https://other.example", ""):
            provider = self.provider(faults=[f'on=discovery,set=issuer:"{issuer}"'])
            with self.subTest(issuer):
                self.assertRegex(
                    self.outcome(self.start_daemon(provider)), "^authorityUnavailable: .*calls itself something else")

    def test_a_slash_at_its_end_counts(self):
        provider = self.provider()
        outcome = self.outcome(self.start_daemon(provider, Issuer=f"{provider.issuer}/"))
        self.assertRegex(outcome, "^authorityUnavailable: .*calls itself something else")


class Looked(DiscoveryTestCase):
    """`sessiond --check-authority`: whether it is all as it should be, before anybody signs in."""

    def look(self, provider, **settings):
        """The exit status, and what it says."""
        daemon = self.start_daemon(provider, **settings)
        done = subprocess.run(
            [BINARIES / "sessiond", "--check-authority", "--config", daemon.config_path], capture_output=True, text=True,
            timeout=PATIENCE_SECONDS)
        return done.returncode, done.stdout + done.stderr

    def test_a_provider_that_knows_the_client(self):
        for client, more in ((KIOSK, {"RedirectURI": "http://localhost/signed-in"}), (TILL, {})):
            with self.subTest(client):
                status, text = self.look(self.provider(), client=client, **more)
                self.assertEqual(status, 0, text)
                for said in ("says where its calls are", "people sign in with a code", "the clocks agree",
                             f"knows the client {client}"):
                    self.assertIn(said, text)

    def test_a_client_that_it_does_not_know(self):
        status, text = self.look(self.provider(), client="nobody")
        self.assertEqual(status, 69, text)
        self.assertRegex(text, "error: .*refuses this device's client: invalid_client")

    def test_a_provider_that_is_not_there(self):
        provider = self.provider()
        status, text = self.look(provider, Issuer=f"{provider.url}/realms/another")
        self.assertEqual(status, 69, text)
        self.assertIn("error: there is no OpenID provider at", text)

    def test_nobody_can_sign_in(self):
        provider = self.provider(faults=["on=discovery,omit=device_authorization_endpoint",
                                         "on=metadata,omit=device_authorization_endpoint"])
        status, text = self.look(provider)
        self.assertEqual(status, 69, text)
        self.assertIn("error: nobody can sign in", text)

    def test_a_clock_that_is_wrong(self):
        status, text = self.look(self.provider("--clock-offset=-3600"))
        self.assertEqual(status, 69, text)
        self.assertRegex(text, r"error: this device's clock is \d+ s ahead of the provider's")


if __name__ == "__main__":
    unittest.main()
