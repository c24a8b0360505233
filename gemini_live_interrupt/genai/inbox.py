"""What has come over a session and nobody has read yet, in the order in which it came.

Knows that anything may be put in from any thread, and is read in that of the session's event loop. There,
a message of speech that follows another is put into its lists: of those that come most come, and a record
for each would cost the host more than all else. Must not know what it means.
"""

from __future__ import annotations

from collections import deque
from threading import get_ident
from typing import Any

from gemini_live_interrupt.core import events as e
from gemini_live_interrupt.core.joining import (
    Read,
    Speech,
    Waiting,
    add_events,
    add_speech,
    speech_events,
)
from gemini_live_interrupt.genai.late_reading import LateReading
from gemini_live_interrupt.saying import our_failure

LONGEST = 3 * 96
"""Pieces of speech that are read together, three of each message."""
_ENOUGH = 100
"""Messages of the microphone that wait at most where nothing else comes."""
_NONE_YET: Any = object()
"""Unlike any MIME type, and unlike none."""


class Inbox:
    """That of one session.

    >>> inbox, waiting = Inbox(), deque()
    >>> inbox.put_speech(1.0, b"..", 24_000, "Hello", 0.9, here=True)
    >>> inbox.read(waiting, most=10), len(inbox)
    (1, 0)
    """

    __slots__ = (
        "_items",
        "_more",
        "_reading",
        "_reports",
        "_user",
        "mime",
        "open",
        "rate",
        "thread",
    )

    def __init__(self) -> None:
        self._items: deque[tuple[float, Read, Any]] = deque()
        """When it came, how it is read, and what it is."""
        self._more = 0
        """Messages of speech behind the first of each item."""
        self.open: list[Any] | None = None
        """The pieces of the last item, where more speech may be put to them."""
        self.rate = self.thread = 0
        """Of that speech, in Hz, and the thread in which it was put in."""
        self.mime: Any = None
        """A MIME type that says this rate."""
        self._reading = LateReading()
        self._reports: deque[tuple[float, e.Played]] = deque()
        """What the app's speaker has played. They do not stand in line either, so that speech between
        them stays together: their times say where they belong."""
        self._user: Speech | None = None
        """What the microphone has heard. It does not stand in line: nothing follows from it, but it must
        be known before what comes behind it is read."""

    def __bool__(self) -> bool:
        return bool(self._items or self._reports)

    def __len__(self) -> int:
        """How much waits."""
        more, pieces, user = self._more, self.open, self._user
        if pieces is not None:
            more += len(pieces) // 3 - 1
        return len(self._items) + len(self._reports) + max(0, more) + len(user or ())

    def put(self, at: float, read: Read, what: Any, asked_at: float | None = None) -> None:
        """Something has come. Called from any thread.

        Args:
            at: when, in seconds.
            read: called with it afterwards.
            what: is read.
            asked_at: when the host asked for it, in seconds; None: it did not.
        """
        self._ends()
        if asked_at is not None and self._reading.changes(asked_at, at):
            self._is_read_late(at)
        self._items.append((at, read, what))

    def put_speech(
        self,
        at: float,
        pcm: bytes,
        rate: int,
        text: str | e.ModelText,
        asked_at: float,
        *,
        here: bool,
    ) -> None:
        """Speech of the model has come. Called from any thread.

        Args:
            at: when, in seconds.
            pcm: its sound; empty: it has none.
            rate: Hz of the sound.
            text: its text; empty: it has none.
            asked_at: when the host asked for it, in seconds.
            here: this is the thread in which it will be read.
        """
        self._ends()
        if self._reading.changes(asked_at, at):
            self._is_read_late(at)
        if here:
            speech = Speech(rate)
            speech.add(at, pcm, text)
            self._items.append((at, add_speech, speech))
            if not self._reading.is_late:
                self.open, self.rate, self.mime = speech.pieces, rate, _NONE_YET
                self.thread = get_ident()
        else:
            self._items.append((at, add_events, speech_events(pcm, rate, text)))

    def put_user(self, at: float, pcm: bytes, rate: int) -> bool:
        """The microphone has heard something. Only called in the thread in which it is read.

        Args:
            at: when, in seconds.
            pcm: its sound.
            rate: Hz of it.

        Returns:
            Whether it has to be read: it cannot wait for what comes next.
        """
        user = self._user
        if user is None:
            user = self._user = Speech(rate)
        elif user.sample_rate != rate:
            self.put(at, add_events, (e.UserAudio(pcm=pcm, sample_rate=rate),))
            return True
        user.add(at, pcm, "")
        return len(user) >= _ENOUGH

    def put_report(self, at: float, report: e.Played) -> None:
        """The app's speaker has played something. Called from any thread.

        Args:
            at: when, in seconds.
            report: how much.
        """
        self._reports.append((at, report))

    def take_user(self) -> Speech | None:
        """What the microphone has heard since this was asked."""
        user, self._user = self._user, None
        return user

    def _ends(self) -> None:
        """Nothing more is put to the last speech."""
        pieces, self.open = self.open, None
        if pieces is not None:
            self._more += len(pieces) // 3 - 1
            self._reading.read_at = pieces[-3]

    def _is_read_late(self, at: float) -> None:
        self._items.append((at, add_events, (e.ReadLate(late=self._reading.is_late),)))

    def read(self, waiting: Waiting, most: int) -> int:
        """Read the first of what is here.

        Args:
            waiting: it waits behind these from now on.
            most: messages, or a few more where they belong together.

        Returns:
            How much it was.
        """
        items, reports, count = self._items, self._reports, 0
        while count < most and (items or reports):
            if reports and not (items and items[0][0] < reports[0][0]):
                waiting.append(reports.popleft())
                count += 1
                continue
            at, read, what = items.popleft()
            until = at
            count += 1
            if type(what) is Speech:
                if what.pieces is self.open:
                    self._ends()
                until = what.pieces[-3]
                self._more -= len(what) - 1
                count += len(what) - 1
            try:
                read(what, at, waiting)
            except Exception as error:
                our_failure(error, "The rest of this one message is not followed.")
            while reports and reports[0][0] < until:
                waiting.append(reports.popleft())
                count += 1
        if not items:
            self._more = 0  # Another thread may have ended a speech while a message was put to it.
        return count

    def clear(self) -> None:
        """Let go of all of it. Called from any thread: nothing is read any more."""
        # Whoever looks at them right now may go on.
        self._items, self.open, self._more, self._user = deque(), None, 0, None
