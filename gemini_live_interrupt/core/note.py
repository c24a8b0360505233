"""The text for the model: what it was saying, how far it was heard, what the user said, and how to go on.

Knows which pieces a message has and the length budget. Must not know a language (`note_words`), how a quotation is
made harmless (`quoting.py`), or when a message is sent, or how. The note stays in the session's context for good, so
its fixed text is short: at most 900 characters in any language.

Two choices rest on what others measured: notes with quotable sentences were echoed by the model in 10 of 12 runs
(gemini-3.8-live, 2026-09, answering delivery), hence the first line; and "mm-hm" is where the newest models fail most
(IHBench: they continue exactly from the cut in 13 to 32 %), hence the explicit second rule.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from gemini_live_interrupt.core.builder import PromptBuilder
from gemini_live_interrupt.core.events import History, Interruption, ToolCall
from gemini_live_interrupt.core.note_words import Words, words_for
from gemini_live_interrupt.core.quoting import MOST_CUSTOM, NOTHING, quoted, sendable

__all__ = [
    "MOST_CUSTOM",
    "MOST_FIXED",
    "PromptBuilder",
    "Why",
    "build_note",
    "build_nudge",
    "build_offer",
    "build_reminder",
    "build_repair",
    "build_words",
    "quoted",
    "sendable",
]

Why = Literal["noise", "connection", "stall"]

MOST_FIXED = 900
"""Characters of fixed text at most."""

_HEARD = 700
_CONTINUATION = 1_500
_USER = 500
_LAST_WORDS = 120
_TURN = 240
_MOST_TURNS = 64
"""However many the app keeps for a builder of its own: a note stays in the context for good."""
_TOOL = 160


def build_note(interruption: Interruption) -> str:
    """The built-in note for one interruption.

    Call it in a builder of your own to change a word of it, or to add to it.

    Args:
        interruption: what was cut; its `language` is the note's.

    Raises:
        TypeError: if it is something else, such as the `heard` of a builder with three arguments.
    """
    if not isinstance(interruption, Interruption):
        raise TypeError(
            f"build_note takes an Interruption, not {type(interruption).__name__}: a builder that "
            "calls it takes one argument, `interruption`"
        )
    words = words_for(interruption.language)
    lines = [f"{words.label}{words.quotes}]"]
    if interruption.history:
        lines += [words.earlier, *_history(words, interruption.history[-_MOST_TURNS:])]
    lines.append(words.cut_by.get(interruption.cause, words.cut))
    heard = _quoted(words, interruption.heard, _HEARD, keep="end")
    lines.append(words.heard + (heard if heard != NOTHING else words.heard_nothing))
    lines += _tools(words, interruption.tool_calls)
    said = _quoted(words, interruption.user_text, _USER)
    if said != NOTHING:
        lines.append(words.said + said)
    else:
        nobody = interruption.cause == "connection"
        lines.append(words.said_nothing if nobody else words.said_later)
    rest = _quoted(words, interruption.continuation, _CONTINUATION)
    lines.append(words.continuation + rest if rest != NOTHING else words.no_continuation)
    lines.append(words.rules)
    return "\n".join(lines)


def build_nudge(
    interruption: Interruption | None, *, why: Why = "noise", language: str = ""
) -> str:
    """The answering message that breaks the silence after a reply was cut and nobody said a word.

    Args:
        interruption: what was cut; None if its words are not known, because the cut came before them.
        why: what cut it.
        language: the code of its language, where there is no interruption.
    """
    if interruption is not None and interruption.cause == "connection":
        why = "connection"
    words = words_for(language if interruption is None else interruption.language)
    return f"{words.label}]\n{words.why[why]} {_go_on(words, interruption)}"


def _go_on(words: Words, interruption: Interruption | None) -> str:
    if interruption is None:
        return words.give_it_now
    if interruption.continuation.strip():
        rest = _quoted(words, interruption.continuation, _CONTINUATION)
        return words.go_on_with.replace("{}", rest)
    last = _quoted(words, interruption.heard, _LAST_WORDS, keep="end")
    return words.go_on_after.replace("{}", last)


def build_repair(interruption: Interruption) -> str:
    """The answering message that has the model go on with what was cut, after a reply that did
    not."""
    words = words_for(interruption.language)
    return f"{words.label}]\n{_go_on(words, interruption)}"


def build_offer(interruption: Interruption) -> str:
    """The answering message that has the model ask whether to go on with what was cut."""
    words = words_for(interruption.language)
    rest = _quoted(words, interruption.continuation, _CONTINUATION)
    return f"{words.label}]\n" + words.offer.replace("{}", rest)


def build_reminder(user_text: str, *, language: str = "") -> str:
    """The answering message when the user spoke and no reply came.

    Args:
        user_text: what the user said.
        language: the code of its language; "": by the text.
    """
    words = words_for(language, user_text)
    return f"{words.label}]\n" + words.answer_now.replace("{}", _quoted(words, user_text, _USER))


def build_words(user_text: str, *, language: str = "") -> str:
    """The second silent message of an interruption: the words that its note could not have yet.

    Args:
        user_text: what the user said.
        language: the code of its language; "": by the text.
    """
    words = words_for(language, user_text)
    said = _quoted(words, user_text, _USER)
    return f"{words.label}{words.quotes}]\n{words.said_to_interrupt}{said}"


def _quoted(words: Words, text: str, most: int, *, keep: str = "start") -> str:
    return quoted(text, most, keep=keep, shortened=words.shortened)


def _history(words: Words, history: History) -> list[str]:
    return [
        f"- {words.user if role == 'user' else words.you}: {_quoted(words, text, _TURN)}"
        for role, text in history
    ]


def _tools(words: Words, calls: Sequence[ToolCall]) -> list[str]:
    if not calls:
        return []
    return [
        words.calls
        + "; ".join(
            f"{_quoted(words, call.name, 64)} {_quoted(words, call.arguments, _TOOL)} "
            f"({words.outcomes.get(call.outcome, words.outcomes['unknown'])})"
            for call in calls[:8]
        )
    ]
