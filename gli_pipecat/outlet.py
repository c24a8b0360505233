"""One destination of an output transport: what went in, what came out, and whose sound that was.

Knows the order of its queue: sound comes out in chunks that tell nothing of where they are from, but
in the order it went in, and so do the frames between. What has not come out when a frame behind it
does was lost (no client yet, a write that failed). Must not know text, or what a cut means.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from pipecat.frames.frames import OutputAudioRawFrame

from gli_pipecat.playout import Playout
from gli_pipecat.spoken import Spoken
from gli_pipecat.trail import Cargo

_HELD_BACK = 80.0
"""ms that a filter may hold back, besides a chunk that is not full yet."""
_RESAMPLER_HOLDS = 1_400.0
"""The same of a resampler, in ms at 1 kHz: the lower the lower one of its two rates, the longer its
filter. Pipecat's holds 150 ms from 24 to 8 kHz, at most 170 between any two."""
_MOST_BLOCKED = 4
"""Chunks that may come out ahead of a frame that went in before them; then that frame is not going
to come out."""
_SEAM = 250.0
"""ms of a reply between two heard stretches that still follow each other: less than a word."""
_MOST_REPLIES = 16


class Progress:
    """How far one reply has come in one outlet, on the session's playback line."""

    __slots__ = ("ends_at", "entered_ms", "has_begun", "has_hole", "heard_ms", "passed_ms")

    def __init__(self, start_ms: float) -> None:
        self.heard_ms = start_ms
        """Heard without a hole from the start of the reply."""
        self.passed_ms = start_ms
        """Heard or lost."""
        self.entered_ms = start_ms
        """Went in."""
        self.has_begun = False
        """Some of it was heard, or lost."""
        self.has_hole = False
        self.ends_at = 0.0
        """Where the last of it that went in ends, on the outlet's own line."""

    def moves(self, start_ms: float, end_ms: float, *, lost: bool) -> None:
        """This stretch of the reply was heard, or lost."""
        self.has_begun = True
        self.has_hole |= (end_ms if lost else start_ms) > self.heard_ms + _SEAM
        if not (lost or self.has_hole):
            self.heard_ms = max(self.heard_ms, end_ms)
        self.passed_ms = max(self.passed_ms, end_ms)


class _Stretch:
    __slots__ = ("cargo", "end", "kind", "lost_from", "start")

    def __init__(self, cargo: Cargo, kind: type, start: float, end: float) -> None:
        self.cargo = cargo
        self.kind = kind
        self.start = start
        self.end = end
        self.lost_from = float("inf")


class Outlet:
    """What one output plays to one destination.

    Args:
        latency_ms: How much later than it takes sound the user hears it, now.
        chunk_ms: How long its chunks are.
        rate: Its sample rate in Hz; 0: it takes sound as it is.
        is_read: It plays no sound at all, so the text is what the user gets, as it comes.
    """

    def __init__(
        self,
        latency_ms: Callable[[], float],
        *,
        chunk_ms: float = 40.0,
        rate: int = 0,
        is_read: bool = False,
    ) -> None:
        self._latency_ms = latency_ms
        self._is_read = is_read
        self._rate = rate
        self._least_slack = self._slack = chunk_ms + _HELD_BACK
        self._playout = Playout()
        self._stretches: deque[_Stretch] = deque()
        self._untaken: deque[_Stretch] = deque()
        self._marks: deque[tuple[int, float, bool]] = deque()
        self._blocked = 0
        self._progress: dict[Spoken, Progress] = {}

    # --- what goes in and comes out

    def sound_enters(
        self, cargo: Cargo, ms: float, now: float, *, kind: type = object, rate: int = 0
    ) -> None:
        """Sound goes in, the model's or somebody else's.

        Args:
            cargo: Whose it is.
            ms: How long it lasts.
            now: Seconds.
            kind: The class of its frame, which chunks of it share.
            rate: Its sample rate in Hz; 0: the outlet's own.
        """
        if rate and self._rate and rate != self._rate:
            held_back = _RESAMPLER_HOLDS / min(rate, self._rate) * 1_000.0
            self._slack = max(self._slack, self._least_slack + held_back)
        start = self._playout.total
        self._playout.put_in(ms, now)
        stretch = _Stretch(cargo, kind, start, start + ms)
        self._stretches.append(stretch)
        self._untaken.append(stretch)
        for sound in cargo.sounds:
            progress = self._of(sound.spoken)
            progress.ends_at = stretch.end
            progress.entered_ms = max(progress.entered_ms, sound.start_ms + sound.ms)
        if self._is_read:
            self._playout.loses(stretch.end, now)
            self._drop_taken()

    def enters(self, frame_id: int, *, ends_sound: bool = False) -> None:
        """Another frame goes in, which comes out behind the sound before it.

        Args:
            frame_id: Its id.
            ends_sound: When it comes out, not even a rest that fills no chunk will follow.
        """
        self._marks.append((frame_id, self._playout.total, ends_sound))

    def sound_leaves(self, ms: float, now: float, *, kind: type = object) -> None:
        """The transport took a chunk of `ms`, of this class."""
        playout = self._playout
        if kind is OutputAudioRawFrame and self._untaken and self._untaken[0].kind is not kind:
            return  # A mixer's own sound, while nothing else plays.
        if self._marks and playout.taken >= self._marks[0][1] and self._untaken:
            self._blocked += 1
            if self._blocked < _MOST_BLOCKED:
                return  # Silence that fills up the last chunk before a frame.
            while self._marks and playout.taken >= self._marks[0][1]:
                self._marks.popleft()
        self._blocked = 0
        playout.takes(ms, now, upto=self._marks[0][1] if self._marks else None)
        self._drop_taken()

    def leaves(self, frame_id: int, now: float) -> None:
        """Another frame comes out: what lies before it was taken, or will never be."""
        if not any(one == frame_id for one, _, _ in self._marks):
            return
        while True:
            one, at, ends_sound = self._marks.popleft()
            if one == frame_id:
                break
        self._blocked = 0
        self._settle(at, now, ends_sound=ends_sound)

    def falls_silent(self, now: float) -> None:
        """The output says that it plays nothing any more: the end of a sound is about to come out."""
        if self._marks and self._marks[0][2]:
            self._settle(self._marks[0][1], now, ends_sound=True)

    def _settle(self, at: float, now: float, *, ends_sound: bool) -> None:
        missing = at - self._playout.taken
        if missing > self._slack:
            for stretch in self._untaken:
                if stretch.start >= at:
                    break
                stretch.lost_from = max(stretch.start, self._playout.taken)
            self._playout.loses(at, now)
        elif ends_sound:
            self._playout.takes(missing, now)
        self._drop_taken()

    def _drop_taken(self) -> None:
        while self._untaken and self._untaken[0].end <= self._playout.taken + 0.5:
            self._untaken.popleft()

    def flush(self) -> None:
        """The queue was emptied."""
        self._playout.flush()
        self._stretches.clear()
        self._untaken.clear()
        self._marks.clear()
        self._progress.clear()
        self._blocked = 0

    # --- how far that is

    def _of(self, spoken: Spoken) -> Progress:
        if spoken not in self._progress:
            if len(self._progress) >= _MOST_REPLIES:
                del self._progress[next(iter(self._progress))]
            self._progress[spoken] = Progress(spoken.reply.start_ms)
        return self._progress[spoken]

    def progress(self, spoken: Spoken, now: float) -> Progress | None:
        """How far a reply was heard here; None if it has not begun."""
        if spoken not in self._progress:
            return None
        latency_ms = 0.0 if self._is_read else self._latency_ms()
        self._advance(self._playout.position(now, latency_ms))
        progress = self._progress[spoken]
        return progress if progress.has_begun else None

    def unplayed_ms(self, spoken: Spoken, now: float) -> float:
        """What it has still to play of a reply, in ms, the latency not counted."""
        progress = self._progress.get(spoken)
        return 0.0 if progress is None else self._playout.leaves(progress.ends_at, now)

    def has_taken(self, spoken: Spoken) -> bool:
        """Whether it has taken, or lost, all that went in of a reply."""
        progress = self._progress.get(spoken)
        return progress is not None and progress.ends_at <= self._playout.taken + 1.0

    def untaken_ms(self, spoken: Spoken) -> float:
        """What it has not even taken of a reply, in ms."""
        progress = self._progress.get(spoken)
        return 0.0 if progress is None else progress.ends_at - self._playout.taken

    def _advance(self, position: float) -> None:
        while self._stretches:
            stretch = self._stretches[0]
            if stretch.start >= position:
                break
            is_over = stretch.end <= position + 0.5
            self._moves(stretch, max(position, stretch.end) if is_over else position)
            if not is_over:
                break
            self._stretches.popleft()

    def _moves(self, stretch: _Stretch, position: float) -> None:
        """The reply's own stretches of this one were heard up to `position`, or lost."""
        length = stretch.end - stretch.start
        carried = sum(sound.ms for sound in stretch.cargo.sounds)
        scale = carried / length if length > 0.0 else 1.0
        heard = (min(position, stretch.lost_from) - stretch.start) * scale
        passed = (min(position, stretch.end) - stretch.start) * scale
        for sound in stretch.cargo.sounds:
            progress, end = self._of(sound.spoken), sound.start_ms + sound.ms
            if heard > 0.0:
                progress.moves(sound.start_ms, min(end, sound.start_ms + heard), lost=False)
            if passed > heard and passed > 0.0:
                progress.moves(
                    max(sound.start_ms, sound.start_ms + heard),
                    min(end, sound.start_ms + passed),
                    lost=True,
                )
            heard -= sound.ms
            passed -= sound.ms
            if passed <= 0.0:
                break
