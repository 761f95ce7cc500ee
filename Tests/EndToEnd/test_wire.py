# SPDX-License-Identifier: Apache-2.0
"""The wire protocol, sessiond-protocol(7), byte by byte."""

import json
import shlex
import shutil
import subprocess
import unittest

from harness import PATIENCE_SECONDS, SLOW_ROUNDS, DaemonTestCase, check_response, hashed, outcome, parse

MAXIMUM_LINE_BYTES = 65_536


def status_line(length=None, identifier="1"):
    """A request for the UUID, blanks added up to a length that includes its LF."""
    line = b'{"jsonrpc":"2.0","id":%s,"method":"session.getUUID"' % identifier.encode()
    blanks = 0 if length is None else length - len(line) - 2
    return line + b" " * blanks + b"}\n"


class SpecificationExamples(DaemonTestCase):
    """JSON-RPC 2.0 §7, each on one line; those with parameters by position are left out or have none."""

    def test_named_parameters_in_either_order(self):
        self.client.send_raw(
            b'{"jsonrpc": "2.0", "method": "session.setIdentity", '
            b'"params": {"customEmail": "a@b", "customIdentifier": "23"}, "id": 3}\n'
            b'{"jsonrpc": "2.0", "method": "session.setIdentity", '
            b'"params": {"customIdentifier": "42", "customEmail": "c@d"}, "id": 4}\n'
        )
        responses = self.client.read_responses(2)
        self.assertEqual(outcome(responses[3])["customIdentifier"], "23")
        self.assertEqual(outcome(responses[4])["customIdentifier"], "42")
        self.assertEqual(outcome(responses[4])["customEmail"], "c@d")

    def test_named_parameters_of_a_method_that_is_not_there(self):
        self.client.send_raw(
            b'{"jsonrpc": "2.0", "method": "subtract", "params": {"subtrahend": 23, "minuend": 42}, "id": 3}\n')
        self.assert_error(self.client.read(), -32601, "methodNotFound", 3)

    def test_notification(self):
        self.client.send_raw(b'{"jsonrpc": "2.0", "method": "foobar"}\n')
        self.assert_alive()

    def test_method_that_is_not_there(self):
        self.client.send_raw(b'{"jsonrpc": "2.0", "method": "foobar", "id": "1"}\n')
        self.assert_error(self.client.read(), -32601, "methodNotFound", "1")

    def test_invalid_json(self):
        self.client.send_raw(b'{"jsonrpc": "2.0", "method": "foobar, "params": "bar", "baz]\n')
        self.assert_error(self.client.read(), -32700, "parseError")
        self.assert_alive()

    def test_invalid_request(self):
        self.client.send_raw(b'{"jsonrpc": "2.0", "method": 1, "params": "bar"}\n')
        self.assert_error(self.client.read(), -32600, "invalidRequest")
        self.assert_alive()

    def test_batch_of_invalid_json(self):
        self.client.send_raw(
            b'[ {"jsonrpc": "2.0", "method": "sum", "params": [1,2,4], "id": "1"}, {"jsonrpc": "2.0", "method" ]\n')
        self.assert_error(self.client.read(), -32700, "parseError")
        self.assert_alive()

    def test_empty_batch(self):
        self.client.send_raw(b"[]\n")
        self.assert_error(self.client.read(), -32600, "invalidRequest")
        self.assert_alive()

    def test_invalid_batch_that_is_not_empty(self):
        self.client.send_raw(b"[1]\n")
        (response,) = self.client.read()
        self.assert_error(response, -32600, "invalidRequest")

    def test_invalid_batch(self):
        self.client.send_raw(b"[1,2,3]\n")
        responses = self.client.read()
        self.assertEqual(len(responses), 3)
        for response in responses:
            self.assert_error(response, -32600, "invalidRequest")

    def test_batch(self):
        self.client.send_raw(
            b'[ {"jsonrpc": "2.0", "method": "session.getUUID", "id": "1"},'
            b' {"jsonrpc": "2.0", "method": "notify_hello"},'
            b' {"jsonrpc": "2.0", "method": "session.touch", "id": "2"},'
            b' {"foo": "boo"},'
            b' {"jsonrpc": "2.0", "method": "foo.get", "params": {"name": "myself"}, "id": "5"},'
            b' {"jsonrpc": "2.0", "method": "session.status", "id": "9"} ]\n'
        )
        first, second, third, fourth, fifth = [check_response(response) for response in self.client.read()]
        self.assertEqual((first["id"], set(first["result"])), ("1", {"uuid"}))
        self.assertEqual((second["id"], second["result"]), ("2", {}))
        self.assert_error(third, -32600, "invalidRequest")
        self.assert_error(fourth, -32601, "methodNotFound", "5")
        self.assertEqual((fifth["id"], fifth["result"]["uuid"]), ("9", first["result"]["uuid"]))

    def test_batch_of_notifications(self):
        self.client.send_raw(
            b'[ {"jsonrpc": "2.0", "method": "notify_sum"}, {"jsonrpc": "2.0", "method": "notify_hello"} ]\n')
        self.assert_alive()


class Framing(DaemonTestCase):
    def test_longest_line_is_answered(self):
        self.client.send_raw(status_line(MAXIMUM_LINE_BYTES) + status_line(MAXIMUM_LINE_BYTES - 1, "2"))
        self.assertEqual(set(self.client.read_responses(2)), {1, 2})
        self.assert_alive()

    def test_longer_line_ends_the_connection(self):
        for extra in (1, 2, 1_000, 300_000, 900_000):
            with self.subTest(extra=extra):
                client = self.daemon.client()
                client.send_raw(status_line(MAXIMUM_LINE_BYTES + extra))
                self.assert_error(client.read(), -32018, "lineTooLong")
                client.read_end()
        self.assert_alive()

    def test_longer_line_is_refused_before_its_end(self):
        self.client.send_raw(b"x" * MAXIMUM_LINE_BYTES)
        self.assert_error(self.client.read(), -32018, "lineTooLong")
        self.client.read_end()

    def test_line_before_a_longer_one_is_answered(self):
        self.client.send_raw(status_line() + b"[" + b" " * MAXIMUM_LINE_BYTES)
        first = self.client.read_response()
        self.assertEqual((first["id"], set(first["result"])), (1, {"uuid"}))
        self.assert_error(self.client.read(), -32018, "lineTooLong")
        self.client.read_end()

    def test_line_after_a_longer_one_is_not_carried_out(self):
        generation = self.daemon.call("session.status")["generation"]
        self.client.send_raw(
            b" " * MAXIMUM_LINE_BYTES + b'\n{"jsonrpc":"2.0","method":"session.regenerateUUID"}\n')
        self.assert_error(self.client.read(), -32018, "lineTooLong")
        self.client.read_end()
        self.assertEqual(self.daemon.call("session.status")["generation"], generation)

    def test_lines_in_pieces(self):
        line = status_line()
        for cut in range(1, len(line)):
            self.client.send_raw(line[:cut])
            self.client.send_raw(line[cut:])
            self.assertIn("result", self.client.read_response())

    def test_several_lines_at_once(self):
        self.client.send_raw(b"".join(status_line(identifier=str(number)) for number in range(20)))
        self.assertEqual(set(self.client.read_responses(20)), set(range(20)))

    def test_carriage_returns_and_blank_lines(self):
        line = status_line().rstrip(b"\n")
        self.client.send_raw(b"\n\r\n  \n\t\r\n" + line + b"\r\n\n\n" + line.replace(b":1,", b":2,") + b"\r\n \n")
        self.assertEqual(set(self.client.read_responses(2)), {1, 2})

    def test_last_line_without_its_end(self):
        for ending in (b"", b"\r"):
            client = self.daemon.client()
            client.send_raw(status_line().rstrip(b"\n") + ending)
            client.half_close()
            self.assertIn("result", client.read_response())
            client.read_end()

    def test_last_line_cut_off(self):
        self.client.send_raw(status_line() + status_line()[:-9])
        self.client.half_close()
        self.assertIn("result", self.client.read_response())
        self.assert_error(self.client.read(), -32700, "parseError")
        self.client.read_end()

    def test_half_close_without_a_request(self):
        self.client.half_close()
        self.client.read_end()

    def test_other_json_is_no_request(self):
        for text in (
            b"1", b"null", b'"x"', b"true", b"{}", b"[" * 31 + b"[]" + b"]" * 31, b'{"jsonrpc":"2.0"}',
            b'{"jsonrpc":"1.0","id":7,"method":"session.status"}', b'{"id":7,"method":"session.status"}',
            b'{"jsonrpc":"2.0","id":7}', b'{"jsonrpc":"2.0","id":7,"method":null}',
            b'{"jsonrpc":"2.0","id":7,"method":"session.status","further":1}',
            b'{"jsonrpc":2.0,"id":7,"method":"session.status"}', b'{"jsonrpc":"2.0","id":7,"result":{}}',
        ):
            with self.subTest(text=text[:80]):
                self.client.send_raw(text + b"\n")
                value = self.client.read()
                # An id that could be read is kept.
                identifier = 7 if b'"id":7' in text else None
                self.assert_error(
                    value[0] if isinstance(value, list) else value, -32600, "invalidRequest", identifier)
        self.assert_alive()


class Identifiers(DaemonTestCase):
    def test_ids_come_back_byte_for_byte(self):
        for raw in (
            "0", "-0", "7", "-1", "99999999999999999999", "-99999999999999999999", "null", '""', '"a"', '"\\u0041"',
            '"\\u00e9\\/"', '"é😀"', '"' + "a" * 256 + '"', '"\\u0000"',
        ):
            with self.subTest(raw=raw[:40]):
                self.client.send_raw(status_line(identifier=raw))
                line = self.client.read_line()
                self.assertIn(f'"id":{raw},'.encode(), line)
                self.assertIn("result", check_response(parse(line)))
                self.client.send_raw(b'{"jsonrpc":"2.0","method":"no.such","id":%s}\n' % raw.encode())
                line = self.client.read_line()
                self.assertIn(f'"id":{raw},'.encode(), line)
                self.assertEqual(parse(line)["error"]["code"], -32601)

    def test_other_ids_are_refused(self):
        for raw in (
            "1.0", "1.5", "1e0", "-1E2", "100000000000000000000", "true", "false", "[]", "{}", '"' + "a" * 257 + '"',
        ):
            with self.subTest(raw=raw[:40]):
                self.client.send_raw(status_line(identifier=raw))
                self.assert_error(self.client.read(), -32600, "invalidRequest")
        self.assert_alive()


class Parameters(DaemonTestCase):
    def test_parameters_by_position(self):
        for method in ("session.status", "session.signIn", "daemon.info", "daemon.hello"):
            for params in ([], [1], [{}]):
                with self.subTest(method=method, params=params):
                    client = self.daemon.client()
                    error = self.assert_refused("invalidParams", client.call_with, method, params)
                    self.assertEqual(error.code, -32602)

    def test_parameters_that_are_neither(self):
        for params in ("null", '"bar"', "1", "true"):
            with self.subTest(params=params):
                self.client.send_raw(
                    b'{"jsonrpc":"2.0","id":1,"method":"session.status","params":%s}\n' % params.encode())
                self.assert_error(self.client.read(), -32600, "invalidRequest", 1)

    def test_a_name_that_is_close_is_suggested(self):
        for method, meant in [
            ("session.stauts", "session.status"), ("retrieveToken", "session.retrieveToken"),
            ("Session.Status", "session.status"), ("session.signin", "session.signIn"), ("getToken", None),
            ("x" * 10_000, None),
        ]:
            with self.subTest(method[:40]):
                error = self.assert_refused("methodNotFound", self.client.call, method)
                hint = error.data["hint"]
                self.assertEqual(hint.startswith(f"did you mean {meant}? "), meant is not None, hint)
                self.assertIn("rpc.discover", hint)
        for params, hint in [
            ({"emial": "a", "password": "p"}, 'did you mean "email"?'),
            ({"username": "a", "password": "p"}, "session.signIn has email, customID, password, "),
        ]:
            error = self.assert_refused("invalidParams", self.client.call_with, "session.signIn", params)
            self.assertTrue(error.data["hint"].startswith(hint), error.data)
        error = self.assert_refused("invalidParams", self.client.call, "session.status", verbose=True)
        self.assertEqual(error.data["hint"], "session.status has no parameters")

    def test_unknown_member(self):
        error = self.assert_refused("invalidParams", self.client.call, "session.status", verbose=True)
        self.assertEqual((error.code, error.data["member"]), (-32602, "verbose"))
        self.assertTrue(error.data["reason"])

    def test_hints(self):
        for hint in ({"_": 1}, {"_trace": {"a": [None]}}, {"_deadlineseconds": "x"}, {"_uuid": None}):
            self.client.call("session.status", **hint)

    def test_deadlines_within_bounds(self):
        for method in ("session.getUUID", "session.status", "daemon.health", "daemon.info"):
            for raw in ("0.001", "1e-3", "1", "30", "300", "3e2", "300.0", "299.999"):
                with self.subTest(method=method, raw=raw):
                    self.client.send_raw(
                        b'{"jsonrpc":"2.0","id":1,"method":"%s","params":{"_deadlineSeconds":%s}}\n'
                        % (method.encode(), raw.encode()))
                    self.assertIn("result", self.client.read_response())

    def test_deadlines_beyond_bounds(self):
        for method, others in (
            ("session.getUUID", b""), ("session.retrieveToken", b""), ("session.regenerateUUID", b""),
            ("session.setIdentity", b',"customEmail":"a@b"'), ("session.signIn", b',"email":"a@b","password":"p"'),
            ("daemon.hello", b',"protocol":[1]'),
        ):
            for raw in ("0", "0.0009", "-1", "300.001", "301", "1e3", "1e999", "null", '"1"', "true", "[]", "{}"):
                with self.subTest(method=method, raw=raw):
                    client = self.daemon.client()
                    client.send_raw(
                        b'{"jsonrpc":"2.0","id":1,"method":"%s","params":{"_deadlineSeconds":%s%s}}\n'
                        % (method.encode(), raw.encode(), others))
                    error = self.assert_error(client.read(), -32602, "invalidParams", 1)
                    self.assertEqual(error["data"]["member"], "_deadlineSeconds")
                    client.close()

    def test_a_refusal_is_short(self):
        error = self.assert_refused("invalidParams", self.client.call, "session.status", **{"x" * 60_000: 1})
        self.assertLess(len(json.dumps(error.data)) + len(error.message), 2_048)


class Notifications(DaemonTestCase):
    def test_they_are_silent_also_on_failure(self):
        self.client.send(
            {"jsonrpc": "2.0", "method": "session.status"},
            {"jsonrpc": "2.0", "method": "no.such"},
            {"jsonrpc": "2.0", "method": "session.signIn", "params": {"email": 1}},
            {"jsonrpc": "2.0", "method": "session.status", "params": [1]},
            {"jsonrpc": "2.0", "method": "session.status", "params": {"unknown": 1}},
            {"jsonrpc": "2.0", "method": "session.deleteAccount", "params": {"authFactor": "x"}},
        )
        self.assert_alive()

    def test_they_are_carried_out(self):
        self.client.send(
            {"jsonrpc": "2.0", "method": "session.setIdentity", "params": {"customEmail": "a@b"}},
            {"jsonrpc": "2.0", "id": 1, "method": "session.setIdentity", "params": {"customIdentifier": "x"}},
        )
        status = outcome(self.client.read_response())
        self.assertEqual((status["customEmail"], status["customIdentifier"]), ("a@b", "x"))

    def test_what_is_no_request_is_answered(self):
        self.client.send_raw(b'{"jsonrpc":"2.0","method":1}\n{"method":"session.status"}\n{\n')
        self.assert_error(self.client.read(), -32600, "invalidRequest")
        self.assert_error(self.client.read(), -32600, "invalidRequest")
        self.assert_error(self.client.read(), -32700, "parseError")


class Batches(DaemonTestCase):
    accounts = {"slow@example.com": hashed("pw", SLOW_ROUNDS)}
    slow = {
        "jsonrpc": "2.0", "id": 1, "method": "session.signIn",
        "params": {"email": "slow@example.com", "password": "pw"},
    }

    @staticmethod
    def set_identifier(number):
        return {
            "jsonrpc": "2.0", "id": number, "method": "session.setIdentity",
            "params": {"customIdentifier": str(number)},
        }

    def test_answers_stand_in_the_order_of_the_entries(self):
        entries = [
            self.slow,
            {"jsonrpc": "2.0", "id": 2, "method": "session.getUUID"},
            {"jsonrpc": "2.0", "method": "session.touch"},
            {"jsonrpc": "2.0", "id": 3, "method": "no.such"},
            {"jsonrpc": "2.0", "id": 4, "method": "session.retrieveToken"},
            {"jsonrpc": "2.0", "id": 1, "method": "daemon.health"},
        ]
        self.client.send(entries)
        responses = [check_response(response) for response in self.client.read()]
        self.assertEqual([response["id"] for response in responses], [1, 2, 3, 4, 1])
        self.assertTrue(responses[0]["result"]["signedIn"])
        self.assertEqual(responses[2]["error"]["code"], -32601)
        self.assertIn("ready", responses[4]["result"])

    def test_an_answer_overtakes_a_slow_batch(self):
        self.client.send([self.slow], {"jsonrpc": "2.0", "id": 2, "method": "session.getUUID"})
        self.assertEqual(self.client.read_response()["id"], 2)
        (response,) = self.client.read()
        self.assertTrue(outcome(response)["signedIn"])

    def test_mutations_apply_in_the_order_of_the_entries(self):
        self.client.send([self.set_identifier(number) for number in range(32)])
        for number, response in enumerate(self.client.read()):
            self.assertEqual(outcome(response)["customIdentifier"], str(number))

    def test_sizes(self):
        entry = {"jsonrpc": "2.0", "id": 1, "method": "session.getUUID"}
        for count in (1, 32):
            self.client.send([entry] * count)
            self.assertEqual([response["id"] for response in self.client.read()], [1] * count)
        generation = self.client.call("session.status")["generation"]
        for count in (33, 100):
            self.client.send([{"jsonrpc": "2.0", "id": 1, "method": "session.regenerateUUID"}] * count)
            self.assert_error(self.client.read(), -32600, "invalidRequest")
        self.assertEqual(self.client.call("session.status")["generation"], generation)

    def test_answer_may_be_long(self):
        self.client.call("session.setIdentity", customIdentifier="é" * 512, customEmail="e" * 254)
        self.client.send([{"jsonrpc": "2.0", "id": "i" * 256, "method": "session.status"}] * 32)
        self.assertEqual(len(self.client.read()), 32)

    def test_hello_is_alone(self):
        hello = {"jsonrpc": "2.0", "id": 1, "method": "daemon.hello", "params": {"protocol": [1]}}
        self.client.send([hello, {"jsonrpc": "2.0", "id": 2, "method": "session.getUUID"}])
        first, second = self.client.read()
        self.assert_error(first, -32600, "invalidRequest", 1)
        self.assertIn("uuid", outcome(second))


class Hello(DaemonTestCase):
    def test_it_agrees_on_version_1(self):
        for protocol in ([1], [1, 2], [3, 2, 1]):
            client = self.daemon.client()
            answer = client.call("daemon.hello", protocol=protocol, client="test/1")
            self.assertEqual(answer["protocol"], 1)
            self.assertRegex(answer["server"], r"^sessiond/\d+\.\d+")
            self.assertEqual(answer["features"], ["signInRequest", "onBehalfOf"])
            self.assertEqual(
                sorted(answer["capabilities"]),
                ["admin", "identity.read", "profile.read", "session.touch", "session.write", "signIn.show", "token.read"])
            self.assertEqual(answer["generation"], client.call("session.status")["generation"])

    def test_other_versions_are_refused(self):
        for protocol in ([2], [0], [-1, 100], []):
            with self.subTest(protocol=protocol):
                error = self.assert_refused(
                    "versionUnsupported", self.daemon.client().call, "daemon.hello", protocol=protocol)
                self.assertEqual(error.code, -32019)

    def test_it_ignores_what_it_does_not_know(self):
        answer = self.client.call("daemon.hello", protocol=[1], ofTomorrow={"a": 1}, wants=None)
        self.assertEqual(answer["protocol"], 1)

    def test_its_own_parameters_are_checked(self):
        for params, member in (
            ({}, "protocol"), ({"protocol": 1}, "protocol"), ({"protocol": ["1"]}, "protocol"),
            ({"protocol": None}, "protocol"), ({"protocol": [1.5]}, "protocol"),
            ({"protocol": [1], "client": 1}, "client"), ({"protocol": [1], "client": ""}, "client"),
            ({"protocol": [1], "client": "x" * 1_025}, "client"),
        ):
            with self.subTest(params=str(params)[:60]):
                error = self.assert_refused("invalidParams", self.daemon.client().call_with, "daemon.hello", params)
                self.assertEqual(error.data["member"], member)

    def test_it_comes_first_and_once(self):
        self.client.call("session.getUUID")
        self.assert_refused("invalidRequest", self.client.call, "daemon.hello", protocol=[1])
        self.assert_alive()
        client = self.daemon.client()
        client.call("daemon.hello", protocol=[1])
        self.assert_refused("invalidRequest", client.call, "daemon.hello", protocol=[1])
        self.assert_alive(client)

    def test_it_may_be_pipelined(self):
        self.client.send(
            {"jsonrpc": "2.0", "id": 1, "method": "daemon.hello", "params": {"protocol": [1]}},
            {"jsonrpc": "2.0", "id": 2, "method": "session.getUUID"},
        )
        responses = self.client.read_responses(2)
        self.assertEqual(outcome(responses[1])["protocol"], 1)
        self.assertIn("uuid", outcome(responses[2]))


class Order(DaemonTestCase):
    def test_a_thousand_requests_at_once(self):
        kinds = [
            ("session.getUUID", None), ("session.status", {}), ("daemon.health", None), ("no.such", None),
            ("session.status", {"unknown": 1}), ("session.retrieveToken", {"allowStale": True}),
            ("session.touch", None), ("daemon.info", {"_hint": 1}),
        ]
        self.client.call("session.retrieveToken")
        requests = []
        for number in range(1_000):
            method, params = kinds[number % len(kinds)]
            request = {"jsonrpc": "2.0", "id": number if number % 3 else f"n{number}", "method": method}
            requests.append(request if params is None else {**request, "params": params})
        self.client.send(*requests)
        responses = self.client.read_responses(len(requests))
        self.assertEqual(set(responses), {request["id"] for request in requests})
        expected = {
            "session.getUUID": "uuid", "session.status": "tokenState", "daemon.health": "ready",
            "session.retrieveToken": "token", "daemon.info": "startedAt",
        }
        for request in requests:
            response = responses[request["id"]]
            if request["method"] == "no.such":
                self.assertEqual(response["error"]["code"], -32601)
            elif "unknown" in request.get("params", {}):
                self.assertEqual(response["error"]["data"]["member"], "unknown")
            elif request["method"] == "session.touch":
                self.assertEqual(response["result"], {})
            else:
                self.assertIn(expected[request["method"]], response["result"])

    def test_mutations_of_a_connection_apply_in_their_order(self):
        count = 50
        self.client.send(*[Batches.set_identifier(number) for number in range(count)])
        responses = self.client.read_responses(count)
        for number in range(count):
            self.assertEqual(outcome(responses[number])["customIdentifier"], str(number))
        self.assertEqual(self.client.call("session.status")["customIdentifier"], str(count - 1))

    def test_generations_rise_in_the_order_of_the_mutations(self):
        first = self.client.call("session.status")["generation"]
        self.client.send(*[
            {"jsonrpc": "2.0", "id": number, "method": "session.regenerateUUID"} for number in range(20)
        ])
        responses = self.client.read_responses(20)
        self.assertEqual(
            [outcome(responses[number])["generation"] for number in range(20)],
            [first + 1 + number for number in range(20)])
        self.assertEqual(len({response["result"]["uuid"] for response in responses.values()}), 20)

    def test_reads_elsewhere_see_an_answered_mutation(self):
        other = self.daemon.client()
        for number in range(100):
            writer, reader = (self.client, other) if number % 2 else (other, self.client)
            written = writer.call("session.setIdentity", customIdentifier=str(number))
            self.assertEqual(reader.call("session.status")["customIdentifier"], str(number))
            seen = reader.call("session.status")
            for name in ("uuid", "generation", "customIdentifier"):
                self.assertEqual(seen[name], written[name])
            uuid = writer.call("session.regenerateUUID")["uuid"]
            self.assertEqual(reader.call("session.getUUID"), {"uuid": uuid})

    def test_reads_of_the_same_connection_see_an_answered_mutation(self):
        for _ in range(50):
            uuid = self.client.call("session.regenerateUUID")["uuid"]
            self.assertEqual(self.client.call("session.getUUID")["uuid"], uuid)


class Closing(DaemonTestCase):
    accounts = {"slow@example.com": hashed("pw", SLOW_ROUNDS), "fast@example.com": hashed("pw")}

    def sign_in(self, identifier, login="slow@example.com", **params):
        return {
            "jsonrpc": "2.0", "id": identifier, "method": "session.signIn",
            "params": {"email": login, "password": "pw", **params},
        }

    def test_half_close_leaves_time_for_pending_answers(self):
        self.client.send(self.sign_in(1))
        self.client.half_close()
        self.assertTrue(outcome(self.client.read_response())["signedIn"])
        self.client.read_end()

    def test_full_close_abandons_an_authentication(self):
        self.client.send(self.sign_in(1), self.sign_in(2))
        self.assert_error(self.client.read(), -32020, "busy", 2)
        self.client.close()
        other = self.daemon.client()
        while True:  # The daemon learns of the close by itself; until then it answers busy.
            other.send(self.sign_in(3, "fast@example.com"))
            response = other.read_response()
            if response.get("error", {}).get("data", {}).get("name") != "busy":
                break
        self.assertEqual(outcome(response)["login"], "fast@example.com")

    def test_reads_do_not_wait_for_an_authentication(self):
        self.client.send(self.sign_in(1), *[
            {"jsonrpc": "2.0", "id": number, "method": "session.status"} for number in range(2, 12)
        ])
        self.assertEqual([self.client.read_response()["id"] for _ in range(10)], list(range(2, 12)))
        self.assertTrue(outcome(self.client.read_response())["signedIn"])

    def test_deadline_of_an_authentication_means_that_nothing_changed(self):
        before = self.client.call("session.status")
        self.client.send(self.sign_in(1, _deadlineSeconds=0.05))
        error = self.assert_error(self.client.read(), -32014, "deadlineExceeded", 1)
        self.assertNotIn("outcome", error["data"])
        self.assertEqual(self.client.call("session.status")["generation"], before["generation"])
        self.client.send(self.sign_in(2, "fast@example.com"))
        self.assertEqual(outcome(self.client.read_response())["login"], "fast@example.com")

    def test_stopping_ends_connections(self):
        self.client.call("session.getUUID")
        self.assertEqual(self.daemon.stop(), 0)
        self.client.read_end()
        self.assertFalse(self.daemon.socket_path.exists())


class MethodsOfAnotherAuthority(DaemonTestCase):
    def test_the_local_one_does_not_support_them(self):
        for method, params in (
            ("session.profile", None), ("session.deleteAccount", {"authFactor": "x"}),
            ("authority.changeAPIKey", {"apiKey": "x"}),
        ):
            with self.subTest(method=method):
                self.assert_refused("unsupported", self.client.call_with, method, params)


class Shell(DaemonTestCase):
    @unittest.skipUnless(shutil.which("socat"), "socat is not installed")
    def test_a_shell_speaks_to_it(self):
        request = '{"jsonrpc":"2.0","id":1,"method":"session.status"}'
        path = shlex.quote(str(self.daemon.socket_path))
        command = f"echo {shlex.quote(request)} | socat -t 30 - UNIX-CONNECT:{path}"
        run = subprocess.run(["sh", "-c", command], capture_output=True, timeout=PATIENCE_SECONDS)
        self.assertEqual((run.returncode, run.stderr), (0, b""))
        self.assertEqual(run.stdout.count(b"\n"), 1)
        status = outcome(check_response(parse(run.stdout)))
        self.assertEqual(status["uuid"], self.client.call("session.getUUID")["uuid"])


if __name__ == "__main__":
    unittest.main()
