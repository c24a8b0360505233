"""How an app's own note is asked for.

Knows the two shapes of a builder, and what an old one writes where the user's words are not known.
Must not know when a note is built, or what is done if that fails.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Awaitable, Callable
from typing import Any

from gemini_live_interrupt.core.events import Interruption
from gemini_live_interrupt.heard.control_tokens import words_of

PromptBuilder = (
    Callable[[str, str, list[tuple[str, str]]], str | Awaitable[str]]
    | Callable[[Interruption], str | Awaitable[str]]
)
"""`(heard, user_text, history) -> note`, or `(interruption) -> note`, sync or async."""

_QUOTE = "[\"'“”‘’«»]"
_HOLE = re.compile(
    rf"\b(?:said|says|asked|words)\s*(?::\s*{_QUOTE}{{0,2}}|{_QUOTE}{{2}})\s*(?:[.,;\n]|$)",
    re.IGNORECASE,
)
"""What a builder writes that puts nothing where the user's words should be."""
HOLE = (
    'The prompt builder wrote "The user said:" with nothing behind it: user_text is "" where the user\'s words '
    "are not known yet, which is mostly so. Leave that line out then; docs/upgrading.md shows how."
)
"""What is said about that, once."""
_LOOKED_AT = 5_000
"""Characters of a note that are looked at."""


def takes_interruption(builder: Callable[..., Any]) -> bool:
    """Whether a builder takes the whole `Interruption`: it takes no more than that.

    >>> takes_interruption(lambda interruption: ""), takes_interruption(lambda a, b, c: "")
    (True, False)
    """
    try:
        parameters = inspect.signature(builder).parameters.values()
    except (TypeError, ValueError):  # It has no signature that could be read.
        return False
    positional = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    if any(each.kind is each.VAR_POSITIONAL for each in parameters):
        return False
    needed = [each for each in parameters if each.kind in positional and each.default is each.empty]
    possible = [each for each in parameters if each.kind in positional]
    return len(possible) < 3 and len(needed) <= 1 <= len(possible)


def ask(builder: Callable[..., Any], interruption: Interruption) -> Any:
    """Call a builder for an interruption.

    Args:
        builder: of either shape.
        interruption: what was cut.

    Returns:
        What it returns, which may have to be awaited.
    """
    if takes_interruption(builder):
        return builder(interruption)
    return builder(_spoken(interruption.heard), interruption.user_text, list(interruption.history))


def _spoken(heard: str) -> str:
    """What was heard, without control tokens: an old builder quotes it to the model as it is."""
    return words_of(heard) if "<" in heard else heard


def has_a_hole(text: str, interruption: Interruption) -> bool:
    """Whether a note says "The user said: ." where the user's words are not known.

    Builders made for version 0.1.0 do, which gave them whatever words had come last.

    >>> bool(_HOLE.search("The user said: . Go on.")), bool(_HOLE.search("The user said: Stop."))
    (True, False)
    """
    return not interruption.user_text.strip() and bool(_HOLE.search(text[:_LOOKED_AT]))
