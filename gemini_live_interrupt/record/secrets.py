"""What never stands in a record, whatever the settings: keys, tokens, and handles of a session.

Knows how they look. Must not know where they were found. A resumption handle lets its owner into
the conversation, so only a digest of it is written, by which two records can be told to belong
together.
"""

from __future__ import annotations

import hashlib
import re

MOST_CHARACTERS = 500
"""Of an error's text or another sentence that is written down."""

_SECRET = re.compile(
    r"AIza[\w-]{10,}"  # API keys
    r"|ya29\.[\w.-]+"  # OAuth tokens
    r"|auth_tokens/[\w-]+"  # ephemeral tokens
    r"|eyJ[\w-]{10,}\.[\w-]+\.[\w-]*"  # JSON web tokens
    r"|(?<=[?&])(?:key|access_token|token)=[^&\s'\"]+"
    r"|(?i:\b(?:bearer|token|api[_-]?key|authorization|password|secret)\b['\"]?\s*[:= ]\s*['\"]?)[\w.~+/-]{8,}=*"
)
_HIDDEN = "(secret)"


def scrubbed(text: str) -> str:
    """`text` without anything that looks like a key or a token, and not too long.

    >>> scrubbed("GET wss://host/ws?key=AIzaSyA-1234567890abcdefgh failed")
    'GET wss://host/ws?(secret) failed'
    """
    return _SECRET.sub(_HIDDEN, text[: 4 * MOST_CHARACTERS])[:MOST_CHARACTERS]


def digest(handle: str) -> str:
    """A name for a handle that does not let anybody in.

    >>> digest("a handle") == digest("a handle") != digest("another")
    True
    """
    return hashlib.sha256(b"handle:" + handle.encode("utf-8", "replace")).hexdigest()[:12]
