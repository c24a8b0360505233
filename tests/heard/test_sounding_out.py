"""Letters found in sound."""

from __future__ import annotations

import random
from itertools import accumulate, pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gemini_live_interrupt.heard import arrays
from gemini_live_interrupt.heard.likelihoods import BEHIND_KINDS
from gemini_live_interrupt.heard.pauses import Pause, PauseFinder, Pauses
from gemini_live_interrupt.heard.sound import Sound
from gemini_live_interrupt.heard.sounding_out import Open, Saying, sound_out
from gemini_live_interrupt.heard.spoken_units import tokenize
from gemini_live_interrupt.heard.stretch import Stretch
from gemini_live_interrupt.heard.voice import Voice
from gemini_live_interrupt.testing.speech.voices import Speech, speak

pytestmark = pytest.mark.usefixtures("with_arrays_and_without")


SENTENCE = "she chose six small fishes because nothing else was left on the shelf"


def stretch_of(speech: Speech, until_ms: float | None = None) -> tuple[Stretch, Pauses]:
    sound, finder = Sound(), PauseFinder()
    sound.add(speech.pcm, speech.sample_rate)
    sound.catch_up()
    finder.update(sound.levels, sound.crossings)
    pauses = finder.pauses(is_complete=True)
    inside = [p for p in pauses.inner if until_ms is None or p.end_ms < until_ms]
    end_ms = pauses.end_ms if until_ms is None else until_ms
    return Stretch(sound, Voice(pauses, sound), pauses.lead_ms, end_ms, inside, None), pauses


def sayings(text: str) -> list[Saying]:
    return [
        Saying(token.sounds, (token.units / len(token.sounds),) * len(token.sounds), token.boundary)
        for token in tokenize(text)
    ]


def off(speech: Speech, times: list[tuple[float, float]]) -> list[float]:
    """Milliseconds by which each word's end is off."""
    return [abs(end - word.end_ms) for word, (_, end) in zip(speech.words, times, strict=False)]


@pytest.mark.parametrize("voice", ["en-us", "en-us+f3", "en-gb-x-rp"])
def test_each_word_is_found_where_it_is_said(voice: str) -> None:
    speech = speak(SENTENCE, voice=voice)
    times = sound_out(stretch_of(speech)[0], sayings(SENTENCE), None)
    assert times is not None
    assert len(times) == len(speech.words)
    assert sum(off(speech, times)) / len(times) < 50.0
    assert all(a[1] <= b[0] for a, b in pairwise(times))


def test_one_half_said_at_twice_the_pace_is_still_found() -> None:
    fast, slow = (
        speak("she was sure of this", words_per_minute=260),
        speak("because nothing else was left", words_per_minute=120),
    )
    text = f"{fast.text} {slow.text}"
    both = Speech(
        text=text, pcm=fast.pcm + slow.pcm, sample_rate=24000, words=fast.words + slow.words
    )
    times = sound_out(stretch_of(both)[0], sayings(text), None)
    assert times is not None
    change_ms = times[len(fast.words) - 1][1]
    assert change_ms == pytest.approx(fast.duration_ms, abs=120.0)


@pytest.mark.parametrize("pace", [0.8, 1.0, 1.25])
def test_an_end_anywhere_in_the_words_is_found_at_any_pace(pace: float) -> None:
    speech = speak(SENTENCE)
    stretch, _ = stretch_of(speech, until_ms=2500.0)
    words = sayings(SENTENCE)
    units = sum(sum(word.lengths) for word in words)
    usual = speech.duration_ms / 30.0 / units
    times = sound_out(stretch, words, Open(usual * pace, 0.16, -4.0))
    assert times is not None
    assert abs(len(times) - (int(speech.words_played(2500.0)) + 1)) <= 1
    assert times[-1][1] == float("inf") or times[-1][1] <= 2500.0


def test_a_pause_is_behind_a_word() -> None:
    before, after = speak("so we went on and", words_per_minute=160), speak("then it rained")
    pcm = before.pcm + bytes(2 * 24 * 400) + after.pcm
    sound, finder = Sound(), PauseFinder()
    sound.add(pcm, 24000)
    sound.catch_up()
    finder.update(sound.levels, sound.crossings)
    pauses = finder.pauses(is_complete=True)
    words = sayings("so we went on and then it rained")
    stretch = Stretch(
        sound, Voice(pauses, sound), pauses.lead_ms, pauses.end_ms, pauses.inner, None
    )
    times = sound_out(stretch, words, None)
    assert times is not None
    long = max(pauses.inner, key=lambda pause: pause.length_s)
    assert times[4][1] == pytest.approx(long.start_ms)
    assert times[5][0] == pytest.approx(long.end_ms)


@pytest.mark.parametrize("with_arrays_and_without", [True], indirect=True)
@pytest.mark.parametrize("until_ms", [None, 1400.0, 2500.0, 3300.0])
@pytest.mark.parametrize("text", [SENTENCE, "Yes, well. I think, in 1984, he said: no!", "so"])
def test_arrays_find_the_same(
    text: str, until_ms: float | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    stretch, _ = stretch_of(speak(f"{SENTENCE}, {SENTENCE}"), until_ms=until_ms)
    frees = [None, *(Open(pace, 0.16, odds) for pace in (0.9, 2.5) for odds in (-20.0, 0.0))]
    in_arrays = [sound_out(stretch, sayings(text), free) for free in frees]
    monkeypatch.setattr(arrays, "_numpy", None)
    assert in_arrays == [sound_out(stretch, sayings(text), free) for free in frees]
    assert any(in_arrays)


@pytest.mark.parametrize("with_arrays_and_without", [True], indirect=True)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.integers(0, 10**6), st.lists(st.integers(9, 60), min_size=1, max_size=7), st.data())
def test_arrays_find_the_same_in_any_sound(
    seed: int, lengths: list[int], data: st.DataObject
) -> None:
    rng, sound = random.Random(seed), Sound()
    edges = [0, *accumulate(lengths)]
    if len(edges) % 2:
        edges.pop()
    for _ in range(edges[-1]):
        sound.levels.append(rng.choice((0, 100, 160, 200)))
        sound.crossings.append(rng.choice((2, 5, 9, 40, 70)))
    voice = Voice(Pauses(inner=[], lead_ms=0.0, end_ms=0.0, spoken_s=0.0, loud=200), sound)
    pauses = [
        Pause(start_ms=10.0 * a, end_ms=10.0 * b, spoken_s=0.0)
        for a, b in zip(edges[1:-1:2], edges[2:-1:2], strict=True)
    ]
    closing = Pause(start_ms=10.0 * edges[-1], end_ms=10.0 * edges[-1] + 300.0, spoken_s=0.0)
    stretch = Stretch(
        sound, voice, 0.0, 10.0 * edges[-1], pauses, data.draw(st.sampled_from([None, closing]))
    )
    words = [
        Saying(
            "".join(rng.choice("VVWSCFHPBNLEX") for _ in range(length)),
            tuple(rng.choice((0.5, 1.0, 1.8)) for _ in range(length)),
            rng.choice(BEHIND_KINDS),
        )
        for length in data.draw(st.lists(st.integers(1, 6), min_size=1, max_size=20))
    ]
    free = data.draw(
        st.one_of(
            st.none(),
            st.builds(Open, st.floats(0.5, 4.0), st.just(0.16), st.sampled_from([-20.0, 0.0, 6.0])),
        )
    )
    in_arrays = sound_out(stretch, words, free)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(arrays, "_numpy", None)
        assert in_arrays == sound_out(stretch, words, free)
