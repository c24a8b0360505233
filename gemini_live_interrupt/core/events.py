"""What the core is told, and what it asks for; also, for short, the records of `facts.py`.

Frozen records only. This module knows the vocabulary of the conversation and nothing of
google-genai, of Pipecat, of clocks or of sockets: a shell translates messages or frames into the
*events* here, and carries out the *commands*. Times are not in the events; they are the second
argument of `Conversation.apply`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from gemini_live_interrupt.core.facts import (
    CallOutcome as CallOutcome,
)
from gemini_live_interrupt.core.facts import (
    Cause as Cause,
)
from gemini_live_interrupt.core.facts import (
    Delivery as Delivery,
)
from gemini_live_interrupt.core.facts import (
    HeardSoFar as HeardSoFar,
)
from gemini_live_interrupt.core.facts import (
    History as History,
)
from gemini_live_interrupt.core.facts import (
    Interruption as Interruption,
)
from gemini_live_interrupt.core.facts import (
    Notice as Notice,
)
from gemini_live_interrupt.core.facts import (
    NoticeKind as NoticeKind,
)
from gemini_live_interrupt.core.facts import (
    PositionFrom as PositionFrom,
)
from gemini_live_interrupt.core.facts import (
    Role as Role,
)
from gemini_live_interrupt.core.facts import (
    ToolCall as ToolCall,
)
from gemini_live_interrupt.core.learned import LearnedRoute
from gemini_live_interrupt.core.outcome import Outcome
from gemini_live_interrupt.core.wordless import Wordless
from gemini_live_interrupt.heard.model_turn import WordTime

# --- what the core is told


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class ModelText(Wordless):
    """Text of the model: a transcript chunk of its speech, or a part of a TEXT session."""

    text: str
    """Exactly as received; "" of a TEXT part that is for nobody: a thought."""
    words: tuple[WordTime, ...] = ()
    """Word times, where the server sends them."""
    written: bool = False
    """True for a TEXT part, which the user reads, not hears."""
    language: str = ""
    """The code of its language, such as "de-DE", where the server says so."""


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class ModelAudio(Wordless):
    """Sound of the model."""

    pcm: bytes
    """Mono, signed 16 bit, little endian."""
    sample_rate: int = 24_000
    """Hz."""
    levels: bytes | None = None
    """What an ear has made of it, from a record, whose sound is silent; None: listen to it."""
    crossings: bytes | None = None
    """The same of how often it crosses zero."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GenerationComplete:
    """The model has produced everything of this turn."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnComplete:
    """The server considers the turn over (often at about the end of its playback)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Interrupted:
    """The server's `interrupted`."""


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class UserWords(Wordless):
    """A transcript chunk of the user's speech."""

    text: str
    finished: bool = False
    interim: bool = False
    """An early guess, to be replaced by the next chunk."""


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class UserTyped(Wordless):
    """Text that the app sent for the user: client content, or realtime text."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class UserAudio(Wordless):
    """Microphone audio that the app sent; looked at only when it matters whether somebody is
    speaking."""

    pcm: bytes
    sample_rate: int = 16_000
    """Hz."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Activity:
    """The user started or stopped speaking, as the server or the app says."""

    started: bool
    by_app: bool = False


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class ToolCalled(Wordless):
    """The model called functions."""

    calls: tuple[ToolCall, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolCancelled:
    """The server took calls back."""

    ids: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolAnswered:
    """The app answered calls."""

    ids: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AppInterrupts:
    """The app sent something that cuts what the model is saying, and that nobody said: content
    without a word of the user, or the result of a call that is to be told at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageBegins:
    """The events that follow are one message: it is read whole before anything is decided."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadLate:
    """Whether the messages that follow had to wait until the app read them.

    Their times then say nothing of when they came, and only their order counts.
    """

    late: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageEnds:
    """That was all of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TokensCounted:
    """The server's token counts of the turn that is arriving; None where it left one out. They come
    with its end, so before `TurnComplete`."""

    prompt: int | None
    """Tokens of all that the model had before it."""
    response: int | None
    """Tokens of the reply."""
    thoughts: int | None = None
    """Tokens of its thoughts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ContextGrew:
    """The model got something that is neither the user's words nor speech: a picture, content that
    asks for no reply, or what a search of the service's own has found."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """The app's speaker played more: an increment, in ms or in bytes of the model's audio."""

    ms: float = 0.0
    size: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Flushed:
    """The app emptied its speaker: what was not played will not be."""

    drops_rest: bool = False
    """What still arrives of the reply is dropped, too, until the server has called it interrupted
    or complete; else it is taken for a reply of its own if it goes on for long."""
    cause: Cause = "app"
    """Who or what made the app do it."""
    for_good: bool = False
    """The user wants silence, say by a stop button: the model is told, and never asked to go on."""


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class NoteBuilt(Wordless):
    """The answer to `BuildNote`."""

    id: int
    text: str
    """"" sends nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteSent:
    """The answer to `SendNote`: it is on the wire."""

    id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteFailed:
    """The answer to `SendNote`: it could not be sent."""

    id: int
    error: str
    gone: bool = False
    """True if the connection was gone already, which says nothing against the note."""
    kept: bool = False
    """True if the app kept it on its way, which says nothing against the session."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Disconnected:
    """The connection is gone, wanted or not."""

    wanted: bool
    """True when the app closed it."""
    code: int | None = None
    """The WebSocket's close code, where it is known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """Time has passed: `deadline()` was reached, and all that came before was told."""


Event = (
    ModelText
    | ModelAudio
    | GenerationComplete
    | TurnComplete
    | Interrupted
    | UserWords
    | UserTyped
    | UserAudio
    | Activity
    | ToolCalled
    | ToolCancelled
    | ToolAnswered
    | AppInterrupts
    | MessageBegins
    | MessageEnds
    | ReadLate
    | TokensCounted
    | ContextGrew
    | Played
    | Flushed
    | NoteBuilt
    | NoteSent
    | NoteFailed
    | Disconnected
    | Tick
)


# --- what the core asks for


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildNote:
    """Make the text for this interruption with the prompt builder, and answer with `NoteBuilt`."""

    interruption: Interruption


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class SendNote(Wordless):
    """Send this as user-role client content, and answer with `NoteSent` or `NoteFailed`."""

    id: int
    text: str
    delivery: Delivery
    """"silent": turn_complete False; "answering": turn_complete True."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notify:
    """Give this to the app's `on_interruption`."""

    interruption: Interruption


@dataclass(frozen=True, slots=True, kw_only=True)
class Announce:
    """Give this to the app's `on_event`."""

    notice: Notice


@dataclass(frozen=True, slots=True, kw_only=True)
class Conclude:
    """Give this to the app's `on_outcome`."""

    outcome: Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Learn:
    """Remember for later sessions with this model and backend whether a route worked."""

    route: LearnedRoute
    worked: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """Remember for later sessions with this model that it takes no message of this delivery."""

    delivery: Delivery


@dataclass(frozen=True, slots=True, kw_only=True)
class Log:
    """One line for the log."""

    level: Literal["DEBUG", "INFO", "WARNING"]
    message: str


Command = BuildNote | SendNote | Notify | Announce | Conclude | Learn | Refused | Log
