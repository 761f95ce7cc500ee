# SPDX-License-Identifier: Apache-2.0
"""A daemon whose authority is the emulator."""

import datetime
import json
import time

from conditions import ConditionedTestCase
from emulator import Emulator
from harness import PATIENCE_SECONDS, RPCError, unpadded

API_KEY = "canary-api-key-4711"
ANN, BOB = "ann@example.com", "bob@example.com"
PASSWORDS = {ANN: "canary-password-of-ann", BOB: "canary-password-of-bob"}
# Longer than any token of the emulator lives: what demands it demands a refresh.
FOREVER_SECONDS = 100_000


def claims(token):
    """What the emulator has put into a token."""
    return json.loads(unpadded(token.split(".")[1]))


def seconds_until(time):
    """How far a time of the daemon's is ahead of this machine's clock."""
    return (datetime.datetime.fromisoformat(time) - datetime.datetime.now(datetime.timezone.utc)).total_seconds()


def call_after_the_pause(caller, method, longest_seconds=1, **params):
    """Calls until the authority is asked again: what has failed once has a pause, which the error tells in seconds."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            return caller.call(method, **params)
        except RPCError as refused:
            if refused.name != "authorityUnavailable" or refused.data["retryAfterSeconds"] > longest_seconds \
                    or time.monotonic() > deadline:
                raise


class SyneriseTestCase(ConditionedTestCase):
    def make_emulator(self, *arguments, **options):
        """An emulator with two accounts that runs."""
        emulator = Emulator(*arguments, **{"api_keys": [API_KEY], "accounts": PASSWORDS, **options})
        self.addCleanup(emulator.remove)
        return emulator.start()

    def make_synerise_daemon(self, emulator, sections=None, wrapper=(), log_level="trace"):
        """A daemon for it that is not started."""
        daemon = self.make_daemon({}, arguments=["--log-level", log_level])
        key_path = daemon.folder / "key"
        key_path.write_text(API_KEY + "\n")
        key_path.chmod(0o600)
        settings = {"Authority": {"Kind": "synerise"}, "Synerise": {"BaseURL": emulator.url, "APIKeyFile": key_path}}
        for section, entries in (sections or {}).items():
            settings.setdefault(section, {}).update(entries)
        daemon.configure(settings)
        daemon.wrapper = list(wrapper)
        return daemon

    def sign_in(self, daemon, login=ANN, **params):
        return daemon.call("session.signIn", email=login, password=PASSWORDS[login], **params)

    def error_of(self, call, *arguments, **params):
        """The error that a call answers."""
        with self.assertRaises(RPCError) as caught:
            call(*arguments, **params)
        return caught.exception

    def assert_token_of(self, login, answer):
        """Fails unless a token that was given out is that customer's; `None`: nobody's."""
        content = claims(answer["token"])
        self.assertEqual(content["sub"], answer["uuid"])
        self.assertEqual(content.get("login"), login)
        self.assertEqual(content["origin"], "SYNERISE" if login else "ANONYMOUS")
