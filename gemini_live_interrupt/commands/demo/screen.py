"""What the demo looks like: two columns that fill as the words are heard, and the table.

Everything goes through rich. Knows entries and figures; nothing of sessions, and nothing of where
figures come from.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from rich.align import Align
from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.panel import Panel
from rich.segment import Segment
from rich.table import Table
from rich.text import Text

from gemini_live_interrupt.commands.demo.spoken import Entry, Figures

__all__ = ["Column", "columns", "figures_table", "footnote", "note_panel", "plain_lines"]

_COLOURS = {False: "red", True: "green"}


class Column(Protocol):
    """A conversation that can be shown."""

    title: str
    is_followed: bool
    begin: float
    is_over: bool

    def entries(self) -> list[Entry]:
        """What happened so far."""
        ...


def columns(sides: Sequence[Column], *, height: int | None = None) -> RenderableType:
    """The conversations side by side.

    Args:
        sides: From left to right.
        height: Lines of the terminal to stay within, by showing the latest part; None: all.
    """
    grid = Table.grid(expand=True, padding=(0, 1, 0, 0))
    for _ in sides:
        grid.add_column(ratio=1)
    grid.add_row(*(_column(side, height) for side in sides))
    return grid


def _column(side: Column, height: int | None) -> Panel:
    lines = Table.grid(padding=(0, 1, 0, 0), expand=True)
    lines.add_column(width=4, justify="right", style="dim")
    lines.add_column(ratio=1)
    for entry in side.entries():
        lines.add_row(_seconds(entry.at - side.begin), _text(entry, side))
    if side.is_over:
        lines.add_row("", Text("— nothing more comes —", style="dim"))
    body: RenderableType = lines
    if height is not None:
        body = _Tail(lines, max(1, height - 2))
    colour = _COLOURS[side.is_followed]
    return Panel(body, title=f"[bold]{side.title}[/bold]", border_style=colour)


def _text(entry: Entry, side: Column) -> Text:
    if entry.kind == "user":
        return Text.assemble(("User  ", "bold cyan"), (entry.text, "cyan"))
    if entry.kind == "note":
        first = " ".join(entry.go_on.split()[:4])
        go_on = f', go on from "{first} …"' if first else ""
        return Text(f"→ note to the model{go_on}", style="bold green")
    line = Text.assemble(("Model ", "bold"), entry.text)
    if entry.is_cut:
        line.append(" ✂", style="bold yellow")
        if entry.lost and not side.is_followed:
            line.append(f" {_unheard(entry.lost)}", style="red")
    elif not entry.is_over:
        line.append(" ▌", style="dim")
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
    return Panel(Text(text), title=title, title_align="left", border_style=_COLOURS[True])


def footnote(text: str) -> RenderableType:
    """A remark below the table."""
    return Align.left(Text(text, style="dim"))


def plain_lines(side: Column, shown: int) -> list[str]:
    """The entries after the first `shown` that are over, one line each, for logs.

    Args:
        side: The conversation.
        shown: How many entries were returned before.
    """
    lines = []
    for entry in side.entries()[shown:]:
        if not entry.is_over:
            break
        lines.append(f"{_seconds(entry.at - side.begin):>5}  {side.title}: {_text(entry, side)}")
    return lines


def _seconds(seconds: float) -> str:
    return f"{max(0.0, seconds):.0f}s"
