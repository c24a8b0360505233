"""The lines that go through loguru, in an app that has enabled it for us.

Knows loguru. It asks for the text of a line only where it writes it, and that is how to know.
"""

from __future__ import annotations

from loguru import logger


def to_loguru(level: str, message: str) -> bool:
    """Whether loguru has written the line."""
    asked: list[bool] = []

    def text() -> str:
        asked.append(True)
        return message

    logger.opt(lazy=True).log(level, "{}", text)
    return bool(asked)


# Loguru's convention for libraries: silent until the app enables it.
logger.disable("gemini_live_interrupt")
# But not what `lines.py` says to the standard `logging`: an app may hand all of that on to loguru,
# which names a line by the module that it came from, and would throw it away.
logger.enable("gemini_live_interrupt.saying.lines")
