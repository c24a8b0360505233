"""Drawings of the results as SVG, by hand: lines against time, and dots by row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from math import log10

COLORS = ("#0b7285", "#e8590c", "#868e96", "#5f3dc4", "#c2255c")
_FONT = "font-family='system-ui, sans-serif' font-size='12' fill='#495057'"
_LEAST = 0.05


def _y(value: float, top: float, height: float, most: float) -> float:
    """A height on a logarithmic scale from `_LEAST` to `most`."""
    share = log10(max(value, _LEAST) / _LEAST) / log10(most / _LEAST)
    return top + height * (1.0 - min(share, 1.0))


def lines(panels: Mapping[str, Mapping[str, Sequence[tuple[float, float]]]], title: str) -> str:
    """One panel for each key, in it a line for each name: error in words against seconds."""
    width, height, left, top = 300, 190, 48, 64
    columns = 2
    rows = -(-len(panels) // columns)
    most = 100.0
    names = list(dict.fromkeys(name for panel in panels.values() for name in panel))
    out = [_head(columns * (width + left) + 40, rows * (height + 62) + top + 10, title)]
    for i, name in enumerate(names):
        x = left + i * 128
        out.append(f"<rect x='{x}' y='34' width='12' height='4' fill='{COLORS[i % 5]}'/>")
        out.append(f"<text x='{x + 17}' y='41' {_FONT}>{escape(name)}</text>")
    for number, (heading, panel) in enumerate(panels.items()):
        x0 = left + number % columns * (width + left)
        y0 = top + number // columns * (height + 62) + 16
        longest = max((x for line in panel.values() for x, _ in line), default=1.0)
        out.append(
            f"<text x='{x0}' y='{y0 - 8}' {_FONT} font-weight='600'>{escape(heading)}</text>"
        )
        for value in (0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0):
            y = _y(value, y0, height, most)
            out.append(f"<path d='M{x0} {y:.1f}h{width}' stroke='#e9ecef'/>")
            out.append(
                f"<text x='{x0 - 6}' y='{y + 4:.1f}' text-anchor='end' {_FONT}>{value:g}</text>"
            )
        for second in range(0, int(longest) + 1, 10):
            x = x0 + width * second / longest
            out.append(
                f"<text x='{x:.1f}' y='{y0 + height + 16}' text-anchor='middle' {_FONT}>"
                f"{second} s</text>"
            )
        for i, name in enumerate(names):
            points = " ".join(
                f"{x0 + width * x / longest:.1f},{_y(y, y0, height, most):.1f}"
                for x, y in panel.get(name, ())
            )
            out.append(
                f"<polyline points='{points}' fill='none' stroke='{COLORS[i % 5]}' "
                f"stroke-width='{2.5 if i == 0 else 1.5}'/>"
            )
    return "\n".join([*out, "</svg>"])


def dots(rows: Mapping[str, Mapping[str, tuple[float, float]]], title: str) -> str:
    """One row for each key, in it a dot at the mean and a bar to the 95th percentile."""
    left, width, step, top = 70, 480, 24, 70
    names = list(dict.fromkeys(name for row in rows.values() for name in row))
    most = 10.0
    height = top + len(rows) * step * len(names) // 2
    out = [_head(left + width + 40, height + 30, title)]
    for i, name in enumerate(names):
        x = left + i * 190
        out.append(f"<circle cx='{x}' cy='38' r='5' fill='{COLORS[i % 5]}'/>")
        out.append(f"<text x='{x + 12}' y='42' {_FONT}>{escape(name)}: mean, to 95 %</text>")

    def x_of(value: float) -> float:
        return left + width - (_y(value, 0.0, width, most))

    for value in (0.1, 0.3, 1.0, 3.0, 10.0):
        x = x_of(value)
        out.append(f"<path d='M{x:.1f} {top - 10}V{height}' stroke='#e9ecef'/>")
        out.append(
            f"<text x='{x:.1f}' y='{height + 16}' text-anchor='middle' {_FONT}>{value:g}</text>"
        )
    y = float(top)
    for row, values in rows.items():
        out.append(
            f"<text x='{left - 12}' y='{y + 8}' text-anchor='end' {_FONT}>{escape(row)}</text>"
        )
        for i, name in enumerate(names):
            if name in values:
                mean, high = values[name]
                color = COLORS[i % 5]
                at = y + i * 9
                out.append(
                    f"<path d='M{x_of(mean):.1f} {at}H{x_of(high):.1f}' stroke='{color}' "
                    "stroke-width='3' stroke-opacity='.35'/>"
                )
                out.append(f"<circle cx='{x_of(mean):.1f}' cy='{at}' r='4' fill='{color}'/>")
        y += step * len(names) / 2
    return "\n".join([*out, "</svg>"])


def _head(width: float, height: float, title: str) -> str:
    return (
        f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {width} {height}' "
        f"width='{width}' height='{height}'>\n<rect width='100%' height='100%' fill='white'/>\n"
        f"<text x='20' y='22' font-family='system-ui, sans-serif' font-size='14' "
        f"font-weight='600' fill='#212529'>{escape(title)}</text>"
    )
