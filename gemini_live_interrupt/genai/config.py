"""What a `LiveConnectConfig` says, in any of the forms that google-genai takes.

Knows the two spellings of a dict's keys, and which fields the library lives on. Must not know what
follows from them.
"""

from __future__ import annotations

from typing import Any

from gemini_live_interrupt.genai.saying import warn_once
from gemini_live_interrupt.record.messages import plain_message


def field_of(config: Any, name: str) -> Any:
    """A field of a config, which may be a dict in either spelling, an object, or None."""
    if isinstance(config, dict):
        first, *rest = name.split("_")
        return config.get(name, config.get(first + "".join(word.title() for word in rest)))
    return getattr(config, name, None)


def check_transcription(config: Any) -> None:
    """Say once what a spoken session lacks."""
    modalities = [
        str(getattr(m, "value", m)).upper()
        for m in field_of(config, "response_modalities") or ["AUDIO"]
    ]
    if "AUDIO" not in modalities:
        return
    missing = [
        key
        for key in ("input_audio_transcription", "output_audio_transcription")
        if field_of(config, key) is None
    ]
    if missing:
        keys = " and ".join(f'"{key}": {{}}' for key in missing)
        lost = (
            "interruptions cannot be resumed"
            if missing[-1].startswith("output")
            else "notes cannot say what the user said"
        )
        warn_once(f"Without transcripts {lost}: add {keys} to the LiveConnectConfig.")


_PLAIN = (
    "realtime_input_config",
    "context_window_compression",
    "proactivity",
    "explicit_vad_signal",
    "history_config",
    "thinking_config",
)
"""Parts of a config that hold no words of anybody, and no secret."""


def outline_of(config: Any) -> dict[str, Any]:
    """What of a config matters to interruptions, for a record: no instruction, no handle."""
    if config is None:
        return {}
    modalities = field_of(config, "response_modalities")
    found: dict[str, Any] = {
        name: field_of(config, name) is not None
        for name in (
            "input_audio_transcription",
            "output_audio_transcription",
            "session_resumption",
        )
    }
    found["response_modalities"] = [
        str(getattr(one, "value", one))
        for one in (modalities if isinstance(modalities, (list, tuple)) else [])
    ]
    resumption = field_of(config, "session_resumption")
    found["resumed"] = bool(field_of(resumption, "handle"))
    tools = field_of(config, "tools")
    found["tools"] = len(tools) if isinstance(tools, (list, tuple)) else 0
    for name in _PLAIN:
        value = field_of(config, name)
        if value is not None:
            found[name] = plain_message(value)
    return found
