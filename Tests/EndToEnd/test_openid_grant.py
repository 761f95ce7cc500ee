# SPDX-License-Identifier: Apache-2.0
"""A session at an OpenID provider: it lives as long as its grant, whatever its tokens and the network do."""

import json
import re
import time
import unittest

from conditions import ClockAhead
from harness import outcome
from openid import ANNA, BOB, TILL, OpenIDTestCase, hashed
from synerise import call_after_the_pause
from workspace import begin

NOBODYS_UUID = "345d4c8f-5aff-591d-a19c-1ca48923d9ee"


class GrantTestCase(OpenIDTestCase):
    """A test with a provider and a daemon that somebody is signed in at, unless `account` is `None`."""

    options, settings, account, client = {}, {}, ANNA, None

    def setUp(self):
        self.provider = self.start_provider(**self.options)
        self.daemon = self.start_openid(self.provider, self.client, **self.settings)
        if self.account:
            self.signed_in = self.sign_in(self.daemon, self.provider, account=self.account)
        self.events = self.watcher(self.daemon)

    def status(self):
        return self.daemon.call("session.status")

    def refresh(self):
        self.daemon.call("session.refreshToken")

    def fault_refreshes(self, fault, times=None):
        self.provider.fault(f"on=token.refresh,{fault}" + (f",times={times}" if times else ""))

    def ended(self):
        """Why the session ended."""
        while (event := self.events.event())["kind"] != "signedOut":
            pass
        return event["reason"]

    def wait_for_state(self, name, value):
        """Waits until a member of the status has a value; the status."""
        return self.wait_for_status(self.daemon, lambda status: status[name] == value)

    def refresh_tokens(self):
        """Hashes of the refresh tokens that were sent, and of those that were given."""
        entries = self.provider.log(on="token.refresh")
        return ([entry["sent"]["refresh_token"] for entry in entries],
                [entry["answered"].get("refresh_token") for entry in entries])


class Outages(GrantTestCase):
    options = {"accessTokenSeconds": 2}

    def test_a_session_outlives_its_token_and_gives_none_that_is_over(self):
        self.fault_refreshes("status=503")
        status = self.wait_for_state("tokenState", "expired")
        self.assertEqual((status["state"], status["login"]), ("signedIn", ANNA))
        for params in ({}, {"allowStale": True}):
            self.assert_refused("authorityUnavailable", self.token, self.daemon, **params)
        self.daemon.restart(kill=True)
        self.assertEqual(self.status()["state"], "signedIn")
        self.provider.clear_faults()
        self.wait_for_state("tokenState", "valid")
        self.assertEqual(self.status()["uuid"], self.signed_in["uuid"])

    def test_it_does_so_without_a_network_too(self):
        self.provider.stop()
        self.assertEqual(self.wait_for_state("tokenState", "expired")["state"], "signedIn")
        self.provider.start()
        # Whoever asks is answered as soon as the pause is over that is for people.
        self.assertEqual(call_after_the_pause(self.daemon, "session.retrieveToken", 30)["origin"], "OAUTH")

    def test_what_answers_hides_nothing_that_does_not(self):
        began = int(time.time())
        self.fault_refreshes("status=503")
        self.wait_for_state("tokenState", "expired")
        self.wait_for_status(self.daemon, lambda status: not status["authority"]["reachable"])
        answered = self.status()["authority"]["lastAnsweredAt"]
        # Discovery and userinfo answer meanwhile: the one is read anew, the other says whose a token is.
        self.configure(self.daemon, self.provider, Scope="openid offline_access email")
        self.daemon.call("daemon.reload")
        authority = self.wait_for_status(
            self.daemon, lambda status: status["authority"]["lastAnsweredAt"] > answered)["authority"]
        self.assertEqual((authority["reachable"], authority["lastError"]), (False, "authorityUnavailable 503"))
        problem, = self.daemon.call("daemon.health")["problems"]
        self.assertEqual(problem["name"], "authorityUnavailable")
        self.assertRegex(
            problem["hint"], r"has a problem \(HTTP 503\); asked in vain for a token in place of another one since "
            r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ; nobody can sign in until it answers$")
        checks = {check["name"]: check for check in json.loads(self.daemon.sessionctl("doctor", "--json").stdout)["checks"]}
        self.assertEqual(checks["authority"]["result"], "problem", checks)
        self.assertIn("asked in vain for a token", checks["authority"]["found"])
        since, = re.findall(
            r'^sessiond_authority_outage_timestamp_seconds{call="refresh"} (\d+)$',
            self.daemon.call("daemon.metrics")["text"], re.MULTILINE)
        self.assertIn(int(since), range(began, int(time.time()) + 1))

    def test_a_hundred_apps_that_ask_all_the_time_are_a_handful_of_requests(self):
        self.fault_refreshes("status=503")
        self.wait_for_state("tokenState", "expired")
        clients = [self.daemon.client() for _ in range(100)]
        before = self.provider.count("token.refresh")
        for _ in range(50):
            for client in clients:
                begin(client, "session.retrieveToken")
            for client in clients:
                self.assert_refused("authorityUnavailable", lambda: outcome(client.read_response()))
        # The pauses between attempts double, up to 30 s where somebody asks.
        self.assertLess(self.provider.count("token.refresh") - before, 12)


class Ends(GrantTestCase):
    account = None

    def begin_with(self, **options):
        self.provider.set(**options)
        return self.sign_in(self.daemon, self.provider)

    def test_a_grant_ends_when_it_said_so(self):
        self.begin_with(accessTokenSeconds=1, refreshTokenSeconds=3, statesRefreshEnd=True)
        self.fault_refreshes("status=503")
        self.assertEqual(self.ended(), "sessionExpired")

    def test_one_that_says_zero_has_no_end(self):
        self.begin_with(accessTokenSeconds=1, refreshTokenSeconds=0, statesRefreshEnd=True)
        self.fault_refreshes("status=503")
        self.assertEqual(self.wait_for_state("tokenState", "expired")["state"], "signedIn")

    def test_without_a_refresh_token_it_ends_with_its_access_token(self):
        self.begin_with(accessTokenSeconds=2, refreshTokens="never")
        self.assertEqual(self.ended(), "sessionExpired")
        self.assertEqual(self.provider.count("token.refresh"), 0)

    def test_a_life_that_cannot_be_used_is_an_hour(self):
        for fault in ("omit=expires_in", "set=expires_in:0", 'set=expires_in:"soon"', "set=expires_in:-5"):
            with self.subTest(fault):
                self.provider.fault(f"on=token.device,times=1,{fault}")
                self.assertIn(3600 - self.sign_in(self.daemon, self.provider)["expiresInSeconds"], range(0, 30))
                self.daemon.start_afresh()

    def test_a_life_may_be_a_text_and_an_answer_a_form(self):
        for fault in ('set=expires_in:"77"', "form,set=expires_in:77"):
            with self.subTest(fault):
                self.provider.fault(f"on=token.device,times=1,{fault}")
                self.assertIn(77 - self.sign_in(self.daemon, self.provider)["expiresInSeconds"], range(0, 30))
                self.daemon.start_afresh()

    def test_another_customers_grant_is_never_used_for_one_without(self):
        self.begin_with()
        self.daemon.call("session.signOut")
        self.provider.set(refreshTokens="never", accessTokenSeconds=2)
        self.assertEqual(self.sign_in(self.daemon, self.provider, account=BOB)["login"], BOB)
        self.events = self.watcher(self.daemon)
        self.assertEqual(self.ended(), "sessionExpired")
        self.assertEqual(self.provider.count("token.refresh"), 0)


class Rotation(GrantTestCase):
    def test_each_refresh_is_with_the_token_of_the_one_before(self):
        given = self.provider.log(on="token.device")[-1]["answered"]["refresh_token"]
        self.refreshed(self.daemon)
        self.daemon.restart(kill=True)
        self.refreshed(self.daemon)
        sent, answered = self.refresh_tokens()
        self.assertEqual(sent, [given, answered[0]])

    def test_an_answer_without_one_keeps_the_old_one(self):
        self.provider.set(refreshAnswersToken=False)
        self.refreshed(self.daemon)
        self.daemon.restart()
        self.refreshed(self.daemon)
        sent, answered = self.refresh_tokens()
        self.assertEqual((len(set(sent)), answered), (1, [None, None]))

    def test_two_who_want_a_new_token_make_one_refresh(self):
        self.fault_refreshes("hold", times=1)
        clients = [self.daemon.client() for _ in range(5)]
        for client in clients:
            client.send(client.request("session.refreshToken"))
        self.provider.wait_until_held()
        self.provider.release()
        for client in clients:
            self.assertIn("result", client.read_response())
        self.assertEqual(self.provider.count("token.refresh"), 1)

    def kill_while_an_answer_is_lost(self):
        self.fault_refreshes("hold", times=1)
        client = self.daemon.client()
        client.send(client.request("session.refreshToken"))
        self.provider.wait_until_held()
        self.daemon.kill()
        self.provider.release()
        self.daemon.start()
        self.events = self.watcher(self.daemon)

    def test_after_a_crash_the_old_token_is_tried_where_that_is_allowed(self):
        self.provider.set(graceSeconds=600)
        self.kill_while_an_answer_is_lost()
        self.provider.log(on="token.refresh", at_least=2)
        self.wait_for_state("tokenState", "valid")
        sent, _ = self.refresh_tokens()
        self.assertEqual((len(set(sent)), self.status()["state"]), (1, "signedIn"))

    def test_after_a_crash_a_provider_that_has_ended_the_grant_ends_the_session(self):
        self.kill_while_an_answer_is_lost()
        if self.events.snapshot["state"] == "signedIn":
            self.assertEqual(self.ended(), "clientRejected")
        self.assertEqual(self.status()["state"], "expired")

    def test_an_answer_that_is_lost_on_the_way_ends_nothing_where_there_is_grace(self):
        self.provider.set(graceSeconds=600)
        self.fault_refreshes("drop", times=1)
        self.assert_refused("authorityUnavailable", self.refresh)
        self.refreshed(self.daemon)

    def test_a_refresh_that_is_answered_after_the_sign_out_gives_its_grant_back(self):
        self.fault_refreshes("hold", times=1)
        client = self.daemon.client()
        client.send(client.request("session.refreshToken"))
        self.provider.wait_until_held()
        self.daemon.call("session.signOut")
        self.provider.release()
        self.wait_until_told(self.daemon, "delivered")
        self.assertEqual([grant["revoked"] for grant in self.provider.grants()], [True])
        self.assertEqual(self.status()["state"], "none")


class Answers(GrantTestCase):
    """What answers to a refresh mean."""

    def test_a_client_that_is_given_tokens_is_not_shown_as_unknown(self):
        for error, shown in (("unauthorized_client", "misconfigured 401"), ("invalid_client", None)):
            with self.subTest(error):
                self.provider.answer_error("token.refresh", error, status=401, times=1)
                self.assert_refused("authorityUnavailable", self.refresh)
                self.assertEqual(self.status()["authority"]["lastError"], "misconfigured 401")
                # Nobody refreshes again: the next customer has nothing to refresh with.
                self.daemon.call("session.signOut")
                self.provider.set(refreshTokens="never")
                self.sign_in(self.daemon, self.provider)
                self.assertEqual(self.status()["authority"].get("lastError"), shown)
                self.daemon.call("session.signOut")
                self.provider.set(refreshTokens="offline")
                self.sign_in(self.daemon, self.provider)

    ENDING = [
        "status=400,error=invalid_grant", "status=200,error=invalid_grant", "status=401,error=invalid_grant",
        "status=401,error=invalid_token",
        "status=400,error=invalid_grant,description=AADSTS50078: Presented multi-factor authentication has expired",
        "status=400,error=invalid_grant,description=AADSTS70043: The refresh token has expired,suberror=bad_token",
        "status=400,error=interaction_required,suberror=basic_action",
    ]
    MISCONFIGURED = [
        (401, "invalid_client"), (400, "unauthorized_client"), (400, "invalid_scope"), (400, "unsupported_grant_type"),
    ]
    PASSING = [
        "drop", "truncate=5", "malformed", "oversize", "status=500", "status=502,body=html", "status=503,body=empty",
        "status=429", "status=400,body=empty", "status=200,body=html", "status=404", "status=405",
        "status=302,location=http://127.0.0.1:1/", "status=400,error=server_error", "status=401",
        "status=401,body=empty",
        "status=403,body=html", "status=400,error=temporarily_unavailable", "status=400,error=something_new",
        "status=400,error=access_denied", "omit=access_token", "pad=access_token:32769", 'set=token_type:"mac"',
    ]

    def test_what_ends_the_session(self):
        for fault in self.ENDING:
            with self.subTest(fault):
                self.fault_refreshes(fault, times=1)
                self.assert_refused("sessionExpired", self.refresh)
                self.assertEqual(self.ended(), "clientRejected")
                self.daemon.start_afresh()
                self.sign_in(self.daemon, self.provider)
                self.events = self.watcher(self.daemon)

    def test_the_client_is_wrong_and_not_the_customer(self):
        for status, error in self.MISCONFIGURED:
            with self.subTest(error):
                token = self.token(self.daemon)
                self.fault_refreshes(f"status={status},error={error}", times=1)
                self.assert_refused("authorityUnavailable", self.refresh)
                self.assertEqual((self.status()["state"], self.token(self.daemon)), ("signedIn", token))
                health = self.daemon.call("daemon.health")
                self.assertEqual((health["ready"], error in str(health["problems"])), (True, True), health)
                self.daemon.start_afresh()
                self.sign_in(self.daemon, self.provider)

    def test_what_ends_nothing(self):
        token = self.token(self.daemon)
        for fault in self.PASSING:
            with self.subTest(fault):
                # What is done all the same must not end the grant.
                self.provider.set(graceSeconds=600)
                self.fault_refreshes(fault, times=1)
                self.assert_refused("authorityUnavailable", self.refresh)
                self.assertEqual(self.provider.faults(), [])
                self.assertEqual((self.status()["state"], self.token(self.daemon)), ("signedIn", token))
                # The pauses after failures get longer.
                self.daemon.start_afresh()
                self.sign_in(self.daemon, self.provider)
                token = self.token(self.daemon)

    def test_retry_after_is_obeyed(self):
        self.fault_refreshes("status=429,retry-after=120", times=1)
        error = self.assert_refused("authorityUnavailable", self.refresh)
        self.assertIn(120 - error.data["retryAfterSeconds"], range(0, 30))

    def test_nothing_that_is_answered_leads_elsewhere(self):
        other = self.start_provider()
        self.fault_refreshes(f"status=307,location={other.url}/realms/shop/token", times=1)
        self.assert_refused("authorityUnavailable", self.refresh)
        self.assertEqual(other.count(), 0)


class Hours(GrantTestCase):
    """What takes hours, on a device and at a provider whose clocks move on."""

    options, account = {"accessTokenSeconds": 7200}, None

    def setUp(self):
        self.provider = self.start_provider(**self.options)
        self.daemon = self.make_openid(self.provider, CheckSec="30min")
        self.clock = ClockAhead(self.daemon.folder)
        self.daemon.environment = self.clock.environment
        self.daemon.start()
        self.sign_in(self.daemon, self.provider)
        self.events = self.watcher(self.daemon)

    def advance(self, minutes):
        self.provider.advance_clock(60 * minutes)
        self.clock.advance(60 * minutes)

    def test_silence_that_may_be_a_no_is_one_when_it_was_heard_three_times_in_an_hour(self):
        self.fault_refreshes("status=400,body=empty")
        for _ in range(3):
            self.assert_refused("authorityUnavailable", self.refresh)
            self.assertEqual(self.status()["state"], "signedIn")
            self.advance(minutes=29)
        self.assert_refused("sessionExpired", self.refresh)
        self.assertEqual(self.ended(), "clientRejected")

    def test_it_is_counted_on_over_a_restart(self):
        self.fault_refreshes("status=400,body=empty")
        self.assert_refused("authorityUnavailable", self.refresh)
        self.advance(minutes=31)
        self.daemon.stop()
        self.daemon.start()
        self.assert_refused("authorityUnavailable", self.refresh)
        self.assertEqual(self.status()["state"], "signedIn")
        self.advance(minutes=31)
        self.daemon.stop()
        self.daemon.start()
        # Nobody asks: the next one comes by itself.
        self.wait_for_state("state", "expired")

    def test_an_hour_of_it_is_not_enough_where_it_was_heard_twice(self):
        self.fault_refreshes("status=400,body=empty")
        for _ in range(2):
            self.assert_refused("authorityUnavailable", self.refresh)
            self.advance(minutes=61)
        self.assertEqual(self.status()["state"], "signedIn")
        self.provider.clear_faults()
        self.assertEqual(call_after_the_pause(self.daemon, "session.retrieveToken", 30)["origin"], "OAUTH")

    def test_a_central_logout_is_noticed_though_nobody_needs_a_token(self):
        self.provider.revoke_grant()
        self.advance(minutes=29)
        # It is not asked again before: whatever befalls the session makes it look for what is due.
        self.daemon.call("session.setIdentity", customIdentifier="till 4")
        self.assertEqual((self.status()["state"], self.provider.count("token.refresh")), ("signedIn", 0))
        self.advance(minutes=2)
        self.daemon.call("session.setIdentity", customIdentifier="till 5")
        self.assertEqual(self.ended(), "clientRejected")


class Identities(GrantTestCase):
    """Whom tokens are for."""

    account = None
    FOREIGN = [
        'claim=iss:"https://other.example/"', 'claim=aud:"another"', 'claim=aud:["another", "kiosk"],omit-claim=azp',
        'claim=azp:"another"', "omit-claim=sub", 'claim=sub:""', "claim=exp:1000000000", 'set=id_token:"a.b.c"',
        "omit-claim=aud", "omit-claim=iss",
    ]
    USABLE = {
        'claim=aud:["kiosk", "another"]': ANNA, "omit-claim=azp": ANNA, 'claim=nonce:"whatever"': ANNA,
        "omit-claim=preferred_username": "anna@example.com", "omit-claim=preferred_username,omit-claim=email": ANNA,
    }

    def test_an_id_token_that_is_not_for_us_signs_nobody_in_and_its_tokens_go_back(self):
        for fault in self.FOREIGN:
            with self.subTest(fault):
                self.provider.fault(f"on=token.device,times=1,{fault}")
                self.provider.approve(self.begin(self.daemon)["userCode"])
                event = self.end(self.events)
                self.assertEqual((event["outcome"], event["reason"]), ("failed", "authorityRejected"))
                self.wait_until_told(self.daemon, "delivered")
                self.assertTrue(all(grant["revoked"] for grant in self.provider.grants()))
                # Whoever looks is told why, though the authority answers.
                [problem] = self.daemon.call("daemon.health")["problems"]
                self.assertRegex(problem["hint"], r"the provider's answer cannot be used: the id token .*ClientID=")
                self.daemon.output.wait_for(r"the sign-in at the authority has ended: failed .*: .*the id token ")
                self.daemon.start_afresh()
                self.events = self.watcher(self.daemon)

    def test_an_id_token_that_is(self):
        for fault, login in self.USABLE.items():
            with self.subTest(fault):
                self.provider.fault(f"on=token.device,times=1,{fault}")
                self.assertEqual(self.sign_in(self.daemon, self.provider)["login"], login)
                self.daemon.start_afresh()

    def test_a_customer_is_called_by_the_claims_that_are_configured(self):
        self.provider.know("carl", email="carl@example.com", claims={"loyalty": "card-1", "number": 12})
        for settings, login, custom in [
                ({}, "carl", None), ({"LoginClaim": "loyalty", "CustomIDClaim": "number"}, "card-1", "12"),
                ({"LoginClaim": "nothing"}, "carl@example.com", None)]:
            with self.subTest(settings):
                daemon = self.start_openid(self.provider, **settings)
                status = self.sign_in(daemon, self.provider, account="carl")
                token = daemon.call("session.retrieveToken")
                self.assertEqual((status.get("login"), token.get("customID")), (login, custom))

    def test_one_account_is_one_UUID_and_another_another(self):
        first = self.sign_in(self.daemon, self.provider)
        self.daemon.call("session.signOut")
        self.assertEqual(self.sign_in(self.daemon, self.provider)["uuid"], first["uuid"])
        self.daemon.call("session.signOut")
        # It is foretold for who was here last: who else comes is not known before they have come.
        for params in ({}, {"authID": BOB}):
            self.assertEqual(self.daemon.call("session.getUUIDForAuthentication", **params)["uuid"], first["uuid"])
        self.assertNotEqual(self.sign_in(self.daemon, self.provider, account=BOB)["uuid"], first["uuid"])

    def test_another_customer_in_a_refresh_ends_the_session(self):
        for fault in ('claim=sub:"another"', 'claim=iss:"https://other.example/"'):
            with self.subTest(fault):
                self.sign_in(self.daemon, self.provider)
                self.provider.fault(f"on=token.refresh,times=1,{fault}")
                self.assert_refused("sessionExpired", self.daemon.call, "session.refreshToken")
                self.events = self.watcher(self.daemon)
                self.wait_until_told(self.daemon, "delivered")
                self.assertTrue(all(grant["revoked"] for grant in self.provider.grants()))
                self.daemon.start_afresh()

    def test_an_unusable_id_token_in_a_refresh_says_nothing(self):
        self.sign_in(self.daemon, self.provider)
        self.provider.fault('on=token.refresh,times=1,set=id_token:"nonsense"')
        self.refreshed(self.daemon)
        self.assertEqual(self.daemon.call("session.status")["login"], ANNA)

    def test_userinfo_of_another_signs_nobody_in(self):
        self.provider.set(deviceIDToken=False)
        self.provider.fault("on=userinfo,times=1,omit=sub")
        self.provider.approve(self.begin(self.daemon)["userCode"])
        self.assertEqual(self.end(self.events)["outcome"], "failed")

    def test_a_profile_of_another_is_not_handed_out(self):
        self.sign_in(self.daemon, self.provider)
        self.provider.fault('on=userinfo,times=1,set=sub:"another",set=email:"canary@example.com"')
        error = self.assert_refused("authorityUnavailable", self.daemon.call, "session.profile")
        self.assertNotIn("canary", str(error))
        self.assertEqual(self.daemon.call("session.status")["state"], "signedIn")

    def test_a_profile_whose_token_is_refused_renews_it_and_ends_nothing(self):
        self.sign_in(self.daemon, self.provider)
        self.provider.fault("on=userinfo,times=1,status=401,error=invalid_token")
        self.assert_refused("authorityRejected", self.daemon.call, "session.profile")
        self.provider.log(on="token.refresh", at_least=1)
        profile = call_after_the_pause(self.daemon, "session.profile")
        self.assertEqual((profile["preferred_username"], self.provider.count("token.refresh")), (ANNA, 1))

    def test_a_token_that_was_obtained_elsewhere_is_whose_userinfo_says(self):
        other = self.start_openid(self.provider)
        status = self.sign_in(other, self.provider, account=BOB)
        token = self.token(other)
        obtained = {"origin": "OAUTH", "expiresAt": status["expiresAt"], "uuid": NOBODYS_UUID}
        self.daemon.call("session.authenticateWithToken", token=token, **obtained)
        own = self.daemon.call("session.status")
        self.assertEqual((own["login"], own["clientID"], own["origin"]), (BOB, status["clientID"], "OAUTH"))
        # What the caller says of the customer does not count.
        self.assertNotEqual(own["uuid"], NOBODYS_UUID)
        self.assertEqual(self.token(self.daemon), token)
        self.assert_refused("tokenUnavailable", self.daemon.call, "session.refreshToken")
        self.daemon.call("session.signOut")
        self.assert_refused(
            "authorityRejected", self.daemon.call, "session.authenticateWithToken", token="nobodys", **obtained)


class SignOuts(GrantTestCase):
    def test_a_grant_is_taken_back(self):
        refresh_token = self.provider.log(on="token.device")[-1]["answered"]["refresh_token"]
        self.assertEqual(self.daemon.call("session.signOut")["authority"], "queued")
        entry = self.provider.log(on="revocation", at_least=1)[0]
        self.assertEqual(
            entry["sent"], {"client_id": "kiosk", "token": refresh_token, "token_type_hint": "refresh_token"})
        self.assertEqual([grant["revoked"] for grant in self.provider.grants()], [True])

    def test_it_is_taken_back_when_the_provider_is_there_again(self):
        self.provider.fault("on=revocation,status=503")
        self.daemon.call("session.signOut")
        self.provider.log(on="revocation", at_least=1)
        self.daemon.restart(kill=True)
        self.provider.clear_faults()
        self.wait_until_told(self.daemon, "delivered")
        self.assertEqual([grant["revoked"] for grant in self.provider.grants()], [True])

    def test_a_provider_that_does_not_do_that_says_so_once(self):
        self.provider.set(publicMayRevoke=False)
        self.daemon.call("session.signOut")
        self.wait_until_told(self.daemon, "unsupported")
        self.assertEqual(self.provider.count("revocation"), 1)

    def test_a_provider_without_such_a_call_is_not_asked(self):
        self.provider.fault("on=discovery,omit=revocation_endpoint", "on=metadata,omit=revocation_endpoint")
        self.daemon.start_afresh()
        self.sign_in(self.daemon, self.provider)
        self.daemon.call("session.signOut")
        self.wait_until_told(self.daemon, "unsupported")


class Untold(GrantTestCase):
    settings = {"RevokeOnSignOut": "no"}

    def test_nobody_is_told_where_that_is_not_wanted(self):
        self.assertEqual(self.daemon.call("session.signOut")["authority"], "unsupported")
        self.assertEqual(self.provider.count("revocation"), 0)


class Nobody(GrantTestCase):
    account = None

    def test_there_is_no_token_while_nobody_is_signed_in(self):
        error = self.assert_refused("notSignedIn", self.token, self.daemon)
        self.assertIn("beginSignIn", error.data["hint"])
        self.assertEqual(self.provider.count("token"), 0)
        self.assertTrue(self.daemon.call("daemon.health")["ready"])

    def test_after_an_end_it_says_so(self):
        self.sign_in(self.daemon, self.provider)
        self.provider.revoke_grant()
        self.assert_refused("sessionExpired", self.refresh)
        self.assert_refused("sessionExpired", self.token, self.daemon)


class OwnToken(GrantTestCase):
    account, client = None, TILL
    settings = {"AnonymousToken": "clientCredentials", "Scope": "openid offline_access api"}

    def test_the_device_has_a_token_of_its_own_until_somebody_is_signed_in(self):
        own = self.daemon.call("session.retrieveToken")
        self.assertEqual(own["origin"], "ANONYMOUS")
        entry = self.provider.log(on="token.client")[0]
        self.assertEqual((entry["client"], entry["authentication"], entry["sent"]["scope"]), (TILL, "basic", "api"))
        self.sign_in(self.daemon, self.provider)
        self.assertEqual(self.daemon.call("session.retrieveToken")["origin"], "OAUTH")
        self.daemon.call("session.signOut")
        self.assertEqual(self.daemon.call("session.retrieveToken")["origin"], "ANONYMOUS")

    def test_it_is_renewed_without_a_refresh_token(self):
        token = self.token(self.daemon)
        self.refreshed(self.daemon)
        self.assertNotEqual(self.token(self.daemon), token)
        self.assertEqual((self.provider.count("token.client"), self.provider.count("token.refresh")), (2, 0))


class Leaks(GrantTestCase):
    def test_the_refresh_token_is_in_no_answer_and_no_log(self):
        answers = [self.daemon.call(method) for method in (
            "session.status", "session.retrieveToken", "daemon.info", "daemon.health", "daemon.metrics")]
        given = self.provider.log(on="token.device")[-1]["answered"]["refresh_token"]
        words = {word for text in [str(answers), self.daemon.stderr] for word in text.replace("'", " ").split()}
        self.assertNotIn(given, {hashed(word.strip('",:{}[]')) for word in words})


if __name__ == "__main__":
    unittest.main()
