"""What is said in the demo: the story, the user's lines, and when the user says them.

The user acts on what is *heard*, as people do: the question comes after six seconds of story, and
the "mm-hm" a while into the next reply. If that falls quiet before, they ask for the story first. Knows nothing of
sessions, of the library or of the screen.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from gemini_live_interrupt.testing.people import SpeakerSim, SyntheticUser
from gemini_live_interrupt.testing.server.plan import Reply
from gemini_live_interrupt.testing.server.script import ScriptedModel
from gemini_live_interrupt.testing.speech.voices import Speech, speak

__all__ = ["INSTRUCTION", "LINES", "MODEL", "STORY", "USER_VOICE", "act", "lines"]

STORY = (
    "Once there was a keeper called Ada, who lived in a lighthouse at the edge of the map. "
    "Every evening she climbed two hundred steps, and lit the lamp for the ships. "
    "One night the lamp would not burn. "
    "So Ada carried up every candle in the house, and set them in the window, one by one. "
    "Far out at sea, a captain saw a small, trembling light. "
    "He turned his ship just before the rocks. "
    "In the morning he came ashore, with a barrel of the finest oil. "
    "The lamp has never gone dark again."
)
REQUEST = "Tell me a story."
QUESTION = "Wait, where was that?"
ACKNOWLEDGEMENT = "Mm-hm."
ASKING_ON = "Yes, go on."
LINES = (REQUEST, QUESTION, ASKING_ON, ACKNOWLEDGEMENT)
"""All that the user says."""
USER_VOICE = "en-us+m3"
"""The user's espeak-ng voice."""

MODEL = ScriptedModel(
    replies=(Reply(STORY), Reply("On Skerry Rock, far up in the north.", to="where was that"))
)
"""The local server's stand-in for Gemini: it answers the question and goes on with the story from
where it believes it was."""

INSTRUCTION = (
    "You tell stories to a listener on the phone. When asked for one, tell a story of about a "
    "hundred words at once, without an introduction. Answer questions about it in one sentence."
)
"""The system instruction for the real service."""

_QUESTION_AFTER_MS = 6_000.0
_ACKNOWLEDGE_AFTER_MS = 9_000.0
_PATIENCE = 4.0
"""Seconds of quiet after which the user says the next line anyway."""
_REPLY_WITHIN = 12.0
"""Seconds in which a reply must begin (the real service takes 2 to 3)."""
_LAST_QUIET = 4.0
"""Seconds of quiet after which the conversation is over: a reply to "mm-hm" begins within 2.2, and
the one that a repair asked for within 3."""


def lines() -> list[Speech]:
    """The user's lines as they will sound, so that the local server can recognise them."""
    return [speak(text, voice=USER_VOICE, sample_rate=16_000) for text in LINES]


async def act(
    user: SyntheticUser, speaker: SpeakerSim, says: Callable[[str], Awaitable[None]]
) -> None:
    """Play the user from the first line to the end of the conversation.

    Args:
        user: Whose lines are spoken.
        speaker: What the user hears the model through.
        says: Speaks one line of `LINES`, and returns when it was spoken.
    """
    await says(REQUEST)
    await _listen(speaker, _QUESTION_AFTER_MS)
    await says(QUESTION)
    if not await _listen(speaker, _ACKNOWLEDGE_AFTER_MS):
        # The story did not go on, or the model asks whether it should.
        await says(ASKING_ON)
        await _listen(speaker, _ACKNOWLEDGE_AFTER_MS)
    await says(ACKNOWLEDGEMENT)
    await _listen(speaker, float("inf"), reply_within=_LAST_QUIET, patience=_LAST_QUIET)


async def _listen(
    speaker: SpeakerSim,
    most_ms: float,
    *,
    reply_within: float = _REPLY_WITHIN,
    patience: float = _PATIENCE,
) -> bool:
    """Listen to `most_ms` more of the model, or until it has been quiet for too long.

    Returns:
        Whether it was heard for so long.
    """
    clock = asyncio.get_running_loop().time
    start = last = speaker.played_ms
    heard_at = clock()
    while speaker.played_ms - start < most_ms:
        await asyncio.sleep(0.02)
        if speaker.played_ms > last:
            last, heard_at = speaker.played_ms, clock()
        elif clock() - heard_at > (patience if last > start else reply_within):
            return False
    return True
