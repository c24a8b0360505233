"""The short way of speech that goes on: it puts down what the long way would, or nothing at all."""

from __future__ import annotations

import gc
import random
import weakref
from collections import deque
from types import SimpleNamespace
from typing import Any

import pytest
from google.genai import types
from live_socket import INTERRUPTED, LiveSocket, audio, receive, text
from spoken_messages import spoken

from gemini_live_interrupt import disable_interrupt_resume, enable_interrupt_resume
from gemini_live_interrupt.core import events as e
from gemini_live_interrupt.core.joining import Speech
from gemini_live_interrupt.genai.following import inboxes
from gemini_live_interrupt.genai.going_on import goes_on
from gemini_live_interrupt.genai.inbox import Inbox
from gemini_live_interrupt.genai.messages import speech_in
from gemini_live_interrupt.record.recording import VARIABLE

PCM = b"\x01\x02" * 480


def begun(rate: int = 24_000) -> Inbox:
    """An inbox in which speech waits."""
    inbox = Inbox()
    inbox.put_speech(1.0, PCM, rate, "One", 0.99, here=True)
    return inbox


def content(**fields: Any) -> types.LiveServerMessage:
    return types.LiveServerMessage(server_content=types.LiveServerContent(**fields))


def turn(*parts: types.Part) -> types.Content:
    return types.Content(parts=list(parts))


def sound(pcm: bytes = PCM, mime: str | None = "audio/pcm;rate=24000") -> types.Part:
    return types.Part(inline_data=types.Blob(data=pcm, mime_type=mime))


ODD: list[Any] = [
    None,
    {},
    SimpleNamespace(server_content=None),
    SimpleNamespace(server_content=SimpleNamespace(model_turn=turn(sound()))),
    types.LiveServerMessage(),
    types.LiveServerMessage(usage_metadata=types.UsageMetadata(prompt_token_count=3)),
    types.LiveServerMessage(server_content=types.LiveServerContent(interrupted=True)),
    content(),
    content(turn_complete=True),
    content(model_turn=turn(sound()), interrupted=True),
    content(model_turn=turn(sound()), generation_complete=True),
    content(model_turn=turn()),
    content(model_turn=types.Content()),
    content(model_turn=turn(sound(), sound())),
    content(model_turn=turn(types.Part(text="A thought.", thought=True))),
    content(model_turn=turn(types.Part(text="Written."))),
    content(model_turn=turn(types.Part(text="Both.", inline_data=sound().inline_data))),
    content(model_turn=turn(sound(b""))),
    content(model_turn=turn(sound(b"\x01"))),
    content(model_turn=turn(sound(mime="image/png"))),
    content(model_turn=turn(sound(mime="audio/pcm;rate=16000"))),
    content(model_turn=turn(sound()), input_transcription=types.Transcription(text="what")),
    content(input_transcription=types.Transcription(text="what")),
    content(output_transcription=types.Transcription(text="")),
    content(output_transcription=types.Transcription(text="One", finished=True)),
    content(output_transcription=types.Transcription(finished=True)),
    content(model_turn=turn(sound()), output_transcription=types.Transcription(text="")),
    types.LiveServerMessage(
        server_content=types.LiveServerContent(model_turn=turn(sound())),
        usage_metadata=types.UsageMetadata(prompt_token_count=3),
    ),
]
USUAL = [
    spoken(PCM),
    spoken(PCM, " two"),
    spoken(b"", " three"),
    content(model_turn=turn(sound(mime=None))),
    content(model_turn=turn(sound(mime="audio/pcm"))),
    content(model_turn=turn(sound(mime="audio/L16;rate=24000"))),
]


@pytest.mark.parametrize("message", ODD, ids=range(len(ODD)))
def test_what_is_not_as_usual_is_left_to_the_long_way(message: Any) -> None:
    inbox = begun()
    assert not goes_on(inbox, message, 1.01, 1.0)
    assert len(inbox) == 1


@pytest.mark.parametrize("message", USUAL, ids=range(len(USUAL)))
def test_what_is_as_usual_is_what_the_long_way_would_make_of_it(message: Any) -> None:
    inbox = begun()
    assert goes_on(inbox, message, 1.01, 1.0)
    said = speech_in(message)
    assert said is not None
    waiting: deque[tuple[float, e.Event | Speech]] = deque()
    inbox.read(waiting, 9)
    [(_, speech)] = waiting
    assert isinstance(speech, Speech)
    assert (speech.came, speech.sound, speech.text) == (
        [1.0, 1.01],
        [PCM, said[0]],
        ["One", said[2]],
    )
    assert speech.sample_rate == said[1]


def test_another_rate_that_was_not_named_is_not_taken_for_the_same() -> None:
    """Vertex names none: then it is 24,000 Hz."""
    inbox, unnamed = begun(16_000), content(model_turn=turn(sound(mime=None)))
    assert not goes_on(inbox, unnamed, 1.01, 1.0)
    assert goes_on(inbox, spoken(PCM, rate=16_000), 1.01, 1.0)
    assert not goes_on(inbox, unnamed, 1.02, 1.01)


@pytest.mark.parametrize("seed", range(20))
def test_any_mixture_comes_out_in_order_with_its_times(seed: int) -> None:
    rng, inbox = random.Random(seed), Inbox()
    expected: list[tuple[float, Any]] = []
    waiting: deque[tuple[float, e.Event | Speech]] = deque()
    short = 0
    for n in range(400):
        at = 1.0 + 0.01 * n
        message = rng.choice(USUAL if rng.random() < 0.9 else ODD)
        said = speech_in(message)
        if goes_on(inbox, message, at, at - 0.005):
            short += 1
        elif said is not None:
            inbox.put_speech(at, *said, at - 0.005, here=True)
        else:
            inbox.put(at, lambda what, at, to: to.append((at, e.Tick())), message, at - 0.005)
        expected.append((at, said))
        assert len(inbox) <= n + 1
        if rng.random() < 0.05:
            inbox.read(waiting, rng.choice([1, 10, 1_000]))
    while inbox:
        inbox.read(waiting, 64)
    assert len(inbox) == 0
    found: list[tuple[float, Any]] = []
    for at, what in waiting:
        if isinstance(what, Speech):
            rates = [what.sample_rate] * len(what)
            found += zip(what.came, zip(what.sound, rates, what.text, strict=True), strict=True)
        else:
            found.append((at, None))
    assert [at for at, _ in found] == [at for at, _ in expected]
    for (_, got), (_, said) in zip(found, expected, strict=True):
        assert (got is None) is (said is None)
        if said is not None:
            assert (got[0], got[2]) == (said[0], said[2])
            assert got[1] == said[1] or not said[0]
    assert short > 100


@pytest.mark.parametrize("disabled", [False, True])
async def test_a_session_that_is_gone_or_left_is_fed_no_more(
    here: LiveSocket, monkeypatch: pytest.MonkeyPatch, disabled: bool
) -> None:
    """Another session may have its `id` next."""
    monkeypatch.delenv(VARIABLE)  # One that is recorded goes another way.
    gc.collect()
    before = set(inboxes)
    enable_interrupt_resume()
    async with here.connect() as session:
        await here.say(text("One two."), audio(400), audio(400))
        await receive(session, 3)
        gone, key = weakref.ref(session), id(session)
        assert key in inboxes
        if disabled:
            disable_interrupt_resume()
            assert key not in inboxes
    del session
    gc.collect()
    assert gone() is None
    assert set(inboxes) <= before


async def test_what_goes_the_short_way_is_in_the_note(
    here: LiveSocket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(VARIABLE)
    enable_interrupt_resume()
    async with here.connect() as session:
        for word in ("One", " two", " three", " four."):
            await here.say(text(word), audio(1_000))
        await receive(session, 8)
        assert len(inboxes[id(session)]) == 8
        await here.say(INTERRUPTED)
        await receive(session, 1)
        [note] = await here.until_notes(1)
        assert "One two three four." in str(note)
