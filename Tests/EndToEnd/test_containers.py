# SPDX-License-Identifier: Apache-2.0
"""The session in containers and sandboxes, as sessiond-container(7) has it: whom the daemon takes which process for.

podman(1) and bwrap(1) are the real ones. No image is fetched: what is in a container is the host's /usr. They have
neither control groups nor a network here.
"""

import json
import os
import pathlib
import re
import subprocess
import sys
import tarfile
import tempfile
import unittest

from conditions import (
    APP_USER, OVERFLOW_ID, SESSION_GROUP, ConditionedTestCase, Output, client_as, mounted, name_accounts, running_as,
)
from harness import ENVIRONMENT, PACKAGE, PATIENCE_SECONDS
from manual import Page

PAGE = Page("sessiond-container.7")
FOLDER = pathlib.Path("/run/sessiond")
SOCKET = FOLDER / "sessiond.sock"
README = PACKAGE / "Examples" / "container" / "README.md"
# What the example's image is made from; here it is one in which there is nothing.
BASE = "docker.io/library/python:3.11-slim"
PYTHON = "/usr/bin/python3"
# What subuid(5) gives to APP_USER, and who is user 1000 of a container of theirs.
FIRST_ID, ID_OF_1000 = 100_000, 100_999
ALL = ["identity.read", "profile.read", "token.read", "session.touch", "signIn.show", "session.write", "admin"]
APP = ALL[:-1]
REFUSED = "Permission denied"
# Runs in the container: says who it is there, waits for a line, says what it may do, and stays until its input ends.
ASK = """
import json, os, socket, sys
print(os.getuid(), flush=True)
sys.stdin.readline()
with socket.socket(socket.AF_UNIX) as made:
    try:
        made.connect(sys.argv[1])
    except OSError as error:
        print(json.dumps(error.strerror))
        sys.exit()
    def call(method, **params):
        made.sendall(json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": params}).encode() + b"\\n")
        return json.loads(made.makefile().readline())
    capabilities = call("daemon.hello", protocol=[1])["result"]["capabilities"]
    call("session.setIdentity", customEmail="label")
    print(json.dumps(capabilities), flush=True)
    sys.stdin.read()
"""
SETTINGS = """
[containers]
cgroups = "disabled"
netns = "none"
volumes = ["/usr:/usr:ro"]
default_ulimits = ["nofile=1024:1024", "nproc=1024:1024"]
[engine]
cgroup_manager = "cgroupfs"
events_logger = "file"
"""


def setUpModule():
    # Nothing of the host's is written: accounts, /run and control groups are those of this process.
    os.environ.pop("XDG_RUNTIME_DIR", None)
    name_accounts()
    folder = pathlib.Path(unittest.enterModuleContext(tempfile.TemporaryDirectory(prefix="sd-")))
    (folder / "subid").write_text(f"till-app:{FIRST_ID}:65536\n")
    (folder / "group").write_text(pathlib.Path("/etc/group").read_text() + f"till-app:x:{APP_USER}:\n")
    for name, path in (("subid", "/etc/subuid"), ("subid", "/etc/subgid"), ("group", "/etc/group")):
        (folder / name).chmod(0o644)
        unittest.enterModuleContext(mounted("--bind", folder / name, path))
    for kind, path in (("tmpfs", "/run"), ("cgroup2", "/sys/fs/cgroup")):
        unittest.enterModuleContext(mounted("-t", kind, "-o", "mode=755" if kind == "tmpfs" else "rw", kind, path))


# The first process of a namespace: whatever was started in that ends with it, and is waited for.
INIT = "import signal, sys; signal.signal(signal.SIGCHLD, signal.SIG_IGN); print(flush=True); sys.stdin.read()"


class OwnProcesses:
    """A namespace of processes: what is left behind in it, as podman does with a process that waits, ends with it."""

    def __init__(self):
        self._process = subprocess.Popen(
            ["unshare", "--pid", "--fork", "--mount-proc", "--", sys.executable, "-S", "-E", "-c", INIT], cwd="/",
            stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self._process.stdout.readline()
        pid = self._process.pid
        init = pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().strip()
        # What stands in front of a command that runs in it.
        self.command = ["nsenter", "--target", init, "--pid", "--mount", "--"]

    def close(self):
        self._process.communicate(timeout=PATIENCE_SECONDS)


class Engine:
    """A podman with images and containers of its own, which a command in front of it runs as somebody."""

    def __init__(self, folder, command, owner=0):
        self._folder, self._command = folder, [*map(str, command)]
        self._environment = {
            "PATH": "/usr/bin:/bin:/usr/sbin:/sbin", "LC_ALL": "C.UTF-8", "HOME": str(folder / "home"),
            "TMPDIR": str(folder / "home"), "XDG_RUNTIME_DIR": str(folder / "run"),
            "CONTAINERS_CONF": str(folder / "containers.conf"), "CONTAINERS_STORAGE_CONF": str(folder / "storage.conf"),
        }
        (folder / "containers.conf").write_text(f'{SETTINGS}tmp_dir = "{folder}/run/libpod"\n')
        (folder / "storage.conf").write_text(
            f'[storage]\ndriver = "vfs"\nrunroot = "{folder}/run/storage"\ngraphroot = "{folder}/home/storage"\n')
        for name in ("home", "run"):
            (folder / name).mkdir(mode=0o700)
            os.chown(folder / name, owner, owner)
        self._add_base(folder / "base.tar")

    def _add_base(self, path):
        with tarfile.open(path, "w") as archive:
            for name in ("usr", "proc", "sys", "dev", "etc", "run", "tmp"):
                entry = tarfile.TarInfo(name)
                entry.type, entry.mode = tarfile.DIRTYPE, 0o755
                archive.addfile(entry)
            for name in ("bin", "lib", "lib64", "sbin"):
                entry = tarfile.TarInfo(name)
                entry.type, entry.linkname = tarfile.SYMTYPE, f"usr/{name}"
                archive.addfile(entry)
        self.do("podman", "import", path, BASE)

    def start(self, *command):
        """Starts a command that has this podman."""
        return subprocess.Popen(
            [*self._command, *map(str, command)], env=self._environment, cwd="/", stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, bufsize=0)

    def open_storage(self):
        """Lets whoever is another user on the host than in a container get to that container's files."""
        for name in ("home", "home/storage", "home/storage/vfs", "home/storage/vfs/dir"):
            (self._folder / name).chmod(0o711)

    def do(self, *command):
        """Runs a command that has to succeed, in the folder of the sources."""
        done = subprocess.run(
            [*self._command, "env", "--chdir", PACKAGE, *map(str, command)], env=self._environment, cwd="/",
            stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=PATIENCE_SECONDS)
        if done.returncode != 0:
            raise AssertionError(f"{command}: status {done.returncode}: {done.stdout}{done.stderr}")


class ContainerTestCase(ConditionedTestCase):
    """A daemon that listens where an installed one does."""

    def start(self, sections=""):
        FOLDER.mkdir(mode=0o755, exist_ok=True)
        self.daemon = self.make_daemon(arguments=["--socket-group", "sessiond"])
        self.daemon.socket_path = SOCKET
        with open(self.daemon.config_path, "a") as file:
            file.write(sections)
        self.daemon.start()
        self.read = 0

    def own_processes(self):
        return self.close_later(OwnProcesses()).command

    def output_of(self, process):
        """What a process prints, complaints included; it ends with its input, or with its namespace."""
        def end():
            process.stdin.close()
            process.wait(PATIENCE_SECONDS)
            output.wait_for_end()

        output = Output(process.stdout)
        self.addCleanup(end)
        return output

    def asked(self, process, before=lambda: None):
        """Of a process that runs `ASK`: who it is in its container, what it may do after something has happened, and
        the user whom the daemon takes it for; `None` where it could not connect.
        """
        output = self.output_of(process)
        inside = int(output.wait_for(r"^\d+$").group())
        before()
        process.stdin.write(b"\n")
        answer = json.loads(output.wait_for(r'^[\["].*$').group())
        if isinstance(answer, str):
            # Its container has been removed before another one is made.
            process.wait(PATIENCE_SECONDS)
            return inside, answer, None
        entry = self.daemon.output.wait_for(r"session\.setIdentity .*PEER_PID=(\d+) PEER_UID=(\d+)", self.read)
        self.read = entry.end()
        # That is the host's number of it, proc_pid_status(5); it has another one in its own namespace.
        numbers = re.search(r"(?m)^NSpid:(.*)$", pathlib.Path(f"/proc/{entry[1]}/status").read_text())[1].split()
        self.assertEqual(numbers[0], entry[1])
        self.assertGreater(len(numbers), 1)
        return inside, answer, int(entry[2])


class Podman(ContainerTestCase):
    def engine(self, command=(), **options):
        folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory(prefix="sd-")))
        folder.chmod(0o755)
        try:
            engine = Engine(folder, [*self.own_processes(), *command], **options)
            engine.do("podman", "run", "--rm", BASE, "/usr/bin/true")
        except AssertionError as error:
            # Nothing of ours runs in that one: it is the kernel, or what this machine itself is contained in.
            self.skipTest(f"podman runs no container here: {error}")
        return engine

    def ask(self, engine, *options, mount=FOLDER, **happens):
        process = engine.start(
            "podman", "run", "--rm", "--interactive", f"--volume={mount}:{mount}", *options, BASE, PYTHON, "-c", ASK,
            SOCKET)
        return self.asked(process, **happens)


class ByAUser(Podman):
    def engine(self):
        return super().engine(running_as(APP_USER, groups=[SESSION_GROUP]), owner=APP_USER)

    def test_root_of_the_container_is_the_user_who_has_started_it(self):
        self.start()
        engine = self.engine()
        self.assertEqual(self.ask(engine, "--group-add=keep-groups"), (0, APP, APP_USER))
        self.assertEqual(self.ask(engine), (0, REFUSED, None))
        self.assertEqual(
            self.ask(engine, "--group-add=keep-groups", "--userns=keep-id"), (APP_USER, APP, APP_USER))

    def test_another_user_of_the_container_is_an_id_of_the_users_range(self):
        (_, rules) = PAGE.examples("PODMAN, BY A USER")
        self.assertIn(f"user:{ID_OF_1000}\n", rules)
        self.start(rules)
        engine = self.engine()
        granted = ["identity.read", "session.touch"]
        self.assertEqual(
            self.ask(engine, "--group-add=keep-groups", "--user=1000"), (1000, granted, ID_OF_1000))
        self.assertEqual(self.ask(engine, "--group-add=keep-groups", "--user=1001"), (1001, [], ID_OF_1000 + 1))

    def test_the_example_follows_the_session_over_a_restart_as_it_says(self):
        self.start()
        engine = self.engine()
        build, run = re.findall(r"(?ms)^```sh\n(.*?)^```$", README.read_text())
        manual, _ = PAGE.examples("PODMAN, BY A USER")
        self.assertEqual(" ".join(manual.replace("\\\n", "").split()), run.strip())
        engine.do("sh", "-euc", build)
        self.daemon.call("session.retrieveToken")
        shown = self.output_of(engine.start("sh", "-euc", f"exec {run}"))
        self.addCleanup(engine.do, "podman", "kill", "--all", "--signal=INT")
        shown.wait_for(rf"^anonymous {self.daemon.call('session.getUUID')['uuid']} 1$")
        # The socket is made anew, and the folder is the one that was mounted.
        self.daemon.restart()
        self.daemon.call("session.destroy")
        shown.wait_for(rf"^\w+ {self.daemon.call('session.getUUID')['uuid']} 2$")

    def test_a_socket_that_was_mounted_alone_is_the_old_one_after_a_restart(self):
        self.start()
        asked = self.ask(self.engine(), "--group-add=keep-groups", mount=SOCKET, before=self.daemon.restart)
        self.assertEqual(asked, (0, "Connection refused", None))


class ByRoot(Podman):
    def test_root_is_root_unless_a_user_is_named(self):
        self.start()
        engine = self.engine()
        self.assertEqual(self.ask(engine), (0, ALL, 0))
        self.assertEqual(self.ask(engine, f"--user={APP_USER}"), (APP_USER, REFUSED, None))

    def test_a_user_of_the_host_with_the_group_as_the_manual_says(self):
        self.start()
        engine = self.engine()
        (run,) = PAGE.examples("PODMAN, BY ROOT")
        options, image = run.split(" run --rm ")[1].rsplit(" ", 1)
        self.assertEqual(image, "till\n")
        script = f'exec podman run --rm --interactive {options} "$@"'
        process = engine.start("sh", "-euc", script, "sh", BASE, PYTHON, "-c", ASK, SOCKET)
        self.assertEqual(self.asked(process), (APP_USER, APP, APP_USER))

    def test_with_a_user_namespace_it_is_the_mapped_user_without_a_group_of_the_host(self):
        self.start()
        engine = self.engine()
        engine.open_storage()
        mapped = [f"--{kind}map=0:{FIRST_ID}:1000" for kind in ("uid", "gid")]
        self.assertEqual(self.ask(engine, *mapped), (0, REFUSED, None))
        group = [f"--gidmap=1000:{SESSION_GROUP}:1", "--group-add=1000"]
        self.assertEqual(self.ask(engine, *mapped, *group), (0, APP, FIRST_ID))


class Bubblewrap(ContainerTestCase):
    """That of the manual is carried out on a device."""

    SANDBOX = [
        "bwrap", "--unshare-all", "--ro-bind", "/usr", "/usr", "--symlink", "usr/lib", "/lib", "--symlink", "usr/lib64",
        "/lib64", "--proc", "/proc", "--dev", "/dev"]

    def ask(self, *options, groups=(SESSION_GROUP,)):
        return self.asked(subprocess.Popen(
            [*running_as(APP_USER, groups=groups), *self.SANDBOX, *map(str, options), PYTHON, "-c", ASK, SOCKET],
            cwd="/", env=ENVIRONMENT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            bufsize=0))

    def test_the_user_stays_who_they_are(self):
        self.start()
        mount = ["--ro-bind", FOLDER, FOLDER]
        self.assertEqual(self.ask(*mount), (APP_USER, APP, APP_USER))
        self.assertEqual(self.ask(*mount, "--uid", 0, "--gid", 0), (0, APP, APP_USER))
        self.assertEqual(self.ask(*mount, groups=()), (APP_USER, REFUSED, None))
        self.assertEqual(self.ask(), (APP_USER, "No such file or directory", None))


class TheDaemon(ConditionedTestCase):
    def test_in_a_user_namespace_it_knows_nobody_from_outside(self):
        daemon = self.make_daemon()
        daemon.wrapper = ["unshare", "--user", "--map-root-user", "--"]
        daemon.start()
        daemon.folder.chmod(0o711)
        daemon.socket_path.chmod(0o666)
        client = self.close_later(client_as(daemon.socket_path, APP_USER, APP_USER, [SESSION_GROUP]))
        self.assertEqual(client.call("daemon.hello", protocol=[1])["capabilities"], [])
        error = self.assert_refused("permissionDenied", client.call, "session.getUUID")
        self.assertIn(f"user {OVERFLOW_ID}", error.message)


if __name__ == "__main__":
    unittest.main()
