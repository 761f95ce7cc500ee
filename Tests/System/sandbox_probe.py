# SPDX-License-Identifier: Apache-2.0
"""Runs in the box, in a copy of the service's sandbox, and tries what should not work there.

    sandbox_probe.py FOLDER

Prints one line of JSON: what came of each attempt, an errno's name where the kernel refused it. System calls get arguments
that are wrong in themselves: "EPERM" is then the filter's word, since the kernel would answer something else.
"""

import ctypes
import errno
import grp
import json
import os
import platform
import resource
import signal
import socket
import sys

LIBC = ctypes.CDLL(None, use_errno=True)
NUMBERS = {
    "x86_64": {"chroot": 161, "ptrace": 101, "setpriority": 141, "personality": 135, "sched_setscheduler": 144,
               "clock_settime": 227, "keyctl": 250},
    "aarch64": {"chroot": 51, "ptrace": 117, "setpriority": 140, "personality": 92, "sched_setscheduler": 119,
                "clock_settime": 112, "keyctl": 219},
}[platform.machine()]
FOLDER = sys.argv[1]
STATE = os.environ["STATE_DIRECTORY"]


def attempt(function, *arguments):
    """What a function returns, or the name of its error."""
    try:
        return function(*arguments)
    except OSError as error:
        return errno.errorcode[error.errno]


def call(name, *arguments):
    """What a system call returns, or the name of its error."""
    result = LIBC.syscall(NUMBERS[name], *arguments)
    return errno.errorcode[ctypes.get_errno()] if result == -1 else result


def write(path):
    with open(path, "w"):
        return "written"


def exists(path):
    os.stat(path)
    return "there"


def read(path):
    with open(path) as file:
        return file.read()


def status():
    """/proc/self/status, by name."""
    return dict(line.split(":\t", 1) for line in read("/proc/self/status").splitlines())


def is_read_only(path):
    return bool(os.statvfs(path).f_flag & os.ST_RDONLY)


def family(number):
    socket.socket(number, socket.SOCK_RAW if number == socket.AF_NETLINK else socket.SOCK_DGRAM).close()
    return "made"


def unshare_users():
    return errno.errorcode[ctypes.get_errno()] if LIBC.unshare(0x10000000) else "made"


def writable_and_executable():
    LIBC.mmap.restype = ctypes.c_void_p
    pages = LIBC.mmap(None, ctypes.c_size_t(4096), 7, 0x22, -1, ctypes.c_long(0))
    return errno.errorcode[ctypes.get_errno()] if pages == ctypes.c_void_p(-1).value else "mapped"


def set_user_id():
    path = f"{STATE}/probe-{os.getpid()}"
    write(path)
    try:
        os.chmod(path, 0o4755)
        return "set"
    finally:
        os.unlink(path)


def execute(path):
    """How a program ends that is executed."""
    child = os.fork()
    if child == 0:
        try:
            os.execv(path, [path])
        except OSError as error:
            os._exit(error.errno)
    _, ended = os.waitpid(child, 0)
    if os.WIFSIGNALED(ended):
        return signal.Signals(os.WTERMSIG(ended)).name
    code = os.WEXITSTATUS(ended)
    return errno.errorcode.get(code, code) if code else "executed"


RESULTS = {
    "user": [os.getuid(), grp.getgrgid(os.getgid()).gr_name],
    "status": {name: status()[name].strip() for name in (
        "NoNewPrivs", "Seccomp", "CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb")},
    "core": resource.getrlimit(resource.RLIMIT_CORE),
    "files": resource.getrlimit(resource.RLIMIT_NOFILE),
    "umask": os.umask(0o077),
    "namespaces": {name: os.readlink(f"/proc/self/ns/{name}") for name in ("mnt", "uts", "ipc", "net", "user")},
    "state": attempt(write, f"{STATE}/probe"),
    "write": attempt(write, f"{FOLDER}/probe"),
    "home": attempt(read, "/home/probe"),
    "tmp": attempt(read, "/tmp/probe"),
    "device": attempt(exists, "/dev/probe"),
    "shared memory": len(attempt(read, "/proc/sysvipc/shm").splitlines()) - 1,
    "control groups read only": is_read_only("/sys/fs/cgroup/systemd" if os.path.exists("/sys/fs/cgroup/systemd")
                                             else "/sys/fs/cgroup"),
    "tunables read only": is_read_only("/proc/sys/net"),
    "kernel log mode": os.stat("/proc/kmsg").st_mode & 0o777,
    "modules": attempt(os.listdir, "/usr/lib/modules"),
    "manager seen": "1" in os.listdir("/proc"),
    "namespace": attempt(unshare_users),
    "clock": call("clock_settime", 0, None),
    "realtime": call("sched_setscheduler", 0, 1, None),
    "personality": call("personality", 8),
    "writable and executable": writable_and_executable(),
    "set-user-id": attempt(set_user_id),
    "families": {name: attempt(family, getattr(socket, name)) for name in (
        "AF_UNIX", "AF_INET", "AF_INET6", "AF_NETLINK", "AF_PACKET", "AF_VSOCK")},
    "privileged call": call("chroot", None),
    "resource call": call("setpriority", 99, 0, 0),
    "other call": call("ptrace", 9999, 0, None, None),
    "execute": execute("/bin/true"),
    "foreign architecture": execute(f"{FOLDER}/i386") if platform.machine() == "x86_64" else None,
    "session keyring": call("keyctl", 0, -3, 0),
}
print(json.dumps(RESULTS))
