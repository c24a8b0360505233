"""The same on a person: one recording of a reader, its word times from a forced aligner.

    pip install --no-deps moonshine-voice==0.1.0 pocketsphinx==5.1.1
    python bench/heard_human.py

The recording (44 s, the opening of "A Tale of Two Cities") comes with moonshine-voice 0.1.0;
pocketsphinx aligns the known text with it, to some 10 to 40 ms. One reader proves little, but it is
nobody's synthesiser, and nothing was tuned on it. Needs `pip install
"gemini-live-interrupt[testing]"` too.
"""

from __future__ import annotations

import importlib.util
import re
import sys
import wave
from pathlib import Path
from statistics import fmean

import numpy as np
from delivery import exact_transcript

from gemini_live_interrupt.heard.model_turn import ModelTurn
from gemini_live_interrupt.testing.speech.voices import Speech, SpokenWord

TEXT = (
    "It was the best of times, it was the worst of times, it was the age of wisdom, it was the age of "
    "foolishness, it was the epoch of belief, it was the epoch of incredulity, it was the season of "
    "Light, it was the season of Darkness, it was the spring of hope, it was the winter of despair, we "
    "had everything before us, we had nothing before us, we were all going direct to Heaven, we were "
    "all going direct the other way – in short, the period was so far like the present period, that "
    "some of its noisiest authorities insisted on its being received, for good or for evil, in the "
    "superlative degree of comparison only."
)


def recording() -> Speech:
    """The recording with its word times.

    Raises:
        SystemExit: One of the two packages is missing.
    """
    found = importlib.util.find_spec("moonshine_voice")
    if found is None or found.origin is None or importlib.util.find_spec("pocketsphinx") is None:
        sys.exit("pip install --no-deps moonshine-voice==0.1.0 pocketsphinx==5.1.1")
    from pocketsphinx import Decoder

    with wave.open(str(Path(found.origin).parent / "assets" / "two_cities.wav")) as file:
        rate = file.getframerate()
        samples = np.frombuffer(file.readframes(file.getnframes()), "<i2").astype(np.float64)
    # 48 kHz to 24 and 16 kHz: a short low-pass and every second or third sample.
    half, third = (
        np.convolve(samples, np.full(n, 1.0 / n), "same")[::n].astype("<i2").tobytes()
        for n in (rate // 24000, rate // 16000)
    )
    spoken = [(m.start(), m.end(), re.sub(r"\W", "", m.group()).lower())
              for m in re.finditer(r"\w[^\s]*", TEXT)]  # fmt: skip
    decoder = Decoder(samprate=16000, bestpath=False, loglevel="FATAL")
    decoder.set_align_text(" ".join(word for _, _, word in spoken))
    decoder.start_utt()
    decoder.process_raw(third, full_utt=True)
    decoder.end_utt()
    aligned = [segment for segment in decoder.seg() if segment.word[0] not in "<[("]
    words = tuple(
        SpokenWord(
            text=TEXT[start:end],
            start=start,
            end=end,
            start_ms=10.0 * segment.start_frame,
            end_ms=10.0 * (segment.end_frame + 1),
        )
        for (start, end, _), segment in zip(spoken, aligned, strict=True)
    )
    return Speech(text=TEXT, pcm=half, sample_rate=24000, words=words)


def main() -> None:
    speech = recording()
    transcript = exact_transcript(speech)
    print("| audio received | ours: mean | p95 | most | proportional: mean | p95 |")
    print("|---|---:|---:|---:|---:|---:|")
    for received in (1.0, 0.75, 0.5):
        bytes_received = int(len(speech.pcm) * received) // 2 * 2
        turn = ModelTurn()
        turn.add_text(TEXT)
        turn.add_audio(speech.pcm[:bytes_received])
        if received == 1.0:
            turn.complete()
        ours, proportional = [], []
        for i in range(1, 200):
            played_ms = turn.received_ms * i / 200
            truth = speech.words_played(played_ms)
            position = turn.heard_at(played_ms).position
            ours.append(abs(transcript.words_at(position, len(speech.words)) - truth))
            share = len(TEXT) * played_ms / turn.received_ms
            proportional.append(abs(transcript.words_at(share, len(speech.words)) - truth))
        ours.sort()
        proportional.sort()
        print(
            f"| {100 * received:.0f} %, all text | {fmean(ours):.2f} | {ours[188]:.2f} | {ours[-1]:.1f} "
            f"| {fmean(proportional):.2f} | {proportional[188]:.2f} |"
        )


if __name__ == "__main__":
    main()
