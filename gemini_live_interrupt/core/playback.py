"""How far the user has heard, in ms on one line of audio that runs through the whole session.

Knows: audio that was received, increments that the app reports, flushes, output latency, and the
time it is told. Does not know: turns, text, or where the audio came from. Owns the position, and
where it is known from. Two sources, and the
app's reports win as soon as there is one. Without reports a clock plays what was received at real
time, from its arrival plus the output latency, never past what was received; it stalls when the
audio runs out and goes on with the next chunk.

The line never goes back. A flush moves the position to the end of what was received: what had not
been played will not be, and the next audio starts there. Only where nobody has said that the speaker
was emptied, and its reports go on, is that taken back.
"""

from __future__ import annotations

from collections import deque

from gemini_live_interrupt.core.events import PositionFrom

_USUAL_RATE = 24_000
"""Hz."""
_IDLE_AFTER = 1.0
"""Seconds. If the speaker must have been silent for so long when new audio arrives, reports that
fell short of the audio before it are considered lost, so that one lost report does not shift every
later turn."""


_LOST_AT_MOST = 500.0
"""ms. What reports fall short by for so long, and by no more than this, counts as played: a report
was lost, or the last buffer was never reported. More is taken to be paused."""

_GOES_ON = 400.0
"""ms that are reported after a flush, in as much time at least, where it was none: an audio device
holds less."""
_STILL_HEARD = 0.6
"""Seconds after such a report in which the next one may come."""


class Playback:
    """The playback position of one session.

    Args:
        latency_ms: how much later than `received` or reported a listener hears, in ms.

    >>> playback = Playback()
    >>> playback.received(1_000.0, now=10.0)
    >>> round(playback.position(now=10.4))
    400
    >>> playback.flush(now=10.4)
    >>> playback.position(now=12.0) == playback.total
    True
    """

    def __init__(self, latency_ms: float = 0.0) -> None:
        self.total = 0.0
        """Audio received since the session began, in ms."""
        self.source: PositionFrom = "clock"
        self._latency = latency_ms / 1000.0
        self._runs: deque[_Run] = deque()
        self._reports: deque[tuple[float, float]] = deque([(float("-inf"), 0.0)])
        self._floor = 0.0
        self._deaf = False
        self.sample_rate = _USUAL_RATE
        """Of the last audio that was received, in Hz."""
        self._is_doubted = False
        self._early = 0.0
        """Reports that came before any sound, in ms."""
        self._cut_at = float("-inf")
        self._cut_from = self._since_cut = 0.0
        """Where the last flush was, and what was reported since, in ms."""
        self._heard_after_cut = float("-inf")
        self._at_latest = float("-inf")
        """When all will have been played if the last flush was none, in seconds."""

    def received(self, ms: float, now: float, sample_rate: int = _USUAL_RATE) -> None:
        """Audio arrived: `ms` of it, at `now` seconds."""
        self._deaf = False
        if now < self._at_latest:
            self._at_latest += ms / 1000.0
        self.sample_rate = sample_rate if sample_rate > 0 else _USUAL_RATE
        if self.source == "reported":
            self._forgive_lost_reports(now)
        begin = now + self._latency
        if self._runs and self._runs[-1].ends_at >= begin:
            self._runs[-1].extend(ms)
        else:
            self._runs.append(_Run(begin, self.total, ms))
            while len(self._runs) > 1 and self._runs[1].begins_at <= now:
                self._runs.popleft()
        self.total += ms

    def played(self, ms: float, now: float) -> float:
        """The app played `ms` more.

        Returns:
            By how many ms the report goes beyond what was received; that part is not counted.
        """
        if self._deaf:
            self._since_cut += ms
            self._heard_after_cut = now
            return 0.0
        if self.source == "clock":
            self.source = "reported"
            # Audio from before the first report was either played, or belongs to the run that plays
            # now.
            start = next((run.start for run in reversed(self._runs) if run.begins_at <= now), None)
            self._reports = deque([(float("-inf"), self._floor if start is None else start)])
        position = self._reports[-1][1] + ms
        excess = max(0.0, position - self.total)
        if self.total == 0.0:
            self._early += ms
        self._reports.append((now, position - excess))
        # One entry at or before the latency window is enough to answer `position`.
        while len(self._reports) > 1 and self._reports[1][0] <= now - self._latency:
            self._reports.popleft()
        return excess if self.total else 0.0

    def unreported(self) -> float:
        """How many ms more may be reported, if it makes no difference in how many reports, or whether
        audio is received before or between them; 0: it does."""
        if self.source != "reported" or self._latency:
            return 0.0
        return self.total - self._reports[-1][1]

    def ms_of(self, size: int) -> float:
        """How long `size` bytes of the audio play, in ms."""
        return size / (2 * self.sample_rate) * 1000.0

    def doubt(self) -> bool:
        """The app's reports cannot be right; whether that is news."""
        is_news = not self._is_doubted
        self._is_doubted = True
        return is_news

    def flush(self, now: float, *, up_to: float | None = None) -> None:
        """The speaker was emptied. Reports that still come for that audio are ignored until new
        audio arrives.

        Args:
            now: when.
            up_to: only of what lies before this place on the line, in ms; None: of all.
        """
        end = self.total if up_to is None else min(up_to, self.total)
        self.was_emptied()
        self._cut_at, self._cut_from, self._since_cut = now, self.position(now), 0.0
        self._runs.clear()
        if end < self.total:
            self._runs.append(_Run(now + self._latency, end, self.total - end))
        self._floor = end
        self._reports = deque([(float("-inf"), end)])
        self._deaf = end == self.total

    def goes_on(self, now: float) -> bool:
        """Whether reports show that the speaker was not emptied at the last flush."""
        return self._deaf and self._since_cut >= _GOES_ON and now - self._cut_at >= _GOES_ON / 1000

    def may_play_until(self, at: float) -> None:
        """Nobody has said that the speaker was emptied at the last flush: it may play what it had
        until `at`, in seconds, and then what came since."""
        self._at_latest = at

    def was_emptied(self) -> None:
        """Somebody says so."""
        self._at_latest = float("-inf")

    def is_heard_after_flush(self, now: float) -> bool:
        """Whether what should have been flushed is still reported, or may play where nobody reports."""
        if self.source == "clock":
            return now < self._at_latest
        return self._deaf and now - self._heard_after_cut < _STILL_HEARD

    def is_quiet(self, now: float, seconds: float) -> bool:
        """Whether no report came for so long."""
        return now - self._reports[-1][0] > seconds

    def take_back(self, now: float) -> None:
        """The last flush was none: go on where it was, and with what was reported since."""
        position = min(self._cut_from + self._since_cut, self.total)
        self._carry_on(position, now)
        self._reports.append((now, position))

    def take_up(self, ms: float, position: float, at: float, *, reported: bool) -> None:
        """Sound of the connection before this one is still being played.

        Args:
            ms: its length.
            position: how far it was played, in ms.
            at: when that was so, in seconds.
            reported: the app says how far.
        """
        self.total = ms
        self._carry_on(position, at)
        if reported:
            self.source = "reported"
            self._reports.append((at, min(position + self._early, ms)))
        self._early = 0.0

    def _carry_on(self, position: float, now: float) -> None:
        self._deaf = False
        self._floor = position
        self._reports = deque([(float("-inf"), position)])
        self._runs = deque([_Run(now, position, self.total - position)])

    def position(self, now: float) -> float:
        """How far the user has heard, in ms from the start of the session."""
        if self.source == "reported":
            return max(self._floor, self._reported(now))
        return max(self._floor, self._clock(now))

    @property
    def stopped_at(self) -> float | None:
        """When a speaker that reports no more has stopped, in seconds; None: nobody reports."""
        return self._silent_since + _IDLE_AFTER if self.source == "reported" else None

    def ends_at_latest(self) -> float:
        """The same as `ends_at`, where the last flush may have been none."""
        return max(self.ends_at(), self._at_latest)

    def ends_at(self) -> float:
        """When the clock will have played all that was received, in seconds; -inf if nothing
        plays."""
        return self._runs[-1].ends_at if self._runs else float("-inf")

    def _clock(self, now: float) -> float:
        position = self._floor
        for run in self._runs:
            if run.begins_at > now:
                break
            position = run.position(now)
        return position

    def _reported(self, now: float) -> float:
        last = self._reports[-1][1]
        if self.total - _LOST_AT_MOST <= last < self.total and self._is_idle(now):
            return self.total
        position = self._floor
        for at, reported in self._reports:
            if at > now - self._latency:
                break
            position = reported
        return position

    def _forgive_lost_reports(self, now: float) -> None:
        if self._reports[-1][1] < self.total and self._is_idle(now):
            self._reports = deque([(now, self.total)])

    def _is_idle(self, now: float) -> bool:
        return now - self._silent_since > _IDLE_AFTER

    @property
    def _silent_since(self) -> float:
        return max(self.ends_at(), self._reports[-1][0] + self._latency)


class _Run:
    """Audio that plays without a gap."""

    __slots__ = ("begins_at", "ends_at", "ms", "start")

    def __init__(self, begins_at: float, start: float, ms: float) -> None:
        self.begins_at = begins_at
        self.start = start
        self.ms = ms
        self.ends_at = begins_at + ms / 1000.0

    def extend(self, ms: float) -> None:
        self.ms += ms
        self.ends_at = self.begins_at + self.ms / 1000.0

    def position(self, now: float) -> float:
        # The end is said exactly: a difference of two times is not.
        played = self.ms if now >= self.ends_at else (now - self.begins_at) * 1000.0
        return self.start + min(played, self.ms)
