"""`gemini-live-interrupt timeline`: a record in, a page or a picture out.

Knows files and Chromium's command line. What the page shows is `page.py`'s and the record's.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
import wave
from pathlib import Path

from gemini_live_interrupt.commands.record_file import add_file, chosen, what_is_wrong
from gemini_live_interrupt.commands.shown import shown
from gemini_live_interrupt.commands.timeline import waves
from gemini_live_interrupt.commands.timeline.page import data_url, page_of
from gemini_live_interrupt.record import folders
from gemini_live_interrupt.record.lanes import timeline_of
from gemini_live_interrupt.record.lines import NotARecord
from gemini_live_interrupt.record.reading import read_record

__all__ = ["DESCRIPTION", "EXAMPLES", "add_arguments", "run"]

DESCRIPTION = """\
Makes one page of a recorded call: both sides as waveforms, what was received,
heard and not heard, the barge-ins, what the model was told and what came of it.
The page is one file and needs nothing else. It plays the call's sound, if that
was recorded (record_sound=True)."""

EXAMPLES = """\
examples:
  gemini-live-interrupt timeline                 the demo's last call
  gemini-live-interrupt timeline calls/2026-11-26T09-33-12Z-5f2c81
  gemini-live-interrupt timeline calls/2026-... -o call.html
  gemini-live-interrupt timeline calls/2026-... --png call.png   needs Chromium

Open the page in any browser. Space plays, N goes to the next barge-in."""

_EMBEDDED = 60_000_000
"""Bytes of sound that are put into the page; a longer call's is left beside it."""
_BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
_WIDTH, _HEIGHT = 1280, 900


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `timeline`."""
    add_file(parser)
    parser.add_argument("-o", "--out", type=Path, metavar="FILE", help="the page (timeline.html)")
    parser.add_argument("--png", type=Path, metavar="FILE", help="a picture of it instead")
    parser.add_argument("--dark", action="store_true", help="with --png: in dark colours")
    parser.add_argument(
        "--no-sound", action="store_true", help="leave the sound out, for a small page"
    )


def run(arguments: argparse.Namespace) -> int:
    """Make the page."""
    out: Path = arguments.png or arguments.out or Path("timeline.html")
    browser = next(filter(None, map(shutil.which, _BROWSERS)), None)
    try:
        if not out.resolve().parent.is_dir():
            raise OSError(f"there is no folder {out.resolve().parent} for {out.name}")
        if arguments.png and browser is None:
            raise OSError(
                "--png needs Chromium or Chrome, and there is none; open the page instead"
            )
        page = _page(chosen(arguments.file), sound=not (arguments.no_sound or arguments.png))
        if arguments.png:
            _picture(page, out, str(browser), dark=arguments.dark)
        else:
            _write(page, out)
    except (OSError, NotARecord) as error:
        print(f"gemini-live-interrupt timeline: {shown(what_is_wrong(error))}", file=sys.stderr)
        return 2
    size = f"{out.stat().st_size / 1e6:.1f} MB"
    print(f"{shown(str(out))} ({size})" + ("" if arguments.png else ": open it in a browser"))
    return 0


def _page(path: Path, *, sound: bool) -> str:
    record = read_record(path)
    timeline = timeline_of(record)
    wav = folders.lines_file(path).with_name(folders.SOUND)
    if not wav.is_file():
        user = waves.of_levels(timeline.user_levels, timeline.seconds)
        return page_of(timeline, record.header, user=user if any(user) else b"")
    try:
        user, model = waves.of_wav(wav)
    except (ValueError, EOFError, wave.Error) as error:
        raise OSError(f"{wav} cannot be read: {error}") from error
    address = ""
    if sound:
        small = wav.stat().st_size <= _EMBEDDED
        address = data_url(wav.read_bytes()) if small else wav.resolve().as_uri()
    return page_of(timeline, record.header, user=user, model=model, sound=address)


def _write(page: str, path: Path) -> None:
    # A transcript may hold half of a surrogate pair: in JSON it may stand, in UTF-8 not.
    path.write_text(page, encoding="utf-8", errors="backslashreplace")


def _picture(page: str, out: Path, browser: str, *, dark: bool) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "page.html"
        _write(page, path)
        command = [
            browser,
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--hide-scrollbars",
            "--no-first-run",
            "--disable-background-networking",
            f"--user-data-dir={folder}/profile",
            f"--window-size={_WIDTH},{_HEIGHT}",
            f"--screenshot={out.resolve()}",
        ]
        if dark:
            command.append("--blink-settings=preferredColorScheme=0")
        done = subprocess.run([*command, path.as_uri()], capture_output=True, timeout=60)
    if done.returncode or not out.is_file():
        said = done.stderr.decode(errors="replace").strip().splitlines()[-1:]
        raise OSError(f"{browser} took no picture: {' '.join(said)}")
