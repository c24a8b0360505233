"""The phone line, called by a scripted Twilio that plays in real time and returns marks."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import re
import socket
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import pytest
import twilio_phone
import uvicorn
from twilio_caller import Twilio, calling
from websockets.exceptions import ConnectionClosed

from gemini_live_interrupt import (
    Interruption,
    disable_interrupt_resume,
    enable_interrupt_resume,
)
from gemini_live_interrupt.testing import (
    LiveServer,
    Reply,
    SessionRecord,
    SyntheticUser,
    heard_text,
)

REQUEST, QUESTION = "Tell me a story.", "What was she called?"
STORY = (
    "Once a fox lived in a wood. Her den was dry and warm, and nobody knew the way to it. In "
    "winter the snow lay deep. She slept until the first warm day, and then she went to look for "
    "her brother. He lived behind the hill, where the wind is always cold."
)
KEYS = ("GEMINI_API_KEY", "GOOGLE_API_KEY", "GOOGLE_GENAI_USE_VERTEXAI")


@pytest.fixture(autouse=True)
def _switched_off() -> Iterator[None]:
    twilio_phone.app.state.call = twilio_phone.call
    yield
    disable_interrupt_resume()


@asynccontextmanager
async def line(monkeypatch: pytest.MonkeyPatch, gemini: LiveServer | None) -> AsyncIterator[int]:
    """The app, in this process; its port."""
    for key in KEYS:
        monkeypatch.delenv(key, raising=False)
    for name, value in (gemini.environment() if gemini else {}).items():
        monkeypatch.setenv(name, value)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = uvicorn.Server(uvicorn.Config(twilio_phone.app, port=port, log_level="warning"))
    serving = asyncio.create_task(server.serve())
    try:
        async with asyncio.timeout(20):
            while not server.started:
                await asyncio.sleep(0.02)
        yield port
    finally:
        server.should_exit = True
        await serving


def answered(port: int, signature: str = "", **form: str) -> str:
    """What Twilio gets when somebody calls: the TwiML."""
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/voice",
        data=urllib.parse.urlencode(form).encode(),
        headers={"X-Twilio-Signature": signature},
    )
    with urllib.request.urlopen(request) as response:
        assert response.headers["content-type"] == "application/xml"
        return str(response.read().decode())


async def a_token(port: int) -> str:
    twiml = await asyncio.to_thread(answered, port, From="+15550100", CallSid="CA1")
    found = re.fullmatch(
        rf'<Response><Connect><Stream url="wss://127.0.0.1:{port}/twilio">'
        r'<Parameter name="token" value="([\w-]+)"/></Stream></Connect></Response>',
        twiml,
    )
    assert found is not None, twiml
    return found[1]


async def conversation(
    monkeypatch: pytest.MonkeyPatch, cuts_ms: tuple[float, ...], **twilio: object
) -> tuple[SessionRecord, Twilio, list[Interruption]]:
    """A caller asks for a story, and talks over each reply after so many ms."""
    found: list[Interruption] = []
    enable_interrupt_resume(on_interruption=found.append)
    lines = [SyntheticUser(None).line(text) for text in (REQUEST, QUESTION)]
    model = [Reply(STORY), Reply("Vixie.", to="called")]
    async with LiveServer(model, speech=lines, recogniser=None) as gemini:
        async with line(monkeypatch, gemini) as port:
            async with (
                calling(port, await a_token(port), **twilio) as phone,
                SyntheticUser(phone.speak) as caller,
            ):
                await caller.say(REQUEST)
                for number, cut_ms in enumerate(cuts_ms, 1):
                    played = phone.speaker.played_ms
                    await phone.speaker.wait_played(played + cut_ms, within_ms=20_000)
                    await caller.say(QUESTION)
                    async with asyncio.timeout(20):
                        while len(gemini.records[0].turns) <= number:
                            await asyncio.sleep(0.02)
                played = phone.speaker.played_ms
                await phone.speaker.wait_played(played + 1_500, within_ms=20_000)
                gemini.sessions[0].report_playback(phone.speaker.spans)
                await phone.send("stop", stop={"accountSid": "AC1", "callSid": "CA1"})
    return gemini.records[0], phone, found


def words_off(record: SessionRecord, found: list[Interruption]) -> list[int]:
    """For each barge-in, the words that the library says were heard beyond those that were."""
    cut = [turn for turn in record.turns if turn.is_cut]
    assert len(cut) == len(found)
    return [
        len(one.heard.split()) - len(heard_text(record, turn).split())
        for turn, one in zip(cut, found, strict=True)
    ]


async def test_what_was_heard_is_known_to_a_word(monkeypatch: pytest.MonkeyPatch) -> None:
    record, phone, found = await conversation(monkeypatch, (3_000, 4_000, 2_500, 5_000))
    off = words_off(record, found)
    print("words off:", off)
    assert all(abs(words) <= 1 for words in off), off
    assert all(one.position_from == "reported" for one in found)
    # Each clear brought back marks of what was never heard, and none of it counted.
    assert phone.clears == 4 and phone.marks_unplayed > 20
    assert max(phone.pieces) <= 800
    for turn in record.turns[1:]:
        assert re.match(r"Vixie\. (Once|Her|In winter|She slept|He lived)", turn.text)
    assert len(record.silent_notes()) == 4


async def test_marks_know_what_the_clock_cannot(monkeypatch: pytest.MonkeyPatch) -> None:
    """A line that is 1.2 s late, with and without marks."""
    record, _, found = await conversation(monkeypatch, (3_000, 3_000), latency_ms=1_200)
    with_marks = words_off(record, found)
    record, _, found = await conversation(
        monkeypatch, (3_000, 3_000), latency_ms=1_200, returns_marks=False
    )
    without = words_off(record, found)
    print("words off:", with_marks, without)
    assert all(abs(words) <= 1 for words in with_marks), with_marks
    assert all(one.position_from == "clock" for one in found)
    assert all(words >= 2 for words in without), without


async def test_two_callers_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    found: list[Interruption] = []
    enable_interrupt_resume(on_interruption=found.append)
    lines = [SyntheticUser(None).line(text) for text in (REQUEST, QUESTION)]
    async with LiveServer([Reply(STORY), Reply("Vixie.", to="called")], speech=lines) as gemini:
        async with line(monkeypatch, gemini) as port:

            async def one(listen_ms: float) -> None:
                async with (
                    calling(port, await a_token(port)) as phone,
                    SyntheticUser(phone.speak) as caller,
                ):
                    await caller.say(REQUEST)
                    await phone.speaker.wait_played(listen_ms, within_ms=20_000)
                    await caller.say(QUESTION)
                    await phone.speaker.wait_played(listen_ms + 1_500, within_ms=20_000)

            await asyncio.gather(one(2_000), one(5_500))
    short, long = sorted(one.heard_ms for one in found)
    assert 1_900 < short < 3_200 and 5_400 < long < 6_700, found


async def test_only_calls_that_twilio_announced_are_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    async with line(monkeypatch, None) as port:
        token = await a_token(port)
        for wrong in ("", "guessed", None):
            async with calling(port, wrong) as stranger:  # type: ignore[arg-type]
                with pytest.raises(ConnectionClosed) as closed:
                    await refused(stranger)
            assert closed.value.rcvd is not None and closed.value.rcvd.code == 1008
        async with calling(port, token) as phone:
            await phone.send("stop", stop={})
        async with calling(port, token) as again:  # Good for one call.
            with pytest.raises(ConnectionClosed):
                await refused(again)


async def refused(twilio: Twilio) -> None:
    for _ in range(100):
        await twilio.send("mark", mark={"name": "0:800"})
        await asyncio.sleep(0.02)


async def test_only_twilio_may_announce_calls(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TWILIO_AUTH_TOKEN", "12345")
    monkeypatch.setenv("PUBLIC_HOST", "phone.example.com")
    async with line(monkeypatch, None) as port:
        signed = "https://phone.example.com/voiceCallSidCA1From+15550100To"
        digest = hmac.new(b"12345", signed.encode(), hashlib.sha1).digest()
        good = base64.b64encode(digest).decode()
        form = {"From": "+15550100", "CallSid": "CA1", "To": ""}
        assert "wss://phone.example.com/twilio" in await asyncio.to_thread(
            answered, port, good, **form
        )
        for signature, changed in ((good, {**form, "From": "+15550199"}), ("", form)):
            with pytest.raises(urllib.error.HTTPError, match="403"):
                await asyncio.to_thread(answered, port, signature, **changed)


@pytest.mark.parametrize("way_ms", [90.0, 240.0])
async def test_the_latency_of_a_phone_is_measured_by_its_echo(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], way_ms: float
) -> None:
    import twilio_latency

    monkeypatch.setattr(twilio_phone.app.state, "call", twilio_latency.measure)
    async with line(monkeypatch, None) as port, calling(port, await a_token(port)) as phone:
        echoing = asyncio.create_task(phone.echo(way_ms))
        with pytest.raises(ConnectionClosed):  # It hangs up when it knows.
            await echoing
    [found] = re.findall(r"PHONE_LATENCY_MS=(\d+)", capsys.readouterr().out)
    assert abs(int(found) - way_ms) < 40, found


async def test_a_phone_without_an_echo_says_what_to_do(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    import twilio_latency

    monkeypatch.setattr(twilio_phone.app.state, "call", twilio_latency.measure)
    monkeypatch.setattr(twilio_latency, "LISTEN_S", 0.4)
    async with line(monkeypatch, None) as port, calling(port, await a_token(port)) as phone:
        with pytest.raises(ConnectionClosed):
            while True:
                await phone.speak(bytes(640))
                await asyncio.sleep(0.02)
    assert "No echo." in capsys.readouterr().out


@pytest.mark.parametrize("name", ["", "7", "0:", "0:x", "0:-5", "0:999999", "1:800", "²:800"])
def test_a_mark_that_is_not_ours_counts_for_nothing(name: str) -> None:
    played: list[float] = []

    class Playback:
        on_play_ms = staticmethod(played.append)

    phone = twilio_phone.Phone(None, "MZ1", Playback())  # type: ignore[arg-type]
    phone.marked(name)
    assert played == []
    phone.marked("0:800")
    assert played == [100.0]
