#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Has the library of each language meet each situation: README.md.

run.py                        all languages
run.py LANGUAGE...            these
run.py LANGUAGE --only NAME   those situations whose name has NAME in it
run.py --table                prints the situations
"""

import argparse
import concurrent.futures
import os
import pathlib
import shutil
import sys
import tempfile
import time
import traceback

HERE = pathlib.Path(__file__).resolve().parent
PACKAGE = HERE.parents[1]
sys.path.insert(0, str(HERE))

import languages  # noqa: E402
import scripted  # noqa: E402
import situations  # noqa: E402

# Drivers wait most of the time.
AT_ONCE = 4


def meet(language, situation, folder):
    """What went wrong when a library met a situation; `None`: nothing."""
    record = scripted.Record()
    path = os.path.join(folder, f"{situation.number}.sock")
    daemon = scripted.Daemon(path, record)
    app = None
    try:
        app = scripted.App(language.command, path, record, {**os.environ, **language.environment})
        situation.play(daemon, app)
        app.close()
        return None
    except scripted.Unexpected as problem:
        return f"{problem}\n{shown(app, record)}"
    except Exception:
        return f"the suite itself failed\n{traceback.format_exc()}{shown(app, record)}"
    finally:
        if app:
            app.kill()
        daemon.close()


def shown(app, record):
    if app:
        app.kill()
    return record.tail()


def run(language, table):
    """Has one library meet them all; how many it did not."""
    if problem := language.problem():
        print(f"FAILED: {language.name}: {problem}", flush=True)
        return len(table)
    if language in languages.SLOW:
        scripted.PATIENCE_SECONDS = 60.0
    began, failed = time.monotonic(), 0
    folder = tempfile.mkdtemp(prefix="sd-")
    try:
        with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
            wanted = [each for each in table if each.name not in language.lacks]
            for situation, problem in zip(wanted, pool.map(lambda each: meet(language, each, folder), wanted)):
                if problem:
                    failed += 1
                    what, _, details = problem.partition("\n")
                    print(f"FAILED: {language.name}: {situation.name}: {what}")
                    print(f"  what must happen: {situation.text}")
                    print("".join(f"  {text}\n" for text in details.splitlines()), flush=True)
    finally:
        shutil.rmtree(folder)
    lacking = f", {len(table) - len(wanted)} that it cannot be in" if len(wanted) < len(table) else ""
    print(f"{language.name}: {len(wanted) - failed} of {len(wanted)} situations{lacking}, in "
          f"{time.monotonic() - began:.1f} s", flush=True)
    return failed


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("languages", nargs="*", metavar="LANGUAGE")
    parser.add_argument("--only", default="", metavar="NAME")
    parser.add_argument("--table", action="store_true")
    options = parser.parse_args()
    table = [each for each in situations.TABLE if options.only in each.name]
    if options.table:
        for each in table:
            print(f"{each.name}\n    {each.text}")
        return 0
    known = {each.name: each for each in [*languages.ALL, *languages.SLOW]}
    unknown = [name for name in options.languages if name not in known]
    if unknown or not table:
        print(f"there is no {', '.join(unknown) or options.only}; there are {', '.join(known)}", file=sys.stderr)
        return 64
    wanted = options.languages or [each.name for each in languages.ALL]
    return 1 if sum([run(known[name], table) for name in wanted]) else 0


if __name__ == "__main__":
    sys.exit(main())
