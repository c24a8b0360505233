"""One profile for each model family and backend: which way a note takes, and what the server can be
relied on for.

Knows: model names, and what is known of each family, with its evidence and date. Must not know how
anything is sent. Marks: *documented* (Google's pages), *measured* (third parties with raw logs),
*reported* (users, framework sources), *inferred*. Nothing here was measured against the real
service by this project; `gemini-live-interrupt probe` asks it. An unknown or newer model gets the
newest family's profile.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Literal

from gemini_live_interrupt.core.events import Delivery

Family = Literal["2.0", "2.5", "3.1", "3.8"]
Backend = Literal["developer", "vertex"]
Route = Literal["none", "silent", "silent_and_repair", "answering", "system", "frame"]
"""A way to let a model know of a cut: not at all, by a silent note, by a silent note and a repair
where its reply does not come back, by an answering note, by client content of the role `system`
(Vertex), by a picture with the note's text in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteFound:
    """What calls over one route have shown."""

    route: Route
    calls: int
    """Barge-ins that were tried."""
    in_prompt: int | None = None
    """How many of the notes entered the prompt, by the token counts; None: they did not say."""
    used: int = 0
    """After how many the story went on where it had been cut."""
    replies: float | None = None
    """Replies for one barge-in, on average: 2 is a double reply."""
    closes: int = 0
    """How many calls the server closed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """How one model family behaves on one backend."""

    family: Family
    backend: Backend = "developer"
    known: bool = True
    """False if the model's name was not recognised and the newest family was assumed."""
    deliveries: tuple[Delivery, ...]
    """Which deliveries a note may take with `delivery="auto"`, the preferred one first; the next
    one is for the sessions after one that refused a note. Empty: the model takes no notes."""
    silent_reaches_audio_turn: bool | None
    """Whether a pending silent note is used by the next spoken turn; None: nobody has published a
    measurement."""
    whole_utterances: bool
    """One input transcript message is one whole utterance (else: deltas of one utterance)."""
    reports_activity: bool
    """The server sends `voiceActivity` unasked."""
    text_interrupts: bool
    """Answering client content cuts a reply that is running (else: it is answered afterwards)."""
    forgets_blocking_calls: bool
    """A barge-in makes the server forget a BLOCKING call without `toolCallCancellation`."""
    routes: tuple[RouteFound, ...] = ()
    """What `gemini-live-interrupt probe` has found out about this very model, where it was asked."""


_PROFILES: dict[Family, Profile] = {
    # gemini-3.8-live: silent client content accepted for the whole session with explicit roles
    # (documented, model page of 2026-09-15); a turn_complete note was accepted 15 of 15 times,
    # interrupted 8 of 12 replies and was echoed in 10 of 12 (measured, 2026-09). Whether the silent
    # one is *used* by the next spoken turn: not measured by anybody. Whole-utterance transcripts
    # and unasked voiceActivity: measured, 2026-09. Blocking calls forgotten: measured.
    "3.8": Profile(
        family="3.8",
        deliveries=("silent", "answering"),
        silent_reaches_audio_turn=None,
        whole_utterances=True,
        reports_activity=True,
        text_interrupts=True,
        forgets_blocking_calls=True,
    ),
    # gemini-3.1-flash-live: client content was refused with 1007 from March to about July 2026,
    # accepted since August (recordings; model page of 2026-09); a silent user note reached the next
    # spoken turn 3 of 3 times (reported, manual activity). Text cuts a running reply (reported,
    # live-checked by a framework).
    "3.1": Profile(
        family="3.1",
        deliveries=("silent", "answering"),
        silent_reaches_audio_turn=True,
        whole_utterances=False,
        reports_activity=False,
        text_interrupts=True,
        forgets_blocking_calls=False,
    ),
    # gemini-2.5 native audio and half-cascade: silent client content is used by the next typed turn
    # (recordings) but often not by the next spoken one (reported: a forum thread that Google is
    # looking into, Pipecat's source). An answering note that races live audio closed the connection
    # with 1007 (reported), so silent stays first: at worst it does nothing. A running reply is
    # finished, then text is answered (reported).
    "2.5": Profile(
        family="2.5",
        deliveries=("silent", "answering"),
        silent_reaches_audio_turn=False,
        whole_utterances=False,
        reports_activity=False,
        text_interrupts=False,
        forgets_blocking_calls=False,
    ),
    # gemini-2.0-flash-live, retired 2025-12-09: pending client content blocked replies to speech
    # (reported), so only an answering note is safe.
    "2.0": Profile(
        family="2.0",
        deliveries=("answering",),
        silent_reaches_audio_turn=False,
        whole_utterances=False,
        reports_activity=False,
        text_interrupts=True,
        forgets_blocking_calls=False,
    ),
}

_VERSION = re.compile(r"gemini(?:-[a-z]+)*-(\d+)(?:\.(\d+))?")


def profile_for(model: str | None, *, vertex: bool = False) -> Profile:
    """The profile of a model.

    Args:
        model: its name in any form ("gemini-3.8-live", "models/…", "projects/…/models/…"); None if
            not known.
        vertex: True on Vertex AI, False on the Gemini Developer API.

    >>> profile_for("models/gemini-2.5-flash-native-audio-preview-09-2025").family
    '2.5'
    >>> profile_for("gemini-live-2.5-flash", vertex=True).backend
    'vertex'
    >>> profile_for("gemini-9-live").family, profile_for("gemini-9-live").known
    ('3.8', False)
    """
    name = (model or "").lower().rpartition("/")[2]
    match = None if "robotics" in name else _VERSION.match(name)
    version = (int(match[1]), int(match[2] or 0)) if match else None
    family: Family
    if version is None or version >= (3, 2):
        family = "3.8"
    elif version >= (3, 0):
        family = "3.1"
    elif version >= (2, 5):
        family = "2.5"
    else:
        family = "2.0"
    known = version in {(2, 0), (2, 5), (3, 1), (3, 8)}
    profile = replace(_PROFILES[family], backend="vertex" if vertex else "developer", known=known)
    # Streams, not conversations: they take no turns and no instructions (documented).
    one_way = "-translate" in name or "-transcribe" in name
    return replace(profile, deliveries=()) if one_way else profile
