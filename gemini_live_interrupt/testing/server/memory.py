"""What a session knows that outlives its connection: a resumption handle brings it back.

Keeps what was told and what was said until a reply uses it. Knows which families use a silent note
when; nothing of sockets, or of what a note says.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from gemini_live_interrupt.testing.server.frames import jpeg_comment
from gemini_live_interrupt.testing.server.plan import Prompt
from gemini_live_interrupt.testing.server.profiles import ServerProfile
from gemini_live_interrupt.testing.server.script import Mind
from gemini_live_interrupt.testing.server.usage import Tokens

__all__ = ["Memory"]


@dataclass(slots=True, kw_only=True)
class _Silent:
    """Client content that asked for no reply."""

    text: str
    spoken_turns: int = 0
    """Replies to speech that began since then without it."""


@dataclass(slots=True, kw_only=True)
class Memory:
    """One session's memory."""

    mind: Mind
    """The model's own state."""
    tokens: Tokens = field(default_factory=Tokens)
    """What is in its prompt."""
    unanswered: list[str] = field(default_factory=list)
    """What the user said and got no reply to."""
    has_unknown: bool = False
    """Whether the user said something that nobody could recognise."""
    content: str = ""
    """Client content that asked for a reply and got none yet."""
    is_seeded: bool = False
    """Whether the initial history is complete."""
    left_at: float | None = None
    """When its last connection ended, on the event loop's clock, in seconds."""
    instruction: str = ""
    """What client content of the role ``system`` put in place of the instruction."""
    _silent: list[_Silent] = field(default_factory=list)
    _frames: list[bytes] = field(default_factory=list)

    def told(self, text: str) -> None:
        """Silent client content came."""
        self._silent.append(_Silent(text=text))

    def shown(self, frame: bytes) -> None:
        """A camera frame came."""
        self._frames.append(frame)

    def prompt(self, kind: str, profile: ServerProfile) -> Prompt:
        """What the model has to reply to now.

        Args:
            kind: What asked for the reply: ``audio``, ``text`` or ``content``.
            profile: Says whether a spoken turn uses what has just been told.
        """
        return Prompt(
            text=" ".join(self.unanswered),
            content=self.content if kind == "content" else "",
            notes=(
                *((self.instruction,) if self.instruction else ()),
                *(note.text for note in self._seen(kind, profile)),
                *(self._read(kind) if profile.reads_frames else ()),
            ),
            is_unknown=self.has_unknown,
            goes_on=profile.goes_on_unaided,
        )

    def reply_begins(self, kind: str, profile: ServerProfile) -> None:
        """What the model has seen is in its prompt now, and answered."""
        seen = self._seen(kind, profile)
        for note in seen:
            self.tokens.enters_text(note.text)
        self._silent = [note for note in self._silent if note not in seen]
        if kind == "audio":
            for note in self._silent:
                note.spoken_turns += 1
            for _ in self._frames:
                self.tokens.enters_frame()
            self._frames.clear()
        self.unanswered.clear()
        self.content, self.has_unknown = "", False

    def _seen(self, kind: str, profile: ServerProfile) -> list[_Silent]:
        is_at_once = kind != "audio" or profile.silent_note_on_audio
        return [note for note in self._silent if is_at_once or note.spoken_turns]

    def _read(self, kind: str) -> list[str]:
        """What stands in the frames; a typed turn does not see them (recorded, 2.5)."""
        comments = map(jpeg_comment, self._frames) if kind == "audio" else ()
        return [comment for comment in comments if comment]
