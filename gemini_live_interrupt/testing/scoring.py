"""How a conversation went, word by word: heard, skipped, repeated, and how long it was silent.

Puts the server's record of what it spoke together with what the client says it played. Nothing
here comes from the library, so its own claims can be checked against it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from gemini_live_interrupt.testing.server.record import SessionRecord, Turn

__all__ = ["Score", "heard_text", "score"]

_Place = tuple[str, int]  # a word of the script: which reply, and where in its text it starts


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """The figures of one conversation."""

    words_heard: int
    """Words played to their end, repeats counted each time."""
    words_believed: int
    """Words of cut turns that the model believes were said."""
    words_believed_unheard: int
    """Those of them that were not heard when the turn was cut."""
    words_skipped: int
    """Words that lie before something the model went on to, or that it believes it said, that were
    never heard, and that the turn in progress is not about to say."""
    words_repeated: int
    """Words of the script heard again, each time after the first."""
    silence_s: float
    """Time in which neither the user nor the model was audible, from the model's first sound to
    the last sound of either."""
    barge_ins: int
    """Turns that were cut."""
    skipped: tuple[str, ...]
    """The skipped words."""
    repeated: tuple[str, ...]
    """The repeated words."""


def score(*records: SessionRecord) -> Score:
    """Score one conversation.

    Args:
        records: Its sessions in order: one, or several where it was resumed. Each must have been
            told what was played (`SessionRecord.report_played`).
    """
    heard: Counter[_Place] = Counter()
    known: dict[_Place, str] = {}
    passed: set[_Place] = set()
    furthest: dict[str, int] = {}
    believed = unheard = 0
    repeated: list[str] = []
    for record in records:
        for turn in record.turns:
            spoken = list(_traced(turn))
            played = _played_in(record, turn)
            for place, text, start_ms, end_ms in spoken:
                was_heard = any(low <= start_ms + 1 and end_ms <= high + 1 for low, high in played)
                is_believed = start_ms < turn.audio_ms
                known[place] = text
                if turn.is_cut and is_believed:
                    believed += 1
                    unheard += not was_heard
                    passed.add(place)
                if was_heard:
                    if heard[place]:
                        repeated.append(text)
                    heard[place] += 1
                    furthest[place[0]] = max(place[1], furthest.get(place[0], 0))
    to_come = _to_come(records)
    skipped = [
        text
        for place, text in sorted(known.items())
        if not heard[place]
        and place not in to_come
        and (place in passed or place[1] < furthest.get(place[0], 0))
    ]
    return Score(
        words_heard=sum(heard.values()),
        words_believed=believed,
        words_believed_unheard=unheard,
        words_skipped=len(skipped),
        words_repeated=len(repeated),
        silence_s=sum(_silence_ms(record) for record in records) / 1000,
        barge_ins=sum(turn.is_cut for record in records for turn in record.turns),
        skipped=tuple(skipped),
        repeated=tuple(repeated),
    )


def heard_text(record: SessionRecord, turn: Turn) -> str:
    """The words of ``turn`` that were played to their end."""
    played = _played_in(record, turn)
    return " ".join(
        word.text
        for word in turn.words
        if any(low <= word.start_ms + 1 and word.end_ms <= high + 1 for low, high in played)
    )


def _to_come(records: tuple[SessionRecord, ...]) -> set[_Place]:
    """What the last turn still has to say, if nobody cut it: that is late, not skipped."""
    turns = records[-1].turns if records else []
    if not turns or turns[-1].is_cut:
        return set()
    return {place for place, *_ in _traced(turns[-1])}


def _traced(turn: Turn) -> Iterator[tuple[_Place, str, float, float]]:
    """Each word with its place in the script and its times in the turn."""
    starts: list[tuple[int, str, int]] = []
    position = 0
    for segment in turn.plan.segments:
        starts.append((position, segment.reply, segment.start))
        position += len(segment.text) + 1
    for word in turn.words:
        offset, reply, base = next(item for item in reversed(starts) if item[0] <= word.start)
        yield (reply, base + word.start - offset), word.text, word.start_ms, word.end_ms


def _played_in(record: SessionRecord, turn: Turn) -> list[tuple[float, float]]:
    """What was played of ``turn``, in ms of its own audio; spans that touch are one."""
    first, last = turn.stream_start_ms, turn.stream_start_ms + turn.audio_ms
    spans = sorted(
        (max(low, first) - first, min(high, last) - first)
        for low, high, _ in record.played
        if low < last and high > first
    )
    merged: list[tuple[float, float]] = []
    for low, high in spans:
        if merged and low <= merged[-1][1] + 1:
            merged[-1] = (merged[-1][0], max(high, merged[-1][1]))
        else:
            merged.append((low, high))
    return merged


def _silence_ms(record: SessionRecord) -> float:
    audible = [(at, at + high - low) for low, high, at in record.played]
    if not audible:
        return 0.0
    begin = min(start for start, _ in audible)
    audible += [(speech.start_ms, speech.end_ms) for speech in record.speech]
    silent, until = 0.0, begin
    for start, end in sorted(audible):
        silent += max(0.0, start - until)
        until = max(until, end)
    return silent
