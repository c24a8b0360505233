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
from gemini_live_interrupt.genai.late_reading import AWAY, LateReading
from gemini_live_interrupt.saying import our_failure

_LONGEST = 64
"""Messages of speech that are read together."""
_ENOUGH = 100
"""Messages of the microphone that wait at most where nothing else comes."""


class Inbox:
    """That of one session.

    >>> inbox, waiting = Inbox(), deque()
    >>> inbox.put_speech(1.0, b"..", 24_000, "Hello", 0.9, here=True)
    >>> inbox.goes_on(1.1, b"..", 24_000, "", 1.0), len(inbox)
    (True, 2)
    >>> inbox.read(waiting, most=10), len(inbox)
    (2, 0)
    """

    __slots__ = ("_items", "_more", "_reading", "_reports", "_thread", "_user")

    def __init__(self) -> None:
        self._items: deque[tuple[float, Read, Any]] = deque()
        """When it came, how it is read, and what it is."""
        self._more = 0
        """Messages of speech behind the first of each item."""
        self._reading = LateReading()
        self._reports: deque[tuple[float, e.Played]] = deque()
        """What the app's speaker has played. They do not stand in line either, so that speech between
        them stays together: their times say where they belong."""
        self._thread = 0
        """In which the last speech was put in that others may be put to."""
        self._user: Speech | None = None
        """What the microphone has heard. It does not stand in line: nothing follows from it, but it must
        be known before what comes behind it is read."""

    def __bool__(self) -> bool:
        return bool(self._items or self._reports)

    def __len__(self) -> int:
        """How much waits."""
        return len(self._items) + len(self._reports) + max(0, self._more)

    def put(self, at: float, read: Read, what: Any, asked_at: float | None = None) -> None:
        """Something has come. Called from any thread.

        Args:
            at: when, in seconds.
            read: called with it afterwards.
            what: is read.
            asked_at: when the host asked for it, in seconds; None: it did not.
        """
        if asked_at is not None and self._reading.changes(asked_at, at):
            self._is_read_late(at)
        self._items.append((at, read, what))

    def goes_on(
        self, at: float, pcm: bytes, rate: int, text: str | e.ModelText, asked_at: float
    ) -> bool:
        """Put speech of the model to that which came before it, if nothing else came in between.

        Who put that in has seen to it that it is read. On the host's path, for every message.

        Args:
            at: when it came, in seconds.
            pcm: its sound; empty: it has none.
            rate: Hz of the sound.
            text: its text; empty: it has none.
            asked_at: when the host asked for it, in seconds.

        Returns:
            Whether that was all: else it is still to be put in, by `put_speech`.
        """
        items, reading = self._items, self._reading
        # As `LateReading.changes` and `Speech.add`, but without a call for each message.
        if not items or reading.is_late or asked_at - reading.read_at > AWAY:
            return False
        speech = items[-1][2]
        if type(speech) is not Speech or (speech.sample_rate != rate and pcm):
            return False
        came = speech.came
        if len(came) >= _LONGEST or get_ident() != self._thread:
            return False
        reading.read_at = at
        came.append(at)
        speech.sound.append(pcm)
        speech.text.append(text)
        self._more += 1
        return True

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
        if self._reading.changes(asked_at, at):
            self._is_read_late(at)
        if here:
            self._thread = get_ident()
            speech = Speech(rate)
            speech.add(at, pcm, text)
            self._items.append((at, add_speech, speech))
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
            self._items.append((at, add_events, (e.UserAudio(pcm=pcm, sample_rate=rate),)))
            return True
        user.came.append(at)
        user.sound.append(pcm)
        self._more += 1
        return len(user.came) >= _ENOUGH

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
        if user is not None:
            self._more -= len(user.came)
        return user

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
                until = what.came[-1]
                self._more -= len(what.came) - 1
                count += len(what.came) - 1
            try:
                read(what, at, waiting)
            except Exception as error:
                our_failure(error, "The rest of this one message is not followed.")
            while reports and reports[0][0] < until:
                waiting.append(reports.popleft())
                count += 1
        return count

    def clear(self) -> None:
        """Let go of all of it. Called from any thread: nothing is read any more."""
        self._items, self._more, self._user = (
            deque(),
            0,
            None,
        )  # Whoever looks at the others right now may go on.
