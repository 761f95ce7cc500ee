# SPDX-License-Identifier: Apache-2.0
"""Devices whose system is an image, made and booted as sessiond-image(7) says."""

import contextlib
import pathlib
import shutil
import subprocess

from box import Box, kept_tree
from manual import Page

PAGE = Page("sessiond-image.7")
# What stands for the device with the partition, which is bound into the box, and for apt, which has no network here.
PARTITION, APT = "PARTLABEL=var", "apt install ./sessiond_*.deb"
MARK_NAME = "sessiond-mark"
MARK, MARK_SOURCE = f"/var/lib/{MARK_NAME}", "/persist/mark"
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
        self.folder, self.binds = folder, []
        # What a file system has that was made from the image's /var.
        subprocess.run(["cp", "--archive", image / "root" / "var", folder / "var"], check=True)
        (folder / "etc").mkdir()

    def snapshot(self):
        """Keeps the whole of /var as it is, for `roll_back`; it is off."""
        subprocess.run(["cp", "--archive", self.folder / "var", self.folder / "var.before"], check=True)

    def roll_back(self):
        """Has /var as it was, and nothing else; it is off."""
        shutil.rmtree(self.folder / "var")
        (self.folder / "var.before").rename(self.folder / "var")

    def keep_mark(self):
        """Has the mark on a partition of its own, as the manual says, which is not rolled back."""
        source, target, kind, options, *_ = PAGE.examples("UPDATES AND ROLLBACKS")[1].split()
        assert (source, target, kind, options) == (MARK_SOURCE, MARK, "none", "bind,nofail"), (source, kind, options)
        here = self.folder / MARK_NAME
        subprocess.run(["cp", "--archive", self.folder / "var" / "lib" / MARK_NAME, here], check=True)
        self.binds.append(f"--bind={here}:{MARK}")

    @contextlib.contextmanager
    def booted(self, image, keeps_machine_id=True):
        """Boots an image, with a network that is the host's; powers it off at the end of the `with` block."""
        binds = [f"--bind={self.folder}/var:/var", *self.binds]
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
