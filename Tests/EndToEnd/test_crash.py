# SPDX-License-Identifier: Apache-2.0
"""A change and SIGKILL at a random instant, over and over: what is there afterwards is the old state or the new one.

CRASH_CYCLES and CRASH_SEED (printed) say how often and which.
"""

import json
import os
import random
import time
import unittest
import uuid

from conditions import ConditionedTestCase, run_cycles
from harness import ConnectionEnded, hashed, lasting, outcome, check_response, parse

CYCLES = int(os.environ.get("CRASH_CYCLES", "50"))
SEED = int(os.environ.get("CRASH_SEED", str(random.SystemRandom().randrange(1 << 32))))
SALT = "someString"
LOGIN, PASSWORD = "ann@example.com", "ann's"


class Made:
    """Stands for a UUID that the daemon makes up: equal to any that was not there before."""

    def __init__(self, before):
        self.before = before

    def __eq__(self, other):
        return isinstance(other, str) and other != self.before and uuid.UUID(other).version == 4

    def __repr__(self):
        return f"<a new UUID, not {self.before}>"


class State:
    """What of a status has to survive, and what a change makes of it."""

    NAMES = (
        "state", "uuid", "uuidOrigin", "signedIn", "signedInViaSimpleAuthentication", "login", "customEmail",
        "customIdentifier", "generation",
    )

    def __init__(self, members):
        self.members = members

    @classmethod
    def of(cls, status):
        members = {name: status[name] for name in cls.NAMES if name in status}
        # The first token of a customer comes by itself, soon after.
        if members["state"] == "none":
            members["state"] = "anonymous"
        return cls(members)

    def __eq__(self, other):
        return self.members == other.members

    def __repr__(self):
        return repr(self.members)

    def _next(self, removed=(), **changed):
        members = {name: value for name, value in self.members.items() if name not in removed}
        members.update(changed)
        return State(members)

    def _new_customer(self, identifier, origin):
        return self._next(
            ("login", "customEmail", "customIdentifier"), uuid=identifier, uuidOrigin=origin, state="anonymous",
            signedIn=False, signedInViaSimpleAuthentication=False, generation=self.members["generation"] + 1)

    def after(self, method, params):
        """The state that a change leads to."""
        before = self.members["uuid"]
        if method == "session.setIdentity":
            cleared = [name for name, value in params.items() if value is None]
            return self._next(cleared, **{name: value for name, value in params.items() if value is not None})
        if method == "session.destroy":
            return self._new_customer(Made(before), "generated")
        if method == "session.regenerateUUID":
            if "clientIdentifier" in params:
                return self._new_customer(derived(params["clientIdentifier"]), "derived")
            return self._new_customer(Made(before), "generated")
        if method == "session.signOut":
            if self.members["state"] == "anonymous":
                return self
            return self._next(
                ("login",), state="anonymous", signedIn=False, signedInViaSimpleAuthentication=False,
                generation=self.members["generation"] + 1)
        simple = method == "session.simpleAuthenticate"
        now = derived(params["authID"])
        moved = self if now == before else self._new_customer(now, "derived")
        login = {} if simple else {"login": LOGIN}
        return moved._next(
            state="simple" if simple else "signedIn", signedIn=not simple, signedInViaSimpleAuthentication=simple,
            generation=self.members["generation"] + 1, **login)


def derived(identifier):
    return str(uuid.uuid5(uuid.NAMESPACE_URL, SALT + identifier))


class Crash(ConditionedTestCase):
    def setUp(self):
        self.random = random.Random(SEED)
        accounts = {LOGIN: hashed(PASSWORD, 1000)}
        self.daemon = self.make_daemon({"Session": {"IdentifierSalt": SALT}}, accounts).start()
        self.counts = {"old": 0, "new": 0, "between": 0}
        # How long a change takes here: kills fall before, within and after it.
        self.patience = {}

    def test_the_state_is_the_old_one_or_the_new_one(self):
        seconds = run_cycles(self.cycle, CYCLES, SEED)
        print(
            f"CRASH_SEED={SEED}: {CYCLES} cycles in {seconds:.1f} s, {CYCLES / seconds:.1f} cycles/s; "
            + ", ".join(f"{count} {what}" for what, count in self.counts.items()))

    def cycle(self):
        client = self.daemon.client()
        before, token = self.settled(client)
        changes = self.choose(State.of(before))
        states = [State.of(before)]
        for change in changes:
            states.append(states[-1].after(*change))
        answers = self.send_and_kill(client, changes)
        client.close()
        if self.random.random() < 0.2:
            # Neither does a kill while it is still reading what the last one left do any harm.
            self.daemon.launch()
            self.spin(0.1)
            self.daemon.kill()
        self.daemon.start()
        after = self.daemon.call("session.status")
        place = self.place(State.of(after), states, len(answers))
        self.counts["old" if place == 0 else "new" if place == len(changes) else "between"] += 1
        self.assertGreaterEqual(after["generation"], before["generation"])
        self.assertEqual(after["store"], {"sealed": False, "state": "ok"})
        if states[place] == states[0]:
            self.assertEqual(lasting(after), lasting(before))
            self.assertEqual(self.daemon.call("session.retrieveToken")["token"], token)
        elif answers and place == len(answers):
            self.assert_answered(answers[-1], after)
        self.assert_folder()

    def settled(self, client):
        """The status once there is a token, and the token."""
        token = client.call("session.retrieveToken")["token"]
        return client.call("session.status"), token

    def choose(self, state):
        """Changes that are possible now: mostly one, sometimes some that are sent at once."""
        label = f"l{self.random.randrange(1 << 30)}"
        changes = [
            ("session.setIdentity", self.random.choice(
                [{"customEmail": label}, {"customIdentifier": label},
                 {"customEmail": None, "customIdentifier": label}])),
            ("session.destroy", {}),
        ]
        if state.members["state"] == "anonymous":
            changes += [("session.regenerateUUID", {}), ("session.regenerateUUID", {"clientIdentifier": label})]
        else:
            changes.append(("session.signOut", {}))
        authentications = []
        if state.members["state"] != "signedIn":
            identifier = self.random.choice([label, "the same"])
            authentications = [
                ("session.signIn", {"email": LOGIN, "password": PASSWORD, "authID": identifier}),
                ("session.simpleAuthenticate", {"email": LOGIN, "authID": identifier}),
            ]
        if authentications and self.random.random() < 0.4:
            return [self.random.choice(authentications)]
        if self.random.random() < 0.25:
            return [("session.setIdentity", {"customEmail": f"{label}-{number}"}) for number in range(3)]
        return [self.random.choice(changes)]

    def send_and_kill(self, client, changes):
        """The results that were read before the end."""
        kind = changes[0][0], len(changes)
        took = self.patience.get(kind, 0.005)
        requests = [client.request(*change) for change in changes]
        data = b"".join(json.dumps(request).encode() + b"\n" for request in requests)
        client.send_raw(data)
        began = time.monotonic()
        if self.random.random() < 0.75:
            # Seen over many cycles, any instant between the sending and a little after the answer.
            self.spin(self.random.uniform(0, 1.3) * took)
        else:
            self.read_bytes(client, self.random.randint(1, 200 * len(changes)), len(changes))
            self.patience[kind] = 0.7 * took + 0.3 * (time.monotonic() - began)
        self.daemon.kill()
        return self.answers(client, [request["id"] for request in requests])

    @staticmethod
    def spin(seconds):
        end = time.perf_counter() + seconds
        while time.perf_counter() < end:
            pass

    @staticmethod
    def read_bytes(client, count, answers):
        """Reads so many bytes of that many answers, or all there are."""
        while len(client._received) < count and client._received.count(b"\n") < answers:
            client._received += client.socket.recv(count - len(client._received))

    def answers(self, client, identifiers):
        """What the dead daemon had written: whole lines count."""
        answers = []
        while True:
            try:
                answers.append(check_response(parse(client.read_line())))
            except (ConnectionEnded, ConnectionResetError, AssertionError):
                break
        self.assertEqual([answer["id"] for answer in answers], identifiers[:len(answers)])
        return [outcome(answer) for answer in answers]

    def place(self, after, states, answered):
        """Which of the states it is; one that was answered is the least."""
        for place in range(len(states) - 1, answered - 1, -1):
            if states[place] == after:
                return place
        raise AssertionError(f"{answered} answered, none of these: {states[answered:]}\nbut {after}")

    def assert_answered(self, answer, after):
        """Nothing of what was answered is different now."""
        for name in ("uuid", "generation", "expiresAt", "login", "customEmail", "customIdentifier", "origin"):
            if name in answer:
                self.assertEqual(after.get(name), answer[name], (answer, after))
        self.assertTrue(answer.get("durable", True), answer)

    def assert_folder(self):
        self.assertEqual({path.name for path in self.daemon.state_path.iterdir()}, {"session.0", "session.1"})


if __name__ == "__main__":
    unittest.main()
