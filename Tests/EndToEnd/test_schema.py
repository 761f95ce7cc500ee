# SPDX-License-Identifier: Apache-2.0
"""The schema of the protocol, by an implementation of JSON Schema that is not ours: against the messages that the Swift
types write, against what a real daemon accepts and answers, and against every one of them spoilt."""

import copy
import json
import subprocess
import unittest

from harness import PACKAGE, PATIENCE_SECONDS, DaemonTestCase, hashed, parse

ANNA, PASSWORD = "anna@example.com", "anna's"
FOLDER = PACKAGE / "Protocol"
GOLDEN = PACKAGE / "Tests" / "SessionProtocolTests" / "Golden"
SCHEMA = json.loads((FOLDER / "sessiond.schema.json").read_text())
METHODS = SCHEMA["x-methods"]
# Debian's interpreter, which has Debian's packages: python3-jsonschema.
VALIDATE = """
import json, sys
from jsonschema import Draft202012Validator
given = json.load(sys.stdin)
Draft202012Validator.check_schema(given["schema"])
validators = {}
for name, instance in given["instances"]:
    if name not in validators:
        schema = dict(given["schema"], **{"$ref": "#/$defs/" + name}) if name else given["schema"]
        if name: schema.pop("anyOf")
        validators[name] = Draft202012Validator(schema)
    print(json.dumps([error.message for error in validators[name].iter_errors(instance)]))
"""
# What is handed on as it is, or is another standard's: anything may be inside, and in some anything instead.
OPAQUE = {"agreements", "attributes", "profile", "jwk", "conditions", "fieldErrors", "cause", "firstName"}
OTHERS = [None, True, 7, 1.5, "text", [], [1], {}, {"a": 1}]


def complaints(instances):
    """What is wrong with each of `(definition, instance)`; no definition: with it as any message."""
    done = subprocess.run(
        ["/usr/bin/python3", "-c", VALIDATE], input=json.dumps({"schema": SCHEMA, "instances": instances}),
        capture_output=True, text=True, timeout=PATIENCE_SECONDS)
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def golden():
    """Each example with its type's name."""
    for path in sorted(GOLDEN.glob("*.json")):
        for line in path.read_text().splitlines():
            yield path.stem, json.loads(line)


def kind(value):
    """The type of a value as JSON Schema tells types apart."""
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, float):
        return "number"
    return {type(None): "null", int: "integer", str: "string", list: "array", dict: "object"}[type(value)]


def places(value, path=()):
    """The path of everything in a message that is not opaque."""
    members = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, each in members:
        if name in OPAQUE:
            continue
        yield path + (name,)
        yield from places(each, path + (name,))


def at(value, path):
    for name in path:
        value = value[name]
    return value


def changed(message, path, value):
    message = copy.deepcopy(message)
    at(message, path[:-1])[path[-1]] = value
    return message


def without(message, path):
    message = copy.deepcopy(message)
    del at(message, path[:-1])[path[-1]]
    return message


def spoilt(message):
    """A message with each value in turn of each other type."""
    for path in places(message):
        was = kind(at(message, path))
        for other in OTHERS:
            if kind(other) != was:
                yield path, changed(message, path, other)


# Of these, another type is right: ids, and labels that null clears.
def may_be(path, value):
    if path == ("id",):
        return kind(value) in ("string", "integer", "null")
    return path[0] == "params" and path[-1] in ("customEmail", "customIdentifier") and kind(value) in ("null", "string")


def lacking(message):
    """A message without each member in turn that every message of its kind has."""
    for path in places(message):
        if isinstance(path[-1], str):
            yield path, without(message, path)


class Golden(unittest.TestCase):
    def test_every_message_has_its_schema_and_every_schema_its_message(self):
        whole = {facts[part] for facts in METHODS.values() for part in ("request", "answer")}
        self.assertEqual({name for name, _ in golden()}, whole | {"SessionError", "SessionEvent", "OriginsChanged"})
        self.assertLessEqual(whole, set(SCHEMA["$defs"]))

    def test_every_message_is_valid(self):
        messages = list(golden())
        for (name, message), found in zip(messages, complaints(messages)):
            self.assertEqual(found, [], (name, message))
        for (name, message), found in zip(messages, complaints([(None, message) for _, message in messages])):
            self.assertEqual(found, [], (name, message))

    def test_no_message_is_valid_with_a_value_of_another_type(self):
        cases = [
            (name, changed, path) for name, message in golden() for path, changed in spoilt(message)
            if not may_be(path, at(changed, path))]
        self.assertGreater(len(cases), 5000)
        for (name, message, path), found in zip(cases, complaints([case[:2] for case in cases])):
            self.assertNotEqual(found, [], (name, path, message))

    def test_no_message_is_valid_without_what_it_must_have(self):
        cases = [(name, less, path) for name, message in golden() for path, less in lacking(message)]
        found = complaints([case[:2] for case in cases])
        passed = {(name, path[-1]) for (name, _, path), each in zip(cases, found) if not each}
        failed = {(name, path[-1]) for (name, _, path), each in zip(cases, found) if each}
        # What the manual calls optional, and nothing else.
        optional = {
            "id", "params", "authID", "conditional", "ifGeneration", "minimumValiditySeconds", "allowStale",
            "requireSignedIn", "clientIdentifier", "discardUnreadable", "mode", "fromAllDevices", "clientID",
            "customID", "realm", "uuid", "provider", "since", "client", "dryRun", "customEmail", "customIdentifier",
            "origin", "login", "expiresAt", "expiresInSeconds", "lastError", "nextAttemptAt", "clockSkewSeconds",
            "problem", "generation", "retryAfterSeconds", "hint", "member", "reason", "capability", "maximumSeconds",
            "outcome", "supported", "what", "atSeconds", "status", "credentials", "newCredentialEndsSession", "warnings",
            "attempt", "method", "redirectURI", "replace", "userCode", "verificationURI", "verificationURIComplete",
            "authorizationURL", "pendingSignIn", "sessionEndsAt", "sessionEndsInSeconds", "sessionEndsBecause",
            "lastAnsweredAt", "onBehalfOf", "follow", "stateDirectory"}
        self.assertLessEqual({member for _, member in passed}, optional)
        for answer, member in [("TokenFacts", "uuid"), ("SessionStatus", "generation"), ("TokenAnswer", "token")]:
            self.assertIn((answer, member), failed)

    def test_a_request_with_a_member_that_there_is_not_is_refused_and_a_hint_is_not(self):
        requests = [(name, message) for name, message in golden() if "params" in message and "id" in message]
        unknown = [(name, changed(message, ("params", "unheardOf"), 1)) for name, message in requests]
        for (name, message), found in zip(unknown, complaints(unknown)):
            # It is told what later clients can do.
            (self.assertEqual if name == "Hello" else self.assertNotEqual)(found, [], message)
        hinted = [(name, changed(message, ("params", "_trace"), {"a": []})) for name, message in requests]
        self.assertEqual([each for each in complaints(hinted) if each], [])

    def test_an_answer_may_have_more_than_this_version_knows(self):
        answers = [(name, message) for name, message in golden() if "result" in message]
        later = [(name, changed(message, ("result", "later"), [1])) for name, message in answers]
        self.assertEqual([each for each in complaints(later) if each], [])


class Daemon(DaemonTestCase):
    """The schema refuses what the daemon refuses, and nothing else."""

    accounts = {ANNA: hashed(PASSWORD, 1000)}

    def judge(self, message):
        """Whether the daemon finds that this is a request of the protocol, and its answer."""
        with self.daemon.client() as client:
            client.send(dict(message, id=1))
            answer = client.read_response()
        name = answer.get("error", {}).get("data", {}).get("name")
        return name not in ("invalidRequest", "invalidParams", "methodNotFound"), answer

    def test_they_agree_on_every_request_and_on_every_request_that_is_spoilt(self):
        requests = [
            (name, message) for name, message in golden()
            if "method" in message and "id" in message and message["method"] != "session.watch"]
        cases = list(requests)
        for name, message in requests:
            inside = [(path, each) for path, each in [*spoilt(message), *lacking(message)] if path[0] == "params"]
            cases += [(name, each) for path, each in inside if path != ("params",)]
            cases += [(name, changed(message, ("params",), params)) for params in (1, "x", True, [])]
        answers = []
        for (name, message), found in zip(cases, complaints(cases)):
            accepted, answer = self.judge(message)
            self.assertEqual(accepted, found == [], (message, found, answer))
            answers.append((METHODS[message["method"]]["answer"] if "result" in answer else "SessionError", answer))
        self.assertGreater(len(cases), 800)
        for (name, answer), found in zip(answers, complaints(answers)):
            self.assertEqual(found, [], (name, answer))

    def test_what_it_answers_and_tells_is_valid(self):
        watcher = self.daemon.client()
        watcher.call("session.watch")
        self.client.call("session.retrieveToken")
        self.client.call("session.signIn", email=ANNA, password=PASSWORD)
        self.client.call("session.setIdentity", customEmail="label")
        self.client.call("session.destroy")
        answers = [("SessionEvent", watcher.read())]
        while answers[-1][1]["params"].get("reason") != "destroy":
            answers.append(("SessionEvent", watcher.read()))
        for method in METHODS:
            if method not in ("session.watch",):
                self.client.send(self.client.request(method, {}))
                answer = self.client.read_response()
                answers.append((METHODS[method]["answer"] if "result" in answer else "SessionError", answer))
        for (name, answer), found in zip(answers, complaints(answers)):
            self.assertEqual(found, [], (name, answer))


class Discovery(DaemonTestCase):
    def test_what_is_made_from_the_schema_is_what_would_be_made_now(self):
        for program in sorted(FOLDER.glob("make-*")):
            with self.subTest(program.name):
                made = subprocess.run([program, "--check"], capture_output=True, text=True)
                self.assertEqual((made.returncode, made.stderr), (0, ""))

    def test_the_daemon_answers_it(self):
        self.client.send(self.client.request("rpc.discover"))
        line = self.client.read_line()
        document = parse(line)["result"]
        self.assertEqual(document, json.loads((FOLDER / "sessiond.openrpc.json").read_text()))
        self.assertEqual({method["name"] for method in document["methods"]}, set(METHODS))

    def test_every_reference_in_it_leads_somewhere(self):
        document = json.loads((FOLDER / "sessiond.openrpc.json").read_text())

        def references(value):
            if isinstance(value, dict):
                if "$ref" in value:
                    yield value["$ref"]
                for each in value.values():
                    yield from references(each)
            elif isinstance(value, list):
                for each in value:
                    yield from references(each)

        found = set(references(document))
        self.assertGreater(len(found), 50)
        for reference in found:
            self.assertIsNotNone(at(document, reference.removeprefix("#/").split("/")), reference)

    def test_every_example_is_valid(self):
        document = json.loads((FOLDER / "sessiond.openrpc.json").read_text())
        instances = []
        for method in document["methods"]:
            facts = METHODS[method["name"]]
            self.assertTrue(method["examples"] and method["errors"], method["name"])
            for example in method["examples"]:
                params = {each["name"]: each["value"] for each in example["params"]}
                instances += [
                    (facts["request"] + ".params", params), (facts["answer"] + ".result", example["result"]["value"])]
        for instance, found in zip(instances, complaints(instances)):
            self.assertEqual(found, [], instance)


if __name__ == "__main__":
    unittest.main()
