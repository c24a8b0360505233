"""The short way of what comes most: speech of a reply that goes on with the speech before it.

Knows the fields of google-genai's messages as `messages` does, and the lists of `inbox`. Whatever is not
as usual goes the long way, so that this may say no to anything. It is one function, since here, between two
messages of other calls, each function, each object and each name costs more than what is done with it.
"""

from __future__ import annotations

from threading import get_ident
from typing import Any

from gemini_live_interrupt.genai.inbox import LONGEST, Inbox
from gemini_live_interrupt.genai.late_reading import AWAY
from gemini_live_interrupt.genai.messages import rate_of_sound


def goes_on(inbox: Inbox, message: Any, at: float, asked_at: float) -> bool:
    """Put speech of the model to that which came before it, if nothing else came in between.

    Who put that in has seen to it that it is read. On the host's path, for every message.

    Args:
        inbox: of its session.
        message: a `google.genai.types.LiveServerMessage`, or None.
        at: when it came, in seconds.
        asked_at: when the host asked for it.

    Returns:
        Whether that was all. Else nothing was done about it yet, and `messages.speech_in` says what it is.
    """
    pieces = inbox.open
    if pieces is None:
        return False
    try:
        if len(message.__pydantic_fields_set__) != 1:
            return False
        content = message.server_content
        turn, said = content.model_turn, content.output_transcription
        if len(content.__pydantic_fields_set__) != (turn is not None) + (said is not None):
            return False
        text, pcm = "", b""
        if said is not None:
            text = said.text
            if not text or len(said.__pydantic_fields_set__) != 1:
                return False
        if turn is not None:
            [part] = turn.parts
            blob = part.inline_data
            pcm, mime = blob.data, blob.mime_type
            if part.text is not None or type(pcm) is not bytes or len(pcm) < 2:
                return False
            if mime != inbox.mime:
                if rate_of_sound(mime or "") != inbox.rate:
                    return False
                inbox.mime = mime
        elif not text:
            return False
    except (AttributeError, TypeError, ValueError):
        return False  # Another number of parts, or no model of pydantic's.
    if asked_at - pieces[-3] > AWAY or len(pieces) >= LONGEST or get_ident() != inbox.thread:
        return False
    pieces += (at, pcm, text)
    return True
