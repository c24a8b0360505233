"""Tokens of the model's own that stand in a transcript, and that nobody says.

`<noise>` is what the user's transcript has for a sound that is no speech; `<ctrl46>` and its like
stand in transcripts of both sides (seen in public code). Knows their spelling, and nothing of what a
text is for. An angle bracket alone is no token: a model may well say "<div>".
"""

from __future__ import annotations

import re

__all__ = ["blanked", "may_be_one", "words_of"]

_TOKEN = re.compile(
    r"<(?=[a-z|])(?:noise|silence|music|laughter|inaudible|unintelligible"
    r"|ctrl_?\d+|unused_?\d+|unk|pad|mask|bos|eos|eot|start_of_\w+|end_of_\w+"
    r"|\|[^<>|\s]{1,40}\|)>",
    re.IGNORECASE,
)
_BEGUN = re.compile(r"<\|?[^<>\s]{0,40}$")


def blanked(text: str) -> str:
    """`text` with white space in place of tokens, so that every position stays what it was.

    >>> blanked("the mill.<ctrl46> He")
    'the mill.         He'
    """
    if "<" not in text:
        return text
    return _TOKEN.sub(lambda token: " " * len(token.group()), text)


def words_of(raw: str) -> str:
    """What of a transcript is words: without tokens and outer white space.

    >>> words_of(" <noise> What about <noise> Rome?<ctrl46>")
    'What about Rome?'
    """
    if "<" not in raw:
        return raw.strip()
    parts = (part.strip() for part in _TOKEN.split(raw))
    return " ".join(filter(None, parts))


def may_be_one(text: str) -> bool:
    """Whether the end of `text` may be the beginning of a token.

    >>> may_be_one("the mill.<ct"), may_be_one("the mill.")
    (True, False)
    """
    return "<" in text[-48:] and bool(_BEGUN.search(text[-48:]))
