"""What is read and told together leads to the same as if each message had been told when it came."""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Iterator

import pytest
from conversation_steps import silence, sound
from plain_commands import plain
from spoken_messages import spoken

from gemini_live_interrupt.core import events as e
from gemini_live_interrupt.core.conversation import Conversation
from gemini_live_interrupt.core.joining import Waiting, add_events
from gemini_live_interrupt.core.options import Options
from gemini_live_interrupt.core.profiles import profile_for
from gemini_live_interrupt.genai.going_on import goes_on
from gemini_live_interrupt.genai.inbox import Inbox

MIC = [silence(20, 16_000), sound(20, 16_000)]


def some_call(rng: random.Random) -> Iterator[tuple[float, e.Event]]:
    """A call of replies that come faster than they are played, whose app reports what it plays."""
    now, speaks, unplayed = 1.0, False, 0.0
    every = rng.choice([20.0, 40.0, 200.0])
    by_size, overstates = rng.random() < 0.5, rng.random() < 0.2
    rate = rng.choice([24_000, 16_000])
    for _ in range(rng.randint(100, 500)):
        now += 0.009 + 0.002 * rng.random()
        if rng.random() < 0.02:
            speaks = not speaks
        if speaks:
            if rng.random() < 0.5:
                yield now, e.ModelText(text=rng.choice([" word", " and", " end.", "。"]))
            yield now, e.ModelAudio(pcm=sound(40, rate), sample_rate=rate)
            unplayed += 40.0
        if unplayed >= every or (overstates and rng.random() < 0.1):
            unplayed = max(0.0, unplayed - every)
            report = e.Played(size=round(every * rate / 500)) if by_size else e.Played(ms=every)
            yield now + 0.001, report
        yield now + 0.002, e.UserAudio(pcm=rng.choice(MIC))
        kind = rng.random()
        if kind < 0.01:
            yield now + 0.003, e.Interrupted()
            speaks, unplayed = False, 0.0
        elif kind < 0.02:
            yield now + 0.003, e.UserWords(text=" what")
        elif kind < 0.03:
            yield now + 0.003, e.TurnComplete()
        elif kind < 0.035:
            yield now + 0.003, e.Flushed()
        elif kind < 0.08:
            yield now + 0.003, e.Tick()


class Together:
    """A conversation that is told all by way of an inbox."""

    def __init__(self, talk: Conversation) -> None:
        self.talk, self.inbox = talk, Inbox()
        self.commands: list[e.Command] = []
        self.told = 0
        self._text, self._last = "", 0.0

    def comes(self, at: float, event: e.Event) -> None:
        inbox = self.inbox
        if isinstance(event, e.ModelText):
            self._text = event.text
        elif isinstance(event, e.ModelAudio):
            pcm, rate, text, asked_at = event.pcm, event.sample_rate, self._text, at - 0.05
            self._text = ""
            if not goes_on(inbox, spoken(pcm, text, rate), at, asked_at):
                inbox.put_speech(at, pcm, rate, text, asked_at, here=True)
        elif isinstance(event, e.Played):
            inbox.put_report(at, event)
        elif isinstance(event, e.UserAudio) and self.talk.only_keeps_microphone:
            inbox.put_user(at, event.pcm, event.sample_rate)
        else:
            inbox.put(at, add_events, (event,))

    def read(self) -> None:
        waiting: Waiting = deque()
        if (user := self.inbox.take_user()) is not None:
            self.talk.hear_user(user)
        while self.inbox or waiting:
            if not waiting:
                assert self.inbox.read(waiting, 64)
            found = self.talk.next_of(waiting, more=bool(self.inbox))
            if found is not None:
                assert found[0] >= self._last  # Time does not go back.
                self._last = found[0]
                self.told += 1
                self.commands += self.talk.apply(found[1], found[0])


@pytest.mark.parametrize("latency_ms", [0.0, 150.0])
@pytest.mark.parametrize("first_seed", range(0, 80, 20))
def test_the_conversation_is_the_same(latency_ms: float, first_seed: int) -> None:
    kinds, told, events = set[str](), 0, 0
    for seed in range(first_seed, first_seed + 20):
        rng = random.Random(seed)
        single, other = (
            Conversation(
                profile_for("gemini-3.8-live"), Options(session_id="it", latency_ms=latency_ms)
            )
            for _ in range(2)
        )
        together, expected = Together(other), list[e.Command]()
        at = 0.0
        for at, event in some_call(rng):
            events += 1
            expected += single.apply(event, at)
            together.comes(at, event)
            if isinstance(event, e.ModelText):
                continue  # Of the same message as the sound that follows.
            if isinstance(event, (e.Tick, e.Interrupted)) or rng.random() < 0.01:
                together.read()
                assert other.heard(at).text == single.heard(at).text, seed
                assert other.heard(at).ms == pytest.approx(single.heard(at).ms), seed
        together.read()
        told += together.told
        assert plain(together.commands) == plain(expected), seed
        assert other.deadline() == pytest.approx(single.deadline()), seed
        kinds |= {type(command).__name__ for command in expected}
    assert {"Notify", "BuildNote"} <= kinds
    assert told < 0.6 * events
