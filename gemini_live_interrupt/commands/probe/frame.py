"""A note as a picture: a JPEG frame with the text in it, for a model that sees.

Knows Pillow. The text stands in the JPEG's comment too, where the local server reads it. Needs
`pip install "gemini-live-interrupt[testing]"`.
"""

from __future__ import annotations

import io
import textwrap

_SIZE = 768
"""Pixels on a side: what the service scales frames to."""
_MARGIN = 24
_LETTERS = 20
"""Height of the letters in pixels."""
_COLUMNS = 68


def frame_of(text: str) -> bytes:
    """A white frame with the text in black.

    Raises:
        ModuleNotFoundError: Pillow is missing.
    """
    from PIL import Image, ImageDraw, ImageFont

    picture = Image.new("RGB", (_SIZE, _SIZE), "white")
    lines = [part for line in text.splitlines() for part in textwrap.wrap(line, _COLUMNS) or [""]]
    ImageDraw.Draw(picture).multiline_text(
        (_MARGIN, _MARGIN), "\n".join(lines), fill="black", font=ImageFont.load_default(_LETTERS)
    )
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=85, comment=text.encode())
    return file.getvalue()
