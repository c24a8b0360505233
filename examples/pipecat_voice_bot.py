"""A voice bot that can be interrupted: Pipecat, Gemini Live, and `InterruptResume`.

With a key it talks to Gemini; without one it starts the local Live server of this package, which
speaks a script, listens, and uses what it is told, so everything here can be tried offline.

    pip install ".[voice-bot]"                          # in a clone of the repository

    python examples/pipecat_voice_bot.py -t webrtc      # then open http://localhost:7860
    python examples/pipecat_voice_bot.py -t daily       # needs DAILY_API_KEY and pipecat-ai[daily]
    python examples/pipecat_voice_bot.py -t twilio -x your.ngrok.io
    python examples/pipecat_voice_bot.py                # all of them, and evals on ws://localhost:7860/ws

`GEMINI_API_KEY` or `GOOGLE_API_KEY` is the key; `GEMINI_LIVE_MODEL` another model than Pipecat's
default.
"""

from __future__ import annotations

import asyncio
import importlib.util
import os
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

from fastapi.responses import RedirectResponse
from fastapi.staticfiles import StaticFiles
from loguru import logger
from pipecat.frames.frames import (
    ErrorFrame,
    InputTextRawFrame,
    LLMMessagesAppendFrame,
    LLMRunFrame,
)
from pipecat.pipeline.pipeline import Pipeline
from pipecat.pipeline.worker import PipelineParams, PipelineWorker
from pipecat.processors.aggregators.llm_context import LLMContext
from pipecat.processors.aggregators.llm_response_universal import LLMContextAggregatorPair
from pipecat.runner.run import app, main
from pipecat.runner.types import RunnerArguments
from pipecat.runner.utils import create_transport
from pipecat.services.google.gemini_live.llm import GeminiLiveLLMService
from pipecat.transports.base_transport import BaseTransport, TransportParams
from pipecat.workers.runner import WorkerRunner

from gemini_live_interrupt.testing import LiveServer, Reply, ScriptedModel
from gli_pipecat import InterruptionContextFrame, InterruptResume, InterruptResumeParams

PAGE = Path(__file__).with_suffix("")
INSTRUCTION = (
    "You are a friendly storyteller on a voice call. Tell stories in short sentences. When you are "
    "asked something in between, answer briefly."
)
OPENING = "Say hello in one sentence and tell me a story of about two minutes about a lighthouse."

SCRIPT = ScriptedModel(
    replies=(
        Reply(
            "Hello! Here is a story, and you may talk over me at any time. "
            "At the end of a long road, where the land runs out, there stood a lighthouse. "
            "Its keeper was called Ada, and she had lived there for forty years. "
            "Every evening she climbed a hundred and twelve steps, wiped the great lens, and lit "
            "the lamp. One night in November the wind tore the door from its hinges. "
            "The lamp went out, and far away a ship blew its horn, three times. "
            "Ada had no matches left, but she found one candle, and it was enough. "
            "In the morning the captain came ashore with a box of a thousand matches."
        ),
        Reply("Her name is Ada.", to="name"),
        Reply("It is Paris, of course.", to="capital"),
        Reply("A hundred and twelve. She counted them twice.", to="steps"),
        Reply("All right, I will stop here.", to="stop", then="stop"),
    ),
)

QUESTIONS = (
    "What is her name?",
    "How many steps are there?",
    "What is the capital of France?",
    "Please stop.",
)
"""What the script has an answer to, for the page to suggest."""


def key() -> str | None:
    """The key for Gemini, if there is one."""
    return os.environ.get("GEMINI_API_KEY") or os.environ.get("GOOGLE_API_KEY")


@app.get("/voice/about.json", include_in_schema=False)
async def about() -> dict[str, Any]:
    """What the page must know before a call."""
    hears = any(importlib.util.find_spec(n) for n in ("moonshine_voice", "pocketsphinx"))
    return {
        "scripted": not key(),
        "understands_speech": bool(key()) or hears,
        "questions": [] if key() else QUESTIONS,
    }


app.mount("/voice", StaticFiles(directory=PAGE, html=True))


@app.get("/", include_in_schema=False)
async def to_the_page() -> RedirectResponse:
    """Our own page instead of Pipecat's prebuilt one, which needs a host on the internet."""
    return RedirectResponse("/voice/")


def webrtc() -> TransportParams:
    """For the page."""
    return TransportParams(audio_in_enabled=True, audio_out_enabled=True)


def daily() -> Any:
    """For `-t daily`."""
    from pipecat.transports.daily.transport import DailyParams

    return DailyParams(audio_in_enabled=True, audio_out_enabled=True)


def telephony() -> Any:
    """For `-t twilio` and other telephone services."""
    from pipecat.transports.websocket.fastapi import FastAPIWebsocketParams

    return FastAPIWebsocketParams(audio_in_enabled=True, audio_out_enabled=True)


def evaluation() -> Any:
    """For `pipecat eval`."""
    from pipecat.evals.transport import EvalTransportParams

    return EvalTransportParams(audio_in_enabled=True, audio_out_enabled=True)


TRANSPORTS: dict[str, Any] = {
    "webrtc": webrtc,
    "daily": daily,
    "twilio": telephony,
    "telnyx": telephony,
    "plivo": telephony,
    "exotel": telephony,
    "eval": evaluation,
}


class LocalServer:
    """The local Live server, started when the first caller needs it."""

    def __init__(self) -> None:
        self._stack = AsyncExitStack()
        self._lock = asyncio.Lock()
        self._server: LiveServer | None = None

    async def server(self) -> LiveServer:
        """The server, which runs until the bot ends."""
        async with self._lock:
            if self._server is None:
                logger.warning("No GEMINI_API_KEY: a local Live server speaks a script instead.")
                self._server = await self._stack.enter_async_context(LiveServer(SCRIPT))
                recording = os.environ.get("VOICE_BOT_EXPECTS")
                if recording:
                    # What the caller is going to say, where no speech recogniser is installed.
                    from gemini_live_interrupt.testing import speech_from_wav

                    path, _, text = recording.partition("=")
                    self._server.expect_speech(speech_from_wav(path, text))
            return self._server


local = LocalServer()


async def make_llm() -> GeminiLiveLLMService:
    """Gemini with a key, the local server without."""
    options = None
    if not key():
        options = (await local.server()).http_options()
    settings = GeminiLiveLLMService.Settings(system_instruction=INSTRUCTION)
    if model := os.environ.get("GEMINI_LIVE_MODEL"):
        settings.model = model
    return GeminiLiveLLMService(api_key=key() or "local", http_options=options, settings=settings)


def what_to_do(error: str) -> str:
    """What the caller should try after an error, in words for the page."""
    said = error.casefold()
    if "api key" in said or "api_key" in said or "unauthenticated" in said or "1008" in said:
        return (
            "Gemini refused the key. Check GEMINI_API_KEY and start the bot again. "
            "Without a key, it plays a script."
        )
    if "quota" in said or "resource_exhausted" in said or "429" in said:
        return "The quota of this key is used up. Wait, or use another key, and call again."
    if "not found" in said and "model" in said:
        return "Gemini does not know this model. Check GEMINI_LIVE_MODEL and start the bot again."
    if (
        "connect" in said
        or "network" in said
        or "resolution" in said
        or "errno" in said
        or "service not known" in said
    ):
        return (
            "The bot cannot reach Gemini. Check its network, or start it without a key to try the "
            "script, and call again."
        )
    return f"The bot had an error: {error[:200]} Its terminal says more. Call again."


async def run_bot(transport: BaseTransport, arguments: RunnerArguments) -> None:
    """One call."""
    llm = await make_llm()
    context = LLMContext([{"role": "user", "content": OPENING}])
    aggregators = LLMContextAggregatorPair(context)
    # The page shows what was heard, so it gets the messages that hold what people said.
    resume = InterruptResume(llm, params=InterruptResumeParams(rtvi=True))
    worker = PipelineWorker(
        Pipeline(
            [
                transport.input(),
                aggregators.user(),
                llm,
                transport.output(),
                resume,  # The one added element.
                aggregators.assistant(),
            ]
        ),
        params=PipelineParams(enable_metrics=True, enable_usage_metrics=True),
        idle_timeout_secs=arguments.pipeline_idle_timeout_secs,
    )

    @resume.event_handler("on_interruption")
    async def on_interruption(processor: InterruptResume, frame: InterruptionContextFrame) -> None:
        logger.debug(f"Interrupted. Heard: {frame.heard!r} Not heard: {frame.unheard!r}")

    troubles: list[str] = []
    ready = asyncio.Event()

    async def trouble(error: str) -> None:
        troubles.append(what_to_do(error))
        if ready.is_set():
            await tell_of_trouble()

    @worker.event_handler("on_pipeline_error")
    async def on_pipeline_error(worker: PipelineWorker, frame: ErrorFrame) -> None:
        await trouble(frame.error)

    # A service that cannot connect says so in the log only.
    loop = asyncio.get_running_loop()
    log = logger.add(
        lambda line: asyncio.run_coroutine_threadsafe(trouble(line.record["message"]), loop),
        level="ERROR",
        filter=lambda record: str(llm) in record["message"],
    )

    async def tell_of_trouble() -> None:
        if troubles:
            await worker.rtvi.send_server_message({"type": "trouble", "text": troubles[-1]})

    @worker.rtvi.event_handler("on_client_ready")
    async def on_client_ready(rtvi: Any) -> None:
        await rtvi.set_bot_ready()
        ready.set()
        await tell_of_trouble()  # Of one before somebody was there, too: a key that was refused.

    @worker.rtvi.event_handler("on_client_message")
    async def on_client_message(rtvi: Any, message: Any) -> None:
        await rtvi.interrupt_bot()
        if message.type == "say":
            await say(str((message.data or {}).get("text", ""))[:1_000])

    async def say(text: str) -> None:
        # RTVI's own `send-text` only reaches the context of a Gemini Live pipeline, not the model.
        typed = InputTextRawFrame(text)
        typed.append_to_context = False
        await llm.queue_frame(typed)
        message = {"role": "user", "content": text}
        await worker.queue_frames([LLMMessagesAppendFrame(messages=[message], run_llm=False)])

    @transport.event_handler("on_client_connected")
    async def on_client_connected(transport: BaseTransport, client: Any) -> None:
        await worker.queue_frames([LLMRunFrame()])

    @transport.event_handler("on_client_disconnected")
    async def on_client_disconnected(transport: BaseTransport, client: Any) -> None:
        logger.debug(f"The context at the end: {context.get_messages()}")
        await worker.cancel()

    runner = WorkerRunner(handle_sigint=arguments.handle_sigint)
    await runner.add_workers(worker)
    try:
        await runner.run()
    finally:
        logger.remove(log)


async def bot(arguments: RunnerArguments) -> None:
    """What Pipecat's runner calls for each caller."""
    await run_bot(await create_transport(arguments, TRANSPORTS), arguments)


if __name__ == "__main__":
    main()
