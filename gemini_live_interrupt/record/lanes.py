"""A record as lanes over time: who spoke when, what was received, heard and not heard, and what was told.

Knows how events and commands become spans with a beginning and an end. Must not know how a span is
shown: that is for the formats (`exports.py`) and for the page (`commands/timeline`). What was heard
when is asked of the core, which is run through the record once more.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from gemini_live_interrupt.core import events as e
from gemini_live_interrupt.core.conversation import Conversation
from gemini_live_interrupt.record.lines import Line, NotARecord, Record
from gemini_live_interrupt.record.replaying import settings_of
from gemini_live_interrupt.record.sound import microphone_in

LANES = (
    "user",
    "received",
    "heard",
    "unheard",
    "interruptions",
    "notes",
    "outcomes",
)
"""The lanes, from top to bottom."""

_STEP = 0.1
"""Seconds between two looks at what was heard."""
_LOUDER = 3.16
"""The user speaks where the microphone is 10 dB above its floor, as the core has it."""
_QUIETEST = 260
"""Peak to peak below which nothing is speech."""
_JOINS = 0.4
"""Seconds of quiet within speech."""
_SLOWEST = 1_000
"""Hz: sound has no fewer samples."""
_LONGEST = 100_000.0
"""Seconds of one reply."""
_PATIENCE = 30.0
"""Seconds in which nothing is heard after which it is looked at less often."""
_SHORTEST = 0.09
"""Seconds of sound that are no click."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Something that took its time, or happened at once."""

    lane: str
    """One of `LANES`."""
    start: float
    """Seconds since the call began."""
    end: float
    """The same; not before `start`."""
    text: str
    """One line: what was said, or what happened."""
    line: int = 0
    """The line of the record that shows it; 0 if it is worked out of several."""
    detail: Mapping[str, Any] = field(default_factory=dict)
    """What else is known of it, as plain JSON."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cue:
    """A caption: words and when they were heard."""

    start: float
    """Seconds since the call began."""
    end: float
    """The same."""
    text: str
    """Whole words, with the spaces that were between them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """One call."""

    seconds: float
    """How long it was."""
    spans: Sequence[Span]
    """In the order of their beginning."""
    heard: Sequence[Cue]
    """What the user heard of the model, a few words at a time."""
    user_levels: Sequence[tuple[float, float, int]]
    """The microphone: from when to when, in seconds, and how loud, peak to peak."""

    def lane(self, name: str) -> list[Span]:
        """The spans of one lane, in order."""
        return [span for span in self.spans if span.lane == name]


def timeline_of(record: Record) -> Timeline:
    """The lanes of a record.

    Raises:
        NotARecord: a line is not known to this version.
    """
    heard = _Heard(record)
    spans = [*heard.spans, *_told(record.lines, record.header.epoch)]
    levels = _levels(record.lines)
    spans += _user(record.lines, levels)
    ends = [line.t for line in record.lines] + [span.end for span in spans]
    return Timeline(
        seconds=max(ends, default=0.0),
        spans=sorted(spans, key=lambda span: (span.start, LANES.index(span.lane))),
        heard=heard.cues,
        user_levels=levels,
    )


# --- the model's side


class _Heard:
    """What was received and heard of each reply, by the core."""

    def __init__(self, record: Record) -> None:
        self.spans: list[Span] = []
        self.cues: list[Cue] = []
        self._record = record
        profile, options = settings_of(record.header)
        self._talk = Conversation(profile, options)
        self._reply = 0
        self._began = self._latest = 0.0
        self._arrived = 0.0
        self._text = ""
        self._ms = 0.0
        self._run()

    def _run(self) -> None:
        clock = self._record.header.clock
        t = 0.0
        for line in self._record.lines:
            if line.kind not in ("event", "resume"):
                continue
            self._look_until(line.t, t, clock)
            self._look(line.t, clock)
            t = line.t
            try:
                event = line.record
            except NotARecord:
                continue  # Of a newer version: the rest still shows something.
            if line.kind == "resume":
                self._talk.resume(event, clock + line.t)
                continue
            self._talk.apply(event, clock + line.t)
            if isinstance(event, (e.ModelText, e.ModelAudio)):
                self._arrives(line.t, clock)
        self._look_until(self._talk.playback.ends_at() - clock, t, clock)
        self._end()

    def _look_until(self, end: float, t: float, clock: float) -> None:
        step = _STEP
        heard_at = t
        while t + step < end:
            t += step
            if self._look(t, clock):
                heard_at, step = t, _STEP
            elif t - heard_at > _PATIENCE:
                step *= 2  # What a damaged record says is years away must not take years.

    def _arrives(self, t: float, clock: float) -> None:
        now = self._talk.heard(clock + t)
        whole = now.text + now.unheard
        if now.reply and self.spans and self.spans[-1].detail.get("reply") == now.reply:
            self.spans[-1] = replace(self.spans[-1], end=t, text=whole)
        elif now.reply:
            self.spans.append(
                Span(lane="received", start=t, end=t, text=whole, detail={"reply": now.reply})
            )

    def _look(self, t: float, clock: float) -> bool:
        """See what has been heard by now; whether that is more than before."""
        now = self._talk.heard(clock + t)
        if now.reply != self._reply:
            self._end()
            self._reply, self._text, self._ms = now.reply, "", 0.0
            self._began = t
        is_heard = now.ms > self._ms
        if is_heard:
            if self._ms == 0.0:
                self._began = t - min(now.ms / 1000.0, _STEP)
            self._ms, self._latest = now.ms, t
        if len(now.text) > len(self._text):
            new = now.text[len(self._text) :]
            start = self.cues[-1].end if self.cues and self._text else self._began
            self.cues.append(Cue(start=min(start, t), end=t, text=new))
            self._text = now.text
        return is_heard

    def _end(self) -> None:
        if self._reply and self._ms > 0.0:
            heard = Span(
                lane="heard",
                start=self._began,
                end=max(self._latest, self._began),
                text=self._text,
                detail={"reply": self._reply, "ms": round(self._ms)},
            )
            # Before the arrivals of the next reply, so that `_arrives` finds its own last.
            self.spans.insert(0, heard)
        self._reply = 0


# --- what was told


def _told(lines: Iterable[Line], zero: float) -> Iterable[Span]:
    """What was cut, told, and came of it; `zero` is the call's beginning, in seconds since the epoch."""
    open_: dict[int, Span] = {}
    noticed = ""
    for line in lines:
        body = line.body
        if line.kind == "command" and not line.is_whole:
            continue
        if line.kind == "command" and line.value == "Notify":
            yield from _interruption(line, body.get("interruption") or {}, zero)
        elif line.kind == "command" and line.value == "Announce":
            notice = body.get("notice") or {}
            noticed = str(notice.get("kind", ""))
            if noticed == "nudge":  # It is announced after it was sent.
                open_ = {key: _renamed(span, "nudge") for key, span in open_.items()}
            else:
                text = f"{noticed}: {notice.get('detail', '')}"
                yield Span(lane="notes", start=line.t, end=line.t, text=text, line=line.number)
        elif line.kind == "command" and line.value == "SendNote":
            open_[body.get("id", 0)] = _sent(line)
        elif line.kind == "command" and line.value not in ("BuildNote", "Log", "Refused"):
            outcome = body.get("outcome")
            if isinstance(outcome, dict):
                yield _outcome(line, outcome)
        elif line.kind == "event" and line.value in ("NoteSent", "NoteFailed"):
            span = open_.pop(body.get("id", 0), None)
            if span is not None:
                failed = line.value == "NoteFailed"
                text = f"{span.text} (failed: {body.get('error', '')})" if failed else span.text
                yield replace(span, end=max(span.start, line.t), text=text)
    yield from open_.values()


def _sent(line: Line) -> Span:
    kind = str(line.body.get("purpose", "") or "note")
    delivery = str(line.body.get("delivery", ""))
    return Span(
        lane="notes",
        start=line.t,
        end=line.t,
        text=f"{kind}, {delivery}",
        line=line.number,
        detail={"text": line.body.get("text", ""), "delivery": delivery},
    )


def _renamed(span: Span, kind: str) -> Span:
    return replace(span, text=f"{kind}, {span.detail['delivery']}")


def _interruption(line: Line, cut: Mapping[str, Any], zero: float) -> Iterable[Span]:
    # The record is told once its note is out; the cut was before that.
    at = min(line.t, max(0.0, float(cut.get("time", 0.0)) - zero))
    heard_ms, received_ms = float(cut.get("heard_ms", 0.0)), float(cut.get("received_ms", 0.0))
    lost = min(max(0.0, received_ms - heard_ms) / 1000.0, _LONGEST)
    text = (
        f"{cut.get('id', 0)}: {cut.get('cause', '')}, "
        f"{heard_ms / 1000.0:.1f} of {received_ms / 1000.0:.1f} s heard"
    )
    keep = (
        "id", "cause", "heard", "unheard", "continuation", "user_text", "heard_ms", "received_ms",
        "position_from", "estimated_by", "uncertainty", "note",
    )  # fmt: skip
    detail = {key: cut[key] for key in keep if key in cut}
    yield Span(lane="interruptions", start=at, end=at, text=text, line=line.number, detail=detail)
    if lost or str(cut.get("unheard", "")).strip():
        yield Span(
            lane="unheard",
            start=at,
            end=at + lost,
            text=str(cut.get("unheard", "")),
            line=line.number,
            detail={"id": cut.get("id", 0)},
        )


def _words(number: int) -> str:
    return f"{number} word" + ("" if number == 1 else "s")


def _outcome(line: Line, outcome: Mapping[str, Any]) -> Span:
    text = f"{outcome.get('interruption', 0)}: {outcome.get('kind', '')}"
    skipped, repeated = outcome.get("skipped_words") or 0, outcome.get("repeated_words") or 0
    if skipped:
        text += f", {_words(skipped)} skipped"
    if repeated:
        text += f", {_words(repeated)} repeated"
    if outcome.get("repaired"):
        text += ", after a repair"
    return Span(
        lane="outcomes",
        start=line.t,
        end=line.t,
        text=text,
        line=line.number,
        detail=dict(outcome),
    )


# --- the user's side


def _levels(lines: Iterable[Line]) -> list[tuple[float, float, int]]:
    """How loud the microphone was, frame by frame."""
    found: list[tuple[float, float, int]] = []
    for line in lines:
        if line.kind != "event" or line.value != "UserAudio":
            continue
        try:
            peaks, size, rate = microphone_in(line.body) or ([], 0, 0)
        except ValueError:
            continue
        each = size / 2 / max(_SLOWEST, rate) / max(1, len(peaks))
        begins = line.t - each * len(peaks)
        for i, peak in enumerate(peaks):
            start = max(0.0, begins + i * each)
            found.append((start, start + each, peak))
    return found


def _user(lines: Sequence[Line], levels: Sequence[tuple[float, float, int]]) -> list[Span]:
    typed: list[Span] = []
    spoken = _speech(levels)
    for line in lines:
        if line.kind != "event":
            continue
        text = str(line.body.get("text", ""))
        if line.value == "UserTyped" and text.strip(". "):
            said = f"typed: {text}"
            typed.append(Span(lane="user", start=line.t, end=line.t, text=said, line=line.number))
        elif line.value == "UserWords" and text.strip() and not line.body.get("interim"):
            _place(spoken, line, text)
    return [*spoken, *typed]


def _place(spoken: list[Span], line: Line, text: str) -> None:
    """Words come after the speech: they belong to the last one that had begun."""
    at = bisect_left(spoken, line.t, key=lambda span: span.start) - 1
    if at >= 0:
        spoken[at] = replace(spoken[at], text=spoken[at].text + text, line=line.number)
    else:
        words = Span(lane="user", start=line.t, end=line.t, text=text, line=line.number)
        spoken.insert(0, words)


def _speech(levels: Sequence[tuple[float, float, int]]) -> list[Span]:
    if not levels:
        return []
    sorted_peaks = sorted(peak for _, _, peak in levels)
    loud = max(sorted_peaks[len(sorted_peaks) // 10] * _LOUDER, _QUIETEST)
    runs: list[list[float]] = []
    for start, end, peak in levels:
        if peak <= loud:
            continue
        if runs and start - runs[-1][1] < _JOINS:
            runs[-1][1] = end
        else:
            runs.append([start, end])
    return [
        Span(lane="user", start=start, end=end, text="")
        for start, end in runs
        if end - start >= _SHORTEST
    ]
