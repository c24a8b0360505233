"""The demo on Gemini 2.5, whose next spoken turn does not use a note: a repair makes up for it."""

from __future__ import annotations

import argparse
import asyncio
import io
import re
from dataclasses import dataclass

import pytest
from quick_time import QuickLoop
from rich.console import Console

from gemini_live_interrupt.commands.demo import command, spoken
from gemini_live_interrupt.commands.demo.conclusion import conclude
from gemini_live_interrupt.commands.demo.holding import converse
from gemini_live_interrupt.commands.demo.side import Side
from gemini_live_interrupt.testing import Score, score

MODELS = ("2.5", "2.5-vertex")


@dataclass(frozen=True)
class Shown:
    """One run of the demo as it is; only the waiting is left out."""

    output: str
    without: Side
    followed: Side

    def score(self, side: Side) -> Score:
        """From the server's record."""
        assert isinstance(side._source, spoken.FromServer)
        return score(side._source.record)


async def _show(model: str) -> Shown:
    parser = argparse.ArgumentParser()
    command.add_arguments(parser)
    arguments = parser.parse_args(["--plain", "--model", model])
    console = Console(file=io.StringIO(), width=100)
    sides = Side("without", is_followed=False), Side("with", is_followed=True)
    await converse(arguments, model, sides, console)
    conclude(arguments, model, sides, console)
    return Shown(console.file.getvalue(), *sides)  # type: ignore[attr-defined]


@pytest.fixture(scope="module")
def shown() -> dict[str, Shown]:
    """Both at the same time: a minute, most of it listening."""

    async def both() -> dict[str, Shown]:
        return dict(zip(MODELS, await asyncio.gather(*map(_show, MODELS)), strict=True))

    with asyncio.Runner(loop_factory=QuickLoop) as runner:
        return runner.run(both())


@pytest.mark.parametrize("model", MODELS)
def test_no_word_of_the_story_is_lost_with_the_library(shown: dict[str, Shown], model: str) -> None:
    run = shown[model]
    assert run.score(run.followed).skipped == ()
    assert run.score(run.followed).barge_ins == 2
    assert run.followed.entries()[-1].text.endswith("The lamp has never gone dark again.")
    assert run.score(run.without).words_skipped > 50


@pytest.mark.parametrize("model", MODELS)
def test_it_says_how_the_story_went_on(shown: dict[str, Shown], model: str) -> None:
    output = shown[model].output
    row = next(line for line in output.splitlines() if "never spoken" in line)
    assert re.findall(r"\d+", row)[-1] == "0", "and the words below the table agree with it"
    place = -1
    for part in (
        "with: User  Wait, where was that?",
        'with: → note to the model, go on from "Every evening she climbed …"',
        'with: → the model is asked whether to go on from "Every evening she climbed …"',
        "with: Model Shall I go on?",
        "with: User  Yes, go on.",
        "with: User  Mm-hm.",
        "with: Model Okay.",
        "with: → the model is asked to go on from",
        'After "Wait, where was that?" a repair had the model ask, and the user said yes.',
        'After "Mm-hm." the note was not used; a repair made the story go on.',
    ):
        found = output.find(part, place + 1)
        assert found > place, part
        place = found
    assert "ignores" not in output.partition("What the user got")[2]
