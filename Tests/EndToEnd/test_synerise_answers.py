# SPDX-License-Identifier: Apache-2.0
"""Each answer of the authority × each call: what the caller hears, what the status says, whether the session lives."""

import dataclasses
import enum
import json
import time

import harness
from harness import lasting
from synerise import ANN, API_KEY, FOREVER_SECONDS, PASSWORDS, SyneriseTestCase, claims, seconds_until

TOKEN_CALLS = ("E1", "E2", "E3", "E5")
CANARY = "canary-of-the-authority"
# What the emulator writes into its own answers.
AUTHORITYS_TEXTS = [CANARY, "a fault of the emulator", "<html>", "<not JSON>", "no account has these"]
LONGEST_RETRY_AFTER = 3600
ERRORS = [
    {"code": 1001, "field": "email", "message": "is not one", "rejectedValue": CANARY},
    {"field": "password", "rejectedValue": {"a": [CANARY]}},
]
SHOWN_ERRORS = [{"code": 1001, "field": "email", "message": "is not one"}, {"field": "password"}]


class Meaning(enum.Enum):
    """What an answer means (docs/authorities.md, Y10)."""

    NO = "the authority's no"
    INPUT = "the caller's mistake"
    PASSING = "transient"


@dataclasses.dataclass
class Answer:
    """One row: a fault of the emulator, and what it means."""

    fault: str
    meaning: Meaning
    # As it is shown beside the error's name; 0: there was no answer.
    status: int = 0
    retry_after: int = 0
    calls: tuple = ("E1", "E2", "E3", "E5", "E8")

    @property
    def error_name(self):
        return "authorityUnavailable" if self.meaning is Meaning.PASSING else "authorityRejected"

    @property
    def last_error(self):
        return f"{self.error_name} {self.status}" if self.status else self.error_name

    def read_by(self, call):
        """The row as it is to a call: no word of a caller's is in a refresh or in the request of a profile."""
        is_input = self.meaning is Meaning.INPUT and call in ("E5", "E8")
        return dataclasses.replace(self, meaning=Meaning.PASSING) if is_input else self


def status_row(code, meaning, body="json", retry_after=None, seconds=0):
    fault = f"status={code},body={body}" + (f",retry-after={retry_after}" if retry_after else "")
    return Answer(fault, meaning, code, seconds)


def rows(array, errors, elsewhere):
    """The table; the arguments are files with bodies, and another origin."""
    no, passing = Meaning.NO, Meaning.PASSING
    table = [status_row(401, no), status_row(401, no, "empty"), status_row(403, no)]
    table += [status_row(code, Meaning.INPUT, errors) for code in (400, 404, 409, 412, 422)]
    # A gateway's word, not the authority's.
    table += [status_row(code, passing, "html") for code in (200, 401, 403, 404, 407, 503)]
    table += [status_row(403, passing, body) for body in ("empty", array)]
    table += [status_row(407, passing, body) for body in ("json", "empty")]
    table += [status_row(code, passing) for code in (418, 429, 500, 502, 503, 504)]
    for code in (429, 500, 502, 503):
        table.append(status_row(code, passing, "json", "120", 120))
        table.append(status_row(code, passing, "empty", "date+120", 120))
    table.append(status_row(429, passing, "json", "86400", LONGEST_RETRY_AFTER))
    table.append(status_row(503, passing, "json", "date+86400", LONGEST_RETRY_AFTER))
    table.append(status_row(503, passing, "json", "soon"))
    table.append(Answer(f"status=302,location={elsewhere}/", passing))
    table += [Answer(fault, passing) for fault in ("drop", "truncate=10", "oversize", "oversize=chunked")]
    table += [status_row(200, passing, body) for body in ("empty", array)]
    table.append(Answer("malformed", passing, 200))
    spoilt = ["token-too-long", "no-token", *(f"expiration={kind}" for kind in ("past", "century", "missing", "string"))]
    return table + [Answer(fault, passing, 200, calls=TOKEN_CALLS) for fault in spoilt]


class AnswersTestCase(SyneriseTestCase):
    lifetime_seconds = 3600

    def setUp(self):
        self.emulator = self.make_emulator("--token-lifetime", self.lifetime_seconds)
        self.daemon = self.make_synerise_daemon(self.emulator).start()
        self.client = self.daemon.client()

    def file(self, name, value):
        path = self.emulator.folder / name
        path.write_text(json.dumps(value))
        return str(path)

    def restart(self):
        """Starts the daemon anew: back-offs and limits of logins begin anew with it."""
        self.client.close()
        self.daemon.start_afresh()
        self.client = self.daemon.client()

    def begin_row(self):
        """Notes how it stands before an answer."""
        self.before = self.client.call("session.status")
        self.log_start = len(self.daemon.stderr)

    def logged(self, pattern):
        """Waits for a line of this row."""
        return self.daemon.output.wait_for(pattern, self.log_start)

    def assert_lives(self, *differing):
        """Fails if the session is another one than before; the status."""
        after = self.client.call("session.status")
        left_out = {"tokenState", "expiresAt", *differing}
        self.assertEqual(*({name: value for name, value in lasting(status).items() if name not in left_out}
                           for status in (self.before, after)))
        return after

    def assert_authority(self, row, status, is_own=False):
        """Fails unless status and journal say of the authority what that answer means: a no to a customer's password or
        token is an answer, and none of its errors; a no to what the daemon asks of its own accord is one."""
        authority = status["authority"]
        reachable = row.meaning is not Meaning.PASSING
        shown = row.last_error if is_own or not reachable else None
        self.assertEqual((authority["reachable"], authority.get("lastError")), (reachable, shown))
        if reachable != self.before["authority"]["reachable"]:
            reason = rf": .*\(HTTP {row.status}\)" if row.status else ": .*"
            self.logged("the authority answers" if reachable else f"the authority does not answer{reason}")

    def assert_paused(self, row, error, status):
        """Fails unless everybody is told to wait as long as the authority said."""
        self.assertTrue(error.data["retryable"])
        if not row.retry_after:
            self.assertIn(error.data["retryAfterSeconds"], (1, 2))
            return
        self.assertIn(row.retry_after - error.data["retryAfterSeconds"], (0, 1, 2))
        ahead = seconds_until(status["authority"]["nextAttemptAt"])
        self.assertGreater(ahead, row.retry_after - 5)

    def assert_nothing_told(self):
        """Fails if anything of the authority's own words, or a secret, is in the log."""
        self.assertEqual(self.daemon.stop(), 0)
        log = self.daemon.output.wait_for_end()
        self.assertIn("ready", log)
        for text in [*AUTHORITYS_TEXTS, API_KEY, *PASSWORDS, *PASSWORDS.values(), *self.tokens()]:
            self.assertNotIn(text, log)

    def tokens(self):
        """What tokens of the emulator begin with."""
        return [self.client_token.split(".")[0]]


class Answers(AnswersTestCase):
    def setUp(self):
        super().setUp()
        self.elsewhere = self.make_emulator()
        self.table = rows(self.file("array", [CANARY]), self.file("errors", {"message": CANARY, "errors": ERRORS}),
                          self.elsewhere.url)
        self.client_token = self.client.call("session.retrieveToken")["token"]

    def tearDown(self):
        # No row has led there.
        self.assertEqual(self.elsewhere.log(), [])

    def each_row(self, call, check):
        for row in self.table:
            if call in row.calls:
                with self.subTest(call=call, fault=row.fault):
                    self.emulator.clear_faults()
                    self.restart()
                    check(row.read_by(call))
        self.assert_nothing_told()

    def set_fault(self, row, call):
        self.emulator.clear_faults()
        self.emulator.fault(f"on={call},{row.fault}")

    def assert_answer(self, row, error):
        """Fails unless a caller who asked the authority hears that answer."""
        self.assertEqual(error.name, row.error_name, error)
        self.assertEqual(error.data.get("fieldErrors"), SHOWN_ERRORS if row.meaning is Meaning.INPUT else None)
        self.assertEqual(error.data["retryable"], row.meaning is Meaning.PASSING)
        if row.retry_after:
            self.assertIn(row.retry_after - error.data["retryAfterSeconds"], (0, 1, 2))
        elif row.meaning is Meaning.PASSING:
            self.assertEqual(error.data["retryAfterSeconds"], 1)
        else:
            self.assertNotIn("retryAfterSeconds", error.data)
        self.assertNotIn(CANARY, json.dumps(error.data) + error.message)

    def test_sign_in(self):
        self.each_row("E2", self.check_sign_in)

    def check_sign_in(self, row):
        self.set_fault(row, "E2")
        self.begin_row()
        error = self.error_of(self.client.call, "session.signIn", email=ANN, password=PASSWORDS[ANN])
        self.assert_answer(row, error)
        self.assert_authority(row, self.assert_lives())
        self.logged(f"session.signIn by user 0: {row.error_name}")

    def test_conditional_sign_in(self):
        self.each_row("E3", self.check_conditional_sign_in)

    def check_conditional_sign_in(self, row):
        self.set_fault(row, "E3")
        self.begin_row()
        params = {"email": ANN, "password": PASSWORDS[ANN], "conditional": True}
        if row.meaning is Meaning.NO:
            answer = self.client.call("session.signIn", **params)
            self.assertEqual(answer["condition"], "UNAUTHORIZED")
            self.assertEqual(lasting(answer["session"]), lasting(self.before))
        else:
            self.assert_answer(row, self.error_of(self.client.call, "session.signIn", **params))
        self.assert_authority(row, self.assert_lives())
        outcome = "ok" if row.meaning is Meaning.NO else row.error_name
        self.logged(f"session.signIn by user 0: {outcome}")

    def test_profile(self):
        self.sign_in(self.daemon)
        self.each_row("E8", self.check_profile)

    def check_profile(self, row):
        self.sign_in(self.daemon)
        self.set_fault(row, "E8")
        self.begin_row()
        self.assert_answer(row, self.error_of(self.client.call, "session.profile"))
        self.assert_authority(row, self.assert_lives())

    def test_refresh_of_the_client_token(self):
        self.each_row("E5", self.check_refresh_of_client)

    def check_refresh_of_client(self, row):
        self.client.call("session.signOut")
        self.sign_in(self.daemon)
        self.set_fault(row, "E5")
        self.begin_row()
        held = self.client.call("session.retrieveToken", requireSignedIn=True)
        error = self.error_of(self.client.call, "session.refreshToken")
        if row.meaning is Meaning.NO:
            self.assert_ended(row, error)
        else:
            self.assert_kept(row, error, held)

    def assert_ended(self, row, error):
        self.assertEqual(error.name, "sessionExpired", error)
        self.logged("the customer's session ended: clientRejected")
        status = self.client.call("session.status")
        self.assertEqual((status["state"], status["signedIn"]), ("expired", False))
        self.assertEqual(status["uuid"], self.before["uuid"])
        self.assertEqual(status["generation"], self.before["generation"] + 1)
        self.assert_authority(row, status)
        # The anonymous one goes on.
        self.assert_token_of(None, self.client.call("session.retrieveToken"))
        self.assert_refused("sessionExpired", self.client.call, "session.retrieveToken", requireSignedIn=True)

    def assert_kept(self, row, error, held):
        self.assertEqual(error.name, "authorityUnavailable", error)
        status = self.assert_lives()
        self.assertEqual(status["tokenState"], "stale")
        self.assert_authority(row, status)
        self.assert_paused(row, error, status)
        again = self.client.call("session.retrieveToken", requireSignedIn=True)
        self.assertEqual((again["token"], again["stale"]), (held["token"], True))
        if not row.retry_after:
            return
        asked = self.emulator.count("E5")
        longer = {"minimumValiditySeconds": FOREVER_SECONDS}
        self.assert_paused(row, self.assert_refused(
            "authorityUnavailable", self.client.call, "session.retrieveToken", **longer), status)
        stale = self.client.call("session.retrieveToken", allowStale=True, **longer)
        self.assertEqual(stale["token"], held["token"])
        self.assertEqual(self.emulator.count("E5"), asked)

    def test_refresh_of_the_anonymous_token(self):
        self.each_row("E5", self.check_refresh_of_anonymous)

    def check_refresh_of_anonymous(self, row):
        held = self.client.call("session.retrieveToken")
        self.set_fault(row, "E5")
        self.begin_row()
        logins = self.emulator.count("E1")
        if row.meaning is Meaning.NO:
            self.client.call("session.refreshToken")
            self.assert_lives()
            self.assertEqual(self.emulator.count("E1"), logins + 1)
            after = self.client.call("session.retrieveToken")
            self.assertNotEqual(after["token"], held["token"])
            self.assert_token_of(None, after)
        else:
            self.assert_kept_anonymous(row, held)
            self.assertEqual(self.emulator.count("E1"), logins)

    def assert_kept_anonymous(self, row, held):
        error = self.error_of(self.client.call, "session.refreshToken")
        self.assertEqual(error.name, "authorityUnavailable", error)
        status = self.assert_lives()
        self.assertEqual(status["tokenState"], "stale")
        self.assert_authority(row, status)
        self.assert_paused(row, error, status)
        self.assertEqual(self.client.call("session.retrieveToken")["token"], held["token"])

    def test_a_rejected_refresh_of_the_anonymous_token_leads_to_one_login_only(self):
        self.restart()
        self.client.call("session.retrieveToken")
        self.emulator.fault("on=E5,status=401", "on=E1,status=401")
        since = len(self.emulator.log())
        self.error_of(self.client.call, "session.refreshToken")
        self.assertEqual([entry["endpoint"] for entry in self.emulator.log(since=since)], ["E5", "E1"])
        error = self.assert_refused("tokenUnavailable", self.client.call, "session.retrieveToken")
        self.assertEqual(error.data["cause"], "authorityRejected 401")

    def test_anonymous_login(self):
        self.each_row("E1", self.check_anonymous_login)

    def check_anonymous_login(self, row):
        self.set_fault(row, "E1")
        self.client.call("session.destroy")
        self.begin_row()
        error = self.assert_refused("tokenUnavailable", self.client.call, "session.retrieveToken")
        self.assertEqual(error.data["cause"], row.last_error)
        self.assertNotIn(CANARY, json.dumps(error.data) + error.message)
        status = self.assert_lives()
        self.assertEqual((status["state"], status["tokenState"]), ("none", "none"))
        self.assert_authority(row, status, is_own=True)
        self.assert_paused(row, error, status)


class GoodAnswers(AnswersTestCase):
    """What is tolerated beside `token` and `expiration`."""

    def setUp(self):
        super().setUp()
        self.client_token = self.client.call("session.retrieveToken")["token"]

    # Members of the token object → what callers see of them; None: what was known before, or nothing.
    CASES = [
        ({}, {}),
        ({"origin": "OAUTH", "clientId": 434428563, "realm": "client", "customId": "c-1"},
         {"origin": "OAUTH", "clientID": "434428563", "realm": "client", "customID": "c-1"}),
        ({"origin": "OAUTH", "clientId": "434428563"}, {"origin": "OAUTH", "clientID": "434428563"}),
        ({"origin": "SOMETHING_NEW", "created": "yesterday", "added": {"later": [1, None]}}, {"origin": "UNKNOWN"}),
        ({"origin": None, "clientId": None, "realm": None, "customId": None, "created": None}, {}),
        ({"origin": 7, "clientId": [], "realm": False, "customId": 9, "clientUuid": "none", "created": 1.5}, {}),
    ]

    def answer_with(self, call, number, members):
        value = {"token": f"t-{number}", "expiration": int(time.time()) + self.lifetime_seconds, **members}
        self.emulator.clear_faults()
        self.emulator.fault(f"on={call},status=200,body={self.file(f'good-{call}-{number}', value)}")
        return value["token"]

    def assert_given(self, token, shown, known):
        answer = self.client.call("session.retrieveToken")
        self.assertEqual(answer["token"], token)
        self.assertGreater(answer["expiresInSeconds"], self.lifetime_seconds - harness.PATIENCE_SECONDS)
        for name in ("origin", "clientID", "realm", "customID"):
            self.assertEqual(answer.get(name), shown.get(name, known.get(name)), name)

    def test_of_a_sign_in(self):
        for number, (members, shown) in enumerate(self.CASES):
            for conditional in (False, True):
                with self.subTest(members=members, conditional=conditional):
                    token = self.answer_with("E3" if conditional else "E2", number, members)
                    self.sign_in(self.daemon, conditional=conditional)
                    self.assertTrue(self.client.call("session.status")["signedIn"])
                    self.assert_given(token, shown, {"origin": "SYNERISE"})
                    self.client.call("session.signOut")

    def test_a_success_without_a_token_is_no_condition(self):
        self.emulator.fault(f"on=E3,status=200,body={self.file('success', {'status': 'SUCCESS'})}")
        error = self.error_of(
            self.client.call, "session.signIn", email=ANN, password=PASSWORDS[ANN], conditional=True)
        self.assertEqual(error.name, "authorityUnavailable")
        self.assertFalse(self.client.call("session.status")["signedIn"])

    def test_of_a_refresh(self):
        known = None
        for number, (members, shown) in enumerate(self.CASES):
            with self.subTest(members=members):
                self.emulator.clear_faults()
                self.client.call("session.signOut")
                self.sign_in(self.daemon)
                known = self.client.call("session.retrieveToken")
                token = self.answer_with("E5", number, members)
                self.client.call("session.refreshToken")
                self.assert_given(token, shown, known)

    def test_of_an_anonymous_login(self):
        for number, (members, shown) in enumerate(self.CASES):
            with self.subTest(members=members):
                token = self.answer_with("E1", number, members)
                self.client.call("session.destroy")
                self.assert_given(token, shown, {"origin": "ANONYMOUS"})
                self.assertEqual(self.client.call("session.status")["state"], "anonymous")

    def test_an_anonymous_token_of_unknown_origin_that_is_rejected_is_replaced_once(self):
        self.answer_with("E1", 1, {"origin": "SOMETHING_NEW"})
        self.client.call("session.destroy")
        self.client.call("session.retrieveToken")
        since = len(self.emulator.log())
        self.emulator.fault("on=E5,status=401")
        self.client.call("session.refreshToken")
        self.assertEqual([entry["endpoint"] for entry in self.emulator.log(since=since)], ["E5", "E1"])

    def test_of_a_profile(self):
        self.sign_in(self.daemon)
        value = {"clientId": 1, "added": [{"deep": None}], "firstName": "Żółć"}
        self.emulator.fault(f"on=E8,status=200,body={self.file('profile', value)}")
        self.assertEqual(self.client.call("session.profile"), value)

    def test_a_condition_that_nobody_knows_is_kept(self):
        value = {"status": "SOMETHING_NEW", "conditions": ["A", {"b": 1}], "added": 1}
        self.emulator.fault(f"on=E3,status=200,body={self.file('condition', value)}")
        answer = self.sign_in(self.daemon, conditional=True)
        self.assertEqual((answer["condition"], answer["conditions"]), (value["status"], value["conditions"]))
        self.assertFalse(answer["session"]["signedIn"])


class NoAnswer(AnswersTestCase):
    """Answers that come too late, or from nobody."""

    def setUp(self):
        self.emulator = self.make_emulator()
        self.daemon = self.make_synerise_daemon(self.emulator, {"Synerise": {"TimeoutSec": "1s"}}).start()
        self.client = self.daemon.client()
        self.client_token = self.client.call("session.retrieveToken")["token"]

    def provoke(self):
        """Every call without an answer; their names and errors."""
        self.begin_row()
        with self.daemon.client() as second:
            waiting = [self.client.request("session.refreshToken"), self.client.request("session.profile")]
            self.client.send(*waiting)
            answers = self.client.read_responses(2)
            yield "E5", answers[waiting[0]["id"]]["error"]["data"]
            yield "E8", answers[waiting[1]["id"]]["error"]["data"]
            status = self.assert_lives()
            self.assertTrue(status["signedIn"])
            self.assertEqual((status["authority"]["reachable"], status["authority"]["lastError"]),
                             (False, "authorityUnavailable"))
            self.logged("the authority does not answer")
            second.call("session.destroy")
            waiting = [second.request("session.retrieveToken"),
                       second.request("session.signIn", {"email": ANN, "password": PASSWORDS[ANN]})]
            second.send(*waiting)
            answers = second.read_responses(2)
            yield "E1", answers[waiting[0]["id"]]["error"]["data"]
            yield "E2", answers[waiting[1]["id"]]["error"]["data"]
        # Back-off is over with that: another sign-in is passed on.
        self.restart()
        generation = self.client.call("session.status")["generation"]
        with self.daemon.client() as second:
            yield "E3", self.error_of(second.call, "session.signIn", email=ANN, password=PASSWORDS[ANN],
                                      conditional=True).data
            status = second.call("session.status")
            self.assertEqual((status["state"], status["tokenState"], status["generation"]),
                             ("none", "none", generation))
        self.assert_nothing_told()

    def assert_unavailable(self, call, error):
        name = "tokenUnavailable" if call == "E1" else "authorityUnavailable"
        self.assertEqual((error["name"], error["retryable"]), (name, True), call)
        if call == "E1":
            self.assertEqual(error["cause"], "authorityUnavailable")

    def test_within_the_time_out(self):
        self.sign_in(self.daemon)
        self.emulator.fault("hold")
        calls = []
        for call, error in self.provoke():
            self.assert_unavailable(call, error)
            calls.append(call)
        self.assertEqual(sorted(calls), ["E1", "E2", "E3", "E5", "E8"])
        self.assertEqual({entry["endpoint"] for entry in self.emulator.log()}, set(calls))

    def test_from_nobody(self):
        self.sign_in(self.daemon)
        self.emulator.stop()
        for call, error in self.provoke():
            self.assert_unavailable(call, error)


if __name__ == "__main__":
    import unittest

    unittest.main()
