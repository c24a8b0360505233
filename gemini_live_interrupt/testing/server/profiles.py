"""How each model family behaves on the wire, one profile per family and backend.

A profile is data: which shape messages have, in which order and how fast they come, and which
rules a client meets. It knows nothing of sockets or of the model's words. Every flag says where
it is known from; the marks are

* ``[D]`` documented by Google,
* ``[M]`` measured by somebody with raw logs: cassettes of pydantic-ai (August to October 2026,
  2.5, 3.1, 3.8 and Vertex 2.5) and the public runs of frontier-on-cloud (September to October
  2026, gemini-3.8-live),
* ``[U]`` reported by users without raw evidence,
* ``[I]`` inferred here, for want of better.

Nobody has run these profiles against the real service side by side; they are as good as that.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Literal

from gemini_live_interrupt.testing.server.usage import UsageShape
from gemini_live_interrupt.testing.server.wire import Backend

__all__ = ["PROFILES", "ServerProfile", "Timings", "profile_for", "profile_named"]

Span = tuple[float, float]
"""Lowest and highest value; each time one is needed it is drawn evenly between them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Timings:
    """When things happen, in ms unless a line says otherwise."""

    audio_speed: Span = (4.2, 5.0)
    """Audio ms sent per ms, for a whole reply: 4-5 on 3.8 [M]."""
    audio_chunk: float = 80.0
    """Audio in one message. Only 40-100 ms is known from clients' logs [I]."""
    interrupted_after: Span = (139.0, 262.0)
    """From the first sample of the user's speech to ``interrupted`` [M, 3.8]."""
    turn_complete_after_cut: Span = (4.0, 36.0)
    """From ``interrupted`` to the cut turn's ``turnComplete`` [M, 3.8]."""
    text_interrupted_after: Span = (14.0, 21.0)
    """From realtime text to ``interrupted`` [M, 3.8]."""
    content_interrupted_after: Span = (12.0, 78.0)
    """From client content that interrupts to ``interrupted`` [M, 3.8]."""
    end_of_speech: float = 1200.0
    """Silence after which the user's turn is over: transcript and ACTIVITY_END came 1.2-1.3 s
    after the end of speech [M, 3.8]. A client's ``silenceDurationMs`` replaces it."""
    reply_after: Span = (500.0, 900.0)
    """From the end of the user's turn to the reply's first audio [M, 3.8]."""
    content_reply_after: Span = (503.0, 1125.0)
    """From client content with turnComplete to the reply's first audio [M, 3.8]."""
    transcript_delta_gap: Span = (15.0, 60.0)
    """Between two deltas of the user's transcript [I]."""
    turn_complete_lag: Span = (0.0, 60.0)
    """From the assumed end of playback to ``turnComplete``; about none [M, 3.8]."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerProfile:
    """One model family on one backend."""

    name: str
    """Short name, for ``LiveServer(profile=...)`` and the demo's ``--model``."""
    model: str
    """A model id of the family, as a client would write it."""
    matches: str
    """Regular expression on model ids that get this profile."""
    backend: Backend
    """Which API."""
    newest: bool = False
    """Unknown models of this backend get this profile."""

    # What the server sends
    transcript: Literal["bundled", "interleaved", "ahead"] = "bundled"
    """Where the reply's text goes: in the audio's own messages (3.1, 3.8), in messages between
    them, slightly ahead (2.5), or all of it before the first audio (Vertex 2.5). All [M]."""
    spaces: Literal["leading", "either"] = "leading"
    """On which side of a chunk its space stands: 3.8 has both kinds [M]."""
    transcript_finished: bool = False
    """Whether an empty ``{}`` opens the transcript and ``finished: true`` ends it (Vertex) [M]."""
    input_transcript: Literal["whole", "deltas"] = "deltas"
    """The user's words in one message without a leading space (3.8) or in deltas with one
    (2.5) [M]."""
    input_transcript_unasked: bool = False
    """3.x transcribes the user also where setup does not ask for it [U]."""
    voice_activity: bool = False
    """Sends voiceActivity unasked: 3.8 [M]. Vertex sends it where ``explicitVadSignal`` is
    set [D]."""
    empty_messages: bool = False
    """Sends ``{}`` and ``{"serverContent": {}}`` in between: 3.1 and 3.8 [M]."""
    thoughts: bool = False
    """Begins a reply with a part marked ``thought``, also in audio sessions: 2.5 [M]."""
    resumption_update_unasked: bool = False
    """Sends one sessionResumptionUpdate also where none was asked for: 3.1, 3.8 [M]."""
    session_id: bool = False
    """setupComplete carries a ``sessionId``: Vertex [M]."""
    audio_mime: str = "audio/pcm;rate=24000"
    """Vertex sends ``audio/pcm`` without a rate [M]."""
    model_role: bool = False
    """modelTurn says ``role: model``: Vertex [M]."""
    grounding_on_turn_complete: bool = False
    """turnComplete carries an empty groundingMetadata: Vertex [M]."""
    usage: UsageShape = "responseTokenCount"
    """What ``usageMetadata`` calls the reply's tokens: on Vertex ``candidatesTokenCount`` [M, half-
    cascade; for the others by google-genai's own converter]."""

    # What a client may send
    text_modality: bool = False
    """TEXT replies: the half-cascade models of Vertex only; elsewhere 1007 [U]."""
    role_required: bool = False
    """Client content without a role closes 1007: 3.x [V, LiveKit's source]."""
    system_role: Literal["refused", "ignored", "instructs"] = "refused"
    """Role ``system`` in client content: an error on the Developer API. On Vertex it takes the place
    of the session's instruction (LiveKit 1.8.9 relies on it) [U]; an earlier report says that it is
    ignored [U]."""
    client_content: Literal["always", "initial_only"] = "always"
    """3.1 refused client content after the initial history from March to July 2026 [U], and
    accepts it since [M]."""
    context_update: bool = False
    """Whether contextUpdate is known: documented for Vertex; unknown on the Developer API,
    where this server refuses it [I]."""
    tool_scheduling: bool = True
    """Whether ``scheduling`` in a tool response is accepted; 1007 on 3.8 [M, contradicts its
    page]."""

    # What the model makes of it
    silent_note_on_audio: bool = True
    """Whether client content with turnComplete false is used by the next *audio* turn. On 3.1
    3 of 3 [U], on 3.8 claimed by Pipecat and not measured [U]. On 2.5 the first spoken reply after
    it is naive and the second knows (Pipecat's source) [U]; it enters the prompt with that one
    [I]. The next typed turn, and the next that content asked for, use it on all [M, 2.5]."""
    reads_frames: bool = False
    """Whether a note that stands in a camera frame is used by the next spoken turn: a frame reaches
    it [M, 2.5], but nobody has shown that what it says is obeyed. Here the text is the JPEG's
    comment."""
    goes_on_unaided: bool = True
    """Whether, where no note was used, the model goes on by itself with a reply that was cut, from
    where it believes it was. On 2.5 it answers, and stops [I]: no log shows more."""
    content_interrupts: bool = True
    """Whether client content with turnComplete true cuts a running reply: 3.x yes [D]; 2.5 on the
    Developer API answers it afterwards [U, checked by pydantic-ai], on Vertex it cuts [U]."""
    tool_cancellation: bool = False
    """Whether a barge-in sends toolCallCancellation: documented [D], never seen on 3.8 [M]."""
    timings: Timings = Timings()
    """When things happen."""


_GEMINI_38 = ServerProfile(
    name="3.8",
    model="gemini-3.8-live",
    matches=r"gemini-3\.[2-9].*live.*",
    backend="developer",
    newest=True,
    transcript="bundled",
    spaces="either",
    input_transcript="whole",
    input_transcript_unasked=True,
    voice_activity=True,
    empty_messages=True,
    resumption_update_unasked=True,
    role_required=True,
    tool_scheduling=False,
)

_GEMINI_31 = ServerProfile(
    name="3.1",
    model="gemini-3.1-flash-live-preview",
    matches=r"gemini-3\.[01].*live.*",
    backend="developer",
    input_transcript="whole",
    input_transcript_unasked=True,
    empty_messages=True,
    resumption_update_unasked=True,
    role_required=True,
)

# Pipecat saw `interrupted` 700-1100 ms before the user's transcript on 2.5 (pull request 3429),
# so a turn ends sooner there than on 3.8 [I].
_TIMINGS_25 = Timings(end_of_speech=700.0)

_NATIVE_25 = ServerProfile(
    name="2.5",
    model="gemini-2.5-flash-native-audio-preview-12-2025",
    matches=r"gemini-2\.5-flash-native-audio.*|gemini-live-2\.5-flash-preview|gemini-2\..*",
    backend="developer",
    transcript="interleaved",
    thoughts=True,
    silent_note_on_audio=False,
    goes_on_unaided=False,
    content_interrupts=False,
    tool_cancellation=True,
    timings=_TIMINGS_25,
)

_NATIVE_25_VERTEX = ServerProfile(
    name="2.5-vertex",
    model="gemini-live-2.5-flash-native-audio",
    matches=r"gemini-live-2\.5-flash-native-audio.*|gemini-live-2\.5.*native.*",
    backend="vertex",
    transcript="ahead",
    transcript_finished=True,
    session_id=True,
    audio_mime="audio/pcm",
    model_role=True,
    grounding_on_turn_complete=True,
    system_role="instructs",
    context_update=True,
    usage="candidatesTokenCount",
    silent_note_on_audio=False,
    goes_on_unaided=False,
    tool_cancellation=True,
    timings=_TIMINGS_25,
)

_CASCADE_25_VERTEX = replace(
    _NATIVE_25_VERTEX,
    name="2.5-cascade-vertex",
    model="gemini-live-2.5-flash",
    matches=r"gemini-live-2\.5-flash|gemini-2\..*",
    text_modality=True,
)

_GEMINI_38_VERTEX = replace(
    _GEMINI_38,
    name="3.8-vertex",
    backend="vertex",
    session_id=True,
    model_role=True,
    usage="candidatesTokenCount",
    context_update=True,
)

PROFILES: dict[str, ServerProfile] = {
    profile.name: profile
    for profile in (
        _GEMINI_38,
        _GEMINI_31,
        _NATIVE_25,
        _NATIVE_25_VERTEX,
        _CASCADE_25_VERTEX,
        _GEMINI_38_VERTEX,
    )
}
"""All profiles by name. 3.8 on Vertex is documented to behave as on the Developer API; the Vertex
shapes of its messages are inferred from 2.5."""


def profile_named(name: str) -> ServerProfile:
    """The profile of that name.

    Raises:
        ValueError: There is none; the message lists those there are.
    """
    if name not in PROFILES:
        raise ValueError(f"no profile is called {name!r}; there are {', '.join(PROFILES)}")
    return PROFILES[name]


def profile_for(model: str, backend: Backend) -> ServerProfile:
    """The profile of a model id; unknown ids get the newest family of that backend.

    Example:
        >>> profile_for("gemini-live-2.5-flash", "vertex").name
        '2.5-cascade-vertex'
        >>> profile_for("gemini-9-live", "developer").name
        '3.8'
    """
    here = [profile for profile in PROFILES.values() if profile.backend == backend]
    for profile in here:
        if re.fullmatch(profile.matches, model):
            return profile
    return next(profile for profile in here if profile.newest)
