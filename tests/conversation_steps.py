"""Words to write a conversation with, so that a test reads like the sequence it describes.

`Talk` drives one `Conversation` without I/O: it keeps the time, answers the core's commands as a
shell would (at once, unless told to hold them), and has the assertions of the field. The model's
words carry word times, spread evenly over the audio, so what was heard is exact and these tests do
not depend on how text is matched to audio.
"""

from __future__ import annotations

import random
import re
from array import array
from collections.abc import Iterable
from math import inf
from typing import Any, Self

from gemini_live_interrupt.core import events as e
from gemini_live_interrupt.core.carried import Carried
from gemini_live_interrupt.core.conversation import Conversation
from gemini_live_interrupt.core.note import build_note
from gemini_live_interrupt.core.options import Options
from gemini_live_interrupt.core.outcome import Outcome
from gemini_live_interrupt.core.profiles import profile_for
from gemini_live_interrupt.core.situation import Floor
from gemini_live_interrupt.heard.model_turn import WordTime

STORY = (
    "Once upon a time there was a miller. He had three sons and a mill. "
    "The eldest got the mill. The second got the donkey. The youngest got only the cat."
)
"""31 words in five sentences."""

_SOUND = array("h", (((i * 7919) % 4001) - 2000 for i in range(24_000))).tobytes()


def sound(ms: float, rate: int = 24_000) -> bytes:
    """`ms` of noise without a pause, loud enough to be speech."""
    size = int(ms * rate / 1000) * 2
    return (_SOUND * (size // len(_SOUND) + 1))[:size]


def silence(ms: float, rate: int = 24_000) -> bytes:
    """`ms` of digital silence."""
    return bytes(int(ms * rate / 1000) * 2)


def timed(text: str, start_ms: float, ms: float) -> tuple[WordTime, ...]:
    """The words of `text`, spread evenly over `ms`."""
    words = text.split()
    each = ms / max(1, len(words))
    return tuple(
        WordTime(text=word, start_ms=start_ms + i * each, end_ms=start_ms + (i + 1) * each)
        for i, word in enumerate(words)
    )


def pieces(text: str, parts: int) -> list[str]:
    """`text` in `parts` pieces that start with their leading space, words unbroken."""
    words = re.findall(r"\s*\S+\s*$|\s*\S+", text)
    size = max(1, -(-len(words) // parts))
    return ["".join(words[i : i + size]) for i in range(0, len(words), size)] or [text]


class Talk:
    """One conversation, told step by step. Times are seconds."""

    def __init__(
        self, model: str = "gemini-3.8-live", *, has_microphone: bool = True, **options: Any
    ) -> None:
        self.core = Conversation(profile_for(model), Options(model=model, **options))
        self.now = 1000.0
        if has_microphone:  # As in nearly every app; it was quiet until a while ago.
            self.core.apply(e.UserAudio(pcm=silence(20, 16_000)), self.now - 10.0)
        self.done: list[tuple[float, e.Command]] = []
        """All commands with their times."""
        self.holds_builds = False
        """Leave `BuildNote` unanswered, as a slow builder does."""
        self.holds_sends = False
        """Leave `SendNote` unanswered, as a slow transport does."""
        self.builder: Any = build_note
        self._turn_ms = 0.0
        self._telling = 0
        self.received = ""
        """Text of the reply that is arriving, as sent here."""

    # --- the clock

    def wait(self, seconds: float) -> Self:
        """Time passes; the shell's timer fires whenever the core asked for it."""
        end = self.now + seconds
        for _ in range(10_000):
            deadline = self.core.deadline()
            if deadline is None or deadline > end:
                break
            self.now = max(self.now, deadline)
            self.tell(e.Tick())
        else:
            raise AssertionError("the core asks for the same moment again and again")
        self.now = end
        return self

    def tell(self, *events: e.Event) -> Self:
        """Events at this instant; what follows from them is done when all of them were told."""
        self._telling += 1
        for event in events:
            self._carry_out(self.core.apply(event, self.now))
        self._telling -= 1
        deadline = self.core.deadline()
        if not self._telling and deadline is not None and deadline <= self.now:
            self._carry_out(self.core.apply(e.Tick(), self.now))
        return self

    def _carry_out(self, commands: Iterable[e.Command]) -> None:
        for command in commands:
            self.done.append((self.now, command))
            if isinstance(command, e.BuildNote) and not self.holds_builds:
                self.tell(
                    e.NoteBuilt(id=command.interruption.id, text=self.builder(command.interruption))
                )
            elif isinstance(command, e.SendNote) and not self.holds_sends:
                self.tell(e.NoteSent(id=command.id))

    def builder_finishes(self) -> Self:
        """The slow builder answers its last request."""
        last = next(c for _, c in reversed(self.done) if isinstance(c, e.BuildNote))
        return self.tell(e.NoteBuilt(id=last.interruption.id, text=self.builder(last.interruption)))

    def send_finishes(self) -> Self:
        """The slow transport has sent the last message."""
        return self.tell(e.NoteSent(id=self.sends[-1].id))

    def send_fails(self, error: str = "ConnectionClosedError", *, kept: bool = False) -> Self:
        """The last message could not be sent."""
        return self.tell(e.NoteFailed(id=self.sends[-1].id, error=error, kept=kept))

    # --- the model

    def model_says(self, text: str, ms: float, *, parts: int = 1) -> Self:
        """Text and its audio arrive, in `parts` pieces, all at this instant."""
        chunks = pieces(text, parts)
        words = len(text.split())
        for chunk in chunks:
            share = ms * len(chunk.split()) / max(1, words)
            self.tell(
                e.ModelText(text=chunk, words=timed(chunk, self._turn_ms, share)),
                e.ModelAudio(pcm=sound(share)),
            )
            self._turn_ms += share
            self.received += chunk
        return self

    def model_writes(self, text: str) -> Self:
        """A part of a TEXT reply."""
        self.received += text
        return self.tell(e.ModelText(text=text, written=True))

    def generated(self) -> Self:
        """`generation_complete`."""
        return self.tell(e.GenerationComplete())

    def turn_complete(self) -> Self:
        """`turn_complete`."""
        self._turn_ms, self.received = 0.0, ""
        return self.tell(e.TurnComplete())

    def forgets_turn_complete(self) -> Self:
        """The turn is over and the server does not say so."""
        self._turn_ms, self.received = 0.0, ""
        return self

    def interrupted(self) -> Self:
        """The server's `interrupted`."""
        self._turn_ms, self.received = 0.0, ""
        return self.tell(e.Interrupted())

    def plays_for(self, seconds: float) -> Self:
        """The listener hears the model for so long."""
        return self.wait(seconds)

    def calls(self, name: str, id_: str = "call-1", arguments: str = "{}") -> Self:
        """The model calls a function."""
        return self.tell(e.ToolCalled(calls=(e.ToolCall(id=id_, name=name, arguments=arguments),)))

    def answers_call(self, id_: str = "call-1") -> Self:
        """The app answers it."""
        return self.tell(e.ToolAnswered(ids=(id_,)))

    def cancels_call(self, id_: str = "call-1") -> Self:
        """The server takes it back."""
        return self.tell(e.ToolCancelled(ids=(id_,)))

    # --- the user

    def user_starts(self, *, by_app: bool = False) -> Self:
        """The server's or the app's activity start."""
        return self.tell(e.Activity(started=True, by_app=by_app))

    def user_stops(self, *, by_app: bool = False) -> Self:
        """The server's or the app's activity end."""
        return self.tell(e.Activity(started=False, by_app=by_app))

    def user_says(self, *chunks: str, finished: bool = False, interim: bool = False) -> Self:
        """Transcript chunks of the user's speech."""
        return self.tell(*(e.UserWords(text=c, finished=finished, interim=interim) for c in chunks))

    def user_types(self, text: str) -> Self:
        """The app sends text for the user."""
        return self.tell(e.UserTyped(text=text))

    def microphone(self, seconds: float, *, loud: bool) -> Self:
        """The app sends 20 ms pieces of microphone audio while time passes."""
        noise = random.Random(7)
        for _ in range(round(seconds / 0.02)):
            level = 6_000 if loud else 60
            pcm = array("h", (noise.randint(-level, level) for _ in range(320))).tobytes()
            self.wait(0.02)
            self.tell(e.UserAudio(pcm=pcm, sample_rate=16_000))
        return self

    def app_played(self, ms: float) -> Self:
        """The app reports an increment."""
        return self.tell(e.Played(ms=ms))

    def app_flushes(self, *, for_good: bool = False) -> Self:
        """The app empties its speaker by itself."""
        return self.tell(e.Flushed(for_good=for_good))

    # --- what came of it

    @property
    def commands(self) -> list[e.Command]:
        """All commands, without the times."""
        return [command for _, command in self.done]

    @property
    def sends(self) -> list[e.SendNote]:
        """Every message for the model."""
        return [c for c in self.commands if isinstance(c, e.SendNote)]

    @property
    def notices(self) -> list[str]:
        """The kinds of all notices."""
        return [c.notice.kind for c in self.commands if isinstance(c, e.Announce)]

    @property
    def notes(self) -> list[e.SendNote]:
        """The messages that are notes, not nudges."""
        found: list[e.SendNote] = []
        for command in self.commands:
            if isinstance(command, e.SendNote):
                found.append(command)
            elif isinstance(command, e.Announce) and command.notice.kind in ("nudge", "repair"):
                found.pop()  # A nudge is announced right after it is sent.
        return found

    @property
    def interruptions(self) -> list[e.Interruption]:
        """What `on_interruption` got."""
        return [c.interruption for c in self.commands if isinstance(c, e.Notify)]

    @property
    def last(self) -> e.Interruption:
        """The last interruption that was reported."""
        assert self.interruptions, "no interruption was reported"
        return self.interruptions[-1]

    @property
    def outcomes(self) -> list[Outcome]:
        """What `on_outcome` got."""
        return [c.outcome for c in self.commands if isinstance(c, e.Conclude)]

    def sent_at(self, index: int = -1) -> float:
        """Seconds since the start at which a message was sent."""
        times = [at for at, c in self.done if isinstance(c, e.SendNote)]
        return times[index] - 1000.0

    def assert_floor(self, floor: Floor) -> Self:
        self.tell(e.Tick())
        assert self.core.floor is floor
        return self

    def assert_heard(self, text: str, unheard: str | None = None) -> Self:
        assert self.last.heard == text
        if unheard is not None:
            assert self.last.unheard == unheard
        return self

    def assert_continuation(self, text: str) -> Self:
        assert self.last.continuation == text
        return self

    def assert_one_note(self, *containing: str, delivery: str = "silent") -> Self:
        """Exactly one note, with these texts in it, by this delivery; and it is on record."""
        assert [note.delivery for note in self.notes] == [delivery]
        for text in containing:
            assert text in self.notes[0].text
        assert self.last.note == self.notes[0].text
        return self

    def assert_notes(self, count: int) -> Self:
        assert len(self.notes) == count
        return self

    def assert_no_note(self) -> Self:
        """Neither a note nor a nudge was sent."""
        assert self.sends == []
        return self

    def assert_nudges(self, count: int) -> Self:
        assert self.notices.count("nudge") == count
        return self

    def assert_noticed(self, *kinds: str) -> Self:
        assert self.notices == list(kinds)
        return self

    def assert_user_text(self, text: str) -> Self:
        assert self.last.user_text == text
        return self

    def assert_history(self, *turns: tuple[str, str]) -> Self:
        assert self.history() == turns
        return self

    def history(self, most: int = 1_000_000) -> tuple[tuple[str, str], ...]:
        """The turns so far, as a note would get them."""
        return self.core.turns.recent(most)


def resumed(talk: Talk, **options: object) -> Talk:
    """The next connection of `talk`, which broke now."""
    if talk.core.floor is not Floor.QUIET or talk.core.replies.queue:
        talk.tell(e.Disconnected(wanted=False, code=1006))
    state = Carried.from_json(talk.core.carry(talk.now).to_json())
    new = Talk(**options)
    new._carry_out(new.core.resume(state, new.now))
    return new


def assert_asked_at_most_twice(talk: Talk) -> None:
    """Nudges and repairs of one interruption are two together, of which one is a repair; each has at
    most the outcome of its reply, and that of the answer to its repair."""
    asked: dict[int, list[str]] = {}
    told: dict[int, list[bool]] = {}
    for command in talk.commands:
        if isinstance(command, e.Announce) and command.notice.kind in ("nudge", "repair"):
            asked.setdefault(command.notice.interruption, []).append(command.notice.kind)
        elif isinstance(command, e.Conclude):
            told.setdefault(command.outcome.interruption, []).append(command.outcome.repaired)
    for id_, kinds in asked.items():
        if id_:
            assert len(kinds) <= 2 and kinds.count("repair") <= 1, kinds
    for id_, repaired in told.items():
        assert repaired in ([False], [False, True]), repaired
        assert repaired == [False] or "repair" in asked[id_]


NEVER = inf

# --- scenes that several tests begin with

SPLITS = (1, 3, 31)
"""Pieces in which a reply arrives: whole, in a few chunks, word by word."""
HEARD_3S = "Once upon a time there was a miller. He"
REST_3S = STORY[len(HEARD_3S) :]
RESUME_3S = STORY[STORY.index("He had") :]
QUESTION = "What was the cat called?"


def telling_the_story(parts: int = 1, model: str = "gemini-3.8-live", **options: object) -> Talk:
    """The model has sent 31 words, 0.3 s each, in one burst."""
    return Talk(model, **options).model_says(STORY, 9_300, parts=parts)


def cut_at_three_seconds(parts: int = 1, **options: object) -> Talk:
    """The user takes the floor in it; nine words were heard."""
    return telling_the_story(parts, **options).plays_for(2.75).interrupted()


def told(model: str = "gemini-3.8-live", **options: object) -> Talk:
    """A story of 12 s, 3 s of which were heard."""
    return Talk(model, **options).model_says(STORY, 12_000).plays_for(3.0)


def answering(model: str = "gemini-3.8-live", **options: object) -> Talk:
    return told(model, delivery="answering", **options)
