"""Token counts: what one turn's prompt holds is what the turns before it left there."""

from __future__ import annotations

from typing import Any

import pytest
from live_talk import ANSWER, QUESTION, STORY, Talk, on, server

from gemini_live_interrupt.testing import PROFILES, Reply
from gemini_live_interrupt.testing.server.usage import Tokens, text_tokens

NOTE = f'You were cut. Go on with: "{STORY[:200]}"'


def usages(conversation: Talk) -> list[Any]:
    return [m.usage_metadata for _, m in conversation.messages if m.usage_metadata]


def entered(first: Any, second: Any) -> int:
    """Tokens that came into the prompt between two turns, beside the first one's own."""
    thoughts = first.thoughts_token_count or 0
    return int(
        second.prompt_token_count - first.prompt_token_count - first.response_token_count - thoughts
    )


async def two_turns(
    name: str, note: str | None = None, typed: bool = False
) -> tuple[list[Any], Any]:
    """A story that is cut by a question, perhaps with a silent note, and the reply."""
    script = [Reply(STORY), Reply(ANSWER, to="called", then="stop")]
    async with server(script) as local, on(local, PROFILES[name]) as conversation:
        await conversation.session.send_realtime_input(text="Tell me a story.")
        await conversation.hear(2500)
        if typed:
            await conversation.session.send_realtime_input(text=QUESTION)
        else:
            await conversation.user.say(QUESTION)
        await conversation.until(lambda: conversation.count("interrupted"))
        if note is not None:
            await conversation.note(note)
        await conversation.until(lambda: len(usages(conversation)) == 2)
        return usages(conversation), conversation.live.record


@pytest.mark.parametrize("name", ["3.8", "2.5", "2.5-vertex"])
async def test_the_cut_reply_stays_in_the_prompt_whole(name: str) -> None:
    (first, second), record = await two_turns(name)
    spoken = record.speech[1]
    assert first.response_tokens_details[0].modality.value == "AUDIO"
    assert first.response_tokens_details[0].token_count == round(
        record.turns[0].audio_ms / 1000 * 25
    )
    assert entered(first, second) == round((spoken.end_ms - spoken.start_ms) / 1000 * 25)
    assert bool(first.thoughts_token_count) is PROFILES[name].thoughts
    assert sum(part.token_count for part in second.prompt_tokens_details) == (
        second.prompt_token_count
    )


@pytest.mark.parametrize(("name", "is_in"), [("3.8", True), ("3.1", True), ("2.5", False)])
async def test_a_note_stands_out_where_it_entered_the_prompt(name: str, is_in: bool) -> None:
    (first, second), record = await two_turns(name, NOTE)
    spoken = record.speech[1]
    note = entered(first, second) - round((spoken.end_ms - spoken.start_ms) / 1000 * 25)
    assert note == (text_tokens(NOTE) if is_in else 0)


async def test_the_next_typed_turn_has_the_note_in_its_prompt_on_25() -> None:
    (first, second), _ = await two_turns("2.5", NOTE, typed=True)
    # It was typed after the cut; the note came after that, and before the reply.
    assert entered(first, second) == text_tokens(QUESTION) + text_tokens(NOTE)


def test_vertex_calls_the_reply_candidates_and_counts_its_words_too() -> None:
    tokens = Tokens()
    tokens.enters_text("Be kind.")
    prompt = tokens.turn_begins()
    usage = tokens.turn_ends(
        prompt, text="Good day.", speech_ms=2000, thoughts=0, shape="candidatesTokenCount"
    )
    assert usage["candidatesTokenCount"] == 53 and "responseTokenCount" not in usage
    assert usage["candidatesTokensDetails"] == [
        {"modality": "AUDIO", "tokenCount": 50},
        {"modality": "TEXT", "tokenCount": 3},
    ]
    assert tokens.turn_begins().total() == 2 + 53


def test_a_written_reply_counts_as_text() -> None:
    tokens = Tokens()
    usage = tokens.turn_ends(
        tokens.turn_begins(), text="Hello.", speech_ms=0, thoughts=0, shape="responseTokenCount"
    )
    assert usage["responseTokensDetails"] == [{"modality": "TEXT", "tokenCount": 2}]
