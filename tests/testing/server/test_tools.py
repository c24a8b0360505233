"""Function calls of the scripted model, pending, answered, cancelled and forgotten."""

from __future__ import annotations

from typing import Any

import pytest
from google.genai import errors, types
from live_talk import ANSWER, AUDIO, QUESTION, STORY, Talk, on, server, talk

from gemini_live_interrupt.testing import PROFILES, Reply, ToolCall

LOOK = types.FunctionDeclaration(name="look")
WEATHER = Reply("It is {sky} now.", to="weather", tool=ToolCall(name="look", args={"at": "sky"}))


def with_tool(behavior: str | None = None) -> dict[str, Any]:
    declared: dict[str, Any] = {"name": "look"}
    if behavior:
        declared["behavior"] = behavior
    return {**AUDIO, "tools": [{"function_declarations": [declared]}]}


def calls(conversation: Talk) -> list[types.FunctionCall]:
    found = (message.tool_call for _, message in conversation.messages)
    return [call for item in found if item for call in item.function_calls or []]


async def respond(conversation: Talk, **fields: Any) -> None:
    call = calls(conversation)[-1]
    response = types.FunctionResponse(
        id=call.id, name=call.name, response={"sky": "blue"}, **fields
    )
    await conversation.session.send_tool_response(function_responses=response)


async def test_a_tool_round() -> None:
    async with server([WEATHER]) as local, talk(local, config=with_tool()) as conversation:
        await conversation.session.send_realtime_input(text="The weather?")
        await conversation.until(lambda: calls(conversation))
        await conversation.rest(300)
        assert conversation.live.state == "tool"
        await respond(conversation)
        await conversation.until(lambda: conversation.count("turn_complete"))
    assert conversation.said() == "It is blue now."


@pytest.mark.parametrize(
    ("behavior", "survives"), [(None, False), ("BLOCKING", False), ("NON_BLOCKING", True)]
)
async def test_a_pending_call_at_a_barge_in(behavior: str | None, survives: bool) -> None:
    """3.8 forgets a BLOCKING call without a word; a NON_BLOCKING one survives."""
    script = [WEATHER, Reply(ANSWER, to="called")]
    async with server(script) as local, talk(local, config=with_tool(behavior)) as conversation:
        await conversation.session.send_realtime_input(text="The weather?")
        await conversation.until(lambda: calls(conversation))
        await conversation.user.say(QUESTION)
        await conversation.until(lambda: conversation.user_words())
        await respond(conversation)
        await conversation.until(lambda: len(conversation.live.record.turns) == 1 + survives)
        await conversation.rest(500)
        texts = [turn.text for turn in conversation.live.record.turns]
        cancelled = [m for _, m in conversation.messages if m.tool_call_cancellation]
    assert ("It is blue now." in " ".join(texts)) is survives
    assert ANSWER in " ".join(texts) and cancelled == []


async def test_a_call_that_does_not_block_survives_a_cut_reply() -> None:
    script = [WEATHER, Reply(STORY, to="story"), Reply(ANSWER, to="called", then="stop")]
    async with (
        server(script) as local,
        talk(local, config=with_tool("NON_BLOCKING")) as conversation,
    ):
        await conversation.session.send_realtime_input(text="The weather?")
        await conversation.until(lambda: calls(conversation))
        await conversation.session.send_realtime_input(text="A story.")
        await conversation.hear(500)
        await conversation.session.send_realtime_input(text=QUESTION)
        await conversation.until(lambda: conversation.count("interrupted"))
        await respond(conversation)
        await conversation.until(lambda: len(conversation.live.record.turns) == 3)
        texts = [turn.text for turn in conversation.live.record.turns]
    assert texts == [STORY, ANSWER, "It is blue now."]


async def test_a_family_that_cancels_says_which_calls() -> None:
    async with (
        server([WEATHER]) as local,
        on(local, PROFILES["2.5"], config=with_tool()) as conversation,
    ):
        await conversation.session.send_realtime_input(text="The weather?")
        await conversation.until(lambda: calls(conversation))
        await conversation.user.say(QUESTION)
        await conversation.until(
            lambda: [m for _, m in conversation.messages if m.tool_call_cancellation]
        )
        found = [m.tool_call_cancellation for _, m in conversation.messages]
        ids = [item.ids for item in found if item]
    assert ids == [[calls(conversation)[0].id]]


async def test_scheduling_in_a_response_closes_38() -> None:
    async with (
        server([WEATHER]) as local,
        talk(local, config=with_tool("NON_BLOCKING")) as conversation,
    ):
        await conversation.session.send_realtime_input(text="The weather?")
        await conversation.until(lambda: calls(conversation))
        await respond(conversation, scheduling="WHEN_IDLE")
        await conversation.until(lambda: conversation.error)
    assert isinstance(conversation.error, errors.APIError) and conversation.error.code == 1007


@pytest.mark.parametrize(
    ("scheduling", "cuts", "is_said"),
    [("INTERRUPT", 1, True), ("WHEN_IDLE", 0, True), ("SILENT", 0, False)],
)
async def test_when_the_result_of_a_call_that_does_not_block_is_said(
    scheduling: str, cuts: int, is_said: bool
) -> None:
    count = "One, two, three, four, five, six, seven, eight."
    script = [WEATHER, Reply(count, to="count")]
    async with (
        server(script) as local,
        on(local, PROFILES["2.5"], config=with_tool("NON_BLOCKING")) as conversation,
    ):
        await conversation.session.send_realtime_input(text="The weather?")
        await conversation.until(lambda: calls(conversation))
        await conversation.session.send_realtime_input(text="Please count.")
        await conversation.hear(400)
        await respond(conversation, scheduling=scheduling)
        await conversation.until(lambda: conversation.live.record.turns[0].ended_ms)
        await conversation.rest(2500)
        texts = [turn.text for turn in conversation.live.record.turns]
    assert conversation.count("interrupted") == cuts
    assert conversation.live.record.turns[0].cause == ("tool" if cuts else "")
    assert texts == [count, "It is blue now."][: 1 + is_said]
