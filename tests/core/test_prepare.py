"""What is worked out ahead of an interruption leads to the same as where nobody did so."""

from __future__ import annotations

import importlib
import random
from pathlib import Path

import pytest
from conversation_steps import STORY, sound
from twin_conversations import WithTwin

from gemini_live_interrupt.core import events as e
from gemini_live_interrupt.core.conversation import Conversation
from gemini_live_interrupt.core.options import Options
from gemini_live_interrupt.core.profiles import profile_for
from gemini_live_interrupt.heard.pace import Pace

BENCH = str(Path(__file__).parents[2] / "bench")


class Both(WithTwin):
    """A conversation that is prepared now and then, beside one that never is."""

    draw = random.Random(0)
    pieces = 0

    def apply(self, event: e.Event, now: float) -> list[e.Command]:
        for _ in range(self.draw.choice([0, 0, 1, 3, 30])):
            self.pieces += self.can_prepare
            self.prepare()
        commands = super().apply(event, now)
        assert self.heard(now) == self.twin.heard(now)
        return commands


@pytest.mark.parametrize("seed", range(3))
def test_it_leads_to_the_same(monkeypatch: pytest.MonkeyPatch, seed: int) -> None:
    monkeypatch.syspath_prepend(BENCH)
    fuzz_core = importlib.import_module("fuzz_core")
    monkeypatch.setattr(fuzz_core, "Conversation", Both)
    monkeypatch.setattr(Both, "draw", random.Random(seed))
    # Who is asked earlier has learnt the pace from fewer replies, whoever asks.
    monkeypatch.setattr(Pace, "expect", lambda pace, lesson: None)
    pieces, kinds = 0, set[str]()
    for index in range(40):
        talk = fuzz_core.Talk(2_000 * seed + index, absurd=index % 4 == 3)
        for _ in range(150):
            assert list(talk.go_on()) == []
        pieces += talk.core.pieces
        kinds |= talk.core.kinds
    assert pieces > 100
    assert {"SendNote", "Notify", "Conclude"} <= kinds


def talk_with(text: e.ModelText) -> Conversation:
    talk = Conversation(profile_for("gemini-3.8-live"), Options())
    talk.apply(text, 0.0)
    talk.apply(e.ModelAudio(pcm=sound(10_000)), 0.1)
    return talk


def test_only_a_reply_that_is_heard_and_has_come_whole_is_prepared() -> None:
    talk = talk_with(e.ModelText(text=STORY))
    assert not talk.can_prepare
    talk.apply(e.GenerationComplete(), 0.2)
    assert talk.can_prepare
    while talk.can_prepare:
        talk.prepare()
    talk.apply(e.TurnComplete(), 0.3)
    assert not talk.can_prepare


def test_what_was_played_to_its_end_is_not_prepared_any_more() -> None:
    talk = talk_with(e.ModelText(text=STORY))
    talk.apply(e.GenerationComplete(), 0.2)
    talk.apply(e.TurnComplete(), 12.0)
    assert not talk.can_prepare
