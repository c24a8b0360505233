"""One call: a browser on one side, a Gemini Live session on the other, and one after it if it ends.

Knows the messages of the page (`docs/browser.md`), google-genai, and this library. Must not know
how browsers come here, or who may (`app.py`).
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
from contextlib import AsyncExitStack
from typing import Any

from captions import Captions
from fastapi import WebSocket, WebSocketDisconnect
from google import genai
from google.genai.types import Blob
from playback import BrowserPlayback
from trouble import Trouble, trouble_of

from gemini_live_interrupt import Interruption, SessionTracker, attach_interrupt_resume

log = logging.getLogger("voice")

CONNECT_WITHIN = 15.0
"""Seconds until Gemini must have taken the session."""
MOST_TRIES = 4
"""Connections in a row that may fail."""
WAIT_BETWEEN = 1.5
"""Seconds; resuming sooner after a drop was refused (measured by others on gemini-3.8-live)."""
SIGN_OF_LIFE = 4.0
"""Seconds after which the browser hears from us in any case: it takes 10 s of silence for a dead
connection."""
HEARD_OUT_WITHIN = 3.0
"""Seconds that the end of a reply may be heard later than the service thinks."""
CAPTION_EVERY = 0.1
"""Seconds between two captions of a reply."""
LONGEST_TEXT = 1_000
"""Characters that a user can type at once."""

CONFIG: dict[str, Any] = {
    "response_modalities": ["AUDIO"],
    "input_audio_transcription": {},  # The library reads these two.
    "output_audio_transcription": {},
    # Without it a session with audio ends after 15 minutes.
    "context_window_compression": {"sliding_window": {}},
    "system_instruction": (
        "You are a friendly storyteller on a voice call. Tell stories of about a minute in short "
        "sentences. When you are asked something in between, answer briefly."
    ),
}


class Call:
    """One browser's call.

    Args:
        browser: its socket, accepted.
        client: how to reach Gemini.
        model: the model's name.
    """

    def __init__(self, browser: WebSocket, client: genai.Client, *, model: str) -> None:
        self._browser = browser
        self._client = client
        self._model = model
        self._playback = BrowserPlayback(browser)
        self._captions: Captions | None = None
        self._session: Any = None
        self._handle: SessionTracker | None = None
        self._resume: asyncio.Future[str | None] = asyncio.get_running_loop().create_future()
        self._drops_rest = False
        """After a stop button: the rest of this reply is not for the user any more."""
        self._replying = False
        """A turn of the model is not complete."""

    async def run(self) -> None:
        """Until the browser hangs up, or nothing more can be done."""
        tasks = [
            asyncio.create_task(work)
            for work in (self._from_browser(), self._with_gemini(), self._show())
        ]
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                with contextlib.suppress(WebSocketDisconnect):
                    task.result()
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    # --- the browser

    async def _tell(self, **message: Any) -> None:
        try:
            await self._browser.send_json(message)
        except RuntimeError as error:  # Starlette's way to say that the socket is closed.
            raise WebSocketDisconnect(1006) from error

    async def _from_browser(self) -> None:
        while True:
            message = await self._browser.receive()
            if message["type"] == "websocket.disconnect":
                return
            try:
                if pcm := message.get("bytes"):
                    await self._heard_from_microphone(pcm)
                else:
                    await self._told_by_page(_fields(message.get("text") or ""))
            except Exception as error:
                # The receiving side sees the same, and connects again or says what is wrong.
                if trouble_of(error, model=self._model) is None:
                    raise

    async def _heard_from_microphone(self, pcm: bytes) -> None:
        if self._session is not None:
            audio = Blob(data=pcm, mime_type="audio/pcm;rate=16000")
            await self._session.send_realtime_input(audio=audio)

    async def _told_by_page(self, message: dict[str, Any]) -> None:
        match message:
            case {"start": {"resume": str() | None as handle}} if not self._resume.done():
                self._resume.set_result(handle)
            case {"played": _} if self._handle is not None:
                self._playback.report(message, self._handle)
            case {"say": str(text)} if self._session is not None:
                await self._session.send_realtime_input(text=text[:LONGEST_TEXT])
            case {"stop": True} if self._handle is not None:
                # The server of Gemini does not hear of it: the library has to be told.
                self._handle.playback.flush(for_good=True)
                self._drops_rest = True
                await self._playback.flush()

    async def _show(self) -> None:
        """Captions, and a sign of life when there is nothing to say."""
        quiet_for = 0.0
        while True:
            await asyncio.sleep(CAPTION_EVERY)
            quiet_for += CAPTION_EVERY
            caption = self._captions.now() if self._captions is not None else None
            if caption is not None:
                await self._tell(caption=caption)
            elif quiet_for >= SIGN_OF_LIFE:
                await self._tell(alive=True)
            else:
                continue
            quiet_for = 0.0

    async def _cut(self, interruption: Interruption) -> None:
        """For the library: a reply was cut."""
        if self._captions is not None:
            with contextlib.suppress(WebSocketDisconnect):
                await self._tell(caption=self._captions.cut(interruption))

    # --- Gemini

    async def _with_gemini(self) -> None:
        """Session after session, until one ends in a way that no other would mend."""
        resume = await self._resume
        failed = 0
        while True:
            await self._tell(state="connecting")
            try:
                async with AsyncExitStack() as stack:
                    await self._connect(stack, resume)
                    failed = 0
                    await self._tell(state="ready")
                    await self._from_gemini()
            except WebSocketDisconnect:
                raise
            except Exception as error:
                failed += 1
                trouble = trouble_of(error, model=self._model)
                # A handle is good for two hours; without it the conversation begins anew.
                stale = trouble is not None and not trouble.again and self._handle is None
                if stale and resume is not None:
                    resume = None
                    continue
                if not await self._goes_on_after(error, trouble, failed):
                    return
                await asyncio.sleep(WAIT_BETWEEN)
            finally:
                if self._handle is not None:
                    resume = self._handle.resumption_handle or resume
                self._session = self._handle = None
                self._replying = False

    async def _connect(self, stack: AsyncExitStack, resume: str | None) -> None:
        resumption = {"handle": resume} if resume else {}
        config: Any = {**CONFIG, "session_resumption": resumption}
        async with asyncio.timeout(CONNECT_WITHIN):
            session = await stack.enter_async_context(
                self._client.aio.live.connect(model=self._model, config=config)
            )
        # The one line, with a callback for this call only.
        self._handle = attach_interrupt_resume(
            session, model=self._model, resumption_handle=resume, on_interruption=self._cut
        )
        self._captions = Captions(self._handle, after=self._captions)
        self._session = session

    async def _from_gemini(self) -> None:
        """Until the session ends (an error), or the service has asked us to leave."""
        leaving = False
        while True:  # `receive()` ends with each turn.
            async for message in self._session.receive():
                update = message.session_resumption_update
                if update is not None and update.resumable and update.new_handle:
                    await self._tell(resume=update.new_handle)
                if message.server_content is not None:
                    await self._content(message.server_content)
                leaving = leaving or message.go_away is not None
                if leaving and not self._replying:
                    await self._heard_out()
                    return

    async def _heard_out(self) -> None:
        """Wait for the last words of a reply: the service counts on, a browser plays later."""
        until = asyncio.get_running_loop().time() + HEARD_OUT_WITHIN
        while self._handle is not None and self._handle.heard.audible:
            if asyncio.get_running_loop().time() > until:
                return
            await asyncio.sleep(0.05)

    async def _content(self, content: Any) -> None:
        if content.interrupted:
            await self._playback.flush()
        if content.input_transcription is not None and content.input_transcription.text:
            await self._tell(user=content.input_transcription.text)
        if content.interrupted or content.generation_complete or content.turn_complete:
            self._drops_rest = False
        self._replying = (self._replying or content.model_turn is not None) and not (
            content.interrupted or content.turn_complete
        )
        for part in (content.model_turn and content.model_turn.parts) or []:
            if part.inline_data is not None and part.inline_data.data and not self._drops_rest:
                await self._playback.play(part.inline_data.data)

    async def _goes_on_after(self, error: Exception, trouble: Trouble | None, failed: int) -> bool:
        """Say what is wrong; whether to try again."""
        if trouble is None:
            log.error("A call ended because of an error in this program.", exc_info=error)
            trouble = Trouble(
                what="Something in this app failed.", todo="The server's log says what."
            )
        else:
            log.warning("%s %s (%s)", trouble.what, trouble.todo, type(error).__name__)
        again = trouble.again and failed < MOST_TRIES
        if not again:
            said = {"what": trouble.what, "todo": trouble.todo, "final": True}
            await self._tell(problem=said)
            await self._browser.close(1011)
        return again


def _fields(text: str) -> dict[str, Any]:
    """A message of the page; a browser can send anything."""
    try:
        message = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return message if isinstance(message, dict) else {}
