# SPDX-License-Identifier: Apache-2.0
"""The daemon is restarted or killed over and over, while apps go on using it through the Swift library.

RESTARTS says how often, in each test.
"""

import contextlib
import itertools
import os
import subprocess
import unittest

from box import wait_until
from conditions import Output
from harness import PACKAGE, PATIENCE_SECONDS, lasting
from machine import APP, SERVICE, SOCKETS, SystemTestCase

RESTARTS = int(os.environ.get("RESTARTS", "20"))
PROBE = "/opt/session-probe"
RESTART = ("restart", SERVICE)
KILL = ("kill", "--signal=KILL", SERVICE)


class Call:
    """What an app says of a call, see SessionProbe.swift."""

    def __init__(self, line):
        self.method, self.outcome, generation, uuid = line.split()
        self.generation = int(generation) if generation != "-" else None
        self.uuid = uuid if uuid != "-" else None

    def __repr__(self):
        return f"{self.method} {self.outcome} {self.generation} {self.uuid}"


class App:
    """An app in the box that goes on calling methods."""

    def __init__(self, box, *methods):
        self.process = box.start(PROBE, *methods, user=APP, stdin=subprocess.PIPE)
        self._output, self._errors = Output(self.process.stdout), Output(self.process.stderr)

    def wait_for_answer(self):
        """Waits for one more call that was answered."""
        self._output.wait_for(r"^\S+ ok .*\n", len(self._output.text))

    def finish(self):
        """Has it end; all its calls."""
        self.process.stdin.close()
        status = self.process.wait(PATIENCE_SECONDS)
        assert status == 0, (status, self._errors.wait_for_end())
        return [Call(line) for line in self._output.wait_for_end().splitlines()]


class Restarts(SystemTestCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.box.copy((PACKAGE / ".build" / "release" / "session-probe").resolve(), PROBE)
        cls.addClassCleanup(cls.box.do, "rm", PROBE)

    def disturb(self, apps, ways):
        """Ends the daemon in those ways, one after the other; each time, every app gets an answer in between."""
        for _, way in zip(range(RESTARTS), itertools.cycle(ways)):
            for app in apps:
                app.wait_for_answer()
            self.box.systemctl(*way)
        for app in apps:
            app.wait_for_answer()
        # It may answer before systemd has read that it is ready.
        for unit in (SERVICE, *SOCKETS):
            wait_until(lambda unit=unit: self.box.property(unit, "ActiveState") == "active", unit)

    @contextlib.contextmanager
    def app(self, *methods):
        app = App(self.box, *methods)
        try:
            yield app
        finally:
            app.process.kill()

    def test_no_read_is_lost_and_none_is_answered_wrongly(self):
        before = self.signed_in()
        with self.app("session.getUUID", "session.status", "session.retrieveToken") as app:
            self.disturb([app], [RESTART, KILL])
            calls = app.finish()
        self.assertEqual({call.outcome for call in calls}, {"ok"}, [call for call in calls if call.outcome != "ok"][:5])
        self.assertEqual({call.uuid for call in calls}, {before["uuid"]})
        self.assertEqual({call.generation for call in calls} - {None}, {before["generation"]})
        self.assertEqual(lasting(self.call("session.status")), lasting(before))
        print(f"{len(calls)} reads over {RESTARTS} restarts: all answered")

    def test_a_change_that_is_cut_off_is_reported_and_never_sent_twice(self):
        generation = self.call("session.status")["generation"]
        with self.app("session.regenerateUUID") as changing, self.app("session.status") as reading:
            self.disturb([changing, reading], [KILL, KILL, RESTART])
            changes, reads = changing.finish(), reading.finish()
        lost = self.assert_each_applied_once(changes, generation)
        self.assertGreater(len(lost), 0, "no change was ever cut off")
        self.assert_one_history(reads, changes)
        carried_out = sum(call.generation is not None and call.carried_out for call in lost)
        print(f"{len(changes)} changes over {RESTARTS} restarts: {len(lost)} cut off and reported, {carried_out} of them "
              f"carried out; {len(reads)} reads beside them")

    def assert_each_applied_once(self, changes, generation):
        """Fails where a generation shows that a change was carried out twice, or one that was answered never; those
        that were cut off."""
        lost, doubtful = [], 0
        for call in changes:
            if call.outcome == "ok":
                self.assertIn(call.generation, range(generation + 1, generation + 2 + doubtful), call)
            elif call.outcome == "connectionLost":
                lost.append(call)
                call.carried_out = None
                if call.generation is None:
                    doubtful += 1
                    continue
                self.assertIn(call.generation, range(generation, generation + 2 + doubtful), call)
                call.carried_out = call.generation > generation
            else:
                # It came too late to be carried out.
                self.assertEqual(call.outcome, "shuttingDown", call)
                continue
            generation, doubtful = call.generation, 0
        return lost

    def assert_one_history(self, reads, changes):
        """Fails where reads go back in time, or two calls were told different customers of a generation."""
        self.assertEqual({call.outcome for call in reads}, {"ok"})
        generations = [call.generation for call in reads]
        self.assertEqual(generations, sorted(generations))
        customers = {}
        for call in (*reads, *changes):
            if call.generation is not None:
                self.assertEqual(customers.setdefault(call.generation, call.uuid), call.uuid, call)


if __name__ == "__main__":
    unittest.main()
