"""The form of a record: one JSON object a line, a header first (docs/recording.md).

Knows every kind of line, writes one and reads one. Must not know files, threads, or whose lines they
are. A reader takes what it knows and leaves the rest: fields and kinds may be added within a
version; `VERSION` grows when an older reader would misread.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, get_args

from gemini_live_interrupt.core import events as e
from gemini_live_interrupt.core.carried import Carried
from gemini_live_interrupt.record.plain import Said, as_it_is, from_plain, to_plain
from gemini_live_interrupt.record.sound import revived

FORMAT = "gemini-live-interrupt session"
VERSION = 1

EVENTS: dict[str, type[Any]] = {kind.__name__: kind for kind in get_args(e.Event)}
COMMANDS: dict[str, type[Any]] = {kind.__name__: kind for kind in get_args(e.Command)}
_RECORDS: dict[str, dict[str, type[Any]]] = {
    "event": EVENTS,
    "command": COMMANDS,
    "resume": {"Carried": Carried},
}
KINDS = ("event", "command", "message", "resume", "floor", "noticed", "lost", "end")
"""What a line after the header can be: it has one of these keys."""
_LONGEST = 1_000_000.0
"""Seconds of a call; what is said to be further from its start is damaged."""
_LATEST = 32_503_680_000.0
"""Seconds since the epoch: the year 3000."""
_MOST_CHARACTERS = 2_000_000
"""Of one line. A longer one is none of ours."""


class NotARecord(ValueError):
    """This is not a record, or one of a newer version; the text says which."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """What was known when the session began: the first line."""

    session: str
    """A name for the session; also in its folder's name."""
    began: float
    """Seconds since the epoch."""
    clock: int
    """Seconds of the core's clock to which the `t` of each line is added. A whole number, so that
    the sum is exactly the time that the core was told."""
    versions: dict[str, str] = field(default_factory=dict)
    """Of this library, of Python and of what it ran under; "" where one is not installed."""
    shell: str = ""
    """"google-genai" or "pipecat"."""
    model: str = ""
    """As the app named it; "" if it is not known."""
    profile: dict[str, Any] = field(default_factory=dict)
    """What the core was told of the model: the fields of `core.profiles.Profile`."""
    options: dict[str, Any] = field(default_factory=dict)
    """What the app chose for the core: the fields of `core.options.Options`."""
    settings: dict[str, Any] = field(default_factory=dict)
    """What else the app chose: plain values; of a function only that there is one."""
    config: dict[str, Any] = field(default_factory=dict)
    """What of the session's configuration matters to interruptions; no instruction, no handle."""
    words: bool = False
    """Words are as they were said; else nonsense of the same length stands for them."""
    sound: bool = False
    """There is a `call.wav`."""
    resumes: str = ""
    """Digest of the handle that the session was resumed with; "" if it is a new one."""

    @property
    def epoch(self) -> float:
        """Seconds since the epoch at which each line's `t` was 0, by what the core was told; `clock`
        where it was told nothing."""
        told = self.options.get("epoch")
        if isinstance(told, (int, float)) and abs(told) < _LATEST:
            return self.clock + told
        return float(self.clock)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line after the header."""

    number: int
    """Of the line in its file, the header being 1."""
    t: float
    """Seconds since the header's `clock`."""
    kind: str
    """One of `KINDS`, or "" for one that this version does not know."""
    value: Any
    """What stands under that key: the name of the event or command, what was noticed, the message."""
    body: dict[str, Any]
    """The other fields."""

    @property
    def record(self) -> Any:
        """The event, command or state of the line; its sound is silent, and of the right length.

        Raises:
            NotARecord: it is none that this version can read.
        """
        found = _RECORDS.get(self.kind, {}).get(self.value)
        if found is None:
            raise NotARecord(f"line {self.number}: {self.value!r:.40} is not known to this version")
        try:
            return from_plain(found, revived(self.body))
        except ValueError as error:
            raise NotARecord(f"line {self.number}: {error}") from error

    @property
    def is_whole(self) -> bool:
        """Whether `record` can be read."""
        try:
            return self.record is not None
        except NotARecord:
            return False


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What happened in one session."""

    header: Header
    """What was known when it began."""
    lines: Sequence[Line]
    """All that followed, in order."""


# --- writing


def header_line(header: Header) -> str:
    """The first line."""
    fields = {name: getattr(header, name) for name in Header.__dataclass_fields__}
    return _dump({"format": FORMAT, "version": VERSION, **fields})


def record_line(kind: str, record: Any, t: float, said: Said = as_it_is, **more: Any) -> str:
    """A line with an event ("event"), a command ("command") or a state ("resume").

    Args:
        kind: which of the three.
        record: a dataclass of the core.
        t: seconds since the header's `clock`.
        said: what becomes of words that somebody said.
        **more: further fields, such as what the ear made of sound.

    >>> record_line("event", e.UserWords(text="Hello.", finished=True), 1.5)
    '{"t":1.5,"event":"UserWords","text":"Hello.","finished":true}'
    """
    plain = to_plain(record, said)
    return _dump({"t": t, kind: type(record).__name__, **plain, **more})


def other_line(kind: str, value: Any, t: float, **more: Any) -> str:
    """A line with anything else.

    Args:
        kind: "message", "noticed", "lost" or "end".
        value: what stands under it: plain JSON.
        t: seconds since the header's `clock`.
        **more: further fields.
    """
    return _dump({"t": t, kind: value, **more})


_dump = json.JSONEncoder(separators=(",", ":")).encode


# --- reading


def read_header(text: str) -> Header:
    """The header of a record.

    Raises:
        NotARecord: it is none, or of a newer version.
    """
    data = _object(text)
    if data is None or data.get("format") != FORMAT:
        raise NotARecord("its first line is no header of gemini-live-interrupt")
    if data.get("version") != VERSION:
        raise NotARecord(
            f"its version is {data.get('version')!r:.20}, and this library reads {VERSION}: update it"
        )
    try:
        header = from_plain(Header, data)
    except ValueError as error:
        raise NotARecord(f"its header cannot be read: {error}") from error
    if not (0.0 <= header.began < _LATEST and abs(header.clock) < _LATEST):
        raise NotARecord("its header cannot be read: it began at no time that there is")
    return header


def read_texts(texts: Iterable[str]) -> Record:
    """A record from its lines.

    Raises:
        NotARecord: it is none, or of a newer version.
    """
    rest = iter(texts)
    return Record(header=read_header(next(rest, "")), lines=tuple(read_lines(rest)))


def read_lines(texts: Iterable[str]) -> Iterator[Line]:
    """The lines after the header; what is no line, such as one that was cut off, is left out.

    Args:
        texts: the lines of the file after the first, with or without their ends.
    """
    for number, text in enumerate(texts, start=2):
        data = _object(text)
        t = data.pop("t", None) if data is not None else None
        if data is None or isinstance(t, bool) or not isinstance(t, (int, float)):
            continue
        if not -_LONGEST < t < _LONGEST or isinstance(data.get("id"), (list, dict)):
            continue
        kind = next((key for key in KINDS if key in data), "")
        value = data.pop(kind, None)
        if kind in _RECORDS and not isinstance(value, str):
            continue
        yield Line(number=number, t=float(t), kind=kind, value=value, body=data)


def _object(text: str) -> dict[str, Any] | None:
    if len(text) > _MOST_CHARACTERS:
        return None
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return data if isinstance(data, dict) else None
