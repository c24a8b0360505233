"""Holding the two conversations of the demo at the same time, and showing them as they go.

Puts the server or the real service, the two sides and the screen together. Knows nothing of what
came of it: that is `conclusion`.
"""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.live import Live

from gemini_live_interrupt.commands.demo import scene, screen
from gemini_live_interrupt.commands.demo.side import Side
from gemini_live_interrupt.testing.server.live_server import LiveServer
from gemini_live_interrupt.testing.server.profiles import PROFILES

if TYPE_CHECKING:
    from google import genai

__all__ = ["converse", "is_plain"]

_LONGEST = 120.0
"""Seconds after which a run is given up; the story takes about 45, on 2.5 about 65."""
_SIGN_OF_LIFE = 5.0
"""Seconds without a line after which plain output says how far it is, on a terminal."""


async def converse(
    arguments: argparse.Namespace, model: str, sides: Sequence[Side], console: Console
) -> None:
    """Hold the conversations.

    Args:
        arguments: of the command.
        model: the service's model id, or the family of the local server.
        sides: the conversations.
        console: where they are shown.
    """
    signs = screen.signs_for(console)
    if arguments.real:
        from google import genai

        console.print(f"Connecting to {model} twice {signs.more}", style="dim", markup=False)
        await _hold(sides, genai.Client(), model, arguments.plain, console)
        return
    profile = PROFILES[model]
    name = f"a local Live server that behaves like {profile.model}"
    console.print(f"Connecting the google-genai SDK twice to {name} {signs.more}", style="dim")
    async with LiveServer(
        scene.MODEL, profile=profile, seed=arguments.seed, speech=scene.lines(), recogniser=None
    ) as server:
        client = server.client(vertex=profile.backend == "vertex")
        await _hold(sides, client, profile.model, arguments.plain, console, server)


def is_plain(arguments: argparse.Namespace, console: Console) -> bool:
    """Whether the output is lines: they are asked for, or the cursor cannot be moved."""
    return bool(arguments.plain or not console.is_terminal or console.is_dumb_terminal)


async def _hold(
    sides: Sequence[Side],
    client: genai.Client,
    model: str,
    plain: bool,
    console: Console,
    server: LiveServer | None = None,
) -> None:
    together = asyncio.Barrier(len(sides))
    moves = console.is_terminal and not console.is_dumb_terminal and not plain
    show = _show_columns if moves else _show_plainly
    async with asyncio.timeout(_LONGEST), asyncio.TaskGroup() as group:
        showing = group.create_task(show(sides, console))
        async with asyncio.TaskGroup() as conversations:
            for side in sides:
                conversations.create_task(side.run(client, model, together, server))
        showing.cancel()


async def _show_columns(sides: Sequence[Side], console: Console) -> None:
    def picture() -> Any:
        return screen.columns(
            sides, height=console.size.height - 1, signs=screen.signs_for(console)
        )

    with Live(picture(), console=console, auto_refresh=False, transient=True) as live:
        while True:
            await asyncio.sleep(0.1)
            live.update(picture(), refresh=True)


async def _show_plainly(sides: Sequence[Side], console: Console) -> None:
    clock = asyncio.get_running_loop().time
    lines = screen.Lines(sides, screen.signs_for(console))
    printed_at = clock()

    def print_new(*, ended: bool) -> None:
        nonlocal printed_at
        for line in lines.new(clock(), ended=ended):
            console.print(line, markup=False, soft_wrap=True)
            printed_at = clock()
        if not ended and console.is_terminal and clock() - printed_at > _SIGN_OF_LIFE:
            begin = max(side.begin for side in sides)
            if begin:
                so_far = f"{clock() - begin:.0f}s"
                console.print(f"{so_far:>5}  (the story goes on)", style="dim")
            printed_at = clock()

    try:
        while True:
            await asyncio.sleep(0.1)
            print_new(ended=False)
    finally:
        print_new(ended=True)
