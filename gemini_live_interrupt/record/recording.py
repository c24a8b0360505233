"""What an app chose for its records, checked where it is given.

Knows the settings, their environment variables and their ranges. Must not know how a record is
written. The environment is read once for each session, so that a running service can be told to
record with a restart and no change of its code.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal, get_args

from gemini_live_interrupt.core.choices import Choices

VARIABLE = "GEMINI_LIVE_INTERRUPT_RECORD"
"""Names the folder; with `_ON`, `_WORDS` and `_SOUND` behind it, the other settings."""
RecordOn = Literal["always", "trouble"]
_YES, _NO = ("1", "true", "yes", "on"), ("", "0", "false", "no", "off")


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """Where and what to record: for `record_to`, where its bounds are to be others.

    >>> Recording(to=Path("calls"), most_sessions=20).words
    False
    """

    to: Path
    """The folder in which each session gets one of its own."""
    on: RecordOn = "always"
    """"trouble": a session is kept in memory, and written when it had trouble."""
    words: bool = False
    """What people said is written; else nonsense of the same length."""
    sound: bool = False
    """`call.wav` is written: what the user said, and what they heard."""
    most_sessions: int = 200
    """Sessions in the folder; the oldest go."""
    most_mb: float = 1_000.0
    """Megabytes in the folder; the oldest sessions go. One session gets a quarter of it at most."""

    def __post_init__(self) -> None:
        if self.on not in get_args(RecordOn):
            raise ValueError(f'record_on must be "always" or "trouble", not {self.on!r}')
        for name in ("words", "sound"):
            if not isinstance(getattr(self, name), bool):
                raise TypeError(f"record_{name} must be True or False, not {getattr(self, name)!r}")
        if self.sound and self.on == "trouble":
            raise ValueError('record_sound needs record_on="always": sound is not kept in memory')
        if isinstance(self.most_sessions, bool) or not isinstance(self.most_sessions, int):
            raise TypeError(f"most_sessions must be a whole number, not {self.most_sessions!r}")
        if self.most_sessions < 1:
            raise ValueError(f"most_sessions must be 1 or more, not {self.most_sessions}")
        if not 1.0 <= self.most_mb < float("inf"):
            raise ValueError(f"most_mb must be 1 or more, not {self.most_mb}")


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedChoices(Choices):
    """What an app chooses for its conversations and their records, whichever shell it uses."""

    record_to: str | os.PathLike[str] | Recording | None = None
    """The folder in which each session is recorded, for `gemini-live-interrupt explain` and
    `replay`; None: where the environment's GEMINI_LIVE_INTERRUPT_RECORD says, if it does."""
    record_on: RecordOn | None = None
    """"always", the default, or "trouble": only sessions that had some are written."""
    record_words: bool | None = None
    """Record what people said; False, the default: nonsense of the same length stands for it."""
    record_sound: bool | None = None
    """Record the call's sound, too: the user, and the model as it was heard. Default: False."""

    def __post_init__(self) -> None:
        Choices.__post_init__(self)  # A slotted dataclass is made twice: `super()` means the first.
        recording_of(self, environment={})


def recording_of(
    choices: RecordedChoices, *, environment: Mapping[str, str] | None = None
) -> Recording | None:
    """What an app's choices and the environment come to; None if nothing is recorded.

    Args:
        choices: of the app; what is None there is as the environment says.
        environment: None: that of the process.

    Raises:
        TypeError: a choice has the wrong type.
        ValueError: a choice or a variable is none of the possible ones.
    """
    given = os.environ if environment is None else environment
    to = choices.record_to if choices.record_to is not None else given.get(VARIABLE) or None
    if not isinstance(to, (str, os.PathLike, Recording, type(None))):
        raise TypeError(f"record_to must be a folder's name, not {type(to).__name__}")
    chosen = {
        "on": choices.record_on or given.get(f"{VARIABLE}_ON") or None,
        "words": _either(choices.record_words, given, f"{VARIABLE}_WORDS"),
        "sound": _either(choices.record_sound, given, f"{VARIABLE}_SOUND"),
    }
    kept = to if isinstance(to, Recording) else Recording(to=Path(to or ""))
    whole = replace(kept, **{n: v for n, v in chosen.items() if v is not None})  # type: ignore[arg-type]
    return whole if to is not None else None


def _either(chosen: bool | None, environment: Mapping[str, str], name: str) -> bool | None:
    value = environment.get(name)
    if chosen is not None or value is None:
        return chosen
    if value.strip().lower() not in (*_YES, *_NO):
        raise ValueError(f"{name} must be 1 or 0, not {value!r:.40}")
    return value.strip().lower() in _YES
