"""The scripted model: what it says, and what it makes of what it is told.

A stand-in for Gemini that nobody should mistake for Gemini: it follows a script. But it really
uses what reaches it, and nothing else. It believes that everything it sent was said. After a
barge-in it answers and goes on from where it believes it was, unless a note in its context quotes
its own reply and so shows another place (`gemini_live_interrupt.testing.server.note_reading`); a
temperament (`gemini_live_interrupt.testing.server.temperament`) may have it otherwise. Knows
nothing of sockets, sound or time.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from gemini_live_interrupt.testing.server.note_reading import find_quotation, what_is_asked
from gemini_live_interrupt.testing.server.plan import Plan, Prompt, Reply, Segment
from gemini_live_interrupt.testing.server.temperament import (
    Manner,
    echoed,
    manners,
    past_the_place,
    reworded,
)

__all__ = ["Mind", "ScriptedModel"]

_FILLERS = (
    "mm-hm|mhm|mm|hm|hmm|uh-huh|aha|ah|oh|ok|okay|yeah|yes|yep|right|sure|good|great|nice|wow|"
    "really|i see|all right|got it|noise"
)
_REQUESTS = "go on|please go on|continue|please continue|go ahead|keep going|yes please"
_ACKNOWLEDGEMENTS = frozenset(f"{_FILLERS}|{_REQUESTS}".split("|"))
_GO_ON = re.compile(r"\b(?:go on|continue|go ahead|keep going|yes please)\b")
_MOST_RECENT = 4
"""Turns that a note may quote: it quotes the one that was cut, perhaps after a few others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScriptedModel:
    """A script, the same for every session.

    Example:
        >>> model = ScriptedModel(replies=[Reply("Paris.", to="capital"), Reply("Once upon a time.")])
        >>> mind = model.wake()
        >>> mind.plan(Prompt(text="Tell me a story.")).text
        'Once upon a time.'
        >>> mind.plan(Prompt(text="What is the capital of France?")).text
        'Paris.'
    """

    replies: Sequence[Reply]
    """Answers (with ``to``) may be given any number of times; the rest are said once, in order."""
    fallback: str = "I do not know that."
    """Said to a question that no reply answers."""
    offer: str = "Shall I go on?"
    """Said by ``then="offer"``, and where an app has it ask whether to go on."""
    aside: str = "Okay."
    """Said where it has nothing to answer and does not go on."""
    acknowledgements: frozenset[str] = _ACKNOWLEDGEMENTS
    """What a user says without taking the floor: lower case, without marks."""
    temperament: Manner | Sequence[Manner] = "obeys"
    """How it takes what it is told, by
    `Temperament`: for all replies after a cut, or
    for each in turn, the last for all that follow. ``("ignores", "obeys")`` does not come back at
    first, and does when it is asked again."""

    def __post_init__(self) -> None:
        manners(self.temperament)

    @classmethod
    def of(cls, script: ScriptedModel | Reply | str | Iterable[Reply | str]) -> ScriptedModel:
        """A script from a text, a reply or a list of them.

        Raises:
            TypeError: It is something else.
        """
        if isinstance(script, ScriptedModel):
            return script
        items: Iterable[Any] = [script]
        if isinstance(script, Iterable) and not isinstance(script, str):
            items = script
        replies = [Reply(item) if isinstance(item, str) else item for item in items]
        for reply in replies:
            if not (isinstance(reply, Reply) and isinstance(reply.text, str)):
                raise TypeError(f"a reply is a text or Reply(text), not {reply!r:.100}")
        return cls(replies=tuple(replies))

    def wake(self) -> Mind:
        """A fresh mind that follows this script: one for each session.

        Raises:
            ValueError: A temperament of that name does not exist.
        """
        return Mind(self)


@dataclass(slots=True, kw_only=True)
class _Said:
    """A turn that the model remembers having said."""

    plan: Plan
    position: int = 0
    """Character of its text from which it would go on by itself."""
    sent: int = 0
    """Characters of it that went out."""
    is_cut: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """Where the model may go on."""

    turn: _Said
    position: int
    note: str | None = None
    """What says so; None: its own belief."""

    @property
    def rest(self) -> tuple[Segment, ...]:
        return self.turn.plan.after(self.position)


class Mind:
    """One session's model: where it believes it is in the script."""

    def __init__(self, script: ScriptedModel) -> None:
        self.script = script
        self._manners = manners(script.temperament)
        known = sorted(map(re.escape, script.acknowledgements), key=len, reverse=True)
        self._acknowledgements = re.compile(rf"(?:(?:{'|'.join(known)})(?:\s+|$))*")
        self._said: set[int] = set()
        self._recent: list[_Said] = []
        self._current: _Said | None = None  # what it would go on with by itself
        self._has_offered = False
        self._after_cuts = 0  # replies that it gave after a cut

    def plan(self, prompt: Prompt) -> Plan | None:
        """What to say to ``prompt``; None is silence. Nothing changes until `began`."""
        text, notes = prompt.text, prompt.notes
        quotes = bool(prompt.content) and self._noted([prompt.content]) is not None
        asked = what_is_asked(prompt.content)
        if quotes:
            notes = (*notes, prompt.content)
        elif asked.words not in text:
            text = f"{text} {asked.words}".strip()
        place = self._noted(notes) or self._believed()
        is_told = quotes or (asked.kind == "go on" and place is not None)
        if is_told and place is not None and place.note is None:
            place = _Place(turn=place.turn, position=0, note=prompt.content)  # "give it now"
        if place is None or not (place.rest or place.turn.is_cut):
            return self._fresh(text, prompt)
        found = self._answer(text, is_cut=bool(place.rest))
        goes_on = is_told or place.note is not None or prompt.goes_on or self._wants(text)
        plan = self._after_cut(
            place, found, goes_on=goes_on, offers=quotes and asked.kind == "offer"
        )
        return plan or self._fresh(text, prompt)

    def began(self, plan: Plan) -> None:
        """The model starts to say ``plan``, or to keep the silence that it chose."""
        self._after_cuts += plan.follows_cut
        if not plan.segments:
            return
        self._said |= {int(part.reply) for part in plan.segments if part.reply.isdigit()}
        self._has_offered = plan.segments[-1].reply == "offer"
        entry = _Said(plan=plan)
        kept = next((turn for turn in self._recent if turn.plan is plan.resumes), None)
        if plan.resumed_at is not None and kept is not None:
            self._recent.remove(kept)  # its rest is in this one
        self._recent = [*self._recent, entry][-_MOST_RECENT:]
        if plan.keeps_at is None or kept is None:
            self._current = entry
        else:
            self._current, kept.position = kept, plan.keeps_at

    def spoke(self, plan: Plan, *, sent: int, is_cut: bool = False) -> None:
        """``sent`` characters of ``plan`` went out: the model takes them for said."""
        for turn in self._recent:
            if turn.plan is plan:
                turn.position = turn.sent = sent
                turn.is_cut = turn.is_cut or is_cut

    # What it goes on with

    def _believed(self) -> _Place | None:
        turn = self._current
        return None if turn is None else _Place(turn=turn, position=turn.position)

    def _noted(self, notes: Sequence[str]) -> _Place | None:
        """Where the newest note that quotes a turn says to go on; of several turns in it, the one
        that it quotes last."""
        for note in reversed(notes):
            quoted = [
                (found.at, _Place(turn=turn, position=found.place, note=note))
                for turn in self._recent
                if (found := find_quotation(note, turn.plan.text, turn.sent)) is not None
            ]
            if quoted:
                return max(quoted, key=lambda one: (bool(one[1].rest), one[0]))[1]
        return None

    def _after_cut(
        self, place: _Place, found: tuple[str, Reply] | None, *, goes_on: bool, offers: bool
    ) -> Plan | None:
        """The reply after a cut, in this script's manner; None: as if nothing had been cut."""
        manner = self._manners[min(self._after_cuts, len(self._manners) - 1)]
        turn, position = place.turn, place.position
        words: tuple[Segment, ...] = ()
        tool = None
        if found is not None:
            words, tool = (Segment(text=found[1].text, reply=found[0], start=0),), found[1].tool
        aside = words or (Segment(text=self.script.aside, reply="aside", start=0),)
        then = found[1].then if found is not None else "go on"
        if then == "stop":
            return Plan(segments=words, tool=tool, follows_cut=True)
        stays = Plan(
            segments=aside,
            tool=tool,
            resumes=turn.plan,
            keeps_at=turn.position,
            follows_cut=True,
        )
        if "silent" in manner:
            return Plan(segments=(), follows_cut=True)
        if "ignores" in manner:
            plan = stays
        elif offers or then == "offer":
            if not place.rest:
                return None
            offer = Segment(text=self.script.offer, reply="offer", start=0)
            plan = Plan(
                segments=(*words, offer),
                tool=tool,
                resumes=turn.plan,
                keeps_at=position,
                used_note=place.note,
                follows_cut=True,
            )
        else:
            if "restarts" in manner:
                position, rest = 0, self._from_the_start(turn.plan)
            elif "skips" in manner:
                if place.note is not None:
                    position = past_the_place(turn.plan, position)
                rest = turn.plan.after(position)
            else:
                rest = place.rest
            if not rest:
                return None if goes_on else stays
            if not goes_on and not {"restarts", "skips"} & set(manner):
                plan = stays
            else:
                plan = Plan(
                    segments=words + (reworded(rest) if "rewords" in manner else rest),
                    tool=tool,
                    resumes=turn.plan,
                    resumed_at=position,
                    used_note=place.note,
                    follows_cut=True,
                )
        return echoed(plan, place.note) if "echoes" in manner else plan

    def _from_the_start(self, turn: Plan) -> tuple[Segment, ...]:
        last = turn.segments[-1]
        if not last.reply.isdigit():
            return turn.segments
        return (Segment(text=self.script.replies[int(last.reply)].text, reply=last.reply, start=0),)

    # What it says where nothing was cut

    def _fresh(self, text: str, prompt: Prompt) -> Plan | None:
        found = self._answer(text, is_cut=False)
        if found is not None:
            return Plan(
                segments=(Segment(text=found[1].text, reply=found[0], start=0),), tool=found[1].tool
            )
        # A client that seeds a history sends a space to have it answered, as Pipecat does.
        if not text and not prompt.text and not prompt.is_unknown:
            return None
        for number, reply in enumerate(self.script.replies):
            if reply.to is None and number not in self._said:
                words = (Segment(text=reply.text, reply=str(number), start=0),)
                return Plan(segments=words, tool=reply.tool)
        if self._is_acknowledgement(text) and not prompt.is_unknown:
            return None
        return Plan(segments=(Segment(text=self.script.fallback, reply="fallback", start=0),))

    def _answer(self, text: str, *, is_cut: bool) -> tuple[str, Reply] | None:
        if self._is_acknowledgement(text):
            return None
        for number, reply in enumerate(self.script.replies):
            if reply.answers(text):
                return str(number), reply
        return ("fallback", Reply(self.script.fallback)) if is_cut else None

    def _is_acknowledgement(self, text: str) -> bool:
        return bool(self._acknowledgements.fullmatch(_plain(text)))

    def _wants(self, text: str) -> bool:
        """Whether the user asked it to go on, or said yes to its offer."""
        if not self._is_acknowledgement(text):
            return False
        return bool(_GO_ON.search(_plain(text))) or (self._has_offered and bool(_plain(text)))


def _plain(text: str) -> str:
    return re.sub(r"[^\w\s'-]", "", text.casefold()).strip()
