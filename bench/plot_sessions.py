"""A drawing of what calls cost, against how many there are: one panel for each cost, a line for each way."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Sequence
from html import escape
from math import log10
from typing import Any

from plot import _FONT, COLORS, _head

WIDTH, HEIGHT, LEFT, TOP = 300, 180, 56, 84


def drawn(rounds: Sequence[Any], names: dict[str, str]) -> str:
    """The rounds of `sessions.py` as SVG.

    Args:
        rounds: each with `calls`, `way`, `cpu_us`, `late` and `idle_kib`.
        names: of the ways, as they are shown.
    """
    panels: dict[str, Callable[[Any], float]] = {
        "CPU for a message, µs": lambda each: float(each.cpu_us),
        "the host has a message late, p95, ms": lambda each: float(each.late[1]),
        "memory of an idle call, KiB": lambda each: float(each.idle_kib),
    }
    counts = sorted({each.calls for each in rounds})
    ways = [way for way in names if any(each.way == way for each in rounds)]
    out = [
        _head(
            len(panels) * (WIDTH + LEFT) + 40, TOP + HEIGHT + 50, "What calls in one process cost"
        )
    ]
    for i, way in enumerate(ways):
        x = LEFT + i * 190
        out.append(f"<rect x='{x}' y='38' width='12' height='4' fill='{COLORS[i % 5]}'/>")
        out.append(f"<text x='{x + 17}' y='45' {_FONT}>{escape(names[way])}</text>")
    for number, (heading, cost) in enumerate(panels.items()):
        x0 = LEFT + number * (WIDTH + LEFT)
        lines = {
            way: [
                statistics.median(cost(e) for e in rounds if (e.way, e.calls) == (way, count))
                for count in counts
            ]
            for way in ways
        }
        most = _round(max(max(line) for line in lines.values()))
        out.append(
            f"<text x='{x0}' y='{TOP - 14}' {_FONT} font-weight='600'>{escape(heading)}</text>"
        )
        for part in range(5):
            y = TOP + HEIGHT * (1 - part / 4)
            out.append(f"<path d='M{x0} {y:.1f}h{WIDTH}' stroke='#e9ecef'/>")
            label = f"{most * part / 4:g}"
            out.append(
                f"<text x='{x0 - 6}' y='{y + 4:.1f}' text-anchor='end' {_FONT}>{label}</text>"
            )
        for count in counts:
            x, y = _x(x0, count, counts), TOP + HEIGHT + 18
            out.append(f"<text x='{x:.1f}' y='{y}' text-anchor='middle' {_FONT}>{count:,}</text>")
        out.append(
            f"<text x='{x0 + WIDTH / 2}' y='{TOP + HEIGHT + 36}' text-anchor='middle' {_FONT}>calls</text>"
        )
        for i, way in enumerate(ways):
            at = [
                (_x(x0, count, counts), TOP + HEIGHT * (1 - value / most))
                for count, value in zip(counts, lines[way], strict=True)
            ]
            points = " ".join(f"{x:.1f},{y:.1f}" for x, y in at)
            out.append(
                f"<polyline points='{points}' fill='none' stroke='{COLORS[i % 5]}' stroke-width='2'/>"
            )
            out += [
                f"<circle cx='{x:.1f}' cy='{y:.1f}' r='3' fill='{COLORS[i % 5]}'/>" for x, y in at
            ]
    return "\n".join([*out, "</svg>"])


def _x(x0: float, count: int, counts: Sequence[int]) -> float:
    """Where a number of calls is, on a logarithmic scale."""
    least, most = log10(counts[0]), log10(counts[-1])
    return x0 + 14 + (WIDTH - 28) * (log10(count) - least) / ((most - least) or 1.0)


def _round(value: float) -> float:
    """The next value of 1, 2, 4, 8 times a power of ten."""
    power = 10.0 ** int(log10(max(value, 1e-9)) // 1)
    return next((power * n for n in (1, 2, 4, 8) if power * n >= value), 10.0 * power)
