# SPDX-License-Identifier: Apache-2.0
"""Devices whose system is an image, made and booted as sessiond-image(7) says."""

import contextlib
import pathlib
import shutil
import subprocess
import threading

from box import Box, kept_tree
from harness import Client, ConnectionEnded, RPCError
from manual import Page

PAGE = Page("sessiond-image.7")
# What stands for the device with the partition, which is bound into the box, and for apt, which has no network here.
PARTITION, APT = "PARTLABEL=var", "apt install ./sessiond_*.deb"
# What is thrown away need not be on the disk.
INSTALL = "dpkg --force-unsafe-io --install"


def in_tree(root, script):
    """Runs a script of sh(1), which has to succeed, with a tree as its root."""
    done = subprocess.run(
        ["chroot", root, "sh", "-euc", script], cwd="/", stdin=subprocess.DEVNULL, capture_output=True, text=True)
    if done.returncode != 0:
        raise AssertionError(f"{script}: status {done.returncode}: {done.stdout}{done.stderr}")
    return done.stdout


def copied(source, folder):
    """A copy of a tree of systemd-box, in a folder."""
    subprocess.run(["cp", "--archive", source, folder], check=True)
    return folder


def made(folder, package, numbers="96"):
    """An image with a package, as the manual says, in a folder; the numbers of its accounts begin as given."""
    fstab, _, build = PAGE.examples("PARTITIONS")
    root = copied(kept_tree(), folder) / "root"
    shutil.copy(package, root / pathlib.Path(package).name)
    assert APT in build, build
    build = build.replace(APT, f"{INSTALL} /{pathlib.Path(package).name}").replace(" 96", f" {numbers}")
    in_tree(root, build)
    (root / "etc" / "fstab").write_text("".join(line for line in fstab.splitlines(True) if PARTITION not in line))
    # Each device has its own, and finds it in its place.
    (root / "etc" / "machine-id").write_text("uninitialized\n")
    return folder


class Device:
    """A device with a partition for /var; which image is on it, a boot says."""

    def __init__(self, folder, image):
        self.folder = folder
        # What a file system has that was made from the image's /var.
        subprocess.run(["cp", "--archive", image / "root" / "var", folder / "var"], check=True)
        (folder / "etc").mkdir()

    @contextlib.contextmanager
    def booted(self, image, keeps_machine_id=True):
        """Boots an image, with a network that is the host's; powers it off at the end of the `with` block."""
        binds = [f"--bind={self.folder}/var:/var"]
        if keeps_machine_id:
            binds.append(f"--bind={self._machine_id()}:/etc/machine-id")
        with Box.booted("--read-only", "--net=host", *binds, tree=image) as box:
            yield box

    def _machine_id(self):
        """Does what the initrd does, but for its mount, which is the box's."""
        *make, mount = PAGE.examples("PARTITIONS")[1].splitlines()
        enter, *make = make
        assert (enter, mount.split()[:2]) == ("cd /sysroot", ["mount", "--bind"]), (enter, mount)
        subprocess.run(["sh", "-euc", "\n".join(make)], cwd=self.folder, check=True)
        return self.folder / mount.split()[2]


class App:
    """An app that goes on asking for the customer's token, whichever image the device has."""

    def __init__(self):
        self.path, self.answers, self.uuids, self.errors = None, 0, set(), []
        self._changed, self._ends = threading.Condition(), False
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        with self._changed:
            self._ends = True
            self._changed.notify_all()
        self._thread.join()

    def ask_at(self, path):
        """Has it ask there; `None`: the device is off."""
        with self._changed:
            self.path = path
            self._changed.notify_all()

    def wait_for(self, count, seconds):
        """Waits until so many more questions were answered."""
        with self._changed:
            wanted = self.answers + count
            assert self._changed.wait_for(lambda: self.answers >= wanted or self.errors, seconds), "it is not answered"
        assert not self.errors, self.errors

    def _run(self):
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self.path or self._ends)
                if self._ends:
                    return
                path = self.path
            try:
                self._ask(path)
            except (OSError, ConnectionEnded):
                # The device goes down or comes up.
                with self._changed:
                    self._changed.wait_for(lambda: self.path is not path or self._ends, 0.05)
            except RPCError as error:
                if error.name != "shuttingDown":
                    self.errors.append(error)
                    self.ask_at(None)

    def _ask(self, path):
        with Client(path) as client:
            while self.path is path and not self._ends:
                answer = client.call("session.retrieveToken", requireSignedIn=True)
                with self._changed:
                    self.answers += 1
                    self.uuids.add(answer["uuid"])
                    self._changed.notify_all()
