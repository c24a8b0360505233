"""A call in formats that other programs open: Audacity, a browser's captions, Perfetto, OpenTelemetry.

Knows the four formats. Must not know files: each function gives names and texts. Nothing here is a
viewer of our own.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from gemini_live_interrupt.record.lanes import LANES, Cue, Timeline
from gemini_live_interrupt.record.lines import Header

_PAUSE = 1.0
"""Seconds without a new word after which a caption ends."""
_LONGEST = 4.0
"""Seconds of one caption."""
_MOST_CHARACTERS = 80
"""Of one caption: two lines on a screen."""
_SHORTEST = 0.2
"""Seconds for which a caption is shown at least."""
_MOMENT = 20_000
"""Microseconds for which a moment is shown on a track."""


def audacity(timeline: Timeline, header: Header) -> dict[str, str]:
    """Label tracks, a file for each lane: import each with File, Import, Labels.

    Returns:
        Texts by file name.
    """
    return {
        f"{at}-{lane}.txt": "".join(
            f"{span.start:.6f}\t{span.end:.6f}\t{_one_line(span.text)}\n"
            for span in timeline.lane(lane)
        )
        for at, lane in enumerate(LANES, start=1)
    }


def webvtt(timeline: Timeline, header: Header) -> dict[str, str]:
    """Captions of both sides: of the model only what was heard, when it was heard."""
    cues = [(cue, "Model") for cue in captions(timeline.heard)]
    for span in timeline.lane("user"):
        if span.text:
            end = max(span.end, span.start + 1.0)
            cues.append((Cue(start=span.start, end=end, text=span.text), "User"))
    blocks = [
        f"{_clock(cue.start)} --> {_clock(max(cue.end, cue.start + _SHORTEST))}\n"
        f"<v {who}>{_escaped(_one_line(cue.text))}\n"
        for cue, who in sorted(cues, key=lambda each: each[0].start)
    ]
    return {"call.vtt": "WEBVTT\n\n" + "\n".join(blocks)}


def captions(words: Iterable[Cue]) -> list[Cue]:
    """Words put together to captions: a sentence, or what fits.

    Args:
        words: cues of a word or a few, in order.

    Example:
        >>> said = [("Hello", 0.0, 0.4), (" there.", 0.4, 0.8), (" Well", 1.0, 1.3)]
        >>> [cue.text for cue in captions([Cue(text=t, start=a, end=b) for t, a, b in said])]
        ['Hello there.', 'Well']
    """
    found: list[Cue] = []
    for word in words:
        last = found[-1] if found else None
        goes_on = (
            last is not None
            and not last.text.rstrip().endswith((".", "!", "?", "。", "！", "？", "।"))
            and word.start - last.end < _PAUSE
            and word.end - last.start < _LONGEST
            and len(last.text) + len(word.text) <= _MOST_CHARACTERS
        )
        if goes_on and last is not None:
            found[-1] = Cue(start=last.start, end=word.end, text=last.text + word.text)
        else:
            found.append(Cue(start=word.start, end=word.end, text=word.text))
    return [Cue(start=cue.start, end=cue.end, text=cue.text.strip()) for cue in found]


def perfetto(timeline: Timeline, header: Header) -> dict[str, str]:
    """Trace events that ui.perfetto.dev opens: a track for each lane.

    Events of one track may not overlap there, so one ends where the next begins.
    """
    events: list[dict[str, Any]] = [
        {"ph": "M", "pid": 1, "name": "process_name", "args": {"name": _title(header)}}
    ]
    for at, lane in enumerate(LANES, start=1):
        track = {"pid": 1, "tid": at}
        events.append({"ph": "M", "name": "thread_name", "args": {"name": lane}, **track})
        order = {"sort_index": at}
        events.append({"ph": "M", "name": "thread_sort_index", "args": order, **track})
        spans = timeline.lane(lane)
        end = 0
        for number, span in enumerate(spans):
            start = max(round(span.start * 1e6), end)
            after = spans[number + 1].start if number + 1 < len(spans) else float("inf")
            end = max(round(span.end * 1e6), start + _MOMENT)
            end = max(start + 1, min(end, round(min(after, 1e9) * 1e6)))
            events.append(
                {
                    "ph": "X",
                    "ts": start,
                    "dur": end - start,
                    "cat": lane,
                    "name": _one_line(span.text)[:200] or lane,
                    "args": {"text": span.text, "line": span.line, **span.detail},
                    **track,
                }
            )
    trace = {"displayTimeUnit": "ms", "traceEvents": events}
    return {"trace.json": json.dumps(trace, ensure_ascii=False)}


def otel(timeline: Timeline, header: Header) -> dict[str, str]:
    """Spans as a collector's OTLP/JSON file receiver reads them: one trace for the call.

    Words are left out: this is for a telemetry store.
    """
    trace = hashlib.sha256(f"{header.session} {header.began}".encode()).hexdigest()[:32]
    # The timeline counts from the header's clock; the header says when the session began.
    zero = header.epoch or header.began
    call = _otel_span(trace, "call", "", zero, 0.0, timeline.seconds, {"session": header.session})
    spans = [call]
    names = {"heard": "speak", "interruptions": "interruption"}
    for number, span in enumerate(timeline.spans):
        name = names.get(span.lane)
        if name is None:
            continue
        facts = {
            key: value for key, value in span.detail.items() if isinstance(value, (int, float))
        }
        facts |= {key: span.detail[key] for key in ("cause", "position_from") if key in span.detail}
        spans.append(
            _otel_span(
                trace, f"{name}{number}", call["spanId"], zero, span.start, span.end, facts, name
            )
        )
    resource = {"attributes": _attributes({"service.name": "gemini-live-interrupt"})}
    scope = {
        "name": "gemini_live_interrupt",
        "version": header.versions.get("gemini-live-interrupt", ""),
    }
    data = {
        "resourceSpans": [{"resource": resource, "scopeSpans": [{"scope": scope, "spans": spans}]}]
    }
    return {"traces.json": json.dumps(data, ensure_ascii=False)}


FORMATS: dict[str, tuple[Callable[[Timeline, Header], dict[str, str]], str]] = {
    "audacity": (audacity, "label tracks for a waveform in Audacity: a folder with a file a lane"),
    "webvtt": (webvtt, "captions of what was heard, for a browser or VLC"),
    "perfetto": (perfetto, "a trace for ui.perfetto.dev, a track a lane"),
    "otel": (otel, "spans as OTLP JSON, without words, for a collector"),
}
"""Format: what makes it, and one line about it."""


def _otel_span(
    trace: str,
    key: str,
    parent: str,
    zero: float,
    start: float,
    end: float,
    facts: Mapping[str, Any],
    name: str = "call",
) -> dict[str, Any]:
    span = {
        "traceId": trace,
        "spanId": hashlib.sha256(f"{trace} {key}".encode()).hexdigest()[:16],
        "name": name,
        "kind": 1,
        "startTimeUnixNano": str(int((zero + start) * 1e9)),
        "endTimeUnixNano": str(int((zero + max(start, end)) * 1e9)),
        "attributes": _attributes({f"gemini_live_interrupt.{k}": v for k, v in facts.items()}),
    }
    return span | ({"parentSpanId": parent} if parent else {})


def _attributes(values: Mapping[str, Any]) -> list[dict[str, Any]]:
    def plain(value: Any) -> dict[str, Any]:
        if isinstance(value, bool):
            return {"boolValue": value}
        if isinstance(value, int):
            return {"intValue": str(value)}
        return {"doubleValue": value} if isinstance(value, float) else {"stringValue": str(value)}

    return [{"key": key, "value": plain(value)} for key, value in values.items()]


def _title(header: Header) -> str:
    return f"{header.session} {header.model}".strip()


def _clock(seconds: float) -> str:
    ms = round(max(0.0, seconds) * 1000)
    return f"{ms // 3_600_000:02}:{ms // 60_000 % 60:02}:{ms // 1000 % 60:02}.{ms % 1000:03}"


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _one_line(text: str) -> str:
    return " ".join("".join(c if c.isprintable() or c.isspace() else " " for c in text).split())
