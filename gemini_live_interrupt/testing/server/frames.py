"""Camera frames: a JPEG, and the text that stands in its comment.

The scripted model cannot see. Where a profile says that frames are read, it knows what a frame's
JPEG comment says, in place of what can be seen in it. Knows the JPEG format as far as that.
"""

from __future__ import annotations

__all__ = ["jpeg_comment"]

_COMMENT = 0xFE
_SCAN = 0xDA
_STANDALONE = frozenset({0x01, *range(0xD0, 0xDA)})


def jpeg_comment(data: bytes) -> str:
    """What a JPEG's comment segment says; "" where there is none, or it is no JPEG.

    >>> jpeg_comment(b"\\xff\\xd8\\xff\\xfe\\x00\\x07Hello\\xff\\xd9")
    'Hello'
    """
    at = 2
    while data[:2] == b"\xff\xd8" and at + 4 <= len(data) and data[at] == 0xFF:
        marker = data[at + 1]
        if marker in _STANDALONE:
            at += 2
            continue
        size = int.from_bytes(data[at + 2 : at + 4])
        if marker == _COMMENT:
            return data[at + 4 : at + 2 + size].decode("utf-8", "replace")
        if marker == _SCAN or size < 2:
            break
        at += 2 + size
    return ""
