"""Whether somebody is speaking right now, and since when nobody is.

Knows: activity signals, and microphone audio if the app's audio passes by us. Does not know words,
or the model's side. Owns the last seconds of the microphone, and what the signals have said.

Whether somebody speaks is known from the server's or the app's activity signals where there are
any. Where there are none (2.5, 3.1), the microphone audio is asked: the last seconds are kept as
references and looked at only when a message of ours would otherwise be sent into somebody's speech.
"""

from __future__ import annotations

from array import array
from collections import deque

_WINDOW = 8.0
"""Seconds of microphone audio that are kept."""
_MOST_MICROPHONE = 500_000
"""Bytes of it at most: an app may send a file faster than anybody speaks."""
_LOOKED_RECENTLY = 0.25
"""Seconds for which an answer of the microphone is good."""
FRAME_MS = 30
"""Of the microphone's sound, for which one peak is taken."""
_JUST_NOW = 0.3
"""Seconds of quiet within speech, and after it before it counts as over."""
_BEGINNING = 1.0
"""Seconds for which speech has just begun."""
_ABOVE_FLOOR = 3.16
"""Speech is 10 dB above the noise floor: adaptive energy found 15 of 16 short barge-ins at 15 dB
SNR within 150 ms, with no false alarm in noise."""
_QUIETEST_SPEECH = 260
"""Peak to peak, about -48 dBFS: below it nothing is speech, whatever the floor."""
_FLOOR_RISES = 1.26
"""Factor, 2 dB, by which the noise floor that was known may rise in a second: somebody who talks
without a pause for ten seconds is no noise, a fan is one in the end."""
_QUIET_ROOM = 80.0
"""Peak to peak: a floor below it, as of a muted microphone, says nothing of the room."""
_ACTIVITY_EXPIRES = 20.0
"""Seconds after which a start of speech without an end is no longer believed, if nothing else was
heard."""


def peaks(pcm: bytes, sample_rate: int) -> list[int]:
    """Peak to peak of each frame of a piece of sound; what is less than a frame counts as one, or
    is left out at the end.

    >>> peaks(array("h", [100] * 240 + [-50] * 240).tobytes(), 16_000)
    [150]
    """
    samples = array("h", pcm[: len(pcm) // 2 * 2])
    size = max(1, sample_rate * FRAME_MS // 1000)
    found = []
    for start in range(0, max(1, len(samples) // size) * size, size):
        frame = samples[start : start + size : 4]
        if frame:
            found.append(max(frame) - min(frame))
    return found


class Speaking:
    """Whether somebody is speaking, and since when nobody is."""

    def __init__(self) -> None:
        self.signalled = False
        """True once the server or the app has sent an activity signal: then those are believed."""
        self.has_microphone = False
        """Microphone audio was seen."""
        self._types: bool | None = None
        self._active = False
        self._changed_at = float("-inf")
        self._microphone: deque[tuple[float, bytes, int]] = deque()
        self._microphone_size = 0
        self._floor: tuple[float, float] | None = None
        self._looked_at = self._loud_at = self._loud_since = float("-inf")

    def activity(self, started: bool, now: float) -> None:
        """The server or the app says that the user started or stopped."""
        self.signalled = True
        self._active = started
        self._changed_at = now

    def audio(self, pcm: bytes, sample_rate: int, now: float) -> None:
        """Microphone audio; keeps a reference only."""
        self.has_microphone = self.has_microphone or len(pcm) > 1
        self._microphone.append((now, pcm, sample_rate))
        self._microphone_size += len(pcm)
        while self._microphone and (
            self._microphone[0][0] < now - _WINDOW or self._microphone_size > _MOST_MICROPHONE
        ):
            self._microphone_size -= len(self._microphone.popleft()[1])

    def says(self, *, typed: bool) -> None:
        """The user said something, by voice or by typing."""
        self._types = typed and self._types is not False

    @property
    def can_tell(self) -> bool:
        """Whether anything can tell that nobody speaks: signals, a microphone that was seen, or that
        the user only types. Without any, silence here may be a voice that goes another way."""
        return self.signalled or self.has_microphone or bool(self._types)

    def now(self, now: float) -> bool:
        """Whether the user is speaking."""
        if self._active and now - self._changed_at < _ACTIVITY_EXPIRES:
            return True
        if self.signalled and not self._active:
            return False
        return now - self._last_loud_at(now) < 0.5

    def may_begin(self, now: float) -> bool:
        """Whether the user is speaking, or may have begun just now: asked before a message that must
        not go into speech.

        Looks at the microphone afresh, and believes it also where the server's signal has not come
        yet, which takes 0.14 to 0.26 s (measured, 3.8). Steady noise is no beginning.
        """
        self._looked_at = float("-inf")
        loud_at = self._last_loud_at(now)
        began = now - loud_at < _JUST_NOW and now - self._loud_since < _BEGINNING
        return began or self.now(now)

    def hears_nothing(self, now: float, seconds: float = 2.0) -> bool:
        """Whether the microphone is on, and nobody has spoken into it for so many seconds."""
        on = bool(self._microphone) and now - self._microphone[-1][0] < 1.0
        return on and not self._active and now - self._last_loud_at(now) > seconds

    def quiet_since(self, now: float) -> float:
        """When the user was last heard, in seconds; -inf if never."""
        if self.now(now):
            return now
        if self.signalled and not self._active:
            return self._changed_at
        return self._last_loud_at(now)

    def _last_loud_at(self, now: float) -> float:
        if now - self._looked_at >= _LOOKED_RECENTLY:
            self._looked_at = now
            self._loud_since, self._loud_at = self._look(now)
        return self._loud_at

    def _look(self, now: float) -> tuple[float, float]:
        """From when to when it was loud last."""
        frames: list[tuple[float, int]] = []
        for at, pcm, rate in self._microphone:
            if at > now:
                break  # It came behind what this is asked for.
            found = peaks(pcm, rate)
            frames += (
                (at - (len(found) - 1 - index) * FRAME_MS / 1000.0, peak)
                for index, peak in enumerate(found)
            )
        levels = sorted(level for _, level in frames)
        floor = float(levels[len(levels) // 10]) if levels else 0.0
        if self._floor is not None and levels:
            before, at = self._floor
            floor = min(floor, max(before, _QUIET_ROOM) * _FLOOR_RISES ** min(now - at, 60.0))
        self._floor = (floor, now)
        loud = max(floor * _ABOVE_FLOOR, _QUIETEST_SPEECH)
        since = until = float("-inf")
        # Two frames in a row: a click is not speech.
        for (_, before), (end, level) in zip(reversed(frames[:-1]), reversed(frames), strict=False):
            if level > loud and before > loud:
                if until == float("-inf"):
                    until = end
                elif end < since - _JUST_NOW:
                    break
                since = end
        return since, until
