# SPDX-License-Identifier: Apache-2.0
"""The box itself: whoever enters it, it reboots and ends as a machine does.

REBOOTS says how often in a row it does so under callers who enter it all the time, on busy processors.
"""

import contextlib
import os
import pathlib
import signal
import statistics
import subprocess
import sys
import threading
import time
import unittest

from box import NOT_RUNNING, TOOL, Box, wait_until
from conditions import Output
from devices import Devices, Lost
from harness import PATIENCE_SECONDS

REBOOTS = int(os.environ.get("REBOOTS", "3"))
# How a short command may end in a box that goes down: with it, before it, or by the signals that a shutdown sends.
ENDS = {0, NOT_RUNNING, 128 + signal.SIGTERM, 128 + signal.SIGKILL}


class Entering:
    """Callers that enter a box all the time: one for short commands, one for a command that lasts as long as the box."""

    def __init__(self, box):
        self.box, self.ends, self._over = box, [], threading.Event()
        self._threads = [threading.Thread(target=self._enter, args=command) for command in (["true"], ["sleep", "infinity"])]
        self._lasting = None

    def __enter__(self):
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self._over.set()
        for thread in self._threads:
            while thread.is_alive():
                self.box.run("pkill", "--exact", "sleep")
                thread.join(1)

    def _enter(self, *command):
        while not self._over.is_set():
            self.ends.append(self.box.run(*command, timeout=None).returncode)


@contextlib.contextmanager
def busy_processors():
    """As many processes as there are processors compute for as long as the `with` block lasts."""
    running = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(os.cpu_count())]
    try:
        yield
    finally:
        for process in running:
            process.kill()
            process.wait()


def started(box, *command):
    """A command in the box that has begun, and its output."""
    process = box.start("sh", "-euc", 'echo begun; exec "$@"', "sh", *command)
    output = Output(process.stdout)
    output.wait_for("^begun$")
    return process, output


def setUpModule():
    BoxTestCase.box = unittest.enterModuleContext(Box.booted())


class BoxTestCase(unittest.TestCase):
    box = None


class Reboots(BoxTestCase):
    def test_it_comes_up_again_however_busy_the_machine_is_and_whoever_enters_it(self):
        seconds = []
        with busy_processors(), Entering(self.box) as entering:
            for _ in range(REBOOTS):
                began = time.monotonic()
                self.box.reboot()
                seconds.append(time.monotonic() - began)
        self.assertLessEqual(set(entering.ends), ENDS)
        print(f"{REBOOTS} reboots, 0 boxes lost: {statistics.median(seconds):.1f} s in the median, {max(seconds):.1f} s at "
              f"most; entered {len(entering.ends)} times, {sum(map(bool, entering.ends))} of them cut off")

    def test_whoever_has_entered_it_and_is_stopped_holds_up_nothing(self):
        process, _ = started(self.box, "sleep", "infinity")
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        process.send_signal(signal.SIGSTOP)
        self.box.reboot()
        process.send_signal(signal.SIGCONT)
        self.assertEqual(process.wait(PATIENCE_SECONDS), NOT_RUNNING)
        self.assertRegex(process.stderr.read(), b"is not running")

    def test_a_command_that_is_stopped_holds_up_nothing(self):
        process, _ = started(self.box, "sleep", "infinity")
        self.box.do("pkill", "--exact", "--signal=STOP", "sleep")
        self.box.reboot()
        self.assertIn(process.wait(PATIENCE_SECONDS), ENDS - {0})

    def test_what_is_left_in_its_control_groups_is_ended_and_named(self):
        stray = subprocess.Popen(["sleep", "infinity"])
        self.addCleanup(stray.kill)
        supervisor = subprocess.run(
            [TOOL.with_name("enter-box"), "supervisor", self.box.folder], capture_output=True, check=True, text=True)
        for group in (self.box.folder / "state" / "cgroups").read_text().split():
            scope = pathlib.Path(f"/proc/{supervisor.stdout.strip()}/root{group}") / "init.scope"
            if scope.is_dir():
                (scope / "cgroup.procs").write_text(str(stray.pid))
        self.box.reboot()
        self.assertEqual(stray.wait(PATIENCE_SECONDS), -signal.SIGKILL)
        self.assertRegex(
            (self.box.folder / "state" / "console.log").read_text(),
            rf"ending what is left in the box's cgroup \S+: PID {stray.pid} \(sleep\)\n")


class Entries(BoxTestCase):
    def test_the_status_is_that_of_the_command(self):
        for script, status in (("exit 0", 0), ("exit 7", 7), ("kill -KILL $$", 128 + signal.SIGKILL)):
            self.assertEqual(self.box.run("sh", "-c", script).returncode, status, script)
        self.assertEqual(self.box.run("no-such-command").returncode, 127)
        self.assertEqual(self.box.run("/etc/passwd").returncode, 126)

    def test_signals_are_for_the_command_which_may_take_its_time(self):
        script = 'trap "echo got it; exit 9" HUP INT TERM; echo trapped; while :; do sleep 0.1; done'
        for number in (signal.SIGHUP, signal.SIGINT, signal.SIGTERM):
            process, output = started(self.box, "sh", "-c", script)
            output.wait_for("^trapped$")
            process.send_signal(number)
            self.assertEqual(process.wait(PATIENCE_SECONDS), 9)
            output.wait_for("^got it$")

    def test_a_command_that_was_stopped_and_goes_on_is_waited_for(self):
        process, _ = started(self.box, "sh", "-c", "kill -STOP $$; exit 5")
        wait_until(lambda: "T" in self.box.run("ps", "-o", "stat=", "-C", "sh").stdout, "the command's stop")
        self.box.do("pkill", "--exact", "--signal=CONT", "sh")
        self.assertEqual(process.wait(PATIENCE_SECONDS), 5)

    def test_it_ends_with_whoever_has_started_it(self):
        process, output = started(self.box, "sleep", "infinity")
        process.kill()
        process.wait()
        output.wait_for_end()

    def test_what_a_command_closes_is_closed(self):
        process, output = started(self.box, "sh", "-c", "exec >&-; sleep infinity")
        output.wait_for_end()
        self.assertIsNone(process.poll())
        process.terminate()
        process.wait(PATIENCE_SECONDS)

    def test_commands_are_in_the_control_groups_of_the_first_process_and_have_no_more_rights(self):
        for name in ("cgroup", "status"):
            first, own = (self.box.read(f"/proc/{process}/{name}") for process in (1, "self"))
            if name == "status":
                first, own = ([line for line in text.splitlines() if line.startswith("Cap")] for text in (first, own))
            self.assertEqual(own, first)

    def test_a_box_that_is_not_running_is_said_to_be_so(self):
        entered = Box(self.box.folder / "nowhere").run("true")
        self.assertEqual((entered.returncode, entered.stdout), (NOT_RUNNING, ""))
        self.assertIn("is not running", entered.stderr)


class Several(BoxTestCase):
    def test_a_second_box_goes_and_the_first_one_does_not_notice(self):
        before = self.box.boot_id()
        with Box.booted() as other:
            self.assertNotIn(other.boot_id(), ("", before))
        self.assertEqual(self.box.boot_id(), before)

    def test_a_module_that_loses_its_box_fails_and_the_next_one_gets_another(self):
        with Devices(install=lambda box: None) as devices:
            with self.assertRaises(Lost), devices.device() as lost:
                pid = subprocess.run(
                    [TOOL.with_name("enter-box"), "supervisor", lost["SESSIOND_BOX"]], capture_output=True, check=True)
                os.kill(int(pid.stdout), signal.SIGKILL)
            with devices.device() as first:
                self.assertNotEqual(first, lost)
                self.assertTrue(Box(first["SESSIOND_BOX"]).is_up())
            with devices.device() as second:
                self.assertEqual(second, first)


if __name__ == "__main__":
    unittest.main()
