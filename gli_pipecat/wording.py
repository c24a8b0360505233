"""The words of one reply on their way to the context: as the model said them, and as they arrive.

Knows which stretch of the reply's text each frame stands for, what its text is by now, and how much
was handed on. Must not know when words were heard. What somebody blanks, translates or leaves out on
the way stays so: the changed text goes on, once. What was heard is counted in the model's own words,
since that is what was said.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from enum import IntEnum

_WORD = re.compile(r"\s*\S+\s*$|\s*\S+|\s+$")


def words_in(text: str) -> list[str]:
    """`text` in words with the space before each; joined, they are `text` again.

    >>> words_in("Once upon a  time. ")
    ['Once', ' upon', ' a', '  time. ']
    """
    return _WORD.findall(text)


class Stage(IntEnum):
    """How far a stretch of text has come."""

    MADE = 0
    """By the llm; somebody may still change it, or keep it."""
    QUEUED = 1
    """In the output, behind the sound before it."""
    ARRIVED = 2
    """Nobody can change it any more."""
    DROPPED = 3
    """Later text has arrived, so this was kept by somebody."""


class _Span:
    __slots__ = ("end", "frames", "stage", "start", "told")

    def __init__(self, start: int, end: int) -> None:
        self.start = start
        self.end = end
        self.stage = Stage.MADE
        self.frames: dict[int, str] | None = None
        """Texts by frame that stand for it by now; None: the model's own."""
        self.told = 0
        """Characters that were handed on."""

    def text(self, whole: str, upto: int) -> str:
        """What of it goes on once `whole[:upto]` was heard."""
        if self.stage is Stage.DROPPED:
            return ""
        said = whole[self.start : self.end]
        heard = max(0, min(upto, self.end) - self.start)
        now = said if self.frames is None else "".join(self.frames.values())
        return now[:heard] if now == said else changed_upto(said, now, heard)


class Wording:
    """The words of one reply.

    Args:
        text: The reply's text so far.

    >>> text = "The code is 1234, keep it."
    >>> wording = Wording(lambda: text)
    >>> wording.made(0, len(text))
    >>> wording.comes_as((0, len(text)), frame=7, text="The code is ****, keep it.")
    True
    >>> wording.reaches((0, len(text)), Stage.ARRIVED)
    >>> wording.news(11), wording.news(17), wording.news(len(text))
    ('The code is', ' ****,', ' keep it.')
    """

    def __init__(self, text: Callable[[], str]) -> None:
        self._text = text
        self._spans: list[_Span] = []
        self._came: set[int] = set()
        self._next = 0

    def made(self, start: int, end: int) -> None:
        """The model said `text[start:end]` in one frame."""
        self._spans.append(_Span(start, end))

    def comes_as(
        self, stretch: tuple[int, int], *, frame: int, text: str, has_spaces: bool = True
    ) -> bool:
        """A frame that stands for this stretch has this text now.

        Args:
            stretch: From where to where in the reply's text.
            frame: The frame's id; several may share one stretch.
            text: Its text.
            has_spaces: False: how it joins to the text before it was left out.

        Returns:
            Whether its text is, or was, handed on from here. A frame may be too late for that: what
            comes behind it was handed on, or the sound of the reply has ended.
        """
        span = self._span(stretch)
        if span is None:
            return frame in self._came
        self._came.add(frame)
        is_first = span.start == 0 and next(iter(span.frames or {}), frame) == frame
        if not (has_spaces or is_first or text[:1].isspace()):
            text = f" {text}"
        if span.frames is None:
            if text == self._text()[span.start : span.end]:
                return True
            span.frames = {}
        span.frames[frame] = text
        return True

    def reaches(self, stretch: tuple[int, int], stage: Stage) -> None:
        """This stretch has come so far; what lies before it and has not arrived was dropped."""
        span = self._span(stretch)
        if span is None or span.stage is Stage.ARRIVED:
            return  # Of two branches, the slower one changes nothing.
        span.stage = stage
        if stage is Stage.ARRIVED:
            for before in self._spans[self._next :]:
                if before is span:
                    break
                if before.stage is not Stage.ARRIVED:
                    before.stage = Stage.DROPPED

    def close(self) -> None:
        """Nothing more of it will arrive."""
        for span in self._spans[self._next :]:
            if span.stage is not Stage.ARRIVED:
                span.stage = Stage.DROPPED

    def _span(self, stretch: tuple[int, int]) -> _Span | None:
        """The span of a stretch; several that somebody has joined become one."""
        start, end = stretch
        inside = [one for one in self._spans[self._next :] if start <= one.start and one.end <= end]
        if len(inside) > 1:
            first = inside[0]
            first.end = inside[-1].end
            first.frames = {}
            at = self._spans.index(first)
            del self._spans[at + 1 : at + len(inside)]
        return inside[0] if inside else None

    def news(self, upto: int, *, at_least: Stage = Stage.ARRIVED) -> str:
        """What may go on now that was not handed on yet.

        Args:
            upto: `text[:upto]` was heard.
            at_least: How far text must have come to be handed on.
        """
        whole, news = self._text(), ""
        while self._next < len(self._spans):
            span = self._spans[self._next]
            if span.stage < at_least:
                break
            text = span.text(whole, upto)
            news += text[span.told :]
            span.told = max(span.told, len(text))
            if upto < span.end:
                break
            self._next += 1
        return news

    @property
    def is_told(self) -> bool:
        """Whether all that was made has been handed on, or dropped."""
        return self._next >= len(self._spans)


def changed_upto(said: str, now: str, heard: int) -> str:
    """How much of a changed text goes on when so many characters of the original were heard.

    Words before the first change and behind the last one stand for themselves; what is between goes
    on when all of it was heard.

    >>> changed_upto("call me at 555 1234 today", "call me at [number] today", 14)
    'call me at'
    >>> changed_upto("call me at 555 1234 today", "call me at [number] today", 19)
    'call me at [number]'
    """
    if heard >= len(said):
        return now
    old, new = words_in(said), words_in(now)
    count = len(words_in(said[:heard]))
    most = min(len(old), len(new))
    same = next((i for i in range(most) if old[i].strip() != new[i].strip()), most)
    if count <= same:
        return "".join(new[:count])
    behind = next(
        (i for i in range(most - same) if old[-1 - i].strip() != new[-1 - i].strip()), most - same
    )
    left = len(old) - count
    return "".join(new[: len(new) - left]) if left <= behind else "".join(new[:same])
