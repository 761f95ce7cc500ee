# SPDX-License-Identifier: Apache-2.0
"""The sandbox of the units: how tight it is, and that each line of it bites.

Copies of the service run sandbox_probe.py in place of the daemon: one as it is, and for each line one without that line, in
which the same attempt has to succeed. Where another line stands in for the one under test, both copies are without it.
"""

import json
import pathlib
import re
import signal
import struct
import tempfile
import unittest

from box import UNIT_PROCESS_EXIT
from machine import SERVICE, STATE, SystemTestCase

PROBE = pathlib.Path(__file__).with_name("sandbox_probe.py")
FOLDER = "/opt/probe"
MAXIMUM_EXPOSURE = 1.4
UNITS = "/run/systemd/system"
# Each of these makes the kernel refuse new privileges by itself (systemd.exec(5), NoNewPrivileges=).
IMPLY_NO_NEW_PRIVILEGES = [
    "SystemCallFilter=", "SystemCallArchitectures=", "RestrictAddressFamilies=", "RestrictNamespaces=no",
    "RestrictRealtime=no", "RestrictSUIDSGID=no", "LockPersonality=no", "MemoryDenyWriteExecute=no", "ProtectClock=no",
    "ProtectHostname=no", "PrivateDevices=no", "ProtectKernelLogs=no", "ProtectKernelModules=no",
    "ProtectKernelTunables=no",
]
# What makes a copy out of the unit: it runs the probe once.
PROBING = [
    "Type=oneshot", "Restart=no", "WatchdogSec=0", "ExecReload=", "ExecStart=",
    f"ExecStart=/usr/bin/python3 {FOLDER}/{PROBE.name} {FOLDER}",
]
PREPARE = """
mkdir -p "$1" /usr/lib/modules
chmod 1777 "$1"
echo a secret | tee /home/probe >/tmp/probe
mknod --mode=0666 /dev/probe c 1 3
ipcmk --shmem 4096 --mode=0666 >/dev/null
"""
CLEAN_UP = """
rm -rf "$1" /var/lib/probe-* /home/probe /tmp/probe /dev/probe /run/systemd/system/probe-*
rmdir --ignore-fail-on-non-empty /usr/lib/modules
ipcrm --all=shm
systemctl daemon-reload
"""


class Line:
    """What a line of the unit forbids, and how that shows."""

    def __init__(self, name, relaxed, found, tight, loose, apart_from=()):
        """`found` gives the outcome of an attempt: `tight` with the line, `loose` where it is `relaxed`."""
        self.name, self.relaxed, self.tight, self.loose = name, relaxed, tight, loose
        self.found = found if callable(found) else lambda results: results[found]
        self.apart_from = list(apart_from)


def held(*sets):
    """Whether any capability is in these sets of the process."""
    return lambda results: [int(results["status"][name], 16) != 0 for name in sets]


LINES = [
    Line("User", ["User=nobody"], lambda results: results["user"][0] == 65_534, False, True),
    Line("Group", ["Group=sessiond"], lambda results: results["user"][1], "sessiond-daemon", "sessiond"),
    Line("UMask", ["UMask=0022"], "umask", 0o077, 0o022),
    Line("LimitCORE", ["LimitCORE=infinity"], "core", [0, 0], [-1, -1]),
    Line("LimitNOFILE", ["LimitNOFILE=512"], "files", [4096, 4096], [512, 512]),
    Line("ProtectSystem", ["ProtectSystem=no"], "write", "EROFS", "written"),
    Line("StateDirectory", ["ReadOnlyPaths=/var/lib/%N"], "state", "written", "EROFS"),
    Line("NoExecPaths", ["NoExecPaths="], "execute", "EACCES", "executed"),
    Line("ProtectHome", ["ProtectHome=no"], "home", "EACCES", "a secret\n"),
    Line("PrivateTmp", ["PrivateTmp=no"], "tmp", "ENOENT", "a secret\n"),
    Line("PrivateDevices", ["PrivateDevices=no"], "device", "ENOENT", "there"),
    Line("PrivateIPC", ["PrivateIPC=no"], "shared memory", 0, 1),
    Line("ProtectClock", ["ProtectClock=no"], "clock", "EPERM", "EFAULT", ["SystemCallFilter="]),
    Line("ProtectControlGroups", ["ProtectControlGroups=no"], "control groups read only", True, False,
         ["ProtectKernelTunables=no"]),
    Line("ProtectKernelLogs", ["ProtectKernelLogs=no"], "kernel log mode", 0, 0o400),
    Line("ProtectKernelModules", ["ProtectKernelModules=no"], "modules", "EACCES", []),
    Line("ProtectKernelTunables", ["ProtectKernelTunables=no"], "tunables read only", True, False),
    Line("ProtectProc", ["ProtectProc=default"], "manager seen", False, True),
    Line("NoNewPrivileges", ["NoNewPrivileges=no"], lambda results: results["status"]["NoNewPrivs"], "1", "0",
         IMPLY_NO_NEW_PRIVILEGES),
    Line("CapabilityBoundingSet", ["CapabilityBoundingSet=CAP_CHOWN"], held("CapBnd"), [False], [True]),
    Line("AmbientCapabilities", ["AmbientCapabilities=CAP_CHOWN"], held("CapPrm", "CapEff", "CapInh", "CapAmb"),
         [False] * 4, [True] * 4, ["CapabilityBoundingSet=CAP_CHOWN"]),
    Line("RestrictNamespaces", ["RestrictNamespaces=no"], "namespace", "EPERM", "made"),
    Line("RestrictRealtime", ["RestrictRealtime=no"], "realtime", "EPERM", "EINVAL", ["SystemCallFilter="]),
    Line("RestrictSUIDSGID", ["RestrictSUIDSGID=no"], "set-user-id", "EPERM", "set"),
    Line("RestrictAddressFamilies", ["RestrictAddressFamilies="],
         lambda results: results["families"]["AF_PACKET"], "EAFNOSUPPORT", "EPERM"),
    Line("LockPersonality", ["LockPersonality=no"], "personality", "EPERM", 0),
    # By a filter, or by the kernel itself where systemd and kernel are new enough.
    Line("MemoryDenyWriteExecute", ["MemoryDenyWriteExecute=no"],
         lambda results: results["writable and executable"] in ("EPERM", "EACCES"), True, False),
    Line("SystemCallArchitectures", ["SystemCallArchitectures="], "foreign architecture", "SIGSYS", "executed",
         ["NoExecPaths="]),
    # What no set of the filter has, and what is taken out of one.
    Line("SystemCallFilter", ["SystemCallFilter="], "other call", "EPERM", "ESRCH"),
    Line("SystemCallFilter", ["SystemCallFilter=@privileged"], "privileged call", "EPERM", "EFAULT"),
    Line("SystemCallFilter", ["SystemCallFilter=@resources"], "resource call", "EPERM", "EINVAL"),
    # By default the process would be killed for it.
    Line("SystemCallErrorNumber", ["SystemCallErrorNumber=EBADF"], "other call", "EPERM", "EBADF"),
]
# Settings of the unit that have a test of their own below.
ELSEWHERE = {"PrivateMounts", "ProtectHostname", "KeyringMode", "RemoveIPC"}


def foreign_program():
    """A program for the 32-bit x86 that ends with status 0, elf(5)."""
    code = bytes.fromhex("b8010000 0031db cd80")
    start = 0x08048000
    size = 52 + 32 + len(code)
    header = struct.pack(
        "<16s2H5I6H", b"\x7fELF\x01\x01\x01", 2, 3, 1, start + 84, 52, 0, 0, 52, 32, 1, 0, 0, 0)
    return header + struct.pack("<8I", 1, 0, start, start, size, size, 5, 4096) + code


class Sandbox(SystemTestCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        box = cls.box
        box.shell(PREPARE, FOLDER)
        cls.addClassCleanup(box.shell, CLEAN_UP, FOLDER)
        box.copy(PROBE, f"{FOLDER}/{PROBE.name}")
        box.shell('cat >"$1"; chmod 0755 "$1"', f"{FOLDER}/i386", input=foreign_program())
        copies = {"whole": [], "again": [], "inherits": ["KeyringMode=inherit"], "inherits-too": ["KeyringMode=inherit"]}
        for number, line in enumerate(LINES):
            copies[f"tight-{number}"] = line.apart_from
            copies[f"loose-{number}"] = line.apart_from + line.relaxed
        cls.results = run_copies(box, copies)
        cls.whole = cls.results["whole"]

    def test_every_line_bites(self):
        for number, line in enumerate(LINES):
            with self.subTest(line.name, relaxed=line.relaxed):
                tight, loose = (line.found(self.results[f"{kind}-{number}"]) for kind in ("tight", "loose"))
                self.assertEqual((tight, loose), (line.tight, line.loose))

    def test_no_line_is_left_out(self):
        restricting = re.findall(
            r"^((?:Protect|Private|Restrict|NoExec|NoNew|Lock|Memory|Capab|Amb|System|Limit|Keyring|Remove|U[sM]|Gr)\w+)=",
            self.box.read(f"/lib/systemd/system/{SERVICE}"), re.MULTILINE)
        self.assertGreater(len(restricting), 20)
        self.assertEqual(set(restricting) - {line.name for line in LINES} - ELSEWHERE, set())

    def test_what_the_daemon_needs_is_left_to_it(self):
        for family in ("AF_UNIX", "AF_INET", "AF_INET6", "AF_NETLINK"):
            self.assertEqual(self.whole["families"][family], "made")
        self.assertEqual(self.whole["families"]["AF_VSOCK"], "EAFNOSUPPORT")
        self.assertEqual(self.whole["state"], "written")

    def test_mounts_and_the_host_name_are_its_own(self):
        of_manager = {
            name: self.box.do("readlink", f"/proc/1/ns/{name}").strip() for name in self.whole["namespaces"]}
        shared = {name for name, number in self.whole["namespaces"].items() if number == of_manager[name]}
        # With users of its own, the kernel would name nobody who calls.
        self.assertEqual(shared, {"net", "user"})

    def test_keys_of_the_kernel_are_its_own(self):
        keyrings = {name: results["session keyring"] for name, results in self.results.items()}
        self.assertNotEqual(keyrings["whole"], keyrings["again"])
        self.assertEqual(keyrings["inherits"], keyrings["inherits-too"])

    def test_the_daemon_itself_is_in_it(self):
        self.call("session.getUUID")
        pid = self.box.main_pid(SERVICE)
        lines = dict(line.split(":\t", 1) for line in self.box.read(f"/proc/{pid}/status").splitlines())
        self.assertEqual((lines["Seccomp"], lines["NoNewPrivs"]), ("2", "1"))
        for name in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"):
            self.assertEqual(int(lines[name], 16), 0, name)
        self.assertNotIn("0", lines["Uid"].split())
        self.assertRegex(self.box.read(f"/proc/{pid}/limits"), r"Max core file size +0 +0 ")
        # Root's are the files in /proc of a process that is not dumpable, proc(5).
        self.assertEqual(self.box.do("stat", "--format=%U", f"/proc/{pid}/environ").strip(), "root")
        self.assertEqual(self.box.run("cat", f"/proc/{pid}/environ", user="sessiond").returncode, 1)

    def test_no_core_is_dumped_when_it_crashes(self):
        self.call("session.getUUID")
        self.box.systemctl("kill", "--signal=SEGV", SERVICE)
        ended = self.box.wait_for_entry(self.since, MESSAGE_ID=UNIT_PROCESS_EXIT, UNIT=SERVICE)
        self.assertEqual((ended["EXIT_CODE"], ended["EXIT_STATUS"]), ("killed", str(int(signal.SIGSEGV))))

    def test_none_is_dumped_even_where_the_unit_lets_it(self):
        allowing = ["LimitCORE=infinity", f"WorkingDirectory={STATE}"]
        self.drop_in(SERVICE, "\n".join(["[Service]", *allowing, ""]))
        self.signed_in()
        before = self.box.do("ls", STATE)
        pid = self.box.main_pid(SERVICE)
        self.assertRegex(self.box.read(f"/proc/{pid}/limits"), r"Max core file size +unlimited ")
        # Nor does Swift's runtime print what it finds.
        self.assertIn("SWIFT_BACKTRACE=enable=no", self.box.read(f"/proc/{pid}/environ").split("\0"))
        self.box.systemctl("kill", "--signal=SEGV", SERVICE)
        ended = self.box.wait_for_entry(self.since, MESSAGE_ID=UNIT_PROCESS_EXIT, UNIT=SERVICE)
        self.assertEqual(ended["EXIT_CODE"], "killed")
        self.assertEqual(self.box.do("ls", STATE), before)
        # Another process of the same user that may leaves one there; $$ is one $ for systemd.
        other = "crashing.service"
        self.box.run(
            "systemd-run", "--quiet", "--wait", f"--unit={other}", "--uid=sessiond",
            *(f"--property={line}" for line in allowing), "sh", "-c", "kill -SEGV $$$$")
        ended = self.box.wait_for_entry(self.since, MESSAGE_ID=UNIT_PROCESS_EXIT, UNIT=other)
        self.assertEqual(ended["EXIT_CODE"], "dumped", "this machine lets nobody leave a core")


class Exposure(SystemTestCase):
    def test_systemd_finds_nothing_to_say_about_the_units(self):
        units = self.box.shell("cd /lib/systemd/system; ls -d sessiond*").split()
        self.assertIn(SERVICE, units)
        run = self.box.run("systemd-analyze", "verify", "--man=no", *(unit for unit in units if "." in unit[-8:]))
        self.assertEqual((run.returncode, run.stdout, run.stderr), (0, "", ""))

    def test_the_exposure_is_low(self):
        listed = json.loads(self.box.do("systemd-analyze", "security", "--json=short"))
        exposures = {entry["unit"]: float(entry["exposure"]) for entry in listed if entry["unit"].startswith("sessiond")}
        print("exposure:", ", ".join(f"{unit} {value}" for unit, value in exposures.items()))
        self.assertIn(SERVICE, exposures)
        self.assertLessEqual(exposures[SERVICE], MAXIMUM_EXPOSURE)


def run_copies(box, copies):
    """Runs copies of the service, each with lines added to it; the results of its probe, by the copy's name."""
    original = box.systemctl("cat", SERVICE)
    # Neither the daemon nor a library.
    python = box.do("readlink", "--canonicalize", "/usr/bin/python3").strip()
    probing = [*PROBING, f"ExecPaths=/usr/bin/python3 {python}"]
    with tempfile.TemporaryDirectory() as folder:
        for name, lines in copies.items():
            own = ["StateDirectory=", "StateDirectory=%N", f"StandardOutput=file:{FOLDER}/{name}.json"]
            text = "\n".join([original, "[Service]", *probing, *own, *lines, ""])
            pathlib.Path(folder, f"probe-{name}.service").write_text(text)
        box.copy(f"{folder}/.", f"{UNITS}/")
    box.systemctl("daemon-reload")
    box.systemctl("start", *(f"probe-{name}.service" for name in copies))
    printed = box.shell('cd "$1"; shift; cat "$@"', FOLDER, *(f"{name}.json" for name in copies))
    return dict(zip(copies, map(json.loads, printed.splitlines()), strict=True))


if __name__ == "__main__":
    unittest.main()
