"""A reply on the wire: nothing lost, in the order and shape of each family."""

from __future__ import annotations

import base64
import random
from typing import Any

import pytest

from gemini_live_interrupt.testing import PROFILES, speak
from gemini_live_interrupt.testing.server.delivery import (
    Delivery,
    deliver_speech,
    deliver_text,
    join_speech,
    split_transcript,
)

SPEECH = speak('Well, "it depends" - on 3 things: time, money; and luck. Is that all? Yes.')


def delivered(name: str, seed: int = 1, transcribe: bool = True) -> Delivery:
    return deliver_speech(SPEECH, PROFILES[name], random.Random(seed), transcribe=transcribe)


def contents(delivery: Delivery) -> list[dict[str, Any]]:
    return [parcel.message["serverContent"] for parcel in delivery.parcels]


def pcm_of(delivery: Delivery) -> bytes:
    parts = [p for c in contents(delivery) for p in c.get("modelTurn", {}).get("parts", [])]
    return b"".join(base64.b64decode(p["inlineData"]["data"]) for p in parts if "inlineData" in p)


def texts_of(delivery: Delivery) -> list[str]:
    found = [content.get("outputTranscription") for content in contents(delivery)]
    return [item["text"] for item in found if item and "text" in item]


@pytest.mark.parametrize("name", PROFILES)
@pytest.mark.parametrize("seed", range(3))
def test_all_sound_and_all_words_once(name: str, seed: int) -> None:
    delivery = delivered(name, seed)
    assert pcm_of(delivery) == SPEECH.pcm
    assert "".join(texts_of(delivery)) == SPEECH.text
    last = delivery.parcels[-1]
    assert last.audio_ms == pytest.approx(SPEECH.duration_ms)
    assert last.characters == len(SPEECH.text)


@pytest.mark.parametrize("name", PROFILES)
def test_four_to_five_times_faster_than_it_plays(name: str) -> None:
    delivery = delivered(name)
    speed = SPEECH.duration_ms / delivery.generation_complete_ms
    assert 3.9 < speed < 5.1
    assert delivery.playback_ms == pytest.approx(SPEECH.duration_ms)
    times = [parcel.at_ms for parcel in delivery.parcels]
    assert times == sorted(times)


def test_38_bundles_text_with_audio_and_has_spaces_on_either_side() -> None:
    for content in contents(delivered("3.8")):
        assert content == {} or "modelTurn" in content
    texts = texts_of(delivered("3.8"))
    assert any(text.endswith(" ") for text in texts) and any(text.startswith(" ") for text in texts)


def test_25_sends_text_in_messages_of_its_own_with_leading_spaces_and_a_thought() -> None:
    found = contents(delivered("2.5"))
    assert all(len(content) == 1 for content in found)
    assert found[0]["modelTurn"]["parts"][0]["thought"] is True
    texts = texts_of(delivered("2.5"))
    assert not any(text.endswith(" ") for text in texts)
    kinds = ["text" if "outputTranscription" in content else "audio" for content in found[1:]]
    assert kinds[0] == "text" and kinds.index("audio") < len(kinds) - kinds[::-1].index("text")


def test_vertex_25_sends_all_text_before_its_audio() -> None:
    found = contents(delivered("2.5-vertex"))
    first_audio = next(i for i, content in enumerate(found) if "modelTurn" in content)
    head = [content["outputTranscription"] for content in found[:first_audio]]
    assert head[0] == {} and head[-1] == {"finished": True}
    assert all("modelTurn" in content for content in found[first_audio:])
    turn = found[first_audio]["modelTurn"]
    assert (turn["role"], turn["parts"][0]["inlineData"]["mimeType"]) == ("model", "audio/pcm")


def test_no_transcript_unless_it_was_asked_for() -> None:
    delivery = delivered("2.5-vertex", transcribe=False)
    assert texts_of(delivery) == [] and pcm_of(delivery) == SPEECH.pcm


def test_words_come_no_later_than_their_sound() -> None:
    for name in ("3.8", "2.5"):
        for parcel in delivered(name).parcels:
            spoken = [word for word in SPEECH.words if word.start_ms < parcel.audio_ms - 1]
            assert not spoken or parcel.characters >= spoken[-1].start


def test_written_replies_come_in_pieces() -> None:
    delivery = deliver_text("One two three four.", PROFILES["2.5-cascade-vertex"], random.Random(0))
    texts = [content["modelTurn"]["parts"][0]["text"] for content in contents(delivery)]
    assert "".join(texts) == "One two three four." and len(texts) > 1


@pytest.mark.parametrize("text", ["", "One", "  two  words ", "你好。再见。", "line\nbreak here"])
@pytest.mark.parametrize("spaces", ["leading", "either"])
def test_splitting_loses_nothing(text: str, spaces: str) -> None:
    for seed in range(5):
        assert "".join(split_transcript(text, spaces, random.Random(seed))) == text


def test_joined_speech_keeps_words_at_their_sound() -> None:
    one, two = speak("Hello there."), speak("Good night.")
    joined = join_speech([one, two], pause_ms=200.0)
    assert joined.text == "Hello there. Good night."
    assert [joined.text[w.start : w.end] for w in joined.words] == joined.text.split()
    assert joined.words[2].start_ms == pytest.approx(
        one.duration_ms + 200 + two.words[0].start_ms, abs=1
    )
