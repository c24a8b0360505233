"""What a session says that is in no frame, and that nobody notices that it was read."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest
from call import calling
from test_own_sound import STORY, question, wait_words

from gemini_live_interrupt.core import events as e
from gemini_live_interrupt.testing import LiveServer
from gli_pipecat.session_tap import SessionTap


class Session:
    """Gives the messages that it has."""

    def __init__(self, *messages: Any) -> None:
        self._messages = list(messages)

    async def _receive(self) -> Any:
        if not self._messages:
            raise ConnectionError("closed")
        return self._messages.pop(0)


def generated() -> Any:
    return SimpleNamespace(server_content=SimpleNamespace(generation_complete=True))


def counted() -> Any:
    usage = SimpleNamespace(prompt_token_count=10, response_token_count=20)
    return SimpleNamespace(server_content=None, usage_metadata=usage)


async def test_the_end_of_a_reply_is_told_once_pipecat_asks_for_more() -> None:
    told: list[e.Event] = []
    session = Session(generated(), SimpleNamespace(server_content=None))
    SessionTap(session, told.append)
    await session._receive()
    assert told == []  # Its own sound may not have become frames yet.
    await session._receive()
    assert told == [e.GenerationComplete()]


async def test_counts_are_told_when_they_come() -> None:
    told: list[e.Event] = []
    session = Session(counted())
    SessionTap(session, told.append)
    await session._receive()
    assert told == [e.TokensCounted(prompt=10, response=20)]


@pytest.mark.parametrize("odd", [None, object(), SimpleNamespace(), "text", 7])
async def test_messages_and_errors_reach_the_host_as_they_are(odd: Any) -> None:
    session = Session(odd)
    SessionTap(session, lambda event: None)
    assert await session._receive() is odd
    with pytest.raises(ConnectionError, match="closed"):
        await session._receive()


async def test_a_message_that_cannot_be_read_reaches_the_host_and_costs_nothing_else() -> None:
    class Hostile:
        @property
        def server_content(self) -> Any:
            raise RuntimeError("no")

    told: list[e.Event] = []
    hostile = Hostile()
    session = Session(hostile, counted())
    SessionTap(session, told.append)
    assert await session._receive() is hostile
    await session._receive()
    assert told == [e.TokensCounted(prompt=10, response=20)]


async def test_stopping_leaves_the_session_as_it_was() -> None:
    session = Session(counted())
    tap = SessionTap(session, lambda event: None)
    assert "_receive" in vars(session)
    tap.stop()
    assert "_receive" not in vars(session)


@pytest.mark.parametrize("odd", [object(), SimpleNamespace(), SimpleNamespace(_receive=None)])
def test_a_session_that_cannot_be_reached_is_let_be(odd: Any) -> None:
    SessionTap(odd, lambda event: None).stop()


async def test_in_a_call_the_reply_is_known_to_be_generated_while_it_plays() -> None:
    async with (
        LiveServer([STORY], voice="en-us", speech=[question()]) as server,
        calling(server, first="Tell me a story.") as call,
    ):
        await wait_words(call, 0, 4)
        talk = call.resume._voices[0].following.talk
        reply = talk.replies.queue[0]
        await call.until(lambda: reply.generated, 12.0)
        assert not reply.over and call.ear.heard_ms < reply.turn.received_ms
        await asyncio.sleep(0)
