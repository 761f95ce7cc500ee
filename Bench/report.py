# SPDX-License-Identifier: Apache-2.0
"""The results as a table, as JSON, and as a picture."""

import math
import pathlib
import platform
import statistics
from xml.sax.saxutils import escape

COLORS = {"sessiond": "#c0392b", "bare server": "#555555", "redis": "#2471a3"}
# Of what has none of its own, in this order.
OTHER_COLORS = ("#c0392b", "#1e8449", "#b9770e")


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


def growths(measured):
    """What becomes more, as tables: of each its title, what becomes more, its columns, medians and goals."""
    return "\n\n".join(growth_table(*each) for each in measured)


def growth_table(growth, medians, goals):
    first, *others = growth.columns
    rows = [(f"{count:,}", *(number(figures[name]) for name in (first, "besideSmallest", *others)))
            for count, figures in medians.items()]
    titles = [growth.columns[first], f"beside {growth.counts[0]:,}", *(growth.columns[name] for name in others)]
    text = f"### {growth.title}\n\n![{growth.title}]({growth.name}.svg)\n\n" + table([growth.axis, *titles], rows)
    if goals:
        text += "\n\n" + table(["what", "value", "goal", "met"], [
            (goal["what"], f"{goal['value']:g} {goal['unit']}".strip(), goal["goal"], verdict(goal["met"]))
            for goal in goals])
    return text


def number(value):
    """With as many digits as say something."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def markdown(results, comparisons, figures, about, growing):
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
    parts = [said, ratios, own, "## Cost as work grows", growths(growing), "## Medians of the rounds", absolute, times]
    return "\n\n".join(parts) + "\n"


def median(rounds, name):
    return statistics.median(entry[name] for entry in rounds)


def requests_a_second(curve, step, results):
    """What is drawn of the steps of a curve, by server; `step` is from a count to its step."""
    series = {}
    for count in curve:
        for server, rounds in results[step(count)].items():
            if rounds:
                series.setdefault(server, []).append((count, median(rounds, "requests_per_second")))
    return series


def plot(series, axis, title):
    """Lines through points as SVG, both axes logarithmic."""
    counts = sorted({count for points in series.values() for count, _ in points})
    values = [value for points in series.values() for _, value in points]
    low = math.floor(math.log10(min(values)))
    high = max(math.ceil(math.log10(max(values))), low + 1)
    others = [name for name in series if name not in COLORS]
    colors = COLORS | dict(zip(others, OTHER_COLORS[len(COLORS.keys() & series.keys()):]))

    def x(count):
        return 70 + 500 * math.log2(count) / math.log2(counts[-1])

    def y(value):
        return 330 - 290 * (math.log10(value) - low) / (high - low)

    parts = [
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 720 390" font-family="sans-serif" font-size="12">',
        '<rect width="720" height="390" fill="white"/>',
    ]
    for power in range(low, high + 1):
        label = f"{10 ** power:,}" if power >= 0 else f"{10 ** power:g}"
        parts.append(f'<path d="M70 {y(10 ** power):.1f}H570" stroke="#dddddd"/>')
        parts.append(f'<text x="62" y="{y(10 ** power) + 4:.1f}" text-anchor="end">{label}</text>')
    for count in counts:
        parts.append(f'<path d="M{x(count):.1f} 40V330" stroke="#eeeeee"/>')
        parts.append(f'<text x="{x(count):.1f}" y="348" text-anchor="middle">{count:,}</text>')
    for name, points in series.items():
        path = "M" + "L".join(f"{x(count):.1f} {y(value):.1f}" for count, value in points)
        parts.append(f'<path d="{path}" fill="none" stroke="{colors[name]}" stroke-width="2"/>')
    for place, (name, points) in enumerate(sorted(series.items(), key=lambda item: -item[1][-1][1])):
        parts.append(f'<text x="580" y="{60 + 20 * place}" fill="{colors[name]}">{escape(name)}</text>')
    parts.append(f'<text x="320" y="375" text-anchor="middle">{escape(axis)}</text>')
    parts.append(f'<text x="70" y="25">{escape(title)}</text></svg>')
    return "\n".join(parts) + "\n"
