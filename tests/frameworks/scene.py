"""One barge-in, the same for every framework, and what must come of it.

The user asks for a story, hears it, and asks a question in the middle of its second sentence. All
that is asserted is in the local server's own record or in the framework's own events: nothing here
asks the library what it did. The words that were heard come from a loudspeaker that plays in real
time what the framework handed to it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

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
ANSWER = "On Skerry Rock, far up in the north."
OPENING = "Once there was a keeper called Ada. "
CUT_SENTENCE = "Every evening she climbed two hundred narrow steps, and lit the lamp for the ships. "
STORY = OPENING + CUT_SENTENCE + (
    "One night the lamp would not burn. So Ada carried up every candle in the house. "
    "Far out at sea, a captain saw a small, trembling light."
)
CUT_AT = "hundred"
"""The user begins to speak when this word begins to be heard."""

MODEL = "gemini-3.8-live"
"""What every framework is told to use; an app would say the same."""

_TIMEOUT = 25.0
"""Seconds for any one step; a scene takes ten."""


def live_server(*lines: str) -> LiveServer:
    """A server that tells the story and knows what its users are going to say."""
    user = SyntheticUser(None)
    script = ScriptedModel(replies=(Reply(STORY), Reply(ANSWER, to="where was that")))
    return LiveServer(script, speech=[user.line(line) for line in lines or (REQUEST, QUESTION)])


@dataclass(slots=True)
class Seen:
    """What the framework told its app, in the framework's own events."""

    interrupted: int = 0
    """How often it said that the user had taken the floor."""
    replies: int = 0
    """Replies of the model that it said were complete."""
    user_words: str = ""
    """The user's words, as it transcribed them."""
    model_words: str = ""
    """The model's words, as it transcribed them."""
    problems: list[str] = field(default_factory=list)
    """Errors it reported."""


async def until(is_so: Callable[[], object], what: str) -> None:
    """Wait for something that a framework or the server is about to do."""
    try:
        async with asyncio.timeout(_TIMEOUT):
            while not is_so():
                await asyncio.sleep(0.02)
    except TimeoutError:
        raise AssertionError(f"{what}: not within {_TIMEOUT:g} s") from None


async def barge_in(
    server: LiveServer, speaker: SpeakerSim, send: Callable[[bytes], Awaitable[None]]
) -> LiveSession:
    """Play the scene from the request to the end of the reply that follows the barge-in.

    Args:
        server: From :func:`live_server`, with a framework connected to it.
        speaker: Is fed with the model's audio as the framework hands it out.
        send: Takes the microphone's audio (16 kHz mono s16le) to the framework.
    """
    await until(lambda: server.sessions, "the framework connects")
    session = server.sessions[-1]
    turns = session.record.turns
    async with SyntheticUser(send) as user:
        await user.say(REQUEST)
        await until(lambda: turns, "the story begins")
        cut_ms = next(word.start_ms for word in turns[0].words if word.text == CUT_AT)
        assert await speaker.wait_played(cut_ms, within_ms=_TIMEOUT * 1000), "the story is played"
        await user.say(QUESTION)
        await until(lambda: len(turns) > 1, "the model replies to the question")
        await until(lambda: turns[1].generated_ms is not None, "the reply is generated")
        assert await speaker.wait_quiet(within_ms=_TIMEOUT * 1000), "the reply is played"
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
    assert reply.plan.used_note == session.record.notes[0].text
    assert reply.text == f"{ANSWER} {STORY[len(OPENING) :]}"


def assert_not_resumed(session: LiveSession) -> None:
    """Nobody told the model what was heard: it takes all that it sent for said."""
    told, reply = session.record.turns
    assert not session.record.notes
    assert told.is_cut and told.cause == "speech"
    assert reply.plan.used_note is None
    assert CUT_SENTENCE.strip() not in reply.text and reply.text.startswith(ANSWER)


def assert_went_on(seen: Seen) -> None:
    """The framework's own loop noticed the barge-in and got the next reply."""
    assert not seen.problems
    assert seen.interrupted >= 1
    assert QUESTION in seen.user_words, seen.user_words
    assert ANSWER in seen.model_words, seen.model_words
    assert seen.replies >= 1
