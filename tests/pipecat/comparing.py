"""The same call with and without our processor, and what every neighbour saw of each.

What each place saw is written down as a list of lines, one for each frame: its kind, and what it
holds. What may differ is what is left out here, and `LISTED`:

- Ids, times, counters in names, and where sound was cut into chunks.
- How often comes what comes at intervals.
- Where among its sound the text of a reply comes. It all comes before what ends the reply.
- How much text of a reply that was cut: with us, what was heard.
"""

from __future__ import annotations

import dataclasses
import difflib
import re
import warnings
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from call import Call, Parts, Tap, calling
from pipecat.frames.frames import (
    BotSpeakingFrame,
    Frame,
    InputAudioRawFrame,
    InterruptionFrame,
    LLMContextFrame,
    LLMFullResponseEndFrame,
    MetricsFrame,
    OutputAudioRawFrame,
    SystemFrame,
    TTSTextFrame,
    UserSpeakingFrame,
)
from pipecat.processors.aggregators.llm_context import LLMContext
from pipecat.processors.frame_processor import FrameDirection, FrameProcessor

from gemini_live_interrupt.testing import LiveServer, Reply

Script = Callable[[Call], Awaitable[None]]
DOWN, UP = FrameDirection.DOWNSTREAM, FrameDirection.UPSTREAM

_OFTEN = (BotSpeakingFrame, InputAudioRawFrame, LLMContextFrame, UserSpeakingFrame)
"""Kinds that come at intervals, or once more where a note was due: whether they come counts."""
_RTVI_METRICS = {"label": "rtvi-ai", "type": "metrics", "data": {}}
_WHEN = {
    *("broadcast_sibling_id", "id", "metadata", "name", "pts", "timestamp", "tool_call_id"),
    *("transport_source", "audio", "sample_rate", "num_channels", "num_frames", "user_id"),
    "group_id",
}

LISTED = {
    ("^", "+ InterruptionContextFrame"): "the note on its way to the llm, and what passes it",
    ("v", "+ MetricsFrame InterruptionMetricsData"): "figures, where metrics are enabled",
    (
        "v",
        "+ OutputTransportMessageUrgentFrame rtvi metrics",
    ): "which RTVI's observer tells clients",
}
"""What comes with our processor and not without: which way, what, and why."""


@dataclass(frozen=True, slots=True)
class Line:
    """One frame, or some that are one."""

    kind: str
    holds: str = ""

    def __str__(self) -> str:
        return f"{self.kind} {self.holds}".strip()


@dataclass(slots=True)
class Seen:
    """What one place saw in one direction."""

    queued: list[Line] = field(default_factory=list)
    """Data and control frames, in their order."""
    system: list[Line] = field(default_factory=list)
    """System frames, which overtake the others, in theirs."""
    texts: list[str] = field(default_factory=list)
    """The model's text, by reply."""


@dataclass(slots=True)
class Heard:
    """What came of one call."""

    seen: dict[str, Seen]
    messages: list[Any]
    """The context."""
    played_ms: float


@dataclass(slots=True, kw_only=True)
class Shape:
    """A pipeline and what is done with it."""

    script: Script
    model: list[Reply | str]
    options: dict[str, Any] = field(default_factory=dict)
    """Of `calling`; the values of those whose name ends in `_of` are called for each call."""
    server: dict[str, Any] = field(default_factory=dict)
    cut: str = ""
    """The reply that is cut: of its text, any start counts as the same."""


async def hear(shape: Shape, *, with_resume: bool) -> Heard:
    """Have the call."""
    taps = {"in front": Tap(), "behind the llm": Tap(), "before us": Tap(), "the end": Tap()}
    options = {key.removesuffix("_of"): value for key, value in shape.options.items()}
    for key in shape.options:
        if key.endswith("_of"):
            options[key.removesuffix("_of")] = shape.options[key]()
    arranged = options.pop("arrange", Parts.in_order)

    def arrange(parts: Parts) -> list[FrameProcessor]:
        stages = arranged(parts)
        stages.insert(1, taps["in front"])
        stages.insert(stages.index(parts.before_llm) + 2, taps["behind the llm"])
        us = parts.resume[0] if parts.resume else parts.after
        stages.insert(stages.index(us), taps["before us"])
        return [*stages, taps["the end"]]

    async with (
        LiveServer(shape.model, voice="en-us", **shape.server) as server,
        calling(
            server, arrange=arrange, with_resume=with_resume, chunk_ms=100.0, **options
        ) as call,
    ):
        await shape.script(call)
        taps |= {"before the llm": call.before_llm, "behind us": call.after}
        seen: dict[str, Seen] = {}
        with warnings.catch_warnings(action="ignore"):  # Some fields are on their way out.
            for place, tap in taps.items():
                for direction, arrow in ((DOWN, "v"), (UP, "^")):
                    frames = [frame for _, frame, way in tap.frames if way is direction]
                    seen[f"{place} {arrow}"] = _seen(frames, shape.cut)
        messages = [_plain(message, shape.cut) for message in call.context.get_messages()]
        return Heard(seen=seen, messages=messages, played_ms=call.ear.heard_ms)


def _seen(frames: Iterable[Frame], cut: str) -> Seen:
    seen = Seen()
    text, often, ended = "", set(), True
    for frame in frames:
        if isinstance(frame, TTSTextFrame):
            text, ended = text + frame.text, False
            continue
        if isinstance(frame, _OFTEN):
            often.add(Line(type(frame).__name__))
            continue
        if isinstance(frame, (LLMFullResponseEndFrame, InterruptionFrame)) and not ended:
            seen.texts.append(_plain(text, cut))
            text, ended = "", True
        line = _line(frame, cut)
        if isinstance(frame, SystemFrame) or line.kind == "LLMContextUserTurnFrame":
            seen.system.append(line)  # The user's turns are written when their own time is up.
        elif not (seen.queued and seen.queued[-1] == line and _is_sound(frame)):
            seen.queued.append(line)
    if not ended:
        seen.texts.append(_plain(text, cut))
    seen.system += sorted(often, key=str)
    return seen


def _is_sound(frame: Frame) -> bool:
    return isinstance(frame, OutputAudioRawFrame)


def _line(frame: Frame, cut: str) -> Line:
    if isinstance(frame, MetricsFrame):
        return Line("MetricsFrame", ", ".join(type(data).__name__ for data in frame.data))
    if _plain(getattr(frame, "message", None), "") == _RTVI_METRICS:
        return Line(type(frame).__name__, "rtvi metrics")
    holds = [
        f"{one.name}={_plain(getattr(frame, one.name, None), cut)}"
        for one in dataclasses.fields(frame)
        if one.name not in _WHEN
    ]
    return Line(type(frame).__name__, " ".join(holds))


def _plain(value: Any, cut: str) -> Any:
    """A value without what differs from call to call."""
    match value:
        case str():
            text = re.sub(r"#\d+", "", value)
            at = text.find(cut[:10]) if cut else -1
            is_start = at >= 0 and cut.startswith(text[at:].strip())
            return f"{text[:at]}<a start>" if is_start else text
        case None | bool() | int():
            return value
        case float():
            return "<a number>"
        case bytes():
            return f"<{len(value)} bytes>"
        case LLMContext():
            return "<the context>"
        case dict():
            skipped = ("timestamp", "id", "tool_call_id", "value", "segment_id")
            return {key: _plain(one, cut) for key, one in value.items() if key not in skipped}
        case list() | tuple():
            return [_plain(one, cut) for one in value]
        case _ if dataclasses.is_dataclass(value):
            return _plain({f.name: getattr(value, f.name) for f in dataclasses.fields(value)}, cut)
        case _:
            return f"<{type(value).__name__}>"


def differences(without: Heard, ours: Heard) -> list[str]:
    """What differs and is not listed."""
    found: list[str] = []
    for place, before in without.seen.items():
        after = ours.seen[place]
        for old, new in (
            (before.queued, after.queued),
            (before.system, after.system),
            (before.texts, after.texts),
        ):
            found += [
                f"{place}: {one}"
                for one in _diff([str(line) for line in old], [str(line) for line in new])
                if not any(place[-1] == way and one.startswith(what) for way, what in LISTED)
            ]
    found += [
        f"the context: {one}"
        for one in _diff([str(m) for m in without.messages], [str(m) for m in ours.messages])
    ]
    return found


def _diff(old: list[str], new: list[str]) -> list[str]:
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    found: list[str] = []
    for tag, low, high, left, right in matcher.get_opcodes():
        if tag != "equal":
            found += [f"- {line}" for line in old[low:high]]
            found += [f"+ {line}" for line in new[left:right]]
    return found
