"""Microphone audio may be told late and all at once: nothing follows from it until it matters."""

from __future__ import annotations

import random

import pytest
from conversation_steps import silence, sound

from gemini_live_interrupt.core import events as e
from gemini_live_interrupt.core.conversation import Conversation
from gemini_live_interrupt.core.joining import Speech
from gemini_live_interrupt.core.options import Options
from gemini_live_interrupt.core.profiles import profile_for

LOUD, QUIET = sound(20, 16_000), silence(20, 16_000)
MODELS = ["gemini-3.8-live", "gemini-2.5-flash-native-audio-preview-09-2025"]


def talk(model: str) -> Conversation:
    conversation = Conversation(profile_for(model), Options(model=model))
    conversation.apply(e.UserAudio(pcm=QUIET), 0.0)
    return conversation


def some_events(rng: random.Random) -> list[tuple[float, e.Event]]:
    now, loud, events = 1.0, False, list[tuple[float, e.Event]]()
    for _ in range(rng.randint(100, 400)):
        now += 0.02
        if rng.random() < 0.03:
            loud = not loud
        events.append((now, e.UserAudio(pcm=LOUD if loud else QUIET)))
        if rng.random() < 0.4:
            event = rng.choices(
                [
                    e.ModelText(text="A word. "),
                    e.ModelAudio(pcm=sound(200)),
                    e.Interrupted(),
                    e.TurnComplete(),
                    e.GenerationComplete(),
                    e.UserWords(text=" what"),
                    e.Tick(),
                ],
                [20, 30, 3, 3, 2, 3, 20],
            )[0]
            events.append((now + 0.001, event))
    return events


@pytest.mark.parametrize("model", MODELS)
def test_told_late_it_leads_to_the_same(model: str) -> None:
    seen = set[str]()
    for seed in range(40):
        at_once, late = talk(model), talk(model)
        user: Speech | None = None
        for now, event in some_events(random.Random(seed)):
            expected = at_once.apply(event, now)
            seen |= {type(command).__name__ for command in expected}
            if isinstance(event, e.UserAudio):
                assert late.only_keeps_microphone
                assert expected == []
                user = user or Speech(event.sample_rate)
                user.add(now, event.pcm, "")
                continue
            if user is not None:
                late.hear_user(user)
                user = None
            assert late.apply(event, now) == expected, seed
            assert late.deadline() == at_once.deadline(), seed
    assert {"BuildNote", "Notify"} <= seen


def a_call(model: str, seed: int, *, at_each: bool) -> list[str]:
    """What follows in a call of which little is said, when the core is asked at each deadline, or at each
    message of the microphone, too."""
    rng, conversation, done = random.Random(seed), talk(model), list[str]()
    now, loud, speaks, cuts = 1.0, False, True, 0

    def tell(event: e.Event, at: float) -> None:
        for command in conversation.apply(event, at):
            is_notice = isinstance(command, e.Announce)
            done.append(command.notice.kind if is_notice else type(command).__name__)
            if isinstance(command, e.BuildNote):
                tell(e.NoteBuilt(id=command.interruption.id, text="note"), at)
            elif isinstance(command, e.SendNote):
                tell(e.NoteSent(id=command.id), at)

    for _ in range(2_500):
        while (deadline := conversation.deadline()) is not None and deadline <= now + 0.02:
            now = max(now, deadline)
            tell(e.Tick(), now)
        now += 0.02
        if rng.random() < 0.003:
            loud = not loud
        tell(e.UserAudio(pcm=LOUD if loud else QUIET), now)
        if at_each:
            tell(e.Tick(), now)
        speaks = speaks or rng.random() < 0.0008
        if speaks and rng.random() < 0.4:
            tell(e.ModelText(text="A word or two. "), now)
            tell(e.ModelAudio(pcm=sound(200)), now)
        if rng.random() < (0.02 if speaks and not cuts else 0.003):
            tell(e.Interrupted(), now)
            tell(e.TurnComplete(), now)
            speaks, cuts = False, cuts + 1
        if rng.random() < 0.0005:
            tell(e.UserWords(text=" what is it"), now)
    return sorted(done)


@pytest.mark.parametrize("model", MODELS)
def test_nothing_waits_for_the_microphone_that_has_a_time(model: str) -> None:
    seen = set[str]()
    for seed in range(5):
        done = a_call(model, seed, at_each=False)
        assert done == a_call(model, seed, at_each=True), seed
        seen |= set(done)
    assert {"SendNote", "nudge"} <= seen


def test_the_first_that_is_heard_is_told_at_once() -> None:
    conversation = Conversation(profile_for(MODELS[0]), Options())
    assert not conversation.only_keeps_microphone
    conversation.apply(e.UserAudio(pcm=QUIET), 1.0)
    assert conversation.only_keeps_microphone


def test_who_watches_is_told_all_in_order() -> None:
    seen: list[tuple[float, str]] = []

    class Watcher:
        listens = False

        def saw(self, talk: object, event: e.Event, now: float, *_: object) -> None:
            seen.append((now, type(event).__name__))

        def resumed(self, *_: object) -> None: ...

    conversation = talk(MODELS[0])
    conversation.watch(Watcher())
    assert not conversation.only_keeps_microphone
    conversation.apply(e.UserAudio(pcm=QUIET), 1.0)
    conversation.apply(e.ModelAudio(pcm=sound(200)), 1.01)
    assert seen == [(1.0, "UserAudio"), (1.01, "ModelAudio")]
