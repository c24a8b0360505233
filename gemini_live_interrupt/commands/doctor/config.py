"""What in a session's configuration keeps interruptions from being resumed.

Knows the fields of `LiveConnectConfig` in any of the forms that google-genai takes. Must not know
where the configuration comes from.
"""

from __future__ import annotations

from typing import Any

from gemini_live_interrupt.commands.doctor.finding import Finding, bad, good, note
from gemini_live_interrupt.core.profiles import profile_for
from gemini_live_interrupt.genai.config import field_of

_A_NOTE = 3_000
"""Tokens that a context of a few notes needs at least."""


def look(config: Any, model: str | None = None) -> list[Finding]:
    """What a configuration says.

    Args:
        config: a dict in either spelling, or a `LiveConnectConfig`.
        model: the model's name, if it is known.
    """
    refused = _refused(config)
    if refused:
        return [*_model(model), *refused]
    found = [*_model(model)]
    if "AUDIO" not in modalities(config):
        found.append(
            note(
                "The session answers in text. A written reply counts as read when it comes.",
                "If you speak the text yourself, report what you play: handle.playback.",
            )
        )
    else:
        found += _transcription(config)
    found += [*_detection(config), *_compression(config), *_resumption(config)]
    thinking = field_of(config, "thinking_config") is not None
    if thinking and model and "3.8" in model and "extended-thinking" not in model:
        found.append(
            note(
                "thinking_config on plain gemini-3.8-live leaves the setup without an answer (reported).",
                "Leave it out, or use the extended-thinking model.",
            )
        )
    return found


def _refused(config: Any) -> list[Finding]:
    """What google-genai itself would not take, so that nothing more can be said."""
    from google.genai.types import LiveConnectConfig

    if not isinstance(config, (dict, LiveConnectConfig)):
        what = type(config).__name__
        return [bad(f"The configuration is of type {what}.", "Give a dict or a LiveConnectConfig.")]
    try:
        if isinstance(config, dict):
            LiveConnectConfig.model_validate(config)
    except ValueError as error:
        why = "; ".join(str(error).split("\n")[1:3]) or str(error)
        return [bad(f"google-genai does not take it: {' '.join(why.split())[:300]}", "Mend it.")]
    return []


def modalities(config: Any) -> list[str]:
    """The response modalities, in capitals; AUDIO where none is given."""
    given = field_of(config, "response_modalities") or ["AUDIO"]
    given = [given] if isinstance(given, str) else given
    return [str(getattr(each, "value", each)).upper() for each in given]


def _model(model: str | None) -> list[Finding]:
    if not model:
        return []
    profile = profile_for(model)
    if not profile.deliveries:
        return [bad(f"{model} takes no notes: it takes no turns.", "Use a conversational model.")]
    if not profile.known:
        return [
            note(
                f"{model} is not known; it is treated like the newest family, {profile.family}.",
                "gemini-live-interrupt probe tells what it does.",
            )
        ]
    if profile.silent_reaches_audio_turn is False:
        return [
            note(
                f"{model} mostly does not use silent notes in spoken turns (reported). "
                "The library looks at the reply and asks once more where the story should have gone on.",
                "gemini-live-interrupt probe tells what your model does.",
            )
        ]
    return [good(f"{model} is of family {profile.family}.")]


def _transcription(config: Any) -> list[Finding]:
    lost = {
        "output_audio_transcription": "nobody knows what the model said, so no interruption is resumed",
        "input_audio_transcription": "a note cannot say what the user said",
    }
    found = []
    for key, so in lost.items():
        if field_of(config, key) is None:
            found.append(bad(f"{key} is missing: {so}.", f'Add "{key}": {{}} to the config.'))
        else:
            found.append(good(f"{key} is on."))
    return found


def _detection(config: Any) -> list[Finding]:
    realtime = field_of(config, "realtime_input_config")
    automatic = field_of(realtime, "automatic_activity_detection")
    handling = str(field_of(realtime, "activity_handling") or "")
    found = []
    if field_of(automatic, "disabled"):
        found.append(
            note(
                "Automatic activity detection is off: only your activity_start interrupts.",
                "Send activity_start and activity_end around what the user says.",
            )
        )
    if handling.endswith("NO_INTERRUPTION"):
        found.append(
            note(
                "NO_INTERRUPTION: the server cuts no reply, so there is nothing to resume.",
                "Leave activity_handling out, if users should be able to interrupt.",
            )
        )
    return found or [good("The server's voice activity detection interrupts replies.")]


def _compression(config: Any) -> list[Finding]:
    compression = field_of(config, "context_window_compression")
    if compression is None:
        return [
            note(
                "No context window compression: an audio session ends after about 15 minutes (documented).",
                'Add "context_window_compression": {"sliding_window": {}} for longer calls.',
            )
        ]
    window = field_of(compression, "sliding_window")
    target = field_of(window, "target_tokens") or 0
    trigger = field_of(compression, "trigger_tokens") or 0
    kept = int(target) or int(trigger) // 2
    if 0 < kept < _A_NOTE:
        return [
            bad(
                f"Compression keeps about {kept} tokens, so notes are dropped from the context soon.",
                f"Keep at least {_A_NOTE} tokens: target_tokens of sliding_window.",
            )
        ]
    return [good("Context window compression keeps room for notes.")]


def _resumption(config: Any) -> list[Finding]:
    if field_of(config, "session_resumption") is None:
        return [
            note(
                "No session resumption: a connection lasts about ten minutes (documented), and what was "
                "cut then is lost.",
                'Add "session_resumption": {} and reconnect with the latest handle.',
            )
        ]
    return [good("Session resumption is on: a cut is carried over to the next connection.")]
