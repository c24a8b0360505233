"""The Live API's wire format, seen from the server: what clients send, and what gets them closed.

Knows the names, casings and rules of messages on both backends, as google-genai 1.68 to 3.4 sends
them and as the service was seen to refuse them. Knows nothing of sockets, time, sound or of what
the model does with a message. It exists so that a client that breaks a rule of the service meets
the close code here and not in production.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

__all__ = ["Backend", "ClientMessage", "Refusal", "Setup", "parse", "parse_setup"]

Backend = Literal["developer", "vertex"]
Kind = Literal["setup", "clientContent", "realtimeInput", "toolResponse", "contextUpdate"]
Json = dict[str, Any]

_KINDS: tuple[Kind, ...] = (
    "setup",
    "clientContent",
    "realtimeInput",
    "toolResponse",
    "contextUpdate",
)

# Keys below these belong to the app (schemas, arguments, results), not to the protocol.
_OPAQUE = frozenset(
    {"args", "response", "parameters", "parametersJsonSchema", "responseJsonSchema", "labels"}
)

# Fields that google-genai 1.68, 2.34 and 3.4 write for either backend (their live converters).
_SETUP = """model generationConfig systemInstruction tools sessionResumption inputAudioTranscription
    outputAudioTranscription realtimeInputConfig contextWindowCompression proactivity historyConfig
    avatarConfig safetySettings labels"""
_GENERATION = """candidateCount maxOutputTokens temperature topP topK presencePenalty seed
    frequencyPenalty stopSequences responseModalities responseLogprobs responseMimeType
    responseSchema speechConfig mediaResolution thinkingConfig enableAffectiveDialog
    translationConfig"""
_REALTIME = "audio video text mediaChunks activityStart activityEnd audioStreamEnd"
_SETUP_FIELDS = frozenset(_SETUP.split())
_GENERATION_FIELDS = frozenset(_GENERATION.split())
_REALTIME_FIELDS = frozenset(_REALTIME.split())

_INVALID = "Request contains an invalid argument."


class Refusal(Exception):
    """The service would close the connection over this message.

    Attributes:
        code: WebSocket close code, such as 1007.
        reason: Close reason, at most 123 bytes.
    """

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(f"{code} {reason}")
        self.code = code
        self.reason = reason


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientMessage:
    """One message of a client, in camelCase whatever it was sent in."""

    kind: Kind
    """Which of the five client messages it is."""
    body: Json
    """What stands below that key."""
    audio: bytes = b""
    """Decoded microphone audio of a realtimeInput, else empty."""
    audio_rate: int = 16000
    """Samples a second of ``audio``, from its mime type; 16,000 where it says none."""
    frame: bytes = b""
    """A decoded camera frame of a realtimeInput, else empty."""

    @property
    def turns(self) -> list[Json]:
        """The turns of a clientContent."""
        turns = self.body.get("turns") or []
        return [turns] if isinstance(turns, dict) else list(turns)

    @property
    def turn_complete(self) -> bool:
        """Whether a clientContent asks for a reply; the protocol's default is False."""
        return bool(self.body.get("turnComplete", False))


@dataclass(frozen=True, slots=True, kw_only=True)
class Setup:
    """What a client asked for in its first message."""

    model: str
    """Last part of the model's resource name, such as ``gemini-3.8-live``."""
    body: Json = field(repr=False)
    """The whole setup, camelCase."""

    @property
    def modality(self) -> str:
        """``AUDIO`` or ``TEXT``; the service's default is AUDIO."""
        wanted = _at(self.body, "generationConfig", "responseModalities") or ["AUDIO"]
        return str(wanted[0]).upper()

    @property
    def input_transcription(self) -> bool:
        """Whether the user's words are to be transcribed."""
        return "inputAudioTranscription" in self.body

    @property
    def output_transcription(self) -> bool:
        """Whether the model's words are to be transcribed."""
        return "outputAudioTranscription" in self.body

    @property
    def manual_activity(self) -> bool:
        """Whether the client sends activityStart and activityEnd itself."""
        return bool(self._detection().get("disabled", False))

    @property
    def silence_ms(self) -> float | None:
        """The client's ``silenceDurationMs``, in ms; None leaves it to the service."""
        value = self._detection().get("silenceDurationMs")
        return None if value is None else float(value)

    @property
    def no_interruption(self) -> bool:
        """Whether the client asked that speech does not cut a reply."""
        handling = _at(self.body, "realtimeInputConfig", "activityHandling")
        return bool(handling == "NO_INTERRUPTION")

    @property
    def initial_history(self) -> bool:
        """Whether client content up to the first turnComplete only seeds the history."""
        return bool(_at(self.body, "historyConfig", "initialHistoryInClientContent"))

    @property
    def resumption(self) -> bool:
        """Whether the client asked for session resumption handles."""
        return "sessionResumption" in self.body

    @property
    def handle(self) -> str | None:
        """The handle of the session to resume, if one was given."""
        return _at(self.body, "sessionResumption", "handle") or None

    @property
    def explicit_vad_signal(self) -> bool:
        """Whether the client asked for voice activity messages (Vertex)."""
        return bool(self.body.get("explicitVadSignal", False))

    @property
    def functions(self) -> list[str]:
        """Names of the declared functions."""
        return [str(declared.get("name")) for declared in self._declarations()]

    def is_blocking(self, function: str) -> bool:
        """Whether ``function`` was declared BLOCKING, which is the default."""
        for declared in self._declarations():
            if declared.get("name") == function:
                return bool(declared.get("behavior") != "NON_BLOCKING")
        return True

    def _declarations(self) -> list[Json]:
        tools = self.body.get("tools") or []
        return [item for tool in tools for item in tool.get("functionDeclarations") or []]

    def _detection(self) -> Json:
        found = _at(self.body, "realtimeInputConfig", "automaticActivityDetection")
        return found if isinstance(found, dict) else {}


def parse(frame: str | bytes) -> ClientMessage:
    """Read one frame of a client, in either casing.

    Raises:
        Refusal: 1007, where the service cannot read it either.

    Example:
        >>> parse('{"client_content": {"turnComplete": true}}').turn_complete
        True
    """
    try:
        message = json.loads(frame)
    except ValueError:
        raise Refusal(1007, "Invalid JSON payload received.") from None
    if not isinstance(message, dict):
        raise Refusal(1007, "Invalid JSON payload received. Expected an object.")
    message = camel(message)
    kinds = [kind for kind in _KINDS if kind in message]
    unknown = set(message) - set(_KINDS)
    if unknown:
        raise unknown_name(min(unknown))
    if len(kinds) != 1:
        raise Refusal(1007, _INVALID)
    kind = kinds[0]
    body = message[kind]
    if not isinstance(body, dict):
        raise Refusal(1007, f"Invalid value at '{kind}'.")
    if kind != "realtimeInput":
        return ClientMessage(kind=kind, body=body)
    if unknown := set(body) - _REALTIME_FIELDS:
        raise unknown_name(min(unknown), "realtime_input")
    audio, rate = _audio_of(body)
    return ClientMessage(kind=kind, body=body, audio=audio, audio_rate=rate, frame=_frame_of(body))


def parse_setup(message: ClientMessage, *, backend: Backend, version: str) -> Setup:
    """Check a first message as the service does.

    Args:
        message: The first message of a connection.
        backend: Which API the client connected to.
        version: The API version in the path, such as ``v1beta``.

    Raises:
        Refusal: 1007, for an unknown or unsupported field or a bad model name; 1008 where
            something else than a setup came first.
    """
    if message.kind != "setup":
        raise Refusal(1008, "setup must be the first message and only the first")
    body = message.body
    allowed = _SETUP_FIELDS | {"explicitVadSignal"} if backend == "vertex" else _SETUP_FIELDS
    if unknown := set(body) - allowed:
        raise unknown_name(min(unknown), "setup")
    generation = body.get("generationConfig") or {}
    if unknown := set(generation) - _GENERATION_FIELDS:
        raise unknown_name(min(unknown), "setup.generation_config")
    if backend == "developer":
        # Preview fields of the Developer API live in v1alpha only (pydantic-ai docs/realtime,
        # for proactivity on v1beta); v1 is inferred to be no wider than v1beta.
        if version != "v1alpha":
            if "proactivity" in body:
                raise unknown_name("proactivity", "setup")
            if "enableAffectiveDialog" in generation:
                raise unknown_name("enableAffectiveDialog", "setup.generation_config")
        if "transparent" in (body.get("sessionResumption") or {}):
            raise unknown_name("transparent", "setup.session_resumption")
    name = str(body.get("model") or "")
    if "models/" not in name:
        raise Refusal(1007, "BidiGenerateContentSetup.model: must be a resource name of a model")
    return Setup(model=name.rsplit("/", 1)[-1], body=body)


def unknown_name(name: str, at: str = "") -> Refusal:
    """The service's answer to a field it does not know."""
    where = f" at '{at}'" if at else ""
    text = f'Invalid JSON payload received. Unknown name "{name}"{where}: Cannot find field.'
    return Refusal(1007, text)


def camel(value: Any) -> Any:
    """``value`` with every protocol key in camelCase; what belongs to the app stays as it is.

    Example:
        >>> camel({"tool_response": {"function_responses": [{"response": {"my_key": 1}}]}})
        {'toolResponse': {'functionResponses': [{'response': {'my_key': 1}}]}}
    """
    if isinstance(value, list):
        return [camel(item) for item in value]
    if not isinstance(value, dict):
        return value
    result: Json = {}
    for key, item in value.items():
        name = re.sub(r"_([a-z0-9])", lambda match: match[1].upper(), key)
        result[name] = item if name in _OPAQUE else camel(item)
    return result


def text_of(turn: Mapping[str, Any]) -> str:
    """All text parts of one turn of client content, joined as they are."""
    parts = turn.get("parts") or []
    return "".join(str(part.get("text") or "") for part in parts if isinstance(part, dict))


def close_reason(text: str) -> str:
    """``text`` cut to the 123 bytes that a WebSocket close frame can carry."""
    return text.encode()[:123].decode(errors="ignore")


def _audio_of(body: Json) -> tuple[bytes, int]:
    blobs = [body["audio"]] if body.get("audio") else list(body.get("mediaChunks") or [])
    audio, rate = b"", 16000
    for blob in blobs:
        mime = str(blob.get("mimeType") or "")
        if not mime.startswith("audio/"):
            continue
        if found := re.search(r"rate=(\d+)", mime):
            rate = int(found[1])
        audio += _decoded(str(blob.get("data") or ""))
    return audio, rate


def _frame_of(body: Json) -> bytes:
    for blob in [body.get("video"), *list(body.get("mediaChunks") or [])]:
        if blob and str(blob.get("mimeType") or "").startswith("image/"):
            return _decoded(str(blob.get("data") or ""))
    return b""


def _decoded(data: str) -> bytes:
    """Base64 in either alphabet: google-genai sends the URL-safe one."""
    padded = data.replace("-", "+").replace("_", "/") + "=" * (-len(data) % 4)
    try:
        return base64.b64decode(padded, validate=True)
    except ValueError:
        raise Refusal(1007, "Invalid value at 'realtime_input': not base64") from None


def _at(value: Any, *path: str) -> Any:
    for key in path:
        if not isinstance(value, dict):
            return None
        value = value.get(key)
    return value
