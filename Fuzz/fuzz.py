# SPDX-License-Identifier: Apache-2.0
"""Runs the fuzz targets that Fuzz/build has built, and says how far they get.

    fuzz.py run [--seconds N] [TARGET...]   runs each target for so long, two at a time, beginning with the corpus
    fuzz.py coverage                        how many lines the corpus alone reaches; fails below 90 % of any part
    fuzz.py planted                         removes bounds checks from a copy, and waits for the targets to notice

What a target finds on the way is kept in .build/fuzz/corpus; a finding in .build/fuzz/findings.
"""

import argparse
import concurrent.futures
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time

PACKAGE = pathlib.Path(__file__).resolve().parents[1]
CORPUS = PACKAGE / "Fuzz" / "Corpus"
GOLDEN = PACKAGE / "Tests" / "SessionProtocolTests" / "Golden"
TARGETS = sorted(path.name for path in CORPUS.iterdir())
PROCESSES = 2
# Any one input that takes longer counts as hanging.
INPUT_SECONDS = 10
# What chance puts in the place of a number too rarely; of more numbers in one input, the first so many.
NUMBERS_OF_AN_INPUT = 20
EXTREMES = [b"0", b"-1", b"1e999", b"4294967296", b"9223372036854775807", b"-9223372036854775808"]

# What the corpus must reach, by the names of files and folders.
MINIMUM_PERCENT = 90
PARTS = {
    "codec": ["Sources/Session/SessionProtocol/Envelope", "Sources/Session/SessionProtocol/JSON"],
    "parameters": [
        "Sources/Session/SessionProtocol/Messages/ParameterReader.swift",
        "Sources/Session/SessionProtocol/Messages/SessionRequest.swift", "Sources/Session/SessionProtocol/Messages/TextLimit.swift",
    ],
    "configuration": ["Sources/Session/SessionConfiguration"],
    "state reader": [
        "Sources/Session/SessionMachine/State/SessionRecord+Stored.swift", "Sources/Base/SealedStore/HexIdentifier.swift",
        "Sources/Base/SealedStore/StateStore+Loading.swift", "Sources/Base/SealedStore/StateStore+SettingAside.swift",
        "Sources/Base/SealedStore/StoreHeader", "Sources/Base/SealedStore/StoreReading.swift",
        "Sources/Base/SealedStore/StoreVerdict.swift",
    ],
    "authority's answers": [
        "Sources/Base/HTTPSClient/HTTPResponseHead.swift",
        "Sources/Base/HTTPSClient/HTTPDate.swift",
        "Sources/Session/SessionAuthorities/Synerise/SyneriseAnswer.swift",
        "Sources/Session/SessionAuthorities/Synerise/SyneriseToken.swift",
    ],
    "provider's answers": [
        "Sources/Session/SessionAuthorities/OpenID/OpenIDAnswer.swift",
        "Sources/Session/SessionAuthorities/OpenID/OpenIDMetadata.swift",
        "Sources/Session/SessionAuthorities/OpenID/OpenIDToken.swift",
        "Sources/Session/SessionMachine/State/AuthorizationAnswer.swift",
    ],
    "browser's messages": [
        "Sources/Apps/SessionWebHost/Bridge.swift", "Sources/Apps/SessionWebHost/FrameReader.swift",
        "Sources/Apps/SessionWebHost/Opening.swift",
    ],
}

# A bounds check each, which is removed to see whether the target notices: the file, the check, what is left of it.
PLANTED_SECONDS = 300
PLANTED = {
    "envelope": ("Session/SessionProtocol/JSON/JSONEscape.swift", "guard position + 7 < text.count, text", "guard text"),
    "configuration": (
        "Session/SessionConfiguration/Syntax/ByteCursor.swift", "guard bytes.count - position >= count else { return nil }",
        ""),
    "state": ("Base/SealedStore/StoreReading.swift", "guard bytes.count >= end, bytes", "guard bytes"),
}


def seeds(target):
    """The folders of a target's corpus. Examples of every message are there already."""
    return [CORPUS / target, *([GOLDEN] if target in ("answer", "envelope", "request") else [])]


def dictionary(target):
    """The words that the corpus is made of, as libFuzzer reads them."""
    words = set(EXTREMES)
    for folder in seeds(target):
        for path in folder.iterdir():
            words.update(re.findall(rb"[A-Za-z][A-Za-z0-9_.-]{2,40}", path.read_bytes()))
    return "".join(f'"{word.decode()}"\n' for word in sorted(words))


def write_extremes(target, folder):
    """Writes the corpus once more, each time with one of its numbers at an extreme."""
    for path in sorted((CORPUS / target).iterdir()):
        data = path.read_bytes()
        numbers = list(re.finditer(rb"(?<![\w.-])-?\d+(?![\w.-])", data))[:NUMBERS_OF_AN_INPUT]
        for number in numbers:
            for place, extreme in enumerate(EXTREMES):
                name = f"{path.name}-{number.start()}-{place}"
                (folder / name).write_bytes(data[:number.start()] + extreme + data[number.end():])


class Run:
    """A target that ran for some time."""

    def __init__(self, target, build, seconds, keep):
        """Runs it; what it learns goes to the folder `keep`."""
        (keep / "corpus" / target).mkdir(parents=True, exist_ok=True)
        (keep / "findings").mkdir(exist_ok=True)
        words = keep / f"{target}.dict"
        words.write_text(dictionary(target))
        self.target, began = target, time.monotonic()
        with tempfile.TemporaryDirectory(prefix="fuzz-") as temporary:
            extremes = pathlib.Path(temporary) / "extremes"
            extremes.mkdir()
            write_extremes(target, extremes)
            run = subprocess.run(
                [
                    build / target, f"-max_total_time={seconds}", f"-timeout={INPUT_SECONDS}", f"-dict={words}",
                    "-print_final_stats=1", f"-artifact_prefix={keep}/findings/{target}-", keep / "corpus" / target,
                    *seeds(target), extremes,
                ],
                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace",
                env=environment(temporary))
        self.output, self.found, self.seconds = run.stdout, run.returncode != 0, time.monotonic() - began

    def number(self, pattern):
        """The last number that the output gives for something."""
        found = re.findall(pattern, self.output)
        return int(found[-1]) if found else 0

    def row(self):
        """A line of the table."""
        numbers = [self.number(pattern) for pattern in (
            r"number_of_executed_units: +(\d+)", r"average_exec_per_sec: +(\d+)", r"cov: (\d+)", r"corp: (\d+)")]
        verdict = "  FINDING" if self.found else ""
        return f"{self.target:14}" + "".join(f"{number:>11,}" for number in numbers) + verdict


def environment(temporary):
    """That of a target: crashes are libFuzzer's to report, and stacks of allocations cost more than they tell."""
    return {
        "PATH": os.environ.get("PATH", "/usr/bin:/bin"), "TMPDIR": temporary, "SWIFT_BACKTRACE": "enable=no",
        "ASAN_OPTIONS": "malloc_context_size=0:quarantine_size_mb=16", "LLVM_PROFILE_FILE": f"{temporary}/profile",
    }


def run_targets(names, seconds):
    """Runs targets side by side; 1 if any has found something."""
    check_planted()
    keep = PACKAGE / ".build" / "fuzz"
    print(f"{'target':14}" + "".join(f"{head:>11}" for head in ("runs", "runs/s", "edges", "corpus")))
    status = 0
    with concurrent.futures.ThreadPoolExecutor(PROCESSES) as pool:
        for run in pool.map(lambda name: Run(name, keep, seconds, keep), names):
            print(run.row(), flush=True)
            if run.found:
                status = 1
                print("\n".join(run.output.splitlines()[-60:]), file=sys.stderr)
                print(f"again: .build/fuzz/{run.target} .build/fuzz/findings/FILE", file=sys.stderr)
    return status


def coverage():
    """Prints how many lines of each part the corpus reaches; 1 if too few."""
    build = PACKAGE / ".build" / "fuzz-coverage"
    subprocess.run([PACKAGE / "Fuzz" / "build", "-c", build], check=True)
    profiles = []
    for target in TARGETS:
        with tempfile.TemporaryDirectory(prefix="fuzz-") as temporary:
            subprocess.run(
                [build / target, "-runs=0", *seeds(target)], env=environment(temporary), check=True,
                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            profiles.append(shutil.move(f"{temporary}/profile", build / f"{target}.profile"))
    merged = build / "merged.profile"
    # Those of the toolchain: the format of profiles changes with every version of LLVM.
    tools = pathlib.Path(shutil.which("swiftc")).resolve().parent
    subprocess.run([tools / "llvm-profdata", "merge", *profiles, "-o", merged], check=True)
    report = subprocess.run(
        [tools / "llvm-cov", "export", "-summary-only", f"-instr-profile={merged}", build / "fuzz"], check=True,
        stdout=subprocess.PIPE)
    return print_coverage(json.loads(report.stdout)["data"][0]["files"])


def print_coverage(files):
    lines = {file["filename"].removeprefix(f"{PACKAGE}/"): file["summary"]["lines"] for file in files}
    status = 0
    for part, prefixes in PARTS.items():
        names = sorted(name for name in lines if any(name.startswith(prefix) for prefix in prefixes))
        covered, count = (sum(lines[name][key] for name in names) for key in ("covered", "count"))
        percent = 100 * covered / max(count, 1)
        verdict = "" if percent >= MINIMUM_PERCENT else f"  below {MINIMUM_PERCENT} %"
        print(f"{part:20} {covered:>6} of {count:>6} lines {percent:6.1f} %{verdict}")
        for name in names:
            missing = lines[name]["count"] - lines[name]["covered"]
            if missing:
                print(f"    {name}: {missing} of {lines[name]['count']} not reached")
        status = status or (1 if verdict else 0)
    return status


def check_planted():
    """Fails where a check that is to be removed is no longer there."""
    for name, check, _ in PLANTED.values():
        if (PACKAGE / "Sources" / name).read_text().count(check) != 1:
            sys.exit(f"Fuzz/fuzz.py: Sources/{name} has not one {check!r} to remove")


def planted():
    """Removes bounds checks from a copy of the sources; 1 if one is not noticed in time."""
    check_planted()
    with tempfile.TemporaryDirectory(prefix="fuzz-planted-") as temporary:
        copy, build = pathlib.Path(temporary), pathlib.Path(temporary) / "build"
        shutil.copytree(PACKAGE / "Sources", copy / "Sources")
        for name, check, rest in PLANTED.values():
            path = copy / "Sources" / name
            path.write_text(path.read_text().replace(check, rest))
        subprocess.run([PACKAGE / "Fuzz" / "build", "-p", copy, build], check=True)
        with concurrent.futures.ThreadPoolExecutor(PROCESSES) as pool:
            runs = list(pool.map(lambda name: Run(name, build, PLANTED_SECONDS, build), PLANTED))
    for run in runs:
        executed = run.number(r"number_of_executed_units: +(\d+)")
        outcome = f"found after {run.seconds:.0f} s and {executed:,} runs" if run.found else "NOT FOUND"
        print(f"{run.target:14} the check removed from {PLANTED[run.target][0]}: {outcome}")
    return 0 if all(run.found for run in runs) else 1


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    run = commands.add_parser("run")
    run.add_argument("--seconds", type=int, default=60)
    run.add_argument("targets", nargs="*", metavar="TARGET", help=", ".join(TARGETS))
    commands.add_parser("coverage")
    commands.add_parser("planted")
    arguments = parser.parse_args()
    if arguments.command == "coverage":
        return coverage()
    if arguments.command == "planted":
        return planted()
    if unknown := set(arguments.targets) - set(TARGETS):
        parser.error(f"no target {', '.join(unknown)}; there are {', '.join(TARGETS)}")
    return run_targets(arguments.targets or TARGETS, arguments.seconds)


if __name__ == "__main__":
    sys.exit(main())
