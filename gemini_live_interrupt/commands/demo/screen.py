"""What the demo looks like: two columns that fill as the words are heard, and the table.

Everything goes through rich. Knows entries and figures; nothing of sessions, and nothing of where
figures come from.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from rich.align import Align
from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.panel import Panel
from rich.segment import Segment
from rich.table import Table
from rich.text import Text

from gemini_live_interrupt.commands.demo.spoken import Entry, Figures
from gemini_live_interrupt.commands.shown import shown

__all__ = [
    "Column",
    "Lines",
    "Signs",
    "columns",
    "figures_table",
    "footnote",
    "note_panel",
    "signs_for",
]

_COLOURS = {False: "red", True: "green"}


@dataclass(frozen=True, slots=True)
class Signs:
    """The signs beside the words."""

    cut: str = "✂"
    """Here the user cut in."""
    goes_on: str = "▌"
    """More of it is to come."""
    to: str = "→"
    """To the model."""
    more: str = "…"
    dash: str = "—"


_PLAIN = Signs(cut="[cut]", goes_on="_", to="->", more="...", dash="-")


def signs_for(console: Console) -> Signs:
    """The signs that a console's encoding has."""
    signs = Signs()
    try:
        "".join((signs.cut, signs.goes_on, signs.to, signs.more, signs.dash)).encode(
            console.encoding
        )
    except (LookupError, UnicodeEncodeError):
        return _PLAIN
    return signs


_SETTLED = 0.3
"""Seconds after which nothing is found out any more to have begun."""


class Column(Protocol):
    """A conversation that can be shown."""

    title: str
    is_followed: bool
    begin: float
    is_over: bool

    def entries(self) -> list[Entry]:
        """What happened so far."""
        ...

    def open_since(self) -> float:
        """When the first thing began that is not over yet; infinity if all is over."""
        ...


def columns(
    sides: Sequence[Column], *, height: int | None = None, signs: Signs | None = None
) -> RenderableType:
    """The conversations side by side.

    Args:
        sides: From left to right.
        height: Lines of the terminal to stay within, by showing the latest part; None: all.
        signs: The signs beside the words; None: all of Unicode's.
    """
    grid = Table.grid(expand=True, padding=(0, 1, 0, 0))
    for _ in sides:
        grid.add_column(ratio=1)
    grid.add_row(*(_column(side, height, signs or Signs()) for side in sides))
    return grid


def _column(side: Column, height: int | None, signs: Signs) -> Panel:
    lines = Table.grid(padding=(0, 1, 0, 0), expand=True)
    lines.add_column(width=4, justify="right", style="dim")
    lines.add_column(ratio=1)
    for entry in side.entries():
        lines.add_row(_seconds(entry.at - side.begin), _text(entry, side, signs))
    if side.is_over:
        text = f"{signs.dash} nothing more comes {signs.dash}"
        lines.add_row("", Text(text, style="dim"))
    body: RenderableType = lines
    if height is not None:
        body = _Tail(lines, max(1, height - 2))
    colour = _COLOURS[side.is_followed]
    return Panel(body, title=f"[bold]{side.title}[/bold]", border_style=colour)


def _text(entry: Entry, side: Column, signs: Signs) -> Text:
    words = shown(entry.text)
    if entry.kind == "user":
        return Text.assemble(("User  ", "bold cyan"), (words, "cyan"))
    if entry.kind == "note":
        first = " ".join(shown(entry.go_on).split()[:4])
        place = f' "{first} {signs.more}"' if first else ""
        what = {"note": "note to the model", "nudge": "the model is asked"}[entry.message]
        verb = {"go on": "go on from", "offer": "whether to go on from"}[entry.asks]
        joint = ", " if entry.message == "note" else " to " if entry.asks == "go on" else " "
        go_on = f"{joint}{verb}{place}" if first else ""
        return Text(f"{signs.to} {what}{go_on}", style="bold green")
    line = Text.assemble(("Model ", "bold"), words)
    if entry.is_cut:
        line.append(f" {signs.cut}", style="bold yellow")
        if entry.lost and not side.is_followed:
            line.append(f" {_unheard(entry.lost)}", style="red")
    elif not entry.is_over:
        line.append(f" {signs.goes_on}", style="dim")
    return line


def _unheard(words: int) -> str:
    return f"{words} words more were sent; the model believes they were heard"


class _Tail:
    """The last lines of something."""

    def __init__(self, body: RenderableType, most: int) -> None:
        self._body = body
        self._most = most

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        lines = console.render_lines(self._body, options.update(height=None), pad=False)
        for line in lines[-self._most :]:
            yield from line
            yield Segment.line()


def figures_table(without: Figures, followed: Figures) -> RenderableType:
    """The comparison."""
    table = Table(title="What the user got", title_style="bold", title_justify="left")
    table.add_column("")
    table.add_column("without", justify="right", style=_COLOURS[False])
    table.add_column("with", justify="right", style=_COLOURS[True])
    rows = (
        ("words heard", without.heard, followed.heard),
        ("words the model believed were heard", without.believed, followed.believed),
        ("words of the story never spoken", without.never_spoken, followed.never_spoken),
        ("words repeated", without.repeated, followed.repeated),
    )
    for name, left, right in rows:
        if left is not None and right is not None:
            table.add_row(name, str(left), str(right))
    table.add_row("seconds of silence", f"{without.silence_s:.1f}", f"{followed.silence_s:.1f}")
    return table


def note_panel(text: str) -> RenderableType:
    """A note in full."""
    title = "[bold]The first note, as the server received it[/bold]"
    return Panel(Text(shown(text)), title=title, title_align="left", border_style=_COLOURS[True])


def footnote(text: str) -> RenderableType:
    """A remark below the table."""
    return Align.left(Text(text, style="dim"))


class Lines:
    """The conversations as lines for a log, in the order in which things began.

    Args:
        sides: The conversations.
        signs: The signs beside the words.
    """

    def __init__(self, sides: Sequence[Column], signs: Signs) -> None:
        self._sides = sides
        self._signs = signs
        self._printed = [0] * len(sides)

    def new(self, now: float, *, ended: bool) -> Iterator[str]:
        """The lines that are due: of all that is over, up to the first thing that is not.

        Args:
            now: On the event loop's clock, in seconds.
            ended: Whether nothing more will come, so that what is not over is due, too.
        """
        # What the user says is there at once; a reply of the model a moment after it began.
        until = min((side.open_since() for side in self._sides), default=now)
        until = float("inf") if ended else min(until, now - _SETTLED)
        due = [
            (entry.at - side.begin, index, entry)
            for index, side in enumerate(self._sides)
            for entry in side.entries()[self._printed[index] :]
            if entry.at < until
        ]
        for at, index, entry in sorted(due, key=lambda one: one[:2]):
            side = self._sides[index]
            self._printed[index] += 1
            text = _text(entry, side, self._signs)
            yield f"{_seconds(at):>5}  {side.title}: {text}"


def _seconds(seconds: float) -> str:
    return f"{max(0.0, seconds):.0f}s"
