"""Thousands of random sequences: what must hold in each of them."""

from __future__ import annotations

import random

import pytest
from conversation_steps import QUESTION, STORY, Talk, assert_asked_at_most_twice, silence

from gemini_live_interrupt.core import events as e
from gemini_live_interrupt.core.carried import Carried
from gemini_live_interrupt.core.situation import Floor

# --- anything may happen


class _Chaos:
    """A random sequence of what a server, a user and an app may do, and who is really speaking."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)
        model = self.rng.choice(
            ["gemini-3.8-live", "gemini-3.1-flash-live-preview", "gemini-2.5-flash", "gemini-9"]
        )
        self.reports_activity = "3.8" in model or "9" in model
        self.talk = Talk(
            model,
            delivery=self.rng.choice(["silent", "answering"]),
            reply_timeout=self.rng.choice([None, 3.0, 6.0]),
            user_words_note=False,
            spoken=self.rng.random() < 0.8,
            max_history=self.rng.choice([0, 4]),
        )
        self.user_speaks = False
        self.spoke_at = 0.0
        self.calls: set[str] = set()
        self.calls_since = 0.0

    def step(self) -> None:
        rng, talk = self.rng, self.talk
        kind = rng.choices(
            ["says", "done", "interrupted", "generated", "starts", "stops", "words", "noise",
             "typed", "call", "answer", "cancel", "flush", "played", "late", "barge-in", "silent turn",
             "wait"],
            [8, 3, 4, 2, 3, 4, 3, 1, 1, 1, 2, 1, 1, 2, 1, 3, 2, 10],
        )[0]  # fmt: skip
        match kind:
            case "says":
                self.calls.clear()  # The model goes on without an answer.
                talk.model_says(STORY[: rng.randrange(5, len(STORY))], rng.uniform(50, 9000))
            case "late":
                self.calls.clear()  # The same.
                talk.tell(e.ModelAudio(pcm=silence(80)), e.ModelText(text=""))
                if talk.core.floor is Floor.REPLYING:
                    self.calls.clear()  # It was not late: the model goes on.
            case "done":
                talk.turn_complete()
            case "interrupted":
                for _ in range(rng.choice([1, 1, 1, 5])):
                    talk.interrupted()
            case "generated":
                talk.generated()
            case "starts" if self.reports_activity:
                self.user_speaks, self.spoke_at = True, talk.now
                talk.user_starts()
            case "stops" if self.reports_activity:
                self.user_speaks = False
                talk.user_stops()
            case "words":
                talk.user_says(
                    rng.choice([QUESTION, " And", "Да?", " the"]), finished=rng.random() < 0.2
                )
            case "noise":
                talk.user_says("<noise>")
            case "typed":
                talk.user_types("Go on.")
            case "call":
                self.calls.add(name := f"c{rng.randrange(5)}")
                self.calls_since = talk.now
                talk.calls("f", name)
            case "answer" | "cancel":
                for id_ in sorted(self.calls):
                    (talk.answers_call if kind == "answer" else talk.cancels_call)(id_)
                self.calls.clear()
            case "flush":
                talk.tell(e.Flushed(for_good=rng.random() < 0.2, drops_rest=rng.random() < 0.3))
            case "silent turn":
                # It begins without a sound, and perhaps ends so.
                self.calls.clear()
                talk.tell(e.ModelText(text=rng.choice(["", "One two."]), written=True))
                self.wait(rng.choice([0.1, 0.5, 2.0]))
                if rng.random() < 0.5:
                    talk.turn_complete()
            case "barge-in" if not self.user_speaks and not self.calls:
                # A whole one, with a reply that may leave the story where it was.
                talk.model_says(STORY, 9_300)
                self.wait(rng.uniform(0.5, 9.0))
                talk.interrupted().turn_complete()
                self.wait(1.0)
                talk.user_says(rng.choice(["Mm-hm.", QUESTION]), finished=True)
                self.wait(1.0)
                talk.model_says(rng.choice(["Okay.", STORY, "Yes, a cat."]), 900)
                talk.generated().turn_complete()
            case "played":
                talk.app_played(rng.uniform(0, 2000))
            case _:
                self.wait(rng.choice([0.02, 0.3, 1.0, 4.0, 12.0]))

    def wait(self, seconds: float) -> None:
        before = len(self.talk.done)
        self.talk.wait(seconds)
        for at, command in self.talk.done[before:]:
            if isinstance(command, e.SendNote) and command.delivery == "answering":
                # A start of speech that has no end is not believed for ever.
                speaks = self.user_speaks and at < self.spoke_at + 19.9
                assert not speaks, "an answering message over the user's speech"
                waits = self.calls and at <= self.calls_since + 9.9
                assert command in self.talk.notes or not waits, "while a call was pending"


@pytest.mark.parametrize("seed", range(16))
def test_whatever_happens_the_promises_hold(seed: int) -> None:
    for index in range(25):
        chaos = _Chaos(seed * 1000 + index)
        for _ in range(60):
            chaos.step()
        chaos.wait(1.0)
        talk = chaos.talk
        assert len(talk.notes) <= len({i.id for i in talk.interruptions})
        assert_asked_at_most_twice(talk)
        told = [(outcome.interruption, outcome.repaired) for outcome in talk.outcomes]
        assert len(told) == len(set(told)), "an outcome was told twice"
        for interruption in talk.interruptions:
            text = interruption.heard + interruption.unheard
            assert text.endswith(interruption.continuation)
        state = talk.core.carry(talk.now)
        assert Carried.from_json(state.to_json()) == state
        talk.tell(e.Disconnected(wanted=chaos.rng.random() < 0.5, code=1000))
        cut = {i.id for i in talk.interruptions if i.continuation.strip()}
        first = {outcome.interruption for outcome in talk.outcomes if not outcome.repaired}
        assert cut <= first, "each interruption with something left to say has its outcome"
