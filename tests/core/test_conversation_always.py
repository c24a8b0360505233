"""What must stay true of any conversation, whatever happens in it."""

from __future__ import annotations

import random

from conversation_events import STEPS
from conversation_steps import (
    STORY,
    Talk,
    assert_asked_at_most_twice,
    pieces,
    sound,
    telling_the_story,
)
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gemini_live_interrupt.core import events as e
from gemini_live_interrupt.core.situation import Floor

# --- what holds for any sequence


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    steps=STEPS,
    model=st.sampled_from(["gemini-3.8-live", "gemini-2.5-flash-native-audio"]),
    delivery=st.sampled_from(["silent", "answering"]),
    history=st.sampled_from([0, 4]),
    reports=st.booleans(),
)
def test_any_sequence_is_survived(
    steps: list[tuple[e.Event, float]], model: str, delivery: str, history: int, reports: bool
) -> None:
    talk = Talk(model, delivery=delivery, max_history=history, reply_timeout=3.0)
    core = talk.core
    called: dict[str, float] = {}
    received = ""

    def check(since: int) -> None:
        for at, command in talk.done[since:]:
            if isinstance(command, e.SendNote):
                # A note may go once the user has finished; a nudge waits, 10 s at most.
                is_nudge = command not in talk.notes
                assert not is_nudge or not any(at < then + 10.0 for then in called.values()), (
                    "asked while a call was pending"
                )
                if command.delivery == "answering":
                    assert not core.speaking.now(at), "asked while the user speaks"
                    assert core.model_idle(at), "asked while the model speaks"

    for event, pause in steps:
        if isinstance(event, e.Played) and not reports:
            continue
        since = len(talk.done)
        talk.wait(pause)
        check(since)
        since = len(talk.done)
        if isinstance(event, (e.ToolAnswered, e.ToolCancelled)):
            called = {id_: at for id_, at in called.items() if id_ not in event.ids}
        talk.tell(event)
        received += event.text if isinstance(event, e.ModelText) else ""
        if isinstance(event, (e.ModelText, e.ModelAudio)) and core.floor is Floor.REPLYING:
            called = {}  # The model goes on without an answer.
        if isinstance(event, e.ToolCalled):
            called |= {call.id: talk.now for call in event.calls}
        check(since)
    told: dict[int, int] = {}
    for command in talk.commands:
        if isinstance(command, e.Notify):
            it = command.interruption
            assert it.heard + it.unheard in received
            assert (it.heard + it.unheard).endswith(it.continuation)
            assert len(it.history) <= history
            told[it.id] = told.get(it.id, 0) + 1
    assert set(told.values()) <= {1}, "an interruption was reported twice"
    assert_asked_at_most_twice(talk)
    assert len(talk.notes) <= talk.core.records.made


@settings(max_examples=60, deadline=None)
@given(
    cut=st.floats(0.0, 10.5),
    parts=st.integers(1, 31),
    complete=st.booleans(),
)
def test_any_cut_at_any_chunking_is_exact_and_resumes_at_a_sentence(
    cut: float, parts: int, complete: bool
) -> None:
    talk = telling_the_story(parts)
    if complete:
        talk.generated()
    talk.plays_for(cut).interrupted()
    if not talk.interruptions:
        assert complete
        assert cut >= 9.2
        return
    it = talk.last
    assert it.heard + it.unheard == STORY
    assert it.heard == "" or it.heard[-1:].isspace() or STORY[len(it.heard) :][:1] in (" ", "")
    assert STORY.endswith(it.continuation)
    start = len(STORY) - len(it.continuation)
    assert start in (0, len(STORY)) or STORY[start - 2] == "."  # a sentence start
    if it.unheard.strip():
        assert start <= len(it.heard) + 1
    assert talk.assert_one_note()


def test_memory_is_bounded_over_a_long_session() -> None:
    """10⁵ events of a lively, faulty session; what the core holds does not grow with them."""
    draw = random.Random(5)
    talk = Talk("gemini-2.5-flash-native-audio-preview-09-2025")
    core = talk.core
    apply = core.apply
    sizes: list[int] = []
    now = 0.0
    chunk, mic = sound(40), sound(20, 16_000)
    words = pieces(STORY, 31)
    for i in range(100_000):
        now += 0.02
        kind = draw.random()
        if kind < 0.4:
            event: e.Event = e.UserAudio(pcm=mic)
        elif kind < 0.6:
            event = e.ModelAudio(pcm=chunk)
        elif kind < 0.75:
            event = e.ModelText(text=draw.choice(words))
        elif kind < 0.85:
            event = e.UserWords(text=" word")
        else:
            event = draw.choice(
                [
                    e.GenerationComplete(),
                    e.TurnComplete(),
                    e.TurnComplete(),
                    e.Interrupted(),
                    e.Activity(started=True),
                    e.Activity(started=False),
                    e.ToolCalled(calls=(e.ToolCall(id=str(i), name="f"),)),
                    e.Played(ms=20.0),
                    e.UserTyped(text="typed"),
                ]
            )
        for command in apply(event, now):
            if isinstance(command, e.BuildNote):
                apply(e.NoteBuilt(id=command.interruption.id, text="note"), now)
        if i % 10_000 == 9_999:
            sizes.append(_held(core))
    assert max(sizes) < 3_000_000, sizes
    assert max(sizes[5:]) < 2 * max(sizes[:5]) + 200_000, sizes


def _held(root: object) -> int:
    """Bytes that an object holds, as far as slots, attributes and containers lead."""
    import sys

    seen: set[int] = set()
    todo = [root]
    total = 0
    while todo:
        thing = todo.pop()
        if id(thing) in seen or isinstance(thing, type) or callable(thing):
            continue
        seen.add(id(thing))
        total += sys.getsizeof(thing)
        if isinstance(thing, dict):
            todo += [*thing.keys(), *thing.values()]
        elif isinstance(thing, (list, tuple, set, frozenset)) or type(thing).__name__ == "deque":
            todo += list(thing)  # type: ignore[call-overload]
        elif not isinstance(thing, (str, bytes, int, float)):
            todo += list(vars(thing).values()) if hasattr(thing, "__dict__") else []
            for cls in type(thing).__mro__:
                slots = cls.__dict__.get("__slots__", ())
                names = (slots,) if isinstance(slots, str) else slots
                todo += [getattr(thing, name) for name in names if hasattr(thing, name)]
    return total
