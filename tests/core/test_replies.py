"""Replies on the playback line, and the history."""

from __future__ import annotations

from conversation_steps import Talk, sound, timed

from gemini_live_interrupt.core import events as e
from gemini_live_interrupt.core.playback import Playback
from gemini_live_interrupt.core.replies import Replies
from gemini_live_interrupt.core.turns import Said
from gemini_live_interrupt.heard.model_turn import Pace


def spoken(replies: Replies, text: str, ms: float, now: float, *, over: bool = True) -> None:
    """A reply that arrives at once."""
    reply = replies.open(now)
    reply.turn.add_text(text, timed(text, 0.0, ms))
    reply.turn.add_audio(sound(ms))
    replies.playback.received(reply.turn.received_ms, now)
    if over:
        reply.generated = reply.over = True
        reply.turn.complete()


def some() -> Replies:
    return Replies(playback=Playback(), pace=Pace())


def test_looking_changes_nothing() -> None:
    replies = some()
    spoken(replies, "One two three four.", 4_000, 0.0)
    first, second = replies.look(1.5), replies.look(1.5)
    assert first is not None
    assert first == second
    assert len(replies.queue) == 1


def test_a_cut_takes_what_is_behind_with_it() -> None:
    replies = some()
    spoken(replies, "One two.", 2_000, 0.0)
    spoken(replies, "Three four.", 2_000, 0.1)
    cut = replies.cut(1.1)
    assert cut is not None
    assert (cut.heard, cut.unheard) == ("One", " two. Three four.")
    assert replies.turns.recent(9) == (("model", "One"),)
    assert not replies.queue


def test_nothing_in_the_air_is_no_cut() -> None:
    replies = some()
    assert replies.cut(0.0) is None
    spoken(replies, "One two.", 2_000, 0.0)
    assert replies.cut(2.1) is None
    assert replies.turns.recent(9) == (("model", "One two."),)


def test_whole_means_heard_and_generated() -> None:
    replies = some()
    spoken(replies, "One two.", 2_000, 0.0, over=False)
    cut = replies.look(3.0)
    assert cut is not None
    assert (cut.whole, cut.unheard) == (False, "")
    replies.queue[0].generated = True
    replies.queue[0].turn.complete()
    assert replies.look(3.0) is None  # over, turn_complete or not


def test_a_queue_that_never_empties_is_bounded() -> None:
    replies = some()
    replies.playback.played(0.0, 0.0)  # an app that reports nothing
    for i in range(100):
        spoken(replies, f"Reply {i}.", 1_000, i * 0.1)
    assert len(replies.queue) <= 8


def test_history_is_bounded_and_keeps_the_latest() -> None:
    replies = some()
    for i in range(1_000):
        replies.turns.said(Said("user", f"u{i}"))
        replies.turns.trim(4)
    assert len(replies.turns._turns) < 40
    assert replies.turns.recent(2) == (("user", "u998"), ("user", "u999"))


def test_empty_turns_are_no_turns() -> None:
    replies = some()
    replies.turns._turns += [Said("user", " "), Said("model", ""), Said("user", "Hi")]
    assert replies.turns.recent(9) == (("user", "Hi"),)
    assert replies.turns.recent(0) == ()


def test_a_reply_our_own_message_cut_is_forgotten() -> None:
    replies = some()
    spoken(replies, "One.", 1_000, 0.0)
    spoken(replies, "Two.", 1_000, 3.0, over=False)
    replies.drop_arriving(3.1)
    assert replies.turns.recent(9) == (("model", "One."),)
    assert not replies.audible(3.1)


def test_the_text_of_one_reply_is_bounded_however_long_it_goes_on() -> None:
    talk = Talk()
    for _ in range(400):
        talk.tell(e.ModelText(text="word " * 200))
    talk.tell(e.ModelAudio(pcm=sound(1_000))).interrupted()
    assert len(talk.last.heard + talk.last.unheard) == 250_000
