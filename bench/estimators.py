"""Ways to say what was heard: ours and those of others, side by side.

Each takes what had arrived at a cut and the audio that was played, and gives a position in the text
and the start of the sentence to go back to. Those of others are their rules written anew, except
`gemini-live-interrupt` 0.1.0, which is the package from PyPI itself.
"""

from __future__ import annotations

import asyncio
import importlib.util
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from delivery import BYTES_PER_MS, Arrival, Cut

from gemini_live_interrupt.heard.model_turn import ModelTurn, Pace
from gemini_live_interrupt.heard.sentences import continuation_start


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """An answer."""

    position: float
    """Characters of the text that had arrived."""
    end: int
    """Characters claimed as heard."""
    continuation: int
    """Where to go on."""
    uncertainty: float | None = None
    """Words."""


Estimator = Callable[[Cut, tuple[Arrival, ...]], Estimate]


def ours(cut: Cut, earlier: tuple[Arrival, ...]) -> Estimate:
    """`ModelTurn`, after an earlier turn of the session."""
    pace = Pace()
    first = _turn(earlier, pace, is_complete=True)
    first.heard_at(first.received_ms / 2)
    return _ours(cut, pace)


def ours_in_the_first_turn(cut: Cut, earlier: tuple[Arrival, ...]) -> Estimate:
    """`ModelTurn`, when nothing is known of the voice."""
    return _ours(cut, Pace())


def _ours(cut: Cut, pace: Pace) -> Estimate:
    heard = _turn(cut.arrivals, pace, is_complete=cut.is_complete).heard_at(cut.played_ms)
    return Estimate(
        position=heard.position,
        end=heard.end,
        continuation=continuation_start(cut.text, heard.end),
        uncertainty=heard.uncertainty,
    )


def _turn(arrivals: tuple[Arrival, ...], pace: Pace, *, is_complete: bool) -> ModelTurn:
    turn = ModelTurn(pace)
    for arrival in arrivals:
        if arrival.text:
            turn.add_text(arrival.text)
        if arrival.pcm:
            turn.add_audio(arrival.pcm)
    if is_complete:
        turn.complete()
    return turn


def _at(cut: Cut, position: float) -> Estimate:
    """A position, with whole words and the sentence that our rules make of it."""
    text = cut.text
    position = min(max(position, 0.0), float(len(text)))
    end = 0
    for match in re.finditer(r"\S+", text):
        if match.end() <= position:
            end = match.end()
    return Estimate(position=position, end=end, continuation=continuation_start(text, end))


def proportional(cut: Cut, earlier: tuple[Arrival, ...]) -> Estimate:
    """Characters received, times audio played over audio received (the tau2 benchmark's harness)."""
    received_ms = sum(len(arrival.pcm) for arrival in cut.arrivals) / BYTES_PER_MS
    return _at(cut, len(cut.text) * cut.played_ms / received_ms if received_ms else 0.0)


SYLLABLES_PER_S = 3.83
"""LiveKit's transcript synchronizer before it has measured the voice."""

_SYLLABLE = re.compile(
    r"[aeiouyà-öø-ÿąęėįųůěıāēīōū]+|[аеёиоуыэюяіїє]|[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]"
    r"|[\u0900-\u0939\u0621-\u064a]|\d",
    re.IGNORECASE,
)


def _syllables(word: str) -> int:
    return max(1, len(_SYLLABLE.findall(word)))


def constant_rate(cut: Cut, earlier: tuple[Arrival, ...]) -> Estimate:
    """3.83 syllables a second; the turn's own rate once all of it has arrived (LiveKit)."""
    words = list(re.finditer(r"\S+", cut.text))
    rate = SYLLABLES_PER_S
    if cut.is_complete:
        rate = sum(_syllables(word.group()) for word in words) / (cut.speech.duration_ms / 1000.0)
    left = cut.played_ms / 1000.0 * rate
    for word in words:
        syllables = _syllables(word.group())
        if syllables > left:
            return _at(cut, word.start() + left / syllables * (word.end() - word.start()))
        left -= syllables
    return _at(cut, float(len(cut.text)))


def arrival_anchors(cut: Cut, earlier: tuple[Arrival, ...]) -> Estimate:
    """Text that had arrived when the audio now played arrived, linear between messages."""
    received_ms, length = 0.0, 0
    before = (0.0, 0)
    for arrival in cut.arrivals:
        if arrival.text:
            length += len(arrival.text)
        if arrival.pcm:
            received_ms += len(arrival.pcm) / BYTES_PER_MS
            if received_ms >= cut.played_ms:
                share = (cut.played_ms - before[0]) / (received_ms - before[0])
                return _at(cut, before[1] + share * (length - before[1]))
            before = (received_ms, length)
    return _at(cut, float(length))


PEER = "gemini-live-interrupt==0.1.0"


def peer() -> Estimator:
    """The package of that name before this one, driven through its own handler.

    Raises:
        RuntimeError: It cannot be installed.
    """
    package = _installed_peer()

    def everything(cut: Cut, earlier: tuple[Arrival, ...]) -> Estimate:
        """All that was received."""
        from google.genai import types

        claimed: list[str] = []

        def build(heard: str, user_text: str, history: object) -> str:
            claimed.append(heard)
            return "note"

        class Session:
            async def send_client_content(self, **_: object) -> None:
                pass

        async def drive() -> None:
            handler = package._InterruptHandler(prompt_builder=build)
            for arrival in cut.arrivals:
                if arrival.text:
                    transcription = types.Transcription(text=arrival.text)
                    await handler.process(
                        Session(), types.LiveServerContent(output_transcription=transcription)
                    )
            await handler.process(Session(), types.LiveServerContent(interrupted=True))

        asyncio.run(drive())
        heard = claimed[0] if claimed else ""
        # It strips pieces and joins them with spaces, so count what is not white space.
        position = _letters_in(cut.text, _letters(heard))
        continuation = package._find_continuation_text(heard)
        start = _letters_in(cut.text, _letters(heard) - _letters(continuation))
        while start < len(cut.text) and cut.text[start].isspace():
            start += 1
        return Estimate(position=float(position), end=position, continuation=start)

    return everything


def _letters(text: str) -> int:
    return sum(not char.isspace() for char in text)


def _letters_in(text: str, count: int) -> int:
    """Characters of `text` that hold `count` that are not white space."""
    for i, char in enumerate(text):
        if count <= 0:
            return i
        count -= not char.isspace()
    return len(text)


def _installed_peer() -> Any:
    folder = Path(tempfile.mkdtemp(prefix="peer-"))
    installers = (
        [sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--target", str(folder), PEER],
        ["uv", "pip", "install", "-q", "--no-deps", "--target", str(folder), PEER],
    )
    problem = ""
    for command in installers:
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=120)
        except (OSError, subprocess.TimeoutExpired) as error:
            problem = str(error)
            continue
        if done.returncode == 0:
            break
        problem = done.stderr.strip().splitlines()[-1] if done.stderr.strip() else "failed"
    else:
        raise RuntimeError(f"{PEER} could not be installed: {problem}")
    spec = importlib.util.spec_from_file_location(
        "peer_0_1_0", folder / "gemini_live_interrupt" / "__init__.py"
    )
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
