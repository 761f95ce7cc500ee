# SPDX-License-Identifier: Apache-2.0
"""Connections that speak for web pages: what their first line takes from them, for whomever, and that nothing gives it
back. Each is made as the host of a browser makes it, with raw lines."""

import json
import re

import matrix
from conditions import APP_USER, OTHER_USER, ConditionedTestCase, client_as
from harness import Client, RPCError, check_response, hashed, outcome
from openid import REDIRECT_URI, OpenIDTestCase
from workspace import begin

LOGIN, PASSWORD = "ann@example.com", "ann's"
ACCOUNTS = {LOGIN: hashed(PASSWORD, 1000)}
TILL, MENU, OTHER = "https://till.example.com", "https://menu.example.com:8443", "https://other.example.com"
# Everything that pages can have, and what they may call with it: sessiond-protocol(7).
ALL = ["identity.read", "profile.read", "token.read", "session.touch", "signIn.show", "session.write"]
PAGE_METHODS = {
    "session.status", "session.watch", "session.retrieveToken", "session.touch", "session.signIn", "session.authenticate",
    "session.simpleAuthenticate", "session.beginSignIn", "session.pendingSignIn", "session.completeSignIn",
    "session.cancelSignIn", "session.signOut", "session.regenerateUUID", "session.setIdentity"}
DENIALS_PER_MINUTE = 10


def hello(origin=TILL, number=1, **params):
    return {"jsonrpc": "2.0", "id": number, "method": "daemon.hello",
            "params": {"protocol": [1], "onBehalfOf": {"origin": origin}, **params}}


def line(value):
    return json.dumps(value).encode() + b"\n"


# Follows every hello that must not be: whoever reads it gives the token away.
THEFT = line({"jsonrpc": "2.0", "id": 99, "method": "session.retrieveToken"})


class OriginsTestCase(ConditionedTestCase):
    def started(self, access="", limits="", arguments=(), **more):
        """A running daemon with those lines, whose socket lets everybody in."""
        daemon = self.make_daemon({}, ACCOUNTS, arguments, **more)
        self.write(daemon, access, limits)
        daemon.start()
        daemon.folder.chmod(0o711)
        daemon.socket_path.chmod(0o666)
        return daemon

    def write(self, daemon, access="", limits=""):
        daemon.config_path.write_text(
            f"[Local]\nAccountsFile={daemon.accounts_path}\n[Access]\n{access}\n[Limits]\n{limits}\n")

    def reload(self, daemon, access="", limits=""):
        self.write(daemon, access, limits)
        return daemon.call("daemon.reload")

    def connect(self, daemon, uid=0, gid=None, groups=()):
        """A connection of somebody; of root by default, who may do everything."""
        return self.close_later(
            Client(daemon.socket_path) if uid == 0
            else client_as(daemon.socket_path, uid, uid if gid is None else gid, groups))

    def page(self, daemon, origin=TILL, uid=0, gid=None, groups=()):
        """A connection that speaks for pages of an origin."""
        client = self.connect(daemon, uid, gid, groups)
        client.answer = self.greet(client, origin)
        return client

    def greet(self, client, origin=TILL):
        client.send(hello(origin))
        answer = outcome(client.read_response())
        self.assertEqual(answer["onBehalfOf"], {"origin": origin})
        self.assertIn("onBehalfOf", answer["features"])
        return answer

    def refused(self, daemon, sent, name, client=None):
        """Sends a hello that is refused, and a theft behind it: nothing but the refusal comes; the error."""
        client = client or self.connect(daemon)
        client.send_raw(sent + THEFT * 3)
        error = self.assert_refused(name, lambda: outcome(client.read_response()))
        client.read_end()
        return error


class Restricted(OriginsTestCase):
    def test_the_answer_repeats_the_origin_and_has_what_is_left(self):
        daemon = self.started(f"AllowOrigin=session.touch,identity.read {TILL}\nAllowOrigin=token.read {TILL}\n")
        self.assertEqual(self.page(daemon).answer["capabilities"], ["identity.read", "token.read", "session.touch"])
        # Without the member nothing is as if it were there, and an empty answer says so.
        self.assertNotIn("onBehalfOf", daemon.call("daemon.hello", protocol=[1]))

    def test_everybody_has_what_user_origin_and_socket_all_allow(self):
        rights = {"nothing": [], "identity.read": ["identity.read"], "token.read,session.touch":
                  ["token.read", "session.touch"], ",".join(ALL): ALL}
        lines = "".join(
            f"AllowOrigin={names} https://a{number}.example\n"
            for number, names in enumerate(rights) if names != "nothing")
        users = {"session.write,identity.read": APP_USER, "token.read,admin": OTHER_USER}
        lines += "".join(f"Allow={names} user:{uid}\n" for names, uid in users.items())
        daemon = self.started("Allow=\n" + lines)
        everything = [*ALL, "admin"]
        for uid, own in [(0, everything), (APP_USER, ["identity.read", "session.write"]), (OTHER_USER, ["token.read"])]:
            for number, (names, allowed) in enumerate(rights.items()):
                if names == "nothing":
                    continue
                with self.subTest(uid=uid, origin=names):
                    wanted = [name for name in everything if name in own and name in allowed]
                    found = self.page(daemon, f"https://a{number}.example", uid).answer["capabilities"]
                    self.assertEqual(found, wanted)

    def test_a_page_calls_what_is_for_pages_and_nothing_else(self):
        daemon = self.started(f"AllowOrigin={','.join(ALL)} {TILL}\n", "ConnectionsPerOrigin=99\n")
        self.assertEqual(PAGE_METHODS - {method for method, *_ in matrix.TABLE}, set())
        for method, params, answer, _ in matrix.TABLE:
            if method == "daemon.hello":
                continue
            with self.subTest(method):
                client = self.page(daemon)
                if method in PAGE_METHODS:
                    # Where it is refused, then for what it asks for.
                    name = self.answered(client, method, params)
                    self.assertEqual(name, "invalidParams" if method == "session.completeSignIn" else answer)
                    continue
                error = self.assert_refused("permissionDenied", client.call, method, **params)
                self.assertIn("not for pages", error.message)
                self.assertIn("session.status", error.data["hint"])
                # The connection goes on, as restricted as before.
                self.assertIn("uuid", client.call("session.status"))

    def answered(self, client, method, params):
        try:
            client.call(method, **params)
        except RPCError as error:
            return error.name
        return matrix.RESULT

    def test_plain_reads_obey_the_origin_too(self):
        daemon = self.started(f"AllowOrigin=identity.read {TILL}\nAllowOrigin=token.read {MENU}\n")
        # What is prepared for root is not for root's pages.
        for method in ("session.retrieveToken", "session.status", "session.getUUID"):
            daemon.call(method)
        till, menu = self.page(daemon), self.page(daemon, MENU)
        for form in ({}, None):
            self.assertIn("uuid", till.call_with("session.status", form))
            self.assert_refused("permissionDenied", till.call_with, "session.retrieveToken", form)
            self.assert_refused("permissionDenied", till.call_with, "session.getUUID", form)
            self.assertIn("token", menu.call_with("session.retrieveToken", form))
            self.assert_refused("permissionDenied", menu.call_with, "session.status", form)
        answers = {}
        till.send([till.request("session.retrieveToken"), till.request("session.status")])
        for answer in till.read():
            answers[answer["id"]] = check_response(answer)
        self.assertEqual(sorted("error" in answer for answer in answers.values()), [False, True])

    def test_a_name_that_is_misspelt_is_told_what_is_for_pages(self):
        daemon = self.started(f"AllowOrigin={','.join(ALL)} {TILL}\n")
        for client, wanted, unwanted in [
                (self.page(daemon), "sessiond-protocol(7)", "rpc.discover"), (self.connect(daemon), "rpc.discover", None)]:
            error = self.assert_refused("methodNotFound", client.call, "session.statuss")
            self.assertIn("did you mean session.status?", error.data["hint"])
            self.assertIn(wanted, error.data["hint"])
            self.assertNotIn(unwanted or "nothing", error.data["hint"])
        error = self.assert_refused("methodNotFound", self.page(daemon).call, "session.profle")
        self.assertNotIn("session.profile", error.data["hint"])

    def test_a_denial_names_the_lines_that_would_grant_it(self):
        daemon = self.started(f"AllowOrigin=identity.read,session.touch {TILL}\nAllow=identity.read any\n")
        client = self.page(daemon)
        error = self.assert_refused("permissionDenied", client.call, "session.retrieveToken")
        self.assertEqual(error.data["capability"], "token.read")
        self.assertEqual(
            error.data["hint"], f"an administrator can grant it in [Access]: AllowOrigin=token.read {TILL}")
        other = self.page(daemon, uid=OTHER_USER)
        error = self.assert_refused("permissionDenied", other.call, "session.touch")
        self.assertIn(f"Allow=session.touch user:{OTHER_USER}", error.data["hint"])
        self.assertNotIn("AllowOrigin=", error.data["hint"])
        error = self.assert_refused("permissionDenied", other.call, "session.retrieveToken")
        self.assertIn(f"AllowOrigin=token.read {TILL}", error.data["hint"])
        self.assertIn(f"Allow=token.read user:{OTHER_USER}", error.data["hint"])
        # The line that is named is one that is taken, and enough.
        line = error.data["hint"].split("[Access]: ")[1].split(";")[0]
        self.reload(daemon, f"{line}\n")
        self.assertIn("token", client.call("session.retrieveToken"))

    def test_a_second_hello_changes_nothing(self):
        daemon = self.started(f"AllowOrigin=identity.read {TILL}\nAllowOrigin=token.read {MENU}\n")
        client = self.page(daemon)
        self.assert_refused("invalidRequest", client.call, "daemon.hello", protocol=[1])
        self.assert_refused("permissionDenied", client.call, "session.retrieveToken")
        self.refused(daemon, line(hello(MENU)), "invalidRequest", client)
        # Nor can one that was not restricted first be so later: that it was not, its host would not notice.
        client = self.connect(daemon)
        client.call("session.status")
        self.refused(daemon, line(hello()), "invalidRequest", client)
        client = self.connect(daemon)
        client.call("daemon.hello", protocol=[1])
        self.refused(daemon, line(hello()), "invalidRequest", client)


class Refused(OriginsTestCase):
    def setUp(self):
        self.daemon = self.started(f"AllowOrigin=identity.read,token.read {TILL}\n")

    def test_an_origin_without_a_line(self):
        for origin in (OTHER, MENU, "http://localhost", f"{TILL}:8443"):
            with self.subTest(origin):
                error = self.refused(self.daemon, line(hello(origin)), "permissionDenied")
                self.assertIn(f"AllowOrigin=identity.read {origin}", error.data["hint"])
                self.assertIn("[Access]", error.data["hint"])

    def test_an_origin_that_no_browser_has(self):
        for origin, form in [
                (f"{TILL}/", TILL), ("HTTPS://Till.Example.com", TILL), (f"{TILL}:443", TILL), (f"{TILL}.", TILL),
                ("null", ""), ("*", ""), ("https://*.example.com", ""), ("file://", ""), ("http://till.example.com", ""),
                ("https://", ""), ("moz-extension://0e5a", "")]:
            with self.subTest(origin):
                error = self.refused(self.daemon, line(hello(origin)), "invalidParams")
                self.assertEqual(error.data["member"], "onBehalfOf")
                self.assertIn(form, error.message)

    def test_whatever_is_wrong_with_it(self):
        for sent, name in [
                ({"onBehalfOf": None}, "invalidParams"), ({"onBehalfOf": TILL}, "invalidParams"),
                ({"onBehalfOf": {}}, "invalidParams"), ({"onBehalfOf": []}, "invalidParams"),
                ({"onBehalfOf": {"origin": "x" * 301}}, "invalidParams"),
                ({"onBehalfOf": {"origin": f"{TILL}\u0000"}}, "invalidParams"),
                ({"onBehalfOf": {"origin": TILL, "frame": 1}}, "invalidParams"),
                ({"protocol": [2]}, "versionUnsupported"), ({"protocol": 1}, "invalidParams"),
                ({"client": ""}, "invalidParams"), ({"_deadlineSeconds": "x"}, "invalidParams")]:
            with self.subTest(sent):
                self.refused(self.daemon, line(hello(**sent)), name)
        without = hello()
        del without["params"]["protocol"]
        self.refused(self.daemon, line(without), "invalidParams")

    def test_what_is_no_request(self):
        wrong = [{**hello(), "jsonrpc": "1.0"}, {**hello(), "id": []}, {**hello(), "extra": 1}, {**hello(), "method": 7},
                 {"jsonrpc": "2.0", "id": 1, "method": "daemon.hello", "params": {"protocol": [1]},
                  "onBehalfOf": {"origin": TILL}}]
        for value in wrong:
            with self.subTest(value):
                self.refused(self.daemon, line(value), "invalidRequest")
        for sent in (line(hello())[:-2] + b"\n", line(hello()).replace(b'"protocol"', b'"onBehalfOf":1,"protocol"'),
                     b"\xff" + line(hello())):
            with self.subTest(sent):
                self.refused(self.daemon, sent, "parseError")

    def test_with_its_name_written_otherwise(self):
        sent = line(hello(OTHER)).replace(b"onBehalfOf", b"onBehalf\\u004ff").replace(b"hello", b"hell\\u006f")
        self.refused(self.daemon, sent, "permissionDenied")
        # Also where it is no request that can be read.
        self.refused(self.daemon, sent[:-2] + b"\n", "parseError")
        self.refused(self.daemon, sent.replace(b'"params":', b'"parms":'), "invalidRequest")

    def test_with_another_method(self):
        for method, name in [("daemon.Hello", "methodNotFound"), ("hello", "methodNotFound"), ("", "methodNotFound"),
                             ("session.status", "invalidParams"), ("session.signOut", "invalidParams")]:
            with self.subTest(method):
                value = {**hello(), "method": method}
                self.refused(self.daemon, line(value), name)
                self.refused(self.daemon, line(value).replace(b"onBehalfOf", b"\\u006fnBehalfOf"), name)
                client = self.connect(self.daemon)
                client.send_raw(line([value, {"jsonrpc": "2.0", "id": 2, "method": "session.retrieveToken"}]) + THEFT)
                names = [check_response(answer)["error"]["data"]["name"] for answer in client.read()]
                self.assertEqual(names, ["invalidRequest"] * 2)
                client.read_end()

    def test_a_notification(self):
        value = hello()
        del value["id"]
        client = self.connect(self.daemon)
        client.send_raw(line(value) + THEFT)
        client.read_end()

    def test_in_a_batch_nothing_of_the_batch_is_carried_out(self):
        before = self.daemon.call("session.status")
        steal = {"jsonrpc": "2.0", "id": 2, "method": "session.retrieveToken"}
        change = {"jsonrpc": "2.0", "id": 3, "method": "session.regenerateUUID"}
        quiet = {"jsonrpc": "2.0", "method": "session.regenerateUUID"}
        for batch in ([hello()], [hello(), steal, change], [steal, change, hello()], [change, quiet, hello(), hello(OTHER)]):
            with self.subTest(batch):
                client = self.connect(self.daemon)
                client.send_raw(line(batch) + THEFT)
                answers = client.read()
                self.assertEqual(len(answers), sum("id" in entry for entry in batch))
                for answer in answers:
                    self.assertEqual(check_response(answer)["error"]["data"]["name"], "invalidRequest")
                client.read_end()
                self.assertEqual(self.daemon.call("session.status")["uuid"], before["uuid"])
        # One that is too long, and so was read by nobody.
        self.refused(self.daemon, line([steal] * 32 + [hello()]), "invalidRequest")

    def test_what_comes_in_one_write_with_it_is_not_read(self):
        before = self.daemon.call("session.status")["uuid"]
        change = line({"jsonrpc": "2.0", "id": 7, "method": "session.regenerateUUID"})
        client = self.connect(self.daemon)
        client.send_raw(line(hello(OTHER)) + change * 100)
        self.assert_refused("permissionDenied", lambda: outcome(client.read_response()))
        client.read_end()
        self.assertEqual(self.daemon.call("session.status")["uuid"], before)

    def test_what_comes_after_it_is_not_read(self):
        before = self.daemon.call("session.status")["uuid"]
        client = self.connect(self.daemon)
        client.send(hello(OTHER))
        self.assert_refused("permissionDenied", lambda: outcome(client.read_response()))
        try:
            client.send(client.request("session.regenerateUUID"))
        except BrokenPipeError:
            pass
        client.read_end()
        self.assertEqual(self.daemon.call("session.status")["uuid"], before)

    def test_a_plain_hello_that_is_refused_leaves_its_connection_open(self):
        client = self.connect(self.daemon)
        self.assert_refused("versionUnsupported", client.call, "daemon.hello", protocol=[2])
        self.assertIn("token", client.call("session.retrieveToken"))

    def test_as_older_daemons_have_it(self):
        """A daemon that does not know the member passes over it: whose answer does not repeat it grants everything."""
        answer = self.connect(self.daemon).call("daemon.hello", protocol=[1], onBehalfOfPages={"origin": TILL})
        self.assertNotIn("onBehalfOf", answer)

    def test_where_nothing_is_usable_root_has_no_pages_either(self):
        self.daemon.kill()
        self.daemon.config_path.write_text("[Access]\nAllow=nonsense\n")
        self.daemon.start()
        self.refused(self.daemon, line(hello()), "notConfigured")
        self.daemon.call("daemon.hello", protocol=[1])


class Reloaded(OriginsTestCase):
    def test_a_right_that_is_lost_and_given_counts_for_those_who_are_connected(self):
        daemon = self.started(f"AllowOrigin=identity.read {TILL}\n")
        client = self.page(daemon)
        self.assert_refused("permissionDenied", client.call, "session.retrieveToken")
        answer = self.reload(daemon, f"AllowOrigin=identity.read,token.read {TILL}\n")
        self.assertEqual(answer["applied"], ["Access.AllowOrigin"])
        self.assertIn("token", client.call("session.retrieveToken"))
        # Whatever its user has been given.
        self.reload(daemon, f"AllowOrigin=identity.read {TILL}\nAllow=all any\n")
        self.assert_refused("permissionDenied", client.call, "session.retrieveToken")
        self.assertIn("uuid", client.call("session.status"))
        self.reload(daemon)
        self.assert_refused("permissionDenied", client.call, "session.status")
        self.assertEqual(self.reload(daemon, "Allow=token.read any\n")["applied"], ["Access.Allow"])

    def test_a_watch_without_its_right_ends_as_revoked(self):
        for lost, kept in [
                (f"AllowOrigin=token.read {TILL}\n", f"AllowOrigin=identity.read {MENU}\n"),
                ("", f"AllowOrigin=identity.read {MENU}\n")]:
            daemon = self.started(f"AllowOrigin=identity.read {TILL}\nAllowOrigin=identity.read {MENU}\n")
            till, menu = self.page(daemon), self.page(daemon, MENU)
            for client in (till, menu):
                client.call("session.watch")
            self.reload(daemon, lost + kept)
            self.assertEqual(till.read()["params"]["kind"], "revoked")
            till.read_end()
            daemon.call("session.regenerateUUID")
            self.assertEqual(menu.read()["params"]["kind"], "uuidChanged")

    def test_a_user_who_loses_a_right_takes_it_from_their_pages(self):
        daemon = self.started(f"AllowOrigin=identity.read {TILL}\nAllow=identity.read user:{APP_USER}\n")
        client = self.page(daemon, uid=APP_USER)
        client.call("session.watch")
        self.reload(daemon, f"AllowOrigin=identity.read {TILL}\n")
        self.assertEqual(client.read()["params"]["kind"], "revoked")
        client.read_end()


class Listed(OriginsTestCase):
    def test_for_whoever_may_connect(self):
        daemon = self.started(f"AllowOrigin=token.read {MENU}\nAllowOrigin=identity.read {TILL}\n"
                              f"AllowOrigin=token.read {TILL}\nAllow=\n")
        for uid in (0, OTHER_USER):
            self.assertEqual(self.connect(daemon, uid).call("daemon.origins"), {"origins": [MENU, TILL]})
        self.reload(daemon, "AllowOrigin=\n")
        self.assertEqual(daemon.call("daemon.origins"), {"origins": []})

    def test_who_follows_hears_of_another_list_and_of_nothing_else(self):
        daemon = self.started(f"AllowOrigin=identity.read {TILL}\n", "IdleConnectionSec=1\n")
        client, plain = self.connect(daemon, OTHER_USER), self.connect(daemon, OTHER_USER)
        self.assertEqual(client.call("daemon.origins", follow=True), {"origins": [TILL]})
        self.assertEqual(plain.call("daemon.origins"), {"origins": [TILL]})
        # Idle it may be for as long as it likes; the other is closed, without a word of this.
        plain.read_end()
        # Other rights of the same origins are not its affair.
        self.reload(daemon, f"AllowOrigin=token.read {TILL}\n")
        self.reload(daemon, f"AllowOrigin=token.read {TILL}\nAllowOrigin=identity.read {MENU}\n")
        self.assertEqual(
            client.read(),
            {"jsonrpc": "2.0", "method": "daemon.originsChanged", "params": {"origins": [TILL, MENU]}})
        self.reload(daemon)
        self.assertEqual(client.read()["params"], {"origins": []})
        self.assertEqual(client.call("daemon.origins"), {"origins": []})

    def test_a_page_does_not_learn_of_others(self):
        daemon = self.started(f"AllowOrigin=identity.read {TILL}\nAllowOrigin=identity.read {MENU}\n")
        error = self.assert_refused("permissionDenied", self.page(daemon).call, "daemon.origins")
        self.assertNotIn(MENU, str(error.data))


class Limits(OriginsTestCase):
    def test_connections_of_an_origin_in_one_users_browser(self):
        daemon = self.started(
            f"AllowOrigin=identity.read {TILL}\nAllowOrigin=identity.read {MENU}\nAllow=identity.read any\n",
            "ConnectionsPerOrigin=2\n")
        held = [self.page(daemon), self.page(daemon)]
        error = self.refused(daemon, line(hello()), "limitExceeded")
        self.assertTrue(error.data["retryable"])
        self.assertIn("ConnectionsPerOrigin=", error.data["hint"])
        # Others are not held up: pages of another origin, another user's, and who speaks for none.
        self.page(daemon, MENU)
        self.page(daemon, uid=OTHER_USER)
        self.assertIn("uuid", daemon.call("session.status"))
        # What was refused counts for nothing, and what has ended no longer.
        held.pop().close()
        self.retry(lambda: self.page(daemon))
        self.refused(daemon, line(hello()), "limitExceeded")
        self.reload(daemon, f"AllowOrigin=identity.read {TILL}\n", "ConnectionsPerOrigin=3\n")
        self.page(daemon)

    def retry(self, call):
        """Until the daemon has noticed that somebody has gone."""
        for _ in range(1000):
            try:
                return call()
            except RPCError as error:
                self.assertEqual(error.name, "limitExceeded")
        raise AssertionError("never")

    def test_what_is_kept_for_administrators_is_not_for_their_pages(self):
        daemon = self.started(f"AllowOrigin=identity.read {TILL}\n", "Connections=2\n")
        self.page(daemon)
        plain = self.connect(daemon)
        plain.call("daemon.health")
        self.refused(daemon, line(hello()), "limitExceeded")
        self.assertIn("uuid", daemon.call("session.status"))

    def test_guessing_has_only_the_pages_of_that_origin_wait(self):
        access = f"AllowOrigin=session.write {TILL}\nAllowOrigin=session.write {MENU}\n"
        daemon = self.started(access, "FailedSignIns=13\nFailedSignInDelaySec=1h\n")
        till, menu = self.page(daemon), self.page(daemon, MENU)
        for _ in range(12):
            self.assert_refused("authorityRejected", till.call, "session.signIn", email=LOGIN, password="wrong")
        # Each beyond the limit has doubled the wait: that of the first would be a second.
        self.reload(daemon, access, "FailedSignIns=2\nFailedSignInDelaySec=1h\n")
        # Root's pages are not root.
        for client in (till, self.page(daemon)):
            error = self.assert_refused("limitExceeded", client.call, "session.signIn", email=LOGIN, password=PASSWORD)
            self.assertIn(TILL, error.message)
        self.assert_refused("authorityRejected", menu.call, "session.signIn", email=LOGIN, password="wrong")
        self.assertTrue(menu.call("session.signIn", email=LOGIN, password=PASSWORD)["signedIn"])
        daemon.call("session.signOut")
        # Success elsewhere does not excuse it.
        self.assert_refused("limitExceeded", till.call, "session.signIn", email=LOGIN, password=PASSWORD)


class Journal(OriginsTestCase):
    def test_says_on_behalf_of_whom(self):
        daemon = self.started(f"AllowOrigin={','.join(ALL)} {TILL}\nAllow=all any\n")
        page, plain = self.page(daemon, uid=OTHER_USER), self.connect(daemon, OTHER_USER)
        for client, origin in ((page, TILL), (plain, None)):
            who = f"user {OTHER_USER}" + (f" on behalf of {origin}" if origin else "")
            for call, pattern in [
                    (lambda: client.call("session.setIdentity", customEmail="a"), f"session.setIdentity by {who}: ok .*"),
                    (lambda: client.call("session.retrieveToken"), f"token given to {who} .*")]:
                found = daemon.log_after(call, pattern).splitlines()[-1]
                self.assertIn(f"PEER_UID={OTHER_USER}", found)
                self.assertEqual(re.findall(r"PEER_ORIGIN=(\S+)", found), [origin] if origin else [])
        found = daemon.log_after(
            lambda: self.assert_refused("permissionDenied", page.call, "session.getUUID"), "session.getUUID denied .*")
        self.assertIn(f"PEER_ORIGIN={TILL}", found)
        self.assertIn("REASON=notForPages", found)

    def test_has_nothing_of_a_claim_that_is_no_origin(self):
        daemon = self.started(f"AllowOrigin=identity.read {TILL}\n", arguments=["--log-level", "trace"])
        canary = "canary-of-a-liar"
        for claim in (f"https://{canary}/", f"https://a.example\nPEER_UID=0 {canary}", canary * 30):
            self.refused(daemon, line(hello(claim)), "invalidParams")
        self.refused(daemon, line(hello("https://unlisted.example")), "permissionDenied")
        daemon.stop()
        self.assertNotIn(canary, daemon.stderr)
        self.assertIn("PEER_ORIGIN=https://unlisted.example", daemon.stderr)

    def test_denials_count_for_the_pages_and_origins_that_are_made_up_for_their_user(self):
        daemon = self.started(f"AllowOrigin=identity.read {TILL}\nAllow=identity.read any\n")
        page = self.page(daemon, uid=OTHER_USER)
        for _ in range(DENIALS_PER_MINUTE * 2):
            self.assert_refused("permissionDenied", page.call, "session.retrieveToken")
        for number in range(DENIALS_PER_MINUTE * 2):
            self.refused(
                daemon, line(hello(f"https://a{number}.example")), "permissionDenied", self.connect(daemon, OTHER_USER))
        daemon.stop()
        written = [found for found in daemon.stderr.splitlines() if " denied to user " in found]
        self.assertEqual(sum(f"on behalf of {TILL}" in found for found in written), DENIALS_PER_MINUTE)
        self.assertEqual(sum("unlistedOrigin" in found for found in written), DENIALS_PER_MINUTE)

    def test_the_first_read_of_a_token_is_each_origins(self):
        daemon = self.started(f"AllowOrigin=token.read {TILL}\nAllowOrigin=token.read {MENU}\n")
        for origin in (TILL, MENU, TILL):
            for _ in range(2):
                self.page(daemon, origin).call("session.retrieveToken")
        daemon.call("session.retrieveToken")
        daemon.stop()
        for who, count in [(f"token given to user 0 on behalf of {TILL}", 1), (f"on behalf of {MENU}", 1),
                           ("token given to user 0 ", 3)]:
            self.assertEqual(daemon.stderr.count(who), count, who)


class SignIns(OpenIDTestCase):
    OWN = "https://till.example.com/signed-in"

    def setUp(self):
        self.provider = self.start_provider(redirect_uris=(REDIRECT_URI, self.OWN))
        daemon = self.make_openid(
            self.provider, RedirectURI=f"{REDIRECT_URI}\nRedirectURI={self.OWN}",
            sections={"Access": {"AllowOrigin": f"{','.join(ALL)} {TILL}\nAllowOrigin=session.write {MENU}"}})
        self.daemon = daemon.start()

    def page(self, origin=TILL):
        client = self.close_later(Client(self.daemon.socket_path))
        client.send(hello(origin))
        outcome(client.read_response())
        return client

    def test_a_page_signs_people_in_by_its_own_origin(self):
        page = self.page()
        pending = page.call("session.beginSignIn", method="browser", redirectURI=self.OWN)
        callback = self.provider.authorize(pending["authorizationURL"])
        self.assertTrue(callback.startswith(self.OWN))
        # Another origin's page has no part in it.
        self.assert_refused(
            "invalidParams", self.page(MENU).call, "session.completeSignIn", attempt=pending["attempt"],
            callbackURL=callback)
        status = page.call("session.completeSignIn", attempt=pending["attempt"], callbackURL=callback)
        self.assertTrue(status["signedIn"])

    def test_a_page_names_no_other_apps_place(self):
        page = self.page()
        error = self.assert_refused(
            "invalidParams", page.call, "session.beginSignIn", method="browser", redirectURI=REDIRECT_URI)
        self.assertEqual(error.data["member"], "redirectURI")
        # Nor takes the one that is configured first, by naming none.
        self.assert_refused("invalidParams", page.call, "session.beginSignIn", method="browser")
        self.assert_refused("invalidParams", self.page(MENU).call, "session.beginSignIn", redirectURI=self.OWN)
        self.assertEqual(page.call("session.pendingSignIn"), {})

    def test_a_page_does_not_complete_an_apps_sign_in(self):
        pending = self.begin(self.daemon, method="browser")
        callback = self.provider.authorize(pending["authorizationURL"])
        error = self.assert_refused(
            "invalidParams", self.page().call, "session.completeSignIn", attempt=pending["attempt"], callbackURL=callback)
        self.assertEqual(error.data["member"], "callbackURL")
        # Nor joins it without a word, and so learns where its browser is sent.
        self.assert_refused("busy", self.page().call, "session.beginSignIn")
        self.daemon.call("session.completeSignIn", attempt=pending["attempt"], callbackURL=callback)

    def test_a_page_keeps_nobody_else_waiting_and_gives_up_nothing_of_others(self):
        menu, till = self.page(MENU), self.page()
        for _ in range(5):
            menu.call("session.beginSignIn")
            self.assertEqual(menu.call("session.cancelSignIn"), {"cancelled": True})
        self.assert_refused("limitExceeded", menu.call, "session.beginSignIn")
        pending = till.call("session.beginSignIn")
        for params in ({}, {"attempt": pending["attempt"]}):
            self.assertEqual(menu.call("session.cancelSignIn", **params), {"cancelled": False})
        # It had its turns.
        self.assert_refused("limitExceeded", menu.call, "session.beginSignIn", replace=True)
        self.assertEqual(till.call("session.pendingSignIn")["attempt"], pending["attempt"])
        # Who speaks for no page gives up any.
        self.assertEqual(self.daemon.call("session.cancelSignIn"), {"cancelled": True})
        self.begin(self.daemon)
        self.assertEqual(till.call("session.cancelSignIn"), {"cancelled": False})
        error = self.assert_refused("busy", till.call, "session.beginSignIn", replace=True)
        self.assertEqual(error.data["hint"], "wait until it has ended")

    def test_a_page_that_has_lost_its_right_is_not_told_the_code(self):
        page = self.page()
        self.provider.fault("on=device,times=1,hold")
        begin(page, "session.beginSignIn")
        self.provider.wait_until_held()
        self.configure(self.daemon, self.provider)
        self.daemon.call("daemon.reload")
        self.provider.release()
        error = self.assert_refused("permissionDenied", lambda: outcome(page.read_response()))
        self.assertEqual(error.data["outcome"], "done")
        code = self.daemon.call("session.pendingSignIn")["userCode"]
        self.assertNotIn(code, f"{error.message} {error.data}")

    def test_a_page_shows_a_code(self):
        page = self.page()
        pending = page.call("session.beginSignIn")
        self.assertEqual(pending["method"], "device")
        self.assertEqual(page.call("session.pendingSignIn")["userCode"], pending["userCode"])
        self.assert_refused("permissionDenied", self.page(MENU).call, "session.pendingSignIn")
        watcher = self.watcher(self.daemon)
        self.provider.approve(pending["userCode"])
        self.assertEqual(self.end(watcher)["outcome"], "signedIn")
