"""A `Talk` that is recorded, and its record as it would be read back."""

from __future__ import annotations

from typing import Any

from conversation_steps import Talk, silence

from gemini_live_interrupt.core import events as e
from gemini_live_interrupt.record.lines import Header, Record, read_texts
from gemini_live_interrupt.record.plain import to_plain
from gemini_live_interrupt.record.recorder import Recorder
from gemini_live_interrupt.record.stand_ins import StandIns


def recorded_talk(
    model: str = "gemini-3.8-live", *, words: bool = True, header: Any = None, **options: Any
) -> Talk:
    """A conversation with a recorder that watches it: `talk.core.watcher`."""
    talk = Talk(model, has_microphone=False, **options)
    talk.core.watcher = Recorder(
        Header(
            session="a-talk",
            began=1_700_000_000.0,
            clock=int(talk.now),
            model=model,
            profile=to_plain(talk.core.profile, defaults=True),
            options=to_plain(talk.core.options, defaults=True),
            words=words,
            **(header or {}),
        ),
        said=None if words else StandIns(key=b"always the same in tests"),
    )
    return talk.tell(e.UserAudio(pcm=silence(20, 16_000)))  # Recorded, too.


def texts_of(talk: Talk) -> list[str]:
    """The lines of its record so far; each is given once."""
    recorder = talk.core.watcher
    assert isinstance(recorder, Recorder)
    return recorder.take(1_000_000)


def record_of(talk: Talk) -> Record:
    """Its record, read back."""
    return read_texts(texts_of(talk))
