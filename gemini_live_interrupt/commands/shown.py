"""Text of others on a terminal: shown as text, whatever is in it.

What people and services say may hold control characters that move the cursor, set a title or
colour, or turn the direction of writing. Knows characters; nothing of who said them.
"""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Iterable
from typing import TextIO

_STAYS = "\n\t\u200c\u200d"
"""Line breaks, and the joiners that words of some scripts need."""


def shown(text: str) -> str:
    """``text`` with everything that is no visible character spelled out.

    >>> shown("a\\x1b]0;title\\x07b"), shown("caf\u00e9")
    ('a\\\\x1b]0;title\\\\x07b', 'caf\u00e9')
    """
    return "".join(map(_visible, text))


def _visible(character: str) -> str:
    if character in _STAYS or unicodedata.category(character) not in ("Cc", "Cf", "Cs", "Zl", "Zp"):
        return character
    code = ord(character)
    return (
        f"\\x{code:02x}"
        if code < 0x100
        else f"\\u{code:04x}"
        if code < 0x10000
        else f"\\U{code:08x}"
    )


def take_any_text(streams: Iterable[TextIO] | None = None) -> None:
    """Let output streams take characters that their encoding lacks: those are spelled out, too.

    Args:
        streams: which; None: the process's own two.
    """
    for stream in (sys.stdout, sys.stderr) if streams is None else streams:
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")
