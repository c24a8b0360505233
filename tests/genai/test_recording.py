"""Sessions of the SDK are recorded: what is in a record, and that the host never notices."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from live_socket import (
    CONFIG,
    GENERATED,
    TURN_COMPLETE,
    LiveSocket,
    audio,
    barge_in,
    receive,
    text,
    user,
)

from gemini_live_interrupt import attach_interrupt_resume, enable_interrupt_resume
from gemini_live_interrupt.record.folders import kept
from gemini_live_interrupt.record.lines import Line, Record
from gemini_live_interrupt.record.reading import read_record
from gemini_live_interrupt.record.recording import VARIABLE
from gemini_live_interrupt.record.replaying import as_it_was
from gemini_live_interrupt.record.writing import writer


@pytest.fixture(autouse=True)
def no_recording_by_the_environment(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for ending in ("", "_ON", "_WORDS", "_SOUND"):
        monkeypatch.delenv(VARIABLE + ending, raising=False)
    yield


async def _records(folder: Path) -> list[Record]:
    assert await asyncio.to_thread(writer.flush)
    return [read_record(one.path) for one in kept(folder)]


def _values(record: Record, kind: str) -> list[Any]:
    return [line.value for line in record.lines if line.kind == kind]


def _lines(record: Record, value: str) -> list[Line]:
    return [line for line in record.lines if line.value == value]


async def test_a_call_is_recorded_with_its_words_and_replays_byte_for_byte(
    here: LiveSocket, tmp_path: Path
) -> None:
    enable_interrupt_resume(record_to=tmp_path, record_words=True)
    async with here.connect() as session:
        await barge_in(here, session)
        await here.until_notes(1)
        await here.say(user("What?"), TURN_COMPLETE, text("Five."), audio(200))
        await receive(session, 4)
        await asyncio.sleep(0.1)
    [record] = await _records(tmp_path)
    assert record.header.shell == "google-genai" and record.header.model == "gemini-3.8-live"
    assert record.header.versions["google-genai"] and record.header.words
    assert record.header.config["output_audio_transcription"] is True
    assert {"ModelText", "ModelAudio", "Interrupted", "NoteSent", "UserWords"} <= set(
        _values(record, "event")
    )
    assert _lines(record, "ModelText")[0].record.text == "One two. Three four."
    assert "Three four." in _lines(record, "SendNote")[0].body["text"]
    assert _values(record, "floor")[:2] == ["replying", "cut"]
    assert _values(record, "end") == ["closed"]
    file = next(tmp_path.glob("*/session.jsonl"))
    written = [line for line in file.read_text().splitlines() if '"command":' in line[:40]]
    assert [str(answer) for answer in as_it_was(record)] == written


async def test_the_services_messages_are_there_without_their_sound(
    here: LiveSocket, tmp_path: Path
) -> None:
    enable_interrupt_resume(record_to=tmp_path, record_words=True)
    usage = {"usageMetadata": {"promptTokenCount": 512}, "serverContent": {"turnComplete": True}}
    handle = {"sessionResumptionUpdate": {"newHandle": "let-me-in", "resumable": True}}
    async with here.connect() as session:
        await here.say(text("One."), audio(100), usage, handle)
        got = await receive(session, 4)
        got[0].server_content.output_transcription = None  # As livekit-plugins-google does.
    [record] = await _records(tmp_path)
    messages = _values(record, "message")
    assert [next(iter(message)) for message in messages] == [
        "server_content",
        "server_content",
        "session_resumption_update",
    ]
    assert messages[0]["server_content"]["output_transcription"] == {"text": "One."}
    assert messages[1]["usage_metadata"] == {"prompt_token_count": 512}
    assert "let-me-in" not in next(tmp_path.glob("*/session.jsonl")).read_text()


async def test_the_environment_is_enough_and_hides_words(
    here: LiveSocket, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, str(tmp_path))
    enable_interrupt_resume()
    async with here.connect() as session:
        await barge_in(here, session, "Rumpelstiltskin danced.")
        await here.until_notes(1)
    [record] = await _records(tmp_path)
    assert not record.header.words
    assert "Rumpelstiltskin" not in next(tmp_path.glob("*/session.jsonl")).read_text()
    assert len(_lines(record, "ModelText")[0].record.text) == len("Rumpelstiltskin danced.")


async def test_each_session_has_a_record_and_a_resumed_one_names_the_first(
    here: LiveSocket, tmp_path: Path
) -> None:
    enable_interrupt_resume(record_to=tmp_path)
    handle = {"sessionResumptionUpdate": {"newHandle": "h1", "resumable": True}}
    async with here.connect() as session:
        await here.say(text("One two."), audio(3_000), handle)
        await receive(session, 3)
    async with here.connect(config=CONFIG | {"session_resumption": {"handle": "h1"}}):
        await asyncio.sleep(0.1)
    first, second = sorted(await _records(tmp_path), key=lambda one: one.header.resumes)
    assert not first.header.resumes and second.header.resumes
    assert second.header.resumes in str(_values(first, "message"))
    assert _values(second, "resume") == ["Carried"]


async def test_trouble_alone_is_written(here: LiveSocket, tmp_path: Path) -> None:
    enable_interrupt_resume(record_to=tmp_path, record_on="trouble")
    async with here.connect() as session:
        await here.say(text("One two."), audio(200), GENERATED, TURN_COMPLETE)
        await receive(session, 4)
    assert not await _records(tmp_path)
    async with here.connect() as session:
        await here.sockets[-1].close(1011, "Internal error encountered.")
        with pytest.raises(Exception, match="1011"):
            await receive(session, 1)
    [record] = await _records(tmp_path)
    [closed] = _lines(record, "Disconnected")
    assert closed.record.code == 1011


@pytest.mark.parametrize("words", [False, True])
async def test_what_goes_wrong_in_the_app_is_noticed_without_what_was_said(
    here: LiveSocket, tmp_path: Path, words: bool
) -> None:
    def build(heard: str, user_text: str, history: Any) -> str:
        raise KeyError(
            "One two. Three four."
        )  # What the model said, as the error of a template has it.

    enable_interrupt_resume(
        build, record_to=tmp_path, record_words=words, on_interruption=lambda it: it.nothing
    )
    async with here.connect() as session:
        await barge_in(here, session)
        await here.until_notes(1)
        await here.say({"weatherReport": {}})
        with pytest.raises(TypeError):
            await receive(session, 1)
    [record] = await _records(tmp_path)
    noticed = {line.value: line.body["error"] for line in record.lines if line.kind == "noticed"}
    assert set(noticed) == {"builder failed", "callback failed", "receive raised"}
    assert noticed["builder failed"].startswith("KeyError")
    assert ("Three four" in noticed["builder failed"]) is words
    assert "nothing" in noticed["callback failed"]
    assert noticed["receive raised"].startswith("TypeError: ")


async def test_one_session_can_be_recorded_alone(here: LiveSocket, tmp_path: Path) -> None:
    async with here.connect() as session:
        attach_interrupt_resume(session, model="gemini-3.8-live", record_to=tmp_path)
        await barge_in(here, session)
        await here.until_notes(1)
    [record] = await _records(tmp_path)
    assert "Interrupted" in _values(record, "event")


@pytest.mark.parametrize("bad", ["a file", "a word"])
async def test_a_recording_that_cannot_be_costs_the_call_nothing(
    here: LiveSocket, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, bad: str
) -> None:
    if bad == "a file":
        (tmp_path / "file").write_text("")
        enable_interrupt_resume(record_to=tmp_path / "file")
    else:
        monkeypatch.setenv(VARIABLE, str(tmp_path))
        monkeypatch.setenv(f"{VARIABLE}_WORDS", "perhaps")
        enable_interrupt_resume()
    async with here.connect() as session:
        await barge_in(here, session)
        assert await here.until_notes(1)
    assert not list(tmp_path.glob("*/session.jsonl"))


async def test_a_session_that_nobody_closed_does_not_stay(here: LiveSocket, tmp_path: Path) -> None:
    enable_interrupt_resume(record_to=tmp_path)
    manager = here.client().aio.live.connect(model="gemini-3.8-live", config=CONFIG)  # type: ignore[arg-type]
    session = await manager.__aenter__()
    await session._ws.close()
    del session, manager
    for _ in range(20):
        gc.collect()
        await asyncio.sleep(0.05)
        if not writer._sessions:
            break
    assert not writer._sessions
    [record] = await _records(tmp_path)
    assert _values(record, "end") == ["abandoned"]
