"""What came of the demo's conversations: the table, how the story went on, and the files asked for.

Everything it shows about the local server comes from that server's own record, never from the
library. Must not know how conversations are held.
"""

from __future__ import annotations

import argparse
import io
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.text import Text

from gemini_live_interrupt.commands.demo import screen
from gemini_live_interrupt.commands.demo.holding import is_plain
from gemini_live_interrupt.commands.demo.side import Side
from gemini_live_interrupt.commands.demo.sound import wav_files, write_conversation

__all__ = ["conclude"]

_ABOUT_LOCAL = (
    "All figures are from the server's own record of what it sent and what was played, not from "
    "the library.\nThe model is a script that stands in for Gemini; it really uses what it is told."
)
_ABOUT_REAL = (
    "Words heard are estimated from the audio that was played. What the real model believes cannot "
    "be seen from outside; judge by what it said next."
)


def conclude(
    arguments: argparse.Namespace, model: str, sides: Sequence[Side], console: Console
) -> None:
    """Show the whole conversation, the first note and the table, and write the files.

    Args:
        arguments: of the command.
        model: the service's model id, or the family of the local server.
        sides: without the library, and with it.
        console: where it is shown.
    """
    without, followed = sides
    table = screen.figures_table(without.figures(), followed.figures())
    about = _ABOUT_REAL if arguments.real else _ABOUT_LOCAL
    told = followed.how_it_went_on()
    how = [Text("\n".join(told))] if told else []
    result = [Text(), table, *how, screen.footnote(about)]
    notes = followed.notes_received()
    note = [screen.note_panel(notes[0].text)] if notes else []
    signs = screen.signs_for(console)
    whole = [] if is_plain(arguments, console) else [screen.columns(sides, signs=signs)]
    for part in [*whole, *note, *result]:
        console.print(part)
    if arguments.svg is not None:
        _write_svg(arguments.svg, [screen.columns(sides), *result])
        console.print(f"Picture: {arguments.svg}", soft_wrap=True, markup=False)
    if arguments.wav is not None:
        for path, side in zip(wav_files(arguments.wav), (followed, without), strict=True):
            length = write_conversation(path, side.user_audio, side.model_audio, begin=side.begin)
            text = f"Sound, {side.title}: {path} ({length:.0f} s)"
            console.print(text, soft_wrap=True, markup=False)


def _write_svg(path: Path, parts: Sequence[Any]) -> None:
    picture = Console(record=True, width=110, file=io.StringIO(), force_terminal=True)
    for part in parts:
        picture.print(part)
    svg = picture.export_svg(title="gemini-live-interrupt demo")
    # Without the fonts that rich would have a viewer fetch from the web.
    path.write_text(re.sub(r"@font-face \{.*?\}\s*", "", svg, flags=re.DOTALL), encoding="utf-8")
