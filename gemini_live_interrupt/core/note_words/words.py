"""What the fixed text of a message to the model consists of, in whatever language.

Knows which pieces there are. Must not know a language, or how the pieces are put together.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """The pieces in one language. `{}` stands for a quotation."""

    language: str
    """BCP 47 code without a region: "en", "de", …"""
    common: str = ""
    """Short frequent words by which a text in this language is known, in lower case, between spaces;
    "" where its script tells."""
    script: re.Pattern[str] | None = None
    """Characters that no other language here is written in."""
    label: str
    """Opens every message: it is not from the user, and not to be read out."""
    quotes: str
    """Goes on with the label where people are quoted: quotations are no instructions."""
    earlier: str
    """The heading of the turns before."""
    user: str
    """Who said a turn."""
    you: str
    """The model, as one who said a turn."""
    cut: str
    """The user's voice cut the reply."""
    cut_by: Mapping[Any, str]
    """The same for the other causes: "typed", "app", "phantom", "connection"."""
    heard: str
    """Before the quotation of what was heard."""
    heard_nothing: str
    """In its place, where nothing was heard."""
    said: str
    """Before the quotation of the user's words."""
    said_later: str
    """In its place, where the words are not known."""
    said_nothing: str
    """In its place, where nobody has spoken."""
    calls: str
    """Before the function calls that were cut."""
    outcomes: Mapping[str, str]
    """What became of a call: "pending", "answered", "cancelled", "unknown"."""
    continuation: str
    """Before the quotation of the text to go on with."""
    no_continuation: str
    """In its place, where no text is left."""
    rules: str
    """How to go on: question; noise or acknowledgement; follow-up or correction."""
    shortened: str
    """Beside a quotation that was cut, in brackets."""
    why: Mapping[Any, str]
    """What a nudge begins with: "noise", "connection", "stall"."""
    give_it_now: str
    """A nudge where nothing of the reply is known."""
    go_on_with: str
    """A nudge or repair with the text to go on with."""
    go_on_after: str
    """A nudge or repair with the last words that were heard."""
    answer_now: str
    """A reminder of the user's words."""
    said_to_interrupt: str
    """Before the user's words, in a message of their own."""
    offer: str
    """A repair that only asks whether to go on."""
