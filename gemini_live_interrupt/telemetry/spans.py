"""One conversation's spans and measurements.

Knows the core's records and OpenTelemetry's API. Must not know where they are exported. Times are
those of the core, so a span that is only known afterwards still stands where it belongs. Words are
left out, unless the environment variable that OpenTelemetry has for it asks for them.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

from opentelemetry import context, trace
from opentelemetry.metrics import Meter
from opentelemetry.trace import Span, Tracer

from gemini_live_interrupt.core import events as e
from gemini_live_interrupt.core.carried import Carried
from gemini_live_interrupt.core.outcome import Outcome
from gemini_live_interrupt.core.situation import Situation
from gemini_live_interrupt.telemetry import names
from gemini_live_interrupt.telemetry.names import ours

CAPTURE = "OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT"
"""OpenTelemetry's own switch for what people said."""
_MOST_CHARACTERS = 2_000
"""Of one text in an attribute."""
_CUT_FACTS = (
    "cause",
    "position_from",
    "estimated_by",
    "uncertainty",
    "heard_ms",
    "received_ms",
    "language",
)
_MAY_BE_REPAIRED = ("answered", "silent", "unclear")
"""Outcomes after which another may come."""
_PROVIDERS = {"developer": "gcp.gemini", "vertex": "gcp.vertex_ai"}


class Instruments:
    """The metrics of one process.

    Args:
        meter: makes them.
    """

    def __init__(self, meter: Meter) -> None:
        self.interruptions = meter.create_counter(
            ours("interruptions"), "{interruption}", "Replies that were cut, by cause."
        )
        self.outcomes = meter.create_counter(
            ours("outcomes"), "{outcome}", "What the next reply did about a cut, by kind."
        )
        self.notices = meter.create_counter(
            ours("notices"), "{notice}", "Nudges, repairs, give-ups and the like, by kind."
        )
        self.skipped = meter.create_histogram(
            ours("skipped_words"), "{word}", "Unheard words that the next reply left out."
        )
        self.repeated = meter.create_histogram(
            ours("repeated_words"), "{word}", "Heard words that the next reply said again."
        )
        self.note_latency = meter.create_histogram(
            ours("note.latency"), "s", "From a cut until its note was on the wire."
        )
        self.heard_share = meter.create_histogram(
            ours("heard_share"), "1", "Of a cut reply's received sound, the share that was heard."
        )


class Telemetry:
    """A `core.conversation.Watcher` that tells OpenTelemetry what it sees.

    Args:
        tracer: makes spans.
        instruments: what is measured.
        model: the model's name.
        backend: "developer" or "vertex".
        session_id: the session's.
        epoch: what to add to the core's time for seconds since the epoch.
        with_words: what people said may be in attributes; None: as the environment says.
    """

    def __init__(
        self,
        tracer: Tracer,
        instruments: Instruments,
        *,
        model: str,
        backend: str,
        session_id: str,
        epoch: float,
        with_words: bool | None = None,
    ) -> None:
        self._tracer = tracer
        self._instruments = instruments
        self._epoch = epoch
        self._parent = context.get_current()
        if with_words is None:
            with_words = os.environ.get(CAPTURE, "").strip().lower() in ("true", "1")
        self._with_words = with_words
        self._labels = {names.MODEL: model, names.PROVIDER: _PROVIDERS.get(backend, "gcp.gemini")}
        self._labels = {key: value for key, value in self._labels.items() if value}
        self._facts = self._labels | ({names.CONVERSATION: session_id} if session_id else {})
        self._reply = 0
        self._speak: Span | None = None
        self._began: float | None = None
        self._plays_from = 0.0
        self._spoke_until = 0.0
        self._cut: Span | None = None
        self._cut_id = 0
        self._cut_at = 0.0
        self._note_at: float | None = None
        self._sending: dict[int, str] = {}

    # --- what is seen

    listens = False

    def saw(
        self,
        talk: Situation,
        event: e.Event,
        now: float,
        commands: Sequence[e.Command],
        heard_ms: float,
    ) -> None:
        """The core was told `event`, and answered."""
        for command in commands:
            match command:
                case e.BuildNote(interruption=interruption):
                    self._cuts(interruption)
                case e.SendNote(id=id_, delivery=delivery):
                    self._sending[id_] = delivery
                case e.Notify(interruption=interruption):
                    self._told(interruption)
                case e.Announce(notice=notice):
                    self._noticed(notice, now)
                case e.Conclude(outcome=outcome):
                    self._concluded(outcome, now)
        self._follow_the_voice(talk, event, now)
        if isinstance(event, e.NoteSent) and event.id in self._sending:
            self._sent(self._sending.pop(event.id), now)
        if isinstance(event, e.Disconnected):
            self._end(now)

    def resumed(
        self, talk: Situation, carried: Carried, now: float, commands: Sequence[e.Command]
    ) -> None:
        """The core took over what an earlier connection had left."""

    # --- the voice

    def _follow_the_voice(self, talk: Situation, event: e.Event, now: float) -> None:
        heard = talk.replies.heard(now, lately=True)
        if heard.reply != self._reply:
            self._hush(self._spoke_until)
            self._reply = heard.reply
            self._began = None
            if isinstance(event, e.ModelAudio):
                # It plays from now on, or once what came before has been played.
                sound = len(event.pcm) / 2 / max(1, event.sample_rate)
                self._plays_from = max(now, talk.playback.ends_at() - sound)
        if self._began is None and heard.ms > 0.0:
            # Nobody may have looked while it was audible: then it was played as it came.
            self._began = now - heard.ms / 1000.0 if heard.audible else self._plays_from
            facts = self._facts | {names.OUTPUT: "speech", ours("reply"): heard.reply}
            self._speak = self._start(names.SPEAK, self._began, facts)
            self._spoke_until = self._began
        if self._speak is None or self._began is None:
            return
        self._spoke_until = now if heard.audible else self._began + heard.ms / 1000.0
        self._speak.set_attribute(ours("heard_ms"), round(heard.ms, 1))
        self._speak.set_attribute(ours("received_ms"), round(heard.received_ms, 1))
        if self._with_words:
            self._speak.set_attribute(ours("heard"), heard.text[-_MOST_CHARACTERS:])
        if not heard.audible:
            self._hush(min(now, self._spoke_until))

    def _hush(self, at: float) -> None:
        if self._speak is not None:
            self._speak.end(self._ns(at))
            self._speak = None

    # --- an interruption

    def _cuts(self, interruption: e.Interruption) -> None:
        if interruption.id == self._cut_id:
            return
        at = interruption.time - self._epoch
        self._close(at)
        self._cut_id, self._cut_at, self._note_at = interruption.id, at, None
        facts: dict[str, Any] = dict(self._facts)
        facts |= {ours(name): getattr(interruption, name) for name in _CUT_FACTS}
        facts[ours("interruption")] = interruption.id
        if self._with_words:
            facts |= {
                ours(name): getattr(interruption, name)[-_MOST_CHARACTERS:]
                for name in ("heard", "unheard", "continuation")
            }
        self._cut = self._start(names.INTERRUPTION, at, facts)
        labels = self._labels | {ours("cause"): interruption.cause}
        self._instruments.interruptions.add(1, labels)
        if interruption.received_ms > 0.0:
            share = min(1.0, interruption.heard_ms / interruption.received_ms)
            self._instruments.heard_share.record(share, self._labels)

    def _told(self, interruption: e.Interruption) -> None:
        self._cuts(interruption)  # Without notes, nothing was built for it.
        if self._cut is not None and self._with_words and interruption.user_text:
            self._cut.set_attribute(ours("user_text"), interruption.user_text[:_MOST_CHARACTERS])

    def _sent(self, delivery: str, now: float) -> None:
        if self._cut is None:
            return
        if self._note_at is None:
            self._note_at = now
            latency = max(0.0, now - self._cut_at)
            self._cut.set_attribute(ours("delivery"), delivery)
            self._cut.set_attribute(ours("note_ms"), round(latency * 1000.0, 1))
            labels = self._labels | {ours("delivery"): delivery}
            self._instruments.note_latency.record(latency, labels)
        self._cut.add_event("message sent", {ours("delivery"): delivery}, self._ns(now))

    def _noticed(self, notice: e.Notice, now: float) -> None:
        labels = self._labels | {ours("kind"): notice.kind}
        self._instruments.notices.add(1, labels)
        if self._cut is not None:
            self._cut.add_event(notice.kind, timestamp=self._ns(now))

    def _concluded(self, outcome: Outcome, now: float) -> None:
        labels = self._labels | {
            ours("kind"): outcome.kind,
            ours("repaired"): outcome.repaired,
        }
        self._instruments.outcomes.add(1, labels)
        self._instruments.skipped.record(outcome.skipped_words, labels)
        self._instruments.repeated.record(outcome.repeated_words, labels)
        if self._cut is None or outcome.interruption != self._cut_id:
            return
        self._cut.set_attribute(ours("outcome"), outcome.kind)
        self._cut.set_attribute(ours("skipped_words"), outcome.skipped_words)
        self._cut.set_attribute(ours("repeated_words"), outcome.repeated_words)
        self._cut.set_attribute(ours("repaired"), outcome.repaired)
        if outcome.note_in_prompt is not None:
            self._cut.set_attribute(ours("note_in_prompt"), outcome.note_in_prompt)
        self._cut.add_event(f"outcome: {outcome.kind}", timestamp=self._ns(now))
        if outcome.repaired or outcome.kind not in _MAY_BE_REPAIRED:
            self._close(now)

    def _close(self, at: float) -> None:
        if self._cut is not None:
            self._cut.end(self._ns(max(at, self._cut_at)))
            self._cut = None

    def _end(self, now: float) -> None:
        self._hush(min(now, self._spoke_until))
        self._close(now)

    # --- spans

    def _start(self, name: str, at: float, facts: dict[str, Any]) -> Span:
        return self._tracer.start_span(
            name,
            context=self._parent,
            kind=trace.SpanKind.INTERNAL,
            attributes=facts,
            start_time=self._ns(at),
        )

    def _ns(self, at: float) -> int:
        return int((at + self._epoch) * 1e9)
