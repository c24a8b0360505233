"""The thread that writes the records of this process, and where it puts them.

Knows files, threads and forks. Must not know what a line means. One thread serves all sessions: a
few times a second it takes what has come, a small piece at a time, and sleeps between two pieces,
so that no event loop waits for the interpreter because of it. A disk that is full, slow or gone
costs records, never a call: that is said once. What was written before a crash stays readable.
"""

from __future__ import annotations

import atexit
import os
import threading
import time
from collections import deque
from contextlib import suppress

from gemini_live_interrupt.record.places import InMemory, OnDisk, Place
from gemini_live_interrupt.record.recorder import Recorder
from gemini_live_interrupt.record.recording import Recording
from gemini_live_interrupt.saying import printable, say_once, what

EVERY = 0.25
"""Seconds between two looks at what has come."""
_PIECE = 8
"""Things written in one go: some 0.1 ms, in which an event loop may have to wait."""
_REST = 0.0005
"""Seconds between two pieces."""
_ENDED_KEPT = 16
"""Sessions without trouble that stay in memory after their end: the next one, which resumes one of
them, may have some."""
_AT_EXIT = 2.0
"""Seconds that the end of the process waits for the last lines."""


class _Session:
    """One session that is recorded."""

    def __init__(self, recorder: Recorder, recording: Recording) -> None:
        self.recorder = recorder
        self.recording = recording
        self.place: Place | None = InMemory() if recording.on == "trouble" else None
        self.failed = False


class Writer:
    """The records of one process."""

    def __init__(self) -> None:
        self._forked()

    def _forked(self) -> None:
        """In the child of a fork: its parent's sessions and thread are not here."""
        self._lock = threading.Lock()
        self._sessions: list[_Session] = []
        self._ended: deque[_Session] = deque(maxlen=_ENDED_KEPT)
        self._wake = threading.Event()
        self._done = threading.Condition()
        self._rounds = 0
        self._thread: threading.Thread | None = None

    def begin(self, recorder: Recorder, recording: Recording) -> None:
        """Write what this recorder gets, from now on. Returns at once."""
        with self._lock:
            self._sessions.append(_Session(recorder, recording))
            if self._thread is None or not self._thread.is_alive():
                name = "gemini-live-interrupt-record"
                self._thread = threading.Thread(target=self._run, name=name, daemon=True)
                self._thread.start()
        self._wake.set()

    @property
    def is_busy(self) -> bool:
        """Whether any session is being recorded."""
        return bool(self._sessions)

    def flush(self, seconds: float = 5.0) -> bool:
        """Wait until all that has come so far is written.

        Returns:
            Whether it is.
        """
        with self._done:
            if not self._sessions:
                return True
            wanted = self._rounds + 2  # The round that is going on may have passed a session by.
            end = time.monotonic() + seconds
            while self._rounds < wanted and self._sessions:
                self._wake.set()
                self._done.wait(0.05)
                if time.monotonic() >= end:
                    return False
            return True

    # --- in the thread

    def _run(self) -> None:
        while True:
            self._wake.wait(EVERY if self._sessions else None)
            self._wake.clear()
            for session in list(self._sessions):
                self._write(session)
            with self._done:
                self._rounds += 1
                self._done.notify_all()

    def _write(self, session: _Session) -> None:
        recorder = session.recorder
        over = recorder.is_closed
        while recorder.waits:
            lines = recorder.take(_PIECE)
            if not session.failed:
                self._put(session, lines)
            time.sleep(_REST)
        if over:
            with self._lock:
                self._sessions.remove(session)
            if isinstance(session.place, InMemory):
                self._ended.append(session)
            elif session.place is not None:
                with suppress(OSError):
                    session.place.close()

    def _put(self, session: _Session, lines: list[str]) -> None:
        try:
            if session.recorder.had_trouble and isinstance(session.place, InMemory):
                self._keep(session)
            if session.place is None:
                session.place = self._on_disk(session)
            session.place.write(lines)
        except Exception as error:
            session.failed = True
            say_once(
                f"The record of a session is not written to {printable(session.recording.to)} "
                f"({what(error)}); the call goes on."
            )

    def _on_disk(self, session: _Session) -> OnDisk:
        busy = {one.place.folder for one in self._sessions if isinstance(one.place, OnDisk)}
        return OnDisk(session.recording, session.recorder, busy)

    def _keep(self, session: _Session) -> None:
        """It had trouble: from memory to the disk, and the session that it resumes with it."""
        memory, session.place = session.place, None
        assert isinstance(memory, InMemory)
        before = session.recorder.header.resumes
        for earlier in [one for one in self._ended if before and before in one.recorder.handles]:
            self._ended.remove(earlier)
            self._keep(earlier)
            if earlier.place is not None:
                earlier.place.close()
        session.place = self._on_disk(session)
        lines = memory.lines()
        for start in range(0, len(lines), _PIECE * 100):
            session.place.write(lines[start : start + _PIECE * 100])
            time.sleep(_REST)


writer = Writer()
"""That of this process."""

if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=writer._forked)
atexit.register(writer.flush, _AT_EXIT)
