"""What an app chooses for its conversations, whichever shell it uses.

Knows each setting once: its name, type, default, range and what it means. The public functions, the
Pipecat params and the core's `Options` take them from here, so a new setting is a field of this
class and nothing else. A wrong value is an error at the call that gave it, not in a live session
later. Must not know what any of them does.
"""

from __future__ import annotations

import inspect
import os
import sys
from dataclasses import KW_ONLY, dataclass
from typing import Any, Literal

from gemini_live_interrupt.core.builder import PromptBuilder, takes_interruption
from gemini_live_interrupt.core.note_words import LANGUAGES


@dataclass(frozen=True, slots=True)
class Choices:
    """What an app chooses for its conversations."""

    prompt_builder: PromptBuilder | None = None
    """`(heard, user_text, history) -> note`, or `(interruption) -> note`, sync or async; "" sends
    nothing. None: the built-in note. `heard`: whole words the user heard of the cut reply.
    `user_text`: what the user said to interrupt, of this interruption only, "" when not known yet.
    `history`: the turns before, as `("user" | "model", text)`."""
    max_history: int = 4
    """How many turns a note or builder gets; 0 keeps none. The built-in note quotes 64 at most."""
    _: KW_ONLY
    delivery: Literal["auto", "silent", "answering"] = "auto"
    """"auto" follows the model's profile; "silent" adds the note to the context without asking for
    a reply; "answering" waits until the user has finished and asks for one."""
    false_interruption_after: float | None = 4.0
    """Seconds of quiet after which an interruption without words is taken for noise, and the model
    is asked to go on; None: never."""
    reply_timeout: float | None = None
    """Seconds without a reply after the user's words until the model is reminded; None: never
    (gemini-3.8-live may choose not to answer)."""
    user_words_note: bool = False
    """Send a second silent message with the user's words, where they come after the note and before
    the reply. Nobody has measured yet whether it delays the reply."""

    repair: Literal["auto", "always", "never"] = "auto"
    """Whether the model is asked once more where its reply did not come back to what was cut. "auto":
    to go on, where the user had only acknowledged; to offer it, where they had said something and the
    model is known not to use notes. "always": on any model, and after a long reply, too."""
    profile: str | os.PathLike[str] | None = None
    """A file that `gemini-live-interrupt probe --save FILE` wrote: what was found out about your
    models, in place of our table; None: the one that GEMINI_LIVE_INTERRUPT_PROFILE names, if any."""
    note_language: str = "auto"
    """The language of the built-in note, as a code such as "de". "auto": the conversation's own, where
    we have the text in it, else English as a whole."""

    @property
    def language(self) -> str:
        """The code of the language that was chosen; "" for the conversation's own."""
        return "" if self.note_language == "auto" else self.note_language

    def __post_init__(self) -> None:
        whole = callable(self.prompt_builder) and takes_interruption(self.prompt_builder)
        given = ("interruption",) if whole else ("heard", "user_text", "history")
        check_callable("prompt_builder", self.prompt_builder, *given)
        check_flag("user_words_note", self.user_words_note)
        if not isinstance(self.profile, (str, os.PathLike, type(None))):
            raise TypeError(f"profile must be the path of a file or None, not {self.profile!r}")
        check_language(self.note_language)
        if isinstance(self.max_history, bool) or not isinstance(self.max_history, int):
            raise TypeError(
                f"max_history must be a whole number of turns, not {self.max_history!r}"
            )
        if self.max_history < 0:
            raise ValueError(f"max_history must be 0 (keep none) or more, not {self.max_history}")
        if self.delivery not in ("auto", "silent", "answering"):
            raise ValueError(
                f'delivery must be "auto", "silent" or "answering", not {self.delivery!r}'
            )
        if self.repair not in ("auto", "always", "never"):
            raise ValueError(f'repair must be "auto", "always" or "never", not {self.repair!r}')
        for name in ("false_interruption_after", "reply_timeout"):
            if getattr(self, name) is not None:
                check_number(name, getattr(self, name), least=0.1)


def check_language(value: Any) -> None:
    """ "auto", or the code of a language that the note is written in.

    Raises:
        TypeError: if it is no text.
        ValueError: if there is no note in that language.
    """
    if not isinstance(value, str):
        raise TypeError(f'note_language must be "auto" or a code such as "de", not {value!r}')
    if value != "auto" and value not in LANGUAGES:
        known = ", ".join(sorted(LANGUAGES))
        raise ValueError(f'note_language must be "auto" or one of {known}, not {value!r}')


def check_callable(name: str, value: Any, *takes: str) -> None:
    """None, or something that can be called with these arguments.

    Args:
        name: of the setting.
        value: what was given for it.
        takes: the arguments that it will be called with, by position.

    Raises:
        TypeError: if it is neither.
    """
    if value is None:
        return
    wanted = f"a function that takes ({', '.join(takes)})"
    if not callable(value):
        raise TypeError(f"{name} must be {wanted}, or None, not {type(value).__name__}")
    try:
        signature = inspect.signature(value)
    except (TypeError, ValueError):  # Some of C have none.
        return
    try:
        signature.bind(*takes)
    except TypeError:
        called = getattr(value, "__qualname__", type(value).__qualname__)
        raise TypeError(f"{name} must be {wanted}; {called}{signature} cannot") from None


def check_flag(name: str, value: Any) -> None:
    """True or False.

    Raises:
        TypeError: if it is neither.
    """
    if not isinstance(value, bool):
        raise TypeError(f"{name} must be True or False, not {value!r:.100}")


def check_number(name: str, value: Any, *, least: float) -> None:
    """A finite number of at least `least`.

    Raises:
        TypeError: if it is no number.
        ValueError: if it is out of range.
    """
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise TypeError(f"{name} must be a number, not {value!r}")
    # A whole number may have more digits than a float takes.
    if not abs(value) <= sys.float_info.max:
        given = value if isinstance(value, float) else "such a number"
        raise ValueError(f"{name} must be a finite number, not {given}")
    if value < least:
        raise ValueError(f"{name} must be at least {least:g}, not {value}")
