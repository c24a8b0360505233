"""Reading a note: where in its own reply a text shows that the model should go on.

Any text may be a note; what makes it usable is that it quotes the reply. A stretch that begins
where nothing quoted comes before it and reaches the end of what was sent is a continuation: go on
at its start. A stretch that stops earlier is what was heard: go on with the sentence it stops in.
So a note in any wording works, the library's or a user's own, and none works by a secret format.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

__all__ = ["find_resume"]

# Shorter runs are chance: "the end of the" stands in many texts. A run that reaches the end of the
# reply may be as short as its last sentence.
_SHORTEST_RUN = 4
_SHORTEST_LAST_RUN = 2


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
    words = [(match[0], match.start()) for match in re.finditer(r"\S+", reply)]
    plain = [_plain(word) for word, _ in words]
    noted = [_plain(word) for word in re.findall(r"\S+", _unescaped(note))]
    sent_words = sum(1 for _, start in words if start < sent)
    runs = [
        run
        for run in _runs(plain, noted)
        if run.length >= _SHORTEST_RUN
        or (run.length >= _SHORTEST_LAST_RUN and run.end >= sent_words - 1)
    ]
    if not runs:
        return None
    # The run that reaches furthest is the continuation; of two that do, the one that starts later.
    far = max(runs, key=lambda run: (run.end, run.start))
    reaches_the_end = far.end >= sent_words - 1
    stops_earlier = any(run.end < far.end and run.start <= far.start for run in runs)
    if reaches_the_end or stops_earlier:
        return words[far.start][1]
    return _sentence_start(reply, words[far.end][1] if far.end < len(words) else len(reply))


def quotes(note: str, reply: str) -> bool:
    """Whether ``note`` quotes ``reply`` at all."""
    return find_resume(note, reply, len(reply)) is not None


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
    return word.strip("\"'“”‘’«»„()[]{}<>*_`|,;:.!?…-–—") or word
