"""The text of a cut reply: what of it was heard, what was not, and where to go on.

Knows how a text is split at a place in it, and that a message of ours that the model reads aloud is
no part of it. Must not know playback, or who took the floor. Owns nothing.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, replace

from gemini_live_interrupt.core.events import Interruption
from gemini_live_interrupt.core.read_aloud import read_aloud
from gemini_live_interrupt.core.turns import Turn
from gemini_live_interrupt.heard.control_tokens import words_of
from gemini_live_interrupt.heard.model_turn import Heard
from gemini_live_interrupt.heard.sentences import continuation_start, sentence_start
from gemini_live_interrupt.heard.spoken_units import tokenize

_LONGEST_WORD = 100
"""Characters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CutText:
    """The text of a cut, split at what was heard."""

    heard: str
    unheard: str
    continuation: str
    heard_ms: float
    received_ms: float
    estimate: Heard
    whole: bool
    """All of it was heard, and nothing more was to come."""
    entry: Turn
    """Its turn in the history."""
    reads_aloud: bool
    """It had read nothing but a message of ours lately."""
    before: Interruption | None
    """What had been cut before, where the reply had not come back to it: it is cut again."""

    @property
    def has_rest(self) -> bool:
        """Whether something is lost of which the words are known."""
        known = words_of(self.heard + self.unheard) or self.before is not None
        return bool(known) and not self.whole


def cut_text(
    text: str,
    estimate: Heard,
    *,
    heard_ms: float,
    received_ms: float,
    generated: bool,
    all_heard: bool,
    entry: Turn,
    before: Interruption | None,
) -> CutText:
    """Split a reply at what was heard of it.

    Args:
        text: all that was received of it, and of those behind it.
        estimate: what was heard.
        heard_ms: how much of its sound.
        received_ms: of so much.
        generated: nothing more was to come.
        all_heard: its sound was.
        entry: its turn in the history.
        before: what had been cut before it.
    """
    heard, unheard = text[: estimate.end], text[estimate.end :]
    ours = read_aloud(text)
    reads_aloud = ours is not None and ours[1] == len(text)
    if ours is not None:
        start, end = ours
        heard = text[: min(start, estimate.end)] + text[end : max(end, estimate.end)]
        unheard = text[min(start, estimate.end) : start] + text[max(end, estimate.end) :]
        estimate = replace(estimate, end=len(heard), position=float(len(heard)))
    if not reads_aloud:
        before = None
    own = heard + unheard
    # Without any text, the sound tells.
    all_told = bool(words_of(own)) or all_heard
    return CutText(
        heard=heard,
        unheard=unheard,
        continuation=own[resume_at(own, len(heard), generated=generated) :],
        heard_ms=heard_ms,
        received_ms=received_ms,
        estimate=estimate,
        whole=generated and all_told and not words_of(unheard) and before is None,
        entry=entry,
        reads_aloud=reads_aloud,
        before=before,
    )


def whole_words(text: str, heard_end: int) -> int:
    """How much of the first `heard_end` characters is certainly whole words: the last word of what had
    come may go on in what came late.

    >>> texts = ("He was won now.", "He was wonderful.", "He was won.")
    >>> [text[: whole_words(text, 10)] for text in texts]
    ['He was won', 'He was', 'He was won']
    """
    before = text[:heard_end].rstrip()
    if len(before) < heard_end or not before:
        return heard_end
    start = len(before) - len(before.split()[-1])
    for word in tokenize(text[start : heard_end + _LONGEST_WORD]):
        behind = text[heard_end : start + word.end]
        if start + word.start < heard_end and any(map(_is_letter, behind)):
            return len(text[: start + word.start].rstrip())
    return heard_end


def _is_letter(character: str) -> bool:
    return character.isalnum() or unicodedata.category(character).startswith("M")


def resume_at(text: str, heard_end: int, *, generated: bool) -> int:
    """Where to go on in `text`, of which `heard_end` characters were heard.

    Args:
        text: what was received of a reply.
        heard_end: how much of it was heard.
        generated: nothing more was to come.
    """
    start = continuation_start(text, heard_end)
    body = text.rstrip()
    if start < len(text) or generated or not body:
        return start
    # The user heard all there was, but the server had not finished. If it stopped inside a
    # sentence, that sentence was cut off all the same; a word put behind the text tells.
    inside = sentence_start(f"{body} X", len(body) + 1) <= len(body)
    return sentence_start(text, len(body) - 1) if inside else start
