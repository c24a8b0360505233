"""What a `LiveConnectConfig` says, in any of the forms that google-genai takes.

Knows the two spellings of a dict's keys, and which fields the library lives on. Must not know what
follows from them. It only looks: an iterator is the host's to consume.
"""

from __future__ import annotations

from typing import Any, Literal

from gemini_live_interrupt.genai.fields import items_in
from gemini_live_interrupt.record.messages import plain_message

Lacking = Literal["input_audio_transcription", "output_audio_transcription"]
TRANSCRIPTIONS: tuple[Lacking, ...] = ("input_audio_transcription", "output_audio_transcription")


def field_of(config: Any, name: str) -> Any:
    """A field of a config, which may be a dict in either spelling, an object, or None."""
    if isinstance(config, dict):
        first, *rest = name.split("_")
        return config.get(name, config.get(first + "".join(word.title() for word in rest)))
    return getattr(config, name, None)


def handle_in(config: Any) -> Any:
    """The handle of the session that a new one resumes, if it does."""
    return field_of(field_of(config, "session_resumption"), "handle")


def is_spoken(config: Any) -> bool:
    """Whether the model answers with sound, as far as the config says; it does by default."""
    named = _modalities(config)
    return not named or "AUDIO" in named


def is_surely_spoken(config: Any) -> bool:
    """The same, where that is known: by what the config names, or because it names nothing
    (documented: "defaults to AUDIO")."""
    unknown = config is None or (_given(config) and not _modalities(config))
    return not unknown and is_spoken(config)


def _given(config: Any) -> Any:
    found = field_of(config, "response_modalities")
    if found is None:  # The older place for it.
        found = field_of(field_of(config, "generation_config"), "response_modalities")
    return found


def _modalities(config: Any) -> list[str]:
    found = _given(config)
    named = [found] if isinstance(found, str) else items_in(found)
    return [str(getattr(each, "value", each)).upper() for each in named]


def speech_interrupts(config: Any) -> bool:
    """Whether the user's speech cuts a reply: not so with `NO_INTERRUPTION`."""
    how = field_of(field_of(config, "realtime_input_config"), "activity_handling")
    return str(getattr(how, "value", how) or "").upper() != "NO_INTERRUPTION"


def lacking(config: Any) -> list[Lacking]:
    """The transcriptions that a spoken session should have and has not."""
    if not is_spoken(config):
        return []
    return [name for name in TRANSCRIPTIONS if field_of(config, name) is None]


def what_is_lost(missing: list[Lacking]) -> str:
    """What to change about it, as a sentence.

    >>> what_is_lost(["input_audio_transcription"]).partition(": ")[0]
    'Without transcripts notes cannot say what the user said'
    """
    keys = " and ".join(f'"{name}": {{}}' for name in missing)
    lost = (
        "interruptions cannot be resumed"
        if "output_audio_transcription" in missing
        else "notes cannot say what the user said"
    )
    return f"Without transcripts {lost}: add {keys} to the LiveConnectConfig."


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
    found: dict[str, Any] = {
        name: field_of(config, name) is not None
        for name in (
            "input_audio_transcription",
            "output_audio_transcription",
            "session_resumption",
        )
    }
    found["response_modalities"] = _modalities(config)
    resumption = field_of(config, "session_resumption")
    found["resumed"] = bool(field_of(resumption, "handle"))
    found["tools"] = len(items_in(field_of(config, "tools")))
    for name in _PLAIN:
        value = field_of(config, name)
        if value is not None:
            found[name] = plain_message(value)
    return found
