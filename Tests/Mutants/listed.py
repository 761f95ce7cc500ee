# SPDX-License-Identifier: Apache-2.0
"""The list of mutants: a TOML file for each module, README.md says what an entry has."""

import dataclasses
import pathlib
import tomllib

MEMBERS = {"name", "file", "within", "original", "mutated", "statement", "tests", "end_to_end", "lives"}
NEEDED = {"name", "file", "original", "mutated"}


class Misfit(Exception):
    """The list and the sources do not fit together; says which entry, and where to mend it."""


@dataclasses.dataclass
class Mutant:
    """One fault that can be switched on."""

    name: str
    file: str
    original: str
    mutated: str
    #: A longer text that stands in the file once, with `original` in it once, or at its end.
    within: str
    #: Whether whole statements are replaced, not an expression.
    statement: bool
    #: What has to fail: ("unit", FILTER) or ("end-to-end", MODULE.CLASS.TEST).
    killers: list
    #: Why nothing can kill it, or nothing does.
    lives: str
    #: The list's file.
    listed: pathlib.Path
    number: int = 0
    #: Where the original stands in the file.
    start: int = 0

    @property
    def end(self):
        return self.start + len(self.original)

    @property
    def place(self):
        return "/".join(self.file.split("/")[1:])


def read(folder, package):
    """All mutants, numbered from 1, each found in its file; raises `Misfit`."""
    mutants = []
    for path in sorted(folder.glob("*.toml")):
        for entry in tomllib.loads(path.read_text())["mutant"]:
            mutants.append(mutant(entry, path))
    problems = [problem for each in mutants for problem in [locate(each, package)] if problem]
    names = [each.name for each in mutants]
    problems += [f"two mutants are named {name!r}" for name in sorted(set(names)) if names.count(name) > 1]
    problems += overlaps(mutants)
    if problems:
        raise Misfit("\n".join(problems))
    for number, each in enumerate(mutants, 1):
        each.number = number
    return mutants


def mutant(entry, path):
    name = entry.get("name", "a mutant without a name")
    if unknown := entry.keys() - MEMBERS:
        raise Misfit(f"{path}: {name}: no such member: {', '.join(sorted(unknown))}")
    if missing := NEEDED - entry.keys():
        raise Misfit(f"{path}: {name}: lacks {', '.join(sorted(missing))}")
    killers = [("unit", each) for each in entry.get("tests", [])]
    killers += [("end-to-end", each) for each in entry.get("end_to_end", [])]
    if not killers:
        raise Misfit(f"{path}: {name}: names neither tests nor end_to_end, which kill it")
    return Mutant(
        name, entry["file"], entry["original"], entry["mutated"], entry.get("within", entry["original"]),
        entry.get("statement", False), killers, entry.get("lives", ""), path)


def locate(mutant, package):
    """Finds the mutant's place; what is wrong where it is not found."""
    where = f"{mutant.listed}: {mutant.name}: "
    path = package / mutant.file
    if not path.is_file():
        return f"{where}there is no {mutant.file}; name the file that took its code"
    text = path.read_text()
    if (count := text.count(mutant.within)) != 1:
        return f"{where}{mutant.file} has this {count} times, it must be once: {mutant.within!r}"
    if (count := mutant.within.count(mutant.original)) != 1 and not mutant.within.endswith(mutant.original):
        return f"{where}`within` has `original` {count} times, it must be once, or its end: {mutant.original!r}"
    mutant.start = text.index(mutant.within) + mutant.within.rindex(mutant.original)
    return None


def overlaps(mutants):
    """What is wrong where two mutants break parts of the same text: all are compiled in at once."""
    placed = sorted(mutants, key=lambda each: (each.file, each.start))
    return [
        f"{second.listed}: {second.name!r} overlaps {first.name!r} in {first.file}"
        for first, second in zip(placed, placed[1:])
        if first.file == second.file and 0 < second.start < first.end
        and (first.start, first.end, first.statement) != (second.start, second.end, second.statement)]
