# SPDX-License-Identifier: Apache-2.0
"""The results as a table, as JSON, and as a picture."""

import math
import pathlib
import platform
import statistics
from xml.sax.saxutils import escape

COLORS = {"sessiond": "#c0392b", "bare server": "#555555", "redis": "#2471a3"}


def machine():
    """What the figures were measured on."""
    model = next(
        (line.split(":")[1].strip() for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines()
         if line.startswith("model name")), platform.machine())
    cores = pathlib.Path("/proc/cpuinfo").read_text().count("processor\t")
    return f"{model}, {cores} cores, Linux {platform.release()}"


def compared(comparisons, results):
    """The comparisons whose peers were there, with the ratios of their rounds."""
    found = []
    for comparison in comparisons:
        ratios = comparison.ratios(results)
        if ratios:
            median = statistics.median(ratios)
            found.append({
                "what": comparison.what,
                "beside": f"itself, {comparison.peer_step}" if comparison.peer_step else comparison.peer,
                "median": round(median, 3), "lowest": round(min(ratios), 3), "highest": round(max(ratios), 3),
                "goal": comparison.goal, "met": comparison.is_met(median),
            })
    return found


def table(columns, rows):
    lines = ["| " + " | ".join(columns) + " |", "|" + " --- |" * len(columns)]
    return "\n".join(lines + ["| " + " | ".join(map(str, row)) + " |" for row in rows])


def verdict(met):
    return {True: "yes", False: "**no**", None: ""}[met]


def markdown(results, comparisons, figures, about):
    """All of it for people."""
    ratios = table(
        ["what", "beside", "median ratio", "of the rounds", "goal", "met"],
        [(row["what"], row["beside"], f"{row['median']:.2f}", f"{row['lowest']:.2f}–{row['highest']:.2f}", row["goal"],
          verdict(row["met"])) for row in comparisons])
    own = table(
        ["what", "value", "goal", "met"],
        [(row["what"], f"{row['value']:g} {row['unit']}", row["goal"], verdict(row["met"])) for row in figures])
    absolute = table(
        ["step", "server", "requests/s", "p50 µs", "p99 µs", "p99.9 µs", "processor µs/request"],
        [(step, server, *(f"{median(rounds, name):,.{digits}f}" for name, digits in (
            ("requests_per_second", 0), ("p50", 1), ("p99", 1), ("p999", 1), ("processor", 2))))
         for step, servers in results.items() for server, rounds in servers.items() if rounds and "p50" in rounds[0]])
    times = table(
        ["step", "server", "ms"],
        [(step, server, f"{median(rounds, 'milliseconds'):.1f}") for step, servers in results.items()
         for server, rounds in servers.items() if rounds and "milliseconds" in rounds[0]])
    said = "\n".join(f"- {line}" for line in about)
    return f"{said}\n\n{ratios}\n\n{own}\n\nMedians of the rounds:\n\n{absolute}\n\n{times}\n"


def median(rounds, name):
    return statistics.median(entry[name] for entry in rounds)


def plot(curve, step, axis, results):
    """Requests a second in the steps of a curve, as SVG, both axes logarithmic; `step` is from a count to its step."""
    series = {}
    for count in curve:
        for server, rounds in results[step(count)].items():
            if rounds:
                series.setdefault(server, []).append((count, median(rounds, "requests_per_second")))
    values = [value for points in series.values() for _, value in points]
    low, high = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))

    def x(count):
        return 70 + 500 * math.log2(count) / math.log2(curve[-1])

    def y(value):
        return 330 - 290 * (math.log10(value) - low) / (high - low)

    parts = [
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 720 390" font-family="sans-serif" font-size="12">',
        '<rect width="720" height="390" fill="white"/>',
    ]
    for power in range(low, high + 1):
        parts.append(f'<path d="M70 {y(10 ** power):.1f}H570" stroke="#dddddd"/>')
        parts.append(f'<text x="62" y="{y(10 ** power) + 4:.1f}" text-anchor="end">{10 ** power:,}</text>')
    for count in curve:
        parts.append(f'<path d="M{x(count):.1f} 40V330" stroke="#eeeeee"/>')
        parts.append(f'<text x="{x(count):.1f}" y="348" text-anchor="middle">{count:,}</text>')
    for server, points in series.items():
        path = "M" + "L".join(f"{x(count):.1f} {y(value):.1f}" for count, value in points)
        parts.append(f'<path d="{path}" fill="none" stroke="{COLORS[server]}" stroke-width="2"/>')
    for place, (server, points) in enumerate(sorted(series.items(), key=lambda item: -item[1][-1][1])):
        parts.append(f'<text x="580" y="{60 + 20 * place}" fill="{COLORS[server]}">{escape(server)}</text>')
    parts.append(f'<text x="320" y="375" text-anchor="middle">{escape(axis)}</text>')
    parts.append('<text x="70" y="25">token requests a second</text></svg>')
    return "\n".join(parts) + "\n"
