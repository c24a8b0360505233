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
    position = min(max(position, 0), len(text))
    return max((start for start in _starts_near(text, position) if start <= position), default=0)


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
    for start, end in pairwise([*_starts_near(text, min(heard_end, len(text))), len(text)]):
        # Only what can be said counts: a closing quote or bracket was not missed.
        if heard_end < end and any(map(str.isalnum, text[max(start, heard_end) : end])):
            return start
    return len(text)


# Of a long text only what is around a position is cut into sentences; none is longer.
_BEFORE, _BEHIND = 6000, 2000


def _starts_near(text: str, position: int) -> list[int]:
    """The starts of the sentences around a position, ascending; the first of all is 0."""
    text = blanked(text)
    first = max(position - _BEFORE, 0)
    found = _starts(text[first : position + _BEHIND])
    # What a cut-out begins with is no start.
    return [first + start for start in found if start] if first and len(found) > 1 else found


def _starts(text: str) -> list[int]:
    """The starts of all sentences, the first of them 0, ascending."""
    candidates = sorted({0, *_library_starts(text), *_further_starts(text)})
    has_capitals = any(map(str.isupper, text))
    starts: list[int] = []
    has_words, looked, past = False, 0, 0
    for candidate in candidates:
        # White space is passed once, however many candidates lie in it.
        past = max(past, _past_space(text, candidate)) if candidate >= past and candidate else past
        start = _with_opening_quotes(text, past)
        # Whether there is anything to say since the last start, looking at each letter once.
        has_words = has_words or any(map(str.isalnum, text[looked : max(start, looked)]))
        looked = max(start, looked)
        before = starts[-1] if starts else 0
        if start and (not has_words or _is_false_start(text, before, start, has_capitals)):
            continue
        if (not starts or start > starts[-1]) and (start < len(text) or not start):
            starts.append(start)
            has_words = False
    return starts


def _library_starts(text: str) -> Iterable[int]:
    if get_sentence_boundaries is not None:
        try:
            # It is written in Rust, takes no lone surrogates, and makes a sentence of each empty line, in
            # the square of their number; the substitutes have the same length.
            plain = _EMPTY_LINES.sub(_one_empty_line, text)
            found = get_sentence_boundaries(
                guess_language(text[:240]), _SURROGATE.sub("\ufffd", plain)
            )
            return [boundary["start_index"] for boundary in found]
        except Exception:
            # A panic of the library must cost accuracy, not the note.
            pass
    return [match.end() for match in _NAIVE_END.finditer(text) if match.end() < len(text)]


_SURROGATE = re.compile("[\ud800-\udfff]")
_EMPTY_LINES = re.compile(r"(\n[^\S\n]*\n)\s++")

_NAIVE_END = re.compile(r"[.!?…][\"'”’»)\]]*\s+|[。！？][」』”’）]*\s*|[।॥؟۔።፧။។]\s*")

# Ends that sentencex leaves joined: an ellipsis or a closing bracket before a capital, a French
# quotation that ends with its sentence, the Greek and the Amharic question marks, the marks of Khmer and
# Tibetan, "т. д." before a capital, a line break unless the next line goes on in lower case, and the
# spaces of Thai and Lao after a phrase long enough to be a sentence, or after what ends one.
_FURTHER_END = re.compile(
    r"(?:…|\.{3}|[.!?…][)\]])[\"'”’»]*\s++(?=[^\W\d_])"
    r"|[.!?…][ \u00a0\u202f]?»\s++(?=[^\W\d_])"
    r"|(?<=[\u0370-\u03ff\u1f00-\u1fff])[;\u037e][»”\"]?\s++(?=\S)"
    r"|(?<=[тТ]\.[дп]\.) (?=[А-ЯЁ])|(?<=[тТ]\. [дп]\.) (?=[А-ЯЁ])"
    r"|[፧។៕།]\s*+"
    r"|(?<=\S)\s*\n\s*+(?=\S)"
    r"|(?<=[\u0e01-\u0eff]{20})[ ]++(?=[\u0e01-\u0eff])"
    r"|(?:ครับ|ค่ะ|คะ|ไหม|มั้ย|เถอะ|จ้ะ)[ ]++(?=[\u0e01-\u0eff])"
)


def _one_empty_line(lines: re.Match[str]) -> str:
    """One empty line, and spaces in place of the others."""
    return ("\n\n" if "\n\n" in lines[0] else lines[1]).ljust(len(lines[0]))


def _further_starts(text: str) -> Iterable[int]:
    for match in _FURTHER_END.finditer(text.rstrip()):
        if not text[match.end() : match.end() + 1].islower():
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
_LONGEST_MARKER = 12
# Read on after the full stop, whatever follows: before a name, a number or a place; sentencex has others,
# but not each in each language.
_READ_ON = re.compile(
    r"(?:^|[\s(“\"'])(?:M[rs]|Mrs|Mme|Mlle|Mgr|Me|Dr|Dres?|Dr hab|MUDr|Pr|Profa?|Sra?|Srta|Ing|Lic|St|Ste|Mt|Ft|Nr|Abb"
    r"|Bd|pp?|Uds?|Avv?|[Dd]hr|[Mm]evr|[Nn]p|[Uu]l|[Aa]l|św|inż|mgr|[Ss]ig|sig\.ra|[Dd]ott|dott\.ssa|(?:l')?(?:avv|ing)|Doç|Sn|Yrd"
    r"|Cad|doc|dyr|[Ss]éc|TP|Str|Tel|Hr|Fr|им|ул|доц|просп|проф|акад|пл|вул|κ|κα|Κα|Δρ|डॉ|प्रो|श्री|श्रीमती|د|أ)\.\s+$"
)
# Read on before a number: "no. 5", "approx. 20", "ок. 40".
_BEFORE_NUMBER = re.compile(
    r"(?:^|[\s(])(?:[Nn]o|[Nn]úm|[Nn]um|[Vv]ol|[Ff]ig|[Pp][aá]g|[Cc]ap|[Ss]ec|[Aa]rt|[Aa]pp?rox|[Cc]a|[Kk]r|godz|inkl|ок|бл|рис|стр|гл|д|кв)\.\s+$"
)
# "19. Jahrhundert": what a German ordinal may stand before, without a month.
_COUNTED = re.compile(r"(?:Jh|Jahrhundert|Weltkrieg|Stock|Klasse|Mal|Platz)\b")
# What a small letter may go on after: a short word or a number with a full stop ("z. B.", "etc.", "p. ex.",
# "2.1. is"), an ellipsis, a quotation.
_MAY_GO_ON = re.compile(r"(?:(?:(?:^|[\s(“\"'.-])[^\W\d_]{1,6}|\d)\.|…|\.{3}|[»”])\s*$")
# What a quotation is said with, without a space before it: its sentence goes on.
_SAYING = re.compile(
    r"[^。！？，、“”「」\s\u3040-\u30ff]{0,5}(?:问|問|说|說|道|喊|叫|答|想|笑)|と(?!ころ|ても|にかく)"
)
_SAYING_KOREAN = re.compile("이?라고|하고|하며|이?라며")


def _is_false_start(text: str, before: int, start: int, has_capitals: bool) -> bool:
    """Whether the stretch from `before` to `start` is no sentence of its own."""
    tail = text[max(before, start - 16) : start]
    if start - before <= _LONGEST_MARKER and _LIST_MARKER.fullmatch(text[before:start]):
        return True
    if _READ_ON.search(tail) or (text[start : start + 1].isdigit() and _BEFORE_NUMBER.search(tail)):
        return True
    if tail[-1:] == "." and text.startswith(("-", "º", "ª"), start):
        return True  # "c.-à-d.", "2.º"
    if _COUNTED.match(text, start) and re.search(r"\d\.\s+$", tail):
        return True
    if tail.rstrip()[-1:] in '”’"' and _SAYING_KOREAN.match(text, start):
        return True
    if tail[-1:] in "”」』’" and _SAYING.match(text, start):
        return True
    goes_on = has_capitals and text[start : start + 4].lstrip("—– ")[:1].islower()
    return goes_on and bool(_MAY_GO_ON.search(tail))
