"""One barge-in, the same for every framework, and what must come of it.

The user asks for a story, hears it, and asks a question in the middle of its second sentence. All
that is asserted is in the local server's own record or in the framework's own events: nothing here
asks the library what it did. The words that were heard come from a loudspeaker that plays in real
time what the framework handed to it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from gemini_live_interrupt import Interruption, SessionTracker, enable_interrupt_resume
from gemini_live_interrupt.testing import (
    LiveServer,
    LiveSession,
    Reply,
    ScriptedModel,
    SpeakerSim,
    SyntheticUser,
    heard_text,
)

REQUEST = "Tell me a story."
QUESTION = "Wait, where was that?"
ANSWER = "On Skerry Rock."
OPENING = "Once there was a keeper called Ada. "
CUT_SENTENCE = (
    "Every evening she climbed two hundred narrow steps, and lit the lamp for the ships. "
)
STORY = OPENING + CUT_SENTENCE + "One night the lamp would not burn. So Ada carried up candles."
CUT_AT = "hundred"
"""The user begins to speak when this word begins to be heard."""

MODEL = "gemini-3.8-live"
"""What every framework is told to use; an app would say the same."""

DEVICE_MS = 4_500.0
"""How late a slow loudspeaker is: by the clock alone, the user heard the third sentence already."""

_TIMEOUT = 25.0
"""Seconds for any one step; the longest takes twelve."""


def live_server() -> LiveServer:
    """A server that tells the story, and knows what its users are going to say."""
    user = SyntheticUser(None)
    script = ScriptedModel(replies=(Reply(STORY), Reply(ANSWER, to="where was that")))
    return LiveServer(script, speech=[user.line(line) for line in (REQUEST, QUESTION)])


@dataclass(slots=True)
class Seen:
    """What the framework told its app, in the framework's own events."""

    interrupted: int = 0
    """How often it said that the user had taken the floor."""
    finished: int = 0
    """Replies of the model that it said were complete and not cut."""
    user_words: str = ""
    """The user's words, as it transcribed them."""
    model_words: str = ""
    """The model's words, as it transcribed them."""
    problems: list[str] = field(default_factory=list)
    """Errors it reported."""


class Reports:
    """What an app does that reports its playback: `on_session` keeps the handle, the speaker tells
    it what was played."""

    def __init__(self) -> None:
        self.handles: list[SessionTracker] = []
        self.cuts: list[Interruption] = []

    def on_session(self, handle: SessionTracker) -> None:
        """For `enable_interrupt_resume`."""
        self.handles.append(handle)

    def on_play_ms(self, ms: float) -> None:
        """For the speaker."""
        self.handles[-1].playback.on_play_ms(ms)


CALL: ContextVar[Reports] = ContextVar("call")
"""The reports of the call that the running code belongs to: tasks inherit it."""


def on_session_of_the_call(handle: SessionTracker) -> None:
    """For `enable_interrupt_resume`, where a process has several users."""
    CALL.get().on_session(handle)


async def two_users_at_once(
    call: Callable[[LiveServer, Callable[[float], None], float], Any],
) -> None:
    """Two users of one process, one with a slow loudspeaker: each model resumes where its own user
    was. With the reports of one counted for the other, both would be wrong.

    Args:
        call: connects a framework to a server and gives the app, with `speaker` and `send`. Its
            other arguments are what takes the speaker's reports, and how late it is, in ms.
    """
    enable_interrupt_resume(
        on_session=on_session_of_the_call,
        on_interruption=lambda interruption: CALL.get().cuts.append(interruption),
    )

    async def one(late_ms: float) -> None:
        reports = Reports()
        CALL.set(reports)
        async with live_server() as server, call(server, reports.on_play_ms, late_ms) as app:
            session = await barge_in(server, app.speaker, app.send)
        assert len(reports.handles) == 1
        # Hanging up while the slow loudspeaker still plays is one more, of which nobody is told.
        (cut,) = [one for one in reports.cuts if one.note]
        assert cut.note == session.record.notes[0].text
        assert_one_note(session)
        assert_resumed(session)

    await asyncio.gather(one(0.0), one(DEVICE_MS))


async def until(is_so: Callable[[], object], what: str) -> None:
    """Wait for something that a framework or the server is about to do."""
    clock = asyncio.get_running_loop().time
    latest = clock() + _TIMEOUT
    while not is_so():
        assert clock() < latest, f"{what}: not within {_TIMEOUT:g} s"
        await asyncio.sleep(0.02)


async def barge_in(
    server: LiveServer,
    speaker: SpeakerSim,
    send: Callable[[bytes], Awaitable[None]],
    *,
    before: Callable[[], Awaitable[None]] | None = None,
) -> LiveSession:
    """Play the scene from the request until the reply that follows the barge-in was generated.

    Args:
        server: From :func:`live_server`, with a framework connected to it.
        speaker: Is fed with the model's audio as the framework hands it out.
        send: Takes the microphone's audio (16 kHz mono s16le) to the framework.
        before: Is done where the story is cut, before the user speaks.
    """
    await until(lambda: server.sessions, "the framework connects")
    session = server.sessions[-1]
    turns = session.record.turns
    async with SyntheticUser(send) as user:
        await user.say(REQUEST)
        await until(lambda: turns, "the story begins")
        cut_ms = next(word.start_ms for word in turns[0].words if word.text == CUT_AT)
        assert await speaker.wait_played(cut_ms, within_ms=_TIMEOUT * 1000), "the story is played"
        if before is not None:
            await before()
        await user.say(QUESTION)
        await until(lambda: len(turns) > 1, "the model replies to the question")
        await until(lambda: turns[1].generated_ms is not None, "the reply is generated")
    session.report_playback(speaker.spans)
    return session


def assert_one_note(session: LiveSession) -> None:
    """One note reached the server for the one barge-in: silent, as the user's."""
    notes = session.record.notes
    assert [(note.roles, note.turn_complete) for note in notes] == [(("user",), False)], notes
    assert len(session.record.interrupted_ms) == 1


def assert_resumed(session: LiveSession) -> None:
    """The model answered, and went on from the sentence that the user had not heard to its end."""
    told, reply = session.record.turns
    assert told.is_cut and told.cause == "speech"
    heard = heard_text(session.record, told)
    assert heard.startswith(OPENING) and not heard.startswith(OPENING + CUT_SENTENCE), heard
    (note,) = session.record.notes
    assert reply.plan.used_note == note.text, (note, reply.started_ms, reply.plan)
    assert reply.text == f"{ANSWER} {STORY[len(OPENING) :]}", (note.text, reply.text)


def assert_not_resumed(session: LiveSession) -> None:
    """Nobody told the model what was heard: it takes all that it sent for said."""
    told, reply = session.record.turns
    assert not session.record.notes
    assert told.is_cut and told.cause == "speech"
    assert reply.plan.used_note is None
    assert CUT_SENTENCE.strip() not in reply.text and reply.text.startswith(ANSWER)


async def assert_went_on(seen: Seen, session: LiveSession) -> None:
    """The framework's own loop noticed the barge-in, and got the next reply to its end."""
    reply = session.record.turns[-1].text
    await until(lambda: seen.finished, "the framework finishes the reply")
    assert not seen.problems
    assert seen.interrupted == 1
    assert REQUEST in seen.user_words and QUESTION in seen.user_words, seen.user_words
    assert reply in seen.model_words, seen.model_words
