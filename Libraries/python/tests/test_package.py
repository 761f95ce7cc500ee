# SPDX-License-Identifier: Apache-2.0
"""What the package is made of, and that it shows no secret."""

import copy
import dataclasses
import json
import pathlib
import pickle
import re
import shutil
import subprocess
import sys
import traceback
import unittest

import sessiond
from sessiond import _answers, _errors, _methods, _named_errors, _reading

PACKAGE = pathlib.Path(__file__).resolve().parents[1]
ROOT = PACKAGE.parents[1]
GOLDEN = ROOT / "Tests" / "SessionProtocolTests" / "Golden"
SCHEMA = json.loads((ROOT / "Protocol" / "sessiond.schema.json").read_text())
# The methods that the package has.
CALLED = {each.name for each in vars(_methods).values() if isinstance(each, _methods.Method)}
SECRET = "eyJhbGciOi.very.secret"


def messages(name):
    return [json.loads(line) for line in (GOLDEN / f"{name}.json").read_text().splitlines()]


def unknown(value):
    """The members that no class knew, of an answer and of what is in it."""
    if not dataclasses.is_dataclass(value):
        return [each for item in value for each in unknown(item)] if isinstance(value, tuple) else []
    inner = [unknown(getattr(value, each.name)) for each in dataclasses.fields(value) if each.name != "extra"]
    return sum(inner, list(value.extra))


class Made(unittest.TestCase):
    def test_it_is_what_the_schema_makes_of_it(self):
        done = subprocess.run([sys.executable, PACKAGE / "make-api", "--check"], capture_output=True, text=True)
        self.assertEqual((done.returncode, done.stderr), (0, ""))

    @unittest.skipUnless(shutil.which("mypy"), "there is no mypy")
    def test_its_types_hold_strictly(self):
        done = subprocess.run(
            ["mypy", "--config-file", "pyproject.toml", "--no-incremental"], cwd=PACKAGE, capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_it_has_the_version_of_the_daemon(self):
        product = (ROOT / "Sources" / "Session" / "SessionProtocol" / "Product.swift").read_text()
        self.assertEqual(sessiond.__version__, re.search(r'version = "(.*)"', product).group(1))

    def test_both_clients_have_each_method(self):
        # The other is for who shows web pages.
        self.assertEqual(set(SCHEMA["x-methods"]) - CALLED, {"daemon.origins"})
        for name, method in vars(_methods.Methods).items():
            if callable(method) and not name.startswith("_"):
                self.assertTrue(callable(getattr(_methods.AsyncMethods, name)), name)
                self.assertTrue(method.__doc__ and getattr(_methods.AsyncMethods, name).__doc__, name)

    def test_the_readme_has_each_method_and_class(self):
        readme = (PACKAGE / "README.md").read_text()
        named = set(re.findall(r"\b([a-z_]+)\(", readme))
        methods = {name for name in vars(_methods.Methods) if not name.startswith("_")}
        self.assertEqual(methods - named, set(), "README.md does not name them")
        for name in re.findall(r"`([A-Z]\w+(?:Error|Answer|Status|Facts|Condition|SignIn|Change|Client))\b", readme):
            if name != "ConnectionError" and name not in ("TimeoutError", "ValueError"):
                self.assertTrue(hasattr(sessiond, name), name)

    def test_each_answer_is_read_as_a_whole(self):
        readers = {
            "AuthenticationAnswer": _reading.read_authentication, "PendingSignInAnswer": _reading.read_pending,
            "UUIDAnswer": _reading.read_uuid, "CancelSignInAnswer": _reading.read_cancelled, "Done": _reading.read_nothing,
            "ProfileAnswer": _reading.read_as_it_is, "DescriptionAnswer": _reading.read_as_it_is}
        for name in sorted({facts["answer"] for method, facts in SCHEMA["x-methods"].items() if method in CALLED}):
            reader = readers.get(name) or getattr(_answers, name).read
            for message in messages(name):
                with self.subTest(name, message=message):
                    self.assertLessEqual(set(unknown(reader(message["result"]))), {"onBehalfOf"})
        for message in messages("SessionEvent"):
            self.assertEqual(unknown(_answers.SessionEvent.read(message["params"])), [])

    def test_each_error_has_its_class(self):
        for message in messages("SessionError"):
            data = message["error"]["data"]
            error = _reading.read_error(message["error"])
            self.assertEqual((error.name, error.retryable), (data["name"], data["retryable"]))
            self.assertIs(type(error), _named_errors.BY_NAME[data["name"]])
            self.assertTrue(type(error).__doc__.startswith(f"`{error.name}`: "), type(error).__doc__)
            self.assertNotRegex(type(error).__doc__, r"\\|^\.|\bNs\b")

    def test_everything_that_is_public_is_documented(self):
        for name in sessiond.__all__:
            if not name.startswith("_") and name not in ("BY_NAME", "KEEP"):
                self.assertTrue(getattr(sessiond, name).__doc__, name)

    def test_the_errors_are_those_of_python_too(self):
        for kind, base in ((_errors.UnreachableError, ConnectionError), (_errors.ConnectionLostError, OSError),
                           (_errors.TimedOutError, TimeoutError), (_errors.RequestTooLargeError, ValueError)):
            error = kind("said", hint="do")
            self.assertIsInstance(error, base)
            self.assertIsInstance(error, sessiond.SessionError)
            self.assertEqual(str(error), f"{error.name}: said (do)")


class Secrets(unittest.TestCase):
    def test_a_secret_shows_nothing(self):
        secret = sessiond.Secret(SECRET)
        token = _answers.TokenAnswer.read({**messages("TokenAnswer")[0]["result"], "token": SECRET})
        try:
            raise sessiond.SessionError(f"of {secret}", hint=repr(token))
        except sessiond.SessionError:
            trace = traceback.format_exc()
        shown = [
            str(secret), repr(secret), f"{secret}", f"{secret!r:>40}", "%s" % secret, "{}".format([secret]), repr(token),
            str(dataclasses.asdict(token)), repr(copy.deepcopy(token)), trace]
        for text in shown:
            self.assertNotIn(SECRET, text)
        self.assertEqual(str(secret), "[redacted]")
        self.assertEqual(secret.reveal(), SECRET)
        for write in (pickle.dumps, json.dumps):
            with self.assertRaises(TypeError):
                write(secret)

    def test_secrets_are_compared(self):
        self.assertEqual(sessiond.Secret("a"), sessiond.Secret("a"))
        self.assertNotEqual(sessiond.Secret("a"), sessiond.Secret("b"))
        self.assertNotEqual(sessiond.Secret("a"), "a")
        self.assertEqual(len({sessiond.Secret("a"), sessiond.Secret("a"), sessiond.Secret("")}), 2)

    def test_what_cannot_be_read_is_not_shown(self):
        for line in (SECRET.encode(), b'{"token":"' + SECRET.encode(), b'{"token":"' + SECRET.encode() + b'"} x'):
            try:
                _reading.read_line(line)
            except _reading.Unreadable:
                self.assertNotIn(SECRET, traceback.format_exc())
            else:
                self.fail(line)


if __name__ == "__main__":
    unittest.main()
