# SPDX-License-Identifier: Apache-2.0
"""Boxes with the product installed, which one module after the other runs on."""

import contextlib
import subprocess
import threading

from box import Box
from machine import Installation


class Lost(Exception):
    """A module's box is not up after it."""


class Devices:
    """One device for each thread that runs modules: booted for the first of them, and anew after one that has lost it.

    All are gone at the end of the `with` block.
    """

    def __init__(self, install=Installation.install, boot=Box.booted):
        self._install, self._boot_box = install, boot
        self._own = threading.local()
        self._kept = contextlib.ExitStack()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._kept.close()

    @contextlib.contextmanager
    def device(self):
        """The thread's device, for one module: variables of the environment by which it finds it.

        Raises `Lost` where the device is not up at the end; the next module of the thread gets another one.
        """
        box = getattr(self._own, "box", None) or self._boot()
        yield {"SESSIOND_BOX": str(box.folder)}
        if not is_up(box):
            self._own.box = None
            raise Lost(f"the box in {box.folder} is not up after it; the next module gets a new one")

    def _boot(self):
        with contextlib.ExitStack() as kept:
            box = kept.enter_context(self._boot_box())
            self._install(box)
            self._kept.push(kept.pop_all())
        self._own.box = box
        return box


def is_up(box):
    try:
        return box.is_up()
    except subprocess.TimeoutExpired:
        return False
