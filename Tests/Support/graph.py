# SPDX-License-Identifier: Apache-2.0
"""Draws the package's modules as Package.swift has them: graph.py >modules.dot, which dot(1) lays out.

What a module knows by way of another that it knows is left out.
"""

import json
import pathlib
import subprocess

PACKAGE = pathlib.Path(__file__).resolve().parents[2]
FLOORS = ["Apps", "Daemon", "Session", "Base"]


def main():
    described = json.loads(subprocess.run(
        ["swift", "package", "dump-package"], cwd=PACKAGE, check=True, capture_output=True, text=True).stdout)
    targets = {target["name"]: target for target in described["targets"] if (target.get("path") or "").startswith("Sources/")}
    knows = {name: {one for one in names(target) if one in targets} for name, target in targets.items()}
    print("digraph modules {\n  rankdir=TB; node [shape=box, style=rounded, fontname=sans]; edge [color=gray40];")
    for floor in FLOORS:
        inside = sorted(name for name, target in targets.items() if target["path"].split("/")[1] == floor)
        print(f'  subgraph cluster_{floor} {{ label="Sources/{floor}"; fontname=sans; color=gray70;')
        print("".join(f'    "{name}";\n' for name in inside) + "  }")
    for name in sorted(knows):
        for one in sorted(knows[name]):
            if not any(one in reachable(other, knows) for other in knows[name] if other != one):
                print(f'  "{name}" -> "{one}";')
    print("}")


def names(target):
    """The names of what a target depends on."""
    return [dependency["byName"][0] for dependency in target["dependencies"] if "byName" in dependency]


def reachable(name, knows):
    """What a module knows, directly or by way of others; a circle ends the program."""
    found, waiting = set(), [name]
    while waiting:
        for one in knows[waiting.pop()]:
            if one == name:
                raise SystemExit(f"{name} knows itself by way of others")
            if one not in found:
                found.add(one)
                waiting.append(one)
    return found


if __name__ == "__main__":
    main()
