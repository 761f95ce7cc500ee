# SPDX-License-Identifier: Apache-2.0
"""Breaks the code on purpose, one fault after the other, and sees whether the tests notice: README.md beside this.

    python3 Tests/Mutants/mutants.py [--check] [NAME...]

--check only looks whether each mutant's text still stands in its file, once, and whether what is broken can be parsed. Names
pick mutants of which they are part.
"""

import argparse
import concurrent.futures
import os
import pathlib
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

import killing  # noqa: E402
import planting  # noqa: E402
from listed import Misfit, read  # noqa: E402

PACKAGE = HERE.parents[1]
FOLDER = PACKAGE / ".build-mutants"
PROCESSES = int(os.environ.get("JOBS", "2"))
# Of those that are not explained as equal to the original.
LEAST_KILLED = 0.95


def main(arguments):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("names", nargs="*")
    options = parser.parse_args(arguments)
    try:
        mutants = read(HERE, PACKAGE)
    except Misfit as misfit:
        print(misfit, file=sys.stderr)
        return 1
    if unparsed := planting.faults(mutants, PACKAGE):
        print(f"{unparsed}a mutant of this line is no expression: put its text right in the list", file=sys.stderr)
        return 1
    if options.check:
        return 0
    chosen = [mutant for mutant in mutants if not options.names or any(name in mutant.name for name in options.names)]
    if not chosen:
        print(f"no mutant's name contains {' or '.join(options.names)}", file=sys.stderr)
        return 64
    began = time.monotonic()
    planting.plant(mutants, PACKAGE, FOLDER / "tree")
    tests = killing.Tests(FOLDER)
    if not tests.build():
        return 1
    built = time.monotonic()
    if not all_green(tests, chosen):
        return 1
    outcomes = in_parallel(tests.kill, chosen)
    status = report(chosen, outcomes)
    print(f"{time.monotonic() - began:.0f} s, {built - began:.0f} of them building")
    return status


def in_parallel(function, items):
    """The function's results in order, a line printed as each arrives."""
    with concurrent.futures.ThreadPoolExecutor(PROCESSES) as pool:
        return list(pool.map(function, items))


def all_green(tests, mutants):
    """Whether all that shall kill passes while nothing is broken; measures how long it takes."""
    killers = sorted({killer for mutant in mutants for killer in mutant.killers})
    red = [killer for killer, result in zip(killers, in_parallel(tests.passes, killers)) if result is not None]
    for killer in red:
        print(f"fails without any mutant: {killer}\n{tests.output(killer)}", file=sys.stderr)
    return not red


def report(mutants, outcomes):
    """Prints what became of each, and the score; the exit status."""
    width = max(len(mutant.place) for mutant in mutants)
    counts = {"killed": 0, "hangs": 0, "explained": 0, "SURVIVED": 0}
    for mutant, outcome in zip(mutants, outcomes):
        counts[outcome.verdict] += 1
        print(f"{outcome.verdict:9}  {mutant.place:{width}}  {mutant.name}\n{'':11}{outcome.detail}")
    killed = counts["killed"] + counts["hangs"]
    score = killed / len(mutants)
    print(f"\n{len(mutants)} mutants: {killed} killed ({counts['hangs']} of them by time), "
          f"{counts['explained']} live and are explained, {counts['SURVIVED']} SURVIVED: {score:.1%} killed")
    if score < LEAST_KILLED or counts["SURVIVED"]:
        print(f"at least {LEAST_KILLED:.0%} have to be killed, and whatever lives is explained in the list", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
