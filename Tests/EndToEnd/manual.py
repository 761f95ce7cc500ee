# SPDX-License-Identifier: Apache-2.0
"""Reads the pages of the manual, mdoc(7), as far as the tests have to know what they say."""

import re
import shlex

from harness import PACKAGE

FOLDER = PACKAGE / "man"
# What stands for a character in the source, groff_char(7).
ESCAPES = {r"\-": "-", r"\e": "\\", r"\(aq": "'", r"\(ga": "`", r"\(ha": "^", r"\(ti": "~", r"\&": ""}


def plain(text):
    """A text with its escape sequences replaced."""
    return re.sub(r"\\(?:\(..|.)", lambda found: ESCAPES[found[0]], text)


class Entry:
    """One entry of a list: its head as words, macros among them, and the lines below it."""

    def __init__(self, head):
        self.head = head
        self.lines = []

    def arguments(self, macro):
        """What follows each use of a macro in the head, up to the next macro."""
        found = []
        for number, word in enumerate(self.head):
            if word == macro:
                rest = self.head[number + 1:]
                end = next((place for place, each in enumerate(rest) if is_macro(each)), len(rest))
                found.append(plain(" ".join(each for each in rest[:end] if each not in PUNCTUATION)))
        return found

    @property
    def options(self):
        """The long options in the head, each with the name of its value, `None` where it takes none."""
        found = {}
        for number, word in enumerate(self.head):
            if word == "Fl" and self.head[number + 1].startswith("-"):
                value = self.head[number + 3] if self.head[number + 2:number + 3] == ["Ar"] else None
                found[self.head[number + 1].removeprefix("-")] = value
        return found

    @property
    def parameters(self):
        """The long options in the head as above, and what is given without an option, as `<name>`."""
        bare = [
            self.head[number + 1] for number, word in enumerate(self.head)
            if word == "Ar" and self.head[max(0, number - 2):number - 1] != ["Fl"]]
        return {**self.options, **{f"<{name}>": None for name in bare}}


PUNCTUATION = {"|", ",", ".", ":", ";", "(", ")", "..."}


def is_macro(word):
    return re.fullmatch(r"[A-Z][a-z]", word) is not None


class Page:
    """One page."""

    def __init__(self, name):
        self.name = name
        self.path = FOLDER / name
        self.text = self.path.read_text()

    def section(self, title):
        """The lines of a section."""
        parts = re.split(r"^\.Sh (.+)\n", self.text, flags=re.MULTILINE)
        sections = dict(zip(parts[1::2], parts[2::2]))
        assert title in sections, f"{self.name} has no section {title}: {list(sections)}"
        return sections[title].splitlines()

    def entries(self, title):
        """The entries of the lists in a section, without the lists inside of them."""
        return entries(self.section(title))

    def examples(self, title="EXAMPLES"):
        """The displays of a section as they are typed."""
        return displays(self.section(title))

    def procedure(self, what, title="WHAT TO DO WHEN"):
        """The displays of one entry of a section, by its head."""
        (entry,) = [each for each in self.entries(title) if plain(" ".join(each.head)) == what]
        return displays(entry.lines)

    @property
    def references(self):
        """The pages that it refers to, as `name.section`."""
        return {f"{name}.{section}" for name, section in re.findall(r"^\.Xr (\S+) (\d)", self.text, re.MULTILINE)}


def displays(lines):
    """What is shown as it is typed."""
    found = re.findall(r"^\.Bd -literal.*\n((?:.*\n)*?)\.Ed$", "\n".join(lines), re.MULTILINE)
    return [plain(text) for text in found]


def entries(lines):
    """The entries of the outermost lists in some lines."""
    found, depth, head = [], 0, None
    for line in lines:
        words = macro_words(line)
        depth += words[:1] == ["Bl"]
        if head is not None:
            if words[:1] == ["Xc"]:
                found.append(Entry(head))
                head = None
            else:
                head += words
        elif depth == 1 and words[:1] == ["It"]:
            if words[1:] == ["Xo"]:
                head = []
            else:
                found.append(Entry(words[1:]))
        elif depth and found:
            found[-1].lines.append(line)
        depth -= words[:1] == ["El"]
    return found


def macro_words(line):
    """The words of a macro's line, with double quotes alone as mdoc(7) has them; none for text."""
    if not re.match(r"\.[A-Z]", line):
        return []
    words = shlex.shlex(line[1:], posix=True, punctuation_chars=False)
    words.quotes, words.commenters, words.whitespace_split = '"', "", True
    return list(words)


def pages():
    """Every page there is."""
    return [Page(path.name) for path in sorted(FOLDER.glob("*.[1-9]"))]
