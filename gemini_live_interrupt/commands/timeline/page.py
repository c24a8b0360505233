"""The HTML of one call: everything in one file, the sound too.

Knows the template in the folder `page`, and what its script wants to be told. Must not know files
apart from these.
"""

from __future__ import annotations

import base64
import html
import json
import re
from dataclasses import asdict
from datetime import UTC, datetime
from importlib.resources import files
from typing import Any

from gemini_live_interrupt.commands.timeline.waves import RATE
from gemini_live_interrupt.record.lanes import LANES, Timeline
from gemini_live_interrupt.record.lines import Header

_PLACE = re.compile(r"\{\{(title|style|script|data)\}\}")


def page_of(
    timeline: Timeline,
    header: Header,
    *,
    user: bytes = b"",
    model: bytes = b"",
    sound: str = "",
) -> str:
    """One call as a page.

    Args:
        timeline: its lanes.
        header: what was known when it began.
        user: how loud the user was, see `waves`; empty for no picture of it.
        model: the same of the model, as heard.
        sound: the address of the call's sound, a `data:` URL say; "" for none.
    """
    began = datetime.fromtimestamp(header.began, UTC)
    title = f"Call {header.session}"
    data: dict[str, Any] = {
        "about": _about(timeline, header, began),
        "seconds": round(timeline.seconds, 3),
        "lanes": LANES,
        "spans": [asdict(span) for span in timeline.spans],
        "waveRate": RATE,
        "waves": {"user": _text(user), "model": _text(model)},
        "sound": sound,
    }
    folder = files("gemini_live_interrupt.commands.timeline") / "page"
    parts = {
        "title": html.escape(title),
        "style": (folder / "timeline.css").read_text(encoding="utf-8"),
        "script": (folder / "timeline.js").read_text(encoding="utf-8"),
        # What people said may hold "</script>": nothing of it can end the element.
        "data": json.dumps(data, ensure_ascii=False).replace("<", "\\u003c"),
    }
    page = (folder / "timeline.html").read_text(encoding="utf-8")
    # All at once: what is put in may hold such a mark itself.
    return _PLACE.sub(lambda place: parts[place[1]], page)


def data_url(wav: bytes) -> str:
    """A WAV file as an address that holds all of it."""
    return "data:audio/wav;base64," + base64.b64encode(wav).decode()


def _about(timeline: Timeline, header: Header, began: datetime) -> str:
    cuts = len(timeline.lane("interruptions"))
    times = "no barge-in" if not cuts else "1 barge-in" if cuts == 1 else f"{cuts} barge-ins"
    facts = [
        f"{began:%Y-%m-%d %H:%M:%S} UTC",
        header.model,
        f"{timeline.seconds:.1f} s",
        times,
        ""
        if header.words
        else "words are not recorded: nonsense of the same length stands for them",
    ]
    return ", ".join(fact for fact in facts if fact)


def _text(levels: bytes) -> str:
    return base64.b64encode(levels).decode() if levels else ""
