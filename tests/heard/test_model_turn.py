"""How much of a reply was heard."""

from __future__ import annotations

import random
import time
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gemini_live_interrupt.heard.model_turn import Heard, ModelTurn, Pace, WordTime
from gemini_live_interrupt.testing.speech.voices import Prosody, Speech, speak

GUIDE = (
    "When you leave the station, turn left and follow the tram lines down the hill. After about "
    "five minutes you will see a red church on your right; the museum is behind it. Tickets cost "
    "14 euros, but on Wednesdays, after five o'clock, entry is free. Don't miss the small room at "
    "the end! Dr. Low, who knows it best, is there until 3 p.m. every day."
)


def turn_of(speech: Speech, *, text: str | None = None, pace: Pace | None = None) -> ModelTurn:
    turn = ModelTurn(pace)
    turn.add_text(speech.text if text is None else text)
    turn.add_audio(speech.pcm)
    turn.complete()
    return turn


def words_at(speech: Speech, position: float) -> float:
    words = 0.0
    for word in speech.words:
        if word.end <= position:
            words += 1
        elif word.start < position:
            words += (position - word.start) / (word.end - word.start)
    return words


def error(speech: Speech, turn: ModelTurn, played_ms: float) -> float:
    """Words by which the estimate is off."""
    position = turn.heard_at(played_ms).position
    return abs(words_at(speech, position) - speech.words_played(played_ms))


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


# --- accuracy ----------------------------------------------------------------------------------------------------


def test_in_a_pause_the_sentence_before_it_was_heard_and_no_more() -> None:
    speech = speak(GUIDE)
    turn = turn_of(speech)
    checked = 0
    for word, following in pairwise(speech.words):
        if word.text[-1] in ".!" and following.start_ms - word.end_ms > 150:
            heard = turn.heard_at((word.end_ms + following.start_ms) / 2)
            assert (heard.end, heard.how) == (word.end, "pauses")
            checked += 1
    assert checked >= 4


def test_the_error_is_a_fraction_of_a_word() -> None:
    """A gate: the figures of bench/heard.py, on a handful of renderings."""
    errors: list[float] = []
    rng = random.Random(5)
    for voice in ("en-us", "en-us+f3"):
        for prosody in (None, Prosody(seed=11), Prosody(seed=12)):
            for rate in (150, 200):
                speech = speak(GUIDE, voice=voice, words_per_minute=rate, prosody=prosody)
                turn = turn_of(speech)
                errors += [
                    error(speech, turn, rng.uniform(0, speech.duration_ms)) for _ in range(25)
                ]
    errors.sort()
    assert sum(errors) / len(errors) < 0.30
    assert errors[int(0.95 * len(errors))] < 1.1


@pytest.mark.parametrize(
    ("voice", "text"),
    [
        ("de", "Das Wetter ist heute schön. Wir fahren, wenn du willst, ans Meer. Kommst du mit?"),
        ("cmn", "今天天气很好。我们去海边，好不好？你带水，我带水果。"),
        ("hi", "आज मौसम बहुत अच्छा है। हम समुद्र जा रहे हैं, और तुम भी चलो।"),
        ("ar", "الطقس جميل جدا اليوم، لذلك نحن ذاهبون إلى البحر. هل تريد أن تأتي؟"),
        ("ja", "きょうは てんきが いいです。うみへ いきましょう。いっしょに きませんか。"),
    ],
)
def test_other_languages_are_heard_as_well(voice: str, text: str) -> None:
    speech = speak(text, voice=voice)
    turn = turn_of(speech)
    errors = [error(speech, turn, speech.duration_ms * i / 20) for i in range(1, 20)]
    assert sum(errors) / len(errors) < 0.5


def test_text_that_runs_ahead_changes_little() -> None:
    speech = speak(GUIDE)
    turn = ModelTurn()
    turn.add_text(GUIDE)
    for i in range(0, len(speech.pcm), 48_000):
        turn.add_audio(speech.pcm[i : i + 48_000])
        played_ms = 0.8 * turn.received_ms
        assert error(speech, turn, played_ms) < 3.0


def test_what_is_sung_is_heard_in_proportion() -> None:
    note = b"\x00\x30\x00\xd0\x00\x00" * 80
    turn = ModelTurn()
    turn.add_text("One long slow song of seven words.")
    turn.add_audio(note * 100 * 40)
    turn.complete()
    heard = turn.heard_at(20_000.0)
    assert heard.how == "proportion"
    assert 10 < heard.position < 24


def test_a_long_turn_says_when_adding_takes_time() -> None:
    turn = ModelTurn()
    second = bytes(48_000)
    full = []
    for _ in range(60):
        full.append(turn.is_full)
        turn.add_audio(second)
    assert 1 <= sum(full) <= 3
    assert turn.received_ms == 60_000.0


def test_an_earlier_turn_teaches_the_pace() -> None:
    def first_seconds(pace: Pace) -> float:
        turn = ModelTurn(pace)
        turn.add_text("It is a long way to the old town and back again by tram or bus today.")
        said = speak(turn.text, words_per_minute=240)
        turn.add_audio(said.pcm[: 2 * 24 * 2500])
        return error(said, turn, 2400.0)

    pace = Pace()
    turn_of(speak(GUIDE, words_per_minute=240), pace=pace)
    assert first_seconds(pace) < first_seconds(Pace())


def test_a_spare_pace_is_not_asked_for_on_the_way() -> None:
    pace = Pace()
    turn = turn_of(speak(GUIDE), pace=pace)
    assert turn._aligner is None
    assert pace.rate == pytest.approx(0.045, rel=0.1)


def test_the_uncertainty_is_about_the_error() -> None:
    squares, count = 0.0, 0
    for seed in range(6):
        speech = speak(GUIDE, prosody=Prosody(seed=seed))
        turn = turn_of(speech)
        for i in range(1, 30):
            played_ms = speech.duration_ms * i / 30
            stated = max(turn.heard_at(played_ms).uncertainty, 0.25)
            squares += (error(speech, turn, played_ms) / stated) ** 2
            count += 1
    assert 0.3 < (squares / count) ** 0.5 < 2.0


# --- word times of the server ------------------------------------------------------------------------------------


def timed(speech: Speech) -> list[WordTime]:
    return [
        WordTime(text=word.text.strip(".,;!"), start_ms=word.start_ms, end_ms=word.end_ms)
        for word in speech.words
    ]


def test_word_times_are_exact() -> None:
    speech = speak(GUIDE, prosody=Prosody(seed=3))
    turn = ModelTurn()
    turn.add_text(GUIDE, timed(speech))
    turn.add_audio(speech.pcm)
    for word, following in pairwise(speech.words):
        heard = turn.heard_at((word.end_ms + following.start_ms) / 2 + 0.01)
        assert (heard.end, heard.how, heard.uncertainty) == (word.end, "word timestamps", 0.0)
        middle_ms = (word.start_ms + word.end_ms) / 2
        assert error(speech, turn, middle_ms) < 0.25


def test_word_times_may_come_piece_by_piece_and_with_words_missing() -> None:
    speech = speak(GUIDE)
    turn = ModelTurn()
    at = 0
    for i, (word, time_of) in enumerate(zip(speech.words, timed(speech), strict=True)):
        turn.add_text(GUIDE[at : word.end], [time_of] if i % 5 else [])
        at = word.end
    turn.add_audio(speech.pcm)
    for word in speech.words[3:]:
        end = turn.heard_at(word.end_ms + 0.01).end
        assert end in (word.end, speech.words[speech.words.index(word) - 1].end)


def test_word_times_that_fit_no_text_are_ignored() -> None:
    speech = speak(GUIDE)
    turn = turn_of(speech)
    turn.add_text("", [WordTime(text="xyzzy", start_ms=0, end_ms=100)])
    turn.add_text("", [WordTime(text="station", start_ms=float("nan"), end_ms=float("nan"))])
    assert turn.heard_at(5000.0).how == "pauses"


def test_too_much_is_seldom_claimed() -> None:
    claimed = []
    for seed in range(8):
        speech = speak(GUIDE, words_per_minute=150 + 10 * seed, prosody=Prosody(seed=seed))
        turn = turn_of(speech)
        for played_ms in range(200, int(speech.duration_ms), 200):
            said = words_at(speech, turn.heard_at(played_ms).end)
            claimed.append(said - speech.words_played(played_ms))
    assert sum(too_much > 0.05 for too_much in claimed) < 0.07 * len(claimed)
    # And no more than a word on average is kept back.
    assert -0.6 < sum(claimed) / len(claimed) < -0.3


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


# --- cost --------------------------------------------------------------------------------------------------------


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
