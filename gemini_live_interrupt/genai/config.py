"""What a `LiveConnectConfig` says, in any of the forms that google-genai takes.

Knows the two spellings of a dict's keys, and which fields the library lives on. Must not know what
follows from them.
"""

from __future__ import annotations

from typing import Any

from gemini_live_interrupt.genai.saying import warn_once


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
