"""What users import: the names, their signatures, and that the examples in docstrings run."""

from __future__ import annotations

import doctest
import importlib
import inspect
import pickle
import pydoc
import re
import subprocess
import sys
from dataclasses import FrozenInstanceError
from typing import get_type_hints

import pytest

import gemini_live_interrupt as library


def test_the_public_names() -> None:
    assert {
        "Interruption",
        "Notice",
        "attach_interrupt_resume",
        "disable_interrupt_resume",
        "enable_interrupt_resume",
        "interrupt_resume_for",
    } <= set(library.__all__)
    for name in library.__all__:
        assert getattr(library, name).__doc__ or name == "PromptBuilder"


def test_the_two_arguments_of_the_first_version_are_positional_and_the_rest_are_not() -> None:
    parameters = list(inspect.signature(library.enable_interrupt_resume).parameters.values())
    positional = [p.name for p in parameters if p.kind is p.POSITIONAL_OR_KEYWORD]
    assert positional == ["prompt_builder", "max_history"]
    defaults = {p.name: p.default for p in parameters}
    assert (defaults["prompt_builder"], defaults["max_history"]) == (None, 4)
    assert defaults["delivery"] == "auto"


@pytest.mark.parametrize("name", ["enable_interrupt_resume", "attach_interrupt_resume"])
def test_help_says_what_each_argument_means(name: str) -> None:
    function = getattr(library, name)
    shown = pydoc.render_doc(function, renderer=pydoc.plaintext)
    documented = re.findall(r"^ {8}(\w+): \S", shown, re.MULTILINE)
    parameters = list(inspect.signature(function).parameters)
    assert [each for each in documented if each in parameters] == parameters
    assert "of this interruption only" in shown
    assert set(get_type_hints(function)) == {*parameters, "return"}
    assert pickle.loads(pickle.dumps(function)) is function


def test_an_unknown_argument_is_an_error_that_names_the_function() -> None:
    with pytest.raises(TypeError, match=r"enable_interrupt_resume\(\).*'max_histroy'"):
        library.enable_interrupt_resume(max_histroy=3)  # type: ignore[call-arg]
    with pytest.raises(TypeError, match=r"attach_interrupt_resume\(\).*'session'"):
        library.attach_interrupt_resume()  # type: ignore[call-arg]


def test_attach_takes_what_enable_takes() -> None:
    enable = inspect.signature(library.enable_interrupt_resume).parameters
    attach = inspect.signature(library.attach_interrupt_resume).parameters
    assert set(enable) - set(attach) <= {"store", "on_session"}  # of sessions to come
    for name in set(enable) & set(attach):
        assert enable[name].default == attach[name].default


def test_records_are_frozen() -> None:
    notice = library.Notice(kind="nudge", interruption=1, detail="x")
    with pytest.raises(FrozenInstanceError):
        notice.detail = "y"  # type: ignore[misc]


def test_the_log_is_silent_until_the_app_wants_it() -> None:
    code = """
from loguru import logger
from gemini_live_interrupt.saying import say
say("INFO", "one")
say("WARNING", "two")
logger.enable("gemini_live_interrupt")
say("INFO", "three")
say("WARNING", "four")
"""
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    words = [line.split()[-1] for line in run.stderr.splitlines()]
    assert words == ["two", "three", "four"]


@pytest.mark.parametrize(
    "module",
    [
        "",
        ".core.carried",
        ".core.conversation",
        ".core.likeness",
        ".core.profile_text",
        ".core.profiles",
        ".core.note_words",
        ".core.options",
        ".core.playback",
        ".core.quoting",
        ".genai.resumption",
        ".core.retold",
        ".core.sending",
        ".core.stall",
        ".core.tool_calls",
        ".core.turns",
        ".core.joints",
    ],
)
def test_examples_in_docstrings(module: str) -> None:
    result = doctest.testmod(importlib.import_module(f"gemini_live_interrupt{module}"))
    assert result.attempted > 0
    assert result.failed == 0
