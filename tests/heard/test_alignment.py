"""Pauses matched with places in the text: synthetic speech, no audio."""

from __future__ import annotations

import random
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gemini_live_interrupt.heard.alignment import Aligner, Anchor
from gemini_live_interrupt.heard.pauses import Pause, Pauses
from gemini_live_interrupt.heard.placed_text import PlacedText
from gemini_live_interrupt.heard.spoken_units import Boundary, Token, tokenize

COMPLETE, NOT_COMPLETE = 6.0, -4.0
"""Natural log of the odds that text and audio are at their end."""

TEXT = (
    "When you leave the station, turn left and follow the tram lines down the hill. After five "
    "minutes you will see a brick church on your right; the museum is just behind it. It opens at "
    "nine. Start on the second floor with the maps, because the groups always start at the "
    "bottom. When you are done, cross the courtyard and have a coffee. It is quiet there! Then "
    "walk back along the canal, which takes half an hour, or take the bus from the bridge."
)


def spoken(
    tokens: list[Token],
    *,
    rate: float = 0.045,
    silent: frozenset[int] = frozenset(),
    hesitations: frozenset[int] = frozenset(),
    noise: float = 0.05,
    seed: int = 1,
) -> tuple[Pauses, dict[int, int]]:
    """Speech of the tokens: a pause at each mark that is not `silent`, and after `hesitations`.

    Returns the pauses, and the tokens before each.
    """
    rng = random.Random(seed)
    now_ms = spoken_s = 0.0
    text = PlacedText()
    text.grow(tokens, 0)
    inner: list[Pause] = []
    truth: dict[int, int] = {}
    for i, token in enumerate(tokens, start=1):
        length = token.units * rate * rng.uniform(1 - noise, 1 + noise)
        spoken_s += length
        now_ms += length * 1000
        mark = token.boundary if i not in silent else Boundary.NONE
        pause_ms = {Boundary.SENTENCE: 400.0, Boundary.CLAUSE: 180.0}.get(mark, 0.0)
        if i in hesitations:
            pause_ms = 300.0
        if pause_ms and i < len(tokens):
            truth[len(inner)] = i
            inner.append(
                Pause(
                    start_ms=now_ms,
                    end_ms=now_ms + pause_ms,
                    spoken_s=spoken_s,
                    hissed_s=rate * text.hiss[i],
                )
            )
            now_ms += pause_ms
    return heard_so_far(inner, now_ms, spoken_s), truth


def heard_so_far(inner: list[Pause], end_ms: float, spoken_s: float) -> Pauses:
    return Pauses(inner=inner, lead_ms=0.0, end_ms=end_ms, spoken_s=spoken_s, loud=200)


def aligned(
    pauses: Pauses, tokens: list[Token], *, rate: float | None = None, is_complete: bool = True
) -> tuple[Anchor, ...]:
    aligner = Aligner(rate)
    aligner.extend(pauses, tokens, 0)
    return aligner.anchors(pauses, COMPLETE if is_complete else NOT_COMPLETE)


def matched(anchors: tuple[Anchor, ...], pauses: Pauses) -> dict[int, int]:
    return {
        pauses.inner.index(anchor.pause): anchor.tokens
        for anchor in anchors
        if anchor.pause is not None
    }


TOKENS = tokenize(TEXT)
MARKS = [i for i, token in enumerate(TOKENS, start=1) if token.boundary >= Boundary.CLAUSE]


@pytest.mark.parametrize("rate", [0.034, 0.045, 0.058])
@pytest.mark.parametrize("is_complete", [True, False])
def test_pauses_are_matched_with_marks_at_any_rate(rate: float, is_complete: bool) -> None:
    pauses, truth = spoken(TOKENS, rate=rate)
    anchors = aligned(pauses, TOKENS, is_complete=is_complete)
    assert matched(anchors, pauses) == truth
    # The rate is known better and better.
    assert anchors[-1].rate == pytest.approx(rate, rel=0.1)
    assert anchors[-1].rate_spread < 0.5 * anchors[0].rate_spread


def test_three_words_that_the_transcript_lacks_leave_the_marks_elsewhere_in_place() -> None:
    pauses, truth = spoken(TOKENS, seed=3)
    right = 0
    places = range(len(TOKENS) - 3)
    for at in places:
        transcript = TOKENS[:at] + TOKENS[at + 3 :]
        found = matched(aligned(pauses, transcript, rate=0.045), pauses)
        expected = {k: i if i <= at else i - 3 for k, i in truth.items() if not at < i <= at + 3}
        right += expected.items() <= found.items()
    assert right / len(places) >= 0.95


def test_a_complete_turn_is_anchored_at_its_end() -> None:
    pauses, _ = spoken(TOKENS)
    last = aligned(pauses, TOKENS)[-1]
    assert (last.tokens, last.spoken_s) == (len(TOKENS), pauses.spoken_s)


def test_commas_may_be_swallowed() -> None:
    commas = [i for i in MARKS if TOKENS[i - 1].boundary is Boundary.CLAUSE]
    pauses, truth = spoken(TOKENS, silent=frozenset(commas[::2]))
    assert matched(aligned(pauses, TOKENS), pauses) == truth


def test_a_hesitation_does_not_shift_what_follows() -> None:
    pauses, truth = spoken(TOKENS, hesitations=frozenset({9, 40}))
    found = matched(aligned(pauses, TOKENS), pauses)
    marks = {k: i for k, i in truth.items() if i in MARKS}
    assert {k: i for k, i in found.items() if k in marks} == marks


def test_silence_within_words_is_left_out() -> None:
    pauses, truth = spoken(TOKENS)
    inner: list[Pause] = []
    marks: dict[int, int] = {}
    before = 0.0
    for k, pause in enumerate(pauses.inner):
        for part in (0.3, 0.5, 0.8):
            at = before + part * (pause.spoken_s - before)
            hissed_s = pauses.inner[k - 1].hissed_s if k else 0.0
            hissed_s += part * (pause.hissed_s - hissed_s)
            inner.append(
                Pause(start_ms=at * 1000, end_ms=at * 1000 + 80, spoken_s=at, hissed_s=hissed_s)
            )
        marks[len(inner)] = truth[k]
        inner.append(pause)
        before = pause.spoken_s
    closed = heard_so_far(inner, pauses.end_ms, pauses.spoken_s)
    found = matched(aligned(closed, TOKENS), closed)
    assert {k: i for k, i in found.items() if k in marks} == marks
    assert len(found) < len(marks) + 4


def test_the_text_may_run_far_ahead() -> None:
    pauses, truth = spoken(TOKENS)
    inner = list(pauses.inner[:3])
    cut = heard_so_far(inner, inner[2].end_ms + 800, inner[2].spoken_s + 0.8)
    found = matched(aligned(cut, TOKENS, is_complete=False), cut)
    assert found == {k: truth[k] for k in range(3)}


def test_the_audio_may_run_ahead() -> None:
    pauses, truth = spoken(TOKENS)
    known = TOKENS[:20]
    found = matched(aligned(pauses, known, is_complete=False), pauses)
    assert found == {k: i for k, i in truth.items() if i <= 20}


def test_a_turn_that_was_cut_need_not_end_together() -> None:
    pauses, truth = spoken(TOKENS)
    more = tokenize(TEXT + " " + TEXT)
    found = matched(aligned(pauses, more, rate=0.045), pauses)
    assert found == truth


def test_the_rate_of_the_session_decides_where_pauses_cannot() -> None:
    text = "One and two and three. " * 12
    tokens = tokenize(text)
    for rate in (0.037, 0.055):
        first = heard_so_far([], 5000.0, 5.0)
        anchors = aligned(first, tokens, rate=rate, is_complete=False)
        assert anchors[-1].rate == pytest.approx(rate, rel=0.15)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6))
def test_growing_piece_by_piece_gives_the_same(seed: int) -> None:
    rng = random.Random(seed)
    pauses, _ = spoken(TOKENS, noise=0.15, seed=rng.randrange(1000), hesitations=frozenset({33}))
    growing = Aligner()
    k = n = known = 0
    while k < len(pauses.inner) or n < len(TOKENS):
        k = min(len(pauses.inner), k + rng.randint(0, 4))
        n = min(len(TOKENS), n + rng.randint(0, 30))
        if k:
            last = pauses.inner[k - 1]
            seen = heard_so_far(list(pauses.inner[:k]), last.end_ms, last.spoken_s)
            growing.extend(seen, TOKENS[:n], known)
            known = n
    growing.extend(pauses, TOKENS, known)
    assert growing.anchors(pauses, COMPLETE) == aligned(pauses, TOKENS)


def test_a_few_pauses_at_a_time_give_the_same() -> None:
    pauses, _ = spoken(TOKENS, noise=0.15, hesitations=frozenset({33}))
    slow = Aligner()
    for _ in pauses.inner:
        slow.extend(pauses, TOKENS, len(slow.text.tokens), most=1)
    assert slow.anchors(pauses, COMPLETE) == aligned(pauses, TOKENS)


def test_a_place_that_could_be_another_is_not_beyond_doubt() -> None:
    pauses, truth = spoken(TOKENS, hesitations=frozenset({9, 40}))
    margins = {a.pause: a.margin for a in aligned(pauses, TOKENS) if a.pause is not None}
    for k, i in truth.items():
        if i in (9, 40):
            assert margins[pauses.inner[k]] < 5.0
        elif TOKENS[i - 1].boundary is Boundary.SENTENCE:
            assert margins[pauses.inner[k]] > 5.0


def test_an_end_that_nobody_announced_is_found_where_it_fits() -> None:
    pauses, _ = spoken(TOKENS)
    for odds, is_met in ((0.0, True), (NOT_COMPLETE, False)):
        aligner = Aligner()
        aligner.extend(pauses, TOKENS, 0)
        last = aligner.anchors(pauses, odds)[-1]
        assert (last.pause is None) == is_met
    # Not where the text goes on for longer than the audio.
    aligner = Aligner()
    aligner.extend(pauses, tokenize(TEXT + " And then you walk on."), 0)
    assert aligner.anchors(pauses, 0.0)[-1].pause is not None


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.floats(0.01, 5.0), st.floats(0.08, 3.0)), max_size=12),
    st.lists(st.tuples(st.floats(0.0, 60.0), st.sampled_from(list(Boundary))), max_size=25),
    st.booleans(),
)
def test_anchors_are_in_order_whatever_the_speech(
    stretches: list[tuple[float, float]], words: list[tuple[float, Boundary]], is_complete: bool
) -> None:
    inner, now_ms, spoken_s = [], 0.0, 0.0
    for speech, pause in stretches:
        spoken_s += speech
        now_ms += speech * 1000
        inner.append(Pause(start_ms=now_ms, end_ms=now_ms + pause * 1000, spoken_s=spoken_s))
        now_ms += pause * 1000
    pauses = heard_so_far(inner, now_ms, spoken_s)
    tokens = [
        Token(start=2 * i, end=2 * i + 1, units=units, boundary=boundary)
        for i, (units, boundary) in enumerate(words)
    ]
    anchors = aligned(pauses, tokens, is_complete=is_complete)
    assert (anchors[0].tokens, anchors[0].spoken_s) == (0, 0.0)
    assert all(a.tokens <= b.tokens for a, b in pairwise(anchors))
    assert all(a.spoken_s <= b.spoken_s for a, b in pairwise(anchors))
    assert anchors[-1].tokens <= len(tokens)
