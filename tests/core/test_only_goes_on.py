"""More of a reply in which nothing is open takes a short way: it leads to the same as the long one."""

from __future__ import annotations

import importlib
import random
from pathlib import Path
from typing import Any

import pytest
from conversation_steps import sound
from twin_conversations import WithTwin

from gemini_live_interrupt.core import events as e

PEACE = (e.ModelText(text=" and so on."), e.ModelAudio(pcm=sound(400)))
BENCH = str(Path(__file__).parents[2] / "bench")


class Both(WithTwin):
    """A conversation beside one that always takes the long way."""

    short = 0

    def apply(self, event: e.Event, now: float) -> list[e.Command]:
        self.twin._only_goes_on = False
        self.short += self._only_goes_on and isinstance(event, (e.ModelText, e.ModelAudio))
        return super().apply(event, now)


@pytest.mark.parametrize("seed", range(4))
def test_the_short_way_leads_to_the_same(monkeypatch: pytest.MonkeyPatch, seed: int) -> None:
    monkeypatch.syspath_prepend(BENCH)
    fuzz_core = importlib.import_module("fuzz_core")
    monkeypatch.setattr(fuzz_core, "Conversation", Both)
    short, kinds = 0, set[str]()
    for index in range(60):
        talk = fuzz_core.Talk(1_000 * seed + index, absurd=index % 4 == 3)
        # Now and then a reply in peace, as most are.
        quiet, anything, draw = talk.draw.choice([0.0, 0.7, 0.95]), talk.event, talk.draw

        def event(
            quiet: float = quiet, anything: Any = anything, draw: random.Random = draw
        ) -> e.Event:
            return draw.choice(PEACE) if draw.random() < quiet else anything()

        talk.event = event
        for _ in range(200):
            assert list(talk.go_on()) == []
        short += talk.core.short
        kinds |= talk.core.kinds
    assert short > 500
    assert {"SendNote", "Notify", "Conclude"} <= kinds
