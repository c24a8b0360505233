"""Reading what the app tells the model: where in its own reply a text shows that it should go on.

Any text may be a note; what makes it usable is that it quotes the reply. A stretch that begins
where nothing quoted comes before it and reaches the end of what was sent is a continuation: go on
at its start. A stretch that stops earlier is what was heard: go on with the sentence it stops in.
So a note in any wording works, the library's or a user's own, and none works by a secret format.

Words of the note itself are no quotation. Where it has quotation marks, only what stands between
them counts, and of that not what it says the user said. A nudge may so tell a model whose story
ends "... what time it was." that "it was only a noise".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from gemini_live_interrupt.testing.server.instruction_words import (
    AFTER,
    ASK_WHETHER,
    CONTINUES,
    HEARD,
    USER,
)

__all__ = ["Asked", "Quotation", "find_quotation", "find_resume", "what_is_asked"]

# Shorter runs are chance: "the end of the" stands in many texts.
_SHORTEST_RUN = 4

_QUOTED = re.compile(
    r'"((?:[^"\\]|\\.)*)"|“([^”]*)”|„([^“”]*)[“”]|«([^»]*)»|「([^」]*)」', re.DOTALL
)
_LABEL = re.compile(r"\s*\[[^\]]+\]")
# A character of a script without spaces is a word, as in the voices' word times.
_WORD = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]|"
                   r"[^\s\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]+")  # fmt: skip
_LEAD = 160
"""Characters before a quotation that say what it is, at most: those of its sentence."""
_SENTENCES = re.compile(r"[.!?。！？।]\s|[。！？\n]")
_BETWEEN = "\0"
"""Stands between two passages, so that no run goes over their seam."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Quotation:
    """Where a note shows that a reply goes on."""

    place: int
    """Character of the reply."""
    at: int
    """Which of the note's words the deciding quote ends with: later quotes are nearer to the
    point, as a note tells history first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What client content that asks for a reply wants, where it does not only quote."""

    kind: Literal["words", "go on", "offer"]
    """``words``: it is what the user says. ``offer``: to ask whether to go on, and no more. ``go
    on``: all else that an app writes."""
    words: str = ""
    """What the user said, by this content."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Run:
    """Words that stand one after the other in both texts."""

    start: int
    """First word in the reply."""
    at: int
    """First word in the note."""
    length: int
    """Words."""

    @property
    def end(self) -> int:
        return self.start + self.length


@dataclass(frozen=True, slots=True, kw_only=True)
class _Passage:
    """A stretch of a note that may quote a reply."""

    text: str
    lead: str = ""
    """What stands before it, which says whose words it is and what for."""
    is_quoted: bool = True
    """Whether it stands between quotation marks."""

    @property
    def is_the_users(self) -> bool:
        return bool(USER.search(self.lead)) and not HEARD.search(self.lead)


def what_is_asked(content: str) -> Asked:
    """Read client content that asks for a reply as an instruction.

    Example:
        >>> what_is_asked('[App context.] The user said "Which fox?" and has had no answer yet.')
        Asked(kind='words', words='Which fox?')
        >>> what_is_asked("Which fox?").words
        'Which fox?'
        >>> what_is_asked('[App context.] Ask in one sentence whether to go on with: "A fox."').kind
        'offer'
    """
    outside = _QUOTED.sub(" ", content)
    if ASK_WHETHER.search(outside):
        return Asked(kind="offer")
    said = " ".join(part.text for part in _passages(content) if part.is_the_users)
    if said:
        return Asked(kind="words", words=said)
    if _LABEL.match(content):
        return Asked(kind="go on")
    return Asked(kind="words", words=content)


def find_resume(note: str, reply: str, sent: int) -> int | None:
    """Character of ``reply`` at which ``note`` tells the model to go on.

    Args:
        note: Any text from the model's context. White space, quotation marks and the escapes of
            JSON make no difference.
        reply: The whole text of the cut reply.
        sent: Characters of it that were sent.

    Returns:
        The place, or None where the note does not quote the reply.

    Example:
        >>> reply = "The fox ran off. It came to a river. The river was deep and cold."
        >>> note = 'Heard: "The fox ran off. It came". Go on: "It came to a river. The river was"'
        >>> reply[find_resume(note, reply, 53):]
        'It came to a river. The river was deep and cold.'
    """
    found = find_quotation(note, reply, sent)
    return None if found is None else found.place


def find_quotation(note: str, reply: str, sent: int) -> Quotation | None:
    """As `find_resume`, and where in the note it stands."""
    quoted = [passage for passage in _passages(note) if not passage.is_the_users]
    found = _found(quoted, reply, sent) if quoted else None
    return found or _found([_Passage(text=_unescaped(note), is_quoted=False)], reply, sent)


def _found(passages: Sequence[_Passage], reply: str, sent: int) -> Quotation | None:
    words = [(match[0], match.start()) for match in _WORD.finditer(reply)]
    noted: list[str] = []
    edges: dict[int, _Passage] = {}
    """Where in the note's words each passage ends."""
    for passage in passages:
        noted += [_plain(word) for word in _WORD.findall(passage.text)]
        edges[len(noted)] = passage
        noted.append(_BETWEEN)
    last = sum(1 for _, start in words if start < sent) - 1

    def counts(run: _Run) -> bool:
        if run.length >= _SHORTEST_RUN:
            return True
        # A short quotation is one as a whole, perhaps without a last word that was cut off.
        ends = min(end for end in edges if end >= run.at + run.length)
        is_whole = ends - run.at - run.length <= 1 and (not run.at or noted[run.at - 1] == _BETWEEN)
        return passages[0].is_quoted and run.end >= last and is_whole

    runs = [run for run in _runs([_plain(word) for word, _ in words], noted) if counts(run)]
    if not runs:
        return None
    # The run that reaches furthest is the continuation; of two that do, the one that starts later.
    far = max(runs, key=lambda run: (run.end, run.start))
    following = words[far.end][1] if far.end < len(words) else len(reply)
    lead = edges[min(end for end in edges if end >= far.at + far.length)].lead
    stops_earlier = any(run.end < far.end and run.start <= far.start for run in runs)
    if AFTER.search(lead):
        place = following
    elif far.end >= last or stops_earlier or CONTINUES.search(lead):
        place = words[far.start][1]
    else:
        place = _sentence_start(reply, following)
    return Quotation(place=place, at=far.at + far.length)


def _passages(note: str) -> Iterator[_Passage]:
    """What stands between quotation marks."""
    end = 0
    for match in _QUOTED.finditer(note):
        lead, end = note[max(end, match.start() - _LEAD) : match.start()], match.end()
        lead = _SENTENCES.split(lead)[-1]
        text = next(group for group in match.groups() if group is not None)
        yield _Passage(text=_unescaped(text), lead=lead)


def _runs(reply: list[str], note: list[str]) -> list[_Run]:
    """Maximal common runs, without those that lie within a longer one of the same note words."""
    where: dict[str, list[int]] = {}
    for index, word in enumerate(reply):
        where.setdefault(word, []).append(index)
    found: list[_Run] = []
    for at, word in enumerate(note):
        for start in where.get(word, ()):
            if start and at and reply[start - 1] == note[at - 1]:
                continue
            length = 1
            while (
                start + length < len(reply)
                and at + length < len(note)
                and reply[start + length] == note[at + length]
            ):
                length += 1
            found.append(_Run(start=start, at=at, length=length))
    found.sort(key=lambda run: -run.length)
    kept: list[_Run] = []
    for run in found:
        inside = any(
            other.at <= run.at and run.at + run.length <= other.at + other.length for other in kept
        )
        if not inside:
            kept.append(run)
    return kept


def _sentence_start(text: str, position: int) -> int:
    """Start of the sentence that ``position`` is in; ``position`` itself where one begins."""
    start = 0
    for match in re.finditer(r"[.!?…][\"'”’)\]]*\s+|[。！？]", text):
        if match.end() > position:
            break
        start = match.end()
    return start


def _unescaped(note: str) -> str:
    """JSON's escapes undone, those of white space made a space."""
    note = re.sub(r"\\u([0-9a-fA-F]{4})", lambda match: chr(int(match[1], 16)), note)
    return re.sub(r"\\[nrt]", " ", note).replace('\\"', '"').replace("\\/", "/")


def _plain(word: str) -> str:
    """A word without the marks around it, which a note may change."""
    return word.strip("\"'“”‘’«»„()[]{}<>*_`|,;:.!?…-–—。，、！？") or word
