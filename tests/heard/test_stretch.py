"""Sound in moments."""

from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from gemini_live_interrupt.heard.pauses import Pause, Pauses
from gemini_live_interrupt.heard.sound import STEPS_PER_DB, Sound
from gemini_live_interrupt.heard.stretch import Stretch
from gemini_live_interrupt.heard.voice import Voice


@given(
    st.integers(0, 10**6),
    st.lists(st.integers(0, 120), min_size=2, max_size=8),
    st.integers(0, 220),
    st.integers(0, 3),
)
def test_a_moment_is_what_its_frames_are_on_average(
    seed: int, lengths: list[int], loud: int, missing: int
) -> None:
    rng, sound = random.Random(seed), Sound()
    edges = [sum(lengths[: n + 1]) for n in range(len(lengths) // 2 * 2)]
    count = max(edges[-1] - missing, 0)
    sound.levels = bytearray(rng.randrange(222) for _ in range(count))
    sound.crossings = bytearray(rng.randrange(256) for _ in range(count))
    voice = Voice(Pauses(inner=[], lead_ms=0.0, end_ms=0.0, spoken_s=0.0, loud=loud), sound)
    pauses = [
        Pause(start_ms=10.0 * a, end_ms=10.0 * b + 0.1, spoken_s=0.0)
        for a, b in zip(edges[1:-1:2], edges[2:-1:2], strict=True)
    ]
    stretch = Stretch(sound, voice, 10.0 * edges[0], 10.0 * edges[-1] + 9.9, pauses, None)
    levels, crossings, begins = [], [], []
    for first, end in zip(edges[::2], edges[1::2], strict=True):
        begins.append(len(levels))
        moments = max(1, round((end - first) / 3))
        for moment in range(moments):
            a = first + (end - first) * moment // moments
            b = max(first + (end - first) * (moment + 1) // moments, a + 1)
            db = (sum(sound.levels[a:b]) / (b - a) - loud) / STEPS_PER_DB
            levels.append(int(min(max(db, -45), 5) + 45 + 0.5))
            seen = (sum(sound.crossings[a:b]) + (b - a) // 2) // (b - a)
            crossings.append(voice.crossings[seen])
    assert [*stretch.levels] == levels
    assert [*stretch.crossings] == crossings
    assert stretch.hush_at == begins[1:]
    assert len(stretch) == len(levels)
