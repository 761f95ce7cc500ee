# SPDX-License-Identifier: Apache-2.0
"""The bytes that arrive, by lines."""

from __future__ import annotations

from ._reading import Unreadable

LONGEST_LINE_BYTES = 4 * 1024 * 1024


class LineReader:
    """Gathers what a socket gives and hands it out by whole lines."""

    __slots__ = ("_rest",)

    def __init__(self) -> None:
        self._rest = bytearray()

    def feed(self, data: bytes) -> list[bytes]:
        """The lines that end with these bytes, without their LF, in order; raises `Unreadable` for one that is too long.

        Lines that are whole before such a one are lost with it: the connection is over.
        """
        if not self._rest and data.find(b"\n") == len(data) - 1 and len(data) <= LONGEST_LINE_BYTES:
            # Nearly always: one line, as it was sent.
            return [data[:-1]] if data else []
        end = data.rfind(b"\n") + 1
        lines: list[bytes] = []
        if end:
            self._rest += data[:end]
            lines = bytes(self._rest).split(b"\n")
            lines.pop()
            self._rest.clear()
        self._rest += data[end:]
        if len(self._rest) >= LONGEST_LINE_BYTES or any(len(line) >= LONGEST_LINE_BYTES for line in lines):
            raise Unreadable(f"a line has more than {LONGEST_LINE_BYTES} bytes")
        return lines
