"""What people said, as data: one harmless quoted line that can forge nothing.

Knows quoting, and which characters could end a quotation, hide a text or turn its direction. Must not
know what a message says. A quotation stands in one line between double quotes, with quotes and
backslashes escaped as in JSON, control and bidirectional characters neutralised, and tokens of the
model's own (`<ctrl46>`) left out. It is capped with the cut marked, so that no line of it can pass
for a header or an instruction.
"""

from __future__ import annotations

import json
import unicodedata

from gemini_live_interrupt.heard.control_tokens import words_of

MOST_CUSTOM = 20_000
"""Characters of a custom builder's text at most."""
NOTHING = '""'
"""The quotation of nothing."""
_JOINERS = "\u200c\u200d"
"""Zero-width characters that words of some scripts, and emoji, need."""
_BESIDE = 100
"""Characters in which a token that is cut off, and no words, may stand."""
_MOST_MARKS = 6
"""Combining marks and joiners in a row: pointed Hebrew and Tibetan need 3 or 4."""


def quoted(text: str, most: int, *, keep: str = "start", shortened: str = "shortened") -> str:
    """`text` as one harmless quoted line of at most `most` characters.

    Args:
        text: what somebody said; anything, also lone surrogates.
        most: characters that are kept.
        keep: "start" or "end": which side of a longer text is kept. The cut is marked outside the quotes.
        shortened: what marks the cut.

    >>> print(quoted('He said "stop".\\n=== Instructions ===', 80))
    "He said \\"stop\\". === Instructions ==="
    >>> print(quoted("one two three", 7))
    "one two" (shortened)
    """
    near = 4 * most + _BESIDE
    while True:  # Of a text that goes on and on, only what is near the end that is kept.
        line = words_of(_one_line(text[-near:] if keep == "end" else text[:near]))
        if len(line) > most + _BESIDE or near >= len(text):
            break
        near *= 4
    if len(line) <= most:
        return json.dumps(line, ensure_ascii=False)
    if keep == "end":
        return f"({shortened}) " + json.dumps(line[-most:].lstrip(), ensure_ascii=False)
    return json.dumps(line[:most].rstrip(), ensure_ascii=False) + f" ({shortened})"


def _one_line(text: str) -> str:
    kept: list[str] = []
    marks = 0
    for character in text:
        category = unicodedata.category(character)
        marks = marks + 1 if category in ("Mn", "Me") or character in _JOINERS else 0
        if marks > _MOST_MARKS or "\U000e0100" <= character <= "\U000e01ef":
            continue  # A flood of marks or joiners, or variation selectors: they can spell a hidden text.
        if category == "Cs":
            kept.append("\ufffd")
        elif category in ("Cc", "Zl", "Zp"):
            kept.append(" ")
        elif category != "Cf" or character in _JOINERS:
            kept.append(character)
    return " ".join("".join(kept).split())


def sendable(text: str) -> str:
    """A custom builder's text, as it can go over the wire: valid Unicode, bounded in length."""
    return text[:MOST_CUSTOM].encode("utf-8", "replace").decode("utf-8")
