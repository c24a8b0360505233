"""Whether one conversation of the soak kept the promises, judged from the server's record.

Knows what is promised; must not ask the library. Nothing here acts.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from soak_talk import LONGEST_WAIT, Host

from gemini_live_interrupt.testing import Note, SessionRecord, Turn

MOST_LAG = 250.0
"""ms. A conversation that the machine stalled for longer is held again, and not judged by time if
that happens each time."""
_MOST_PLEAS = 2
"""Nudges and repairs in one silence, and for one interruption."""
_MOST_IN_VAIN = 4
"""Of them in a row, without a word of the user or `_WORTH` of a heard reply."""
_WORTH = 3_000.0
"""ms of a reply."""
_ON_THE_WAY = 150.0
"""ms for which a message, or what came before it, may be on its way."""


@dataclass(slots=True, kw_only=True)
class Outcome:
    """What came of one conversation."""

    seed: int
    family: str
    faults: list[str]
    problems: list[str] = field(default_factory=list)
    timing: list[str] = field(default_factory=list)
    """Broken promises about time; they count only where the machine kept up."""
    lag_ms: float = 0.0
    """The longest time for which this machine let nobody run: above `MOST_LAG` all times are wrong."""
    timeline: list[str] = field(default_factory=list)
    """What happened, where a promise was broken."""
    notes: int = 0
    nudges: int = 0
    repairs: int = 0
    outcomes: list[str] = field(default_factory=list)
    """What the library reported of each cut; not judged."""
    temperament: str = "obeys"
    interruptions: int = 0
    connections: int = 0
    longest_wait_ms: float = 0.0
    told: int = 0
    """Silences that nothing could break, of which the app was told."""


def judged_by_time(outcome: Outcome) -> bool:
    """Whether the machine kept up with this conversation."""
    return outcome.lag_ms <= MOST_LAG


def is_plea(note: Note) -> bool:
    """Whether it asks for a reply, and is no note: a nudge, a reminder or a repair."""
    return note.turn_complete and note.text.splitlines()[0].endswith("read it out.]")


def is_repair(note: Note) -> bool:
    """Whether it asks for what a reply has left out, and breaks no silence."""
    return is_plea(note) and note.text.splitlines()[1].startswith(("Go on now", "Ask now"))


def judge(records: list[SessionRecord], host: Host, outcome: Outcome) -> None:
    served = [record for record in records if record.setup]
    outcome.connections = len(served)
    causes = 0
    for index, record in enumerate(served):
        causes += len(_bursts(record.interrupted_ms)) + len(record.speech)
        causes += index + 1 < len(served)
        pleas = [note for note in record.notes if is_plea(note)]
        repairs = [note for note in pleas if is_repair(note)]
        outcome.notes += len(record.notes) - len(pleas)
        outcome.nudges += len(pleas) - len(repairs)
        outcome.repairs += len(repairs)
        for note in pleas:
            what = "a repair" if note in repairs else "a nudge"
            if note.user_speaking:
                outcome.timing.append(f"{what} over the user's speech at {note.at_ms:.0f} ms")
            if _is_audible(record, note.at_ms):
                outcome.timing.append(f"{what} over audible speech at {note.at_ms:.0f} ms")
        for note in record.notes:
            if note.turn_complete and _over_a_reply(record, note):
                outcome.timing.append(f"an answering message over a reply at {note.at_ms:.0f} ms")
        _judge_pleas(record, pleas, outcome)
        last = index + 1 == len(served)
        _judge_waits(record, host, outcome, last=last, first=index == 0)
    outcome.interruptions = causes
    if outcome.notes > causes:
        outcome.problems.append(f"{outcome.notes} notes for {causes} interruptions")


def _over_a_reply(record: SessionRecord, note: Note) -> bool:
    """Whether the client can have known that a reply had begun."""
    return note.state == "generating" and any(
        turn.started_ms < note.at_ms - _ON_THE_WAY and note.at_ms < (turn.ended_ms or float("inf"))
        for turn in record.turns
    )


def _bursts(times: list[float]) -> list[float]:
    """`interrupted` signals, those within a second counted once."""
    found: list[float] = []
    for at in sorted(times):
        if not found or at - found[-1] > 1_000.0:
            found.append(at)
    return found


def _judge_pleas(record: SessionRecord, pleas: list[Note], outcome: Outcome) -> None:
    """How many there were in one silence, and for one interruption."""
    starts = [turn.started_ms for turn in record.turns]
    silences = Counter(sum(start <= note.at_ms for start in starts) for note in pleas)
    if (most := max(silences.values(), default=0)) > _MOST_PLEAS:
        outcome.problems.append(f"{most} messages in one silence")
    # A cut, and whatever the user says, begins something new; so does a reply that is heard and then
    # stops: nobody has said that it is cut, but what the user waits for is another sentence.
    stalls = [at for at, name in record.faults if name == "stall" and _is_heard_from(record, at)]
    said = [speech.start_ms for speech in record.speech]
    begins = sorted([*record.interrupted_ms, *said, *stalls])
    about = [sum(begin <= note.at_ms for begin in begins) for note in pleas]
    for count in Counter(about).values():
        if count > _MOST_PLEAS:
            outcome.problems.append(f"{count} nudges and repairs of one interruption")
    repairs = Counter(n for n, note in zip(about, pleas, strict=True) if is_repair(note))
    if max(repairs.values(), default=0) > 1:
        outcome.problems.append("two repairs of one interruption")


def _is_heard_from(record: SessionRecord, at_ms: float) -> bool:
    """Whether the reply that begins then is heard."""
    begun = [turn.started_ms for turn in record.turns]
    until = min((start for start in begun if start > at_ms), default=float("inf"))
    return any(at_ms - 1.0 <= at < until for _, _, at in record.played)


def _is_audible(record: SessionRecord, at_ms: float) -> bool:
    """Whether the user heard the model just then; what is on the way to us counts for nothing."""
    return any(
        at < at_ms - _ON_THE_WAY and at_ms < at + to - start for start, to, at in record.played
    )


def _judge_waits(
    record: SessionRecord, host: Host, outcome: Outcome, *, last: bool, first: bool
) -> None:
    """Every time somebody is owed a reply, sound must follow."""
    end = record.ended_ms or 0.0
    owed = [speech.end_ms for speech in record.speech]
    owed += [turn.ended_ms for turn in record.turns if turn.ended_ms and _is_owed(record, turn)]
    if not first:
        owed.append(0.0)
    spans = sorted((at, at + to - start) for start, to, at in record.played)
    for since in sorted(owed):
        heard = next((max(0.0, at - since) for at, until in spans if until > since + 50.0), None)
        later = next((at for at in sorted(owed) if at > since + 50.0), end)
        ended = later if heard is None else min(since + heard, later)
        waited = ended - since
        calls = [
            to - max(begin, since)
            for index, begin, to in host.waits
            if index == record.index and begin < since + waited and to > since
        ]
        waited -= sum(calls)
        if not first and since == 0.0 and not left_open(host, record):
            continue
        in_time = min(ended, since + LONGEST_WAIT)
        told = [at for index, at in host.told if index == record.index and since < at <= in_time]
        if waited > LONGEST_WAIT and told and (host.is_mute or is_spent(host, record, told[0])):
            outcome.told += 1
            continue
        outcome.longest_wait_ms = max(outcome.longest_wait_ms, waited)
        if waited > LONGEST_WAIT:
            outcome.timing.append(
                f"silence for {waited:.0f} ms after {since:.0f} ms of connection {record.index}"
            )


def is_spent(host: Host, record: SessionRecord, at_ms: float) -> bool:
    """Whether no further message was allowed by then: nothing but silence had answered as many as
    there may be, and to end a silence with more would break another promise."""
    asked, is_silence = 0, True
    for each in reversed(host.server.records[: record.index + 1]):
        until = at_ms if each is record else float("inf")
        happened = [(note.at_ms, "asked") for note in each.notes if is_plea(note)]
        happened += [(speech.start_ms, "said") for speech in each.speech if speech.text]
        happened += [(turn.started_ms, "sound") for turn in each.turns if turn.audio_ms]
        happened += [(at, "heard") for start, to, at in each.played if to - start >= _WORTH]
        for _, what in sorted(one for one in happened if one[0] <= until)[::-1]:
            if what in ("said", "heard"):
                return False
            is_silence = is_silence and what == "asked"
            asked += what == "asked"
            if asked >= (_MOST_PLEAS if is_silence else _MOST_IN_VAIN):
                return True
    return False


def _is_owed(record: SessionRecord, turn: Turn) -> bool:
    """Whether a cut took anything from the user."""
    if not turn.is_cut:
        return False
    stream = turn.stream_start_ms
    heard = max(
        (min(to, stream + turn.audio_ms) - stream for start, to, _ in record.played if to > stream),
        default=0.0,
    )
    return not (turn.generated_ms is not None and heard >= turn.audio_ms - 400.0)


def left_open(host: Host, record: SessionRecord) -> bool:
    """Whether the connection before this one ended with somebody waiting: with a question, or for the rest
    of a reply. A noise after a reply that was heard is none."""
    before = next((r for r in reversed(host.server.records[: record.index]) if r.setup), None)
    if before is None:
        return False
    said = [speech for speech in before.speech if speech.text]
    if not before.turns:
        return bool(said)
    turn = before.turns[-1]
    asked = any(speech.end_ms > turn.started_ms for speech in said)
    return asked or turn.generated_ms is None or _lost_sound(before, turn)


def _lost_sound(record: SessionRecord, turn: Turn) -> bool:
    since = turn.stream_start_ms - 1.0  # Sums of lengths are not exact.
    heard = sum(to - start for start, to, _ in record.played if start >= since)
    return heard < turn.audio_ms - 400.0


def timeline(record: SessionRecord) -> list[str]:
    """One connection, as a reader can follow it."""
    lines = [
        (speech.start_ms, f"user until {speech.end_ms:.0f}: {speech.text!r}")
        for speech in record.speech
    ]
    for turn in record.turns:
        end = f"{turn.ended_ms:.0f}" if turn.ended_ms else "the end"
        cut = f", cut by {turn.cause}" if turn.is_cut else ""
        lines.append((turn.started_ms, f"model until {end}{cut}: {turn.text!r:.60}"))
    for note in record.notes:
        kind = "answering" if note.turn_complete else "silent"
        over = ", the user speaks" if note.user_speaking else ""
        lines.append(
            (note.at_ms, f"{kind}, model {note.state}{over}: {note.text.splitlines()[1]:.70}")
        )
    lines += [(at, "interrupted") for at in record.interrupted_ms]
    lines += [(at, f"fault: {name}") for at, name in record.faults]
    lines += [(at, f"played until {at + to - start:.0f}") for start, to, at in record.played]
    shown = [f"{at:8.0f} {line}" for at, line in sorted(lines)]
    return [f"connection {record.index}, closed {record.closed}", *shown]
