"""Where the lines of one session go: into a folder of its own, or into memory for the time being.

Knows files and their sizes. Must not know threads, or why a session is written.
"""

from __future__ import annotations

import os
import zlib
from collections import deque
from io import FileIO
from pathlib import Path
from typing import Protocol

from gemini_live_interrupt.record import folders
from gemini_live_interrupt.record.call_sound import BEHIND, wav_header
from gemini_live_interrupt.record.recorder import Recorder
from gemini_live_interrupt.record.recording import Recording

_IN_MEMORY = 8_000_000
"""Bytes of one session that are kept in memory, compressed: about an hour."""


class Place(Protocol):
    """Where the lines of one session go."""

    def write(self, lines: list[str]) -> None:
        """Take further lines."""

    def close(self) -> None:
        """No more will come."""


class OnDisk:
    """A session's folder.

    Args:
        recording: where, and how much may be there.
        recorder: whose lines they are.
        busy: folders of sessions that are being written.
    """

    def __init__(self, recording: Recording, recorder: Recorder, busy: set[Path]) -> None:
        self._recorder = recorder
        most_bytes = recording.most_mb * 1e6
        self._room = most_bytes / 4
        header = recorder.header
        recording.to.mkdir(parents=True, exist_ok=True)
        folders.make_room(
            recording.to,
            most_sessions=recording.most_sessions - 1,
            most_bytes=most_bytes - self._room,
            but=busy,
        )
        self.folder = folders.new_folder(recording.to, header.session, header.began)
        self._lines = FileIO(self.folder / folders.LINES, "ab")
        self._wav: FileIO | None = None
        self._wav_size = 0
        if recorder.sound is not None:
            self._wav = FileIO(self.folder / folders.SOUND, "wb")
            self._wav.write(wav_header(0))

    def write(self, lines: list[str]) -> None:
        if self._room > 0.0 and lines:
            data = ("\n".join(lines) + "\n").encode("ascii")
            self._lines.write(data)
            self._room -= len(data)
        if self._wav is not None:
            self._write_sound(self._recorder.latest - BEHIND)

    def _write_sound(self, until: float) -> None:
        assert self._wav is not None and self._recorder.sound is not None
        data = self._recorder.sound.take(until)
        if data and self._room > 0.0:
            self._room -= len(data)
            self._wav_size += len(data)
            self._wav.write(data)
            self._wav.seek(0)
            self._wav.write(wav_header(self._wav_size))
            self._wav.seek(0, os.SEEK_END)

    def close(self) -> None:
        if self._wav is not None:
            self._write_sound(self._recorder.latest)
            self._wav.close()
        self._lines.close()


class InMemory:
    """Lines that may never be written, compressed; beyond a size the oldest go."""

    def __init__(self) -> None:
        self._blocks: deque[tuple[int, bytes]] = deque()
        self._head = ""
        self._size = 0
        self._lost = 0

    def write(self, lines: list[str]) -> None:
        if not self._head and lines:
            self._head, *lines = lines
        if not lines:
            return
        block = zlib.compress("\n".join(lines).encode("ascii"), 1)
        self._blocks.append((len(lines), block))
        self._size += len(block)
        while self._size > _IN_MEMORY:
            count, block = self._blocks.popleft()
            self._size -= len(block)
            self._lost += count

    def close(self) -> None:
        """Nothing is open."""

    def lines(self) -> list[str]:
        """All that is left, the header first."""
        kept = [self._head] if self._head else []
        if self._lost:
            kept.append(f'{{"t":0,"lost":{self._lost}}}')
        for _, block in self._blocks:
            kept += zlib.decompress(block).decode("ascii").split("\n")
        return kept
