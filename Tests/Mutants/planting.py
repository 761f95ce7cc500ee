# SPDX-License-Identifier: Apache-2.0
"""Copies the package with all mutants compiled in, each behind its number in SESSIOND_MUTANT."""

import collections
import pathlib
import subprocess
import tempfile

SWIFT_SWITCH = """// Whether the fault of this number is switched on.
internal import Glibc

private let chosenMutant = getenv("SESSIOND_MUTANT").flatMap { Int(String(cString: $0)) } ?? 0

@inline(never) func mutant(_ number: Int) -> Bool { chosenMutant == number }
"""
C_SWITCH = """#include <stdlib.h>
static inline int mutant(int number) {
    const char *chosen = getenv("SESSIOND_MUTANT");
    return chosen != 0 && atoi(chosen) == number;
}
"""
# What is broken on purpose may well draw one: code that is never reached, a value that is never used.
WARNINGS = "    .treatAllWarnings(as: .error),\n"


def plant(mutants, package, tree):
    """Brings the copy up to date; a file that is the same is not touched, so that only the rest is compiled anew."""
    by_file = collections.defaultdict(list)
    for mutant in mutants:
        by_file[mutant.file].append(mutant)
    modules = {"/".join(name.split("/")[:3]) for name in by_file if name.endswith(".swift")}
    wanted = {name: rewritten(package / name, by_file.get(name, [])) for name in files(package)}
    for module in modules:
        wanted[f"{module}/Mutant.swift"] = SWIFT_SWITCH.encode()
    for path in sorted(tree.rglob("*")) if tree.exists() else []:
        if not path.is_dir() and str(path.relative_to(tree)) not in wanted and path.name != "Package.resolved":
            path.unlink()
    for name, content in wanted.items():
        put(tree / name, content, (package / name).stat().st_mode if (package / name).exists() else 0o644)


def faults(mutants, package):
    """What the compiler says of broken files that are not Swift any more; empty where each of them is."""
    by_file = collections.defaultdict(list)
    for mutant in mutants:
        if mutant.file.endswith(".swift"):
            by_file[mutant.file].append(mutant)
    with tempfile.TemporaryDirectory() as folder:
        for name, those in by_file.items():
            put(pathlib.Path(folder, name), rewritten(package / name, those), 0o644)
        done = subprocess.run(
            ["swiftc", "-frontend", "-parse", "-enable-bare-slash-regex", *by_file], cwd=folder, capture_output=True, text=True)
    return done.stderr if done.returncode else ""


def files(package):
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=package, check=True,
        capture_output=True, text=True).stdout.split("\0")
    found = [name for name in listed if name and (package / name).is_file()]
    # What versions are built must be what the package is built with.
    return found + [name for name in ["Package.resolved"] if name not in found and (package / name).exists()]


def rewritten(path, mutants):
    content = path.read_bytes()
    if path.name == "Package.swift":
        return content.replace(WARNINGS.encode(), b"")
    if not mutants:
        return content
    text = content.decode()
    for place in sorted({(mutant.start, mutant.end) for mutant in mutants}, reverse=True):
        here = [mutant for mutant in mutants if (mutant.start, mutant.end) == place]
        text = text[:place[0]] + switched(here) + text[place[1]:]
    return (text if path.suffix == ".swift" else C_SWITCH + text).encode()


def switched(mutants):
    """The text that all of them replace, with the faults in it."""
    text = mutants[0].original
    for mutant in mutants:
        if mutant.statement:
            text = f"if (mutant({mutant.number})) {{ {mutant.mutated} }} else {{ {text} }}"
        else:
            text = f"(mutant({mutant.number}) ? ({mutant.mutated}) : ({text}))"
    return text


def put(path, content, mode):
    if path.exists() and path.read_bytes() == content:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    path.chmod(mode & 0o777)
