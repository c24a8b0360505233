"""How much of a reply was heard."""

from __future__ import annotations

import gc
import random
import time
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from spoken_turns import GUIDE, error, turn_of

from gemini_live_interrupt.heard.model_turn import Heard, ModelTurn, Pace, WordTime
from gemini_live_interrupt.testing.speech.voices import Prosody, Speech, speak

# --- the edges ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("played_ms", [0.0, -1.0, float("-inf"), float("nan")])
def test_nothing_played_is_nothing_heard(played_ms: float) -> None:
    turn = turn_of(speak(GUIDE))
    assert turn.heard_at(played_ms) == Heard(end=0, position=0.0, uncertainty=0.0, how="nothing")


def test_text_without_audio_is_not_heard() -> None:
    turn = ModelTurn()
    turn.add_text("Hello.")
    assert turn.heard_at(1000.0).end == 0


@pytest.mark.parametrize("beyond_ms", [0.0, 1.0, 1e9, float("inf")])
def test_a_complete_turn_played_to_its_end_was_heard(beyond_ms: float) -> None:
    turn = turn_of(speak(GUIDE), text=GUIDE + "\n")
    heard = turn.heard_at(turn.received_ms + beyond_ms)
    assert (heard.end, heard.how) == (len(GUIDE) + 1, "everything")


def test_a_turn_that_still_arrives_is_never_heard_to_an_unfinished_word() -> None:
    turn = ModelTurn()
    turn.add_text("We go to the under")
    turn.add_audio(speak("We go to the underground station now").pcm)
    assert turn.heard_at(1e9).end == len("We go to the")
    turn.add_text("ground.")
    assert turn.heard_at(1e9).end == len("We go to the underground.")


def test_text_and_received_are_what_arrived() -> None:
    turn = ModelTurn()
    for piece in (" He", "llo", "", " ", "ha", "ha", "\n"):
        turn.add_text(piece)
    turn.add_audio(bytes(24000))
    turn.add_audio(bytes(16000), 16000)
    assert turn.text == " Hello haha\n"
    assert turn.received_ms == 1000.0
    assert not turn.is_complete


@pytest.mark.parametrize("pcm", [bytes(48 * 4000), b"\x02\x00\xfe\xff\x01\x00" * 32_000],
                         ids=["zeros", "hardly anything"])  # fmt: skip
@pytest.mark.parametrize("is_complete", [True, False])
def test_where_there_is_no_voice_it_goes_by_proportion(pcm: bytes, is_complete: bool) -> None:
    turn = ModelTurn()
    turn.add_text("Ten little words that nobody says in so many seconds.")
    turn.add_audio(pcm)
    if is_complete:
        turn.complete()
    half, most = turn.heard_at(2000.0), turn.heard_at(3900.0)
    assert half.how == most.how == "proportion"
    assert len(turn.text) * 0.35 < half.position < len(turn.text) * 0.65
    assert len(turn.text) * 0.8 < most.position <= len(turn.text)


# --- from turn to turn


def test_an_earlier_turn_teaches_the_pace() -> None:
    def heard_of_a_hum(pace: Pace) -> float:
        """Of a sound that no letter can be told in."""
        turn = ModelTurn(pace)
        turn.add_text(GUIDE)
        turn.add_audio(b"\x00\x30\x00\xd0\x00\x00" * 80 * 100 * 4)
        return turn.heard_at(3500.0).position

    fast, slow = Pace(), Pace()
    turn_of(speak(GUIDE, words_per_minute=240), pace=fast)
    turn_of(speak(GUIDE, words_per_minute=140), pace=slow)
    assert heard_of_a_hum(fast) > 1.1 * heard_of_a_hum(slow)


def test_a_spare_pace_is_not_asked_for_on_the_way() -> None:
    pace = Pace()
    short = turn_of(speak(GUIDE[:100]), pace=pace)
    assert pace._weight == 0.0
    assert short._aligner is None
    assert pace.rate == pytest.approx(0.045, rel=0.1)


def test_what_a_reply_teaches_is_learnt_when_the_next_begins() -> None:
    speech, pace = speak(GUIDE[:150]), Pace()
    turn_of(speech, pace=pace)
    assert pace._weight == 0.0
    following = ModelTurn(pace)
    following.add_audio(speech.pcm[: 48 * 40])
    assert pace._weight > 0.0


def test_what_teaches_the_pace_is_the_whole_reply_wherever_it_was_cut_up_before() -> None:
    speech = speak(GUIDE)
    at_once, asked = Pace(), Pace()
    turn_of(speech, pace=at_once)
    turn = ModelTurn(asked)
    turn.add_text(speech.text[:120])
    turn.add_audio(speech.pcm[: 48 * 5000])
    turn.heard_at(2000.0)
    turn.add_text(speech.text[120:])
    turn.add_audio(speech.pcm[48 * 5000 :])
    turn.complete()
    assert asked.rate == pytest.approx(at_once.rate)
    assert error(speech, turn, 15_000.0) < 0.5


def test_most_of_a_long_reply_is_matched_before_anybody_asks() -> None:
    speech = speak(" ".join([GUIDE] * 3), words_per_minute=165, prosody=Prosody(seed=1))
    turn = ModelTurn()
    turn.add_text(speech.text)
    for at in range(0, len(speech.pcm), 48 * 40):
        turn.add_audio(speech.pcm[at : at + 48 * 40])
    assert turn._aligner is not None
    pauses = turn._reduced().inner
    waiting = pauses[len(turn._aligner) :]
    assert waiting[0].end_ms > turn._sound.received_ms - 32_000.0


def test_a_reply_of_usual_length_is_not_matched_before_somebody_asks() -> None:
    speech = speak(GUIDE, words_per_minute=165)
    turn = ModelTurn()
    turn.add_text(speech.text)
    for at in range(0, len(speech.pcm), 48 * 40):
        turn.add_audio(speech.pcm[at : at + 48 * 40])
    assert 15_000.0 < turn.received_ms < 30_000.0
    assert turn._aligner is None


def test_what_was_worked_out_can_be_let_go_and_is_worked_out_again() -> None:
    speech = speak(GUIDE, words_per_minute=165, prosody=Prosody(seed=3))
    turn, other = turn_of(speech), turn_of(speech)
    before = [turn.heard_at(played_ms) for played_ms in (3_000.0, 9_000.0, 14_000.0)]
    gc.collect()
    objects = len(gc.get_objects())
    turn.rest()
    gc.collect()
    assert len(gc.get_objects()) < objects - 100
    assert [turn.heard_at(played_ms) for played_ms in (3_000.0, 9_000.0, 14_000.0)] == before
    turn.rest()
    for one in (turn, other):
        one.add_text(" And more.")
        one.add_audio(speech.pcm[:96_000])
    assert turn.heard_at(16_500.0) == other.heard_at(16_500.0)


def test_a_long_reply_that_let_go_still_knows_its_passages() -> None:
    speech = speak(" ".join([GUIDE] * 6), words_per_minute=165)
    turn = ModelTurn()
    turn.add_text(speech.text)
    for at in range(0, len(speech.pcm), 48 * 1000):
        turn.add_audio(speech.pcm[at : at + 48 * 1000])
    moments = (20_000.0, 50_000.0, 80_000.0)
    before = [turn.heard_at(played_ms) for played_ms in moments]
    assert turn._passages.end_ms
    turn.rest()
    assert [turn.heard_at(played_ms) for played_ms in moments] == before


# --- always ------------------------------------------------------------------------------------------------------

SPEECH = speak(GUIDE, words_per_minute=200, prosody=Prosody(seed=4))


def feed(turn: ModelTurn, stretches: list[tuple[str, bytes]], rng: random.Random | None) -> None:
    """Text, then audio, of each stretch; split and with questions in between if `rng` is given."""
    for text, pcm in stretches:
        for whole, add, steps in (
            (text, turn.add_text, (0, 1, 3, 40)),
            (pcm, turn.add_audio, (0, 1, 999, 48_000, 200_001)),
        ):
            at = 0
            while at < len(whole):
                step = rng.choice(steps) if rng else len(whole)
                add(whole[at : at + step])  # type: ignore[operator]
                at += step
                if rng and rng.random() < 0.05:
                    turn.heard_at(rng.uniform(0, 30_000))


def in_step(speech: Speech, lead_ms: float, rng: random.Random) -> list[tuple[str, bytes]]:
    """A word or three at a time between the audio, a little before or after they are said."""
    starts = sorted({0, *(rng.randrange(len(speech.words)) for _ in range(len(speech.words) // 2))})
    cuts = [(0 if i == 0 else speech.words[i].start, speech.words[i].start_ms) for i in starts]
    stretches, begun = [], 0
    for (start, _), following in zip(cuts, [*cuts[1:], None], strict=True):
        end, until = len(speech.text), len(speech.pcm)
        if following is not None:
            end = following[0]
            until = max(begun, 48 * int(following[1] - lead_ms + rng.gauss(0.0, 100.0)))
        stretches.append((speech.text[start:end], speech.pcm[begun:until]))
        begun = max(begun, until)
    return stretches


@pytest.mark.parametrize("lead_ms", [-1500.0, 300.0])
def test_asking_early_changes_no_later_answer(lead_ms: float) -> None:
    rng = random.Random(5)
    stretches = in_step(SPEECH, lead_ms, rng)
    asked = ModelTurn()
    for i in range(len(stretches)):
        feed(asked, stretches[i : i + 1], None)
        fresh = ModelTurn()
        feed(fresh, stretches[: i + 1], None)
        for played_ms in (fresh.received_ms * share for share in (0.3, 0.6, 0.9, 0.99)):
            assert asked.heard_at(played_ms) == fresh.heard_at(played_ms)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10**6), st.booleans())
def test_any_chunking_gives_the_same(seed: int, together: bool) -> None:
    rng = random.Random(seed)
    if together:
        stretches = in_step(SPEECH, rng.uniform(-300, 600), rng)
    else:
        texts, sounds = (
            sorted(rng.randrange(length) for _ in range(8))
            for length in (len(GUIDE), len(SPEECH.pcm))
        )
        stretches = [
            (GUIDE[a:b], SPEECH.pcm[c:d])
            for (a, b), (c, d) in zip(
                pairwise([0, *texts, len(GUIDE)]),
                pairwise([0, *sounds, len(SPEECH.pcm)]),
                strict=True,
            )
        ]
    whole, turn = ModelTurn(), ModelTurn()
    feed(whole, stretches, None)
    feed(turn, stretches, rng)
    for _ in range(5):
        played_ms = rng.uniform(0, turn.received_ms)
        assert turn.heard_at(played_ms) == whole.heard_at(played_ms)
    whole.complete()
    turn.complete()
    for _ in range(10):
        played_ms = rng.uniform(0, turn.received_ms)
        assert turn.heard_at(played_ms) == whole.heard_at(played_ms)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, len(GUIDE)), st.integers(0, len(SPEECH.pcm)), st.booleans())
def test_heard_grows_with_playback_by_whole_words(text: int, audio: int, complete: bool) -> None:
    turn = ModelTurn()
    turn.add_text(GUIDE[:text])
    turn.add_audio(SPEECH.pcm[:audio])
    if complete:
        turn.complete()
    ends = {0, text, *(word.end for word in SPEECH.words)}
    before = turn.heard_at(0.0)
    for i in range(1, 60):
        heard = turn.heard_at(turn.received_ms * i / 50)
        assert heard.end >= before.end
        assert heard.position >= before.position - 1e-9
        assert heard.end in ends
        assert heard.end <= heard.position <= text
        before = heard


ANY_TEXT = st.text(
    alphabet=st.sampled_from("ab 1.,!“”今はเก가नि\u0301\u200d👩🏽\ud800\n") | st.characters(),
    max_size=50,
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(
        ANY_TEXT
        | st.binary(max_size=3000)
        | st.tuples(st.binary(max_size=3000), st.sampled_from([-1, 0, 1, 8000, 22050, 48000]))
        | st.floats(allow_nan=True, allow_infinity=True)
        | st.just(None),
        max_size=12,
    )
)
def test_nothing_makes_it_raise(events: list[object]) -> None:
    regex = pytest.importorskip("regex")
    turn = ModelTurn(Pace())
    for event in events:
        if isinstance(event, str):
            turn.add_text(event, [WordTime(text=event[:3], start_ms=len(event), end_ms=5.0)])
        elif isinstance(event, bytes):
            turn.add_audio(event)
        elif isinstance(event, tuple):
            turn.add_audio(*event)
        elif isinstance(event, float):
            end = turn.heard_at(event).end
            edges = {0, *(match.end() for match in regex.finditer(r"\X", turn.text))}
            assert end in edges
        else:
            turn.complete()
    heard = turn.heard_at(turn.received_ms * 0.9)
    assert 0 <= heard.end <= len(turn.text)
    assert heard.uncertainty >= 0


# --- cost


def test_a_message_costs_microseconds_and_nothing_of_its_sound_is_kept() -> None:
    turn = ModelTurn()
    pcm = speak(GUIDE).pcm
    messages = [pcm[at : at + 1920] for at in range(0, len(pcm), 1920)]
    took = []
    for message in messages:
        begun = time.thread_time()
        turn.add_audio(message)
        took.append(time.thread_time() - begun)
    took.sort()
    # 9 us on an idle machine; room for a busy one.
    assert took[len(took) // 2] < 0.0002
    assert len(turn.levels()) == len(turn.crossings()) == int(turn.received_ms // 10)


def test_a_minute_of_speech_is_estimated_in_no_time() -> None:
    speech = speak(" ".join([GUIDE] * 3), words_per_minute=165, prosody=Prosody(seed=1))
    assert speech.duration_ms > 60_000
    turn_of(speak(GUIDE)).heard_at(1000.0)
    cold, again = [], []
    for _ in range(3):
        turn = turn_of(speech)
        begun = time.thread_time()
        turn.heard_at(30_000.0)
        cold.append(time.thread_time() - begun)
        begun = time.thread_time()
        for i in range(20):
            turn.heard_at(30_000.0 + i)
        again.append((time.thread_time() - begun) / 20)
    # 15 ms and 0.03 ms on an idle machine; room for a busy one.
    assert min(cold) < 0.1
    assert min(again) < 0.001


def test_a_reply_of_half_an_hour_is_asked_as_quickly_as_one_of_a_minute() -> None:
    speech = speak(" ".join([GUIDE] * 3), words_per_minute=165, prosody=Prosody(seed=1))
    turn = ModelTurn()
    took = []
    for _ in range(24):
        turn.add_text(f"{speech.text} ")
        for at in range(0, len(speech.pcm), 48 * 250):
            begun = time.thread_time()
            turn.add_audio(speech.pcm[at : at + 48 * 250])
            took.append(time.thread_time() - begun)
    begun = time.thread_time()
    heard = turn.heard_at(turn.received_ms - 5000.0)
    # 10 ms on an idle machine, as for a minute; a second if nothing were done before.
    assert time.thread_time() - begun < 0.12
    assert abs(heard.position - len(turn.text)) < 300
    # But for the few into which something else fell.
    assert sorted(took)[-10] < 0.01
