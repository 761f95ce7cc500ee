# SPDX-License-Identifier: Apache-2.0
"""The programs where the system gives little: no /proc, as in a chroot where an image is built, and few descriptors."""

import contextlib
import resource
import subprocess
import unittest

from conditions import ConditionedTestCase
from harness import BINARIES, ENVIRONMENT, PATIENCE_SECONDS, Client

# Less than which the daemon refuses, and a few more.
LEAST_DESCRIPTORS = 64
# What the dynamic loader ends with where it cannot open a library.
NO_LIBRARY = 127


def few_descriptors(count):
    return lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (count, count))


def run(*command, descriptors=None, wrapper=()):
    return subprocess.run(
        [*wrapper, *map(str, command)], capture_output=True, text=True, stdin=subprocess.DEVNULL, cwd="/",
        timeout=PATIENCE_SECONDS, env=ENVIRONMENT, preexec_fn=few_descriptors(descriptors) if descriptors else None)


class WithoutProc(ConditionedTestCase):
    """Whatever they are asked, they do not take it for nothing."""

    wrapper = ["unshare", "--mount", "--propagation", "private", "sh", "-c", 'umount --lazy /proc && exec "$0" "$@"']

    def run_without(self, program, *arguments):
        return run(BINARIES / program, *arguments, wrapper=self.wrapper)

    def test_each_program_heeds_its_arguments(self):
        for program in ("sessiond", "sessionctl"):
            done = self.run_without(program, "--version")
            self.assertRegex(done.stdout, rf"^{program} \d")
            self.assertEqual((done.returncode, done.stderr), (0, ""))
            self.assertEqual(self.run_without(program, "--nonsense").returncode, 64)

    def test_a_wrong_configuration_is_found(self):
        daemon = self.make_daemon({"Session": {"IdleTimeoutSec": "bogus"}})
        for command in (("sessiond", "--check-config"), ("sessionctl", "config", "check")):
            done = self.run_without(*command, "--config", daemon.config_path)
            self.assertEqual((done.returncode, done.stdout), (78, ""), command)
            self.assertIn("IdleTimeoutSec=", done.stderr)

    def test_another_key_is_for_the_folder_that_is_named(self):
        done = self.run_without("sessiond", "rekey", "--state-directory", "/nowhere/at/all")
        self.assertEqual((done.returncode, done.stdout), (66, ""))
        self.assertIn("/nowhere/at/all", done.stderr)

    def test_the_daemon_says_what_it_lacks(self):
        daemon = self.make_daemon()
        done = self.run_without(
            "sessiond", "--socket", daemon.socket_path, "--state-directory", daemon.state_path, "--config",
            daemon.config_path)
        self.assertEqual((done.returncode, done.stdout), (71, ""))
        self.assertEqual(
            done.stderr, "error: there is no /proc, which the daemon cannot run without: mount -t proc proc /proc\n")
        self.assertFalse(daemon.socket_path.exists())

    def test_the_command_line_asks_the_daemon_and_executes_what_it_is_given(self):
        daemon = self.make_daemon().start()
        at = ("--socket", daemon.socket_path)
        done = self.run_without("sessionctl", *at, "uuid")
        self.assertEqual(done.stdout, daemon.call("session.getUUID")["uuid"] + "\n")
        done = self.run_without("sessionctl", *at, "exec", "--", "printf", "%s,", "one", "two words")
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, "one,two words,", ""))


class FewDescriptors(ConditionedTestCase):
    """Any number is enough, or it is said that it is not."""

    def test_the_daemon_starts_or_says_how_many_it_needs(self):
        daemon = self.make_daemon()
        for count in [*range(3, 31), LEAST_DESCRIPTORS - 1]:
            with self.subTest(count):
                done = run(
                    BINARIES / "sessiond", "--socket", daemon.socket_path, "--state-directory", daemon.state_path,
                    "--config", daemon.config_path, descriptors=count)
                if done.returncode == NO_LIBRARY:
                    self.assertIn("error while loading shared libraries", done.stderr)
                    continue
                self.assertEqual((done.returncode, done.stdout), (71, ""))
                self.assertEqual(
                    done.stderr,
                    f"error: at most {count} files may be open at once, and at least {LEAST_DESCRIPTORS} are needed: "
                    "raise the limit with ulimit -Hn, or LimitNOFILE= of the service\n")

    def test_what_starts_no_daemon_needs_fewer(self):
        daemon = self.make_daemon()
        for count in range(3, 31):
            with self.subTest(count):
                for command in (("sessiond", "--check-config"), ("sessionctl", "config", "check")):
                    done = run(
                        BINARIES / command[0], *command[1:], "--config", daemon.config_path, descriptors=count)
                    self.assertIn(done.returncode, (0, 78, NO_LIBRARY))
                    self.assertTrue(done.stdout if done.returncode == 0 else done.stderr)

    def test_the_command_line_answers_or_says_why_not(self):
        daemon = self.make_daemon().start()
        verbs = [("status",), ("token",), ("wait", "--for=ready"), ("exec", "--", "true")]
        for count in range(3, 31):
            # What asks the most takes a while.
            for verb in [*verbs, ("doctor", "--timeout", "1")] if count % 9 == 4 else verbs:
                with self.subTest(count=count, verb=verb):
                    done = run(BINARIES / "sessionctl", "--socket", daemon.socket_path, *verb, descriptors=count)
                    self.assertGreaterEqual(done.returncode, 0, done.stderr)
                    if done.returncode != 0:
                        self.assertTrue(done.stderr or verb[0] == "doctor")

    def test_connections_leave_the_daemon_what_it_needs_itself(self):
        daemon = self.make_daemon()
        daemon.wrapper = ["prlimit", f"--nofile={LEAST_DESCRIPTORS}:{LEAST_DESCRIPTORS}", "--"]
        daemon.start()
        with contextlib.ExitStack() as crowd:
            clients = []
            for _ in range(2 * LEAST_DESCRIPTORS):
                clients.append(crowd.enter_context(Client(daemon.socket_path)))
            refused = 0
            for client in clients:
                # Who is refused is told so without asking, and not listened to.
                with contextlib.suppress(BrokenPipeError):
                    client.send(client.request("session.setIdentity", {"customIdentifier": "label"}))
                response = client.read_response()
                if "error" in response:
                    self.assertEqual(response["error"]["data"]["name"], "limitExceeded")
                    refused += 1
            self.assertGreater(refused, LEAST_DESCRIPTORS)
            # Who is in has everything done, for which files are opened.
            clients[0].call("daemon.reload")
            clients[0].call("session.destroy")
            self.assertTrue(clients[0].call("session.retrieveToken")["token"])
        self.assertEqual(daemon.stop(), 0)


if __name__ == "__main__":
    unittest.main()
