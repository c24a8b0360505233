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

VARIABLE = "GEMINI_LIVE_INTERRUPT_RECORD"
"""Names the folder; with `_ON`, `_WORDS` and `_SOUND` behind it, the other settings."""
RecordOn = Literal["always", "trouble"]
_YES, _NO = ("1", "true", "yes", "on"), ("", "0", "false", "no", "off")


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """Where and what to record.

    >>> Recording.chosen("calls", environment={VARIABLE + "_WORDS": "1"}).words
    True
    >>> Recording.chosen(None, environment={}) is None
    True
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

    @classmethod
    def chosen(
        cls,
        to: str | os.PathLike[str] | Recording | None,
        *,
        on: RecordOn | None = None,
        words: bool | None = None,
        sound: bool | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> Recording | None:
        """What an app's arguments and the environment come to; None if nothing is recorded.

        Args:
            to: the app's `record_to`; None: as the environment says.
            on: the app's `record_on`; None: as the environment says, else "always".
            words: the app's `record_words`; None: as the environment says, else False.
            sound: the app's `record_sound`; None: as the environment says, else False.
            environment: None: that of the process.

        Raises:
            TypeError: an argument has the wrong type.
            ValueError: an argument or a variable is none of the possible ones.
        """
        given = os.environ if environment is None else environment
        if to is None:
            to = given.get(VARIABLE) or None
        if to is None:
            return None
        if not isinstance(to, (str, os.PathLike, Recording)):
            raise TypeError(f"record_to must be a folder's name, not {type(to).__name__}")
        kept = to if isinstance(to, Recording) else cls(to=Path(to))
        from_environment = {
            "on": given.get(f"{VARIABLE}_ON") or None,
            "words": _flag(given, f"{VARIABLE}_WORDS"),
            "sound": _flag(given, f"{VARIABLE}_SOUND"),
        }
        arguments = {"on": on, "words": words, "sound": sound}
        chosen = {
            name: value if value is not None else from_environment[name]
            for name, value in arguments.items()
        }
        return replace(kept, **{n: v for n, v in chosen.items() if v is not None})  # type: ignore[arg-type]


def _flag(environment: Mapping[str, str], name: str) -> bool | None:
    value = environment.get(name)
    if value is None:
        return None
    if value.strip().lower() not in (*_YES, *_NO):
        raise ValueError(f"{name} must be 1 or 0, not {value!r:.40}")
    return value.strip().lower() in _YES
