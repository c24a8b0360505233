"""What was heard so far, asked at any time: for captions."""

from __future__ import annotations

from conversation_steps import HEARD_3S, REST_3S, STORY, Talk, sound, telling_the_story

from gemini_live_interrupt.core import events as e


def so_far(talk: Talk) -> tuple[int, str, bool]:
    heard = talk.core.heard(talk.now)
    return heard.reply, heard.text, heard.audible


def test_before_the_first_reply_nothing_was_heard() -> None:
    assert Talk().core.heard(1000.0) == e.HeardSoFar()


def test_it_grows_word_by_word_to_the_whole_reply() -> None:
    talk = telling_the_story()
    talk.plays_for(0.01)
    texts = []
    for _ in range(31):
        talk.plays_for(0.3)
        heard = talk.core.heard(talk.now)
        texts.append(heard.text)
        assert heard.text + heard.unheard == STORY
    assert texts == [" ".join(STORY.split()[: i + 1]) for i in range(31)]


def test_the_record_says_how_far() -> None:
    heard = telling_the_story().plays_for(2.75).core.heard(1002.75)
    assert (heard.text, heard.unheard) == (HEARD_3S, REST_3S)
    assert len(HEARD_3S) < heard.position < len(HEARD_3S + " had")
    assert (round(heard.ms), round(heard.received_ms), heard.audible) == (2_750, 9_300, True)


def test_the_app_reports_what_it_played() -> None:
    talk = telling_the_story().plays_for(5.0).app_played(2_750)
    assert so_far(talk) == (1, HEARD_3S, True)


def test_after_the_end_it_stays_whole() -> None:
    talk = telling_the_story().turn_complete().plays_for(9.4)
    assert so_far(talk) == (1, STORY, False)
    assert so_far(talk.wait(60.0).tell(e.Tick())) == (1, STORY, False)


def test_after_a_cut_it_stays_at_the_cut() -> None:
    talk = telling_the_story().plays_for(2.75).interrupted()
    assert so_far(talk.wait(1.0)) == (1, HEARD_3S, False)
    assert talk.core.heard(talk.now).unheard == REST_3S
    assert talk.last.heard == HEARD_3S


def test_each_reply_has_a_number_and_waits_for_the_one_before() -> None:
    talk = Talk().model_says("One two.", 2_000).turn_complete().model_says("Three four.", 2_000)
    assert so_far(talk.plays_for(1.5)) == (1, "One", True)
    assert so_far(talk.plays_for(1.6)) == (2, "Three", True)


def test_a_written_reply_is_read_as_it_comes() -> None:
    talk = Talk().model_writes("One two.")
    assert so_far(talk) == (1, "One two.", False)


def test_asking_changes_nothing() -> None:
    asked, not_asked = telling_the_story(31), telling_the_story(31)
    for _ in range(60):
        asked.core.heard(asked.now), asked.core.heard(asked.now, lately=True)
        asked.wait(0.05)
        not_asked.wait(0.05)
    asked.interrupted(), not_asked.interrupted()
    assert asked.interruptions == not_asked.interruptions


def test_lately_costs_nothing_and_claims_no_more() -> None:
    talk = Talk().tell(e.ModelText(text=STORY), e.ModelAudio(pcm=sound(9_300)))
    talk.plays_for(4.0)
    assert not talk.core.heard_is_worked_out(talk.now)
    assert talk.core.heard(talk.now, lately=True).text == ""
    whole = talk.core.heard(talk.now)
    assert talk.core.heard_is_worked_out(talk.now)
    assert talk.core.heard(talk.now, lately=True) == whole
    assert whole.text
    talk.tell(e.ModelText(text=" And then the cat spoke."))
    assert not talk.core.heard_is_worked_out(talk.now)
    assert talk.core.heard(talk.now, lately=True).text == whole.text
