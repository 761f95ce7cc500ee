# SPDX-License-Identifier: Apache-2.0
"""What a terminal shows of a program's output, as a picture: the few sequences that sessionctl writes, and no more."""

import re
import struct
import zlib

# How large a character is, in pixels: twice as high as wide, as fonts of terminals are.
WIDTH, HEIGHT = 6, 12
SEQUENCE = re.compile(r"\x1b\[([0-9;]*)m")
# The first lines of a cell that a character fills.
FILLED = {" ": (0, 0), "\u2588": (0, HEIGHT), "\u2580": (0, HEIGHT // 2), "\u2584": (HEIGHT // 2, HEIGHT)}
BLACK, WHITE = 0, 255
# The grey of the colours of the palette that have one here.
PALETTE = {16: BLACK, 231: WHITE}


class Screen:
    """A terminal of so many columns, dark or light."""

    def __init__(self, text, columns=80, is_dark=True):
        self.foreground, self.background = (WHITE, BLACK) if is_dark else (BLACK, WHITE)
        self.rows = [[]]
        self.columns = columns
        colours = [self.foreground, self.background]
        position = 0
        while position < len(text):
            if found := SEQUENCE.match(text, position):
                self._colour(colours, [int(number or 0) for number in found[1].split(";")])
                position = found.end()
                continue
            self._put(text[position], *colours)
            position += 1

    def _colour(self, colours, numbers):
        while numbers:
            number = numbers.pop(0)
            if number == 0:
                colours[:] = [self.foreground, self.background]
            elif number in (38, 48) and numbers[:1] == [5]:
                colours[0 if number == 38 else 1] = PALETTE[numbers[1]]
                numbers[:2] = []
            else:
                raise AssertionError(f"a colour that nobody expects: {number}")

    def _put(self, character, foreground, background):
        if character == "\n":
            self.rows.append([])
        elif character != "\r":
            if len(self.rows[-1]) == self.columns:
                raise AssertionError(f"a line is longer than {self.columns} columns")
            # A letter is as good as any other here: it is grey.
            top, bottom = FILLED.get(character, (HEIGHT // 3, HEIGHT // 2))
            self.rows[-1].append((foreground, background, top, bottom))

    def png(self):
        """The picture, in grey."""
        lines = []
        for row in self.rows:
            for y in range(HEIGHT):
                line = b"".join(
                    bytes([foreground if top <= y < bottom else background]) * WIDTH
                    for foreground, background, top, bottom in row)
                lines.append(b"\0" + line.ljust(self.columns * WIDTH, bytes([self.background])))
        size = struct.pack(">IIBBBBB", self.columns * WIDTH, len(lines), 8, 0, 0, 0, 0)
        chunks = [(b"IHDR", size), (b"IDAT", zlib.compress(b"".join(lines))), (b"IEND", b"")]
        return b"\x89PNG\r\n\x1a\n" + b"".join(
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
            for kind, data in chunks)
