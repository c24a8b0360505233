"""A Live API server on your own machine: real sockets, real speech, real voice activity detection.

The real google-genai SDK (1.68 to 3.4), and every framework on it, connects to it as it would to
Google. This module owns the listening socket, its certificate and the ready-made clients; a
connection becomes a `LiveSession`, or follows a
strict script.

Needs ``pip install "gemini-live-interrupt[testing]"``.
"""

from __future__ import annotations

import asyncio
import copy
import json
import random
import re
import ssl
import tempfile
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Literal, Self

from loguru import logger
from websockets.asyncio.server import Server, ServerConnection, serve

from gemini_live_interrupt.testing.server import strict
from gemini_live_interrupt.testing.server.connection import Connection
from gemini_live_interrupt.testing.server.delivery import join_speech
from gemini_live_interrupt.testing.server.fault import Fault
from gemini_live_interrupt.testing.server.faults import fault_named
from gemini_live_interrupt.testing.server.live_session import LiveSession
from gemini_live_interrupt.testing.server.memory import Memory
from gemini_live_interrupt.testing.server.plan import Plan, Reply
from gemini_live_interrupt.testing.server.profiles import ServerProfile, profile_for, profile_named
from gemini_live_interrupt.testing.server.record import SessionRecord
from gemini_live_interrupt.testing.server.script import ScriptedModel
from gemini_live_interrupt.testing.server.strict import Step
from gemini_live_interrupt.testing.server.temperament import Manner
from gemini_live_interrupt.testing.server.wire import Backend, Refusal, Setup, parse_setup
from gemini_live_interrupt.testing.speech.detection import DETECTORS
from gemini_live_interrupt.testing.speech.hearing import Ear
from gemini_live_interrupt.testing.speech.recognition import (
    KnownSpeech,
    Recogniser,
    Transcriber,
    installed_recogniser,
)
from gemini_live_interrupt.testing.speech.voices import Speech, speak

if TYPE_CHECKING:
    from google.genai import Client
    from google.genai.types import HttpOptions

__all__ = ["LiveServer"]


class LiveServer:
    """A local Live server, used as ``async with LiveServer("Once upon a time.") as server:``.

    Args:
        model: What the model says: a text, a list of texts and `Reply`, or a
            `ScriptedModel`.
        profile: Which model family to behave like, by name (`PROFILES`) or as a profile of
            your own; None goes by the model's name in each client's setup.
        steps: A strict script in place of the model: `Expect`, `Send` and so on, or
            `replay` of a recording. Each connection plays it from the start; what does not
            go as it says raises AssertionError when the server is left.
        temperament: How the model takes what it is told: ``"ignores"``, or for one reply after the
            other ``("ignores", "obeys")``; by `Temperament`. None: as the script says.
        speech: Utterances the users will say, for transcription. More with `expect_speech`.
        faults: How to misbehave, by name or as `Fault` (each session gets its own copy).
        seed: All that varies (pace, chunk sizes, delays, faults) is drawn from it.
        voice: espeak-ng voice of the model.
        recogniser: Transcribes speech that was not expected: ``"auto"`` takes moonshine-voice or
            pocketsphinx if installed, None takes none, or a function from 16 kHz mono s16le to
            words.
        pace: Time of the session that passes in real time; 4.0 makes everything four times as
            fast, and then clients must send and play four times as fast, too.
        text_frames: Send JSON in text frames instead of binary ones.

    Example:
        >>> async def main() -> str:
        ...     async with LiveServer("Paris.") as server:
        ...         config = {"response_modalities": ["AUDIO"], "output_audio_transcription": {}}
        ...         live = server.client().aio.live
        ...         async with live.connect(model="gemini-3.8-live", config=config) as session:
        ...             await session.send_realtime_input(text="What is the capital of France?")
        ...             async for message in session.receive():
        ...                 pass
        ...         return server.sessions[0].record.turns[0].text
        >>> asyncio.run(main())
        'Paris.'
    """

    def __init__(
        self,
        model: ScriptedModel | Reply | str | Iterable[Reply | str] = "Hello there.",
        *,
        profile: ServerProfile | str | None = None,
        steps: Iterable[Step] | None = None,
        temperament: Manner | Sequence[Manner] | None = None,
        speech: Speech | Iterable[Speech] = (),
        faults: str | Iterable[Fault | str] = (),
        seed: int = 0,
        voice: str = "en-us+f3",
        recogniser: Recogniser | Literal["auto"] | None = "auto",
        pace: float = 1.0,
        text_frames: bool = False,
    ) -> None:
        self.sessions: list[LiveSession] = []
        self.records: list[SessionRecord] = []
        self.problems: list[str] = []
        self._steps = None if steps is None else tuple(steps)
        self._model = ScriptedModel.of(model)
        if temperament is not None:
            self._model = replace(self._model, temperament=temperament)
        self._profile = profile_named(profile) if isinstance(profile, str) else profile
        self._seed = seed
        self._voice = voice
        self._pace = pace
        self._text_frames = text_frames
        self._recogniser = recogniser
        speeches = [speech] if isinstance(speech, Speech) else speech
        self._transcriber = Transcriber(KnownSpeech.of(item) for item in speeches)
        self._memories: dict[str, Memory] = {}
        named = [faults] if isinstance(faults, str) else faults
        self._faults = [fault_named(item) if isinstance(item, str) else item for item in named]
        self._server: Server | None = None
        self._directory: tempfile.TemporaryDirectory[str] | None = None
        self._ports: dict[int, LiveSession] = {}

    # Clients

    @property
    def port(self) -> int:
        """TCP port on 127.0.0.1."""
        if self._server is None:
            raise RuntimeError("the server does not run: use `async with LiveServer(...)`")
        return int(next(iter(self._server.sockets)).getsockname()[1])

    @property
    def base_url(self) -> str:
        """For ``http_options``; google-genai makes ``wss`` of it."""
        return f"https://127.0.0.1:{self.port}"

    @property
    def ca_file(self) -> Path:
        """Certificate authority of the server's certificate, PEM."""
        if self._directory is None:
            raise RuntimeError("the server does not run: use `async with LiveServer(...)`")
        return Path(self._directory.name) / "ca.pem"

    def ssl_context(self) -> ssl.SSLContext:
        """A client context that trusts this server."""
        return ssl.create_default_context(cafile=str(self.ca_file))

    def http_options(self, **more: Any) -> HttpOptions:
        """``http_options`` for a ``genai.Client`` or for a framework that takes them.

        Args:
            **more: Further fields, such as ``api_version``.
        """
        from google.genai.types import HttpOptions

        trust = {"ssl": self.ssl_context()}
        return HttpOptions(base_url=self.base_url, async_client_args=trust, **more)

    def client(
        self, *, vertex: bool = False, http_options: Mapping[str, Any] | None = None
    ) -> Client:
        """A ready ``genai.Client``; no key and no Google credentials are needed.

        Args:
            vertex: Speak the Vertex backend instead of the Gemini Developer API.
            http_options: Further fields of the client's options, such as ``api_version``.
        """
        from google import genai

        options = self.http_options(**(http_options or {}))
        if not vertex:
            return genai.Client(api_key="local", vertexai=False, http_options=options)
        from google.oauth2.credentials import Credentials

        return genai.Client(
            vertexai=True,
            project="local",
            location="us-central1",
            credentials=Credentials(token="local"),  # type: ignore[no-untyped-call]
            http_options=options,
        )

    def environment(self) -> dict[str, str]:
        """Environment for a program that makes its own client: key, URL and trust."""
        return {
            "GEMINI_API_KEY": "local",
            "GOOGLE_API_KEY": "local",
            "GOOGLE_GEMINI_BASE_URL": self.base_url,
            "GOOGLE_VERTEX_BASE_URL": self.base_url,
            "SSL_CERT_FILE": str(self.ca_file),
        }

    def session_of(self, session: Any) -> LiveSession:
        """The server's side of a google-genai ``AsyncSession``."""
        return self._ports[session._ws.local_address[1]]

    def expect_speech(self, speech: Speech | bytes, text: str | None = None) -> None:
        """Tell the server what a user is going to say, so that it can be transcribed.

        Args:
            speech: Rendered speech, or PCM (16 kHz mono s16le) together with ``text``.
            text: The words of the transcript; default is the rendered text.
        """
        self._transcriber.expect(KnownSpeech.of(speech, text))

    # Running

    async def __aenter__(self) -> Self:
        self._directory = tempfile.TemporaryDirectory(prefix="gemini-live-server-")
        context = self._certificate(Path(self._directory.name))
        self._server = await serve(
            self._serve, "127.0.0.1", 0, ssl=context, max_size=None, ping_interval=None
        )
        if self._steps is not None:
            return self
        # The voice loads in 0.2 to 1.4 s the first time, an ear in 0.1: now, not in a reply.
        await asyncio.to_thread(speak, "Hello.", voice=self._voice)
        await asyncio.to_thread(DETECTORS.make_ready, 2)
        found = self._recogniser
        self._transcriber.use(
            await asyncio.to_thread(installed_recogniser) if found == "auto" else found
        )
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        assert self._server is not None and self._directory is not None
        self._server.close()
        await self._server.wait_closed()
        self._directory.cleanup()
        if error is None:
            self._check_steps()

    def _check_steps(self) -> None:
        if self._steps is not None and not self.records:
            self.problems.append("no client connected")
        if self.problems:
            raise AssertionError("the strict script failed:\n" + "\n".join(self.problems))

    async def _serve(self, socket: ServerConnection) -> None:
        index = len(self.records)
        path = socket.request.path if socket.request else "/"
        record = SessionRecord(index=index, path=path)
        self.records.append(record)
        connection = Connection(socket, record, pace=self._pace, text_frames=self._text_frames)
        try:
            if self._steps is None:
                await self._run(connection)
            else:
                problems = await strict.run(connection, self._steps)
                self.problems += problems
                if problems:
                    await connection.close(1008, problems[0])
        except Refusal as refusal:
            logger.debug("live server: closing with {}", refusal)
            await connection.close(refusal.code, refusal.reason)
        finally:
            await connection.end()

    async def _run(self, connection: Connection) -> None:
        record = connection.record
        backend, version = _endpoint(record.path)
        first = await connection.receive()
        if first is None:
            return
        setup = parse_setup(first, backend=backend, version=version)
        profile = self._profile or profile_for(setup.model, backend)
        if setup.modality == "TEXT" and not profile.text_modality:
            raise Refusal(
                1007,
                "The requested combination of response modalities (TEXT) is not "
                "supported by the model.",
            )
        record.model, record.setup = setup.model, setup.body
        memory = self._memory_of(setup)
        record.resumed = memory is not None
        rng = random.Random(f"{self._seed}:{record.index}")
        session = LiveSession(
            connection,
            setup=setup,
            profile=profile,
            memory=memory or self._new_memory(setup),
            ear=_ear_for(setup, profile),
            transcriber=self._transcriber,
            render=self._rendered,
            rng=rng,
        )
        self.sessions.append(session)
        self._ports[connection.socket.remote_address[1]] = session
        connection.faults = [
            self._fault_for(session, fault, place) for place, fault in enumerate(self._faults)
        ]
        for fault in connection.faults:
            fault.setting_up()
        complete = {"sessionId": str(uuid.UUID(int=rng.getrandbits(128)))}
        await connection.send(
            {"setupComplete": complete if profile.session_id else {}}, "setup_complete"
        )
        if setup.resumption or profile.resumption_update_unasked:
            # Not from the seed: a handle is one of a kind, also across servers of one process.
            handle = str(uuid.uuid4())
            self._memories[handle] = session.memory
            update = {"newHandle": handle, "resumable": True}
            await connection.send({"sessionResumptionUpdate": update})
        for fault in connection.faults:
            fault.started()
        await session.run()

    def _fault_for(self, session: LiveSession, fault: Fault, place: int) -> Fault:
        own = copy.copy(fault)
        own.rng = random.Random(f"{self._seed}:{session.record.index}:{place}:{fault.name}")
        own.session = session
        return own

    def _memory_of(self, setup: Setup) -> Memory | None:
        if setup.handle is None:
            return None
        if setup.handle not in self._memories:
            raise Refusal(1007, "BidiGenerateContent session handle is invalid or expired.")
        return self._memories[setup.handle]

    def _new_memory(self, setup: Setup) -> Memory:
        memory = Memory(mind=self._model.wake())
        for part in ("systemInstruction", "tools"):
            if part in setup.body:
                memory.tokens.enters_text(json.dumps(setup.body[part]))
        return memory

    def _rendered(self, plan: Plan) -> Speech:
        return join_speech([speak(part.text, voice=self._voice) for part in plan.segments])

    def _certificate(self, directory: Path) -> ssl.SSLContext:
        try:
            import trustme
        except ImportError as error:
            raise ImportError(
                "the local Live server makes its certificate with trustme: "
                'pip install "gemini-live-interrupt[testing]"'
            ) from error
        authority = trustme.CA()
        authority.cert_pem.write_to_path(str(directory / "ca.pem"))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert("127.0.0.1", "localhost").configure_cert(context)
        return context


def _ear_for(setup: Setup, profile: ServerProfile) -> Ear | None:
    """None in manual mode, where the client says when its user speaks."""
    if setup.manual_activity:
        return None
    wanted = setup.silence_ms
    silence_ms = profile.timings.end_of_speech if wanted is None else max(wanted, 100.0)
    return Ear(silence_ms=silence_ms, lender=DETECTORS.borrow_if_ready)


def _endpoint(path: str) -> tuple[Backend, str]:
    """Which API a path belongs to, and its version; a gateway's bare path is Vertex to the SDK."""
    found = re.search(r"/ws/google\.(?:ai\.generativelanguage|cloud\.aiplatform)\.(\w+)\.", path)
    backend: Backend = "developer" if "GenerativeService" in path else "vertex"
    return backend, found[1] if found else "v1beta1"
