"""Records that were damaged, or changed by somebody: each command says what it can, or that it cannot."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from conversation_steps import QUESTION, STORY
from recorded_talk import recorded_talk, texts_of

from gemini_live_interrupt.commands import cli
from gemini_live_interrupt.record.exports import FORMATS

COMMANDS = (
    ["explain"],
    ["replay"],
    ["timeline", "-o", "page.html"],
    *(["export", "--to", name, "-o", name] for name in FORMATS),
)

Change = Callable[[list[dict[str, Any]]], None]


def _set(kind: str, **values: Any) -> Change:
    """Every line of a kind has these values; "" is the header."""

    def change(lines: list[dict[str, Any]]) -> None:
        for line in lines[:1] if not kind else lines:
            if not kind or line.get("event") == kind:
                line.update(values)

    return change


def _set_option(name: str, value: Any) -> Change:
    return lambda lines: lines[0]["options"].update({name: value})


def _cut(**values: Any) -> Change:
    def change(lines: list[dict[str, Any]]) -> None:
        for line in lines:
            line.get("interruption", {}).update(values)

    return change


DAMAGE: dict[str, Change] = {
    "peaks that are no numbers": _set("UserAudio", peaks=[None, "", [], {}]),
    "peaks without end": _set("UserAudio", peaks=[float("inf"), float("nan"), 1e308, -1, 2**63]),
    "a size that is none": _set("UserAudio", pcm="many"),
    "a rate of no sound": _set("UserAudio", sample_rate=1, pcm=20_000_000),
    "a time that never was": _set("", began=1e15),
    "no time": _set("", began=float("nan")),
    "a clock of another world": _set("", clock=10**14),
    "an epoch that is none": _set_option("epoch", [1]),
    "an epoch without end": _set_option("epoch", float("inf")),
    "a choice that is none": _set_option("max_history", True),
    "a voice that is heard never": _set_option("latency_ms", 1e14),
    "a reply of ages": _cut(received_ms=1e14),
    "a reply without end": _cut(received_ms=float("inf"), heard_ms=float("nan")),
    "half a character": _set("ModelText", text="One\ud800 two. "),
    "a call of eleven days": lambda lines: lines[-1].update(t=999_999.0),
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_no_command_fails_in_the_middle(
    damage: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    talk = recorded_talk().app_played(0.0).microphone(0.5, loud=False)
    talk.model_says(STORY, 9_300, parts=8).microphone(1.0, loud=True).interrupted()
    talk.turn_complete().user_says(QUESTION).wait(1.0).model_says("A cat.", 900).wait(3.0)
    lines = [json.loads(text) for text in texts_of(talk)]
    DAMAGE[damage](lines)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "session.jsonl").write_text("\n".join(map(json.dumps, lines)))
    for command in COMMANDS:
        code = cli.main([command[0], "session.jsonl", *command[1:]])
        out, err = capsys.readouterr()
        assert (code == 0 and out and not err) or (code == 2 and err and not out), command


def test_names_in_the_way_of_a_terminal_are_spelled_out(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "a\x1b]0;title\x07call"
    folder.mkdir()
    (folder / "session.jsonl").write_text("{}")
    for command in COMMANDS:
        assert cli.main([command[0], str(folder), *command[1:]]) == 2
        assert "a\\x1b]0;title\\x07call" in capsys.readouterr().err
