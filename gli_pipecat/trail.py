"""Which frames carry a reply's words and its sound, whoever makes new frames of them on the way.

Knows what each processor between the llm and us was given, and what it pushed instead: the same
frame, another one in its place, or, later and by itself, the sound that it makes of what it took (an
avatar). Must not know what was heard. A frame is told by its id and by who pushed it while handling
what, never by its class: a filler of another TTS looks just like the model's sound.
"""

from __future__ import annotations

import asyncio
import time
from array import array
from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass, field

from pipecat.frames.frames import (
    Frame,
    InterimTranscriptionFrame,
    InterruptionFrame,
    LLMTextFrame,
    OutputAudioRawFrame,
    SystemFrame,
    TextFrame,
    TranscriptionFrame,
    TranslationFrame,
)
from pipecat.processors.frame_processor import FrameProcessor

from gli_pipecat.spoken import Spoken

_MOST_FRAMES = 20_000
"""Frames that are remembered: text waits behind its sound, for minutes where a reply is long."""
_SILENT = 20
"""Peak of a frame, of 32767, up to which it is silence; Pipecat's own limit for a bot that speaks."""
_NOT_SPEECH = (
    InterimTranscriptionFrame,
    LLMTextFrame,
    SystemFrame,
    TranscriptionFrame,
    TranslationFrame,
)


@dataclass(slots=True, kw_only=True)
class Sound:
    """A stretch of a reply's sound."""

    spoken: Spoken
    start_ms: float
    """On the session's playback line."""
    ms: float


@dataclass(slots=True, kw_only=True)
class Words:
    """A stretch of a reply's text."""

    spoken: Spoken
    start: int
    end: int


@dataclass(slots=True)
class Cargo:
    """What of the model one frame carries; nothing: it is somebody else's."""

    sounds: list[Sound] = field(default_factory=list)
    words: Words | None = None
    ends: Spoken | None = None
    """The reply that this frame ends."""


def length_ms(frame: OutputAudioRawFrame) -> float:
    """How long an audio frame lasts."""
    samples = len(frame.audio) / (2 * max(1, frame.num_channels))
    return samples / max(1, frame.sample_rate) * 1000.0


def carries_speech(frame: Frame) -> bool:
    """Whether a frame is of a kind that can carry words or sound of the model."""
    if isinstance(frame, OutputAudioRawFrame):
        return True
    return isinstance(frame, TextFrame) and not isinstance(frame, _NOT_SPEECH)


class Trail:
    """The cargo of frames, and the processors that may hand it on in other frames."""

    def __init__(self) -> None:
        self._cargo: OrderedDict[int, Cargo] = OrderedDict()
        self._stations: list[Station] = []
        self.kept: Callable[[Station, list[Sound]], object] = lambda station, sounds: None
        """Called when a processor has taken sound of the model and not handed it on."""

    def load(self, frame: Frame, cargo: Cargo) -> Cargo:
        """From now on this frame carries that."""
        self._cargo[frame.id] = cargo
        while len(self._cargo) > _MOST_FRAMES:
            self._cargo.popitem(last=False)
        return cargo

    def of(self, frame: Frame) -> Cargo | None:
        """What a frame carries; None if it has not been seen."""
        return self._cargo.get(frame.id)

    def watch(self, processor: FrameProcessor) -> None:
        """Follow what this processor makes of what it is given."""
        if not any(station.processor is processor for station in self._stations):
            self._stations.append(Station(self, processor))

    def holder(self, spoken: Spoken) -> Station | None:
        """The processor that took sound of this reply and has not given it back."""
        return next((one for one in self._stations if one.owed_ms(spoken) > 0.0), None)

    def forget(self) -> None:
        """What is still on its way will not come."""
        for station in self._stations:
            station.forget()

    def stop(self) -> None:
        """Leave the processors alone."""
        for station in self._stations:
            station.stop()


class _Handling:
    """One frame in the hands of a processor."""

    __slots__ = ("cargo", "frame", "instead", "passed", "sounds", "was_owed")

    def __init__(self, frame: Frame, cargo: Cargo, *, was_owed: bool) -> None:
        self.frame = frame
        self.cargo = cargo
        self.sounds = deque(cargo.sounds)
        """What of its sound was not given back yet."""
        self.instead: list[Cargo] = []
        """Of frames that were pushed in its place."""
        self.passed = False
        self.was_owed = was_owed

    @property
    def is_sound(self) -> bool:
        return isinstance(self.frame, OutputAudioRawFrame)


class Station:
    """One processor on the way.

    Args:
        trail: Where the cargo of frames is.
        processor: The processor.
    """

    def __init__(self, trail: Trail, processor: FrameProcessor) -> None:
        self.processor = processor
        self.passes = False
        """It hands on the model's sound as it is, at least sometimes."""
        self.gives_back = False
        """It makes sound by itself."""
        self.sounded_at = float("-inf")
        """When it last made sound by itself that was not silence, or took some of the model."""
        self.kept_since = float("inf")
        """When it took the first sound that it has not given back."""
        self._trail = trail
        self._handling: dict[asyncio.Task[object] | None, _Handling] = {}
        self._owed: deque[Sound] = deque()
        self._words: Words | None = None
        self._gave: Words | None = None
        """What its last text by itself stands for."""
        self._is_asleep = True
        processor.add_event_handler("on_before_process_frame", self._gets)
        processor.add_event_handler("on_after_process_frame", self._is_done)
        processor.add_event_handler("on_before_push_frame", self._pushes)

    def stop(self) -> None:
        """Leave the processor alone."""
        for name, handler in (
            ("on_before_process_frame", self._gets),
            ("on_after_process_frame", self._is_done),
            ("on_before_push_frame", self._pushes),
        ):
            remove = getattr(self.processor, "remove_event_handler", None)
            if remove is not None:
                remove(name, handler)

    def owed_ms(self, spoken: Spoken) -> float:
        """How much sound of this reply it keeps, in ms."""
        return sum(sound.ms for sound in self._owed if sound.spoken is spoken)

    def forget(self) -> None:
        """An interruption: what it keeps will not come."""
        self._owed.clear()
        self._words = self._gave = None
        self._handling.clear()
        self._is_asleep = True

    # --- what it is given

    def _gets(self, processor: FrameProcessor, frame: Frame) -> None:
        if isinstance(frame, InterruptionFrame):
            self.forget()
        elif carries_speech(frame):
            task = asyncio.current_task()
            self._settle(self._handling.pop(task, None))
            cargo = self._trail.of(frame) or self._trail.load(frame, Cargo())
            self._handling[task] = _Handling(frame, cargo, was_owed=bool(self._owed))
            if len(self._handling) > 8:
                self._handling = {
                    one: held for one, held in self._handling.items() if one and not one.done()
                }

    def _is_done(self, processor: FrameProcessor, frame: Frame) -> None:
        task = asyncio.current_task()
        handling = self._handling.get(task)
        if handling is not None and handling.frame is frame:
            self._settle(self._handling.pop(task))

    def _settle(self, handling: _Handling | None) -> None:
        """It has had the frame, and pushed what it wanted of it."""
        if handling is None or handling.passed:
            return
        if handling.cargo.words is not None and not handling.instead:
            self._keep_words(handling.cargo.words)
        if handling.sounds:
            if len(handling.instead) == 1 and not handling.was_owed:
                return  # One frame in its place, which is shorter: that is all of it.
            self.sounded_at = time.monotonic()
            if not self._owed:
                self.kept_since = self.sounded_at
            self._owed.extend(handling.sounds)
            self._trail.kept(self, list(handling.sounds))

    def _keep_words(self, words: Words) -> None:
        kept = self._words
        start = kept.start if kept is not None and kept.spoken is words.spoken else words.start
        self._words = Words(spoken=words.spoken, start=start, end=words.end)

    # --- what it pushes

    def _pushes(self, processor: FrameProcessor, frame: Frame) -> None:
        if not carries_speech(frame):
            return
        handling = self._handling.get(asyncio.current_task())
        known = self._trail.of(frame)
        if known is not None:
            self._passes(handling, frame, known)
        elif isinstance(frame, OutputAudioRawFrame):
            self._trail.load(frame, self._new_sound(handling, frame))
        else:
            self._trail.load(frame, self._new_words(handling))

    def _passes(self, handling: _Handling | None, frame: Frame, cargo: Cargo) -> None:
        """A frame goes on as it came; what was pushed beside it was not in its place, then."""
        if cargo.sounds:
            self.passes = True
            self._owed = deque(s for s in self._owed if not any(s is c for c in cargo.sounds))
        if cargo.words is not None:
            self._words = self._gave = None
        if handling is not None and handling.frame.id == frame.id:
            handling.passed = True
            for beside in handling.instead:
                beside.sounds.clear()
                beside.words = None

    def _new_sound(self, handling: _Handling | None, frame: OutputAudioRawFrame) -> Cargo:
        ms = length_ms(frame)
        if handling is not None and handling.is_sound:
            if handling.passed or not handling.cargo.sounds:
                return Cargo()  # Beside the model's sound, or in the place of somebody else's.
            cargo = Cargo(sounds=_take(self._owed, ms))
            left = ms - sum(sound.ms for sound in cargo.sounds)
            cargo.sounds += _take(handling.sounds, left)
            handling.instead.append(cargo)
            return cargo
        self.gives_back = True
        is_silent = _peak(frame.audio) <= _SILENT
        if not self._owed:
            self._is_asleep = True
        elif self._is_asleep and not is_silent:
            self._is_asleep = False
        if not is_silent:
            self.sounded_at = time.monotonic()
        return Cargo(sounds=[] if self._is_asleep else _take(self._owed, ms))

    def _new_words(self, handling: _Handling | None) -> Cargo:
        if handling is None or handling.is_sound:
            # Kept until now, and pushed by itself: perhaps in several frames.
            if self._words is not None:
                self._gave, self._words = self._words, None
            return Cargo(words=self._gave)
        if handling.passed or handling.cargo.words is None:
            return Cargo()
        if handling.instead:
            cargo = Cargo(words=handling.instead[0].words)  # One frame in several.
        else:
            self._keep_words(handling.cargo.words)
            cargo, self._words = Cargo(words=self._words), None
        handling.instead.append(cargo)
        return cargo


def _take(sounds: deque[Sound], ms: float) -> list[Sound]:
    """The first `ms` of these sounds, which are taken out."""
    taken: list[Sound] = []
    while sounds and ms > 0.5:
        first = sounds[0]
        if first.ms <= ms + 0.5:
            taken.append(sounds.popleft())
            ms -= first.ms
        else:
            taken.append(Sound(spoken=first.spoken, start_ms=first.start_ms, ms=ms))
            sounds[0] = Sound(spoken=first.spoken, start_ms=first.start_ms + ms, ms=first.ms - ms)
            ms = 0.0
    return taken


def _peak(pcm: bytes) -> int:
    samples = array("h", pcm[: len(pcm) // 2 * 2])
    return max(max(samples), -min(samples)) if samples else 0
