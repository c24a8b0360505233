"""Any events, in any order, at any time: for what must hold whatever happens in a conversation."""

from __future__ import annotations

from conversation_steps import silence, sound
from hypothesis import strategies as st

from gemini_live_interrupt.core import events as e

WORDS = st.sampled_from(
    ["", " Hello", "there. ", "Wait.", "<noise>", "まって。", " 3", ".5", "\n", "\ud800"]
)
EVENTS = st.one_of(
    st.builds(e.ModelText, text=WORDS, written=st.booleans()),
    st.builds(
        e.ModelAudio,
        pcm=st.integers(0, 12_000).map(lambda n: sound(0.05)[:n] + bytes(n)),
        sample_rate=st.sampled_from([24_000, 16_000, 0, -1]),
    ),
    st.just(e.GenerationComplete()),
    st.just(e.TurnComplete()),
    st.just(e.Interrupted()),
    st.builds(e.UserWords, text=WORDS, finished=st.booleans(), interim=st.booleans()),
    st.builds(e.UserTyped, text=WORDS),
    st.builds(e.UserAudio, pcm=st.sampled_from([b"", b"\1", sound(20), silence(20)])),
    st.builds(e.Activity, started=st.booleans(), by_app=st.booleans()),
    st.builds(
        e.ToolCalled, calls=st.just((e.ToolCall(id="a", name="f"), e.ToolCall(id="b", name="g")))
    ),
    st.builds(e.ToolCancelled, ids=st.sampled_from([("a",), ("b",), ("x",)])),
    st.builds(e.ToolAnswered, ids=st.sampled_from([("a",), ("b",), ("a", "b"), ()])),
    st.builds(e.Played, ms=st.floats(0, 5_000), size=st.integers(0, 10_000)),
    st.just(e.Flushed()),
    st.builds(e.ReadLate, late=st.booleans()),
    st.builds(e.NoteBuilt, id=st.integers(0, 5), text=st.sampled_from(["", " ", "note"])),
    st.builds(e.NoteSent, id=st.integers(0, 8)),
    st.builds(e.NoteFailed, id=st.integers(0, 8), error=st.just("x")),
    st.builds(e.Disconnected, wanted=st.booleans()),
    st.just(e.Tick()),
)
STEPS = st.lists(st.tuples(EVENTS, st.sampled_from([0.0, 0.01, 0.3, 1.0, 5.0])), max_size=60)
"""Events, and how many seconds before each."""
