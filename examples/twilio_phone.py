"""A phone line that can be interrupted: Twilio Media Streams between callers and Gemini Live.

    python examples/twilio_phone.py                      no key: a script on this machine answers
    GEMINI_API_KEY=... python examples/twilio_phone.py   with Gemini

Make the port reachable from the internet, and set your Twilio number's voice webhook to
`https://YOUR.HOST/voice`. `docs/phone.md` has the steps, and why the marks matter. Environment:
`TWILIO_AUTH_TOKEN`, to answer Twilio only; `PUBLIC_HOST`, where a proxy changes the `Host` header;
`PHONE_LATENCY_MS`, how much later than Twilio the caller hears. Needs

    pip install "gemini-live-interrupt[testing]" fastapi uvicorn
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
import logging
import os
import secrets
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any
from urllib.parse import parse_qsl

import numpy as np
import uvicorn
from fastapi import FastAPI, Request, Response, WebSocket
from google import genai
from google.genai.types import Blob

from gemini_live_interrupt import PlaybackReports, enable_interrupt_resume, interrupt_resume_for

MODEL = os.environ.get("GEMINI_LIVE_MODEL", "gemini-3.8-live")
CONFIG: Any = {
    "response_modalities": ["AUDIO"],
    "input_audio_transcription": {},
    "output_audio_transcription": {},
    "system_instruction": "You tell stories on the phone, in short sentences.",
}
MARK_EVERY = 800
"""Bytes of a piece of audio that gets a mark of its own: 100 ms, a third of a word."""
MOST_CALLS = 20
"""Calls at one time. Each one costs you money by the minute, at Twilio and at Google."""

log = logging.getLogger("phone")
enable_interrupt_resume(output_latency_ms=float(os.environ.get("PHONE_LATENCY_MS", "0")))


# --- the sound of a phone: 8 kHz, G.711 mu-law (Python's audioop went with 3.13)


def _sample_of(code: int) -> int:
    code = ~code & 0xFF
    magnitude = ((((code & 0x0F) << 3) + 0x84) << (code >> 4 & 7)) - 0x84
    return -magnitude if code & 0x80 else magnitude


_SAMPLES = np.array([_sample_of(code) for code in range(256)], dtype="<i2")
_LOUDER = np.argsort(_SAMPLES, kind="stable")
_BETWEEN = (_SAMPLES[_LOUDER][1:].astype(int) + _SAMPLES[_LOUDER][:-1]) / 2
_CODES = _LOUDER[np.searchsorted(_BETWEEN, np.arange(-32768, 32768))].astype(np.uint8)
"""The nearest code for each of the 65,536 samples."""


def from_phone(codes: bytes) -> bytes:
    """Mu-law to PCM of 16 bit, at the same rate: Gemini takes 8 kHz."""
    return bytes(_SAMPLES[np.frombuffer(codes, dtype=np.uint8)].tobytes())


class ToPhone:
    """24 kHz PCM of 16 bit to 8 kHz mu-law, piece by piece."""

    _TAPS = 31
    _AT = np.arange(_TAPS) - _TAPS // 2
    # A low pass at 3.4 kHz: what 8 kHz cannot carry would be folded into the voice.
    _FILTER = np.sinc(2 * 3_400 / 24_000 * _AT) * np.hamming(_TAPS)
    _FILTER /= _FILTER.sum()

    def __init__(self) -> None:
        self._tail = np.zeros(self._TAPS - 1)

    def take(self, pcm: bytes) -> bytes:
        """The next audio for the phone."""
        samples = np.concatenate([self._tail, np.frombuffer(pcm, dtype="<i2")])
        count = max(0, (len(samples) - self._TAPS) // 3 + 1)
        self._tail = samples[3 * count :]
        if not count:
            return b""
        smooth = np.convolve(samples, self._FILTER, mode="valid")[::3][:count]
        return bytes(_CODES[np.clip(np.rint(smooth), -32768, 32767).astype(int) + 32768].tobytes())


# --- one call


class Phone:
    """The caller's ear: what Twilio is told to play, and what it says it has played.

    Twilio takes audio as fast as it comes, plays it in real time, and returns each `mark` when the
    audio before it was played. At a `clear` it drops the audio and returns the marks that wait, all
    at once: those were *not* heard, so each mark carries the number of clears before it.
    """

    def __init__(self, twilio: WebSocket, stream: str, playback: PlaybackReports) -> None:
        self._twilio = twilio
        self._stream = stream
        self._playback = playback
        self._to_phone = ToPhone()
        self._clears = 0

    async def play(self, pcm: bytes) -> None:
        """Queue the model's audio."""
        codes = self._to_phone.take(pcm)
        for start in range(0, len(codes), MARK_EVERY):
            piece = codes[start : start + MARK_EVERY]
            await self._send("media", media={"payload": base64.b64encode(piece).decode()})
            await self._send("mark", mark={"name": f"{self._clears}:{len(piece)}"})

    async def clear(self) -> None:
        """Be silent now."""
        self._clears += 1
        self._to_phone = ToPhone()  # It still holds a millisecond of the cut reply.
        await self._send("clear")

    def marked(self, name: str) -> None:
        """A mark has come back: tell the library what was played."""
        clears, _, size = name.partition(":")
        if clears == str(self._clears) and size.isdigit() and int(size) <= MARK_EVERY:
            self._playback.on_play_ms(int(size) / 8)  # 8 bytes are a millisecond

    async def _send(self, event: str, **more: Any) -> None:
        await self._twilio.send_json({"event": event, "streamSid": self._stream, **more})


async def to_caller(session: Any, phone: Phone) -> None:
    """The model's voice, until the session ends."""
    while True:  # receive() ends with each turn
        async for message in session.receive():
            content = message.server_content
            if content is None:
                continue
            if content.interrupted:
                await phone.clear()
            for part in (content.model_turn and content.model_turn.parts) or []:
                if part.inline_data is not None and part.inline_data.data:
                    await phone.play(part.inline_data.data)


async def from_caller(twilio: WebSocket, session: Any, phone: Phone) -> None:
    """The caller's voice, and the marks, until they hang up."""
    async for text in twilio.iter_text():
        match json.loads(text):
            case {"event": "media", "media": {"track": "inbound", "payload": str(payload)}}:
                pcm = from_phone(base64.b64decode(payload))
                audio = Blob(data=pcm, mime_type="audio/pcm;rate=8000")
                await session.send_realtime_input(audio=audio)
            case {"event": "mark", "mark": {"name": str(name)}}:
                phone.marked(name)
            case {"event": "stop"}:
                return


# --- the web server that Twilio talks to


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Gemini with your key, or a script on this machine."""
    keys = ("GEMINI_API_KEY", "GOOGLE_API_KEY", "GOOGLE_GENAI_USE_VERTEXAI")
    async with AsyncExitStack() as stack:
        if any(os.environ.get(key) for key in keys):
            app.state.client = genai.Client()
        else:
            from gemini_live_interrupt.testing import LiveServer

            print("No GEMINI_API_KEY: a script on this machine answers in place of Gemini.")
            server = await stack.enter_async_context(LiveServer("Hello. I am only a script."))
            app.state.client = server.client()
        if "TWILIO_AUTH_TOKEN" not in os.environ:
            print("No TWILIO_AUTH_TOKEN: whoever finds this address can talk on your key.")
        app.state.tokens, app.state.calls = set(), 0
        yield


app = FastAPI(lifespan=lifespan)


def is_from_twilio(url: str, form: list[tuple[str, str]], signature: str) -> bool:
    """Whether Twilio signed this request with our token; yes if we have none to check with."""
    token = os.environ.get("TWILIO_AUTH_TOKEN")
    if token is None:
        return True
    signed = url + "".join(name + value for name, value in sorted(form))
    digest = hmac.new(token.encode(), signed.encode(), hashlib.sha1).digest()
    return hmac.compare_digest(base64.b64encode(digest).decode(), signature)


@app.post("/voice")
async def voice(request: Request) -> Response:
    """Somebody calls: have Twilio open a stream in both directions."""
    host = os.environ.get("PUBLIC_HOST") or request.headers["host"]
    form = parse_qsl((await request.body()).decode(), keep_blank_values=True)
    signature = request.headers.get("x-twilio-signature", "")
    if not is_from_twilio(f"https://{host}/voice", form, signature):
        return Response(status_code=403)
    token = secrets.token_urlsafe()
    request.app.state.tokens.add(token)  # So that a stream is only opened for a call we know.
    return Response(
        f'<Response><Connect><Stream url="wss://{host}/twilio">'
        f'<Parameter name="token" value="{token}"/></Stream></Connect></Response>',
        media_type="application/xml",
    )


@app.websocket("/twilio")
async def stream(twilio: WebSocket) -> None:
    """One call."""
    await twilio.accept()
    state = twilio.app.state
    try:
        async with asyncio.timeout(10):
            while (message := await twilio.receive_json())["event"] != "start":
                pass
        start = message["start"]
        state.tokens.remove(start["customParameters"]["token"])
    except (KeyError, TypeError, ValueError, TimeoutError):
        await twilio.close(1008)
        return
    if state.calls >= MOST_CALLS:
        log.warning("All %d lines are busy.", MOST_CALLS)
        await twilio.close(1013)
        return
    state.calls += 1
    try:
        await state.call(twilio, start["streamSid"], state.client)
    except Exception:
        log.exception("A call has ended with an error.")
    finally:
        state.calls -= 1


async def call(twilio: WebSocket, stream: str, client: genai.Client) -> None:
    """Until one side is gone. When we close the stream, Twilio ends the call."""
    async with client.aio.live.connect(model=MODEL, config=CONFIG) as session:
        phone = Phone(twilio, stream, interrupt_resume_for(session).playback)
        both = [
            asyncio.create_task(to_caller(session, phone)),
            asyncio.create_task(from_caller(twilio, session, phone)),
        ]
        done, rest = await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
        for task in rest:
            task.cancel()
        await asyncio.gather(*rest, return_exceptions=True)
        for task in done:
            task.result()


app.state.call = call  # `twilio_latency.py` has another one.


if __name__ == "__main__":
    uvicorn.run(app, port=8000, log_level="warning")
