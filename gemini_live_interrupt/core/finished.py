"""Whether the user has finished speaking, words included.

Knows the signals of speech, the microphone, and how late the words of a transcript come. Must not
know what waits for the end. Owns nothing: it reads what `speaking.py` and `user_turn.py` own.
"""

from __future__ import annotations

from gemini_live_interrupt.core.speaking import Speaking
from gemini_live_interrupt.core.user_turn import Utterance

_WORDS_SETTLED = 0.8
"""Seconds without a further transcript chunk after which deltas are taken to be complete (Pipecat
regroups after 0.5)."""
_QUIET = 0.6
"""Seconds of a quiet microphone after which the user has finished."""
_LAST_CHUNKS = 0.25
"""Seconds between two chunks of a transcript at most, once the user has finished."""
_WORDS_AWAITED = 1.5
"""Seconds after the end of speech in which words may still come (measured, 3.8: 1.2 s)."""
_LOOK_AGAIN = 0.5
"""Seconds until somebody's speech is looked at again."""


def earlier(*times: float | None) -> float | None:
    """The first of these times; None: never."""
    return min((at for at in times if at is not None), default=None)


def look_again_at(
    utterance: Utterance | None, speaking: Speaking, since: float, now: float
) -> float | None:
    """When to ask again whether the user has finished.

    Args:
        utterance: what they are saying, as far as it is known.
        speaking: whether they speak.
        since: when they took the floor, in seconds.
        now: in seconds.

    Returns:
        `now` if they have finished; a later time if it may be so by then; None if only an event
        can tell.
    """
    if speaking.now(now):
        return now + _LOOK_AGAIN
    words_at = utterance.last_words_at if utterance is not None else None
    ended = speaking.quiet_since(now)
    spoke_last = max(since, words_at + _WORDS_SETTLED if words_at is not None else 0.0)
    if speaking.signalled and ended > spoke_last:
        due = ended + _WORDS_AWAITED  # The words of that speech may still come.
    elif utterance is None or words_at is None:
        return None
    else:
        due = words_at + (0.0 if utterance.finished else _settling(speaking, now))
    return now if now >= due else min(due, now + _LAST_CHUNKS)


def _settling(speaking: Speaking, now: float) -> float:
    """How long after a chunk of the user's words there may be another, in seconds.

    Where the microphone is known to be quiet, the server has heard all: its last chunks come within
    a moment, and the reply not much later.
    """
    return _LAST_CHUNKS if speaking.hears_nothing(now, _QUIET) else _WORDS_SETTLED
