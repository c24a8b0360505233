"""How far each reply was heard, by what became of its own sound.

Knows the outputs, and the processors that keep sound. Must not know text, or what a cut means. Sound
that went into an output was heard as that plays it. Sound that a processor took and gives back as its
own (an avatar) is followed to the output, too; what is never given back is taken to be played by that
processor, at real time; and what a processor keeps that else hands sound on, nobody hears.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable

from pipecat.frames.frames import (
    BotStoppedSpeakingFrame,
    Frame,
    InterruptionFrame,
    OutputAudioRawFrame,
    TTSStoppedFrame,
)
from pipecat.processors.frame_processor import FrameProcessor

from gli_pipecat.outlet import Outlet, Progress
from gli_pipecat.spoken import Spoken
from gli_pipecat.trail import Cargo, Sound, Station, Trail, length_ms
from gli_pipecat.wording import Stage

_NEARLY = 150.0
"""ms before the end of a reply at which its last words go on, so that they are there before whatever
ends it."""
_AHEAD = 250.0
"""ms by which an output that plays at real time may be ahead of it."""
_FIRST_SOUND = 2.0
"""Seconds until a processor that takes the model's sound, and has never made any, is taken to play it
where we do not see it."""
_MOST_WAITING = 10.0
"""Seconds that an avatar may take until the first sound of a reply."""
_GONE_QUIET = 1.5
"""Seconds without sound after which an avatar is done, though it was given more than it played."""

_LEFT_OVER = 300.0
"""ms that an avatar may leave out of a reply."""


class Hearing:
    """What was heard of the replies of one pipeline.

    Args:
        trail: Which frames carry what.
        moved: Called when an output took sound of the model.
    """

    def __init__(self, trail: Trail, moved: Callable[[], Awaitable[None]]) -> None:
        self.trail = trail
        self.is_last = True
        """Nobody stands between the output and us who could change text."""
        self._moved = moved
        self._outlets: dict[tuple[int, str | None], Outlet] = {}
        self._outputs: list[tuple[FrameProcessor, Callable[[], float]]] = []
        self._elsewhere = Outlet(lambda: 0.0)
        trail.kept = self._kept

    # --- outputs

    def follow(self, output: FrameProcessor, latency_ms: Callable[[], float]) -> None:
        """Follow what goes into an output transport and what comes out."""
        self._outputs.append((output, latency_ms))
        output.add_event_handler("on_before_process_frame", self._enters)
        output.add_event_handler("on_before_push_frame", self._leaves)

    @property
    def has_output(self) -> bool:
        """Whether there is one."""
        return bool(self._outputs)

    def _outlet(self, output: FrameProcessor, destination: str | None) -> Outlet:
        key = (output.id, destination)
        if key not in self._outlets:
            latency = next(ms for one, ms in self._outputs if one is output)
            self._outlets[key] = Outlet(
                latency,
                chunk_ms=_chunk_ms(output),
                rate=getattr(output, "sample_rate", 0),
                is_read=not _plays_sound(output),
            )
        return self._outlets[key]

    def _enters(self, output: FrameProcessor, frame: Frame) -> None:
        if isinstance(frame, InterruptionFrame):
            self.flush(output)
            return
        cargo = self.trail.of(frame)
        if isinstance(frame, OutputAudioRawFrame):
            if frame.audio:
                outlet = self._outlet(output, frame.transport_destination)
                cargo = cargo or self.trail.load(frame, Cargo())
                ms = length_ms(frame)
                outlet.sound_enters(
                    cargo, ms, time.monotonic(), kind=type(frame), rate=frame.sample_rate
                )
        elif cargo is not None and not frame.pts:
            outlet = self._outlet(output, frame.transport_destination)
            outlet.enters(frame.id, ends_sound=isinstance(frame, TTSStoppedFrame))
            self.text(frame, Stage.ARRIVED if self.is_last else Stage.QUEUED)

    async def _leaves(self, output: FrameProcessor, frame: Frame) -> None:
        now = time.monotonic()
        if isinstance(frame, OutputAudioRawFrame):
            outlet = self._outlet(output, frame.transport_destination)
            outlet.sound_leaves(length_ms(frame), now, kind=type(frame))
            await self._moved()
        elif isinstance(frame, BotStoppedSpeakingFrame):
            self._outlet(output, frame.transport_destination).falls_silent(now)
        elif self.trail.of(frame) is not None:
            outlet = self._outlet(output, frame.transport_destination)
            outlet.leaves(frame.id, now)
            if not self.is_last:
                self.text(frame, Stage.MADE)

    def text(self, frame: Frame, stage: Stage) -> bool:
        """A frame has come so far, with the text that it has now.

        Returns:
            Whether that is text of the model which is handed on as it is heard.
        """
        cargo = self.trail.of(frame)
        if cargo is None or cargo.words is None:
            return False
        words = cargo.words
        stretch, wording = (words.start, words.end), words.spoken.wording
        is_in_time = wording.comes_as(
            stretch,
            frame=frame.id,
            text=str(getattr(frame, "text", "")),
            has_spaces=bool(getattr(frame, "includes_inter_frame_spaces", False)),
        )
        wording.reaches(stretch, stage)
        return is_in_time

    def arrives(self, frame: OutputAudioRawFrame, latency_ms: Callable[[], float]) -> None:
        """Where there is no output: sound of the model has come to our place."""
        cargo = self.trail.of(frame)
        if cargo is not None and cargo.sounds:
            outlet = self._outlets.setdefault((0, None), Outlet(latency_ms))
            ms, now = length_ms(frame), time.monotonic()
            outlet.sound_enters(cargo, ms, now)
            outlet.sound_leaves(ms, now)

    def flush(self, output: FrameProcessor | None = None) -> None:
        """The queues of an output were emptied; None: of all."""
        for (id_, _), outlet in self._outlets.items():
            if output is None or id_ == output.id:
                outlet.flush()

    def forget(self) -> None:
        """What is on its way to an output will not come."""
        self.trail.forget()
        self._elsewhere.flush()

    def stop(self) -> None:
        """Leave everybody alone."""
        self.trail.stop()
        for output, _ in self._outputs:
            remove = getattr(output, "remove_event_handler", None)
            if remove is not None:
                remove("on_before_process_frame", self._enters)
                remove("on_before_push_frame", self._leaves)

    # --- sound that a processor keeps

    def _kept(self, station: Station, sounds: list[Sound]) -> None:
        if not station.passes and not station.gives_back:
            now, ms = time.monotonic(), sum(sound.ms for sound in sounds)
            self._elsewhere.sound_enters(Cargo(sounds=sounds), ms, now)
            self._elsewhere.sound_leaves(ms, now)

    # --- how far

    def progress(self, spoken: Spoken, now: float) -> Progress | None:
        """How far a reply has come by now; None if nothing of it was heard or lost."""
        found = [
            one
            for outlet in self._outlets.values()
            if (one := outlet.progress(spoken, now)) is not None
        ]
        start = spoken.reply.start_ms
        # Where one output has lost all of it, another may have played it.
        found = [one for one in found if one.heard_ms > start or not one.has_hole] or found
        if found:
            return min(found, key=lambda one: (one.passed_ms, one.heard_ms))
        holder = self.trail.holder(spoken)
        if holder is None or holder.passes or holder.gives_back:
            return None
        if now - holder.kept_since < _FIRST_SOUND:
            return None
        return self._elsewhere.progress(spoken, now)

    def waits(self, spoken: Spoken, now: float) -> bool:
        """Whether sound of a reply is still to be played, though what comes behind it has come
        out."""
        if any(one.unplayed_ms(spoken, now) > _NEARLY for one in self._outlets.values()):
            return True
        holder = self.trail.holder(spoken)
        if holder is None or holder.passes:
            return False
        if not holder.gives_back:
            return self._elsewhere.unplayed_ms(spoken, now) > _NEARLY
        began = any(one.progress(spoken, now) for one in self._outlets.values())
        if began and holder.owed_ms(spoken) <= _LEFT_OVER:
            return False
        return now - holder.sounded_at < (_GONE_QUIET if began else _MOST_WAITING)

    def has_come_out(self, spoken: Spoken) -> bool:
        """Whether an output has taken, or lost, all of a reply that went in."""
        return any(outlet.has_taken(spoken) for outlet in self._outlets.values())

    def is_nearly_over(self, spoken: Spoken, now: float) -> bool:
        """Whether only a moment is left of a reply that an output plays at real time."""
        end = spoken.reply.end_ms - _NEARLY
        found = [
            outlet
            for outlet in self._outlets.values()
            if (one := outlet.progress(spoken, now)) is not None and one.entered_ms >= end
        ]
        return bool(found) and all(
            one.untaken_ms(spoken) <= _NEARLY and one.unplayed_ms(spoken, now) <= _AHEAD
            for one in found
        )


def _plays_sound(output: FrameProcessor) -> bool:
    params = getattr(output, "_params", None)
    return bool(getattr(params, "audio_out_enabled", True))


def _chunk_ms(output: FrameProcessor) -> float:
    """How long the chunks of an output transport are, in ms."""
    size, rate = getattr(output, "audio_chunk_size", 0), getattr(output, "sample_rate", 0)
    if not size or not rate:
        return 40.0
    channels = getattr(getattr(output, "_params", None), "audio_out_channels", 1) or 1
    return float(size / (2 * channels) / rate * 1000.0)
