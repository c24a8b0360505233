"""Whether a session opens and speaks.

Knows google-genai's client. Makes one short call, which the service charges for.
"""

from __future__ import annotations

import asyncio
from typing import Any

from gemini_live_interrupt.commands.doctor.finding import Finding, bad, good

_LONGEST = 20.0
"""Seconds for all of it."""
_ASKED = "Say hello in one short sentence."
_CAUSES = (
    (("api key", "api_key", "unauthenticated", "401"), "Check GEMINI_API_KEY (or GOOGLE_API_KEY)."),
    (("permission", "403"), "The key or the account may not use this model."),
    (("not found", "1008", "404"), "Check the model's name, and whether your account has it."),
    (("credentials",), "gcloud auth application-default login"),
)
_NETWORK = "The service was not reached. Look at the network, its proxy and its firewall."


async def look(client: Any, model: str, config: Any) -> list[Finding]:
    """Open a session, ask for a sentence, and see what comes.

    Args:
        client: a `genai.Client`.
        model: the model to call.
        config: the session's configuration.
    """
    try:
        return await asyncio.wait_for(_ask(client, model, config), _LONGEST)
    except TimeoutError:
        return [
            bad(
                f"{model} did not speak within {_LONGEST:.0f} s.",
                "Try another model, or the same again: the service may be slow.",
            )
        ]
    except Exception as error:  # Whatever the network and the service may say.
        text = " ".join(f"{type(error).__name__}: {error}".split())[:300]
        return [bad(f"No session with {model}: {text}", _what_to_do(error, text.lower()))]


def _what_to_do(error: Exception, text: str) -> str:
    if isinstance(error, OSError):
        return _NETWORK
    found = (do for words, do in _CAUSES if any(word in text for word in words))
    return next(found, "See the message; the service says why.")


async def _ask(client: Any, model: str, config: Any) -> list[Finding]:
    sound = words = 0
    async with client.aio.live.connect(model=model, config=config) as session:
        await session.send_realtime_input(text=_ASKED)
        async for message in session.receive():
            content = message.server_content
            if content is None:
                continue
            for part in (content.model_turn and content.model_turn.parts) or []:
                sound += len(part.inline_data.data or b"") if part.inline_data else 0
            if content.output_transcription and content.output_transcription.text:
                words += len(content.output_transcription.text.split())
    if not sound:
        return [bad(f"{model} answered without sound.", "Set response_modalities to AUDIO.")]
    if not words:
        return [
            bad(
                f"{model} spoke, and no transcript came.",
                'Add "output_audio_transcription": {} to the config.',
            )
        ]
    return [good(f"{model} opened a session and spoke {words} words.")]
