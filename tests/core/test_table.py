"""Every cell of the state table, with what is seen of it from outside.

A cell is one event in one floor. The four scenes below are the three floors, and the reply that is
still audible although the server is done with it. Each row says who has the floor afterwards, what
the core asks for at once, and what a user would notice later.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from conversation_steps import STORY, Talk, sound

from gemini_live_interrupt.core import events as e
from gemini_live_interrupt.core.situation import Floor
from gemini_live_interrupt.core.table import ANY, BY_TIME, LEADS_TO, TABLE, If, cell

QUIET, REPLYING, CUT = Floor.QUIET, Floor.REPLYING, Floor.CUT
HELLO = "Hello, how are you?"


def quiet() -> Talk:
    """A reply has been played to its end."""
    return Talk().model_says(HELLO, 1_000).generated().plays_for(1.0).turn_complete().wait(0.5)


def replying() -> Talk:
    """9.3 s of a story are arriving, of which 2.75 s were heard."""
    return Talk().model_says(STORY, 9_300).plays_for(2.75)


def audible() -> Talk:
    """The same, and the server is done with it."""
    return replying().generated().turn_complete()


def cut() -> Talk:
    """The same story, cut by the user half a second ago."""
    return replying().interrupted().wait(0.5)


def quiet_and_waiting() -> Talk:
    """The model has called a function and said nothing."""
    return Talk().tell(CALL)


def replying_and_waiting() -> Talk:
    """The model has called a function in the middle of its story."""
    return replying().tell(CALL)


def cut_and_waiting() -> Talk:
    """The same, and the user has cut it."""
    return replying_and_waiting().interrupted().wait(0.5)


Later = Callable[[Talk], object]


def history(*turns: tuple[str, str]) -> Later:
    return lambda talk: talk.assert_history(*turns)


def rest_is_heard(talk: Talk) -> None:
    """The story plays to its end, uncut."""
    talk.generated().plays_for(6.56).assert_floor(QUIET).assert_no_note()


def ends_by_itself(talk: Talk) -> None:
    talk.plays_for(6.56).assert_floor(QUIET).assert_no_note()


def never_ends(talk: Talk) -> None:
    """Without a word from the server that all is generated, more may come."""
    talk.plays_for(60.0).assert_floor(REPLYING).assert_no_note()


def is_noise(talk: Talk) -> None:
    talk.turn_complete().wait(5.0).assert_nudges(1)


def is_told_nothing_more(talk: Talk) -> None:
    talk.wait(60.0).assert_notes(1).assert_nudges(0)


def cut_by(cause: str, heard: str = "Once upon a time there was a miller. He") -> Later:
    def check(talk: Talk) -> None:
        talk.assert_heard(heard).assert_one_note()
        assert talk.last.cause == cause

    return check


def belongs_to_the_cut_reply(talk: Talk) -> None:
    talk.turn_complete().wait(5.0).model_says("Yes?", 400)
    heard = ("model", "Once upon a time there was a miller. He")
    talk.assert_history(heard, ("model", "Yes?"))


def no_call_hinders(talk: Talk) -> None:
    """A note goes out at once."""
    if talk.core.floor is QUIET:
        talk.model_says(STORY, 9_300).plays_for(2.75)
    talk.tell(e.Interrupted()).assert_notes(1)


def a_call_hinders(talk: Talk) -> None:
    """A note waits."""
    talk.tell(e.Interrupted()).assert_notes(0)


def is_read_whole(talk: Talk) -> None:
    """Nothing is sent before its end."""
    notes = len(talk.notes)
    talk.model_says(STORY, 9_300).plays_for(2.75).tell(e.Interrupted(), WORDS).assert_notes(notes)
    talk.tell(e.MessageEnds()).assert_notes(notes + 1)


def is_by_order(talk: Talk) -> None:
    """What is read right behind the end of the cut turn is the next reply."""
    talk.turn_complete().model_says("Yes?", 400)
    heard = ("model", "Once upon a time there was a miller. He")
    talk.assert_history(heard, ("model", "Yes?"))


def was_silent(talk: Talk) -> None:
    talk.assert_no_note()
    assert [outcome.kind for outcome in talk.outcomes] == ["silent"]


def counts(prompt: int, response: int) -> e.TokensCounted:
    return e.TokensCounted(prompt=prompt, response=response)


def note_in_prompt(known: bool | None) -> Later:
    """The reply after the cut has 500 tokens more before it, of which a note may be some."""

    def check(talk: Talk) -> None:
        if talk.core.floor is not CUT:
            talk.tell(e.Interrupted())
        talk.tell(counts(900, 100)).turn_complete().wait(1.0).model_says("Okay.", 400)
        talk.tell(counts(1_500, 10)).turn_complete()
        assert [outcome.note_in_prompt for outcome in talk.outcomes] == [known]

    return check


TEXT, AUDIO = e.ModelText(text=" And then?"), e.ModelAudio(pcm=sound(200))
FLUSH, STOP_BUTTON = e.Flushed(), e.Flushed(for_good=True)
START, STOP = e.Activity(started=True), e.Activity(started=False)
BY_APP = e.Activity(started=True, by_app=True)
WORDS = e.UserWords(text="What about Rome?")
TYPED = e.UserTyped(text="What about Rome?")
CALL = e.ToolCalled(calls=(e.ToolCall(id="a", name="book"),))
Q = ("user", "What about Rome?")
H = ("model", HELLO)
S = ("model", STORY)


def same(talk: Talk) -> None:
    """Nothing is to be noticed."""


CELLS: list[tuple[e.Event, Callable[[], Talk], Floor, list[str], Later]] = [
    # the model speaks
    (TEXT, quiet, REPLYING, [], history(H, ("model", "And then?"))),
    (TEXT, replying, REPLYING, [], history(("model", STORY + " And then?"))),
    (TEXT, audible, REPLYING, [], history(S, ("model", "And then?"))),
    (TEXT, cut, CUT, [], belongs_to_the_cut_reply),
    (AUDIO, quiet, REPLYING, [], lambda t: t.turn_complete().plays_for(0.2).assert_floor(QUIET)),
    (AUDIO, replying, REPLYING, [], lambda t: t.generated().plays_for(6.6).assert_floor(REPLYING)),
    (AUDIO, audible, REPLYING, [], lambda t: t.plays_for(6.6).assert_floor(REPLYING)),
    (AUDIO, cut, CUT, [], belongs_to_the_cut_reply),
    (e.GenerationComplete(), quiet, QUIET, [], same),
    (e.GenerationComplete(), replying, REPLYING, [], ends_by_itself),
    (e.GenerationComplete(), audible, REPLYING, [], ends_by_itself),
    (e.GenerationComplete(), cut, CUT, [], is_noise),
    (e.TurnComplete(), quiet, QUIET, [], same),
    (e.TurnComplete(), replying, REPLYING, [], ends_by_itself),
    (e.TurnComplete(), audible, REPLYING, [], ends_by_itself),
    (e.TurnComplete(), cut, CUT, [], lambda t: t.tell(TEXT).assert_floor(REPLYING)),
    # somebody takes the floor
    (e.Interrupted(), quiet, CUT, [], lambda t: t.wait(60.0).assert_no_note()),
    (e.Interrupted(), replying, CUT, ["BuildNote"], cut_by("speech")),
    (e.Interrupted(), audible, CUT, ["BuildNote"], cut_by("speech")),
    (e.Interrupted(), cut, CUT, [], is_noise),
    (FLUSH, quiet, QUIET, [], lambda t: t.wait(60.0).assert_no_note()),
    (FLUSH, replying, CUT, ["BuildNote"], cut_by("app")),
    (FLUSH, audible, CUT, ["BuildNote"], cut_by("app")),
    (FLUSH, cut, CUT, [], is_noise),
    (STOP_BUTTON, replying, CUT, ["BuildNote"], is_told_nothing_more),
    (STOP_BUTTON, cut, CUT, [], is_told_nothing_more),
    # the user speaks
    (START, quiet, QUIET, [], lambda t: t.assert_no_note()),
    (START, replying, REPLYING, [], rest_is_heard),
    (START, audible, CUT, ["BuildNote"], cut_by("speech")),
    (BY_APP, audible, CUT, ["BuildNote"], cut_by("activity")),
    (START, cut, CUT, [], lambda t: t.wait(15.0).assert_nudges(0)),
    (STOP, audible, REPLYING, [], ends_by_itself),
    (STOP, cut, CUT, [], is_noise),
    (WORDS, quiet, QUIET, [], history(H, Q)),
    (WORDS, replying, REPLYING, [], history(Q, S)),
    (WORDS, audible, CUT, ["BuildNote"], lambda t: t.assert_user_text("What about Rome?")),
    (WORDS, cut, CUT, [], lambda t: t.wait(60.0).assert_nudges(0)),
    (TYPED, quiet, QUIET, [], history(H, Q)),
    (TYPED, replying, REPLYING, [], lambda t: cut_by("typed")(t.tell(e.Interrupted()))),
    (TYPED, audible, REPLYING, [], history(S, Q)),
    (TYPED, cut, CUT, [], lambda t: t.wait(60.0).assert_nudges(0)),
    (e.UserAudio(pcm=b""), quiet, QUIET, [], same),
    (e.UserAudio(pcm=b""), replying, REPLYING, [], rest_is_heard),
    (e.UserAudio(pcm=b""), cut, CUT, [], is_noise),
    (e.ContextGrew(), quiet, QUIET, [], same),
    (e.ContextGrew(), replying, REPLYING, [], note_in_prompt(None)),
    (e.ContextGrew(), cut, CUT, [], note_in_prompt(None)),
    # the line
    (e.Disconnected(wanted=False), quiet, QUIET, [], lambda t: t.wait(60.0).assert_no_note()),
    (e.Disconnected(wanted=False), replying, QUIET, ["Conclude", "Notify"], was_silent),
    (e.Disconnected(wanted=False), audible, QUIET, ["Conclude", "Notify"], was_silent),
    (
        e.Disconnected(wanted=False),
        cut,
        QUIET,
        ["Conclude"],
        lambda t: t.wait(60.0).assert_nudges(0),
    ),
    # the app, its tools, and the shell
    (e.Played(ms=100.0), quiet, QUIET, [], same),
    (e.Played(ms=100.0), replying, REPLYING, [], never_ends),
    (e.Played(ms=100.0), cut, CUT, [], is_noise),
    (CALL, quiet, QUIET, [], no_call_hinders),  # The reply that follows has its answer.
    (CALL, replying, REPLYING, [], a_call_hinders),
    (CALL, cut, CUT, [], lambda t: t.wait(9.0).assert_nudges(0)),
    (counts(900, 100), quiet, QUIET, [], same),
    (counts(900, 100), replying, REPLYING, [], note_in_prompt(True)),
    (counts(900, 100), cut, CUT, [], note_in_prompt(True)),
    (e.ToolAnswered(ids=("a",)), quiet_and_waiting, QUIET, [], no_call_hinders),
    (e.ToolAnswered(ids=("a",)), replying_and_waiting, REPLYING, [], no_call_hinders),
    (e.ToolAnswered(ids=("a",)), cut_and_waiting, CUT, ["BuildNote"], is_noise),
    (e.ToolCancelled(ids=("a",)), quiet_and_waiting, QUIET, [], no_call_hinders),
    (e.ToolCancelled(ids=("a",)), replying_and_waiting, REPLYING, [], no_call_hinders),
    (e.ToolCancelled(ids=("a",)), cut_and_waiting, CUT, ["BuildNote"], is_noise),
    (e.AppInterrupts(), quiet, QUIET, [], same),
    (e.AppInterrupts(), replying, REPLYING, [], lambda t: cut_by("app")(t.tell(e.Interrupted()))),
    (e.AppInterrupts(), cut, CUT, [], is_noise),
    (e.MessageBegins(), quiet, QUIET, [], is_read_whole),
    (e.MessageBegins(), replying, REPLYING, [], is_read_whole),
    (e.MessageBegins(), cut, CUT, [], is_read_whole),
    (e.MessageEnds(), quiet, QUIET, [], no_call_hinders),
    (e.MessageEnds(), replying, REPLYING, [], no_call_hinders),
    (e.MessageEnds(), cut, CUT, [], is_noise),
    (e.ReadLate(), quiet, QUIET, [], same),
    (e.ReadLate(), replying, REPLYING, [], rest_is_heard),
    (e.ReadLate(), cut, CUT, [], is_by_order),
    (e.NoteBuilt(id=9, text="stale"), quiet, QUIET, [], lambda t: t.assert_no_note()),
    (e.NoteBuilt(id=9, text="stale"), replying, REPLYING, [], lambda t: t.assert_no_note()),
    (e.NoteBuilt(id=9, text="stale"), cut, CUT, [], is_noise),
    (e.NoteSent(id=9), quiet, QUIET, [], same),
    (e.NoteSent(id=9), replying, REPLYING, [], rest_is_heard),
    (e.NoteSent(id=9), cut, CUT, [], is_noise),
    (e.NoteFailed(id=9, error="x"), quiet, QUIET, ["Log", "Announce"], same),
    (e.NoteFailed(id=9, error="x"), replying, REPLYING, ["Log", "Announce"], rest_is_heard),
    (e.NoteFailed(id=1, error="x"), cut, CUT, ["Log", "Announce"], same),
    (e.Tick(), quiet, QUIET, [], same),
    (e.Tick(), replying, REPLYING, [], never_ends),
    (e.Tick(), cut, CUT, [], is_noise),
]


def floor_of(scene: Callable[[], Talk]) -> Floor:
    """Who has the floor in a scene, by its name."""
    name = scene.__name__.partition("_")[0]
    return {"quiet": QUIET, "cut": CUT}.get(name, REPLYING)


@pytest.mark.parametrize(
    ("event", "scene", "floor", "asks", "later"),
    CELLS,
    ids=[f"{type(row[0]).__name__}-{row[1].__name__}-{i}" for i, row in enumerate(CELLS)],
)
def test_a_cell(
    event: e.Event, scene: Callable[[], Talk], floor: Floor, asks: list[str], later: Later
) -> None:
    talk = scene()
    assert talk.core.floor is floor_of(scene)
    before = len(talk.done)
    talk.tell(event)
    assert talk.core.floor is floor
    asked = [type(command).__name__ for command in talk.commands[before:]]
    assert asked[: len(asks)] == asks if asks else asked == []
    later(talk)


def test_every_cell_is_pinned() -> None:
    pinned = {(type(row[0]), floor_of(row[1])) for row in CELLS}
    assert pinned == {(event, floor) for event in e.Event.__args__ for floor in Floor}


def test_every_event_has_a_row_for_every_floor_or_one_for_all() -> None:
    for event in e.Event.__args__:
        rows = {floor for of, floor in TABLE if of is event}
        assert rows in ({ANY}, set(Floor)), event.__name__


def test_events_that_mean_the_same_everywhere_have_one_row() -> None:
    for event in {of for of, floor in TABLE if floor is not ANY}:
        assert len({id(cell(event, floor)) for floor in Floor}) > 1, event.__name__


def test_a_reply_is_over_once_it_was_played() -> None:
    assert (REPLYING, QUIET) in BY_TIME
    audible().plays_for(6.5).assert_floor(REPLYING).plays_for(0.1).assert_floor(QUIET)


def test_a_reply_that_stops_in_the_middle_is_cut() -> None:
    assert (REPLYING, CUT) in BY_TIME
    talk = Talk(reply_timeout=3.0).model_says(STORY, 9_300)
    talk.wait(12.2).assert_floor(REPLYING).wait(0.2).assert_floor(CUT)


def test_only_handlers_of_the_table_lead_anywhere() -> None:
    def handlers(found: object) -> set[object]:
        if isinstance(found, If):
            return handlers(found.then) | handlers(found.otherwise)
        return {found}

    assert set(LEADS_TO) <= set().union(*map(handlers, TABLE.values()))


def test_the_page_and_the_picture_are_those_of_the_table() -> None:
    docs = Path(__file__).parents[2] / "docs"
    if not docs.exists():
        pytest.skip("an installed package has no docs")
    check = [sys.executable, str(docs / "state_table.py"), "--check"]
    done = subprocess.run(check, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
