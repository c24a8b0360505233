"""Where a sentence starts, in any script.

A reply that was cut off goes on from the start of the sentence that was cut. `sentencex` finds most
starts (measured best of fourteen libraries on sentences cut at any place); what it leaves wrong for
speech is put right here: stranded quotes, list markers, line breaks, ellipses, and Thai, which has
no full stop. Knows nothing of audio or of what was heard; a position in the text is an argument.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import pairwise

from gemini_live_interrupt.heard.control_tokens import blanked
from gemini_live_interrupt.heard.spoken_forms import guess_language

try:
    from sentencex import get_sentence_boundaries  # type: ignore[import-untyped]
except ImportError:  # pragma: no cover - a platform without its wheel
    get_sentence_boundaries = None

__all__ = ["continuation_start", "sentence_start"]


def sentence_start(text: str, position: int) -> int:
    """The start of the sentence at `position`.

    Args:
        text: Everything that was received, not only what was heard: what follows tells an
            abbreviation from an end. position: Characters from the start; white space after a
            sentence belongs to it. Clamped to the text.

    Returns:
        Characters from the start, at most `position` (or 0).

    Example:
        >>> text = "Ask Dr. Low. She knows."
        >>> [sentence_start(text, position) for position in (0, 9, 12, 13, 99)]
        [0, 0, 0, 13, 13]
    """
    return max((start for start in _starts(blanked(text)) if start <= position), default=0)


def continuation_start(text: str, heard_end: int) -> int:
    """Where to go on when `text[:heard_end]` was heard: the start of the first sentence that was
    not heard to its end.

    Args:
        text: Everything that was received.
        heard_end: Characters from the start. Clamped to the text.

    Returns:
        Characters from the start; `len(text)` if all of it was heard.

    Example:
        >>> text = "First this. Then that. Done."
        >>> [text[continuation_start(text, heard) :] for heard in (8, 11, 15, len(text))]
        ['First this. Then that. Done.', 'Then that. Done.', 'Then that. Done.', '']
    """
    if heard_end <= 0:
        return 0
    text = blanked(text)
    for start, end in pairwise([*_starts(text), len(text)]):
        # Only what can be said counts: a closing quote or bracket was not missed.
        if heard_end < end and any(map(str.isalnum, text[max(start, heard_end) : end])):
            return start
    return len(text)


def _starts(text: str) -> list[int]:
    """The starts of all sentences, the first of them 0, ascending."""
    found = sorted({0, *_library_starts(text), *_further_starts(text)})
    starts: list[int] = []
    for start in found:
        start = _with_opening_quotes(text, _past_space(text, start) if start else 0)
        if start and _is_false_start(text, starts[-1] if starts else 0, start):
            continue
        if (not starts or start > starts[-1]) and (start < len(text) or not start):
            starts.append(start)
    return starts


def _library_starts(text: str) -> Iterable[int]:
    if get_sentence_boundaries is not None:
        try:
            # It is written in Rust and takes no lone surrogates; the substitute has the same
            # length.
            found = get_sentence_boundaries(
                guess_language(text[:240]), _SURROGATE.sub("\ufffd", text)
            )
            return [boundary["start_index"] for boundary in found]
        except Exception:
            # A panic of the library must cost accuracy, not the note.
            pass
    return [match.end() for match in _NAIVE_END.finditer(text) if match.end() < len(text)]


_SURROGATE = re.compile("[\ud800-\udfff]")
_NAIVE_END = re.compile(r"[.!?…][\"'”’»)\]]*\s+|[。！？][」』”’）]*\s*|[।॥؟۔።፧။។]\s*")

# Ends that sentencex leaves joined: an ellipsis or a closing bracket before a capital, the Amharic
# question mark, a line break unless the next line goes on in lower case, and the spaces of Thai and
# Lao after a phrase long enough to be a sentence.
_FURTHER_END = re.compile(
    r"(?:…|\.{3}|[.!?…][)\]])[\"'”’»]*\s+(?=[^\W\d_])"
    r"|፧\s*"
    r"|\s*\n\s*(?=\S)"
    r"|(?<=[\u0e01-\u0eff]{20})[ ]+(?=[\u0e01-\u0eff])"
)


def _further_starts(text: str) -> Iterable[int]:
    for match in _FURTHER_END.finditer(text):
        if not text[match.end()].islower():
            yield match.end()


def _past_space(text: str, start: int) -> int:
    while start < len(text) and text[start].isspace():
        start += 1
    return start


_OPENING = "\"'“„«‘‚‹([{（「『《〈【¿¡"


def _with_opening_quotes(text: str, start: int) -> int:
    """Move a start before the opening quotes that were left at the end of the sentence before
    it."""
    at = start
    while (
        at
        and text[at - 1] in _OPENING
        and (at == 1 or text[at - 2].isspace() or text[at - 2] in _OPENING)
    ):
        at -= 1
    return at


# "2.", "b)", "IV.", "-", "•" at the start of an item.
_LIST_MARKER = re.compile(r"\s*(?:\(?(?:\d{1,3}|[^\W\d_]|[ivxIVX]{1,4})[.)]|[-–—•*#]+)\s*")
# Read on after the full stop, whatever follows; sentencex has others.
_READ_ON = re.compile(
    r"(?:^|[\s(“\"'])(?:Mme|Mlle|Mgr|Me|Dres?|Sra?|Srta|Ing|Lic|St|Ste|Mt|Ft|Nr|Abb|Bd|pp?)\.\s+$"
)
# "e.g.", "z. B.", "etc.": read on if a small letter follows.
_READ_ON_SMALL = re.compile(
    r"(?:^|[\s(“\"'])(?:(?:[^\W\d_]\.\s?){2,}|(?:etc|usw|bzw|vs|ca|approx)\.)\s*$"
)


def _is_false_start(text: str, before: int, start: int) -> bool:
    """Whether the stretch from `before` to `start` is no sentence of its own."""
    stretch = text[before:start]
    return (
        not any(map(str.isalnum, stretch))
        or bool(_LIST_MARKER.fullmatch(stretch))
        or bool(_READ_ON.search(stretch[-12:]))
        or (text[start : start + 1].islower() and bool(_READ_ON_SMALL.search(stretch[-12:])))
    )
