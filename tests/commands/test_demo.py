"""The demo tells the story it promises, with figures from the server's record, in any terminal."""

from __future__ import annotations

import argparse
import asyncio
import io
import re
import time
import wave
import xml.etree.ElementTree
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from quick_time import QuickLoop
from rich.console import Console

from gemini_live_interrupt.commands.demo import command, microphone, scene, screen, sound, spoken
from gemini_live_interrupt.commands.demo.conclusion import conclude
from gemini_live_interrupt.commands.demo.holding import converse
from gemini_live_interrupt.commands.demo.side import Side
from gemini_live_interrupt.testing import LiveServer, Score, score
from gemini_live_interrupt.testing.people import PlayedSpan
from gemini_live_interrupt.testing.server.plan import Reply
from gemini_live_interrupt.testing.server.script import ScriptedModel


def _arguments(*words: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    command.add_arguments(parser)
    return parser.parse_args(words)


def _sides() -> tuple[Side, Side]:
    return Side("without", is_followed=False), Side("with", is_followed=True)


@dataclass(frozen=True)
class Shown:
    """One run of the demo as it is; only the waiting is left out."""

    seconds: float
    output: str
    without: Side
    followed: Side
    wav: Path
    svg: Path

    def score(self, side: Side) -> Score:
        """From the server's record."""
        assert isinstance(side._source, spoken.FromServer)
        return score(side._source.record)


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Shown:
    folder = tmp_path_factory.mktemp("demo")
    wav, svg = folder / "demo.wav", folder / "demo.svg"
    arguments = _arguments("--plain", "--wav", str(wav), "--svg", str(svg))
    console = Console(file=io.StringIO(), width=100)
    without, followed = _sides()
    began = time.monotonic()
    with asyncio.Runner(loop_factory=QuickLoop) as runner:
        runner.run(converse(arguments, "3.8", (without, followed), console))
        seconds = runner.get_loop().time() - began
    conclude(arguments, "3.8", (without, followed), console)
    output = console.file.getvalue()  # type: ignore[attr-defined]
    return Shown(seconds, output, without, followed, wav, svg)


def test_the_whole_story_takes_less_than_a_minute(shown: Shown) -> None:
    assert shown.seconds < 60


def test_with_the_library_nothing_is_skipped_and_only_cut_sentences_repeat(shown: Shown) -> None:
    result = shown.score(shown.followed)
    assert result.barge_ins == 2
    assert result.words_skipped == 0
    first = "Every evening she climbed two hundred steps, and lit the lamp for the ships.".split()
    second = "So Ada carried up every candle in the house, and set them in the window,".split()
    repeated = list(result.repeated)
    assert repeated
    assert any(
        repeated == first[:cut] + second[: len(repeated) - cut] for cut in range(len(repeated) + 1)
    ), repeated
    heard = shown.followed.entries()[-1].text
    assert heard.endswith("The lamp has never gone dark again.")


def test_without_the_library_the_unheard_rest_is_lost(shown: Shown) -> None:
    result = shown.score(shown.without)
    assert result.words_skipped > 50
    assert result.words_believed_unheard == result.words_skipped
    story = len(scene.STORY.split())
    answer = len("On Skerry Rock, far up in the north.".split())
    assert shown.without.figures().believed == pytest.approx(story + answer, abs=1)


def test_the_note_is_silent_and_goes_on_at_the_cut_sentence(shown: Shown) -> None:
    notes = shown.followed.notes_received()
    assert [(note.turn_complete, note.roles) for note in notes] == [(False, ("user",))] * 2
    assert 'Continuation text: "Every evening she climbed' in notes[0].text
    assert shown.without.notes_received() == []


def test_the_plain_output_tells_it_in_order_and_ends_with_the_table(shown: Shown) -> None:
    place = -1
    for part in (
        "with: User  Tell me a story.",
        "with: Model Once there was a keeper",
        "with: User  Wait, where was that?",
        'with: → note to the model, go on from "Every evening she climbed …"',
        "with: Model On Skerry Rock",
        "with: User  Mm-hm.",
        "The first note, as the server received it",
        "words of the story never spoken",
        'After "Wait, where was that?" the story went on by the note.',
        'After "Mm-hm." the story went on by the note.',
        "stands in for Gemini",
    ):
        found = shown.output.find(part, place + 1)
        assert found > place, part
        place = found
    result = shown.score(shown.without)
    row = next(line for line in shown.output.splitlines() if "never spoken" in line)
    assert re.findall(r"\d+", row) == [str(result.words_skipped), "0"]


def test_the_sound_has_the_user_left_and_the_model_right(shown: Shown) -> None:
    for path in (shown.wav, shown.wav.with_name("demo-without.wav")):
        with wave.open(str(path)) as file:
            assert (file.getnchannels(), file.getframerate()) == (2, 24_000)
            frames = np.frombuffer(file.readframes(file.getnframes()), "<i2").reshape(-1, 2)
        first_second = frames[:24_000]
        assert np.abs(first_second[:, 0]).max() > 1_000, "the user asks for a story at once"
        assert not first_second[:, 1].any(), "and the model is still silent"
        assert np.abs(frames[:, 1]).max() > 1_000


def test_the_picture_is_svg_and_fetches_nothing(shown: Shown) -> None:
    text = shown.svg.read_text(encoding="utf-8")
    assert xml.etree.ElementTree.fromstring(text).tag.endswith("svg")
    assert "@font-face" not in text and "url(http" not in text
    assert "Skerry" in text and "never" in text


@pytest.mark.parametrize("width", [80, 120])
def test_the_columns_stay_within_the_terminal(shown: Shown, width: int) -> None:
    console = Console(file=io.StringIO(), width=width, height=20, force_terminal=True)
    console.print(screen.columns((shown.without, shown.followed), height=19))
    lines = re.sub(r"\x1b\[[0-9;]*m", "", console.file.getvalue()).splitlines()  # type: ignore[attr-defined]
    assert len(lines) <= 19
    assert max(map(len, lines)) <= width
    assert any("dark again." in line for line in lines), "the latest words are the ones to see"


# --- the service, and a microphone


@pytest.fixture
def short_scene(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scene, "_QUESTION_AFTER_MS", 1_500.0)
    monkeypatch.setattr(scene, "_ACKNOWLEDGE_AFTER_MS", 500.0)


@pytest.fixture
def no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("GEMINI_API_KEY", "GOOGLE_API_KEY", "GOOGLE_GENAI_USE_VERTEXAI"):
        monkeypatch.delenv(name, raising=False)


_SHORT = ScriptedModel(
    replies=(
        Reply("A fox lived in the wood. Her den was dry and warm."),
        Reply("In the north.", to="where was that", then="stop"),
    )
)


@pytest.mark.usefixtures("short_scene", "no_key")
async def test_real_talks_to_the_service_that_the_environment_names(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The service's place is taken by the local server, which the demo knows nothing of here."""
    console = Console(file=io.StringIO(), width=100)
    without, followed = _sides()
    async with LiveServer(_SHORT, speech=scene.lines(), recogniser=None) as server:
        for name, value in server.environment().items():
            monkeypatch.setenv(name, value)
        await converse(
            _arguments("--real", "--plain"), "gemini-3.8-live", (without, followed), console
        )
    assert [record.model for record in server.records] == ["gemini-3.8-live"] * 2
    conclude(_arguments("--real", "--plain"), "gemini-3.8-live", (without, followed), console)
    output = console.file.getvalue()  # type: ignore[attr-defined]
    assert "with: Model A fox lived" in output
    assert "with: → note to the model" in output
    assert "words heard" in output and "seconds of silence" in output
    assert (
        "believed" not in output.partition("What the user got")[2].partition("Words heard are")[0]
    )


class _Device:
    """An audio device that runs its callback in the event loop.

    The loudspeaker plays at half speed, so that only its reports tell what was heard.
    """

    latency = 0.0

    def __init__(self, *, samplerate: int, blocksize: int, callback: Any, **_: Any) -> None:
        self._seconds = blocksize / samplerate * (2 if samplerate == 24_000 else 1)
        self._size = blocksize * 2
        self._blocksize = blocksize
        self._callback = callback
        self.speech = b""

    def __enter__(self) -> _Device:
        self._task = asyncio.create_task(self._run())
        return self

    def __exit__(self, *_: object) -> None:
        self._task.cancel()

    async def _run(self) -> None:
        due = time.monotonic()
        while True:
            block = bytearray(self.speech[: self._size].ljust(self._size, b"\0"))
            self.speech = self.speech[self._size :]
            self._callback(memoryview(block), self._blocksize, None, None)
            due += self._seconds
            await asyncio.sleep(due - time.monotonic())


async def _until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not condition():
            await asyncio.sleep(0.02)


@pytest.mark.usefixtures("no_key")
async def test_a_live_user_sees_the_conversation_and_playback_is_reported(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    devices: list[_Device] = []

    def device(**form: Any) -> _Device:
        devices.append(_Device(**form))
        return devices[-1]

    sounddevice = SimpleNamespace(RawInputStream=device, RawOutputStream=device)
    console = Console(file=io.StringIO(), width=80, height=24, force_terminal=True)
    lines = scene.lines()
    async with LiveServer(scene.MODEL, speech=lines, recogniser=None) as server:
        for name, value in server.environment().items():
            monkeypatch.setenv(name, value)
        talk = microphone._Talk("gemini-3.8-live", console)
        running = asyncio.create_task(talk.run(sounddevice))
        await _until(lambda: len(devices) == 2 and talk.begin > 0)
        devices[1].speech = lines[0].pcm
        await _until(lambda: talk._speaker._position_ms > 1_500)
        devices[1].speech = lines[1].pcm
        await _until(lambda: any(entry.kind == "note" for entry in talk.entries()))
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
    assert [entry.kind for entry in talk.entries()][:2] == ["user", "model"]
    played = next(entry for entry in talk.entries() if entry.kind == "model")
    assert played.is_cut and played.text and played.lost
    assert f'"{played.text}"' in server.records[0].notes[0].text


def test_the_loudspeaker_plays_what_it_has_and_drops_what_it_should() -> None:
    speaker, told = microphone.Loudspeaker(), []
    speaker.on_play_bytes = told.append
    speaker.feed(b"ab" * 300)
    output = bytearray(b"x" * 400)
    speaker.fill(memoryview(output), 200)
    assert bytes(output) == b"ab" * 200 and told == [400]
    speaker.flush()
    speaker.fill(memoryview(output), 200)
    assert bytes(output) == bytes(400) and told == [400]
    speaker.feed(b"cd" * 24)
    speaker.fill(memoryview(output), 200)
    assert bytes(output) == (b"cd" * 24).ljust(400, b"\0") and told == [400, 48]
    assert [(span.from_ms, round(span.to_ms, 3)) for span in speaker.spans] == [
        (0.0, 8.333),
        (12.5, 13.5),
    ]


# --- the parts


def test_what_a_client_can_tell_by_itself() -> None:
    def message(**content: Any) -> Any:
        return SimpleNamespace(server_content=SimpleNamespace(**content))

    def audio(seconds: int) -> Any:
        blob = SimpleNamespace(data=bytes(48_000 * seconds), mime_type="audio/pcm;rate=24000")
        return SimpleNamespace(parts=[SimpleNamespace(inline_data=blob)])

    speaker = SimpleNamespace(spans=[PlayedSpan(from_ms=0.0, to_ms=2_000.0, at=10.0)])
    received = spoken.FromReceived(speaker, [(9.0, 9.5, "Go."), (12.5, 13.0, "Wait.")])
    received.take(message(output_transcription=SimpleNamespace(text="One two three.")), 10.0)
    received.take(message(model_turn=audio(2)), 10.0)
    received.take(message(turn_complete=True), 12.0)
    received.take(message(output_transcription=SimpleNamespace(text="Four five.")), 14.0)
    received.take(message(model_turn=audio(4)), 14.0)
    received.take(message(interrupted=True), 14.5)
    first, second = received.replies()
    assert (first.text, first.is_cut, first.lost) == ("One two three.", False, 0)
    assert (second.text, second.is_cut, second.lost) == ("", True, 2)
    figures = received.figures()
    assert figures.heard == 3 and figures.believed is None
    assert figures.silence_s == pytest.approx(0.5), "from 12.0 to 12.5; before 10.0 does not count"


def test_sound_that_came_in_chunks_has_no_gaps(tmp_path: Path) -> None:
    tone = (np.full(320, 5_000, dtype="<i2")).tobytes()
    late = [(0.5 + 0.02 * index + 0.004 * (index % 3), tone) for index in range(10)]
    length = sound.write_conversation(tmp_path / "x.wav", late, [(1.0, tone)], begin=0.0)
    with wave.open(str(tmp_path / "x.wav")) as file:
        frames = np.frombuffer(file.readframes(file.getnframes()), "<i2").reshape(-1, 2)
    loud = np.flatnonzero(frames[:, 0])
    assert (loud[0], len(loud)) == (12_000, 4_800)
    assert np.all(np.diff(loud) == 1)
    assert np.flatnonzero(frames[:, 1])[0] == 24_000
    assert length == pytest.approx(1.0 + 320 / 24_000)
