"""The web app over its socket: a barge-in, reconnects, errors, many users, and who is let in."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import urllib.request

import pytest
from voice_app import App, browsing_in_python, free_port, running_app
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from gemini_live_interrupt.testing import (
    FAULTS,
    Close,
    Expect,
    LiveServer,
    Reply,
    SyntheticUser,
    heard_text,
)

STORY = (
    "Once a fox lived in a wood. Her den was dry and warm. In winter the snow lay deep. "
    "She slept until the first warm day, and then she went to look for her brother."
)
REQUEST, QUESTION = "Tell me a story.", "What was she called?"


def gemini(**more: object) -> LiveServer:
    """A model that tells the story, and knows what its users are going to say."""
    lines = [SyntheticUser(None).line(text) for text in (REQUEST, QUESTION)]
    model = [Reply(STORY), Reply("She was called Vixie.", to="called")]
    return LiveServer(model, speech=lines, recogniser=None, **more)  # type: ignore[arg-type]


async def test_a_barge_in_is_resumed_where_the_browser_was() -> None:
    async with gemini() as server, running_app(server) as app:
        async with browsing_in_python(app) as browser, SyntheticUser(browser.socket.send) as user:
            for nonsense in ("not JSON", "[]", '{"played": "many"}', '{"played": -5, "after": 0}'):
                await browser.socket.send(nonsense)
            await user.say(REQUEST)
            await browser.speaker.wait_played(2_300, within_ms=20_000)
            # A report of before the last flush is not one of this reply.
            await browser.say(played=48_000, after=17)
            await user.say(QUESTION)
            cut = await browser.until(lambda: [c for c in browser.all("caption") if "cut" in c])
            await browser.until(lambda: len(server.records[0].turns) > 1)
            await browser.speaker.wait_played(5_000, within_ms=20_000)
            last = await browser.until(lambda: browser.all("caption")[-1])
    [record] = server.records
    server.sessions[0].report_playback(browser.speaker.spans)
    told, reply = record.turns
    [note] = record.notes
    assert not note.turn_complete
    assert reply.text.startswith("She was called Vixie. Her den was dry and warm.")
    # The page shows what the model was told, and that is what was heard: to a word.
    [cut] = cut
    truth = heard_text(record, told).split()
    assert abs(len(cut["heard"].split()) - len(truth)) <= 1, (cut, truth)
    assert cut["heard"] + cut["rest"] == STORY[: len(cut["heard"] + cut["rest"])]
    assert browser.all("user") == [REQUEST, QUESTION]
    assert last["id"] == 2 and last["heard"].startswith("She was")


async def test_captions_follow_the_voice() -> None:
    async with gemini() as server, running_app(server) as app:
        async with browsing_in_python(app) as browser:
            await browser.say(say=REQUEST)
            await browser.speaker.wait_played(3_000, within_ms=20_000)
            early = browser.all("caption")[-1]
            await browser.speaker.wait_quiet(within_ms=30_000)
            late = await browser.until(
                lambda: (found := browser.all("caption")[-1])["rest"] == "" and found
            )
    assert early["heard"].startswith("Once a fox lived in a wood.")
    assert (
        early["rest"]
        and early["heard"] + early["rest"] == STORY[: len("".join((early["heard"], early["rest"])))]
    )
    assert late == {"id": 1, "heard": STORY, "rest": ""}


async def test_stop_ends_the_reply_and_nothing_of_it_comes_after() -> None:
    async with gemini() as server, running_app(server) as app:
        async with browsing_in_python(app) as browser:
            await browser.say(say=REQUEST)
            await browser.speaker.wait_played(1_000, within_ms=20_000)
            await browser.say(stop=True)
            await browser.until(lambda: browser.all("flush"))
            played = browser.speaker.played_ms
            # Nobody asks the model to go on, and what it still sends is neither played nor shown.
            await asyncio.sleep(7.0)
            assert browser.speaker.played_ms == played
            await browser.say(say=QUESTION)
            await browser.speaker.wait_played(played + 500, within_ms=10_000)
    captions = browser.all("caption")
    assert [c["id"] for c in captions if "cut" in c] == [1]
    assert {c["id"] for c in captions} <= {1, 2}
    assert all(not note.turn_complete for note in server.records[0].notes)


async def test_gemini_drops_the_call_and_the_browser_need_not_know() -> None:
    async with gemini(faults=["drop"]) as server, running_app(server) as app:
        async with browsing_in_python(app) as browser:
            await browser.say(say=REQUEST)
            await browser.until(lambda: len(server.sessions) > 1)
            await browser.until(lambda: browser.all("state")[2:] == ["connecting", "ready"])
            assert server.records[1].resumed
            # The story goes on by itself: the rest of the reply was lost on the way.
            await browser.until(lambda: server.records[1].turns)
            assert browser.socket.close_code is None
    assert not browser.all("problem")


async def test_gemini_asks_to_leave_and_the_story_is_not_cut() -> None:
    leave = dataclasses.replace(
        FAULTS["go_away"], when="generated", at_ms=0.0, time_left_ms=20_000.0
    )
    async with gemini(faults=[leave]) as server, running_app(server) as app:
        async with browsing_in_python(app) as browser:
            await browser.say(say=REQUEST)
            await browser.until(lambda: browser.all("state")[2:] == ["connecting", "ready"], 40.0)
            assert server.records[1].resumed
            await browser.speaker.wait_quiet(within_ms=20_000)
            await asyncio.sleep(5.0)
            # Nothing was lost, so nobody asks the model to say anything again.
            assert not server.records[1].turns and not server.records[1].notes
            await browser.say(say=QUESTION)
            await browser.until(lambda: server.records[1].turns)
            await browser.until(lambda: browser.all("caption")[-1]["heard"].startswith("She was"))
    assert [caption for caption in browser.all("caption") if "cut" in caption] == []
    assert browser.all("caption")[-1]["id"] == 2
    assert not browser.all("problem") and not browser.all("flush")


async def test_a_browser_that_comes_back_goes_on_with_its_conversation() -> None:
    async with gemini() as server, running_app(server) as app:
        async with browsing_in_python(app) as browser:
            await browser.say(say=REQUEST)
            await browser.speaker.wait_played(2_000, within_ms=20_000)
            handle = browser.all("resume")[-1]
        async with browsing_in_python(app, resume=handle) as browser:
            assert server.records[1].resumed
            await browser.until(lambda: server.records[1].turns)
    # It was told where the user had been.
    assert "Once a fox lived in a wood." in server.records[1].notes[0].text


async def test_a_handle_that_is_no_good_begins_anew() -> None:
    async with gemini() as server, running_app(server) as app:
        async with browsing_in_python(app, resume="from last week") as browser:
            await browser.say(say=REQUEST)
            await browser.until(lambda: browser.all("caption"))
    assert not browser.all("problem")


async def problem_of(app: App) -> dict[str, object]:
    """What a browser is told that cannot have its call."""
    async with browsing_in_python(app, start=False) as browser:
        with contextlib.suppress(ConnectionClosed):  # It may be told at once.
            await browser.say(start={"resume": None})
        await browser.until(lambda: browser.all("problem"), within=40.0)
        await browser.until(lambda: browser.socket.close_code)
        return dict(browser.all("problem")[-1])


@pytest.mark.parametrize(
    ("reason", "what", "todo"),
    [
        ("API key not valid. Please pass a valid API key.", "refuses the key", "GEMINI_API_KEY"),
        ("You exceeded your current quota, please check your plan.", "no more calls", "quota"),
        ("models/x is not found for API version v1", "no live model", "GEMINI_LIVE_MODEL"),
    ],
)
async def test_a_refusal_says_what_to_do(reason: str, what: str, todo: str) -> None:
    async with LiveServer(steps=[Expect("setup"), Close(1008, reason)]) as server:
        async with running_app(server) as app:
            problem = await problem_of(app)
            printed = await app.end()
    assert problem["final"] and what in str(problem["what"]) and todo in str(problem["todo"])
    assert what in printed  # And whoever runs the server finds it in the log.
    assert "Traceback" not in printed


async def test_no_network_says_so() -> None:
    nowhere = {
        "GEMINI_API_KEY": "x",
        "GOOGLE_GEMINI_BASE_URL": f"https://127.0.0.1:{free_port()}",
    }
    async with running_app(**nowhere) as app:
        problem = await problem_of(app)
    assert problem["what"] == "The server cannot reach Gemini."


async def test_users_at_the_same_time_have_calls_of_their_own() -> None:
    async with gemini() as server, running_app(server) as app:

        async def one(listen_ms: float) -> list[dict[str, object]]:
            async with browsing_in_python(app) as browser:
                await browser.say(say=REQUEST)
                await browser.speaker.wait_played(listen_ms, within_ms=20_000)
                await browser.say(say=QUESTION)
                return await browser.until(  # type: ignore[no-any-return]
                    lambda: [c for c in browser.all("caption") if "cut" in c]
                )

        first, second = await asyncio.gather(one(1_500), one(4_500))
    assert 1_300 < first[0]["cut"]["heard_ms"] < 2_200  # type: ignore[index]
    assert 4_300 < second[0]["cut"]["heard_ms"] < 5_200  # type: ignore[index]
    assert len(str(first[0]["heard"])) < len(str(second[0]["heard"]))


async def test_only_pages_of_its_own_are_let_in_and_only_so_many() -> None:
    async with running_app(MOST_CALLS="1", ORIGINS="https://www.example.com") as app:
        address = f"ws://127.0.0.1:{app.port}/live"
        for stranger in ("https://evil.example", "http://[", "null", None):
            with pytest.raises(InvalidStatus, match="403"):
                await connect(address, origin=stranger)  # type: ignore[arg-type]
        async with connect(address, origin="https://www.example.com") as guest:  # type: ignore[arg-type]
            assert "stand_in" in str(await guest.recv())
            problem = await problem_of(app)
            assert problem["what"] == "All lines are busy."
        # The line is free again.
        async with browsing_in_python(app) as browser:
            assert browser.all("stand_in") == [True]


async def test_a_message_that_is_too_long_ends_only_its_own_call() -> None:
    async with running_app() as app:
        async with browsing_in_python(app) as browser:
            with pytest.raises(ConnectionClosed):
                await browser.socket.send(bytes(100_000))
                await browser.until(lambda: browser.socket.close_code)
                await browser.socket.send(b"")
        async with browsing_in_python(app) as browser:
            assert browser.all("state")[-1] == "ready"


async def test_the_page_is_served() -> None:
    async with running_app() as app:

        def get(path: str) -> str:
            with urllib.request.urlopen(app.url + path) as response:
                return str(response.headers["content-type"])

        assert "text/html" in await asyncio.to_thread(get, "")
        assert "javascript" in await asyncio.to_thread(get, "player.js")
