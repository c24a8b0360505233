"""How much later than Twilio does a phone hear? Measure it, with your own phone.

    python examples/twilio_latency.py

in place of `twilio_phone.py`, on the same number. Call it, put the phone on speaker and turn it up:
it beeps five times, and the phone's microphone hears the beeps. From the mark of a beep to its echo
the sound goes out to the phone and back; half of that is what `PHONE_LATENCY_MS` should be. A phone
that takes its own sound out of its microphone well gives no echo: hold another phone beside it.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import json
import statistics
import time

import numpy as np
import twilio_phone
import uvicorn
from fastapi import WebSocket
from google import genai

HERTZ, BEEP_MS, BEEPS = 1_000, 200, 5
LISTEN_S = 2.0
"""Seconds in which an echo comes back, if any does."""
_AT = np.arange(24 * BEEP_MS) / 24_000
BEEP = np.rint(12_000 * np.sin(2 * np.pi * HERTZ * _AT)).astype("<i2").tobytes()


def is_beep(codes: bytes) -> bool:
    """Whether a piece of the caller's sound is mostly our tone."""
    heard = np.frombuffer(twilio_phone.from_phone(codes), dtype="<i2").astype(float)
    wave = np.exp(-2j * np.pi * HERTZ / 8_000 * np.arange(len(heard)))
    in_tone = 2 * abs(heard @ wave) ** 2 / max(1, len(heard))
    return bool(in_tone > 0.5 * (heard @ heard) and heard.std() > 50)


async def measure(twilio: WebSocket, stream: str, client: genai.Client) -> None:
    """One call: beeps, and what comes of them."""
    to_phone = twilio_phone.ToPhone()
    payload = base64.b64encode(to_phone.take(BEEP)).decode()
    there_and_back: list[float] = []
    for number in range(BEEPS):
        await twilio.send_json(
            {"event": "media", "streamSid": stream, "media": {"payload": payload}}
        )
        name = f"beep {number}"
        await twilio.send_json({"event": "mark", "streamSid": stream, "mark": {"name": name}})
        if (echo_ms := await echo_of(twilio, name)) is not None:
            there_and_back.append(echo_ms)
    if not there_and_back:
        print("No echo. Turn the phone up, or hold another one beside it.")
        return
    middle = statistics.median(there_and_back)
    print(f"{len(there_and_back)} of {BEEPS} beeps came back, after {middle:.0f} ms.")
    print(f"PHONE_LATENCY_MS={middle / 2:.0f}")


async def echo_of(twilio: WebSocket, name: str) -> float | None:
    """Milliseconds from the start of a beep at Twilio to its echo there; None: no echo."""
    began = echo = None
    # The way from Twilio to us is in both times, and so in neither.
    try:
        async with asyncio.timeout(LISTEN_S):
            while began is None or echo is None:
                message = json.loads(await twilio.receive_text())
                now = time.monotonic()
                match message:
                    case {"event": "mark", "mark": {"name": back}} if back == name:
                        began = now - BEEP_MS / 1000
                    case {"event": "media", "media": {"payload": payload}} if echo is None:
                        codes = base64.b64decode(payload)
                        if is_beep(codes):
                            echo = now - len(codes) / 8 / 1000
    except TimeoutError:
        return None
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(0.5):  # The rest of this echo is not one of the next beep.
            while True:
                await twilio.receive_text()
    return (echo - began) * 1000


twilio_phone.app.state.call = measure

if __name__ == "__main__":
    uvicorn.run(twilio_phone.app, port=8000, log_level="warning")
