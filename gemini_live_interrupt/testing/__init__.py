"""Test your own voice app without a key, a microphone or the network.

A Live server on this machine (`LiveServer`) that speaks, listens and can be interrupted, a
scripted model that uses what it is told, and the record of all that happened.

Needs ``pip install "gemini-live-interrupt[testing]"``.
"""

from gemini_live_interrupt.testing.assertions import (
    assert_heard,
    assert_one_note,
    assert_resumed,
)
from gemini_live_interrupt.testing.people import (
    PlayedSpan,
    SpeakerSim,
    SyntheticUser,
    speech_from_wav,
)
from gemini_live_interrupt.testing.scoring import Score, heard_text, score
from gemini_live_interrupt.testing.server.fault import Fault, Outgoing
from gemini_live_interrupt.testing.server.faults import FAULTS
from gemini_live_interrupt.testing.server.live_server import LiveServer
from gemini_live_interrupt.testing.server.live_session import LiveSession
from gemini_live_interrupt.testing.server.plan import Reply, ToolCall
from gemini_live_interrupt.testing.server.profiles import (
    PROFILES,
    ServerProfile,
    Timings,
    profile_for,
)
from gemini_live_interrupt.testing.server.record import (
    Note,
    SessionRecord,
    Turn,
    UserSpeech,
    WireMessage,
)
from gemini_live_interrupt.testing.server.script import ScriptedModel
from gemini_live_interrupt.testing.server.strict import (
    Close,
    Expect,
    ExpectNote,
    Pause,
    Send,
    recording,
    replay,
)
from gemini_live_interrupt.testing.server.temperament import TEMPERAMENTS, Temperament
from gemini_live_interrupt.testing.speech.voices import Prosody, Speech, SpokenWord, speak

__all__ = [
    "FAULTS",
    "PROFILES",
    "TEMPERAMENTS",
    "Close",
    "Expect",
    "ExpectNote",
    "Fault",
    "LiveServer",
    "LiveSession",
    "Note",
    "Outgoing",
    "Pause",
    "PlayedSpan",
    "Prosody",
    "Reply",
    "Score",
    "ScriptedModel",
    "Send",
    "ServerProfile",
    "SessionRecord",
    "SpeakerSim",
    "Speech",
    "SpokenWord",
    "SyntheticUser",
    "Temperament",
    "Timings",
    "ToolCall",
    "Turn",
    "UserSpeech",
    "WireMessage",
    "assert_heard",
    "assert_one_note",
    "assert_resumed",
    "heard_text",
    "profile_for",
    "recording",
    "replay",
    "score",
    "speak",
    "speech_from_wav",
]
