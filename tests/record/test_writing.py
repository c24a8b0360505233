"""Records on disk: written as the call goes on, bounded, and never at the host's cost."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import threading
import time
import tracemalloc
import wave
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from loguru import logger
from recorded_talk import record_of, recorded_talk

from gemini_live_interrupt.core import events as e
from gemini_live_interrupt.record import recorder as recorder_module
from gemini_live_interrupt.record.folders import kept, lines_file
from gemini_live_interrupt.record.lines import Header, NotARecord
from gemini_live_interrupt.record.places import InMemory
from gemini_live_interrupt.record.reading import read_record
from gemini_live_interrupt.record.recorder import Recorder
from gemini_live_interrupt.record.recording import Recording
from gemini_live_interrupt.record.writing import Writer


@pytest.fixture
def writer() -> Writer:
    return Writer()


@pytest.fixture
def warnings() -> Iterator[list[str]]:
    said: list[str] = []
    logger.enable("gemini_live_interrupt")
    sink = logger.add(lambda line: said.append(str(line)), level="WARNING", format="{message}")
    yield said
    logger.remove(sink)
    logger.disable("gemini_live_interrupt")


def _recorder(session: str = "one", began: float = 1_700_000_000.0, **more: object) -> Recorder:
    return Recorder(Header(session=session, began=began, clock=0, **more))  # type: ignore[arg-type]


def _give_up(recorder: Recorder, now: float = 1.0) -> None:
    notice = e.Notice(kind="gave up", interruption=0, detail="The model stays silent.")
    recorder._add(now, "command", e.Announce(notice=notice), {})


def test_a_call_can_be_read_while_it_goes_on(tmp_path: Path, writer: Writer) -> None:
    recorder = _recorder()
    writer.begin(recorder, Recording(to=tmp_path))
    recorder.noticed("a cat", 1.5)
    assert writer.flush()
    [session] = kept(tmp_path)
    assert session.path.name == "2023-11-14T22-13-20Z-one"
    assert [line.value for line in read_record(session.path).lines] == ["a cat"]
    recorder.noticed("a dog", 2.5)
    recorder.close(3.0)
    assert writer.flush()
    read = read_record(session.path / "session.jsonl")
    assert [(line.kind, line.value) for line in read.lines] == [
        ("noticed", "a cat"),
        ("noticed", "a dog"),
        ("end", "closed"),
    ]


def test_the_sound_of_a_call_is_a_file_that_players_know(tmp_path: Path, writer: Writer) -> None:
    talk = recorded_talk(header={"sound": True})
    recorder = talk.core.watcher
    assert isinstance(recorder, Recorder)
    writer.begin(recorder, Recording(to=tmp_path, sound=True))
    talk.model_says("One two three four.", 4_000).wait(6.0).tell(e.Tick())
    assert writer.flush()
    path = kept(tmp_path)[0].path / "call.wav"
    with wave.open(str(path)) as file:  # It is whole also while the call goes on.
        assert file.getparams()[:3] == (2, 2, 24_000)
        assert file.getnframes() / 24_000 == pytest.approx(4.5, abs=0.01)
    recorder.close(talk.now)
    assert writer.flush()
    with wave.open(str(path)) as file:
        assert file.getnframes() / 24_000 == pytest.approx(6.0, abs=0.01)


def test_a_last_line_that_was_cut_off_is_left_out(tmp_path: Path, writer: Writer) -> None:
    recorder = _recorder()
    writer.begin(recorder, Recording(to=tmp_path))
    for number in range(3):
        recorder.noticed("a cat", float(number))
    assert writer.flush()
    path = lines_file(kept(tmp_path)[0].path)
    path.write_bytes(path.read_bytes()[:-12])
    assert [line.t for line in read_record(path).lines] == [0.0, 1.0]


# --- only with trouble


@pytest.mark.parametrize(
    ("happens", "is_kept"),
    [
        (lambda recorder: recorder.noticed("a cat", 1.0), False),
        (_give_up, True),
        (lambda recorder: recorder.noticed("receive raised", 1.0, trouble=True), True),
    ],
)
def test_with_trouble_only_calls_that_had_some_are_written(
    tmp_path: Path, writer: Writer, happens: Callable[[Recorder], None], is_kept: bool
) -> None:
    recorder = _recorder()
    writer.begin(recorder, Recording(to=tmp_path, on="trouble"))
    for number in range(1_000):
        recorder.noticed("before", number / 1_000)
    happens(recorder)
    recorder.noticed("after", 2.0)
    recorder.close(3.0)
    assert writer.flush()
    assert [len(read_record(one.path).lines) for one in kept(tmp_path)] == [1_003] * is_kept


@pytest.mark.parametrize("notice", ["stalled", "notes off", "gave up", "nudge", "note dropped"])
def test_which_notices_are_trouble(notice: e.NoticeKind) -> None:
    announced = e.Announce(notice=e.Notice(kind=notice, interruption=0, detail=""))
    assert recorder_module.is_trouble(announced) == (notice in ("stalled", "notes off", "gave up"))


@pytest.mark.parametrize(
    ("event", "is_trouble"),
    [
        (e.Disconnected(wanted=False, code=1006), True),
        (e.Disconnected(wanted=True), False),
        (e.NoteFailed(id=1, error="refused"), True),
        (e.NoteFailed(id=1, error="closed", gone=True), False),
        (e.Interrupted(), False),
    ],
)
def test_which_events_are_trouble(event: e.Event, is_trouble: bool) -> None:
    assert recorder_module.is_trouble(event) == is_trouble


def test_a_session_is_written_with_the_one_that_resumes_it(tmp_path: Path, writer: Writer) -> None:
    first, stranger = _recorder("first"), _recorder("stranger")
    for recorder in (first, stranger):
        writer.begin(recorder, Recording(to=tmp_path, on="trouble"))
        recorder.close(1.0)
    first.handle_came("a handle")
    assert writer.flush()
    second = _recorder("second", resumes=next(iter(first.handles)))
    writer.begin(second, Recording(to=tmp_path, on="trouble"))
    _give_up(second)
    assert writer.flush()
    assert {one.path.name.rpartition("Z-")[2] for one in kept(tmp_path)} == {"first", "second"}


def test_what_is_kept_in_memory_is_bounded() -> None:
    memory = InMemory()
    memory.write(["the header"])
    for number in range(400):
        memory.write([f'{{"t":{number},"noticed":"{os.urandom(20_000).hex()}"}}'])
    lines = memory.lines()
    assert lines[0] == "the header"
    lost = json.loads(lines[1])["lost"]
    assert 0 < lost < 400 and json.loads(lines[2])["t"] == lost and len(lines) == 402 - lost


# --- bounds


def test_the_oldest_sessions_make_room(tmp_path: Path, writer: Writer) -> None:
    theirs = tmp_path / "2023-01-01T00-00-00Z-theirs"
    theirs.mkdir()
    (theirs / "session.jsonl").write_text("{}")
    (theirs / "notes.txt").write_text("Look at this one.")
    (tmp_path / "something else").mkdir()
    for number in range(5):
        recorder = _recorder(f"s{number}", began=1_700_000_000.0 + number)
        writer.begin(recorder, Recording(to=tmp_path, most_sessions=3))
        recorder.close(1.0)
        assert writer.flush()
    assert [one.path.name[-2:] for one in kept(tmp_path)] == ["s2", "s3", "s4"]
    assert (theirs / "notes.txt").exists() and (tmp_path / "something else").exists()


def test_a_folder_that_grows_too_large_loses_its_oldest(tmp_path: Path, writer: Writer) -> None:
    for number in range(4):
        recorder = _recorder(f"s{number}", began=1_700_000_000.0 + number)
        writer.begin(recorder, Recording(to=tmp_path, most_mb=1.0))
        for _ in range(6_000):
            recorder.noticed("something that takes a good deal of room in a file", 1.0)
        recorder.close(1.0)
        assert writer.flush(30.0)
    there = kept(tmp_path)
    assert sum(one.size for one in there) <= 1_010_000
    assert max(one.size for one in there) <= 255_000
    assert there[-1].path.name.endswith("s3") and not there[0].path.name.endswith("s0")


def test_what_nobody_takes_is_counted_and_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recorder_module, "MOST_WAITING", 10)
    recorder = _recorder()
    for number in range(25):
        recorder.noticed("a cat", float(number))
    assert len(recorder.take(100)) == 11
    recorder.noticed("a dog", 30.0)
    recorder.noticed("a dog", 31.0)
    assert [json.loads(text) for text in recorder.take(100)] == [
        {"t": 30.0, "lost": 15},
        {"t": 30.0, "noticed": "a dog"},
        {"t": 31.0, "noticed": "a dog"},
    ]


def test_sound_does_not_wait_to_be_written() -> None:
    talk = recorded_talk()
    tracemalloc.start()
    try:
        for _ in range(100):
            talk.tell(e.ModelAudio(pcm=bytes(48_000)))
        kept_bytes, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert kept_bytes < 500_000  # Of 4.8 million.
    sizes = [line.body["pcm"] for line in record_of(talk).lines if line.value == "ModelAudio"]
    assert sizes == [48_000] * 100


def test_two_sessions_of_one_name_get_folders_of_their_own(tmp_path: Path, writer: Writer) -> None:
    for _ in range(2):
        writer.begin(_recorder("../twin"), Recording(to=tmp_path))
    assert writer.flush()
    assert len(kept(tmp_path)) == 2
    assert all(one.path.parent == tmp_path for one in kept(tmp_path))


# --- what goes wrong


def test_a_folder_that_cannot_be_written_is_said_once(
    tmp_path: Path, writer: Writer, warnings: list[str]
) -> None:
    (tmp_path / "file").write_text("")
    for _ in range(3):
        recorder = _recorder()
        writer.begin(recorder, Recording(to=tmp_path / "file"))
        recorder.noticed("a cat", 1.0)
        recorder.close(1.0)
    assert writer.flush()
    assert len(warnings) == 1 and str(tmp_path / "file") in warnings[0]


def test_a_value_that_cannot_be_written_costs_its_own_line() -> None:
    recorder = _recorder()
    recorder._add(1.0, "event", e.Played(ms=object()), {})  # type: ignore[arg-type]
    recorder.noticed("a cat", 2.0)
    broken, fine = (json.loads(text) for text in recorder.take(10)[1:])
    assert broken["noticed"] == "unwritable" and fine["noticed"] == "a cat"


def test_a_forked_child_writes_its_own_records_and_leaves_its_parents(tmp_path: Path) -> None:
    program = f"""
import os, time
from pathlib import Path
from gemini_live_interrupt.record.lines import Header
from gemini_live_interrupt.record.recorder import Recorder
from gemini_live_interrupt.record.recording import Recording
from gemini_live_interrupt.record.writing import writer
def begin(name):
    recorder = Recorder(Header(session=name, began=1.7e9, clock=0))
    writer.begin(recorder, Recording(to=Path({str(tmp_path)!r})))
    return recorder
parent = begin("parent")
assert writer.flush()
child_id = os.fork()
mine = parent if child_id else begin("child")
if not child_id:
    parent.noticed("from the child", 1.0)
mine.noticed("here", 1.0)
mine.close(2.0)
if not child_id:
    assert writer.flush()
    os._exit(0)
assert os.waitpid(child_id, 0)[1] == 0
"""
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    for one in kept(tmp_path):
        assert [line.value for line in read_record(one.path).lines] == ["here", "closed"]
    assert len(kept(tmp_path)) == 2


def test_the_end_of_the_process_waits_for_the_last_lines(tmp_path: Path) -> None:
    program = f"""
from pathlib import Path
from gemini_live_interrupt.record.lines import Header
from gemini_live_interrupt.record.recorder import Recorder
from gemini_live_interrupt.record.recording import Recording
from gemini_live_interrupt.record.writing import writer
recorder = Recorder(Header(session="last", began=1.7e9, clock=0))
writer.begin(recorder, Recording(to=Path({str(tmp_path)!r})))
recorder.noticed("the last word", 1.0)
"""
    subprocess.run([sys.executable, "-c", program], check=True, timeout=60)
    assert [line.value for line in read_record(kept(tmp_path)[0].path).lines] == ["the last word"]


def test_nothing_waits_for_a_disk_that_hangs(
    tmp_path: Path, writer: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    released = threading.Event()
    monkeypatch.setattr(
        "gemini_live_interrupt.record.places.OnDisk.write", lambda self, lines: released.wait(20.0)
    )
    recorder = _recorder()
    writer.begin(recorder, Recording(to=tmp_path))
    began = time.perf_counter()
    for number in range(1_000):
        recorder.noticed("a cat", float(number))
    recorder.close(1.0)
    assert time.perf_counter() - began < 0.5
    assert not writer.flush(0.2)
    released.set()


# --- reading


def test_what_is_no_record_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="nowhere does not exist"):
        read_record(tmp_path / "nowhere")
    with pytest.raises(FileNotFoundError, match=r"no session's folder"):
        read_record(tmp_path)
    (tmp_path / "notes.txt").write_text("Hello.")
    with pytest.raises(NotARecord, match=r"notes\.txt is no record"):
        read_record(tmp_path / "notes.txt")
    (tmp_path / "binary").write_bytes(bytes(range(256)) * 10)
    with pytest.raises(NotARecord, match="binary is no record"):
        read_record(tmp_path / "binary")


def test_a_folder_of_sessions_says_how_to_name_one(tmp_path: Path, writer: Writer) -> None:
    writer.begin(_recorder(), Recording(to=tmp_path))
    assert writer.flush()
    assert read_record(tmp_path).header.session == "one"  # The only one is meant.
    shutil.copytree(next(tmp_path.iterdir()), tmp_path / "2026-11-27T10-00-00Z-two")
    with pytest.raises(FileNotFoundError, match=r"holds 2 sessions; name one, such as .*-two"):
        read_record(tmp_path)
