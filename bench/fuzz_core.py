"""Random conversations with the core, and what must stay true in each (`docs/design.md`)."""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from conversation_steps import STORY, sound, timed  # the words of the tests

from gemini_live_interrupt.core import events as e
from gemini_live_interrupt.core.conversation import Conversation
from gemini_live_interrupt.core.note import build_note
from gemini_live_interrupt.core.options import Options
from gemini_live_interrupt.core.profiles import profile_for
from gemini_live_interrupt.heard.control_tokens import words_of

STEPS = 200
"""Events in one conversation."""
MODELS = ("gemini-3.8-live", "gemini-3.1-flash-live-preview", "gemini-2.5-flash", "gemini-9")
WORDS = STORY.split()
ODD = ("", " ", "\n", "…", "まって。", "<noise>", "\ud800", "3.5 %", "<ctrl46>", "e\u0301", "؟")
SOUND, SILENCE, MICROPHONE = sound(400), bytes(19_200), sound(20, 16_000)


class Talk:
    """One conversation, and all that was said and done in it."""

    def __init__(self, seed: int, *, absurd: bool = False) -> None:
        self.draw = random.Random(seed)
        self.core = Conversation(
            profile_for(model := self.draw.choice(MODELS)),
            Options(
                model=model,
                spoken=True,
                delivery=self.draw.choice(["silent", "answering"]),
                max_history=self.draw.choice([0, 4]),
                reply_timeout=self.draw.choice([None, 3.0]),
            ),
        )
        self.now = 1_000.0
        self.received = ""
        self.turn_ms = 0.0
        self.told: set[int] = set()
        self.asked: dict[int, int] = {}
        self.sent = 0
        self.late: list[e.Event] = []
        """Answers of the shell that are still to come."""
        self.is_absurd = absurd

    def event(self) -> e.Event:
        draw = self.draw
        kind = draw.random()
        if kind < 0.30:
            return e.ModelAudio(
                pcm=draw.choice((SOUND, SOUND, SILENCE, SOUND[:7])),
                sample_rate=draw.choice((24_000, 24_000, 24_000, 16_000, 0, -1, 10**9)),
            )
        if kind < 0.50:
            text = " " + " ".join(draw.choices(WORDS, k=draw.randrange(1, 12)))
            if draw.random() < 0.1:
                text = draw.choice(ODD)
            words = timed(text, self.turn_ms, 400.0) if draw.random() < 0.2 else ()
            return e.ModelText(text=text, words=words, written=draw.random() < 0.02)
        if kind < 0.60:
            return e.UserAudio(pcm=draw.choice((MICROPHONE, bytes(640), b"", b"\1")))
        return draw.choice(self.rare())

    def rare(self) -> tuple[e.Event, ...]:
        draw = self.draw
        call = e.ToolCall(id=draw.choice("abc"), name="f")
        return (
            e.Interrupted(),
            e.Interrupted(),
            e.GenerationComplete(),
            e.TurnComplete(),
            e.TurnComplete(),
            e.UserWords(text=draw.choice((" what", " And", *ODD)), finished=draw.random() < 0.3),
            e.UserWords(text=" wha", interim=True),
            e.UserTyped(text=draw.choice(("Go on.", ""))),
            e.Activity(started=True, by_app=draw.random() < 0.5),
            e.Activity(started=False),
            e.ToolCalled(calls=(call,)),
            e.ToolCancelled(ids=(call.id,)),
            e.ToolAnswered(ids=(call.id,)),
            e.Played(ms=draw.uniform(0.0, 3_000.0)),
            e.Flushed(for_good=draw.random() < 0.1),
            *(self.absurd() if self.is_absurd else ()),
            e.Disconnected(wanted=draw.random() < 0.5),
            e.AppInterrupts(),
            e.TokensCounted(
                prompt=draw.randrange(9_000), response=draw.randrange(900), thoughts=None
            ),
            e.Tick(),
        )

    def absurd(self) -> tuple[e.Event, ...]:
        """Answers to what nobody asked."""
        draw = self.draw
        return (
            e.NoteSent(id=draw.randrange(9)),
            e.NoteFailed(id=draw.randrange(9), error="x"),
            e.NoteBuilt(id=draw.randrange(5), text=draw.choice(("", "note"))),
        )

    def answer(self, good: e.Event, bad: e.Event, now: float) -> Iterator[str]:
        """What was asked of the shell is done at once, or later."""
        answer = bad if self.draw.random() < 0.05 else good
        if self.draw.random() < 0.8:
            yield from self.apply(answer, now)
        else:
            self.late.append(answer)

    def go_on(self) -> Iterator[str]:
        """One event; gives what is wrong then."""
        self.now += self.draw.choice((0.0, 0.01, 0.01, 0.1, 0.3, 1.0, 5.0))
        if self.late and self.draw.random() < 0.1:
            yield from self.apply(self.late.pop(0), self.now)
        event = self.event()
        if isinstance(event, e.ModelText) and not event.written:
            self.received += event.text
        for _ in range(50):
            due = self.core.deadline()
            if due is None or due > self.now:
                break
            yield from self.apply(e.Tick(), max(due, self.now - 5.0))
        else:
            yield "the core wants the same moment again and again"
        yield from self.apply(event, self.now)
        if len(self.core.replies.queue) > 8:
            yield "replies pile up"
        if self.sent > self.core.records.made:
            yield "more notes than interruptions"

    def apply(self, event: e.Event, now: float) -> Iterator[str]:
        for command in self.core.apply(event, now):
            match command:
                case e.BuildNote(interruption=it):
                    text = build_note(it)
                    built = e.NoteBuilt(id=it.id, text=text)
                    yield from self.answer(built, e.NoteBuilt(id=it.id, text=""), now)
                case e.SendNote():
                    self.sent += 1
                    if command.delivery == "answering":
                        if self.core.speaking.now(now):
                            yield "asked while the user speaks"
                        if not self.core.model_idle(now):
                            yield "asked while the model speaks"
                    failed = e.NoteFailed(id=command.id, error="x")
                    yield from self.answer(e.NoteSent(id=command.id), failed, now)
                case e.Notify(interruption=it):
                    if it.id in self.told:
                        yield "an interruption was reported twice"
                    self.told.add(it.id)
                    yield from self.wrong_with(it)
                case e.Announce(notice=notice) if notice.kind in (
                    "nudge",
                    "repair",
                    "note dropped",
                ):
                    # Announced when it is put behind another message, and again if it is not sent.
                    by = -1 if notice.kind == "note dropped" else 1
                    self.sent -= by == 1  # It is no note.
                    if notice.interruption:
                        asked = self.asked.get(notice.interruption, 0) + by
                        self.asked[notice.interruption] = asked
                        if asked > 2:
                            yield "asked more than twice about one interruption"

    def wrong_with(self, it: e.Interruption) -> Iterator[str]:
        text = it.heard + it.unheard
        if "".join(text.split()) not in "".join(self.received.split()):
            yield "a text that was not received"
        if not text.endswith(it.continuation):
            yield "the continuation is not the end of the text"
        if inside_a_word(it.heard, it.unheard):
            yield "heard ends inside a word"
        start = len(text) - len(it.continuation)
        if it.continuation and inside_a_word(text[:start], it.continuation):
            yield "the continuation begins inside a word"
        if any(map(str.isalnum, words_of(text[len(it.heard) : start]))):
            yield "the continuation leaves out words that were not heard"
        if len(it.history) > self.core.options.max_history:
            yield "too long a history"


def inside_a_word(before: str, behind: str) -> bool:
    """Whether an English word goes on."""
    last, first = before[-1:], behind[:1]
    return last.isascii() and first.isascii() and last.isalpha() and first.isalpha()


def run(count: int, seed: int) -> list[str]:
    """So many events, a quarter of them in absurd conversations; what was found, with the seed."""
    found: list[str] = []
    for index in range(-(-count // STEPS)):
        talk = Talk(seed * 1_000_003 + index, absurd=index % 4 == 3)
        for _ in range(STEPS):
            try:
                wrong = list(talk.go_on())
            except Exception as error:
                wrong = [f"{type(error).__name__}: {error}"]
            if wrong:
                found.append(f"conversation {index} of seed {seed}: {wrong[0]}")
                break
    return found
